"""A bucket, or a part of one, as a target: S3 and what speaks like it, Google Cloud Storage, Azure.

The only module that knows obstore, which is installed with `bilan[publish]`."""

from __future__ import annotations

import configparser
import uuid
from collections.abc import Awaitable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    NotSupportedError,
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
    "retry_timeout": timedelta(seconds=8),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=1)},
}
CAUSES = {  # what stands in the library's long messages → code, in our words, the way out
    "expiredtoken": ("target-refused", "the session of these credentials is over", "sign in again, and set the environment anew"),
    "expired": ("target-certificate", "its certificate has expired", "ask who runs the server to renew it"),
    "certificate": (
        "target-certificate",
        "its certificate cannot be trusted",
        "check endpoint:, or name the authority's file under ca_file:",
    ),
    "nosuchbucket": ("target-missing", "there is no such bucket", "check bucket:, or make it"),
    "dns error": ("target-unreachable", "its name is not known", "check the network and endpoint:"),
    "connect": ("target-unreachable", "nothing answers", "check the network and endpoint:"),
    "timed out": ("target-unreachable", "no answer in time", "check the network, and run again: only the rest is sent"),
    "timeout": ("target-unreachable", "no answer in time", "check the network, and run again: only the rest is sent"),
}


async def open_bucket(name: str, target: Target, root: Path, environment: Mapping[str, str]) -> Bucket:
    """Asked for its first file, so that it is known to answer and to let us in. Raises RemoteError where it does not."""
    client: Any = {"connect_timeout": timedelta(seconds=CONNECT), "timeout": timedelta(seconds=120), "read_timeout": timedelta(seconds=20),
                   "allow_http": (target.endpoint or "").startswith("http://")}  # fmt: skip
    if target.ca_file:
        file = Path(target.ca_file).expanduser()
        try:
            client["root_certificate"] = (file if file.is_absolute() else root / file).read_bytes()
        except OSError:
            raise trouble("target-certificate", name, "the ca_file cannot be read", "check ca_file: of this target") from None
    build = {"s3": _s3, "gs": _gs, "azure": _azure}[target.kind]
    try:
        bucket = Bucket(
            name, build(name, target, root, environment, {"client_options": client, "retry_config": RETRY, "prefix": target.prefix}), target
        )
    except (BaseError, ValueError):
        raise trouble(
            "target-credentials", name, "these settings and credentials cannot be used", "check this target and the environment"
        ) from None
    await bucket.names(RESERVED)
    return bucket


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

    def __init__(self, name: str, store: Any, target: Target) -> None:
        self._name, self._store, self._at_once = name, store, target.at_once
        self._where = f"{target.endpoint or target.kind}, bucket {target.bucket}"
        self.conditions = True

    async def probe(self) -> None:
        """Whether the server keeps two writers apart: some answer 200 to a condition that they do not know."""
        name = f"{RESERVED}/probe-{uuid.uuid4().hex}"
        self.conditions = await self.create(name, b"1") and not await self.create(name, b"2")
        await self.remove([name])

    async def read(self, name: str) -> Found | None:
        try:
            result = await self._do(obstore.get_async(self._store, name))
            content = bytes(await self._do(result.bytes_async()))
        except FileNotFoundError:
            return None
        return Found(content, result.meta["e_tag"] or "")

    async def put(self, name: str, content: bytes | Path, kind: Kind) -> None:
        await self._put(name, content, kind, "overwrite")

    async def create(self, name: str, content: bytes) -> bool:
        return await self._put(name, content, PLAIN, "create")

    async def replace(self, name: str, content: bytes, version: str) -> bool:
        return await self._put(name, content, PLAIN, {"e_tag": version} if self.conditions else "overwrite")

    async def copy(self, name: str, to: str) -> bool:
        try:
            await self._do(obstore.copy_async(self._store, name, to))
        except FileNotFoundError:
            return False
        return True

    async def remove(self, names: Collection[str]) -> None:
        async def one(name: str) -> None:
            with suppress(FileNotFoundError):
                await self._do(obstore.delete_async(self._store, name))

        await each(sorted(names), one, self._at_once)

    async def names(self, folder: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        stream = obstore.list(self._store, prefix=folder or None, chunk_size=1000)
        while chunk := await self._do(_next(stream)):
            found |= {meta["path"]: meta["size"] for meta in chunk}
        return found

    async def present(self, names: Collection[str]) -> set[str]:
        there: set[str] = set()

        async def look(name: str) -> None:
            with suppress(FileNotFoundError):
                await self._do(obstore.head_async(self._store, name))
                there.add(name)

        if len(names) > 200:
            return set(names) & set(await self.names(""))
        await each(names, look, self._at_once)
        return there

    async def lead(self, link: str, to: str) -> None:
        raise NotImplementedError("a bucket has no links")

    async def leads_to(self, link: str) -> str | None:
        return None

    async def _put(self, name: str, content: bytes | Path, kind: Kind, mode: Any) -> bool:
        attributes = {"Content-Type": kind.content_type, "Cache-Control": kind.cache}
        try:
            await self._do(obstore.put_async(self._store, name, content, attributes=attributes, mode=mode))
        except FileExistsError:
            return False
        return True

    async def _do(self, work: Awaitable[Given]) -> Given:
        try:
            return await work
        except (AlreadyExistsError, PreconditionError):
            raise FileExistsError from None
        except NotFoundError as error:
            if "nosuchbucket" in str(error).lower():
                raise self._refused(error) from None
            raise FileNotFoundError from None
        except (BaseError, FileNotFoundError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> RemoteError:
        """In our words: the library's hold addresses and answers at length."""
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return trouble(
                "target-refused",
                self._name,
                f"{self._where}: it does not take these credentials, or not for this",
                "check them, and what they may do there",
            )
        if isinstance(error, NotSupportedError):
            return trouble("target-failed", self._name, f"{self._where}: it cannot do what is asked", "check that it speaks as S3 does")
        said = str(error).lower()
        code, words, fix = next(
            (cause for word, cause in CAUSES.items() if word in said),
            ("target-failed", "it refuses a file or a request", "check its quota and state, and run again: only the rest is sent"),
        )
        return trouble(code, self._name, f"{self._where}: {words}", fix)


async def _next(stream: Any) -> Any:
    try:
        return await anext(stream)
    except StopAsyncIteration:
        return None
