"""Walking content folders: names, and links that lead outside the site."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.problems import Location, Problems


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def refuse_outside_links(root: Path, folder: Path, problems: Problems) -> None:
    """A symbolic link below `folder` whose real path is outside the site is named as a problem."""
    real_root = root.resolve()
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink() and not path.resolve().is_relative_to(real_root):
                problems.add(
                    "outside-link",
                    "this link leads outside the site",
                    Location(path=relative(path, root)),
                    fix="put a copy of the file here instead of the link",
                )


def inside(path: Path, root: Path) -> bool:
    """Whether a path, links resolved, is a file of the site."""
    real = path.resolve()
    return real.is_file() and real.is_relative_to(root.resolve())


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """A moment as written, in the client's zone unless it carries its own offset."""
    return instant.astimezone(zone) if instant.tzinfo else instant.replace(tzinfo=zone)
