"""consent.csv and forgotten.csv of a client and its campaigns → what is on record for each moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from generator.content.rows import Row, read_rows
from generator.content.walk import in_zone
from generator.located import inside
from generator.model.content import Moment
from generator.model.fields import read_instant
from generator.model.rights import PARTS, USES, Consent, Forgotten, Rights, plain_handle
from generator.model.site import Client, Site
from generator.problems import Problems, did_you_mean

CONSENT, FORGOTTEN = "consent.csv", "forgotten.csv"
COLUMNS = ("who", "network", "what", "scope", "date", "proof", "expires", "withdrawn")
REQUIRED = ("who", "scope", "date", "proof")
_FILE = re.compile(r"[^\s/][^\s]*\.(pdf|png|jpe?g|webp|eml|txt|md|html)", re.IGNORECASE)
Wanted = Literal["required", "elsewhere"] | None

_Key = tuple[str, ...]  # ("moment", id) or ("person", network, handle); an empty network stands for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What people granted and took back, in the files that concern one campaign, the narrowest first."""

    forgotten: Forgotten
    files: tuple[Mapping[_Key, Consent], ...] = ()
    rows: tuple[tuple[_Key, Row], ...] = field(default=(), repr=False)  # of the campaign's own file

    def of(self, moment: Moment, campaign: str, *, required: bool) -> Rights | None:
        """What is on record for a moment; None where nothing is, and nothing needs to be."""
        forgotten = self.forgotten.holds_person(moment.platform, moment.handle) or self.forgotten.holds_moment(campaign, moment.id)
        found = tuple(each for key in _keys(moment, campaign) for file in self.files if (each := file.get(key)))
        needed = required and moment.of_people
        return Rights(required=needed, consents=found, forgotten=forgotten) if needed or found or forgotten else None


def _keys(moment: Moment, campaign: str) -> Iterator[_Key]:
    yield "moment", campaign, moment.id
    if moment.handle:
        handle = plain_handle(moment.handle)
        yield from (("person", network, handle) for network in dict.fromkeys((moment.platform or "", "")))


def read_records(site: Site, client: Client, folder: Path, problems: Problems) -> Records:
    """Of a campaign's folder, and of its client's, which says what concerns all of its campaigns."""
    own = list(_consents(site, client, folder, folder.name, problems))
    wide = list(_consents(site, client, folder.parent, None, problems))
    there = any((place / CONSENT).exists() for place in (folder, folder.parent))
    return Records(
        forgotten=read_forgotten(site, folder.parent, problems),
        files=({key: consent for key, consent, _ in own}, {key: consent for key, consent, _ in wide}) if there else (),
        rows=tuple((key, row) for key, _, row in own),
    )


def people_on_record(site: Site, client: Client, folder: Path) -> Callable[[str], Rights]:
    """What a client's consent.csv says of the people who are seen on pictures, by handle; they must have agreed. Mistakes in that file are
    told where moments need it."""
    found = [(key, consent) for key, consent, _ in _consents(site, client, folder, None, Problems()) if key[0] == "person"]
    forgotten = read_forgotten(site, folder, Problems())

    def of(handle: str) -> Rights:
        theirs = tuple(consent for key, consent in found if key[2] == plain_handle(handle))
        return Rights(required=True, consents=theirs, forgotten=forgotten.holds_person(None, handle))

    return of


def with_rights(moments: Iterable[Moment], records: Records, campaign: str, wanted: Wanted) -> tuple[Moment, ...]:
    """Moments with what is on record for each. Where a consent.csv is kept, a moment from people needs a row, unless the campaign says
    that consent is kept elsewhere."""
    required = wanted == "required" or (wanted is None and bool(records.files))
    if not required and not records.files and not records.forgotten:
        return tuple(moments)
    return tuple(_with_rights(moment, records.of(moment, campaign, required=required)) for moment in moments)


def _with_rights(moment: Moment, rights: Rights | None) -> Moment:
    """What a moment's own file says is then no longer all that there is to say of it."""
    return replace(moment, rights=rights, mark="") if rights else moment


def refuse_unknown(records: Records, moments: Sequence[str], problems: Problems) -> None:
    """A row about a moment that there is none of is misspelt, or out of date."""
    for key, row in records.rows:
        if key[0] == "moment" and key[2] not in moments:
            near = did_you_mean(key[2], moments)
            message = f'there is no moment "{key[2]}"' + (f"; {near}" if near else "")
            problems.add("unknown-moment", message, row.at, fix="write a moment's id, or a handle with its @", severity="warning")


