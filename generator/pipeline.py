"""The flow, on one screen: site.yaml → config → content → exports → metrics → plan → render → write → output/."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from generator.model.outputs import Output, Result, bundle_of
from generator.problems import BilanError, Location, Problem, Problems, blocked_owners
from generator.seals import SUFFIX, Secrets
from generator.theme import drawn_digest, templates_digest, theme_assets, theme_folders
from generator.workers import is_far, make_ready, require_workers, run_all
from generator.write import Links, Placing, Tray, beside, holds, prune, refuse_linked, sweep

if TYPE_CHECKING:
    from generator.metrics import Dictionary
    from generator.model.content import Content
    from generator.model.conversation import Conversation
    from generator.model.figures import Figures
    from generator.model.kpi import Data
    from generator.model.site import Client, Site
    from generator.render import Theme

NEVER_LENIENT = ("outside-link",)  # what lies outside the site is not the author's to publish
HEAVY = ("report", "picture", "recording")  # renderers of which each output is worth a worker process
DRAWN = ("social", "print")  # of which some together are
DECK = 12  # of them at a time
MANY = 400  # of others, from so many on they are
FEW, MOST = 50, 600  # of which so many are handed to a worker at once: enough to have most pages of a time together, which show the same
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
            summary.idle, summary.planned = True, store.paths()
            summary.kept = len(summary.planned)
            summary.problems.extend(store.remarks())
            until = store.note("next change")
            summary.next_change = datetime.fromisoformat(until) if until else None
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


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """What is read and planned stays to the build's end: looking through it for garbage, again and again, takes a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def require_site(root: Path) -> None:
    """Raises BilanError where there is no site.yaml, before anything is created there."""
    if not (root / "site.yaml").is_file():
        fix = "go to the site's folder, name it with --site DIR, or begin one with: bilan new DIR"
        raise BilanError([Problem(code="no-site", message="there is no site.yaml here", at=Location(path="site.yaml"), fix=fix)])


def check(root: Path, now: datetime) -> Problems:
    """Every problem of a build, with nothing written: pages are rendered for what templates have to say. And what a build mends itself."""
    from generator.plan import check_brands

    require_site(root)
    problems = Problems()
    clock = Clock(now)
    sources = read(root, clock, problems, Readings())
    outputs, theme = plan_all(sources, root, clock, problems)
    proofread(sources, outputs, clock, problems)
    check_brands(sources.site, sources.content, problems)
    for _, result in render([output for output in outputs if output.job.renderer == "page"], theme, "serial", None):
        problems.extend(result.problems)
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that a site's files say."""

    site: Site
    content: Content
    figures: Mapping[str, Figures]  # by client; those of "" are the agency's, who has none


def read(root: Path, clock: Clock, problems: Problems, readings: Readings) -> Sources:
    """Everything that is in the site's files, and the figures that come of it."""
    # imported here: together these cost a second, which a build with nothing to do must not pay
    from generator.config import load_clients, load_site
    from generator.content import read_content
    from generator.metrics import load_dictionary

    site = load_site(root, problems)
    clients = load_clients(site, problems)
    content = read_content(site, clients, readings, problems)
    dictionary = load_dictionary(root, problems)
    figures = {client.slug: figures_of(client, site, clock, dictionary, readings, problems) for client in clients}
    return Sources(site=site, content=content, figures=figures | {"": no_figures(site)})


