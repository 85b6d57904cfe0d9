"""Sending day: which reports go to whom, why one may not go, the messages, and what became of each.

Nothing leaves before the plan was confirmed, and nothing goes twice: the journal knows each message by client, report, period, recipient
and edition.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from generator import planning
from generator.config import load_clients, load_site
from generator.content.reports import read_reports
from generator.digests import digest
from generator.facts.lock import hold
from generator.letters import Desk, write_letter
from generator.mail import (
    Journal,
    ServerError,
    archive,
    compose,
    deliver,
    message_id,
    open_journal,
    open_server,
    outbox_name,
    read_secrets,
    set_aside,
)
from generator.mail.gate import Parcel, refusals
from generator.mail.smtp import Outcome
from generator.metrics import load_dictionary
from generator.model.clock import Clock
from generator.model.content import ClientReport
from generator.model.mail import Fate, Key, Letter, MailFile, Posted
from generator.model.outputs import Output
from generator.model.site import Client, Site
from generator.problems import BilanError, Location, Problem, Problems, blocked_owners
from generator.render import Theme
from generator.seals import clear_bytes
from generator.signing import find_report

JOURNAL, OUTBOX, ARCHIVE = ".bilan/journal.sqlite3", ".bilan/outbox", "archive"
RECENT = timedelta(days=62)  # how long after its end --due still sends a report


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reports are asked for: one period's, or every one that is due."""

    client: str | None = None
    report: str | None = None
    period: str | None = None

    @property
    def due(self) -> bool:
        return self.client is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person decided on the command line."""

    confirm: bool = False
    test_to: str | None = None
    correction: str | None = None
    domains: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the plan, and what became of it."""

    key: Key
    name: str  # of the recipient
    digest: str
    pages: int
    fate: str  # "to send", or a Fate
    note: str = ""


@dataclass(kw_only=True)
class Sent:
    """What a run planned, did, and could not do."""

    lines: list[Line] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    confirmed: bool = False
    server: str | None = None  # why the server could not be used

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.fate not in (Fate.SENT, Fate.WAITING, "to send", "test")]


def send(
    root: Path, now: datetime, wanted: Wanted, options: Options, environment: Mapping[str, str], pause: Callable[[float], None] = time.sleep
) -> Sent:
    """Plans, and where it is confirmed sends, the reports that are asked for. Raises BilanError when none of it can be done."""
    planning.require_site(root)
    with hold(root / ".bilan"), open_journal(root / JOURNAL) as journal:
        _refuse_forgotten(root, journal)
        run = _Run(root=root, now=now, options=options, journal=journal)
        run.mark_interrupted()
        run.plan(wanted)
        if options.confirm or options.test_to:
            run.sent.confirmed = True
            run.go(dict(environment), pause)
        return run.sent


def posted(root: Path) -> list[Posted]:
    """Everything that the journal knows."""
    if not (root / JOURNAL).exists():
        return []
    with hold(root / ".bilan"), open_journal(root / JOURNAL) as journal:
        journal.interrupted(_stamp())
        return journal.all()


def resolve(root: Path, message: str, verdict: str, by: str) -> Posted:
    """A person's word on a message that is unsure or was refused: it was sent, or is to be offered again."""
    with hold(root / ".bilan"), open_journal(root / JOURNAL) as journal:
        journal.interrupted(_stamp())
        found = [each for each in journal.all() if message in (outbox_name(each.key).removesuffix(".eml"), each.message_id.strip("<>"))]
        waiting = [each for each in found if each.fate in (Fate.UNSURE, Fate.REFUSED, Fate.DEFERRED)]
        if not waiting:
            known = [outbox_name(each.key).removesuffix(".eml") for each in journal.all() if each.fate in (Fate.UNSURE, Fate.REFUSED)]
            state = f"is {found[0].fate}" if found else "is not in the journal"
            raise BilanError([Problem(code="nothing-to-resolve", message=f'the message "{message}" {state}', at=Location(path=JOURNAL),
                                      fix=f"messages that wait for a person: {', '.join(known) or 'none'}")])  # fmt: skip
        journal.mark(waiting[0].key, Fate.SENT if verdict == "sent" else Fate.WAITING, at=_stamp(), note=f"{verdict}, says {by}")
        after = journal.find(waiting[0].key)
        assert after is not None
        return after


