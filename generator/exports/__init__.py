"""Files that platforms export → the KPI values of one client, merged and without duplicates.

Polars takes 0.4 s to import, so nothing of this package is loaded before a function here is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.problems import Problems

if TYPE_CHECKING:
    from generator.exports.reading import Reading
    from generator.model.conversation import Conversation
    from generator.model.kpi import Data, ExportFile
    from generator.model.site import Account, Client, FileRule, Limits

__all__ = ["export_paths", "monthly_totals", "put_together", "read_conversation", "read_each", "read_exports", "read_one"]

_PASSED_OVER = ("readme.md", "thumbs.db", "desktop.ini")


def read_exports(folder: Path, *, root: Path, client: Client, limits: Limits, problems: Problems, today: date | None = None) -> Data:
    """Every export file below a client's `kpi` folder. Rows of days after `today`, and after the file was saved, are refused."""
    from generator.exports.money import refuse_other_money

    readings = list(read_each(folder, root=root, client=client, limits=limits, problems=problems, today=today))
    return refuse_other_money(put_together(client.slug, readings, problems), client.currency, problems)


def put_together(client: str, readings: Sequence[Reading | ExportFile], problems: Problems) -> Data:
    """The files of one client, compared with each other and merged."""
    from generator.exports.accounts import refuse_strangers
    from generator.exports.drift import find_drift
    from generator.exports.merging import merge

    refuse_strangers(readings, problems)
    find_drift(readings, problems)
    return merge(client, readings, problems)


def read_each(
    folder: Path, *, root: Path, client: Client, limits: Limits, problems: Problems, today: date | None = None
) -> Iterator[Reading | ExportFile]:
    """The readings of a folder's files, before they are merged."""
    for path in export_paths(folder):
        yield from read_one(
            path, folder=folder, root=root, rules=client.rules, accounts=client.accounts, timezone=client.timezone,
            currency=client.currency, limits=limits, problems=problems, today=today,
        )  # fmt: skip


def read_conversation(folder: Path, *, root: Path, client: Client, limits: Limits, problems: Problems) -> Conversation:
    """Every file below a client's `conversation` folder."""
    from generator.model.conversation import no_conversation

    paths = [(path, _relative(path, folder)) for path in export_paths(folder)]
    if not paths:
        return no_conversation(client.slug)
    from generator.exports.conversation import read_tables

    ruled = [(path, inside, next((r for r in client.conversation if _matches(r.files, inside)), None)) for path, inside in paths]
    files = [(path, _relative(path, root), inside, rule) for path, inside, rule in ruled if rule is None or not rule.ignore]
    return read_tables(files, client, limits, problems)


def export_paths(folder: Path) -> list[Path]:
    """The files that are looked at, in a fixed order; pipes and devices among them, to be refused by name."""
    paths = [path for path in folder.rglob("*") if not path.is_dir() and not _passed_over(path.relative_to(folder))]
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())


def _passed_over(path: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)
    return hidden or path.name.casefold() in _PASSED_OVER


def read_one(
    path: Path, *, folder: Path | None = None, root: Path | None = None, rules: Sequence[FileRule] = (), accounts: Sequence[Account] = (),
    timezone: str = "Europe/Paris", currency: str = "EUR", limits: Limits | None = None, problems: Problems, today: date | None = None,
) -> list[Reading | ExportFile]:  # fmt: skip
    """The tables of one file; nothing needs to be declared. Rules are matched with the path inside `folder`."""
    from generator.exports.files import read_file
    from generator.exports.source import Source
    from generator.model.site import Limits

    inside = _relative(path, folder)
    rule = next((rule for rule in rules if _matches(rule.files, inside)), None)
    if rule is not None and rule.ignore:
        return []
    source = Source(
        path=_relative(path, root), names=inside if folder else "/".join(path.parts[-2:]), digest="", timezone=timezone,
        currency=currency, accounts=tuple(accounts), rule=rule, today=_latest(path, today),
    )  # fmt: skip
    return read_file(path, source, limits or Limits(), problems)


def _latest(path: Path, today: date | None) -> date | None:
    """The last day that a file can tell of: today, or the day it was saved. A preview of the past reads the files of the present."""
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError:  # a broken link: refused when it is read
        return today
    return max(today, saved) if today else None


def _relative(path: Path, base: Path | None) -> str:
    if base is not None and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    return path.as_posix()


def _matches(pattern: str, path: str) -> bool:
    """ "*" stays inside a folder, "**" does not; composed and decomposed accents are the same."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", unicodedata.normalize("NFC", pattern))
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    expression = "".join(meaning.get(piece, re.escape(piece)) for piece in pieces)
    return re.fullmatch(expression, unicodedata.normalize("NFC", path)) is not None


def monthly_totals(readings: Sequence[Reading | ExportFile], *, merged: bool = True) -> Iterator[dict[str, Any]]:
    """What `bilan kpi read --json` prints, an object a line."""
    from generator.exports.totals import monthly_totals as totals

    return totals(readings, merged=merged)
