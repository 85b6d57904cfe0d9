"""Many files of one client: what is looked at, whose it is, and which of two values counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from generator.exports import export_paths, monthly_totals, read_exports, read_one
from generator.model.kpi import POST_COLUMNS, RESTATED_COLUMNS, VALUE_COLUMNS, Data
from generator.model.site import Account, Brand, Client, FileRule, Limits
from generator.problems import Location, Problem, Problems
from tests.conftest import SiteFolder
from tests.exports.exportkit import FILES, codes, rule

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares\n"
POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"

ReadAll = Callable[..., tuple[Data, list[Problem]]]


def client(*, accounts: Sequence[Account] = (), rules: Sequence[FileRule] = ()) -> Client:
    return Client(
        slug="novea", name="Novéa", language="fr", timezone="Europe/Paris", currency="EUR", brand=Brand(), url=None,
        accounts=tuple(accounts),
        goals=(), counters=(), annotations=(), rules=tuple(rules), at=Location(path="content/novea/client.yaml"),
    )  # fmt: skip


@pytest.fixture
def read_all(tmp_path: Path) -> ReadAll:
    def read_all(files: dict[str, str | bytes], **settings: Sequence[Account] | Sequence[FileRule]) -> tuple[Data, list[Problem]]:
        folder = tmp_path / "content" / "novea" / "kpi"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        problems = Problems()
        data = read_exports(folder, root=tmp_path, client=client(**settings), limits=Limits(), problems=problems)  # type: ignore[arg-type]
        return data, problems.sorted()

    return read_all


def likes(data: Data) -> dict[date, float]:
    return dict(data.values.filter(pl.col("metric") == "reactions").select("first", "value").iter_rows())


def test_data_has_its_columns(read_all: ReadAll) -> None:
    """The frames have the columns of the contract, with files and without any."""
    for files in ({}, {"a.csv": POSTS + '1,"Tue, Aug 25, 2026",Hi,https://x.com/a/status/1,10,2\n'}):
        data, _ = read_all(files)

        assert {name: str(kind).partition("(")[0] for name, kind in data.values.schema.items()} == VALUE_COLUMNS
        assert {name: str(kind).partition("(")[0] for name, kind in data.posts.schema.items()} == POST_COLUMNS


def test_paths_are_those_of_the_site(read_all: ReadAll) -> None:
    """A file is named by its path from the site's folder, in records as in problems."""
    data, problems = read_all({"tiktok/a.csv": HEADER + "2026-01-01,x,2,3,4,5\n"})

    assert [file.path for file in data.files] == ["content/novea/kpi/tiktok/a.csv"]
    assert [str(problem.at) for problem in problems] == ["content/novea/kpi/tiktok/a.csv:2:12"]


def test_what_is_no_export_is_passed_over(read_all: ReadAll) -> None:
    """Hidden files, what macOS leaves behind, and notes for people are not looked at."""
    names = [".DS_Store", "__MACOSX/a.csv", "README.md", "x/readme.md", "~$a.xlsx", ".git/a.csv"]

    data, problems = read_all(dict.fromkeys(names, "nothing"))

    assert (data.files, problems) == ((), [])


def test_the_same_export_twice_counts_once(read_all: ReadAll) -> None:
    """A copy changes nothing, and is said to be replaced."""
    text = HEADER + "2026-01-01,1,2,3,4,5\n"

    data, problems = read_all({"a.csv": text, "b/copy of a.csv": text})

    assert (likes(data), problems) == ({date(2026, 1, 1): 3}, [])
    assert data.files[0].notes == ("5 values (0 of them different) replaced by content/novea/kpi/b/copy of a.csv",)
    assert [(left.reason, left.rows, left.lines) for left in data.files[0].left_out] == [("replaced by a later download", 1, (2,))]


OLD = HEADER + "2026-01-01,1,2,3,4,5\n2026-01-02,1,2,30,4,5\n"
NEW = HEADER + "2026-01-02,1,2,31,,5\n2026-01-03,1,2,40,4,5\n"


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("b_2026-01-02.csv", "a_2026-01-09.csv", []), ("z.csv", "a.csv", []), ("2026-01-02/z.csv", "2026-01-09/a.csv", []),
        ("b.csv", "a.csv", [rule(files="b.csv", downloaded="2026-01-02"), rule(files="a.csv", downloaded="2026-02-01")]),
    ],
)  # fmt: skip
def test_the_later_download_wins(read_all: ReadAll, old: str, new: str, rules: list[FileRule]) -> None:
    """Which is the later one is declared, or stands in its name or folder, or follows from the last day it holds."""
    data, _ = read_all({old: OLD, new: NEW}, rules=rules)

    assert likes(data) == {date(2026, 1, 1): 3, date(2026, 1, 2): 31, date(2026, 1, 3): 40}
    assert data.files[0].notes == (f"4 values (1 of them different) replaced by content/novea/kpi/{new}",)


