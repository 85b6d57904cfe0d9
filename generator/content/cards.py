"""Rows of cards.csv, read as rows of moments are, with what is theirs besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from generator.content.rows import Row, read_rows
from generator.model.content import Card, Cards, Moment, secret_segment
from generator.model.site import Client, Site
from generator.problems import Problems

CARDS = "cards.csv"
COLUMNS = ("id", "name", "handle", "picture", "alt", "text", "platform", "at", "until", "private", "permalink", "key", "pinned", "tags")
REQUIRED = ("id", "at")


def card_rows(folder: Path, site: Site, problems: Problems) -> Iterator[Row]:
    """Further columns are for templates of the site's own."""
    path = folder / CARDS
    if path.exists():
        yield from read_rows(path, site, COLUMNS, REQUIRED, problems, more=True)


def as_moment(row: Row) -> Row:
    """The row as moments.csv would have it."""
    cells = {column: cell for column, cell in row.cells.items() if column in COLUMNS and column != "private"}
    return replace(row, cells={**cells, "kind": "card", "media": cells.pop("picture", "")})


def card_of(row: Row) -> Card | None:
    said = row.cells.get("private", "")
    if said not in ("", "true", "false"):
        row.refuse("not-yes-no", "private", f'"{said}" is neither true nor false', "write true, false or nothing")
        return None
    more = tuple((column, cell) for column, cell in row.cells.items() if cell and column not in COLUMNS)
    return Card(private=said == "true" if said else None, more=more)


def with_address(moment: Moment, cards: Cards, campaign: str, client: Client, problems: Problems) -> Moment | None:
    """A card with what stands for it in addresses: of a private one, digits that nobody guesses. None where they cannot be had."""
    assert moment.card is not None
    if not (cards.private if moment.card.private is None else moment.card.private):
        return moment
    of = f"{campaign}/{CARDS}"
    if of not in client.addresses:
        fix = f"run: bilan unlist {client.slug}/{of}"
        problems.add("no-address", f'"{moment.id}" is private, and no secret is recorded from which addresses are made', moment.at, fix=fix)
        return None
    return replace(moment, card=replace(moment.card, segment=secret_segment(client.addresses[of].segment, moment.id)))
