"""Sums by month of what was read: per file, and merged; the objects that `bilan kpi read --json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from generator.exports.kinds import BY_NAME
from generator.exports.merging import merge
from generator.exports.reading import Reading
from generator.model.kpi import ExportFile

SNAPSHOTS = ("followers_total",)  # the last value of a month stands for it
_NO_SUM = ("position",)  # an average that only impressions can weigh


def monthly_totals(readings: Sequence[Reading | ExportFile], *, merged: bool = True) -> Iterator[dict[str, Any]]:
    """One object a file, then one a file, month and metric, then one a platform, series, month and metric."""
    names = _names(readings)
    for reading, name in zip(readings, names, strict=True):
        yield about(reading.file if isinstance(reading, Reading) else reading, name)
    by_name: dict[str, list[Reading]] = {}
    for reading, name in zip(readings, names, strict=True):
        if isinstance(reading, Reading):
            by_name.setdefault(name, []).append(reading)
    for name, group in by_name.items():
        values = group[0].values if len(group) == 1 else merge("", group).values
        for month, metric, value in _by_month(values, []):
            yield {"path": name, "month": month, "metric": metric, "value": value}
    if merged:
        data = merge("", readings)
        for platform, series, month, metric, value in _by_month(data.values, ["platform", "series"]):
            yield {"platform": platform, "series": series, "month": month, "metric": metric, "value": value}


def _names(readings: Iterable[Reading | ExportFile]) -> list[str]:
    """A file's path, with the part where one file holds several kinds."""
    records = [reading.file if isinstance(reading, Reading) else reading for reading in readings]
    kinds: dict[str, set[str]] = {}
    for file in records:
        if file.kind:
            kinds.setdefault(file.path, set()).add(file.kind)
    names: list[str] = []
    for file in records:
        several = file.kind is not None and len(kinds[file.path]) > 1
        part = (BY_NAME[file.kind].part or file.part) if several and file.kind else None
        names.append(f"{file.path}#{part}" if part else file.path)
    return names


def about(file: ExportFile, name: str) -> dict[str, Any]:
    """What a file is and what was left out of it."""
    return {
        "file": name, "part": file.part, "kind": file.kind, "network": file.platform, "account": file.account, "series": file.series,
        "encoding": file.encoding, "locale": file.locale, "from": file.first.isoformat() if file.first else None,
        "until": file.last.isoformat() if file.last else None, "downloaded": file.downloaded.isoformat() if file.downloaded else None,
        "rows": file.rows, "left_out": [{"reason": left.reason, "rows": left.rows, "lines": list(left.lines)} for left in file.left_out],
        "unknown_columns": list(file.unknown_columns), "notes": list(file.notes), "digest": file.digest,
    }  # fmt: skip


def _by_month(values: pl.DataFrame, extra: list[str]) -> Iterator[tuple[Any, ...]]:
    if values.is_empty():
        return
    frame = values.filter(~pl.col("metric").is_in(_NO_SUM)).with_columns(month=pl.col("first").dt.strftime("%Y-%m"))
    keys = [*extra, "month", "metric"]
    snapshot = pl.col("metric").is_in(SNAPSHOTS)
    sums = frame.filter(~snapshot).group_by(keys).agg(pl.col("value").sum())
    last = (
        frame.filter(snapshot).sort("first").group_by([*keys, "platform_"] if "platform_" in frame.columns else [*keys, "account"])
        .agg(pl.col("value").last()).group_by(keys).agg(pl.col("value").sum())
    )  # fmt: skip
    for row in pl.concat([sums, last]).sort(keys).iter_rows():
        *place, value = row
        yield (*place, int(value) if float(value).is_integer() else round(value, 4))
