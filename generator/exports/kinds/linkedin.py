"""LinkedIn pages: content, followers and visitors, each a workbook; and the export of a personal profile."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

KINDS = (
    Kind(
        name="linkedin_content_metrics", platform="linkedin", series="account_day", grain="day", part="metrics",
        required=frozenset({"date", "impressions", "reactions"}),
        columns={  # each measure has an organic, a sponsored and a total column: the total alone is taken
            "date": Names("Date", "Date"),
            "impressions": Names("Impressions (total)", "Impressions (total)"),
            "reach": Names("Unique impressions (organic)", "Impressions uniques (organique)"),
            "clicks": Names("Clicks (total)", "Clics (total)"),
            "reactions": Names("Reactions (total)", "Réactions (total)"),
            "comments": Names("Comments (total)", "Commentaires (total)"),
            "shares": Names(("Reposts (total)", "Shares (total)"), ("Republications (total)", "Partages (total)")),
        },
    ),
    Kind(
        name="linkedin_content_posts", platform="linkedin", series="post", grain="post", item="post_id", part="posts",
        required=frozenset({"permalink", "published_at", "impressions"}),
        columns={  # "Posted by" is an employee's name and is left where it is
            "text": Names(("Post title", "Update title"), "Titre du post"),
            "permalink": Names(("Post link", "Update link"), "Lien du post"),
            "published_at": Names("Created date", "Date de création"),
            "content_type": Names("Content Type", "Type de contenu"),
            "impressions": Names("Impressions", "Impressions"),
            "clicks": Names("Clicks", "Clics"),
            "reactions": Names("Likes", "J’aime"),
            "comments": Names("Comments", "Commentaires"),
            "shares": Names(("Reposts", "Shares"), ("Republications", "Partages")),
            "followers_gained": Names("Follows", "Abonnements"),
            "video_views": Names(
                ("Views (Excluding off-site video views)", "Video views"), "Vues (hors vues de vidéos hors site)"
            ),
        },
    ),
    Kind(
        name="linkedin_followers", platform="linkedin", series="followers_day", grain="day",
        required=frozenset({"date", "followers_gained"}),
        columns={  # "Total followers" is the total of the day's new ones, never the running total
            "date": Names("Date", "Date"),
            "followers_gained": Names("Total followers", "Total des abonnés"),
        },
    ),
    Kind(
        name="linkedin_visitors", platform="linkedin", series="visitors_day", grain="day",
        required=frozenset({"date", "page_views"}),
        columns={
            "date": Names("Date", "Date"),
            "page_views": Names("Total page views (total)", ("Total des pages vues (total)", "Total des vues de page (total)")),
            "unique_visitors": Names("Total unique visitors (total)", "Total des visiteurs uniques (total)"),
        },
    ),
    Kind(
        name="linkedin_profile_engagement", platform="linkedin", series="profile_account_day", grain="day", part="engagement",
        required=frozenset({"date", "impressions", "engagements"}), at_least=3, without=("Likes", "Unfollows", "Tweets published"),
        columns={
            "date": Names("Date", "Date"),
            "impressions": Names("Impressions", "Impressions"),
            "engagements": Names("Engagements", "Interactions"),
        },
    ),
    Kind(
        name="linkedin_profile_followers", platform="linkedin", series="profile_followers_day", grain="day", part="followers",
        required=frozenset({"date", "followers_gained"}),
        columns={"date": Names("Date", "Date"), "followers_gained": Names("New followers", "Nouveaux abonnés")},
    ),
)  # fmt: skip
