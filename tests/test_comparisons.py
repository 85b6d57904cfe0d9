"""What blocks compare, from the files to the page: chosen periods, days as measure, days that are missing."""

from __future__ import annotations

import re

import pytest

from tests.conftest import REPORT, SiteFolder, x_overview

AUGUST = {f"2026-08-{day:02}": 10 for day in range(1, 32)}
SEPTEMBER = {f"2026-09-{day:02}": 10 for day in range(1, 31)}


def report_with(block: str) -> str:
    return REPORT.partition("```")[0] + f"```{block}\n```\n"


def reading(site: SiteFolder) -> str:
    """The words of September's report."""
    assert not site.problems()
    html = site.output("luma/room/monthly-2026-09.html").partition('class="reading__chapters"')[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "▼ −3.2% vs August 2026"),
        ("basis: per day", "stable vs August 2026, per day"),
        ("basis: same weekdays", "stable vs 28 Jul – 26 Aug 2026, same weekdays"),
        ("compare: 2026-08-01..2026-08-15", "▲ +100% vs 1–15 August 2026"),
        ("period: 2026-08", "August 2026 Impressions 310"),
        ("period: year to date", "1 Jan – 30 Sept 2026 Impressions 610"),
    ],
)
def test_what_a_tile_says(site: SiteFolder, keys: str, words: str) -> None:
    """A tile names what it is compared with, and on which measure."""
    july = {f"2026-07-{day}": 10 for day in (28, 29, 30, 31)}
    site.write("content/luma/kpi/overview.csv", x_overview((july if "weekdays" in keys else {}) | AUGUST | SEPTEMBER))
    site.write("content/luma/reports/monthly.md", report_with(f"kpis\nmetrics: impressions\n{keys}"))

    assert words in reading(site)


def test_a_later_period_known_in_part_is_no_comparison(site: SiteFolder) -> None:
    """A whole August is not set against the ten days of September that are known."""
    site.write("content/luma/kpi/overview.csv", x_overview(AUGUST | {f"2026-09-{day:02}": 10 for day in range(1, 11)}))
    site.write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: impressions\nperiod: 2026-08\ncompare: 2026-09"))

    assert "Impressions 310 no comparison" in reading(site)


GA4 = """# Traffic acquisition: Session default channel group
# Account: Luma
# Property: Luma
#
# All Users
# Start date: 2026{month:02}01
# End date: 2026{month:02}{last}
Session default channel group,Sessions,Engaged sessions,Event count,Key events,Total revenue
Direct,{sessions},50,10,1,0
"""


@pytest.mark.parametrize("period", ["2026-Q3", "2026-08-15..2026-09-30"])
def test_a_month_that_no_table_covers_is_missing(site: SiteFolder, period: str) -> None:
    """Of tables of a month each one that is not there, or is there in part only, leaves the figure partial and is compared with nothing."""
    months = {4: 30, 5: 31, 6: 30, 7: 31, 9: 30}
    for month, last in months.items():
        site.write(f"content/luma/kpi/ga4-{month}.csv", GA4.format(month=month, last=last, sessions=100 * month))
    if period != "2026-Q3":
        site.write("content/luma/kpi/ga4-8.csv", GA4.format(month=8, last=31, sessions=800))
    told = site.run("kpi explain", "sessions", "--client", "luma", "--period", period).out

    assert "(partial)" in told
    assert f"value: {'1,600' if period == '2026-Q3' else '900'}" in told
    assert "missing" in told and "days without a value" in told


def test_a_report_that_lacks_a_monthly_table_is_partial(site: SiteFolder) -> None:
    """A quarter without the table of its second month says how many days are missing."""
    site.write("content/luma/reports/monthly.md", REPORT.replace("from: 2026-08\nuntil: 2026-09", "from: 2026-Q3\ncadence: quarter"))
    site.write("content/luma/kpi/overview.csv", x_overview({f"2026-07-{day:02}": 10 for day in range(1, 32)} | AUGUST | SEPTEMBER))
    for month, last in ((7, 31), (9, 30)):
        site.write(f"content/luma/kpi/ga4-{month}.csv", GA4.format(month=month, last=last, sessions=100))
    assert not site.problems()
    assert "(31 days missing)" in site.output("luma/room/monthly-2026-Q3.html")


def test_network_without_an_export_this_month_is_missed(site: SiteFolder) -> None:
    """A network that August has and September lacks is named with all its days: the report is partial, and not sent as whole."""
    rule = "files:\n  - files: ig.csv\n    platform: instagram\n    grain: day\n    columns: {date: Day, impressions: Seen}\n"
    site.write("content/luma/kpi.yaml", rule).write("content/luma/kpi/ig.csv", "Day,Seen\n" + "".join(f"{day},100\n" for day in AUGUST))
    site.write("content/luma/kpi/overview.csv", x_overview(AUGUST | SEPTEMBER))

    assert "Instagram – (30 days missing) 0 0" in reading(site)


