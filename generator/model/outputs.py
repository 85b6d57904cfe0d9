"""What is to be made (Output, Job) and what came of it (Result)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.problems import Location, Problem

# Values in a job are JSON-like (dict, list, str, int, float, bool, None): they are pickled to workers and fingerprinted.
Value = Any

# who may read an output once it is published: everybody, whoever knows its address, or only those it was made for
Access = Literal["public", "unlisted", "private"]


def _made(kind: type[Any], *values: Any) -> Any:
    record = object.__new__(kind)
    for name, value in zip(kind.__slots__, values, strict=True):
        object.__setattr__(record, name, value)
    return record


class Sent:
    """A record that travels to worker processes by the thousand: pickled as its bare values, in a third of the time that a frozen
    dataclass with slots takes."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        kind = type(self)
        names: Iterable[str] = kind.__slots__
        return _made, (kind, *[getattr(self, name) for name in names])


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Sent):
    """Everything a renderer may use, by value; what it opens besides (templates, fonts, pictures) is noted while it does."""

    # "page" (HTML), "segment" (moments of a live page), "report" (PDF), "asset" (theme file), "picture" (re-encoded, without metadata),
    # "text", "table" (CSV), "atom", "json-feed", "search" (index of words)
    renderer: str
    language: str  # "fr", "en"
    template: str | None = None
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal(Sent):
    """With what an output is sealed once it is made: what it is called inside, and the keys of its room, in hexadecimal digits."""

    name: str
    pages: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Sent):
    """One file of the output folder."""

    path: str  # relative to the output folder, forward slashes
    job: Job
    owner: str  # the client it belongs to; "" for the agency
    at: Location  # the source that asked for it, for every later message
    words: tuple[str, ...] = ()  # files, besides that of `at`, whose words it shows
    when: str = ""  # of the newest moment that it shows: pages of one time show the same moments, and are best made together
    mark: str = ""  # where the plan knows it: digests of all that the job's data is made of, so that nobody needs to look at the data
    access: Access = "public"
    seal: Seal | None = None

    @property
    def name(self) -> str:
        """The path, as people call it who have the key."""
        return f"{self.path.rpartition('/')[0]}/{self.seal.name}" if self.seal else self.path

    @property
    def bundle(self) -> str:
        return bundle_of(self.path, self.owner)


def bundle_of(path: str, owner: str) -> str:
    """The folder that an output stands in, and is put in place with: client/campaign, client/room, client, or "" for the agency's."""
    client, _, below = path.partition("/")
    folder = below.partition("/")[0]
    if owner != client or client == path:
        return ""
    return client if folder in ("assets", "media", below) else f"{client}/{folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Sent):
    """A file that a render opened, or looked for in vain (digest None: it may appear one day)."""

    path: str  # "theme:page.html" or a path relative to the site's folder
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid(Sent):
    """Bytes that lie beside their place already, or (temporary None) were found there."""

    digest: str
    temporary: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Sent):
    """Bytes, or the problems that stand in their way; and what was read on the way."""

    path: str
    payload: bytes | None
    laid: Laid | None = None  # instead of the payload
    links: frozenset[str] | None = None  # of a page: what it points at within the site
    inputs: tuple[Input, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
