"""What one person left in a site's own files: rows, moments, pictures, words; and taking them out of there."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator.config import load_clients, load_site
from generator.content.moments import COLUMNS, REQUIRED, moderation_rows, read_own, row_slug
from generator.content.rights import CONSENT, FORGOTTEN, consent_rows, read_forgotten
from generator.content.rows import Row, read_rows
from generator.content.walk import relative
from generator.digests import digest, short_digest
from generator.exports import read_conversation
from generator.facts.readings import Readings
from generator.model.rights import Forgotten, moment_key, person_key, plain_handle
from generator.model.site import Client, Site
from generator.problems import BilanError, Location, Problem, Problems
from generator.write import put_in_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who, or which moment, is to be forgotten."""

    handle: str | None = None
    network: str | None = None
    moment: str | None = None  # id, or campaign/id

    def key(self, salt: bytes, campaign: str = "") -> str:
        return (
            person_key(salt, self.network, self.handle) if self.handle else moment_key(salt, campaign, (self.moment or "").split("/")[-1])
        )

    def is_author(self, network: str | None, handle: str | None) -> bool:
        same = bool(self.handle and handle) and plain_handle(handle or "") == plain_handle(self.handle or "")
        return same and self.network in (None, network)

    def is_moment(self, campaign: str, moment: str) -> bool:
        return self.moment in (moment, f"{campaign}/{moment}")


@dataclass(slots=True, kw_only=True)
class Traces:
    """What was found of somebody in one client's files."""

    client: str
    rows: dict[str, set[int]] = field(default_factory=dict)  # CSV file → lines on which a row of theirs starts
    files: list[str] = field(default_factory=list)  # moments and pictures that are theirs alone
    ids: list[tuple[str, str]] = field(default_factory=list)  # campaign, moment
    pages: list[str] = field(default_factory=list)  # of the output
    texts: list[str] = field(default_factory=list)  # what they wrote, and their full name
    pictures: list[str] = field(default_factory=list)  # how their addresses begin
    left: list[Location] = field(default_factory=list)  # exports in which they are, and which stay as they were downloaded

    def __bool__(self) -> bool:
        return bool(self.rows or self.files or self.left)


def find_traces(root: Path, who: Who, only: str | None) -> list[Traces]:
    """Of every client, or one. Raises BilanError where a file cannot be read: what is in it would be overlooked."""
    problems = Problems()
    site = load_site(root, problems)
    clients = [client for client in load_clients(site, problems) if only in (None, client.slug)]
    if only and not clients:
        raise BilanError([Problem(code="no-client", message=f'there is no client "{only}"', at=Location(path="--client"))])
    found = [_of_client(site, client, who, problems) for client in clients]
    if problems.errors:
        raise BilanError(problems.errors)
    return found


def _of_client(site: Site, client: Client, who: Who, problems: Problems) -> Traces:
    traces, folder = Traces(client=client.slug), site.root / "content" / client.slug
    for campaign in sorted(path.parent for path in folder.glob("*/index.md")):
        _in_campaign(campaign, site, client, who, traces, problems)
    _in_consent(folder, None, site, who, traces, problems)
    if who.handle:
        talk = read_conversation(folder / "conversation", root=site.root, client=client, limits=site.limits, problems=problems)
        for row in talk.mentions.iter_rows(named=True):
            if who.is_author(row["platform"], row["author"]):
                traces.texts += [row["text"]] if row["text"] else []
                traces.left.append(Location(path=talk.files[row["file"]].path, line=row["line"]))
    return traces


def _in_campaign(folder: Path, site: Site, client: Client, who: Who, traces: Traces, problems: Problems) -> None:
    media, others = set[Path](), set[Path]()
    for path in sorted(folder.glob("moments*.csv")):
        for row in read_rows(path, site, COLUMNS, REQUIRED, problems):
            theirs = who.is_author(row.cells.get("platform") or None, row.cells.get("handle")) or who.is_moment(
                folder.name, row.cells["id"]
            )
            shown = row.cells.get("media")
            (media if theirs else others).update([(folder / shown).resolve()] if shown else [])
            if theirs:
                _note(traces, row, path, site)
                traces.ids.append((folder.name, row.cells["id"]))
                traces.pages.append(f"output/{client.slug}/{folder.name}/m-{row_slug(row.cells)}.html")
                traces.texts += [text for name in ("text", "permalink") if (text := row.cells.get(name))]
                traces.texts += [name for name in [row.cells.get("name", "")] if who.handle and " " in name.strip()]
    for moment in read_own(folder / "moments", site, client, Readings(), problems):
        picture = [(site.root / moment.picture).resolve()] if moment.picture else []
        if who.is_author(moment.platform, moment.handle) or who.is_moment(folder.name, moment.id):
            traces.files.append(moment.at.path)
            traces.ids.append((folder.name, moment.id))
            traces.pages.append(f"output/{client.slug}/{folder.name}/m-{moment.slug}.html")
            media.update(picture)
        else:
            others.update(picture)
    _note_pictures(sorted(media - others), site, traces)
    ids = {moment for campaign, moment in traces.ids if campaign == folder.name}
    for row in moderation_rows(folder, site, problems):
        if row.cells["id"] in ids:
            _note(traces, row, folder / "moderation.csv", site)
    _in_consent(folder, folder.name, site, who, traces, problems)


