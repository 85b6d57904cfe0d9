"""What somebody should know of at once: thresholds, unusual days, the notice, the exit code."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.metrics import find_alerts
from generator.model.figures import Period
from tests.conftest import CLIENT, SiteFolder, x_overview
from tests.test_metrics import CLIENT as SOMEBODY
from tests.test_metrics import figures

FIRST = date(2026, 7, 1)
DAYS = [FIRST + timedelta(days=index) for index in range(92)]  # to 30 September


def steady(unusual: dict[str, int] | None = None) -> dict[str, int]:
    """Three months that breathe by the week, but for the days given."""
    return {day.isoformat(): 1000 + 300 * (day.weekday() < 5) + day.day for day in DAYS} | (unusual or {})


def alerts(site: SiteFolder, *options: str) -> tuple[int, list[dict[str, object]]]:
    run = site.run("check", "--alerts", "--json", *options)
    return run.code, [json.loads(line) for line in run.out.splitlines()]


def test_calm_weeks_raise_nothing(site: SiteFolder) -> None:
    """Weekends are no anomaly; there is no notice, and the exit code is 0."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady()))

    assert alerts(site, "--days", "30") == (0, [])
    assert not (site.root / ".bilan/alerts.json").exists()


def test_unusual_day_is_told_with_its_rule(site: SiteFolder) -> None:
    """A day five times the usual ends with exit code 7, its usual value, how many days say so, and the threshold."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady({"2026-09-26": 6000})))

    code, found = alerts(site)

    assert code == 7
    (alert,) = found
    assert (alert["client"], alert["metric"], alert["platform"], alert["day"]) == ("luma", "exposure", "x", "2026-09-26")
    assert "median of 8 such weekdays before, threshold 6" in str(alert["rule"])
    assert json.loads((site.root / ".bilan/alerts.json").read_text())["alerts"] == found


def test_run_of_days_is_one_alert(site: SiteFolder) -> None:
    """A crisis of five days is one alert, told by its worst day."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady({f"2026-09-{day}": 5000 + day for day in range(24, 29)})))

    (alert,) = alerts(site)[1]

    assert (alert["period"], alert["kind"]) == ("2026-09-24..2026-09-28", "unusual")


@pytest.mark.parametrize("late", [3, 10])
def test_network_whose_exports_end_earlier_is_looked_at(site: SiteFolder, late: int) -> None:
    """The last days are each network's own: those of one that is loaded once a week are not passed over for those of another."""
    last = DAYS[-1] - timedelta(days=late)
    days = {day: count for day, count in steady({(last - timedelta(days=1)).isoformat(): 9000}).items() if day <= last.isoformat()}
    rule = "files:\n  - files: ig.csv\n    platform: instagram\n    grain: day\n    columns: {date: Day, impressions: Seen}\n"
    threshold = "alerts:\n  thresholds:\n    - {metric: impressions, platform: instagram, above: 5000}\n"
    site.write("content/luma/kpi.yaml", rule).write("content/luma/client.yaml", CLIENT + threshold)
    site.write("content/luma/kpi/ig.csv", "Day,Seen\n" + "".join(f"{day},{count}\n" for day, count in days.items()))
    site.write("content/luma/kpi/overview.csv", x_overview(steady()))

    assert [(alert["platform"], alert["kind"]) for alert in alerts(site)[1]] == [("instagram", "unusual"), ("instagram", "threshold")]


