"""Taking what one person left out of a site's own files, and a digest by which they are known again."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from generator.config import load_site
from generator.content.rights import FORGOTTEN, read_forgotten
from generator.model.rights import Forgotten, moment_key
from generator.problems import BilanError, Problems
from generator.traces import Traces, Who
from generator.write import put_in_place, rewrite


def erase(root: Path, traces: Traces, who: Who, today: date) -> str:
    """Writes a client's files without the person, and a digest by which they are known again. Returns that digest."""
    _remember(root, traces, who, today)
    for name, lines in traces.rows.items():
        path = root / name
        rewrite(path, without_rows(path.read_bytes(), lines))
    for name in traces.files:
        (root / name).unlink(missing_ok=True)
    return who.key(_forgotten(root, traces.client).salt, traces.ids[0][0] if traces.ids else "")


def _remember(root: Path, traces: Traces, who: Who, today: date) -> None:
    """Rows of forgotten.csv, first of all: should the rest be cut short, nothing of it is built any more."""
    known, path = _forgotten(root, traces.client), root / "content" / traces.client / FORGOTTEN
    salt = known.salt or secrets.token_bytes(16)
    keys = [("person", who.key(salt))] if who.handle else []
    keys += [("moment", moment_key(salt, campaign, moment)) for campaign, moment in traces.ids]
    lines = [f"{kind},{key},{today.isoformat()}\n" for kind, key in dict.fromkeys(keys) if key not in known.keys]
    head = path.read_text("utf-8") if path.is_file() else f"kind,key,date\nsalt,{salt.hex()},{today.isoformat()}\n"
    put_in_place(path, (head + "".join(lines)).encode())


def _forgotten(root: Path, client: str) -> Forgotten:
    problems = Problems()
    forgotten = read_forgotten(load_site(root, Problems()), root / "content" / client, problems)
    if problems.errors:
        raise BilanError(problems.errors)
    return forgotten


def without_rows(content: bytes, starts: set[int]) -> bytes:
    """A CSV file without the rows that start on these lines; everything else as it was, to the byte."""
    encoding = encoding_of(content)
    lines = list(io.StringIO(content.decode(encoding), newline=""))
    return "".join(line for start, line in rows_of(lines) if start not in starts).encode(encoding)


def encoding_of(content: bytes) -> str:
    """The encodings of `located.read_text`, in which a byte order mark is a character like any other."""
    if content.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if content.startswith(b"\xfe\xff"):
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def rows_of(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line with the number of the one on which its row starts: a cell may hold line breaks."""
    reader, taken = csv.reader(iter(lines), delimiter=_delimiter(lines)), 0
    for _ in reader:
        yield from ((taken + 1, line) for line in lines[taken : reader.line_num])
        taken = reader.line_num


def _delimiter(lines: Sequence[str]) -> str:
    return max(",;\t", key=(lines[0] if lines else "").count)
