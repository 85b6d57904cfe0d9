"""What belongs together stays together: pages and what they lead to, Bilan's files and nobody else's, a build and what it had to say."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.conftest import CLIENT, SiteFolder

PHOTO = "---\nkind: photo\nat: 2026-09-02T09:00\ntitle: Seen\npicture: a.jpg\nalt: A square\n---\n\nLook.\n"
BROKEN = '{% extends "base.html" %}{% block main %}{{ moment.nope if moment.title == "Second" else moment.title }}{% endblock %}'


def picture(colour: str, *, whole: bool = True) -> bytes:
    """A JPEG; one that is not whole can still be measured."""
    made = BytesIO()
    shown = Image.effect_noise((300, 300), 90).convert("RGB") if colour == "noise" else Image.new("RGB", (300, 300), colour)
    shown.save(made, "JPEG")
    return made.getvalue() if whole else made.getvalue()[: len(made.getvalue()) // 2]


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """The site without its report, which takes the longest to make."""
    return site.remove("content/luma/reports/monthly.md")


def below(site: SiteFolder, folder: str) -> dict[str, bytes]:
    return {name: content for name, content in site.tree().items() if name.startswith(folder)}


def test_picture_that_fails_keeps_the_pages_that_show_it(wall: SiteFolder) -> None:
    """When a picture cannot be made, all of its campaign stays as it was, the picture before included; mended, all of it follows."""
    wall.write("content/luma/cards/moments/002.md", PHOTO).write("content/luma/cards/moments/a.jpg", picture("red")).build()
    before = below(wall, "luma/cards/")

    wall.write("content/luma/cards/moments/a.jpg", picture("noise", whole=False))
    failed = wall.write("content/luma/cards/moments/001.md", PHOTO.replace("Seen", "New").replace("picture: a.jpg\n", "")).build()
    kept = below(wall, "luma/cards/")
    mended = wall.write("content/luma/cards/moments/a.jpg", picture("noise")).build()

    assert [problem.code for problem in failed.problems] == ["not-a-picture", "kept-back"]
    assert failed.removed == []
    assert kept == before
    assert not mended.failed
    assert "luma/cards/m-001.html" in mended.written
    assert len([path for path in mended.removed if path.startswith("luma/cards/media/")]) == 2  # as JPEG and as WebP


def test_first_build_with_a_page_that_fails(wall: SiteFolder) -> None:
    """Of a campaign that was never built, nothing is put in place while one of its pages cannot be made, unless that is asked for; other
    campaigns are. The client's page, which would lead to it, waits as well."""
    wall.write("templates/moment.html", BROKEN)
    wall.write("content/luma/more/index.md", "---\ntitle: More\nstarts: 2026-09-01T09:00\nends: 2026-09-02T09:00\n---\n\nMore.\n")

    strict, lenient = wall.run("build"), None
    held = set(wall.tree())
    lenient = wall.run("build", "--lenient")

    assert strict.code == lenient.code == 1
    assert "kept-back" in strict.err
    assert not any(name.startswith("luma/cards/") for name in held)
    assert "luma/more/index.html" in held
    assert not {"luma/index.html", "index.html"} & held
    assert {"luma/cards/m-001.html", "luma/cards/index.html", "luma/index.html", "index.html"} <= set(wall.tree())
    assert "luma/cards/m-002.html" not in wall.tree()
    assert not list(wall.root.rglob("output/**/*.bilan-tmp"))


def test_page_that_fails_and_was_good_before(wall: SiteFolder) -> None:
    """A page that can no longer be made keeps its last good form, the rest of its campaign follows, and nothing is removed."""
    wall.build()
    wall.write("templates/moment.html", BROKEN).remove("content/luma/cards/moments/001.md")

    summary = wall.build()

    assert "Another." in wall.output("luma/cards/m-002.html")
    assert (summary.failed, summary.removed) == (True, [])
    assert "m-001.html" not in wall.output("luma/cards/index.html")
    assert "luma/cards/m-001.html" in wall.tree()


def test_mistake_of_a_client_keeps_the_front_page(wall: SiteFolder) -> None:
    """While a client has mistakes, the agency's page goes on leading to what was published of it."""
    wall.write("content/orion/client.yaml", CLIENT.replace("Luma", "Orion")).build()
    before = wall.output("index.html")

    failed = wall.write("content/luma/cards/index.md", "---\ntitel: Cards\n---\n").build()

    assert failed.failed
    assert wall.output("index.html") == before
    assert "luma/cards/index.html" in before


