"""What the process that builds tells those that serve: addresses, pages newer than their files, and heads of live pages."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath

from generator.problems import Problem
from generator.serve.front import Built
from generator.serve.newer import Newer

HEAD = "/live/head.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message to a process that serves."""

    addresses: frozenset[str] | None = None  # all public ones, after a build
    pages: Mapping[str, bytes] = field(default_factory=dict)  # newer than their files
    kept: frozenset[str] | None = None  # after a build: pages that are still newer than their files; forget the others


class Relay(Newer):
    """The view of a desk whose pages are shown by other processes."""

    def __init__(self, output: Path) -> None:
        super().__init__()
        self.output = output
        self.addresses: frozenset[str] = frozenset()
        self.problems: Sequence[Problem] = ()
        self._listeners: list[Connection] = []
        self._telling = threading.Lock()

    def join(self, connection: Connection) -> None:
        """From now on this process is told, beginning with all that there is."""
        with self._telling:
            self._send(connection, News(addresses=self.addresses, pages={name: page for name, (_, page) in self._pages.items()}))
            self._listeners.append(connection)

    def leave(self, connection: Connection) -> None:
        with self._telling:
            if connection in self._listeners:
                self._listeners.remove(connection)

    def keep(self, address: str, content: bytes, version: int) -> None:
        self._pages[address] = (version, content)
        self._tell(News(pages={address: content}))

    def opened(self) -> list[str]:
        return []

    def looked_at(self) -> list[str]:
        """Heads of live pages: what they name comes with them."""
        return sorted(address for address in self.addresses if address.endswith(HEAD))

    def page_made(self, address: str, content: bytes, version: int) -> None:
        known = self._pages.get(address, (0, b""))[1]
        self._pages[address] = (version, content)
        if content != known:
            self._tell(News(pages={address: content}))

    def wrong(self, problems: Sequence[Problem]) -> None:
        self.problems = problems

    def build_done(self, built: Built, problems: Sequence[Problem], version: int, opened: Mapping[str, bytes]) -> None:
        self.problems = problems
        if built.planned:
            self.addresses = frozenset(address for address in built.planned - built.private if not address.endswith(".pdf"))
        self.built = max(self.built, version)
        good = frozenset(built.written) if any(problem.severity == "error" for problem in problems) else None
        kept = self._kept(version, good)
        self._pages = {address: page for address, page in self._pages.items() if address in kept}
        self._tell(News(addresses=self.addresses, kept=kept))

    def _kept(self, version: int, good: frozenset[str] | None) -> frozenset[str]:
        """Pages newer than what was built. `good`: what a build with errors has written; last good pages outlast it, but nothing that was
        withdrawn: only what there still is, and what its heads name."""
        newer = {address for address, page in self._pages.items() if page[0] > version}
        if good is not None:
            newer |= {address for address in self._pages.keys() & self.addresses if address not in good}
        heads = b"".join(self._pages[address][1] for address in newer if address.endswith(HEAD))
        return frozenset(newer | {address for address in self._pages if PurePosixPath(address).stem.encode() in heads})

    def _tell(self, news: News) -> None:
        with self._telling:
            for connection in list(self._listeners):
                self._send(connection, news)

    def _send(self, connection: Connection, news: News) -> None:
        try:
            connection.send(news)
        except (OSError, ValueError):  # that process has ended: it is begun again, and told everything
            if connection in self._listeners:
                self._listeners.remove(connection)
