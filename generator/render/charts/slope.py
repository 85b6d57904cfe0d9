"""Two periods side by side: where each name stood, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, shortened, spread, text_width
from generator.render.charts.scales import Scale, value_range
from generator.render.formats import Formats

GAP = SIZE + 5.0
HEAD = SIZE + 12.0


def draw_slope(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """The name that moved most is in the accent's colour; one without a value on a side has no line."""
    names: Sequence[str] = chart["x"]
    roles = {each["role"]: each["values"] for each in chart["series"]}
    pairs = list(zip(roles.get("previous", []), roles.get("main", []), strict=False))
    known = [value for pair in pairs for value in pair if value is not None]
    if not known:
        return
    canvas.height = max(canvas.height, HEAD + GAP * len(names) + 14)
    low, high = value_range(known, zero=True)
    y = Scale(low, high, canvas.height - 12, HEAD + 8)
    labels = [_labels(name, pair, chart, formats) for name, pair in zip(names, pairs, strict=True)]
    side = min(max(text_width(label, SIZE) for both in labels for label in both) + 14, canvas.width * 0.36)
    left, right = side, canvas.width - side
    for x, anchor, period in ((left, "end", chart["before"]), (right, "start", chart["period"])):
        words = shortened(formats.period(period), side, SIZE)
        canvas.text(x, SIZE, words, "ink", anchor=anchor, bold=True)
        canvas.line(x, HEAD, x, canvas.height - 4, "line", 1)
    moved = max(range(len(pairs)), key=lambda index: _moved(pairs[index]))
    for end, (x, anchor, off) in enumerate(((left, "end", -10.0), (right, "start", 10.0))):
        there = [index for index, pair in enumerate(pairs) if pair[end] is not None]
        places = spread([y.at(float(pairs[index][end] or 0)) for index in there], GAP, HEAD + 8, canvas.height - 8)
        for index, place in zip(there, places, strict=True):
            words = shortened(labels[index][end], side - 12, SIZE)
            canvas.text(x + off, place + SIZE * 0.35, words, "accent_ink" if index == moved else "ink", anchor=anchor, bold=index == moved)
    for index in sorted(range(len(pairs)), key=lambda index: index == moved):  # the one that moved most lies on top
        before, now = pairs[index]
        tone = "accent" if index == moved else "muted"
        if before is not None and now is not None:
            canvas.polyline([(left, y.at(before)), (right, y.at(now))], tone, 2.6 if index == moved else 1.4)
        for x, value in ((left, before), (right, now)):
            if value is not None:
                canvas.dot(x, y.at(value), 3.4, tone, "paper")


def _labels(name: str, pair: tuple[float | None, float | None], chart: Mapping[str, Any], formats: Formats) -> tuple[str, str]:
    """What stands on both sides: name and value; the name once where there is room for it on the right only."""
    before, now = (formats.compact(value, chart["unit"], chart["currency"]) for value in pair)
    return f"{name}  {before}", f"{now}  {name}"


def _moved(pair: tuple[float | None, float | None]) -> float:
    before, now = pair
    return abs(now - before) if before is not None and now is not None else -1.0
