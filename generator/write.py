"""Results → output/: each file whole or not at all, its fact after it; only files that Bilan wrote are removed."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from generator.digests import digest
from generator.facts import Fact, Store, Verdict, said, stamp_of
from generator.model.outputs import Result
from generator.problems import Location, Problems

TEMPORARY = ".bilan-tmp"


def holds(folder: Path, fact: Fact, stamps: Mapping[str, tuple[int, int, int]]) -> bool:
    """Whether the output folder still has the bytes that were written; they are read only when the stamp differs."""
    path = folder / fact.path
    stamp = stamp_of(path)
    if stamp is None:
        return False
    return stamp == stamps.get(fact.path) or digest(path.read_bytes()) == fact.payload


def write_result(verdict: Verdict, result: Result, folder: Path, store: Store, built_with: str, problems: Problems) -> bool:
    """Puts one result in place and remembers it; True when bytes changed. A failed one keeps the last good file."""
    output, payload = verdict.output, result.payload
    written = False
    path = folder / output.path
    if payload is not None:
        try:
            written = put_in_place(path, payload)
        except OSError as error:
            problems.add("cannot-write", f"{output.path} cannot be written: {error.strerror}", Location(path=f"output/{output.path}"),
                         fix=f"make room for {len(payload):,} bytes, and check permissions")  # fmt: skip
            payload = None
    fact = Fact(
        path=output.path,
        owner=output.owner,
        source=str(output.at),
        says=said(output),
        payload=digest(payload) if payload is not None else None,
        inputs=result.inputs,
        built_with=built_with,
        made_because=str(verdict),
    )
    store.keep(fact, stamp_of(path))
    return written


def put_in_place(path: Path, payload: bytes) -> bool:
    """Writes beside and replaces; identical bytes are left alone. True when the file changed."""
    if path.is_file() and path.stat().st_size == len(payload) and path.read_bytes() == payload:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}{TEMPORARY}")
    try:
        temporary.write_bytes(payload)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return True


def prune(folder: Path, store: Store, facts: Mapping[str, Fact], keep: Collection[str], problems: Problems) -> list[str]:
    """Removes files that Bilan wrote and that are planned no more; one that somebody has changed since is left, with a notice."""
    gone = [fact for path, fact in sorted(facts.items()) if path not in keep]
    removed = []
    for fact in gone:
        path = folder / fact.path
        if path.is_file() and fact.payload is not None and digest(path.read_bytes()) != fact.payload:
            problems.add("foreign-file", "this file is planned no more, but somebody has changed it: it is left in place",
                         Location(path=f"output/{fact.path}"), fix="remove it by hand if it is not needed", severity="notice")  # fmt: skip
        else:
            with suppress(FileNotFoundError):
                path.unlink()
                removed.append(fact.path)
            _remove_empty(path.parent, folder)
    store.forget(fact.path for fact in gone)
    return removed


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top:
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
