"""One tree brought to a target, or an earlier one brought back; what was begun and not finished is finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from generator.model.targets import Target
from generator.problems import BilanError, Location, Problem
from generator.publish.changes import Changes, compare
from generator.publish.kinds import immutable, kind_of
from generator.publish.ledger import Ledger, open_ledger
from generator.publish.lock import Held
from generator.publish.manifest import Piece, Release, new_release
from generator.publish.place import RESERVED, Place
from generator.publish.straight import Give, Straight, Told
from generator.publish.switched import Switched

Progress = Callable[[int, int, str], None]  # done, of how many, what was just done


class Layout(Protocol):
    """How the files of a release lie at a target."""

    async def current(self) -> Release | None: ...
    def at(self, release: Release, address: str) -> str: ...
    async def foreign(self, addresses: Collection[str], new: Mapping[str, Piece]) -> list[str]: ...
    async def withdraw(self, addresses: Collection[str], releases: Sequence[Release]) -> None: ...
    def needed(self, new: Release, before: Release | None, touched: Collection[str]) -> list[str]: ...
    async def abandon(self, pending: Release) -> None: ...
    async def bring(self, new: Release, before: Release | None, pending: Release | None, give: Give, told: Told, cut: bool) -> None: ...
    async def linger(self, new: Release, before: Release | None) -> None: ...
    async def commit(self, new: Release) -> None: ...
    async def clear(self, leaving: Collection[str], new: Release) -> None: ...
    async def forget(self, gone: Sequence[str], kept: Sequence[Release]) -> None: ...
    async def restore(self, release: Release, before: Release, pending: Release | None, told: Told) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is at a target before anything is done there."""

    place: Place
    name: str
    target: Target
    ledger: Ledger
    layout: Layout
    before: Release | None
    pending: Release | None
    releases: Sequence[Release]  # that can be restored, oldest first

    def compare(self, files: Mapping[str, Piece]) -> Changes:
        return compare(self.before, files)

    def unfinished(self, files: Mapping[str, Piece]) -> bool:
        """Whether there is anything to do for these to be what readers see."""
        return self.pending is not None or not self.compare(files).nothing

    async def foreign(self, files: Mapping[str, Piece]) -> list[str]:
        """What stands where a file is to be put, and is not Bilan's."""
        touched = self.pending.touched if self.pending else ()
        ours = {*(self.before.files if self.before else ()), *touched}
        return await self.layout.foreign(sorted(files.keys() - ours), files)

    def release(self, files: Mapping[str, Piece], now: datetime, first: Collection[str]) -> Release:
        """These files as a release: the one that was begun, where it is the same."""
        gone = frozenset(first) - files.keys()
        cut = any(address in release.files for release in (*self.releases, *filter(None, [self.before])) for address in gone)
        cut = cut or bool(self.pending and self.pending.cut)
        if self.pending and self.pending.files == files and self.pending.cut == cut:
            return replace(self.pending, touched=(), back=False)
        new = new_release(files, self.target.what, now, cut=cut, after=self.before.name if self.before else "")
        while self.ledger.known() and new.name <= self.ledger.known()[-1]:
            now += timedelta(seconds=1)
            new = new_release(files, self.target.what, now, cut=cut, after=new.after)
        return new


async def survey(place: Place, name: str, target: Target) -> Survey:
    """Reads what is there; writes nothing."""
    ledger = await open_ledger(place, name)
    straight = target.layout == "in-place" or not place.switches
    layout: Layout = (Straight if straight else Switched)(place, name, ledger, target.at_once)
    before = await layout.current()
    return Survey(
        place=place, name=name, target=target, ledger=ledger, layout=layout, before=before, pending=await ledger.pending(),
        releases=await ledger.releases(),
    )  # fmt: skip


