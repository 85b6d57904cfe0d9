"""Values in words: each filter in French and in English. In the tables "_" stands for a narrow no-break space, "~" for a wide one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.render.formats import Formats, french_spaces

FORMATS = {"fr": Formats("fr"), "en": Formats("en")}


def spaced(text: str) -> str:
    return text.replace("_", "\u202f").replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("fr", 0, "count", "0"),
        ("en", 0, "count", "0"),
        ("fr", 1234, "count", "1_234"),
        ("en", 1234, "count", "1,234"),
        ("fr", 12_345_678, "count", "12_345_678"),
        ("en", 12_345_678, "people", "12,345,678"),
        ("fr", -42, "count", "−42"),
        ("en", -1234.0, "count", "−1,234"),
        ("fr", 3.25, "count", "3,2"),
        ("en", 99.96, "count", "100"),
        ("fr", -0.04, "count", "0,0"),
        ("fr", None, "count", "n._d."),
        ("en", None, "ratio", "n/a"),
        ("fr", 0.0335, "ratio", "3,4_%"),
        ("en", 90, "s", "1_min_30_s"),
        ("fr", 3.456, "multiple", "3,46~×"),
        ("en", 3.456, "multiple", "3.46×"),
        ("fr", 12.34, "rank", "12,3"),
        ("fr", 1234.5, "money", "1_234_€"),
    ],
)
def test_number(language: str, value: float | None, unit: str, expected: str) -> None:
    """A value is written with its unit, the minus of typographers and the spaces of its language."""
    assert FORMATS[language].number(value, unit) == spaced(expected)


def test_a_figure_brings_its_own_unit() -> None:
    """A figure's or a cell's unit and currency win over those of the place where it is written."""
    figure = {"value": 12.5, "unit": "money", "currency": "GBP"}

    assert FORMATS["en"].number(figure, "count", "EUR") == FORMATS["en"].compact(figure) == "£12.50"


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("fr", 0, "0,0_%"),
        ("fr", 0.00042, "0,04_%"),
        ("en", 0.005, "0.50%"),
        ("fr", 0.00996, "1,0_%"),
        ("fr", 0.0335, "3,4_%"),
        ("en", 0.0335, "3.4%"),
        ("fr", -0.0335, "−3,4_%"),
        ("en", 0.9996, "100%"),
        ("fr", 1, "100_%"),
        ("fr", 12.5, "1_250_%"),
        ("en", None, "n/a"),
    ],
)
def test_percent(language: str, value: float | None, expected: str) -> None:
    """A share has two decimals below one percent, one below a hundred and none above."""
    assert FORMATS[language].percent(value) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "currency", "expected"),
    [
        ("fr", 0, "EUR", "0,00_€"),
        ("en", 0, "GBP", "£0.00"),
        ("fr", 12.5, "EUR", "12,50_€"),
        ("en", 12.5, "EUR", "€12.50"),
        ("fr", 12.5, "GBP", "12,50_£"),
        ("en", -12.5, "GBP", "−£12.50"),
        ("fr", -1234, "EUR", "−1_234_€"),
        ("fr", 99.996, "EUR", "100_€"),
        ("en", 12_345_678, "GBP", "£12,345,678"),
        ("fr", -0.004, "EUR", "0,00_€"),
        ("fr", 5, "USD", "5,00_$US"),
        ("en", 5, "USD", "US$5.00"),
        ("fr", None, "EUR", "n._d."),
    ],
)
def test_money(language: str, value: float | None, currency: str, expected: str) -> None:
    """Amounts below a hundred have cents; the sign leads, the symbol stands where the language puts it."""
    assert FORMATS[language].money(value, currency) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("fr", 0, "count", "0"),
        ("fr", 9_999, "count", "9_999"),
        ("fr", 10_000, "count", "10_k"),
        ("en", 10_000, "count", "10K"),
        ("fr", 99_949, "people", "99,9_k"),
        ("en", 99_960, "count", "100K"),
        ("fr", 999_499, "count", "999_k"),
        ("fr", 999_600, "count", "1_M"),
        ("en", -999_600, "count", "−1M"),
        ("fr", 1_250_000, "count", "1,2_M"),
        ("fr", 12_345_678, "count", "12,3_M"),
        ("en", 12_345_678, "count", "12.3M"),
        ("fr", 123_456_789, "count", "123_M"),
        ("fr", 1_250_000_000, "count", "1,2_Md"),
        ("fr", -12_345, "count", "−12,3_k"),
        ("fr", 12_345, "money", "12,3_k_€"),
        ("en", -12_345, "money", "−€12.3K"),
        ("fr", 9.5, "money", "9,50_€"),
        ("fr", 0.034, "ratio", "3,4_%"),
        ("fr", 90_000, "s", "25_h"),
        ("en", None, "money", "n/a"),
    ],
)
def test_compact(language: str, value: float | None, unit: str, expected: str) -> None:
    """A big figure keeps about three digits and a letter; 999 600 is a million, never a thousand thousands."""
    assert FORMATS[language].compact(value, unit) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("fr", 0.12, "+12_%"),
        ("en", 0.12, "+12%"),
        ("fr", -0.034, "−3,4_%"),
        ("fr", 0.0996, "+10_%"),
        ("en", -1, "−100%"),
        ("fr", 9.99, "+999_%"),
        ("fr", 10, "×_11"),
        ("en", 123, "×124"),
        ("fr", 0, "="),
        ("en", 0.0005, "="),
        ("fr", -0.0004, "="),
        ("fr", None, "n._d."),
    ],
)
def test_change(language: str, value: float | None, expected: str) -> None:
    """A change has its sign; beyond tenfold it is a multiple, and next to nothing is an equals sign."""
    assert FORMATS[language].change(value) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("fr", 1234, "count", "+1_234"),
        ("en", -1234, "count", "−1,234"),
        ("fr", 0, "count", "0"),
        ("fr", 0.04, "count", "0,0"),
        ("fr", 0.012, "ratio", "+1,2~pt"),
        ("en", -0.012, "ratio", "−1.2~pts"),
        ("fr", 0.0004, "ratio", "+0,04~pt"),
        ("en", 12.5, "money", "+€12.50"),
        ("fr", None, "ratio", "n._d."),
    ],
)
def test_difference(language: str, value: float | None, unit: str, expected: str) -> None:
    """An absolute change has its sign, and that of a ratio is in points."""
    assert FORMATS[language].difference(value, unit) == spaced(expected)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0_s"),
        (59.4, "59_s"),
        (59.6, "1_min_00_s"),
        (3599, "59_min_59_s"),
        (7199.6, "2_h"),
        (9000, "2_h_30_min"),
        (90_000, "25_h"),
        (5_400_000, "1_500_h"),
        (-75, "−1_min_15_s"),
        (None, "n._d."),
    ],
)
def test_duration(seconds: float | None, expected: str) -> None:
    """A span has the two units that matter, and a minus where it shrank."""
    assert FORMATS["fr"].duration(seconds) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "style", "expected"),
    [
        ("fr", "2026-09-01", "long", "1er~septembre 2026"),
        ("en", "2026-09-01", "long", "1~September 2026"),
        ("fr", "2026-09-30", "medium", "30~sept. 2026"),
        ("en", "2026-09-30", "medium", "30~Sept 2026"),
        ("fr", "2026-05-11T18:04:00+02:00", "short", "11~mai"),
        ("fr", "2026-09-01", "weekday", "mardi 1er~septembre"),
        ("en", "2026-09-21", "weekday", "Monday 21~September"),
        ("fr", None, "long", "n._d."),
        ("fr", "", "long", "n._d."),
    ],
)
def test_day(language: str, value: str | None, style: str, expected: str) -> None:
    """A day stays with its month on a line, and the first of a month is the 1er in French."""
    assert FORMATS[language].day(value, style) == spaced(expected)


@pytest.mark.parametrize(
    ("language", "value", "hour", "instant"),
    [
        ("fr", "2026-09-30T18:04:00+02:00", "18_h_04", "30~septembre 2026 à 18_h_04"),
        ("fr", "2026-09-01T18:00:00+02:00", "18_h", "1er~septembre 2026 à 18_h"),
        ("fr", "2026-09-01T00:05:00+02:00", "0_h_05", "1er~septembre 2026 à 0_h_05"),
        ("en", "2026-09-30T18:04:00+01:00", "18:04", "30~September 2026, 18:04"),
        ("en", "2026-09-30T00:00:00Z", "00:00", "30~September 2026, 00:00"),
    ],
)
def test_instant(language: str, value: str, hour: str, instant: str) -> None:
    """An hour is that of the zone which the instant carries."""
    assert FORMATS[language].hour(value) == spaced(hour)
    assert FORMATS[language].instant(value) == spaced(instant)


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        ("2026-04-13", "2026-04-19", "13–19~avril 2026", "13–19~April 2026"),
        ("2026-04-01", "2026-04-30", "1er–30~avril 2026", "1–30~April 2026"),
        ("2026-09-28", "2026-10-01", "28~sept. – 1er~oct. 2026", "28~Sept – 1~Oct 2026"),
        ("2026-12-28", "2027-01-03", "28~déc. 2026 – 3~janv. 2027", "28~Dec 2026 – 3~Jan 2027"),
        ("2025-04-01", "2026-04-01", "1er~avr. 2025 – 1er~avr. 2026", "1~Apr 2025 – 1~Apr 2026"),
        ("2026-04-13T09:00:00+02:00", "2026-04-13T18:00:00+02:00", "13~avril 2026", "13~April 2026"),
        ("2026-04-13", None, "13~avril 2026", "13~April 2026"),
    ],
)
def test_day_range(first: str, last: str | None, french: str, english: str) -> None:
    """A range says month and year once where its ends share them."""
    assert FORMATS["fr"].day_range(first, last) == spaced(french)
    assert FORMATS["en"].day_range(first, last) == spaced(english)


def test_period_of_a_whole_month_is_its_name() -> None:
    """A month is called by its name; any other period by its first and last day."""
    month = {"first": "2026-08-01", "last": "2026-08-31", "grain": "month"}

    assert FORMATS["fr"].period(month) == "août 2026"
    assert FORMATS["en"].period({**month, "grain": "free"}) == spaced("1–31~August 2026")


@pytest.mark.parametrize(
    ("language", "grain", "expected"),
    [("fr", "month", "août"), ("en", "month", "Aug"), ("fr", "day", "1er~août"), ("en", "week", "1~Aug")],
)
def test_tick(language: str, grain: str, expected: str) -> None:
    """A mark of a time axis is a month, or a day with its month."""
    assert FORMATS[language].tick("2026-08-01", grain) == spaced(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Oui ! Non ? Si ; 12 % et 5 €", "Oui_! Non_? Si_; 12_% et 5_€"),
        ("Voici : un", "Voici~: un"),
        ("<b>Voici</b> :</p>", "<b>Voici</b>~:</p>"),
        ("« mot »", "«_mot_»"),
        ("«\u00a0mot\u00a0»\u00a0!", "«_mot_»_!"),
        ("mot&nbsp;! « &nbsp;suite&nbsp;: fin", "mot_! «_suite~: fin"),
        ("Ah ?!", "Ah_?!"),
        ("Sans espace!", "Sans espace!"),
        ("à 10:30, de 9:00 à 10:00", "à 10:30, de 9:00 à 10:00"),
        ("voir https://novea.example/a?b=1;c=2#d", "voir https://novea.example/a?b=1;c=2#d"),
        ("un sourire :-) :)", "un sourire :-) :)"),
        ("x &amp; y ; l&#x27;eau &lt; &#39;a&#39;", "x &amp; y_; l&#x27;eau &lt; &#39;a&#39;"),
        ('<a title="x ; y > z ?" href="/a ;b">c ; d</a>', '<a title="x ; y > z ?" href="/a ;b">c_; d</a>'),
        ("<img alt='un ; deux'> !", "<img alt='un ; deux'>_!"),
        ("<code>a ; b</code> ; <pre>c\n ; d</pre>", "<code>a ; b</code>_; <pre>c\n ; d</pre>"),
        ("", ""),
    ],
)
def test_typography_of_french(typed: str, expected: str) -> None:
    """French punctuation gets its no-break spaces in text, and in nothing that only looks like text."""
    assert FORMATS["fr"].typo(typed) == spaced(expected)
    assert FORMATS["en"].typo(typed) == typed


@given(st.text(alphabet="ab 1;:!?%»«<>&\"'=/\u00a0\u202f"))
def test_typography_only_changes_spaces(text: str) -> None:
    """Whatever is written, only its spaces change, and a second time changes nothing."""
    once = french_spaces(text)

    assert re.sub(r"\s", "", once) == re.sub(r"\s", "", text)
    assert french_spaces(once) == once


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e13, max_value=1e13), st.sampled_from(["count", "money", "ratio", "s"]))
def test_any_value_has_words(value: float, unit: str) -> None:
    """No value breaks a filter, shows a hyphen for a minus, or wraps at a plain space."""
    for formats in FORMATS.values():
        for text in (formats.number(value, unit), formats.compact(value, unit), formats.difference(value, unit), formats.change(value)):
            assert text and not re.search("[- ]|−0$|nan|inf", text)
            assert text.startswith("−") <= (value < 0)


def test_every_filter_takes_a_missing_value() -> None:
    """What is missing becomes the text for no data in each filter of values."""
    for formats in FORMATS.values():
        filters = formats.filters()
        made = {
            filters[name](None) for name in ("number", "percent", "compact", "change", "difference", "points", "duration", "day", "instant")
        }

        assert made | {filters["money"](None, "EUR")} == {formats.no_data}
