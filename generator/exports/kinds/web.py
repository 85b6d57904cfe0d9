"""Matomo's summary of visits, with raw or translated names."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

KINDS = (
    Kind(
        name="matomo_visits_summary", platform="matomo", series="site_day", grain="day",
        required=frozenset({"date", "sessions", "page_actions"}),
        columns={
            "date": Names("Date", "Date", "Datum"),
            "unique_visitors": Names(("nb_uniq_visitors", "Unique visitors"), "Visiteurs uniques", "Eindeutige Besucher"),
            "sessions": Names(("nb_visits", "Visits"), "Visites", "Besuche"),
            "page_actions": Names(("nb_actions", "Actions"), "Actions", "Aktionen"),
            "conversions": Names(("nb_visits_converted", "Visits with Conversions"), "Visites avec conversions"),
        },
    ),
)  # fmt: skip
