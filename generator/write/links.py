"""What pages point at is there: pages, anchors, styles, pictures. Looked at as they are made; what stands already is read again only where
something that it may point at has changed, or gone."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from generator.facts import Store
from generator.model.outputs import Output, Result
from generator.problems import Problems

NOTE = "links"
Reader = Callable[[bytes], frozenset[str]]


@dataclass(kw_only=True)
class Links:
    """Where the pages of a run point."""

    folder: Path
    links_of: Reader
    anchors_of: Reader
    outputs: Mapping[str, Output]  # by what they are called: a sealed one by its name inside
    _seen: set[str] = field(default_factory=set)
    _doubtful: list[tuple[str, str, str]] = field(default_factory=list)  # page, link, and the file that it leads to
    _anchored: dict[str, list[str]] = field(default_factory=dict)  # page → file#anchor

    def see(self, output: Output, result: Result) -> None:
        """A page that was made."""
        if result.links is not None:
            self._look(output.name, result.links)

    def _look(self, name: str, links: Iterable[str]) -> None:
        self._seen.add(name)
        folder = posixpath.dirname(name)
        for link in links:
            path, _, anchor = link.partition("#")
            target = resolved(folder, path)
            if not path:
                continue  # within the page itself: told when it was made
            if target not in self.outputs:
                self._doubtful.append((name, link, target))
            elif anchor and self._is_page(target):
                self._anchored.setdefault(name, []).append(f"{target}#{anchor}")

    def settle(self, store: Store, planned: Collection[str], removed: Iterable[str], problems: Problems) -> None:
        """Looks again at pages that had something wrong, and at those that name what was removed; then tells what is not there."""
        noted = json.loads(store.note(NOTE) or "{}")
        gone = {path.rpartition("/")[2].encode() for path in removed if path.endswith((".html", ".pdf"))}
        for name in sorted({*noted.get("dead", ()), *self._naming(gone)} - self._seen):
            if content := self._content(name):
                self._look(name, self.links_of(content))
        earlier = {page: links for page, links in noted.get("anchored", {}).items() if page in self.outputs and page not in self._seen}
        dead = [(name, link) for name, link, target in self._doubtful if target not in planned]
        dead += [(name, link) for name, links in (earlier | self._anchored).items() for link in links if not self._has_anchor(link)]
        self._tell(dead, problems)
        store.set_note(NOTE, json.dumps({"dead": sorted({name for name, _ in dead}), "anchored": earlier | self._anchored}, sort_keys=True))

    def _tell(self, dead: Iterable[tuple[str, str]], problems: Problems) -> None:
        """One problem a link, however many pages have it: a template's is on all of them."""
        pages: dict[tuple[str, str], list[str]] = {}
        for name, link in sorted(dead):
            pages.setdefault((posixpath.dirname(name), link), []).append(name)
        for (_, link), names in pages.items():
            more = f"; {len(names) - 1} more pages do, too" if len(names) > 1 else ""
            message = f'{names[0]} points at "{link}", which is not there{more}'
            problems.add("broken-link", message, self.outputs[names[0]].at, fix="mend the template, or the text, that has this link")

    def _is_page(self, name: str) -> bool:
        """A page that stands in its own words: a sealed one does not, and is made again whenever it changes."""
        return name in self.outputs and self.outputs[name].job.renderer == "page" and not self.outputs[name].seal

    def _content(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if self._is_page(name) and path.is_file() else None

    def _naming(self, words: Collection[bytes]) -> set[str]:
        """Pages that stand as they were and in which one of these words is."""
        if not words:
            return set()
        old = (name for name in self.outputs if name not in self._seen)
        return {name for name in old if (page := self._content(name)) and any(word in page for word in words)}

    def _has_anchor(self, link: str) -> bool:
        target, _, anchor = link.partition("#")
        content = self._content(target)
        return content is None or unquote(anchor) in self.anchors_of(content)


@lru_cache(maxsize=1 << 14)
def resolved(folder: str, link: str) -> str:
    """The file of the output folder that a link leads to."""
    path = unquote(link.partition("?")[0])
    whole = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
    return posixpath.join(whole, "index.html") if not whole or path.endswith(("/", "/.", "..")) or path == "." else whole
