"""Pictures, films and sounds, as files that are known and as what a moment names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from generator.problems import Location

PICTURES = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # forms that are read, by Pillow's names
Sort = Literal["video", "audio"]
TYPES = {  # of recordings that browsers play, by the suffix under which they are published
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".wav": "audio/wav",
}  # fmt: skip
ELSEWHERE = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*:)?//")  # an address in the place of a file
IN_A_FILE = re.compile(r"\S+\.(?:txt|md)")  # a transcript that is not written where it is named
COUNTS = ("likes", "comments", "shares")  # of a post, each of which may not be known


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture of the site, known to be one."""

    path: str  # relative to the site
    digest: str
    width: int  # as seen, after turning it upright
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFile:
    """A film or a sound of the site, known by its first bytes."""

    path: str
    digest: str
    suffix: str  # of TYPES
    size: int

    @property
    def sort(self) -> str:
        return TYPES[self.suffix].partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A film or a sound as its moment or block names it; paths are relative to the site."""

    sort: Sort
    path: str
    poster: str | None = None
    captions: str | None = None
    transcript: str | None = None  # a path, or the words themselves
    words: bool = True  # whether the transcript is the words themselves


class Album(Protocol):
    """What is known of the files that pages show: each is looked at once, and one that cannot be shown is a problem."""

    def picture(self, path: str, at: Location) -> PictureFile | None: ...
    def recording(self, path: str, sort: str, at: Location) -> RecordingFile | None: ...
    def words(self, path: str, at: Location, *, captions: bool = False) -> str | None: ...
