"""Nothing to do costs nothing: whether anything that a build reads, or wrote, has changed since the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from generator.digests import digest
from generator.extensions import made_of
from generator.facts.snapshot import Stamp, snapshot, stamp_of
from generator.facts.store import Store
from generator.model.clock import Clock
from generator.problems import Problem
from generator.seals import Secrets
from generator.theme import own_templates, theme_folders

LIBRARIES = ("bilan", "jinja2", "markdown", "cmarkgfm", "weasyprint", "pillow", "babel")


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a build may read, as it is before it reads."""

    digest: str
    stamps: Mapping[str, Stamp]  # of the site's files, by their path below it
    basis: str  # of the code that reads and plans them


def state(root: Path) -> State:
    site = snapshot([root / "site.yaml", root / "content", root / "templates"])
    theme, code = snapshot([own_templates()]), snapshot([Path(__file__).parents[1]])
    skip = len(str(root / "x")) - 1
    basis = digest(f"{code.digest} {built_with()}".encode())
    stamps = {name[skip:]: stamp for name, stamp in site.stamps.items()}
    return State(digest=digest(f"{site.digest} {theme.digest} {basis}".encode()), stamps=stamps, basis=basis)


def nothing_changed(root: Path, store: Store, before: State, now: datetime, secrets: Secrets) -> bool:
    """Whether the last build was complete and good, nothing it read has changed, no date has passed, and its files are in place."""
    if store.note("state") != before.digest:
        return False
    since, until = store.note("now") or "", store.note("next change") or ""
    if not since or now < datetime.fromisoformat(since) or (until and now >= datetime.fromisoformat(until)):
        return False
    return secrets.are_as(store.note("secrets") or "") and all(
        stamp_of(f"{root}/output/{path}") == stamp for path, stamp in store.stamps().items()
    )


def remember(store: Store, before: State, clock: Clock, secrets: Secrets, problems: Iterable[Problem], *, complete: bool) -> None:
    """Notes what a later run compares itself with; an incomplete or failed build is not to be relied on."""
    store.set_remarks(problems)
    store.tidy()
    store.set_note("state", before.digest if complete else "")
    store.set_note("now", clock.now.isoformat())
    store.set_note("secrets", secrets.noted())
    store.set_note("next change", clock.next_change.isoformat() if clock.next_change else "")


@lru_cache(maxsize=1)  # reading the versions of all libraries takes some milliseconds, and each output asks
def built_with() -> str:
    """Versions whose change makes every output stale."""
    return " ".join([*(f"{name} {version(name)}" for name in LIBRARIES), *filter(None, [made_of()])])


def digests(root: Path) -> Callable[[str], str | None]:
    """Digest of an input by its name, each file read once; None for one that is absent."""
    folders = dict(theme_folders(root))
    known: dict[str, str | None] = {}

    def digest_of(name: str) -> str | None:
        if name not in known:
            prefix = next((prefix for prefix in folders if name.startswith(prefix)), None)
            path = folders[prefix] / name.removeprefix(prefix) if prefix else root / name
            known[name] = digest(path.read_bytes()) if path.is_file() else None
        return known[name]

    return digest_of
