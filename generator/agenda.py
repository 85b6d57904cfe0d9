"""Everything dated: what opens, ends, is shown or withdrawn, which reports are to go out, and which exports are missing for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from generator import planning
from generator.config import load_clients, load_site
from generator.content import read_content
from generator.facts.readings import Readings
from generator.mail import open_journal
from generator.model.clock import Clock
from generator.model.content import Campaign, ClientReport
from generator.model.holidays import public_holidays
from generator.model.mail import Fate, Posted
from generator.model.outputs import Output
from generator.model.periods import containing, period_name, shifted
from generator.model.rights import endings
from generator.model.site import Client
from generator.plan.dates import changes
from generator.problems import Problems
from generator.sending import JOURNAL

OVERDUE = timedelta(days=92)  # how long a report that never went out is still spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One dated thing, in the client's zone."""

    at: datetime
    client: str
    # moments-wait, campaign-opens, campaign-ends, recap-begins, consent-ends, period-closes, report-due, export-missing
    what: str  # also campaign-, page-, moment- and report-appears and -goes
    name: str
    note: str = ""
    late: bool = False

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{'late ' if self.late else '     '}{self.at:%Y-%m-%d %H:%M}  {self.client}  {self.what}  {self.name}{note}"


def agenda(root: Path, now: datetime, until: datetime) -> list[Due]:
    """What happens from now until a moment, and what is late, in order of time. Personal data stay out: moments are named by their id."""
    planning.require_site(root)
    outputs, _ = planning.plan(root, Clock(now), Problems())
    site = load_site(root, Problems())
    clients = load_clients(site, Problems())
    content = read_content(site, clients, Readings(), Problems())
    posted = _posted(root)
    found: list[Due] = []
    for each in content.clients:
        appearing = (Due(at=at, client=each.client.slug, what=what, name=name) for at, what, name in changes(each))
        found += [due for due in appearing if now < due.at <= until]
        for campaign in each.campaigns:
            found += [due for due in _of_campaign(campaign, each.client) if now < due.at <= until]
            found += _waiting(campaign, each.client, now)
        for report in each.reports:
            found += [due for due in _of_report(report, each.client, outputs, posted, now) if due.at <= until]
    return sorted(found, key=lambda due: (due.at, due.client, due.what, due.name))


def _of_campaign(campaign: Campaign, client: Client) -> Iterator[Due]:
    dates = {"campaign-opens": campaign.starts, "campaign-ends": campaign.ends, "recap-begins": campaign.recap}
    for what, instant in dates.items():
        yield Due(at=instant, client=client.slug, what=what, name=campaign.slug)
    for moment in campaign.everything:
        for instant in endings(moment.rights):
            yield Due(at=instant, client=client.slug, what="consent-ends", name=f"{campaign.slug}/{moment.id}")


def _waiting(campaign: Campaign, client: Client, now: datetime) -> Iterator[Due]:
    """Moments from people that nobody has decided on, while it still matters: before the story is told."""
    if campaign.held and now < campaign.recap:
        count = f"{campaign.held:,} moment{'s' * (campaign.held != 1)} from people"
        yield Due(at=now.astimezone(ZoneInfo(client.timezone)), client=client.slug, what="moments-wait", name=campaign.slug, note=count)


def _of_report(report: ClientReport, client: Client, outputs: Sequence[Output], posted: list[Posted], now: datetime) -> Iterator[Due]:
    """The last closed periods that did not go out, and the one that runs: when each is to go, and what keeps it."""
    zone = ZoneInfo(client.timezone)
    today = now.astimezone(zone).date()
    running = containing(today, report.cadence)
    if report.first.first <= running.first and (report.last is None or running.first <= report.last.first):
        closes = datetime.combine(running.last + timedelta(days=1), time(0), zone)
        yield Due(at=closes, client=client.slug, what="period-closes", name=f"{report.slug} {period_name(running)}")
    period = report.first if running.first < report.first.first else running
    while period.first >= report.first.first and today - period.last <= OVERDUE:
        if report.last is None or period.first <= report.last.first:
            name = period_name(period)
            made = _made(outputs, client, report, name)
            gone = [each for each in posted if (each.key.client, each.key.report, each.key.period) == (client.slug, report.slug, name)]
            day = working_day(period.last, report.due, client)
            at = datetime.combine(day, time(9), zone)
            if not (gone and all(each.fate == Fate.SENT for each in gone)):
                yield Due(
                    at=at, client=client.slug, what="report-due", name=f"{report.slug} {name}", note=_state(made, gone), late=at < now
                )
                if period.last < today:
                    yield from _missing(made, client, report, name, at, now)
        period = shifted(period, -1)


def _made(outputs: Sequence[Output], client: Client, report: ClientReport, name: str) -> Output | None:
    reports = (output for output in outputs if output.job.renderer == "report" and output.owner == client.slug)
    said = ((output, output.job.data["report"]) for output in reports)
    return next((output for output, facts in said if (facts["name"], facts["period_name"]) == (report.slug, name)), None)


def _state(made: Output | None, gone: list[Posted]) -> str:
    if gone:
        fates = sorted({str(each.fate) for each in gone})
        return ", ".join(fates)
    if made is None:
        return "no figures yet"
    missing = [hole["section"] for hole in made.job.data["holes"] if hole["required"]]
    state = str(made.job.data["report"]["state"])
    return f"{state}, without commentary: {', '.join(missing)}" if missing else state


def _missing(made: Output | None, client: Client, report: ClientReport, name: str, at: datetime, now: datetime) -> Iterator[Due]:
    """Networks whose exports do not reach the end of a closed period."""
    coverage = made.job.data["coverage"] if made else []
    if not coverage:
        yield Due(at=at, client=client.slug, what="export-missing", name=f"{report.slug} {name}", note="no export covers it", late=at < now)
    for each in coverage:
        if not each["complete"]:
            note = f"{each['platform']}: " + (f"{each['holes']} days missing" if each["holes"] else f"known until {each['last']}")
            yield Due(at=at, client=client.slug, what="export-missing", name=f"{report.slug} {name}", note=note, late=at < now)


def working_day(after: date, count: int, client: Client) -> date:
    """The n-th day after a date that is neither at a weekend nor a public holiday of the client's calendar, nor closed."""
    calendar, closed = client.holidays, client.service.closed if client.service else ()
    day = after
    while count > 0:
        day += timedelta(days=1)
        free = day.weekday() >= 5 or day in closed or (calendar is not None and day in public_holidays(calendar, day.year))
        count -= not free
    return day


def _posted(root: Path) -> list[Posted]:
    if not (root / JOURNAL).is_file():
        return []
    with open_journal(root / JOURNAL) as journal:
        return journal.all()