def test_campaign_to_date_ends_with_the_period(site: SiteFolder) -> None:
    """Of a campaign of seven days that a report of its third day speaks of, three days count."""
    site.write("content/luma/kpi/overview.csv", x_overview(AUGUST | {f"2026-09-0{day}": 10 for day in (1, 2, 3)}))
    site.write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: impressions\nperiod: campaign to date"))

    assert "1–3 September 2026 Impressions 30" in reading(site)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("period: last month", "bad-period"),
        ("period: 2026-00", "bad-period"),
        ("period: 0001-01", "bad-period"),  # there is no month before it
        ("period: 9999-12-31..9999-12-31", "bad-period"),
        ("period: 2026-W00", "bad-period"),
        ("period: 2026-09-00", "bad-period"),
        ("period: 2026-W38..2026-W39", "bad-period"),  # a week has no single day
        ("compare: last year", "bad-comparison"),
        ("compare: 2026-13", "bad-comparison"),
        ("basis: same weekdays\ncompare: 2026-08", "bad-basis"),
    ],
)
def test_what_is_no_period_is_refused(site: SiteFolder, keys: str, code: str) -> None:
    """A period or comparison that does not exist is named at its line, with what may be written."""
    site.write("content/luma/reports/monthly.md", report_with(f"kpis\nmetrics: impressions\n{keys}"))

    (problem,) = site.mistakes()

    assert problem.code == code
    assert problem.at.path == "content/luma/reports/monthly.md"
    assert problem.fix


def test_missing_days_are_counted(site: SiteFolder) -> None:
    """A report says how many days of its month an export lacks, and compares the same days."""
    site.write(
        "content/luma/kpi/overview.csv", x_overview(AUGUST | {day: 10 for day in SEPTEMBER if day not in ("2026-09-10", "2026-09-11")})
    )

    found = reading(site)

    assert "(2 days missing)" in found
    assert "Impressions 280" in found
    assert "vs August 2026, same days" in found


def test_no_row_means_zero_where_it_is_declared(site: SiteFolder) -> None:
    """With `absent: zero` a month with quiet days is whole."""
    site.write("content/luma/kpi/overview.csv", x_overview(AUGUST | {day: 10 for day in SEPTEMBER if day != "2026-09-10"}))
    site.write("content/luma/kpi.yaml", "files:\n  - files: overview.csv\n    absent: zero\n")

    found = reading(site)

    assert "missing)" not in found
    assert "▼ −6.5% vs August 2026" in found


def test_a_page_says_until_when_its_figures_are_known(site: SiteFolder) -> None:
    """The foot of a campaign's page names the last day of each network behind its figures, and says when that is before the end."""
    index = (site.root / "content/luma/cards/index.md").read_text()
    site.write("content/luma/cards/index.md", index + "\n```kpis\nmetrics: impressions\n```\n")
    site.write("content/luma/kpi/overview.csv", x_overview(AUGUST | {f"2026-09-0{day}": 10 for day in range(1, 6)}))
    site.build()

    page = re.sub(r"<[^>]+>", "", site.output("luma/cards/index.html"))
    assert "Figures known until: 5\u00a0September 2026 (X) (partial)." in page


def test_a_page_without_figures_says_nothing_of_them(site: SiteFolder) -> None:
    """A page that shows no figure has no such line."""
    site.build()

    assert "Figures known until" not in site.output("luma/cards/index.html")


@pytest.mark.parametrize(("downloaded", "partial"), [("2026-09-20", True), ("2026-10-02", False)])
def test_posts_downloaded_before_the_end_make_a_report_partial(site: SiteFolder, downloaded: str, partial: bool) -> None:
    """Of a network that only exports posts, a download of the 20th does not know the rest of the month."""
    site.remove("content/luma/kpi/overview.csv")
    site.write("content/luma/kpi/posts.csv", "Id,When,Hearts\n1,2026-09-02 10:00,5\n2,2026-09-18 10:00,7\n")
    columns = "columns: {post_id: Id, published_at: When, reactions: Hearts}"
    site.write(
        "content/luma/kpi.yaml",
        f"files:\n  - files: posts.csv\n    platform: x\n    grain: post\n    downloaded: {downloaded}\n    {columns}\n",
    )
    site.write("content/luma/reports/monthly.md", report_with("kpis\nmetrics: posts_published"))

    found = reading(site)

    assert ("(partial)" in found) is partial
