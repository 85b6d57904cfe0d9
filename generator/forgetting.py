"""Somebody asks to be forgotten: out of the site's files, out of everything built from them, with a proof and a receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from generator import pipeline, planning
from generator.config import load_site
from generator.digests import digest
from generator.erasing import erase
from generator.facts import hold, open_store
from generator.facts.takedown import Takedown, add_takedown, read_takedown
from generator.model.clock import Clock
from generator.outward import KEPT as KEPT_ANSWERS
from generator.problems import BilanError, Location, Problem, Problems
from generator.seals import clear_bytes
from generator.searching import Needles, holds, needles, search
from generator.traces import Traces, Who, find_traces
from generator.write import put_in_place

BUILT, SOURCES, KEPT = "output", "content", "archive"  # made by Bilan, written by people, and gone out; a client has a part of each
CACHES, OUTBOX = ".bilan", ".bilan/outbox"


@dataclass(kw_only=True)
class Forgetting:
    """What was done, or would be, and what is left. Nothing in it says who it was."""

    key: str  # salted digest
    rows: int = 0
    files: int = 0
    exports: list[str] = field(default_factory=list)  # downloads that still hold them
    removed: list[str] = field(default_factory=list)  # addresses
    changed: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)  # built files that still hold them: none, or it has failed
    sources: list[str] = field(default_factory=list)  # files of the site that somebody has to see to
    kept: list[str] = field(default_factory=list)  # what went out
    looked_for: int = 0
    receipt: str | None = None
    pending: Takedown = field(default_factory=Takedown)
    targets: list[str] = field(default_factory=list)  # that were not published to since
    done: bool = False

    @property
    def clean(self) -> bool:
        return not self.hits


def forget(root: Path, now: datetime, who: Who, client: str | None, *, check: bool) -> Forgetting:
    """Removes a person or a moment everywhere; with `check` only looks. Raises BilanError when the site's files cannot be read, or its
    last build failed: then nothing can be proved."""
    planning.require_site(root)
    with hold(root / ".bilan"):
        found = find_traces(root, who, client)
        wanted = _needles(who, found)
        concerned = [each for each in found if each or who.handle]  # a person may not come back, though nothing is known of them yet
        if not concerned:
            raise BilanError([_nobody(who)])
        if check:
            return _look(root, now, Forgetting(key=""), found, wanted, client)
        result = Forgetting(key=[erase(root, each, who, now.date()) for each in concerned][-1])
        _count(result, found)
        add_takedown(root, [page.removeprefix("output/") for each in found for page in each.pages], ())  # whatever becomes of this run
    rmtree(root / ".bilan" / "room", ignore_errors=True)  # copies that bilan report made of what a password keeps
    (root / KEPT_ANSWERS).unlink(missing_ok=True)  # addresses that bilan check asked, the person's own among them
    summary = pipeline.build(root, now)
    if summary.failed:
        raise BilanError([*summary.problems.errors, _unbuilt()])
    with hold(root / ".bilan"), open_store(root / ".bilan", []) as store:
        store.scrub()
    result.removed, result.changed, result.done = summary.removed, summary.written, True
    result.pending = add_takedown(root, summary.removed, summary.written)
    _look(root, now, result, found, wanted, client)
    result.receipt = _leave_receipt(root, now, result, [each.client for each in concerned])
    return result


def _needles(who: Who, found: Sequence[Traces]) -> Needles:
    """The handle, words and pictures, and the pages of the moments."""
    texts = [text for each in found for text in each.texts]
    return needles(who.handle, texts, [name for each in found for name in (*each.pictures, *each.pages)])


def _look(root: Path, now: datetime, result: Forgetting, found: Sequence[Traces], wanted: Needles, client: str | None) -> Forgetting:
    """Where they still are, in the files of everybody or of one client."""
    built, sources, sent = (f"{folder}/{client}" if client else folder for folder in (BUILT, SOURCES, KEPT))
    kept = list(search(root, (sent, OUTBOX), wanted))
    result.hits = [name for name in search(root, (built, CACHES), wanted) if name not in kept] + list(_in_sealed(root, now, wanted, client))
    result.kept, result.looked_for = kept, wanted.count
    result.exports = sorted({at.path for each in found for at in each.left})
    own = {*result.exports, *(name for each in found for name in (*each.rows, *each.files))} if not result.done else set(result.exports)
    result.sources = [name for name in search(root, (sources, "templates"), wanted) if name not in own]
    if not result.done:
        _count(result, found)
        result.pending = read_takedown(root)
    result.targets = [name for name in sorted(load_site(root, Problems()).targets) if result.pending.waits_for(name)]
    return result


def _in_sealed(root: Path, now: datetime, wanted: Needles, client: str | None) -> Iterator[str]:
    """Files of rooms that a password opens, opened; those whose password is not at hand are told as a doubt, which is a hit."""
    files = sorted((root / "output").glob(f"{client or '*'}/*/*.bin"))
    if not files:
        return
    outputs, _ = planning.plan(root, Clock(now), Problems())
    known = {f"output/{output.path}": output for output in outputs if output.seal}
    for path in files:
        name = path.relative_to(root).as_posix()
        clear = clear_bytes(root / "output", known[name]) if name in known else None
        if clear is None or holds(clear, known[name].name, wanted):
            yield name


def _count(result: Forgetting, found: Sequence[Traces]) -> None:
    result.rows = sum(len(lines) for each in found for lines in each.rows.values())
    result.files = sum(len(each.files) for each in found)


def _leave_receipt(root: Path, now: datetime, result: Forgetting, clients: Sequence[str]) -> str:
    """A dated note of what was done, for the person and for the record: digests, counts and addresses only."""
    proof = "nothing of it is in any built file" if result.clean else f"{len(result.hits)} built files still hold it"
    lines = [
        f"Forgotten on {now.isoformat(timespec='seconds')}",
        f"request: {result.key}",
        f"clients: {', '.join(clients)}",
        f"rows and files taken out: {result.rows} and {result.files}",
        f"addresses removed: {len(result.removed)}",
        *(f"  {path}" for path in result.removed),
        f"addresses made again: {len(result.changed)}",
        f"looked for: {result.looked_for} marks in output/ and .bilan/: {proof}",
        *(f"  still in {path}" for path in result.hits),
        f"sent copies that hold it, and are kept: {len(result.kept)}",
        *(f"  {path}" for path in result.kept),
        f"source files that hold it: {len(result.sources) + len(result.exports)}",
        *(f"  {path}" for path in [*result.sources, *result.exports]),
        f"published places that hold it until the next bilan publish: {', '.join(result.targets) or 'none of site.yaml'}",
    ]
    text = "\n".join(lines) + "\n"
    name = f"receipts/{now:%Y-%m-%d}-forget-{result.key[:8]}-{digest(text.encode())[:6]}.txt"
    put_in_place(root / name, text.encode())
    (root / name).chmod(0o600)
    return name


def _nobody(who: Who) -> Problem:
    what = "moment" if who.moment else "person"
    fix = "check the spelling, the --network and the --client; a person is named as @handle, a moment by its id, or campaign/id"
    return Problem(code="nobody-found", message=f"no file of the site knows this {what}", at=Location(path="content"), fix=fix)


def _unbuilt() -> Problem:
    message = "the person is out of the site's files, and the last good output still holds them, for the site has errors"
    return Problem(code="not-yet-forgotten", message=message, at=Location(path="output"), fix="mend the errors above, then run it again")
