"""metrics.yaml → the dictionary of metrics: what each is, and what it is taken from on each platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from generator.located import read_shape
from generator.model.fields import Number, OneLine, Shape, Text, YesNo
from generator.model.figures import Metric
from generator.problems import BilanError, Problems

Words = Mapping[Literal["en", "fr"], Text]


class _Entry(Shape):
    label: Words
    definition: Words
    unit: Literal["count", "people", "ratio", "money", "s", "rank", "multiple"] | None = None
    better: Literal["higher", "lower", "neutral"] = "higher"
    note: Words | None = None
    taken: Annotated[Mapping[str, OneLine], Field(alias="from")] = {}
    ratio: OneLine | None = None
    times: Number = 1.0
    time: Literal["sum", "last"] = "sum"
    series: tuple[OneLine, ...] = ()
    count_posts: YesNo = False
    heard: YesNo = False  # computed from conversations, by metrics/listening.py
    formula: Words | None = None  # in words, where no ratio of two metrics says it


class _File(Shape):
    groups: Mapping[str, tuple[str, ...]]
    series_order: tuple[str, ...]
    metrics: Mapping[str, _Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One name of a sum: `+ saves?` is added where it exists, `- followers_lost` must exist."""

    name: str
    sign: int
    optional: bool


Sum = tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a metric is computed: a sum of read values on each platform, or a ratio of two such metrics."""

    name: str
    taken: Mapping[str, Sum]  # platform → sum; empty for a ratio
    ratio: tuple[str, str] | None
    times: float
    last: bool  # a stock: the last value of the period
    series: tuple[str, ...]  # the grains allowed, in order of preference
    count_posts: bool
    heard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    entries: Mapping[str, _Entry]
    recipes: Mapping[str, Recipe]

    def metric(self, name: str, language: str) -> Metric | None:
        entry = self.entries.get(name)
        if entry is None:
            return None
        word: Literal["en", "fr"] = "fr" if language == "fr" else "en"
        return Metric(
            name=name,
            label=entry.label[word],
            unit=entry.unit or ("ratio" if entry.ratio else "count"),
            definition=entry.definition[word],
            formula=_formula(entry, word),
            better=entry.better,
            note=entry.note[word] if entry.note else None,
            additive=entry.ratio is None and entry.time == "sum" and entry.note is None and entry.formula is None,
        )


def _formula(entry: _Entry, word: Literal["en", "fr"]) -> str | None:
    if entry.formula:
        return entry.formula[word]
    return entry.ratio and entry.ratio + (f" × {entry.times:g}" if entry.times != 1 else "")


@lru_cache(maxsize=1)
def load_dictionary() -> Dictionary:
    """Bilan's own dictionary. A mistake in it is ours: raises BilanError."""
    problems = Problems()
    read = read_shape(Path(__file__).with_name("metrics.yaml"), "generator/metrics/metrics.yaml", _File, problems)
    if read is None:
        raise BilanError(problems)
    file = read[0]
    return Dictionary(entries=file.metrics, recipes={name: _recipe(name, entry, file) for name, entry in file.metrics.items()})


def _recipe(name: str, entry: _Entry, file: _File) -> Recipe:
    taken = {platform: read_sum(text) for group, text in entry.taken.items() for platform in file.groups.get(group, (group,))}
    above, _, below = (entry.ratio or "").partition(" / ")
    return Recipe(
        name=name,
        taken=taken,
        ratio=(above, below) if below else None,
        times=entry.times,
        last=entry.time == "last",
        series=entry.series or file.series_order,
        count_posts=entry.count_posts,
        heard=entry.heard,
    )


def read_sum(text: str) -> Sum:
    """ "reactions + saves? - losses" as terms."""
    words = re.findall(r"([+-]?)\s*([a-z_]+)(\??)", text)
    return tuple(Term(name=name, sign=-1 if sign == "-" else 1, optional=bool(mark)) for sign, name, mark in words)
