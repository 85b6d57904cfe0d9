"""Files of a client's conversation folder → its mentions and messages; every file ends in rows or in a problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from generator.digests import digest_of
from generator.exports.belonging import Belonging, belonging
from generator.exports.containers import Part
from generator.exports.dates import days_in_name
from generator.exports.encodings import Decoded, decode
from generator.exports.files import foreign, load, parts_of
from generator.exports.gathering import Table, gather
from generator.exports.grids import Grid, nearest_header, text_grids, whole
from generator.exports.kind import Kind, Names
from generator.exports.kinds.conversation import KINDS, MENTIONS, MESSAGES
from generator.exports.mentions import read_mentions
from generator.exports.messages import read_messages
from generator.exports.octets import in_memory
from generator.exports.oddities import report_odd
from generator.exports.sheets import nearest_row, sheet_grid
from generator.exports.source import Ledger, Script, Source
from generator.exports.totalrows import TOTAL
from generator.exports.words import report_broken
from generator.model.conversation import Conversation
from generator.model.kpi import ExportFile
from generator.model.listening import ConversationRule
from generator.model.site import Client, FileRule, Limits
from generator.problems import Location, Problems

_AGAIN = "export the file again from the tool"
_DATED = {"mention": "date", "message": "received_at"}


def read_tables(
    files: Sequence[tuple[Path, str, str, ConversationRule | None]], client: Client, limits: Limits, problems: Problems
) -> Conversation:
    """All files of a client: (path, its name for messages, its name inside the folder, the rule that applies)."""
    declared = belonging(client)
    tables = [table for file in files for table in _read(*file, client, declared, limits, problems)]
    return gather(client.slug, tables)


def _read(
    path: Path,
    name: str,
    inside: str,
    rule: ConversationRule | None,
    client: Client,
    declared: Belonging,
    limits: Limits,
    problems: Problems,
) -> Iterator[Table | ExportFile]:
    source = Source(path=name, names=inside, digest="", timezone=client.timezone, currency=client.currency, rules="conversation.yaml",
                    rule=FileRule(files=inside, locale=rule.locale, timezone=rule.timezone) if rule else None)  # fmt: skip
    content = load(path, source, limits, problems)
    source = replace(source, digest=digest_of(content.blocks())) if content is not None else source
    parts = parts_of(content, source, limits, problems) if content is not None else None
    if parts is None:
        yield _nothing(source)
        return
    found = [(part, *read) for part in parts if (read := _grid(part, rule))]
    if not found:
        _report_stranger(parts, _kinds(rule), source, problems)
        yield _nothing(source)
    for part, grid, decoded in found:
        script = Script(decoded.text, grid.delimiter or "", shown=False) if decoded else None
        ledger = Ledger(source=source, problems=problems, part=part.name, sheet=part.sheet is not None, script=script)
        if decoded and decoded.damaged:
            ledger.problem("damaged-text", f"{decoded.damaged} characters cannot be read as {decoded.encoding}", severity="warning",
                           fix=_AGAIN)  # fmt: skip
        yield _table(grid, ledger, decoded.encoding if decoded else None, client, declared, rule)


def _kinds(rule: ConversationRule | None) -> Sequence[Kind]:
    """What a file may be: what its rule maps, what it says a row is, else either."""
    if rule is None or rule.grain is None:
        return KINDS
    kind = MENTIONS if rule.grain == "mention" else MESSAGES
    if not rule.columns:
        return (kind,)
    columns = {column: Names(headings) for column, headings in rule.columns.items()}
    return (replace(kind, columns=columns, required=frozenset(columns), at_least=0),)


def _grid(part: Part, rule: ConversationRule | None) -> tuple[Grid, Decoded | None] | None:
    """The table of a part that explains most of its headings, and the text that it stands in."""
    decoded = decode(part.text) if part.text is not None else None
    grids: list[Grid] = []
    for kind in _kinds(rule):
        if part.sheet is not None:
            sheet = sheet_grid(part.sheet, kind)
            grids += [sheet] if sheet else []
        elif decoded is not None:
            grids += text_grids(decoded.text, kind)[:1]
    if not grids:
        return None
    best = whole(max(grids, key=lambda grid: len(grid.match.columns)))
    return best, decoded


def _table(
    grid: Grid, ledger: Ledger, encoding: str | None, client: Client, declared: Belonging, rule: ConversationRule | None
) -> Table | ExportFile:
    grain = grid.match.kind.grain
    report_odd(grid, ledger)
    frame = _data_rows(grid, ledger)
    report_broken(frame, grid, ledger)
    if frame.is_empty() and not (rule and rule.first):  # a rule that says which days it covers means it: nothing was said on them
        ledger.problem("empty-export", f"the table of {grid.match.kind.name} has a header and no rows of data", line=grid.header_line,
                       fix="export it again over a period that has data, or say from and until in a rule", severity="warning")  # fmt: skip
    if grain == "message":
        zone = ledger.source.rule.timezone if ledger.source.rule else None
        own = FileRule(files=ledger.source.names, locale=rule.locale if rule else None, timezone=zone or client.timezone)
        ledger.source = replace(ledger.source, timezone="UTC", rule=own)  # so that dates come as instants, and not as days of the client
        rows = read_messages(frame, grid, ledger, rule, client.timezone)
    else:
        rows = read_mentions(frame, grid, ledger, declared, rule)
    ledger.close()
    file = _nothing(ledger.source, ledger, grid.match.kind.name, grain)
    if rows is None:
        return file
    first, last = _covered(rows, ledger.source.names, rule)
    file = replace(
        file, encoding=encoding, locale=ledger.source.locale or grid.match.language, first=first, last=last, downloaded=last,
        rows=rows.height, left_out=ledger.left_out, unknown_columns=grid.match.unknown, notes=tuple(ledger.notes),
    )  # fmt: skip
    return Table(file=file, grain=grain, rows=rows)


def _data_rows(grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """The rows that are data: no repeated headings, no total, no blank."""
    for why, line in grid.skipped:
        ledger.leave_out(why, [line])
    ledger.tally.extend(grid.records.skipped)
    place = grid.match.columns[_DATED[grid.match.kind.grain]]
    cell, first = pl.col(str(place)).str.strip_chars(), pl.col("0").str.strip_chars().str.to_lowercase()
    repeated = cell == grid.match.header[place].strip()
    total = cell.str.to_lowercase().str.contains(TOTAL) | (first.str.contains(TOTAL) & (cell == ""))
    for why, drop in (("repeated header", repeated), ("total row", total)):
        ledger.leave_out(why, grid.frame.filter(drop)["line"])
    return grid.frame.filter(~(repeated | total))


def _covered(rows: pl.DataFrame, name: str, rule: ConversationRule | None) -> tuple[date | None, date | None]:
    """The days that a table covers: as its rule says; as two days in its name say, or one, the download's; else as its rows show."""
    seen = rows.select(pl.col("day").min(), last=pl.col("day").max()).row(0)
    days = days_in_name(name)
    first = min(days) if len(days) > 1 else None
    last = (max(days) if len(days) > 1 else days[0] - timedelta(days=1)) if days else None
    starts = [day for day in (seen[0], first) if day]
    ends = [day for day in (seen[1], last) if day]
    return (rule.first if rule and rule.first else min(starts, default=None)), (
        rule.last if rule and rule.last else max(ends, default=None)
    )


