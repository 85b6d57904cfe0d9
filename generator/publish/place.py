"""What Bilan asks of any target: files put whole, and told apart. Names are relative to the target's own folder or prefix."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar

from generator.model.targets import Target
from generator.problems import Location, Problem, RemoteError
from generator.publish.kinds import Kind

RESERVED = ".bilan-releases"  # the folder at a target that is Bilan's own
CONNECT = 6.0  # seconds until a target answers
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Found:
    """The bytes of a file, and what tells them from later ones."""

    content: bytes
    version: str


class Place(Protocol):
    """A target that is open."""

    switches: bool  # whether it can lead readers to another folder at once
    conditions: bool  # whether two writers can be kept apart

    async def probe(self) -> None:
        """Finds out what the target can do, before anything of the site is written."""

    async def read(self, name: str) -> Found | None: ...

    async def put(self, name: str, content: bytes | Path, kind: Kind) -> None:
        """A file whole, in the place of any other."""

    async def create(self, name: str, content: bytes) -> bool:
        """A file where there is none; False where there is."""

    async def replace(self, name: str, content: bytes, version: str) -> bool:
        """A file in the place of one that is still as it was read; False where it is not."""

    async def copy(self, name: str, to: str) -> bool:
        """The same bytes at another name, without sending them; False where there are none, or where it cannot be done."""

    async def remove(self, names: Collection[str]) -> None:
        """Files, whether they are there or not, and folders that are empty then."""

    async def names(self, folder: str) -> Mapping[str, int]:
        """Every file below a folder, by its whole name, with its size."""

    async def present(self, names: Collection[str]) -> set[str]:
        """Those of the names at which there is something."""

    async def lead(self, link: str, to: str) -> None:
        """Leads readers of a link to another folder, from one moment to the next."""

    async def leads_to(self, link: str) -> str | None: ...


def trouble(code: str, target: str, message: str, fix: str) -> RemoteError:
    """What is wrong with a target, at its place in site.yaml."""
    return RemoteError([Problem(code=code, message=message, at=Location(path="site.yaml", note=f"targets: {target}"), fix=fix)])


@asynccontextmanager
async def open_place(name: str, target: Target, root: Path, environment: Mapping[str, str]) -> AsyncIterator[Place]:
    """The target, reached and signed in to. Raises RemoteError where that cannot be done: nothing has been written then."""
    needed = {"folder": None, "sftp": "asyncssh"}.get(target.kind, "obstore")
    if needed and find_spec(needed) is None:
        raise trouble("library-missing", name, f"a target of kind {target.kind} needs {needed}", 'pip install "bilan[publish]"')
    if target.kind == "folder":
        from generator.publish.folder import open_folder

        yield open_folder(name, target, root)
    elif target.kind == "sftp":
        from generator.publish.sftp import open_sftp

        async with open_sftp(name, target, root, environment) as place:
            yield place
    else:
        from generator.publish.bucket import open_bucket

        async with open_bucket(name, target, root, environment) as place:
            yield place


async def each(items: Iterable[Each], do: Callable[[Each], Awaitable[None]], at_once: int) -> None:
    """Does the same with every item, some of them at once; the first failure ends it, and is what the caller gets."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await do(item)

    workers = [asyncio.create_task(work()) for _ in range(at_once)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def outside_the_site(value: str, root: Path, target: str, key: str) -> Path:
    """A file with a secret in it, which must not be where it is built from, shared or published."""
    path = Path(value).expanduser()
    path = path if path.is_absolute() else root / path
    if path.resolve().is_relative_to(root.resolve()):
        raise trouble(
            "secret-in-site",
            target,
            f"{key} names a file inside the site's folder",
            "move it elsewhere, for instance below ~/.ssh or ~/.config",
        )
    if not path.is_file():
        raise trouble("target-credentials", target, f"the {key} is not there", f"check {key}: of this target, and put the file there")
    return path
