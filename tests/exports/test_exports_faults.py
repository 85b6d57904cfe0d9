"""Files that are damaged, foreign, of somebody else, or too large: what is said, and what is read all the same."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlwt

from generator.exports import read_one
from generator.exports.reading import Reading
from generator.model.site import Account, Limits
from generator.problems import Problems
from tests.conftest import SiteFolder
from tests.exports.exportkit import FILES, codes, column, read, record, rule, values, workbook

HEADER = "Date,Video Views,Profile Views,Likes,Comments,Shares\n"
ROW = "2026-01-01,1,2,3,4,5\n"
POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"  \r\n"])
def test_an_empty_file_is_an_error(content: bytes) -> None:
    """Nothing at all is not a month without events."""
    assert codes(read(content)[1]) == ["empty-export"]


def test_a_header_without_rows_is_said() -> None:
    """The kind is known, and nothing was read."""
    readings, problems = read(HEADER)

    assert codes(problems) == ["empty-export"]
    assert (record(readings).kind, record(readings).rows) == ("tiktok_overview", 0)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<!DOCTYPE html>\n<html><form><input type=\"password\"></form></html>", "asks to sign in"),
        ("<html><table><tr><td>Date</td></tr></table></html>", "a web page"),
        ('{"error": "not authorised"}', "JSON"), ('<?xml version="1.0"?><Workbook/>', "XML"), (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n0000", "picture"), (b"\x1f\x8b\x08abc", "gzip"), (b"PK\x03\x04 cut short", "zip archive"),
    ],
)  # fmt: skip
def test_a_foreign_file_is_called_what_it_is(content: bytes | str, what: str) -> None:
    """A login page saved as .csv, a table of HTML named .xls, a document: the message says what the file is."""
    readings, problems = read(content, name="kpi/export.xls")

    assert codes(problems) == ["not-an-export"]
    assert what in problems[0].message
    assert record(readings).kind is None


def test_a_damaged_workbook_is_said() -> None:
    """The beginning of an .xls and nothing behind it."""
    assert codes(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))[1]) == ["unreadable-workbook"]


@pytest.mark.parametrize("name", ["kpi/a.csv", "kpi/a.xls", "kpi/a.txt", "kpi/a"])
def test_names_and_extensions_mean_nothing(name: str) -> None:
    """A workbook named .csv and a text named .xls are read as what they are."""
    book = workbook({"Sheet1": [HEADER.strip().split(","), ["2026-01-01", 1, 2, 3, 4, 5]]})

    assert column(read(book, name=name)[0], "reactions") == [3]
    assert column(read(HEADER + ROW, name=name)[0], "reactions") == [3]


def test_a_half_downloaded_file_loses_only_its_last_row() -> None:
    """The last row has too few cells: it is left out, with a warning."""
    readings, problems = read(HEADER + ROW + "2026-01-02,7,8")

    assert [(p.code, p.severity, p.at.line) for p in problems] == [("truncated-file", "warning", 3)]
    assert column(readings, "video_views") == [1]
    assert [(left.reason, left.rows) for left in record(readings).left_out] == [("cut off at the end of the file", 1)]


def test_ragged_rows_are_refused_with_their_lines() -> None:
    """Rows with a cell too many or too few are named; their neighbours are read."""
    readings, problems = read(HEADER + ROW + "2026-01-02,7,8\n2026-01-03,1,2,3,4,5,6\n" + ROW.replace("01-01", "01-04"))

    assert [(p.code, p.at.line) for p in problems] == [("ragged-row", 3), ("ragged-row", 4)]
    assert column(readings, "video_views") == [1, 1]


def test_a_quote_inside_quoted_titles_is_survived() -> None:
    """Rows pasted with bare quotes are split at the quotes between cells."""
    head = '"Time","Video title","Video link","Post time","Total likes","Total comments","Total shares","Total views"\n'
    row = '"2026-01-05","The "best", they say","https://www.tiktok.com/@a/video/77","2026-01-04","1","2","3","4"\n'

    readings, problems = read(head + row)

    assert (problems, column(readings, "video_views")) == ([], [4])
    (reading,) = [r for r in readings if isinstance(r, Reading)]
    assert reading.posts["text"].to_list() == ['The "best", they say']


def test_a_quote_that_is_never_closed_is_said() -> None:
    """The rest of the file is one cell: it is refused, and the rows before it are read."""
    readings, problems = read(HEADER + ROW + '2026-01-02,"1,2,3,4,5\n' + ROW * 3)

    assert [problem.at.line for problem in problems] == [3]
    assert column(readings, "video_views") == [1]


def test_a_cell_of_200_kilobytes_is_refused_and_named() -> None:
    """A caption can be long, but not that long."""
    readings, problems = read(POSTS + f'1,"Tue, Aug 25, 2026",{"x" * 200_000},https://x.com/a/status/1,1,2\n')

    assert [(problem.code, problem.at.line) for problem in problems] == [("empty-export", 1), ("cell-too-long", 2)]
    assert record(readings).rows == 0


@pytest.mark.parametrize("total", ["Total", "Total : compte", "Gesamt: Konto", "TOTAL", "Grand total", "Totaux", "Total général"])
def test_total_rows_are_left_out_and_counted(total: str) -> None:
    """A sum of the other rows is not one of them."""
    readings, problems = read(HEADER + f"{total},9,9,9,9,9\n" + ROW + f"{total},9,9,9,9,9\n")

    assert (problems, column(readings, "video_views")) == ([], [1])
    assert [(left.reason, left.rows, left.lines) for left in record(readings).left_out] == [("total row", 2, (2, 4))]


def test_mojibake_headers_are_read() -> None:
    """UTF-8 that was read as Windows-1252 and saved again."""
    text = "Jour,Nom de la campagne,Montant dépensé (EUR),Impressions\n2026-01-01,Été,1.50,20\n"

    readings, problems = read(text.encode().decode("cp1252").encode())

    assert (problems, column(readings, "spend")) == ([], [1.5])
    assert values(readings).filter(pl.col("metric") == "spend")["unit"].to_list() == ["EUR"]


def test_destroyed_ids_come_from_the_permalink() -> None:
    """1.20253E+17 is no id; where the permalink has it, it is taken from there, and said."""
    row = '1.97E+18,"Tue, Aug 25, 2026",Hello,https://x.com/a/status/1965588455834826482,10,2\n'

    readings, problems = read(POSTS + row)

    assert problems == []
    assert values(readings)["item"].unique().to_list() == ["1965588455834826482"]
    assert record(readings).notes == ("1 ids destroyed by a spreadsheet were taken from the permalinks",)


def test_destroyed_ids_without_a_permalink_are_refused() -> None:
    """Two posts could share what is left of their ids."""
    readings, problems = read(POSTS + '1.97E+18,"Tue, Aug 25, 2026",Hello,,10,2\n')

    assert [(problem.code, problem.at.line) for problem in problems] == [("damaged-id", 2)]
    assert record(readings).rows == 0


def test_ids_in_number_cells_are_refused() -> None:
    """A workbook keeps 15 digits of a number: the rest of the id is gone."""
    rows: list[list[object]] = [[*POSTS.strip().split(",")], [1965588455834826482, "Tue, Aug 25, 2026", "Hello", "", 10, 2]]

    assert codes(read(workbook({"Posts": rows}))[1]) == ["damaged-id"]


def test_a_renamed_column_is_said_with_those_that_are_there() -> None:
    """The kind is nearly known: what is expected and what was found are listed."""
    _, problems = read(HEADER.replace("Profile Views", "Profile looks") + ROW)

    assert codes(problems) == ["column-renamed"]
    assert '"Profile Views"' in problems[0].message
    assert '"Profile looks"' in problems[0].message


def test_an_unknown_export_is_named_and_nothing_is_lost() -> None:
    """A table of a kind that is not read is a warning."""
    readings, problems = read("Name,Age\nA,3\n")

    assert [(problem.code, problem.severity) for problem in problems] == [("unknown-export", "warning")]
    assert record(readings).kind is None


def test_of_stacked_tables_one_is_read() -> None:
    """The chart above a table of channels repeats its sessions: they are counted once, and that is said."""
    head = "# Start date: 20260101\n# End date: 20260131\n\n"
    chart = "Nth day,Sessions\n0000,3\n0001,2\n\n"

    readings, problems = read(head + chart + "Session default channel group,Sessions\nDirect,5\n")

    assert (problems, column(readings, "sessions")) == ([], [5])
    assert [(left.reason, left.lines) for left in record(readings).left_out] == [("another table of the file", (5, 6))]


def test_a_comparison_is_refused() -> None:
    """Two periods in one table would be added."""
    head = "# Start date: 20260101\n# End date: 20260131\n\n"
    table = "Session default channel group,Date range,Sessions\nDirect,1 Jan - 31 Jan,5\nDirect,1 Dec - 31 Dec,6\n"

    assert codes(read(head + table)[1]) == ["comparison-export"]


@pytest.mark.parametrize(("first", "last", "wrong"), [("20260101", "20260131", []), ("20260101", "20260130", ["not-a-month"]),
                                                      ("20260101", "20260228", ["not-a-month"])])  # fmt: skip
def test_only_a_whole_month_is_filed_under_a_month(first: str, last: str, wrong: list[str]) -> None:
    """A table without dates belongs to the period of its preamble."""
    text = f"# Start date: {first}\n# End date: {last}\n\nSession default channel group,Sessions\nDirect,5\n"

    readings, problems = read(text)

    assert codes(problems) == wrong
    assert record(readings).rows == (0 if wrong else 1)


def test_window_totals_are_not_added_to_days() -> None:
    """Meta's totals over a fortnight are left out, the rows of whole months are kept."""
    head = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Impressions\n"

    readings, problems = read(head + "2026-01-01,2026-01-31,A,10.50,100\n2026-02-01,2026-02-14,A,5.25,50\n")

    assert [(problem.code, problem.at.line) for problem in problems] == [("window-total", 3)]
    assert column(readings, "spend") == [10.5]
    assert values(readings)["days"].unique().to_list() == [31]


