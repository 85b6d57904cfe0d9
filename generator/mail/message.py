"""A letter → the bytes of a message: text and HTML in the recipient's language, the PDF attached, the same bytes for the same letter."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from generator.digests import digest
from generator.model.mail import Key, Letter

_POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")  # passes every server


def message_id(key: Key, sender: str) -> str:
    """The same for the same key, so that a mail server can tell a message that comes twice; says nothing of whom it is for."""
    said = "\x1f".join((key.client, key.report, key.period, key.recipient, str(key.edition)))
    return f"<{digest(said.encode())}@{sender.rpartition('@')[2]}>"


def compose(letter: Letter, at: datetime) -> bytes:
    """An RFC 5322 message with CRLF line ends. Raises ValueError where a header would hold a line break."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(letter.sender_name, letter.sender)
    message["To"] = _mailbox(letter.recipient_name, letter.key.recipient)
    if letter.reply_to:
        message["Reply-To"] = _mailbox("", letter.reply_to)
    message["Subject"] = letter.subject
    message["Date"] = at
    message["Message-ID"] = message_id(letter.key, letter.sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(letter.text)
    message["Content-Language"] = letter.language  # here, for set_content takes away what begins so
    message.add_alternative(letter.html, subtype="html")
    message.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.file_name)
    _fix_boundaries(message, letter)
    return message.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _fix_boundaries(message: EmailMessage, letter: Letter) -> None:
    """Boundaries that chance has no part in: long digests of what the letter says, which its own lines cannot hold."""
    seed = digest(letter.pdf + letter.html.encode() + letter.text.encode())
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={digest(f'{seed}{number}'.encode())}=")
