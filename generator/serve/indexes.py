"""An index of everything that is built, what is wrong, and what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from generator.serve.front import Front

MOST = 60  # pages of one folder that are listed


def index_page(front: Front, due: Sequence[str], queues: Sequence[Mapping[str, Any]], door: str | None, tag: str) -> str:
    """`door`: the address for a phone, drawn as a QR code. `tag`: what listens for a newer state."""
    parts = [
        "<header><h1>Everything that is built</h1><p>Pages follow each save by themselves.</p></header><main>",
        _door(door),
        _section("Problems", _problems(front), "No problem."),
        _section("Moderation", [_queue(each) for each in queues], "No campaign has moments from people."),
        _section("Due", [f"<li><pre>{escape(line)}</pre></li>" for line in due], "Nothing is due in the next 30 days."),
        *_folders(front.addresses),
        "</main>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Bilan preview</title><link rel="stylesheet" href="/_bilan/preview.css"></head><body>' + "".join(parts) + tag + "</html>"
    )


def _door(door: str | None) -> str:
    if door is None:
        return ""
    from generator.serve.codes import as_svg

    drawing = f"<figure>{as_svg(door)}<figcaption><code>{escape(door)}</code></figcaption></figure>"
    return f'<section class="door"><h2>On a phone</h2>{drawing}</section>'


def _section(title: str, lines: Sequence[str], none: str) -> str:
    body = f"<ul>{''.join(lines)}</ul>" if lines else f'<p class="none">{none}</p>'
    return f"<section><h2>{title}</h2>{body}</section>"


def _problems(front: Front) -> list[str]:
    return [f'<li class="{escape(problem.severity)}"><pre>{escape(str(problem))}</pre></li>' for problem in front.problems]


def _queue(each: Mapping[str, Any]) -> str:
    name = escape(f"{each['client']}/{each['campaign']}")
    waits = f"<strong>{each['waiting']:,} wait{'s' * (each['waiting'] == 1)}</strong>" if each["waiting"] else "nothing waits"
    return f'<li><a href="/_bilan/desk/{name}">{name}</a> · {waits} of {each["total"]:,}</li>'


def _folders(addresses: Iterable[str]) -> Iterable[str]:
    """Pages and reports, folder by folder; of many pages the first ones."""
    shown = sorted(
        (address for address in addresses if address.endswith((".html", ".pdf"))), key=lambda each: (each.rpartition("/")[0], each)
    )
    for folder, group in groupby(shown, key=lambda address: address.rpartition("/")[0]):
        pages = list(group)
        lines = [_line(address) for address in pages[:MOST]]
        if len(pages) > MOST:
            lines.append(f'<li class="none">and {len(pages) - MOST:,} more</li>')
        yield _section(escape(folder or "The agency"), lines, "")


def _line(address: str) -> str:
    name = escape(address.rpartition("/")[2])
    paged = f' · <a href="/_bilan/pages/{escape(address)}">page by page</a>' if address.endswith(".pdf") else ""
    return f'<li><a href="/{escape(address)}">{name}</a>{paged}</li>'
