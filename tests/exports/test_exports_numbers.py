"""Number literals of four languages, and the decision on the decimal mark."""

from __future__ import annotations

import polars as pl
import pytest

from generator.exports.numbers import Mark, read_durations, read_numbers, shape, signs
from tests.exports.exportkit import codes, column, read, record, rule

POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"
HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares\n"

LITERALS: list[tuple[str, Mark, float | None]] = [
    # French: comma, blanks of four kinds
    ("1 234", ",", 1234), ("1\u00a0234", ",", 1234), ("1\u202f234", ",", 1234), ("1\u2009234", ",", 1234),
    ("1\u202f234\u202f567", ",", 1234567), ("1 234,5", ",", 1234.5), ("0,05", ",", 0.05), ("12,5 %", ",", 0.125),
    ("12,5\u00a0%", ",", 0.125), ("62,5%", ",", 0.625), ("1 234,56 €", ",", 1234.56), ("1\u202f234,56\u00a0€", ",", 1234.56),
    ("1,2 k", ",", 1200), ("1,2 K", ",", 1200), ("3,4 M", ",", 3.4e6), ("1,5 Md", ",", 1.5e9), ("-3", ",", -3), ("−3", ",", -3),
    ("+3", ",", 3), ("—", ",", None), ("-", ",", None), ("--", ",", None), (" --", ",", None), ("n/a", ",", None), ("", ",", None),
    # English: point, commas group
    ("1,234", ".", 1234), ("1,234,567.89", ".", 1234567.89), ("$1,234.50", ".", 1234.5), ("£99", ".", 99), ("3.2%", ".", 0.032),
    ("424.0", ".", 424), ("0.049644229982824896", ".", 0.049644229982824896), ("(1,234)", ".", -1234), ("1.2M", ".", 1.2e6),
    ("15k", ".", 15000), ("2.5B", ".", 2.5e9), ("EUR 12.30", ".", 12.3), ("12.30 USD", ".", 12.3), (".5", ".", 0.5),
    # German and Swiss
    ("1.234", ",", 1234), ("1.234.567,8", ",", 1234567.8), ("1'234", ",", 1234), ("1’234.50", ".", 1234.5), ("3,5 Mio.", ",", 3.5e6),
    ("12 Tsd.", ",", 12000), ("1,5 Mrd", ",", 1.5e9), ("€ 5,00", ",", 5), ("CHF 1'000.00", ".", 1000), ("k.A.", ",", None),
    # Spanish
    ("1.234,5", ",", 1234.5), ("12 mil", ",", 12000), ("3,25 %", ",", 0.0325), ("5-", ",", -5),
]  # fmt: skip
NOT_NUMBERS = ["abc", "12abc", "1,23,4", "12 34", "1..2", "#REF!", "#N/A", "1.2.3", "(12", "NaN", "inf", "12:30"]


@pytest.mark.parametrize(("text", "mark", "value"), LITERALS)
def test_a_literal_has_its_value(text: str, mark: Mark, value: float | None) -> None:
    """Each literal is read as the number that a reader of its language sees."""
    read = read_numbers(shape(pl.Series([text])), mark)

    assert read.values.to_list() == [pytest.approx(value) if value is not None else None]
    assert read.bad.to_list() == [False]


@pytest.mark.parametrize("text", NOT_NUMBERS)
@pytest.mark.parametrize("mark", [".", ","])
def test_what_is_no_number_is_said_to_be_none(text: str, mark: Mark) -> None:
    """A cell that is no number is marked, and never becomes zero."""
    read = read_numbers(shape(pl.Series([text])), mark)

    assert (read.values.to_list(), read.bad.to_list()) == ([None], [True])


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1,234", "0.5"], {"."}), (["1.234", "0,5"], {","}), (["1,234", "1,234,567"], {"."}), (["1.234", "1.234.567"], {","}),
        (["1,234"], set()), (["1.234"], set()), (["12", "13"], set()), (["1,234.5"], {"."}), (["1.234,5"], {","}),
        (["1 234", "1,234"], {","}), (["1,5", "1.5"], {".", ","}), (["1234.567"], {"."}), (["12,3456"], {","}), (["3,25 %"], {","}),
        (["1\u202f234,567"], {","}),
    ],
)  # fmt: skip
def test_the_mark_is_proven_by_the_column(cells: list[str], marks: set[str]) -> None:
    """A mark is decided by a value that allows one reading; 1,234 alone allows two."""
    assert signs(shape(pl.Series(cells))).marks == marks


