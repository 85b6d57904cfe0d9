"""Figures: sums, ratios from sums, comparisons like for like, and missing that is not zero."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from generator.metrics import compute_figures
from generator.metrics.dictionary import own_dictionary, read_sum
from generator.model.figures import Figures, Filter, Period, month_of
from generator.model.kpi import POST_COLUMNS, VALUE_COLUMNS, Data, ExportFile
from generator.model.site import Brand, Client
from generator.problems import Location

AUGUST, SEPTEMBER = month_of(date(2026, 8, 1)), month_of(date(2026, 9, 1))
CLIENT = Client(
    slug="luma", name="Luma", language="en", timezone="Europe/Paris", currency="EUR", brand=Brand(), url=None,
    accounts=(), goals=(), counters=(), annotations=(), rules=(), at=Location(path="content/luma/client.yaml"),
)  # fmt: skip

Row = tuple[str, str, str, date, float]  # platform, series, metric, day, value


def days(first: date, count: int, value: float, metric: str = "impressions", platform: str = "x", series: str = "account_day") -> list[Row]:
    return [(platform, series, metric, first + timedelta(days=index), value) for index in range(count)]


def figures(rows: list[Row]) -> Figures:
    """The figures of a client with these values, all read from one file, a line each."""
    frame = pl.DataFrame(
        {
            "platform": [row[0] for row in rows], "account": [None] * len(rows), "series": [row[1] for row in rows],
            "metric": [row[2] for row in rows], "first": [row[3] for row in rows], "days": [1] * len(rows), "item": [None] * len(rows),
            "value": [row[4] for row in rows], "unit": ["count"] * len(rows),
            "file": [0] * len(rows), "line": list(range(2, len(rows) + 2)),
        },
        schema={name: getattr(pl, kind) for name, kind in VALUE_COLUMNS.items()},
    )  # fmt: skip
    posts = pl.DataFrame(schema={name: getattr(pl, kind) for name, kind in POST_COLUMNS.items()})
    file = ExportFile(
        path="content/luma/kpi/a.csv", part=None, digest="d" * 32, kind="x_account_overview", platform="x", account=None,
        series="account_day", encoding="utf-8", locale="en", first=None, last=None, downloaded=None, rows=len(rows),
    )  # fmt: skip
    return compute_figures(CLIENT, Data(client="luma", values=frame, posts=posts, files=(file,)))


def test_sum_of_a_month_says_its_rows() -> None:
    """A figure is the sum of the month's rows, and names them."""
    book = figures(days(date(2026, 8, 1), 61, 10))

    figure = book.figure("impressions", SEPTEMBER)

    assert figure.value == 300
    assert [(source.file, source.rows, source.first_line, source.last_line) for source in figure.sources] == [
        ("content/luma/kpi/a.csv", 30, 33, 62)
    ]


def test_missing_is_not_zero() -> None:
    """A month that no export covers has no value, and says why."""
    figure = figures(days(date(2026, 8, 1), 31, 10)).figure("impressions", month_of(date(2026, 3, 1)))

    assert figure.value is None
    assert figure.missing == "not-covered"


def test_metric_without_export_says_so() -> None:
    """A metric that no export gives is missing for that reason."""
    assert figures(days(date(2026, 8, 1), 31, 10)).figure("revenue", AUGUST).missing == "no-export"


def test_zero_is_a_value() -> None:
    """An explicit zero is a figure."""
    assert figures(days(date(2026, 9, 1), 30, 0)).figure("impressions", SEPTEMBER).value == 0


def test_ratio_is_taken_from_sums() -> None:
    """The rate of a month is the sum of interactions over the sum of impressions, not the mean of daily rates."""
    rows = [
        ("x", "account_day", "impressions", date(2026, 9, 1), 1000.0),
        ("x", "account_day", "impressions", date(2026, 9, 2), 10.0),
        *(("x", "account_day", name, date(2026, 9, day), 5.0) for name in ("reactions", "comments", "shares") for day in (1, 2)),
    ]

    figure = figures(rows).figure("engagement_rate", SEPTEMBER)

    assert figure.value == pytest.approx(30 / 1010)


def test_ratio_uses_platforms_that_have_both_terms() -> None:
    """Impressions of a network whose interactions are unknown do not dilute the rate."""
    rows = [
        ("x", "account_day", "impressions", date(2026, 9, 1), 100.0),
        *(("x", "account_day", name, date(2026, 9, 1), 1.0) for name in ("reactions", "comments", "shares")),
        ("linkedin", "account_day", "impressions", date(2026, 9, 1), 1_000_000.0),
    ]

    figure = figures(rows).figure("engagement_rate", SEPTEMBER)

    assert figure.platforms == ("x",)
    assert figure.value == pytest.approx(0.03)