async def deliver(
    found: Survey, new: Release, source: Callable[[str], Path], first: Collection[str], lock: Held, progress: Progress
) -> None:
    """Withdrawn files go first; then what pages show, pages, what leads to them; then the record; deletions last."""
    layout, before, touched = found.layout, found.before, set(found.pending.touched if found.pending else ())
    old: Mapping[str, Piece] = before.files if before else {}
    gone = frozenset(first) - new.files.keys()
    needed = layout.needed(new, before, touched)
    if found.pending and found.pending.name != new.name:
        await layout.abandon(found.pending)
    leaving = (touched | old.keys()) - new.files.keys()
    await found.ledger.announce(replace(new, touched=touched | leaving | set(needed)))
    if gone:
        await layout.withdraw(gone, [*found.releases, *filter(None, [before, new])])

    async def give(address: str, name: str, piece: Piece) -> None:
        lock.require_beating()
        await found.place.put(name, source(address), kind_of(address, piece.access))

    await layout.bring(new, before, found.pending, give, _counter(progress, len(needed)), new.cut)
    await _switch(found, new, leaving - gone, lock, new.cut)


async def roll_back(found: Survey, to: Release, lock: Held, progress: Progress) -> None:
    """An earlier release in the place of the current one."""
    before = found.before
    assert before is not None
    touched = set(found.pending.touched if found.pending else ())
    if found.pending:
        await found.layout.abandon(found.pending)
    leaving = (touched | before.files.keys()) - to.files.keys()
    changed = {address for address, piece in to.files.items() if before.files.get(address) != piece}
    await found.ledger.announce(replace(to, touched=touched | leaving | changed, back=True, cut=False))
    await found.layout.restore(to, before, found.pending, _counter(progress, len(to.files)))
    await _switch(found, to, leaving, lock, False)


async def finish(found: Survey) -> None:
    """The end of a publishing that was cut short after readers were led to what it brought."""
    assert found.pending and found.before
    if found.before.name not in found.ledger.known():
        await found.ledger.add(found.before)
    await _tidy(found, found.before, set(found.pending.touched) - found.before.files.keys(), found.pending.cut)


async def _switch(found: Survey, new: Release, leaving: Collection[str], lock: Held, cut: bool) -> None:
    """From the old release to the new one, and away with what is no more."""
    layout, before = found.layout, found.before
    await layout.linger(new, before)
    await lock.require()
    await layout.commit(new)
    if before and any(immutable(address) for address in leaving):
        await asyncio.sleep(found.target.grace)
    await _tidy(found, new, leaving, cut)


async def _tidy(found: Survey, new: Release, leaving: Collection[str], cut: bool) -> None:
    """Deletions last: what is no more, releases that are too old, what lay ready."""
    layout = found.layout
    await layout.clear(leaving, new)
    kept = [new] if cut else _kept([*(release for release in found.releases if release.name != new.name), new], new, found.target.keep)
    await layout.forget([name for name in found.ledger.known() if name not in {release.name for release in kept}], kept)
    await found.place.remove(list(await found.place.names(f"{RESERVED}/incoming")))
    await found.ledger.done()


def _kept(releases: Sequence[Release], current: Release, keep: int) -> list[Release]:
    newest = sorted(releases, key=lambda release: release.name)[-keep:]
    return newest if current in newest else [*newest, current]


def choose(found: Survey, name: str | None) -> Release:
    """The release to restore: by its name, else the one that the current one took the place of."""
    if found.before is None:
        raise _no_release(found, "nothing has been published there yet", f"publish first: bilan publish {found.name}")
    known = {release.name: release for release in found.releases if release.name != found.before.name}
    listed = f"releases that can be restored: {', '.join(sorted(known)) or 'none'}"
    if name is None:
        earlier = [each for each in sorted(known) if each < found.before.name]
        name = found.before.after if found.before.after in known else earlier[-1] if earlier else None
        if name is None:
            why = (
                "something was withdrawn with it, so nothing before it may come back"
                if found.before.cut
                else "it is the first, or older ones are gone"
            )
            raise _no_release(found, f"there is no release before {found.before.name}: {why}", listed)
    if name not in known:
        raise _no_release(found, f"there is no release {name} to restore", listed)
    return known[name]


def _no_release(found: Survey, message: str, fix: str) -> BilanError:
    at = Location(path="site.yaml", note=f"targets: {found.name}")
    return BilanError([Problem(code="no-release", message=message, at=at, fix=fix)])


def _counter(progress: Progress, total: int) -> Told:
    done = 0

    def told(address: str) -> None:
        nonlocal done
        done += 1
        progress(done, total, address)

    return told
