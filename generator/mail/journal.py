"""Who got which bytes: a journal in SQLite, one row a message with a unique key, and every event of it, never rewritten.

Each step is on the disk before the next one is taken, so that a run that is killed at any instant leaves nothing doubted but what cannot
be known. The only module of the mail that knows SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generator.model.mail import Fate, Key, Posted
from generator.problems import BilanError, Location, Problem

VERSION = 1
TABLES = """
create table if not exists messages (
  client text not null, report text not null, period text not null, recipient text not null, edition integer not null,
  fate text not null, message_id text not null unique, pdf text not null, at text not null, note text not null, attempts integer not null,
  unique (client, report, period, recipient, edition)) strict;
create table if not exists events (
  number integer primary key autoincrement, at text not null, client text not null, report text not null, period text not null,
  recipient text not null, edition integer not null, event text not null, pdf text not null, approval text not null,
  note text not null) strict;
create trigger if not exists events_stay before update on events begin select raise(abort, 'events are never rewritten'); end;
create trigger if not exists events_remain before delete on events begin select raise(abort, 'events are never removed'); end;
"""
_KEY = "client = ? and report = ? and period = ? and recipient = ? and edition = ?"
_COLUMNS = "client, report, period, recipient, edition, fate, message_id, pdf, at, note, attempts"


class Journal:
    """Rows of messages, and the events that led to them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, key: Key) -> Posted | None:
        row = self._connection.execute(f"select {_COLUMNS} from messages where {_KEY}", _values(key)).fetchone()  # noqa: S608  # constants
        return _posted(row) if row else None

    def all(self) -> list[Posted]:
        """Every message, by client, report, period, recipient, edition."""
        rows = self._connection.execute(f"select {_COLUMNS} from messages order by client, report, period, recipient, edition")  # noqa: S608
        return [_posted(row) for row in rows]

    def domains(self, client: str) -> set[str]:
        """The domains to which anything of a client was ever sent."""
        rows = self._connection.execute("select distinct recipient from messages where client = ? and fate = ?", (client, Fate.SENT))
        return {recipient.rpartition("@")[2] for (recipient,) in rows}

    def last_edition(self, client: str, report: str, period: str) -> int:
        """The latest edition that was offered to anybody; 0 when none was."""
        found = self._connection.execute(
            "select max(edition) from messages where client = ? and report = ? and period = ?", (client, report, period)
        ).fetchone()
        return int(found[0] or 0)

    def begin(self, key: Key, *, message_id: str, pdf: str, approval: str, at: str, event: str = "composed", note: str = "") -> bool:
        """Claims a key for a message that is in the outbox; False when somebody else has it."""
        with self._connection:
            done = self._connection.execute(
                "insert or ignore into messages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (*_values(key), Fate.WAITING, message_id, pdf, at, note),
            ).rowcount
            if done:
                self._tell(key, event, pdf, approval, at, note)
        return bool(done)

    def mark(self, key: Key, fate: Fate, *, at: str, note: str = "") -> None:
        """A step of a message, durable when this returns."""
        with self._connection:
            tried = int(fate == Fate.HANDING)
            self._connection.execute(
                f"update messages set fate = ?, at = ?, note = ?, attempts = attempts + ? where {_KEY}",  # noqa: S608  # constants
                (fate, at, note, tried, *_values(key)),
            )
            known = self.find(key)
            self._tell(key, fate, known.pdf if known else "", "", at, note)

    def interrupted(self, at: str) -> list[Posted]:
        """Messages that a killed run was handing over: from now on unsure."""
        found = [posted for posted in self.all() if posted.fate == Fate.HANDING]
        for posted in found:
            self.mark(posted.key, Fate.UNSURE, at=at, note="the run ended while the message was handed over")
        return found

    def events(self) -> Sequence[tuple[str, ...]]:
        """at, client, report, period, recipient, edition, event, pdf, approval, note; in order."""
        rows = self._connection.execute(
            "select at, client, report, period, recipient, edition, event, pdf, approval, note from events order by number"
        )
        return [tuple(map(str, row)) for row in rows]

    def _tell(self, key: Key, event: str, pdf: str, approval: str, at: str, note: str) -> None:
        self._connection.execute(
            "insert into events (at, client, report, period, recipient, edition, event, pdf, approval, note)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (at, *_values(key), event, pdf, approval, note),
        )


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal, made when there is none. Raises BilanError for one that is damaged or of another version: then nothing is sent."""
    if path.exists() and path.stat().st_size == 0:
        raise _damaged(path, "it is empty")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = None
    try:
        new = not path.exists()
        connection = sqlite3.connect(path, timeout=10)
        path.chmod(0o600)
        connection.execute("pragma synchronous = extra")
        connection.execute("pragma fullfsync = on")
        version = connection.execute("pragma user_version").fetchone()[0]
        if not new and version != VERSION:
            raise _damaged(path, f"it is of version {version}, and this Bilan knows version {VERSION}")
        if connection.execute("pragma integrity_check").fetchone()[0] != "ok":
            raise _damaged(path, "its pages do not fit together")
        connection.executescript(TABLES + f"pragma user_version = {VERSION};")
        yield Journal(connection)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from None
    finally:
        if connection:
            connection.close()


def _damaged(path: Path, why: str) -> BilanError:
    fix = "put back a copy of it from a backup; without it nobody knows what was sent, so nothing is"
    return BilanError([Problem(code="journal-damaged", message=f"the journal of what was sent cannot be read: {why}",
                               at=Location(path=f"{path.parent.name}/{path.name}"), fix=fix)])  # fmt: skip


def _values(key: Key) -> tuple[str, str, str, str, int]:
    return key.client, key.report, key.period, key.recipient, key.edition


def _posted(row: Sequence[object]) -> Posted:
    client, report, period, recipient, edition, fate, message_id, pdf, at, note, attempts = row
    key = Key(client=str(client), report=str(report), period=str(period), recipient=str(recipient), edition=int(str(edition)))
    return Posted(
        key=key, fate=Fate(str(fate)), message_id=str(message_id), pdf=str(pdf), at=str(at), note=str(note), attempts=int(str(attempts))
    )
