"""Shared by the tests of exports: reads texts, bytes and files without a site, and writes tables in every envelope."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import polars as pl

from generator.exports import export_paths, read_one
from generator.exports.files import read_content
from generator.exports.octets import in_memory
from generator.exports.reading import Reading
from generator.exports.source import Source
from generator.model.kpi import ExportFile
from generator.model.site import Account, FileRule, Limits
from generator.problems import Problem, Problems

FILES = Path(__file__).with_name("files")


def read(
    content: bytes | str,
    *,
    name: str = "kpi/file.csv",
    rule: FileRule | None = None,
    accounts: Sequence[Account] = (),
    limits: Limits | None = None,
    today: date | None = None,
) -> tuple[list[Reading | ExportFile], list[Problem]]:
    """What a file with that content gives, and the problems met."""
    problems = Problems()
    source = Source(
        path=name, names=name, digest="", timezone="Europe/Paris", currency="EUR", accounts=tuple(accounts), rule=rule, today=today
    )
    data = in_memory(content if isinstance(content, bytes) else content.encode())
    return read_content(data, source, limits or Limits(), problems), problems.sorted()


def values(readings: Sequence[Reading | ExportFile]) -> pl.DataFrame:
    """The values of the only table."""
    (reading,) = [reading for reading in readings if isinstance(reading, Reading)]
    return reading.values


def column(readings: Sequence[Reading | ExportFile], metric: str) -> list[float]:
    """The values of one metric of the only table, in the order of the file."""
    return values(readings).filter(pl.col("metric") == metric).sort("line")["value"].to_list()


def record(readings: Sequence[Reading | ExportFile]) -> ExportFile:
    """The record of the only table."""
    (file,) = [reading.file if isinstance(reading, Reading) else reading for reading in readings]
    return file


def codes(problems: Sequence[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def rule(**settings: object) -> FileRule:
    return FileRule.model_validate({"files": "*", **settings})


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def all_files() -> tuple[list[Reading | ExportFile], list[Problem]]:
    """The readings of every file in `files`, read once a run."""
    problems = Problems()
    readings: list[Reading | ExportFile] = []
    for path in export_paths(FILES):
        if path.name != "ground_truth.json":
            readings += read_one(path, folder=FILES, root=FILES, problems=problems)
    return readings, problems.sorted()
