"""A rule of kpi.yaml → the kind of export that it declares: one that is known, or a table whose columns the site maps itself."""

from __future__ import annotations

from dataclasses import replace

from generator.exports.kind import Grain, Kind, Names
from generator.exports.kinds import BY_NAME
from generator.exports.source import Source
from generator.model.site import FileRule
from generator.problems import Location, Problems, did_you_mean

MAPPED = "mapped"
_SERIES: dict[str, str] = {"day": "account_day", "post": "post", "campaign_day": "campaign_day"}
_ITEMS: dict[str, str] = {"post": "post_id", "campaign_day": "campaign"}


def declared_kind(source: Source, problems: Problems) -> Kind | None:
    """None where nothing is declared, or a kind that does not exist."""
    rule = source.rule
    if rule is None:
        return None
    if rule.columns and rule.kind is None:
        return mapped_kind(rule)
    if rule.kind is not None and rule.kind not in BY_NAME:
        near = did_you_mean(rule.kind, BY_NAME)
        message = f'kpi.yaml says that the file is of kind "{rule.kind}", which is not known' + (f"; {near}" if near else "")
        problems.add("unknown-kind", message, Location(path=source.path), fix=f"use one of {', '.join(sorted(BY_NAME))}")  # fmt: skip
    kind = BY_NAME.get(rule.kind or "")
    return with_headings(kind, rule) if kind and rule.columns else kind


def with_headings(kind: Kind, rule: FileRule) -> Kind:
    """A known kind some of whose columns have further names."""
    further = {column: _also(kind.columns.get(column, Names()), headings) for column, headings in rule.columns.items()}
    return replace(kind, columns={**kind.columns, **further})


def _also(names: Names, headings: tuple[str, ...]) -> Names:
    english = (names.en,) if isinstance(names.en, str) else names.en
    return replace(names, en=(*headings, *english))


def mapped_kind(rule: FileRule) -> Kind:
    """The columns of a rule as a kind of its own; what it measures goes to the same series as the platform's own exports."""
    grain: Grain = rule.grain
    columns = {column: Names(headings) for column, headings in rule.columns.items()}
    return Kind(
        name=MAPPED, platform="multi" if "network" in columns else rule.platform or "other", series=_SERIES[grain], grain=grain,
        columns=columns, required=frozenset(columns), item=_ITEMS.get(grain),
    )  # fmt: skip
