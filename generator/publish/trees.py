"""The part of the last good build that a target is for, exactly as that build wrote it, and a tray from which it is sent."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.digests import digest
from generator.facts import Fact, hold, open_store
from generator.facts.lock import LockedError
from generator.model.targets import Target
from generator.problems import BilanError, Location, Problem
from generator.publish.hosts import host_files
from generator.publish.lock import is_alive
from generator.publish.manifest import Piece

TRAY = ".bilan/publishing"
HOST_TAKES = 1000  # redirects


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A part of the last good build, by the addresses that it has at a target."""

    files: Mapping[str, Piece]
    prefix: str  # of the output folder
    made: Mapping[str, bytes]  # for the host, by address
    left_out: int

    def addresses(self, paths: Collection[str]) -> frozenset[str]:
        """Paths of outputs as addresses at the target."""
        return frozenset(path.removeprefix(self.prefix) for path in paths if path.startswith(self.prefix))


def read_tree(root: Path, target: Target, *, locked: bool = False) -> Tree:
    """What the last build made of the target's part of the site. Raises LockedError where a build has come in between."""
    if not locked:
        with hold(root / ".bilan"):
            return read_tree(root, target, locked=True)
    with open_store(root / ".bilan", []) as store:
        good, facts, led = bool(store.note("state")), store.facts(), json.loads(store.note("redirects") or "[]")
    if not good:
        message, fix = (
            "another run has built this site meanwhile, and not all of it",
            "run again; while bilan serve is running, wait until you have saved",
        )
        raise LockedError([Problem(code="locked", message=message, at=Location(path=".bilan/lock"), fix=fix)])
    prefix = prefix_of(target)
    chosen = {path.removeprefix(prefix): fact for path, fact in facts.items() if path.startswith(prefix)}
    kept = {address: fact for address, fact in chosen.items() if not (target.without and fact.access == "private")}
    files = {address: _piece(root, prefix + address, fact) for address, fact in kept.items()}
    made = host_files(target, list(files), _redirects(led, prefix)) if files else {}
    files |= {address: Piece(digest=digest(content), size=len(content)) for address, content in made.items()}
    return Tree(files=files, prefix=prefix, made=made, left_out=len(chosen) - len(kept))


def _redirects(led: Sequence[Sequence[str]], prefix: str) -> list[tuple[str, str]]:
    """Those of a target's part of the site, as its readers see the addresses; hosts take so many of them, and pages lead on anyway."""
    own = [(source, target) for source, target in led if source.startswith(f"/{prefix}")]
    within = [(source, target) for source, target in own if "://" in target or target.startswith(f"/{prefix}")]
    return [(f"/{source[1:].removeprefix(prefix)}", _seen(target, prefix)) for source, target in within][:HOST_TAKES]


def _seen(target: str, prefix: str) -> str:
    return target if "://" in target else f"/{target[1:].removeprefix(prefix)}"


def _piece(root: Path, path: str, fact: Fact) -> Piece:
    if fact.payload is None:
        raise _not_as_built(path, "it could not be made")
    try:
        size = (root / "output" / path).stat().st_size
    except OSError:
        raise _not_as_built(path, "it is not there") from None
    return Piece(digest=fact.payload, size=size, access=fact.access)


def _not_as_built(path: str, why: str) -> BilanError:
    message = f"this file is not as the last build wrote it: {why}"
    return BilanError(
        [Problem(code="output-changed", message=message, at=Location(path=f"output/{path}"), fix="run again: it is built anew")]
    )


@contextmanager
def open_tray(root: Path, name: str) -> Iterator[Path]:
    """A folder for the files of one build while they are sent: the next build may go on beside it."""
    for old in (root / TRAY).glob("*"):  # of runs that were killed
        if not is_alive(int(old.name.rpartition("-")[2])):
            shutil.rmtree(old, ignore_errors=True)
    tray = root / TRAY / f"{name}-{os.getpid()}"
    tray.mkdir(mode=0o700, parents=True)
    try:
        yield tray
    finally:
        shutil.rmtree(tray, ignore_errors=True)


def fill(tray: Path, root: Path, tree: Tree, addresses: Collection[str]) -> None:
    """Each file once, by its digest, and only if its bytes are those of the build."""
    for address in addresses:
        piece = tree.files[address]
        place = tray / piece.digest
        if place.exists():
            continue
        if address in tree.made:
            place.write_bytes(tree.made[address])
            continue
        output = root / "output" / (tree.prefix + address)
        try:
            place.hardlink_to(output)
        except OSError:
            shutil.copyfile(output, place)
        if digest(place.read_bytes()) != piece.digest:
            raise _not_as_built(tree.prefix + address, "somebody has changed it since")


def prefix_of(target: Target) -> str:
    return "" if target.what == "site" else f"{target.what}/"
