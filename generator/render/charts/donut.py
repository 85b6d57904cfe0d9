"""Shares of a whole as a ring, each named beside it with its share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, shortened, text_width
from generator.render.formats import Formats

ROW = 24.0


def draw_donut(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """Only what can be a share is drawn: values above zero."""
    values = chart["series"][0]["values"] if chart["series"] else []
    parts = [(name, value) for name, value in zip(chart["x"], values, strict=False) if value is not None and value > 0]
    total = sum(value for _, value in parts)
    if not total:
        return
    canvas.height = max(190.0, ROW * len(parts) + 20)
    radius = min(canvas.height / 2 - 6, 92.0)
    middle = radius + 6, canvas.height / 2
    turn = 0.0
    for index, (name, value) in enumerate(parts):
        share = value / total
        _slice(canvas, middle, radius, turn, turn + share, canvas.series(index))
        turn += share
        y = canvas.height / 2 - ROW * (len(parts) - 1) / 2 + ROW * index
        left = middle[0] + radius + 28
        canvas.rect(left, y - 6, 12, 12, canvas.series(index), 2)
        words = f"  {formats.percent(share)}"
        room = canvas.width - left - 20 - text_width(words, SIZE + 1)  # a long name is cut, not its share
        canvas.text(left + 20, y + 4.5, shortened(name, room, SIZE + 1) + words, "ink", size=SIZE + 1)
    canvas.text(
        middle[0], middle[1] + 6, formats.compact(total, chart["unit"], chart["currency"]), "ink", anchor="middle", size=18, bold=True
    )


def _slice(canvas: Canvas, middle: tuple[float, float], radius: float, start: float, end: float, tone: str) -> None:
    if end - start > 0.999:  # the ends of an arc around all of it are one point
        ring = radius * 0.38
        canvas.add("circle", cx=middle[0], cy=middle[1], r=radius - ring / 2, fill="none", stroke=canvas.colour(tone), stroke_width=ring)
        return
    large = int(end - start > 0.5)
    inner = radius * 0.62
    points = [(_on(middle, r, turn)) for r, turn in ((radius, start), (radius, end), (inner, end), (inner, start))]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    path = (
        f"M{ax:.1f} {ay:.1f}A{radius:.1f} {radius:.1f} 0 {large} 1 {bx:.1f} {by:.1f}"
        f"L{cx:.1f} {cy:.1f}A{inner:.1f} {inner:.1f} 0 {large} 0 {dx:.1f} {dy:.1f}Z"
    )
    canvas.add("path", d=path, fill=canvas.colour(tone), stroke=canvas.colour("paper"), stroke_width=1.5)


def _on(middle: tuple[float, float], radius: float, turn: float) -> tuple[float, float]:
    angle = (turn - 0.25) * 2 * math.pi
    return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)