@dataclass(kw_only=True)
class _Run:
    """One run of the command."""

    root: Path
    now: datetime
    options: Options
    journal: Journal
    sent: Sent = field(default_factory=Sent)
    site: Site | None = None
    parcels: list[tuple[Parcel, Client, int]] = field(default_factory=list)  # those that may go, with their edition
    letters: dict[Key, Letter] = field(default_factory=dict)
    theme: Theme | None = None

    # ---- plan ----

    def mark_interrupted(self) -> None:
        for each in self.journal.interrupted(_stamp()):
            self.sent.lines.append(_line(each, "", 0))
        for each in self.journal.all():  # a run that was killed between the server's word and the end may have left its file
            if each.fate is Fate.SENT:
                (self.root / OUTBOX / outbox_name(each.key)).unlink(missing_ok=True)

    def plan(self, wanted: Wanted) -> None:
        problems = Problems()
        outputs, self.theme = planning.plan(self.root, Clock(self.now), problems)
        self.site = load_site(self.root, Problems())
        clients = {client.slug: client for client in load_clients(self.site, Problems())}
        reports = _reports(self.site, clients.values())
        settings = self._settings(problems)
        blocked = blocked_owners(problems.errors)
        self.sent.problems.extend(problem for problem in problems.errors if _concerns(problem, wanted))
        for output in self._asked(outputs, wanted, clients):
            client = clients[output.owner]
            if client.slug in blocked:
                continue
            parcel = self._parcel(output, client, reports[client.slug, output.job.data["report"]["name"]])
            edition, repeated = self._edition(parcel)
            found = [*refusals(parcel, self.journal.domains(client.slug), self.options.domains, settings.message_bytes), *repeated]
            if wanted.due and [problem.code for problem in found] == ["not-approved"]:
                self.sent.problems.extend([replace(problem, severity="warning") for problem in found])
                continue
            self.sent.problems.extend(found)
            if not found:
                self.parcels.append((parcel, client, edition))
                self._list(parcel, client, edition, settings)

    def _settings(self, problems: Problems | None = None) -> MailFile:
        assert self.site is not None
        if self.site.mail is None and problems and (own := [problem for problem in problems.errors if problem.at.path == "site.yaml"]):
            raise BilanError(own)
        if self.site.mail is None:
            fix = "add mail: with from:, and server: if Bilan is to send itself"
            raise BilanError([Problem(code="no-mail", message="site.yaml does not say from whom mail comes", at=self.site.at, fix=fix)])
        return self.site.mail

    def _asked(self, outputs: Sequence[Output], wanted: Wanted, clients: Mapping[str, Client]) -> list[Output]:
        if not wanted.due:
            return [find_report(outputs, wanted.client or "", wanted.report or "", wanted.period or "")]
        return [output for output in outputs if output.job.renderer == "report" and self._is_closed(output, clients[output.owner])]

    def _is_closed(self, output: Output, client: Client) -> bool:
        """Whether a report's period is over where the client is, and not for long."""
        today, last = self.now.astimezone(ZoneInfo(client.timezone)).date(), date.fromisoformat(output.job.data["report"]["period"]["last"])
        return today - RECENT <= last < today

    def _parcel(self, output: Output, client: Client, report: ClientReport) -> Parcel:
        facts = output.job.data
        said = facts["report"]
        pdf = clear_bytes(self.root / "output", output)
        pages, blank = _looked_at(pdf) if pdf is not None else (None, ())
        return Parcel(
            client=client.slug,
            report=report.slug,
            period=said["period_name"],
            facts=facts,
            approval=report.approvals.get(said["period_name"]),
            allow_partial=report.allow_partial,
            least_pages=report.pages,
            pdf=pdf,
            pdf_digest=digest(pdf) if pdf else None,
            pages=pages,
            blank=blank,
            contacts=[each for each in client.contacts if not each.reports or report.slug in each.reports],
            path=f"output/{output.path}",
            at=output.at,
        )

    def _edition(self, parcel: Parcel) -> tuple[int, list[Problem]]:
        """Which edition this is: the first, the one that some have already, or a correction; other bytes without a word are refused."""
        last = self.journal.last_edition(parcel.client, parcel.report, parcel.period)
        known = {each.pdf for each in self.journal.all() if _same_report(each.key, parcel) and each.key.edition == last}
        if not last or parcel.pdf_digest in known:
            return max(last, 1), []
        if self.options.correction or self.options.test_to:
            return last + 1, []
        digests = f"was sent as {sorted(known)[0][:12]}, and is {(parcel.pdf_digest or '–')[:12]} now"
        message = f"{parcel.client}/{parcel.report} {parcel.period} {digests}"
        fix = 'to send it again as a correction: --correction "what was wrong"'
        return last, [Problem(code="other-edition", message=message, at=parcel.at, fix=fix)]

    def _list(self, parcel: Parcel, client: Client, edition: int, settings: MailFile) -> None:
        for contact in parcel.contacts:
            letter = write_letter(parcel, client, contact, edition, self._desk(settings))
            known = self.journal.find(letter.key)
            fate = "test" if self.options.test_to else known.fate if known else "to send"
            note = known.note if known and not self.options.test_to else ""
            self.letters[letter.key] = letter
            self.sent.lines.append(
                Line(key=letter.key, name=contact.name, digest=parcel.pdf_digest or "", pages=parcel.pages or 0, fate=fate, note=note)
            )

    def _desk(self, settings: MailFile) -> Desk:
        assert self.site is not None and self.theme is not None
        return Desk(
            settings=settings, sender=settings.name or self.site.title, theme=self.theme, dictionary=load_dictionary(self.root, Problems()),
            correction=self.options.correction, test=self.options.test_to is not None,
        )  # fmt: skip

    # ---- sending ----

    def go(self, environment: dict[str, str], pause: Callable[[float], None]) -> None:
        settings = self._settings()
        if self.options.test_to:
            self._test(settings, environment)
            return
        self._compose(settings)
        keys = dict.fromkeys(line.key for line in self.sent.lines if line.key in self.letters)  # each is offered once, whatever was planned
        waiting = [each for key in keys if (each := self.journal.find(key)) and each.fate in (Fate.WAITING, Fate.DEFERRED)]
        if settings.server is None:
            self._update({each.key: (Fate.WAITING, "in the outbox") for each in waiting})
            return
        self._deliver(waiting, settings, environment, pause)

    def _compose(self, settings: MailFile) -> None:
        """Each message whole in the outbox, its PDF in the archive, then its row in the journal."""
        for parcel, _, edition in self.parcels:
            archive.keep(self.root, self.root / ARCHIVE, parcel, edition, self.options.correction)
        for line in self.sent.lines:
            letter = self.letters.get(line.key)
            if letter is None or line.fate != "to send":
                continue
            at = Location(path=f"content/{line.key.client}/client.yaml")
            try:
                message = compose(letter, self.now)
            except ValueError as error:
                fix = "take line breaks and control characters out"
                self.sent.problems.add("bad-header", f"a header cannot hold this: {error}", at, fix=fix)
                continue
            set_aside(self.root / OUTBOX, letter.key, message)
            approval = self._approval_of(line.key)
            event = "correction" if line.key.edition > 1 else "composed"
            self.journal.begin(line.key, message_id=message_id(line.key, settings.sender), pdf=line.digest, approval=approval, at=_stamp(),
                               event=event, note=self.options.correction or "")  # fmt: skip

    def _approval_of(self, key: Key) -> str:
        parcel = next(parcel for parcel, _, _ in self.parcels if _same_report(key, parcel))
        return f"{parcel.approval.by}, {parcel.approval.when}" if parcel.approval else ""

    def _deliver(self, waiting: Iterable[Posted], settings: MailFile, environment: dict[str, str], pause: Callable[[float], None]) -> None:
        pace = _Pace(settings.per_minute, pause)
        try:
            with open_server(settings, read_secrets(settings, environment)) as offer:
                for each, outcome in deliver(waiting, self.root / OUTBOX, settings.sender, self.journal, offer, _stamp, pace.wait):
                    self._update({each.key: (outcome.fate, outcome.note)})
        except ServerError as error:
            self.sent.server = str(error)

    def _test(self, settings: MailFile, environment: dict[str, str]) -> None:
        """Every message to one address; the journal and the archive know nothing of it."""
        to = self.options.test_to or ""
        for line in [line for line in self.sent.lines if line.key in self.letters]:
            letter = self.letters[line.key]
            addressed = replace(letter, key=replace(letter.key, recipient=to), recipient_name=letter.recipient_name)
            message = compose(addressed, self.now)
            if settings.server is None:
                set_aside(self.root / OUTBOX / "test", line.key, message)  # a file for each
                outcome = Outcome(fate=Fate.WAITING, note="in the outbox")
            else:
                try:
                    with open_server(settings, read_secrets(settings, environment)) as offer:
                        outcome = offer(settings.sender, to, message, lambda: None)
                except ServerError as error:
                    self.sent.server = str(error)
                    return
            self._update({line.key: (outcome.fate, f"a test, to {masked(to)} instead: {outcome.note}")})

    def _update(self, fates: Mapping[Key, tuple[Fate, str]]) -> None:
        self.sent.lines = [
            replace(line, fate=fates[line.key][0], note=fates[line.key][1]) if line.key in fates else line for line in self.sent.lines
        ]


