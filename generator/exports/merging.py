"""Readings of many files → one table without duplicates, where the later download wins, and a record of what it changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from generator.exports.reading import Reading
from generator.model.kpi import POST_COLUMNS, RESTATED_COLUMNS, VALUE_COLUMNS, Data, ExportFile, LeftOut, empty_frame
from generator.problems import Location, Problems

_POST_GRAINS = ("post", "campaign")
_KEYS = ["platform", "owner", "series", "metric", "day", "item"]  # what can hold one value only
_COPY = re.compile(r"(.*?)(?: ?\((\d{1,3})\))?(\.[^./]*)?")  # a browser numbers the second download of a name: "export (1).csv"
_SAME = 1e-9


def merge(client: str, readings: Sequence[Reading | ExportFile], problems: Problems | None = None) -> Data:
    """Nulls are not among the values, so none can replace one. Downloads that contradict each other, of which none is known to be
    the later one, are a problem.
    """
    ordered = sorted(readings, key=age)
    tables = [reading for reading in ordered if isinstance(reading, Reading)]
    files = [reading.file if isinstance(reading, Reading) else reading for reading in ordered]
    values = _stack([_numbered(r.values, n) for n, r in enumerate(ordered) if isinstance(r, Reading)], VALUE_COLUMNS)
    posts = _stack([_numbered(r.posts, n) for n, r in enumerate(ordered) if isinstance(r, Reading)], POST_COLUMNS)
    values = _one_name(values)
    kept, chain = _latest(values, tables)
    if problems is not None:
        _contradictions(chain, files, problems)
    posts = posts.unique(["platform", "series", "post"], keep="last", maintain_order=True)
    return Data(
        client=client, values=kept.sort("platform", "series", "metric", "first", "item", "account", nulls_last=True),
        posts=posts.sort("published", "platform", "post", nulls_last=True), files=_told(files, chain), restated=_restated(chain),
    )  # fmt: skip


def age(reading: Reading | ExportFile) -> tuple[date, str, int, str, str]:
    file = reading.file if isinstance(reading, Reading) else reading
    name, number = _numbered_name(file.path)
    return file.downloaded or date.min, name, number, file.path, file.part or ""


def _numbered_name(path: str) -> tuple[str, int]:
    """A path without the number that a browser gave it, and that number."""
    found = _COPY.fullmatch(path)
    return (found[1] + (found[3] or ""), int(found[2] or 0)) if found else (path, 0)


def _numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.with_columns(file=pl.lit(number, pl.Int32))


def _stack(frames: list[pl.DataFrame], columns: Mapping[str, str]) -> pl.DataFrame:
    empty = empty_frame(columns)
    return pl.concat([empty, *(frame.select([pl.col(name).cast(kind) for name, kind in empty.schema.items()]) for frame in frames)])


def _one_name(values: pl.DataFrame) -> pl.DataFrame:
    """Where the files of a platform name one account, the files that name none are taken to be of it."""
    names = values.drop_nulls("account").group_by("platform").agg(pl.col("account").unique()).filter(pl.col("account").list.len() == 1)
    only = {platform: accounts[0] for platform, accounts in names.iter_rows()}
    if not only:
        return values
    return values.with_columns(
        account=pl.coalesce("account", pl.col("platform").replace_strict(only, default=None, return_dtype=pl.String))
    )


def _latest(values: pl.DataFrame, tables: Sequence[Reading]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The last value of each key; and the values that another followed, each with that one and with the last.

    Only a series that several tables hold can hold a value twice.
    """
    by_id = sorted({table.kind.series for table in tables if table.kind.grain in _POST_GRAINS})
    count = Counter(table.kind.series for table in tables)
    shared = pl.col("series").is_in([series for series, number in count.items() if number > 1])
    post = pl.col("series").is_in(by_id)
    keyed = values.filter(shared).with_columns(
        day=pl.when(~post).then(pl.col("first")), owner=pl.when(~post).then(pl.col("account")), row=pl.int_range(pl.len())
    )
    kept = keyed.unique(_KEYS, keep="last", maintain_order=True)
    if kept.height == keyed.height:
        return values, keyed.head(0).with_columns(winner="file", new="value", new_file="file", new_line="line")
    several = keyed.join(kept.select("row"), on="row", how="anti").select(_KEYS).unique()
    chain = keyed.join(several, on=_KEYS, how="semi", nulls_equal=True).sort("row")
    following = {
        name: pl.col(column).shift(-1).over(_KEYS) for name, column in (("new", "value"), ("new_file", "file"), ("new_line", "line"))
    }
    chain = chain.with_columns(**following, winner=pl.col("file").last().over(_KEYS), final=pl.col("value").last().over(_KEYS))
    return pl.concat([values.filter(~shared), kept.select(values.columns)]), chain.filter(pl.col("new").is_not_null())


def _differs(one: str, other: str) -> pl.Expr:
    return (pl.col(one) - pl.col(other)).abs() > _SAME * pl.max_horizontal(1.0, pl.col(one).abs())


def _restated(chain: pl.DataFrame) -> pl.DataFrame:
    changed = chain.filter(_differs("value", "new")).rename({"value": "old", "file": "old_file", "line": "old_line"})
    return changed.select(list(RESTATED_COLUMNS)).sort(
        "platform", "series", "metric", "first", "item", nulls_last=True, maintain_order=True
    )


def _contradictions(chain: pl.DataFrame, files: Sequence[ExportFile], problems: Problems) -> None:
    """Two values for one thing, of files that may be of the same moment: a guess from their names would be no answer."""
    unknown = [
        (old, new)
        for old, new in chain.select("file", "new_file").unique(maintain_order=True).iter_rows()
        if old != new and files[old].path != files[new].path and not _in_order(files[old], files[new])
    ]
    for old, new in unknown:
        pair = chain.filter((pl.col("file") == old) & (pl.col("new_file") == new) & _differs("value", "new")).sort("new_line")
        if pair.is_empty():
            continue
        row = pair.row(0, named=True)
        what = f"{row['metric']} of {row['item'] or row['first']}"
        problems.add(
            "contradicting-exports",
            f"{what} is {row['new']:,.10g} here and {row['value']:,.10g} in {files[old].path}:{row['line']}"
            f" ({pair.height} values differ), and nothing tells which was downloaded later",
            Location(path=files[new].path, line=row["new_line"], note=files[new].part),
            fix="say downloaded: with the day of each in kpi.yaml, or remove the one that is wrong",
        )  # fmt: skip


def _in_order(old: ExportFile, new: ExportFile) -> bool:
    """Whether it is known that the one was downloaded before the other."""
    if old.downloaded != new.downloaded:
        return True
    (name, number), (other, other_number) = _numbered_name(old.path), _numbered_name(new.path)
    return name == other and number != other_number


def _told(files: list[ExportFile], chain: pl.DataFrame) -> tuple[ExportFile, ...]:
    """The records, with what was replaced in each file and by which."""
    told = list(files)
    if chain.is_empty():
        return tuple(told)
    for (number, winner), part in chain.group_by(["file", "winner"], maintain_order=True):
        old, new = int(str(number)), int(str(winner))
        changed = part.filter(_differs("value", "final")).height
        lines = part["line"].unique().sort()
        gone = LeftOut(reason="replaced by a later download", rows=lines.len(), lines=tuple(lines.head(5).to_list()))
        note = f"{part.height} values ({changed} of them different) replaced by {files[new].path}"
        told[old] = replace(told[old], left_out=(*told[old].left_out, gone), notes=(*told[old].notes, note))
    return tuple(told)
