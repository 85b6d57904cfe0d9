"""From a file's rename to the new bytes served, by the preview servers of Bilan, Hugo and Eleventy: the same poll for all."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median, quantiles

from bench.pages import moments
from bench.programs import CACHE, UnavailableError
from bench.tools import Edit, Program, Tool, bilan, eleventy, hugo

TOOLS: Sequence[Tool] = (bilan.TOOL, hugo.TOOL, eleventy.TOOL)
PATIENCE = 300.0  # seconds for a server to begin
LONG = 60.0  # seconds after which an edit that does not show is taken for lost, and its series ends
POLL = 0.001  # seconds between two requests
ENOUGH = 60_000.0  # milliseconds after which a slow server has shown how slow it is
SETTLE = 3.0  # seconds before a series, for what the last one left to do
PAUSE = (0.3, 1.5)  # seconds between an edit that shows and the next one: builds may be in progress
HOW = """\
A file is written beside its place and renamed; from that instant its page is asked for over one connection, a millisecond
after each answer, until it says the new word. Edits follow each other after 0.3 to 1.5 seconds, whether the server is still busy with
the last one or not; the first edit of each file is not counted, and a series ends after a minute in all. Milliseconds: median, 95th
percentile, largest; "lost" is an edit that is not served within a minute while its page is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    tool: Tool
    version: str
    count: int
    edits: Sequence[Sequence[float]]  # of page, partial and data file: milliseconds


def measure(counts: Sequence[int], names: Sequence[str], times: int) -> str:
    """The table, as Markdown."""
    rows, absent = list[Row](), list[str]()
    CACHE.mkdir(exist_ok=True)
    for count in counts:
        for tool in (tool for tool in TOOLS if not names or tool.name.lower() in names):
            try:
                rows.append(_row(tool, tool.install(), count, times))
            except UnavailableError as error:
                absent.append(f"{tool.name} is left out: {error}.")
                continue
            print(_line(rows[-1]), file=sys.stderr)
    head = "| Pages | Server | One page | One partial | One data file |\n|---|---|---|---|---|"
    table = "\n".join([head, *map(_line, rows)])
    return "\n\n".join(filter(None, [HOW, table, " ".join(dict.fromkeys(absent)), _load()])) + "\n"


def _row(tool: Tool, program: Program, count: int, times: int) -> Row:
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="serving-", ignore_cleanup_errors=True) as folder:
        tool.write(Path(folder), moments(count))
        with _served(program, Path(folder)) as port:
            edits = [_edits(Path(folder), port, edit, times) for edit in (tool.page, tool.partial, tool.data)]
    return Row(tool=tool, version=program.version, count=count, edits=edits)


@contextmanager
def _served(program: Program, folder: Path) -> Iterator[int]:
    """Its server, once it answers."""
    if program.serve is None:
        raise UnavailableError("it has no server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [str(part) for part in program.serve(folder, port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + PATIENCE
        while _status(port) != 200:
            if process.poll() is not None or time.monotonic() > until:
                raise UnavailableError("its server does not begin")
            time.sleep(0.1)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _edits(folder: Path, port: int, edit: Edit, times: int) -> list[float]:
    """Milliseconds of so many edits of one file."""
    path, draw = folder / edit.file, Random(5)  # noqa: S311  # the same pauses each time
    before, connection = path.read_text("utf-8"), http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    address = "/" + edit.shown_in.partition("/")[2].removesuffix("index.html")  # as readers ask: Hugo renders again what was asked for so
    time.sleep(SETTLE)
    _poll(connection, address, "")
    took = []
    for number in range(times + 1):
        word = str(10_000 + number)
        made = replace(edit, new=edit.new.replace("5678", word) if edit.new == "5678" else edit.new.replace("dited", f"dited{word}"))
        beside = path.with_name(f".{path.name}.bilan-tmp")
        beside.write_text(before.replace(edit.old, made.new, 1), encoding="utf-8")
        started = time.perf_counter()
        beside.replace(path)
        if not _poll(connection, address, word):
            return []
        took.append((time.perf_counter() - started) * 1000)
        if sum(took) > ENOUGH and len(took) > 4:
            break
        time.sleep(draw.uniform(*PAUSE))
    path.write_text(before, encoding="utf-8")
    connection.close()
    return took[1:]


def _poll(connection: http.client.HTTPConnection, address: str, word: str) -> bool:
    """Asks until the page says the word; False when it does not come to."""
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        try:
            connection.request("GET", address)
            said = connection.getresponse().read().decode("utf-8", "replace").replace(",", "")
        except (OSError, http.client.HTTPException):  # it closed the connection: ask anew
            connection.close()
            said = ""
        if word in said:
            return True
        time.sleep(POLL)
    return False


def _line(row: Row) -> str:
    cells = [f"{median(took):,.0f} · {quantiles(took, n=20)[-1]:,.0f} · {max(took):,.0f}" if took else "lost" for took in row.edits]
    return f"| {row.count:,} | {row.tool.name} {row.version} | {' | '.join(cells)} |"


def _load() -> str:
    return f"{os.cpu_count()} cores; load {os.getloadavg()[2]:.1f} over the last quarter of an hour, this included."
