"""One export file → the readings of all its tables; whatever it is, it ends in values, a record or a problem."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from generator.digests import digest_of
from generator.exports.containers import NotAnExportError, Part, TooLargeError, open_parts
from generator.exports.encodings import Decoded, decode
from generator.exports.grids import Grid, nearest_header, text_grids
from generator.exports.kind import Kind
from generator.exports.mapping import MAPPED, declared_kind
from generator.exports.octets import SMALL, Octets, in_memory, on_disk
from generator.exports.reading import Reading, read_grid
from generator.exports.recognition import Near
from generator.exports.sheets import nearest_row, sheet_grid
from generator.exports.source import Ledger, Script, Source
from generator.exports.strangers import stranger
from generator.exports.workbooks import UnreadableWorkbookError
from generator.model.kpi import ExportFile, LeftOut
from generator.model.site import Limits
from generator.problems import Location, Problems

_AGAIN = "export the file again from the platform"


def read_file(path: Path, source: Source, limits: Limits, problems: Problems) -> list[Reading | ExportFile]:
    """A bare ExportFile stands for a file, or a part of one, of which nothing was read."""
    content = load(path, source, limits, problems)
    return [_nothing(source)] if content is None else read_content(content, source, limits, problems)


def load(path: Path, source: Source, limits: Limits, problems: Problems) -> Octets | None:
    """The bytes of a file; None, with a problem, when it is too large or cannot be read."""
    at = Location(path=source.path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe or a device would be waited for, or never end
            problems.add(
                "not-a-file", "this is no file but a folder, a pipe or a device", at, fix="remove it, or put the export itself there"
            )
            return None
        if about.st_size > limits.csv_bytes:
            problems.add("file-too-large", f"the file has {about.st_size:,} bytes; the limit csv_bytes is {limits.csv_bytes:,}", at,
                         fix="export a shorter period, or raise csv_bytes under `limits` in site.yaml")  # fmt: skip
            return None
        return on_disk(path)
    except OSError as error:
        problems.add("unreadable-file", f"the file cannot be read: {error.strerror}", at, fix="check that it exists and may be read")
        return None


def read_content(content: Octets, source: Source, limits: Limits, problems: Problems) -> list[Reading | ExportFile]:
    """As `read_file`, from the file's bytes."""
    with ThreadPoolExecutor(1) as beside:  # a large file's digest takes as long as its decoding
        said = beside.submit(digest_of, content.blocks())
        parts = parts_of(content, source, limits, problems)
        found = [_nothing(source)] if parts is None else _tables(parts, source, limits, problems)
    return [_with_digest(each, said.result()) for each in found]


def _with_digest(found: Reading | ExportFile, digest: str) -> Reading | ExportFile:
    if isinstance(found, ExportFile):
        return replace(found, digest=digest)
    return replace(found, file=replace(found.file, digest=digest))


def parts_of(content: Octets, source: Source, limits: Limits, problems: Problems) -> list[Part] | None:
    """The texts and sheets of a file; None, with a problem, when it is something else."""
    at = Location(path=source.path)
    if not content.cut(0, SMALL).strip():
        problems.add("empty-export", "the file is empty", at, fix=_AGAIN)
        return None
    try:
        return list(open_parts(content, unpacked=limits.workbook_bytes, ratio=limits.workbook_ratio))
    except NotAnExportError as error:
        problems.add("not-an-export", f"the file is {error}", at, fix=_AGAIN)
    except UnreadableWorkbookError as error:
        problems.add("unreadable-workbook", f"the workbook cannot be opened: {error}", at, fix=_AGAIN)
    except TooLargeError as error:
        problems.add("workbook-too-large", str(error), at, fix="export a shorter period; never raise the limit for a file you do not know")
    return None


def _tables(parts: list[Part], source: Source, limits: Limits, problems: Problems) -> list[Reading | ExportFile]:
    found: list[Reading | ExportFile] = []
    strangers: list[str] = []
    failed = False
    only = declared_kind(source, problems)
    for part, grids, passed, decoded in _grids(parts, only):
        if not grids:
            strangers.append(part.name or "")
            continue
        for grid in grids:
            script = Script(decoded.text, grid.delimiter or "", shown=True) if decoded else None
            ledger = Ledger(source=source, problems=problems, part=part.name, sheet=part.sheet is not None, script=script)
            if decoded and decoded.damaged:
                ledger.problem("damaged-text", f"{decoded.damaged} characters cannot be read as {decoded.encoding}", severity="warning",
                               fix=_AGAIN)  # fmt: skip
            if grid is grids[0]:
                ledger.leave_out("another table of the file", passed)
            if part.sheet and not part.sheet.visible:
                ledger.note("the sheet is hidden")
            reading = read_grid(grid, ledger, decoded.encoding if decoded else None, limits.export_values)
            if reading is None:
                failed = True
                found.append(_nothing(source, part.name, grid.match.kind.name, ledger))
            else:
                found.append(reading)
    if not found and not failed:
        _report_stranger(parts, only, source, problems)
        return [_nothing(source)]
    if strangers:
        found.append(_companions(source, strangers))
    return found


