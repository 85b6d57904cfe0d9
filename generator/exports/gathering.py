"""Tables of mentions and messages → those of one client, each mention and message once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from generator.exports.headers import normal
from generator.exports.source import letters
from generator.exports.words import one_spelling
from generator.model.conversation import MENTION_COLUMNS, MESSAGE_COLUMNS, Conversation, schema_of
from generator.model.kpi import ExportFile, LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table as read; its rows carry a `key` that tells them from any other."""

    file: ExportFile
    grain: str
    rows: pl.DataFrame


def gather(client: str, tables: Sequence[Table | ExportFile]) -> Conversation:
    """Of rows with one key the later download's counts: it knows of replies that the earlier one does not."""
    ordered = sorted(tables, key=_age)
    files = [table.file if isinstance(table, Table) else table for table in ordered]
    mentions = _stack([_numbered(t, n) for n, t in enumerate(ordered) if isinstance(t, Table) and t.grain == "mention"], files)
    messages = _stack([_numbered(t, n) for n, t in enumerate(ordered) if isinstance(t, Table) and t.grain == "message"], files)
    return Conversation(client=client, mentions=_mentions(mentions), messages=_messages(messages), files=tuple(files))


def _age(table: Table | ExportFile) -> tuple[date, str, str]:
    file = table.file if isinstance(table, Table) else table
    return file.downloaded or date.min, file.path, file.part or ""


def _numbered(table: Table, number: int) -> pl.DataFrame:
    return table.rows.with_columns(file=pl.lit(number, pl.Int32), line=pl.col("line").cast(pl.Int32))


def _stack(frames: list[pl.DataFrame], files: list[ExportFile]) -> pl.DataFrame | None:
    """All rows, each key once; the records of the files say what was counted elsewhere."""
    if not frames:
        return None
    rows = pl.concat([frame.select(sorted(set(frame.columns) & _KEPT)) for frame in frames], how="vertical_relaxed")
    kept = rows.unique("key", keep="last", maintain_order=True)
    gone = rows.join(kept.select("file", "line"), on=["file", "line"], how="anti")
    for (number,), part in gone.group_by(["file"], maintain_order=True):
        lines = part["line"].sort()
        apart = LeftOut(reason="the same row once more", rows=lines.len(), lines=tuple(lines.head(5).to_list()))
        file = files[int(str(number))]
        files[int(str(number))] = replace(file, left_out=(*file.left_out, apart), rows=file.rows - lines.len())
    return kept


_KEPT = {*MENTION_COLUMNS, *MESSAGE_COLUMNS, "key", "name"}


def _mentions(rows: pl.DataFrame | None) -> pl.DataFrame:
    schema = schema_of(MENTION_COLUMNS)
    if rows is None:
        return pl.DataFrame(schema=schema)
    rows = rows.sort("day", "file", "line").with_columns(
        one_spelling(rows.sort("day", "file", "line")["space"]).alias("space"),
        one_spelling(rows.sort("day", "file", "line")["platform"]).alias("platform"),
    )
    spelt = one_spelling(rows["themes"].explode(empty_as_null=True).drop_nulls())
    first = {normal(text): text for text in spelt.unique(maintain_order=True).to_list()}
    themes = [list(dict.fromkeys(first[normal(text)] for text in each)) for each in rows["themes"].to_list()]
    rows = rows.with_columns(pl.Series("themes", themes, dtype=pl.List(pl.String)))
    return rows.select([pl.col(name).cast(kind) for name, kind in schema.items()])


def _messages(rows: pl.DataFrame | None) -> pl.DataFrame:
    schema = schema_of(MESSAGE_COLUMNS)
    if rows is None:
        return pl.DataFrame(schema=schema)
    rows = rows.sort("received", "file", "line")
    names = rows.filter(pl.col("answered"))["name"].drop_nulls().unique(maintain_order=True).to_list()
    known = {key: letters(number) for number, key in enumerate(dict.fromkeys(normal(name) for name in names))}
    agents = {name: known.get(normal(name)) for name in rows["name"].drop_nulls().unique().to_list()}
    coded = rows["name"].replace_strict(agents, default=None, return_dtype=pl.String) if agents else rows["name"]
    rows = rows.with_columns(coded.alias("agent"), one_spelling(rows["platform"]).alias("platform"))
    return rows.select([pl.col(name).cast(kind) for name, kind in schema.items()])
