"""Workbooks of three formats, under any name and inside archives: values, days, several sheets, and the cells that hold none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import polars as pl
import pytest
import xlwt

from generator.exports.reading import Reading
from tests.exports.exportkit import codes, column, read, record, workbook

HEADER = ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"]
FOLLOWERS = ["Date", "Followers", "Difference in followers from previous day"]
SPACES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)  # fmt: skip


def text(words: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def number(value: float, kind: str = "float", attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}" {attributes}><text:p>shown</text:p></table:table-cell>'


def day(value: str) -> str:
    return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>shown</text:p></table:table-cell>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def open_document(sheets: Mapping[str, Sequence[str]]) -> bytes:
    """A spreadsheet as LibreOffice writes it."""
    tables = "".join(f'<table:table table:name="{name}">{"".join(rows)}</table:table>' for name, rows in sheets.items())
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"'
        archive.writestr("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest {space}>{entry}</manifest:manifest>')
        content = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {SPACES}>{content}</office:document-content>')
    return buffer.getvalue()


def old_workbook(cells: dict[tuple[int, int], object], error: tuple[int, int] | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Aperçu")
    for (place, cell), value in cells.items():
        sheet.write(place, cell, value)
    if error:
        sheet.row(error[0]).set_cell_error(error[1], "#REF!")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROW: list[object] = ["2026-09-01", 1, 2, 3, 4, 5]
TABLE: dict[tuple[int, int], object] = {(0, place): name for place, name in enumerate(HEADER)}
TABLE |= {(1, place): cell for place, cell in enumerate(ROW)}
ODS = open_document({"Overview": [row(*map(text, HEADER)), row(day("2026-09-01"), *(number(n) for n in range(1, 6)))]})
BOOKS = {"ods": ODS, "xls": old_workbook(TABLE), "xlsx": workbook({"Aperçu": [HEADER, ROW]})}


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.xlsx", "a.ods", "a"])
@pytest.mark.parametrize("form", BOOKS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_is_one_whatever_it_is_called_and_wherever_it_lies(form: str, name: str, packed: bool) -> None:
    """Recognised by content, alone or in an archive."""
    data = BOOKS[form]
    if packed:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"folder/{name}", data)
        data = buffer.getvalue()

    readings, problems = read(data, name=f"kpi/{name}")

    assert (problems, column(readings, "shares")) == ([], [5])


def test_cells_of_an_open_document() -> None:
    """Numbers, percent, money, days with and without an hour, texts, cells and rows that say they are repeated, several sheets."""
    sheets = {
        "Overview": [
            row(*map(text, HEADER)),
            row(day("2026-09-01"), number(1200), number(0.5, "percentage"), number(3.5, "currency"), text("1 234,5"), number(5)),
            row(text("2026-09-02"), number(7, attributes='table:number-columns-repeated="2"'), text("—"), text(""), number(6)),
            row("<table:table-cell/>", times=1_000_000),
        ],
        "Followers": [row(*map(text, FOLLOWERS)), row(day("2026-09-01T00:00:00"), number(10), number(-1))],
    }

    readings, problems = read(open_document(sheets))

    found = pl.concat([reading.values for reading in readings if isinstance(reading, Reading)])
    assert problems == []
    assert {(metric, line): value for metric, line, value in found.select("metric", "line", "value").iter_rows()} == {
        ("video_views", 2): 1200, ("video_views", 3): 7, ("profile_visits", 2): 0.5, ("profile_visits", 3): 7, ("reactions", 2): 3.5,
        ("comments", 2): 1234.5, ("shares", 2): 5, ("shares", 3): 6, ("followers_total", 2): 10, ("followers_net", 2): -1,
    }  # fmt: skip


ERROR = '<table:table-cell table:formula="of:=[.#REF!]" office:value-type="string" office:string-value="" calcext:value-type="error">'
EMPTY = '<table:table-cell table:formula="of:=SUM([.B2:.D2])"/>'


def test_cells_without_a_value_are_named_in_an_open_document() -> None:
    """Errors, and formulas whose value was never stored: sheet and cell are named, behind repeated rows too."""
    rows = [
        row(text("Title")), row("<table:table-cell/>", times=3), row(*map(text, HEADER)),
        row(day("2026-09-01"), number(1), f"{ERROR}<text:p>#REF!</text:p></table:table-cell>", number(3), text("Err:502"), EMPTY),
    ]  # fmt: skip

    readings, problems = read(open_document({"Aperçu": rows}))

    assert sorted((problem.code, str(problem.at.note), problem.message.partition(" is ")[2]) for problem in problems) == [
        ("bad-cell", "Aperçu!C6", '"#REF!"; a number is expected'),
        ("bad-cell", "Aperçu!E6", '"Err:502"; a number is expected'),
        ("bad-cell", "Aperçu!F6", '"a formula without a stored value"; a number is expected'),
    ]
    assert column(readings, "reactions") == [3]


@pytest.mark.parametrize("place", [(1, 1), (1, 5), (2, 0)])
def test_cells_with_an_error_are_named_in_an_old_workbook(place: tuple[int, int]) -> None:
    """#REF! looks empty to readers of .xls."""
    readings, problems = read(old_workbook({key: value for key, value in TABLE.items() if key != place}, place))

    note = f"Aperçu!{'ABCDEF'[place[1]]}{place[0] + 1}"
    assert [(problem.code, problem.at.note) for problem in problems] == [("bad-cell", note)]
    assert '"#REF!"' in problems[0].message
    assert column(readings, "reactions") == [3]


