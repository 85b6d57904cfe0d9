"""Areas as large as what they stand for: where a client's audience is.

Squarified (Bruls, Huizing, van Wijk, 2000): areas stay near squares, so that they can be compared and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.render.charts.canvas import SIZE, Canvas, shortened, text_width
from generator.render.formats import Formats

Box = tuple[float, float, float, float]  # left, top, width, height
GAP = 2.0
STRIP = 26.0  # for names of which the size is not known


def draw_map(chart: Mapping[str, Any], canvas: Canvas, formats: Formats) -> None:
    """Only what is above zero has an area; names without a value are listed below."""
    roles = {each["role"]: each["values"] for each in chart["series"]}
    values: Sequence[float | None] = roles.get("main", [])
    before: Sequence[float | None] = roles.get("previous", [None] * len(values))
    there = [(name, value, earlier) for name, value, earlier in zip(chart["x"], values, before, strict=True) if value and value > 0]
    known: list[tuple[str, float, float | None]] = sorted(there, key=lambda each: -each[1])
    unknown = [name for name, value in zip(chart["x"], values, strict=True) if value is None]
    if not known:
        return
    room = canvas.height - (STRIP if unknown else 0)
    boxes = list(squarified([value for _, value, _ in known], (0.0, 0.0, float(canvas.width), room)))
    for index, ((name, value, earlier), box) in enumerate(zip(known, boxes, strict=True)):
        _area(canvas, box, index == 0)
        _words(canvas, box, name, _lines(value, earlier, chart, formats), index == 0)
    if unknown:
        canvas.text(0, canvas.height - 8, f"{formats.no_data} {', '.join(unknown)}", "muted")


def squarified(values: Sequence[float], box: Box) -> Iterator[Box]:
    """A box for each value, largest first, within `box`; their areas are in proportion."""
    left, top, width, height = box
    rest, scale = list(values), width * height / sum(values)
    while rest:
        side = min(width, height)
        row = [rest.pop(0)]
        while rest and _worst([*row, rest[0]], side, scale) <= _worst(row, side, scale):
            row.append(rest.pop(0))
        thick = sum(row) * scale / side
        place = 0.0
        for value in row:
            length = value * scale / thick
            yield (left, top + place, thick, length) if width >= height else (left + place, top, length, thick)
            place += length
        if width >= height:
            left, width = left + thick, width - thick
        else:
            top, height = top + thick, height - thick


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """How far the longest box of a row is from a square."""
    whole = sum(row) * scale
    return max(max(side * side * value * scale / whole**2, whole**2 / (side * side * value * scale)) for value in row)


def _area(canvas: Canvas, box: Box, first: bool) -> None:
    left, top, width, height = box
    canvas.rect(left + GAP / 2, top + GAP / 2, width - GAP, height - GAP, "accent" if first else "accent_quiet", 0)


def _lines(value: float, earlier: float | None, chart: Mapping[str, Any], formats: Formats) -> Sequence[str]:
    change = formats.change((value - earlier) / abs(earlier)) if earlier else ""
    return [formats.compact(value, chart["unit"], chart["currency"]), change]


def _words(canvas: Canvas, box: Box, name: str, lines: Sequence[str], first: bool) -> None:
    """The name, then the size, then the change, as far as there is room for them."""
    left, top, width, height = box
    inner = width - 16
    if inner < text_width(name[:4] + "…") or height < SIZE + 10:
        return
    tone, quiet = ("on_accent", "on_accent") if first else ("ink", "ink")
    large = min(30.0, height / 4, inner / max(1.0, text_width(lines[0], 1))) if height > 64 else SIZE
    face = next((size for size in (SIZE + 1, SIZE - 1, SIZE - 3) if text_width(name, size * 1.06) <= inner), SIZE + 1)
    canvas.text(left + 8, top + SIZE + 7, shortened(name, inner, face * 1.06), tone, size=face, bold=True)
    y = top + SIZE + 7
    for words, size in ((lines[0], max(SIZE, large)), (lines[1], SIZE)):
        y += size + 5
        if words and y < top + height - 5 and text_width(words, size) <= inner:
            canvas.text(left + 8, y, words, quiet, size=size, bold=size > SIZE)
