"""The best posts of a period by one metric, and those that did far better than the ones before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import add
from statistics import median

import polars as pl

from generator.metrics.dictionary import Sum
from generator.model.figures import Period, RankedPost
from generator.model.kpi import Data

SHOWN = ("reactions", "comments", "shares", "saves", "impressions", "views", "video_views", "reach", "link_clicks")


HISTORY = 30  # posts of the same network and type, published before, that a post is compared with
ENOUGH = 10  # fewer of them say nothing
TIMES = 2.0  # their median, at least that often
SPREADS = 3.0  # and that many median absolute deviations above it


def best_posts(data: Data, taken: Mapping[str, Sum], period: Period, count: int, platform: str | None) -> Sequence[RankedPost]:
    """Up to `count` posts of the native post series, highest first. Posts without every required term are left out."""
    posts = _posts(data, taken, period.first, period.last, platform)
    if posts.is_empty():
        return ()
    top = posts.sort(["score", "published", "item"], descending=[True, False, False], nulls_last=True).head(count)
    return [_ranked(row) for row in top.iter_rows(named=True)]


def over_performers(
    data: Data, taken: Mapping[str, Sum], period: Period, count: int, platform: str | None
) -> tuple[Sequence[RankedPost], int]:
    """Posts of the period that did far better than those before them; and how many have too few before them to tell.

    Robust against single hits: median and median absolute deviation of the last HISTORY posts (Hampel's identifier), thresholds our own.
    """
    found, unknown = list[RankedPost](), 0
    posts = _posts(data, taken, date.min, period.last, platform)
    if posts.is_empty():
        return (), 0
    dated = posts.filter(pl.col("published").is_not_null()).sort("published", "item")
    for _, kin in dated.group_by("platform", "type", maintain_order=True):
        scores = kin["score"].to_list()
        for place, row in enumerate(kin.iter_rows(named=True)):
            if row["published"].date() < period.first:
                continue
            before = scores[max(0, place - HISTORY) : place]
            if len(before) < ENOUGH:
                unknown += 1
            elif stands_out(row["score"], before):
                found.append(replace(_ranked(row), usual=median(before), history=len(before)))
    found.sort(key=lambda post: (-post.score / (post.usual or 1), post.published, post.post))
    return found[:count], unknown


def stands_out(score: float, before: Sequence[float]) -> bool:
    """Whether a score is TIMES the median of those before it, and SPREADS deviations above."""
    usual = median(before)
    spread = median(abs(each - usual) for each in before)
    return score > 0 and score >= TIMES * usual and score - usual >= SPREADS * spread


def _posts(data: Data, taken: Mapping[str, Sum], first: date, last: date, platform: str | None) -> pl.DataFrame:
    """Posts published from `first` to `last` with their `score`, their values and their words; empty when none can be scored."""
    values = data.values.filter((pl.col("series") == "post") & pl.col("first").is_between(first, last))
    if platform is not None:
        values = values.filter(pl.col("platform") == platform)
    if values.is_empty():
        return pl.DataFrame()
    sums = values.group_by("platform", "item", "metric", maintain_order=True).agg(pl.col("value").sum())
    wide = sums.pivot(on="metric", index=["platform", "item"], values="value")  # no value stays none: a sum in the pivot would make it 0
    scored = [part for name, terms in taken.items() if (part := _scored(wide, name, terms)) is not None]
    if not scored:
        return pl.DataFrame()
    posts = data.posts.filter(pl.col("series") == "post")
    return pl.concat(scored).join(posts, left_on=["platform", "item"], right_on=["platform", "post"], how="left")


def _scored(wide: pl.DataFrame, platform: str, terms: Sum) -> pl.DataFrame | None:
    rows = wide.filter(pl.col("platform") == platform)
    present = [term for term in terms if term.name in rows.columns]
    if rows.is_empty() or len(present) < sum(not term.optional for term in terms):
        return None
    score = reduce(add, (pl.col(t.name).fill_null(0) * t.sign if t.optional else pl.col(t.name) * t.sign for t in present))
    columns = [name if name in rows.columns else pl.lit(None, dtype=pl.Float64).alias(name) for name in SHOWN]
    return rows.select("platform", "item", score.alias("score"), *columns).filter(pl.col("score").is_not_null())


def _ranked(row: Mapping[str, object]) -> RankedPost:
    published = row["published"]
    return RankedPost(
        post=str(row["item"]),
        platform=str(row["platform"]),
        type=_text(row["type"]),
        text=_text(row["text"]),
        published=published.isoformat() if hasattr(published, "isoformat") else "",
        permalink=_text(row["permalink"]),
        score=_number(row["score"]) or 0.0,
        values={name: number for name in SHOWN if (number := _number(row[name])) is not None},
        file=int(_number(row["file"]) or 0),
        line=int(_number(row["line"]) or 0),
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None and str(value).strip() else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
