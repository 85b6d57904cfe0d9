"""Steps of which each keeps a part of the one before: bars, and between them the part that goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, text_width
from generator.render.charts.scales import Scale
from generator.render.formats import Formats

ROW, BETWEEN = 34.0, 24.0


def draw_funnel(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """A step that is not known is hatched, and nothing goes on from it."""
    names: Sequence[str] = chart["x"]
    values: Sequence[float | None] = chart["series"][0]["values"] if chart["series"] else []
    if not names:
        return
    canvas.height = ROW * len(names) + BETWEEN * (len(names) - 1) + 4
    labels = [formats.number(value, chart["unit"], chart["currency"]) for value in values]
    left = min(max(text_width(name, SIZE + 1) for name in names) + 12, canvas.width * 0.42)
    room = max(text_width(label, SIZE + 1) for label in labels) + 12
    most = max((value for value in values if value is not None), default=0.0)
    scale = Scale(0, most if most > 0 else 1.0, left, canvas.width - room)
    for index, (name, value, label) in enumerate(zip(names, values, labels, strict=True)):
        top = (ROW + BETWEEN) * index + 2
        middle = top + ROW / 2
        canvas.text(left - 10, middle + 4.5, name, "ink", anchor="end", size=SIZE + 1)
        if value is None:
            canvas.add("rect", x=left, y=top + 3, width=canvas.width - room - left, height=ROW - 6, fill=canvas.hatch())
            canvas.text(canvas.width - room + 6, middle + 4.5, label, "muted", size=SIZE + 1)
        else:
            end = scale.at(max(0.0, value))
            canvas.rect(left, top + 3, max(1.0, end - left), ROW - 6, "accent", 2, None if index == len(names) - 1 else 0.55)
            canvas.text(end + 6, middle + 4.5, label, "ink", size=SIZE + 1, bold=True)
        if index and (kept := part(values[index - 1], value)) is not None:
            y = top - BETWEEN / 2
            canvas.add("path", d=f"M{left + 2:.1f} {y - 5:.1f}h8l-4 7z", fill=canvas.colour("muted"))
            canvas.text(left + 16, y + SIZE * 0.35, formats.percent(kept), "muted", size=SIZE)


def part(before: float | None, now: float | None) -> float | None:
    """The share that goes on; None from nothing, and from what is not known."""
    return now / before if before is not None and now is not None and before > 0 else None
