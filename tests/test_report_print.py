"""Print craft, read back from the PDF: long tables, headings that keep with their text, contents that tell the truth."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Sequence

import pikepdf
import pypdfium2
import pytest

from generator.theme import own_templates
from tests.conftest import SiteFolder
from tests.test_report_pdf import CHART, PDF, report, text_of, with_body

FOOT = 60  # points below which a page has its foot and folio
GADS = "Day,Campaign,Currency code,Cost,Impr.,Clicks,Conversions,Conv. value\n"
HEADING = "Chapter {number} opens here"


def campaigns(names: Sequence[str]) -> str:
    """An export of an advertising network with one line a campaign."""
    return GADS + "".join(f'2026-09-{1 + n % 28:02},"{name}",EUR,{n + 1}.00,{100 + n},{n % 50},1,10.00\n' for n, name in enumerate(names))


def last_lines(pdf: bytes) -> list[str]:
    """The lowest line of text of each page, its foot left out."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        inside = [box for box in boxes if box[1] > FOOT]
        lowest = min((box[1] for box in inside), default=0)
        line = sorted(box for box in inside if box[1] < lowest + 4)
        found.append(" ".join(text.get_text_bounded(*box) for box in line))
    return found


def stranded(pdf: bytes, headings: Sequence[str]) -> list[tuple[int, str]]:
    """Headings, captions and heads of tables that are the last thing on a page."""
    return [
        (number, line)
        for number, line in enumerate(last_lines(pdf), 1)
        if any(" ".join(line.split()) and " ".join(line.split()) in heading for heading in headings)
    ]


def chapters(count: int) -> str:
    """Chapters of ever other lengths, so that some of them come to begin wherever a page can end."""
    text = "Words that fill a line and then some more of them. "
    return "".join(
        f"## {HEADING.format(number=number)} {{#c{number}}}\n\n{text * (3 + number * 7 % 19)}\n\n"
        + (f"```table\nmetrics: [impressions]\nby: month\ntitle: Table of {number}\n```\n\n" if number % 2 else "")
        for number in range(1, count + 1)
    )


HEADINGS = [
    *(HEADING.format(number=number) for number in range(1, 41)),
    *(f"Table of {number}" for number in range(1, 41)),
    "Month Impressions",
]


def test_no_heading_is_stranded(site: SiteFolder) -> None:
    """Forty chapters of many lengths: none has its title, and no table its caption or head, alone at a page's end."""
    assert stranded(report(with_body(site, chapters(40))), HEADINGS) == []


def test_checker_finds_a_stranded_heading(site: SiteFolder) -> None:
    """With a style sheet that lets headings go, the same report has some: the check above can fail."""
    own = (own_templates() / "print/report.css").read_text("utf-8")
    site.write(
        "templates/print/report.css",
        own.replace("break-after: avoid", "break-after: auto").replace("break-inside: avoid", "break-inside: auto"),
    )

    assert stranded(report(with_body(site, chapters(40))), HEADINGS)


def test_long_table_loses_no_row_and_repeats_its_head(site: SiteFolder) -> None:
    """A thousand campaigns are each found once, under a head on every page."""
    names = [f"Campaign no. {number:04} of the year" for number in range(1000)]
    site.write("content/luma/kpi/gads.csv", campaigns(names))
    with_body(site, "## Ads {#ads}\n\n```table\nmetrics: [spend, ad_impressions]\nby: campaign\nplatform: google_ads\ncount: 1000\n```\n")

    pages = text_of(report(site))

    text = " ".join(pages)
    found = re.findall(r"Campaign no\. (\d{4}) of the year", text)
    assert sorted(found) == [f"{number:04}" for number in range(1000)]
    with_rows = [page for page in pages if "of the year" in page]
    assert len(with_rows) > 20
    assert all("Ad spend" in page or "Spend" in page for page in with_rows)


def test_time_of_a_long_table_is_linear(site: SiteFolder) -> None:
    """Four times as many rows take no more than about four times as long."""
    body = "## Ads {{#ads}}\n\n```table\nmetrics: [spend, ad_impressions]\nby: campaign\nplatform: google_ads\ncount: {count}\n```\n"
    site.write("content/luma/kpi/gads.csv", campaigns([f"Campaign {number:04}" for number in range(1200)]))
    took = []
    for count in (1, 300, 1200):
        with_body(site, body.format(count=count))
        started = time.process_time()
        report(site)
        took.append(time.process_time() - started)

    assert took[2] - took[0] < 6 * (took[1] - took[0])


def test_row_taller_than_a_page_is_an_error(site: SiteFolder) -> None:
    """It names the row; the last good report stays."""
    good = report(site)
    site.write("content/luma/kpi/gads.csv", campaigns(["word " * 1500, "short"]))
    with_body(site, "## Ads {#ads}\n\n```table\nmetrics: [spend]\nby: campaign\nplatform: google_ads\n```\n")

    problems = [each for each in site.problems(choose=lambda output: output.path == PDF) if each.severity == "error"]

    assert [each.code for each in problems] == ["row-too-tall"]
    assert "word word" in problems[0].message
    assert (site.root / "output" / PDF).read_bytes() == good


