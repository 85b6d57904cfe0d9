"""What one person left in a site's own files: rows, moments, pictures, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.config import load_clients, load_site
from generator.content.moderation import moderation_rows
from generator.content.moments import COLUMNS, REQUIRED, read_own, row_slug
from generator.content.rights import CONSENT, consent_rows
from generator.content.rows import Row, read_rows
from generator.content.walk import relative
from generator.digests import digest, short_digest
from generator.exports import read_conversation
from generator.facts.readings import Readings
from generator.model.rights import moment_key, person_key, plain_handle
from generator.model.site import Client, Site
from generator.problems import BilanError, Location, Problem, Problems


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
