"""What the server knows: the addresses that exist, the state of the last build, and who listens for the next one."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from generator.problems import BilanError, Problem, Problems

LATE = 64  # events a listener may fall behind before it is cut


class Built(Protocol):
    """What a rebuild tells."""

    @property
    def planned(self) -> frozenset[str]: ...
    @property
    def problems(self) -> Problems: ...
    @property
    def written(self) -> Sequence[str]: ...
    @property
    def seconds(self) -> float: ...


Rebuild = Callable[[str | None], Built]  # None: every page; an address: this one file


class Desk:
    """Shared by the thread that builds and the loop that serves."""

    def __init__(self, root: Path, rebuild: Rebuild) -> None:
        self.output = root / "output"
        self._rebuild = rebuild
        self._building = threading.Lock()
        self._listeners: set[asyncio.Queue[str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.addresses: frozenset[str] = frozenset()
        self.problems: Sequence[Problem] = ()
        self.generation = 0

    # ---- building ----

    def build(self, address: str | None = None) -> Sequence[str]:
        """Builds every page, or one file; afterwards listeners are told. Returns what was written."""
        with self._building:
            try:
                built = self._rebuild(address)
            except BilanError as error:
                self.problems = error.problems
                self._tell()
                return ()
            self.addresses = built.planned or self.addresses
            self.problems = [problem for problem in built.problems if problem.severity != "notice"]
            if address is None:
                self.generation += 1
                self._tell()
            return built.written

    def find(self, address: str) -> Path | None:
        """The file of an address that the build planned. No path is ever made from what was asked for otherwise."""
        if address not in self.addresses:
            with self._building:  # a build in progress may be about to plan it
                pass
        if address not in self.addresses:
            return None
        path = self.output / address
        if address.endswith(".pdf"):
            self.build(address)  # reports are rendered when somebody looks
        return path if path.is_file() else None

    # ---- listening ----

    def state(self) -> str:
        """One event: which build this is, and what is wrong."""
        problems = [{**problem.as_json(), "text": str(problem)} for problem in self.problems]
        return json.dumps({"generation": self.generation, "problems": problems}, ensure_ascii=False)

    def _tell(self) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._spread, self.state())

    def _spread(self, event: str) -> None:
        for queue in list(self._listeners):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._listeners.discard(queue)

    def listen(self) -> asyncio.Queue[str]:
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue(LATE)
        queue.put_nowait(self.state())
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        self._listeners.discard(queue)
