"""Mailchimp: all campaigns, one a row; the file is English in every language."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

KINDS = (
    Kind(
        name="mailchimp_campaigns", platform="mailchimp", series="campaign", grain="campaign", item="campaign_id",
        required=frozenset({"campaign_id", "published_at", "recipients"}), at_least=6,
        columns={
            "campaign_id": Names("Unique Id"),
            "text": Names("Subject"),
            "account": Names(("List", "Audience")),
            "published_at": Names("Send Date"),
            "recipients": Names("Total Recipients"),
            "deliveries": Names("Successful Deliveries"),
            "bounces": Names("Total Bounces"),
            "unique_opens": Names("Unique Opens"),
            "opens": Names("Total Opens"),
            "unique_clicks": Names("Unique Clicks"),
            "clicks": Names("Total Clicks"),
            "unsubscribes": Names("Unsubscribes"),
            "conversions": Names("Total Orders"),
            "revenue": Names("Total Revenue", money=True),
        },
    ),
)  # fmt: skip
