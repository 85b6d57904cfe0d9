"""Amounts in a currency that is not the client's are refused: added up they would be an amount of nothing, under the wrong sign."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from generator.exports.numbers import SIGNS_OF_MONEY
from generator.model.kpi import Data
from generator.model.vocabulary import UNITS
from generator.problems import Location, Problems

_MONEY = [metric for metric, unit in UNITS.items() if unit == "money"]


def refuse_other_money(data: Data, currency: str, problems: Problems) -> Data:
    """One problem for each file, at its first such row; and the data without these amounts."""
    money = data.values.filter(pl.col("metric").is_in(_MONEY))  # few of all values
    other = money.filter(pl.col("unit") != currency)
    if other.is_empty():
        return data
    for number, found, line in other.group_by("file", "unit").agg(pl.col("line").min()).sort("file", "unit").iter_rows():
        file = data.files[number]
        problems.add(
            "other-currency", f"the amounts are in {found}, and the client's figures are in {currency}",
            Location(path=file.path, line=line, note=file.part),
            fix=f"export them in {currency}, say currency: {found} in client.yaml, or leave the file out with ignore: true in kpi.yaml",
        )  # fmt: skip
    return replace(data, values=data.values.filter(~pl.col("metric").is_in(_MONEY) | (pl.col("unit") == currency)))


def contradicting_sign(cells: pl.Series, currency: str) -> int | None:
    """Where a cell has the sign or code of another currency than the one taken for its column: the row's place."""
    others = "|".join(sign for sign, codes in SIGNS_OF_MONEY.items() if currency not in codes)
    found = cells.str.contains(others)
    return found.arg_max() if found.any() else None
