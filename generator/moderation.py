"""Deciding on moments from people: what waits, why, and a row in moderation.csv for each decision."""

from __future__ import annotations

import csv
import getpass
import io
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.config import load_client, load_site
from generator.content.moderation import COLUMNS, DECISIONS, FILE, Decisions, decide, read_decisions, read_lists
from generator.content.moments import has_people, read_people
from generator.content.rows import delimiter_of
from generator.content.walk import refuse_outside_links
from generator.erasing import encoding_of, rows_of
from generator.model.cells import as_text
from generator.model.content import Moment
from generator.model.moderation import Lists, folded_handle
from generator.model.site import Client, Site
from generator.problems import BilanError, Location, Problem, Problems
from generator.render.pictures import shrink
from generator.write import rewrite

LONGEST = 500  # letters of a reason or a name
WIDTH = 720  # of a picture at the desk
TRIES = 3
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A campaign's queue: how many of its moments from people wait, of how many."""

    client: str
    campaign: str
    title: str
    waiting: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A moment from somebody, as the desk shows it."""

    id: str
    at: str
    kind: str
    name: str | None
    handle: str | None
    network: str | None
    text: str | None
    alt: str | None
    picture: bool
    permalink: str | None
    state: str  # approve, reject, hold, deleted
    decided: bool  # by somebody, in moderation.csv
    rule: str | None  # the entry of a block list for which it waits, or the allow list
    by: str
    when: str
    why: str
    pinned: bool
    before: Mapping[str, int]  # other moments of the same author, by what was decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A decision to be written."""

    id: str
    decision: str
    why: str = ""
    by: str = ""
    pin: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queue:
    site: Site
    client: Client
    folder: Path
    people: Sequence[Moment]
    decisions: Decisions
    lists: Lists
    problems: Problems


def queues(root: Path) -> list[Waiting]:
    """Every campaign that has moments from people."""
    found = list[Waiting]()
    for key in sorted(_folders(root)):
        if (queue := _read(root, *key)) is None:
            continue
        states = Counter(decide(moment, queue.decisions, queue.lists) for moment in queue.people)
        found.append(Waiting(client=key[0], campaign=key[1], title=key[1], waiting=states["hold"], total=len(queue.people)))
    return found


def items(root: Path, client: str, campaign: str) -> tuple[list[Item], list[Problem]] | None:
    """A campaign's moments from people, oldest first, and what is wrong in its files; None where there is no such campaign."""
    queue = _read(root, client, campaign)
    if queue is None:
        return None
    states = {moment.id: decide(moment, queue.decisions, queue.lists) for moment in queue.people}
    authors: dict[str, Counter[str]] = {}
    for moment in queue.people:
        authors.setdefault(_author(moment), Counter())[states[moment.id]] += 1
    shown = [_item(moment, queue, states[moment.id], authors[_author(moment)]) for moment in queue.people]
    return sorted(shown, key=lambda item: (item.at, item.id)), list(queue.problems)


def picture(root: Path, client: str, campaign: str, name: str) -> bytes | None:
    """The picture of a moment, whether it is shown or not: small, without what its camera wrote into it."""
    queue = _read(root, client, campaign)
    found = next((moment.picture for moment in queue.people if moment.id == name), None) if queue else None
    if queue is None or found is None:
        return None
    try:
        return shrink((root / found).read_bytes(), found, WIDTH, "JPEG", queue.site.limits.picture_pixels, at=Location(path=found))
    except (BilanError, OSError):
        return None


def write(root: Path, client: str, campaign: str, word: Word, now: datetime) -> None:
    """Adds a row for the decision. Raises BilanError, with nothing written, where it cannot be."""
    queue = _read(root, client, campaign)
    if queue is not None:
        refuse_outside_links(root, [queue.folder], queue.problems)
    if queue is None or word.id not in {moment.id for moment in queue.people}:
        raise _refusal("no-such-moment", f'no moment from people is called "{word.id[:80]}"', campaign, "load the desk again")
    if word.decision not in DECISIONS:
        raise _refusal("unknown-word", f'"{word.decision[:40]}" is no decision', campaign, f"choose one of: {', '.join(DECISIONS)}")
    if queue.problems.errors:
        raise BilanError(queue.problems.errors)
    instant = now.astimezone(ZoneInfo(queue.client.timezone)).isoformat(timespec="minutes")
    cells = {
        "id": as_text(word.id),
        "decision": word.decision,
        "by": _cell(word.by),
        "at": instant,
        "why": _cell(word.why),
    }
    if word.pin is not None:
        cells["pin"] = "true" if word.pin else "false"
    path = queue.folder / FILE
    with _one_at_a_time:
        for _ in range(TRIES):
            before = path.read_bytes() if path.is_file() else b""
            after = with_row(before, cells)
            if (path.read_bytes() if path.is_file() else b"") == before:  # nobody saved it meanwhile
                try:
                    rewrite(path, after, like=queue.folder / "index.md")
                except OSError as error:
                    fix = "close it where it is open, and see that it may be written"
                    raise _refusal("not-written", f"the file cannot be written: {error.strerror}", campaign, fix, FILE) from None
                return
    raise _refusal("not-written", "the file is being changed by somebody else", campaign, "try again", FILE)


