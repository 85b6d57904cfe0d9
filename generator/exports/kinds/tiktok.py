"""TikTok Studio: headers stay English in every language, dates do not, and have no year."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

KINDS = (
    Kind(
        name="tiktok_overview", platform="tiktok", series="account_day", grain="day",
        required=frozenset({"date", "video_views", "profile_visits"}),
        columns={
            "date": Names("Date"),
            "video_views": Names("Video Views"),
            "profile_visits": Names("Profile Views"),
            "reactions": Names("Likes"),
            "comments": Names("Comments"),
            "shares": Names("Shares"),
        },
    ),
    Kind(
        name="tiktok_followers", platform="tiktok", series="account_day", grain="day",
        required=frozenset({"date", "followers_total", "followers_net"}),
        columns={
            "date": Names("Date"),
            "followers_total": Names("Followers"),
            "followers_net": Names("Difference in followers from previous day"),
        },
    ),
    Kind(
        name="tiktok_content", platform="tiktok", series="post", grain="post", item="post_id",
        required=frozenset({"permalink", "published_at", "video_views"}),
        columns={  # "Time" is the day of the download
            "text": Names("Video title"),
            "permalink": Names("Video link"),
            "published_at": Names("Post time"),
            "reactions": Names("Total likes"),
            "comments": Names("Total comments"),
            "shares": Names("Total shares"),
            "video_views": Names("Total views"),
        },
    ),
)  # fmt: skip
