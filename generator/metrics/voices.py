"""Mentions → counts and shares of conversation, ratings by space and theme, and who speaks most. No rating is never a neutral one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from generator.model.conversation import SpaceTally, Speaker, Tally, ThemeTally, Verbatim

Value = tuple[float | None, str, pl.DataFrame]  # the value, why there is none, and the rows behind it
MOST = 200  # verbatims that a block may choose from
RATINGS = ("positive", "neutral", "negative")


def about_us(mentions: pl.DataFrame) -> pl.DataFrame:
    """Mentions of the client; those of competitors only serve its share of voice."""
    return mentions.filter(pl.col("brand").is_null())


def count_mentions(mentions: pl.DataFrame) -> Value:
    """How often the client is spoken of. A covered period without a mention has 0 of them."""
    ours = about_us(mentions)
    return float(ours.height), "", ours


def hosted_share(mentions: pl.DataFrame) -> Value:
    """Mentions on own spaces / all mentions whose space is known: how much of the conversation a brand hosts (22 % → 43 %)."""
    ours = about_us(mentions)
    placed = ours.filter(pl.col("own").is_not_null())
    return (int(placed["own"].sum()) / placed.height if placed.height else None), "no-rows" if ours.is_empty() else "no-spaces", placed


def share_of_voice(mentions: pl.DataFrame, *, listened: bool) -> Value:
    """Brand mentions / (brand and competitors' mentions), as MutualMind and Sprout Social define it, among the competitors declared.

    Where nobody `listened` to the competitors there is no share, and above all not one of 100 %.
    """
    if not listened:
        return None, "no-competitors", mentions.head(0)
    return (about_us(mentions).height / mentions.height if mentions.height else None), "no-rows", mentions


def net_sentiment(mentions: pl.DataFrame) -> Value:
    """(positive − negative) / all rated mentions, neutral ones included (Japio: (800 − 150) / 1500 = 43.3 %)."""
    rated = about_us(mentions).filter(pl.col("sentiment").is_not_null())
    return tally(rated).net, "not-rated", rated


def tally(mentions: pl.DataFrame) -> Tally:
    """Mentions by rating."""
    return _tally(dict(mentions["sentiment"].value_counts().iter_rows()))


def _tally(counts: Mapping[str | None, int]) -> Tally:
    positive, neutral, negative = (counts.get(name, 0) for name in RATINGS)
    return Tally(positive=positive, neutral=neutral, negative=negative, unrated=counts.get(None, 0))


def tally_spaces(mentions: pl.DataFrame) -> list[SpaceTally]:
    """Each space with its ratings, the most spoken-in first, those without a space last."""
    tallies = _tallies(mentions, ["space", "own"])
    found = [SpaceTally(space=space, own=own, tally=each) for (space, own), each in tallies.items()]
    return sorted(found, key=lambda each: (each.space is None, -each.tally.count, each.space or ""))


def tally_themes(mentions: pl.DataFrame) -> list[ThemeTally]:
    """Theme × space × sentiment; a mention with two themes counts under both, one without any under none."""
    single = mentions.explode("themes", empty_as_null=True)
    spaces: dict[Any, list[SpaceTally]] = {}
    for (theme, space, own), each in _tallies(single, ["themes", "space", "own"]).items():
        spaces.setdefault(theme, []).append(SpaceTally(space=space, own=own, tally=each))
    found = [ThemeTally(theme=theme, total=each, spaces=spaces[theme]) for (theme,), each in _tallies(single, ["themes"]).items()]
    return sorted(found, key=lambda each: (each.theme is None, -each.total.count, each.theme or ""))


def _tallies(mentions: pl.DataFrame, by: list[str]) -> dict[tuple[Any, ...], Tally]:
    counts: dict[tuple[Any, ...], dict[str | None, int]] = {}
    grouped = mentions.group_by([*by, "sentiment"]).len().sort([*by, "sentiment"], nulls_last=True)
    for *keys, sentiment, count in grouped.iter_rows():
        counts.setdefault(tuple(keys), {})[sentiment] = count
    return {keys: _tally(each) for keys, each in counts.items()}


def most_active(mentions: pl.DataFrame) -> list[Speaker]:
    """Authors by number of mentions, then by reach, then by name; accounts of the client are left out."""
    theirs = mentions.filter(~pl.col("ours") & pl.col("who").is_not_null())
    grouped = theirs.group_by("platform", "who").agg(
        pl.col("author").first(), pl.len().alias("mentions"),
        pl.when(pl.col("reach").count() > 0).then(pl.col("reach").sum()).first().alias("reach"),
    )  # fmt: skip
    ranked = grouped.sort(["mentions", "reach", "who", "platform"], descending=[True, True, False, False], nulls_last=True)
    return [
        Speaker(name=row["author"], platform=row["platform"], mentions=row["mentions"], reach=row["reach"])
        for row in ranked.iter_rows(named=True)
    ]


def widest(mentions: pl.DataFrame) -> list[Verbatim]:
    """What people wrote, by reach, then the latest first; the same words once, those of the client's own accounts left out."""
    theirs = mentions.filter(~pl.col("ours") & pl.col("text").is_not_null())
    ranked = theirs.sort(["reach", "day", "file", "line"], descending=[True, True, False, False], nulls_last=True)
    once = ranked.unique("text", keep="first", maintain_order=True).head(MOST)
    return [
        Verbatim(
            text=row["text"], day=row["day"], author=row["author"], platform=row["platform"], space=row["space"],
            sentiment=row["sentiment"], themes=tuple(row["themes"] or ()), reach=row["reach"],
        )
        for row in once.iter_rows(named=True)
    ]  # fmt: skip


def count_brands(mentions: pl.DataFrame, client: str, competitors: Sequence[str]) -> list[tuple[str, int]]:
    """The client, then each declared competitor, with their mentions."""
    counts = dict(mentions["brand"].value_counts().iter_rows())
    return [(client, counts.get(None, 0)), *((name, counts.get(name, 0)) for name in competitors)]
