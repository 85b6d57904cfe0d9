"""A bucket, or a part of one, as a target: S3 and what speaks like it, Google Cloud Storage, Azure.

The only module that knows obstore, which is installed with `bilan[publish]`. Its calls are made in threads: those that are awaited now and
then end the interpreter with an abort when it exits just after one (PyO3/pyo3-async-runtimes#40)."""

from __future__ import annotations

import asyncio
import configparser
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import AzureStore, GCSStore, S3Store

from generator.model.targets import Target
from generator.problems import RemoteError
from generator.publish.kinds import Kind
from generator.publish.place import CONNECT, RESERVED, Found, each, outside_the_site, trouble

Given = TypeVar("Given")
PLAIN = Kind(content_type="application/json", cache="no-store")
# as other programs name them; any of these says that the machine itself is known to the store
ELSEWHERE = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
RETRY: Any = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=5),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=1)},
}
REFUSED = ("target-refused", "it does not take these credentials, or not for this", "check them, and what they may do there")
LOST = ("target-unreachable", "no answer, or none that is whole", "check the network, and run again: only the rest is sent")
CAUSES = {  # what stands in the library's long reports, without spaces → code, in our words, the way out
    "expiredtoken": ("target-refused", "the session of these credentials is over", "sign in again, and set the environment anew"),
    "nosuchbucket": ("target-missing", "there is no such bucket", "check bucket:, or make it"),
    "invalidcertificate(expired": ("target-certificate", "its certificate has expired", "ask who runs the server to renew it"),
    "invalidcertificate(": (
        "target-certificate",
        "its certificate cannot be trusted",
        "check endpoint:, or name its authority under ca_file:",
    ),
    "dnserror": ("target-unreachable", "its name is not known", "check the network and endpoint:"),
    "kind:connect": ("target-unreachable", "nothing answers", "check the network and endpoint:"),
    "kind:timeout": LOST,
    "kind:interrupted": LOST,
    "kind:request": LOST,
    "kind:decode": LOST,
    "status:401": REFUSED,
    "status:403": REFUSED,
    "status:404": ("target-missing", "there is no such bucket", "check bucket: and endpoint:"),
}


@asynccontextmanager
async def open_bucket(name: str, target: Target, root: Path, environment: Mapping[str, str]) -> AsyncIterator[Bucket]:
    """Asked for its first file, so that it is known to answer and to let us in. Raises RemoteError where it does not."""
    client: Any = {
        "connect_timeout": timedelta(seconds=CONNECT / 2),
        "timeout": timedelta(minutes=10),
        "allow_http": (target.endpoint or "").startswith("http://"),
    }
    if target.ca_file:
        file = Path(target.ca_file).expanduser()
        try:
            client["root_certificate"] = (file if file.is_absolute() else root / file).read_bytes()
        except OSError:
            raise trouble("target-certificate", name, "the ca_file cannot be read", "check ca_file: of this target") from None
    build = {"s3": _s3, "gs": _gs, "azure": _azure}[target.kind]
    common = {"client_options": client, "retry_config": RETRY, "prefix": target.prefix}
    quickly = {**common, "client_options": {**client, "read_timeout": timedelta(seconds=CONNECT / 2)}}
    try:
        first = build(name, target, root, environment, quickly)
        store = build(name, target, root, environment, {**common, "client_options": {**client, "read_timeout": timedelta(seconds=20)}})
    except (BaseError, ValueError):
        raise trouble(
            "target-credentials", name, "these settings and credentials cannot be used", "check this target and the environment"
        ) from None
    with ThreadPoolExecutor(target.at_once + 1) as threads:  # one more for signs of life
        await Bucket(name, first, target, threads).names(RESERVED)
        yield Bucket(name, store, target, threads)


def _s3(name: str, target: Target, root: Path, environment: Mapping[str, str], common: dict[str, Any]) -> S3Store:
    own = f"BILAN_{name.upper().replace('-', '_')}"
    found = _from_file(name, target, root) if target.credentials_file else {
        key: environment.get(f"{own}_{key.upper()}") or environment.get(f"AWS_{key.upper()}") or ""
        for key in ("access_key_id", "secret_access_key", "session_token")
    }  # fmt: skip
    known = found.get("access_key_id") and found.get("secret_access_key")
    if not known and not any(environment.get(each) for each in ELSEWHERE):
        fix = f"set {own}_ACCESS_KEY_ID and {own}_SECRET_ACCESS_KEY (or AWS_…), or name a credentials_file"
        raise trouble("target-credentials", name, "there are no credentials for this target", fix)
    keys = {key: value for key, value in found.items() if value} if known else {}
    region = target.region or environment.get("AWS_REGION") or "us-east-1"
    settings: dict[str, Any] = {"region": region, **_endpoint(target), **keys, **common}
    return S3Store(target.bucket, **settings)


def _from_file(name: str, target: Target, root: Path) -> dict[str, str]:
    """A section of a file as ~/.aws/credentials."""
    file, reader = (
        outside_the_site(target.credentials_file or "", root, name, "credentials_file"),
        configparser.ConfigParser(interpolation=None),
    )
    try:
        reader.read_string(file.read_text("utf-8"))
        section = reader[target.profile]
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError):
        message = f'the credentials_file has no section "{target.profile}" that can be read'
        raise trouble(
            "target-credentials", name, message, "write it as ~/.aws/credentials is written, and name its section under profile:"
        ) from None
    return {key: section.get(f"aws_{key}", "") for key in ("access_key_id", "secret_access_key", "session_token")}


