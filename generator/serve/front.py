"""What is served: the addresses that exist, pages newer than their files, and who listens. Lives on the event loop."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from generator.digests import short_digest
from generator.problems import Problem
from generator.serve.newer import Newer
from generator.serve.streams import Hub

RECENT = 12  # pages asked for lately, which are made again at once when something changes
EVERYBODY = ""  # the channel of those who look at no page of the site


class Built(Protocol):
    """What a build tells."""

    @property
    def planned(self) -> frozenset[str]: ...
    @property
    def private(self) -> frozenset[str]: ...
    @property
    def problems(self) -> Sequence[Problem]: ...
    @property
    def written(self) -> Sequence[str]: ...
    @property
    def next_change(self) -> datetime | None: ...


class Front(Newer):
    """The state of a preview as its visitors see it."""

    def __init__(self, output: Path, limit: int) -> None:
        super().__init__()
        self.output = output
        self.hub = Hub(limit)
        self.addresses: frozenset[str] = frozenset()
        self.problems: Sequence[Problem] = ()
        self.generation = 0
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._digests: dict[str, str] = {}  # of pages, as last told to those who look at them

    # ---- pages ----------------------------------------------------------------------------------------------------------

    def keep(self, address: str, content: bytes, version: int) -> None:
        if version >= self.version and self.behind:
            self._pages[address] = (version, content)

    def seen(self, address: str) -> None:
        """Somebody looks at this page."""
        self._recent[address] = None
        self._recent.move_to_end(address)
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def opened(self) -> list[str]:
        """Pages that are open in a browser."""
        return [name for name in self.hub.channels() if name != EVERYBODY]

    def looked_at(self) -> list[str]:
        """Pages to be made first: those open in a browser, then those asked for lately."""
        return list(dict.fromkeys([*self.opened(), *reversed(self._recent)]))

    # ---- news -----------------------------------------------------------------------------------------------------------

    def page_made(self, address: str, content: bytes, version: int) -> None:
        """A page looked at is newer: who has it open is told."""
        self.keep(address, content, version)
        self._tell_page(address, content)

    def wrong(self, problems: Sequence[Problem]) -> None:
        """What stands in the way of the pages looked at."""
        self.problems = problems
        self._tell_all()

    def build_done(self, built: Built, problems: Sequence[Problem], version: int, opened: Mapping[str, bytes]) -> None:
        """The output folder is as new as `version`. `opened`: the files of pages that are open in a browser."""
        self.addresses = built.planned or self.addresses
        self.problems = problems
        self.built = max(self.built, version)
        self.generation += 1
        # with errors, what was last shown is the last good page, newer than a file that was not written
        good = built.written if any(problem.severity == "error" for problem in problems) else self._pages.keys()
        self._pages = {address: kept for address, kept in self._pages.items() if kept[0] > version or address not in good}
        if not self.behind:
            for address in opened.keys() - self._pages.keys():
                self._digests[address] = short_digest(opened[address])
        self._tell_all()

    def told(self, address: str, content: bytes) -> str:
        """The digest under which a visitor gets a page."""
        digest = short_digest(content)
        if address not in self._digests:
            self._digests[address] = digest
            self._publish(address)
        return digest

    def listen(self, address: str) -> None:
        """Somebody begins to listen: a channel has a state from its first listener on."""
        self._publish(address)

    def _tell_page(self, address: str, content: bytes) -> None:
        self._digests[address] = short_digest(content)
        self._publish(address)

    def _tell_all(self) -> None:
        for name in {EVERYBODY, *self.hub.channels()}:
            self._publish(name)

    def _publish(self, name: str) -> None:
        problems = [{**problem.as_json(), "text": str(problem)} for problem in self.problems]
        state = {"generation": self.generation, "page": self._digests.get(name), "problems": problems}
        data = json.dumps(state, ensure_ascii=False)
        self.hub.publish(name, short_digest(data.encode()), data)
