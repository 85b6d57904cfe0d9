"""Runs a piece of Python or a command in processes of its own, and keeps the best time and the most memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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