def _gs(name: str, target: Target, root: Path, environment: Mapping[str, str], common: dict[str, Any]) -> GCSStore:
    file = target.credentials_file or environment.get("GOOGLE_APPLICATION_CREDENTIALS")
    if not file:
        raise trouble(
            "target-credentials",
            name,
            "there are no credentials for this target",
            "name a credentials_file, or set GOOGLE_APPLICATION_CREDENTIALS",
        )
    return GCSStore(target.bucket, application_credentials=str(outside_the_site(file, root, name, "credentials_file")), **common)


def _azure(name: str, target: Target, root: Path, environment: Mapping[str, str], common: dict[str, Any]) -> AzureStore:
    own = f"BILAN_{name.upper().replace('-', '_')}_ACCOUNT_KEY"
    key = environment.get(own) or environment.get("AZURE_STORAGE_ACCOUNT_KEY")
    if not key:
        raise trouble("target-credentials", name, "there is no key for this target", f"set {own} or AZURE_STORAGE_ACCOUNT_KEY")
    settings: dict[str, Any] = {"account_name": target.account, "account_key": key, **_endpoint(target), **common}
    return AzureStore(target.bucket, **settings)


def _endpoint(target: Target) -> dict[str, str]:
    return {"endpoint": target.endpoint.rstrip("/")} if target.endpoint else {}


class Bucket:
    """Objects are whole or not there; there are no folders, and nothing that leads readers from one to another."""

    switches = False

    def __init__(self, name: str, store: Any, target: Target, threads: Executor) -> None:
        self._name, self._store, self._at_once, self._threads = name, store, target.at_once, threads
        self._where = f"{target.endpoint or target.kind}, bucket {target.bucket}"
        self.conditions = True

    async def probe(self) -> None:
        """Whether the server keeps two writers apart: some answer 200 to a condition that they do not know."""
        name = f"{RESERVED}/probe-{uuid.uuid4().hex}"
        self.conditions = await self.create(name, b"1") and not await self.create(name, b"2")
        await self.remove([name])

    async def read(self, name: str) -> Found | None:
        try:
            return await self._do(self._read, name)
        except FileNotFoundError:
            return None

    async def put(self, name: str, content: bytes | Path, kind: Kind) -> None:
        await self._put(name, content, kind, "overwrite")

    async def create(self, name: str, content: bytes) -> bool:
        return await self._put(name, content, PLAIN, "create")

    async def replace(self, name: str, content: bytes, version: str) -> bool:
        return await self._put(name, content, PLAIN, {"e_tag": version} if self.conditions else "overwrite")

    async def copy(self, name: str, to: str) -> bool:
        try:
            await self._do(obstore.copy, self._store, name, to)
        except FileNotFoundError:
            return False
        return True

    async def remove(self, names: Collection[str]) -> None:
        async def one(name: str) -> None:
            with suppress(FileNotFoundError):
                await self._do(obstore.delete, self._store, name)

        await each(sorted(names), one, self._at_once)

    async def names(self, folder: str) -> Mapping[str, int]:
        return await self._do(self._names, folder)

    async def present(self, names: Collection[str]) -> set[str]:
        there: set[str] = set()

        async def look(name: str) -> None:
            with suppress(FileNotFoundError):
                await self._do(obstore.head, self._store, name)
                there.add(name)

        if len(names) > 200:
            return set(names) & set(await self.names(""))
        await each(names, look, self._at_once)
        return there

    async def lead(self, link: str, to: str) -> None:
        raise NotImplementedError("a bucket has no links")

    async def leads_to(self, link: str) -> str | None:
        return None

    def _read(self, name: str) -> Found:
        result = obstore.get(self._store, name)
        return Found(bytes(result.bytes()), result.meta["e_tag"] or "")

    def _names(self, folder: str) -> Mapping[str, int]:
        listed = obstore.list(self._store, prefix=folder or None, chunk_size=1000)
        return {meta["path"]: meta["size"] for chunk in listed for meta in chunk}

    async def _put(self, name: str, content: bytes | Path, kind: Kind, mode: Any) -> bool:
        attributes = {"Content-Type": kind.content_type, "Cache-Control": kind.cache}
        try:
            await self._do(partial(obstore.put, attributes=attributes, mode=mode), self._store, name, content)
        except FileExistsError:
            return False
        return True

    async def _do(self, work: Callable[..., Given], *arguments: Any) -> Given:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *arguments))
        except (AlreadyExistsError, PreconditionError):
            raise FileExistsError from None
        except (NotFoundError, FileNotFoundError) as error:
            if "nosuchbucket" in str(error).lower():
                raise self._refused(error) from None
            raise FileNotFoundError from None
        except (BaseError, OSError) as error:
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> RemoteError:
        """In our words: the library's hold addresses and answers at length."""
        said = "".join(str(error).lower().split())
        other = ("target-failed", "it refuses a file or a request", "check its quota and state, and run again: only the rest is sent")
        refused = isinstance(error, PermissionDeniedError | UnauthenticatedError)
        code, words, fix = REFUSED if refused else next((cause for word, cause in CAUSES.items() if word in said), other)
        return trouble(code, self._name, f"{self._where}: {words}", fix)
