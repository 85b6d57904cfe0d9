"""What one person left in a site's own files: rows, moments, pictures, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.config import load_clients, load_site
from generator.content.cards import CARDS, card_rows
from generator.content.cards import COLUMNS as CARD_COLUMNS
from generator.content.moderation import moderation_rows
from generator.content.moments import COLUMNS, REQUIRED, read_own, row_slug
from generator.content.posts import COLUMNS as OF_POSTS
from generator.content.posts import POSTS
from generator.content.rights import CONSENT, consent_rows
from generator.content.rows import Row, read_rows
from generator.content.walk import relative
from generator.digests import digest, short_digest
from generator.exports import read_conversation
from generator.facts.readings import Readings
from generator.located import inside
from generator.model.content import files_of, private_picture, secret_segment
from generator.model.rights import moment_key, person_key, plain_handle
from generator.model.site import Client, Site, UnlistedAddress
from generator.problems import BilanError, Location, Problem, Problems

FILES = ("media", "avatar", "video", "audio", "poster", "captions", "transcript")  # columns that name files


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
    _in_posts(folder, site, who, traces, problems)
    if who.handle:
        talk = read_conversation(folder / "conversation", root=site.root, client=client, limits=site.limits, problems=problems)
        for row in talk.mentions.iter_rows(named=True):
            if who.is_author(row["platform"], row["author"]):
                traces.texts += [row["text"]] if row["text"] else []
                traces.left.append(Location(path=talk.files[row["file"]].path, line=row["line"]))
    return traces


def _in_campaign(folder: Path, site: Site, client: Client, who: Who, traces: Traces, problems: Problems) -> None:
    media, others = set[Path](), set[Path]()
    known = client.addresses.get(folder.name)
    place = f"output/{client.slug}/{known.segment if known else folder.name}"
    for path in [*sorted(folder.glob("moments*.csv")), folder / CARDS]:
        for row in _rows_of(path, site, problems):
            theirs = who.is_author(row.cells.get("platform") or None, row.cells.get("handle")) or who.is_moment(
                folder.name, row.cells["id"]
            )
            (media if theirs else others).update(_files(row, folder))
            if theirs:
                _note(traces, row, path, site)
                traces.ids.append((folder.name, row.cells["id"]))
                pages, drawn = _called_after(row, path, place, client.addresses.get(f"{folder.name}/{CARDS}"))
                _note_output(pages, drawn, site, traces)
                traces.texts += [text for name in ("text", "permalink", *_further(row, path)) if (text := row.cells.get(name))]
                traces.texts += [name for name in [row.cells.get("name", "")] if who.handle and " " in name.strip()]
    for moment in read_own(folder / "moments", site, client, Readings(), problems):
        files = [(site.root / name).resolve() for name in files_of(moment)]
        if who.is_author(moment.platform, moment.handle) or who.is_moment(folder.name, moment.id):
            traces.files.append(moment.at.path)
            traces.ids.append((folder.name, moment.id))
            _note_output([f"{place}/m-{moment.slug}.html"], [f"{place}/media/m-{moment.slug}-"], site, traces)
            media.update(files)
        else:
            others.update(files)
    _note_files(sorted(media - others), site, traces)
    ids = {moment for campaign, moment in traces.ids if campaign == folder.name}
    for row in moderation_rows(folder, site, problems):
        if row.cells["id"] in ids:
            _note(traces, row, folder / "moderation.csv", site)
    _in_consent(folder, folder.name, site, who, traces, problems)


def _rows_of(path: Path, site: Site, problems: Problems) -> Iterator[Row]:
    """Of moments, or of cards as moments would have them, with their further columns."""
    if path.name == CARDS:
        yield from (
            replace(row, cells={**row.cells, "media": row.cells.get("picture", "")}) for row in card_rows(path.parent, site, problems)
        )
    else:
        yield from read_rows(path, site, COLUMNS, REQUIRED, problems)


def _further(row: Row, path: Path) -> list[str]:
    return [name for name in row.cells if path.name == CARDS and name not in (*CARD_COLUMNS, "media")]


def _called_after(row: Row, path: Path, place: str, secret: UnlistedAddress | None) -> tuple[list[str], list[str]]:
    """Pages and sheets that are called after a row, and how its drawn pictures begin; of a card also what it has if it is private."""
    slug = row_slug(row.cells)
    if path.name != CARDS:
        return [f"{place}/m-{slug}.html"], [f"{place}/media/m-{slug}-"]
    segments = [secret_segment(key, row.cells["id"]) for key in ((secret.segment, *secret.former) if secret else ())]
    pages = [f"{place}/cards/{name}{suffix}" for name in (slug, *segments) for suffix in (".html", ".pdf")]
    return pages, [f"{place}/media/c-{name}-" for name in (slug, *map(private_picture, segments))]


def _note_output(pages: Sequence[str], drawn: Sequence[str], site: Site, traces: Traces) -> None:
    """Pictures have a digest in their names: those that are there are called by them, and any other by how it begins."""
    traces.pages += [*pages, *(relative(path, site.root) for start in drawn for path in sorted(site.root.glob(f"{start}*")))]
    traces.pictures += drawn


def _files(row: Row, folder: Path) -> Iterator[Path]:
    """Files of the client that a row names; a transcript may also be written into it."""
    named = (name for key in FILES if (name := row.cells.get(key)))
    yield from ((folder / name).resolve() for name in named if inside(folder / name, folder.parent))


def _note_files(files: Sequence[Path], site: Site, traces: Traces) -> None:
    """Pictures, films, sounds and their words that nobody else shows."""
    for path in (path for path in files if path.is_file()):
        name, content = relative(path, site.root.resolve()), path.read_bytes()
        traces.files.append(name)
        shown = short_digest((name + digest(content)).encode())
        traces.pictures += [f"media/p-{shown}-", f"media/r-{shown}."]


def _in_posts(folder: Path, site: Site, who: Who, traces: Traces, problems: Problems) -> None:
    """Pictures of posts on which they are seen."""
    path = folder / POSTS
    for row in read_rows(path, site, OF_POSTS, ("picture", "alt"), problems) if path.exists() else ():
        if who.is_author(who.network, row.cells.get("who")):
            _note(traces, row, path, site)
            shown = folder / row.cells["picture"]
            _note_files([shown.resolve()] if inside(shown, folder / "posts") else [], site, traces)


def _in_consent(folder: Path, campaign: str | None, site: Site, who: Who, traces: Traces, problems: Problems) -> None:
    known = {f"{place}/{moment}" for place, moment in traces.ids}
    for row in consent_rows(folder, site, problems):
        named = row.cells["who"]
        of_person = who.is_author(row.cells.get("network") or who.network, named) if named.startswith("@") else False
        if of_person or (f"{campaign}/{named}" if campaign else named) in known:
            _note(traces, row, folder / CONSENT, site)


def _note(traces: Traces, row: Row, path: Path, site: Site) -> None:
    traces.rows.setdefault(relative(path, site.root), set()).add(row.at.line or 0)
