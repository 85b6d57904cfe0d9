"""Outputs → Results: bytes, or the problems in their way, and what was read. Pure, picklable, and the only code that runs in workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from generator.model.outputs import Output, Result
from generator.problems import SHARED, BilanError, Problem
from generator.render.links import anchors_of, links_of
from generator.render.reading import Files, Reader, Theme
from generator.seals import seal

__all__ = ["Theme", "carry", "run", "run_carried"]

Renderer = Callable[[Output, Reader, list[Problem]], bytes]


def run(outputs: Iterable[Output], theme: Theme) -> list[Result]:
    """Files of the output folder, for which the theme's are read once. Problems travel in the results: nothing of the author's making is
    raised."""
    files = Files(theme)
    return [_run(output, files) for output in outputs]


Carried = tuple[Sequence[Output], Mapping[str, bytes]]  # outputs, and the site's pictures that they show


def carry(outputs: Sequence[Output], theme: Theme) -> Carried:
    """Outputs for another machine. A picture that has gone is missed there as it would be here."""
    names = {str(output.job.data["source"]) for output in outputs if output.job.renderer == "picture"}
    names.update(name for output in outputs for name in output.job.data.get("media", ()))
    return outputs, {name: (theme.root / name).read_bytes() for name in sorted(names) if (theme.root / name).is_file()}


def run_carried(carried: Carried, theme: Theme) -> list[Result]:
    """`run`, with a theme that holds its files, and nothing of the site at hand."""
    outputs, pictures = carried
    return run(outputs, replace(theme, pictures=pictures))


def _run(output: Output, files: Files) -> Result:
    started, reader, remarks = time.monotonic(), Reader(files), list[Problem]()
    try:
        payload: bytes | None = RENDERERS[output.job.renderer](output, reader, remarks)
    except BilanError as error:
        payload = None
        remarks += error.problems
    links = _links(payload, output, remarks) if payload is not None and output.job.renderer == "page" else None
    if output.seal and payload is not None:
        payload = seal(payload, output.seal)
    inputs = reader.noted()
    if foreign := [known.path for known in inputs if belongs_to_another(known.path, output.owner)]:
        payload = None
        fix = "this is a mistake of the theme or of Bilan: nothing of one client may stand in another's file"
        remarks.append(
            Problem(code="other-client", message=f"it reads {foreign[0]}", at=output.at, fix=fix, during=f"rendering {output.path}")
        )
    seconds = time.monotonic() - started
    return Result(path=output.path, payload=payload, links=links, inputs=inputs, problems=tuple(remarks), seconds=seconds)


def _links(page: bytes, output: Output, remarks: list[Problem]) -> frozenset[str]:
    """What a page points at elsewhere in the site; an anchor of its own that is not there is told at once."""
    links = links_of(page)
    own = [link for link in links if link.startswith("#") and len(link) > 1]
    anchors = anchors_of(page) if own else frozenset()
    for link in sorted(link for link in own if unquote(link[1:]) not in anchors):
        message = f'{output.name} points at "{link}", which is not there'
        fix = "mend the template, or the text, that has this link"
        remarks.append(Problem(code="broken-link", message=message, at=output.at, fix=fix, during=f"rendering {output.path}"))
    return frozenset(link for link in links if not link.startswith("#"))


def belongs_to_another(path: str, owner: str) -> bool:
    """Whether an input is a file of a client other than the owner of what is made from it."""
    top, _, below = path.partition("/")
    client, inside, _ = below.partition("/")
    return top == "content" and bool(inside) and client not in (owner, SHARED)


def _page(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.templates import render_template

    html, _ = render_template(output, reader, remarks, medium="screen")
    return html.encode()


def _report(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.pages import lost_bookmarks
    from generator.render.pdf import make_pdf
    from generator.render.templates import render_template

    html, drawings = render_template(output, reader, remarks, medium="print")
    pdf = make_pdf(html, drawings, output, reader)
    if lost := lost_bookmarks(pdf):
        message, fix = f'the bookmark "{lost[0]}" leads to no page', "look at the headings of the report's template"
        raise BilanError([Problem(code="broken-link", message=message, at=output.at, fix=fix, during=f"rendering {output.path}")])
    return pdf


def _asset(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    found = reader.find(str(output.job.data["source"]))
    if found is None:
        message = f"the theme has no {output.job.data['source']}"
        raise BilanError([Problem(code="missing-file", message=message, at=output.at, fix="put the file into templates/")])
    return found[1]


def _picture(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.pictures import resized

    return resized(output, reader)


def _text(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    return str(output.job.data["text"]).encode()


def _table(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.annex import csv_bytes

    return csv_bytes(output.job.data, output.job.language)


def _atom(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.feeds import atom

    return atom(output)


def _json_feed(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.feeds import json_feed

    return json_feed(output)


def _search(output: Output, reader: Reader, remarks: list[Problem]) -> bytes:
    from generator.render.search import index

    return index(output)


RENDERERS: Mapping[str, Renderer] = {
    "page": _page, "segment": _page, "report": _report,
    "asset": _asset, "picture": _picture, "text": _text, "table": _table, "atom": _atom, "json-feed": _json_feed,
    "search": _search,
}  # fmt: skip