def consent_rows(folder: Path, site: Site, problems: Problems) -> Iterator[Row]:
    path = folder / CONSENT
    if path.exists():
        yield from read_rows(path, site, COLUMNS, REQUIRED, problems)


def _consents(site: Site, client: Client, folder: Path, campaign: str | None, problems: Problems) -> Iterator[tuple[_Key, Consent, Row]]:
    for row in consent_rows(folder, site, problems):
        before = len(problems)
        key, consent = _key(row, campaign), _consent(row, client, folder)
        if key and consent and len(problems) == before:
            yield key, consent, row


def _key(row: Row, campaign: str | None) -> _Key | None:
    """Whom a row is about: @handle, a moment's id, or in the client's own file campaign/id."""
    who, network = row.cells["who"], row.cells.get("network", "")
    if not who:
        row.refuse("empty-value", "who", "nobody is named", "write a handle with its @, or a moment's id")
        return None
    if who.startswith("@") or network:
        return "person", network, plain_handle(who)
    if campaign:
        return "moment", campaign, who
    place, sign, moment = who.partition("/")
    if not sign:
        row.refuse("unknown-moment", "who", f'"{who}" is no moment of any campaign', "write campaign/id here, or a handle with its @")
        return None
    return "moment", place, moment


def _consent(row: Row, client: Client, folder: Path) -> Consent | None:
    uses, parts = _words(row, "scope", USES), _words(row, "what", PARTS)
    if not uses:
        row.refuse("empty-value", "scope", "no use is named", f"write one or several of: {', '.join(USES)}")
    _check_proof(row, folder)
    given, ends, withdrawn = (_instant(row, name, client) for name in ("date", "expires", "withdrawn"))
    if given is None:
        return None
    if ends and len(row.cells["expires"]) == len("2026-12-31"):
        ends = _day_after(ends)
    if ends and ends <= given:
        row.refuse("ends-before-start", "expires", "the consent ends before it is given", "check both dates")
    return Consent(uses=uses, parts=parts or frozenset(PARTS), given=given, ends=ends, withdrawn=withdrawn, at=row.at)


def _day_after(instant: datetime) -> datetime:
    """A day named as the last one counts to its end."""
    return instant + timedelta(days=1)  # by the wall's clock, as Python adds within one zone


def _words(row: Row, column: str, known: Sequence[str]) -> frozenset[str]:
    words = [word.strip().lower() for word in re.split(r"[;|+ ]", row.cells.get(column, "")) if word.strip()]
    for word in (word for word in words if word not in known):
        near = did_you_mean(word, known)
        row.refuse(
            "unknown-word",
            column,
            f'"{word}" is not allowed' + (f"; {near}" if near else ""),
            f"write one or several of: {', '.join(known)}",
        )
    return frozenset(words) & frozenset(known)


def _check_proof(row: Row, folder: Path) -> None:
    """How it was given: in words, or as a file beside the table. One that is named and not there proves nothing."""
    proof = row.cells["proof"]
    if not proof:
        row.refuse("empty-value", "proof", "nothing says how it was given", "write it in words, or name a file")
    elif _FILE.fullmatch(proof) and not inside(folder / proof, folder):
        row.refuse("missing-file", "proof", f'there is no file "{proof}" here', "check the name, or say in words how it was given")


def _instant(row: Row, column: str, client: Client) -> datetime | None:
    text = row.cells.get(column, "")
    if not text and column != "date":
        return None
    try:
        return in_zone(read_instant(text), ZoneInfo(client.timezone))
    except PydanticCustomError as error:
        row.refuse(error.type, column, error.message(), str((error.context or {})["fix"]))
        return None


def read_forgotten(site: Site, folder: Path, problems: Problems) -> Forgotten:
    """A client's forgotten.csv. One that cannot be used is an error: nobody who asked to be forgotten comes back by a slip of the pen."""
    path, salt, keys = folder / FORGOTTEN, b"", set[str]()
    for row in read_rows(path, site, ("kind", "key", "date"), ("kind", "key"), problems) if path.exists() else ():
        kind, key = row.cells["kind"], row.cells["key"]
        if kind not in ("salt", "person", "moment") or not re.fullmatch(r"[0-9a-f]{32}", key):
            row.refuse("bad-cell", "key", "this is no row that bilan forget wrote", "put the file back as it was")
        elif kind == "salt":
            salt = bytes.fromhex(key)
        else:
            keys.add(key)
    return Forgotten(salt=salt, keys=frozenset(keys))
