"""Whose space, brand or account a name in a file is, by what the client declares; spellings are compared as headings are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.kinds import NETWORKS
from generator.exports.source import Ledger
from generator.exports.words import clean
from generator.model.listening import Space
from generator.model.site import Client
from generator.problems import did_you_mean

_SHOWN = 5  # names that a remark lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """The names that a client declares, compared without case and accents."""

    spaces: Mapping[str, Space]
    brands: Mapping[str, str | None]  # a competitor's name, or None for the client's own
    ours: frozenset[str]  # accounts


def belonging(client: Client) -> Belonging:
    """All spellings of a client's spaces, of the brands that it names, and of its accounts."""
    brands: dict[str, str | None] = {normal(name): each.name for each in client.competitors for name in (each.name, *each.aliases)}
    brands |= dict.fromkeys(map(normal, (client.name, *client.brand_names)))
    names = (*(name for each in client.accounts for name in (each.name, *each.aliases)), client.name, *client.brand_names)
    return Belonging(
        spaces={normal(name): each for each in client.spaces for name in (each.name, *each.aliases)},
        brands=brands,
        ours=frozenset(handle(name) for name in names),
    )


def handle(name: str) -> str:
    """An account's name as it is compared: without its @."""
    return normal(name).lstrip("@").strip()


def networks(cells: pl.Series) -> pl.Series:
    """Names of networks as Bilan has them; other names as they stand, in one spelling."""
    values = {text: NETWORKS.get(normal(text), text) for text in cells.drop_nulls().unique().to_list()}
    return cells.replace_strict(values, default=None, return_dtype=pl.String) if values else cells


def with_spaces(frame: pl.DataFrame, known: Mapping[str, Space], ledger: Ledger) -> pl.DataFrame:
    """Declared names for spellings of `space`, and whether it is the client's `own`."""
    cells = frame["space"]
    texts = cells.drop_nulls().unique(maintain_order=True).to_list()
    found = {text: known.get(normal(text)) for text in texts}
    strange = [text for text, space in found.items() if space is None]
    if known and strange:
        names = ", ".join(strange[:_SHOWN]) + (f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else "")
        ledger.note(f"spaces that client.yaml does not declare count as others' spaces: {names}")
    near = next((text for text in strange if did_you_mean(normal(text), [name for name, space in known.items() if space.own])), None)
    if near:
        hint = did_you_mean(normal(near), [name for name, space in known.items() if space.own])
        line = frame.filter(pl.col("space") == near)["line"][0]
        ledger.problem("unknown-space", f'the space "{near}" is not declared and counts as somebody else\'s; {hint}', line=line,
                       fix="name it under spaces: in client.yaml, with own: true or own: false", severity="warning")  # fmt: skip
    names_of = {text: space.name if space else text for text, space in found.items()}
    owned = {text: bool(space and space.own) for text, space in found.items()} if known else {}
    nothing = pl.Series([None] * frame.height, dtype=pl.Boolean)
    return frame.with_columns(
        (cells.replace_strict(names_of, default=None, return_dtype=pl.String) if names_of else cells).alias("space"),
        (cells.replace_strict(owned, default=None, return_dtype=pl.Boolean) if owned else nothing).alias("own"),
    )


def with_brands(frame: pl.DataFrame, grid: Grid, ledger: Ledger, known: Mapping[str, str | None]) -> pl.DataFrame:
    """The competitor that each mention is about; rows of a brand that nobody declared are refused, for they may be the client's."""
    frame = frame.with_columns(named=clean(grid, "brand"))
    texts = frame["named"].drop_nulls().unique(maintain_order=True).to_list()
    for text in texts:
        if normal(text) in known:
            continue
        rows = frame.filter(pl.col("named") == text)
        ledger.leave_out("of a brand that is not declared", rows["line"])
        ledger.problem("unknown-brand", f'{rows.height} mentions are about "{text}", neither the client nor a declared competitor',
                       line=rows["line"][0], column=grid.match.columns["brand"],
                       fix="add it to brand_names: or to competitors: in client.yaml")  # fmt: skip
    values = {text: known[normal(text)] for text in texts if normal(text) in known}
    brand = frame["named"].replace_strict(values, default=None, return_dtype=pl.String) if values else pl.lit(None, pl.String)
    frame = frame.with_columns(brand.alias("brand"))
    return frame.filter(pl.col("named").is_null() | pl.col("named").is_in(list(values))).drop("named")
