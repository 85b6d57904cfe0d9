"""Facebook Page Insights, the exports of before 2023 that agencies still keep."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

KINDS = (
    Kind(
        name="fb_page_insights_legacy", platform="facebook", series="page_day_legacy", grain="day",
        required=frozenset({"date", "reach", "impressions"}),
        columns={  # the Weekly and 28 Days columns are rolling windows: adding them counts each event many times
            "date": Names("Date"),
            "followers_total": Names("Lifetime Total Likes"),
            "followers_gained": Names("Daily New Likes"),
            "followers_lost": Names("Daily Unlikes"),
            "reach": Names("Daily Total Reach"),
            "impressions": Names("Daily Total Impressions"),
            "engaged_users": Names("Daily Page Engaged Users"),
        },
    ),
    Kind(
        name="fb_post_insights_legacy", platform="facebook", series="post_legacy", grain="post", item="post_id",
        required=frozenset({"post_id", "published_at", "permalink"}), at_least=5, without=("Publish time", "Page name"),
        columns={
            "post_id": Names("Post ID"),
            "permalink": Names("Permalink"),
            "text": Names("Post Message"),
            "content_type": Names("Type"),
            "published_at": Names("Posted"),
            "reach": Names("Lifetime Post Total Reach"),
            "impressions": Names("Lifetime Post Total Impressions"),
            "clicks": Names("Lifetime Post Consumptions"),
            "engaged_users": Names("Lifetime Engaged Users"),
            "shares": Names("share"),
            "reactions": Names("like"),
            "comments": Names("comment"),
        },
    ),
)  # fmt: skip
