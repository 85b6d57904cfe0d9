"""What went wrong, where, and the way out: Location, Problem, and the collection that a run fills."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

SHARED = "reports"  # the folder of content/ whose reports are made for many clients
Severity = Literal["error", "warning", "notice"]

# what steers a terminal, ends a line, turns text around, or is no character at all
_STEERING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """A line for the terminal: what came from a file cannot steer it, forge another line, or fail to be printed."""
    return _STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}", text)


def json_line(value: Mapping[str, Any]) -> str:
    """One JSON object on a line, as readable and as harmless."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in an input file; lines and columns count from 1, as editors show them."""

    path: str  # relative to the site's folder, with forward slashes
    line: int | None = None
    column: int | None = None
    note: str | None = None  # for instance a sheet's cell: "Posts!F14"

    def __str__(self) -> str:
        parts = [self.path, *(str(part) for part in (self.line, self.column) if part is not None)]
        return ":".join(parts) + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, in words for the author of the file."""

    code: str  # stable, in kebab case: "unknown-key"
    message: str
    at: Location
    fix: str | None = None
    excerpt: str | None = None  # the line of the file
    severity: Severity = "error"
    during: str | None = None  # what was being made when it showed: "rendering novea/novacardz/index.html"

    def __str__(self) -> str:
        label = "" if self.severity == "error" else f"{self.severity}: "
        lines = [f"{self.at}: {label}{self.code} {self.message}"]
        if self.excerpt is not None and self.at.line is not None:
            lines += excerpt_lines(self.excerpt, self.at.line, self.at.column)
        if self.during:
            lines.append(f"  while {self.during}")
        if self.fix:
            lines.append(f"  fix: {self.fix}")
        return "\n".join(harmless(line) for line in lines)

    def as_json(self) -> dict[str, str | int | None]:
        """One flat object a problem, for `--json`."""
        return {
            "path": self.at.path,
            "line": self.at.line,
            "column": self.at.column,
            "note": self.at.note,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "fix": self.fix,
            "during": self.during,
        }


def excerpt_lines(text: str, line: int, column: int | None) -> list[str]:
    """The line with its number, cut to a window of 100 characters, and a caret under the column."""
    start = max(0, (column or 1) - 60)
    shown = text.rstrip("\r\n")[start : start + 100].replace("\t", " ")
    gutter = f"  {line} | "
    lines = [gutter + shown]
    if column is not None:
        lines.append(" " * (len(gutter) - 2) + "| " + " " * (column - 1 - start) + "^")
    return lines


class BilanError(Exception):
    """A run that cannot go on; carries every problem known so far."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RemoteError(BilanError):
    """Another machine that does not answer, or refuses."""


class Problems:
    """The problems of one run, in no particular order until they are sorted for printing."""

    def __init__(self) -> None:
        self._found: dict[Problem, Problem] = {}  # the same problem met twice, also while making two pages, is one problem

    def add(
        self,
        code: str,
        message: str,
        at: Location,
        *,
        fix: str | None = None,
        excerpt: str | None = None,
        severity: Severity = "error",
        during: str | None = None,
    ) -> None:
        self.extend([Problem(code=code, message=message, at=at, fix=fix, excerpt=excerpt, severity=severity, during=during)])

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            same = replace(problem, during=None)
            known = self._found.get(same)
            if known is None or (problem.during or "") < (known.during or ""):  # whichever page came first from the workers
                self._found[same] = problem

    def sorted(self) -> list[Problem]:
        return sorted(self._found.values(), key=lambda p: (p.at.path, p.at.line or 0, p.at.column or 0, p.code, p.message, p.during or ""))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.sorted() if problem.severity == "error"]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self._found)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A sentence naming the nearest known word, or None when nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else None


class Blocked(frozenset[str]):
    """Owners whose outputs are not written in this run, because their own files have errors; "*" stands for everybody."""

    def __contains__(self, owner: object) -> bool:
        return super().__contains__("*") or super().__contains__(owner)


def blocked_owners(errors: Iterable[Problem]) -> Blocked:
    """A client for its files; the agency's own page for content/index.md; everybody for site.yaml, and for what all clients share."""
    return Blocked(_owner(problem.at.path) for problem in errors)


def _owner(path: str) -> str:
    top, _, below = path.partition("/")
    if top != "content" or not below:
        return "*"
    name = below.split("/")[0]
    if name in (below, SHARED):
        return "" if name.endswith(".md") else "*"
    return name
