"""A Dask cluster as an executor: connecting in time, handing a function over once, and counting how often a job is begun.

The only module that knows `distributed`, which is installed with `bilan[cluster]`.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from generator.digests import digest_of
from generator.problems import Location, Problem, RemoteError

Made = TypeVar("Made")
CONNECT, JOIN = 5, 4  # seconds until a scheduler answers, and until it has a worker
RETURN = 30  # seconds in which a worker may come back when all have ended
TRIES = 3
LONGEST = 1 << 16  # bytes of a greeting
_alone = threading.Lock()  # a worker may have several threads; fonts, clocks and translations are a process's own


class LostError(Exception):
    """A job that ended its worker each time it was begun."""


class Cluster(Executor):
    """Runs jobs on the workers of a scheduler. Each function is sent there once, whatever it carries."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._executor, self._address = client, client.get_executor(pure=False, retries=0), address
        self._alone_since: float | None = None
        self._sent: dict[int, tuple[Callable[..., Any], Any]] = {}
        self.room = 2 * max(1, sum(client.nthreads().values()))  # jobs that wait there: enough to be busy, few enough to be small

    def submit(self, fn: Callable[..., Made], /, *args: Any, **kwargs: Any) -> Future[Made]:
        return self.submit_named(uuid.uuid4().hex, fn, *args, **kwargs)

    def submit_named(self, name: str, fn: Callable[..., Made], /, *args: Any, **kwargs: Any) -> Future[Made]:
        """A job that is submitted again under its name has not more tries than others."""
        if id(fn) not in self._sent:
            try:
                self._sent[id(fn)] = fn, self._client.scatter(fn, broadcast=True, hash=False, timeout=JOIN)
            except TimeoutError:
                raise _no_workers(self._address) from None
        future: Future[Made] = self._executor.submit(_call, self._sent[id(fn)][1], name, *args, **kwargs)
        return future

    @property
    def workers(self) -> int:
        return len(self._client.nthreads())

    @property
    def reachable(self) -> bool:
        return bool(self._client.status == "running")

    def require_life(self) -> None:
        """Asked from time to time while nothing comes back. Raises RemoteError when nobody is left, or has been for a while."""
        if not self.reachable:
            raise unreachable(self._address, "it has gone away")
        if self.workers:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > RETURN:
            raise _no_workers(self._address)

    def forget(self) -> None:
        """What was sent is lost when all workers that held it are: the next job takes it along again."""
        self._sent.clear()


@contextmanager
def open_cluster(address: str) -> Iterator[Cluster]:
    """A cluster by the address of its scheduler. Raises RemoteError, within ten seconds, when it cannot work for this build."""
    require_scheduler(address)
    from distributed import Client

    connect: Callable[..., Any] = Client  # the library has no types
    with _quiet():
        try:
            client = connect(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise unreachable(address, str(error) or type(error).__name__) from None
        try:
            _require_workers(client, address)
            yield Cluster(client, address)
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=2)


def require_scheduler(address: str) -> None:
    """Whether somebody answers there, asked before anything is read: `distributed` alone takes a second to import."""
    if find_spec("distributed") is None:
        message = "builds on a cluster need the library distributed, which is not installed"
        raise RemoteError([Problem(code="no-cluster", message=message, at=_place(address), fix='pip install "bilan[cluster]"')])
    found = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        with socket.create_connection((found.hostname or "", found.port or 8786), timeout=CONNECT) as connection:
            if found.scheme == "tcp":
                _require_greeting(connection)
    except (OSError, ValueError) as error:
        raise unreachable(address, getattr(error, "strerror", None) or str(error)) from None


def _require_greeting(connection: socket.socket) -> None:
    """A scheduler speaks first, with the length of what it says; for a server that does not, the library would wait without end."""
    greeting = b""
    while len(greeting) < 8:
        more = connection.recv(8 - len(greeting))
        if not more:
            raise OSError("what listens there is no scheduler")
        greeting += more
    if int.from_bytes(greeting, "little") > LONGEST:
        raise OSError("what listens there is no scheduler")


def unreachable(address: str, why: str) -> RemoteError:
    fix = "start it with: dask scheduler (and workers with: dask worker ADDRESS --nthreads 1), or build here with --workers auto"
    return RemoteError([Problem(code="no-scheduler", message=f"no scheduler answers: {why}", at=_place(address), fix=fix)])


def _no_workers(address: str) -> RemoteError:
    fix = f"start one with: dask worker {address} --nthreads 1"
    return RemoteError([Problem(code="no-workers", message="the scheduler has no worker", at=_place(address), fix=fix)])


def _place(address: str) -> Location:
    return Location(path=f"dask:{address}")


def _require_workers(client: Any, address: str) -> None:
    """At least one, and all of them with this very Bilan: pages would differ otherwise."""
    try:
        client.wait_for_workers(1, timeout=JOIN)
    except TimeoutError:
        raise _no_workers(address) from None
    here, others = installed(), []
    for worker, there in sorted(client.run(installed, on_error="return").items()):
        if there != here:
            said = (
                f"{type(there).__name__}: {there}" if isinstance(there, BaseException) else "has another version of Bilan or its libraries"
            )
            message = f"the worker {worker} {said}"
            others.append(
                Problem(code="cluster-differs", message=message, at=_place(address), fix=f"install there: {here.partition(' +')[0]}")
            )
    if others:
        raise RemoteError(others)


@lru_cache(maxsize=1)
def installed() -> str:
    """Versions of what makes a page, and a digest of Bilan's own code."""
    from generator.facts import built_with

    package = Path(__file__).parent
    code = digest_of(path.read_bytes() for path in sorted(package.rglob("*.py")))
    return f"{built_with()}, Python {sys.version_info.major}.{sys.version_info.minor} + {code}"


def _call(function: Callable[..., Made], name: str, *args: Any, **kwargs: Any) -> Made:
    """On a worker. A job that has ended three workers is not begun once more, whatever the scheduler allows."""
    from distributed import get_client

    client: Any = get_client()
    begun = client.get_metadata(["bilan", name], 0)
    if begun >= TRIES:
        raise LostError(f"its worker ended {begun} times")
    client.set_metadata(["bilan", name], begun + 1)
    with _alone:
        return function(*args, **kwargs)


@contextmanager
def _quiet() -> Iterator[None]:
    """The library's remarks are its own; what matters to a build comes as problems."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
