"""What a release consists of, as a record at the target. A record that is not sound is refused: names in it are deleted later."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args

from generator.digests import fingerprint
from generator.model.outputs import Access

FORMAT = 1
_ADDRESS = re.compile(r"(?!/)(?:(?!\.{1,2}(?:/|$))[^/\x00-\x1f\x7f\\]+(?:/(?!$))?)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of a release."""

    digest: str
    size: int
    access: Access = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A whole tree as it was published."""

    name: str
    at: str  # ISO, UTC
    what: str
    files: Mapping[str, Piece]
    cut: bool = False  # something was withdrawn with it: nothing before it may come back
    after: str = ""  # the release that it took the place of
    back: bool = False  # of one on its way: it was there before
    touched: Collection[str] = field(default=())  # addresses that an unfinished publishing may have written or removed, or has yet to

    def write(self) -> bytes:
        files = {address: [piece.digest, piece.size, piece.access] for address, piece in sorted(self.files.items())}
        said = {"format": FORMAT, "release": self.name, "at": self.at, "what": self.what, "after": self.after, "cut": self.cut}
        on_its_way = {"back": self.back, "touched": sorted(self.touched)}
        return json.dumps({**said, **on_its_way, "files": files}, ensure_ascii=False, separators=(",", ":")).encode()


class DamagedError(Exception):
    """A record that is no record of a release."""


def new_release(files: Mapping[str, Piece], what: str, now: datetime, *, cut: bool = False, after: str = "") -> Release:
    """Named by its moment and what it holds."""
    stamp = now.astimezone(UTC)
    taken = fingerprint({address: [piece.digest, piece.access] for address, piece in files.items()})
    return Release(
        name=f"{stamp:%Y%m%dT%H%M%S}-{taken[:10]}", at=stamp.isoformat(timespec="seconds"), what=what, files=files, cut=cut, after=after
    )


def read_release(content: bytes) -> Release:
    """Raises DamagedError for anything that Bilan would not have written."""
    try:
        said = json.loads(content)
        if said["format"] != FORMAT:
            raise DamagedError(f"it is of format {said['format']!r}, and this Bilan knows format {FORMAT}")
        files = {_address(address): _piece(*piece) for address, piece in said["files"].items()}
        touched = frozenset(_address(address) for address in said["touched"])
        name, cut = str(said["release"]), said["cut"] is True
        if not re.fullmatch(r"\d{8}T\d{6}-[0-9a-f]{10}", name):
            raise ValueError(name)
        return Release(name=name, at=str(said["at"]), what=str(said["what"]), files=files, cut=cut,
                       after=str(said["after"]), back=said["back"] is True, touched=touched)  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedError("it is not what Bilan wrote") from None


def _address(value: object) -> str:
    """A name that leads below the target, and nowhere else."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise ValueError(value)
    return value


def _piece(digest: object, size: object, access: object) -> Piece:
    if (
        not isinstance(digest, str)
        or not re.fullmatch(r"[0-9a-f]{32}", digest)
        or not isinstance(size, int)
        or access not in get_args(Access)
    ):
        raise ValueError(digest)
    return Piece(digest=digest, size=size, access=access)  # type: ignore[arg-type]  # one of them, as was just seen
