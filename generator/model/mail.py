"""Mail: what site.yaml and client.yaml say of it, a letter to one person, and what can become of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from generator.model.fields import Language, OneLine, Shape, Slug, Whole, refuse

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _mailbox(value: Any) -> str:
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not re.fullmatch(r"[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,250}", value)
    ):
        raise refuse("not-a-mailbox", f'"{value}" is not an e-mail address', "write it bare, for instance claire@novea.example")
    try:
        Address(addr_spec=value)
    except (ValueError, IndexError):
        raise refuse("not-a-mailbox", f'"{value}" is not an e-mail address', "write it bare, for instance claire@novea.example") from None
    return value


def _no_secret(value: Any) -> Any:
    raise refuse(
        "secret-in-file",
        "a password does not belong into a file that is shared",
        "set BILAN_SMTP_PASSWORD, or name a password_file outside the site",
    )


Mailbox = Annotated[str, BeforeValidator(_mailbox)]


class MailFile(Shape):
    """mail: of site.yaml. Secrets come from the environment (BILAN_SMTP_USER, BILAN_SMTP_PASSWORD) or from a file outside the site."""

    sender: Mailbox = Field(alias="from")
    name: OneLine | None = None  # of the sender; the agency's title by default
    reply_to: Mailbox | None = None
    server: OneLine | None = None  # without one, messages wait in the outbox
    port: Whole = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: OneLine | None = None  # of a server with a certificate of its own
    user: OneLine | None = None
    password_file: OneLine | None = None
    password: Annotated[Any, BeforeValidator(_no_secret)] = None
    message_bytes: Whole = 10_000_000  # larger ones are refused before they are sent
    per_minute: Whole = 60

    @model_validator(mode="after")
    def _in_the_open_only_here(self) -> MailFile:
        if self.security == "none" and self.server not in (None, *LOOPBACK):
            raise refuse("mail-in-the-open", "without encryption mail goes to this machine only", "write security: starttls, or tls")
        return self


class Contact(Shape):
    """Somebody of a client who gets its reports."""

    name: OneLine
    email: Mailbox
    language: Language | None = None  # of the message; the client's by default
    reports: tuple[Slug, ...] = ()  # all of them, unless some are named


def _each_once(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Nobody gets one report twice."""
    for number, contact in enumerate(contacts):
        for other in contacts[:number]:
            same = contact.email.lower() == other.email.lower()
            if same and (not contact.reports or not other.reports or set(contact.reports) & set(other.reports)):
                raise refuse(
                    "contact-twice", f'"{contact.email}" would get a report twice', "name each address once, or other reports: for each"
                )
    return contacts


Contacts = Annotated[tuple[Contact, ...], AfterValidator(_each_once)]


class Fate(StrEnum):
    """What became of a message to one person. All but SENT and UNSURE may be tried again."""

    WAITING = "waiting"  # composed, in the outbox, never offered to a server
    HANDING = "handing over"  # the final dot is about to be sent, or was; a run that ends here leaves it unsure
    SENT = "sent"  # the server has taken it
    DEFERRED = "deferred"  # a temporary refusal; tried again by the next run
    REFUSED = "refused"  # a permanent refusal
    UNSURE = "unsure"  # nobody can know whether it was taken: a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What may be sent once: one edition of one period's report of a client, to one address."""

    client: str
    report: str
    period: str
    recipient: str  # the bare address, in lower case
    edition: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A report to one person, before it is a message."""

    key: Key
    sender: str
    sender_name: str
    reply_to: str | None
    recipient_name: str
    language: str
    subject: str
    text: str
    html: str
    file_name: str  # of the attached PDF
    pdf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What the journal knows of a message."""

    key: Key
    fate: Fate
    message_id: str
    pdf: str  # digest of the attached PDF
    at: str  # ISO, UTC, of the last event
    note: str  # the server's last words, or a person's
    attempts: int
