"""Customer service: opening hours, what was answered and how fast, and what reports show of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.config import load_clients, load_site
from generator.exports import read_conversation
from generator.metrics import compute_figures
from generator.metrics.hours import OpeningHours
from generator.model.conversation import Conversation
from generator.model.figures import Figures, month_of
from generator.model.kpi import no_data
from generator.model.listening import Service
from generator.problems import Problems
from tests.conftest import CLIENT, SiteFolder

SEPTEMBER = month_of(date(2026, 9, 1))
PARIS = ZoneInfo("Europe/Paris")
FILE = "content/luma/conversation/inbox_2026-09-01_2026-09-30.csv"
HOURS = CLIENT + 'timezone: Europe/Paris\nservice:\n  hours: {mon-fri: "09:00-19:00"}\n  holidays: FR\n  target: 1h\n'
HEAD = "Received,First reply,Channel,Agent,Status,ID,Answer expected\n"
OFFICE = Service.model_validate({"hours": {"mon-fri": "09:00-19:00"}, "holidays": "FR", "closed": ["2026-09-16"]})
ALWAYS = Service.model_validate({"hours": {"mon-sun": "00:00-24:00"}})
SPLIT = Service.model_validate({"hours": {"mon-fri": "09:00-12:30, 14:00-18:00", "sat": "10:00-12:00"}})
NIGHT = Service.model_validate({"hours": {"sat-sun": "00:30-02:30, 02:45-05:00, 22:00-24:00"}})


def instant(text: str) -> datetime:
    """A time of Paris; of an hour that comes twice the first, unless an offset says otherwise."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


@pytest.mark.parametrize(
    ("service", "start", "end", "minutes"),
    [
        (OFFICE, "2026-09-01T10:00", "2026-09-01T10:40", 40),  # within a day
        (OFFICE, "2026-09-01T18:50", "2026-09-02T09:05", 15),  # overnight
        (OFFICE, "2026-09-01T22:00", "2026-09-02T09:30", 30),  # came at night
        (OFFICE, "2026-09-01T22:00", "2026-09-01T23:00", 0),  # answered in the same night
        (OFFICE, "2026-09-04T18:30", "2026-09-07T09:20", 50),  # over a weekend
        (OFFICE, "2026-09-05T11:00", "2026-09-06T11:00", 0),  # within a weekend
        (OFFICE, "2026-07-13T18:00", "2026-07-15T10:00", 120),  # over 14 July
        (OFFICE, "2026-09-15T18:00", "2026-09-17T10:00", 120),  # over a day off of the client's own
        (OFFICE, "2026-09-01T08:00", "2026-09-01T20:00", 600),
        (OFFICE, "2026-09-01T09:00", "2026-09-08T09:00", 3000),  # a week
        (ALWAYS, "2026-03-29T00:00", "2026-03-30T00:00", 23 * 60),  # the day on which the clocks go forward
        (ALWAYS, "2026-10-25T00:00", "2026-10-26T00:00", 25 * 60),  # and back
        (ALWAYS, "2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00", 40),  # an hour that comes twice
        (SPLIT, "2026-09-01T12:00", "2026-09-01T14:30", 60),  # over lunch
        (SPLIT, "2026-09-04T17:30", "2026-09-05T10:15", 45),
        (NIGHT, "2026-09-05T00:00", "2026-09-06T00:00", 120 + 135 + 120),
        (NIGHT, "2026-10-25T00:00", "2026-10-25T05:00", 120 + 195),  # the clocks go back from 3:00 to 2:00
    ],
)
def test_open_time_is_that_counted_by_hand(service: Service, start: str, end: str, minutes: float) -> None:
    """Nights, weekends, holidays, lunch, and days of 23 and 25 hours."""
    assert OpeningHours(service, "Europe/Paris").open_seconds(instant(start), instant(end)) == minutes * 60


INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the strategy adds the zone)
SPANS = st.timedeltas(timedelta(0), timedelta(days=30))


@given(service=st.sampled_from([OFFICE, ALWAYS, SPLIT, NIGHT]), zone=st.sampled_from(["Europe/Paris", "Europe/London", "America/New_York"]),
       start=INSTANTS, first=SPANS, second=SPANS)  # fmt: skip
def test_open_time_adds_up_and_never_exceeds_the_calendar(
    service: Service, zone: str, start: datetime, first: timedelta, second: timedelta
) -> None:
    """A delay cut in two is the sum of its parts, and opening hours are never longer than time itself."""
    hours = OpeningHours(service, zone)
    middle, end = start + first, start + first + second
    whole = hours.open_seconds(start, end)

    assert whole == pytest.approx(hours.open_seconds(start, middle) + hours.open_seconds(middle, end), abs=1e-3)
    assert 0 <= whole <= (end - start).total_seconds() + 1e-3


