"""Tools that report on several networks: Sprout Social and Hootsuite."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

NETWORKS = {  # names as these tools write them, normalised → platform
    "facebook": "facebook", "instagram": "instagram", "x": "x", "twitter": "x", "x (twitter)": "x", "linkedin": "linkedin",
    "tiktok": "tiktok", "youtube": "youtube",
}  # fmt: skip

KINDS = (
    Kind(
        name="sprout_profile_performance", platform="multi", series="profile_day", grain="day", day_order="mdy",
        required=frozenset({"date", "network", "account"}), at_least=6, without=("Post",),
        columns={
            "date": Names("Date"),
            "network": Names("Network"),
            "account": Names("Profile"),
            "followers_total": Names(("Audience", "Total Fans")),
            "followers_gained": Names("Audience Gained"),
            "followers_lost": Names("Audience Lost"),
            "followers_net": Names("Net Audience Growth"),
            "posts_published": Names(("Published Posts (Total)", "Published Posts")),
            "impressions": Names("Impressions"),
            "reach": Names("Reach"),
            "engagements": Names("Engagements"),
            "reactions": Names("Reactions"),
            "comments": Names("Comments"),
            "shares": Names("Shares"),
            "saves": Names("Saves"),
            "link_clicks": Names("Post Link Clicks"),
            "video_views": Names("Video Views"),
        },
    ),
    Kind(
        name="hootsuite_facebook_posts", platform="facebook", series="post_hootsuite", grain="post", item="post_id", zone="UTC",
        required=frozenset({"published_at", "post_id", "permalink"}), at_least=6,
        columns={
            "published_at": Names("Date (GMT)"),
            "account": Names("Facebook Page"),
            "post_id": Names("Post ID"),
            "permalink": Names("Post Permalink"),
            "content_type": Names("Post Type"),
            "text": Names("Post Message"),
            "clicks": Names("Clicks"),
            "comments": Names("Comments"),
            "engaged_users": Names("Engaged Users"),
            "impressions": Names("Impressions"),
            "link_clicks": Names("Link Clicks"),
            "reach": Names("Reach"),
            "reactions": Names("Reactions"),
            "shares": Names("Shares"),
            "video_views": Names("Video Views"),
        },
    ),
    Kind(
        name="hootsuite_account_metrics", platform="facebook", series="account_day_hootsuite", grain="day",
        required=frozenset({"date", "engaged_users"}), header_cut=" (Daily aggregated values for ",
        header_skip=(" (Overall aggregated value", "UNRELIABLE_"),  # filled on the last row only; not to be relied on
        columns={"date": Names("Date (GMT)"), "engaged_users": Names("Page Engaged Users")},
    ),
)  # fmt: skip
