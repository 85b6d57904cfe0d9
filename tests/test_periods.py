"""Calendar periods and their names, and reports of every cadence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import planning
from generator.model.clock import Clock
from generator.model.figures import Grain
from generator.model.periods import a_year_before, containing, from_to, period_name, read_period, shifted
from generator.problems import Problems
from generator.render.formats import Formats
from tests.conftest import CLIENT, NOW, SiteFolder, x_overview

GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "half-year", "year")
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(days, st.sampled_from(GRAINS))
def test_a_period_holds_its_day_and_reads_back_from_its_name(day: date, grain: Grain) -> None:
    """The name of a calendar period is its own, and says the same period."""
    period = containing(day, grain)

    assert period.first <= day <= period.last
    assert read_period(period_name(period)) == period


@given(days, st.sampled_from(GRAINS), st.integers(-30, 30))
def test_periods_follow_one_another_without_gap(day: date, grain: Grain, count: int) -> None:
    """The next period begins the day after the last of this one, and moving there and back changes nothing."""
    period = containing(day, grain)

    assert (shifted(period, 1).first - period.last).days == 1
    assert shifted(shifted(period, count), -count) == period


@pytest.mark.parametrize(
    ("name", "before", "year_before"),
    [
        ("2026-03-01", "2026-02-28", "2025-03-02"),  # 52 weeks back: a Sunday again
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-03", "2026-02", "2025-03"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-H1", "2025-H2", "2025-H1"),
        ("2026", "2025", "2025"),
        ("2026-09-01..2026-09-15", "2026-08-17..2026-08-31", "2025-09-02..2025-09-16"),
        ("2026-01-01..2026-09-30", "2025-04-01..2025-12-31", "2025-01-01..2025-09-30"),  # whole months stay whole months
    ],
)
def test_comparisons(name: str, before: str, year_before: str) -> None:
    """The previous period, and the one of the year before."""
    period = read_period(name)

    assert (period_name(shifted(period, -1)), period_name(a_year_before(period))) == (before, year_before)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-W54", "2026-Q5", "2026-02-30", "26-09", "2026-09-15..2026-09-01", "soon"])
def test_no_period(text: str) -> None:
    """What is no period is refused."""
    with pytest.raises(ValueError, match=r"."):
        read_period(text)


def test_from_to_counts_both_ends() -> None:
    """Thirteen months from September to September."""
    assert len(list(from_to(read_period("2025-09"), read_period("2026-09")))) == 13


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("fr", "2026-Q3", "3e trimestre 2026"), ("en", "2026-Q3", "Q3 2026"),
        ("fr", "2026-H1", "1er semestre 2026"), ("en", "2026-H2", "Second half of 2026"),
        ("fr", "2026", "2026"), ("fr", "2026-W38", "14–20 septembre 2026"),
    ],
)  # fmt: skip
def test_periods_in_words(language: str, name: str, words: str) -> None:
    """A period as a title says it."""
    period = read_period(name)

    shown = Formats(language).period({"first": period.first.isoformat(), "last": period.last.isoformat(), "grain": period.grain})

    assert shown.replace("\u00a0", " ") == words


REPORT = "---\ntitle: Review\ncadence: {cadence}\nfrom: {first}\n---\n\n## Summary {{#summary}}\n\n```kpis\nmetrics: [impressions]\n```\n"


@pytest.mark.parametrize(
    ("cadence", "first", "made"),
    [
        ("week", "2026-W39", ["2026-W39", "2026-W40"]),
        ("quarter", "2026-Q2", ["2026-Q2", "2026-Q3"]),
        ("half-year", "2026-H1", ["2026-H1"]),
    ],
)
def test_reports_of_every_cadence(empty_site: SiteFolder, cadence: str, first: str, made: list[str]) -> None:
    """A report is made for each closed period of its cadence, and a commentary belongs to the period that its folder names."""
    site = empty_site.write("content/luma/client.yaml", CLIENT).write(
        "content/luma/kpi/x.csv", x_overview({f"2026-{month:02}-{day:02}": 100 for month in (4, 5, 6, 7, 8, 9) for day in range(1, 31)})
    )
    site.write("content/luma/reports/review.md", REPORT.format(cadence=cadence, first=first))
    site.write(f"content/luma/reports/review/{made[-1]}/summary.md", "---\ntitle: What we saw\n---\n\nA word.\n")

    summary = site.build(choose=lambda output: output.job.renderer == "page")

    assert list(summary.problems) == []
    assert sorted(path for path in site.tree() if "/review-" in path) == [f"luma/room/review-{name}.html" for name in made]
    assert "What we saw" in site.output(f"luma/room/review-{made[-1]}.html")


def test_a_chart_is_compared_with_the_whole_period_before(empty_site: SiteFolder) -> None:
    """July to September stand against April to June, not each month against the one before it."""
    site = empty_site.write("content/luma/client.yaml", CLIENT).write(
        "content/luma/kpi/x.csv", x_overview({f"2026-{month:02}-{day:02}": 10**month for month in range(4, 10) for day in range(1, 31)})
    )
    chart = "\n```chart\nline: impressions\ngrain: month\ncompare: previous\n```\n"
    site.write("content/luma/reports/review.md", REPORT.format(cadence="quarter", first="2026-Q3") + chart)

    outputs, _ = planning.plan(site.root, Clock(NOW), Problems())
    (page,) = (output for output in outputs if output.path == "luma/room/review-2026-Q3.html")
    _, drawn = page.job.data["sections"][0]["body"]

    assert [each["values"] for each in drawn["series"]] == [[30 * 10.0**month for month in span] for span in ((7, 8, 9), (4, 5, 6))]


def test_a_period_of_another_cadence_is_refused(site: SiteFolder) -> None:
    """A quarterly report neither begins with a month nor has commentary of one."""
    site.write("content/luma/reports/review.md", REPORT.format(cadence="quarter", first="2026-08"))
    site.write("content/luma/reports/monthly/2026-Q3/summary.md", "Text.\n")

    problems = {problem.code: str(problem) for problem in site.problems(choose=lambda output: False)}

    assert "from is no quarter" in problems["wrong-cadence"] and "2026-Q3" in problems["wrong-cadence"]
    assert '"2026-Q3" is no month' in problems["not-a-period"]
