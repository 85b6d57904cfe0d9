"""docs/exports.md: its tables are complete and its examples are run from its own text."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest

from generator.exports import recognition
from generator.exports.files import read_content
from generator.exports.kind import Kind
from generator.exports.kinds import KINDS
from generator.exports.octets import in_memory
from generator.exports.reading import Reading
from generator.exports.source import Source
from generator.model.site import FileRule, Limits
from generator.model.vocabulary import DIMENSIONS, DRIFTS, SCALED, UNITS
from generator.problems import Problems
from tests.conftest import SiteFolder

TEXT = (Path(__file__).parents[2] / "docs/exports.md").read_text("utf-8")
MARKED = dict(re.findall(r"<!-- tested: ([^\n]*?) -->\n```\w+\n(.*?)```", TEXT, flags=re.S))


def expected(name: str) -> dict[str, float]:
    """The numbers that a comment of the page promises."""
    (words,) = re.findall(rf"<!-- tested: {name} (.*?) -->", TEXT)
    parts = words.split()
    return dict(zip(parts[::2], map(float, parts[1::2]), strict=True))


def test_each_kind_is_in_the_table() -> None:
    """The table of the page has the kinds that there are, each once and no other."""
    named = [name for row in re.findall(r"^\| (`.*?`) \| .* \| a.*\|$", TEXT, flags=re.M) for name in re.findall("`(.*?)`", row)]

    assert sorted(named) == sorted(kind.name for kind in KINDS)


def test_each_word_of_a_rule_is_named() -> None:
    """Keys of kpi.yaml, names of columns, changes that can be accepted, fields of a kind, limits of exports: all are on the page."""
    words = [*FileRule.model_fields, *DIMENSIONS, *UNITS, *SCALED, *DRIFTS, *(field.name for field in fields(Kind))]
    words += [name for name in Limits.model_fields if name.startswith(("csv", "workbook", "export"))]

    assert [word for word in words if not re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`|\b{word}[:=]", TEXT)] == []


def test_the_mapped_table_gives_what_the_page_says(site: SiteFolder) -> None:
    """The rule and the table of the page, put where they say."""
    for name in ("content/luma/kpi.yaml", "content/luma/kpi/metricool/mars.csv"):
        site.write(name, MARKED[name])

    done = site.bilan("kpi", "read", "content/luma/kpi", "--json")

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    found = {row["metric"]: row["value"] for row in rows if row.get("platform") == "instagram" and row["month"] == "2026-03"}
    assert (done.returncode, found) == (0, expected("instagram 2026-03"))


def test_the_declared_kind_reads_its_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record of the page, and nothing else, makes Bilan read the sample below it, among all the other kinds."""
    names: dict[str, object] = {}
    exec(compile(MARKED["kind"], "docs/exports.md", "exec"), names)
    (kind,) = [value for value in names.values() if isinstance(value, Kind)]
    monkeypatch.setattr(recognition, "_ALL", recognition._catalogue((*KINDS, kind)))
    problems = Problems()
    source = Source(path="a.csv", names="a.csv", digest="", timezone="Europe/Paris", currency="USD")

    (reading,) = read_content(in_memory(MARKED["kind sample"].encode()), source, Limits(), problems)

    assert isinstance(reading, Reading)
    assert (reading.kind.name, list(problems)) == ("pinterest_overview", [])
    assert dict(reading.values.group_by("metric").agg(pl.col("value").sum()).iter_rows()) == expected("kind gives")
    assert reading.values.filter(reading.values["metric"] == "spend")["unit"].unique().to_list() == ["EUR"]
