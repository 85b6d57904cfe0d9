"""metrics.yaml, Bilan's and the site's → the dictionary of metrics: what each is, and what it is taken from on each platform.

A sum that would say more than its terms do is refused here: ratios are divided again, levels are never added over days, and people only
under a note that says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from generator import extensions
from generator.located import read_shape
from generator.model.fields import Number, OneLine, Shape, Text, YesNo
from generator.model.figures import Metric
from generator.model.site import Platform
from generator.model.vocabulary import UNITS
from generator.problems import BilanError, Problems, did_you_mean


def _in_all_languages(value: Any) -> Any:
    return {"en": value, "fr": value} if isinstance(value, str) else value


Words = Annotated[Mapping[Literal["en", "fr"], Text], BeforeValidator(_in_all_languages)]
PEOPLE = ("reach", "users", "unique_visitors", "engaged_users")  # counted once a day each, and again the next day
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
_TERMS = r" *-? *[a-z_]+\?? *(?:[+-] *[a-z_]+\?? *)*"
_SUM = re.compile(rf"{_TERMS}(?:\|{_TERMS})?")  # whatever else is written is no sum, and would be left out of one
LEVELS = ("followers_total", "position")  # of a day: those of several days have a last one, or a mean, but no sum


class _Entry(Shape):
    label: Words
    article: Literal["le", "la", "l’", "les"] | None = None
    definition: Words
    unit: Literal["count", "people", "ratio", "money", "s", "rank", "multiple"] | None = None
    better: Literal["higher", "lower", "neutral"] = "higher"
    note: Words | None = None
    taken: Annotated[Mapping[str, OneLine], Field(alias="from")] = {}
    ratio: OneLine | None = None
    times: Number = 1.0
    time: Literal["sum", "last"] = "sum"
    series: tuple[OneLine, ...] = ()
    heard: YesNo = False  # computed from conversations, by metrics/listening.py
    formula: Words | None = None  # in words, where no ratio of two metrics says it


class _File(Shape):
    groups: Mapping[str, tuple[str, ...]]
    series_order: tuple[str, ...]
    metrics: Mapping[str, _Entry]


class _SiteFile(Shape):
    """content/metrics.yaml: further metrics, of the same kind."""

    metrics: Mapping[Name, _Entry]


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
    otherwise: Mapping[str, Sum]  # platform → what is taken where exports have nothing of that: never both
    ratio: tuple[str, str] | None
    times: float
    last: bool  # a stock: the last value of the period
    series: tuple[str, ...]  # the grains allowed, in order of preference
    heard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    entries: Mapping[str, _Entry]
    recipes: Mapping[str, Recipe]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    series_order: tuple[str, ...] = ()

    def metric(self, name: str, language: str) -> Metric | None:
        entry = self.entries.get(name)
        if entry is None:
            return None
        word: Literal["en", "fr"] = "fr" if language == "fr" else "en"
        return Metric(
            name=name,
            label=entry.label[word],
            article=entry.article,
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
def own_dictionary() -> Dictionary:
    """Bilan's own dictionary. A mistake in it is ours: raises BilanError."""
    problems = Problems()
    read = read_shape(Path(__file__).with_name("metrics.yaml"), "generator/metrics/metrics.yaml", _File, problems)
    if read is None:
        raise BilanError(problems)
    file = read[0]
    recipes = {name: _recipe(name, entry, file.groups, file.series_order) for name, entry in file.metrics.items()}
    return Dictionary(entries=file.metrics, recipes=recipes, groups=file.groups, series_order=file.series_order)


def load_dictionary(root: Path, problems: Problems) -> Dictionary:
    """Bilan's dictionary, the metrics of extensions, and those of a site's content/metrics.yaml; any with mistakes are left out."""
    dictionary = own_dictionary()
    for each in extensions.load("metrics", _no_file):
        dictionary = _with(dictionary, each.value, f"{each.extension.distribution}/{each.value.name}", problems)
    name = "content/metrics.yaml"
    return _with(dictionary, root / name, name, problems) if (root / name).is_file() else dictionary


def _no_file(added: extensions.Loaded) -> str | None:
    return None if isinstance(added.value, Path) and added.value.is_file() else "gives no pathlib.Path of a YAML file"


def _with(known: Dictionary, path: Path, name: str, problems: Problems) -> Dictionary:
    """A dictionary and the metrics of one file."""
    read = read_shape(path, name, _SiteFile, problems)
    if read is None:
        return known
    file, document = read
    entries, recipes = dict(known.entries), dict(known.recipes)
    for metric, entry in file.metrics.items():  # in the order of the file: a ratio names what stands above it
        recipe = _recipe(metric, entry, known.groups, known.series_order)
        if mistake := _mistake(recipe, entry, Dictionary(entries=entries, recipes=recipes)):
            code, message, fix = mistake
            problems.add(code, f'the metric "{metric}" {message}', document.place(("metrics", metric), key=True), fix=fix)
        else:
            entries[metric], recipes[metric] = entry, recipe
    return Dictionary(entries=entries, recipes=recipes, groups=known.groups, series_order=known.series_order)


