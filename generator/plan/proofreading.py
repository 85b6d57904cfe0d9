"""Commentaries read against the figures of their period: old paragraphs, months, rises and falls, and numbers that nothing bears out.

Every finding is a warning, for `bilan check`: only the author knows. What is certain to be right for one text is not looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.model.content import ClientReport, Commentary, Prose
from generator.model.figures import Filter, Period
from generator.model.outputs import Output
from generator.model.periods import period_name, shifted
from generator.plan import lexicon
from generator.plan.holes import remark
from generator.plan.reports import periods_of
from generator.plan.restated import remark_restated
from generator.plan.scope import Scope
from generator.problems import Location, Problems

LONG = 60  # characters from which on a paragraph that stands twice was copied
SMALL = 12  # numbers up to which are written out of hand: "three networks", "2 weeks"
FIGURE = re.compile(r"\{\{\s*([a-z_]+)(?:\.\w+)?\s*\}\}")
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n{2,}|\n(?=[-*\d])")
HIDDEN = re.compile(r"\{\{.*?\}\}|`[^`]*`|\]\([^)]*\)|^\s*\d+\.\s|«[^»]*»|“[^”]*”", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a commentary, and where it stands."""

    text: str
    at: Location


def proofread(outputs: Sequence[Output], scopes: Sequence[Scope], problems: Problems) -> None:
    """Reads every commentary of the clients' reports. `outputs`: what was planned, for the numbers that the reports show."""
    shown = {_key(output): output for output in outputs if output.job.renderer == "report"}
    for scope in scopes:
        for report in scope.content.reports:
            _miss(report, shown, scope, problems)
            keys = ((scope.client.slug, report.slug, period_name(period)) for period in periods_of(report, scope))
            remark_restated(report, [shown[key] for key in keys if key in shown], problems)
            for name, notes in report.commentary.items():
                output = shown.get((scope.client.slug, report.slug, name))
                if output is not None:
                    _read(notes, report, output, scope, problems)


def _miss(report: ClientReport, shown: Mapping[tuple[str, str, str], Output], scope: Scope, problems: Problems) -> None:
    """Remarks periods without words, where the build has not."""
    for period in () if report.required else periods_of(report, scope):
        output = shown.get((scope.client.slug, report.slug, period_name(period)))
        if output is not None:
            remark(report, period, output.job.data["holes"], scope, problems)


def _key(output: Output) -> tuple[str, str, str]:
    facts = output.job.data["report"]
    return output.owner, facts["name"], facts["period_name"]


def _read(notes: Mapping[str, Commentary], report: ClientReport, output: Output, scope: Scope, problems: Problems) -> None:
    said = output.job.data["report"]["period"]
    period = next(p for p in _periods(report, scope) if (p.first.isoformat(), p.last.isoformat()) == (said["first"], said["last"]))
    scope = replace(scope, period=period, used={}, problems=Problems())
    before = {_plain(piece.text) for note in _notes_of(report, shifted(period, -1)) for piece in pieces(note)}
    numbers = sorted({*_numbers(output.job.data["sections"]), *_known_figures(scope)})
    for note in notes.values():
        allowed = sorted([*numbers, *note.numbers])
        for piece in pieces(note):
            _one(piece, before, scope, problems)
            for offset, word in strange_numbers(piece.text, scope.language, allowed):
                fix = "write {{ a figure }}, or list the number under numbers: in the front matter, once it is checked"
                problems.add("unbound-number", f'no figure of the report is "{word}"', _at(piece, offset), fix=fix, severity="warning")
        for piece, month in wrong_months(note, period, scope.language):
            message = f"it speaks of {month}; the report is of {period_name(period)}"
            problems.add("wrong-month", message, piece.at, fix="check whether it was written for this period", severity="warning")


def _periods(report: ClientReport, scope: Scope) -> Iterator[Period]:
    period, last = report.first, report.last or scope.period
    while period.first <= max(last.first, scope.period.first):
        yield period
        period = shifted(period, 1)


def _notes_of(report: ClientReport, period: Period) -> Sequence[Commentary]:
    return tuple(report.commentary.get(period_name(period), {}).values())


def pieces(note: Commentary) -> Iterator[Piece]:
    """The paragraphs of a commentary, its title first."""
    if note.title:
        yield Piece(note.title, note.at)
    for part in note.body:
        if not isinstance(part, Prose):
            continue
        for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", part.text):
            line = (part.at.line or 1) + part.text.count("\n", 0, match.start())
            yield Piece(match[0], Location(path=part.at.path, line=line, column=1))


def _at(piece: Piece, offset: int) -> Location:
    """A place in a paragraph; in a title, whose line is not known, that of its file."""
    if piece.at.column is None:
        return piece.at
    before = piece.text[:offset]
    return replace(piece.at, line=(piece.at.line or 1) + before.count("\n"), column=offset - before.rfind("\n"))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _one(piece: Piece, before: set[str], scope: Scope, problems: Problems) -> None:
    """What a paragraph shows by itself, and beside the figures that it names."""
    if len(piece.text) >= LONG and _plain(piece.text) in before:
        fix = "write what is new this time, or take it out"
        problems.add("stale-paragraph", "this paragraph stands in the last period's commentary, too", piece.at, fix=fix, severity="warning")
    for match in lexicon.LEFT.finditer(piece.text):
        problems.add("left-to-write", f'"{match[0]}" was left to be filled in', _at(piece, match.start()), fix="write it, or take it out",
                     severity="warning")  # fmt: skip
    for offset, message in contradictions(piece.text, scope):
        fix = "check the sentence against the figure"
        problems.add("wrong-direction", message, _at(piece, offset), fix=fix, severity="warning")


