"""Letters → messages in the outbox, and from there to a mail server: never twice, never unsure without saying so."""

from __future__ import annotations

from generator.mail.delivery import deliver, outbox_name, set_aside
from generator.mail.journal import Journal, open_journal
from generator.mail.message import compose, message_id
from generator.mail.smtp import ServerError, open_server, read_secrets

__all__ = [
    "Journal",
    "ServerError",
    "compose",
    "deliver",
    "message_id",
    "open_journal",
    "open_server",
    "outbox_name",
    "read_secrets",
    "set_aside",
]