def test_division_by_zero_is_no_value() -> None:
    """A zero denominator gives no value, never zero or infinity."""
    rows = [("x", "account_day", name, date(2026, 9, 1), 0.0) for name in ("impressions", "reactions", "comments", "shares")]

    assert figures(rows).figure("engagement_rate", SEPTEMBER).value is None


def test_series_of_different_grain_are_never_added() -> None:
    """Days and posts of one platform describe the same events: only one of the two is used."""
    rows = days(date(2026, 9, 1), 30, 10) + days(date(2026, 9, 1), 30, 7, series="post")

    assert figures(rows).figure("impressions", SEPTEMBER).value == 300


def test_partial_month_is_compared_with_the_same_days() -> None:
    """Twelve days of September are set against the first twelve days of August."""
    book = figures(days(date(2026, 8, 1), 31, 10) + days(date(2026, 9, 1), 12, 20))

    figure = book.figure("impressions", SEPTEMBER, compare="previous")

    assert figure.partial
    assert (figure.value, figure.previous) == (240, 120)
    assert figure.change == pytest.approx(1.0)


def test_whole_month_is_compared_with_the_whole_month() -> None:
    """A complete February is set against a complete January."""
    book = figures(days(date(2026, 1, 1), 31, 10) + days(date(2026, 2, 1), 28, 10) + days(date(2026, 3, 1), 31, 10))

    figure = book.figure("impressions", month_of(date(2026, 2, 1)), compare="previous")

    assert (figure.value, figure.previous, figure.partial) == (280, 310, False)


FEBRUARY, MARCH = month_of(date(2026, 2, 1)), month_of(date(2026, 3, 1))


def test_constant_daily_rate_is_no_change_per_day() -> None:
    """March has three days more than February: per day, a steady account has not grown."""
    book = figures(days(date(2026, 2, 1), 59, 10))

    total, per_day = (book.figure("impressions", MARCH, compare="previous", basis=basis) for basis in ("total", "per day"))

    assert total.change == pytest.approx(31 / 28 - 1)
    assert (per_day.value, per_day.change, per_day.trend) == (310, 0.0, "flat")


def test_rate_is_not_scaled_by_days() -> None:
    """A ratio compared per day is compared as it is."""
    rows = [row for name in ("impressions", "reactions", "comments", "shares") for row in days(date(2026, 2, 1), 59, 10, metric=name)]

    figure = figures(rows).figure("engagement_rate", MARCH, compare="previous", basis="per day")

    assert (figure.value, figure.previous) == (3, 3)


def test_same_weekdays_are_compared() -> None:
    """Work days only: the same weekdays before have as many of them, the calendar month before has not."""
    rows = [row for row in days(date(2026, 1, 1), 120, 10) if row[3].weekday() < 5]
    rows += [("x", "account_day", "impressions", row[3], 0.0) for row in days(date(2026, 1, 1), 120, 10) if row[3].weekday() >= 5]
    book = figures(rows)

    plain, aligned = (book.figure("impressions", MARCH, compare="previous", basis=basis) for basis in ("total", "same weekdays"))

    assert aligned.compared == Period(first=date(2026, 1, 25), last=date(2026, 2, 24), grain="free")
    assert plain.change == pytest.approx(0.1)
    assert aligned.change == 0


def test_a_chosen_period_is_compared() -> None:
    """A month may be set against any other by its name."""
    book = figures(days(date(2026, 1, 1), 31, 5) + days(date(2026, 2, 1), 59, 10))

    figure = book.figure("impressions", MARCH, compare="2026-01")

    assert (figure.previous, figure.change) == (155, 1.0)


def test_a_day_without_a_row_makes_the_month_partial() -> None:
    """Three days without rows inside a month are named, and the same days are left out of the month before."""
    rows = [row for row in days(date(2026, 1, 1), 90, 10) if not date(2026, 2, 3) <= row[3] <= date(2026, 2, 5)]
    book = figures(rows)

    figure = book.figure("impressions", FEBRUARY, compare="previous")

    assert figure.partial
    assert figure.holes == (date(2026, 2, 3), date(2026, 2, 4), date(2026, 2, 5))
    assert (figure.value, figure.previous) == (250, 280)


