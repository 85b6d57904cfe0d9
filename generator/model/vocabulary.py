"""The words for what an export's columns hold: metrics with their unit, and dimensions."""

from __future__ import annotations

from collections.abc import Mapping

# Unit of each metric that files hold; "money" stands for the currency that the file states.
UNITS: Mapping[str, str] = {
    "impressions": "count", "views": "count", "reach": "people", "users": "people", "unique_visitors": "people",
    "engaged_users": "people", "engagements": "count", "reactions": "count", "comments": "count", "shares": "count",
    "share_sheet": "count", "saves": "count", "clicks": "count", "link_clicks": "count", "profile_visits": "count",
    "page_views": "count", "page_actions": "count", "followers_total": "people", "followers_gained": "people",
    "followers_lost": "people", "followers_net": "people", "video_views": "count", "watch_time_s": "s", "sessions": "count",
    "engaged_sessions": "count", "events": "count", "new_users": "people", "conversions": "count", "revenue": "money",
    "spend": "money", "posts_published": "count", "recipients": "count", "deliveries": "count", "opens": "count",
    "unique_opens": "people", "unique_clicks": "people", "bounces": "count", "unsubscribes": "people", "position": "rank",
}  # fmt: skip

# Metrics that no platform takes back: below zero they are a mistake of the file. (Reactions, comments and followers can be withdrawn.)
NEVER_NEGATIVE = frozenset([
    "impressions", "views", "reach", "users", "unique_visitors", "engaged_users", "page_views", "profile_visits", "followers_total",
    "followers_gained", "followers_lost", "video_views", "watch_time_s", "watch_time_h", "watch_time_ms", "sessions", "engaged_sessions",
    "events", "new_users", "revenue", "spend", "posts_published", "recipients", "deliveries", "opens", "unique_opens", "unique_clicks",
    "bounces", "unsubscribes", "position",
])  # fmt: skip

# Metrics as files hold them in another unit: the metric, and what its values are multiplied by.
SCALED: Mapping[str, tuple[str, float]] = {"watch_time_h": ("watch_time_s", 3600.0), "watch_time_ms": ("watch_time_s", 0.001)}

# What a row is about, for tables whose columns a site maps itself.
DIMENSIONS = ("date", "network", "account", "currency", "campaign", "post_id", "published_at", "text", "permalink", "content_type")

# Columns without which a row of a grain says nothing.
NEEDED: Mapping[str, tuple[str, ...]] = {"day": ("date",), "post": ("post_id", "published_at"), "campaign_day": ("date", "campaign")}

# Changes from one download to the next that a rule of kpi.yaml may accept, beside the names of columns.
DRIFTS = ("empty", "zeros", "scale", "currency", "locale", "timezone")
