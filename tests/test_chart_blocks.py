"""C1: each kind of chart from a few words in a page, and what a kind cannot show refused at its line."""

from __future__ import annotations

import re

import pytest

from generator.model.blocks import CHART_KINDS
from tests.conftest import SiteFolder, x_overview

PAGE = "content/luma/cards/more.md"
DAYS = {f"2026-{month:02}-{day:02}": 100 * month + day for month in (8, 9) for day in range(1, 31)}


def place(site: SiteFolder, block: str) -> None:
    site.write("content/luma/kpi/overview.csv", x_overview(DAYS))
    site.write(PAGE, f"---\ntitle: More\n---\n\n```{block}\n```\n")


@pytest.mark.parametrize("kind", CHART_KINDS)
def test_each_kind_is_drawn_from_a_few_words(site: SiteFolder, kind: str) -> None:
    """With its sentence, its drawing in two widths, and its table."""
    named = "[impressions, engagements]" if kind == "funnel" else "impressions"
    place(site, f"chart\n{kind}: {named}\nby: platform\nperiod: 2026-09\ntitle: What it proves" + "\ncompare: previous" * (kind == "slope"))

    done = site.build()

    assert not done.problems.errors
    html = site.output("luma/cards/more.html")
    assert f"b-chart--{kind}" in html
    assert html.count('role="img" aria-label="') == 2
    assert ("vs August 2026" in html or "août 2026" in html) == (kind == "slope")
    assert html.count("<td") >= (2 if kind in ("slope", "funnel") else 1)
    assert not re.search(r"\b(nan|inf|None|Undefined)\b", html)


def test_bars_stand_in_the_cells_of_the_first_metric(site: SiteFolder) -> None:
    """The longest is whole; the total has none."""
    place(site, "table\nmetrics: [impressions, engagements]\nby: month\nperiod: 2026-08-01..2026-09-30\nbars: true")

    assert not site.build().problems.errors

    widths = [float(width) for width in re.findall(r'b-table__bar" style="width: ([\d.]+)%', site.output("luma/cards/more.html"))]
    assert (len(widths), max(widths)) == (2, 100.0)
    assert widths[0] == pytest.approx(
        sum(v for d, v in DAYS.items() if d < "2026-09") / sum(v for d, v in DAYS.items() if d > "2026-09") * 100, abs=0.1
    )


def test_a_step_that_is_no_part_of_the_one_before_is_remarked(site: SiteFolder) -> None:
    """It is drawn, and a warning at its line says which."""
    place(site, "chart\nfunnel: [engagements, impressions]\nperiod: 2026-09")

    found = site.build().problems

    assert not found.errors
    (warning,) = [problem for problem in found.sorted() if problem.code == "wider-step"]
    assert (warning.at.path, warning.severity) == (PAGE, "warning")
    place(site, "chart\nfunnel: [impressions, engagements]\nperiod: 2026-09")
    assert "wider-step" not in {problem.code for problem in site.build().problems.sorted()}


@pytest.mark.parametrize(
    ("block", "code", "line"),
    [
        ("chart\nslope: impressions", "bad-comparison", 6),
        ("chart\nfunnel: [impressions]", "short-funnel", 6),
        ("chart\nfunnel: [impressions, engagement_rate]", "not-a-count", 6),
        ("chart\nfunnel: [impressions, nothing]", "unknown-metric", 6),
        ("chart\nshares: engagement_rate", "not-additive", 6),
        ("chart\nheat: impressions\nline: impressions", "chart-kind", 6),
    ],
)
def test_what_a_kind_cannot_show_is_refused(site: SiteFolder, block: str, code: str, line: int) -> None:
    """At its line, with a way out."""
    place(site, block)

    errors = site.build().problems.errors

    found = [problem for problem in errors if problem.at.path == PAGE]
    assert [problem.code for problem in found] == [code]
    assert abs((found[0].at.line or 0) - line) <= 1
    assert found[0].fix
