"""A folder on a machine that is reached by SSH, as a target.

The only module that knows asyncssh, which is installed with `bilan[publish]`."""

from __future__ import annotations

import asyncio
import posixpath
import stat
import uuid
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from generator.digests import digest
from generator.model.targets import Target
from generator.problems import RemoteError
from generator.publish.kinds import Kind
from generator.publish.place import CONNECT, RESERVED, Found, each, outside_the_site, trouble

Given = TypeVar("Given")
PATIENCE, SLOW = 60.0, 20_000  # seconds for any one request, and bytes for which there is one more
ABSENT = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)


@asynccontextmanager
async def open_sftp(name: str, target: Target, root: Path, environment: Mapping[str, str]) -> AsyncIterator[Sftp]:
    """Signed in, with a host key that is known. Raises RemoteError where that cannot be done."""
    assert target.server and target.path
    where = f"{target.server}:{target.port}"
    options = _options(name, target, root, environment)
    try:
        connection = await asyncio.wait_for(asyncssh.connect(target.server, target.port, **options), CONNECT + 2)
    except (asyncssh.Error, OSError, ValueError, TimeoutError) as error:
        raise _refusal(name, where, target, error) from None
    async with connection:
        try:
            client = await asyncio.wait_for(connection.start_sftp_client(), CONNECT)
        except (asyncssh.Error, OSError, TimeoutError):
            raise trouble("target-refused", name, f"{where} lets this user in, and offers no SFTP", "ask its host to allow SFTP") from None
        place = Sftp(name, client, target.path.rstrip("/") or "/", target.at_once)
        await place.require_folder()
        yield place


def _options(name: str, target: Target, root: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    prefix = f"BILAN_{name.upper().replace('-', '_')}"
    known = Path(target.known_hosts).expanduser()
    known = known if known.is_absolute() else root / known
    if not known.is_file():
        fix = f"look at the server's key, then: ssh-keyscan -p {target.port} {target.server} >> {target.known_hosts}"
        raise trouble("target-host-key", name, f"there is no file of known hosts at {target.known_hosts}", fix)
    options: dict[str, Any] = {
        "known_hosts": str(known),
        "config": None,
        "connect_timeout": CONNECT,
        "login_timeout": CONNECT,
        "keepalive_interval": 15,
        "password": environment.get(f"{prefix}_PASSWORD"),
        "agent_path": environment.get("SSH_AUTH_SOCK") or None,
    }
    if target.user:
        options["username"] = target.user
    if target.key_file:
        file = outside_the_site(target.key_file, root, name, "key_file")
        try:
            options["client_keys"] = [asyncssh.read_private_key(file, environment.get(f"{prefix}_PASSPHRASE"))]
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError):
            fix = f"check the file, and {prefix}_PASSPHRASE where the key has one"
            raise trouble("target-credentials", name, "the key_file cannot be read as a private key", fix) from None
    elif not options["password"] and not options["agent_path"]:
        fix = f"name a key_file, start an SSH agent, or set {prefix}_PASSWORD"
        raise trouble("target-credentials", name, "there is no key and no password for this target", fix)
    else:
        options["client_keys"] = () if options["agent_path"] else None
    return options


def _refusal(name: str, where: str, target: Target, error: BaseException) -> RemoteError:
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        message = f"the key of {where} is not the one in {target.known_hosts}, or not in it"
        return trouble(
            "target-host-key", name, message, "ask who runs the server for its fingerprint; only then write its key into that file"
        )
    if isinstance(error, asyncssh.PermissionDenied):
        return trouble(
            "target-refused",
            name,
            f"{where} does not take this user with this key or password",
            "check user:, key_file: and the environment",
        )
    if isinstance(error, asyncssh.Error):
        return trouble("target-refused", name, f"{where} cannot be used: it ended the talk", "check that an SSH server answers there")
    words = "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", "") or type(error).__name__
    return trouble("target-unreachable", name, f"{where} cannot be reached: {words}", "check the network, server: and port:")


