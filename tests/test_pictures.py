"""Pictures as people hand them in: far too large, cut off, drawn with scripts, under a wrong name, elsewhere; and as pages show them."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import CAMPAIGN, NOW, SiteFolder
from tests.pagekit import read_page

SEEN = "content/luma/cards/moments/seen.md"
HEAD = "---\nkind: photo\nat: 2026-09-03T09:00\npicture: ../media/{name}\nalt: A lamp\ntitle: Lamp\n---\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"{attributes}>{inside}</svg>'
DRAWINGS = {
    "script": SVG.format(attributes="", inside="<script>alert('MARKER')</script>"),
    "handler": SVG.format(attributes=" onload=\"alert('MARKER')\"", inside=""),
    "foreign object": SVG.format(attributes="", inside="<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>MARKER</body></foreignObject>"),
    "reference": SVG.format(attributes="", inside='<image href="https://evil.example/MARKER.png"/>'),
    "harmless": SVG.format(attributes="", inside="<title>MARKER</title>"),
}  # fmt: skip


def picture(form: str = "JPEG", size: tuple[int, int] = (1400, 900), colour: str = "teal") -> bytes:
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, form)
    return made.getvalue()


def giant(side: int) -> bytes:
    """A PNG of so many pixels a side, and some kilobytes: one bit a pixel, all of them the same."""
    row = b"\0" + bytes((side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    parts = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """The site without its report, which takes the longest to make."""
    return site.remove("content/luma/reports/monthly.md")


def test_a_giant_is_refused_in_little_memory(wall: SiteFolder) -> None:
    """M2: 900 million pixels in some kilobytes are refused by name, at the line of who shows them, under 256 MiB."""
    content = giant(30_000)
    wall.write("content/luma/cards/media/giant.png", content).write(SEEN, HEAD.format(name="giant.png"))
    measured = (
        "import resource, subprocess, sys\n"
        f"run = subprocess.run([sys.executable, '-m', 'generator', 'build', '--workers', 'serial', '--now', '{NOW.isoformat()}'],"
        " capture_output=True, text=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, run.returncode)\nprint(run.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", measured], cwd=wall.root, capture_output=True, text=True, check=True)

    first, _, said = done.stdout.partition("\n")
    memory, code = map(int, first.split())
    assert len(content) < 200_000
    assert code == 1
    assert memory < 256 << 10  # in KiB
    assert f"{SEEN}:1" in said and "too-large" in said and "giant.png" in said and "picture_pixels" in said
    assert not [path for path in wall.tree() if "/media/" in path]


@pytest.mark.parametrize("inside", DRAWINGS)
def test_a_drawing_of_markup_is_refused(wall: SiteFolder, inside: str) -> None:
    """M3: an SVG, whatever is in it and whatever it is called, is refused by name; nothing of it is published."""
    for name in ("drawing.svg", "drawing.png"):
        wall.write(f"content/luma/cards/media/{name}", DRAWINGS[inside])
    wall.write(SEEN, HEAD.format(name="drawing.svg"))
    wall.write("content/luma/cards/page.md", "---\ntitle: Page\n---\n\n![A drawing](media/drawing.png)\n")

    run = wall.run("build", "--lenient")

    assert "not-a-picture" in run.err and "SVG" in run.err
    assert "media/drawing.svg" in run.err and "content/luma/cards/page.md:5:1" in run.err
    assert not [path for path, data in wall.tree().items() if b"MARKER" in data or path.endswith(".svg")]


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("cut.jpg", picture()[:3000], "not-a-picture", "cannot be read to its end"),
        ("empty.jpg", b"", "not-a-picture", "is empty"),
        ("words.jpg", b"Dear all, the picture follows.", "not-a-picture", "is not a picture"),
        ("photo.png", picture("JPEG"), "wrong-suffix", "is a JPEG"),
        ("photo.jpg", picture("WEBP"), "wrong-suffix", "is a WEBP"),
        ("photo.bmp", picture("BMP"), "not-a-picture", "is not a picture"),
    ],
)  # fmt: skip
def test_a_picture_that_is_none_is_named_with_its_page(wall: SiteFolder, name: str, content: bytes, code: str, said: str) -> None:
    """M4: the error names the file and the line that shows it, and the page stays as it was."""
    wall.write(f"content/luma/cards/media/{name}", content).write(SEEN, HEAD.format(name=name))

    (problem,) = wall.mistakes()

    assert (problem.code, problem.at.path) == (code, SEEN)
    assert name in problem.message and said in problem.message
    assert problem.fix
    assert "luma/cards/m-seen.html" not in wall.tree()


@pytest.mark.parametrize("address", ["https://cdn.example/a.jpg", "http://cdn.example/a.jpg", "//cdn.example/a.jpg"])
@pytest.mark.parametrize("column", ["media", "avatar", "video", "poster"])
def test_a_picture_elsewhere_is_never_asked_for(wall: SiteFolder, column: str, address: str) -> None:
    """M5: an address in the place of a file is an error that says to save it; no page names it."""
    more = "" if column != "poster" else ",video"
    film = "" if column != "poster" else ",media/film.mp4"
    wall.write("content/luma/cards/media/film.mp4", (Path(__file__).parent / "recordings/film.mp4").read_bytes())
    wall.write("content/luma/cards/moments.csv", f"id,at,kind,text,{column}{more}\np-1,2026-09-03T10:00,post,Hello,{address}{film}\n")
    wall.write("content/luma/cards/moderation.csv", "id,decision\np-1,approve\n")

    run = wall.run("build", "--lenient")

    assert "content/luma/cards/moments.csv:2: outside-file" in run.err
    assert "fix: save it beside this file" in run.err
    assert not [path for path, data in wall.tree().items() if b"cdn.example" in data]


def test_pictures_come_as_webp_beside_one_that_everything_reads(wall: SiteFolder) -> None:
    """Each picture of a page has WebP in several widths, a JPEG or PNG for the rest, its size, and waits until it is near; the first one of
    a moment's page does not wait."""
    wall.write("content/luma/cards/media/a.jpg", picture()).write(SEEN, HEAD.format(name="a.jpg") + "\n![Again](../media/a.jpg)\n")
    wall.write("content/luma/cards/index.md", CAMPAIGN + "\n```gallery\n```\n")

    assert wall.problems() == []

    for page, count in (("m-seen.html", 2), ("index.html", 3), ("moments.html", 2)):
        html = wall.output(f"luma/cards/{page}")
        shown = re.findall(r'<picture><source type="image/webp" srcset="([^"]*)" sizes="[^"]+"><img ([^>]*)></picture>', html)
        assert len(shown) == count == html.count("<img ")
        for sources, image in shown:
            assert re.fullmatch(r"media/p-\w+-480\.webp 480w, media/p-\w+-960\.webp 960w, media/p-\w+-1400\.webp 1400w", sources)
            assert re.search(r'src="media/p-\w+-960\.jpg"', image)
            assert 'width="1400" height="900"' in image
            assert ("loading" in image) != ("fetchpriority" in image)
    files = {path.rpartition("/")[2]: data for path, data in wall.tree().items() if "/media/" in path}
    assert sorted(path.rpartition("-")[2] for path in files) == ["1400.webp", "480.webp", "960.jpg", "960.webp"]
    assert {Image.open(BytesIO(data)).format for path, data in files.items() if path.endswith("webp")} == {"WEBP"}


