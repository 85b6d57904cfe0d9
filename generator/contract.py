"""`bilan check --theme`: what every theme owes its readers, whatever it looks like, tried on a small site of hard cases.

The sample is built with the site's templates in a folder of its own, in each phase of a campaign, in English and French; its pages are read
back. Nothing of the site's content is used.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from generator import batches, planning
from generator.facts import Readings
from generator.model.clock import Clock
from generator.model.outputs import Output, Result
from generator.problems import Location, Problem, Problems
from generator.theme import own_templates

SAMPLE = Path(__file__).with_name("sample")
CREDIT = "Imprint of the sample"
PHASES = {"teaser": "2026-08-20", "live": "2026-09-04", "closed": "2026-09-20", "recap": "2026-10-05"}
LOADS: Mapping[str, Sequence[str]] = {  # element → attributes whose address a browser loads by itself
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"), "input": ("src",), "link": ("href",),
    "object": ("data",), "script": ("src",), "source": ("src", "srcset"), "track": ("src",), "use": ("href",), "video": ("src", "poster"),
}  # fmt: skip
INERT = ("canonical", "alternate", "prev", "next", "author", "license", "me")  # relations of <link> that a browser does not load
FOREIGN = re.compile(r"\s*(?:https?:)?//", re.I)
STYLED = re.compile(r"url\(\s*[\"']?(?:https?:)?//", re.I)


def check_theme(root: Path) -> Problems:
    """Every promise that a page of the site's theme breaks, once a template. Raises BilanError when there is no site."""
    planning.require_site(root)
    problems = Problems()
    seen = set[tuple[str, str]]()
    for language in ("en", "fr"):
        with tempfile.TemporaryDirectory() as folder:
            sample = Path(folder)
            _lay_out(sample, language)
            if (root / "templates").resolve() != own_templates().resolve() and (root / "templates").is_dir():
                shutil.copytree(root / "templates", sample / "templates")
            for phase, day in PHASES.items():
                for problem in _of_phase(sample, datetime.fromisoformat(f"{day}T12:00:00+00:00"), f"{phase}, {language}"):
                    if (key := (problem.code + problem.message, problem.at.path)) not in seen:
                        seen.add(key)
                        problems.extend([problem])
    return problems


def _lay_out(folder: Path, language: str) -> None:
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    for name in ("site.yaml", "content/sample/client.yaml"):
        path = folder / name
        path.write_text(path.read_text("utf-8").replace("language: en", f"language: {language}"), encoding="utf-8")


def _of_phase(sample: Path, now: datetime, when: str) -> Iterator[Problem]:
    found, clock = Problems(), Clock(now)
    outputs, theme = planning.plan(sample, clock, found, Readings())
    pages = [output for output in outputs if output.job.renderer == "page"]
    yield from found.errors
    for output, result in batches.render(pages, theme, "serial", None):
        yield from result.problems
        if result.payload is not None:
            yield from _broken(output, result, when)


def _broken(output: Output, result: Result, when: str) -> Iterator[Problem]:
    assert result.payload is not None
    text = result.payload.decode("utf-8", "replace")
    page = _Page()
    page.feed(text)
    template = _own_template(output, result)
    for promise, broken in _promises(output, page, text):
        if broken:
            yield Problem(
                code="theme-promise",
                message=f"{promise}: {broken}",
                at=Location(path=template),
                fix="docs/themes.md has what a page must hold",
                during=f"the sample's {output.path} ({when})",
            )


def _own_template(output: Output, result: Result) -> str:
    """The page's template where the site has it, or the one template of the site that the page is made with."""
    own = [found.path for found in result.inputs if found.path.startswith("templates/") and found.digest]
    template = f"templates/{output.job.template}"
    return own[0] if template not in own and len(own) == 1 else template


