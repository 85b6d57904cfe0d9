"""What keeps a report from going out: each reason is a problem with its way out. A report passes when there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.model.approval import Approval
from generator.model.mail import Contact
from generator.problems import Location, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One period's report, ready to be judged: what it says, the PDF as it lies in output/, who gets it."""

    client: str
    report: str
    period: str
    facts: Mapping[str, Any]  # everything that the report says, as planned now
    approval: Approval | None
    allow_partial: str | None
    least_pages: int
    pdf: bytes | None
    pdf_digest: str | None
    pages: int | None  # None: it cannot be read as a PDF
    blank: Sequence[int]  # numbers of pages that show nothing
    contacts: Sequence[Contact]
    path: str  # of the PDF, relative to the site
    at: Location  # of the report's definition


def refusals(parcel: Parcel, known_domains: Collection[str], confirmed: Collection[str], limit: int) -> list[Problem]:
    """Why a report may not go out now. `known_domains`: to which anything of this client went before."""
    unsigned = list(_unsigned(parcel))
    signed = not any(problem.code == "not-approved" for problem in unsigned)
    broken = _broken(parcel) if signed else ()  # a draft has a file of another name
    return [*unsigned, *_incomplete(parcel), *broken, *_misdirected(parcel, known_domains, confirmed), *_heavy(parcel, limit)]


def _unsigned(parcel: Parcel) -> Iterator[Problem]:
    state = parcel.facts["report"]["state"]
    command = f"bilan approve {parcel.client}/{parcel.report} {parcel.period}"
    if state != "approved" or parcel.approval is None:
        when = "has changed since it was approved" if parcel.approval and parcel.approval.state == "approved" else "is not approved"
        yield _problem("not-approved", f"{_name(parcel)} {when}", parcel, f"read it, then: {command}")
    elif parcel.pdf_digest is not None and parcel.pdf_digest != parcel.approval.pdf:
        message = f"{parcel.path} has the digest {parcel.pdf_digest[:12]}, and {(parcel.approval.pdf or 'none')[:12]} was approved"
        yield _problem("not-what-was-approved", message, parcel, f"build again; if it differs still, read it, then: {command}")


def _incomplete(parcel: Parcel) -> Iterator[Problem]:
    if parcel.allow_partial:
        return
    fix = "add the missing exports, or say why it may go out with allow_partial: in the report"
    if parcel.facts["report"]["partial"]:
        lacking = ", ".join(each["platform"] for each in parcel.facts["coverage"] if not each["complete"])
        yield _problem("partial-report", f"{_name(parcel)} is not covered to its end: {lacking or 'no export'}", parcel, fix)
    if not parcel.facts["coverage"]:
        yield _problem("partial-report", f"no export covers {_name(parcel)}", parcel, fix)
    for title in _empty_charts(parcel.facts["sections"]):
        yield _problem(
            "empty-chart",
            f'the chart "{title}" of {_name(parcel)} shows nothing',
            parcel,
            "take it out, add its export, or say allow_partial:",
        )


def _empty_charts(sections: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    blocks = (part for section in sections for part in (*section["commentary"], *section["body"]))
    yield from (str(part["title"] or part["metric"]) for part in blocks if part.get("block") == "chart" and part["missing"])


def _broken(parcel: Parcel) -> Iterator[Problem]:
    if parcel.pdf is None:
        yield _problem("no-pdf", f"{parcel.path} is not there", parcel, f"make it: bilan report {parcel.client} --period {parcel.period}")
    elif parcel.pages is None:
        yield _problem("broken-pdf", f"{parcel.path} cannot be read as a PDF", parcel, "build again")
    elif parcel.pages < parcel.least_pages:
        message = f"{parcel.path} has {parcel.pages} pages, fewer than pages: {parcel.least_pages}"
        yield _problem("short-report", message, parcel, "look at it; lower pages: in the report if it is right")
    elif parcel.blank:
        yield _problem("blank-page", f"{parcel.path} shows nothing on page {parcel.blank[0]}", parcel, "look at it, and at the theme")


def _misdirected(parcel: Parcel, known: Collection[str], confirmed: Collection[str]) -> Iterator[Problem]:
    where = Location(path=f"content/{parcel.client}/client.yaml")
    if not parcel.contacts:
        yield Problem(code="no-contact", message=f"nobody gets {_name(parcel)}", at=where, fix="add contacts: with name and email")
    for domain in sorted({contact.email.rpartition("@")[2].lower() for contact in parcel.contacts}):
        if known and domain not in known and domain not in confirmed:
            yield Problem(code="new-domain", message=f"nothing of {parcel.client} was ever sent to {domain}", at=where,
                          fix=f"if that is right: --confirm-domain {domain}")  # fmt: skip


def _heavy(parcel: Parcel, limit: int) -> Iterator[Problem]:
    size = len(parcel.pdf or b"") * 4 // 3  # as a message carries it
    if size > limit:
        message = f"{parcel.path} makes a message of {size:,} bytes; the limit message_bytes is {limit:,}"
        yield _problem("message-too-large", message, parcel, "use smaller pictures, or raise message_bytes under mail: in site.yaml")


def _name(parcel: Parcel) -> str:
    return f"{parcel.client}/{parcel.report} {parcel.period}"


def _problem(code: str, message: str, parcel: Parcel, fix: str) -> Problem:
    return Problem(code=code, message=message, at=parcel.at, fix=fix)
