"""Walking content folders: names, and links that lead outside the site."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.problems import BilanError, Location, Problem, Problems


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def refuse_outside_links(root: Path, folders: Iterable[Path], problems: Problems) -> None:
    """A symbolic link, at or below one of the folders, whose real path is outside the site, or another client's, is named as a problem."""
    real_root = root.resolve()
    below = (Path(entry.path) for folder in folders for entry in _below(folder) if entry.is_symlink())
    for path in chain((folder for folder in folders if folder.is_symlink()), below):
        real = path.resolve()
        if not real.is_relative_to(real_root):
            message = "this link leads outside the site"
        elif _owner(real.relative_to(real_root)) not in (None, _owner(path.relative_to(root))):
            message = "this link leads into another client's folder"
        else:
            continue
        fix = "put a copy of the file here instead of the link"
        problems.add("outside-link", message, Location(path=relative(path, root)), fix=fix)


def _owner(path: Path) -> str | None:
    """The client whose folder holds a path of the site, or is it; None for what clients share."""
    top, *below = path.parts or ("",)
    return below[0] if top == "content" and below and (len(below) > 1 or not path.suffix) else None


def refuse_broken_names(root: Path, folder: Path) -> None:
    """A name that is not UTF-8 cannot be told, compared or written anywhere: raises BilanError."""
    broken = [Path(entry.path) for entry in _below(folder) if not _is_unicode(entry.name)]
    if broken:
        fix = "rename it, with letters that every system can write"
        raise BilanError(
            Problem(code="bad-name", message="the name is not UTF-8", at=Location(path=relative(path, root)), fix=fix) for path in broken
        )


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder; links are named and not followed."""
    pending = [str(folder)]
    while pending:
        try:
            entries = os.scandir(pending.pop())
        except OSError:  # absent, or not to be read: whoever needs what is in it says so
            continue
        with entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def clients_folder(folder: Path, root: Path) -> Path:
    """content/<client>, for a folder at or below it: what one client shows must come from there."""
    return root.joinpath(*folder.relative_to(root).parts[:2])


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """A moment as written, in the client's zone unless it carries its own offset; to the millisecond, as scripts count."""
    instant = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    return instant.astimezone(zone) if instant.tzinfo else instant.replace(tzinfo=zone)
