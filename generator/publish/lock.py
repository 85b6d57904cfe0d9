"""One publisher at a time at a target: a file there that says who, renewed as a sign of life, and taken over when its owner is gone."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from generator.digests import short_digest
from generator.facts.lock import LockedError
from generator.problems import BilanError, Location, Problem, RemoteError
from generator.publish.place import RESERVED, Found, Place

LOCK = f"{RESERVED}/lock"
BEAT, DEAD = 15.0, 60.0  # seconds between signs of life, and after which a silent publisher counts as gone


class Held:
    """The lock while we have it."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._name, self._token = place, name, uuid4().hex
        self.lost = False

    async def take(self) -> None:
        """Raises LockedError where another publisher has it, and is alive."""
        for _ in range(3):
            if await self._place.create(LOCK, self._said()):
                return
            found = await self._place.read(LOCK)
            if found is None:
                continue
            if not _gone(found):
                raise self._busy(found)
            if await self._place.replace(LOCK, self._said(), found.version):
                return
        raise self._busy(await self._place.read(LOCK))

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            with suppress(RemoteError):  # whether the target still answers is for the work itself to find out
                found = await self._place.read(LOCK)
                self.lost = found is None or not self._ours(found) or not await self._place.replace(LOCK, self._said(), found.version)

    async def require(self) -> None:
        """Before what readers see is switched. Raises LockedError where another publisher thought us gone."""
        found = await self._place.read(LOCK) if self._place.conditions else None
        if self.lost or (self._place.conditions and (found is None or not self._ours(found))):
            raise self._busy(found)

    def require_beating(self) -> None:
        """Between two files, without asking the target."""
        if self.lost:
            raise self._busy(None)

    async def give_back(self) -> None:
        found = await self._place.read(LOCK)
        if found and self._ours(found):
            await self._place.remove([LOCK])

    def _said(self) -> bytes:
        now = datetime.now(UTC)
        return json.dumps(
            {"token": self._token, "machine": _machine(), "process": os.getpid(), "at": now.isoformat(timespec="seconds")}
        ).encode()

    def _ours(self, found: Found) -> bool:
        return _read(found).get("token") == self._token

    def _busy(self, found: Found | None) -> LockedError:
        said = _read(found) if found else {}
        who = f", process {said['process']}" if said.get("machine") == _machine() else ""
        message = f"another run is publishing to {self._name}{who}; its last sign of life: {said.get('at', 'unknown')}"
        fix = f"wait until it ends; one that is gone is taken over after {DEAD:.0f} seconds"
        return LockedError(
            [Problem(code="publish-busy", message=message, at=Location(path="site.yaml", note=f"targets: {self._name}"), fix=fix)]
        )


@asynccontextmanager
async def held(place: Place, name: str) -> AsyncIterator[Held]:
    """Holds the target for the length of a block, where it can keep two writers apart."""
    lock = Held(place, name)
    if not place.conditions:
        yield lock
        return
    await lock.take()
    beating = asyncio.create_task(lock.beat())
    try:
        yield lock
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError, BilanError):
            await beating
        with suppress(BilanError, TimeoutError):
            await asyncio.wait_for(lock.give_back(), 1.5)


def _gone(found: Found) -> bool:
    """Whether its owner gave no sign of life for long, or was a process of this machine that has ended."""
    said = _read(found)
    if said.get("machine") == _machine() and said.get("process", "").isdigit() and not is_alive(int(said["process"])):
        return True
    try:
        return (datetime.now(UTC) - datetime.fromisoformat(said["at"])).total_seconds() > DEAD
    except (KeyError, ValueError, TypeError):
        return True  # no lock that Bilan has written whole


def _read(found: Found) -> dict[str, str]:
    try:
        said = json.loads(found.content)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def is_alive(process: int) -> bool:
    """Whether a process of this machine has not ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _machine() -> str:
    """This machine, and among its containers this one, without saying which it is."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return short_digest(f"{boot} {Path('/proc/self/ns/pid').stat().st_ino}".encode())
    return "unknown"
