"""Publishing day: the site is built, what would change is shown or refused, and a target is brought to it, or back.

Nothing is sent that is not exactly what the last good build has written, and there is one clock: the real one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from generator import pipeline, planning
from generator.config import load_site
from generator.facts import hold
from generator.model.site import Site
from generator.model.targets import Target
from generator.problems import BilanError, Location, Problem, Problems, did_you_mean
from generator.publish import (
    Changes,
    Held,
    Release,
    Survey,
    Tree,
    choose,
    deliver,
    fill,
    finish,
    held,
    open_place,
    open_tray,
    prefix_of,
    questions,
    read_tree,
    refusals,
    survey,
    verify,
)
from generator.publish import roll_back as bring_back

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person decided on the command line."""

    only_plan: bool = False
    deletes: int | None = None  # so many may go
    opens: int | None = None  # so many private pages may become public
    verify: str = "sample"
    workers: str = "auto"
    strict: bool = False  # warnings stand in the way, too


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


def target_of(root: Path, name: str) -> tuple[Site, Target]:
    """Raises BilanError where site.yaml has errors, or no such target."""
    planning.require_site(root)
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
    site, target = target_of(root, name)
    asyncio.run(_reach(root, name, target, environment))  # before minutes of building
    summary = pipeline.build(root, now, workers=options.workers, progress=progress)
    warnings = [problem for problem in summary.problems if problem.severity == "warning"]
    if summary.failed or (options.strict and warnings):
        raise BilanError(_refused(name, summary.problems.errors, warnings))
    done = asyncio.run(_publish(root, now, name, target, options, environment, frozenset(first), site.limits.deletions, progress))
    done.problems.extend(warnings)
    return done


def _refused(name: str, errors: Sequence[Problem], warnings: Sequence[Problem]) -> list[Problem]:
    """What stands in the way of a build that nobody gets."""
    count, what = (len(errors), "error") if errors else (len(warnings), "warning")
    fix = "mend them, then publish again; what is published stays as it is"
    message = f"the build has {count} {what}{'s' * (count != 1)}: nothing is published"
    return [*errors, *(() if errors else warnings), Problem(code="build-failed", message=message, at=_place(name), fix=fix)]


async def _reach(root: Path, name: str, target: Target, environment: Mapping[str, str]) -> None:
    async with _opened(root, name, target, environment) as found:
        del found


async def _publish(
    root: Path, now: datetime, name: str, target: Target, options: Options, environment: Mapping[str, str], first: frozenset[str],
    limit: int, progress: Progress,
) -> Published:  # fmt: skip
    done = Published(target=name)
    if options.only_plan:
        async with _opened(root, name, target, environment) as found:
            await _weigh(found, read_tree(root, target), options, done, limit)
        return done
    async with _writing(root, name, target, environment, done.problems) as (found, lock):
        with open_tray(root, name) as tray:
            with hold(root / ".bilan"):
                tree = read_tree(root, target, locked=True)
                new = found.release(tree.files, now, tree.addresses(first))
                touched = found.pending.touched if found.pending else ()
                fill(tray, root, tree, found.layout.needed(new, found.before, touched))
            await _weigh(found, tree, options, done, limit)
            if done.problems.errors:
                return done
            if not (found.unfinished(tree.files) or new.cut):
                done.release = found.before.name if found.before else None
                return done
            await deliver(found, new, lambda address: tray / tree.files[address].digest, tree.addresses(first), lock, progress)
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
        prefix = prefix_of(target)
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
    done.changes, done.total, done.left_out = found.compare(tree.files), len(tree.files), tree.left_out
    firm = await refusals(found, tree)
    asked = questions(found, done.changes, limit, options.deletes, options.opens)
    done.unconfirmed = bool(asked.errors) and not firm.errors
    done.problems.extend([*firm, *asked])


def _place(name: str) -> Location:
    return Location(path="site.yaml", note=f"targets: {name}")