@pytest.mark.parametrize(("text", "seconds"), [("0:02:13", 133), ("2:13", 133), ("1:00:00", 3600), ("12", None), ("x", None)])
def test_a_duration_is_in_seconds(text: str, seconds: float | None) -> None:
    """h:mm:ss and m:ss are durations; a bare number is not."""
    assert read_durations(pl.Series([text])).to_list() == [seconds]


def test_a_column_that_may_be_read_in_two_ways_is_refused() -> None:
    """1.234 alone is neither 1234 nor 1.234: both readings are printed, and the other columns are read."""
    readings, problems = read(HEADER + "2026-01-01,1.234,5,6,7,8\n2026-01-02,2.345,5,6,7,8\n")

    assert codes(problems) == ["undecidable-number"]
    assert '"1.234" may be 1234 or 1.234' in problems[0].message
    assert (problems[0].at.line, "locale" in str(problems[0].fix)) == (2, True)
    assert column(readings, "video_views") == []
    assert column(readings, "reactions") == [6, 6]


@pytest.mark.parametrize(("locale", "value"), [("fr", 1.234), ("en", 1234), ("de", 1.234), ("en-GB", 1234)])
def test_a_declared_locale_decides(locale: str, value: float) -> None:
    """The same column is read as the declared locale has it."""
    readings, problems = read(HEADER + '2026-01-01,"1,234",5,6,7,8\n', rule=rule(locale=locale))

    assert (column(readings, "video_views"), problems) == ([value], [])
    assert record(readings).locale == locale


@pytest.mark.parametrize(("other", "value"), [("0.5%", 1234), ('"0,5 %"', 1.234)])
def test_another_column_of_the_file_proves_the_mark(other: str, value: float) -> None:
    """A rate that Bilan does not read still tells how the file writes its numbers."""
    readings, problems = read(HEADER[:-1] + ',Rate\n2026-01-01,"1,234",5,6,7,8,' + other + "\n")

    assert (column(readings, "video_views"), problems) == ([value], [])


def test_two_marks_in_one_column_are_refused() -> None:
    """1.5 and 1,5 in one column contradict each other."""
    readings, problems = read(HEADER + '2026-01-01,"1,5",5,6,7,8\n2026-01-02,1.5,5,6,7,8\n')

    assert codes(problems) == ["undecidable-number"]
    assert column(readings, "video_views") == []


def test_null_is_not_zero() -> None:
    """Empty cells and dashes have no value; a zero has one."""
    readings, problems = read(HEADER + "2026-01-01,,-,0,--,—\n")

    assert problems == []
    assert [column(readings, metric) for metric in ("video_views", "profile_visits", "reactions", "comments", "shares")] == [
        [],
        [],
        [0],
        [],
        [],
    ]


def test_a_bad_cell_is_named() -> None:
    """The message names line, column and text, and the row's other cells are read."""
    readings, problems = read(HEADER + "2026-01-01,1,2,3,4,5\n2026-01-02,1,many,3,4,5\n")

    assert [str(problem).splitlines()[0] for problem in problems] == [
        'kpi/file.csv:3:14: bad-cell column "Profile Views" is "many"; a number is expected'
    ]
    assert column(readings, "profile_visits") == [2]
    assert column(readings, "reactions") == [3, 3]


def test_a_bad_cell_is_shown_in_its_line() -> None:
    """A8: line and column as an editor counts them, the line with a caret below the cell, what is expected, and a way out."""
    readings, problems = read(POSTS + '1,"Tue, Aug 25, 2026","Hi, été",https://x.com/a/status/1,many,2\n')

    assert str(problems[0]).splitlines() == [
        'kpi/file.csv:2:58: bad-cell column "Impressions" is "many"; a number is expected',
        '  2 | 1,"Tue, Aug 25, 2026","Hi, été",https://x.com/a/status/1,many,2',
        "    | " + " " * 57 + "^",
        "  fix: correct the cell, or export the file again",
    ]
    assert column(readings, "reactions") == [2]


def test_a_cell_behind_a_line_break_has_its_line_alone() -> None:
    """No column is better than an invented one."""
    _, problems = read(POSTS + '1,"Tue, Aug 25, 2026","Hi\nthere",https://x.com/a/status/1,many,2\n')

    assert (problems[0].at.line, problems[0].at.column) == (2, None)