def test_results_of_several_sorts_are_left_out() -> None:
    """Purchases and page likes are never added."""
    head = "Day,Campaign name,Amount spent (EUR),Results,Result indicator\n"

    readings, problems = read(head + "2026-01-01,A,1.50,3,purchase\n2026-01-01,B,2.50,40,like\n")

    assert codes(problems) == ["mixed-results"]
    assert column(readings, "conversions") == []


def test_rows_of_one_campaign_and_day_are_added() -> None:
    """A report by device has several rows a campaign and day."""
    head = "Campaign report\nDay,Campaign,Currency code,Cost,Impr.,Clicks\n"

    readings, _ = read(head + "2026-01-01,A,EUR,1.50,10,1\n2026-01-01,A,EUR,2.50,20,2\n")

    assert [column(readings, metric) for metric in ("spend", "impressions", "clicks")] == [[4], [30], [3]]


DAILY = 'sep=,\n"{}"\n"Date","Primary"\n"2026-01-01T00:00:00","691"\n'


@pytest.mark.parametrize(
    ("title", "name", "settings", "wrong", "found"),
    [
        ("Instagram follows", "kpi/a.csv", {}, [], ("instagram", "followers_gained")),
        ("Reach", "kpi/instagram_daily/a.csv", {}, [], ("instagram", "reach")),
        ("Couverture", "kpi/a.csv", {"platform": "facebook"}, [], ("facebook", "reach")),
        ("Story taps", "kpi/a.csv", {"platform": "instagram"}, ["unknown-metric-title"], None),
        ("Story taps", "kpi/a.csv", {"platform": "instagram", "metric": "clicks"}, [], ("instagram", "clicks")),
        ("Reach", "kpi/a.csv", {}, ["unknown-platform"], None),
    ],
)
def test_files_of_one_metric(title: str, name: str, settings: dict[str, str], wrong: list[str], found: tuple[str, str] | None) -> None:
    """The title names the metric; the platform is in the title, in a rule, or in the folder's name; else it is asked for."""
    readings, problems = read(DAILY.format(title).encode("utf-16"), name=name, rule=rule(**settings))

    assert codes(problems) == wrong
    if found:
        assert values(readings).select("platform", "metric").rows() == [found]
    else:
        assert not any(isinstance(reading, Reading) and reading.values.height for reading in readings)


