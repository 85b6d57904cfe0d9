"""Where figures come from, on the page: every figure of the demo says its files and rows, or that it was counted by hand or on the wall."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generator import batches, planning
from generator.digests import digest
from generator.model.outputs import Output
from tests.conftest import NOW, command

ROOT = Path(__file__).parents[1]
SHOWN = re.compile(r"b-(kpis__value|table__value|goals__value|counter__item|posts__figures|chart__drawing|talk__|moods|themes|agents)")
VOID = {"meta", "link", "img", "br", "hr", "input", "source", "path", "col", "wbr"}


@dataclass
class Element:
    """An element with its parent, and whether a provenance stands in it."""

    classes: str
    parent: Element | None
    text: str = ""
    told: bool = False
    missing: bool = False
    inside: list[Element] = field(default_factory=list)


class Blocks(HTMLParser):
    """The tree of a page, as far as figures and their provenance go."""

    def __init__(self) -> None:
        super().__init__()
        self.here = self.root = Element("", None)
        self.all: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        new = Element(dict(attrs).get("class") or "", self.here)
        self.here.inside.append(new)
        self.all.append(new)
        self.here = new
        above: Element | None = new
        while above and "provenance" in new.classes.split():
            above.told = True
            above = above.parent
        above = new
        while above and "missing" in new.classes.split():
            above.missing = True
            above = above.parent

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.here.parent:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.text += data


def block_of(element: Element) -> Element:
    """The nearest block that an element stands in."""
    above = element
    while above.parent and "block" not in above.classes.split():
        above = above.parent
    return above


def is_told(block: Element) -> bool:
    """By itself, or by the foot that closes the pieces of a conversation or a service desk."""
    if block.told or block.missing or block.parent is None:
        return block.told or block.missing
    after = block.parent.inside[next(n for n, each in enumerate(block.parent.inside) if each is block) + 1 :]
    foot = next((each for each in after if "b-talk__foot" in each.classes), None)
    pieces = ("b-talk", "b-moods", "b-themes", "b-people--talk", "b-desk", "b-load", "b-agents")
    return foot is not None and foot.told and any(piece in block.classes.split() for piece in pieces)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The demo's pages of campaigns and September's reports, rendered."""
    from generator.model.clock import Clock
    from generator.problems import Problems

    def wanted(output: Output) -> bool:
        return output.path.endswith(("novacardz/index.html", "first-flush/index.html", "monthly-2026-09.html", "monthly-2026-04.html"))

    outputs, theme = planning.plan(ROOT, Clock(NOW), Problems())
    made = batches.render([output for output in outputs if wanted(output)], theme, "serial", None)
    return {result.path: (result.payload or b"").decode() for _, result in made}


def test_every_figure_of_the_demo_says_where_it_comes_from(pages: dict[str, str]) -> None:
    """A block that shows a figure holds its provenance."""
    shown, untold = 0, []
    for path, html in pages.items():
        tree = Blocks()
        tree.feed(html)
        for element in tree.all:
            if SHOWN.search(element.classes) and re.search(r"\d", element.text + "".join(each.text for each in element.inside)):
                shown += 1
                if not is_told(block_of(element)):
                    untold.append(f"{path}: {element.classes}: {element.text.strip()}")

    assert len(pages) == 6
    assert shown > 300
    assert untold == []


def test_provenance_names_files_that_exist(pages: dict[str, str]) -> None:
    """Each file named on a page lies where it says, and `kpi explain` adds the digest of its bytes."""
    named = {name for html in pages.values() for name in re.findall(r'provenance__file">([^<#]+)(?:#[^<]*)?</span>', html)}

    assert len(named) > 20
    assert all((ROOT / name).is_file() for name in named)
    explained = command("kpi", "explain", "views", "--client", "novea", "--period", "2026-09", "--site", ROOT).out
    found = re.findall(r"^  (content/\S[^:#]*)(?:#[^:]*)?: \d+ rows, .*digest ([0-9a-f]{12})$", explained, re.MULTILINE)
    assert found
    assert all(digest((ROOT / name).read_bytes()).startswith(short) for name, short in found)
