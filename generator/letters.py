"""A report and a contact → a letter: its words in the recipient's language, with the first figures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.mail.gate import Parcel
from generator.metrics.dictionary import Dictionary
from generator.model.mail import Contact, Key, Letter, MailFile
from generator.model.outputs import Job, Output
from generator.model.site import Client
from generator.problems import BilanError
from generator.render import Theme, run

HEADLINE = 6  # figures in a message
TEMPLATES = ("mail/subject.txt", "mail/report.txt", "mail/report.html")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What all letters of a run share."""

    settings: MailFile
    sender: str  # the agency's name
    theme: Theme
    dictionary: Dictionary
    correction: str | None
    test: bool


def write_letter(parcel: Parcel, client: Client, contact: Contact, edition: int, desk: Desk) -> Letter:
    """One person's letter. Raises BilanError where a template has mistakes."""
    language, said = contact.language or client.language, parcel.facts["report"]
    data = {
        "contact": contact.name,
        "report": said,
        "brand": parcel.facts["brand"],
        "sender": desk.sender,
        "headline": _headline(parcel.facts["sections"], language, desk.dictionary),
        "correction": desk.correction if edition > 1 else None,
        "sentence": _sentence(parcel.facts["sections"]) if language == client.language else None,
    }
    subject, text, html = _rendered(data, language, parcel, desk.theme)
    return Letter(
        key=Key(client=client.slug, report=parcel.report, period=parcel.period, recipient=contact.email.lower(), edition=edition),
        sender=desk.settings.sender,
        sender_name=desk.sender,
        reply_to=desk.settings.reply_to,
        recipient_name=contact.name,
        language=language,
        subject=("[Test] " if desk.test else "") + " ".join(subject.split()),
        text=text,
        html=html,
        file_name=_sensible(f"{client.name} {said['title']} {parcel.period}"),
        pdf=parcel.pdf or b"",
    )


def _sentence(sections: Sequence[Mapping[str, Any]]) -> str | None:
    """What somebody wrote over the first chapter that has such a sentence."""
    return next((section["sentence"] for section in sections if section["sentence"]), None)


def _headline(sections: Sequence[Mapping[str, Any]], language: str, dictionary: Dictionary) -> list[dict[str, Any]]:
    """The first figures of the report, each once, labelled in the recipient's language."""
    first: dict[str, Mapping[str, Any]] = {}
    tiles = (tile for section in sections for part in section["body"] if part.get("block") == "kpis" for tile in part["tiles"])
    for tile in tiles:
        if tile["value"] is not None:
            first.setdefault(tile["metric"], tile)
    known = [(dictionary.metric(name, language), tile) for name, tile in list(first.items())[:HEADLINE]]
    return [{**tile, **({"label": metric.label, "note": metric.note} if metric else {})} for metric, tile in known]


def _rendered(data: Mapping[str, Any], language: str, parcel: Parcel, theme: Theme) -> list[str]:
    """Subject, text and HTML, by the theme's templates."""
    jobs = (Job(renderer="page", language=language, template=template, data=data) for template in TEMPLATES)
    results = run([Output(path=str(job.template), job=job, owner=parcel.client, at=parcel.at) for job in jobs], theme)
    failed = [problem for result in results for problem in result.problems if problem.severity == "error"]
    if failed:
        raise BilanError(failed)
    return [(result.payload or b"").decode() for result in results]


def _sensible(name: str) -> str:
    """A file name that every system takes: letters, digits and hyphens."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in kept.split("-") if part)[:120] + ".pdf"
