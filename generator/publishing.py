"""Publishing day: the site is built, what would change is shown or refused, and a target is brought to it, or back.

Nothing is sent that is not exactly what the last good build has written, and there is one clock: the real one.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from generator import pipeline
from generator.config import load_site
from generator.digests import digest
from generator.facts import Fact, hold, open_store
from generator.facts.lock import LockedError
from generator.model.site import Site
from generator.model.targets import Target
from generator.problems import BilanError, Location, Problem, Problems, did_you_mean
from generator.publish import (
    Changes,
    Piece,
    Release,
    Survey,
    choose,
    deliver,
    finish,
    held,
    host_files,
    open_place,
    survey,
    too_many,
    verify,
)
from generator.publish import roll_back as bring_back
from generator.publish.lock import Held, is_alive

Progress = Callable[[int, int, str], None]
HOST_TAKES = 1000  # redirects
TRAY = ".bilan/publishing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person decided on the command line."""

    only_plan: bool = False
    deletes: int | None = None  # so many may go
    opens: int | None = None  # so many private pages may become public
    verify: str = "sample"
    workers: str = "auto"


@dataclass(kw_only=True)
class Published:
    """What a run would change, or has changed."""

    target: str
    total: int = 0
    left_out: int = 0  # private files that stay here
    changes: Changes | None = None
    release: str | None = None  # that readers see now
    problems: Problems = field(default_factory=Problems)
    unconfirmed: bool = False  # what stands against it is for a person to confirm

    @property
    def refused(self) -> bool:
        return bool(self.problems.errors) and self.release is None


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A part of the last good build, by the addresses that it has at a target."""

    files: Mapping[str, Piece]
    prefix: str  # of the output folder
    made: Mapping[str, bytes]  # for the host, by address
    left_out: int


def target_of(root: Path, name: str) -> tuple[Site, Target]:
    """Raises BilanError where site.yaml has errors, or no such target."""
    pipeline.require_site(root)
    problems = Problems()
    site = load_site(root, problems)
    if problems.errors:
        raise BilanError(problems)
    if name not in site.targets:
        near = did_you_mean(name, site.targets)
        message = f'there is no target "{name}"' + (f"; {near}" if near else "")
        fix = f"targets: {', '.join(sorted(site.targets)) or 'none yet; see docs/publishing.md'}"
        raise BilanError([Problem(code="unknown-target", message=message, at=Location(path="site.yaml"), fix=fix)])
    return site, site.targets[name]


def publish(
    root: Path, now: datetime, name: str, options: Options, environment: Mapping[str, str], first: Collection[str] = (),
    progress: Progress = lambda done, total, what: None,
) -> Published:  # fmt: skip
    """Builds, then brings the target to what was built. `first`: paths of outputs that must be gone before anything else, and for good.

    Raises BilanError, RemoteError, LockedError where nothing was changed at the target, or where a later run has to finish."""
    _, target = target_of(root, name)
    asyncio.run(_reach(root, name, target, environment))  # before minutes of building
    summary = pipeline.build(root, now, workers=options.workers, progress=progress)
    if summary.failed:
        count = len(summary.problems.errors)
        fix = "mend them, then publish again; what is published stays as it is"
        problem = Problem(
            code="build-failed", message=f"the build has {count} error{'s' * (count != 1)}: nothing is published", at=_place(name), fix=fix
        )
        raise BilanError([*summary.problems.errors, problem])
    return asyncio.run(_publish(root, now, name, target, options, environment, frozenset(first), progress))


async def _reach(root: Path, name: str, target: Target, environment: Mapping[str, str]) -> None:
    async with _opened(root, name, target, environment) as found:
        del found


async def _publish(
    root: Path, now: datetime, name: str, target: Target, options: Options, environment: Mapping[str, str], first: frozenset[str],
    progress: Progress,
) -> Published:  # fmt: skip
    done = Published(target=name)
    if options.only_plan:
        async with _opened(root, name, target, environment) as found:
            tree = _tree(root, target)
            await _weigh(found, tree, options, done, _limit(root))
        return done
    async with _writing(root, name, target, environment, done.problems) as (found, lock):
        with _tray(root, name) as tray:
            with hold(root / ".bilan"):
                tree = _tree(root, target, locked=True)
                new = found.release(tree.files, now, _addresses(first, tree))
                touched = found.pending.touched if found.pending else ()
                _fill(tray, root, tree, found.layout.needed(new, found.before, touched))
            await _weigh(found, tree, options, done, _limit(root))
            if done.problems.errors:
                return done
            if not found.unfinished(tree.files):
                done.release = found.before.name if found.before else None
                return done
            await deliver(found, new, lambda address: tray / tree.files[address].digest, _addresses(first, tree), lock, progress)
        done.release = new.name
        if options.verify != "none":
            changes = done.changes
            changed = [*changes.added, *changes.changed] if changes else []
            done.problems.extend(await verify(found, new, changed, options.verify == "all"))
    return done


def roll_back(root: Path, name: str, to: str | None, environment: Mapping[str, str], first: Collection[str] = (),
              progress: Progress = lambda done, total, what: None) -> Published:  # fmt: skip
    """Brings back the release before the current one, or the one named. One that holds what must be gone (`first`) is refused."""
    _, target = target_of(root, name)
    return asyncio.run(_roll_back(root, name, target, to, environment, frozenset(first), progress))


async def _roll_back(root: Path, name: str, target: Target, to: str | None, environment: Mapping[str, str], first: frozenset[str],
                     progress: Progress) -> Published:  # fmt: skip
    done = Published(target=name)
    async with _writing(root, name, target, environment, done.problems) as (found, lock):
        release = choose(found, to)
        prefix = _prefix(target)
        withdrawn = [path for path in first if path.startswith(prefix) and path.removeprefix(prefix) in release.files]
        if withdrawn:
            message = f"{release.name} holds {len(withdrawn)} files that were withdrawn since: it does not come back"
            raise BilanError([Problem(code="release-withdrawn", message=message, at=_place(name), fix="publish anew")])
        done.changes, done.total = found.compare(release.files), len(release.files)
        if not target.private and any(piece.access == "private" for piece in release.files.values()):
            message, fix = (
                f"{release.name} holds private files, and this target is not private any more",
                "write private: true, or publish anew",
            )
            raise BilanError([Problem(code="private-page", message=message, at=_place(name), fix=fix)])
        await bring_back(found, release, lock, progress)
        done.release = release.name
        changed = [*done.changes.added, *done.changes.changed]
        done.problems.extend(await verify(found, release, changed, False))
    return done


def releases(root: Path, name: str, environment: Mapping[str, str]) -> tuple[Sequence[Release], str | None]:
    """Those that can be restored, oldest first, and the name of the one that readers see."""
    _, target = target_of(root, name)

    async def look() -> tuple[Sequence[Release], str | None]:
        async with _opened(root, name, target, environment) as found:
            return found.releases, found.before.name if found.before else None

    return asyncio.run(look())


def examine(root: Path, name: str, target: Target, environment: Mapping[str, str]) -> str:
    """A word on a target that can be used; nothing is written there. Raises RemoteError where it cannot be."""

    async def look() -> str:
        async with _opened(root, name, target, environment) as found:
            return f"release {found.before.name}" if found.before else "nothing published yet"

    return asyncio.run(look())


def own_environment() -> Mapping[str, str]:
    return dict(os.environ)


@asynccontextmanager
async def _opened(root: Path, name: str, target: Target, environment: Mapping[str, str]) -> AsyncIterator[Survey]:
    async with open_place(name, target, root, environment) as place:
        yield await survey(place, name, target)


@asynccontextmanager
async def _writing(
    root: Path, name: str, target: Target, environment: Mapping[str, str], problems: Problems
) -> AsyncIterator[tuple[Survey, Held]]:
    """The target held for writing; what was cut short after its readers were led on is ended first."""
    async with open_place(name, target, root, environment) as place:
        await place.probe()
        if not place.conditions:
            message = "this server answers yes to every condition: two publishers at once are not kept apart"
            problems.add("no-conditions", message, _place(name), fix="see to it that only one publishes there at a time", severity="notice")
        async with held(place, name) as lock:
            found = await survey(place, name, target)
            if found.pending and found.before and found.pending.name == found.before.name:
                await finish(found)
                found = await survey(place, name, target)
            yield found, lock


async def _weigh(found: Survey, tree: Tree, options: Options, done: Published, limit: int) -> None:
    """What would change, and everything that stands against it."""
    done.changes = changes = found.compare(tree.files)
    done.total, done.left_out = len(tree.files), tree.left_out
    at, asked = _place(found.name), Problems()
    if not any(address.endswith((".html", ".pdf")) for address in tree.files):
        done.problems.add("nothing-to-publish", f"the build has no page of {found.target.what}", at, fix="check what: of this target")
    secret = [address for address, piece in sorted(tree.files.items()) if piece.access == "private"]
    if secret and not found.target.private:
        message = f"{len(secret)} private files, as {secret[0]}, would become public"
        done.problems.add(
            "private-page",
            message,
            at,
            fix="write without: private to leave them here; or private: true, if a password protects the target",
        )
    foreign = await found.foreign(tree.files)
    if foreign:
        message = f"{foreign[0]} is there already, and is not Bilan's" + (f"; so are {len(foreign) - 1} more" if len(foreign) > 1 else "")
        done.problems.add("foreign-file-there", message, at, fix="move it away by hand, or publish to another folder or prefix")
    if changes.opened and changes.opened and (options.opens is None or options.opens < len(changes.opened)):
        message = f"{len(changes.opened)} pages that were private would become public: {', '.join(changes.opened[:5])}"
        asked.add("private-opened", message, at, fix=f"if that is meant: --confirm-public {len(changes.opened)}")
    if too_many(changes, limit) and (options.deletes is None or options.deletes < changes.deletions):
        message = f"{changes.deletions} pages and documents would be deleted; the limit is {limit}, and half of what is there"
        asked.add(
            "too-many-deletions", message, at, fix=f"look at them with --plan; if that is meant: --confirm-deletes {changes.deletions}"
        )
    done.unconfirmed = bool(asked.errors) and not done.problems.errors
    done.problems.extend(asked)


def _limit(root: Path) -> int:
    return load_site(root, Problems()).limits.deletions


def _tree(root: Path, target: Target, *, locked: bool = False) -> Tree:
    """What the last build made of the target's part of the site. Raises LockedError where a build has come in between."""
    if not locked:
        with hold(root / ".bilan"):
            return _tree(root, target, locked=True)
    with open_store(root / ".bilan", []) as store:
        good, facts, led = bool(store.note("state")), store.facts(), json.loads(store.note("redirects") or "[]")
    if not good:
        message, fix = (
            "another run has built this site meanwhile, and not all of it",
            "run again; while bilan serve is running, wait until you have saved",
        )
        raise LockedError([Problem(code="locked", message=message, at=Location(path=".bilan/lock"), fix=fix)])
    prefix = _prefix(target)
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
def _tray(root: Path, name: str) -> Iterator[Path]:
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


def _fill(tray: Path, root: Path, tree: Tree, addresses: Collection[str]) -> None:
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


def _prefix(target: Target) -> str:
    return "" if target.what == "site" else f"{target.what}/"


def _addresses(first: Collection[str], tree: Tree) -> frozenset[str]:
    """Paths of outputs as addresses at the target."""
    return frozenset(path.removeprefix(tree.prefix) for path in first if path.startswith(tree.prefix))


def _place(name: str) -> Location:
    return Location(path="site.yaml", note=f"targets: {name}")
