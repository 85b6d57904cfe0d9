"""A large table, read piece by piece → its rows with numbers in their metrics' columns, and one row for what is added up.

What the first rows say of each column is taken on trust, which lets Polars read numbers as numbers; where a cell proves it wrong the
table is read again as text: once to decide on decimal marks, once for the values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from generator.exports.grids import Grid
from generator.exports.measures import MOST, Decided, Look, decide, look, metric_columns, numbered
from generator.exports.numbers import shape, signs
from generator.exports.posts import LONG
from generator.exports.records import Body, Records, Types, UnforeseenError, closed
from generator.exports.rows import data_rows
from generator.exports.source import Ledger, Tally
from generator.exports.values import ADDED_UP
from generator.model.vocabulary import NEVER_NEGATIVE

_WHOLE = r"^-?[0-9]*$"
_POINT = r"^(?:-?[0-9]+(?:\.[0-9]+)?)?$"
_PER_VALUE = 100  # bytes of posts that count as one value
_BY_POST = ("post", "campaign")  # each row is one thing: nothing to add up


class TooManyRowsError(Exception):
    """More rows than the limit, after what can be added up was."""


def condense(grid: Grid, body: Body, ledger: Ledger, most: int) -> tuple[Grid, pl.DataFrame, list[str]]:
    """The table with the records that were no rows, its rows, and the metrics that they have numbers for.

    Raises TooManyRowsError.
    """
    columns = metric_columns(grid)
    types = _types(grid.frame, columns)
    if types is not None:
        tally = Tally()  # of rows that are left out, should the types hold to the end
        try:
            whole = _gathered(grid, _typed(grid, body, types, tally), list(columns), most)
        except UnforeseenError:
            pass
        else:
            ledger.tally.extend(tally)
            ledger.marks |= {"."} if pl.Float64 in types.values() else set()
            return _told(grid, whole, ledger), whole.frame, list(columns)
    decided = decide(_looks(grid, body), grid, ledger)
    whole = _gathered(grid, _read(grid, body, decided, ledger), list(decided), most)
    return _told(grid, whole, ledger), whole.frame, list(decided)


def _told(grid: Grid, whole: Records, ledger: Ledger) -> Grid:
    if grid.match.kind.adds_up:
        ledger.note(ADDED_UP)
    return replace(grid, records=whole, body=None)


def _used(grid: Grid) -> set[int]:
    return set(grid.match.columns.values())


def _types(sample: pl.DataFrame, columns: dict[str, int]) -> Types | None:
    """What each metric's column holds, where that is beyond doubt in the first rows; None where it is not."""
    types: dict[str, type[pl.DataType]] = {}
    for place in columns.values():
        cells = sample[str(place)]
        if cells.str.contains(_WHOLE).all():
            types[str(place)] = pl.Int64
        elif cells.str.contains(_POINT).all() and signs(shape(cells.unique())).marks == {"."}:
            types[str(place)] = pl.Float64
        else:
            return None
    return types


def _typed(grid: Grid, body: Body, types: Types, tally: Tally) -> Iterator[Records]:
    """Raises UnforeseenError where a cell is not what the first rows promise, or cannot be."""
    columns = metric_columns(grid)
    names = [pl.col(str(place)).alias(column) for column, place in columns.items()]
    spans = [getattr(pl.col(column), what)().alias(f"{what} {column}") for column in columns for what in ("min", "max", "sum")]
    for records in body.pieces(_used(grid), types):
        frame = records.frame.with_columns(names)
        if columns and not _possible(frame.select(spans).row(0, named=True), columns):
            raise UnforeseenError
        repeated = Tally()
        short = _one_row_each(frame, grid, list(columns), repeated)
        if data_rows(short, grid, Tally(), opening=False).height < short.height:  # rare, and then each row is looked at
            repeated = Tally()
            short = _one_row_each(data_rows(frame, grid, tally, opening=False), grid, list(columns), repeated)
        tally.extend(repeated)
        yield replace(records, frame=short)


