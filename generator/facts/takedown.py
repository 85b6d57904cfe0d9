"""Addresses that must leave every place where the site is published, before anything else is, and for good."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NAME = "takedown.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """What was taken down since targets were last published to. Paths are those of the output folder."""

    gone: frozenset[str] = frozenset()  # to be deleted
    changed: frozenset[str] = frozenset()  # to be replaced by what stands there now
    settled: frozenset[str] = frozenset()  # targets that have done both

    def waits_for(self, target: str) -> bool:
        return bool(self.gone or self.changed) and target not in self.settled


def read_takedown(root: Path) -> Takedown:
    """What still has to leave. A record that cannot be read says nothing; the next publishing compares everything anyway."""
    try:
        found = json.loads((root / ".bilan" / NAME).read_text("utf-8"))
        return Takedown(**{name: frozenset(map(str, found.get(name, ()))) for name in ("gone", "changed", "settled")})
    except (OSError, ValueError, TypeError, AttributeError):
        return Takedown()


def add_takedown(root: Path, gone: Iterable[str], changed: Iterable[str]) -> Takedown:
    """Something more is taken down: every target has to see to it again."""
    before = read_takedown(root)
    taken = Takedown(gone=before.gone | frozenset(gone), changed=before.changed | frozenset(changed))
    _write(root, taken)
    return taken


def settle_takedown(root: Path, target: str) -> None:
    """A target was published to, whole. What is gone is remembered all the same: no release that holds it is ever brought back."""
    before = read_takedown(root)
    if before.waits_for(target):
        _write(root, Takedown(gone=before.gone, changed=before.changed, settled=before.settled | {target}))


def _write(root: Path, takedown: Takedown) -> None:
    path = root / ".bilan" / NAME
    text = json.dumps({name: sorted(getattr(takedown, name)) for name in ("gone", "changed", "settled")}, indent=1)
    beside = path.with_suffix(".tmp")
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)