@pytest.mark.parametrize("title", ["A sentence of a hundred and twenty letters " * 3, "Motsanscoupure" * 9])
def test_titles_of_120_letters_stay_on_the_page(site: SiteFolder, title: str) -> None:
    """On the cover, over a chapter, in the contents and in the running head nothing runs off the sheet."""
    title = title[:120].strip()
    with_body(site, f"## {title} {{#summary}}\n\n```kpis\nmetrics: [impressions]\n```\n\n## Next {{#next}}\n\nWords.\n")
    path = site.root / "content/luma/reports/monthly.md"
    path.write_text(path.read_text("utf-8").replace("title: Monthly report", f"title: {title}"), encoding="utf-8")

    for page in pypdfium2.PdfDocument(report(site)):
        text, width = page.get_textpage(), page.get_width()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        assert all(left >= 0 and right <= width for left, _, right, _ in boxes)


def test_contents_and_bookmarks_name_the_right_pages(site: SiteFolder) -> None:
    """The numbers printed in the contents are those of the pages on which the chapters are found; bookmarks lead there too."""
    pdf = report(with_body(site, chapters(12) + "\n" + CHART.format(title="Seen")))
    pages = text_of(pdf)
    contents = next(index for index, page in enumerate(pages) if "Chapter 2 opens here" in page and "Chapter 9 opens here" in page)

    for number in range(2, 13):
        heading = HEADING.format(number=number)
        at = next(index for index, page in enumerate(pages) if heading in page and index > contents)
        assert re.search(rf"{number:02} {heading} {at + 1}\b", pages[contents])
        with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
            entry = next(each for each in outline.root if each.title == heading)
            destination = entry.destination
            assert isinstance(destination, pikepdf.Array)
            assert document.pages.index(pikepdf.Page(destination[0])) == at


def test_words_are_hyphenated_in_the_language(site: SiteFolder) -> None:
    """French prose breaks its long words, with the hyphen of the language."""
    site.write("content/luma/client.yaml", 'name: Luma\nlanguage: fr\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n')
    with_body(site, "## Synthèse {#summary}\n\n" + "Anticonstitutionnellement extraordinairement irréprochablement. " * 12)

    raw = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(report(site)))

    assert re.search(r"[a-zé][-\u00ad\u2010\ufffe\x02]\s*\n?[a-zé]", raw)


DECK = (
    "## The month {#summary}\n\n```kpis\nmetrics: [impressions, engagement_rate, followers_net, link_clicks, spend]\n```\n\n"
    + CHART.format(title="Seen")
    + "\n```table\nmetrics: [impressions, engagement_rate]\nby: month\nperiod: last 2 months\ntitle: By month\n```\n"
    + "\n## Ads {#ads}\n\n```table\nmetrics: [spend, ad_impressions]\nby: campaign\nplatform: google_ads\n```\n"
)


def formatted(site: SiteFolder, form: str, body: str = DECK) -> bytes:
    site.write("content/luma/kpi/gads.csv", campaigns([f"Campaign {number}" for number in range(30)]))
    with_body(site, body)
    path = site.root / "content/luma/reports/monthly.md"
    path.write_text(path.read_text("utf-8").replace("from: 2026-08", f"format: {form}\nfrom: 2026-08"), encoding="utf-8")
    return report(site)


@pytest.mark.parametrize(("form", "size"), [("a4", (595, 842)), ("a4-landscape", (842, 595)), ("deck", (960, 540))])
def test_report_comes_in_its_format(site: SiteFolder, form: str, size: tuple[int, int]) -> None:
    """The same content on sheets of each size, with nothing beyond their margins and no row lost."""
    pdf = formatted(site, form)

    text = " ".join(text_of(pdf))
    assert sorted({int(number) for number in re.findall(r"Campaign (\d+)", text)}) == list(range(30))
    for page in pypdfium2.PdfDocument(pdf):
        assert (round(page.get_width()), round(page.get_height())) == size
        found = page.get_textpage()
        boxes = [found.get_rect(index) for index in range(found.count_rects())]
        assert all(left >= 20 and right <= size[0] - 20 and bottom >= 8 and top <= size[1] - 8 for left, bottom, right, top in boxes)


def test_deck_shows_one_block_a_page_under_its_sentence(site: SiteFolder) -> None:
    """Tiles, chart and table of a chapter are three pages, each under the chapter's sentence; long tables go on under it."""
    site.write("content/luma/reports/monthly/2026-09/summary.md", "---\ntitle: September was seen more\nauthor: Ada\n---\n\nIt was.\n")

    pages = text_of(formatted(site, "deck"))

    under = [page for page in pages if "September was seen more" in page and "Contents" not in page]
    assert len(under) == 4
    assert ["It was." in under[0], "Impressions" in under[1], "Seen" in under[2], "By month" in under[3]] == [True] * 4
    assert sum("Campaign" in page for page in pages) > 2


def test_unknown_format_is_named(site: SiteFolder) -> None:
    """A format that does not exist is a mistake at its line."""
    path = site.root / "content/luma/reports/monthly.md"
    path.write_text(path.read_text("utf-8").replace("from: 2026-08", "format: a5\nfrom: 2026-08"), encoding="utf-8")

    assert [(problem.code, problem.at.line) for problem in site.mistakes()] == [("unknown-word", 3)]
