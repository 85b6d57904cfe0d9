"""Bilan's own records at a target: the releases that can be restored, the current one, and one that is on its way.

They lie in a folder whose name nobody can guess, for they name pages that have no link: whoever signs in finds it by listing."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from generator.publish.kinds import Kind
from generator.publish.manifest import DamagedError, Release, read_release
from generator.publish.place import RESERVED, Found, Place, trouble

PLAIN = Kind(content_type="application/json", cache="no-store")


class Ledger:
    """The records of one target."""

    def __init__(self, place: Place, name: str, folder: str | None, names: Mapping[str, int]) -> None:
        self._place, self._name = place, name
        self.folder = folder or f"{RESERVED}/{token_hex(16)}"
        self._names = set(names)
        self._version: str | None = None  # of the record of the current release, as it was read

    async def current(self) -> Release | None:
        found = await self._place.read(f"{self.folder}/current.json")
        self._version = found.version if found else None
        return self._release(found) if found else None

    async def set_current(self, release: Release) -> bool:
        """False where another publisher has set it since it was read."""
        name = f"{self.folder}/current.json"
        if self._version is None:
            if self._place.conditions:
                return await self._place.create(name, release.write())
            await self._place.put(name, release.write(), PLAIN)
            return True
        return await self._place.replace(name, release.write(), self._version)

    async def pending(self) -> Release | None:
        """What a publishing that did not end was about to do."""
        found = await self._place.read(f"{self.folder}/pending.json")
        return self._release(found) if found else None

    async def announce(self, release: Release) -> None:
        if f"{RESERVED}/index.html" not in self._names:  # where a server lists folders, it shows this instead of names
            await self._place.put(f"{RESERVED}/index.html", b"", PLAIN)
        await self._place.put(f"{self.folder}/pending.json", release.write(), PLAIN)

    async def done(self) -> None:
        await self._place.remove([f"{self.folder}/pending.json"])

    async def releases(self) -> list[Release]:
        """Those that can be restored, oldest first; nothing older than one with which something was withdrawn."""
        found = [await self.find(name) for name in self.known()]
        known = [release for release in found if release]
        cuts = [number for number, release in enumerate(known) if release.cut]
        return known[cuts[-1] :] if cuts else known

    def known(self) -> list[str]:
        """Names of every release of which there is a record."""
        start = f"{self.folder}/releases/"
        return sorted(name.removeprefix(start).removesuffix(".json") for name in self._names if name.startswith(start))

    async def find(self, name: str) -> Release | None:
        found = await self._place.read(f"{self.folder}/releases/{name}.json")
        return self._release(found) if found else None

    async def add(self, release: Release) -> None:
        name = f"{self.folder}/releases/{release.name}.json"
        await self._place.put(name, release.write(), PLAIN)
        self._names.add(name)

    async def drop(self, name: str) -> None:
        await self._place.remove([f"{self.folder}/releases/{name}.json"])
        self._names.discard(f"{self.folder}/releases/{name}.json")

    def object(self, digest: str) -> str:
        """Where the bytes lie that a release had at an address which has others now."""
        return f"{self.folder}/objects/{digest}"

    def objects(self) -> set[str]:
        """Digests of all such bytes, as they were when the ledger was opened."""
        start = f"{self.folder}/objects/"
        return {name.removeprefix(start) for name in self._names if name.startswith(start)}

    def _release(self, found: Found) -> Release:
        try:
            return read_release(found.content)
        except DamagedError as error:
            fix = "put back that folder from a backup; or empty the target by hand, and publish anew"
            raise trouble("target-damaged", self._name, f"Bilan's record in {self.folder} cannot be used: {error}", fix) from None


async def open_ledger(place: Place, name: str) -> Ledger:
    """Found by listing; a folder of another name where there is none yet."""
    names = await place.names(RESERVED)
    tokens = sorted({parts[1] for each in names if len(parts := each.split("/")) > 2 and len(parts[1]) == 32})
    if len(tokens) > 1:
        fix = f"keep the one in {RESERVED} whose current.json names the release that is there, and remove the others"
        raise trouble("target-damaged", name, "there are records of two publishers that began at the same moment", fix)
    return Ledger(place, name, f"{RESERVED}/{tokens[0]}" if tokens else None, names)