def test_a_null_never_replaces_a_value(read_all: ReadAll) -> None:
    """The newest download leaves partial days empty."""
    data, _ = read_all({"b_2026-01-02.csv": OLD, "a_2026-01-09.csv": NEW})

    comments = data.values.filter((pl.col("metric") == "comments") & (pl.col("first") == date(2026, 1, 2)))
    assert comments.select("value", "file").rows() == [(4, 0)]


def test_a_value_knows_its_file_and_line(read_all: ReadAll) -> None:
    """Every figure can be traced."""
    data, _ = read_all({"b_2026-01-02.csv": OLD, "a_2026-01-09.csv": NEW})

    row = data.values.filter((pl.col("metric") == "reactions") & (pl.col("first") == date(2026, 1, 3))).row(0, named=True)
    assert (data.files[row["file"]].path, row["line"]) == ("content/novea/kpi/a_2026-01-09.csv", 3)


def test_a_post_is_one_post_whatever_day_it_is_filed_under(read_all: ReadAll) -> None:
    """Two generations of files give the same tweet two days, across a zone: it counts once."""
    tweet = "Tweet id,Tweet permalink,Tweet text,time,impressions,likes\n7,https://x.com/a/status/7,Hi,2026-03-31 22:20 +0000,10,2\n"

    data, _ = read_all({"2026-03-31.csv": tweet, "2026-04-30.csv": POSTS + '7,"Tue, Mar 31, 2026",Hi,https://x.com/a/status/7,12,3\n'})

    assert data.values.select("metric", "value").rows() == [("impressions", 12), ("reactions", 3)]
    assert data.posts.height == 1


def test_a_file_without_an_account_is_of_the_one_that_others_name(read_all: ReadAll) -> None:
    """One account of a platform: the daily file that names none overlaps the one that does."""
    rules = [rule(files="named/*", account="noveamobile")]

    data, _ = read_all({"a.csv": OLD, "named/a.csv": OLD}, rules=rules)

    assert data.values["account"].unique().to_list() == ["noveamobile"]
    assert likes(data) == {date(2026, 1, 1): 3, date(2026, 1, 2): 30}


def test_two_accounts_are_never_mixed(read_all: ReadAll) -> None:
    """The same days of two accounts are two values each."""
    rules = [rule(files="one/*", account="one"), rule(files="two/**", account="two")]

    data, _ = read_all({"one/a.csv": OLD, "two/2026/a.csv": OLD}, rules=rules)

    assert data.values.filter(pl.col("metric") == "reactions")["account"].to_list() == ["one", "two", "one", "two"]


@pytest.mark.parametrize(
    ("pattern", "ignored"),
    [("a.csv", 1), ("*.csv", 1), ("**/*.csv", 3), ("été/*", 1), ("e\u0301te\u0301/*", 1), ("**", 3), ("x/?.csv", 1), ("A.csv", 0)],
)
def test_patterns_of_rules(read_all: ReadAll, pattern: str, ignored: int) -> None:
    """One star stays inside a folder, two do not; accents are the same however they are written."""
    data, _ = read_all({"a.csv": OLD, "été/b.csv": OLD, "x/c.csv": OLD}, rules=[rule(files=pattern, ignore=True)])

    assert len(data.files) == 3 - ignored


def test_a_wrong_account_is_refused_and_the_rest_is_read(read_all: ReadAll) -> None:
    """A file of another client's account changes no figure."""
    own = POSTS + '7,"Tue, Mar 31, 2026",Hi,https://x.com/novea/status/7,12,3\n'

    data, problems = read_all({"own.csv": own, "other.csv": own.replace("novea", "rival").replace("7", "8")},
                              accounts=[Account(platform="x", name="novea")])  # fmt: skip

    assert codes(problems) == ["wrong-account"]
    assert likes(data) == {date(2026, 3, 31): 3}


