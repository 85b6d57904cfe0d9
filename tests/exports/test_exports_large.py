"""Large texts are read in pieces, to the same values, lines and problems as small ones, and in little memory."""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from generator.exports import grids, octets, records
from generator.exports.dates import read_dates
from generator.exports.octets import in_memory, kept
from generator.exports.reading import Reading
from generator.exports.records import Body
from generator.model.kpi import LeftOut
from generator.model.site import Limits
from generator.problems import Problem
from tests.exports.exportkit import FILES, codes, column, read, record

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares,Note\n"
POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"
SOAK = bool(os.environ.get("BILAN_SOAK"))
ADS = "Campaign report\nDay,Campaign,Ad group,Currency code,Cost,Impr.,Clicks,Conversions\n"


@contextmanager
def large(piece: int) -> Iterator[None]:
    """Every text counts as large, and is cut into pieces of so many bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "SMALL", 0)
        patch.setattr(octets, "SMALL", 1000)
        patch.setattr(records, "_PIECE", piece)
        patch.setattr(records, "_BEGINNING", piece)
        yield


def rows(count: int, note: str) -> str:
    return "".join(f"{1900 + n // 336}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d},{n},2,3,4,5,{note}\n" for n in range(count))


def body(text: str) -> Body:
    data = in_memory(text.encode())
    return Body(text=data, start=0, end=data.size, line=1, width=7, delimiter=",")


@pytest.mark.parametrize("note", ["plain", '"a, b"', '"two\nlines"', '"she said ""no"""', "é", "x\r", ""])
@pytest.mark.parametrize("size", [100, 1000, 7777])
def test_pieces_give_what_the_whole_gives(note: str, size: int) -> None:
    """Wherever a text is cut, each row keeps its cells and its physical line."""
    text = body(rows(300, note))
    whole = text.records()

    with large(size):
        pieces = text.joined(range(7))

    assert pieces.frame.equals(whole.frame)
    assert pieces.oddities == whole.oddities


@pytest.mark.parametrize("ragged", ["2026-01-02,1,2,3,4,5,6,7\n", '2026-01-02,1,2,3,4,5,"6",7\n', "2026-01-02,1,2\n"])
@pytest.mark.parametrize("note", ["plain", ""])
def test_a_ragged_row_far_down_is_found(ragged: str, note: str) -> None:
    """The pieces of which few columns are kept are looked at as closely as the first."""
    with large(1000):
        found = body(rows(200, note) + ragged + rows(200, note)).joined([0, 1])

    assert [(oddity.why, oddity.line) for oddity in found.oddities] == [("ragged", 202)]
    assert found.frame.height == 400


def test_a_row_too_short_and_one_too_long_do_not_make_up_for_each_other() -> None:
    """As many delimiters as whole rows have prove nothing."""
    with large(1 << 20):
        found = body(rows(50, "x") + "2026-01-02,1,2,3,4,5\n" + "2026-01-02,1,2,3,4,5,6,7\n").joined([0, 1])

    assert [oddity.line for oddity in found.oddities] == [52, 53]


def test_a_quote_that_is_never_closed_does_not_make_one_piece_of_all() -> None:
    """Pieces stay small, and the rows before the quote are read."""
    with large(2000):
        found = body(rows(100, "x") + '2026-01-02,"1,2,3,4,5\n' + rows(300, "x")).joined([0, 1])

    assert found.frame.height >= 100
    assert found.oddities[0].line >= 102


def told(content: str) -> tuple[list[tuple[object, ...]], list[LeftOut], list[tuple[str, int | None, str]]]:
    """The values, the rows left out and the problems of the only table."""
    readings, problems = read(content)
    (reading,) = [each for each in readings if isinstance(each, Reading)]
    listed = reading.values.sort("metric", "first", "item", "line", nulls_last=True).with_columns(pl.col("value").round(6))
    lost = sorted(reading.file.left_out, key=lambda left: left.reason)
    return listed.rows(), lost, [(problem.code, problem.at.line, problem.message) for problem in problems]


