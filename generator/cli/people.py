"""Commands: forget, unlist. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.words import BAD_INPUT, DONE, bilan, options
from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.forgetting import Forgetting


@bilan.command()
@options("site", "now", "json")
@click.argument("who", metavar="@HANDLE|MOMENT")
@click.option("--network", metavar="NETWORK", help="The handle on this network only; everywhere without it.")
@click.option("--client", "-c", metavar="CLIENT", help="In this client's files only.")
@click.option("--check", is_flag=True, help="Look only: what is known of them, and where they still are.")
def forget(root: Path, now: datetime, as_json: bool, who: str, network: str | None, client: str | None, check: bool) -> int:
    """Remove a person, or one moment, from the site's files and from everything that was built, and prove it.

    \b
    bilan forget @lea.dessine --check
    bilan forget @lea.dessine --network instagram
    bilan forget novacardz/m-014 --client novea
    """
    from generator.forgetting import forget
    from generator.traces import Who

    if not who.strip().removeprefix("@").strip():
        raise click.UsageError("say who: @handle, or the id of a moment")
    named = who.strip().startswith("@") or network
    result = forget(root, now, Who(handle=who, network=network) if named else Who(moment=who), client, check=check)
    lines = [json_line(_as_json(result))] if as_json else _in_words(result)
    for line in lines:
        click.echo(harmless(line))
    return DONE if result.clean else BAD_INPUT


def _as_json(result: Forgetting) -> dict[str, object]:
    return {
        "done": result.done, "request": result.key, "rows": result.rows, "files": result.files, "removed": len(result.removed),
        "made_again": len(result.changed), "hits": result.hits, "sources": result.sources, "exports": result.exports, "kept": result.kept,
        "receipt": result.receipt, "targets": result.targets,
    }  # fmt: skip


def _in_words(result: Forgetting) -> Iterator[str]:
    if result.done:
        taken = f"{_count(result.rows, 'row')}, {_count(result.files, 'file')}"
        yield f"taken out of the site's files: {taken}; addresses removed: {len(result.removed)}, made again: {len(result.changed)}"
    else:
        yield f"in the site's files: {_count(result.rows, 'row')}, {_count(result.files, 'file')} of their own"
    yield f"looked for {result.looked_for} marks in output/ and .bilan/: " + (
        "no hit" if result.clean else f"{len(result.hits)} files hold them"
    )
    yield from (f"  {path}" for path in result.hits)
    for title, paths in (
        ("to be seen to by hand:", result.sources),
        ("downloads that hold them, and are not changed; what is built from them leaves them out:", result.exports),
        ("went out, and is kept as it was:", result.kept),
    ):
        if paths:
            yield title
            yield from (f"  {path}" for path in paths)
    if result.targets:
        count = len(result.pending.gone)
        yield f"published places hold them until the next bilan publish: {', '.join(result.targets)}; {count} addresses go first"
    if result.receipt:
        yield f"receipt: {result.receipt}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


@bilan.command()
@options("site", "json")
@click.argument("what", metavar="CLIENT/ROOM|CAMPAIGN[/PAGE|/cards.csv]")
@click.option("--rotate", is_flag=True, help="Another address; the old one then says that it is no longer in use.")
def unlist(root: Path, as_json: bool, what: str, rotate: bool) -> int:
    """Give a page, a campaign, a client's room or each private card an address that nobody guesses and nothing leads to.

    Of cards.csv it prints the id and the address of each private card that moderation has let through. Whoever has an address can read
    what is there: it is no protection.

    \b
    bilan unlist novea/novacardz/coulisses
    bilan unlist novea/novacardz/cards.csv
    bilan unlist novea/room --rotate
    """
    from generator.unlisting import unlist

    found = unlist(root, what, rotate=rotate)
    if as_json:
        told = {"address": found.address, "source": found.source, "said": found.said}
        click.echo(json_line(told | ({"cards": dict(found.cards)} if found.cards else {})))
        return DONE
    if found.source.endswith("/cards.csv"):
        for card, address in found.cards:
            click.echo(harmless(f"{card},{address}"))
        return DONE
    click.echo(harmless(found.address))
    if not found.said:
        click.echo(harmless(f"now say unlisted: true in {found.source}" + (", under room:" if what.endswith("/room") else "")))
    return DONE