def _grids(parts: list[Part], only: Kind | None) -> Iterator[tuple[Part, list[Grid], list[int], Decoded | None]]:
    """The tables of each part, and the lines of those that are passed over for others."""
    for part in parts:
        if part.sheet is not None:
            grid = sheet_grid(part.sheet, only)
            yield part, [grid] if grid else [], [], None
        else:
            decoded = decode(part.text or in_memory(b""))
            grids = text_grids(decoded.text, only)
            best = max((grid.match.kind.rank for grid in grids), default=0)
            passed = [line for grid in grids if grid.match.kind.rank < best for line in grid.frame["line"].to_list()]
            yield part, [grid for grid in grids if grid.match.kind.rank == best], passed, decoded


def _report_stranger(parts: list[Part], only: Kind | None, source: Source, problems: Problems) -> None:
    """Nothing was understood: say what the file is, or of which kind it nearly is."""
    at = Location(path=source.path)
    for part in parts:
        text = decode(part.text).text if part.text is not None else in_memory(b"")
        what = foreign(text)
        if what:
            problems.add("not-an-export", f"the file is {what}", at, fix=_AGAIN)
            return
        known = stranger(text.cut(0, 20_000).decode("utf-8", "replace"))
        if known:
            problems.add(known.code, f"the file is {known.what}", replace(at, note=part.name), fix=known.fix,
                         severity="warning" if known.code == "unknown-export" else "error")  # fmt: skip
            return
        near: Near | None = nearest_row(part.sheet, only) if part.sheet else nearest_header(text, only)
        if near:
            names = ", ".join(f'"{name}"' for name in near.missing)
            have = ", ".join(f'"{name.strip()}"' for name in near.header[:40] if name.strip())
            table = "the table that kpi.yaml maps" if near.kind.name == MAPPED else f"the file looks like a {near.kind.name} export: it"
            problems.add("column-renamed", f"{table} lacks {names}; it has {have}",
                         Location(path=source.path, line=near.line, note=part.name),
                         fix="export it again with that column; if its name has changed, map it under `columns` in kpi.yaml")  # fmt: skip
            return
    if all(part.text is not None and not decode(part.text).text.cut(0, SMALL).strip() for part in parts):
        problems.add("empty-export", "the file is empty", at, fix=_AGAIN)
        return
    if only is not None:  # somebody counts on it
        problems.add("unknown-export", "this is not the table that kpi.yaml says it is", at,
                     fix="export it again, or mend the rule: its kind, or its columns")  # fmt: skip
        return
    problems.add("unknown-export", "this is a kind of export that is not read yet", at, severity="warning",
                 fix="if it holds figures you need, name its `columns` in a rule of kpi.yaml; else add a rule: ignore: true")  # fmt: skip


def foreign(octets: Octets) -> str | None:
    """What a text is that is no table."""
    text = octets.cut(0, 200_000).decode("utf-8", "replace")
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<table", "<div", "<meta", "<script")):
        login = any(word in text.lower() for word in ('type="password"', "sign in", "log in", "connexion", "se connecter"))
        return "a web page that asks to sign in, not an export" if login else "a web page, not an export"
    if sum(c < " " and c not in "\t\r\n" for c in head) > len(head) / 20:
        return "not a text, nor a workbook"
    if head.startswith("<?xml"):
        return "XML, not an export"
    if head.startswith(("{", "[{")):
        return "JSON, not an export"
    return None


def _nothing(source: Source, part: str | None = None, kind: str | None = None, ledger: Ledger | None = None) -> ExportFile:
    return ExportFile(
        path=source.path, part=part, digest=source.digest, kind=kind, platform=None, account=None, series=None, encoding=None, locale=None,
        first=None, last=None, downloaded=source.downloaded, rows=0, left_out=ledger.left_out if ledger else (),
        notes=tuple(ledger.notes) if ledger else (),
    )  # fmt: skip


def _companions(source: Source, strangers: list[str]) -> ExportFile:
    """Sheets and members beside the table that is read: charts, filters, breakdowns."""
    names = ", ".join(PurePosixPath(stranger).name for stranger in strangers)
    apart = LeftOut(reason="parts that repeat or break down the table", rows=len(strangers))
    return replace(_nothing(source, names), left_out=(apart,))
