"""Everything dated: close of periods in the client's zone and calendar, what opens and goes, what is missing."""

from __future__ import annotations

import json
from datetime import date

import pytest

from generator.agenda import working_day
from generator.model.listening import Service
from tests.conftest import CLIENT, REPORT, SiteFolder, x_overview
from tests.test_metrics import CLIENT as SOMEBODY

WHOLE = {f"2026-{month:02}-{day:02}": 10 for month in (8, 9) for day in range(1, 31)} | {"2026-08-31": 10}


def due(site: SiteFolder, now: str, until: str = "30d") -> list[dict[str, object]]:
    run = site.run("due", "--json", "--now", now, "--until", until)
    assert run.code == 0, run.err
    return [json.loads(line) for line in run.out.splitlines()]


@pytest.mark.parametrize(
    ("after", "count", "calendar", "day"),
    [
        (date(2026, 8, 31), 5, None, date(2026, 9, 7)),  # a Monday: five days of one week
        (date(2026, 4, 30), 1, None, date(2026, 5, 1)),
        (date(2026, 4, 30), 1, "FR", date(2026, 5, 4)),  # the first of May is a holiday, then a weekend
        (date(2026, 12, 31), 2, "GB-SCT", date(2027, 1, 6)),  # the 2nd of January is one in Scotland, and moves to Monday
        (date(2026, 2, 28), 1, "FR", date(2026, 3, 2)),
        (date(2026, 9, 30), 0, "FR", date(2026, 9, 30)),
    ],
)
def test_working_days(after: date, count: int, calendar: str | None, day: date) -> None:
    """Weekends and the holidays of the client's calendar are no working days."""
    assert working_day(after, count, SOMEBODY.model_copy(update={"holidays": calendar})) == day


def test_days_off_are_no_working_days() -> None:
    """A day on which the desk is closed is none either."""
    service = Service.model_validate({"hours": {"mon-fri": "09:00-18:00"}, "closed": ["2026-09-01"]})

    assert working_day(date(2026, 8, 31), 1, SOMEBODY.model_copy(update={"service": service})) == date(2026, 9, 2)


def test_report_is_due_at_nine_in_the_client_s_zone(site: SiteFolder) -> None:
    """The same working day is another instant in another zone, in summer and in winter time."""
    site.write("content/luma/kpi/overview.csv", x_overview(WHOLE))
    site.write("content/luma/reports/monthly.md", REPORT.replace("until: 2026-09\n", ""))
    (paris,) = [each for each in due(site, "2026-10-02T09:00+00:00") if each["name"] == "monthly 2026-09" and each["what"] == "report-due"]

    site.write("content/luma/client.yaml", CLIENT + "timezone: America/New_York\n")
    (york,) = [each for each in due(site, "2026-10-02T09:00+00:00") if each["name"] == "monthly 2026-09" and each["what"] == "report-due"]
    (winter,) = [
        each for each in due(site, "2026-10-02T09:00+00:00", "60d") if (each["what"], each["name"]) == ("report-due", "monthly 2026-10")
    ]

    (closes,) = [each for each in due(site, "2026-10-02T09:00+00:00", "60d") if each["what"] == "period-closes"]
    assert (closes["name"], closes["at"]) == ("monthly 2026-10", "2026-11-01T00:00:00-04:00")  # still in summer time
    assert paris["at"] == "2026-10-07T09:00:00+02:00"
    assert york["at"] == "2026-10-07T09:00:00-04:00"
    assert winter["at"] == "2026-11-06T09:00:00-05:00"  # the clocks have gone back


def test_late_reports_and_missing_exports_are_named(site: SiteFolder) -> None:
    """What should have gone out says so, with its state, and which network's export it lacks."""
    site.write("content/luma/kpi/overview.csv", x_overview({day: 10 for day in WHOLE if day <= "2026-09-20"}))
    found = due(site, "2026-10-20T09:00+00:00")

    late = {(each["what"], each["name"], each["note"]) for each in found if each["late"]}
    assert ("report-due", "monthly 2026-08", "draft") in late
    assert ("export-missing", "monthly 2026-09", "X: known until 2026-09-20") in late


def test_report_that_went_out_is_no_longer_due(site: SiteFolder) -> None:
    """Once the last recipient has it, a report is done."""
    from tests.smtpkit import mail_server

    with mail_server() as box:
        server = f"mail:\n  from: a@b.example\n  server: 127.0.0.1\n  port: {box.port}\n  security: none\n"
        site.write("site.yaml", f"title: A\nlanguage: en\ntimezone: Europe/Paris\n{server}")
        site.write("content/luma/client.yaml", CLIENT + "contacts: [{name: C, email: c@luma.example}]\n")
        now = ("--now", "2026-10-05T12:00+00:00")
        site.run("approve", "luma/monthly", "2026-09", "--by", "X", *now)
        site.build()
        before = [
            each["note"]
            for each in due(site, "2026-10-05T12:00+00:00")
            if each["name"] == "monthly 2026-09" and each["what"] == "report-due"
        ]
        assert site.run("send", "luma/monthly", "2026-09", "--confirm", *now).code == 0

    assert before == ["approved"]
    assert not [each for each in due(site, "2026-10-05T12:00+00:00") if each["name"] == "monthly 2026-09" and each["what"] == "report-due"]


def test_embargo_and_end_of_moments_are_listed(site: SiteFolder) -> None:
    """What appears and what goes within the span, each at its hour, by its id and not by its words."""
    site.write(
        "content/luma/cards/moments/003.md", "---\nkind: note\nat: 2026-10-10T09:00\nuntil: 2026-10-20T09:00\ntitle: Secret\n---\n\nPsst.\n"
    )

    found = due(site, "2026-10-05T12:00+00:00")
    short = due(site, "2026-10-05T12:00+00:00", "2026-10-10")

    moments = [(each["what"], each["at"]) for each in found if "003" in str(each["name"])]
    assert moments == [("moment-appears", "2026-10-10T09:00:00+02:00"), ("moment-goes", "2026-10-20T09:00:00+02:00")]
    assert [each["what"] for each in short if "003" in str(each["name"])] == ["moment-appears"]
    assert "Secret" not in json.dumps(found) and "Psst" not in json.dumps(found)


@pytest.mark.parametrize("span", ["soon", "30", "2026-13-01"])
def test_what_is_no_span_is_refused(site: SiteFolder, span: str) -> None:
    """A span is so many days or weeks, or a day."""
    assert site.run("due", "--until", span).code == 2


def test_moments_that_wait_are_due_at_once(site: SiteFolder) -> None:
    """While the campaign runs, with their number; not those that were decided on, and not once its story is told."""
    site.write(
        "content/luma/cards/moments.csv", "id,at,kind,text\n" + "".join(f"w{n},2026-09-02T10:0{n},message,Hello\n" for n in range(4))
    )
    site.write("content/luma/cards/moderation.csv", "id,decision\nw0,approve\nw1,reject\n")

    during, after = (
        [(each["name"], each["note"]) for each in due(site, day) if each["what"] == "moments-wait"]
        for day in ("2026-09-03T12:00", "2026-10-05T12:00")
    )

    assert during == [("cards", "2 moments from people")]
    assert after == []
