"""A chart's values → one SVG for page and PDF: scales in Python, colours of the page or of the print, labels beside what they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.render.charts.bars import draw_bars, draw_rank, draw_shares
from generator.render.charts.canvas import Canvas
from generator.render.charts.donut import draw_donut
from generator.render.charts.funnel import draw_funnel
from generator.render.charts.heat import draw_heat
from generator.render.charts.line import draw_line
from generator.render.charts.slope import draw_slope
from generator.render.charts.small import draw_cover, draw_progress, draw_spark
from generator.render.charts.twin import sentence, trend
from generator.render.formats import Formats

__all__ = ["draw", "draw_cover", "draw_progress", "draw_spark", "sentence", "trend"]

DRAWERS = {
    "line": draw_line, "bar": draw_bars, "stacked": draw_bars, "shares": draw_shares, "heat": draw_heat, "rank": draw_rank,
    "donut": draw_donut, "slope": draw_slope, "funnel": draw_funnel,
}  # fmt: skip


def draw(chart: Mapping[str, Any], formats: Formats, tones: Mapping[str, Any] | None, width: int, height: int) -> str:
    """The SVG of a chart. `tones`: final colours, for print; without them the page's own custom properties are used."""
    canvas = Canvas(width, height, tones, title=sentence(chart, formats))
    DRAWERS[chart["kind"]](chart, canvas, formats)
    return canvas.svg()