@given(day=st.dates(date(2025, 1, 1), date(2027, 12, 31)), minutes=st.integers(0, 13 * 60))
def test_nothing_is_open_outside_opening_hours(day: date, minutes: int) -> None:
    """From closing to the next morning no second is counted, whatever the day."""
    closes = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=19)
    end = closes.astimezone(UTC) + timedelta(minutes=minutes)
    hours = OpeningHours(OFFICE, "Europe/Paris")

    assert hours.open_seconds(closes.astimezone(UTC), end) == 0
    assert not hours.is_open_at(closes.astimezone(UTC))


# ---- figures ---------------------------------------------------------------------------------------------------------


def answered(site: SiteFolder, rows: str, client: str = HOURS, name: str = FILE) -> tuple[Conversation, Figures, list[str]]:
    """The messages of a table, their figures, and the problems found."""
    site.write("content/luma/client.yaml", client).write(name, HEAD + rows)
    found = Problems()
    agency = load_site(site.root, found)
    (luma,) = load_clients(agency, found)
    folder = site.root / "content/luma/conversation"
    talk = read_conversation(folder, root=site.root, client=luma, limits=agency.limits, problems=found)
    return talk, compute_figures(luma, no_data("luma"), talk), [f"{each.at}: {each.message}" for each in found]


ROWS = (
    "2026-09-01 10:00,2026-09-01 10:30,Messenger,Ann,,1,yes\n"  # 30 min, 30 open
    "2026-09-01 18:30,2026-09-02 09:20,Messenger,Zoe,,2,yes\n"  # 14 h 50, 50 open
    "2026-09-04 20:00,2026-09-07 11:00,X,Ann,,3,yes\n"  # 63 h, 120 open
    "2026-09-08 10:00,,X,,open,4,yes\n"  # unanswered
    "2026-09-09 10:00,,X,,answered,5,\n"  # answered, nobody knows when
    "2026-09-09 11:00,,X,,,6,no\n"  # calls for nothing
    "2026-09-09 12:00,,X,,spam,7,\n"
)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("messages", 5),
        ("unanswered", 1),
        ("response_rate", 4 / 5),
        ("answered_in_time", 2 / 4),  # of those whose delay is known, the unanswered among them
        ("answered_in_time_calendar", 1 / 4),
        ("first_reply", 50 * 60),
        ("first_reply_calendar", (14 * 60 + 50) * 60),
    ],
)
def test_figures_of_service_are_those_counted_by_hand(site: SiteFolder, metric: str, value: float) -> None:
    """Rates, shares and medians are what a person with a pencil finds; the unanswered are no delay of zero."""
    _, figures, problems = answered(site, ROWS)

    assert problems == []
    assert figures.figure(metric, SEPTEMBER).value == pytest.approx(value)


def test_the_desk_says_what_its_figures_are_made_of(site: SiteFolder) -> None:
    """Counts, load by day, and load by agent under a letter."""
    _, figures, _ = answered(site, ROWS)
    desk = figures.desk(SEPTEMBER)
    assert desk is not None

    assert (desk.received, desk.asks, desk.answered, desk.unanswered, desk.untimed) == (7, 5, 4, 1, 1)
    assert (desk.within_open, desk.within, desk.outside) == (2, 1, 1)
    assert len(desk.days) == 30
    assert [(each.day.day, each.received, each.answered) for each in desk.days if each.received] == [
        (1, 2, 2),
        (4, 1, 1),
        (8, 1, 0),
        (9, 1, 1),
    ]
    assert [each.open for each in desk.days[:7]] == [True] * 4 + [False] * 2 + [True]
    assert [(each.agent, each.answered, each.median_open) for each in desk.agents] == [
        ("A", 2, 75 * 60),
        ("B", 1, 50 * 60),
        (None, 1, None),
    ]


def test_letters_of_agents_stay_when_months_are_added(site: SiteFolder) -> None:
    """Who answered first is Agent A, whatever comes later and in whatever file."""
    answered(site, ROWS)
    talk, _, _ = answered(site, "2026-10-01 10:00,2026-10-01 10:05,X,Abe,,9,yes\n2026-10-02 10:00,2026-10-02 10:05,X,zoe,,10,yes\n",
                          name="content/luma/conversation/a_2026-10-01_2026-10-31.csv")  # fmt: skip

    assert talk.messages["agent"].to_list() == ["A", "B", "A", None, None, None, None, "C", "B"]