def contradictions(text: str, scope: Scope) -> Iterator[tuple[int, str]]:
    """Sentences that say rise where their one figure fell, or the other way round: by the figure they name, or by the sign they print."""
    language, start = scope.language, 0
    for sentence in SENTENCE.split(text):
        start = text.index(sentence, start)
        rises, falls = lexicon.RISES[language].search(sentence), lexicon.FALLS[language].search(sentence)
        if bool(rises) != bool(falls):
            word = rises or falls
            assert word is not None
            said = "up" if rises else "down"
            for other, why in _directions(sentence, scope):
                if other not in (said, "flat"):
                    yield start + word.start(), f'"{word[0]}" stands beside {why}'
        start += len(sentence)


def _directions(sentence: str, scope: Scope) -> Iterator[tuple[str, str]]:
    """The direction of the figure that a sentence names, or of the percentage that it prints, when it is the only one."""
    named = list(dict.fromkeys(FIGURE.findall(sentence)))
    if len(named) == 1 and scope.figures.metric(named[0]) is not None:
        compare = "previous year" if lexicon.YEAR_AGO[scope.language].search(sentence) else "previous"
        figure = scope.figures.figure(named[0], scope.period, compare=compare)
        if figure.trend in ("up", "down", "flat"):
            yield figure.trend, f"{figure.metric.label}, which went {figure.trend}"
    signed = re.findall(r"(?<![\w–-])([+−-])[ \u00a0\u202f]?\d+(?:[.,]\d+)?[ \u00a0\u202f]?%", sentence)
    if len(signed) == 1 and not named:
        yield ("up" if signed[0] == "+" else "down"), f"a percentage with the sign {signed[0]}"


def wrong_months(note: Commentary, period: Period, language: str) -> Iterator[tuple[Piece, str]]:
    """Paragraphs that speak of the month before as if it were theirs, in a commentary that never names its own."""
    if period.grain != "month":
        return
    months, found = lexicon.MONTHS[language], list(pieces(note))
    own, last = months[period.first.month - 1], months[shifted(period, -1).first.month - 1]
    if any(re.search(rf"\b{own}\b", piece.text, re.IGNORECASE) for piece in found):
        return
    for piece in found:
        for sentence in SENTENCE.split(piece.text):
            if re.search(rf"\b{last}\b", sentence, 0 if last == "May" else re.IGNORECASE) and not lexicon.BESIDE[language].search(sentence):
                yield piece, last
                break


# ---- numbers --------------------------------------------------------------------------------------------------------


def strange_numbers(text: str, language: str, known: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Numbers of a text that are near none of those `known` (sorted, without sign), at the precision with which they are written."""
    bare = HIDDEN.sub(lambda hidden: re.sub(r"[^\n]", " ", hidden[0]), text)
    for match in lexicon.NUMBER[language].finditer(bare):
        after = bare[match.end() :]
        if lexicon.ORDINAL.match(after) or _is_date(bare, match, language):
            continue
        digits = re.sub(r"\D", "", match[2])
        decimals = (match[3] or "")[1:]
        value, unit = float(f"{digits}.{decimals or 0}"), 10.0 ** -len(decimals)
        scale = lexicon.SCALE.match(after)
        factor, percent = _factor(scale)
        if value <= SMALL and not decimals and factor == 1 and not percent:
            continue
        if _near(value * factor, unit * factor, known) or (percent and _near(value / 100, unit / 100, known)):
            continue
        yield match.start(), bare[match.start() : match.end() + (scale.end() if scale else 0)]


def _is_date(text: str, match: re.Match[str], language: str) -> bool:
    """A year, or a day before or after its month."""
    whole = not match[3] and not match[1]
    months = "|".join(lexicon.MONTHS[language])
    if whole and re.fullmatch(r"(19|20)\d\d", match[2]):
        return True
    beside = re.match(rf"(?i)[ \u00a0\u202f](?:{months})\b", text[match.end() :]) or re.search(
        rf"(?i)\b(?:{months}|du|au|le|the)[ \u00a0]$", text[: match.start()]
    )
    return whole and len(match[2]) <= 2 and beside is not None


def _factor(scale: re.Match[str] | None) -> tuple[float, bool]:
    if scale is None:
        return 1.0, False
    return (1e9 if scale[1] else 1e6 if scale[2] else 1e3 if scale[3] else 1.0), bool(scale[4])


def _near(value: float, unit: float, known: Sequence[float]) -> bool:
    """Whether one of the numbers differs by less than one of the last digit written."""
    room = unit * 1.000001
    index = bisect_left(known, value - room)
    return index < len(known) and known[index] <= value + room


def _numbers(value: Any) -> Iterator[float]:
    """Every number that a report shows, without its sign."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield abs(float(value))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name != "sources":
                yield from _numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)


def _known_figures(scope: Scope) -> Iterator[float]:
    """Every figure of the period, and what it is compared with: in all, and of each network."""
    networks = [each.platform for each in scope.figures.coverage(scope.period)]
    for name in scope.figures.metric_names():
        for only in (Filter(), *(Filter(platform=network) for network in networks)):
            for compare in ("previous", "previous year"):
                figure = scope.figures.figure(name, scope.period, compare=compare, only=only)
                yield from (abs(value) for value in (figure.value, figure.previous, figure.difference, figure.change) if value is not None)