def _report_stranger(parts: list[Part], kinds: Sequence[Kind], source: Source, problems: Problems) -> None:
    """Nothing was understood: say what the file is, or which heading it lacks."""
    at = Location(path=source.path)
    for part in parts:
        text = decode(part.text).text if part.text is not None else in_memory(b"")
        if what := foreign(text):
            problems.add("not-an-export", f"the file is {what}", at, fix=_AGAIN)
            return
        nears = [near for kind in kinds if (near := nearest_row(part.sheet, kind) if part.sheet else nearest_header(text, kind))]
        if near := max(nears, key=lambda each: len(each.header), default=None):
            names, have = (", ".join(f'"{name.strip()}"' for name in some[:40] if name.strip()) for some in (near.missing, near.header))
            problems.add("column-renamed", f"the table of {near.kind.name} lacks {names}; it has {have}",
                         Location(path=source.path, line=near.line, note=part.name),
                         fix="export it again with that column; or map it under `columns` in conversation.yaml")  # fmt: skip
            return
    problems.add("unknown-export", "this is neither a table of mentions nor one of messages", at, severity="warning",
                 fix="name its `columns` and its `grain` in a rule of conversation.yaml; or add a rule: ignore: true")  # fmt: skip


def _nothing(source: Source, ledger: Ledger | None = None, kind: str | None = None, grain: str | None = None) -> ExportFile:
    return ExportFile(
        path=source.path, part=ledger.part if ledger else None, digest=source.digest, kind=kind, platform=None, account=None, series=grain,
        encoding=None, locale=None, first=None, last=None, downloaded=None, rows=0, left_out=ledger.left_out if ledger else (),
        notes=tuple(ledger.notes) if ledger else (),
    )  # fmt: skip
