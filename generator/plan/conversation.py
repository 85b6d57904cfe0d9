"""A conversation block → its tiles, ratings by space, themes and people, with the rules by which they are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.conversation import SpaceTally, Speaker, Tally, ThemeTally, Verbatim, Voices
from generator.model.figures import Filter
from generator.plan.scope import Scope
from generator.plan.values import figure_value, rounded, source_values
from generator.plan.words import MISSING, platform_name

METRICS = {"mentions": "mentions", "hosted": "hosted_share", "voice": "share_of_voice", "sentiment": "net_sentiment"}
FEW = 10  # ratings of a space below which its net says little
COLUMNS = 4  # spaces beside one another in the table of themes


def plan_conversation(block: Block, scope: Scope) -> dict[str, Any]:
    """What was said in the scope's period; where no file covers it, that is what the block says."""
    args = block.args
    assert isinstance(args, blocks.Conversation)
    heard = scope.figures.voices(scope.period)
    tiles = [_tile(name, args, scope, heard) for name in args.show if name in METRICS] if heard else []
    return {
        "block": "conversation",
        "title": args.title,
        "missing": None
        if heard
        else MISSING["not-covered" if scope.figures.figure("mentions", scope.period).missing == "not-covered" else "no-export"][
            scope.language
        ],
        "tiles": tiles,
        "own": [space.name for space in scope.client.spaces if space.own],
        "unplaced": sum(each.tally.count for each in heard.spaces if each.own is None) if heard else 0,
        "few": FEW,
        "moods": _moods(heard, args, scope) if heard and "sentiment" in args.show else [],
        "themes": _themes(heard.themes, heard.spaces, args.count) if heard and "themes" in args.show else None,
        "people": [_person(rank, each, args) for rank, each in enumerate(_remembered(heard.people, scope)[: args.count], 1)]
        if heard and "people" in args.show
        else None,
        "verbatims": [_verbatim(each, args) for each in _chosen(heard.verbatims, args, scope)]
        if heard and "verbatims" in args.show
        else None,
        "first": heard.first.isoformat() if heard else None,
        "last": heard.last.isoformat() if heard else None,
        "partial": heard.partial if heard else False,
        "sources": source_values(heard.sources) if heard else [],
    }


def _tile(name: str, args: blocks.Conversation, scope: Scope, heard: Voices) -> dict[str, Any]:
    figure = figure_value(scope, METRICS[name], compare=args.compare, spark=name in ("mentions", "sentiment"))
    return {**figure, "name": name, "bars": _bars(name, figure, heard), "rated": heard.total.rated, "unrated": heard.total.unrated}


def _bars(name: str, figure: Mapping[str, Any], heard: Voices) -> list[dict[str, Any]]:
    """A share at its two dates, or the brands side by side; `period` in place of a label is for the template to word."""
    if figure["value"] is None:
        return []
    if name == "hosted":
        before = (
            [{"label": None, "period": figure["compare"], "share": figure["previous"], "main": False}]
            if figure["previous"] is not None
            else []
        )
        return [*before, {"label": None, "period": None, "share": figure["value"], "main": True}] if before else []
    if name == "voice":
        whole = sum(count for _, count in heard.brands)
        return [
            {"label": brand, "period": None, "share": rounded(count / whole), "main": number == 0}
            for number, (brand, count) in enumerate(heard.brands)
        ]
    return []


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "positive": tally.positive, "neutral": tally.neutral, "negative": tally.negative, "unrated": tally.unrated, "rated": tally.rated,
        "count": tally.count, "net": rounded(tally.net),
    }  # fmt: skip


def _moods(heard: Voices, args: blocks.Conversation, scope: Scope) -> list[dict[str, Any]]:
    """A line a space and one for all, each against the compared period; the length of bars is a share of the longest."""
    spaces = [each for each in heard.spaces if each.space]
    shares = [part / each.tally.rated for each in spaces if each.tally.rated for part in (each.tally.positive, each.tally.negative)]
    widest = max(shares, default=0) or 1
    rows = [{"space": each.space, "own": each.own, **_mood(each.tally, each.space, widest, args, scope)} for each in spaces]
    total = {"space": None, "own": None, **_mood(heard.total, None, widest, args, scope)}
    return [*rows, total] if len(rows) > 1 else rows


def _mood(tally: Tally, space: str | None, widest: float, args: blocks.Conversation, scope: Scope) -> dict[str, Any]:
    """The ratings of a space; too few of them are shown, and not compared."""
    figure = scope.figures.figure("net_sentiment", scope.period, compare=args.compare, only=Filter(item=space))
    left, right = (round(part / tally.rated / widest, 4) if tally.rated else 0.0 for part in (tally.negative, tally.positive))
    few = tally.rated < FEW
    return {**_tally(tally), "left": left, "right": right, "few": few, "difference": None if few else rounded(figure.difference)}


def _themes(themes: Sequence[ThemeTally], spaces: Sequence[SpaceTally], count: int) -> dict[str, Any]:
    """Themes in rows, the most spoken-in spaces in columns, and what is left out of both."""
    named = [each for each in themes if each.theme is not None]
    columns = [each.space for each in spaces if each.space][:COLUMNS]
    return {
        "spaces": columns,
        "rows": [
            {"theme": each.theme, "total": _tally(each.total), "cells": [_cell(each, space) for space in columns]} for each in named[:count]
        ],
        "more": max(0, len(named) - count),
        "without": sum(each.total.count for each in themes if each.theme is None),
        "elsewhere": len({each.space for each in spaces if each.space}) > COLUMNS,
    }


def _cell(theme: ThemeTally, space: str) -> dict[str, Any] | None:
    found = next((each.tally for each in theme.spaces if each.space == space), None)
    return _tally(found) if found else None


def _person(rank: int, speaker: Speaker, args: blocks.Conversation) -> dict[str, Any]:
    return {
        "rank": rank,
        "name": speaker.name if args.names == "handles" else initials(speaker.name),
        "platform": platform_name(speaker.platform) if speaker.platform else None,
        "count": speaker.mentions,
    }


def _remembered(people: Sequence[Speaker], scope: Scope) -> list[Speaker]:
    """Without those who asked to be forgotten; their mentions are counted, for a count is nobody's."""
    return [each for each in people if not scope.content.forgotten.holds_person(each.platform, each.name)]


def _chosen(verbatims: Sequence[Verbatim], args: blocks.Conversation, scope: Scope) -> list[Verbatim]:
    """Those of the rating, theme and space that the block asks for, by people who did not ask to be forgotten."""
    fitting = [
        each
        for each in verbatims
        if not scope.content.forgotten.holds_person(each.platform, each.author)
        if args.sentiment in (None, each.sentiment) and args.space in (None, each.space) and (not args.theme or args.theme in each.themes)
    ]
    return fitting[: args.count]


def _verbatim(verbatim: Verbatim, args: blocks.Conversation) -> dict[str, Any]:
    """Words as they were written, under the name that the block allows."""
    name = verbatim.author if args.names == "handles" or not verbatim.author else initials(verbatim.author)
    return {
        "text": verbatim.text,
        "day": verbatim.day.isoformat(),
        "name": name,
        "space": verbatim.space,
        "platform": platform_name(verbatim.platform) if verbatim.platform else None,
        "sentiment": verbatim.sentiment,
        "themes": list(verbatim.themes),
    }


def initials(name: str) -> str:
    """ "@lea.dessine" as L. D.: enough to be told from the next, too little to be found by."""
    words = "".join(letter if letter.isalnum() else " " for letter in name).split()
    return " ".join(f"{word[0].upper()}." for word in words[:3]) or "–"
