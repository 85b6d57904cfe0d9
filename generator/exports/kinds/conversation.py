"""The two tables of conversations, with their documented headings: what is said of a client, and the messages that it gets."""

from __future__ import annotations

from generator.exports.kind import Kind, Names

MENTIONS = Kind(
    name="mentions", platform="?", series="mention", grain="mention", required=frozenset({"date"}), at_least=3,
    columns={
        "date": Names(("Date", "Published", "Published at", "Day"), ("Date", "Publié le", "Date de publication", "Jour")),
        "platform": Names(("Platform", "Source", "Network", "Channel"), ("Plateforme", "Source", "Réseau", "Canal", "Média")),
        "space": Names(("Space", "Where"), ("Espace", "Lieu")),
        "author": Names(("Author", "User", "Username", "Handle"), ("Auteur", "Autrice", "Utilisateur", "Pseudo")),
        "sentiment": Names(("Sentiment", "Tone"), ("Sentiment", "Tonalité")),
        "theme": Names(("Theme", "Themes", "Topic", "Topics"), ("Thème", "Thèmes", "Sujet", "Sujets")),
        "reach": Names(("Reach", "Potential reach"), ("Portée", "Portée potentielle")),
        "brand": Names("Brand", "Marque"),
        "text": Names(("Text", "Mention", "Content", "Verbatim"), ("Texte", "Mention", "Contenu", "Verbatim")),
        "permalink": Names(("Permalink", "Link", "URL"), ("Permalien", "Lien", "URL")),
        "id": Names(("ID", "Mention ID"), ("ID", "Identifiant")),
    },
)  # fmt: skip

MESSAGES = Kind(
    name="messages", platform="?", series="message", grain="message", required=frozenset({"received_at", "first_reply_at"}),
    columns={
        "received_at": Names(("Received", "Received at", "Date received"), ("Reçu", "Reçu le", "Date de réception")),
        "first_reply_at": Names(
            ("First reply", "First reply at", "First response", "First response at", "Replied at", "Answered at"),
            ("Première réponse", "Première réponse le", "Date de première réponse", "Répondu le"),
        ),
        "channel": Names(("Channel", "Platform", "Network", "Source", "Inbox"), ("Canal", "Plateforme", "Réseau", "Source")),
        "agent": Names(("Agent", "Assignee", "Assigned to", "Answered by"), ("Agent", "Conseiller", "Attribué à", "Répondu par")),
        "status": Names("Status", ("Statut", "État")),
        "id": Names(("ID", "Message ID", "Ticket", "Ticket ID"), ("ID", "Identifiant", "Ticket")),
        "asks": Names(("Calls for an answer", "Answer expected", "Needs reply"), ("Appelle une réponse", "Réponse attendue")),
    },
)  # fmt: skip

KINDS = (MESSAGES, MENTIONS)
