"""Every file that a render opens, noted as it is opened with the digest of the bytes used; and every one looked for in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from generator.digests import digest
from generator.model.outputs import Input
from generator.model.site import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Where templates, styles and fonts are looked for, in order, and the site whose pictures may be read."""

    root: Path
    folders: tuple[tuple[str, Path], ...]
    limits: Limits


@dataclass(slots=True)
class Reader:
    """Reads for one output."""

    theme: Theme
    inputs: dict[str, str | None] = field(default_factory=dict)

    def find(self, name: str) -> tuple[str, bytes] | None:
        """A theme's file by its name, the first folder's first: its noted name and its bytes. Names that leave the folders find nothing."""
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or "\x00" in name:
            return None
        for prefix, folder in self.theme.folders:
            path = folder / name
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                content = path.read_bytes()
                self.note(prefix + name, content)
                return prefix + name, content
            self.inputs.setdefault(prefix + name, None)
        return None

    def read(self, path: str) -> bytes:
        """A file of the site, by its path relative to the site."""
        content = (self.theme.root / path).read_bytes()
        self.note(path, content)
        return content

    def note(self, name: str, content: bytes) -> None:
        self.inputs[name] = digest(content)

    def noted(self) -> Sequence[Input]:
        return tuple(Input(path=name, digest=found) for name, found in sorted(self.inputs.items()))
