"""Facts in .bilan/facts.sqlite3; one row an output, committed after its file is in place. A store that cannot be read is begun anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.facts.verdict import Fact
from generator.model.outputs import Input, Output
from generator.problems import BilanError, Location, Problem

SCHEMA = "2"
TABLES = """
create table if not exists facts (
  path text primary key, owner text not null, source text not null, says text not null,
  payload text, inputs text not null, built_with text not null, made_because text not null,
  size integer, mtime integer, inode integer) strict;
create table if not exists notes (name text primary key, value text not null) strict;
"""


class Store:
    """Rows of facts, the stamps of written files, and notes of the last run."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def facts(self) -> dict[str, Fact]:
        rows = self._connection.execute("select path, owner, source, says, payload, inputs, built_with, made_because from facts")
        return {row[0]: _fact(row) for row in rows}

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """Size, time and inode of each file as it was written."""
        rows = self._connection.execute("select path, size, mtime, inode from facts where size is not null")
        return {path: (size, mtime, inode) for path, size, mtime, inode in rows}

    def keep(self, fact: Fact, stamp: tuple[int, int, int] | None) -> None:
        inputs = json.dumps([[known.path, known.digest] for known in fact.inputs])
        says = json.dumps(fact.says, ensure_ascii=False)
        row = (fact.path, fact.owner, fact.source, says, fact.payload, inputs, fact.built_with, fact.made_because)
        self._connection.execute(
            "insert or replace into facts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *(stamp or (None, None, None)))
        )

    def expect(self, outputs: Iterable[Output]) -> None:
        """Says, before anything is written, what a run is about to write: a killed run leaves no file that nobody knows of."""
        self.set_note("state", "")
        for output in outputs:
            fact = Fact(path=output.path, owner=output.owner, source=str(output.at), says={}, payload=None, inputs=(), built_with="")
            self.keep(fact, None)
        self.commit()

    def forget(self, paths: Iterable[str]) -> None:
        self._connection.executemany("delete from facts where path = ?", [(path,) for path in paths])

    def note(self, name: str) -> str | None:
        row = self._connection.execute("select value from notes where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_note(self, name: str, value: str) -> None:
        self._connection.execute("insert or replace into notes values (?, ?)", (name, value))

    def commit(self) -> None:
        self._connection.commit()


def _fact(row: tuple[str, str, str, str, str | None, str, str, str]) -> Fact:
    path, owner, source, says, payload, inputs, built_with, because = row
    known = tuple(Input(path=name, digest=found) for name, found in json.loads(inputs))
    return Fact(path=path, owner=owner, source=source, says=json.loads(says), payload=payload, inputs=known, built_with=built_with,
                made_because=because)  # fmt: skip


@contextmanager
def open_store(folder: Path, notices: list[Problem]) -> Iterator[Store]:
    """The store of a site's .bilan folder. A damaged or older one is set aside with a notice: everything is then built again."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "facts.sqlite3"
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        if _of_the_disk(error):
            raise _cannot_remember(error) from None
        notices.append(
            Problem(
                code="facts-unreadable",
                message="the record of earlier builds cannot be used; everything is built again",
                at=Location(path=".bilan/facts.sqlite3"),
                severity="notice",
            )
        )
        for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"), path.with_name(path.name + "-journal")):
            with suppress(FileNotFoundError):
                name.unlink()
        connection = _connect(path)
    try:
        yield Store(connection)
        connection.commit()
    except sqlite3.OperationalError as error:
        if _of_the_disk(error):
            raise _cannot_remember(error) from None
        raise
    finally:
        connection.close()


def _of_the_disk(error: sqlite3.Error) -> bool:
    """Whether the disk is full, broken or not to be written: the record itself may be sound."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def _cannot_remember(error: sqlite3.Error) -> BilanError:
    message = f"what was built cannot be recorded: {error}"
    fix = "make room on the disk and check permissions, then run again: what is already in output/ stays"
    return BilanError([Problem(code="cannot-write", message=message, at=Location(path=".bilan/facts.sqlite3"), fix=fix)])


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        # a killed process loses nothing; after a power cut a damaged file is set aside, and everything is built again
        connection.execute("pragma synchronous = off")
        connection.executescript(TABLES)
        kept = connection.execute("select value from notes where name = 'schema'").fetchone()
        if kept and kept[0] != SCHEMA:
            raise sqlite3.DatabaseError("another schema")
        connection.execute("insert or replace into notes values ('schema', ?)", (SCHEMA,))
        connection.execute("select count(payload) from facts").fetchone()  # touches every page that a build will need
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection
