"""A folder of this machine, or of a drive that is mounted here, as a target."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from generator.digests import digest
from generator.model.targets import Target
from generator.publish.kinds import Kind
from generator.publish.place import RESERVED, Found, trouble

Given = TypeVar("Given")
ABSENT = (errno.ENOENT, errno.ENOTDIR)
NEVER = ("content", "templates", "output", ".bilan", "archive")  # folders of a site that are not to be written by a publishing


def open_folder(name: str, target: Target, root: Path) -> Folder:
    """Raises RemoteError for a folder that is one of the site's own, or whose parent is not there: a drive may not be mounted."""
    assert target.path is not None
    written = Path(target.path).expanduser()
    base = (written if written.is_absolute() else root / written).resolve()
    own = [(root / folder).resolve() for folder in NEVER]
    if base == root.resolve() or any(base.is_relative_to(folder) or folder.is_relative_to(base) for folder in own):
        raise trouble("target-inside", name, "this folder is the site's own, or holds it", "name one beside the site, or elsewhere")
    if not base.parent.is_dir():
        raise trouble("target-missing", name, f"there is no folder {base.parent}", "make it, or mount the drive that it is on")
    return Folder(name, base)


class Folder:
    """Files are written beside and renamed, so that nobody reads half of one."""

    switches = conditions = True

    def __init__(self, name: str, base: Path) -> None:
        self._name, self._base = name, base

    async def probe(self) -> None:
        """Two writers are always kept apart by a name that only one of them can make."""

    async def read(self, name: str) -> Found | None:
        return await self._do(self._read, name)

    async def put(self, name: str, content: bytes | Path, kind: Kind) -> None:
        await self._do(self._put, name, content)

    async def create(self, name: str, content: bytes) -> bool:
        return await self._do(self._create, name, content)

    async def replace(self, name: str, content: bytes, version: str) -> bool:
        found = await self.read(name)
        if found is None or found.version != version:
            return False
        await self._do(self._put, name, content)
        return True

    async def copy(self, name: str, to: str) -> bool:
        return await self._do(self._copy, name, to)

    async def remove(self, names: Collection[str]) -> None:
        await self._do(self._remove, sorted(names, reverse=True))

    async def names(self, folder: str) -> Mapping[str, int]:
        return await self._do(self._names, folder)

    async def present(self, names: Collection[str]) -> set[str]:
        return {name for name in names if os.path.lexists(self._base / name)}

    async def lead(self, link: str, to: str) -> None:
        await self._do(self._lead, link, to)

    async def leads_to(self, link: str) -> str | None:
        path = self._base / link
        return str(path.readlink()) if path.is_symlink() else None

    async def _do(self, work: Callable[..., Given], *arguments: Any) -> Given:
        """In a thread, so that a slow drive does not stop what else goes on."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            fix = "make room there" if full else "check permissions, and that the drive is there"
            raise trouble(
                "target-full" if full else "target-failed", self._name, f"the folder cannot be written: {error.strerror}", fix
            ) from None

    def _read(self, name: str) -> Found | None:
        try:
            content = (self._base / name).read_bytes()
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise
        return Found(content, digest(content))

    def _put(self, name: str, content: bytes | Path) -> None:
        temporary = self._beside(content)
        try:
            temporary.replace(self._place(name))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _create(self, name: str, content: bytes) -> bool:
        place = self._place(name)
        temporary = self._beside(content)
        try:
            os.link(temporary, place)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            with suppress(FileExistsError), place.open("xb") as file:
                return file.write(content) == len(content)
            return False
        finally:
            temporary.unlink(missing_ok=True)
        return True

    def _copy(self, name: str, to: str) -> bool:
        with suppress(OSError):  # where something is already, it is replaced from beside
            os.link(self._base / name, self._place(to))
            return True
        temporary = self._waiting()
        try:
            os.link(self._base / name, temporary)
            temporary.replace(self._place(to))
        except OSError as error:
            if error.errno in ABSENT:
                return False
            self._put(to, self._base / name)  # a file system without hard links
        finally:
            temporary.unlink(missing_ok=True)  # where both were one file already, it is still there
        return True

    def _remove(self, names: Collection[str]) -> None:
        for name in names:
            path = self._base / name
            if self._astray(path.parent):
                continue
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            folder = path.parent
            while folder != self._base:
                try:
                    folder.rmdir()
                except OSError:
                    break
                folder = folder.parent

    def _names(self, folder: str) -> Mapping[str, int]:
        base = self._base / folder
        return {
            path.relative_to(self._base).as_posix(): path.stat().st_size
            for path in base.rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    def _lead(self, link: str, to: str) -> None:
        temporary = self._base / f"{RESERVED}/{uuid.uuid4().hex}.link"
        temporary.symlink_to(to)
        temporary.replace(self._base / link)

    def _beside(self, content: bytes | Path) -> Path:
        """The bytes in a file that waits for its name."""
        temporary = self._waiting()
        try:
            if isinstance(content, bytes):
                temporary.write_bytes(content)
            else:
                shutil.copyfile(content, temporary)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def _waiting(self) -> Path:
        incoming = self._base / RESERVED / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        return incoming / uuid.uuid4().hex

    def _place(self, name: str) -> Path:
        path = self._base / name
        if self._astray(path.parent):
            raise OSError(errno.ELOOP, "a folder on the way is a link to elsewhere")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _astray(self, folder: Path) -> bool:
        return folder != self._base and (folder.is_symlink() or self._astray(folder.parent))
