"""The outbox → a server, message by message, each step in the journal before the next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from generator.digests import digest
from generator.mail.journal import Journal
from generator.mail.smtp import Offer, Outcome
from generator.model.mail import Fate, Key, Posted

TRIED_AGAIN = (Fate.WAITING, Fate.DEFERRED)
Clock = Callable[[], str]


def outbox_name(key: Key) -> str:
    """The name of a message in the outbox; nobody's address is in it."""
    return f"{key.client}-{key.report}-{key.period}-{key.edition}-{digest(key.recipient.encode())[:10]}.eml"


def set_aside(outbox: Path, key: Key, message: bytes) -> Path:
    """A message in the outbox, whole and on the disk when this returns; readable for its owner only."""
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    outbox.chmod(0o700)
    path = outbox / outbox_name(key)
    temporary = path.with_suffix(".tmp")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(outbox, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path


def deliver(
    waiting: Iterable[Posted], outbox: Path, sender: str, journal: Journal, offer: Offer, now: Clock, pause: Callable[[], None]
) -> Iterator[tuple[Posted, Outcome]]:
    """Offers each message to the server, and yields what became of it. `pause` keeps to what the provider allows.

    Before the final dot of a message goes out the journal says so; whatever happens then, it is never offered again by itself.
    """
    for posted in waiting:
        key, path = posted.key, outbox / outbox_name(posted.key)
        try:
            message = path.read_bytes()
        except OSError:
            yield posted, Outcome(fate=posted.fate, note="its message is gone from the outbox")
            continue
        pause()
        outcome = offer(sender, key.recipient, message, lambda key=key: journal.mark(key, Fate.HANDING, at=now()))  # type: ignore[misc]
        journal.mark(key, outcome.fate, at=now(), note=outcome.note)
        if outcome.fate is Fate.SENT:
            path.unlink(missing_ok=True)
        yield posted, outcome
