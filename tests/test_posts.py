"""The best posts of a period."""

from __future__ import annotations

from datetime import date

import polars as pl

from generator.metrics.dictionary import read_sum
from generator.metrics.posts import best_posts
from generator.model.figures import month_of
from generator.model.kpi import POST_COLUMNS, VALUE_COLUMNS, Data


def test_what_a_post_lacks_is_missing_not_zero() -> None:
    """Two networks that count different things: neither post gets the other's figure as 0."""
    rows = [
        ("x", "1", "reactions", 5.0),
        ("x", "1", "impressions", 90.0),
        ("instagram", "2", "reactions", 7.0),
        ("instagram", "2", "views", 80.0),
    ]
    values = pl.DataFrame(
        {
            "platform": [row[0] for row in rows], "account": [None] * 4, "series": ["post"] * 4, "metric": [row[2] for row in rows],
            "first": [date(2026, 9, 3)] * 4, "days": [1] * 4, "item": [row[1] for row in rows], "value": [row[3] for row in rows],
            "unit": ["count"] * 4, "file": [0] * 4, "line": [2, 2, 3, 3],
        },
        schema={name: getattr(pl, kind) for name, kind in VALUE_COLUMNS.items()},
    )  # fmt: skip
    posts = pl.DataFrame(schema={name: getattr(pl, kind) for name, kind in POST_COLUMNS.items()})
    taken = {"x": read_sum("reactions"), "instagram": read_sum("reactions")}

    ranked = best_posts(Data(client="luma", values=values, posts=posts, files=()), taken, month_of(date(2026, 9, 1)), 5, None)

    assert [(post.platform, post.values) for post in ranked] == [
        ("instagram", {"reactions": 7.0, "views": 80.0}),
        ("x", {"reactions": 5.0, "impressions": 90.0}),
    ]
