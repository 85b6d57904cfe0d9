"""What a chart shows, as a sentence: for those who hear the page, and for those who copy from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.render.formats import Formats

WORDS = {
    "fr": {
        "nothing": "{metric}, {period}{colon}aucune donnée.",
        "curve": "{metric}, {period}{colon}de {first} à {last} ; maximum {high} ({when}), minimum {low}.",
        "one": "{metric}, {period}{colon}{value}.",
        "names": "{metric}, {period}{colon}{list}.",
        "slope": "{metric}, {before} → {period}{colon}{list}.",
        "trend": "{metric}, {count} {steps}{colon}de {first} à {last}.",
    },
    "en": {
        "nothing": "{metric}, {period}: no data.",
        "curve": "{metric}, {period}: from {first} to {last}; highest {high} ({when}), lowest {low}.",
        "one": "{metric}, {period}: {value}.",
        "names": "{metric}, {period}: {list}.",
        "slope": "{metric}, {before} → {period}: {list}.",
        "trend": "{metric}, {count} {steps}: from {first} to {last}.",
    },
}
STEPS = {
    "fr": {"week": "semaines", "month": "mois", "quarter": "trimestres", "half-year": "semestres", "year": "années"},
    "en": {"week": "weeks", "month": "months", "quarter": "quarters", "half-year": "half-years", "year": "years"},
}
NAMED = 6


def sentence(chart: Mapping[str, Any], formats: Formats) -> str:
    """One sentence of the chart's content, in the page's language."""
    text = _sentence(chart, formats)
    return text[:-1] if text.endswith("..") else text  # after "n. d."


def _sentence(chart: Mapping[str, Any], formats: Formats) -> str:
    words = WORDS[formats.language]
    about = {"metric": chart["metric"], "period": formats.period(chart["period"]), "colon": "\u00a0: "}

    def value(number: float | None) -> str:
        return formats.number(number, chart["unit"], chart["currency"])

    if chart["missing"] or not chart["series"]:
        return words["nothing"].format(**about)
    if chart["kind"] == "slope":
        sides = zip(chart["x"], chart["series"][1]["values"], chart["series"][0]["values"], strict=True)
        pairs_of = [f"{name} {value(before)} → {value(now)}" for name, before, now in list(sides)[:NAMED]]
        return words["slope"].format(**about, before=formats.period(chart["before"]), list=", ".join(pairs_of))
    if chart["x_kind"] == "category":
        pairs = list(zip(chart["x"], chart["series"][0]["values"], strict=True))[:NAMED]
        return words["names"].format(**about, list=", ".join(f"{name} {value(number)}" for name, number in pairs))
    if len(chart["series"]) > 1 and chart["series"][0]["role"] == "other":
        last = [(each["name"], next((v for v in reversed(each["values"]) if v is not None), None)) for each in chart["series"]]
        return words["names"].format(**about, list=", ".join(f"{name} {value(number)}" for name, number in last[:NAMED]))
    known = [(number, step) for number, step in zip(chart["series"][0]["values"], chart["x"], strict=True) if number is not None]
    if len(known) == 1:
        return words["one"].format(**about, value=value(known[0][0]))
    high = max(known, key=lambda pair: pair[0])
    when = _step(high[1], chart["x_kind"], formats)
    return words["curve"].format(
        **about,
        first=value(known[0][0]),
        last=value(known[-1][0]),
        high=value(high[0]),
        when=when,
        low=value(min(number for number, _ in known)),
    )


def _step(step: str, kind: str, formats: Formats) -> str:
    """A mark of the time axis in words; days since a launch are words already."""
    if kind == "since":
        return step
    return formats.period({"first": step, "last": step, "grain": "month"}) if kind == "month" else formats.day(step)


def trend(figure: Mapping[str, Any], formats: Formats) -> str:
    """The curve of a tile in words: where it begins and where it ends."""
    known = [value for value in figure["spark"] if value is not None]
    if not known:
        return ""
    first, last = (formats.number(value, figure["unit"], figure["currency"]) for value in (known[0], known[-1]))
    words = WORDS[formats.language]["trend"]
    steps = STEPS[formats.language][figure["spark_grain"]]
    return words.format(metric=figure["label"], count=len(known), steps=steps, colon="\u00a0: ", first=first, last=last)
