"""Drawings as small as a word: the curve in a tile, the pacing of a goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import Canvas
from generator.render.charts.scales import Scale, value_range


def draw_spark(values: Sequence[float | None], tones: Mapping[str, Any] | None, width: int, height: int) -> str:
    """A curve without axis, its last point marked; nothing for fewer than two values."""
    canvas = Canvas(width, height, tones)
    known = [value for value in values if value is not None]
    values = values[next((index for index, value in enumerate(values) if value is not None), 0) :]
    if len(known) >= 2:
        low, high = value_range(values, zero=False)
        x, y = Scale(0, len(values) - 1, 4, width - 6), Scale(low, high, height - 4, 5)
        run: list[tuple[float, float]] = []
        for index, value in enumerate([*values, None]):
            if value is not None:
                run.append((x.at(index), y.at(value)))
            elif run:
                canvas.polyline(run if len(run) > 1 else run * 2, "accent", 1.8)
                run = []
        last = max(index for index, value in enumerate(values) if value is not None)
        canvas.dot(x.at(last), y.at(float(values[last] or 0)), 3.2, "accent")
    return canvas.svg()


def draw_progress(goal: Mapping[str, Any], tones: Mapping[str, Any] | None, width: int) -> str:
    """A bar of the target's share reached, with a mark where it is expected to be."""
    canvas = Canvas(width, 22, tones)
    canvas.rect(0, 7, width, 8, "line", 4)
    if goal["progress"] is not None:
        canvas.rect(0, 7, width * min(1.0, max(0.0, goal["progress"])), 8, "accent", 4)
    if goal["expected"] is not None and goal["status"] not in ("reached", "missed"):
        place = width * min(1.0, max(0.0, goal["expected"]))
        canvas.line(place, 2, place, 20, "ink", 2)
    return canvas.svg()


def draw_cover(values: Sequence[float | None], tones: Mapping[str, Any], width: int, height: int) -> str:
    """A composition for a cover: the period's own curve, drawn again and again, each time a little lower and fainter."""
    canvas = Canvas(width, height, tones)
    known = [value if value is not None else 0.0 for value in values]
    if len(known) < 2 or not any(known):
        known = [1.0, 1.6, 1.2, 2.0, 1.4, 2.4, 1.8, 2.2]  # a calm wave for a period without a curve
    low, high = value_range(known, zero=False)
    lines = 14
    for index in range(lines):
        depth = index / (lines - 1)
        base = height * (0.34 + 0.64 * depth)
        x = Scale(0, len(known) - 1, -4, width + 4)
        y = Scale(low, high, base, base - height * 0.32 * (1 - 0.75 * depth))
        points = [(x.at(step), y.at(value)) for step, value in enumerate(known)]
        canvas.add(
            "path",
            d=_smooth(points),
            fill="none",
            stroke=canvas.colour("on_brand"),
            stroke_width=2.2 - 1.6 * depth,
            opacity=0.95 - 0.75 * depth,
        )
    return canvas.svg()


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """A path through the points, rounded (Catmull-Rom as cubic curves)."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    around = [points[0], *points, points[-1]]
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        one = start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6
        two = end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6
        path += f"C{one[0]:.1f} {one[1]:.1f} {two[0]:.1f} {two[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path
