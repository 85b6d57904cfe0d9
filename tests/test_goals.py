"""Where a goal stands, by its direction and the share of its time that is gone."""

from __future__ import annotations

import re

import pytest

from generator.plan.goals import goal_status, range_status
from tests.conftest import CLIENT, REPORT, SiteFolder, x_overview


@pytest.mark.parametrize(
    ("value", "target", "expected", "over", "better", "status"),
    [
        (None, 100, 50, False, "higher", "no data"),
        (100, 100, 50, False, "higher", "reached"),
        (60, 100, 50, False, "higher", "ahead"),
        (52, 100, 50, False, "higher", "on track"),
        (6, 10, 9.6, False, "higher", "behind"),
        (99, 100, 100, True, "higher", "missed"),
        (40, 100, None, False, "higher", "under way"),
        (40, 100, None, True, "higher", "missed"),
        (6, 10, 9.6, False, "lower", "ahead"),  # less was spent than the time gone would have it
        (9.8, 10, 9.6, False, "lower", "on track"),
        (12, 10, 9.6, False, "lower", "behind"),
        (10, 10, 10, True, "lower", "reached"),
        (10.1, 10, 10, True, "lower", "missed"),
        (0, 100, 0, False, "higher", "on track"),
    ],
)
def test_status(value: float | None, target: float, expected: float | None, over: bool, better: str, status: str) -> None:
    """A goal is judged against what is expected by now, and at its end against its target."""
    assert goal_status(value, target, expected, over=over, better=better) == status


@pytest.mark.parametrize(
    ("value", "over", "status"),
    [
        (None, False, "no data"), (15, False, "on track"), (9.6, False, "on track"), (9, False, "behind"), (22, False, "beyond"),
        (10, True, "reached"), (20, True, "reached"), (9.9, True, "missed"), (20.1, True, "missed"),
    ],
)  # fmt: skip
def test_status_of_a_range(value: float | None, over: bool, status: str) -> None:
    """Between 10 and 20 is where a goal is on its way; too little and too much are both off it."""
    assert range_status(value, 10, 20, over=over) == status


GOAL = """goals:
  - metric: impressions
    platform: instagram
    target: 300
    from: 2026-09-01
    until: {until}
    better: {better}
"""
RULE = "files:\n  - files: ig.csv\n    platform: instagram\n    grain: day\n    columns: {date: Day, impressions: Seen}\n"


@pytest.mark.parametrize(
    ("until", "better", "status"),
    [
        ("2026-09-30", "higher", "under way"),  # its days are over, but those of two thirds are not known
        ("2026-09-30", "lower", "under way"),
        ("2026-09-30", "range\n    at_most: 320", "under way"),
        ("2026-10-30", "higher", "ahead"),  # ten of sixty days
    ],
)
def test_days_that_are_not_known_decide_no_goal(site: SiteFolder, until: str, better: str, status: str) -> None:
    """A goal is paced by the days that its own network's exports cover, however far another's go; it ends when all are known."""
    site.write("content/luma/client.yaml", CLIENT + GOAL.format(until=until, better=better)).write("content/luma/kpi.yaml", RULE)
    site.write("content/luma/kpi/ig.csv", "Day,Seen\n" + "".join(f"2026-09-{day:02},10\n" for day in range(1, 11)))
    site.write("content/luma/kpi/overview.csv", x_overview({f"2026-09-{day:02}": 10 for day in range(1, 31)}))
    site.write("content/luma/reports/monthly.md", REPORT.partition("```")[0] + "```goals\n```\n")

    assert not site.problems()
    page = site.output("luma/room/monthly-2026-09.html")
    assert f">{status}<" in page
    (value,) = re.findall(r'b-goals__value">(.*?)</p>', page)
    assert ("%" in value) == (better in ("higher", "lower"))  # no share of a range is reached