def test_a_reply_before_its_message_is_a_problem(site: SiteFolder) -> None:
    """The row is named, and counts nowhere."""
    talk, _, problems = answered(site, "2026-09-01 10:00,2026-09-01 09:59,X,Ann,,1,yes\n2026-09-01 11:00,,X,,,2,yes\n")

    assert problems == [f'{FILE}:2:18: the first reply, "2026-09-01 09:59", is before the receipt, "2026-09-01 10:00"']
    assert talk.messages.height == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2026-09-01,2026-09-01 10:00,X,,,1,yes", '1: column "Received" is "2026-09-01"; a day with its hour is expected'),
        ("2026-09-01 10:00,2026-09-01,X,,,1,yes", '18: column "First reply" is "2026-09-01"; a day with its hour is expected'),
        ("2026-09-01 10:00,soon,X,,,1,yes", '18: column "First reply" is "soon"; a date is expected'),
        ("2026-09-01 10:00,,X,,,1,perhaps", '25: column "Answer expected" is "perhaps"; yes or no is expected'),
        (",2026-09-01 10:00,X,,,1,yes", '1: column "Received" is empty; a date is expected'),
    ],
)
def test_a_cell_that_cannot_be_told_is_named(site: SiteFolder, row: str, problem: str) -> None:
    """A day is no instant, and perhaps is no answer."""
    talk, _, problems = answered(site, row + "\n")

    assert problems == [f"{FILE}:2:{problem}"]
    assert talk.messages.height == ("perhaps" in row)


def test_the_hour_that_comes_twice_is_told_by_its_offset(site: SiteFolder) -> None:
    """40 minutes pass between 2:30 in summer time and 2:10 in winter time."""
    october = month_of(date(2026, 10, 1))
    _, figures, problems = answered(
        site, "2026-10-25T02:30:00+02:00,2026-10-25T02:10:00+01:00,X,Ann,,1,yes\n", name="content/luma/conversation/x.csv"
    )

    assert problems == []
    assert figures.figure("first_reply_calendar", october).value == 40 * 60
    assert figures.figure("first_reply", october).value == 0


def test_a_tool_that_writes_another_zone_is_declared(site: SiteFolder) -> None:
    """Hours of Greenwich are days and hours of Paris once the rule says so."""
    rule = "files:\n  - {files: '*', grain: message, timezone: UTC, columns: {received_at: Créé, first_reply_at: Traité}}\n"
    site.write("content/luma/conversation.yaml", rule).write("content/luma/client.yaml", HOURS)
    site.write("content/luma/conversation/tool.csv", "Créé;Traité\n31/08/2026 22:30;01/09/2026 07:10\n")
    found = Problems()
    agency = load_site(site.root, found)
    (luma,) = load_clients(agency, found)
    talk = read_conversation(site.root / "content/luma/conversation", root=site.root, client=luma, limits=agency.limits, problems=found)

    assert list(found) == []
    assert talk.messages["day"].to_list() == [date(2026, 9, 1)]
    assert compute_figures(luma, no_data("luma"), talk).figure("first_reply", SEPTEMBER).value == 10 * 60


@pytest.mark.parametrize(
    ("client", "rows", "metric", "missing"),
    [
        (CLIENT, ROWS, "first_reply", "no-hours"),
        (HOURS, "2026-09-09 11:00,,X,,,6,no\n", "response_rate", "no-messages"),
        (HOURS, "2026-09-09 11:00,,X,,,6,yes\n", "first_reply", "no-replies"),
        (HOURS, "2026-09-09 11:00,,X,,,6,no\n", "unanswered", "no-messages"),
    ],
)
def test_missing_is_not_zero(site: SiteFolder, client: str, rows: str, metric: str, missing: str) -> None:
    """No hours, no messages, no reply: no value, with its reason."""
    figure = answered(site, rows, client)[1].figure(metric, SEPTEMBER)

    assert (figure.value, figure.missing) == (None, missing)


def test_without_hours_the_calendar_still_counts(site: SiteFolder) -> None:
    """A client who declares no service has its delays by the calendar."""
    assert answered(site, ROWS, CLIENT)[1].figure("answered_in_time_calendar", SEPTEMBER).value == 0.25


