"""Every file of `files` against the numbers that its maker wrote down beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from generator.exports import monthly_totals
from generator.exports.kinds import KINDS
from generator.exports.reading import Reading
from tests.exports.exportkit import FILES, all_files

TRUTH = json.loads((FILES / "ground_truth.json").read_text(encoding="utf-8"))
TOLERANCE = TRUTH["rules"]["relative_tolerance"]


@cache
def totals() -> list[dict[str, Any]]:
    return list(monthly_totals(all_files()[0]))


def close(value: float, wanted: float, metric: str) -> bool:
    return abs(value - wanted) <= max(0.011, float(TOLERANCE.get(metric, 0)) * abs(wanted))


@pytest.mark.parametrize("truth", TRUTH["files"], ids=lambda truth: str(truth["path"]))
def test_each_file_gives_its_monthly_totals(truth: dict[str, Any]) -> None:
    """Each month and metric of a file has the value written down, and no month has one that is not."""
    wanted = {(month, metric): value for month, metrics in truth["by_month"].items() for metric, value in metrics.items()}
    wanted |= {(month, metric): v for metric, months in truth.get("month_end_snapshots", {}).items() for month, v in months.items()}
    checked = {metric for _, metric in wanted}

    found = {(t["month"], t["metric"]): t["value"] for t in totals() if t.get("path") == truth["path"] and t["metric"] in checked}

    assert {key: value for key, value in found.items() if key not in wanted and value} == {}
    assert {key: found.get(key) for key in wanted if key not in found or not close(found[key], wanted[key], key[1])} == {}


@pytest.mark.parametrize("truth", TRUTH["files"], ids=lambda truth: str(truth["path"]))
def test_each_file_is_recognised(truth: dict[str, Any]) -> None:
    """Kind, series, number of records, encoding and language are those that the file was made with."""
    kind = next(kind for kind in KINDS if kind.name == truth["kind"])

    about = next(t for t in totals() if t.get("file") == truth["path"] and t["kind"] == truth["kind"])

    assert (about["kind"], about["series"], about["network"]) == (truth["kind"], truth["series"], truth["platform"])
    assert about["locale"] == ("en" if kind.platform == "tiktok" or kind.name == "mbs_daily" else truth["locale"][:2])
    if "encoding" in truth:
        assert about["encoding"] == truth["encoding"]
    if truth["kind"] != "ga4_reports_snapshot":  # two tables of the same days
        assert about["rows"] == truth["records"]


def test_merged_files_give_the_totals_of_each_platform() -> None:
    """All files together, without duplicates, give what the maker of the files expects of each platform and series."""
    found: dict[tuple[str, str, str, str], float] = {
        (t["platform"], t["series"], t["metric"], t["month"]): t["value"] for t in totals() if "platform" in t
    }

    wrong = defaultdict(list)
    for platform, series in TRUTH["expected_by_platform"].items():
        for name, metrics in series.items():
            for metric, months in metrics.items():
                for month, value in months.items():
                    key = platform, name, metric, month
                    if key not in found or not close(found[key], value, metric):
                        wrong[platform].append((key, value, found.get(key)))

    assert wrong == {}


def test_no_problem_is_met() -> None:
    """Files that are whole give no problems at all."""
    assert [str(problem) for problem in all_files()[1]] == []


def test_every_kind_is_covered() -> None:
    """Each kind that is declared has a file here, but for those of personal LinkedIn profiles."""
    met = {reading.file.kind for reading in all_files()[0] if isinstance(reading, Reading)}

    assert {kind.name for kind in KINDS} - met == {"linkedin_profile_engagement", "linkedin_profile_followers"}


def test_values_have_their_place() -> None:
    """A value knows the line it was read from, also behind captions of several lines."""
    (reading,) = [r for r in all_files()[0] if isinstance(r, Reading) and r.file.kind == "x_content"]
    lines = (FILES / reading.file.path).read_text(encoding="utf-8").split("\n")

    starts = [lines[line - 1].split(",")[0] for line in reading.posts["line"]]

    assert starts == reading.posts["post"].to_list()
