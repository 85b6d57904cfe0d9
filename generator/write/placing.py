"""What belongs together is put in place together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from generator.facts import Fact, Store, Verdict
from generator.model.outputs import Output, Result
from generator.problems import Blocked
from generator.write.tray import Tray, Waiting, throw_away


class Placing:
    """Puts what belongs together in place together: a bundle whose pages may point at a file that could not be made keeps its last good
    files, all of them. A report stands for itself, and is in place as soon as it is made."""

    def __init__(
        self, tray: Tray, store: Store, facts: Mapping[str, Fact], blocked: Blocked, lenient: bool, outputs: Sequence[Output]
    ) -> None:
        self.tray, self.store, self.facts, self.blocked, self.lenient = tray, store, facts, blocked, lenient
        self.fronts = [output for output in outputs if output.path.endswith("index.html")]
        self.written: list[str] = []
        self.held: set[str] = set()
        self._left = Counter[str]()
        self._waiting: dict[str, list[Waiting]] = {}

    def expect(self, tried: Iterable[Output]) -> None:
        self._left.update(output.bundle for output in tried if output.owner not in self.blocked and output.job.renderer != "report")

    def add(self, verdict: Verdict, result: Result) -> None:
        output = verdict.output
        waiting = self.tray.lay(verdict, result, self.facts.get(output.path))
        if output.job.renderer == "report":
            self.written += self.tray.put([waiting], self.store)
            return
        self._waiting.setdefault(output.bundle, []).append(waiting)
        self._left[output.bundle] -= 1
        if "/" in output.bundle and not self._left[output.bundle]:
            self._settle(output.bundle)

    def finish(self) -> None:
        """Clients' own pages, then the agency's: they lead to all others."""
        for bundle in sorted(self._waiting, key=lambda bundle: (-bundle.count("/"), bundle == "", bundle)):
            self._settle(bundle)

    def drop(self) -> None:
        """When the run cannot go on: what waits is thrown away."""
        for waiting in self._waiting.values():
            throw_away(waiting)

    def _settle(self, bundle: str) -> None:
        waiting = self._waiting[bundle]
        failed = [each for each in waiting if not each.made]
        absent = sorted(each.fact.path for each in failed if not self._there(each.fact.path))  # whichever came first from the workers
        gaps = [] if self.lenient else [*absent, *self._leads_nowhere(bundle)]
        if failed or gaps:
            self.held.add(bundle)
        if gaps:
            throw_away(waiting)
            self.tray.keep_back(bundle, gaps[0], len(waiting) - len(failed))
        self.written += self.tray.put(failed if gaps else waiting, self.store)
        self._waiting[bundle] = []

    def _there(self, path: str) -> bool:
        return (self.tray.folder / path).is_file()

    def _leads_nowhere(self, bundle: str) -> list[str]:
        """What the front page of a client, or of the agency, leads to and is not there, or not as it says."""
        if "/" in bundle:
            return []
        below = [front for front in self.fronts if front.bundle != bundle and (not bundle or front.bundle.startswith(f"{bundle}/"))]
        missing = [
            front.path for front in below if (front.bundle in self.held or front.owner in self.blocked) and not self._there(front.path)
        ]
        old = [f"content/{owner}" for owner in sorted(self.blocked) if owner] if not bundle and self._there("index.html") else []
        return missing + old
