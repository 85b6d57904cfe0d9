"""What drawings over time share: the plot's edges, the horizontal grid, the labels below, annotations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, text_width
from generator.render.charts.scales import Scale, round_ticks, tick_steps, value_range
from generator.render.formats import Formats

ABOVE = 22.0  # room for numbers of annotations
YEARS = SIZE + 3.0  # room for years below the months


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    left: float
    right: float
    top: float
    bottom: float
    x: Scale  # step's index → place
    y: Scale


def make_frame(
    chart: Mapping[str, Any], canvas: Canvas, formats: Formats, values: Iterable[float | None], *, zero: bool, right: float, banded: bool
) -> Frame:
    """Grid and labels drawn; `right`: room kept for labels beside the plot; `banded`: steps are bands, not points."""
    low, high = value_range(values, zero=zero)
    ticks = round_ticks(low, high, 4, whole=chart["unit"] in ("count", "people"))
    labels = [_tick_label(tick, chart, formats) for tick in ticks]
    left = max((text_width(label) for label in labels), default=0) + 10
    top = ABOVE if chart["annotations"] else 8.0
    bottom = canvas.height - SIZE - 10 - (YEARS if _years(chart) else 0)
    y = Scale(ticks[0], ticks[-1], bottom, top + 4)
    for tick, label in zip(ticks, labels, strict=True):
        place = y.at(tick)
        canvas.line(left, place, canvas.width - right, place, "muted" if tick == 0 else "line", 1 if tick else 0.8)
        canvas.text(left - 8, place + SIZE * 0.35, label, anchor="end")
    count = len(chart["x"])
    inset = (canvas.width - right - left) / max(1, count) / 2 if banded else 6.0
    x = Scale(0, max(1, count - 1), left + inset, canvas.width - right - inset)
    frame = Frame(left=left, right=canvas.width - right, top=top, bottom=bottom, x=x, y=y)
    _below(chart, canvas, formats, frame)
    _annotations(chart, canvas, frame)
    return frame


def _tick_label(tick: float, chart: Mapping[str, Any], formats: Formats) -> str:
    """Short, and without cents and tenths that are none."""
    label = formats.compact(tick, chart["unit"], chart["currency"])
    if chart["unit"] == "ratio" and round(tick * 100, 6).is_integer():
        return re.sub(r"[.,]0(?!\d)", "", label)
    return re.sub(r"[.,]00(?!\d)", "", label) if chart["unit"] == "money" and float(tick).is_integer() else label


def _below(chart: Mapping[str, Any], canvas: Canvas, formats: Formats, frame: Frame) -> None:
    """Names of the steps; a year under the first month of each."""
    grain = chart["x_kind"]
    names = list(chart["x"]) if grain == "since" else [formats.tick(step, grain) for step in chart["x"]]
    widest = max((text_width(name) for name in names), default=0)
    shown = tick_steps(len(names), frame.right - frame.left, widest)
    for index in shown:
        name = names[index]
        _below_step(canvas, place_of(frame, index, len(names)), frame.bottom + SIZE + 6, name, "muted")
    for index, year in _years(chart):
        _below_step(canvas, place_of(frame, index, len(names)), frame.bottom + SIZE + 6 + YEARS, year, "ink")


def _below_step(canvas: Canvas, place: float, y: float, words: str, tone: str) -> None:
    half = text_width(words) / 2
    canvas.text(min(max(place, half), canvas.width - half), y, words, tone, anchor="middle")


def _years(chart: Mapping[str, Any]) -> list[tuple[int, str]]:
    """The first month of each year that the steps reach into, when they reach into two."""
    steps: Sequence[str] = chart["x"]
    if chart["x_kind"] != "month":
        return []
    firsts = [(index, step[:4]) for index, step in enumerate(steps) if index == 0 or steps[index - 1][:4] != step[:4]]
    return firsts if len(firsts) > 1 else []


def place_of(frame: Frame, index: int, count: int) -> float:
    return (frame.left + frame.right) / 2 if count == 1 else frame.x.at(index)


def _annotations(chart: Mapping[str, Any], canvas: Canvas, frame: Frame) -> None:
    """Numbered marks; what they say stands below the drawing."""
    steps: Sequence[str] = chart["x"]
    marks = Counter(step_of(steps, note["first"]) for note in chart["annotations"])
    marked = Counter[int]()
    for note in chart["annotations"]:
        first = step_of(steps, note["first"])
        last = step_of(steps, note["last"] or note["first"])
        start, end = (place_of(frame, index, len(steps)) for index in (first, last))
        if end > start:
            canvas.add(
                "rect",
                x=start,
                y=frame.top,
                width=end - start,
                height=frame.bottom - frame.top,
                fill=canvas.colour("accent_quiet"),
                opacity=0.7,
            )
        canvas.line(start, frame.top, start, frame.bottom, "muted", 0.8, "2 3")
        mark = start + 17 * (marked[first] - (marks[first] - 1) / 2)  # notes on one step stand side by side
        marked[first] += 1
        canvas.dot(mark, 10, 8, "ink")
        canvas.text(mark, 13.5, str(note["n"]), "paper", anchor="middle", size=10, bold=True)


def step_of(steps: Sequence[str], day: str) -> int:
    """The step that a day falls in."""
    return max((index for index, step in enumerate(steps) if step <= day), default=0)