def test_currencies(read_all: ReadAll) -> None:
    """The file's own currency counts, then the rule's, then the client's, which is said; no other than the client's is added up."""
    meta = "Day,Campaign name,Amount spent (TND)\n2026-01-01,A,5.50\n"
    mails = 'Unique Id,Send Date,Total Recipients,Total Opens,Unique Opens,Total Revenue\n{},"Sep 22, 2026 09:30 am",5,4,3,12.50\n'

    data, problems = read_all({"meta.csv": meta, "a/m.csv": mails.format("a"), "b/m.csv": mails.format("b")},
                              rules=[rule(files="b/*", currency="USD")])  # fmt: skip

    money = data.values.filter(pl.col("metric").is_in(["spend", "revenue"])).select("item", "unit")
    assert dict(money.iter_rows()) == {"a": "EUR"}
    assert [(problem.code, str(problem.at), problem.message.split(",")[0]) for problem in problems] == [
        ("other-currency", "content/novea/kpi/b/m.csv:2", "the amounts are in USD"),
        ("other-currency", "content/novea/kpi/meta.csv:2", "the amounts are in TND"),
    ]
    assert [file.notes for file in data.files if "a/m" in file.path] == [("the file names no currency: EUR, the client's, was taken",)]


def test_the_whole_folder_is_read_in_any_order(tmp_path: Path) -> None:
    """The order of files on the disk changes nothing."""
    paths = [path for path in export_paths(FILES) if path.suffix == ".csv" and path.parent.name in ("account_overview", "matomo")]
    one, two = ([r for p in order for r in read_one(p, folder=FILES, root=FILES, problems=Problems())] for order in (paths, paths[::-1]))

    assert [t for t in monthly_totals(one) if "platform" in t] == [t for t in monthly_totals(two) if "platform" in t]


def test_a_kind_may_be_declared(read_all: ReadAll) -> None:
    """A rule's kind is the only one looked for; an unknown one is named with those there are."""
    assert codes(read_all({"a.csv": OLD}, rules=[rule(kind="x_content")])[1]) == ["column-renamed"]
    assert codes(read_all({"a.csv": OLD}, rules=[rule(kind="tik_tok")])[1]) == ["unknown-kind"]


def test_what_a_later_download_changed_is_recorded(read_all: ReadAll) -> None:
    """A6: old value, new value, both files and lines; what stayed the same is no restatement."""
    data, _ = read_all({"b_2026-01-02.csv": OLD, "a_2026-01-09.csv": NEW})

    assert data.restated.rows(named=True) == [
        {
            "platform": "tiktok", "account": None, "series": "account_day", "metric": "reactions", "first": date(2026, 1, 2), "days": 1,
            "item": None, "unit": "count", "old": 30, "old_file": 0, "old_line": 3, "new": 31, "new_file": 1, "new_line": 2,
        }
    ]  # fmt: skip
    assert {name: str(kind) for name, kind in data.restated.schema.items()} == RESTATED_COLUMNS


def test_a_value_that_was_changed_twice_is_recorded_twice(read_all: ReadAll) -> None:
    """Each step of the way has its own old and new."""
    files = {f"2026-01-0{n + 3}.csv": HEADER + f"2026-01-02,1,2,{likes},4,5\n" for n, likes in enumerate((30, 31, 31, 29))}

    data, _ = read_all(files)

    assert data.restated.select("old", "new", "old_file", "new_file").rows() == [(30, 31, 0, 1), (31, 29, 2, 3)]


