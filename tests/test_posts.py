"""The best posts of a period, and those that stand out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest

from generator.metrics.dictionary import read_sum
from generator.metrics.posts import best_posts, over_performers, stands_out
from generator.model.figures import month_of
from generator.model.kpi import POST_COLUMNS, VALUE_COLUMNS, Data
from tests.conftest import SiteFolder


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


def posts_of(scores: list[float], *, first: date = date(2026, 8, 1)) -> Data:
    """One post a day with that many reactions."""
    count = len(scores)
    days = [first + timedelta(days=number) for number in range(count)]
    names = [str(number) for number in range(count)]
    values = pl.DataFrame(
        {
            "platform": ["x"] * count, "account": [None] * count, "series": ["post"] * count, "metric": ["reactions"] * count,
            "first": days, "days": [1] * count, "item": names, "value": scores,
            "unit": ["count"] * count, "file": [0] * count, "line": list(range(2, count + 2)),
        },
        schema={name: getattr(pl, kind) for name, kind in VALUE_COLUMNS.items()},
    )  # fmt: skip
    posts = pl.DataFrame(
        {
            "platform": ["x"] * count, "account": [None] * count, "series": ["post"] * count, "post": names,
            "published": [datetime.combine(day, time(9)) for day in days], "type": ["photo"] * count, "text": ["Hello"] * count,
            "permalink": [None] * count, "file": [0] * count, "line": list(range(2, count + 2)),
        },
        schema={name: pl.Datetime("us") if kind == "Datetime" else getattr(pl, kind) for name, kind in POST_COLUMNS.items()},
    )  # fmt: skip
    return Data(client="luma", values=values, posts=posts, files=())


@pytest.mark.parametrize(
    ("score", "before", "stands"),
    [
        (200, [90, 100, 110] * 4, True),
        (199, [100] * 12, False),  # not twice the median
        (200, [100] * 12, True),  # no spread at all: the median alone decides
        (210, [20, 100, 180] * 4, False),  # posts that always vary this much
        (0, [0] * 12, False),
        (5, [0] * 12, True),
        (2000, [100] * 11 + [90_000], True),  # one hit before does not hide the next
    ],
)
def test_what_stands_out(score: float, before: list[float], stands: bool) -> None:
    """A post stands out at twice the usual and three deviations above it, however large a single earlier hit was."""
    assert stands_out(score, before) is stands


def test_a_post_is_compared_with_those_before_it() -> None:
    """Neither later posts nor the period's own hits are part of what is usual."""
    data = posts_of([100.0] * 31 + [100.0] * 3 + [500.0, 100.0, 480.0])

    found, unknown = over_performers(data, {"x": read_sum("reactions")}, month_of(date(2026, 9, 1)), 5, None)

    assert [(post.score, post.usual, post.history) for post in found] == [(500.0, 100.0, 30), (480.0, 100.0, 30)]
    assert unknown == 0


def test_too_short_a_history_says_nothing() -> None:
    """With fewer than ten posts before it, a post is neither usual nor unusual."""
    data = posts_of([100.0] * 5 + [900.0], first=date(2026, 9, 1))

    assert over_performers(data, {"x": read_sum("reactions")}, month_of(date(2026, 9, 1)), 5, None) == ([], 6)


def test_a_post_is_counted_whatever_its_rows_say(site: SiteFolder) -> None:
    """Posts of a table without reactions were published all the same: they are not 0 posts."""
    columns = "{published_at: When, post_id: ID, views: Seen}"
    site.write("content/luma/kpi.yaml", f"files:\n  - files: tool.csv\n    platform: instagram\n    grain: post\n    columns: {columns}\n")
    site.write("content/luma/kpi/tool.csv", "When,ID,Seen\n2026-09-03,a1,100\n2026-09-09,a2,120\n")

    told = site.run("kpi explain", "posts_published", "--client", "luma", "--period", "2026-09").out

    assert "value: 2\n" in told and "content/luma/kpi/tool.csv: 2 rows, lines 2 to 3" in told


def test_posts_of_part_of_a_month_are_compared_with_the_same_part(site: SiteFolder) -> None:
    """One post a day in August and in ten days of September is as many as before; a site's own metric may divide by them."""
    site.write("content/metrics.yaml", LIKES_PER_POST)
    site.write("content/luma/kpi/overview.csv", x_posts([10] * 41))

    told = site.run("kpi explain", "posts_published", "--client", "luma", "--period", "2026-09").out
    assert "value: 10\n" in told and "partial" in told
    assert "compared with the same days of 2026-08-01 to 2026-08-31: 10 (+0.0%)" in told
    assert "value: 10\n" in site.run("kpi explain", "likes_per_post", "--client", "luma", "--period", "2026-09").out


def test_posts_before_the_first_export_are_not_none(site: SiteFolder) -> None:
    """Twelve posts of the end of August, where an export begins, are no August to compare with."""
    text = x_posts([10] * 41).splitlines(keepends=True)
    site.write("content/luma/kpi/overview.csv", text[0] + "".join(text[20:]))

    assert "2026-08-31: missing" in site.run("kpi explain", "posts_published", "--client", "luma", "--period", "2026-09").out


@pytest.mark.parametrize(("name", "partial"), [("posts.csv", False), ("posts 2026-09-20.csv", True), ("posts 2026-10-02.csv", False)])
def test_posts_are_known_until_their_download(site: SiteFolder, name: str, partial: bool) -> None:
    """Nobody posts every day: a month of posts is whole, unless its export was downloaded before it was over."""
    site.remove("content/luma/kpi/overview.csv").write(f"content/luma/kpi/{name}", x_posts([10] * 45))  # until 14 September
    site.build()

    assert ("<strong>(partial)</strong>" in site.output("luma/room/monthly-2026-09.html")) is partial


LIKES_PER_POST = """metrics:
  likes_per_post:
    label: Likes per post
    definition: Likes divided by posts published.
    ratio: reactions / posts_published
    unit: count
"""
FIRST_ID = 1900000000000000000


def x_posts(scores: list[int]) -> str:
    """An X content export: one post a day from 1 August 2026 with that many likes."""
    head = "Post id,Date,Post text,Post Link,Impressions,Likes,Replies,Reposts\n"
    days = [date(2026, 8, 1) + timedelta(days=number) for number in range(len(scores))]
    rows = [
        f'"{FIRST_ID + n}","{day:%a, %b %d, %Y}","Post {n}",https://x.com/luma/status/{FIRST_ID + n},900,{likes},0,0\n'
        for n, (day, likes) in enumerate(zip(days, scores, strict=True))
    ]
    return head + "".join(rows)


def test_a_report_shows_what_stands_out_with_the_rule(site: SiteFolder) -> None:
    """The block prints by how many times a post beats the usual, and the rule that chose it."""
    site.write("content/luma/kpi/posts.csv", x_posts([100] * 40 + [700] + [100] * 10))
    report = (site.root / "content/luma/reports/monthly.md").read_text()
    site.write("content/luma/reports/monthly.md", report + "\n```posts\nshow: over-performing\n```\n")

    summary = site.build(choose=lambda output: output.path == "luma/room/monthly-2026-09.html")
    page = site.output("luma/room/monthly-2026-09.html")

    assert list(summary.problems) == []
    assert "Posts above the usual" in page and "Post 40" in page and "Post 39" not in page
    assert "7.00×" in page and "twice the median of the thirty before" in page