def with_row(content: bytes, cells: Mapping[str, str]) -> bytes:
    """A CSV file with one row more, under its own headings, in its own encoding, with its own separators and line ends; whatever stood in
    it stays, to the byte, unless a heading has to be added."""
    if not content.strip():
        content = (",".join(COLUMNS) + "\n").encode()
    encoding = encoding_of(content)
    text = content.decode(encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    delimiter, head = _head(text)
    missing = [name for name in cells if name not in head and (cells[name] or name in ("id", "decision"))]
    if missing:
        text = "".join(_widened(text, missing, delimiter))
        head = [*head, *missing]
    if not text.endswith(("\n", "\r")):
        text += newline
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=newline).writerow([cells.get(name, "") for name in head])
    return (text + line.getvalue()).encode(encoding if encoding != "cp1252" else _safe(text + line.getvalue()))


def _head(text: str) -> tuple[str, list[str]]:
    first = text.lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    delimiter = delimiter_of(first, COLUMNS)
    return delimiter, [cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter))]


def _widened(text: str, missing: Sequence[str], delimiter: str) -> Iterator[str]:
    """Each row with further cells: the headings in the first, nothing in the others."""
    lines = list(io.StringIO(text, newline=""))
    rows: dict[int, list[str]] = {}
    for start, line in rows_of(lines):
        rows.setdefault(start, []).append(line)
    for number, row in enumerate(rows.values()):
        whole = "".join(row)
        bare = whole.rstrip("\r\n")
        added = "".join(delimiter + (name if number == 0 else "") for name in missing)
        yield bare + (added if bare else "") + whole[len(bare) :]


def _safe(text: str) -> str:
    """cp1252 where it has all letters, else UTF-8: the whole file is then written anew."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return "utf-8"
    return "cp1252"


def _cell(text: str) -> str:
    """One line, which no spreadsheet takes for a formula."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]
    return as_text(plain)


def whoever() -> str:
    """Who sits here: as git knows them, else as the machine does."""
    try:
        command = ["git", "config", "user.name"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False).stdout.strip()  # noqa: S603
        return found or getpass.getuser()
    except (OSError, KeyError, subprocess.SubprocessError):
        return ""


def _folders(root: Path) -> dict[tuple[str, str], Path]:
    return {(path.parent.name, path.name): path for path in (root / "content").glob("*/*/") if has_people(path)}


def _read(root: Path, client: str, campaign: str) -> _Queue | None:
    """What is in the files now. No path is made of what was asked for unless it is the name of a folder that is there."""
    folder = _folders(root).get((client, campaign))
    if folder is None:
        return None
    problems = Problems()
    site = load_site(root, problems)
    owner = load_client(site, folder.parent, problems)
    if owner is None:
        return None
    problems = Problems()
    decisions = read_decisions(site, folder, problems)
    lists = read_lists(site, folder, problems)
    people = list(read_people(site, owner, folder, Problems()))
    return _Queue(site=site, client=owner, folder=folder, people=people, decisions=decisions, lists=lists, problems=problems)


def _author(moment: Moment) -> str:
    return f"{moment.platform}/{folded_handle(moment.handle)}" if moment.handle else f"/{moment.name or moment.id}"


def _item(moment: Moment, queue: _Queue, state: str, author: Counter[str]) -> Item:
    known = queue.decisions.get(moment.id)
    blocked = queue.lists.blocks(moment.handle, moment.text, moment.name, moment.alt)
    rule = f"blocked: {blocked}" if blocked else "on the allow list" if state == "approve" and not known else None
    pin = known.pin if known else None
    return Item(
        id=moment.id, at=moment.instant.isoformat(), kind=moment.kind, name=moment.name, handle=moment.handle, network=moment.platform,
        text=moment.text, alt=moment.alt, picture=moment.picture is not None, permalink=moment.permalink, state=state, rule=rule,
        decided=known is not None, by=known.by if known else "", when=known.at if known else "", why=known.why if known else "",
        pinned=moment.pinned if pin is None else pin, before={word: count for word, count in (author - Counter([state])).items() if count},
    )  # fmt: skip


def _refusal(code: str, message: str, campaign: str, fix: str, name: str = "moments.csv") -> BilanError:
    return BilanError([Problem(code=code, message=message, at=Location(path=f"{campaign}/{name}"), fix=fix)])
