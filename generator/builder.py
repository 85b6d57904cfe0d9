"""Builds in a process of their own, so that whoever serves pages is never kept waiting by one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from generator.problems import BilanError, Problem
from generator.workers import deaf_children

PATIENCE = 1.0  # seconds that a build in progress is given to end
AHEAD = timedelta(days=30)  # how far the list of what is due looks
LATE = ("report", "social", "print")  # renderers
POLITE = 15  # steps by which a build gives way to the server


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build tells to whoever serves."""

    planned: frozenset[str] = frozenset()  # every address of the site
    written: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    next_change: datetime | None = None  # when a date passes that changes what is shown
    private: frozenset[str] = frozenset()  # addresses that are not for everybody


class BuildEndedError(Exception):
    """The process that builds is gone, or has met a bug of ours; `args` has its last words."""


class Builder:
    """One build at a time. What it has read it keeps for the next."""

    def __init__(self, root: Path, now: datetime | None) -> None:
        self._root, self._now = root, now
        self._busy, self._closed = threading.Lock(), False
        self._connection, self._process = self._start()

    def _start(self) -> tuple[Connection, Any]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._root, self._now), name="bilan-builder")
        with deaf_children():
            process.start()
        theirs.close()
        return ours, process

    def build(self, address: str | None = None) -> Built:
        """Builds everything but reports, or the file of one address. Raises BuildEndedError."""
        built: Built = self._ask("build", address)
        return built

    def due(self) -> list[str]:
        """What is dated, a line each."""
        lines: list[str] = self._ask("due", None)
        return lines

    def _ask(self, what: str, about: str | None) -> Any:
        with self._busy:
            try:
                self._connection.send((what, about))
                answer = self._connection.recv()
            except (EOFError, OSError, TypeError):  # the last of a connection that was closed while it was listened to
                if not self._closed:
                    self._connection, self._process = self._start()
                raise BuildEndedError("the process that builds has ended, and is begun again") from None
        if isinstance(answer, str):
            raise BuildEndedError(answer)
        return answer

    def close(self) -> None:
        """Ends it, and the workers that it has begun."""
        self._closed = True
        self._connection.close()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            try:
                os.killpg(self._process.pid, signal.SIGTERM)
            except (ProcessLookupError, PermissionError):
                self._process.kill()
            self._process.join(PATIENCE)


def _work(connection: Connection, root: Path, now: datetime | None) -> None:
    os.setpgid(0, 0)  # a group of its own, to be ended as one
    os.nice(POLITE)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))
    answers = _answers(root, now)
    while True:
        try:
            what, about = connection.recv()
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer = answers[what](about)
        except BilanError as error:
            answer = Built(problems=tuple(error.problems))
        except Exception:
            answer = traceback.format_exc(limit=-3)
        try:
            connection.send(answer)
        except OSError:
            os._exit(0)


def _answers(root: Path, now: datetime | None) -> dict[str, Callable[[str | None], Any]]:
    from generator import agenda, pipeline
    from generator.facts import Readings

    readings = Readings()

    def at() -> datetime:
        return now or datetime.now().astimezone()

    def build(address: str | None) -> Built:
        def choose(output: Any) -> bool:
            # reports and drawn cards wait until somebody looks; of sealed ones nobody can tell that they are looked for
            return bool(output.path == address if address else output.job.renderer not in LATE or output.seal is not None)

        done = pipeline.build(root, at(), choose=choose, readings=readings)
        return Built(
            planned=done.planned, written=done.written, problems=tuple(done.problems), next_change=done.next_change, private=done.private
        )

    def due(_: str | None) -> list[str]:
        return [str(each) for each in agenda.agenda(root, at(), at() + AHEAD)]

    return {"build": build, "due": due}
