"""A download beside the one before it: what is gone is an error, what looks otherwise a warning, and months are only months."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from generator.exports import put_together
from generator.exports.drift import find_drift
from generator.exports.reading import Reading
from generator.model.kpi import ExportFile
from generator.model.site import FileRule
from generator.problems import Problem, Problems
from tests.conftest import SiteFolder
from tests.exports.exportkit import all_files, read, rule

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares"
DEMO = Path(__file__).parents[2]


def month(number: int, header: str = HEADER, cells: Mapping[str, str] = MappingProxyType({}), *, days: int = 28) -> str:
    """A month of a daily export; a cell given by its heading is the same on every day."""
    names = header.split(",")
    lines = [header]
    for day in range(1, days + 1):
        row = {name: str(100 + day * 7 + place * 31) for place, name in enumerate(names)} | {"Date": f"2026-{number:02}-{day:02}"}
        lines.append(",".join(cells.get(name, row[name]) for name in names))
    return "\n".join(lines) + "\n"


def drift(*texts: str, rules: tuple[FileRule | None, ...] = ()) -> list[Problem]:
    """What is said of downloads that follow each other."""
    readings: list[Reading | ExportFile] = []
    for number, text in enumerate(texts):
        found, met = read(text, name=f"kpi/{number}.csv", rule=rules[number] if rules else None)
        assert [problem for problem in met if problem.severity == "error"] == []
        readings += found
    problems = Problems()
    find_drift(readings, problems)
    return problems.sorted()


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, str(problem.at)) for problem in problems]


def test_no_file_of_real_shape_is_called_changed() -> None:
    """Thirteen months of every platform, with a campaign, a crisis and a change of language: nothing is said."""
    problems = Problems()

    put_together("novea", all_files()[0], problems)

    assert [problem for problem in problems if problem.code != "two-accounts"] == []


def test_the_demo_is_not_called_changed() -> None:
    """Nor is anything said of the demo's own exports."""
    folders = sorted((DEMO / "content").glob("*/kpi"))

    done = SiteFolder(DEMO).bilan("kpi", "read", *map(str, folders))

    assert len(folders) == 2
    assert (done.returncode, done.stderr) == (0, "")


def test_months_that_are_alike_are_not_changed() -> None:
    """The next month is no change."""
    assert drift(month(1), month(2), month(3)) == []


def test_a_column_that_is_gone_is_an_error_with_the_nearest_one() -> None:
    """D5: a renamed column would silently leave the sums: expected, found, nearest, and the mapping that mends it."""
    problems = drift(month(1), month(2, HEADER.replace("Comments", "Comments received")))

    assert told(problems) == [("column-vanished", "error", "kpi/1.csv:1")]
    assert '"Comments" of kpi/0.csv' in problems[0].message
    assert 'nearest is "Comments received"; there are "Date", "Video Views"' in problems[0].message
    assert 'kind: tiktok_overview and columns: {comments: "Comments received"}' in str(problems[0].fix)


def test_the_mapping_that_the_message_names_mends_it() -> None:
    """A known kind takes further headings from a rule."""
    renamed = month(2, HEADER.replace("Comments", "Words"))
    mapping = rule(kind="tiktok_overview", columns={"comments": "Words"})

    readings, _ = read(renamed, rule=mapping)

    assert drift(month(1), renamed, rules=(None, mapping)) == []
    assert [reading.profile.columns["comments"] for reading in readings if isinstance(reading, Reading)] == ["Words"]


def test_a_column_that_was_never_filled_may_go() -> None:
    """What had no values is in no sum."""
    assert drift(month(1, cells={"Comments": ""}), month(2, HEADER.replace(",Comments", ""))) == []


def test_a_new_column_is_no_change_for_the_worse() -> None:
    """Platforms add columns."""
    assert drift(month(1, HEADER.replace(",Comments", "")), month(2)) == []


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ({"Likes": ""}, "cells-emptied", ("100%", "0%")),
        ({"Likes": "0"}, "cells-zeroed", ("100%", "0%")),
        ({"Likes": "0.0203"}, "", ()),
    ],
)
def test_columns_that_are_filled_otherwise_are_warnings(cells: dict[str, str], code: str, words: tuple[str, ...]) -> None:
    """Cells that are empty or 0 where they were not; both shares are said."""
    problems = drift(month(1), month(2, cells=cells))

    assert [problem.code for problem in problems] == ([code] if code else [])
    assert all(problem.severity == "warning" and all(word in problem.message for word in words) for problem in problems)


def scaled(text: str, factor: int) -> str:
    head, *lines = text.splitlines()
    rows = [line.split(",") for line in lines]
    return "\n".join([head, *(",".join([row[0], str(int(row[1]) * factor), *row[2:]]) for row in rows)]) + "\n"


@pytest.mark.parametrize(("factor", "changed"), [(1, False), (5, False), (30, False), (100, True), (300, False), (1000, True)])
def test_a_change_of_unit_is_a_warning(factor: int, changed: bool) -> None:
    """A hundred or a thousand times more is percent for fractions, or ones for thousands; five or thirty times is a campaign."""
    problems = drift(month(1), scaled(month(2), factor))

    assert [problem.code for problem in problems] == ["scale-changed"] * changed
    assert all("video_views is mostly about 2" in problem.message and "about 2" in problem.message for problem in problems)


