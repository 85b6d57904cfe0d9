"""The best posts of a period by one metric, ties in the order of publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

import polars as pl

from generator.metrics.dictionary import Sum
from generator.model.figures import Period, RankedPost
from generator.model.kpi import Data

SHOWN = ("reactions", "comments", "shares", "saves", "impressions", "views", "video_views", "reach", "link_clicks")


def best_posts(data: Data, taken: Mapping[str, Sum], period: Period, count: int, platform: str | None) -> Sequence[RankedPost]:
    """Up to `count` posts of the native post series, highest first. Posts without every required term are left out."""
    values = data.values.filter((pl.col("series") == "post") & pl.col("first").is_between(period.first, period.last))
    if platform is not None:
        values = values.filter(pl.col("platform") == platform)
    if values.is_empty():
        return ()
    sums = values.group_by("platform", "item", "metric", maintain_order=True).agg(pl.col("value").sum())
    wide = sums.pivot(on="metric", index=["platform", "item"], values="value")  # no value stays none: a sum in the pivot would make it 0
    scored = [part for name, terms in taken.items() if (part := _scored(wide, name, terms)) is not None]
    if not scored:
        return ()
    posts = data.posts.filter(pl.col("series") == "post")
    top = pl.concat(scored).join(posts, left_on=["platform", "item"], right_on=["platform", "post"], how="left")
    top = top.sort(["score", "published", "item"], descending=[True, False, False], nulls_last=True).head(count)
    return [_ranked(row) for row in top.iter_rows(named=True)]


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
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None and str(value).strip() else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
