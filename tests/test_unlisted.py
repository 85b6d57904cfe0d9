"""Unlisted things: an address of 128 bits that nothing leads to, the same on every machine, and exchanged on request."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import CAMPAIGN, CLIENT, SITE, SiteFolder
from tests.pagekit import read_page

PAGE = "content/luma/cards/preview.md"


@pytest.fixture
def site(site: SiteFolder) -> SiteFolder:
    return site.write("site.yaml", f"{SITE}url: https://atelier.example/\n")


def unlist(site: SiteFolder, what: str, *more: str) -> str:
    run = site.run("unlist", what, *more)
    assert run.code == 0, run.err
    return run.out.splitlines()[0]


def page(site: SiteFolder) -> str:
    site.write(PAGE, "---\ntitle: Quiet preview\nunlisted: true\n---\n\nFor your eyes.\n")
    return unlist(site, "luma/cards/preview")


def campaign(site: SiteFolder) -> str:
    head = CAMPAIGN.replace("title: Cards", "title: Quiet preview\nunlisted: true\nurl: https://quiet.example/")
    site.write("content/luma/quiet/index.md", head.replace('hashtag: "#LumaCards"\n', "").replace("A week of cards.", "For your eyes."))
    site.write("content/luma/quiet/moments/001.md", "---\nkind: note\nat: 2026-09-01\ntitle: Quiet preview\n---\n\nFor your eyes.\n")
    return unlist(site, "luma/quiet")


def room(site: SiteFolder) -> str:
    site.write("content/luma/client.yaml", CLIENT + "room: {unlisted: true}\n")
    return unlist(site, "luma/room")


THINGS = {"page": (page, "luma/cards/preview"), "campaign": (campaign, "luma/quiet"), "room": (room, "luma/room")}


@pytest.mark.parametrize("name", THINGS)
def test_nothing_leads_to_what_is_unlisted(site: SiteFolder, name: str) -> None:
    """G4: 128 bits in the path; not for search engines, no referrer; no page, feed or site map elsewhere knows of it or its address."""
    address = THINGS[name][0](site)
    problems = [problem for problem in site.problems() if problem.severity == "error"]
    (segment,) = re.findall(r"[0-9a-f]{32}", address)
    inside = f"luma/{segment}/"
    elsewhere = {path: content for path, content in site.tree().items() if path != address and not path.startswith(inside)}

    html = site.output(address)
    metas = {each.get("name"): each.get("content") for tag, each in read_page(html).elements if tag == "meta"}
    assert problems == [] and address in site.tree()
    assert (metas["robots"], metas["referrer"]) == ("noindex, nofollow", "no-referrer") and 'rel="canonical"' not in html
    assert [path for path, content in elsewhere.items() if segment.encode() in content or b"Quiet preview" in content] == []
    assert [
        path
        for path in site.tree()
        if (path.startswith(inside) and "feed" in path and "/assets/" not in path) or ("sitemap" in path and "quiet" in path)
    ] == []
    assert not [path for path in site.tree() if name != "page" and path.startswith(f"{THINGS[name][1]}/")]


@pytest.mark.parametrize("name", THINGS)
def test_address_is_exchanged_and_the_old_one_says_so(site: SiteFolder, name: str) -> None:
    """--rotate gives another; at the old address stands an end that does not say where to."""
    write, what = THINGS[name]
    old = write(site)
    site.build()
    new = unlist(site, what, "--rotate")
    built = site.build()

    assert new != old and built.problems.errors == []
    assert "This address is no longer in use." in site.output(old) and "For your eyes" not in site.output(old)
    assert re.findall(r"[0-9a-f]{32}", new)[0] not in site.output(old)
    assert "This address" not in site.output(new)
    assert unlist(site, what) == new


def test_address_is_the_same_on_every_machine(site: SiteFolder, tmp_path: Path) -> None:
    """It stands in a file of the site, and not in what a machine remembers."""
    address = page(site)
    site.build()
    other = SiteFolder(tmp_path / "other")
    shutil.copytree(site.root, other.root, ignore=shutil.ignore_patterns(".bilan", "output"))
    other.build()

    assert other.tree() == site.tree() and address in other.tree()


def test_nothing_becomes_public_by_a_slip(site: SiteFolder) -> None:
    """Without its address, or without saying that it is unlisted, it is an error; the last good output stays."""
    page(site)
    site.remove("content/luma/addresses.yaml")
    first = [(str(problem.at), problem.code) for problem in site.build().problems.errors]
    page(site)
    site.write(PAGE, "---\ntitle: Quiet preview\n---\n\nFor your eyes.\n")
    second = [(problem.at.path, problem.code) for problem in site.build().problems.errors]
    site.write("content/luma/addresses.yaml", "addresses:\n  - {of: cards/preview, segment: short}\n")
    third = [problem.code for problem in site.build().problems.errors]

    assert first == [(f"{PAGE}:3:11", "no-address")] and second == [(PAGE, "not-unlisted")]
    assert "bad-address" in third
    assert not any(b"For your eyes" in content for content in site.tree().values())


def test_link_to_an_unlisted_page_is_words_only(site: SiteFolder) -> None:
    """A public page would give the address away."""
    address = page(site)
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("A week of cards.", "See [the preview](preview.md)."))

    problems = site.problems()

    assert [(problem.code, problem.severity) for problem in problems] == [("held-back-link", "warning")]
    assert "the preview" in site.output("luma/cards/index.html") and address.rpartition("/")[2] not in site.output("luma/cards/index.html")


def test_room_may_be_unlisted_and_locked(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both together: sealed files at an address that nobody guesses, kept where the password is not at hand."""
    monkeypatch.setenv("LUMA_ROOM", "five random words, lamp")
    site.write("content/luma/client.yaml", CLIENT + "room: {unlisted: true, password_env: LUMA_ROOM}\n")
    address = unlist(site, "luma/room")
    site.build()
    before = [path for path in site.tree() if path.startswith(address.rpartition("/")[0])]
    monkeypatch.delenv("LUMA_ROOM")
    site.write("content/luma/kpi.yaml", "files: []\n").build()

    assert len([path for path in before if path.endswith(".bin")]) >= 5
    assert [path for path in site.tree() if path.startswith(address.rpartition("/")[0])] == before
    assert not [path for path in site.tree() if path.startswith("luma/room")]


@pytest.mark.parametrize("what", ["luma", "luma/cards/nothing", "nobody/cards", "luma/../../etc", "luma/cards/moments"])
def test_what_does_not_exist_cannot_be_unlisted(site: SiteFolder, what: str) -> None:
    """The command says what may be named."""
    run = site.run("unlist", what)

    assert run.code == 1 and "nothing-to-unlist" in run.err and not (site.root / "content/luma/addresses.yaml").exists()