NOVEA = Account(platform="x", name="NoveaMobile", aliases=("Novéa Mobile France",))


def test_the_export_of_another_account_is_refused() -> None:
    """The account in the file is none of the client's."""
    readings, problems = read(POSTS + '1,"Tue, Aug 25, 2026",Hi,https://x.com/rival/status/1,10,2\n', accounts=[NOVEA])

    assert [(problem.code, problem.at.line) for problem in problems] == [("wrong-account", 2)]
    assert '"rival"' in problems[0].message and '"NoveaMobile"' in problems[0].message
    assert record(readings).rows == 0


@pytest.mark.parametrize("handle", ["NoveaMobile", "noveamobile", "novea_mobile"])
def test_spellings_of_an_account_are_the_account(handle: str) -> None:
    """Case, accents and signs do not make another account; the client's own name for it is kept."""
    readings, problems = read(POSTS + f'1,"Tue, Aug 25, 2026",Hi,https://x.com/{handle}/status/1,10,2\n', accounts=[NOVEA])

    assert (problems, record(readings).account) == ([], "NoveaMobile")


def test_control_characters_are_removed() -> None:
    """A text of an export never carries a terminal escape."""
    readings, problems = read(POSTS + '1,"Tue, Aug 25, 2026","Hi \x1b[31mred\x07\x00",https://x.com/a/status/1,10,2\n')

    assert [(problem.code, problem.severity) for problem in problems] == [("control-characters", "notice")]
    (reading,) = [r for r in readings if isinstance(r, Reading)]
    assert reading.posts["text"].to_list() == ["Hi [31mred"]


