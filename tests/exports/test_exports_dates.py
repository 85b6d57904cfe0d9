"""Date literals of many languages, the order of day and month, dates without a year, and time zones."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from generator.exports.dates import Order, days_in_name, read_dates
from tests.exports.exportkit import codes, read, record, rule, values

LITERALS: list[tuple[str, Order | None, str]] = [
    ("2025-09-30", None, "2025-09-30"), ("2025-09-30T00:00:00", None, "2025-09-30"), ("20250930", None, "2025-09-30"),
    ("2025/09/30", None, "2025-09-30"), ("2025-09-30 18:42", None, "2025-09-30 18:42"), ("09/30/2025 18:42", None, "2025-09-30 18:42"),
    ("30/09/2025", None, "2025-09-30"), ("9/30/2025", None, "2025-09-30"), ("30.09.2025 18:42", None, "2025-09-30 18:42"),
    ("03.04.2025", None, "2025-04-03"), ("09-30-2025", None, "2025-09-30"), ("03/04/2025", "dmy", "2025-04-03"),
    ("03/04/2025", "mdy", "2025-03-04"), ("30/09/25", None, "2025-09-30"), ("2025-09-30 18:42 +0000", None, "2025-09-30 20:42"),
    ("2025-09-30T22:20:00Z", None, "2025-10-01 00:20"), ("2025-09-30T22:20:00+02:00", None, "2025-09-30 22:20"),
    ("Tue, Sep 30, 2025", None, "2025-09-30"), ("Sep 30, 2025", None, "2025-09-30"), ("September 30, 2025", None, "2025-09-30"),
    ("Sep 22, 2026 09:30 am", None, "2026-09-22 09:30"), ("Sep 22, 2026 12:05 am", None, "2026-09-22 00:05"),
    ("Sep 22, 2026 12:05 pm", None, "2026-09-22 12:05"), ("30 sept. 2025", None, "2025-09-30"), ("1er août 2025", None, "2025-08-01"),
    ("2 mars 2026", None, "2026-03-02"), ("28 févr. 2026", None, "2026-02-28"), ("30. September 2025", None, "2025-09-30"),
    ("3. März 2025", None, "2025-03-03"), ("30 de septiembre de 2025", None, "2025-09-30"), ("30 de setembro de 2025", None, "2025-09-30"),
    ("2025年7月14日", None, "2025-07-14"), ("mardi 30 septembre 2025", None, "2025-09-30"),
    # no year: the last such day before the download, 2 March 2026
    ("30 September", None, "2025-09-30"), ("28 February", None, "2026-02-28"), ("2 March", None, "2026-03-02"),
    ("3 March", None, "2025-03-03"),
    ("23 août", None, "2025-08-23"), ("18 января", None, "2026-01-18"), ("7月14日", None, "2025-07-14"),
    ("18 tháng Tám", None, "2025-08-18"),
    ("18 tháng Mười Hai", None, "2025-12-18"), ("29 February", None, "2024-02-29"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order", "wanted"), LITERALS)
def test_a_literal_has_its_day(text: str, order: Order | None, wanted: str) -> None:
    """Each literal is the day, and the time in Paris, that a reader of its language sees."""
    found = read_dates(pl.Series([text]), order=order, as_of=date(2026, 3, 2), zone=None, client_zone="Europe/Paris")

    assert found.values.to_list() == [datetime.fromisoformat(wanted)]


@pytest.mark.parametrize(
    "text", ["Lifetime", "À vie", "2025-02-30", "32/12/2025", "Septober 3, 2025", "12", "Total", "2025", "31 February"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    """Words and days that no calendar has are marked."""
    found = read_dates(pl.Series([text]), order="dmy", as_of=date(2026, 3, 2), zone=None, client_zone="Europe/Paris")

    assert (found.values.to_list(), found.bad.to_list()) == ([None], [True])


def test_one_value_decides_for_the_column() -> None:
    """A day above 12 tells the order for every other value."""
    found = read_dates(pl.Series(["03/04/2026", "03/14/2026"]), order=None, as_of=None, zone=None, client_zone="UTC")

    assert found.values.to_list() == [datetime(2026, 3, 4), datetime(2026, 3, 14)]  # noqa: DTZ001 - days have no zone


ROWS = "Date,Views,Watch time (hours),Likes\n03/04/2026,1,0.5,3\n03/05/2026,1,0.5,3\n"


def test_an_order_that_nothing_decides_is_refused() -> None:
    """03/04 is neither March nor April: both readings are printed, and nothing of the table is taken."""
    readings, problems = read(ROWS)

    assert codes(problems) == ["undecidable-date"]
    assert '"03/04/2026" may be 2026-03-04 or 2026-04-03' in problems[0].message
    assert record(readings).rows == 0


@pytest.mark.parametrize(("locale", "first"), [("en-US", date(2026, 3, 4)), ("fr", date(2026, 4, 3)), ("en-GB", date(2026, 4, 3))])
def test_a_declared_locale_decides(locale: str, first: date) -> None:
    """The same dates are read as the declared locale has them."""
    readings, problems = read(ROWS, rule=rule(locale=locale))

    assert (values(readings)["first"].min(), problems) == (first, [])


def test_english_alone_does_not_decide() -> None:
    """English is written with the month first in one country and with the day first in others."""
    assert codes(read(ROWS, rule=rule(locale="en"))[1]) == ["undecidable-date"]


def test_days_and_months_that_change_places_are_refused() -> None:
    """A column in which both orders are proven was damaged by a spreadsheet."""
    _, problems = read("Date,Views,Watch time (hours),Likes\n13/04/2026,1,0.5,3\n04/13/2026,1,0.5,3\n")

    assert codes(problems) == ["undecidable-date"]


TIKTOK = "Date,Video Views,Profile Views,Likes,Comments,Shares\n30 December,1,2,3,4,5\n2 January,1,2,3,4,5\n"


def test_a_date_without_a_year_needs_the_day_of_download() -> None:
    """Nothing tells the year: the file is refused, and the way out is to declare the download."""
    _, problems = read(TIKTOK)

    assert codes(problems) == ["undecidable-date"]
    assert "downloaded" in str(problems[0].fix)


@pytest.mark.parametrize(("name", "settings"), [("kpi/en_2026-01-05/Overview.csv", {}), ("kpi/a.csv", {"downloaded": "2026-01-05"})])
def test_years_are_counted_back_from_the_download(name: str, settings: dict[str, str]) -> None:
    """A file may cross New Year."""
    readings, problems = read(TIKTOK, name=name, rule=rule(**settings))

    assert problems == []
    assert sorted(set(values(readings)["first"])) == [date(2025, 12, 30), date(2026, 1, 2)]


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("Overview_2026-03-02.csv", [date(2026, 3, 2)]), ("Mar-01-2026_Sep-30-2026_12011.csv", [date(2026, 3, 1), date(2026, 9, 30)]),
        ("x_20250901_20251001_en.csv", [date(2025, 9, 1), date(2025, 10, 1)]), ("Profile-07-01-2026.csv", []), ("20261399.csv", []),
    ],
)  # fmt: skip
def test_days_in_a_name(name: str, days: list[date]) -> None:
    """Only days that a name states without doubt are taken from it."""
    assert days_in_name(name) == days


def test_a_post_near_midnight_is_in_the_month_of_the_client() -> None:
    """22:20 UTC on 30 September is 1 October in Paris; a declared zone is that of times without an offset."""
    head = "Date (GMT),Facebook Page,Post ID,Post Permalink,Post Type,Post Message,Clicks,Reactions\n"
    row = "2025-09-30 22:20:00,Page,1_2,https://www.facebook.com/1/posts/2,Photo,Hello,3,4\n"

    assert values(read(head + row)[0])["first"].to_list() == [date(2025, 10, 1)] * 2
    assert values(read(head + row, rule=rule(timezone="Europe/Paris"))[0])["first"].to_list() == [date(2025, 9, 30)] * 2
