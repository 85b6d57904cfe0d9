"""Blocks and checks of extensions: their code gets values and gives values back; its errors are problems at the place that asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from generator import extensions
from generator.digests import fingerprint
from generator.model.blocks import ADDED, BlockKind, Surroundings
from generator.model.content import Block
from generator.model.figures import Filter
from generator.model.outputs import Output
from generator.plan.scope import Scope
from generator.plan.values import figure_value
from generator.problems import Problem, Problems, did_you_mean


class UnknownMetricError(LookupError):
    """A name that an author gave, and that is no metric's."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is no metric "{name}"')
        self.name = name


def plan_added(block: Block, scope: Scope) -> dict[str, Any] | None:
    """A segment with what the extension's function gives for the block; None, and a problem at the block, when it fails."""
    added = ADDED[block.name]
    kind: BlockKind = added.value
    around = Surroundings(
        language=scope.language,
        client=scope.client.name,
        period=scope.period,
        today=partial(scope.clock.today, scope.client.timezone),
        figure=partial(_figure, scope),
    )
    if not kind.cached:
        scope.clock.forget()
    try:
        values = dict(kind.plan(block.args, around))
        fingerprint(values)  # plain values only: they are compared, and sent to workers
    except UnknownMetricError as error:
        near = did_you_mean(error.name, scope.figures.metric_names())
        message = f'there is no metric "{error.name}"' + (f"; {near}" if near else "")
        scope.problems.add("unknown-metric", message, block.at, fix=f"metrics: {', '.join(scope.figures.metric_names())}")
        return None
    except Exception as error:  # whatever its code does
        found = extensions.broken(added.extension, f"fails: {type(error).__name__}: {error}", error)
        scope.problems.add(found.code, found.message, block.at, fix=found.fix, during=f"planning what {found.at} gives")
        return None
    return {**values, "block": block.name, "title": getattr(block.args, "title", None)}


def _figure(scope: Scope, metric: str, *, platform: str | None = None, compare: str = "none") -> dict[str, Any]:
    if metric not in scope.figures.metric_names():
        raise UnknownMetricError(metric)
    return figure_value(scope, metric, compare=compare, spark=False, only=Filter(platform=platform))


def run_checks(outputs: Sequence[Output], problems: Problems) -> None:
    """What the checks of extensions find in all that is to be made."""
    for each in extensions.load("checks", lambda added: None if callable(added.value) else "gives nothing that can be called"):
        try:
            found = list(each.value(outputs))
            strange = next((one for one in found if not isinstance(one, Problem)), None)
            if strange is not None:
                raise TypeError(f"a check finds Problems, not {type(strange).__name__}")
            problems.extend(found)
        except Exception as error:  # whatever its code does
            problems.extend([extensions.broken(each.extension, f"fails: {type(error).__name__}: {error}", error)])
