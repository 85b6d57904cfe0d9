"""A Markdown body → prose and blocks: fenced code whose word is a block's name holds the block's arguments as YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.located import check, parse
from generator.model.blocks import BLOCKS
from generator.model.content import Block, Body, Prose
from generator.problems import Location, Problems, did_you_mean

_FENCE = re.compile(r"^(`{3,}|~{3,})\s*([\w-]*)\s*$")
# words that open real code blocks, which stay prose
_LANGUAGES = frozenset(
    {"", "text", "yaml", "html", "css", "csv", "json", "python", "bash", "sh", "js", "sql", "xml", "toml", "ini", "diff"}
)


def split_body(text: str, name: str, lines: Sequence[str], first_line: int, problems: Problems) -> Body:
    """Prose and blocks in order; `first_line` is the line of the file on which `text` starts."""
    return tuple(_parts(text.split("\n"), name, lines, first_line, problems))


def _parts(body: Sequence[str], name: str, lines: Sequence[str], first_line: int, problems: Problems) -> Iterator[Prose | Block]:
    start = index = 0
    while index < len(body):
        fence = _FENCE.match(body[index])
        if not fence:
            index += 1
            continue
        end = _closing(body, index, fence[1])
        at = Location(path=name, line=first_line + index, column=1)
        if end is None:
            problems.add("fence-open", "this block is never closed", at, fix=f"add a line with {fence[1]}", excerpt=body[index])
            return
        if fence[2] in _LANGUAGES:
            index = end + 1
            continue
        yield from _prose(body, start, index, name, first_line)
        block = _block(fence[2], body[index + 1 : end], lines, at, problems)
        if block:
            yield block
        start = index = end + 1
    yield from _prose(body, start, len(body), name, first_line)


def _closing(body: Sequence[str], opening: int, fence: str) -> int | None:
    close = re.compile(rf"^{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return next((index for index in range(opening + 1, len(body)) if close.match(body[index])), None)


def _prose(body: Sequence[str], start: int, end: int, name: str, first_line: int) -> Iterator[Prose]:
    while start < end and not body[start].strip():
        start += 1
    text = "\n".join(body[start:end]).rstrip()
    if text:
        yield Prose(text=text, at=Location(path=name, line=first_line + start))


def _block(word: str, body: Sequence[str], lines: Sequence[str], at: Location, problems: Problems) -> Block | None:
    if word not in BLOCKS:
        near = did_you_mean(word, BLOCKS)
        problems.add(
            "unknown-block",
            f'there is no block "{word}"' + (f"; {near}" if near else ""),
            at,
            fix=f"blocks: {', '.join(BLOCKS)}",
            excerpt=lines[at.line - 1] if at.line else None,
        )
        return None
    document = parse("\n".join(body), at.path, problems, first_line=(at.line or 1) + 1, lines=lines)
    args = check(document, BLOCKS[word], problems) if document else None
    if document is None or args is None:
        return None
    places = {key: document.place((key,)) for key in document.data}
    return Block(name=word, args=args, at=at, places=places)
