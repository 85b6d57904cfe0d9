"""The command: words typed → one call; prints problems and results, and picks the exit code."""

from __future__ import annotations

from generator.cli import building, figures, mailing, people, publishing, site
from generator.cli.words import bilan

__all__ = ["bilan", "building", "figures", "mailing", "people", "publishing", "site"]
