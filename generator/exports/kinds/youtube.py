"""YouTube Studio: the table of a channel by video or by day; the chart beside it holds only the top items."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

_SHARED = {
    "video_views": Names("Views", "Vues"),
    "watch_time_h": Names("Watch time (hours)", "Durée de visionnage (heures)"),
    "followers_net": Names("Subscribers", "Abonnés"),
    "followers_gained": Names("Subscribers gained", ("Abonnés gagnés", "Nouveaux abonnés")),
    "followers_lost": Names("Subscribers lost", "Abonnés perdus"),
    "impressions": Names("Impressions", "Impressions"),
    "reactions": Names("Likes", ("Mentions « J'aime »", "J'aime")),
    "comments": Names("Comments added", "Commentaires ajoutés"),
    "shares": Names("Shares", "Partages"),
    "reach": Names("Unique viewers", "Spectateurs uniques"),
}

KINDS = (
    Kind(
        name="youtube_studio_content", platform="youtube", series="post", grain="post", item="post_id", without=("Date",),
        required=frozenset({"post_id", "published_at", "video_views"}),
        columns={
            "post_id": Names(("Content", "Video"), ("Contenu", "Vidéo")),
            "text": Names("Video title", "Titre de la vidéo"),
            "published_at": Names("Video publish time", "Heure de publication de la vidéo"),
            **_SHARED,
        },
    ),
    Kind(
        name="youtube_studio_date", platform="youtube", series="account_day", grain="day",
        required=frozenset({"date", "video_views"}), at_least=3,
        without=("Content", "Contenu", "Profile Views", "Reach", "Clicks", "Unfollows", "Create Post"),
        columns={"date": Names("Date", "Date"), **_SHARED},
    ),
)  # fmt: skip