def test_a_focus_says_what_of_a_picture_is_kept(wall: SiteFolder) -> None:
    """A focus in front matter and in moments.csv is where the picture is held when it is cut; anything else is refused at its line."""
    wall.write("content/luma/cards/media/a.jpg", picture())
    wall.write(SEEN, HEAD.format(name="a.jpg").replace("alt:", "focus: 40% 20%\nalt:"))
    wall.write(
        "content/luma/cards/moments.csv", "id,at,kind,text,media,alt,focus\np-1,2026-09-03T10:00,photo,Hello,media/a.jpg,A,0% 100%\n"
    )
    wall.write("content/luma/cards/moderation.csv", "id,decision\np-1,approve\n")
    wall.build()
    own, theirs = wall.output("luma/cards/m-seen.html"), wall.output("luma/cards/m-p-1.html")

    wall.write(SEEN, HEAD.format(name="a.jpg").replace("alt:", 'focus: "url(x); 20%"\nalt:'))
    wrong = wall.write("content/luma/cards/moments.csv", "id,at,kind,text,focus\np-1,2026-09-03T10:00,photo,Hello,40% 120%\n").mistakes()

    assert 'style="object-position: 40% 20%"' in own
    assert 'style="object-position: 0% 100%"' in theirs
    assert sorted((each.code, each.at.path, each.at.line or 0) for each in wrong) == [
        ("not-a-focus", "content/luma/cards/moments.csv", 2), ("not-a-focus", SEEN, 5),
    ]  # fmt: skip


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Every picture that is opened."""
    seen: list[object] = []
    real = Image.open

    def noted(*arguments: object, **more: object) -> object:
        seen.append(arguments)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Image, "open", noted)
    yield seen


def test_an_unchanged_picture_is_not_opened_again(wall: SiteFolder, opened: list[object]) -> None:
    """J8: a build that changes a page shows its pictures without opening one; a picture that changes is opened, and only that one."""
    for name in ("a.jpg", "b.jpg"):
        path = wall.root / f"content/luma/cards/media/{name}"
        wall.write(f"content/luma/cards/media/{name}", picture(colour="teal" if name == "a.jpg" else "plum"))
        age(path)
    wall.write(SEEN, HEAD.format(name="a.jpg")).write(SEEN.replace("seen", "also"), HEAD.format(name="b.jpg"))
    wall.build()
    first = len(opened)
    opened.clear()

    again = wall.write(SEEN, HEAD.format(name="a.jpg").replace("title: Lamp", "title: Lamps")).build()
    untouched = len(opened)
    changed = wall.write("content/luma/cards/media/b.jpg", picture(colour="gold")).build()

    assert first >= 10  # two looked at, eight made
    assert "luma/cards/m-seen.html" in again.written
    assert untouched == 0
    assert [path for path in changed.written if "/media/" in path] and len(opened) == 5  # one looked at, four made


def age(path: Path) -> None:
    """A file that was saved a while ago: a memory of one just saved is not relied on."""
    os.utime(path, (1_700_000_000, 1_700_000_000))


def test_a_page_stays_complete_without_webp(wall: SiteFolder) -> None:
    """Everything that a page's pictures name is there."""
    wall.write("content/luma/cards/media/a.png", picture("PNG")).write(SEEN, HEAD.format(name="a.png")).build()
    page, tree = read_page(wall.output("luma/cards/m-seen.html")), wall.tree()

    named = [part.split()[0] for tag, value in page.addresses() if tag in ("img", "source") for part in value.split(",")]

    assert len(named) == 4
    assert {f"luma/cards/{name}" for name in named} <= set(tree)
