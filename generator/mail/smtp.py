"""Messages → a mail server, one connection for many, each step told before it is taken. The only module that knows smtplib.

A message counts as sent when the server has answered 250 to the final dot, and as not sent when the connection ends before that dot. In
between nobody can know: the caller is told before the dot goes out, and such a message is left to a person.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.model.mail import Fate, MailFile

TIMEOUT = 60.0  # seconds for any answer of the server
_TOO_BIG = "the message has {size:,} bytes; the server takes {limit:,}"


class ServerError(Exception):
    """The server cannot be used at all: unreachable, wrong certificate, wrong password. Says so in one line, without any secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Who we are to the server; from the environment or a file, never from the site."""

    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message, in the server's words."""

    fate: Fate
    note: str
    lost: bool = False  # whether the connection is gone


Offer = Callable[[str, str, bytes, Callable[[], None]], Outcome]


@contextmanager
def open_server(settings: MailFile, secrets: Secrets) -> Iterator[Offer]:
    """A function that offers one message: sender, recipient, bytes, and what to call just before the final dot.

    It connects when it is first needed, and again after a lost connection. Raises ServerError where the server cannot be used at all.
    """
    link = _Link(settings, secrets)
    try:
        yield link.offer
    finally:
        link.close()


class _Link:
    def __init__(self, settings: MailFile, secrets: Secrets) -> None:
        self._settings, self._secrets = settings, secrets
        self._smtp: smtplib.SMTP | None = None

    def offer(self, sender: str, recipient: str, payload: bytes, before_the_dot: Callable[[], None]) -> Outcome:
        try:
            smtp = self._smtp or self._connect()
            limit = int(smtp.esmtp_features.get("size") or 0)
            if limit and len(payload) > limit:
                return Outcome(fate=Fate.REFUSED, note=_TOO_BIG.format(size=len(payload), limit=limit))
            refused = self._envelope(smtp, sender, recipient, len(payload))
            if refused:
                return refused
            assert smtp.sock is not None
            smtp.sock.sendall(_stuffed(payload))
        except (smtplib.SMTPServerDisconnected, OSError) as error:  # nothing was handed over yet
            self.close()
            return Outcome(fate=Fate.DEFERRED, note=f"the connection was lost before the message was whole: {_words(error)}", lost=True)
        before_the_dot()
        return self._last_dot(smtp)

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str, size: int) -> Outcome | None:
        """MAIL, RCPT and DATA; the server's refusal, if there is one."""
        options = [f"size={size}"] if smtp.has_extn("size") else []
        if not (sender + recipient).isascii():
            if not smtp.has_extn("smtputf8"):
                return Outcome(fate=Fate.REFUSED, note="the server takes no address with letters beyond ASCII")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: smtp.mail(sender, options), lambda: smtp.rcpt(recipient), lambda: smtp.docmd("DATA"),
        )  # fmt: skip
        for step in steps:
            code, words = step()
            if code not in (250, 251, 354):
                return self._refused(code, words)
        return None

    def _last_dot(self, smtp: smtplib.SMTP) -> Outcome:
        try:
            assert smtp.sock is not None
            smtp.sock.sendall(b".\r\n")
            code, words = smtp.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            return Outcome(fate=Fate.UNSURE, note=f"the connection was lost after the final dot: {_words(error)}", lost=True)
        if code == 250:
            return Outcome(fate=Fate.SENT, note=_reply(code, words))
        return self._refused(code, words)

    def _refused(self, code: int, words: bytes) -> Outcome:
        """4xx may be tried again, 5xx not; after 421 the server is gone."""
        if code == 421:
            self.close()
        elif self._smtp:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.rset()
        fate = Fate.DEFERRED if 400 <= code < 500 or code < 0 else Fate.REFUSED
        return Outcome(fate=fate, note=_reply(code, words), lost=code == 421)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.server or "", settings.port
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
            if settings.security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
            else:
                smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerError(f"{host}:{port} cannot be reached: {_words(error)}") from None
        try:
            if settings.security == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if self._secrets.user and self._secrets.password:
                smtp.login(self._secrets.user, self._secrets.password)
        except smtplib.SMTPAuthenticationError as error:
            smtp.close()
            raise ServerError(f"{host} does not take this user and password (code {error.smtp_code})") from None
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise ServerError(f"{host}:{port} cannot be used: {_words(error)}") from None
        self._smtp = smtp
        return smtp

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp:
            with suppress(smtplib.SMTPException, OSError):
                smtp.sock.settimeout(2) if smtp.sock else None
                smtp.quit()
            smtp.close()


def read_secrets(settings: MailFile, environment: dict[str, str]) -> Secrets:
    """From the environment, else from the password file. Raises ServerError where the file cannot be read."""
    user = environment.get("BILAN_SMTP_USER") or settings.user
    password = environment.get("BILAN_SMTP_PASSWORD")
    if not password and settings.password_file:
        try:
            password = Path(settings.password_file).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ServerError("the password_file of mail: in site.yaml cannot be read") from None
    return Secrets(user=user, password=password)


def _stuffed(payload: bytes) -> bytes:
    """Lines that begin with a dot get another (RFC 5321, 4.5.2), and the last line its end."""
    stuffed = re.sub(rb"(?m)^\.", b"..", payload)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _reply(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".replace("\n", " ")[:300]


def _words(error: BaseException) -> str:
    return (str(getattr(error, "strerror", "") or error) or type(error).__name__)[:200]
