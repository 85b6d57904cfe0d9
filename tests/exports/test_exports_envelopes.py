"""One table in every envelope that platforms and spreadsheets put around it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.exports.reading import Reading
from tests.exports.exportkit import column, read, record, values, workbook

HEADER = ["Date", "Vues", "Durée de visionnage (heures)", "Abonnés", "Mentions « J'aime »", "Note"]
START = date(2026, 1, 1)
ROWS = [[str(START + timedelta(days=n)), str(n * 37 % 1000), f"{n},25", str(n % 7 - 3), str(n), f'été; "n° {n}", a|b'] for n in range(200)]
PREAMBLE = [
    "Rapport de la chaîne",
    "1 janvier 2026 - 19 juillet 2026",
    "",
    "Compte: Novéa; pays, langue",
    "",
    "Créé par l'outil",
    "a,b;c",
    "|",
    "Fin",
]
ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-bom", "utf-16": "utf-16le-bom", "utf-16-be": "utf-16be", "cp1252": "cp1252"}


def text_of(delimiter: str, preamble: int, total: bool, newline: str = "\n") -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline)
    writer.writerow(HEADER)
    if total:
        writer.writerow(["Total", "999999", "1,25", "0", "0", ""])
    writer.writerows(ROWS)
    return "".join(line + newline for line in PREAMBLE[:preamble]) + buffer.getvalue()


PLAIN = values(read(text_of(",", 0, total=False))[0]).drop("line")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("preamble", [0, 3, 9])
@pytest.mark.parametrize("total", [False, True])
def test_one_table_in_every_envelope(delimiter: str, encoding: str, preamble: int, total: bool) -> None:
    """Delimiter, encoding, lines above the header and a total row change nothing of what is read."""
    readings, problems = read(text_of(delimiter, preamble, total).encode(encoding))

    assert problems == []
    assert values(readings).drop("line").equals(PLAIN)
    assert record(readings).encoding == ENCODINGS[encoding]
    assert record(readings).rows == 200
    assert sum(left.rows for left in record(readings).left_out if left.reason == "total row") == total


def test_the_plain_table_is_right() -> None:
    """What the other envelopes are compared with holds the numbers that were written."""
    assert PLAIN.height == 800
    assert PLAIN.filter(pl.col("metric") == "watch_time_s")["value"].to_list() == [(n + 0.25) * 3600 for n in range(200)]
    assert PLAIN["first"].max() == date(2026, 7, 19)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"), lambda text: "sep=,\n" + text, lambda text: '"sep=,"\n' + text, lambda text: "\n\n" + text,
        lambda text: text.replace("\n", "\n\n"), lambda text: text + ",,,,,\n",
        lambda text: text.rstrip("\n"), lambda text: text + "\n\n\n",
        lambda text: text + text.split("\n")[0] + "\n", lambda text: text.replace("Date,", " DATE ,"),
        lambda text: text.replace("J'aime", "J’aime"),
        lambda text: text.replace("Durée", "DurÃ©e").replace("Abonnés", "AbonnÃ©s"), lambda text: text.replace("J'aime", "J\x19 aime"),
    ],
)  # fmt: skip
def test_oddities_around_a_table(change) -> None:  # type: ignore[no-untyped-def]  # a parameter of eleven lambdas
    """Line ends, separator lines, blank lines, a repeated header, damaged header names: the same rows."""
    readings, problems = read(change(text_of(",", 0, total=False)))

    assert problems == []
    assert values(readings).drop("line").equals(PLAIN)


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [2, 0, 1, 5, 3, 4]])
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    """Columns are known by their names."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[row[place] for place in order] for row in [HEADER, *ROWS]])

    readings, _ = read(buffer.getvalue())

    assert values(readings).drop("line").sort("metric", "first").equals(PLAIN.sort("metric", "first"))


@pytest.mark.parametrize("kept", [True, False])
def test_a_workbook_holds_the_same_table(kept: bool) -> None:
    """Dates and numbers that a workbook types, and those that it holds as text, are the same."""
    rows = [[date.fromisoformat(r[0]), int(r[1]), float(r[2].replace(",", ".")), int(r[3]), int(r[4]), r[5]] if kept else r for r in ROWS]

    readings, problems = read(workbook({"Table": [["Titre"], HEADER, *rows]}), name="kpi/misnamed.csv")

    assert problems == []
    assert values(readings).drop("line").equals(PLAIN)


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"])), min_size=1, max_size=6))
def test_captions_never_move_a_number(captions: list[str]) -> None:
    """Whatever a caption holds, each post keeps its own line and its own numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["Post id", "Date", "Post text", "Post Link", "Impressions", "Likes"])
    for n, caption in enumerate(captions):
        writer.writerow([f"19{n:04d}", "Tue, Aug 25, 2026", caption, f"https://x.com/a/status/19{n:04d}", n, n * 2])

    readings, _ = read(buffer.getvalue())

    assert column(readings, "impressions") == list(range(len(captions)))
    assert column(readings, "reactions") == [n * 2 for n in range(len(captions))]


LATIN = st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"])
CAPTIONS = st.text(st.one_of(LATIN, st.sampled_from(",;\t|\"'\n=+-@#")), max_size=40)
TITLES = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"], exclude_characters='"#'), min_size=1, max_size=60)
POSTS = st.lists(st.tuples(CAPTIONS, st.integers(0, 10**9), st.integers(-50, 10**6)), min_size=1, max_size=12)


@given(
    posts=POSTS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    titles=st.sampled_from([0, 3, 9]).flatmap(lambda count: st.lists(TITLES, min_size=count, max_size=count)),
    total=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_in_any_envelope_reads_back_the_same(
    posts: list[tuple[str, int, int]], delimiter: str, encoding: str, titles: list[str], total: bool, newline: str, quoting: int
) -> None:
    """A1: whatever a table of posts says, and whatever is around it, each post comes back with its text and its numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["Post id", "Date", "Post text", "Post Link", "Impressions", "Likes"])
    if total:
        writer.writerow(["Total", "", "", "", "999", "99"])
    for n, (caption, impressions, likes) in enumerate(posts):
        writer.writerow([f"19{n:04d}", "Tue, Aug 25, 2026", caption, f"https://x.com/a/status/19{n:04d}", impressions, likes])
    text = "".join(title + newline for title in titles) + buffer.getvalue()

    readings, problems = read(text.encode(encoding))

    (reading,) = [each for each in readings if isinstance(each, Reading)]
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert column(readings, "impressions") == [impressions for _, impressions, _ in posts]
    assert column(readings, "reactions") == [likes for _, _, likes in posts]
    assert reading.posts["text"].to_list() == [caption.strip() or None for caption, _, _ in posts]
    assert sum(left.rows for left in reading.file.left_out if left.reason == "total row") == total
