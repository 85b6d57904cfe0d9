"""Google Ads and Meta Ads campaigns."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

_META = {
    "campaign": Names("Campaign name", "Nom de la campagne", "Kampagnenname"),
    "starts": Names("Reporting starts", "Début des rapports"),
    "ends": Names("Reporting ends", "Fin des rapports"),
    "spend": Names("Amount spent", "Montant dépensé", "Ausgegebener Betrag", money=True),
    "impressions": Names("Impressions", "Impressions"),
    "reach": Names("Reach", "Couverture"),
    "link_clicks": Names("Link clicks", ("Clics sur un lien", "Clics sur le lien")),
    "clicks": Names("Clicks (all)", "Clics (tous)"),
    "conversions": Names(("Results", "Purchases"), ("Résultats", "Achats")),
    "indicator": Names("Result indicator", "Indicateur de résultats"),
    "revenue": Names("Purchases conversion value", "Valeur de conversion des achats", money=True),
}  # fmt: skip

KINDS = (
    Kind(
        name="google_ads_campaigns", platform="google_ads", series="campaign_day", grain="campaign_day", item="campaign",
        required=frozenset({"date", "campaign", "spend", "impressions"}), adds_up=True,
        columns={
            "date": Names("Day", "Jour", "Tag"),
            "campaign": Names("Campaign", "Campagne", "Kampagne"),
            "account": Names(("Account name", "Account"), ("Nom du compte", "Compte"), ("Kontoname", "Konto")),
            "currency": Names(("Currency code", "Currency"), "Code de la devise", "Währungscode"),
            "spend": Names("Cost", "Coût", "Kosten", money=True),
            "impressions": Names(("Impr.", "Impressions"), "Impr.", "Impr."),
            "clicks": Names("Clicks", "Clics", "Klicks"),
            "conversions": Names("Conversions", "Conversions", "Conversions"),
            "revenue": Names(("Conv. value", "Conversion value"), "Valeur de conv.", "Conv.-Wert", money=True),
        },
    ),
    Kind(
        name="meta_ads_campaigns", platform="meta_ads", series="campaign_day", grain="campaign_day", item="campaign", adds_up=True,
        required=frozenset({"date", "campaign", "spend"}),
        columns={
            "date": Names("Day", "Jour", "Tag"),
            "account": Names("Account name", "Nom du compte", "Kontoname"),
            **_META,
        },
    ),
    Kind(
        name="meta_ads_campaigns_monthly", platform="meta_ads", series="campaign_month", grain="campaign_period", item="campaign",
        required=frozenset({"campaign", "spend", "starts", "ends"}), without=("Day", "Jour", "Tag"), adds_up=True,
        columns={"account": Names("Account name", "Nom du compte", "Kontoname"), **_META},
    ),
)  # fmt: skip
