"""moderation.csv and moderation.yaml → what is decided on each moment from people; no decision means held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

from generator.content.rows import Row, read_rows
from generator.content.walk import relative
from generator.located import Document, read_shape
from generator.model.cells import bare_text
from generator.model.content import Moment
from generator.model.moderation import Decided, Decision, Lists, ModerationFile, folded, folded_handle
from generator.model.site import Site
from generator.problems import Problems

FILE, LISTS = "moderation.csv", "moderation.yaml"
COLUMNS = ("id", "decision", "by", "at", "why", "pin")
DECISIONS: tuple[str, ...] = get_args(Decided)
Decisions = Mapping[str, Decision]


def moderation_rows(folder: Path, site: Site, problems: Problems) -> Iterator[Row]:
    path = folder / FILE
    for row in read_rows(path, site, COLUMNS, ("id", "decision"), problems) if path.exists() else ():
        yield replace(row, cells={**row.cells, "id": bare_text(row.cells["id"])})


def read_decisions(site: Site, folder: Path, problems: Problems) -> Decisions:
    """The last decision on each moment."""
    decisions: dict[str, Decision] = {}
    for row in moderation_rows(folder, site, problems):
        cells = row.cells
        if cells["decision"] not in DECISIONS:
            row.refuse("unknown-word", "decision", f'"{cells["decision"]}" is no decision', f"write one of: {', '.join(DECISIONS)}")
            decisions[cells["id"]] = Decision(decision="hold", place=row.at)
            continue
        if cells.get("pin", "") not in ("", "true", "false"):
            row.refuse("not-yes-no", "pin", f'"{cells["pin"]}" is neither true nor false', "write true, false or nothing")
        pin = {"true": True, "false": False}.get(cells.get("pin", ""))
        said = {name: cells.get(name, "") for name in ("decision", "by", "at", "why")}
        decisions[cells["id"]] = Decision(**said, pin=pin, place=row.at)
    return decisions


def read_lists(site: Site, folder: Path, problems: Problems) -> Lists:
    """Those of the client and of the campaign, together."""
    files = list[ModerationFile]()
    for path in (folder.parent / LISTS, folder / LISTS):
        if path.exists() and (read := read_shape(path, relative(path, site.root), ModerationFile, problems, limit=site.limits.yaml_bytes)):
            _refuse_empty(*read, problems)
            files.append(read[0])
    return Lists(files)


def _refuse_empty(file: ModerationFile, document: Document, problems: Problems) -> None:
    """An entry that nothing is left of would block everything, or nothing."""
    entries = {("block", "words"): file.block.words, ("block", "handles"): file.block.handles, ("allow", "handles"): file.allow.handles}
    for trail, listed in entries.items():
        bare = folded if trail[1] == "words" else folded_handle
        for number, entry in enumerate(listed):
            if not any(letter.isalnum() for letter in bare(entry)):
                at = document.place((*trail, number))
                problems.add("empty-entry", f'"{entry}" has no letter', at, fix="remove it, or write a word", excerpt=document.excerpt(at))


def decide(moment: Moment, decisions: Decisions, lists: Lists) -> str:
    """What becomes of a moment: somebody's own decision, else what the lists say, else it waits."""
    known = decisions.get(moment.id)
    if known:
        return known.decision
    if lists.allows(moment.handle) and not lists.blocks(moment.handle, moment.text, moment.name, moment.alt):
        return "approve"
    return "hold"


def tell_overruled(moment: Moment, lists: Lists, problems: Problems) -> None:
    """Somebody approved what a list holds back: their word counts, and is said."""
    if entry := lists.blocks(moment.handle, moment.text, moment.name, moment.alt):
        message = f'"{moment.id}" is shown though the block list has "{entry}": somebody approved it'
        problems.add("overruled-list", message, moment.at, fix="nothing is to be done, or reject it", severity="notice")
