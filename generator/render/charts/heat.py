"""A value a day as a calendar: a column a week, Monday above, the stronger the higher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, text_width
from generator.render.formats import Formats

STEPS = (0.16, 0.36, 0.58, 0.8, 1.0)  # opacities, from the lowest fifth of the range to the highest
MONDAY = date(2024, 1, 1)
LARGEST = 26.0


def draw_heat(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """Days that are not known are hatched, a zero is empty, and what is below zero has the colour of losses."""
    days: Sequence[str] = chart["x"]
    values: Sequence[float | None] = chart["series"][0]["values"] if chart["series"] else []
    if not days:
        return
    first = date.fromisoformat(days[0])
    begin = first - timedelta(days=first.weekday())
    weeks = (date.fromisoformat(days[-1]) - begin).days // 7 + 1
    names = [formats.day((MONDAY + timedelta(days=number)).isoformat(), "weekday alone") for number in range(7)]
    left = max(map(text_width, names)) + 10
    size = min(LARGEST, (canvas.width - left) / weeks)
    top = SIZE + 8.0
    canvas.height = top + 7 * size + SIZE + 18
    for number in range(0, 7, 2):
        canvas.text(left - 8, top + size * (number + 0.5) + SIZE * 0.35, names[number], anchor="end")
    known = [abs(value) for value in values if value is not None]
    most = max(known, default=0.0)
    for day, value in zip(days, values, strict=True):
        place = (date.fromisoformat(day) - begin).days
        x, y, side = left + place // 7 * size, top + place % 7 * size, max(1.0, size - 2)
        if value is None:
            canvas.add("rect", x=x, y=y, width=side, height=side, fill=canvas.hatch())
        elif not value:
            canvas.add("rect", x=x + 0.5, y=y + 0.5, width=side - 1, height=side - 1, fill="none", stroke=canvas.colour("line"))
        else:
            step = STEPS[min(len(STEPS) - 1, int(abs(value) / most * len(STEPS)))]
            canvas.rect(x, y, side, side, "accent" if value > 0 else "negative", 1.5, step if step < 1 else None)
    _months(canvas, formats, begin, first, weeks, left, size)
    _key(canvas, left, top + 7 * size + 8, formats.compact(0), formats.compact(most, chart["unit"], chart["currency"]))


def _months(canvas: Canvas, formats: Formats, begin: date, first: date, weeks: int, left: float, size: float) -> None:
    """Each month named over its first whole week, where there is room."""
    free = 0.0
    for week in range(weeks):
        monday = begin + timedelta(days=7 * week)
        if week and monday.day > 7:
            continue
        x = left + week * size
        name = formats.tick((first if not week else monday).isoformat(), "month")
        if x >= free and x + text_width(name) <= canvas.width:
            canvas.text(x, SIZE, name)
            free = x + text_width(name) + 10


def _key(canvas: Canvas, left: float, top: float, low: str, high: str) -> None:
    """From nothing to the highest day."""
    x = left
    canvas.text(x, top + SIZE - 2, low)
    x += text_width(low) + 6
    for step in STEPS:
        canvas.rect(x, top, 11, 11, "accent", 1.5, step if step < 1 else None)
        x += 13
    canvas.text(x + 4, top + SIZE - 2, high)
