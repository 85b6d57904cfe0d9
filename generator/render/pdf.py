"""A report's or a card's HTML → PDF. The only module that knows WeasyPrint, whose requests are answered from what the build knows alone."""

from __future__ import annotations

import gc
import logging
import mimetypes
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from multiprocessing.util import Finalize
from typing import Any
from urllib.parse import unquote

from generator.digests import digest
from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem
from generator.render.annex import csv_bytes
from generator.render.pictures import shrink
from generator.render.reading import Reader
from generator.render.tagging import finish

CARD = "cards/face.css"
STYLES = {"deck": "print/deck.css", "social": CARD, "a5": CARD, "postcard": CARD}  # by format; a template's own <style> comes after it
STYLE = "print/report.css"  # of every other
KEPT_STYLES = 4
PICTURE_WIDTH = 1200  # pixels: 300 to the inch over half of a page
WIDEST = 1820  # of a picture that asks for more: 300 to the inch over an A5 page with its bleed


Finisher = Callable[[Any, Any], None]  # of a document, just before it is written


def make_pdf(html: str, drawings: Sequence[str], output: Output, reader: Reader) -> bytes:
    """Tagged PDF/UA-1 with fixed bytes. Raises BilanError when anything that the page asks for is not the build's own."""
    desk = _Desk(drawings, output, reader)
    with _no_collector(), _no_clock(), _listening() as log:
        made = _set(html, desk)
    _refuse_failures(log, output)
    return made


def make_sheet(html: str, output: Output, reader: Reader, finisher: Finisher | None) -> bytes | None:
    """One page; None where it does not fit on one. `finisher`: of a page to be printed; one that becomes a picture needs no tags."""
    desk = _Desk((), output, reader)
    with _no_collector(), _no_clock(), _listening() as log:
        made = _set_one(html, desk, finisher)
    _refuse_failures(log, output)
    return made


def _set_one(html: str, desk: _Desk, finisher: Finisher | None) -> bytes | None:
    style, made = _style(desk), BytesIO()
    variant = "pdf/ua-1" if finisher else None
    document = _document(html, desk, style, variant)
    if desk.problems:
        raise BilanError(desk.problems)
    if len(document.pages) > 1:
        return None
    document.write_pdf(
        made, finisher=finisher, pdf_variant=variant, pdf_identifier=digest(html.encode()).encode(), pdf_tags=finisher is not None,
        custom_metadata=False,
    )  # fmt: skip
    return made.getvalue()


def _document(html: str, desk: _Desk, style: _Style, variant: str | None) -> Any:
    from weasyprint import HTML

    return HTML(string=html, base_url="bilan:theme/", url_fetcher=_fetcher_class()(desk)).render(
        stylesheets=[style.sheet], font_config=style.fonts, counter_style=style.counters, pdf_variant=variant, optimize_images=False
    )


def _set(html: str, desk: _Desk) -> bytes:
    """Pages laid out and written; in a function of its own, so that nothing of them is alive when garbage is collected."""
    document = _document(html, desk, _style(desk), "pdf/ua-1")
    if problems := [*desk.problems, *_tall_rows(document, desk.output)]:
        raise BilanError(problems)
    made = BytesIO()
    document.write_pdf(
        made, finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=digest(html.encode()).encode(), pdf_tags=True, custom_metadata=False,
        attachments=list(_annex(desk.output)),
    )  # fmt: skip
    return made.getvalue()


def _tall_rows(document: Any, output: Output) -> Iterator[Problem]:
    """Rows of tables that no page holds: they would be cut in two, or run off the sheet."""
    from weasyprint.formatting_structure.boxes import TableRowBox, TableRowGroupBox

    seen: set[Any] = set()
    for page in document.pages:
        sheet = page._page_box
        bottom = sheet.position_y + sheet.margin_top + sheet.height
        for group in (box for box in sheet.descendants() if isinstance(box, TableRowGroupBox) and not box.is_header):
            for row in (box for box in group.children if isinstance(box, TableRowBox)):
                if row.element in seen or row.position_y + row.height > bottom + 1:
                    words = " ".join("".join(row.element.itertext()).split())
                    message = f'a row of a table is taller than the page: "{words[:60]}…"'
                    fix = "shorten the words of its cells, or show fewer columns"
                    yield Problem(code="row-too-tall", message=message, at=output.at, fix=fix, during=f"rendering {output.path}")
                seen.add(row.element)


