"""What commands print: problems, what a build did, paths, and progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.pipeline import Progress, Summary
    from generator.problems import Problem, Problems


def tell(summary: Summary, *, as_json: bool, quiet: bool) -> None:
    print_problems(summary.problems, as_json)
    if as_json:
        click.echo(json_line(
            {"written": len(summary.written), "removed": len(summary.removed), "kept": summary.kept, "errors": len(summary.problems.errors),
             "seconds": round(summary.seconds, 3)}))  # fmt: skip
    elif summary.idle and not quiet:
        click.echo(f"nothing to do: {summary.kept} files are up to date ({summary.seconds:.2f} s)")
    elif not quiet:
        removed = f", {len(summary.removed)} removed" if summary.removed else ""
        click.echo(f"{len(summary.written)} files written{removed}, {summary.kept} up to date ({summary.seconds:.1f} s)")


def print_problems(problems: Iterable[Problem] | Problems, as_json: bool) -> None:
    for problem in problems:
        click.echo(json_line(problem.as_json()) if as_json else str(problem), err=not as_json)


def shown(path: Path) -> str:
    """A path as one would type it from here."""
    try:
        return harmless(str(path.resolve().relative_to(Path.cwd())))
    except ValueError:
        return harmless(str(path))


class progress_bar:  # noqa: N801  # used like a function
    """What is done and what is left, on a terminal; nothing otherwise."""

    def __init__(self, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if self._hidden:
            return lambda done, total, what: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("", total=None)
        return lambda done, total, what: self._bar.update(task, completed=done, total=total, description=what)

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()
