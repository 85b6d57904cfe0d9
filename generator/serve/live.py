"""`bilan serve --live`: processes that serve what another one builds, for the agency's wall and behind a reverse proxy."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn

from generator.serve.protocol import config
from generator.serve.relay import Relay
from generator.serve.stage import Stage

SPARE = 256  # descriptors for pages, files and pipes beside those of viewers
LOOK = 0.2  # seconds between looks at the processes
PATIENCE = 1.5  # seconds that they have to end
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What a process that serves needs to know."""

    output: Path
    hosts: frozenset[str]
    token: str | None
    viewers: int  # of each process


class Troupe:
    """The processes that serve, each with a socket of its own on the same port, between which the system shares visitors."""

    def __init__(self, stand: Stand, relay: Relay, sockets: Sequence[socket.socket], say: Say) -> None:
        self._stand, self._relay, self._sockets, self._say = stand, relay, sockets, say
        self._running: list[tuple[BaseProcess, Connection]] = []
        self._ending = threading.Event()
        self._renewing = False

    def run(self) -> None:
        """Until the process is asked to end. SIGHUP renews the processes one after the other; one that dies is begun again."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._ending.set())
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "_renewing", True))
        self._running = [self._begin(each) for each in self._sockets]
        while not self._ending.wait(LOOK):
            for number, (process, connection) in enumerate(self._running):
                if self._renewing or not process.is_alive():
                    if not self._renewing:
                        self._say(f"a serving process ended ({process.exitcode}); it is begun again")
                    self._running[number] = self._begin(self._sockets[number])
                    self._end(process, connection)
            self._renewing = False
        for process, connection in self._running:
            process.terminate()
            self._relay.leave(connection)
        until = time.monotonic() + PATIENCE
        for process, _ in self._running:
            process.join(max(until - time.monotonic(), 0.05))
            if process.is_alive():
                process.kill()

    def _begin(self, listener: socket.socket) -> tuple[BaseProcess, Connection]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve_stage, args=(self._stand, listener, theirs), daemon=True)
        process.start()
        theirs.close()
        self._relay.join(ours)
        return process, ours

    def _end(self, process: BaseProcess, connection: Connection) -> None:
        self._relay.leave(connection)
        if process.is_alive():
            process.terminate()
            process.join(PATIENCE)
        connection.close()


def bind(host: str, port: int, count: int) -> list[socket.socket]:
    """Sockets that share one port. Raises OSError."""
    sockets = []
    for _ in range(count):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if count > 1:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.listen(4096)
        sockets.append(listener)
    return sockets


def share(viewers: int, processes: int) -> int:
    """How many of all viewers one process must have room for: they are dealt out by chance, so an even share is too little for some."""
    even = viewers / processes
    return viewers if processes == 1 else min(viewers, math.ceil(even + 5 * math.sqrt(even)))


def room_for(viewers: int) -> int:
    """How many viewers a process may have: the system's limit of open files is raised as far as it goes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = viewers + SPARE
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    return max(limit - SPARE, 1)


def serve_stage(stand: Stand, listener: socket.socket, connection: Connection) -> None:
    """One process that serves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent ends this one
    stage = Stage(stand.output, stand.hosts, stand.token, room_for(stand.viewers))
    stage.hear(connection.recv())
    _Server(config(stage), stage, connection).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn, with a thread that hears the news, and streams that end first."""

    def __init__(self, settings: uvicorn.Config, stage: Stage, connection: Connection) -> None:
        super().__init__(settings)
        self._stage, self._connection = stage, connection

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        threading.Thread(target=self._listen, args=(asyncio.get_running_loop(),), daemon=True).start()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stage.hub.close()
        await super().shutdown(sockets)

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            try:
                news = self._connection.recv()
            except (EOFError, OSError):  # the parent is gone, or has no more to tell
                os.kill(os.getpid(), signal.SIGTERM)
                return
            loop.call_soon_threadsafe(self._stage.hear, news)


def hosts_of(names: Collection[str], port: int) -> frozenset[str]:
    """Values of the Host header: as a proxy passes them on, and with the port."""
    return frozenset({*names, *(f"{name}:{port}" for name in names)})
