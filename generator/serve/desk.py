"""Between files that change and pages that are looked at: those are made at once, everything else by a build behind them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from generator.problems import Problem
from generator.serve.front import Built

Shown = TypeVar("Shown", bound="View")
Say = Callable[[str], None]
PATIENCE = 30.0  # seconds that a request waits for a build which may make what it asks for


class Looks(Protocol):
    """How some pages are now."""

    @property
    def pages(self) -> Mapping[str, bytes]: ...
    @property
    def problems(self) -> Iterable[Problem]: ...


class Site(Protocol):
    """What serving needs of the flow."""

    def viewers(self) -> int:
        """How many streams may be open at most."""

    def note(self, changed: Collection[str]) -> None:
        """Files have changed."""

    def look(self, addresses: Collection[str]) -> Looks:
        """Pages as they are now, without writing anything."""

    def build(self, address: str | None) -> Built:
        """Builds every page, or one file."""

    def due(self) -> Sequence[str]:
        """What is dated, a line each."""

    def papers(self, pdf: bytes) -> Sequence[tuple[float, float]]:
        """Width and height of each page of a PDF."""

    def paper(self, pdf: bytes, number: int) -> bytes | None:
        """One page of it, counted from 1, as PNG."""

    def queues(self) -> Sequence[Mapping[str, Any]]:
        """Campaigns with moments from people: client, campaign, waiting, total."""

    def queue(self, client: str, campaign: str) -> Mapping[str, Any] | None:
        """The moments of one, and what is wrong in its files."""

    def queue_picture(self, client: str, campaign: str, name: str) -> bytes | None:
        """The picture of one of them, as JPEG."""

    def decide(self, client: str, campaign: str, word: Mapping[str, Any]) -> Sequence[Problem]:
        """Writes a decision down; what stands in its way."""

    def close(self) -> None:
        """Ends what it has begun."""


class View(Protocol):
    """Where pages are shown."""

    output: Path
    addresses: frozenset[str]
    version: int
    problems: Sequence[Problem]

    @property
    def behind(self) -> bool:
        """Whether files have changed since the output folder was built."""

    def fresh(self, address: str) -> bytes | None:
        """A page that is newer than its file, and as new as can be."""

    def last_good(self, address: str) -> bytes | None:
        """A page that is newer than its file, where a mistake keeps it from being newer still."""

    def keep(self, address: str, content: bytes, version: int) -> None:
        """Shows a page instead of its file, until that is as new."""

    def opened(self) -> list[str]:
        """Pages that are open in a browser."""

    def looked_at(self) -> list[str]:
        """Pages to be made first."""

    def page_made(self, address: str, content: bytes, version: int) -> None:
        """A page looked at is newer."""

    def wrong(self, problems: Sequence[Problem]) -> None:
        """What stands in the way of the pages looked at."""

    def build_done(self, built: Built, problems: Sequence[Problem], version: int, opened: Mapping[str, bytes]) -> None:
        """The output folder is as new as `version`."""


class Desk(Generic[Shown]):
    """Works in threads of its own, and tells the front, which lives on the event loop."""

    def __init__(self, site: Site, front: Shown, say: Say) -> None:
        self.site, self.front, self._say = site, front, say
        self._loop: asyncio.AbstractEventLoop | None = None
        self._building, self._looking = threading.Lock(), threading.Lock()
        self._built = threading.Condition()
        self.next_change: datetime | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on the front is told on this loop."""
        self._loop = loop

    # ---- after a change -------------------------------------------------------------------------------------------------

    def changed(self, names: Collection[str]) -> None:
        """Makes the pages looked at; the rest waits for the build."""
        self.site.note(names)
        self._on_loop(self._next_version)
        for address in self.front.looked_at():
            self._make(address)

    def _next_version(self) -> None:
        self.front.version += 1

    def _make(self, address: str) -> bytes | None:
        """A page as it is now; None where it cannot be told before a build."""
        with self._looking:  # one at a time: who waits here finds the page made
            version = self.front.version
            content = self.front.fresh(address)
            if content is not None:
                return content
            looks = self.site.look([address])
            content = looks.pages.get(address)
            for other in looks.pages.keys() - {address}:
                self._on_loop(self.front.keep, other, looks.pages[other], version)
            if content is not None:
                self._on_loop(self.front.page_made, address, content, version)
                return content
        if wrong := [problem for problem in looks.problems if problem.severity == "error"]:
            self._on_loop(self.front.wrong, wrong)
        return None

    def build(self) -> None:
        """Builds every page, and tells who listens."""
        version = self.front.version
        with self._building:
            built = self.site.build(None)
            listened = [name for name in self.front.opened() if name in built.planned]
            for report in (name for name in listened if name.endswith(".pdf")):
                self.site.build(report)
        opened = {name: self.front.output / name for name in listened}
        contents = {name: path.read_bytes() for name, path in opened.items() if path.is_file()}
        problems = [problem for problem in built.problems if problem.severity != "notice"]
        self.next_change = built.next_change
        self._on_loop(self.front.build_done, built, problems, version, contents)
        with self._built:
            self._built.notify_all()
        self._say(f"{len(built.written)} files written")
        for problem in problems:
            self._say(str(problem))

    # ---- for visitors ---------------------------------------------------------------------------------------------------

    def find(self, address: str) -> bytes | Path | None:
        """What is at an address: a page newer than its file, the file, or nothing. No path is made from what was asked for otherwise."""
        front = self.front
        if front.behind and not address.endswith(".pdf"):
            content = front.fresh(address)
            if content is None:
                content = self._make(address)
            if content is not None:
                return content
        if (last := front.last_good(address)) is not None:
            return last
        if address not in front.addresses:
            self._wait(address)
        if address not in front.addresses:
            return None
        path = front.output / address
        if address.endswith(".pdf"):
            with self._building:
                self.site.build(address)  # reports are rendered when somebody looks
        return path if path.is_file() else None

    def _wait(self, address: str) -> None:
        """A build in progress, or about to begin, may plan what is asked for."""
        with self._built:
            self._built.wait_for(lambda: address in self.front.addresses or not self.front.behind, PATIENCE)

    def _on_loop(self, function: Callable[..., None], *values: object) -> None:
        """Calls on the event loop, and waits until it is done: an event is never before its bytes."""
        if self._loop is None or self._loop.is_closed():
            function(*values)
            return
        done = threading.Event()

        def call() -> None:
            try:
                function(*values)
            finally:
                done.set()

        self._loop.call_soon_threadsafe(call)
        done.wait(1)
