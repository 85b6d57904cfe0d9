"""A site's own metrics, and sums that would say more than their terms do."""

from __future__ import annotations

import pytest

from tests.conftest import REPORT, SiteFolder

RATE = """metrics:
  likes_per_view:
    label: Likes per impression
    definition: Likes divided by impressions.
    ratio: reactions / impressions
"""
ENTRY = "metrics:\n  mine:\n    label: Mine\n    definition: Mine.\n    "


def report_with(block: str) -> str:
    return REPORT.partition("```")[0] + f"```{block}\n```\n"


def test_metric_of_the_site_is_shown_and_explained(site: SiteFolder) -> None:
    """A ratio declared in content/metrics.yaml is recomputed from sums, printed with its definition, and explained."""
    site.write("content/metrics.yaml", RATE).write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: likes_per_view"))

    assert not site.problems()

    page = site.output("luma/room/monthly-2026-09.html")
    assert "Likes divided by impressions." in page
    explained = site.run("kpi explain", "likes_per_view", "--client", "luma", "--period", "2026-09").out
    assert "formula: reactions / impressions" in explained
    assert "value: 0.0111111 ratio" in explained  # 10 a day over 900


def test_change_of_a_definition_makes_its_pages_again(site: SiteFolder) -> None:
    """Editing a metric's words makes the report that uses it again, and no other page."""
    site.write("content/metrics.yaml", RATE).write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: likes_per_view"))
    site.build()

    written = site.write("content/metrics.yaml", RATE.replace("divided by", "over")).build().written

    reports = {path.rpartition(".")[0].removesuffix("-draft") for path in written}
    assert reports == {"luma/room/monthly-2026-08", "luma/room/monthly-2026-09"}


@pytest.mark.parametrize(
    ("entry", "line", "code"),
    [
        ("from: {social: reach}", 2, "not-additive"),
        ("from: {social: followers_total}", 2, "not-additive"),
        ("ratio: engagement_rate / views", 2, "not-additive"),
        ("ratio: clicks / vieuws", 2, "unknown-metric"),
        ("from: {social: likes}", 2, "unknown-column"),
        ("from: {facebok: views}", 2, "unknown-platform"),
        ("ratio: clicks / views\n    from: {social: views}", 2, "bad-metric"),
        ("from: {x: reactions / comments}", 2, "bad-metric"),  # all of these would otherwise be read as a sum
        ("from: {x: reactions * 2}", 2, "bad-metric"),
        ("from: {x: (reactions) - (comments)}", 2, "bad-metric"),
        ("from: {x: reactions comments}", 2, "bad-metric"),
        ("from: {x: reactions | views | clicks}", 2, "bad-metric"),
        ("from: {x: saves?}", 2, "bad-metric"),
        ("from: {ads: spend + clicks}", 2, "not-additive"),
        ("heard: true", 2, "bad-metric"),
        ("formule: a", 5, "unknown-key"),
    ],
)
def test_mistake_in_the_dictionary(site: SiteFolder, entry: str, line: int, code: str) -> None:
    """A metric that adds what does not add up, or names what does not exist, is refused at its line."""
    site.write("content/metrics.yaml", ENTRY + entry + "\n")

    (problem,) = site.mistakes()

    assert (problem.code, problem.at.path, problem.at.line) == (code, "content/metrics.yaml", line)
    assert problem.fix


def test_sum_of_people_under_a_note_is_allowed(site: SiteFolder) -> None:
    """Reach may be added over days where a note says so beside the figure."""
    site.write("content/metrics.yaml", ENTRY + "from: {x: reach}\n    note: added up by day\n")

    assert not site.problems()


def test_own_metric_cannot_replace_one_of_bilan(site: SiteFolder) -> None:
    """A name of the dictionary keeps its meaning."""
    site.write("content/metrics.yaml", ENTRY.replace("mine", "engagement_rate") + "ratio: reactions / views\n")

    assert [problem.code for problem in site.mistakes()] == ["metric-taken"]


@pytest.mark.parametrize("kind", ["stacked", "donut"])
def test_ratio_has_no_parts(site: SiteFolder, kind: str) -> None:
    """A rate cannot be stacked or cut into shares."""
    site.write("content/luma/reports/monthly.md", report_with(f"chart\n{kind}: engagement_rate\nby: platform"))

    assert [problem.code for problem in site.mistakes()] == ["not-additive"]


@pytest.mark.parametrize(
    "template",
    [
        "{{ segment.tiles|sum(attribute='value') }}",
        "{% set total = namespace(value=0) %}{% for tile in segment.tiles %}{% set total.value = total.value + tile.value %}{% endfor %}",
        "{{ segment.tiles[0]['value'] + 1 }}",
    ],
)
def test_template_that_adds_ratios_fails(site: SiteFolder, template: str) -> None:
    """A theme that sums rates is stopped at its line; the same theme may sum counts."""
    site.write("templates/blocks/kpis.html", f"\n{template}\n")
    site.write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: [impressions, clicks]"))
    assert not [problem for problem in site.problems() if "added up" in problem.message]

    site.write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: [engagement_rate]"))

    problems = [problem for problem in site.problems() if problem.code == "template-error"]
    assert {(problem.at.path, problem.at.line) for problem in problems} == {("templates/blocks/kpis.html", 2)}
    assert "added up" in problems[0].message
