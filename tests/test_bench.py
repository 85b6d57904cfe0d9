"""The site that benchmarks build: it must be one without a mistake, and an edit must show."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import measure_tree
from bench.pages import moments
from bench.tools.bilan import TOOL


def test_the_microsite_of_the_benchmark_builds_and_shows_each_edit(tmp_path: Path) -> None:
    """Every moment becomes a page; the word that an edit changes is in its file, and is seen on the page that it names."""
    TOOL.write(tmp_path, moments(12))
    program = TOOL.install()
    cost = measure_tree(program.build(tmp_path), tmp_path)
    for edit in (TOOL.page, TOOL.partial, TOOL.data):
        path = tmp_path / edit.file
        path.write_text(path.read_text("utf-8").replace(edit.old, edit.new, 1), encoding="utf-8")
    measure_tree(program.again(tmp_path, None), tmp_path)

    assert len(list(tmp_path.glob(TOOL.pages))) == 12
    assert cost.megabytes > 10 and cost.cpu > 0
    shown = {(tmp_path / edit.shown_in).read_text("utf-8").replace("5,678", "5678").count(edit.new.strip().partition("\n")[0])
             for edit in (TOOL.page, TOOL.partial, TOOL.data)}  # fmt: skip
    assert 0 not in shown


def test_time_of_all_processes_counts(tmp_path: Path) -> None:
    """A process that a command leaves behind, and what that one waits for, are in the CPU time of the command."""
    work = "sum(range(20_000_000))"
    middle = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{work}'])"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {middle!r}])"

    alone = measure_tree([sys.executable, "-c", work], tmp_path)
    left = measure_tree([sys.executable, "-c", start], tmp_path)

    assert left.cpu > alone.cpu / 2 and left.seconds < left.cpu
