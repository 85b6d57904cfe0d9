"""Outputs → results, as they finish: what is made here, and what is handed out to worker processes or to other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.model.outputs import Output, Result
from generator.problems import Problem
from generator.workers import is_far, run_all
from generator.write import beside

if TYPE_CHECKING:
    from generator.render import Theme

HEAVY = ("report", "picture", "recording")  # renderers of which each output is worth a worker process
DRAWN = ("social", "print")  # of which some together are
DECK = 12  # of them at a time
MANY = 400  # of others, from so many on they are
FEW, MOST = 50, 600  # of which so many are handed to a worker at once: enough to have most pages of a time together, which show the same


def render(outputs: Sequence[Output], theme: Theme, workers: str, folder: Path | None) -> Iterable[tuple[Output, Result]]:
    """Each output with its result, as they finish: heavy ones in worker processes, others here, or there in groups when they are many, and
    laid beside their place in `folder` at once. What another machine makes comes back."""
    from generator.render import carry, run, run_carried

    make = partial(run, theme=theme)
    groups, heavy = light_ones(outputs), heavy_ones(outputs)
    if sum(map(len, groups)) < MANY or workers == "serial":
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


def heavy_ones(outputs: Sequence[Output]) -> list[Sequence[Output]]:
    """What workers make however little there is: reports, pictures in all their sizes, cards by the dozen."""
    heavy = [list(same) for _, same in groupby((output for output in outputs if output.job.renderer in HEAVY), key=_worth_a_worker)]
    return [*heavy, *_in_groups([output for output in outputs if output.job.renderer in DRAWN], DECK)]


def light_ones(outputs: Sequence[Output]) -> list[Sequence[Output]]:
    """The others, in groups of pages that show the same: those of a bundle and a time."""
    light = [output for output in outputs if output.job.renderer not in (*HEAVY, *DRAWN)]
    return _in_groups(sorted(light, key=lambda output: (output.bundle, output.when)), min(MOST, max(FEW, len(light) // 16)))


def _in_groups(outputs: Sequence[Output], size: int) -> list[Sequence[Output]]:
    return [outputs[start : start + size] for start in range(0, len(outputs), size)]


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