def test_workbooks_name_cells_that_hold_errors() -> None:
    """#REF! and formulas without a stored value look empty to readers of workbooks: they are named, with sheet and cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Overview"
    sheet.append(HEADER.strip().split(","))
    sheet.append(["2026-01-01", "#REF!", 2, 3, 4, "=SUM(B2:D2)"])
    sheet["B2"].data_type = "e"
    buffer = io.BytesIO()
    book.save(buffer)

    readings, problems = read(buffer.getvalue())

    assert {(problem.code, problem.at.note, problem.message) for problem in problems} == {
        ("bad-cell", "Overview!B2", 'column "Video Views" is "#REF!"; a number is expected'),
        ("bad-cell", "Overview!F2", 'column "Shares" is "a formula without a stored value"; a number is expected'),
    }
    assert column(readings, "reactions") == [3]


@pytest.mark.parametrize("epoch", [False, True])
def test_both_epochs_of_workbooks(epoch: bool) -> None:
    """Days counted from 1900 and from 1904 are the same days."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if epoch:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet.append(HEADER.strip().split(","))
    sheet.append([date(2026, 1, 1), 1, 2, 3, 4, 5])
    buffer = io.BytesIO()
    book.save(buffer)

    assert values(read(buffer.getvalue())[0])["first"].unique().to_list() == [date(2026, 1, 1)]


def test_several_sheets_may_hold_several_kinds() -> None:
    """Each sheet that is understood is read, the hidden one with a note; the others are named."""
    sheets: dict[str, list[list[str | int]]] = {
        "Overview": [[*HEADER.strip().split(",")], ["2026-01-01", 1, 2, 3, 4, 5]],
        "Followers": [["Date", "Followers", "Difference in followers from previous day"], ["2026-01-01", 10, 1]],
        "Help": [["Read me"]],
    }
    book = xlwt.Workbook()
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell)
    book.get_sheet(1).visibility = 1
    buffer = io.BytesIO()
    book.save(buffer)

    readings, problems = read(buffer.getvalue())

    files = [r.file if isinstance(r, Reading) else r for r in readings]
    assert problems == []
    assert [(f.kind, f.part, f.notes) for f in files] == [
        ("tiktok_overview", "Overview", ()), ("tiktok_followers", "Followers", ("the sheet is hidden",)), (None, "Help", ())
    ]  # fmt: skip


def bomb(size: int, *, honest: bool) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(size))
    data = buffer.getvalue()
    if honest:
        return data
    place = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4) + 24  # the second member's size in the directory
    return data[:place] + struct.pack("<I", 100) + data[place + 4 :]


@pytest.mark.parametrize("honest", [True, False])
def test_a_bomb_is_refused_on_what_it_really_holds(honest: bool) -> None:
    """200 MB in 200 KB, whatever size the archive declares."""
    _, problems = read(bomb(200 << 20, honest=honest))

    assert codes(problems) == ["workbook-too-large"]
    assert "workbook_ratio" in problems[0].message


