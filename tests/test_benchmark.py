"""A campaign beside past ones, day by day since each was launched."""

from __future__ import annotations

import re

import pytest

from tests.conftest import CAMPAIGN, CLIENT, SiteFolder, x_overview

PAST = 'past_campaigns:\n  - {name: "Spring 2026", from: 2026-03-02, until: 2026-03-05}\n'


def page_with(block: str) -> str:
    return CAMPAIGN.partition("```")[0] + f"```benchmark\n{block}\n```\n"


@pytest.fixture
def launched(site: SiteFolder) -> SiteFolder:
    """A campaign of seven days with 10 a day, after one of four days with 30 a day."""
    days = {f"2026-03-0{day}": 30 for day in range(1, 8)} | {f"2026-09-0{day}": 10 for day in range(1, 8)}
    return site.write("content/luma/kpi/overview.csv", x_overview(days)).write("content/luma/client.yaml", CLIENT + PAST)


def table(site: SiteFolder) -> list[list[str]]:
    """The rows of the chart's twin."""
    page = site.output("luma/cards/index.html")
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("b-chart__table")[2].partition("</details>")[0], re.DOTALL)
    return [re.findall(r">([^<]+)</t[hd]>", row) for row in rows]


def test_campaigns_are_aligned_by_day_since_launch(launched: SiteFolder) -> None:
    """Values add up from the first day of each; the shorter campaign ends where it ended, and is named with how many are compared."""
    launched.write("content/luma/cards/index.md", page_with("metric: impressions"))

    assert not launched.problems()

    rows = table(launched)
    assert rows[0] == ["Day", "Cards", "Spring 2026"]
    assert rows[1] == ["Day 1", "10", "30"]
    assert rows[4] == ["Day 4", "40", "120"]
    assert rows[7] == ["Day 7", "70", "n/a"]
    assert "Past campaigns: 1 (Spring 2026)." in launched.output("luma/cards/index.html")


def test_a_missing_day_ends_a_sum(launched: SiteFolder) -> None:
    """After a day without a value the total is not known, and is not drawn."""
    days = {f"2026-09-0{day}": 10 for day in (1, 2, 4, 5, 6, 7)}
    launched.write("content/luma/kpi/overview.csv", x_overview(days))
    launched.write("content/luma/cards/index.md", page_with("metric: impressions"))
    launched.build()

    assert [row[1] for row in table(launched)[1:]] == ["10", "20", "n/a", "n/a", "n/a", "n/a", "n/a"]


def test_rates_are_not_added_up(launched: SiteFolder) -> None:
    """A rate is compared day by day."""
    launched.write("content/luma/cards/index.md", page_with("metric: engagement_rate"))
    launched.build()

    assert len({row[1] for row in table(launched)[1:8]}) == 1


def test_the_wall_is_compared_by_its_moments(launched: SiteFolder) -> None:
    """Moments of each day since the launch are counted from the wall itself."""
    launched.write("content/luma/cards/index.md", page_with("metric: moments"))
    launched.build()

    assert [row[1] for row in table(launched)[1:]] == ["1", "2", "2", "2", "2", "2", "2"]


def test_campaigns_are_chosen_by_name(launched: SiteFolder) -> None:
    """A name that is no past campaign is an error with those that are."""
    launched.write("content/luma/cards/index.md", page_with("metric: impressions\ncampaigns: Sprint 2026"))

    (problem,) = launched.mistakes()

    assert problem.code == "unknown-campaign"
    assert "Spring 2026" in f"{problem.message} {problem.fix}"


def test_many_campaigns_have_a_median(launched: SiteFolder) -> None:
    """Of three and more the median is drawn, with their number in its name."""
    more = "".join(f'  - {{name: "Wave {n}", from: 2026-03-0{n}, until: 2026-03-0{n + 1}}}\n' for n in (1, 3, 5))
    launched.write("content/luma/client.yaml", CLIENT + PAST + more)
    launched.write("content/luma/cards/index.md", page_with("metric: impressions"))

    assert not launched.problems()

    rows = table(launched)
    assert rows[0][-1] == "median of 4"
    assert rows[1][-1] == "30"


def test_without_a_past_there_is_one_curve(launched: SiteFolder) -> None:
    """The first campaign of a client is shown alone, and says so."""
    launched.write("content/luma/client.yaml", CLIENT).write("content/luma/cards/index.md", page_with("metric: impressions"))

    assert not launched.problems()

    assert "Past campaigns: 0" in launched.output("luma/cards/index.html")


def test_a_report_without_a_campaign_says_so(launched: SiteFolder) -> None:
    """In a month without a campaign there is nothing to compare, and no error."""
    report = "---\ntitle: M\nfrom: 2026-03\nuntil: 2026-03\n---\n\n## A {#a}\n\n```benchmark\nmetric: impressions\n```\n"
    launched.write("content/luma/reports/monthly.md", report)

    assert not launched.problems()

    assert "no campaign in the period" in launched.output("luma/room/monthly-2026-03.html")
