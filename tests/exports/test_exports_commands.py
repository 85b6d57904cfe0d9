"""The faults of exports, D1 to D13, each made through the command line and looked at there."""

from __future__ import annotations

import csv
import io
import json
import struct
import subprocess
import sys
import time
import zipfile
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SiteFolder, x_overview
from tests.exports.exportkit import workbook

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares\n"
ROWS = "2026-09-01,1,2,3,4,5\n2026-09-02,6,7,8,9,10\n"
POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"
POST = '{id},"Tue, Sep 8, 2026",{text},https://x.com/{handle}/status/{id},10,2\n'
REPORT = "---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## P {#p}\n\n```posts\nmetric: impressions\n```\n"


class Told:
    """What `bilan kpi read` said of a client's exports."""

    def __init__(self, site: SiteFolder, *files: str) -> None:
        paths = [str(site.root / "content/luma/kpi" / name) for name in files] or [str(site.root / "content/luma/kpi")]
        self.run = site.run("kpi read", *paths, "--json")
        self.rows = [json.loads(line) for line in self.run.out.splitlines()]
        self.problems = [json.loads(line) for line in self.run.err.splitlines()]
        self.codes = [problem["code"] for problem in self.problems]
        self.file = self.rows[0] if self.rows else {}

    def month(self, metric: str, month: str = "2026-09", **of: str) -> float | None:
        """The merged total of a metric."""
        wanted = {"metric": metric, "month": month, **of}
        return next((row["value"] for row in self.rows if "platform" in row and row.items() >= wanted.items()), None)


@pytest.fixture
def kpi(site: SiteFolder) -> SiteFolder:
    """A client without exports."""
    return site.remove("content/luma/kpi/overview.csv")


def put(site: SiteFolder, content: str | bytes, name: str = "a.csv") -> SiteFolder:
    return site.write(f"content/luma/kpi/{name}", content)


@pytest.mark.parametrize(
    ("delimiter", "encoding", "named"),
    [(",", "utf-8-sig", "utf-8-bom"), ("\t", "utf-16", "utf-16le-bom"), (";", "cp1252", "cp1252"), (",", "utf-8", "utf-8")],
)
def test_d1_encodings_are_found_and_named(kpi: SiteFolder, delimiter: str, encoding: str, named: str) -> None:
    """D1: a byte order mark, UTF-16 with tabs, Windows-1252: read alike, and the encoding is reported."""
    text = "Jour,Nom de la campagne,Montant dépensé (EUR),Impressions\n2026-09-01,Été,1.50,20\n".replace(",", delimiter)

    told = Told(put(kpi, text.encode(encoding)))

    assert (told.run.code, told.file["encoding"], told.month("spend")) == (0, named, 1.5)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1\u202f234,5", 1234.5), ("1\u00a0234,5", 1234.5), ("1.234,5", 1234.5), ("12,5 %", 0.125), ("1,2 K", 1200), ("(3,5)", None)],
)
def test_d2_numbers_of_france(kpi: SiteFolder, cell: str, value: float | None) -> None:
    """D2: blanks of all widths, decimal commas, percent and thousands by letter; a value below zero is refused."""
    told = Told(put(kpi, f'Date;Video Views;Profile Views;Likes;Comments;Shares\n2026-09-01;"{cell}";2;3;4;5\n'))

    assert told.month("video_views") == value
    assert told.codes == ([] if value is not None else ["bad-cell"])


def test_d3_whatever_is_around_the_rows(kpi: SiteFolder) -> None:
    """D3: preamble, repeated header and total are left out and said; a ragged row is an error at its line; the rest is read."""
    put(kpi, f"Overview\nfor September\n{HEADER}{ROWS}{HEADER}2026-09-03,1,2\nTotal,7,9,11,13,15\n2026-09-04,1,1,1,1,1\n")

    told = Told(kpi)

    left = {each["reason"]: (each["rows"], each["lines"]) for each in told.file["left_out"]}
    assert left == {"preamble": (2, [1, 2]), "repeated header": (1, [6]), "ragged row": (1, [7]), "total row": (1, [8])}
    assert [(problem["code"], problem["line"]) for problem in told.problems] == [("ragged-row", 7)]
    assert (told.run.code, told.month("video_views")) == (1, 8)


@pytest.mark.parametrize(("content", "code", "severity"), [("", "empty-export", "error"), (HEADER, "empty-export", "warning")])
def test_d3_files_without_rows(kpi: SiteFolder, content: str, code: str, severity: str) -> None:
    """D3: an empty file is an error, a header alone a warning."""
    told = Told(put(kpi, content))

    assert [(problem["code"], problem["severity"]) for problem in told.problems] == [(code, severity)]
    assert told.run.code == (1 if severity == "error" else 0)


def test_d4_a_cell_of_200_kilobytes(kpi: SiteFolder) -> None:
    """D4: the cell is refused at its line, and the other posts are read."""
    told = Told(put(kpi, POSTS + POST.format(id=1, handle="a", text="x" * 200_000) + POST.format(id=2, handle="a", text="Hi")))

    assert [(problem["code"], problem["line"]) for problem in told.problems] == [("cell-too-long", 2)]
    assert told.month("impressions") == 10