def ads(number: str = "{:.2f}", mark: str = ".", *, seed: int = 1, count: int = 400) -> list[list[str]]:
    dice = random.Random(seed)
    return [
        [f"2026-0{n % 3 + 1}-{n % 28 + 1:02}", f"Campaign {dice.randrange(5)}", f"Group {n}", "EUR",
         number.format(dice.randrange(100, 90_000) / 100).replace(".", mark), str(dice.randrange(9000)), str(dice.randrange(900)), ""]
        for n in range(count)
    ]  # fmt: skip


def written(table: list[list[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", delimiter=delimiter).writerows(table)
    return ADS.replace(",", delimiter) + buffer.getvalue()


UNFORESEEN: dict[str, list[list[str]]] = {
    "nothing": [],
    "a number with a comma": [["2026-01-05", "Campaign 1", "G", "EUR", "1,234.56", "12", "1", ""]],
    "a decimal where there were none": [["2026-01-05", "Campaign 1", "G", "EUR", "1.50", "12.5", "1", ""]],
    "a dash": [["2026-01-05", "Campaign 1", "G", "EUR", "--", "12", " --", ""]],
    "a word": [["2026-01-05", "Campaign 1", "G", "EUR", "many", "12", "1", ""]],
    "an infinity": [["2026-01-05", "Campaign 1", "G", "EUR", "inf", "12", "1", ""]],
    "money below zero": [["2026-01-05", "Campaign 1", "G", "EUR", "-3.50", "12", "1", ""]],
    "a total": [["Total: Account", "", "", "", "99.50", "99", "9", ""], ["Total: Search", "", "", "", "9.50", "9", "9", ""]],
    "the header again": [["Day", "Campaign", "Ad group", "Currency code", "Cost", "Impr.", "Clicks", "Conversions"]],
    "a row without a day": [["", "", "", "", "99.50", "99", "9", ""]],
    "no day": [["2026-02-31", "Campaign 1", "G", "EUR", "1.50", "12", "1", ""]],
    "cells too many": [["2026-01-05", "Campaign 1", "G", "EUR", "1.50", "12", "1", "2", "3"]],
    "a blank line": [[]],
    "a quote": [["2026-01-05", 'Campaign "1"', "G, H", "EUR", "1.50", "12", "1", ""]],
    "a lone quote": [
        ["2026-01-05", '"', "G", "EUR", "1.50", "12", "1", ""],
        ["2026-01-05", "Campaign 1", "G", "EUR", "1.50", "12", "1", ""],
    ],
    "a late column": [["2026-01-05", "Campaign 1", "G", "EUR", "1.50", "12", "1", "2.5"]],
}


@pytest.mark.parametrize("what", UNFORESEEN)
@pytest.mark.parametrize("place", [3, 350])
@pytest.mark.parametrize(("delimiter", "mark"), [(",", "."), (";", ",")])
def test_a_large_table_is_told_like_a_small_one(what: str, place: int, delimiter: str, mark: str) -> None:
    """Sums, lines, rows left out and problems are the same, whatever a late row holds that the first ones did not promise."""
    table = ads(mark=mark)
    table[place:place] = [[cell if "," in cell else cell.replace(".", mark) for cell in row] for row in UNFORESEEN[what]]
    text = written(table, delimiter)

    with large(3000):
        found = told(text)

    assert found == told(text)


def test_a_quote_inside_a_quoted_number_is_read_alike() -> None:
    """A damaged "10"24 is the same number, large table or small."""
    text = written(ads()) + '2026-01-05,Campaign 1,G,EUR,1.50,"10"24,1,\n'

    with large(3000):
        found = told(text)

    assert found == told(text)


@pytest.mark.parametrize("row", ['2026-01-05,",G,EUR,1.50,12,1,\n', '2026-01-05,A,G,EUR,1.50,12,1,"\n', '",A,G,EUR,1.50,12,1,\n'])
def test_a_cell_that_is_one_quote_ends_in_problems(row: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Polars panics at it, and would say so on the terminal."""
    text = written(ads())
    with large(3000):
        read(text[:9000].rpartition("\n")[0] + "\n" + row + text[9000:].partition("\n")[2])

    assert capfd.readouterr().err == ""


def test_what_may_be_read_in_two_ways_is_refused_in_a_large_table_too() -> None:
    """No cell of the table tells what 1.234 is: the first one is named."""
    table = ads(number="1.234")

    with large(3000):
        found = told(written(table))

    assert found == told(written(table))
    assert [(code, line) for code, line, _ in found[2]] == [("undecidable-number", 3)]


def test_marks_are_proven_by_any_piece() -> None:
    """The last row proves the decimal comma of all the others."""
    table = [*ads(number="1.234"), ["2026-01-05", "Campaign 1", "G", "EUR", "1234,5", "12", "1", ""]]

    with large(3000):
        found = told(written(table, ";"))

    assert found == told(written(table, ";"))
    assert found[2] == []


@pytest.mark.parametrize("path", [p for p in sorted(FILES.rglob("*.csv")) if p.stat().st_size > 3000], ids=lambda path: path.name)
def test_every_kind_is_read_in_pieces_like_in_one(path: Path) -> None:
    """The files of real shape, cut small."""
    name = path.relative_to(FILES).as_posix()

    with large(2500):
        readings, problems = read(path.read_bytes(), name=name)

    whole, _ = read(path.read_bytes(), name=name)
    pairs = [(a, b) for a, b in zip(readings, whole, strict=True) if isinstance(a, Reading) and isinstance(b, Reading)]
    assert problems == []
    assert pairs
    for one, other in pairs:
        order = ["metric", "first", "item", "line"]
        assert one.values.sort(order, nulls_last=True).equals(other.values.sort(order, nulls_last=True))
        assert one.posts.sort("line").equals(other.posts.sort("line"))
        assert set(one.file.left_out) == set(other.file.left_out)


def test_a_large_text_is_read_like_a_small_one() -> None:
    """Five megabytes with a row too many cells, a row too few, and an end that is missing."""
    text = (
        HEADER
        + rows(80_000, '"a note, of some length, on every line"')
        + "2026-01-01,1\n"
        + "2026-01-02,7,2,3,4,5,6,7\n"
        + rows(3, "x")
        + "2026-01-03,1"
    )

    readings, problems = read(text)

    assert sorted((problem.code, problem.at.line) for problem in problems) == [
        ("ragged-row", 80_002), ("ragged-row", 80_003), ("truncated-file", 80_007),
    ]  # fmt: skip
    assert sum(column(readings, "video_views")) == sum(range(3, 80_000)) + 3
    assert record(readings).rows == 80_000


def test_only_the_first_of_many_problems_are_kept_one_by_one() -> None:
    """A million rows that are too short are not a million messages."""
    with large(20_000):
        readings, problems = read(HEADER + rows(10, "x") + "2026-01-01,1\n" * 5000 + rows(10, "x"))

    assert codes(problems).count("ragged-row") == 21
    assert "and 4980 more" in " ".join(problem.message for problem in problems)
    assert [(left.reason, left.rows) for left in record(readings).left_out if left.reason == "ragged row"] == [("ragged row", 5000)]


def test_more_values_than_the_limit_are_refused_by_its_name() -> None:
    """Rows that cannot be added up stop at export_values, in a large table and in a small one."""
    text = HEADER + rows(2000, "x")
    found: list[list[Problem]] = []

    for size in (3000, 1 << 30):
        with large(size):
            found.append(read(text, limits=Limits(export_values=5000))[1])
    found.append(read(text, limits=Limits(export_values=5000))[1])

    assert [codes(problems) for problems in found] == [["too-many-values"]] * 3
    assert "export_values" in found[0][0].message


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
@pytest.mark.parametrize(
    "text", ["2026-03-31 22:20 +0000", "2026-03-31", "2026-03-31T22:20:05", "2026-03-31T22:20:05Z", "2026-10-25 02:30"]
)
def test_long_columns_of_dates_are_read_like_short_ones(text: str, zone: str | None) -> None:
    """The quick way with dates gives what the careful one gives."""
    short = read_dates(pl.Series([text]), order=None, as_of=None, zone=zone, client_zone="Europe/Paris")
    long = read_dates(pl.Series([text] * 20_001), order=None, as_of=None, zone=zone, client_zone="Europe/Paris")

    assert long.values.unique().to_list() == short.values.to_list()
    assert (long.timed, long.bad.any()) == (short.timed, False)


@pytest.mark.parametrize("data", [b"", b"\n", b"a", b"a\n", b"a\r\nb", b"\n\nx", b"ab\ncd\nef\n", "é\nü".encode()])
def test_lines_have_their_number_and_their_place(data: bytes) -> None:
    """A line's place is right behind its end, in memory as on the disk."""
    with large(10):
        for text in (in_memory(data), kept([data, b""])):
            lines = list(text.lines())

            assert [line for _, line, _ in lines] == [part.rstrip("\r\n") for part in data.decode().splitlines(keepends=True)]
            assert all(data[place - 1 : place] == b"\n" or place == len(data) for _, _, place in lines)


PEAK = """
import sys
from pathlib import Path
from generator.exports import read_one
from generator.exports.reading import Reading
from generator.problems import Problems
problems = Problems()
readings = read_one(Path(sys.argv[1]), problems=problems)
values = sum(each.values["value"].sum() for each in readings if isinstance(each, Reading))
status = Path("/proc/self/status").read_text()  # ru_maxrss would begin at what the process that forked this one has
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024, round(values), len(problems))
"""


def posts(count: int) -> str:
    caption = "A caption, " * 20
    return "".join(f'{n},"Tue, Aug 25, 2026","{caption}",https://x.com/a/status/{n},1,2\n' for n in range(count))


def days(count: int) -> str:
    note = "a note " * 12
    return "".join(f"2026-{n % 12 + 1:02}-{n % 28 + 1:02},{n},2,3,4,5,{note}\n" for n in range(count))


SHAPES = {  # a head, and what makes a stretch of a few megabytes that is repeated
    "ads": (ADS, partial(written, ads(count=20_000))),
    "utf-16": (ADS, partial(written, ads(count=20_000))),
    "days": (HEADER, partial(days, 36_000)),
    "posts": (POSTS, partial(posts, 15_000)),
    "blank lines": (HEADER, partial(str.__mul__, "\n", 4_000_000)),
    "one line": ("Name,Age\n", partial(str.__mul__, "x", 4_000_000)),
    "a quote that is never closed": (HEADER + '2026-01-01,1,2,3,4,5,"', partial(rows, 40_000, "x")),
}


@pytest.mark.parametrize("shape", SHAPES if SOAK else ["ads", "utf-16", "days", "posts"])
def test_memory_does_not_grow_with_the_file(shape: str, tmp_path: Path) -> None:
    """D4: forty megabytes, or in a soak 290, are read or refused in under 300 MiB."""
    head, stretch = SHAPES[shape]
    path, encoding = tmp_path / "a.csv", "utf-16" if shape == "utf-16" else "utf-8"
    part = stretch().removeprefix(head)
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(head)
        while file.tell() < (290 << 20 if SOAK else 40 << 20):
            file.write(part)

    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True, timeout=100)

    peak, total, problems = map(int, done.stdout.split())
    assert total > 0 or problems > 0
    assert peak < 300
