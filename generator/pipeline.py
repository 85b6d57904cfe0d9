"""The flow, on one screen: site.yaml → config → content → exports → metrics → plan → render → write → output/."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from generator.facts import Reason, Store, Verdict, built_with, digests, hold, judge, nothing_changed, open_store, remember, state
from generator.model.clock import Clock
from generator.model.outputs import Output, Result
from generator.problems import BilanError, Location, Problem, Problems, blocked_owners
from generator.theme import theme_assets, theme_folders
from generator.workers import run_all
from generator.write import holds, prune, sweep, write_result

NEVER_LENIENT = ("outside-link",)  # what lies outside the site is not the author's to publish
HEAVY = ("report", "picture")  # renderers worth a worker process
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

    @property
    def failed(self) -> bool:
        return bool(self.problems.errors)


def build(
    root: Path, now: datetime, *, workers: str = "auto", choose: Choose | None = None, force: bool = False,
    lenient: bool = False, list_all: bool = False, progress: Progress = lambda done, total, what: None,
) -> Summary:  # fmt: skip
    """Turn a site folder into its output folder, and say what was done and why. `choose` keeps to some outputs;
    `list_all` gives their verdicts even when there is nothing to do.

    Raises BilanError when there is no site, and LockedError when another run writes it.
    """
    started = time.monotonic()
    summary, notices = Summary(), list[Problem]()
    require_site(root)
    with hold(root / ".bilan"), open_store(root / ".bilan", notices) as store:
        summary.problems.extend(notices)
        before = state(root)
        if not (force or list_all) and nothing_changed(root, store, before, now):
            summary.idle, summary.planned = True, frozenset(store.facts())
            summary.kept = len(summary.planned)
        else:
            clock = Clock(now)
            outputs, make = plan(root, clock, summary.problems)
            make_outputs(root, outputs, make, store, summary, workers, choose, force, lenient, progress)
            remember(store, before, clock, complete=choose is None and not summary.failed)
    summary.seconds = time.monotonic() - started
    return summary


def rebuilder(root: Path, now: datetime | None) -> Callable[[str | None], Summary]:
    """What `serve` calls: every page again (reports wait until somebody looks), or the one file of an address."""

    def rebuild(address: str | None) -> Summary:
        choose: Choose = (lambda output: output.path == address) if address else (lambda output: output.job.renderer != "report")
        return build(root, now or datetime.now().astimezone(), choose=choose)

    return rebuild


def require_site(root: Path) -> None:
    """Raises BilanError where there is no site.yaml, before anything is created there."""
    if not (root / "site.yaml").is_file():
        fix = "go to the site's folder, name it with --site DIR, or begin one with: bilan new DIR"
        raise BilanError([Problem(code="no-site", message="there is no site.yaml here", at=Location(path="site.yaml"), fix=fix)])


def check(root: Path, now: datetime) -> Problems:
    """Every problem of a build, with nothing written: pages are rendered for what templates have to say."""
    require_site(root)
    problems = Problems()
    outputs, make = plan(root, Clock(now), problems)
    for output in outputs:
        if output.job.renderer == "page":
            problems.extend(make(output).problems)
    return problems


def why(root: Path, now: datetime, path: str) -> list[str] | None:
    """What one output was made from, and whether it would be made again; None when the site has no such output."""
    require_site(root)
    outputs, _ = plan(root, Clock(now), Problems())
    with open_store(root / ".bilan", []) as store:
        facts, stamps = store.facts(), store.stamps()
    output = next((output for output in outputs if output.path == path), None)
    if output is None:
        return None
    on_disk = partial(holds, root / "output", stamps=stamps)
    (verdict,) = judge([output], facts, digest_of=digests(root), on_disk=on_disk, built_with=built_with())
    lines = [
        f"{path}: {verdict}",
        f"  asked for by {output.at}",
        f"  renderer {output.job.renderer}, template {output.job.template or 'none'}",
    ]
    fact = facts.get(path)
    if fact:
        lines.append(f"  last made because: {fact.made_because}")
    for known in fact.inputs if fact else ():
        lines.append(f"  {'read ' + known.digest[:10] if known.digest else 'looked for, absent'}  {known.path}")
    return lines


def plan(root: Path, clock: Clock, problems: Problems) -> tuple[Sequence[Output], Callable[[Output], Result]]:
    """Everything that is to be made, and the function that makes one of it."""
    # imported here: together these cost a second, which a build with nothing to do must not pay
    from generator.config import load_clients, load_site
    from generator.content import read_content
    from generator.content.pictures import open_album
    from generator.exports import read_conversation, read_exports
    from generator.metrics import compute_figures, load_dictionary
    from generator.model.kpi import no_data
    from generator.model.site import agency_as_client
    from generator.plan import plan_outputs
    from generator.render import Theme, run

    site = load_site(root, problems)
    clients = load_clients(site, problems)
    content = read_content(site, clients, problems)
    data = {
        client.slug: read_exports(root / "content" / client.slug / "kpi", root=root, client=client, limits=site.limits, problems=problems)
        for client in clients
    }
    talk = {
        client.slug: read_conversation(
            root / "content" / client.slug / "conversation", root=root, client=client, limits=site.limits, problems=problems
        )
        for client in clients
    }
    dictionary = load_dictionary(root, problems)
    figures = {client.slug: compute_figures(client, data[client.slug], talk[client.slug], dictionary) for client in clients}
    figures[""] = compute_figures(agency_as_client(site), no_data(""))
    folders = theme_folders(root)
    outputs = plan_outputs(site, content, figures, theme_assets(folders), clock, open_album(site, problems), problems)
    return outputs, partial(run, theme=Theme(root=root, folders=tuple(folders), limits=site.limits))


def make_outputs(
    root: Path, outputs: Sequence[Output], make: Callable[[Output], Result], store: Store, summary: Summary,
    workers: str, choose: Choose | None, force: bool, lenient: bool, progress: Progress,
) -> None:  # fmt: skip
    """Judges, renders what is stale, writes it; outputs whose own inputs have errors are only tried, and keep their last good file."""
    folder, facts, stamps = root / "output", store.facts(), store.stamps()
    sweep(folder)
    wanted = [output for output in outputs if choose is None or choose(output)]
    on_disk = partial(holds, folder, stamps=stamps)
    summary.verdicts = judge(wanted, facts, digest_of=digests(root), on_disk=on_disk, built_with=built_with())
    if force:
        summary.verdicts = [Verdict(output=verdict.output, reason=Reason.FORCED) for verdict in summary.verdicts]
    blocked = blocked_owners(problem for problem in summary.problems.errors if not lenient or problem.code in NEVER_LENIENT)
    stale = {verdict.output.path: verdict for verdict in summary.verdicts if not verdict.fresh}
    tried = [stale[path].output for path in stale if stale[path].output.owner not in blocked or stale[path].output.job.renderer == "page"]
    store.expect(output for output in tried if output.owner not in blocked)
    for done, (output, result) in enumerate(render(tried, make, workers), 1):
        summary.problems.extend(result.problems)
        if output.owner not in blocked and write_result(stale[output.path], result, folder, store, built_with(), summary.problems):
            summary.written.append(output.path)
        store.commit()
        progress(done, len(tried), output.path)
    summary.kept = len(wanted) - len(summary.written)
    last_good = {path for path, fact in facts.items() if fact.owner in blocked}
    summary.planned = frozenset({output.path for output in outputs} | last_good)
    if choose is None:
        summary.removed = prune(folder, store, facts, summary.planned, summary.problems)


def render(outputs: Sequence[Output], make: Callable[[Output], Result], workers: str) -> Iterable[tuple[Output, Result]]:
    """Each output with its result, as they finish: heavy ones in worker processes, pages here."""
    heavy = [output for output in outputs if output.job.renderer in HEAVY]
    light = [output for output in outputs if output.job.renderer not in HEAVY]
    for output in light:
        yield output, make(output)
    for output, outcome in run_all(make, heavy, workers):
        yield output, outcome if isinstance(outcome, Result) else lost(output, outcome)


def lost(output: Output, error: BaseException) -> Result:
    """A worker that died three times over one output, or a bug of ours: reported, never silent."""
    problem = Problem(code="render-lost", message=f"the render ended without a result: {type(error).__name__}: {error}", at=output.at,
                      fix="run again with --workers serial to see why", during=f"rendering {output.path}")  # fmt: skip
    return Result(path=output.path, payload=None, problems=(problem,))
