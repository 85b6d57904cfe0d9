"""Meta Business Suite: posts of Facebook and Instagram, and one metric a file by day."""

from __future__ import annotations

from generator.exports.headers import normal
from generator.exports.kind import Kind, Names

_TOTAL = {"data_comment": frozenset({"", "total"})}  # other words mark parts of the same post's figures

_POST = {
    "post_id": Names("Post ID", "ID de publication", "Beitrags-ID", "Identificação do post"),
    "text": Names("Description", "Description", "Beschreibung", "Descrição"),
    "published_at": Names("Publish time", "Heure de publication", "Veröffentlichungszeitpunkt", "Horário de publicação"),
    "permalink": Names("Permalink", "Permalien", "Permalink", "Link permanente"),
    "content_type": Names("Post type", "Type de publication", "Beitragstyp", "Tipo de post"),
    "data_comment": Names("Data comment", "Commentaire sur les données", "Datenkommentar", "Comentário de dados"),
    "views": Names("Views", "Vues", "Aufrufe", "Visualizações"),
    "reach": Names("Reach", "Couverture", "Reichweite", "Alcance"),
    "comments": Names("Comments", "Commentaires", "Kommentare", "Comentários"),
    "shares": Names("Shares", "Partages", "Geteilte Inhalte", "Compartilhamentos"),
}  # fmt: skip

KINDS = (
    Kind(
        name="mbs_content_facebook", platform="facebook", series="post", grain="post", item="post_id", keep=_TOTAL,
        required=frozenset({"post_id", "published_at", "account"}), at_least=7,
        columns={
            **_POST,
            "account": Names("Page name", "Nom de la Page", "Seitenname", "Nome da Página"),
            "account_id": Names("Page ID", "ID de la Page", "Seiten-ID", "Identificação da Página"),
            "reactions": Names("Reactions", "Réactions", "Reaktionen", "Reações"),
            "clicks": Names("Total clicks", "Nombre total de clics", "Klicks insgesamt", "Total de cliques"),
            "link_clicks": Names(("Link Clicks", "Link clicks"), "Clics sur le lien", "Link-Klicks", "Cliques no link"),
            "watch_time_s": Names("Seconds viewed", "Secondes de visionnage", (), "Segundos visualizados"),
        },
    ),
    Kind(
        name="mbs_content_instagram", platform="instagram", series="post", grain="post", item="post_id", keep=_TOTAL,
        required=frozenset({"post_id", "published_at", "account"}), at_least=7,
        columns={
            **_POST,
            "account": Names("Account username", "Nom d’utilisateur du compte", "Konto-Benutzername", "Nome de usuário da conta"),
            "account_name": Names("Account name", "Nom du compte", "Kontoname", "Nome da conta"),
            "account_id": Names("Account ID", "ID du compte", "Konto-ID", "Identificação da conta"),
            "reactions": Names("Likes", "Mentions J’aime", "„Gefällt mir“-Angaben", "Curtidas"),
            "saves": Names("Saves", "Enregistrements", "Gespeicherte Beiträge", "Salvamentos"),
            "followers_gained": Names("Follows", "Abonnements", "Follows", "Seguimentos"),
        },
    ),
    Kind(
        name="mbs_daily", platform="?", series="account_day", grain="day", required=frozenset({"date", "titled"}),
        columns={"date": Names("Date", "Date", "Datum", "Data"), "titled": Names("Primary", "Principal", "Primär", "Primary")},
    ),
)  # fmt: skip

# Titles of one-metric files: the metric, and the platform where the title names it.
_TITLES: dict[str, tuple[str, ...]] = {
    "views": ("Views", "Vues", "Visualizações", "Aufrufe"),
    "reach": (
        "Reach", "Couverture", "Alcance", "Reichweite", "Couverture de la Page Facebook", "Facebook Page reach", "Facebook reach",
        "Couverture Instagram", "Instagram reach", "Couverture Facebook",
    ),
    "engagements": ("Content interactions", "Interactions avec le contenu", "Interações", "Interações com o conteúdo", "Interactions"),
    "link_clicks": (
        "Instagram link clicks", "Facebook link clicks", "Link clicks", "Cliques no link", "Clics sur un lien", "Clics sur le lien",
        "Clics sur le lien Instagram", "Clics sur le lien Facebook", "Clics sur un lien Instagram", "Clics sur un lien Facebook",
    ),
    "profile_visits": (
        "Instagram profile visits", "Facebook visits", "Facebook Page visits", "Visites de la Page Facebook", "Visites Facebook",
        "Visites du profil Instagram", "Visitas ao perfil", "Page and profile visits",
    ),
    "followers_gained": (
        "Instagram follows", "Facebook follows", "Follows", "Abonnements Facebook", "Abonnements Instagram", "Abonnements",
        "Seguidores no Instagram", "Nouvelles mentions J’aime de la Page Facebook", "New Facebook Page likes",
        "New Instagram followers", "Nouveaux followers Instagram",
    ),
}  # fmt: skip
DAILY_TITLES = {normal(title): metric for metric, titles in _TITLES.items() for title in titles}
