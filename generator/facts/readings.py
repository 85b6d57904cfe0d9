"""What files said when they were last read: one whose size, time and inode have not changed is not read again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from generator.facts.snapshot import Stamp

Value = TypeVar("Value")
SETTLED = 2 * 10**9  # nanoseconds after which another save gives a file another time, on any file system


class Readings:
    """What is remembered, in texts of a store, and in this process as what they stand for. `basis`: what they depend on besides."""

    def __init__(self) -> None:
        self._stamps: Mapping[str, Stamp] = {}
        self._basis, self._taken = "", 0
        self._stored: dict[str, tuple[Stamp, str]] = {}
        self._known: dict[str, tuple[Stamp, str, Any]] = {}
        self._new: dict[str, tuple[Stamp, str]] = {}
        self._made: dict[str, tuple[object, Any]] = {}

    def begin(self, stamps: Mapping[str, Stamp], basis: str, load: Callable[[], Iterable[tuple[str, Stamp, str]]]) -> None:
        """A run begins, with the stamps that files have now: what was remembered on another basis is forgotten."""
        self._stamps, self._taken = stamps, time.time_ns()
        if basis != self._basis:
            self._basis, self._known = basis, {}
            self._stored = {name: (stamp, text) for name, stamp, text in load()}

    def restamp(self, name: str, stamp: Stamp | None) -> None:
        """Within a run, one file is known to have changed or gone."""
        stamps = dict(self._stamps) if not isinstance(self._stamps, dict) else self._stamps
        if stamp is None:
            stamps.pop(name, None)
        else:
            stamps[name] = stamp
        self._stamps, self._taken = stamps, time.time_ns()

    def recall(self, name: str, besides: str, decode: Callable[[str], Value]) -> Value | None:
        """What a file was remembered to say, if it is still that file. `besides`: settings that it was read with."""
        stamp = self._stamps.get(name)
        known = self._known.get(name)
        if known and known[:2] == (stamp, besides):
            value: Value = known[2]
            return value
        stored = self._stored.get(name)
        if stamp is None or stored is None or stored[0] != stamp:
            return None
        settings, _, text = stored[1].partition("\n")
        if settings != besides:
            return None
        try:
            value = decode(text)
        except (ValueError, TypeError, KeyError, IndexError):  # written by nobody knows whom: the file itself is there to be read
            return None
        self._known[name] = (stamp, besides, value)
        return value

    def keep(self, name: str, besides: str, value: Any, text: str) -> None:
        """Remembers what a file says; not of one saved so lately that its next save could look the same."""
        stamp = self._stamps.get(name)
        if stamp and stamp[1] < self._taken - SETTLED:
            self._known[name] = (stamp, besides, value)
            self._stored[name] = self._new[name] = (stamp, f"{besides}\n{text}")

    def same(self, name: str, below: Sequence[str], besides: object, make: Callable[[], Value]) -> Value:
        """What was made of files earlier in this process, while they and whatever else it was made of are the same."""
        files = tuple(pair for pair in self._stamps.items() if pair[0].startswith(tuple(below)))
        key = (self._basis, files, besides)
        if name in self._made and self._made[name][0] == key:
            value: Value = self._made[name][1]
            return value
        value = make()
        if files and all(stamp[1] < self._taken - SETTLED for _, stamp in files):
            self._made[name] = (key, value)
        else:
            self._made.pop(name, None)
        return value

    def changes(self) -> tuple[dict[str, tuple[Stamp, str]], list[str]]:
        """What is to be stored since the last call, and the names that are no more."""
        gone = [name for name in self._stored if name not in self._stamps]
        new, self._new = self._new, {}
        for name in gone:
            self._stored.pop(name)
            self._known.pop(name, None)
        return new, gone

    @property
    def basis(self) -> str:
        return self._basis