def test_an_inbox_export_is_taken_over_by_a_later_one(site: SiteFolder) -> None:
    """A message answered since the first export is one message, answered."""
    answered(site, "2026-09-01 10:00,,X,,,1,yes\n", name="content/luma/conversation/2026-09-02.csv")
    talk, _, _ = answered(site, "2026-09-01 10:00,2026-09-02 11:00,X,Ann,,1,yes\n", name="content/luma/conversation/2026-09-09.csv")

    assert talk.messages["answered"].to_list() == [True]


def test_without_ids_a_message_is_known_by_its_receipt(site: SiteFolder) -> None:
    """The same row counts once, two of one instant and channel are two, and a later export's reply finds its message."""
    twice = "2026-09-01 10:00,,X,,,,yes\n2026-09-01 10:00,,X,,open,,yes\n2026-09-01 11:00,,X,,,,yes\n2026-09-01 11:00,,X,,,,yes\n"
    answered(site, twice, name="content/luma/conversation/2026-09-02.csv")
    talk, _, _ = answered(site, "2026-09-01 11:00,2026-09-02 09:00,X,Ann,,,yes\n", name="content/luma/conversation/2026-09-09.csv")

    assert talk.messages["answered"].to_list() == [False, False, True]


def test_kpi_read_says_what_an_inbox_export_holds(site: SiteFolder) -> None:
    """Kind, days and rows of a file, and what was left out."""
    answered(site, ROWS + "2026-09-10 10:00,,X,,,4,yes\n")

    run = site.run("kpi read", str(site.root / FILE))

    assert "messages · message · 2026-09-01 to 2026-09-30 · 7 rows · utf-8 · en" in run.out
    assert "left out: 1 × the same row once more (line 5)" in run.out


# ---- pages and reports -----------------------------------------------------------------------------------------------

REPORT = (
    "---\ntitle: Report\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## Desk {#desk}\n\nWe answered {{ response_rate }}.\n\n"
    "```service\ntitle: How we answer\n%s```\n"
)


def test_the_block_is_on_the_page_and_on_paper(site: SiteFolder) -> None:
    """Rates, delays of both sorts, hours and load stand in both media; no agent's name does."""
    answered(site, ROWS)
    summary = site.write("content/luma/reports/monthly.md", REPORT % "").build()
    pdf = pypdfium2.PdfDocument((site.root / "output/luma/room/monthly-2026-09-draft.pdf").read_bytes())
    paper = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    page = site.output("luma/room/monthly-2026-09.html")

    assert list(summary.problems) == []
    for text in (page, paper):
        for words in (
            "We answered 80.0%",
            "How we answer",
            "Answered within 1 h",
            "50 min 00 s",
            "4 of 5 that call for an answer; 1 without one",
            "Monday to Friday 09:00–19:00",
            "public holidays off (FR)",
            "Agent A",
            "Agent B",
            "The load, day by day",
        ):
            assert words in text.replace("\u202f", " ")
    assert not [path for path, content in site.tree().items() if b"Zoe" in content or b"Ann," in content]


def test_the_block_shows_what_is_asked(site: SiteFolder) -> None:
    """`show` keeps to some of the parts."""
    answered(site, ROWS)
    site.write("content/luma/reports/monthly.md", REPORT % "show: rate\n").build()
    page = site.output("luma/room/monthly-2026-09.html")

    assert "Response rate" in page
    assert "Agent A" not in page
    assert "First reply" not in page


def test_a_french_report_has_french_words(site: SiteFolder) -> None:
    """Each word of both blocks is in the catalogue."""
    site.write(
        "content/luma/conversation/talk_2026-09-01_2026-09-30.csv", "Date,Source,Space,Sentiment,Theme\n2026-09-02,X,Forum,negative,prix\n"
    )
    answered(site, ROWS, HOURS.replace("language: en", "language: fr") + "spaces: [{name: Forum, own: true}]\n")
    summary = site.write("content/luma/reports/monthly.md", REPORT % "" + "\n```conversation\n```\n").build()
    page = site.output("luma/room/monthly-2026-09.html")

    assert list(summary.problems) == []
    for words in ("Répondus en moins de 1 h", "du lundi au vendredi 9 h–19 h", "La charge, agent par agent", "De quoi l’on parle"):
        assert words in page.replace("\u202f", " ")


def test_explain_says_where_a_rate_comes_from(site: SiteFolder) -> None:
    """bilan kpi explain names formula, file, rows and what was left out."""
    answered(site, ROWS + "2026-09-10 10:00,,X,,,4,yes\n")

    run = site.run("kpi explain", "response_rate", "-c", "luma", "-p", "2026-09")

    assert run.code == 0
    assert "formula: answered / calling for an answer" in run.out
    assert f"left out of {FILE}: 1 × the same row once more" in run.out
