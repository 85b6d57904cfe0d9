"""The dates of long columns written as 2026-03-31 or 2026-03-31 22:20 +0000, without a Python object for each."""

from __future__ import annotations

import polars as pl

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?: ?\+0000|Z)?)?$"
_OFFSET = r" ?\+0000$|Z$"
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def iso_dates(cells: pl.Series, *, zone: str | None, client_zone: str) -> pl.Series | None:
    """Naive, in the client's zone; None when a cell is written in another way, or is no day of the calendar."""
    if not cells.str.contains(_ISO).all():
        return None
    text = pl.col("text").str.replace(_OFFSET, "").str.replace("T", " ", literal=True)
    naive = pl.coalesce([text.str.to_datetime(form, strict=False, time_unit="us") for form in _FORMS])
    home = naive.dt.replace_time_zone("UTC").dt.convert_time_zone(client_zone).dt.replace_time_zone(None)
    away = naive
    if zone:
        placed = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        away = placed.dt.convert_time_zone(client_zone).dt.replace_time_zone(None)
    timed, offset = pl.col("text").str.len_chars() > 10, pl.col("text").str.contains(_OFFSET)
    value = pl.when(~timed).then(naive).when(offset).then(home).otherwise(away)
    values = pl.DataFrame({"text": cells}).select(value=value)["value"]
    return None if values.has_nulls() else values
