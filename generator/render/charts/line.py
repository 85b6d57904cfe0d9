"""Lines over time: gaps stay gaps, the period before is quiet and dashed, up to six series are named at their ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import DASHES, SIZE, Canvas, spread, text_width
from generator.render.charts.frame import Frame, make_frame, place_of
from generator.render.formats import Formats

Points = list[tuple[float, float]]


def draw_line(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    series = [each for each in chart["series"] if any(value is not None for value in each["values"])]
    named = [each for each in series if each["role"] == "other"]
    right = max((text_width(each["name"], SIZE) for each in named), default=0) + 18 if named else 10.0
    frame = make_frame(
        chart, canvas, formats, [v for each in series for v in each["values"]], zero=False, right=min(right, canvas.width / 3), banded=False
    )
    for index, each in enumerate(series):
        _curve(canvas, frame, each, index, alone=not named)
    _names(canvas, frame, named)
    if not named:
        _mark_last(chart, canvas, frame, formats, series)


def runs(values: Sequence[float | None], frame: Frame) -> Iterator[Points]:
    """Stretches without a gap."""
    run: Points = []
    for index, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((place_of(frame, index, len(values)), frame.y.at(value)))
    if run:
        yield run


def _curve(canvas: Canvas, frame: Frame, series: Mapping[str, Any], index: int, *, alone: bool) -> None:
    """A line through each stretch; towards a step known in part it is thin and dashed, so that it does not look like a fall."""
    before = series["role"] == "previous"
    tone = "muted" if before else "accent" if alone else canvas.series(index)
    dash = "4 4" if before else "" if alone else DASHES[index % len(DASHES)]
    values = [None if cut else value for value, cut in zip(series["values"], series["cut"], strict=True)]
    for run in runs(values, frame):
        if len(run) == 1:
            canvas.dot(*run[0], 3, tone)
        else:
            canvas.polyline(run, tone, 1.4 if before else 2.4 if alone else 2, dash)
    for step in (step for step, cut in enumerate(series["cut"]) if cut and series["values"][step] is not None):
        after = [place for place in (step + 1,) if place < len(values) and not series["cut"][place]]
        around = [value if place in (step - 1, step, *after) else None for place, value in enumerate(series["values"])]
        for run in runs(around, frame):
            if len(run) > 1:
                canvas.polyline(run, tone, 1.2, "2 3")
            else:
                canvas.dot(*run[0], 2, tone)  # alone between gaps


def _names(canvas: Canvas, frame: Frame, series: Sequence[Mapping[str, Any]]) -> None:
    """Each series named where it ends: within the plot when there is room, else beside it, moved apart where ends meet."""
    ends = [next(value for value in reversed(each["values"]) if value is not None) for each in series]
    places = spread([frame.y.at(end) for end in ends], SIZE + 3, frame.top, frame.bottom)
    for index, (each, end, place) in enumerate(zip(series, ends, places, strict=True)):
        last = max(step for step, value in enumerate(each["values"]) if value is not None)
        canvas.dot(place_of(frame, last, len(each["values"])), frame.y.at(end), 3, canvas.series(index))
        x, y = place_of(frame, last, len(each["values"])) + 8, frame.y.at(end)
        width = text_width(each["name"]) + 8
        if x + width > frame.right or _crossed(frame, series, each, x, width, y):
            x, y = frame.right + 8, place
        canvas.text(x, y + SIZE * 0.35, each["name"], canvas.series_ink(index), bold=True)


def _crossed(frame: Frame, series: Sequence[Mapping[str, Any]], named: Mapping[str, Any], x: float, width: float, y: float) -> bool:
    """Whether another curve runs where a name would stand."""
    count = len(named["values"])
    steps = [index for index in range(count) if x - 40 <= place_of(frame, index, count) <= x + width + 40]
    others = (each["values"][index] for each in series if each is not named for index in steps)
    return any(value is not None and abs(frame.y.at(value) - y) < SIZE * 1.5 for value in others)


def _mark_last(chart: Mapping[str, Any], canvas: Canvas, frame: Frame, formats: Formats, series: Sequence[Mapping[str, Any]]) -> None:
    """The highest point of the main curve with its value."""
    main = next((each for each in series if each["role"] == "main"), None)
    known = [(value, -index) for index, value in enumerate(main["values"]) if value is not None and not main["cut"][index]] if main else []
    if len(known) < 2:
        return
    value, index = max(known)
    label = formats.compact(value, chart["unit"], chart["currency"])
    x, y = place_of(frame, -index, len(chart["x"])), frame.y.at(value)
    half = text_width(label) / 2
    canvas.dot(x, y, 3.5, "accent", "paper")
    canvas.text(min(max(x, frame.left + half), frame.right - half), max(y - 8, SIZE), label, "ink", anchor="middle", bold=True)
