"""What one output was made from: who asked for it, the files behind its words and figures, those that its render opened, and why it is
made again or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from generator.facts import Fact, Sayings, Verdict, built_with, digests, judge, open_store
from generator.model.clock import Clock
from generator.model.outputs import Output
from generator.planning import plan, require_site
from generator.problems import Problems
from generator.write import holds


def why(root: Path, now: datetime, path: str, *, verbose: bool = False) -> list[str] | None:
    """Lines for a reader; None when the site has no such output. `verbose`: with the fingerprint of each part of what it says."""
    require_site(root)
    outputs, _ = plan(root, Clock(now), Problems())
    with open_store(root / ".bilan", []) as store:
        facts, stamps = store.facts(), store.stamps()
    output = next((output for output in outputs if path in (output.path, output.name)), None)
    if output is None:
        return None
    digest_of, sayings = digests(root), Sayings()
    on_disk = partial(holds, root / "output", stamps=stamps)
    (verdict,) = judge([output], facts, sayings=sayings, digest_of=digest_of, on_disk=on_disk, built_with=built_with())
    fact = facts.get(path)
    lines = [*_head(output, verdict, fact), *_behind(output, digest_of), *_read(fact)]
    return [*lines, *_fingerprints(sayings.of(output), fact)] if verbose else lines


def _head(output: Output, verdict: Verdict, fact: Fact | None) -> Iterator[str]:
    yield f"{output.path}: {verdict}"
    yield f"  asked for by {output.at}"
    yield f"  renderer {output.job.renderer}, template {output.job.template or 'none'}"
    if fact:
        yield f"  last made because: {fact.made_because or 'it was about to be made when a run was cut short'}"


def _behind(output: Output, digest_of: Any) -> Iterator[str]:
    """Files whose words and figures the plan put into what it says."""
    for name in output.words:
        yield f"  words from {_known(name, digest_of)}"
    for name in sorted(set(_named(output.job.data, "sources", "file"))):
        yield f"  figures from {_known(name, digest_of)}"
    for name in sorted({name for key in ("picture", "poster", "avatar", "recording") for name in _named(output.job.data, key, "path")}):
        yield f"  shows {_known(name, digest_of)}"


def _known(name: str, digest_of: Any) -> str:
    """A file with its digest; a sheet or a member of an archive is of the file before the sign."""
    digest = digest_of(name.split("#")[0])
    return f"{name} {digest[:10]}" if digest else name


def _named(value: Any, key: str, part: str, *, below: bool = False) -> Iterator[str]:
    """Every `part` of what stands under `key`, however deep in a job's data."""
    if isinstance(value, dict):
        if below and isinstance(value.get(part), str):
            yield value[part]
        for name, each in value.items():
            yield from _named(each, key, part, below=name == key)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, key, part, below=below)


def _read(fact: Fact | None) -> Iterator[str]:
    for known in fact.inputs if fact else ():
        yield f"  {'read ' + known.digest[:10] if known.digest else 'looked for, absent'}  {known.path}"


def _fingerprints(now: dict[str, str], fact: Fact | None) -> Iterator[str]:
    before = fact.says if fact else {}
    for name in sorted({*now, *before}):
        changed = "" if now.get(name) == before.get(name) else f", before: {before.get(name, 'nothing')}"
        yield f"  says  {name}: {now.get(name, 'nothing')}{changed}"
    if fact:
        yield f"  bytes {fact.payload or 'none: it could not be made'}"
        yield f"  with  {fact.built_with}"
