"""Figures kept by hand, and counts of the wall: as they stand, and the day on which they reached a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from generator.model import blocks
from generator.model.content import Block, Moment
from generator.model.site import Counter
from generator.plan.scope import Scope
from generator.plan.wall import count_people, people_key
from generator.plan.words import COUNTED, MISSING
from generator.problems import did_you_mean

History = Sequence[tuple[date, float]]  # the day and the value from then on


def plan_counters(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Counters)
    items = [item for name in args.names if (item := _counter(name, block, "names", scope))]
    return {"block": "counter", "title": args.title, "items": items}


def plan_milestones(block: Block, scope: Scope) -> dict[str, Any] | None:
    """Each step with the day on which it was reached; of the others, how much of the way to the first is done."""
    args = block.args
    assert isinstance(args, blocks.Milestones)
    counter = _counter(args.counter, block, "counter", scope)
    if counter is None:
        return None
    history = _history(args.counter, scope)
    steps = [{"at": step.at, "label": step.label, "reached": _reached(step.at, history)} for step in sorted(args.steps, key=lambda s: s.at)]
    ahead = next((step["at"] for step in steps if step["reached"] is None), None)
    value = counter["value"]
    return {
        "block": "milestones",
        "title": args.title,
        "counter": counter,
        "steps": steps,
        "next": ahead,
        "share": round(min(1.0, max(0.0, value / ahead)), 4) if ahead and value is not None else None,
    }


def _counter(name: str, block: Block, key: str, scope: Scope) -> dict[str, Any] | None:
    """A hand-kept figure at its latest date (within the period, in a report), or a count of the wall."""
    if name in COUNTED:
        return _of_wall(name, scope)
    kept = _kept(name, scope)
    if not kept:
        known = sorted({*COUNTED, *(counter.name for counter in scope.client.counters)})
        near = did_you_mean(name, known)
        message = f'there is no counter "{name}"' + (f"; {near}" if near else "")
        scope.problems.add("unknown-counter", message, block.places.get(key, block.at), fix=f"counters: {', '.join(known)}")
        return None
    current = _current(kept, scope)
    latest = current[-1] if current else None
    return {
        "name": name,
        "label": (latest or kept[0]).label,
        "value": latest.value if latest else None,
        "unit": (latest or kept[0]).unit,
        "as_of": latest.date.isoformat() if latest else None,
        "source": latest.source if latest else None,
        "missing": None if latest else scope.say(MISSING["not-yet"]),
    }


def _of_wall(name: str, scope: Scope) -> dict[str, Any]:
    """Nothing, in a report of a period without a campaign."""
    moments = scope.campaign.moments if scope.campaign else ()
    value = (len(moments) if name == "moments" else count_people(moments)) if scope.campaign else None
    missing = {} if scope.campaign else {"missing": scope.say(MISSING["no-campaign"])}
    label = scope.say(COUNTED[name])
    return {"name": name, "label": label, "value": value, "unit": "count", "as_of": None, "source": None, **missing}


def _kept(name: str, scope: Scope) -> list[Counter]:
    return sorted((counter for counter in scope.client.counters if counter.name == name), key=lambda counter: counter.date)


def _current(kept: Sequence[Counter], scope: Scope) -> list[Counter]:
    last = scope.clock.today(scope.client.timezone) if scope.on_campaign else scope.period.last
    return [counter for counter in kept if counter.date <= last]


def _history(name: str, scope: Scope) -> History:
    if name in COUNTED:
        moments = scope.campaign.moments if scope.campaign else ()
        return list(_of_people(moments) if name == "people" else _of_moments(moments))
    return [(counter.date, counter.value) for counter in _current(_kept(name, scope), scope)]


def _of_moments(moments: Sequence[Moment]) -> Iterator[tuple[date, float]]:
    return ((moment.instant.date(), number) for number, moment in enumerate(moments, 1))


def _of_people(moments: Sequence[Moment]) -> Iterator[tuple[date, float]]:
    first = {key: moment for moment in reversed(moments) if (key := people_key(moment))}
    return _of_moments(sorted(first.values(), key=lambda moment: moment.instant))


def _reached(step: float, history: History) -> str | None:
    return next((day.isoformat() for day, value in history if value >= step), None)
