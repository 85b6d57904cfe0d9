"""X, formerly Twitter: the analytics files of before 2024, and those of the account overview since."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

_TWEET = {
    "impressions": Names("impressions", "impressions"),
    "engagements": Names("engagements", "engagements"),
    "shares": Names("retweets", "Retweets"),
    "comments": Names("replies", "réponses"),
    "reactions": Names(("likes", "favorites"), "J'aime"),
    "profile_visits": Names("user profile clicks", "clics sur le profil de l'utilisateur"),
    "link_clicks": Names("url clicks", "clics sur l'URL"),
    "followers_gained": Names("follows", "abonnements"),
    "video_views": Names("media views", "affichages du média"),
}
_ACTIVITY = {
    "impressions": Names("Impressions"),
    "reactions": Names("Likes"),
    "engagements": Names("Engagements"),
    "saves": Names("Bookmarks"),
    "share_sheet": Names("Shares"),  # uses of the share menu; the reposts are what others call shares
    "followers_gained": Names("New follows"),
    "comments": Names("Replies"),
    "shares": Names("Reposts"),
    "profile_visits": Names("Profile visits"),
}

KINDS = (
    Kind(
        name="x_tweet_activity", platform="x", series="post", grain="post", item="post_id", zone="UTC",
        required=frozenset({"post_id", "published_at", "impressions"}),
        columns={
            "post_id": Names("Tweet id", "Identifiant du Tweet"),
            "permalink": Names("Tweet permalink", "Permalien du Tweet"),
            "text": Names("Tweet text", "Texte du Tweet"),
            "published_at": Names("time", "heure"),
            **_TWEET,
        },
    ),
    Kind(
        name="x_daily_activity", platform="x", series="account_day", grain="day",
        required=frozenset({"date", "posts_published", "impressions"}),
        columns={"date": Names("Date", "Date"), "posts_published": Names("Tweets published", "Tweets publiés"), **_TWEET},
    ),
    Kind(
        name="x_account_overview", platform="x", series="account_day", grain="day",
        required=frozenset({"date", "impressions", "followers_lost"}),
        columns={
            "date": Names("Date"),
            **_ACTIVITY,
            "followers_lost": Names("Unfollows"),
            "posts_published": Names("Create Post"),
            "video_views": Names("Video views"),
        },
    ),
    Kind(
        name="x_content", platform="x", series="post", grain="post", item="post_id",
        required=frozenset({"post_id", "published_at", "text", "impressions"}),
        columns={
            "post_id": Names("Post id"),
            "published_at": Names("Date"),
            "text": Names("Post text"),
            "permalink": Names("Post Link"),
            **_ACTIVITY,
            "link_clicks": Names("URL Clicks"),
        },
    ),
)  # fmt: skip
