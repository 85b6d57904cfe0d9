"""Every file that a render opens, noted as it is opened with the digest of the bytes used; and every one looked for in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from generator.digests import digest
from generator.model.outputs import Input
from generator.model.site import Limits

Found = tuple[str, bytes]  # the noted name of a file, and its bytes
OWN = "bilan:"  # before a template's name: Bilan's own, past the site's of that name, so that this one can extend it
Noted = tuple[tuple[str, str | None], ...]  # names and digests; None for a file that is absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Where templates, styles and fonts are looked for, in order, and the site whose pictures may be read.

    One that is carried to another machine holds the bytes of all of its files, by noted name; pictures travel with the outputs that show
    them.
    """

    root: Path
    folders: tuple[tuple[str, Path], ...]
    limits: Limits
    held: Mapping[str, bytes] | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def carried(self) -> Theme:
        """The same with its files, for where its folders are not."""
        names = [(prefix, folder, path) for prefix, folder in self.folders for path in sorted(folder.rglob("*")) if path.is_file()]
        files = {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for prefix, folder, path in names if _within(path, folder)}
        return replace(self, held=files)

    def content(self, prefix: str, folder: Path, name: str) -> bytes | None:
        """A file of one folder; None where there is none, or where its name or a link leads out of the folder."""
        if self.held is not None:
            return self.held.get(prefix + name)
        path = folder / name
        return path.read_bytes() if path.is_file() and _within(path, folder) else None

    def templates(self) -> list[str]:
        """Names of all templates, for whoever misspells one."""
        if self.held is not None:
            return sorted({PurePosixPath(name).name for name in self.held if name.endswith(".html")})
        return sorted({path.name for _, folder in self.folders for path in folder.rglob("*.html")})


def _within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


@dataclass(slots=True)
class Files:
    """A theme's files while some outputs are rendered: each is looked for and read once, and noted by every output that uses it."""

    theme: Theme
    _found: dict[str, tuple[Found | None, Noted]] = field(default_factory=dict)
    parts: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # parts of pages, made once for all that share them
    _inputs: dict[frozenset[tuple[str, str | None]], tuple[Input, ...]] = field(default_factory=dict)

    def look(self, name: str) -> tuple[Found | None, Noted]:
        """A file by its name, the first folder's first, and what to note. Names that leave the folders find nothing."""
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def _look(self, name: str) -> tuple[Found | None, Noted]:
        folders = self.theme.folders
        if name.startswith(OWN):
            name = name.removeprefix(OWN)
            folders = folders[1:] if any(prefix == OWN for prefix, _ in folders) else folders
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or "\x00" in name:
            return None, ()
        noted: list[tuple[str, str | None]] = []
        for prefix, folder in folders:
            content = self.theme.content(prefix, folder, name)
            if content is not None:
                return (prefix + name, content), (*noted, (prefix + name, digest(content)))
            noted.append((prefix + name, None))
        return None, tuple(noted)

    def inputs(self, noted: dict[str, str | None]) -> tuple[Input, ...]:
        """What one output noted, in order of name; outputs of the same inputs share them."""
        key = frozenset(noted.items())
        if key not in self._inputs:
            self._inputs[key] = tuple(Input(path=name, digest=found) for name, found in sorted(noted.items()))
        return self._inputs[key]


@dataclass(slots=True)
class Reader:
    """Reads for one output."""

    files: Files
    _noted: dict[str, str | None] = field(default_factory=dict)

    @property
    def theme(self) -> Theme:
        return self.files.theme

    def find(self, name: str) -> Found | None:
        """A theme's file by its name: its noted name and its bytes."""
        found, noted = self.files.look(name)
        self._noted.update(noted)
        return found

    def note_all(self, noted: Mapping[str, str | None]) -> None:
        """What went into a part of the page that was made for another one."""
        self._noted.update(noted)

    @property
    def so_far(self) -> Mapping[str, str | None]:
        return self._noted

    def read(self, path: str) -> bytes:
        """A file of the site, by its path relative to the site."""
        content = self.theme.pictures[path] if self.theme.held is not None else (self.theme.root / path).read_bytes()
        self._noted[path] = digest(content)
        return content

    def noted(self) -> tuple[Input, ...]:
        return self.files.inputs(self._noted)
