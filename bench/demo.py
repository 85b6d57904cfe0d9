"""The demo agency built from nothing and again, and the command's help."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Measured, run_command

ROOT = Path(__file__).parent.parent
BILAN = [sys.executable, "-m", "generator"]


def measure(folder: Path) -> Sequence[Measured]:
    """A cold build, one with nothing to do, one after a commentary was edited, and `--help`."""
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copy(ROOT / "site.yaml", folder)
    cold = run_command("cold build: 2 clients, 26 reports in HTML and PDF", [*BILAN, "build", "--quiet"], times=1, cwd=folder)
    idle = run_command("build with nothing to do", [*BILAN, "build"], times=5, cwd=folder)
    commentary = folder / "content/novea/reports/monthly/2026-04/audience.md"
    commentary.write_text(commentary.read_text("utf-8") + "\nUne phrase de plus.\n", encoding="utf-8")
    edited = run_command("build after one commentary was edited", [*BILAN, "build", "--quiet"], times=1, cwd=folder)
    helped = run_command("bilan --help", [*BILAN, "--help"], times=5, cwd=folder)
    return [cold, idle, edited, helped]
