"""Ten thousand viewers on one live page: how long after a save each of them has the event, and what a page takes meanwhile."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from bench.pages import moments
from bench.programs import CACHE
from bench.tools import bilan

FOLDER = "luma/cards"
PATIENCE = 120.0
HOW = """\
`bilan serve --live`, the microsite of 1,000 moments, and one process that opens the streams of all viewers and notes when each event comes.
A moment's file is renamed into place once a second, ten times. Seconds from the rename to the event at a viewer: median, 99th percentile
and the last of all. A page is asked for all the while. Memory: proportional set of the serving processes alone."""


@dataclass(slots=True)
class Viewer:
    """One stream: when each event came, by its id."""

    came: dict[str, float] = field(default_factory=dict)
    rest: bytes = b""

    def hear(self, data: bytes) -> None:
        now = time.perf_counter()
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"id: "):
                self.came[line[4:].strip().decode()] = now


class _Stream(asyncio.Protocol):
    def __init__(self, viewer: Viewer, port: int) -> None:
        self._viewer, self._port = viewer, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"GET /_bilan/live/{FOLDER} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._viewer.hear(data)


def measure(viewers: int, processes: Sequence[int]) -> str:
    """The table, as Markdown."""
    rows = [_row(viewers, count) for count in processes]
    head = "| Processes | Viewers | Median | 99 % | Last | Missed | A page: median, 99 % | Memory |\n|---|---|---|---|---|---|---|---|"
    return "\n\n".join([HOW, "\n".join([head, *rows]), _load()]) + "\n"


def _row(viewers: int, processes: int) -> str:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, viewers + 1024), hard))
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="viewers-") as folder, _served(Path(folder), processes) as (port, server):
        delays, missed, pages = asyncio.run(_watch(Path(folder), port, viewers))
        memory = sum(_megabytes(process) for process in _serving(server))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    last, page = quantiles(delays, n=100)[-1], quantiles(pages, n=100)[-1]
    cells = [
        f"{median(delays):.2f} s",
        f"{last:.2f} s",
        f"{max(delays):.2f} s",
        str(missed),
        f"{median(pages):.2f}, {page:.2f} s",
        f"{memory:.0f} MB",
    ]
    row = f"| {processes} | {viewers:,} | {' | '.join(cells)} |"
    print(row, file=sys.stderr)
    return row


@contextmanager
def _served(folder: Path, processes: int) -> Iterator[tuple[int, int]]:
    """The live server's port and process."""
    bilan.TOOL.write(folder, moments(1000))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-u", "-m", "generator", "serve", "--live", "--processes", str(processes), "--port", str(port), "--now"]
    process = subprocess.Popen([*command, "2026-09-20T12:00:00+00:00"], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        next(line for line in process.stdout if line.startswith("serving "))
        time.sleep(3)  # the serving processes begin
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


async def _watch(folder: Path, port: int, count: int) -> tuple[list[float], int, list[float]]:
    """Delays of all events at all viewers, how many never came, and what pages took."""
    loop, viewers = asyncio.get_running_loop(), [Viewer() for _ in range(count)]
    opened = []
    for start in range(0, count, 200):
        batch = [loop.create_connection(lambda each=each: _Stream(each, port), "127.0.0.1", port) for each in viewers[start : start + 200]]  # type: ignore[misc]
        opened += await asyncio.gather(*batch)
    await _until(lambda: all(viewer.came for viewer in viewers))
    pages: list[float] = []
    asking = asyncio.create_task(_ask(port, pages))
    path = folder / "content/luma/cards/moments/000005.md"
    before, saves = path.read_text("utf-8"), list[float]()
    for number in range(10):
        beside = path.with_name(".new.bilan-tmp")
        beside.write_text(before.replace("\n\n- ", f"\n\nEdit {number}.\n\n- ", 1), encoding="utf-8")
        saves.append(time.perf_counter())
        beside.replace(path)
        await asyncio.sleep(1)
    await asyncio.sleep(3)
    asking.cancel()
    first = {name for viewer in viewers for name in viewer.came} - set(viewers[0].came)
    assert not first, "viewers of one page do not get the same events"
    names = sorted(viewers[0].came, key=lambda name: min(viewer.came.get(name, float("inf")) for viewer in viewers))[1:]
    assert len(names) == len(saves), f"{len(names)} events for {len(saves)} saves"
    delays = [viewer.came[name] - save for name, save in zip(names, saves, strict=True) for viewer in viewers if name in viewer.came]
    for transport, _ in opened:
        transport.abort()
    return delays, len(saves) * count - len(delays), pages


async def _until(holds: object) -> None:
    assert callable(holds)
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "the viewers do not get their first event"
        await asyncio.sleep(0.1)


async def _ask(port: int, pages: list[float]) -> None:
    """Asks for the campaign's page, ten times a second."""
    while True:
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /{FOLDER}/index.html HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        await reader.read()
        writer.close()
        pages.append(time.perf_counter() - started)
        await asyncio.sleep(0.1)


def _serving(parent: int) -> list[int]:
    """The processes that hold the streams: those of the server with most open files."""
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()]
    return [pid for pid in children if len(list(Path(f"/proc/{pid}/fd").iterdir())) > 500]


def _megabytes(pid: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0


def _load() -> str:
    return f"{os.cpu_count()} cores, viewers included; load {os.getloadavg()[2]:.1f} over the last quarter of an hour."
