"""The few words that a plan says itself, in the page's language."""

from __future__ import annotations

MISSING = {
    "no-export": {"fr": "aucun export ne donne ce chiffre", "en": "no export gives this figure"},
    "not-covered": {"fr": "période non couverte par les exports", "en": "period not covered by the exports"},
    "no-rows": {"fr": "aucune valeur sur la période", "en": "no value in the period"},
    "not-yet": {"fr": "pas encore relevé", "en": "not counted yet"},
    "no-spaces": {"fr": "les espaces du client ne sont pas déclarés", "en": "the client’s spaces are not declared"},
    "no-competitors": {"fr": "aucun concurrent n’est écouté", "en": "no competitor is listened to"},
    "not-rated": {"fr": "aucune mention notée", "en": "no mention is rated"},
    "no-messages": {"fr": "aucun message n’appelle de réponse", "en": "no message calls for an answer"},
    "no-replies": {"fr": "aucune réponse datée", "en": "no reply with its hour"},
    "no-hours": {"fr": "heures d’ouverture non déclarées", "en": "opening hours are not declared"},
    "no-campaign": {"fr": "aucune campagne sur la période", "en": "no campaign in the period"},
}

PEOPLE_RULE = {
    "fr": "Classement par nombre de moments publiés sur le mur ; à égalité, le premier arrivé. Les comptes du client n’y sont pas.",
    "en": "Ranked by moments published on the wall; on a tie, whoever came first. Accounts of the client are left out.",
}

LIFETIME = {
    "fr": "Chiffres cumulés de chaque publication à la date de l’export.",
    "en": "Lifetime figures of each post on the day of the export.",
}

OVER_PERFORMING = {
    "fr": "Publications qui atteignent au moins deux fois la médiane des trente précédentes du même réseau et du même type, "
    "et la dépassent d’au moins trois écarts absolus médians.",
    "en": "Posts with at least twice the median of the thirty before them on the same network and of the same type, "
    "and at least three median absolute deviations above it.",
}
TIMES_USUAL = {"fr": "l’habituel", "en": "the usual"}
UNJUDGED = {
    "fr": "Sans jugement, faute d’au moins dix publications avant elles : {count}.",
    "en": "Not judged, for want of ten posts before them: {count}.",
}

BENCHMARK = {
    "fr": "Comparaison jour par jour depuis le lancement. Campagnes passées : {count} ({names}).",
    "en": "Compared day by day since the launch. Past campaigns: {count} ({names}).",
}
MEDIAN = {"fr": "médiane de {count}", "en": "median of {count}"}


def day_since(index: int, language: str) -> str:
    """J, J+1 … (fr); Day 1, Day 2 … (en)."""
    return f"Day {index + 1}" if language == "en" else f"J+{index}" if index else "J"


COUNTED = {"moments": {"fr": "moments publiés", "en": "moments published"}, "people": {"fr": "participants", "en": "people taking part"}}

KINDS = {
    "card": {"fr": "Carte", "en": "Card"},
    "post": {"fr": "Publication", "en": "Post"},
    "photo": {"fr": "Photo", "en": "Photo"},
    "video": {"fr": "Vidéo", "en": "Video"},
    "audio": {"fr": "Son", "en": "Sound"},
    "message": {"fr": "Message", "en": "Message"},
    "quote": {"fr": "Citation", "en": "Quote"},
    "milestone": {"fr": "Étape", "en": "Milestone"},
    "note": {"fr": "Note", "en": "Note"},
}

CARDS = {"fr": "Les cartes", "en": "The cards"}

PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "ga4": "Google Analytics 4",
    "google_ads": "Google Ads",
    "meta_ads": "Meta Ads",
    "mailchimp": "Mailchimp",
    "matomo": "Matomo",
    "google_search": "Google Search",
    "multi": "Sprout Social",
    "mentions": "Mentions",
    "messages": "Messages",
}


def platform_name(platform: str) -> str:
    return PLATFORMS.get(platform, platform)


_ANNEX: dict[str, tuple[str, str]] = {
    "list": ("Contenu de l’annexe", "What is in the annex"), "sources": ("Définitions et sources", "Definitions and sources"),
    "exact": ("valeurs exactes ; le rapport les arrondit à l’affichage", "exact values; the report rounds them when it shows them"),
    "file": ("Fichier", "File"), "chapter": ("Chapitre", "Chapter"), "title": ("Titre", "Title"), "rows": ("Lignes", "Rows"),
    "separator": ("Séparateur", "Separator"), "decimal": ("Décimale", "Decimal mark"), "encoding": ("Codage", "Encoding"),
    "figures": ("Chiffres", "Figures"), "measure": ("Mesure", "Measure"), "value": ("Valeur", "Value"), "unit": ("Unité", "Unit"),
    "before": ("avant", "before"),
    "from": ("Du", "From"), "until": ("Au", "Until"), "change": ("Évolution (1 = 100 %)", "Change (1 = 100%)"),
    "tiles": ("Chiffres clés", "Key figures"), "table": ("Tableau", "Table"), "posts": ("Publications", "Posts"),
    "goals": ("Objectifs", "Goals"), "conversation": ("Conversation", "Conversation"), "service": ("Service", "Service"),
    "people": ("Personnes", "People"), "press": ("Presse", "Press"), "coverage": ("Ce que couvrent les exports", "What the exports cover"),
    "day": ("Jour", "Day"), "week": ("Semaine du", "Week of"), "month": ("Mois", "Month"), "quarter": ("Trimestre", "Quarter"),
    "since": ("Jour depuis le lancement", "Day since the launch"), "name": ("Nom", "Name"), "platform": ("Réseau", "Network"),
    "campaign": ("Campagne", "Campaign"), "channel": ("Canal", "Channel"), "page": ("Page", "Page"), "total": ("Total", "Total"),
    "rank": ("Rang", "Rank"), "text": ("Texte", "Text"), "address": ("Adresse", "Address"), "goal": ("Objectif", "Goal"),
    "target": ("Cible", "Target"), "at most": ("Au plus", "At most"), "progress": ("Avancement (1 = 100 %)", "Progress (1 = 100%)"),
    "expected": ("Attendu à date (1 = 100 %)", "Expected by now (1 = 100%)"), "by space": ("par espace", "by space"),
    "by theme": ("par thème", "by theme"), "by day": ("par jour", "by day"), "by agent": ("par agent", "by agent"),
    "space": ("Espace", "Space"), "theme": ("Thème", "Theme"), "positive": ("Positives", "Positive"), "neutral": ("Neutres", "Neutral"),
    "negative": ("Négatives", "Negative"), "unrated": ("Non notées", "Unrated"), "net": ("Net (1 = 100 %)", "Net (1 = 100%)"),
    "mentions": ("Mentions", "Mentions"), "moments": ("Moments", "Moments"), "agent": ("Agent", "Agent"),
    "answers": ("Réponses", "Answers"),
    "median open": ("Première réponse, heures d’ouverture", "First reply, opening hours"),
    "median": ("Première réponse, heures calendaires", "First reply, calendar hours"), "source": ("Source", "Source"),
    "files": ("Fichiers", "Files"), "holes": ("Jours manquants", "Days missing"), "unit ratio": ("1 = 100 %", "1 = 100%"),
    "unit s": ("s", "s"),
}  # fmt: skip
ANNEX = {language: {key: pair[index] for key, pair in _ANNEX.items()} for index, language in enumerate(("fr", "en"))}
