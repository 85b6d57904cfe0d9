"""Starts the server, the watcher and the threads that build, and ends them all together."""

from __future__ import annotations

import asyncio
import fcntl
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from generator.problems import BilanError, Location, Problem
from generator.serve.app import make_app
from generator.serve.desk import Desk, Site
from generator.serve.front import Front
from generator.serve.live import Stand, Troupe, bind, hosts_of, share
from generator.serve.protocol import WritingProtocol, config
from generator.serve.relay import Relay
from generator.serve.watch import Burst, Changes, watching

Say = Callable[[str], None]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OWN = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    poll: bool = False
    open_browser: bool = False
    timed: bool = True  # whether time passes: not with a frozen clock
    processes: int = 1  # of a live server
    names: tuple[str, ...] = ()  # under which a live server is reached, behind a proxy
    everybody: bool = False  # whether a live server answers without a token beyond this machine


def run(root: Path, site: Site, settings: Settings, say: Say) -> int:
    """Serves a preview until interrupted. Raises BilanError when the port is taken or the site is served already."""
    with _bound(settings) as (listener,), _alone(root, settings):
        token = _token(settings)
        desk = Desk(site, Front(root / "output", site.viewers()), say)
        say("building …")
        with _working(root, desk, settings, say):
            server = Server(config(make_app(desk, _hosts(settings), token, _door(settings, token)), WritingProtocol), desk)
            _say_address(settings, token, say)
            if settings.open_browser:
                webbrowser.open(_door(settings, token) or f"http://{settings.host}:{settings.port}/")
            server.run(sockets=[listener])
    return 0


def run_live(root: Path, site: Site, settings: Settings, say: Say) -> int:
    """Serves what is public, to many, until interrupted. Raises BilanError like `run`."""
    with _bound(settings, settings.processes) as listeners, _alone(root, settings):
        token = None if settings.everybody else _token(settings)
        desk = Desk(site, Relay(root / "output"), say)
        hosts = hosts_of([*settings.names, *_names(settings)], settings.port)
        stand = Stand(output=root / "output", hosts=hosts, token=token, viewers=share(site.viewers(), settings.processes))
        say("building …")
        with _working(root, desk, settings, say):
            troupe = Troupe(stand, desk.front, listeners, say)
            _say_address(settings, token, say)
            troupe.run()
    return 0


@contextmanager
def _working(root: Path, desk: Desk[Any], settings: Settings, say: Say) -> Iterator[None]:
    """Builds, then keeps looking and building as files change, in threads, for the length of a block."""
    changes, burst = Changes(), Burst()
    with watching(root, changes, poll=settings.poll, say=say):
        desk.build()
        threads = [
            threading.Thread(target=_keep_looking, args=(desk, changes, burst, say), daemon=True),
            threading.Thread(target=_keep_building, args=(desk, burst, settings.timed, say), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            changes.close()
            burst.close()
            desk.site.close()
            for thread in threads:
                thread.join(timeout=1)


def _token(settings: Settings) -> str | None:
    return None if settings.host in LOOPBACK else secrets.token_urlsafe(16)


class Server(uvicorn.Server):
    """uvicorn, which tells the desk its event loop, and ends the streams first when it is to end."""

    def __init__(self, config: uvicorn.Config, desk: Desk[Any]) -> None:
        super().__init__(config)
        self._desk = desk

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._desk.attach(asyncio.get_running_loop())
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._desk.front.hub.close()
        await super().shutdown(sockets)


def _keep_looking(desk: Desk[Any], changes: Changes, burst: Burst, say: Say) -> None:
    with _outliving(say):
        desk.site.look([])  # reads everything, so that the first edit is as quick as the next ones
    while (names := changes.wait()) is not None:
        with _outliving(say):
            desk.changed(names)
        burst.changed()


def _keep_building(desk: Desk[Any], burst: Burst, timed: bool, say: Say) -> None:
    while burst.wait(_until(desk.next_change) if timed else None):
        with _outliving(say):
            desk.build()


def _until(moment: datetime | None) -> float | None:
    """Seconds until what is shown changes by itself."""
    return max((moment - datetime.now().astimezone()).total_seconds(), 1.0) if moment else None


@contextmanager
def _outliving(say: Say) -> Iterator[None]:
    """A thread goes on after a bug of ours, and says that there was one."""
    try:
        yield
    except Exception as error:
        say(f"this is a bug of Bilan: {type(error).__name__}: {error}")


def _say_address(settings: Settings, token: str | None, say: Say) -> None:
    address = f"http://{settings.host}:{settings.port}/"
    say(f"serving {address}{f'?token={token}' if token else ''}   all pages: {address}_bilan/   stop with Ctrl-C")
    if token:
        say("  warning: other machines can reach this address; only those with the token are answered")
        from generator.serve.codes import as_lines

        for line in ["  on a phone:", *as_lines(_door(settings, token) or address)]:
            say(line)


def _door(settings: Settings, token: str | None) -> str | None:
    """The address that a phone in the same network opens."""
    if token is None:
        return None
    host = _own_address() if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # compared with, not bound to
    return f"http://{host}:{settings.port}/?token={token}"


def _own_address() -> str:
    """This machine's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _hosts(settings: Settings) -> Collection[str]:
    """Values of the Host header that are answered."""
    names = _names(settings)
    return {f"{name}:{settings.port}" for name in names} | (names if settings.port == 80 else set())


def _names(settings: Settings) -> set[str]:
    """This machine, as a browser may call it; on all its addresses, by its names and addresses too."""
    names = {*OWN, settings.host}
    if settings.host in ("0.0.0.0", "::"):  # noqa: S104  # compared with, not bound to
        here = socket.getaddrinfo(socket.gethostname(), None)
        names |= {socket.gethostname(), _own_address(), *(str(info[4][0]) for info in here)}
    return names


@contextmanager
def _bound(settings: Settings, count: int = 1) -> Iterator[Sequence[socket.socket]]:
    """The listening sockets, or a problem that names the next free port."""
    try:
        listeners = bind(settings.host, settings.port, count)
    except OSError as error:
        free = _next_free(settings)
        fix = f"bilan serve --port {free}" if free else "choose another address"
        message = f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        raise BilanError([Problem(code="port-taken", message=message, at=Location(path="--port"), fix=fix)]) from None
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


def _next_free(settings: Settings) -> int | None:
    for port in range(settings.port + 1, min(settings.port + 50, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind((settings.host, port))
            except OSError:
                continue
            return port
    return None


@contextmanager
def _alone(root: Path, settings: Settings) -> Iterator[None]:
    """One server a site: a second one is told where the first is."""
    folder = root / ".bilan"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "serving").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            where = file.read().strip()
            raise BilanError(
                [
                    Problem(
                        code="served-already",
                        message=f"this site is served already: {where}",
                        at=Location(path=".bilan/serving"),
                        fix="open that address",
                    )
                ]
            ) from None
        file.truncate(0)
        file.write(f"http://{settings.host}:{settings.port}/")
        file.flush()
        yield