def test_a_short_file_proves_nothing() -> None:
    """Three days of zeros are three days."""
    assert drift(month(1), month(2, cells={"Likes": "0"}, days=3)) == []


META = "Day,Campaign name,Amount spent ({}),Impressions\n"


def test_other_money_is_a_warning() -> None:
    """Amounts in dollars after amounts in euros."""
    problems = drift(META.format("EUR") + "2026-01-01,A,5.50,3\n", META.format("USD") + "2026-02-01,A,5.50,3\n")

    assert told(problems) == [("currency-changed", "warning", "kpi/1.csv:1")]
    assert "amounts in USD here, amounts in EUR in kpi/0.csv" in problems[0].message


def test_other_marks_and_orders_are_warnings() -> None:
    """A file that a spreadsheet of another country saved again; headings in another language alone are no change."""
    point, comma = (META.format("EUR") + f'2026-0{n}-01,A,"{amount}",3\n' for n, amount in ((1, "1234.50"), (2, "1234,50")))
    french = 'Jour,Nom de la campagne,Montant dépensé (EUR),Impressions\n2026-02-01,A,"1234,50",3\n'
    first, second = "13/01/2026,1,0.5,3\n14/01/2026,1,0.5,3\n", "02/13/2026,1,0.5,3\n02/14/2026,1,0.5,3\n"
    days = "Date,Views,Watch time (hours),Likes\n"

    assert [problem.message for problem in drift(point, comma)] == ["decimal commas here, decimal points in kpi/0.csv"]
    assert drift(point, french) == []
    assert [problem.message for problem in drift(days + first, days + second)] == [
        "dates with the month first here, dates with the day first in kpi/0.csv"
    ]


TWEET = "Tweet id,Tweet permalink,Tweet text,time,impressions,likes\n{},https://x.com/a/status/{},Hi,{},10,2\n"


def test_times_that_lose_their_offset_are_a_warning() -> None:
    """A tweet near midnight changes its day when its times are of another zone."""
    problems = drift(TWEET.format(1, 1, "2026-01-31 22:20 +0000"), TWEET.format(2, 2, "2026-02-28 22:20"))

    assert [problem.code for problem in problems] == ["timezone-changed"]
    assert "an offset from Greenwich" in problems[0].message


@pytest.mark.parametrize(
    ("texts", "accept"),
    [
        ((month(1), month(2, HEADER.replace(",Comments", ""))), "comments"),
        ((month(1), month(2, cells={"Likes": ""})), "empty"),
        ((month(1), month(2, cells={"Likes": ""})), "reactions"),
        ((month(1), scaled(month(2), 100)), "scale"),
        ((META.format("EUR") + "2026-01-01,A,5.50,3\n", META.format("USD") + "2026-02-01,A,5.50,3\n"), "currency"),
    ],
)
def test_a_change_that_is_meant_can_be_accepted(texts: tuple[str, str], accept: str) -> None:
    """The word that the fix names, in the rule of the file, ends the matter; it says nothing about other changes."""
    assert f"accept: [{accept if accept != 'reactions' else 'empty'}]" in str(drift(*texts)[0].fix)
    assert drift(*texts, rules=(None, rule(accept=[accept]))) == []
    assert drift(*texts, rules=(None, rule(accept=["locale"]))) != []


def test_drift_is_found_by_the_command_line(site: SiteFolder) -> None:
    """D5 through a build: the column that is gone blocks the client's pages, and says the way out."""
    site.write("content/luma/kpi/a.csv", month(1)).write("content/luma/kpi/b.csv", month(2, HEADER.replace("Comments", "Remarks")))

    done = site.bilan("build")

    assert done.returncode == 1
    assert "content/luma/kpi/b.csv:1: column-vanished" in done.stderr
    site.write("content/luma/kpi.yaml", 'files:\n  - files: b.csv\n    kind: tiktok_overview\n    columns: {comments: "Remarks"}\n')
    assert site.bilan("build").returncode == 0
    site.write("content/luma/kpi.yaml", "files:\n  - files: b.csv\n    accept: [coments]\n")
    assert 'content/luma/kpi.yaml:3:14: unknown-change "coments" is no change' in site.bilan("check").stderr


@pytest.mark.parametrize(("heading", "near"), [("Comment", True), ("Comments ", False), ("Commentss", True), ("Other words", False)])
def test_a_first_download_with_a_heading_nearly_known_is_warned_of(heading: str, near: bool) -> None:
    """There is nothing to compare it with, and its column would silently be in no sum."""
    _, problems = read(month(1, HEADER.replace("Comments", heading)))

    assert [(problem.code, problem.severity, str(problem.at)) for problem in problems] == [
        ("heading-nearly-known", "warning", "kpi/file.csv:1:38")
    ] * near
    assert all(f'nothing reads the column "{heading}"; did you mean "Comments"?' in problem.message for problem in problems)
    mapping = rule(kind="tiktok_overview", columns={"comments": heading.strip()})
    assert read(month(1, HEADER.replace("Comments", heading)), rule=mapping)[1] == []
    assert read(month(1, HEADER.replace("Comments", heading)), rule=rule(accept=["comments"]))[1] == []
