"""The report as a PDF: read back as its readers and their software do."""

from __future__ import annotations

import io
import subprocess
import sys

import pikepdf
import pypdfium2
import pytest

from tests.conftest import SiteFolder, x_overview

PDF = "luma/room/monthly-2026-09-draft.pdf"
CHART = "```chart\nbar: impressions\nperiod: last 13 months\ngrain: month\ntitle: {title}\n```\n"


def report(site: SiteFolder, path: str = PDF) -> bytes:
    """The bytes of one report of the site."""
    summary = site.build(choose=lambda output: output.path == path)
    assert not list(summary.problems)
    return (site.root / "output" / path).read_bytes()


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def with_body(site: SiteFolder, body: str, first: str = "2026-08") -> SiteFolder:
    head = f"---\ntitle: Monthly report\nfrom: {first}\nuntil: 2026-09\nconfidentiality: For Luma only\n---\n\n"
    return site.write("content/luma/reports/monthly.md", head + body)


def test_report_is_a_document_that_software_can_read(site: SiteFolder) -> None:
    """It has pages, a language, a title, bookmarks and tags."""
    pdf = report(site)

    assert len(pypdfium2.PdfDocument(pdf)) > 3
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        assert str(document.Root.Lang) == "en"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]) == "Monthly report – Luma – September 2026"
        assert [entry.title for entry in outline.root] == ["Summary", "Contents", "Definitions and sources"]


def test_figures_of_the_document_have_words(site: SiteFolder) -> None:
    """Each drawing says what it shows to those who cannot see it."""
    with_body(site, "## Summary {#summary}\n\n```kpis\nmetrics: [impressions]\n```\n\n" + CHART.format(title="Seen"))

    with pikepdf.open(io.BytesIO(report(site))) as document:
        figures = [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]

        assert len(figures) == 2  # the cover's curve and the chart; a tile's curve needs three months
        assert all(str(each["/Alt"]) for each in figures)


def test_same_report_has_the_same_bytes(site: SiteFolder) -> None:
    """Neither the order of renders, nor the process, nor its hash seed shows in the file."""
    first = report(site)
    report(site, "luma/room/monthly-2026-08-draft.pdf")
    site.remove("output/" + PDF)
    again = report(site)
    site.remove("output/" + PDF)
    command = [sys.executable, "-m", "generator", "report", "luma", "--period", "2026-09", "--now", "2026-10-05T12:00"]
    environment = {"PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin"}
    other = subprocess.run(command, cwd=site.root, env=environment, check=True, capture_output=True, text=True, timeout=120)

    assert again == first
    assert (site.root / "output" / PDF).read_bytes() == first
    assert "Exception" not in other.stderr  # fonts are put away before the interpreter is


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:///etc/hostname", "outside-address"),
        ("http://127.0.0.1:9/pixel.png", "outside-address"),
        ("https://luma.example/pixel.png", "outside-address"),
        ("bilan:media/content/luma/client.yaml", "missing-file"),
        ("bilan:theme/../site.yaml", "missing-file"),
        ("bilan:drawing/99", "missing-file"),
    ],
)
def test_report_opens_only_what_the_build_knows(site: SiteFolder, address: str, code: str) -> None:
    """A template that asks for anything else stops its report, and the message names report and address."""
    site.write("templates/report_print.html", f'<html lang="en"><title>x</title><img src="{address}" alt="x"></html>')

    problems = [each for each in site.problems(choose=lambda output: output.path == PDF) if each.severity == "error"]

    assert [(each.code, str(each.at.path)) for each in problems] == [(code, "content/luma/reports/monthly.md")]
    assert address in problems[0].message
    assert not (site.root / "output" / PDF).exists()


def test_markup_in_commentary_stays_words(site: SiteFolder) -> None:
    """A title is printed as it was typed; a script in a text is taken out; a hashtag at a line's head is no heading."""
    site.write(
        "content/luma/reports/monthly/2026-09/summary.md",
        '---\ntitle: "A <script>alert(1)</script> month & more"\n---\n\n<script>alert(2)</script>\n\n#LumaCards came back.\n',
    )

    pages = text_of(report(site))

    assert "A <script>alert(1)</script> month & more" in pages[1]
    assert "#LumaCards came back." in pages[1]
    assert not any("alert(2)" in page for page in pages)


def test_month_without_data_says_so(site: SiteFolder) -> None:
    """Nothing is made up for a month that no export covers."""
    with_body(
        site,
        "## Summary {#summary}\n\n```kpis\nmetrics: [impressions]\n```\n\n"
        + CHART.format(title="Seen").replace("last 13 months", "this period")
        + "\n```posts\n```\n\n```table\nmetrics: [impressions]\n```\n",
        first="2026-05",
    )

    text = " ".join(text_of(report(site, "luma/room/monthly-2026-05-draft.pdf")))

    assert text.count("period not covered by the exports") == 2
    assert "No post in this period." in text
    assert "No value in this period." in text
    assert "No export covers this period." in text


def test_chart_begins_with_the_first_export(site: SiteFolder) -> None:
    """Thirteen months of which eleven have no figures are shown as two, and say so."""
    with_body(site, "## Summary {#summary}\n\n" + CHART.format(title="Seen"))

    assert "1 Aug – 30 Sept 2026" in text_of(report(site))[1]


def test_chart_says_what_is_known_in_part(site: SiteFolder) -> None:
    """A month that the exports leave after twenty days does not look like a fall."""
    with_body(site, "## Summary {#summary}\n\n" + CHART.format(title="Seen"))
    days = {f"2026-{month:02}-{day:02}": 100 for month, last in ((8, 31), (9, 20)) for day in range(1, last + 1)}

    whole = text_of(report(site))[1]
    site.write("content/luma/kpi/overview.csv", x_overview(days))

    assert "known in part only" in text_of(report(site))[1]
    assert "known in part only" not in whole


def test_note_on_a_day_is_worded_once(site: SiteFolder) -> None:
    """Later charts have its number, and name the chapter that has its words."""
    site.write("content/luma/annotations.yaml", "annotations:\n  - date: 2026-08-20\n    audience: client\n    text: The lift was out\n")
    with_body(site, "## One {#one}\n\n" + CHART.format(title="Seen") + "\n## Two {#two}\n\n" + CHART.format(title="Seen again"))

    text = " ".join(text_of(report(site)))

    assert text.count("The lift was out") == 1
    assert text.count("Marks: chapter 01") == 1


def test_running_head_names_client_period_and_chapter(site: SiteFolder) -> None:
    """Every page after the cover says whose it is, and from what it comes."""
    with_body(site, "## Summary {#summary}\n\n```kpis\nmetrics: [impressions]\n```\n\n## Next {#next}\n\nWe go on.\n")

    cover, *pages = text_of(report(site))

    assert all("Luma · September 2026" in page and "Atelier · For Luma only" in page for page in pages)
    assert "Luma · September 2026" not in cover


def test_long_words_and_pale_colours_are_set(site: SiteFolder) -> None:
    """A report without logo, with a pale brand, a serif face and names that never end is still made."""
    site.write("content/luma/client.yaml", f'name: {"Luma " * 20}\nlanguage: en\nbrand:\n  colour: "#fff7b0"\n  font: serif\n')
    with_body(site, f"## {'Unbreakable' * 9} {{#summary}}\n\n```kpis\nmetrics: [impressions]\n```\n")
    site.write("content/luma/kpi/more.csv", x_overview({f"2026-07-{day:02}": 12_345_678 for day in range(1, 32)}))

    assert len(text_of(report(site))) > 3
