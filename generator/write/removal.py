"""What is taken away: files that Bilan wrote and that are planned no more, and what an interrupted run left behind."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from generator.digests import digest
from generator.facts import Fact, Store
from generator.problems import BilanError, Location, Problem, Problems
from generator.write.files import TEMPORARY


def refuse_linked(folder: Path) -> None:
    """Raises BilanError for an output folder that is a link: what is written, and removed, must not be elsewhere."""
    if folder.is_symlink():
        message = "the output folder is a symbolic link: Bilan writes, and removes, only below the site's own"
        fix = "remove the link; publish, or copy, the folder to where it leads"
        raise BilanError([Problem(code="outside-link", message=message, at=Location(path=folder.name), fix=fix)])


def prune(folder: Path, store: Store, facts: Mapping[str, Fact], keep: Collection[str], problems: Problems) -> list[str]:
    """Removes files that Bilan wrote and that are planned no more; one that it did not write, or that somebody has changed since, is left,
    with a notice."""
    gone = [fact for path, fact in sorted(facts.items()) if path not in keep]
    removed = []
    for fact in gone:
        path = folder / fact.path
        if not _leads_astray(path.parent, folder) and path.is_file():
            if path.is_symlink() or digest(path.read_bytes()) not in fact.in_place.split():
                message = "this file is planned no more, but is not as Bilan wrote it: it is left in place"
                problems.add("foreign-file", message, Location(path=f"output/{fact.path}"), fix="remove it by hand if it is not needed",
                             severity="notice")  # fmt: skip
                continue
            with suppress(FileNotFoundError):
                path.unlink()
                removed.append(fact.path)
        _remove_empty(path.parent, folder)
    store.forget(fact.path for fact in gone)
    return removed


def _leads_astray(folder: Path, top: Path) -> bool:
    """Whether a folder, or one on the way to it, is a link."""
    return folder != top and (folder.is_symlink() or _leads_astray(folder.parent, top))


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not folder.is_symlink():
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def sweep(folder: Path) -> None:
    """Removes temporary files that an interrupted run left behind."""
    for parent, _, files in os.walk(folder):
        for name in files:
            if name.endswith(TEMPORARY) and name.startswith("."):
                with suppress(OSError):
                    Path(parent, name).unlink()
