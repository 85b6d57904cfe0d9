"""Large texts are read in pieces, to the same rows and lines as small ones."""

from __future__ import annotations

import polars as pl
import pytest

from generator.exports import records as records_module
from generator.exports.dates import read_dates
from generator.exports.records import Records, read_records
from tests.exports.exportkit import codes, column, read, record

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares,Note\n"


def rows(count: int, note: str) -> str:
    return "".join(f"{1900 + n // 336}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d},{n},2,3,4,5,{note}\n" for n in range(count))


@pytest.mark.parametrize("note", ["plain", '"a, b"', '"two\nlines"', '"she said ""no"""', "é", "x\r"])
def test_pieces_give_what_the_whole_gives(note: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a text is cut, each row keeps its cells and its physical line."""
    text = rows(300, note)
    whole = read_records(text, 0, 1, 7, ",", range(7))

    pieces: list[Records] = []
    for size in (100, 1000, 7777):
        monkeypatch.setattr(records_module, "_PIECE", size)
        pieces.append(records_module._in_pieces(text, 0, 1, 7, ",", [str(n) for n in range(7)]))

    assert all(piece.frame.drop("6").equals(whole.frame.drop("6")) for piece in pieces)
    assert [piece.oddities for piece in pieces] == [whole.oddities] * 3


@pytest.mark.parametrize("ragged", ["2026-01-02,1,2,3,4,5,6,7\n", '2026-01-02,1,2,3,4,5,"6",7\n', "2026-01-02,1,2\n"])
def test_a_ragged_row_far_down_is_found(ragged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pieces of which few columns are kept are looked at as closely as the first."""
    monkeypatch.setattr(records_module, "_PIECE", 1000)
    text = rows(200, "plain") + ragged + rows(200, "plain")

    records = records_module._in_pieces(text, 0, 1, 7, ",", ["0", "1"])

    assert [(oddity.why, oddity.line) for oddity in records.oddities] == [("ragged", 202)]
    assert records.frame.height == 400


def test_a_large_text_is_read_like_a_small_one() -> None:
    """Two megabytes with a row too many cells, a row too few, and an end that is missing."""
    text = (
        HEADER
        + rows(30_000, '"a note, of some length, on every line"')
        + "2026-01-01,1\n"
        + "2026-01-02,7,2,3,4,5,6,7\n"
        + rows(3, "x")
        + "2026-01-03,1"
    )

    readings, problems = read(text)

    assert sorted((problem.code, problem.at.line) for problem in problems) == [
        ("ragged-row", 30_002), ("ragged-row", 30_003), ("truncated-file", 30_007),
    ]  # fmt: skip
    assert sum(column(readings, "video_views")) == sum(range(30_000))
    assert record(readings).rows == 30_000


def test_marks_of_a_large_text_are_proven_by_any_column() -> None:
    """The columns that are not read are kept for the first rows, as proof of how numbers are written."""
    text = HEADER.replace("Note", "Rate") + rows(30_000, "0.5%,").replace("%,", "%").replace(",2,3,", ',"1,234",3,')

    readings, problems = read(text + "x" * 0)

    assert codes(problems) == []
    assert set(column(readings, "profile_visits")) == {1234}


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
