"""The outbox → a server, message by message, each step in the journal before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from generator.digests import digest
from generator.mail.durable import write_durably
from generator.mail.journal import Journal
from generator.mail.smtp import Offer, Outcome
from generator.model.mail import Fate, Key, Posted

Clock = Callable[[], str]


def outbox_name(key: Key) -> str:
    """The name of a message in the outbox; nobody's address is in it."""
    return f"{key.client}-{key.report}-{key.period}-{key.edition}-{digest(key.recipient.encode())[:10]}.eml"


def set_aside(outbox: Path, key: Key, message: bytes) -> Path:
    """A message in the outbox, whole and on the disk when this returns; readable for its owner only."""
    path = outbox / outbox_name(key)
    write_durably(path, message)
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
