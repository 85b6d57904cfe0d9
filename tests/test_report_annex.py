"""The data annex: the figures of a report as tables, in the room and inside the PDF."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.cells import as_text
from generator.render.annex import csv_bytes
from generator.render.formats import Formats
from tests.conftest import SiteFolder, x_overview
from tests.test_report_pdf import CHART, PDF, text_of, with_body

BODY = (
    "## Summary {#summary}\n\n```kpis\nmetrics: [impressions, engagement_rate, followers_net]\n```\n\n"
    + CHART.format(title="Seen")
    + "\n## Networks {#networks}\n\n```table\nmetrics: [impressions, engagement_rate, followers_net]\n"
    + "by: month\nperiod: last 2 months\n```\n"
)
ROOM = "luma/room/"


def read(content: bytes, separator: str = ",") -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def built(site: SiteFolder) -> dict[str, bytes]:
    assert not list(site.build().problems)
    return site.tree()


def test_room_and_pdf_hold_the_same_files(site: SiteFolder) -> None:
    """Every table of the room's report is attached to its PDF, byte for byte, and the web page leads to each."""
    tree = built(with_body(site, BODY))

    room = {
        path.removeprefix(ROOM): content
        for path, content in tree.items()
        if path.startswith(ROOM + "monthly-2026-09-") and path.endswith(".csv")
    }
    assert sorted(room) == [
        "monthly-2026-09-00-annex.csv", "monthly-2026-09-01-summary-1.csv", "monthly-2026-09-01-summary-2.csv",
        "monthly-2026-09-02-networks-1.csv", "monthly-2026-09-03-coverage.csv",
    ]  # fmt: skip
    assert attached(tree[PDF]) == room
    page = tree[ROOM + "monthly-2026-09.html"].decode()
    assert all(f'href="{name}"' in page for name in room)


def test_attachments_have_the_date_of_the_data(site: SiteFolder) -> None:
    """Not the hour of the build, which would give other bytes each time."""
    tree = built(with_body(site, BODY))

    with pikepdf.open(io.BytesIO(tree[PDF])) as document:
        specs = [document.attachments[name].obj for name in document.attachments]
        assert {str(spec.EF.F.Params.CreationDate) for spec in specs} == {"D:20260930000000Z"}
        assert all(str(spec.Desc) for spec in specs)


def test_files_are_as_private_as_the_room(site: SiteFolder) -> None:
    """What is planned for a room is for its client alone."""
    summary = with_body(site, BODY).build()

    assert {path for path in summary.planned if path.endswith(".csv")} <= summary.private


def test_figures_round_to_what_is_printed(site: SiteFolder) -> None:
    """Each cell of a table, written with the report's own formats, stands on the page."""
    tree = built(with_body(site, BODY))

    head, *rows = read(tree[ROOM + "monthly-2026-09-02-networks-1.csv"])
    page = " ".join(text_of(tree[PDF]))
    assert head == ["Month", "Impressions", "Engagement rate (1 = 100%)", "Net followers"]
    assert [row[0] for row in rows] == ["2026-08", "2026-09", "Total"]
    for row in rows:
        for value, unit in zip(row[1:], ("count", "ratio", "count"), strict=True):
            assert Formats("en").number(float(value), unit) in page


def test_tiles_and_charts_say_what_they_are(site: SiteFolder) -> None:
    """A tile's row has its unit, its comparison and the days of it; a chart's has its steps."""
    tree = built(with_body(site, BODY))

    tiles = read(tree[ROOM + "monthly-2026-09-01-summary-1.csv"])
    assert tiles[0] == ["Measure", "Value", "Unit", "before", "From", "Until", "Change (1 = 100%)"]
    assert tiles[1][:6] == ["Impressions", "27000", "", "24800", "2026-08-01", "2026-08-31"]
    assert read(tree[ROOM + "monthly-2026-09-01-summary-2.csv"])[1:] == [["2026-08", "24800"], ["2026-09", "27000"]]


def test_list_states_how_the_files_are_written(site: SiteFolder) -> None:
    """Separator, decimal mark and encoding are in the annex itself, and those of the client's language."""
    site.write("content/luma/client.yaml", 'name: Luma\nlanguage: fr\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n')
    tree = built(with_body(site, BODY))

    listed = read(tree[ROOM + "monthly-2026-09-00-annex.csv"], ";")
    assert listed[0] == ["Fichier", "Chapitre", "Titre", "Lignes", "Séparateur", "Décimale", "Codage", "Chiffres"]
    assert {tuple(row[4:7]) for row in listed[1:]} == {(";", ",", "UTF-8 (BOM)")}
    assert [row[0] for row in listed[1:]] == sorted(name for name in attached(tree[PDF]) if "-00-" not in name)
    rate = read(tree[ROOM + "monthly-2026-09-01-summary-1.csv"], ";")[2][1]
    assert "," in rate
    assert "." not in rate


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-20% today", "@lea", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_words_never_become_formulas(text: str) -> None:
    """A post's text that begins like a formula is shown as it is."""
    cell = read(csv_bytes({"head": ["a"], "rows": [[text]]}, "en"))[1][0]

    assert cell == f"'{text}"


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ["-12", "-0.5", "1230000", "0.00000012", ""]), ("fr", ["-12", "-0,5", "1230000", "0,00000012", ""])]
)
def test_negative_numbers_stay_numbers(language: str, expected: list[str]) -> None:
    """A loss is a figure, not words; what is not known is an empty cell."""
    rows = read(
        csv_bytes({"head": list("abcde"), "rows": [[-12.0, -0.5, 1.23e6, 1.2e-7, None]]}, language), ";" if language == "fr" else ","
    )

    assert rows[1] == expected


@given(
    st.lists(
        st.one_of(
            st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.floats(allow_nan=False, allow_infinity=False)
        ),
        min_size=2,
        max_size=5,
    )
)
def test_any_row_is_read_back(row: list[str | float | None]) -> None:
    """Quotes, line breaks and separators in a text stay in its cell."""
    found = read(csv_bytes({"head": ["x"] * len(row), "rows": [row]}, "en"))[1]

    for cell, value in zip(found, row, strict=True):
        assert (cell == as_text(value)) if isinstance(value, str) else (cell == "" if value is None else float(cell) == value)


def test_one_changed_figure_changes_the_annex(site: SiteFolder, tmp_path: Path) -> None:
    """An export of today is in tomorrow's annex; a clean build gives the same."""
    with_body(site, BODY).build()
    site.write("content/luma/kpi/overview.csv", x_overview({f"2026-09-{day:02}": 7 for day in range(1, 31)}))
    edited = built(site)
    for path in sorted((site.root / "output").rglob("*.csv")):
        path.unlink()
    again = built(site)

    assert read(edited[ROOM + "monthly-2026-09-01-summary-1.csv"])[1][1] == "210"
    assert again == edited


def test_the_room_says_until_when_a_report_is_complete(site: SiteFolder) -> None:
    """The day of the network that stops first, not of the one that goes on."""
    site.write("content/luma/kpi/overview.csv", x_overview({f"2026-09-{day:02}": 100 + day for day in range(1, 21)}))
    site.write(
        "content/luma/reports/monthly.md",
        "---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\ncommentary: none\n---\n\n## S {#s}\n\n{{ impressions }}\n",
    )

    site.build()

    (said,) = re.findall(r'class="issue__partial">([^<]*)', site.output("luma/room/index.html"))
    assert re.search(r"\b20\sSeptember 2026", said)
