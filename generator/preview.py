"""Pages as they would be built now, one at a time and at once: for those that somebody looks at while the site is being written."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.facts import Readings, stamp_of, state, stored_readings
from generator.model.clock import Clock
from generator.model.outputs import Output, Result
from generator.planning import Sources, figures_of, read, theme_of
from generator.problems import SHARED, BilanError, Problem, Problems, blocked_owners
from generator.seals import Secrets
from generator.theme import drawn_digest, templates_digest, theme_assets

if TYPE_CHECKING:
    from generator.model.content import ClientContent
    from generator.model.media import Album

SETTINGS = ("counters.yaml", "annotations.yaml")  # of a client, which change nothing of what else is read
HEAD = "/live/head.json"  # of a campaign whose page follows it
FEW = 200  # files beyond which it is quicker to read everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How the pages looked at are now, and what is wrong with what was read for them."""

    pages: Mapping[str, bytes]
    problems: Problems


class Preview:
    """Keeps everything that was read, and reads again what it is told has changed. It writes nothing.

    What it shows is what a build will write; where it cannot tell, or somebody has made a mistake, it shows nothing and leaves it to the
    build.
    """

    def __init__(self, root: Path, now: datetime | None) -> None:
        self._root, self._now = root, now
        self._busy, self._noting = threading.Lock(), threading.Lock()
        self._readings = Readings()
        self._sources: Sources | None = None
        self._mistakes: list[Problem] = []  # that were there when everything was read
        self._changed: set[str] = set()
        self._album: Album | None = None
        self._assets: Mapping[str, str] = {}
        self._templates = self._drawn = ""  # digests of the theme's
        self._beside: dict[str, Output] = {}  # what the pages looked at show: pictures, the theme's files

    def note(self, changed: Collection[str]) -> None:
        """These files have changed, named relative to the site's folder."""
        with self._noting:
            self._changed |= set(changed)

    def look(self, addresses: Collection[str]) -> Looks:
        """The pages at these addresses, as they are after all that was noted."""
        with self._busy:
            problems = Problems()
            try:
                pages = self._pages(frozenset(addresses), problems)
            except BilanError as error:
                problems.extend(error.problems)
                pages = {}
            return Looks(pages=pages, problems=problems)

    def _pages(self, addresses: frozenset[str], problems: Problems) -> dict[str, bytes]:
        from generator.render import run

        clock = Clock(self._now or datetime.now().astimezone())
        sources = self._refresh(clock, problems)
        planned = self._plan(sources, addresses, clock, problems)
        blocked = blocked_owners([*self._mistakes, *problems.errors])
        wanted = [output for output in planned if output.owner not in blocked]
        theme = theme_of(sources.site)
        results = run(wanted, theme)
        for result in results:
            problems.extend(result.problems)
        pages = {result.path: result.payload for result in results if result.payload is not None and not _errors(result)}
        named = [self._beside[path] for head in pages if head.endswith(HEAD) for path in self._named(head, pages[head])]
        return pages | {result.path: result.payload for result in run(named, theme) if result.payload is not None}

    def _named(self, head: str, content: bytes) -> list[str]:
        """The files that the head of a live page names and no build has written yet."""
        folder, said = head.removesuffix(HEAD), json.loads(content)
        paths = [f"{folder}/live/{said[key]}.json" for key in ("root", "node", "newest") if key in said]
        return [path for path in paths if path in self._beside and not (self._root / "output" / path).exists()]

    def _plan(self, sources: Sources, addresses: frozenset[str], clock: Clock, problems: Problems) -> list[Output]:
        from generator.config import load_keys
        from generator.content.pictures import FilesOfASite
        from generator.plan import plan_outputs
        from generator.render.words import words_of

        theme = theme_of(sources.site)
        if self._album is None:
            self._album, self._assets = FilesOfASite(sources.site, self._readings, problems), theme_assets(theme.folders)
            self._templates, self._drawn = templates_digest(theme.folders), drawn_digest(theme.folders)
        clients = [each.client for each in sources.content.clients]
        keys = load_keys(sources.site, clients, Secrets(os.environ), Problems())
        outputs = plan_outputs(
            sources.site, sources.content, sources.figures, keys, self._assets, clock, self._album, problems, self._templates, addresses,
            drawn=self._drawn, words_of=words_of(theme, problems),
        )  # fmt: skip
        self._beside |= {output.path: output for output in outputs if output.job.renderer not in ("page", "report")}
        planned = {output.path: output for output in outputs if output.job.renderer != "report"} | self._beside
        return [planned[address] for address in addresses if address in planned]

    # ---- reading again --------------------------------------------------------------------------------------------------

    def _refresh(self, clock: Clock, problems: Problems) -> Sources:
        with self._noting:
            changed, self._changed = self._changed, set()
        if any(not name.endswith((".md", ".csv", ".yaml")) for name in changed):
            self._album, self._beside = None, {}
        known, again = self._sources, None
        mended = blocked_owners(self._mistakes)
        if known is not None and len(changed) <= FEW and not any(_owner(name) in mended for name in changed):
            for name in changed:
                self._readings.restamp(name, stamp_of(self._root / name))
            again = self._again(known, changed, clock, problems)
        if again is None:
            self._sources = again = self._whole(clock, problems)
            self._mistakes = list(problems.errors)
        elif problems.errors:  # what is known stays; these files are read again with the next change
            self.note(changed)
        else:
            self._sources = again
        return again

    def _whole(self, clock: Clock, problems: Problems) -> Sources:
        before = state(self._root)
        self._readings.begin(before.stamps, before.basis, lambda: stored_readings(self._root / ".bilan", before.basis))
        self._album = None
        return read(self._root, clock, problems, self._readings)

    def _again(self, known: Sources, changed: Collection[str], clock: Clock, problems: Problems) -> Sources | None:
        """What is known with these files read again; None where everything must be."""
        by_client: dict[str, set[str]] = {}
        for name in changed:
            top, _, below = name.partition("/")
            client, _, inside = below.partition("/")
            if top == "templates":
                continue
            if top != "content" or not inside or client == SHARED:
                return None
            by_client.setdefault(client, set()).add(inside)
        for slug, names in by_client.items():
            content = next((each for each in known.content.clients if each.client.slug == slug), None)
            new = self._client_again(content, names, known, clock, problems) if content else None
            if new is None:
                return None
            known = new
        return known

    def _client_again(self, content: ClientContent, names: set[str], known: Sources, clock: Clock, problems: Problems) -> Sources | None:
        from generator.config import load_client
        from generator.content.again import read_again
        from generator.metrics import load_dictionary

        old, settings = content.client, {name for name in names if "/" not in name}
        if not settings <= set(SETTINGS):
            return None
        figures = known.figures
        if settings and (client := load_client(known.site, self._root / "content" / old.slug, problems)):
            content = replace(content, client=client)
        if settings or any(name.startswith(("kpi/", "conversation/")) for name in names):
            dictionary = load_dictionary(self._root, problems)
            figures = {**figures, old.slug: figures_of(content.client, known.site, clock, dictionary, self._readings, problems)}
        again = read_again(content, names - settings, known.site, self._readings, problems)
        if again is None:
            return None
        clients = tuple(again if each.client.slug == old.slug else each for each in known.content.clients)
        return replace(known, content=replace(known.content, clients=clients), figures=figures)


def _owner(name: str) -> str:
    """The client that a file belongs to; "" for what is the agency's or everybody's."""
    top, _, below = name.partition("/")
    return below.partition("/")[0] if top == "content" and "/" in below else ""


def _errors(result: Result) -> bool:
    return any(problem.severity == "error" for problem in result.problems)