def test_alert_is_new_once(site: SiteFolder) -> None:
    """The second look says that the alert is known; once the cause is gone, so is the notice."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady({"2026-09-26": 6000})))

    assert [each["new"] for each in alerts(site)[1]] == [True]
    assert [each["new"] for each in alerts(site)[1]] == [False]

    site.write("content/luma/kpi/overview.csv", x_overview(steady()))
    assert alerts(site) == (0, [])
    assert not (site.root / ".bilan/alerts.json").exists()


@pytest.mark.parametrize(
    ("threshold", "values", "periods"),
    [
        ("metric: impressions, below: 500", {"2026-09-29": 400}, ["2026-09-29"]),
        ("metric: impressions, above: 2000, platform: x", {"2026-09-28": 2001, "2026-09-29": 2000}, ["2026-09-28"]),
        ("metric: impressions, below: 8000, per: week", {f"2026-09-{day}": 900 for day in range(21, 28)}, ["2026-W39"]),
        ("metric: impressions, times: 2", {"2026-09-29": 2900}, ["2026-09-29"]),
        ("metric: impressions, times: 3", {"2026-09-29": 2900}, []),
        ("metric: engagement_rate, above: 0.03", {"2026-09-29": 500}, ["2026-09-29"]),
    ],
)
def test_threshold(site: SiteFolder, threshold: str, values: dict[str, int], periods: list[str]) -> None:
    """A declared limit speaks for its own metric, network and length of period, whatever is usual."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady(values)))
    site.write("content/luma/client.yaml", CLIENT + f"alerts:\n  unusual: false\n  thresholds:\n    - {{{threshold}, label: Watch}}\n")

    code, found = alerts(site)

    assert [each["period"] for each in found] == periods
    assert all(each["label"] == "Watch" for each in found)
    assert code == (7 if periods else 0)


def test_week_that_is_not_over_is_not_low(site: SiteFolder) -> None:
    """A week of which three days are known is not below a limit yet; above one it is at once."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady()))
    rules = "[{metric: impressions, below: 8000, per: week}, {metric: impressions, above: 3000, per: week}]"
    site.write("content/luma/client.yaml", CLIENT + f"alerts:\n  unusual: false\n  thresholds: {rules}\n")

    found = [each for each in alerts(site, "--days", "3")[1] if each["period"] == "2026-W40"]

    assert [(each["rule"], each["complete"]) for each in found] == [("above 3000", False)]


@pytest.mark.parametrize(
    ("threshold", "code"),
    [
        ("metric: impresions, above: 1", "unknown-metric"),
        ("metric: impressions", "no-limit"),
        ("metric: impressions, times: 1", "no-limit"),
    ],
)
def test_threshold_that_could_never_speak_is_an_error(site: SiteFolder, threshold: str, code: str) -> None:
    """A misspelt metric or a missing limit is said, not silence."""
    site.write("content/luma/client.yaml", CLIENT + f"alerts:\n  thresholds:\n    - {{{threshold}}}\n")

    run = site.run("check", "--alerts", "--json")

    assert run.code == 1
    assert code in {json.loads(line).get("code") for line in run.out.splitlines()}


def test_one_client_leaves_the_notice_of_others(site: SiteFolder) -> None:
    """Looking at one client only keeps what is known of another."""
    loud = x_overview(steady({"2026-09-26": 6000}))
    site.write("content/luma/kpi/overview.csv", loud)
    site.write("content/orion/client.yaml", CLIENT.replace("Luma", "Orion")).write("content/orion/kpi/overview.csv", loud)

    assert {each["client"] for each in alerts(site)[1]} == {"luma", "orion"}
    assert {each["client"] for each in alerts(site, "--client", "orion")[1]} == {"orion"}

    kept = json.loads((site.root / ".bilan/alerts.json").read_text())["alerts"]
    assert {each["client"] for each in kept} == {"luma", "orion"}


def test_alerts_never_reach_the_output(site: SiteFolder) -> None:
    """Thresholds and alerts are the agency's own: no file of the output tells of them."""
    site.write("content/luma/kpi/overview.csv", x_overview(steady({"2026-09-26": 6000})))
    site.write("content/luma/client.yaml", CLIENT + "alerts:\n  thresholds: [{metric: impressions, above: 5000, label: Secretlabel}]\n")
    alerts(site)
    site.build()

    assert not [name for name, content in site.tree().items() if b"Secretlabel" in content or b"deviations" in content]


@given(st.lists(st.integers(0, 2000), min_size=91, max_size=91))
def test_few_days_before_say_nothing(values: list[int]) -> None:
    """Without four weeks before it no day is unusual, whatever its value."""
    rows = [("x", "account_day", "impressions", day, float(value)) for day, value in zip(DAYS, values, strict=False)]

    window = Period(first=FIRST, last=FIRST + timedelta(days=27), grain="free")

    assert find_alerts(SOMEBODY, figures(rows), window) == []