def _note_pictures(pictures: Sequence[Path], site: Site, traces: Traces) -> None:
    """Pictures that nobody else shows."""
    for path in (path for path in pictures if path.is_file()):
        name = relative(path, site.root.resolve())
        traces.files.append(name)
        traces.pictures.append(f"media/p-{short_digest((name + digest(path.read_bytes())).encode())}-")


def _in_consent(folder: Path, campaign: str | None, site: Site, who: Who, traces: Traces, problems: Problems) -> None:
    known = {f"{place}/{moment}" for place, moment in traces.ids}
    for row in consent_rows(folder, site, problems):
        named = row.cells["who"]
        of_person = who.is_author(row.cells.get("network") or who.network, named) if named.startswith("@") else False
        if of_person or (f"{campaign}/{named}" if campaign else named) in known:
            _note(traces, row, folder / CONSENT, site)


def _note(traces: Traces, row: Row, path: Path, site: Site) -> None:
    traces.rows.setdefault(relative(path, site.root), set()).add(row.at.line or 0)


# ---- taking out -----------------------------------------------------------------------------------------------------


def erase(root: Path, traces: Traces, who: Who, today: date) -> str:
    """Writes a client's files without the person, and a digest by which they are known again. Returns that digest."""
    _remember(root, traces, who, today)
    for name, lines in traces.rows.items():
        path = root / name
        put_in_place(path, without_rows(path.read_bytes(), lines))
    for name in traces.files:
        (root / name).unlink(missing_ok=True)
    return who.key(_forgotten(root, traces.client).salt, traces.ids[0][0] if traces.ids else "")


def _remember(root: Path, traces: Traces, who: Who, today: date) -> None:
    """Rows of forgotten.csv, first of all: should the rest be cut short, nothing of it is built any more."""
    known, path = _forgotten(root, traces.client), root / "content" / traces.client / FORGOTTEN
    salt = known.salt or secrets.token_bytes(16)
    keys = [("person", who.key(salt))] if who.handle else []
    keys += [("moment", moment_key(salt, campaign, moment)) for campaign, moment in traces.ids]
    lines = [f"{kind},{key},{today.isoformat()}\n" for kind, key in dict.fromkeys(keys) if key not in known.keys]
    head = path.read_text("utf-8") if path.is_file() else f"kind,key,date\nsalt,{salt.hex()},{today.isoformat()}\n"
    put_in_place(path, (head + "".join(lines)).encode())


def _forgotten(root: Path, client: str) -> Forgotten:
    problems = Problems()
    forgotten = read_forgotten(load_site(root, Problems()), root / "content" / client, problems)
    if problems.errors:
        raise BilanError(problems.errors)
    return forgotten


def without_rows(content: bytes, starts: set[int]) -> bytes:
    """A CSV file without the rows that start on these lines; everything else as it was, to the byte."""
    encoding = _encoding(content)
    lines = list(io.StringIO(content.decode(encoding), newline=""))
    return "".join(line for start, line in _with_starts(lines) if start not in starts).encode(encoding)


def _encoding(content: bytes) -> str:
    """The encodings of `located.read_text`, in which a byte order mark is a character like any other."""
    if content.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if content.startswith(b"\xfe\xff"):
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _with_starts(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line with the number of the one on which its row starts: a cell may hold line breaks."""
    reader, taken = csv.reader(iter(lines), delimiter=_delimiter(lines)), 0
    for _ in reader:
        yield from ((taken + 1, line) for line in lines[taken : reader.line_num])
        taken = reader.line_num


def _delimiter(lines: Sequence[str]) -> str:
    return max(",;\t", key=(lines[0] if lines else "").count)