def _mistake(recipe: Recipe, entry: _Entry, known: Dictionary) -> tuple[str, str, str] | None:
    """Code, message and fix of what a site's metric has wrong."""
    if recipe.name in known.entries:
        return "metric-taken", "is already in the dictionary", "give it another name"
    if entry.heard:
        return "bad-metric", "is computed by Bilan itself", "take it from a platform (from:) or from two metrics (ratio:)"
    if bool(entry.ratio) == bool(entry.taken):
        return "bad-metric", "is taken from nothing, or from two things", "write either from: or ratio:"
    return _bad_ratio(entry, known) if entry.ratio else _bad_sum(recipe, entry)


def _bad_ratio(entry: _Entry, known: Dictionary) -> tuple[str, str, str] | None:
    terms = (entry.ratio or "").split(" / ")
    for term in terms:
        if term not in known.recipes:
            near = did_you_mean(term, known.recipes)
            return (
                "unknown-metric",
                f'divides "{term}", which is no metric' + (f"; {near}" if near else ""),
                "write for instance: clicks / views",
            )
        if known.recipes[term].ratio or known.recipes[term].heard:
            return "not-additive", f'divides "{term}", which is a ratio itself', "divide the sums that it is made of"
    return None if len(terms) == 2 else ("bad-metric", "needs two terms", "write for instance: clicks / views")


def _bad_sum(recipe: Recipe, entry: _Entry) -> tuple[str, str, str] | None:
    if unread := next((text for text in entry.taken.values() if not _SUM.fullmatch(text)), None):
        return "bad-metric", f'takes "{unread}", which is no sum', "write for instance: reactions + comments + saves?"
    stranger = next((platform for platform in recipe.taken if platform not in get_args(Platform)), None)
    if stranger:
        near = did_you_mean(stranger, get_args(Platform))
        return "unknown-platform", f'is taken from "{stranger}"' + (f"; {near}" if near else ""), "name a platform, social or ads"
    for terms in (terms for sums in (recipe.taken, recipe.otherwise) for terms in sums.values()):
        if mistake := _bad_terms(terms, recipe, entry):
            return mistake
    return None


def _bad_terms(terms: Sum, recipe: Recipe, entry: _Entry) -> tuple[str, str, str] | None:
    for term in terms:
        if term.name not in UNITS:
            near = did_you_mean(term.name, UNITS)
            return (
                "unknown-column",
                f'adds "{term.name}", which no export has' + (f"; {near}" if near else ""),
                f"terms: {', '.join(UNITS)}",
            )
        if term.name in LEVELS and not recipe.last:
            return "not-additive", f"adds {term.name} over days, which has a last value and no sum", "write time: last"
        if term.name in PEOPLE and not (recipe.last or entry.note):
            return (
                "not-additive",
                f"adds {term.name} over days: the same people count again each day",
                "say so in a note:, or write time: last",
            )
    if all(term.optional for term in terms):
        return "bad-metric", f"adds nothing that must be there: {terms[0].name} has a question mark", "leave one term without"
    kinds = {"count" if UNITS[term.name] == "people" else UNITS[term.name] for term in terms}
    return ("not-additive", f"adds {' and '.join(sorted(kinds))}", "add values of one unit") if len(kinds) > 1 else None


def _recipe(name: str, entry: _Entry, groups: Mapping[str, tuple[str, ...]], series_order: tuple[str, ...]) -> Recipe:
    texts = {platform: text for group, text in entry.taken.items() for platform in groups.get(group, (group,))}
    taken = {platform: read_sum(text.partition("|")[0]) for platform, text in texts.items()}
    otherwise = {platform: read_sum(text.partition("|")[2]) for platform, text in texts.items() if "|" in text}
    above, _, below = (entry.ratio or "").partition(" / ")
    return Recipe(
        name=name,
        taken=taken,
        otherwise=otherwise,
        ratio=(above, below) if below else None,
        times=entry.times,
        last=entry.time == "last",
        series=entry.series or series_order,
        heard=entry.heard,
    )


def read_sum(text: str) -> Sum:
    """ "reactions + saves? - losses" as terms."""
    words = re.findall(r"([+-]?)\s*([a-z_]+)(\??)", text)
    return tuple(Term(name=name, sign=-1 if sign == "-" else 1, optional=bool(mark)) for sign, name, mark in words)