def test_output_that_is_a_link_is_refused(wall: SiteFolder) -> None:
    """An output folder that leads elsewhere is refused by name, and nothing is written there."""
    elsewhere = wall.root / "elsewhere"
    elsewhere.mkdir()
    (wall.root / "output").symlink_to(elsewhere)

    run = wall.run("build")

    assert run.code == 1
    assert "output: outside-link" in run.err
    assert list(elsewhere.iterdir()) == []


def test_folder_of_the_output_that_is_a_link_is_not_followed(wall: SiteFolder) -> None:
    """A folder of the output folder that leads elsewhere is neither written to nor emptied."""
    wall.build()
    elsewhere = wall.root / "elsewhere"
    (wall.root / "output/luma/cards").rename(elsewhere)
    (wall.root / "output/luma/cards").symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))

    summary = wall.write("content/luma/cards/moments/003.md", PHOTO.replace("picture: a.jpg\n", "")).build()
    wall.remove("content/luma/cards/moments/003.md").remove("content/luma/cards/moments/002.md").build()

    assert "cannot-write" in [problem.code for problem in summary.problems]
    assert sorted(elsewhere.rglob("*")) == before


def test_foreign_file_where_a_page_was_never_made(wall: SiteFolder) -> None:
    """A file of somebody else's, at the address of a page that could not be made, stays when that page's source goes."""
    wall.write("output/luma/cards/m-002.html", "mine").write("templates/moment.html", BROKEN).build()

    wall.remove("content/luma/cards/moments/002.md").build()

    assert wall.output("luma/cards/m-002.html") == "mine"


def test_warnings_are_said_again(wall: SiteFolder) -> None:
    """A build that has nothing to do says what the last one had to say."""
    wall.write("content/luma/cards/word.md", "---\ntitle: Word\n---\n\n[x](javascript:alert(1))\n")

    first, second = wall.run("build"), wall.run("build")

    assert "unsafe-link" in first.err
    assert "nothing to do" in second.out
    assert "unsafe-link" in second.err


def test_remarks_of_a_page_are_said_until_they_are_mended(wall: SiteFolder) -> None:
    """What a template has to say of a page is not forgotten because the page is up to date."""
    wall.write("content/luma/client.yaml", CLIENT.replace("language: en", "language: fr"))
    wall.write("templates/parts/credits.html", "{{ _('Unheard of') }}")

    first, second = wall.build(), wall.build()

    assert [problem.code for problem in first.problems] == [problem.code for problem in second.problems] == ["missing-message"]
    assert second.written == []


@pytest.mark.parametrize("name", ["kpi/theirs.csv", "kpi/folder", "cards/moments/theirs.md"])
def test_link_into_another_client_s_folder_is_refused(wall: SiteFolder, name: str) -> None:
    """F2: a link to a file, or a folder, of another client is a problem at its name, and nothing of that client is shown; links within one
    client's folder are followed."""
    export = (wall.root / "content/luma/kpi/overview.csv").read_bytes()
    wall.write("content/orion/client.yaml", CLIENT.replace("Luma", "Orion")).write("content/orion/kpi/x.csv", export)
    wall.write("content/orion/stars/moments/001.md", PHOTO.replace("picture: a.jpg\n", "").replace("Look.", "secret-of-orion"))
    wall.write("content/orion/stars/index.md", "---\ntitle: Stars\nstarts: 2026-09-01T09:00\nends: 2026-09-03T09:00\n---\n\nStars.\n")
    (wall.root / "content/luma/brand").mkdir()
    (wall.root / "content/luma/kpi/overview.csv").rename(wall.root / "content/luma/brand/own.csv")
    (wall.root / "content/luma/kpi/overview.csv").symlink_to(wall.root / "content/luma/brand/own.csv")
    target = {"kpi/theirs.csv": "kpi/x.csv", "kpi/folder": "stars", "cards/moments/theirs.md": "stars/moments/001.md"}[name]
    own = wall.run("build")

    (wall.root / f"content/luma/{name}").symlink_to(wall.root / "content/orion" / target)
    run = wall.run("build", "--lenient")

    assert (own.code, run.code) == (0, 1)
    assert f"content/luma/{name}: outside-link this link leads into another client's folder" in run.err
    assert not any(b"secret-of-orion" in content for path, content in wall.tree().items() if path.startswith("luma/"))
