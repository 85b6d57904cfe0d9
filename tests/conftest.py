"""A tiny site that tests fill with files and build."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import hypothesis
import pytest

from generator import pipeline
from generator.__main__ import main
from generator.problems import Problem

hypothesis.settings.register_profile("bilan", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("bilan")

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)

SITE = "title: Atelier\nlanguage: en\ntimezone: Europe/Paris\n"
CLIENT = 'name: Luma\nlanguage: en\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n'
CAMPAIGN = """---
title: Cards
hashtag: "#LumaCards"
starts: 2026-09-01T09:00
ends: 2026-09-07T20:00
---

A week of cards.

```moments
```
"""
REPORT = """---
title: Monthly report
from: 2026-08
until: 2026-09
---

## Summary {#summary}

```kpis
metrics: [impressions, engagement_rate]
```
"""
X_OVERVIEW = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views\n"
)


def x_overview(days: dict[str, int]) -> str:
    """An X account overview with the given impressions a day (ISO days)."""
    return X_OVERVIEW + "".join(f"{day},{count},10,20,1,0,3,1,4,5,6,1,7,7\n" for day, count in days.items())


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def command(*arguments: str | Path) -> Run:
    """The command in this process, exactly as typed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ending:
        main([str(argument) for argument in arguments])
    code = ending.value.code
    return Run(code if isinstance(code, int) else 1, out.getvalue(), err.getvalue())


class SiteFolder:
    """A site on disk, with short ways to fill and build it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: str | bytes) -> Self:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def remove(self, name: str) -> Self:
        (self.root / name).unlink()
        return self

    def build(self, **options: object) -> pipeline.Summary:
        return pipeline.build(self.root, options.pop("now", NOW), workers="serial", **options)  # type: ignore[arg-type]

    def problems(self, **options: object) -> list[Problem]:
        return list(self.build(**options).problems)

    def mistakes(self) -> list[Problem]:
        """What a build finds wrong in the input: its problems without the remark that last good files stay together."""
        return [problem for problem in self.problems() if problem.code != "kept-back"]

    def output(self, name: str) -> str:
        return (self.root / "output" / name).read_text("utf-8")

    def tree(self) -> dict[str, bytes]:
        """Every built file and its bytes."""
        folder = self.root / "output"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def run(self, name: str, *arguments: str) -> Run:
        """A command on this site at NOW, in this process."""
        now = ("--now", NOW.isoformat()) if name in ("build", "check", "report", "why") and "--now" not in arguments else ()
        workers = ("--workers", "serial") if name in ("build", "report") else ()
        return command(*name.split(), *arguments, "--site", self.root, *now, *workers)

    def bilan(self, *arguments: str, timeout: int = 120) -> subprocess.CompletedProcess[str]:
        """The command itself, in a process of its own."""
        command = [sys.executable, "-m", "generator", *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture
def empty_site(tmp_path: Path) -> SiteFolder:
    """A folder with site.yaml only."""
    return SiteFolder(tmp_path).write("site.yaml", SITE)


@pytest.fixture
def site(empty_site: SiteFolder) -> SiteFolder:
    """One client with a campaign of two moments, a report of two months, and an export."""
    days = {f"2026-{month:02}-{day:02}": 100 * month for month in (8, 9) for day in range(1, 31)} | {"2026-08-31": 800}
    return (
        empty_site.write("content/luma/client.yaml", CLIENT)
        .write("content/luma/cards/index.md", CAMPAIGN)
        .write("content/luma/cards/moments/001.md", "---\nkind: milestone\nat: 2026-09-01T09:00\ntitle: Open\n---\n\nThe *first* card.\n")
        .write("content/luma/cards/moments/002.md", "---\nkind: note\nat: 2026-09-02T09:00\ntitle: Second\n---\n\nAnother.\n")
        .write("content/luma/reports/monthly.md", REPORT)
        .write("content/luma/kpi/overview.csv", x_overview(days))
    )
