"""Readings of many files → one table without duplicates, where the later download wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from generator.exports.reading import Reading
from generator.model.kpi import POST_COLUMNS, VALUE_COLUMNS, Data, ExportFile, LeftOut

_POST_GRAINS = ("post", "campaign")


def merge(client: str, readings: Sequence[Reading | ExportFile]) -> Data:
    """Nulls are not among the values, so none can replace one."""
    ordered = sorted(readings, key=_age)
    files = [reading.file if isinstance(reading, Reading) else reading for reading in ordered]
    values = _stack([_numbered(r.values, n) for n, r in enumerate(ordered) if isinstance(r, Reading)], VALUE_COLUMNS)
    posts = _stack([_numbered(r.posts, n) for n, r in enumerate(ordered) if isinstance(r, Reading)], POST_COLUMNS)
    by_id = sorted({r.kind.series for r in ordered if isinstance(r, Reading) and r.kind.grain in _POST_GRAINS})
    values = _one_name(values)
    kept, replaced = _latest(values, by_id, [r for r in ordered if isinstance(r, Reading)])
    posts = posts.unique(["platform", "series", "post"], keep="last", maintain_order=True)
    return Data(
        client=client, values=kept.sort("platform", "series", "metric", "first", "item", "account", nulls_last=True),
        posts=posts.sort("published", "platform", "post", nulls_last=True), files=_told(files, replaced),
    )  # fmt: skip


def _age(reading: Reading | ExportFile) -> tuple[date, str, str]:
    file = reading.file if isinstance(reading, Reading) else reading
    return file.downloaded or date.min, file.path, file.part or ""


def _numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.with_columns(file=pl.lit(number, pl.Int32))


def _stack(frames: list[pl.DataFrame], columns: dict[str, str]) -> pl.DataFrame:
    schema = {name: pl.Datetime("us") if kind == "Datetime" else getattr(pl, kind) for name, kind in columns.items()}
    if not frames:
        return pl.DataFrame(schema=schema)
    return pl.concat([frame.select([pl.col(name).cast(kind) for name, kind in schema.items()]) for frame in frames])


def _one_name(values: pl.DataFrame) -> pl.DataFrame:
    """Where the files of a platform name one account, the files that name none are taken to be of it."""
    names = values.drop_nulls("account").group_by("platform").agg(pl.col("account").unique()).filter(pl.col("account").list.len() == 1)
    only = {platform: accounts[0] for platform, accounts in names.iter_rows()}
    if not only:
        return values
    return values.with_columns(
        account=pl.coalesce("account", pl.col("platform").replace_strict(only, default=None, return_dtype=pl.String))
    )


def _latest(values: pl.DataFrame, by_id: list[str], readings: Sequence[Reading]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The last value of each key, and those it replaced. Only a series that several tables hold can hold a value twice."""
    tables = Counter(reading.kind.series for reading in readings)
    shared = pl.col("series").is_in([series for series, count in tables.items() if count > 1])
    post = pl.col("series").is_in(by_id)
    keyed = values.filter(shared).with_columns(
        day=pl.when(~post).then(pl.col("first")), owner=pl.when(~post).then(pl.col("account")), row=pl.int_range(pl.len())
    )
    keys = ["platform", "owner", "series", "metric", "day", "item"]
    kept = keyed.unique(keys, keep="last", maintain_order=True)
    if kept.height == keyed.height:
        return values, keyed.head(0)
    winners = kept.select(*keys, winner="file", new="value")
    replaced = keyed.join(kept.select("row"), on="row", how="anti").join(winners, on=keys, how="left", nulls_equal=True)
    return pl.concat([values.filter(~shared), kept.select(values.columns)]), replaced


def _told(files: list[ExportFile], replaced: pl.DataFrame) -> tuple[ExportFile, ...]:
    """The records, with what was replaced in each file and by which."""
    told = list(files)
    if replaced.is_empty():
        return tuple(told)
    for (number, winner), part in replaced.group_by(["file", "winner"], maintain_order=True):
        old, new = int(str(number)), int(str(winner))
        changed = part.filter((pl.col("value") - pl.col("new")).abs() > 1e-9).height
        lines = part["line"].unique().sort()
        gone = LeftOut(reason="replaced by a later download", rows=lines.len(), lines=tuple(lines.head(5).to_list()))
        note = f"{part.height} values ({changed} of them different) replaced by {files[new].path}"
        told[old] = replace(told[old], left_out=(*told[old].left_out, gone), notes=(*told[old].notes, note))
    return tuple(told)
