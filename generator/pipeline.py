"""The flow, on one screen: site.yaml → config → content → exports → metrics → plan → render → write → output/."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from generator.batches import render
from generator.facts import (
    Fact,
    Readings,
    Reason,
    Sayings,
    Store,
    Verdict,
    built_with,
    digests,
    hold,
    judge,
    nothing_changed,
    open_store,
    remember,
    state,
)
from generator.model.clock import Clock
from generator.model.outputs import Output, bundle_of
from generator.planning import plan, plan_all, proofread, read, require_site
from generator.problems import Problem, Problems, blocked_owners
from generator.seals import SUFFIX, Secrets
from generator.workers import is_far, make_ready, require_workers
from generator.write import Links, Placing, Tray, holds, prune, refuse_linked, sweep

if TYPE_CHECKING:
    from generator.render import Theme

NEVER_LENIENT = ("outside-link",)  # what lies outside the site is not the author's to publish
Facts = Mapping[str, Fact]  # by path
Choose = Callable[[Output], bool]
Progress = Callable[[int, int, str], None]  # done, of how many, what was just done


@dataclass(kw_only=True)
class Summary:
    """What a build did, and why."""

    verdicts: Sequence[Verdict] = ()
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: int = 0  # outputs that were fresh, or came out the same
    problems: Problems = field(default_factory=Problems)
    seconds: float = 0.0
    planned: frozenset[str] = frozenset()  # every address of the site, last good ones included
    idle: bool = False  # nothing had changed since the last build
    next_change: datetime | None = None  # when a date passes that changes what is shown
    private: frozenset[str] = frozenset()  # addresses that are not for everybody

    @property
    def failed(self) -> bool:
        return bool(self.problems.errors)


def build(
    root: Path, now: datetime, *, workers: str = "auto", choose: Choose | None = None, force: bool = False,
    lenient: bool = False, list_all: bool = False, progress: Progress = lambda done, total, what: None, readings: Readings | None = None,
) -> Summary:  # fmt: skip
    """Turn a site folder into its output folder, and say what was done and why. `choose` keeps to some outputs;
    `list_all` gives their verdicts even when there is nothing to do; `readings` keeps what was read from one build to the next.

    Raises BilanError when there is no site, and LockedError when another run writes it.
    """
    started = time.monotonic()
    summary, notices = Summary(), list[Problem]()
    require_site(root)
    refuse_linked(root / "output")
    with hold(root / ".bilan"), open_store(root / ".bilan", notices) as store:
        summary.problems.extend(notices)
        before = state(root)
        secrets = Secrets(os.environ)
        if not (force or list_all) and nothing_changed(root, store, before, now, secrets):
            leave_all(summary, store)
        else:
            require_workers(workers)
            clock = Clock(now)
            if workers != "serial" and not is_far(workers) and choose is None and not store.paths():
                make_ready()
            with collector_at_rest():
                readings = readings or Readings()
                store.open_readings(readings, before.stamps, before.basis)
                outputs, theme = plan(root, clock, summary.problems, readings, secrets)
                store.keep_readings(readings)
            make_outputs(root, outputs, theme, store, summary, before.basis, workers, choose, force, lenient, progress)
            store.set_note("redirects", json.dumps(redirects_of(outputs)))
            lasting = [problem for problem in summary.problems if problem not in notices]
            remember(store, before, clock, secrets, lasting, complete=choose is None and not summary.failed)
            summary.next_change = clock.next_change
        summary.private = store.private()
    gc.unfreeze()
    summary.seconds = time.monotonic() - started
    return summary


def leave_all(summary: Summary, store: Store) -> None:
    """Nothing has changed: what there is to say is what the last build said."""
    summary.idle, summary.planned = True, store.paths()
    summary.kept = len(summary.planned)
    summary.problems.extend(store.remarks())
    until = store.note("next change")
    summary.next_change = datetime.fromisoformat(until) if until else None


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """What is read and planned stays to the build's end: looking through it for garbage, again and again, takes a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def check(root: Path, now: datetime) -> Problems:
    """Every problem of a build, with nothing written: pages are rendered for what templates have to say. And what a build mends itself."""
    from generator.plan import check_brands

    require_site(root)
    problems = Problems()
    clock = Clock(now)
    sources = read(root, clock, problems, Readings())
    outputs, theme = plan_all(sources, clock, problems)
    proofread(sources, outputs, clock, problems)
    check_brands(sources.site, sources.content, problems)
    for _, result in render([output for output in outputs if output.job.renderer == "page"], theme, "serial", None):
        problems.extend(result.problems)
    return problems