def _annex(output: Output) -> Iterator[Any]:
    """The report's tables as files inside it, dated by its data."""
    from weasyprint import Attachment

    for table in output.job.data.get("tables", ()):
        day = datetime.fromisoformat(output.job.data["report"]["as_of"])
        content = BytesIO(csv_bytes(table, output.job.language))
        yield Attachment(
            file_obj=content, name=table["file"], description=table["title"], created=day, modified=day, relationship="Data"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """A style sheet parsed and its fonts loaded, and the digests of the files of the theme that this took."""

    sheet: Any
    fonts: Any
    counters: Any
    files: Mapping[str, str]
    name: str


_styles: list[_Style] = []  # of this process, latest first: parsing and loading take a third of a second
Finalize(None, _styles.clear, exitpriority=1)  # fonts remove their folder with them; worker processes call no other destructors


def _style(desk: _Desk) -> _Style:
    """The theme's style sheet for print; a parsed one is used again while its files are the same, and its files noted as read."""
    name = STYLES.get(desk.output.job.data.get("format", ""), STYLE)
    for style in _styles:
        if style.name == name and all(
            (found := desk.reader.find(name)) and digest(found[1]) == known for name, known in style.files.items()
        ):
            return style
    style = _load_style(name, desk)
    _styles.insert(0, style)
    del _styles[KEPT_STYLES:]
    return style


def _load_style(name: str, desk: _Desk) -> _Style:
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle
    from weasyprint.text.fonts import FontConfiguration

    fonts, counters = FontConfiguration(), CounterStyle()
    loader = _Desk((), desk.output, desk.reader)
    content, _ = loader.answer(f"bilan:theme/{name}")
    fetcher = _fetcher_class()(loader)
    sheet = CSS(string=content.decode(), base_url="bilan:theme/", url_fetcher=fetcher, font_config=fonts, counter_style=counters)
    desk.problems += loader.problems
    return _Style(sheet=sheet, fonts=fonts, counters=counters, files=loader.theme_files, name=name)


@contextmanager
def _no_clock() -> Iterator[None]:
    """Fonts that the theme brings as variable ones are written with the time of writing, unless this variable gives another."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _no_collector() -> Iterator[None]:
    """Layout makes millions of live objects and no garbage in cycles worth looking for; the search costs up to 40 % of a render."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect(0)  # what the render left, none of it older


class _Desk:
    """Answers for `bilan:` addresses: files of the theme, pictures that the job lists (`?width=` in pixels), drawings of this report."""

    def __init__(self, drawings: Sequence[str], output: Output, reader: Reader) -> None:
        self.drawings, self.output, self.reader = drawings, output, reader
        self.media = frozenset(output.job.data.get("media", ()))
        self.problems: list[Problem] = []
        self.theme_files: dict[str, str] = {}

    def answer(self, url: str) -> tuple[bytes, str]:
        """Bytes and media type; raises ValueError, and remembers a problem, for anything else."""
        scheme, _, rest = url.partition(":")
        rest, _, width = rest.partition("?width=")
        kind, _, name = unquote(rest).partition("/")
        if scheme == "bilan" and kind == "drawing" and name.isdigit() and int(name) < len(self.drawings):
            return self.drawings[int(name)].encode(), "image/svg+xml"
        if scheme == "bilan" and kind == "theme" and (found := self.reader.find(name)):
            self.theme_files[name] = digest(found[1])
            return found[1], mimetypes.guess_type(name)[0] or "application/octet-stream"
        if scheme == "bilan" and kind == "media" and name in self.media:
            kind = "PNG" if name.lower().endswith((".png", ".gif")) else "JPEG"
            return self._picture(name, int(width) if width.isdigit() else PICTURE_WIDTH, kind), f"image/{kind.lower()}"
        return self._refuse(url, missing=scheme == "bilan")

    def _picture(self, name: str, width: int, kind: str) -> bytes:
        limit = self.reader.theme.limits.picture_pixels
        content, at = self.reader.read(name), self.output.at
        return shrink(content, name, min(width, WIDEST), kind, limit, at=at, small=kind == "JPEG")  # PNG is packed anew

    def _refuse(self, url: str, *, missing: bool) -> tuple[bytes, str]:
        shown = url if len(url) < 200 else url[:200] + "…"
        code, message = ("missing-file", f"the report needs {shown}, which is not there") if missing else (
            "outside-address", f"the report asks for {shown}; reports use only files of the site"
        )  # fmt: skip
        fix = "put the file into the site and name it by its place there"
        self.problems.append(Problem(code=code, message=message, at=self.output.at, fix=fix, during=f"rendering {self.output.path}"))
        raise ValueError(message)


@lru_cache(maxsize=1)
def _fetcher_class() -> type:
    """Made when first needed: its base class takes a second to import."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Never opens a file or a connection of its own."""

        def __init__(self, desk: _Desk) -> None:
            super().__init__(allowed_protocols=())
            self._desk = desk

        def fetch(self, url: str, headers: Any = None) -> Any:
            content, kind = self._desk.answer(url)
            return URLFetcherResponse(url, BytesIO(content), {"Content-Type": kind})

    return Fetcher


# ---- what the library has to say ------------------------------------------------------------------------------------


class _Ears(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Keeps the library's remarks off the terminal."""
    logger, ears = logging.getLogger("weasyprint"), _Ears()
    before, spread = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [ears], False
    try:
        yield ears.heard
    finally:
        logger.handlers, logger.propagate = before, spread


FAILURES: tuple[str, ...] = ("Failed to load", "Anchor defined twice", "No anchor #", "Content discarded", "Font-face")


def _refuse_failures(log: Sequence[str], output: Output) -> None:
    """Remarks that mean something is missing from the page; the rest is about CSS that other media need."""
    serious = [line for line in dict.fromkeys(log) if line.startswith(FAILURES)]
    if serious:
        fix = "look at the report's template and style sheet"
        during = f"rendering {output.path}"
        raise BilanError(
            Problem(code="report-incomplete", message=line, at=Location(path=f"templates/{output.job.template}"), fix=fix, during=during)
            for line in serious
        )