def test_d4_a_large_file_in_little_memory(kpi: SiteFolder) -> None:
    """D4: 25 MB of days by the command, in under 300 MiB; tests of large texts show that more takes no more."""
    line = "2026-09-{day:02},{n},2,3,4,5\n"
    put(kpi, HEADER + "".join(line.format(day=n % 30 + 1, n=n) for n in range(1_000_000)))
    code = (
        "import sys; from generator.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code, "kpi", "read", "content/luma/kpi"], cwd=kpi.root, capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip

    assert (done.returncode, "30 rows" in done.stdout) == (0, True)
    assert int(done.stderr.split()[-1]) < 300 * 1024


def test_d6_the_same_export_twice_and_days_that_overlap(kpi: SiteFolder) -> None:
    """D6: nothing counts twice; which rows were replaced, and by which file, is said."""
    put(kpi, HEADER + ROWS, "a.csv")
    put(kpi, HEADER + ROWS, "copies/a (1).csv")
    put(kpi, HEADER + ROWS.splitlines()[1] + "\n2026-09-03,100,1,1,1,1\n", "later.csv")

    told = Told(kpi)

    assert (told.run.code, told.month("video_views")) == (0, 107)
    notes = {row["path"].removeprefix("content/luma/kpi/"): row["notes"] for row in told.rows if "path" in row and "notes" in row}
    assert notes["a.csv"] == []  # totals of single files; what was replaced is said where they are put together
    summary = kpi.build()
    assert [str(problem) for problem in summary.problems] == []


def test_d7_the_export_of_another_account(kpi: SiteFolder) -> None:
    """D7: refused, account in the file against account of the client; the build leaves what was built before as it was."""
    client = "name: Luma\nlanguage: en\naccounts:\n  - platform: x\n    name: luma\n"
    kpi.write("content/luma/client.yaml", client)
    put(kpi, POSTS + POST.format(id=1, handle="luma", text="Ours"), "own.csv").build()
    before = kpi.tree()

    put(kpi, POSTS + POST.format(id=2, handle="rival", text="Theirs"), "other.csv")
    done, told = kpi.run("build"), Told(kpi)

    assert (done.code, told.run.code, told.codes) == (1, 1, ["wrong-account"])
    assert '"rival"; this client has "luma"' in told.problems[0]["message"]
    assert told.month("impressions") == 10
    assert kpi.tree() == before
    assert not any(b"Theirs" in content for content in kpi.tree().values())


@pytest.mark.parametrize(
    ("name", "content", "code", "what"),
    [
        ("half.csv", HEADER + ROWS + "2026-09-03,1", "truncated-file", "ends too early"),
        ("login.csv", '<!doctype html><title>Log in</title><input type="password">', "not-an-export", "asks to sign in"),
        ("table.xls", "<html><table><tr><td>Date</td></tr></table>", "not-an-export", "a web page"),
        ("cut.xlsx", workbook({"A": [["Date"]]})[:600], "not-an-export", "not downloaded to its end"),
        ("book.csv", workbook({"A": [HEADER.strip().split(","), ["2026-09-01", 1, 2, 3, 4, 5]]}), None, ""),
        ("text.xlsx", HEADER + ROWS, None, ""),
    ],
)
def test_d8_files_are_what_their_bytes_say(kpi: SiteFolder, name: str, content: str | bytes, code: str | None, what: str) -> None:
    """D8: half a download, a login page, HTML named .xls, a cut workbook; names mean nothing."""
    told = Told(put(kpi, content, name))

    assert told.codes == ([code] if code else [])
    assert all(what in problem["message"] for problem in told.problems)
    assert code is not None or told.month("reactions")


@pytest.mark.parametrize("honest", [True, False])
def test_d9_a_bomb_is_refused_at_once(kpi: SiteFolder, honest: bool) -> None:
    """D9: 200 MB in 200 KB are counted, whatever size the archive declares: in five seconds and under 300 MiB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200 << 20))
    data = buffer.getvalue()
    if not honest:
        place = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4) + 24
        data = data[:place] + struct.pack("<I", 100) + data[place + 4 :]
    put(kpi, data, "a.xlsx")
    started = time.monotonic()

    told = Told(kpi)

    assert time.monotonic() - started < 5
    assert (told.run.code, told.codes) == (1, ["workbook-too-large"])


def test_d10_workbooks_with_two_epochs_errors_and_sheets(kpi: SiteFolder) -> None:
    """D10: both date systems give the same days; #REF! is named by its cell; the sheets used, the hidden one too, are reported."""
    for epoch in (openpyxl.utils.datetime.CALENDAR_WINDOWS_1900, openpyxl.utils.datetime.CALENDAR_MAC_1904):
        book = openpyxl.Workbook()
        book.epoch = epoch
        sheet = book.active
        assert sheet is not None
        sheet.title = "Overview"
        for row in (HEADER.strip().split(","), [epoch.replace(year=2026, month=9, day=1), 1, 2, "#REF!", "--", "n/a"]):
            sheet.append(row)
        sheet["D2"].data_type = "e"
        other = book.create_sheet("Followers")
        other.append(["Date", "Followers", "Difference in followers from previous day"])
        other.append(["Sep 1, 2026", 10, 1])
        other.sheet_state = "hidden"
        buffer = io.BytesIO()
        book.save(buffer)

        told = Told(put(kpi, buffer.getvalue(), "a.xlsx"))

        assert [(problem["code"], problem["note"]) for problem in told.problems] == [("bad-cell", "Overview!D2")]
        assert (told.month("video_views"), told.month("comments"), told.month("followers_total")) == (1, None, 10)
        assert [(row["part"], row["notes"]) for row in told.rows if "part" in row] == [
            ("Overview", []),
            ("Followers", ["the sheet is hidden"]),
        ]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_d11_formulas_in_captions_are_texts(kpi: SiteFolder, text: str) -> None:
    """D11: a caption that a spreadsheet would run is shown as the text that it is, and no cell of the data annex would be run."""
    quoted = text.replace('"', '""')
    put(kpi, POSTS + POST.format(id=1, handle="luma", text=f'"{quoted}"'))
    kpi.write("content/luma/reports/monthly.md", REPORT)

    summary = kpi.build()

    assert [str(problem) for problem in summary.problems.errors] == []
    assert text in unescape(kpi.output("luma/room/monthly-2026-09.html"))
    tables = [content.decode("utf-8-sig") for name, content in kpi.tree().items() if name.endswith(".csv")]
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table), delimiter=",") for cell in row]
    assert (
        tables
        and [cell for cell in cells if cell[:1] in ("=", "@", "+", "\t", "\r") or (cell[:1] == "-" and not cell[1:2].isdigit())] == []
    )