def figures_of(client: Client, site: Site, clock: Clock, dictionary: Dictionary, readings: Readings, problems: Problems) -> Figures:
    """A client's figures; its exports are read again only when they, or what says how to read them, have changed."""
    from generator.exports import read_conversation, read_exports
    from generator.metrics import compute_figures

    today, folder = clock.now.date(), site.root / "content" / client.slug
    exports = [f"content/{client.slug}/{name}" for name in ("kpi", "conversation", "client.yaml")]

    def data_of() -> tuple[Data, Conversation, Problems]:
        found = Problems()
        data = read_exports(folder / "kpi", root=site.root, client=client, limits=site.limits, problems=found, today=today)
        return data, read_conversation(folder / "conversation", root=site.root, client=client, limits=site.limits, problems=found), found

    def book_of() -> tuple[Figures, Problems]:
        bare = client.model_copy(update={"counters": (), "annotations": (), "goals": ()})
        data, talk, found = readings.same(f"exports of {client.slug}", exports, (bare, site.limits, today), data_of)
        return compute_figures(client, data, talk, dictionary), found

    below = [*exports, "content/metrics.yaml"]
    figures, found = readings.same(f"figures of {client.slug}", below, (client, site.limits, today), book_of)
    problems.extend(found)
    return figures


def no_figures(site: Site) -> Figures:
    from generator.metrics import compute_figures
    from generator.model.kpi import no_data
    from generator.model.site import agency_as_client

    return compute_figures(agency_as_client(site), no_data(""))


def plan(
    root: Path, clock: Clock, problems: Problems, readings: Readings | None = None, secrets: Secrets | None = None
) -> tuple[Sequence[Output], Theme]:
    """Everything that is to be made, and the theme in which it is."""
    readings = readings or Readings()
    return plan_all(read(root, clock, problems, readings), root, clock, problems, secrets, readings)


def plan_all(
    sources: Sources, root: Path, clock: Clock, problems: Problems, secrets: Secrets | None = None, readings: Readings | None = None
) -> tuple[Sequence[Output], Theme]:
    """The plan of what was read."""
    from generator.config import load_keys
    from generator.content.pictures import FilesOfASite
    from generator.plan import plan_outputs
    from generator.render import Theme
    from generator.render.words import words_of

    folders = theme_folders(root)
    theme = Theme(root=root, folders=tuple(folders), limits=sources.site.limits)
    album = FilesOfASite(sources.site, readings or Readings(), problems)
    clients = [each.client for each in sources.content.clients]
    keys = load_keys(sources.site, clients, secrets or Secrets(os.environ), problems)
    outputs = plan_outputs(
        sources.site, sources.content, sources.figures, keys, theme_assets(folders), clock, album, problems, templates_digest(folders),
        drawn=drawn_digest(folders), words_of=words_of(theme, problems),
    )  # fmt: skip
    return outputs, theme


def proofread(sources: Sources, outputs: Sequence[Output], clock: Clock, problems: Problems) -> None:
    """What commentaries say beside the figures of their reports."""
    from generator.content.pictures import FilesOfASite
    from generator.plan import proofread_reports

    album = FilesOfASite(sources.site, Readings(), Problems())
    proofread_reports(sources.site, sources.content, sources.figures, outputs, clock, album, problems)


def make_outputs(
    root: Path, outputs: Sequence[Output], theme: Theme, store: Store, summary: Summary,
    basis: str, workers: str, choose: Choose | None, force: bool, lenient: bool, progress: Progress,
) -> None:  # fmt: skip
    """Judges, renders what is stale, puts it in place. Outputs whose own inputs have errors are only tried, and stay as they were."""
    folder, sayings = root / "output", Sayings(basis)
    sweep(folder)
    wanted = [output for output in outputs if choose is None or choose(output)]
    with collector_at_rest():
        facts, stamps = store.facts(), store.stamps()
        on_disk = partial(holds, folder, stamps=stamps)
        summary.verdicts = judge(wanted, facts, sayings=sayings, digest_of=digests(root), on_disk=on_disk, built_with=built_with())
    if force:
        summary.verdicts = [replace(verdict, reason=Reason.FORCED, because=None) for verdict in summary.verdicts]
    blocked = blocked_owners(problem for problem in summary.problems.errors if not lenient or problem.code in NEVER_LENIENT)
    stale = {verdict.output.path: verdict for verdict in summary.verdicts if not verdict.fresh}
    tried = [verdict.output for verdict in stale.values() if verdict.output.owner not in blocked or verdict.output.job.renderer == "page"]
    fresh = [(facts[verdict.output.path], sayings.mark(verdict.output)) for verdict in summary.verdicts if verdict.fresh]
    for fact, _ in fresh:
        summary.problems.extend(fact.remarks)
    store.mark((fact.path, mark) for fact, mark in fresh if fact.mark != mark)
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


