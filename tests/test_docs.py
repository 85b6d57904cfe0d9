"""The documentation: its commands run, and it names all that there is."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli import bilan
from generator.model.blocks import BLOCKS

ROOT = Path(__file__).parent.parent
EXPORT = ROOT / "tests/exports/files/x/account_overview/account_overview_analytics_2026-04-01_2026-06-30.csv"
README = (ROOT / "README.md").read_text("utf-8")
WRITING = (ROOT / "docs/writing.md").read_text("utf-8")


def test_the_first_site_of_the_readme_works_as_written(tmp_path: Path) -> None:
    """Whoever types the README's commands has pages, and then reports."""
    blocks = re.findall(r"<!-- tested -->\n```console\n(.*?)```", README, flags=re.S)
    commands = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    (tmp_path / "Downloads").mkdir()
    shutil.copy(EXPORT, tmp_path / "Downloads/account_overview.csv")
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    script = "\n".join(["set -eu", *commands])
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=170, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "output/harbour-teas/room/monthly-2026-04-draft.pdf" in done.stdout
    assert (tmp_path / "my-agency/output/harbour-teas/room/monthly-2026-06-draft.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_each_block_and_each_of_its_keys_is_documented(name: str) -> None:
    """docs/writing.md has a row for each block, with all of its keys."""
    (row,) = re.findall(rf"^\| `{name}` \|.*$", WRITING, flags=re.M)

    assert [key for key in BLOCKS[name].model_fields if key != "title" and f"`{key}`" not in row] == []


@pytest.mark.parametrize("name", sorted(bilan.commands))
def test_each_command_is_in_the_readme(name: str) -> None:
    """The README lists every command."""
    assert re.search(rf"^    bilan {name} ", README, flags=re.M)


def test_the_pictures_of_the_readme_are_there() -> None:
    """Each picture of the README is a file of the repository."""
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)

    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def _codes(path: Path) -> set[str]:
    """The codes of problems that a module gives."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[:1] if name in ("Problem", "_problem", "problem", "add", "refuse") else []
            texts = [each.value for each in (*given, *first) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            found |= {text for text in texts if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", text)}
    return found


def test_every_code_of_a_problem_is_documented() -> None:
    """X7: docs/codes.md has each code that the program gives, and none that it does not."""
    listed = set(re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs/codes.md").read_text("utf-8"), re.MULTILINE))
    modules = list((ROOT / "generator").rglob("*.py"))
    source = "\n".join(path.read_text("utf-8") for path in modules)

    assert set().union(*map(_codes, modules)) - listed == set()
    assert {code for code in listed if f'"{code}"' not in source} == set()