def _promises(output: Output, page: _Page, text: str) -> Iterator[tuple[str, str]]:
    """Each promise, and how the page breaks it; an empty text where it does not."""
    data = output.job.data
    private, name = data["page"]["noindex"], output.job.template
    one = page.count
    yield "one doctype, in the first line", "" if text.lstrip().lower().startswith("<!doctype html>") else "it begins otherwise"
    yield "the page says its language", "" if page.language == output.job.language else f'<html lang="{page.language}">'
    yield "UTF-8 is declared in the first 1,024 bytes", "" if 'charset="utf-8"' in text[:1024].lower().replace("'", '"') else "it is not"
    yield "a viewport is declared, and readers may enlarge the page", _viewport(page.meta.get("viewport"))
    yield "a title in the head", "" if page.title.strip() else "<title> is missing or empty"
    yield "one heading of the first level", "" if one["h1"] == 1 else f"{one['h1']} <h1>"
    yield "one <main>", "" if one["main"] == 1 else f"{one['main']} of them"
    yield "a link to the content comes first", "" if page.skips else "no link leads to the id of <main>"
    yield "each id is there once", ", ".join(sorted(each for each, times in page.ids.items() if times > 1))
    yield "each picture has words, or says that it needs none", f"{page.wordless} without alt" if page.wordless else ""
    yield "each picture has its width and height", f"{page.sizeless} without" if page.sizeless else ""
    yield "nothing is loaded from another host", ", ".join(page.foreign[:3]) or ("url() in a style" if STYLED.search(text) else "")
    yield "what people write stays text", ", ".join(page.handlers[:3])
    robots = page.meta.get("robots", "")
    yield "search engines stay away from private pages", "" if not private or "noindex" in robots else "no noindex"
    yield "search engines are welcome elsewhere", "noindex on a public page" if not private and "noindex" in robots else ""
    if not private and data["page"]["canonical"]:
        yield "a public page names its address", "" if page.canonical == data["page"]["canonical"] else f"canonical is {page.canonical}"
    if not private and "credits" in data.get("campaign", {}) and name in ("campaign.html", "page.html", "moment.html", "moments.html"):
        yield "credits and legal notices are shown", "" if CREDIT in page.text else "they are not"
    if data.get("live"):
        yield from _live(data, page)
    if name in ("campaign.html", "moment.html"):
        shown = [card for card in _cards(data) if card.get("text")]
        lost = [card["slug"] for card in shown if " ".join(card["text"].split()) not in page.plain]
        yield "each moment's words are shown", ", ".join(lost[:3])


def _viewport(content: str | None) -> str:
    if content is None:
        return "there is none"
    limits = "user-scalable=no" in content.replace(" ", "") or "maximum-scale=1" in content.replace(" ", "")
    return f'"{content}" keeps them from it' if limits else ""


def _live(data: Mapping[str, Any], page: _Page) -> Iterator[tuple[str, str]]:
    """What the script of a live page looks for."""
    walls = [segment for segment in data["body"] if segment.get("block") == "moments"]
    yield (
        "a live page carries its state (data-live)",
        "" if page.attributes["data-live"] == 1 else f"{page.attributes['data-live']} elements",
    )
    yield "a live page loads its script", "" if page.live_script else "no live.js"
    yield "each wall of a live page can be followed (data-wall)", "" if page.attributes["data-wall"] == len(walls) else "it cannot"
    cards = {card["slug"] for segment in walls for card in segment["items"]}
    lost = sorted(cards - page.moments)
    yield "each moment of a live page is known by its name (data-moment)", ", ".join(lost[:3])


def _cards(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if "moment" in data:
        return [data["moment"]]
    return [card for segment in data["body"] if segment.get("block") == "moments" for card in segment["items"]]


@dataclass
class _Page(HTMLParser):
    """What a page holds, as a browser would find it."""

    language: str = ""
    title: str = ""
    canonical: str = ""
    text: str = ""
    skips: bool = False
    live_script: bool = False
    wordless: int = 0
    sizeless: int = 0
    count: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    meta: dict[str, str] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    moments: set[str] = field(default_factory=set)
    _main: str = ""
    _anchors: list[str] = field(default_factory=list)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def plain(self) -> str:
        """The words, however spaces and quotation marks are set."""
        return " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.count[tag] += 1
        self.attributes.update(given.keys())
        self.handlers += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        if "id" in given:
            self.ids[given["id"]] += 1
        if "data-moment" in given:
            self.moments.add(given["data-moment"])
        if tag != "link" or given.get("rel", "") not in INERT:
            loaded = [part for name in LOADS.get(tag, ()) for part in given.get(name, "").split("," if name == "srcset" else "\n")]
            self.foreign += [address.strip()[:80] for address in loaded if FOREIGN.match(address)]
        self._note(tag, given)
        self._inside = tag if tag in ("title", "script", "style") else self._inside

    def _note(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "main":
            self._main = given.get("id", "")
            self.skips = bool(self._main) and f"#{self._main}" in self._anchors
        elif tag == "a":
            self._anchors.append(given.get("href", ""))
        elif tag == "meta" and "name" in given:
            self.meta[given["name"]] = given.get("content", "")
        elif tag == "link" and given.get("rel") == "canonical":
            self.canonical = given.get("href", "")
        elif tag == "script":
            self.live_script |= "live/live." in given.get("src", "")
        elif tag == "img":
            self.wordless += "alt" not in given
            self.sizeless += not ("width" in given and "height" in given)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif not self._inside:
            self.text += data
