"""Bars: over time, alone or stacked; and across names, ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, spread, text_width
from generator.render.charts.frame import Frame, make_frame, place_of
from generator.render.charts.scales import Scale, value_range
from generator.render.formats import Formats


def draw_bars(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """One bar a step, of one series or of several on top of each other; a step without any value is hatched."""
    series: Sequence[Mapping[str, Any]] = [each for each in chart["series"] if each["role"] != "previous"]
    sums = _sums(series, len(chart["x"]))
    before: Sequence[float | None] = next((each["values"] for each in chart["series"] if each["role"] == "previous"), [])
    named = canvas.printed and len(series) > 1
    right = min(max(text_width(each["name"]) for each in series) + 16, canvas.width / 3) if named else 6.0
    frame = make_frame(chart, canvas, formats, [*sums, *before, 0.0], zero=True, right=right, banded=True)
    band = (frame.right - frame.left) / max(1, len(chart["x"]))
    width = min(band * 0.72, 56.0)
    for step in range(len(chart["x"])):
        x = place_of(frame, step, len(chart["x"])) - width / 2
        if sums[step] is None:
            canvas.add("rect", x=x, y=frame.top + 4, width=width, height=frame.bottom - frame.top - 4, fill=canvas.hatch())
            continue
        base = rise = 0.0
        for index, each in enumerate(series):
            value = each["values"][step]
            if value is None:
                continue
            start = rise if value >= 0 else base
            low, high = sorted((frame.y.at(start), frame.y.at(start + value)))
            tone, radius = ("accent", 1) if len(series) == 1 else (canvas.series(index), 0)
            canvas.rect(x, low, width, high - low, tone, radius, 0.5 if each["cut"][step] else None)
            if index and high - low > 2:
                canvas.line(x, high, x + width, high, "paper", 1)  # parts stay apart where colours look alike
            rise, base = (rise + value, base) if value >= 0 else (rise, base + value)
        if step < len(before) and (earlier := before[step]) is not None:
            place = frame.y.at(earlier)
            canvas.line(x - 2, place, x + width + 2, place, "ink", 1.6, "3 2")
    if named:
        _names(canvas, frame, series, sums)


def draw_shares(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """Bars of one height: each part's share of what is above zero in its step; where a part is not known, no share of the others is."""
    series = [each for each in chart["series"] if each["role"] != "previous"]
    columns = [[each["values"][step] for each in series] for step in range(len(chart["x"]))]
    wholes = [None if None in column else sum(max(0.0, value) for value in column) for column in columns]
    parts = [{**each, "values": [_share(*pair) for pair in zip(each["values"], wholes, strict=True)]} for each in series]
    draw_bars({**chart, "series": parts, "unit": "ratio", "currency": None}, canvas, formats)


def _share(value: float | None, whole: float | None) -> float | None:
    return max(0.0, value) / whole if value is not None and whole else None


def _names(canvas: Canvas, frame: Frame, series: Sequence[Mapping[str, Any]], sums: Sequence[float | None]) -> None:
    """Each series named beside its part of the last bar, in the order of the parts: on paper there is nothing to point at."""
    last = max((step for step, total in enumerate(sums) if total is not None), default=None)
    if last is None:
        return
    middles, rise = list[float](), 0.0
    for each in series:
        value = max(0.0, each["values"][last] or 0.0)
        middles.append(frame.y.at(rise + value / 2))
        rise += value
    ordered = [middle - index * 0.01 for index, middle in enumerate(middles)]  # parts of nothing keep their order
    for index, (each, place) in enumerate(zip(series, spread(ordered, SIZE + 2, frame.top, frame.bottom), strict=True)):
        canvas.text(frame.right + 8, place + SIZE * 0.35, each["name"], canvas.series_ink(index), bold=True)


def _sums(series: Sequence[Mapping[str, Any]], steps: int) -> list[float | None]:
    columns = [[each["values"][step] for each in series] for step in range(steps)]
    return [
        sum(value for value in column if value is not None) if any(value is not None for value in column) else None for column in columns
    ]


def draw_rank(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """Horizontal bars, largest first, each with its name and its value."""
    names: Sequence[str] = chart["x"]
    values = chart["series"][0]["values"] if chart["series"] else []
    if not names:
        return
    row = 30.0
    canvas.height = row * len(names) + 4
    labels = [formats.number(value, chart["unit"], chart["currency"]) for value in values]
    left = min(max(text_width(name, SIZE + 1) for name in names) + 12, canvas.width * 0.42)
    room = max(text_width(label, SIZE + 1) for label in labels) + 12
    low, high = value_range(values, zero=True)
    scale = Scale(low, high, left, canvas.width - room)
    for index, (name, value, label) in enumerate(zip(names, values, labels, strict=True)):
        middle = row * index + row / 2
        _name(canvas, name, left - 10, middle)
        if value is None:
            canvas.add("rect", x=left, y=middle - 8, width=canvas.width - room - left, height=16, fill=canvas.hatch())
            canvas.text(canvas.width - room + 6, middle + 4.5, label, "muted", size=SIZE + 1)
            continue
        start, end = sorted((scale.at(0), scale.at(value)))
        canvas.rect(start, middle - 8, max(1.0, end - start), 16, "accent" if index == 0 else "series-1", 2, None if index == 0 else 0.55)
        canvas.text(end + 6, middle + 4.5, label, "ink", size=SIZE + 1, bold=index == 0)


def _name(canvas: Canvas, name: str, right: float, middle: float) -> None:
    canvas.text(right, middle + 4.5, name, "ink", anchor="end", size=SIZE + 1)
