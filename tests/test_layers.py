"""The map of the house, kept true: who may import whom, and through which door a library comes in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator"
GROUND = {"model", "problems", "located", "digests", "facts", "theme", "workers", "cluster", "extensions", "seals", "glyphs"}
STAGES = {"config", "content", "exports", "metrics", "plan", "render", "write", "mail", "publish", "serve"}
FLOW: dict[str, set[str]] = {  # which of its modules each knows: the flow runs one way
    "planning": set(),
    "batches": set(),
    "pipeline": {"planning", "batches"},
    "preview": {"planning"},
}
ENTRY = {
    "cli",
    "__main__",
    "__init__",
    "explain",
    "books",
    "alarms",
    "signing",
    "sending",
    "publishing",
    "letters",
    "agenda",
    "builder",
    "served",
    "beginning",
    "doctor",
    "origins",
    "forgetting",
    "traces",
    "erasing",
    "searching",
    "unlisting",
    "outward",
    "moderation",
    "components",
    "contract",
}
DOORS = {
    "yaml": "located.py",
    "jinja2": "render/templates.py",
    "vl_convert": "render/charts/converter.py",
    "markdown": "render/markdown.py",
    "cmarkgfm": "render/markdown.py",
    "nh3": "render/markdown.py",
    "weasyprint": "render/pdf.py",
    "babel": "render/formats.py",
    "watchdog": "serve/watch.py",
    "uvicorn": "serve/",
    "starlette": "serve/",
    "segno": "serve/codes.py",
    "sqlite3": "facts/store.py",
    "holidays": "model/holidays.py",
    "distributed": "cluster.py",
    "python_calamine": "exports/workbooks.py",
    "rich": "cli/telling.py",
    "click": "cli/",  # a folder of doors
    "smtplib": "mail/smtp.py",
    "pypdfium2": "render/pages.py",
    "cryptography": "seals.py",
    "asyncssh": "publish/sftp.py",
    "obstore": "publish/bucket.py",
    "fontTools": "glyphs.py",
}
TWO_DOORS = {
    ("sqlite3", "doctor.py"),
    ("sqlite3", "mail/journal.py"),
    ("click", "__main__.py"),
}  # a version to print; errors of usage to catch
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[list[str]]:
    here = ("generator", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(here[: len(here) - node.level + 1]) if node.level else []
            base += node.module.split(".") if node.module else []
            yield from ([*base, alias.name] for alias in node.names)


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def allowed(name: str) -> set[str]:
    if name in GROUND | STAGES:
        return GROUND | {name}
    if name in FLOW:
        return GROUND | STAGES | FLOW[name]
    return GROUND | STAGES | set(FLOW) | ENTRY


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_imports_only_what_its_band_allows(path: Path) -> None:
    """A stage knows the ground and itself; the flow knows the stages, and who builds knows who plans, never the other way."""
    ours = {name[1] for name in imports(path) if name[0] == "generator" and len(name) > 1}

    assert ours <= allowed(part(path)) | {part(path)}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_each_dependency_has_one_door(path: Path) -> None:
    """A third-party package is imported in exactly one module."""
    here = path.relative_to(PACKAGE).as_posix()
    foreign = {name[0] for name in imports(path)}

    assert not {name for name in foreign if not here.startswith(DOORS.get(name, here)) and (name, here) not in TWO_DOORS}


def test_every_part_has_a_band() -> None:
    """A new module or folder belongs to a band before it is merged, and no band names one that is gone."""
    assert {part(path) for path in MODULES} == GROUND | STAGES | set(FLOW) | ENTRY


def test_the_map_that_people_read_is_this_one() -> None:
    """A newcomer's table of bands names the same parts as the one that is tested."""
    rows = re.findall(r"^\| (entry|flow|stages|ground) +\|([^|]+)\|", (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    drawn = {band: set(re.findall(r"\w+", parts)) for band, parts in rows}

    assert drawn == {"entry": ENTRY, "flow": set(FLOW), "stages": STAGES, "ground": GROUND}
