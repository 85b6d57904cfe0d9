"""K3: blocks say what they take, and a call that is wrong is an error at its line."""

from __future__ import annotations

import json
import re

import pytest

from generator.model.blocks import BLOCKS
from tests.conftest import SiteFolder, command


def test_each_block_is_listed_with_what_it_shows() -> None:
    """The overview has a line for each."""
    run = command("components")

    assert run.code == 0
    assert {line.split()[0] for line in run.out.splitlines() if "  " in line} == set(BLOCKS)


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_each_key_of_a_block_is_listed_with_what_it_takes(name: str) -> None:
    """In the order in which they are declared, none left out; required ones say so."""
    (found,) = [json.loads(line) for line in command("components", name, "--json").out.splitlines()]

    assert found["block"] == name
    assert [argument["name"] for argument in found["arguments"]] == list(BLOCKS[name].model_fields)
    assert [a["name"] for a in found["arguments"] if a["required"]] == [
        key for key, f in BLOCKS[name].model_fields.items() if f.is_required()
    ]
    assert all(argument["takes"] and "Annotated" not in argument["takes"] for argument in found["arguments"])


def test_a_step_may_be_a_number_alone() -> None:
    """What a list takes is said as it may be written."""
    assert "list of: number, or mapping with at, label (optional)" in command("components", "milestones").out


def test_what_is_said_can_be_written(site: SiteFolder) -> None:
    """Choices, defaults and the skeleton of a block are what a page takes."""
    run = command("components", "note")

    assert re.search(r"^  text +text; required$", run.out, flags=re.M)
    assert "tone  info, warning; unless said: info" in run.out
    assert run.out.rstrip().endswith("```note\ntext: …\n```")
    site.write("content/luma/cards/more.md", f"---\ntitle: More\n---\n\n{run.out[run.out.index('```') :]}")
    assert command("build", "--site", site.root, "--now", "2026-10-05").code == 0


def test_an_unknown_block_is_told_with_the_nearest_one() -> None:
    """At the command, as in a page."""
    run = command("components", "galery")

    assert run.code == 1
    assert "did you mean gallery?" in run.err


@pytest.mark.parametrize(
    ("body", "line", "code"),
    [
        ("```gallery\ncount: many\n```", 2, "not-a-number"),
        ("```gallery\ncont: 4\n```", 2, "unknown-key"),
        ("```galery\n```", 1, "unknown-block"),
        ("```note\ntone: info\n```", 2, "missing-key"),
        ("```chart\nline: views\ngrain: hour\n```", 3, "unknown-word"),
        ("```moments\nkinds: [card, tweet]\n```", 2, "unknown-word"),
        ("```note\ntext: [a, b]\n```", 2, "wrong-shape"),
    ],
)
def test_a_wrong_call_is_an_error_at_its_line(site: SiteFolder, body: str, line: int, code: str) -> None:
    """K3: the line of the key, after the front matter."""
    site.write("content/luma/cards/more.md", f"---\ntitle: More\n---\n\n{body}\n")

    run = command("build", "--site", site.root, "--now", "2026-10-05")

    assert run.code == 1
    assert f"content/luma/cards/more.md:{line + 4}" in run.err
    assert code in run.err
