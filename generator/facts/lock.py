"""One run at a time writes a site. The lock is the system's, so that a killed run leaves none behind."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from generator.problems import BilanError, Location, Problem


class LockedError(BilanError):
    """Another run holds the site; exit code 5."""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Holds the site's lock for the length of a block; raises LockedError that names who has it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        (folder / "lock").chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LockedError([_held(file.read().strip())]) from None
        file.truncate(0)
        command = " ".join(["bilan", *sys.argv[1:2]])[:200]  # what follows may name a person
        file.write(f"process {os.getpid()}, {command}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        yield


def _held(by: str) -> Problem:
    return Problem(code="locked", message=f"another run is writing this site: {by or 'unknown'}", at=Location(path=".bilan/lock"),
                   fix="wait until it ends, or stop it")  # fmt: skip