def redirects_of(outputs: Sequence[Output]) -> list[list[str]]:
    """From where to where readers are led, for hosts that can do so themselves."""
    return [output.job.data["moved"] for output in outputs if output.job.template == "moved.html"]


def open_links(folder: Path, outputs: Sequence[Output]) -> Links:
    """Where what pages point at is looked for."""
    from generator.render.links import anchors_of, links_of

    return Links(folder=folder, links_of=links_of, anchors_of=anchors_of, outputs={output.name: output for output in outputs})


def sealed_rooms(facts: Mapping[str, Fact], problems: Problems) -> set[str]:
    """Files of rooms whose password is not at hand: they stay, but for what was ever made for the eyes of whoever comes by."""
    locked = blocked_owners(problem for problem in problems if problem.code == "room-locked")
    bundles = {bundle_of(path, fact.owner) for path, fact in facts.items() if path.endswith(SUFFIX)}
    return {
        path for path, fact in facts.items() if fact.owner in locked and bundle_of(path, fact.owner) in bundles and fact.access != "private"
    }


def render(outputs: Sequence[Output], theme: Theme, workers: str, folder: Path | None) -> Iterable[tuple[Output, Result]]:
    """Each output with its result, as they finish: heavy ones in worker processes, others here, or there in groups when they are many, and
    laid beside their place in `folder` at once. What another machine makes comes back."""
    from generator.render import carry, run, run_carried

    make = partial(run, theme=theme)
    heavy = [list(same) for _, same in groupby((output for output in outputs if output.job.renderer in HEAVY), key=_worth_a_worker)]
    drawn = [output for output in outputs if output.job.renderer in DRAWN]
    heavy += [drawn[start : start + DECK] for start in range(0, len(drawn), DECK)]
    light = sorted(
        (output for output in outputs if output.job.renderer not in (*HEAVY, *DRAWN)), key=lambda output: (output.bundle, output.when)
    )
    size = min(MOST, max(FEW, len(light) // 16))
    groups = [light[start : start + size] for start in range(0, len(light), size)]
    if len(light) < MANY or workers == "serial":
        for group in groups:
            yield from zip(group, make(group), strict=True)
        groups = []
    jobs = [*groups, *heavy]
    if is_far(workers) and jobs:
        carried = run_all(partial(run_carried, theme=theme.carried()), (carry(group, theme) for group in jobs), workers)
        made: Iterable[tuple[Sequence[Output], Any]] = ((some, outcome) for (some, _), outcome in carried)
    else:
        made = run_all(partial(make_beside, make, folder), jobs, workers)
    for some, outcome in made:
        yield from zip(some, [lost(output, outcome) for output in some] if isinstance(outcome, BaseException) else outcome, strict=True)


def _worth_a_worker(output: Output) -> str:
    """A report, or a picture in all its sizes: it is sent and read once."""
    return str(output.job.data["source"]) if output.job.renderer == "picture" else output.path


def make_beside(make: Callable[[Sequence[Output]], list[Result]], folder: Path | None, outputs: Sequence[Output]) -> list[Result]:
    """Results whose bytes are laid beside their place: writing, too, is shared between worker processes."""
    results = make(outputs)
    return results if folder is None else [beside(result, folder) for result in results]


def lost(output: Output, error: BaseException) -> Result:
    """A worker that died three times over one output, or a bug of ours: reported, never silent."""
    problem = Problem(code="render-lost", message=f"the render ended without a result: {type(error).__name__}: {error}", at=output.at,
                      fix="run again with --workers serial to see why", during=f"rendering {output.path}")  # fmt: skip
    return Result(path=output.path, payload=None, problems=(problem,))