class _Pace:
    """So many messages a minute, as the provider allows."""

    def __init__(self, per_minute: int, pause: Callable[[float], None]) -> None:
        self._gap, self._pause, self._next = 60 / max(1, per_minute), pause, 0.0

    def wait(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._pause(self._next - now)
        self._next = max(now, self._next) + self._gap


def _reports(site: Site, clients: Iterable[Client]) -> dict[tuple[str, str], ClientReport]:
    """Each client's reports by name, with who approved what."""
    folders = ((client, site.root / "content" / client.slug / "reports") for client in clients)
    return {(client.slug, report.slug): report for client, folder in folders for report in read_reports(site, client, folder, Problems())}


def _looked_at(pdf: bytes) -> tuple[int | None, list[int]]:
    """How many pages a PDF has, and which of them show nothing."""
    from generator.render.pages import look_at_pages

    return look_at_pages(pdf)


def _refuse_forgotten(root: Path, journal: Journal) -> None:
    """An archive of what was sent, beside a journal that knows of nothing, is a journal that was lost."""
    if archive.is_begun(root / ARCHIVE) and not journal.all():
        message = "reports were sent from here, and the journal knows of none"
        fix = "put back the journal from a backup; if nothing was ever sent, move archive/ away"
        raise BilanError([Problem(code="journal-lost", message=message, at=Location(path=JOURNAL), fix=fix)])


def _concerns(problem: Problem, wanted: Wanted) -> bool:
    return wanted.due or problem.at.path.startswith(f"content/{wanted.client}/") or not problem.at.path.startswith("content/")


def _same_report(key: Key, parcel: Parcel) -> bool:
    return (key.client, key.report, key.period) == (parcel.client, parcel.report, parcel.period)


def _line(each: Posted, name: str, pages: int) -> Line:
    return Line(key=each.key, name=name, digest=each.pdf, pages=pages, fate=each.fate, note=each.note)


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def masked(address: str) -> str:
    """c…@novea.example: enough to tell, too little to write to."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def slug_of(key: Key) -> str:
    """How a message is called on the command line."""
    return quote(outbox_name(key).removesuffix(".eml"), safe="")


def own_environment() -> Mapping[str, str]:
    return os.environ
