"""A campaign's microsite built by Bilan and by other generators: from nothing, again, and after one edit; on disk and in memory."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Cost, measure_tree
from bench.pages import Moment, moments
from bench.programs import CACHE, UnavailableError
from bench.tools import Edit, Program, Tool, bilan, eleventy, hugo, mkdocs, pelican

TOOLS: Sequence[Tool] = (hugo.TOOL, bilan.TOOL, eleventy.TOOL, mkdocs.TOOL, pelican.TOOL)
STEPS = ("nothing changed", "one page", "one data file", "one partial")
GROWTH = (hugo.TOOL, bilan.TOOL)
WHAT = """\
{count:,} moments of 150 words of Markdown with emphasis, links and a list; two tags and a kind each. Every generator gets the same
texts and a layout of a base, head, masthead, foot and card of nearly the same bytes; flat files; lists of 48 whole moments by kind, by
tag and of all; a front page with the 24 newest and a counter from a data file. A partial is the foot of every page; a data file shows
on the front page only."""
HOW = """\
Ratios are to the cold build of {base} in the same place. Time is wall time from the start of the process to its end; CPU and memory
(the largest sum of proportional set sizes, looked at ten times a second) are of all its processes, in the cold build."""
MEMORY = Path("/dev/shm")  # noqa: S108  # the memory file system of Linux


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one generator needed in one place: from nothing, then each step."""

    tool: Tool
    version: str
    place: str
    cold: Cost
    steps: Sequence[Cost]


def measure(count: int, names: Sequence[str], times: int) -> str:
    """The table, as Markdown."""
    chosen = [tool for tool in TOOLS if not names or tool.name.lower() in names]
    content, rows, absent = moments(count), list[Row](), list[str]()
    CACHE.mkdir(exist_ok=True)
    for place, parent in _places():
        for tool in chosen:
            try:
                program = tool.install()
            except UnavailableError as error:
                absent.append(f"{tool.name} is left out: {error}.")
                continue
            with tempfile.TemporaryDirectory(dir=parent, prefix="microsite-") as folder:
                rows.append(_row(tool, program, place, Path(folder), content, times))
            print(_line(rows[-1], rows), file=sys.stderr)
    return _text(count, rows, list(dict.fromkeys(absent)))


def _places() -> list[tuple[str, Path]]:
    places = [("disk", CACHE)]
    return [*places, ("memory", MEMORY)] if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else places


def _row(tool: Tool, program: Program, place: str, folder: Path, content: Sequence[Moment], times: int, edits: int = 3) -> Row:
    tool.write(folder, content)
    colds, steps = list[Cost](), [list[Cost]() for _ in STEPS[: edits + 1]]
    for _ in range(times):
        _clean(folder, tool.made)
        colds.append(measure_tree(program.build(folder), folder))
        _require_pages(tool, folder, len(content))
        steps[0].append(measure_tree(program.again(folder, None), folder))
        made = (tool.page, tool.data, tool.partial)[:edits]
        before = {edit.file: (folder / edit.file).read_text("utf-8") for edit in made}
        for step, edit in zip(steps[1:], made, strict=True):
            step.append(_edited(program, folder, edit))
        for name, text in before.items():
            (folder / name).write_text(text, encoding="utf-8")
    return Row(tool=tool, version=program.version, place=place, cold=min(colds), steps=[min(step) for step in steps])


def _clean(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)
        with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
            (folder / name).unlink()
    os.sync()  # what earlier runs left to be written is not for this one to pay


def _require_pages(tool: Tool, folder: Path, count: int) -> None:
    made = len(list(folder.glob(tool.pages)))
    if made != count:
        sys.exit(f"{tool.name} made {made} pages of {count}")


def _edited(program: Program, folder: Path, edit: Edit) -> Cost:
    """Changes one file, builds, and requires that the page shows it."""
    path, shown = folder / edit.file, folder / edit.shown_in
    before = path.read_text("utf-8")
    if edit.old not in before:
        sys.exit(f"{edit.file} does not say {edit.old!r}")
    path.write_text(before.replace(edit.old, edit.new, 1), encoding="utf-8")
    cost = measure_tree(program.again(folder, edit.file), folder)
    if edit.new.strip().partition("\n")[0] not in shown.read_text("utf-8").replace("5,678", "5678"):
        sys.exit(f"{edit.shown_in} does not show the change of {edit.file}")
    return cost


def growth(counts: Sequence[int]) -> str:
    """How Hugo and Bilan grow with the number of moments, on disk, as Markdown."""
    CACHE.mkdir(exist_ok=True)
    lines = []
    for count in counts:
        content, rows = moments(count), list[Row]()
        for tool in GROWTH:
            with tempfile.TemporaryDirectory(dir=CACHE, prefix="microsite-") as folder:
                rows.append(_row(tool, tool.install(), "disk", Path(folder), content, 1, edits=1))
            lines.append(f"| {count:,} {_line(rows[-1], rows)}")
            print(lines[-1], file=sys.stderr)
    head = ["Moments", "Generator", "On", "Cold build", "Ratio", "CPU", "Memory", *(step.capitalize() for step in STEPS[:2])]
    table = "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines])
    return f"The microsite above, larger and smaller; ratios are to Hugo's cold build of as many moments.\n\n{table}\n\n{_machine()}\n"


# ---- the table ------------------------------------------------------------------------------------------------------


def _line(row: Row, rows: Sequence[Row]) -> str:
    base = next((other for other in rows if other.place == row.place), row).cold.seconds
    cells = [
        f"{row.tool.name} {row.version}",
        row.place,
        f"{row.cold.seconds:.2f} s",
        f"**{row.cold.seconds / base:.2f}**",
        f"{row.cold.cpu:.1f} s",
        f"{row.cold.megabytes:.0f} MB",
        *(f"{step.seconds:.2f} s ({step.seconds / base:.2f})" for step in row.steps),
    ]
    return f"| {' | '.join(cells)} |"


def _text(count: int, rows: Sequence[Row], absent: Sequence[str]) -> str:
    head = ["Generator", "On", "Cold build", "Ratio", "CPU", "Memory", *(step.capitalize() for step in STEPS)]
    table = "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(_line(row, rows) for row in rows)])
    unequal = "\n".join(f"- {tool.name}: {tool.unequal}." for tool in dict.fromkeys(row.tool for row in rows))
    paragraphs = (
        WHAT.format(count=count),
        table,
        HOW.format(base=rows[0].tool.name if rows else "nothing"),
        "What is not equal:",
        unequal,
        " ".join(absent),
        _machine(),
    )
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    places = ", ".join(f"{name}: {_file_system(path)}" for name, path in _places())
    cores, day = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}", f"{datetime.now(UTC):%Y-%m-%d}"
    load = f"load {os.getloadavg()[2]:.1f} over the last quarter of an hour, this included"
    return f"{day}; {cores}; {places}; Python {platform.python_version()}; {load}."


def _file_system(path: Path) -> str:
    """The kind of file system that holds a folder, where /proc says it."""
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return "not known"
    points = [line.split()[1:3] for line in mounts.read_text("utf-8").splitlines()]
    holding = [(point, kind) for point, kind in points if path.resolve().is_relative_to(point)]
    return max(holding, key=lambda pair: len(pair[0]))[1]
