"""A built page as a browser takes it apart: elements with their attributes, and text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

RUNS = re.compile(r"(?i)(javascript|vbscript|data):")
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "xlink:href", "poster")


@dataclass
class Read:
    """What a page holds."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def addresses(self) -> list[tuple[str, str]]:
        """(element, address) of everything that points somewhere, as a browser reads it: without tabs and line breaks."""
        found = ((tag, name, value) for tag, attributes in self.elements for name, value in attributes.items())
        return [(tag, re.sub(r"[\t\n\r]", "", value).strip()) for tag, name, value in found if name in ADDRESSES]

    def running(self) -> list[str]:
        """Everything that would run but for the theme's own script, or be loaded from elsewhere."""
        scripts = [
            a.get("src", "inline")
            for tag, a in self.elements
            if tag == "script" and not re.fullmatch(r"(?:\.\./)?assets/(site|live/live)\.\w+\.js", a.get("src", ""))
        ]
        handlers = [f"{tag} {name}" for tag, attributes in self.elements for name in attributes if name.startswith("on")]
        frames = [tag for tag, _ in self.elements if tag in ("iframe", "object", "embed", "base", "form", "template", "noscript", "math")]
        links = [
            address
            for tag, address in self.addresses()
            if RUNS.match(address) and not (tag == "link" and address.startswith("data:image/svg"))
        ]
        return [*scripts, *handlers, *frames, *links]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.read.text += data


def read_page(html: str) -> Read:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.read