class Sftp:
    """Files are written beside and renamed, so that nobody reads half of one."""

    switches = conditions = True

    def __init__(self, name: str, client: asyncssh.SFTPClient, base: str, at_once: int) -> None:
        self._name, self._client, self._base = name, client, base
        self._folders: dict[str, asyncio.Task[None]] = {}  # made, or being made
        self._room, self._at_once = asyncio.Semaphore(at_once), at_once
        self._links = True  # whether the server makes hard links

    async def require_folder(self) -> None:
        if not await self._do(self._client.isdir(self._base)):
            raise trouble(
                "target-missing", self._name, f"there is no folder {self._base} on the server", "make it, and let this user write there"
            )

    async def probe(self) -> None:
        """Two writers are always kept apart by a name that only one of them can make."""

    async def read(self, name: str) -> Found | None:
        try:
            content = await self._do(self._bytes(self._at(name)))
        except ABSENT:
            return None
        return Found(content, digest(content))

    async def put(self, name: str, content: bytes | Path, kind: Kind) -> None:
        await self._put(name, content if isinstance(content, bytes) else await asyncio.to_thread(content.read_bytes))

    async def create(self, name: str, content: bytes) -> bool:
        await self._folder_of(name)
        try:
            await self._do(self._write(self._at(name), content, "xb"))
        except asyncssh.SFTPError:
            if await self._do(self._client.lexists(self._at(name))):
                return False
            raise
        return True

    async def replace(self, name: str, content: bytes, version: str) -> bool:
        found = await self.read(name)
        if found is None or found.version != version:
            return False
        await self._put(name, content)
        return True

    async def copy(self, name: str, to: str) -> bool:
        """By a hard link; by its bytes where the server makes none."""
        with suppress(asyncssh.SFTPError):  # where something is already, it is replaced from beside
            await self._folder_of(to)
            await self._do(self._client.link(self._at(name), self._at(to)))
            return True
        if self._links:
            temporary = await self._waiting()
            await self._folder_of(to)
            try:
                await self._do(self._client.link(self._at(name), temporary))
                await self._do(self._client.posix_rename(temporary, self._at(to)))
                await self._forget(temporary)  # where both were one file already, it is still there
                return True
            except ABSENT:
                return False
            except asyncssh.SFTPError:
                self._links = False
        found = await self.read(name)
        if found:
            await self._put(to, found.content)
        return found is not None

    async def remove(self, names: Collection[str]) -> None:
        await each(sorted(names), lambda name: self._forget(self._at(name)), self._at_once)
        for folder in sorted(_above(names), key=lambda folder: folder.count("/"), reverse=True):
            with suppress(asyncssh.SFTPError):
                await self._do(self._client.rmdir(self._at(folder)))
                self._folders.pop(folder, None)

    async def names(self, folder: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        pending = [folder]
        while pending:
            here = pending.pop()
            try:
                entries = await self._do(self._list(here))
            except ABSENT:
                continue
            for entry, attributes in entries:
                mode = attributes.permissions or 0
                if stat.S_ISDIR(mode):
                    pending.append(f"{here}/{entry}")
                elif stat.S_ISREG(mode):
                    found[f"{here}/{entry}".lstrip("/")] = attributes.size or 0
        return found

    async def present(self, names: Collection[str]) -> set[str]:
        there = await asyncio.gather(*(self._do(self._client.lexists(self._at(name))) for name in names))
        return {name for name, is_there in zip(names, there, strict=True) if is_there}

    async def lead(self, link: str, to: str) -> None:
        temporary = await self._waiting()
        await self._do(self._client.symlink(to, temporary))
        await self._do(self._client.posix_rename(temporary, self._at(link)))

    async def leads_to(self, link: str) -> str | None:
        try:
            return str(await self._do(self._client.readlink(self._at(link))))
        except asyncssh.SFTPError:
            return None

    def _at(self, name: str) -> str:
        return posixpath.join(self._base, name)

    async def _do(self, work: Awaitable[Given], size: int = 0) -> Given:
        """One request, in bounded time; what the server refuses of it is for the caller."""
        try:
            async with self._room:
                return await asyncio.wait_for(work, PATIENCE + size / SLOW)
        except (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost, asyncssh.DisconnectError, OSError, TimeoutError):
            fix = "check the network, and run again: only the rest is sent"
            raise trouble("target-unreachable", self._name, "the connection to the server was lost", fix) from None

    async def _bytes(self, path: str) -> bytes:
        async with self._client.open(path, "rb") as file:
            content = await file.read()
        assert isinstance(content, bytes)  # as it was opened
        return content

    async def _write(self, path: str, content: bytes, mode: str) -> None:
        async with self._client.open(path, mode) as file:
            await file.write(content)

    async def _list(self, folder: str) -> list[tuple[str, asyncssh.SFTPAttrs]]:
        entries = [(str(entry.filename), entry.attrs) async for entry in self._client.scandir(self._at(folder))]
        return [(name, attributes) for name, attributes in entries if name not in (".", "..")]

    async def _put(self, name: str, content: bytes) -> None:
        temporary = await self._waiting()
        await self._folder_of(name)
        try:
            await self._do(self._write(temporary, content, "wb"), len(content))
            await self._do(self._client.posix_rename(temporary, self._at(name)))
        except asyncssh.SFTPError as error:
            with suppress(asyncssh.SFTPError, RemoteError):
                await self._do(self._client.remove(temporary))
            raise self._refused(name, error) from None

    def _refused(self, name: str, error: asyncssh.SFTPError) -> RemoteError:
        message = f"the server does not take {name}: {error.reason[:100]}"
        return trouble("target-failed", self._name, message, "check its disk, quota and permissions, and run again: only the rest is sent")

    async def _waiting(self) -> str:
        """A name for bytes that wait for theirs."""
        name = f"{RESERVED}/incoming/{uuid.uuid4().hex}"
        await self._folder_of(name)
        return self._at(name)

    async def _forget(self, path: str) -> None:
        with suppress(*ABSENT):
            await self._do(self._client.remove(path))

    async def _folder_of(self, name: str) -> None:
        """Makes the folders on the way, each once, and refuses a link in the place of one."""
        folder = posixpath.dirname(name)
        if not folder:
            return
        if folder not in self._folders:
            self._folders[folder] = asyncio.create_task(self._make(folder))
        await self._folders[folder]

    async def _make(self, folder: str) -> None:
        await self._folder_of(folder)
        try:
            with suppress(asyncssh.SFTPError):
                await self._do(self._client.mkdir(self._at(folder)))
            attributes = await self._do(self._client.lstat(self._at(folder)))
        except asyncssh.SFTPError as error:
            raise self._refused(f"the folder {folder}", error) from None
        if not stat.S_ISDIR(attributes.permissions or 0):
            raise trouble("target-failed", self._name, f"{folder} on the server is a link or a file, not a folder", "remove it by hand")


def _above(names: Collection[str]) -> set[str]:
    """Every folder that some files stand in."""
    found = {posixpath.dirname(name) for name in names}
    return found | _above(found) if found - {""} else set()