def test_a_month_is_not_compared_with_one_that_has_holes() -> None:
    """March is whole, February is not: there is no change to print."""
    rows = [row for row in days(date(2026, 1, 1), 90, 10) if row[3] != date(2026, 2, 3)]

    figure = figures(rows).figure("impressions", MARCH, compare="previous")

    assert not figure.partial
    assert figure.previous is None


def test_an_empty_cell_is_a_hole() -> None:
    """A day whose row lacks one term of a sum counts in none of them."""
    rows = [row for name in ("reactions", "comments", "shares") for row in days(date(2026, 9, 1), 30, 1, metric=name)]
    rows.remove(("x", "account_day", "shares", date(2026, 9, 30), 1))

    figure = figures(rows).figure("engagements_public", SEPTEMBER)

    assert (figure.value, figure.partial) == (87, True)


def test_comparison_needs_the_same_platforms() -> None:
    """A network that joins in September gives no rise against August: there is no comparison."""
    book = figures(days(date(2026, 8, 1), 61, 10) + days(date(2026, 9, 1), 30, 5, platform="linkedin"))

    figure = book.figure("impressions", SEPTEMBER, compare="previous")

    assert figure.value == 450
    assert figure.previous is None
    assert figure.trend == "new"


@pytest.mark.parametrize(
    ("before", "now", "change", "trend"),
    [(0, 5, None, "new"), (5, 0, -1.0, "down"), (10, 10, 0.0, "flat"), (-5, 5, None, "up"), (5, -5, None, "down"), (0, 0, None, "none")],
)
def test_change_over_zero_and_sign(before: float, now: float, change: float | None, trend: str) -> None:
    """From zero, from below zero and to below zero there is no percentage, only a direction."""
    book = figures(days(date(2026, 8, 1), 31, before / 31) + days(date(2026, 9, 1), 30, now / 30))

    figure = book.figure("impressions", SEPTEMBER, compare="previous")

    assert figure.change == (None if change is None else pytest.approx(change, abs=1e-9))
    if now != before:
        assert figure.trend == trend


def test_stock_is_its_last_value() -> None:
    """Followers are those of the last day, not a sum."""
    rows = [("tiktok", "account_day", "followers_total", date(2026, 9, day), 1000.0 + day) for day in range(1, 31)]

    assert figures(rows).figure("followers_total", SEPTEMBER).value == 1030


def test_sum_of_reach_carries_its_note() -> None:
    """Reach added over days is labelled as what it is, and is not called additive."""
    metric = figures(days(date(2026, 9, 1), 30, 10, metric="reach")).figure("reach_daily_sum", SEPTEMBER).metric

    assert metric.note == "sum of daily reach"
    assert not metric.additive


def test_lower_is_better_where_the_dictionary_says_so() -> None:
    """A rise of followers lost is not good."""
    book = figures(days(date(2026, 8, 1), 31, 1, metric="followers_lost") + days(date(2026, 9, 1), 30, 5, metric="followers_lost"))

    figure = book.figure("followers_lost", SEPTEMBER, compare="previous")

    assert (figure.trend, figure.good) == ("up", False)


def test_curve_has_gaps_where_nothing_is_covered() -> None:
    """A day before the first export is a gap, not a zero."""
    book = figures(days(date(2026, 9, 2), 2, 10))
    steps = [Period(first=date(2026, 9, day), last=date(2026, 9, day), grain="day") for day in (1, 2, 3, 4)]

    assert book.curve("impressions", steps).values == (None, 10, 10, None)


def test_groups_are_ranked() -> None:
    """Platforms come largest first."""
    book = figures(days(date(2026, 9, 1), 30, 10) + days(date(2026, 9, 1), 30, 50, platform="linkedin"))

    assert list(book.groups("impressions", SEPTEMBER, "platform")) == ["linkedin", "x"]
    assert book.figure("impressions", SEPTEMBER, only=Filter(platform="x")).value == 300


def test_sums_of_the_dictionary() -> None:
    """A sum names its terms, their signs and the optional ones."""
    terms = read_sum("reactions + saves? - losses")

    assert [(term.name, term.sign, term.optional) for term in terms] == [("reactions", 1, False), ("saves", 1, True), ("losses", -1, False)]


def test_every_metric_is_labelled_and_its_terms_exist() -> None:
    """Ratios name metrics of the dictionary; each metric has words in both languages."""
    dictionary = own_dictionary()

    for name, recipe in dictionary.recipes.items():
        assert all(term in dictionary.recipes for term in recipe.ratio or ())
        for language in ("fr", "en"):
            metric = dictionary.metric(name, language)
            assert metric is not None
            assert metric.label and metric.definition
