"""Facts in .bilan/facts.sqlite3; one row an output, committed after its file is in place. A store that cannot be read is begun anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

from generator.digests import digest
from generator.facts.readings import Readings
from generator.facts.snapshot import Stamp
from generator.facts.verdict import Fact
from generator.model.outputs import Input
from generator.problems import BilanError, Location, Problem

SCHEMA = "5"
TABLES = """
create table if not exists facts (
  path text primary key, owner text not null, source text not null, says text not null, payload text, inputs integer not null,
  built_with integer not null, made_because text not null, in_place text not null, remarks text not null, mark text not null,
  access text not null, size integer, mtime integer, inode integer) strict;
create table if not exists texts (number integer primary key, text text not null unique) strict;
create table if not exists readings (
  path text primary key, size integer not null, mtime integer not null, inode integer not null, said text not null) strict;
create table if not exists notes (name text primary key, value text not null) strict;
"""
COLUMNS = "path, owner, source, says, payload, inputs, built_with, made_because, in_place, remarks, mark, access"


class Store:
    """Rows of facts, the stamps of written files, and notes of the last run. What many rows share, as their inputs, is kept once."""

    def __init__(self, connection: sqlite3.Connection, seal: Path) -> None:
        self._connection, self._seal = connection, seal
        self._texts: dict[str, int] = {}
        self._sealed = True

    def facts(self) -> dict[str, Fact]:
        texts = dict(self._connection.execute("select number, text from texts"))
        inputs: dict[int, tuple[Input, ...]] = {}
        facts = {}
        for path, owner, source, says, payload, read, versions, because, in_place, remarks, mark, access in self._connection.execute(
            f"select {COLUMNS} from facts"  # noqa: S608  # a constant
        ):
            if read not in inputs:
                inputs[read] = tuple(Input(path=name, digest=found) for name, found in json.loads(texts[read]))
            facts[path] = Fact(
                path=path, owner=owner, source=source, says=json.loads(says), payload=payload, inputs=inputs[read],
                built_with=texts[versions], made_because=because, in_place=in_place, remarks=_problems(remarks), mark=mark,
                access=access,
            )  # fmt: skip
        return facts

    def paths(self) -> frozenset[str]:
        return frozenset(path for (path,) in self._connection.execute("select path from facts"))

    def stamps(self) -> dict[str, Stamp]:
        """Size, time and inode of each file as it was written."""
        rows = self._connection.execute("select path, size, mtime, inode from facts where size is not null")
        return {path: (size, mtime, inode) for path, size, mtime, inode in rows}

    def keep(self, made: Iterable[tuple[Fact, Stamp | None]]) -> None:
        """Facts with the stamps of their files."""
        self._change()
        rows = [
            (
                fact.path, fact.owner, fact.source, json.dumps(fact.says), fact.payload,
                self._number(json.dumps([[known.path, known.digest] for known in fact.inputs])), self._number(fact.built_with),
                fact.made_because, fact.in_place, _remarks(fact.remarks), fact.mark, fact.access, *(stamp or (None, None, None)),
            )
            for fact, stamp in made
        ]  # fmt: skip
        self._connection.executemany("insert or replace into facts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _number(self, text: str) -> int:
        """The number under which a shared text is kept."""
        if text not in self._texts:
            self._connection.execute("insert or ignore into texts (text) values (?)", (text,))
            self._texts[text] = self._connection.execute("select number from texts where text = ?", (text,)).fetchone()[0]
        return self._texts[text]

    def mark(self, marks: Iterable[tuple[str, str]]) -> None:
        """Other marks for outputs that say what they said."""
        self._change()
        self._connection.executemany("update facts set mark = ? where path = ?", ((mark, path) for path, mark in marks))

    def expect(self, coming: Iterable[tuple[str, str, str]]) -> None:
        """Says of paths what is about to be put in place there, before it is: whose it is, and the digests that will be Bilan's own. A run
        that is killed then leaves no file that nobody knows of."""
        self._change()
        self.set_note("state", "")
        nothing = self._number("[]")
        self._connection.executemany(
            "insert into facts values (?, ?, '', '{}', null, ?, ?, '', ?, '[]', '', 'private', null, null, null) "
            "on conflict (path) do update set payload = null, in_place = excluded.in_place",
            [(path, owner, nothing, nothing, in_place) for path, owner, in_place in coming],
        )
        self.commit()

    def forget(self, paths: Iterable[str]) -> None:
        self._change()
        self._connection.executemany("delete from facts where path = ?", [(path,) for path in paths])

    def tidy(self) -> None:
        """Drops shared texts that no row uses any more."""
        self._change()
        self._connection.execute("delete from texts where number not in (select inputs from facts union select built_with from facts)")
        self._texts.clear()

    def open_readings(self, readings: Readings, stamps: Mapping[str, Stamp], basis: str) -> None:
        """Begins a run of `readings` with what is stored on the same basis."""
        usable = self.note("readings") == basis
        readings.begin(stamps, basis, lambda: self._readings() if usable else ())

    def private(self) -> frozenset[str]:
        """Outputs that are not for everybody."""
        return frozenset(path for (path,) in self._connection.execute("select path from facts where access != 'public'"))

    def _readings(self) -> Iterator[tuple[str, Stamp, str]]:
        return _read_readings(self._connection)

    def keep_readings(self, readings: Readings) -> None:
        """Stores what was read since the run began, and drops what is no more."""
        self._change()
        new, gone = readings.changes()
        if self.note("readings") != readings.basis:
            self._connection.execute("delete from readings")
            self.set_note("readings", readings.basis)
        self._connection.executemany("delete from readings where path = ?", [(path,) for path in gone])
        rows = [(path, *stamp, said) for path, (stamp, said) in new.items()]
        self._connection.executemany("insert or replace into readings values (?, ?, ?, ?, ?)", rows)
        self.commit()

    def note(self, name: str) -> str | None:
        row = self._connection.execute("select value from notes where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_note(self, name: str, value: str) -> None:
        self._change()
        self._connection.execute("insert or replace into notes values (?, ?)", (name, value))

    def remarks(self) -> tuple[Problem, ...]:
        """What the last build had to say, which one that has nothing to do says again."""
        return _problems(self.note("remarks") or "[]")

    def set_remarks(self, problems: Iterable[Problem]) -> None:
        self.set_note("remarks", _remarks(problems))

    def _change(self) -> None:
        """Breaks the seal, before anything is changed."""
        if self._sealed:
            self._sealed = False
            self._seal.unlink(missing_ok=True)

    def scrub(self) -> None:
        """Writes the record anew, so that nothing of what was dropped is left in its file."""
        self._change()
        self.commit()
        self._connection.execute("vacuum")

    def close(self) -> None:
        """Seals what was changed, when all of it has been written."""
        if not self._sealed:
            try:
                self._seal.write_text(digest(self._seal.with_suffix(".sqlite3").read_bytes()), encoding="ascii")
            except OSError:  # no room: without a seal, the record is read for what it is
                self._seal.unlink(missing_ok=True)

    def commit(self) -> None:
        self._connection.commit()


def _read_readings(connection: sqlite3.Connection) -> Iterator[tuple[str, Stamp, str]]:
    for path, size, mtime, inode, said in connection.execute("select path, size, mtime, inode, said from readings"):
        yield path, (size, mtime, inode), said


def stored_readings(folder: Path, basis: str) -> list[tuple[str, Stamp, str]]:
    """What a site's record has of readings on this basis, looked at beside whoever may be writing it; nothing where that fails."""
    try:
        connection = sqlite3.connect(f"file:{folder / 'facts.sqlite3'}?mode=ro", uri=True, timeout=1)
    except sqlite3.Error:
        return []
    try:
        kept = dict(connection.execute("select name, value from notes where name in ('schema', 'readings')"))
        return list(_read_readings(connection)) if kept == {"schema": SCHEMA, "readings": basis} else []
    except sqlite3.Error:
        return []
    finally:
        connection.close()


