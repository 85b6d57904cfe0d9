"""Words and people that a campaign holds back or lets through, and what was decided on each moment."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.model.blocks import Names
from generator.model.fields import Shape
from generator.model.rights import plain_handle
from generator.problems import Location

Decided = Literal["approve", "reject", "hold", "deleted"]  # the last one: its author took it off the network

WORD = re.compile(r"\w+")
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)  # joiners, fillers, choices of a form
RUNS_ON = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)  # scripts without blanks between words


class Blocked(Shape):
    """Moments with one of these words, or by one of these people, wait for somebody's own decision."""

    words: Names = ()  # whole words; "word*" for beginnings; several in a row
    handles: Names = ()


class Allowed(Shape):
    """Moments by these people need no decision, unless a blocked word is in them."""

    handles: Names = ()


class ModerationFile(Shape):
    """moderation.yaml of a client, or of one campaign."""

    block: Blocked = Blocked()
    allow: Allowed = Allowed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A row of moderation.csv."""

    decision: str
    by: str = ""
    at: str = ""
    why: str = ""
    pin: bool | None = None  # None: as moments.csv says
    place: Location = field(default_factory=lambda: Location(path="moderation.csv"))


def folded(text: str) -> str:
    """As words are compared: compatible forms made one, without accents, capitals, and signs that are not seen."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and not _unseen(letter))


def _unseen(letter: str) -> bool:
    return bool(UNSEEN.match(letter)) or (unicodedata.category(letter) in ("Cc", "Cf", "Me") and not letter.isspace())


def folded_handle(handle: str | None) -> str:
    return folded((handle or "").strip().removeprefix("@").strip())


class Lists:
    """Block and allow lists, of a client and of its campaign, ready to be asked."""

    def __init__(self, files: Sequence[ModerationFile]) -> None:
        words = [word for file in files for word in file.block.words]
        self._single = {folded(word): word for word in words if not word.endswith("*") and not RUNS_ON.search(word) and _count(word) == 1}
        self._begins = {folded(word.rstrip("*")): word for word in words if word.endswith("*")}
        self._running = {folded(word): word for word in words if not word.endswith("*") and RUNS_ON.search(word)}
        self._rows: Mapping[tuple[str, ...], str] = {
            tuple(WORD.findall(folded(word))): word
            for word in words
            if not word.endswith("*") and not RUNS_ON.search(word) and _count(word) > 1
        }
        self._blocked = {folded_handle(each): each for file in files for each in file.block.handles}
        self._allowed = {plain_handle(each) for file in files for each in file.allow.handles}

    def __bool__(self) -> bool:
        return bool(self._single or self._begins or self._running or self._rows or self._blocked or self._allowed)

    def blocks(self, handle: str | None, *texts: str | None) -> str | None:
        """The entry of a list for which a moment waits, as it is written there; None when nothing speaks against it."""
        if (entry := self._blocked.get(folded_handle(handle))) and folded_handle(handle):
            return entry
        for text in texts:
            if text and (entry := self._in(folded(text))):
                return entry
        return None

    def _in(self, text: str) -> str | None:
        words = WORD.findall(text)
        if known := self._single.keys() & set(words):
            return self._single[min(known)]
        for start, entry in self._begins.items():
            if any(word.startswith(start) for word in words):
                return entry
        for row, entry in self._rows.items():
            if any(tuple(words[at : at + len(row)]) == row for at in range(len(words) - len(row) + 1)):
                return entry
        return next((entry for run, entry in self._running.items() if run in text), None)

    def allows(self, handle: str | None) -> bool:
        """Whether moments by this person need no decision: nobody whose handle only looks like theirs."""
        return bool(folded_handle(handle)) and plain_handle(handle or "") in self._allowed


def _count(entry: str) -> int:
    return len(WORD.findall(folded(entry)))
