"""One module a generator: how to install it, how to write the site for it, how to build, and which line an edit changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.pages import Moment

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A word of one file that is replaced, and the built page that must say the new one."""

    file: str
    old: str
    new: str
    shown_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A generator that is installed."""

    version: str
    build: Callable[[Path], Command]  # the site's folder → what to run in it
    again: Callable[[Path, str | None], Command]  # the same for a later build; the file that was edited, if one was
    serve: Callable[[Path, int], Command] | None = None  # its preview server, on a port of this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    name: str
    install: Callable[[], Program]  # raises UnavailableError
    write: Callable[[Path, Sequence[Moment]], None]
    made: Sequence[str]  # what a cold build removes first
    pages: str  # built pages of moments, as a pattern
    page: Edit
    partial: Edit
    data: Edit
    unequal: str  # what it does otherwise than the rest