def test_a_formula_with_its_value_is_a_value() -> None:
    """What a spreadsheet computed and stored is read."""
    data, buffer = workbook({"A": [HEADER, ["2026-09-01", 1, 2, 3, 4, "=SUM(B2:E2)"]]}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"<v></v>", b"<v>10</v>").replace(b"<v />", b"<v>10</v>").replace(b"<v/>", b"<v>10</v>")
            )

    readings, problems = read(buffer.getvalue())

    assert (problems, column(readings, "shares")) == ([], [10])


@pytest.mark.parametrize("rows", [[], [["Notes"], ["for later"]]])
def test_a_workbook_without_a_table_is_said(rows: list[list[object]]) -> None:
    """Nothing in it is understood."""
    readings, problems = read(workbook({"A": rows}))

    assert (codes(problems), record(readings).kind) == (["unknown-export"], None)


def test_cells_of_an_open_document_have_an_end() -> None:
    """A row of values that says it is repeated a million times."""
    rows = [row(*map(text, HEADER)), row(day("2026-09-01"), *(number(n) for n in range(1, 26)), times=1_000_000)]

    assert codes(read(open_document({"A": rows}))[1]) == ["unreadable-workbook"]


KNOWN = {
    "mailchimp": ("unknown-export", "one mailing", 'Email Campaign Report\n"Title:","September"\n\n"Overall Stats"\n"Opens:","1,200"\n'),
    "inbox": ("unknown-export", "authors", "Date (GMT),Message Author,Type,Message,Sentiment\n2026-09-01,A B,comment,Hi,positive\n"),
    "videos": ("unknown-export", "X's overview", 'Video overview,,,\nDate,Video views,Watch Time (ms),\n"Mon, Sep 14, 2026",120,3600,\n'),
    "matomo": ("empty-export", "no data", "No data available"),
    "comparison": ("comparison-export", "two periods", "Date,Last 28 days Clicks,Previous 28 days Clicks,Impressions\n2026-09-01,1,2,3\n"),
    "comparaison": (
        "comparison-export",
        "two periods",
        "Date,3 derniers mois Clics,3 mois précédents Clics\n2026-09-01,1,2,3\n",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_exports_that_are_known_and_not_read_are_named(name: str) -> None:
    """What the file is, and what to export in its place."""
    code, words, content = KNOWN[name]

    readings, problems = read(content)

    assert (codes(problems), record(readings).kind) == ([code], None)
    assert words in problems[0].message
    assert problems[0].fix
