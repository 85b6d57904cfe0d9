"""What installed distributions add to Bilan, through entry points: kinds of export, metrics, blocks, checks.

Each is loaded once a process. One that cannot be used is a problem that names its distribution, never a traceback; what it is made of is
part of what every output is made of, so that a changed extension makes them again.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generator.digests import digest_of
from generator.problems import Location, Problem

GROUPS = ("exports", "metrics", "blocks", "checks")
SKIPPED = ("__pycache__",)
_refused: dict[str, Sequence[Problem]] = {}  # by group, of those that were loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One entry point, and the distribution that brings it."""

    group: str
    name: str
    distribution: str
    version: str
    point: EntryPoint

    @property
    def folder(self) -> Path | None:
        """Where its package lies, or the file of its module; None when it cannot be told."""
        try:
            spec = find_spec(self.point.module.partition(".")[0])
        except (ImportError, ValueError):
            return None
        if spec is None or not spec.origin or not Path(spec.origin).is_file():
            return None
        return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What an entry point gives, and where it comes from."""

    extension: Extension
    value: Any


@lru_cache(maxsize=1)
def found() -> tuple[Extension, ...]:
    """Every extension of this environment, in order of group and name."""
    known = entry_points()
    return tuple(
        Extension(
            group=group,
            name=point.name,
            distribution=point.dist.name if point.dist else "?",
            version=point.dist.version if point.dist else "?",
            point=point,
        )
        for group in GROUPS
        for point in sorted(known.select(group=f"bilan.{group}"), key=lambda point: (point.name, point.value))
    )


@lru_cache(maxsize=1)
def made_of() -> str:
    """Names, versions and a digest of the files of all extensions; never the same twice when the files of one cannot be told."""
    described = {each.distribution: each for each in found()}.values()
    return " ".join(f"{each.distribution} {each.version} {_digest(each.folder)}" for each in described)


def _digest(folder: Path | None) -> str:
    if folder is None:
        return secrets.token_hex(8)
    files = [folder] if folder.is_file() else [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return digest_of(part for path in files if path.parent.name not in SKIPPED for part in (path.name.encode(), path.read_bytes()))[:16]


def template_folders() -> Iterator[tuple[str, Path]]:
    """Folders `templates` of extensions, each with the name that files in it have in messages."""
    for distribution, folder in {each.distribution: each.folder for each in found()}.items():
        if folder is not None and folder.is_dir() and (folder / "templates").is_dir():
            yield f"{distribution}:", folder / "templates"


@lru_cache(maxsize=len(GROUPS))
def _loaded(group: str) -> tuple[tuple[Loaded, ...], tuple[Problem, ...]]:
    loaded, problems, names = list[Loaded](), list[Problem](), dict[str, Extension]()
    for extension in found():
        if extension.group != group:
            continue
        other = names.setdefault(extension.name, extension)
        if other is not extension:
            problems.append(broken(extension, f'"{extension.name}" is also that of {other.distribution}'))
            continue
        try:
            loaded.append(Loaded(extension=extension, value=extension.point.load()))
        except (Exception, SystemExit) as error:  # whatever its code does when it is imported
            problems.append(broken(extension, f"cannot be loaded: {type(error).__name__}: {error}", error))
    return tuple(loaded), tuple(problems)


def load(group: str, mistake: Callable[[Loaded], str | None]) -> Sequence[Loaded]:
    """The extensions of a group that can be used. `mistake` says what is wrong with one; it is then among the refused."""
    loaded, problems = _loaded(group)
    wrong = {each.extension.name: message for each in loaded if (message := mistake(each))}
    _refused[group] = [*problems, *(broken(each.extension, wrong[each.extension.name]) for each in loaded if each.extension.name in wrong)]
    return [each for each in loaded if each.extension.name not in wrong]


def refused() -> Iterator[Problem]:
    """A problem for each extension that was asked for and cannot be used."""
    for problems in _refused.values():
        yield from problems


def broken(extension: Extension, message: str, error: BaseException | None = None) -> Problem:
    """One problem for an extension that cannot be used, at its own line where the error has one."""
    fix = f"update or remove it: pip install --upgrade {extension.distribution}, or pip uninstall {extension.distribution}"
    what = f'bilan.{extension.group} "{extension.name}" of {extension.distribution} {extension.version} {message}'
    return Problem(code="broken-extension", message=what, at=_place(extension, error), fix=fix)


def _place(extension: Extension, error: BaseException | None) -> Location:
    folder = extension.folder
    top = folder.parent if folder else None
    if top and isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(top):
        return Location(path=Path(error.filename).relative_to(top).as_posix(), line=error.lineno)
    frames = traceback.extract_tb(error.__traceback__) if error else []
    own = [frame for frame in frames if top and folder and Path(frame.filename).is_relative_to(folder)]
    if own and top:
        return Location(path=Path(own[-1].filename).relative_to(top).as_posix(), line=own[-1].lineno)
    return Location(path=extension.point.module.replace(".", "/"))