def cells_of(path: Path) -> Iterator[str]:
    """Every text of every table of a record, whole: long ones are in pieces in the file."""
    connection = sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=ro", uri=True)
    try:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table}"'):  # noqa: S608  # a table of the record
                yield from (cell for cell in row if isinstance(cell, str))
    except sqlite3.DatabaseError:
        return  # whatever is in it is looked for as bytes
    finally:
        connection.close()


def _remarks(problems: Iterable[Problem]) -> str:
    return json.dumps([astuple(problem) for problem in problems])


def _problems(remarks: str) -> tuple[Problem, ...]:
    return tuple(_problem(*values) for values in json.loads(remarks)) if remarks != "[]" else ()


def _problem(code: str, message: str, at: list[Any], fix: str | None, excerpt: str | None, severity: Any, during: str | None) -> Problem:
    return Problem(code=code, message=message, at=Location(**dict(zip(PLACE, at, strict=True))), fix=fix, excerpt=excerpt,
                   severity=severity, during=during)  # fmt: skip


PLACE = ("path", "line", "column", "note")


@contextmanager
def open_store(folder: Path, notices: list[Problem]) -> Iterator[Store]:
    """The store of a site's .bilan folder. A damaged or older one is set aside with a notice: everything is then built again.

    A run that ends well seals it with the digest of its bytes, which tells a sound one from one that a disk or an editor has changed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path, seal = folder / "facts.sqlite3", folder / "facts.digest"
    try:
        _refuse_broken_seal(path, seal)
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
            name.unlink(missing_ok=True)
        seal.unlink(missing_ok=True)
        connection = _connect(path)
    store = Store(connection, seal)
    try:
        yield store
        connection.commit()
    except sqlite3.OperationalError as error:
        if _of_the_disk(error):
            raise _cannot_remember(error) from None
        raise
    finally:
        connection.close()
    store.close()


def _refuse_broken_seal(path: Path, seal: Path) -> None:
    if seal.is_file() and path.is_file() and seal.read_bytes().strip() != digest(path.read_bytes()).encode():
        raise sqlite3.DatabaseError("not the bytes that were sealed")


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
        if not kept:
            connection.execute("insert into notes values ('schema', ?)", (SCHEMA,))
            connection.commit()
        connection.execute("select count(payload) from facts").fetchone()  # touches every page that a build will need
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection
