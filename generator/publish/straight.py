"""Files at their own address, each replaced whole; what is replaced is put by, so that it can be restored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from itertools import groupby

from generator.digests import digest
from generator.facts.lock import LockedError
from generator.problems import Location, Problem
from generator.publish.kinds import FRONTS, turn
from generator.publish.ledger import Ledger
from generator.publish.manifest import Piece, Release
from generator.publish.place import Place, each, trouble

Give = Callable[[str, str, Piece], Awaitable[None]]  # puts the bytes of an address at a name
Told = Callable[[str], None]  # an address that is done


class Straight:
    """A target whose readers see each file as soon as it is there."""

    def __init__(self, place: Place, name: str, ledger: Ledger, at_once: int) -> None:
        self._place, self._name, self._ledger, self._at_once = place, name, ledger, at_once

    async def current(self) -> Release | None:
        return await self._ledger.current()

    def at(self, release: Release, address: str) -> str:
        return address

    async def foreign(self, addresses: Collection[str], new: Mapping[str, Piece]) -> list[str]:
        """Addresses at which there is something else than what is about to be put there."""
        there = await self._place.present(addresses)
        found = []
        for address in sorted(there):
            if not await self._holds(address, new[address]):
                found.append(address)
        return found

    async def withdraw(self, addresses: Collection[str], releases: Iterable[Release]) -> None:
        """Takes away at once what must not be read any longer, and every copy that was put by."""
        copies = {
            self._ledger.object(release.files[address].digest) for release in releases for address in addresses if address in release.files
        }
        await self._place.remove({*addresses, *copies})

    def needed(self, new: Release, before: Release | None, touched: Collection[str]) -> list[str]:
        """Addresses that are new or other, or may be."""
        old = before.files if before else {}
        return [address for address, piece in new.files.items() if old.get(address) != piece or address in touched]

    async def abandon(self, pending: Release) -> None:
        """What it has put in place is checked, or removed, with what comes now."""

    async def bring(self, new: Release, before: Release | None, pending: Release | None, give: Give, told: Told, cut: bool) -> None:
        """Everything that is new or other, in an order in which no page shows what is not there."""
        old = before.files if before else {}
        kept = self._ledger.objects()
        doubtful = pending.touched if pending else ()

        async def one(address: str) -> None:
            piece = new.files[address]
            if not (address in doubtful and await self._holds(address, piece)):
                if not cut and address in old:
                    await put_by(address)
                await give(address, address, piece)
            told(address)

        async def put_by(address: str) -> None:
            if old[address].digest not in kept:
                await self._place.copy(address, self._ledger.object(old[address].digest))

        for stage in _stages(self.needed(new, before, doubtful), old):
            await each(stage, one, self._at_once)
        if not cut:
            await each(sorted(old.keys() - new.files.keys()), put_by, self._at_once)

    async def commit(self, new: Release) -> None:
        if not await self._ledger.set_current(new):
            raise overtaken(self._name)
        await self._ledger.add(new)

    async def linger(self, new: Release, before: Release | None) -> None:
        """What old pages show stays where it is, until `clear`."""

    async def clear(self, leaving: Collection[str], new: Release) -> None:
        await self._place.remove(leaving)

    async def forget(self, gone: Iterable[str], kept: Iterable[Release]) -> None:
        """Drops the records of old releases, and copies that none of the others needs."""
        for name in gone:
            await self._ledger.drop(name)
        needed = {piece.digest for release in kept for piece in release.files.values()}
        there = {name.rpartition("/")[2] for name in await self._place.names(f"{self._ledger.folder}/objects")}
        await self._place.remove([self._ledger.object(each) for each in there - needed])

    async def restore(self, release: Release, before: Release, pending: Release | None, told: Told) -> None:
        """The files of an earlier release, from what was put by."""

        async def give(address: str, name: str, piece: Piece) -> None:
            if not await self._place.copy(self._ledger.object(piece.digest), name):
                message, fix = f"what {release.name} had at {address} is not there any more", "restore another release, or publish anew"
                raise trouble("release-incomplete", self._name, message, fix)

        lacking = {piece.digest for address, piece in release.files.items() if before.files.get(address) != piece} - self._ledger.objects()
        if lacking:
            fix = "restore another release, or publish anew"
            raise trouble("release-incomplete", self._name, f"{len(lacking)} files of {release.name} are not there any more", fix)
        await self.bring(release, before, pending, give, told, cut=False)

    async def _holds(self, address: str, piece: Piece) -> bool:
        found = await self._place.read(address)
        return found is not None and len(found.content) == piece.size and digest(found.content) == piece.digest


def _stages(addresses: Iterable[str], old: Collection[str]) -> Iterable[list[str]]:
    """What pages show first; then pages, new ones before those that lead to them, fronts of folders from the inside out; then heads."""

    def stage(address: str) -> tuple[int, bool, int]:
        first = turn(address)
        return first, address in old, -address.count("/") if first == FRONTS else 0

    for _, some in groupby(sorted(addresses, key=lambda address: (stage(address), address)), key=stage):
        yield list(some)


def overtaken(name: str) -> LockedError:
    at = Location(path="site.yaml", note=f"targets: {name}")
    message = "another run has published meanwhile; its release stands"
    return LockedError([Problem(code="publish-busy", message=message, at=at, fix="run again")])