def test_a_cell_at_the_end_of_the_world_is_refused() -> None:
    """A sheet with one cell at XFD1048576 is 17 thousand million cells to a reader of workbooks."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = 1, 1
    buffer = io.BytesIO()
    book.save(buffer)

    assert codes(read(buffer.getvalue())[1]) == ["unreadable-workbook"]


@pytest.mark.parametrize("sector", [0, 3])
def test_an_xls_whose_sectors_run_in_a_circle_is_refused(sector: int) -> None:
    """A chain of sectors without an end would be read until memory ends."""
    data = bytearray((FILES / "linkedin/noveamobile_content_en_20260228.xls").read_bytes())
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    struct.pack_into("<I", data, table + sector * 4, 0)

    assert codes(read(bytes(data))[1]) == ["unreadable-workbook"]


def test_limits_have_their_names_in_the_message() -> None:
    """A workbook beyond workbook_bytes, and a file beyond csv_bytes."""
    _, problems = read(bomb(1 << 20, honest=True), limits=Limits(workbook_bytes=1000))
    assert "workbook_bytes" in problems[0].message


def test_a_file_beyond_its_limit_is_not_opened(tmp_path: Path) -> None:
    """csv_bytes is looked at before a byte is read."""
    (tmp_path / "a.csv").write_text(HEADER + ROW)
    problems = Problems()

    read_one(tmp_path / "a.csv", root=tmp_path, limits=Limits(csv_bytes=10), problems=problems)

    assert [(p.code, p.at.path, "csv_bytes" in p.message) for p in problems] == [("file-too-large", "a.csv", True)]


def test_garbage_never_raises() -> None:
    """Every file cut and spoilt at many places ends in values or in problems."""
    for path in sorted(FILES.rglob("*.zip"))[:2] + sorted(FILES.rglob("*.xls"))[:2] + sorted(FILES.rglob("*.xlsx")):
        data = path.read_bytes()
        for n in range(0, len(data), max(1, len(data) // 12)):
            read(data[:n])
            read(data[:n] + bytes([zlib.crc32(data[:n]) & 255]) * 7 + data[n + 7 :])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("-5,2,3,4,5", 'column "Video Views" is "-5"; it cannot be below zero'),
        ("1,-2,3,4,5", 'column "Profile Views" is "-2"; it cannot be below zero'),
        ("99999999999999999,2,3,4,5", 'column "Video Views" is "99999999999999999"; nothing is counted beyond'),
        ("1,2,-99999999999999999,4,5", 'column "Likes" is "-99999999999999999"; nothing is counted beyond'),
    ],
)
def test_values_that_cannot_be_are_refused(cells: str, message: str) -> None:
    """Views below zero, and numbers that no network counts, are mistakes of the file; the row's other cells are read."""
    readings, problems = read(HEADER + f"2026-01-01,{cells}\n" + ROW.replace("01-01", "01-02"))

    assert [(problem.code, problem.at.line) for problem in problems] == [("bad-cell", 2)]
    assert problems[0].message.startswith(message)
    assert column(readings, "shares") == [5, 5]


def test_what_can_be_taken_back_may_be_below_zero() -> None:
    """Networks write days with fewer reactions, comments and followers than before."""
    text = HEADER + "2026-01-01,1,2,-3,-4,-5\n"

    assert read(text)[1] == []


@pytest.mark.parametrize(
    ("day", "wrong"),
    [("2026-10-05", False), ("2026-10-06", False), ("2026-10-07", True), ("2062-01-03", True), ("1926-01-03", True), ("2006-01-03", False)],
)
def test_days_that_cannot_be_are_refused(day: str, wrong: bool) -> None:
    """A day to come, beyond tomorrow, and one before there were networks, are mistakes of the file."""
    readings, problems = read(HEADER + f"{day},1,2,3,4,5\n" + ROW, today=date(2026, 10, 5))

    assert [(problem.code, problem.at.line) for problem in problems] == [("bad-cell", 2)] * wrong
    assert column(readings, "reactions") == [3] * (2 - wrong)


def test_a_post_to_come_is_refused_too() -> None:
    """Posts are dated by another column."""
    _, problems = read(POSTS + '1,"Tue, Aug 25, 2076",Hi,https://x.com/a/status/1,10,2\n', today=date(2026, 10, 5))

    assert 'column "Date" is "Tue, Aug 25, 2076"; that day is yet to come: it is 2026-10-05' in [problem.message for problem in problems]


def test_days_to_come_are_refused_in_a_build_and_not_in_a_preview_of_the_past(site: SiteFolder) -> None:
    """The exports of a site that is shown as of May are still those of today."""
    site.write("content/luma/kpi/late.csv", HEADER + "2199-01-01,1,2,3,4,5\n")

    assert [str(p.at) for p in site.problems() if p.code == "bad-cell"] == ["content/luma/kpi/late.csv:2:1"]
    site.remove("content/luma/kpi/late.csv")
    assert site.problems(now=datetime(2026, 5, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("folder", ["kpi", "conversation"])
def test_a_pipe_among_the_exports_is_refused_by_name(site: SiteFolder, folder: str) -> None:
    """A pipe would be waited for without end."""
    (site.root / "content/luma" / folder).mkdir(exist_ok=True)
    os.mkfifo(site.root / "content/luma" / folder / "pipe.csv")

    done = site.bilan("check", timeout=30)

    assert done.returncode == 1
    assert f"content/luma/{folder}/pipe.csv: not-a-file" in done.stderr


def test_a_pipe_given_to_the_command_is_refused(tmp_path: Path) -> None:
    """`bilan kpi read` does not wait for it either, nor for a link that leads nowhere."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "lost.csv").symlink_to("nowhere.csv")

    done = SiteFolder(tmp_path).bilan("kpi", "read", ".", timeout=30)

    assert done.returncode == 1
    assert "pipe.csv: not-a-file" in done.stderr
    assert "lost.csv: unreadable-file" in done.stderr
