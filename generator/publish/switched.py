"""A folder for each release, and a link that leads readers to the current one: the old site or the new one, never both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from generator.publish.kinds import immutable
from generator.publish.ledger import Ledger
from generator.publish.manifest import Piece, Release
from generator.publish.place import Place, each, trouble
from generator.publish.straight import Give, Told, overtaken

LINK, FOLDER = "current", "releases"


class Switched:
    """A target whose readers follow a link."""

    def __init__(self, place: Place, name: str, ledger: Ledger, at_once: int) -> None:
        self._place, self._name, self._ledger, self._at_once = place, name, ledger, at_once
        self._led: str | None = None  # where the link led when it was read

    async def current(self) -> Release | None:
        self._led = await self._place.leads_to(LINK)
        return await self._ledger.find(self._led.rpartition("/")[2]) if self._led else None

    def at(self, release: Release, address: str) -> str:
        return f"{FOLDER}/{release.name}/{address}"

    async def foreign(self, addresses: Collection[str], new: Mapping[str, Piece]) -> list[str]:
        """A link, or a file in its place, that Bilan did not make."""
        strange = self._led is not None and await self._ledger.find(self._led.rpartition("/")[2]) is None
        return [LINK] if strange or (self._led is None and await self._place.present([LINK])) else []

    async def withdraw(self, addresses: Collection[str], releases: Iterable[Release]) -> None:
        """Takes away at once what must not be read any longer, out of every release."""
        await self._place.remove([self.at(release, address) for release in releases for address in addresses])

    def needed(self, new: Release, before: Release | None, touched: Collection[str]) -> list[str]:
        """All of it: what is the same as before need not be sent, but the server may be unable to use it again."""
        return list(new.files)

    async def abandon(self, pending: Release) -> None:
        """Removes the folder of a release that was never finished."""
        if not pending.back:
            await self._place.remove([self.at(pending, address) for address in {*pending.files, *pending.touched}])
            await self._ledger.drop(pending.name)

    async def bring(self, new: Release, before: Release | None, pending: Release | None, give: Give, told: Told, cut: bool) -> None:
        """The whole tree in a folder of its own, by hard links to what is the same as before."""
        there = await self._place.names(f"{FOLDER}/{new.name}") if pending and pending.name == new.name else {}
        old = before.files if before else {}

        async def one(address: str) -> None:
            piece, name = new.files[address], self.at(new, address)
            if there.get(name) != piece.size:
                same = before and address in old and old[address].digest == piece.digest
                if not (before and same and await self._place.copy(self.at(before, address), name)):
                    await give(address, name, piece)
            told(address)

        await each(sorted(new.files), one, self._at_once)

    async def linger(self, new: Release, before: Release | None) -> None:
        """What old pages show stays in the new release, until `clear`: who has just opened one asks the new folder for it."""
        for address in sorted(before.files if before else ()):
            if before and address not in new.files and immutable(address):
                await self._place.copy(self.at(before, address), self.at(new, address))

    async def commit(self, new: Release) -> None:
        await self._ledger.add(new)
        if await self._place.leads_to(LINK) != self._led:
            raise overtaken(self._name)
        await self._place.lead(LINK, f"{FOLDER}/{new.name}")

    async def clear(self, leaving: Collection[str], new: Release) -> None:
        await self._place.remove([self.at(new, address) for address in leaving])

    async def forget(self, gone: Iterable[str], kept: Iterable[Release]) -> None:
        """Removes the files of old releases, then their records."""
        for name in gone:
            release = await self._ledger.find(name)
            if release:
                await self._place.remove([self.at(release, address) for address in release.files])
            await self._ledger.drop(name)

    async def restore(self, release: Release, before: Release, pending: Release | None, told: Told) -> None:
        """Its folder is there already; whether it is whole is looked at first."""
        there = await self._place.names(f"{FOLDER}/{release.name}")
        lacking = [address for address, piece in release.files.items() if there.get(self.at(release, address)) != piece.size]
        if lacking:
            message, fix = (
                f"{len(lacking)} files of {release.name} are not there any more, as {lacking[0]}",
                "restore another release, or publish anew",
            )
            raise trouble("release-incomplete", self._name, message, fix)
        for address in release.files:
            told(address)
