"""Runs a piece of Python or a command in processes of its own, and keeps the best time and the most memory."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

GLANCE = 0.1  # seconds between looks at memory
PATIENCE = 10  # seconds for processes that outlive the command
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    what: str
    seconds: float  # best of several runs, start of the process included
    megabytes: float  # largest resident set, of one process
    output: str

    def row(self, base: Measured | None) -> str:
        """A line of a Markdown table; the ratio is to the first row."""
        ratio = f"{self.seconds / base.seconds:.2f}" if base else "1"
        return f"| {self.what} | {self.seconds:.2f} s | {ratio} | {self.megabytes:.0f} MB |"


def run_python(what: str, code: str, arguments: Sequence[str] = (), *, times: int = 3) -> Measured:
    return run_command(what, [sys.executable, "-c", "import sys\n" + code, *arguments], times=times)


def run_command(what: str, command: Sequence[str], *, times: int = 3, cwd: Path | None = None) -> Measured:
    """Raises CalledProcessError when the command fails."""
    best, most, output = float("inf"), 0.0, ""
    for _ in range(times):
        with tempfile.TemporaryFile() as out:
            started = time.perf_counter()
            process = subprocess.Popen(command, stdout=out, cwd=cwd)
            _, status, usage = os.wait4(process.pid, 0)
            best = min(best, time.perf_counter() - started)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            most = max(most, usage.ru_maxrss / 1024)
            out.seek(0)
            output = out.read().decode().strip()
    return Measured(what=what, seconds=best, megabytes=most, output=output)


# ---- a command and all its processes --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What one run took, all its processes together."""

    seconds: float
    cpu: float
    megabytes: float


def measure_tree(command: Sequence[str | Path], folder: Path) -> Cost:
    """Runs a command in a folder. Ends the benchmark with what it printed when it fails."""
    _adopt_orphans()
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out, cwd=folder, start_new_session=True)
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.finish()
        usages = [usage, *_orphans()]
        if process.returncode:
            out.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{out.read().decode(errors='replace')}")
    cpu = sum(each.ru_utime + each.ru_stime for each in usages)
    return Cost(seconds, cpu, max(watch.most, *(each.ru_maxrss / 1024 for each in usages)))


def _adopt_orphans() -> None:
    """What a command leaves running becomes a child of this process, which can then say what it took. On Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1)


def _orphans() -> Iterator[resource.struct_rusage]:
    """What each process took that outlived its parent, those that it waited for included."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid:
            yield usage
        else:
            time.sleep(0.01)


class _Watch(threading.Thread):
    """Looks at the memory of a session's processes until it is told to stop."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session, self._done = session, threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self._done.wait(GLANCE):
            self.most = max(self.most, sum(map(_megabytes, _members(self._session))))

    def finish(self) -> None:
        self._done.set()
        self.join()


def _members(session: int) -> Iterator[Path]:
    """Folders under /proc of the processes of a session; none where there is no /proc."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if fields[3] == str(session):
            yield stat.parent


def _megabytes(process: Path) -> float:
    """Its proportional set: what it shares with others is counted once in all."""
    try:
        lines = (process / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