def _possible(span: Mapping[str, float | None], columns: Iterable[str]) -> bool:
    """Whether all numbers of a piece are such as can be; of an infinity, or of what is no number, the sum is none either."""
    for column in columns:
        low, high, total = (span[f"{what} {column}"] for what in ("min", "max", "sum"))
        if low is not None and high is not None and total is not None:
            least = 0 if column in NEVER_NEGATIVE else -MOST
            if not (least <= low <= high <= MOST and math.isfinite(total)):
                return False
    return True


def _looks(grid: Grid, body: Body) -> dict[str, Look]:
    looks: dict[str, Look] = {}
    for number, records in enumerate(body.pieces(_used(grid))):
        frame = data_rows(records.frame, grid, Tally(), opening=number == 0)
        for column, place in metric_columns(grid).items():
            seen = look(frame, place)
            looks[column] = looks[column] | seen if column in looks else seen
    return looks


def _read(grid: Grid, body: Body, decided: Decided, ledger: Ledger) -> Iterator[Records]:
    for number, records in enumerate(body.pieces(_used(grid))):
        frame = data_rows(records.frame, grid, ledger.tally, opening=number == 0)
        frame = numbered(frame, decided, grid, ledger)
        yield replace(records, frame=_one_row_each(frame, grid, list(decided), ledger.tally))


def _gathered(grid: Grid, pieces: Iterator[Records], metrics: Sequence[str], most: int) -> Records:
    """All pieces, made few each, in one: with one row for those that are added up or repeat each other."""
    whole = Records(pl.DataFrame())
    kept: list[pl.DataFrame] = []
    letters = 0
    settled = 0  # rows of kept[0] after the last time that all of them were made few
    for records in pieces:
        whole.add(records)
        kept.append(records.frame)
        rows = sum(frame.height for frame in kept)
        if grid.match.kind.grain in _BY_POST:
            letters += int(kept[-1].estimated_size())
        if rows > 2 * settled + 50_000:
            kept = [_one_row_each(pl.concat(kept), grid, metrics, whole.skipped)]
            settled = rows = kept[0].height
        if rows * max(1, len(metrics)) + letters // _PER_VALUE > most:
            raise TooManyRowsError
    whole.frame = _one_row_each(pl.concat(kept), grid, metrics, whole.skipped).with_columns(pl.col(metrics).cast(pl.Float64))
    return closed(whole, len(grid.match.header))


def _one_row_each(frame: pl.DataFrame, grid: Grid, metrics: Sequence[str], skipped: Tally) -> pl.DataFrame:
    """Rows that are parts of one sum are added up; of rows that say the same thing twice the later one counts, cell by cell."""
    kind = grid.match.kind
    words = [str(place) for place in sorted(_used(grid) - set(metric_columns(grid).values()))]
    if kind.grain in _BY_POST or frame.is_empty():
        text = str(grid.match.columns.get("text", ""))
        return frame.select(*(pl.col(word).str.head(LONG) if word == text else word for word in words), *metrics, "line")
    if kind.adds_up:
        sums = [pl.when(pl.col(metric).count() > 0).then(pl.col(metric).sum()).alias(metric) for metric in metrics]
        same = frame.select((pl.col(words) == pl.col(words).first()).all()).row(0) if words else ()
        by = [word for word, alike in zip(words, same, strict=True) if not alike] or words[:1]  # the account, say, is mostly one
        rest = [pl.col(word).first() for word in words if word not in by]
        few = frame.group_by(by).agg(*rest, *sums, pl.col("line").min()).sort("line")
        return few.select(*words, *metrics, "line")
    last = frame.group_by(words).agg(pl.col(metrics).drop_nulls().last(), pl.col("line").last()).sort("line")
    if last.height < frame.height:
        skipped.add("repeated further down in the same file", frame.join(last, on="line", how="anti")["line"])
    return last
