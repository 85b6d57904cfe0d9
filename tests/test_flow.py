"""The stages up to the plan, watched from outside."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import NOW, SiteFolder

WATCH = """
import json, sys
from collections import Counter
from datetime import datetime
from pathlib import Path
opened = Counter()
sys.addaudithook(lambda event, args: opened.update([str(args[0])]) if event == "open" and isinstance(args[0], (str, Path)) else None)
from generator import planning
from generator.model.clock import Clock
from generator.problems import Problems
problems = Problems()
planning.plan(Path("."), Clock(datetime.fromisoformat(sys.argv[1])), problems)
assert not len(problems), list(problems)
print(json.dumps({name: count for name, count in opened.items() if name.startswith(("content", "site.yaml"))}))
"""


def test_planning_opens_each_source_file_once(site: SiteFolder) -> None:
    """No stage reads a file that another has read."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, NOW.isoformat()], cwd=site.root, capture_output=True, text=True, check=True, timeout=60
    )
    opened = json.loads(done.stdout)

    sources = {path.relative_to(site.root).as_posix() for path in (site.root / "content").rglob("*") if path.is_file()}
    assert set(opened) == {*sources, "site.yaml"}
    assert set(opened.values()) == {1}