@pytest.mark.parametrize(("character", "shown"), [("\x00", ""), ("\x1b[31m", "[31m"), ("\x07", ""), ("\x9b", "")])
def test_d12_control_characters_never_reach_a_page(kpi: SiteFolder, character: str, shown: str) -> None:
    """D12: removed with a notice; bytes that are no text are a warning."""
    put(kpi, POSTS + POST.format(id=1, handle="luma", text=f"Hi{character}there"))
    kpi.write(
        "content/luma/reports/monthly.md",
        "---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## P {#p}\n\n```posts\nmetric: impressions\n```\n",
    )

    told, summary = Told(kpi), kpi.build()

    assert (told.codes, [problem.code for problem in summary.problems]) == (["control-characters"], ["control-characters"])
    page = kpi.output("luma/room/monthly-2026-09.html")
    assert f"Hi{shown}there" in page
    assert not any(ord(c) < 32 and c not in "\n\t\r" for c in page)


def test_d12_bytes_that_are_no_text_are_said(kpi: SiteFolder) -> None:
    """D12: half a surrogate in UTF-16 is counted and said."""
    text = (POSTS + POST.format(id=1, handle="luma", text="Hi#there")).encode("utf-16-le").replace(b"#\x00", b"\x00\xd8")

    told = Told(put(kpi, b"\xff\xfe" + text))

    assert (told.codes, told.month("impressions")) == (["damaged-text"], 10)


def test_d13_one_zone_a_client(kpi: SiteFolder) -> None:
    """D13: posts near midnight, and on the days of 23 and 25 hours, are of the client's day; months are the sums of their days."""
    head = "Tweet id,Tweet permalink,Tweet text,time,impressions,likes\n"
    times = [
        "2026-09-30 21:59 +0000",
        "2026-09-30 22:00 +0000",
        "2026-03-29 00:59 +0000",
        "2026-10-24 22:30 +0000",
        "2026-10-25 00:30 +0000",
    ]
    put(kpi, head + "".join(f"{n},https://x.com/luma/status/{n},Hi,{at},{10**n},1\n" for n, at in enumerate(times)))

    told = Told(kpi)

    assert told.run.code == 0
    assert (told.month("impressions", "2026-09"), told.month("impressions", "2026-03")) == (1, 100)
    assert told.month("impressions", "2026-10") == 11010


def test_d5_and_d6_the_clients_own_overview(site: SiteFolder) -> None:
    """The export of the small site, with a column gone and days again, in one build: both are named."""
    put(site, x_overview({"2026-10-01": 5}).replace("Replies", "Answers"), "october.csv")

    done = site.run("build")

    assert done.code == 1
    assert 'column-vanished the column "Replies"' in done.err
    assert 'the nearest is "Answers"' in done.err


def test_nothing_of_this_machine_is_said(kpi: SiteFolder, tmp_path: Path) -> None:
    """Rule 4: messages name files by their path in the site."""
    told = Told(put(kpi, "<html>"))

    assert str(tmp_path) not in told.run.out + told.run.err
