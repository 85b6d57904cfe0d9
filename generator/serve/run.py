"""Starts the server, the watcher and the thread that builds, and ends all three together."""

from __future__ import annotations

import fcntl
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from generator.problems import BilanError, Location, Problem
from generator.serve.app import make_app
from generator.serve.desk import Desk, Rebuild
from generator.serve.watch import Burst, watching

Say = Callable[[str], None]
OWN = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    poll: bool = False
    open_browser: bool = False


def run(root: Path, rebuild: Rebuild, settings: Settings, say: Say) -> int:
    """Serves until interrupted. Raises BilanError when the port is taken or the site is served already."""
    with _bound(settings) as listener, _alone(root, settings):
        token = None if settings.host in ("127.0.0.1", "localhost", "::1") else secrets.token_urlsafe(16)
        address = f"http://{settings.host}:{settings.port}/" + (f"?token={token}" if token else "")
        desk, burst = Desk(root, rebuild), Burst()
        say("building …")
        desk.build()
        _say_state(desk, say)
        say(f"serving {address}   all pages: http://{settings.host}:{settings.port}/_bilan/   stop with Ctrl-C")
        if token:
            say("  warning: other machines can reach this address; only those with the token are answered")
        server = _server(make_app(desk, _hosts(settings), token))
        with watching(root, burst, poll=settings.poll, say=say):
            builder = threading.Thread(target=_keep_building, args=(desk, burst, say), daemon=True)
            builder.start()
            if settings.open_browser:
                webbrowser.open(address)
            server.run(sockets=[listener])
            burst.close()
            builder.join(timeout=2)
    return 0


def _keep_building(desk: Desk, burst: Burst, say: Say) -> None:
    while burst.wait():
        try:
            written = desk.build()
        except Exception as error:  # the thread must outlive a bug of ours, and say that there was one
            say(f"this is a bug of Bilan: {type(error).__name__}: {error}")
            continue
        say(f"{len(written)} files written")
        _say_state(desk, say)


def _say_state(desk: Desk, say: Say) -> None:
    for problem in desk.problems:
        say(str(problem))


def _server(app: object) -> uvicorn.Server:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application, whose type uvicorn spells otherwise
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=10,
        h11_max_incomplete_event_size=64 << 10,
    )
    return uvicorn.Server(config)


def _hosts(settings: Settings) -> Collection[str]:
    """Values of the Host header that are answered; on all addresses of the machine, its names and addresses too."""
    names = {*OWN, settings.host}
    if settings.host in ("0.0.0.0", "::"):  # noqa: S104  # compared with, not bound to
        names |= {socket.gethostname(), *(str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None))}
    return {f"{name}:{settings.port}" for name in names} | (set(names) if settings.port == 80 else set())


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, or a problem that names the next free port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        free = _next_free(settings)
        fix = f"bilan serve --port {free}" if free else "choose another address"
        problem = Problem(
            code="port-taken",
            message=f"cannot listen on {settings.host}:{settings.port}: {error.strerror}",
            at=Location(path="--port"),
            fix=fix,
        )
        raise BilanError([problem]) from None
    try:
        yield listener
    finally:
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
