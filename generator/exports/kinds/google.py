"""Google Analytics 4 and Search Console."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

_CHANNEL = Names(
    (
        "Session primary channel group (Default Channel Group)", "Session default channel group",
        "Session default channel grouping", "Session primary channel group (Default channel group)",
    ),
    (
        "Groupe de canaux principal de la session (Groupe de canaux par défaut)", "Groupe de canaux par défaut de la session",
    ),
)  # fmt: skip
_MEASURES = {
    "sessions": Names("Sessions", "Sessions"),
    "engaged_sessions": Names("Engaged sessions", "Sessions avec engagement"),
    "users": Names(("Active users", "Users"), "Utilisateurs actifs"),
    "new_users": Names("New users", "Nouveaux utilisateurs"),
    "events": Names("Event count", "Nombre d'événements"),
    "conversions": Names(("Key events", "Conversions"), ("Événements clés", "Conversions")),
    "revenue": Names("Total revenue", ("Revenu total", "Revenus totaux"), money=True),
}

KINDS = (
    Kind(
        name="ga4_traffic_acquisition", platform="ga4", series="channel_month", grain="item_period", item="channel", rank=2,
        required=frozenset({"channel", "sessions"}), without=("Date",),
        columns={"channel": _CHANNEL, **_MEASURES},
    ),
    Kind(
        name="ga4_pages", platform="ga4", series="page_month", grain="item_period", item="page", rank=2,
        required=frozenset({"page", "page_views", "users"}), without=("Date",),
        columns={
            "page": Names(
                ("Page path and screen class", "Page path", "Page path and query string"), "Chemin de la page et classe de l'écran"
            ),
            "page_views": Names("Views", "Vues"),
            **_MEASURES,
        },
    ),
    Kind(
        name="ga4_reports_snapshot", platform="ga4", series="property_day", grain="nth_day", rank=1,
        required=frozenset({"nth_day"}), at_least=2,
        columns={"nth_day": Names("Nth day", ("Nième jour", "Nᵉ jour")), **_MEASURES},
    ),
    Kind(
        name="ga4_exploration", platform="ga4", series="channel_day", grain="item_day", item="channel", rank=2, adds_up=True,
        required=frozenset({"date", "channel", "sessions"}),
        columns={"date": Names("Date", "Date"), "channel": _CHANNEL, **_MEASURES},
    ),
    Kind(
        name="gsc_performance", platform="google_search", series="site_day", grain="day",
        required=frozenset({"date", "clicks", "impressions", "position"}), without=("Likes", "Reach"),
        columns={
            "date": Names("Date", "Date"),
            "clicks": Names("Clicks", "Clics"),
            "impressions": Names("Impressions", "Impressions"),
            "position": Names("Position", "Position"),
        },
    ),
)  # fmt: skip

COMPARISON = ("date range", "plage de dates")  # a column that says: two periods in one table
