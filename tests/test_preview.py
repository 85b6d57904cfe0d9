"""Pages as they are made at once, before the build: the same bytes as the build's, after any edit."""

from __future__ import annotations

import os
import random

import pytest

from generator.facts import state
from generator.preview import Preview
from tests.conftest import CAMPAIGN, NOW
from tests.test_oracle import CONTENT, OTHERS, AgedSite, aged, client, figures

__all__ = ["aged"]  # a fixture
EDITS = 40 if "BILAN_SOAK" not in os.environ else 400
SOURCES = [*CONTENT, client, figures, *OTHERS[:11]]


def changed(before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


@pytest.mark.parametrize("seed", range(2))
def test_a_page_looked_at_is_what_the_build_writes(aged: AgedSite, seed: int) -> None:
    """After each of many random edits, every page that a preview shows has the bytes that a build gives it then."""
    dice = random.Random(seed)
    assert not aged.build().failed
    preview, shown = Preview(aged.root, NOW), 0
    for number in range(EDITS):
        before = dict(state(aged.root).stamps)
        dice.choice(SOURCES)(aged, dice)
        preview.note(changed(before, dict(state(aged.root).stamps)))
        known = sorted(name for name in aged.tree() if name.endswith(".html") or name.endswith("/live/head.json"))
        looks = preview.look(dice.sample(known, min(4, len(known))))
        assert not aged.build().failed
        tree = aged.tree()
        for name, content in looks.pages.items():
            assert content == tree.get(name), f"edit {number}: {name}"
            shown += 1

    assert shown > 2 * EDITS  # of four pages asked for each time, some have gone with the edit, or there are fewer


def test_a_mistake_shows_nothing_and_is_named(aged: AgedSite) -> None:
    """A file with a mistake gives its problem and no page; mended, the page is there again without reading the rest anew."""
    aged.build()
    preview, page, name = Preview(aged.root, NOW), "luma/cards/index.html", "content/luma/cards/moments/001.md"
    first = preview.look([page])
    good = (aged.root / name).read_text()
    aged.write(name, good.replace("kind: milestone", "kind: milestne"))
    preview.note([name])
    wrong = preview.look([page])
    aged.write(name, good.replace("title: Open", "title: Opened"))
    preview.note([name])
    mended = preview.look([page])

    assert page in first.pages and page not in wrong.pages
    assert [(problem.at.path, problem.code) for problem in wrong.problems.errors] == [(name, "unknown-word")]
    assert b"Opened" in mended.pages[page] and not mended.problems.errors


def test_the_mistake_of_one_client_leaves_another_ones_preview(aged: AgedSite) -> None:
    """What is wrong with one client's files keeps no other client's pages from being looked at."""
    aged.write("content/orion/client.yaml", "name: Orion\nlanguage: en\ncurrency: EUR\nbrand:\n  colour: '#7a3b12'\n")
    aged.build()
    aged.write("content/orion/client.yaml", "nmae: Orion\n")
    preview = Preview(aged.root, NOW)

    looks = preview.look(["luma/cards/index.html", "orion/index.html"])

    assert set(looks.pages) == {"luma/cards/index.html"}


def test_pictures_and_styles_come_with_the_page(aged: AgedSite) -> None:
    """What a page shows for the first time can be asked for before any build has made it."""
    aged.build()
    preview = Preview(aged.root, NOW)
    preview.look([])
    aged.write("templates/assets/site.css", "p { margin: 7px }")
    aged.write("content/luma/cards/moments/001.md", "---\nkind: photo\nat: 2026-09-01T09:00\ntitle: Open\npicture: ../media/a.jpg\n---\n")
    preview.note(["templates/assets/site.css", "content/luma/cards/moments/001.md"])
    page = preview.look(["luma/cards/m-001.html"]).pages["luma/cards/m-001.html"].decode()
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    picture = page.partition('src="media/')[2].partition('"')[0]

    found = preview.look([f"luma/cards/{style}", f"luma/cards/media/{picture}"]).pages

    assert found[f"luma/cards/{style}"] == b"p { margin: 7px }"
    assert found[f"luma/cards/media/{picture}"].startswith(b"\xff\xd8")


def test_a_preview_writes_nothing(aged: AgedSite) -> None:
    """Looking changes neither the output nor the record of builds."""
    aged.build()
    before = {path: path.stat().st_mtime_ns for path in sorted(aged.root.rglob("*")) if path.is_file()}
    preview = Preview(aged.root, NOW)
    preview.look(["index.html", "luma/cards/index.html"])

    assert {path: path.stat().st_mtime_ns for path in sorted(aged.root.rglob("*")) if path.is_file()} == before


def test_other_folders_and_new_clients_are_read_whole(aged: AgedSite) -> None:
    """A campaign, a client or a setting that was not there before is seen, too."""
    aged.build()
    preview = Preview(aged.root, NOW)
    preview.look([])
    aged.write("content/luma/second/index.md", CAMPAIGN.replace("title: Cards", "title: Second"))
    preview.note(["content/luma/second/index.md"])
    second = preview.look(["luma/second/index.html"]).pages
    aged.write("site.yaml", "title: Other\nlanguage: en\n")
    preview.note(["site.yaml"])
    front = preview.look(["index.html"]).pages

    assert b"Second" in second["luma/second/index.html"] and b"Other" in front["index.html"]