def test_nine_days_that_overlap_count_once(read_all: ReadAll) -> None:
    """A6: two downloads with nine days in common give each day once, the later one's value where they differ."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(30)]
    first = HEADER + "".join(f"{day},1,2,{n},4,5\n" for n, day in enumerate(days[:20]))
    second = HEADER + "".join(f"{day},1,2,{n + 11 + (n % 3 == 0)},4,5\n" for n, day in enumerate(days[11:]))

    data, problems = read_all({"first.csv": first, "second.csv": second})

    assert problems == []
    assert likes(data) == {day: n if n < 11 else n + ((n - 11) % 3 == 0) for n, day in enumerate(days)}
    assert data.restated["first"].to_list() == [days[11], days[14], days[17]]


def test_downloads_that_contradict_each_other_are_not_decided_by_their_names(read_all: ReadAll) -> None:
    """The same days with other values, and nothing that tells the later one: both are named, and what to do."""
    other = OLD.replace(",30,", ",33,")

    _, problems = read_all({"a.csv": OLD, "b.csv": other})

    assert [(problem.code, str(problem.at)) for problem in problems] == [("contradicting-exports", "content/novea/kpi/b.csv:3")]
    assert "reactions of 2026-01-02 is 33 here and 30 in content/novea/kpi/a.csv:3 (1 values differ)" in problems[0].message
    assert "downloaded:" in str(problems[0].fix)
    rules = [rule(files="b.csv", downloaded="2026-01-03"), rule(files="a.csv", downloaded="2026-01-04")]
    data, problems = read_all({"a.csv": OLD, "b.csv": other}, rules=rules)
    assert (problems, likes(data)[date(2026, 1, 2)]) == ([], 30)


@pytest.mark.parametrize(
    ("old", "new"), [("a.csv", "a (1).csv"), ("a (2).csv", "a (10).csv"), ("b/2026-01-02.csv", "a/2026-01-05.csv"), ("a.csv", "a(1).csv")]
)
def test_the_order_of_downloads_may_stand_in_their_names(read_all: ReadAll, old: str, new: str) -> None:
    """A day, or the number that a browser gives to the second download of a name."""
    data, problems = read_all({old: OLD, new: OLD.replace(",30,", ",33,")})

    assert (problems, likes(data)[date(2026, 1, 2)]) == ([], 33)


def test_restatements_are_listed_by_the_command_line(site: SiteFolder) -> None:
    """`bilan kpi read --restated` gives both values with their places, as text and as JSON."""
    site.write("content/luma/kpi/old_2026-01-02.csv", OLD).write("content/luma/kpi/new_2026-01-09.csv", NEW)

    said, told, plain = (site.bilan("kpi", "read", *more, "content/luma/kpi") for more in (["--restated"], ["--restated", "--json"], []))

    assert (said.returncode, told.returncode, plain.returncode) == (0, 0, 0)
    places = "content/luma/kpi/old_2026-01-02.csv:3", "content/luma/kpi/new_2026-01-09.csv:2"
    assert said.stdout == f"2026-01-02 tiktok reactions: 30 → 31\n  {places[0]}, then {places[1]}\n"
    assert (
        json.loads(told.stdout).items()
        >= {"metric": "reactions", "old": 30, "new": 31, "old_file": places[0], "new_file": places[1]}.items()
    )
    assert plain.stdout.endswith("1 values were changed by later downloads; see them with --restated\n")


TWO = POSTS + '{},"Tue, Mar 31, 2026",Hi,https://x.com/{}/status/{},12,3\n'


def test_two_accounts_that_nobody_declared_are_refused(read_all: ReadAll) -> None:
    """D7: one account is taken as the client's; a second one of the same network may be another client's."""
    one, other = TWO.format(7, "novea", 7), TWO.format(8, "rival", 8)

    assert read_all({"a.csv": one})[1] == []
    _, problems = read_all({"a.csv": one, "b.csv": other})

    assert [(problem.code, str(problem.at)) for problem in problems] == [("two-accounts", "content/novea/kpi/b.csv:2")]
    assert '"rival"' in problems[0].message and 'a.csv of "novea"' in problems[0].message
    assert '{platform: x, name: "novea"}' in str(problems[0].fix)
    accounts = [Account(platform="x", name="novea", aliases=("rival",))]
    assert read_all({"a.csv": one, "b.csv": other}, accounts=accounts)[1] == []
    assert read_all({"a.csv": one, "b.csv": other}, rules=[rule(files="b.csv", account="rival")])[1] == []


def test_names_in_one_row_are_of_one_account(read_all: ReadAll) -> None:
    """A page's name, its handle and its id in the same row are three spellings, not three accounts."""
    head = "Post ID,Account ID,Account username,Account name,Description,Publish time,Permalink,Post type,Views,Reach,Likes\n"
    row = "1784{n},17841400000000001,novea.mobile,Novéa Mobile,Hi,03/3{n}/2026 10:00,https://www.instagram.com/p/{n}/,IG image,9,8,7\n"

    data, problems = read_all({"a.csv": head + row.format(n=0), "b.csv": head + row.format(n=1).replace("Novéa Mobile", "Novea")})

    assert problems == []
    assert data.values["account"].n_unique() == 1
