"""An SVG being drawn: shapes and texts in the page's colours, escaped, with coordinates of one decimal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

TEXT_FONT = "'Source Sans 3', 'Source Sans Pro', system-ui, sans-serif"
SIZE = 12  # of labels, in units of the drawing
DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 4", "12 5")  # tells series apart without colour

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # a name in an export may hold them


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a text is: digits and most letters take half of their height."""
    return (
        sum(
            0.28 if letter in "ijl.,:;'’| \u202f\u00a0" else 0.82 if letter in "mwMW—" else 0.66 if letter.isupper() else 0.52
            for letter in text
        )
        * size
    )


class Canvas:
    """Collects elements; `svg` gives the whole."""

    def __init__(self, width: float, height: float, tones: Mapping[str, Any] | None, *, title: str = "") -> None:
        self.width, self.height, self._tones, self._title = width, height, tones, title
        self._parts: list[str] = []
        self._patterns: dict[str, str] = {}

    @property
    def printed(self) -> bool:
        """Whether the drawing is for paper, in final colours."""
        return self._tones is not None

    def colour(self, name: str) -> str:
        """A tone by name: "ink", "muted", "line", "paper", "accent", "series-3"."""
        if name == "none":
            return name
        if self._tones is None:
            return f"var(--{name.replace('_', '-')})"
        if name.startswith("series-"):
            return str(self._tones["series"][int(name[7:]) - 1])
        return str(self._tones[name])

    def series(self, index: int) -> str:
        """The tone of a series' marks."""
        return f"series-{index % 6 + 1}"

    def series_ink(self, index: int) -> str:
        """The tone of a series' name: words need more contrast than marks."""
        return "accent_ink" if index % 6 == 0 else self.series(index)

    def add(self, element: str, _content: str = "", **attributes: Any) -> None:
        values = "".join(
            f' {name.strip("_").replace("_", "-")}="{escape(_form(value))}"' for name, value in attributes.items() if value is not None
        )
        self._parts.append(f"<{element}{values}>{_content}</{element}>" if _content else f"<{element}{values}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, tone: str, width: float = 1, dash: str | None = None) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=self.colour(tone), stroke_width=width, stroke_dasharray=dash or None)

    def polyline(self, points: Sequence[tuple[float, float]], tone: str, width: float, dash: str | None = None) -> None:
        path = " ".join(f"{_form(x)},{_form(y)}" for x, y in points)
        self.add("polyline", points=path, fill="none", stroke=self.colour(tone), stroke_width=width, stroke_linejoin="round",
                 stroke_linecap="round", stroke_dasharray=dash or None)  # fmt: skip

    def rect(self, x: float, y: float, width: float, height: float, tone: str, radius: float = 0, opacity: float | None = None) -> None:
        self.add(
            "rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), fill=self.colour(tone), rx=radius or None, opacity=opacity
        )

    def dot(self, x: float, y: float, radius: float, tone: str, edge: str | None = None) -> None:
        self.add(
            "circle",
            cx=x,
            cy=y,
            r=radius,
            fill=self.colour(tone),
            stroke=self.colour(edge) if edge else None,
            stroke_width=1.5 if edge else None,
        )

    def text(
        self, x: float, y: float, text: str, tone: str = "muted", *, anchor: str = "start", size: float = SIZE, bold: bool = False
    ) -> None:
        """A label, shortened when it would leave the drawing."""
        room = {"start": self.width - x, "end": x, "middle": 2 * min(x, self.width - x)}[anchor]
        shown = shortened(text, room, size)
        self.add("text", escape(shown), x=x, y=y, fill=self.colour(tone), font_size=size, text_anchor=None if anchor == "start" else anchor,
                 font_weight=600 if bold else None)  # fmt: skip

    def hatch(self) -> str:
        """The fill of what is not known."""
        self._patterns["gap"] = (
            '<pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<line x1="0" y1="0" x2="0" y2="6" stroke="{escape(self.colour("line"))}" stroke-width="2"/></pattern>'
        )
        return "url(#gap)"

    def svg(self) -> str:
        definitions = f"<defs>{''.join(self._patterns.values())}</defs>" if self._patterns else ""
        label = f'role="img" aria-label="{escape(self._title)}"' if self._title else 'aria-hidden="true"'
        title = f"<title>{escape(self._title)}</title>" if self._title else ""
        return NOT_XML.sub(
            "",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_form(self.width)} {_form(self.height)}" {label} '
            f'font-family="{TEXT_FONT}" class="drawing">{title}{definitions}{"".join(self._parts)}</svg>',
        )


def shortened(text: str, room: float, size: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def _form(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def spread(places: Iterable[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved apart so that neighbours keep `gap`, in their order, within low and high; beyond low only for want of room."""
    moved = list(places)
    order = sorted(range(len(moved)), key=lambda index: moved[index])
    least = low
    for index in order:
        moved[index] = max(moved[index], least)
        least = moved[index] + gap
    most = high
    for index in reversed(order):
        moved[index] = min(moved[index], most)
        most = moved[index] - gap
    return moved