def make_outputs(
    root: Path, outputs: Sequence[Output], theme: Theme, store: Store, summary: Summary,
    basis: str, workers: str, choose: Choose | None, force: bool, lenient: bool, progress: Progress,
) -> None:  # fmt: skip
    """Judges, renders what is stale, puts it in place. Outputs whose own inputs have errors are only tried, and stay as they were."""
    folder, sayings = root / "output", Sayings(basis)
    sweep(folder)
    wanted = [output for output in outputs if choose is None or choose(output)]
    facts, summary.verdicts = judge_all(root, wanted, store, sayings, force=force)
    blocked = blocked_owners(problem for problem in summary.problems.errors if not lenient or problem.code in NEVER_LENIENT)
    stale = {verdict.output.path: verdict for verdict in summary.verdicts if not verdict.fresh}
    tried = [verdict.output for verdict in stale.values() if verdict.output.owner not in blocked or verdict.output.job.renderer == "page"]
    keep_fresh(summary, facts, store, sayings)
    place = Placing(Tray(folder, built_with(), sayings, summary.problems), store, facts, blocked, lenient, outputs)
    place.expect(tried)
    hopeful = [output for output in tried if output.owner not in blocked]
    links = open_links(folder, outputs)
    results = render(hopeful, theme, workers, place.tray.open(hopeful))
    hopeless = render([output for output in tried if output.owner in blocked], theme, workers, None)
    try:
        for done, (output, result) in enumerate(chain(results, hopeless), 1):
            summary.problems.extend(result.problems)
            if output.owner not in blocked:
                place.add(stale[output.path], result)
                links.see(output, result)
            progress(done, len(tried), output.path)
        place.finish()
    except BaseException:
        place.drop()
        raise
    summary.written = place.written
    summary.kept = len(wanted) - len(summary.written)
    last_good = {path for path, fact in facts.items() if fact.owner in blocked or bundle_of(path, fact.owner) in place.held}
    last_good |= sealed_rooms(facts, summary.problems)
    summary.planned = frozenset({output.path for output in outputs} | last_good)
    if choose is None:
        summary.removed = prune(folder, store, facts, summary.planned, summary.problems)
    links.settle(store, summary.planned, summary.removed, summary.problems)


def judge_all(root: Path, wanted: Sequence[Output], store: Store, sayings: Sayings, *, force: bool) -> tuple[Facts, list[Verdict]]:
    """What is remembered of each output, and which of those wanted are stale."""
    with collector_at_rest():
        facts, stamps = store.facts(), store.stamps()
        on_disk = partial(holds, root / "output", stamps=stamps)
        verdicts = judge(wanted, facts, sayings=sayings, digest_of=digests(root), on_disk=on_disk, built_with=built_with())
    return facts, [replace(verdict, reason=Reason.FORCED, because=None) for verdict in verdicts] if force else verdicts


def keep_fresh(summary: Summary, facts: Facts, store: Store, sayings: Sayings) -> None:
    """What is fresh stays: what its render had to remark is said again, and the plan's mark for it noted."""
    fresh = [(facts[verdict.output.path], sayings.mark(verdict.output)) for verdict in summary.verdicts if verdict.fresh]
    for fact, _ in fresh:
        summary.problems.extend(fact.remarks)
    store.mark((fact.path, mark) for fact, mark in fresh if fact.mark != mark)


def redirects_of(outputs: Sequence[Output]) -> list[list[str]]:
    """From where to where readers are led, for hosts that can do so themselves."""
    return [output.job.data["moved"] for output in outputs if output.job.template == "moved.html"]


def open_links(folder: Path, outputs: Sequence[Output]) -> Links:
    """Where what pages point at is looked for."""
    from generator.render.links import anchors_of, links_of

    return Links(folder=folder, links_of=links_of, anchors_of=anchors_of, outputs={output.name: output for output in outputs})


def sealed_rooms(facts: Facts, problems: Problems) -> set[str]:
    """Files of rooms whose password is not at hand: they stay, but for what was ever made for the eyes of whoever comes by."""
    locked = blocked_owners(problem for problem in problems if problem.code == "room-locked")
    bundles = {bundle_of(path, fact.owner) for path, fact in facts.items() if path.endswith(SUFFIX)}
    return {
        path for path, fact in facts.items() if fact.owner in locked and bundle_of(path, fact.owner) in bundles and fact.access != "private"
    }
