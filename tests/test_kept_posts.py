"""Posts as they were: drawn from what is kept of them, with their pictures in reports, without the network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from tests.conftest import NOW, SiteFolder
from tests.pagekit import read_page
from tests.test_posts import FIRST_ID, x_posts

DEMO = Path(__file__).parents[1]
TOP = f"https://x.com/luma/status/{FIRST_ID + 40}"
SECOND = f"https://x.com/luma/status/{FIRST_ID + 41}"
MOMENTS, DECISIONS = "content/luma/cards/moments.csv", "content/luma/cards/moderation.csv"
PAGE = "luma/room/monthly-2026-09.html"


def picture(colour: str) -> bytes:
    made = BytesIO()
    Image.new("RGB", (600, 400), colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def ranked(site: SiteFolder) -> SiteFolder:
    """A report that shows the three best posts of a month, of which some pictures are kept."""
    site.write("content/luma/kpi/posts.csv", x_posts([100] * 40 + [700, 600] + [100] * 10))
    report = (site.root / "content/luma/reports/monthly.md").read_text() + "\n```posts\nmetric: reactions\ncount: 3\n```\n"
    site.write("content/luma/reports/monthly.md", report)
    return site.write("content/luma/posts/one.png", picture("teal")).write("content/luma/posts/two.png", picture("plum"))


def shown(site: SiteFolder) -> list[str]:
    """What the pictures of the page's posts show, in order."""
    block = site.output(PAGE).partition("b-posts")[2].partition("</section>")[0]
    return re.findall(r'<img [^>]*alt="([^"]*)"', block)


def test_a_top_post_has_the_picture_that_is_kept_of_it(ranked: SiteFolder) -> None:
    """By its address, however it was copied, or by its id; on the page and in the PDF. A post without one is words alone."""
    ranked.write(
        "content/luma/posts.csv",
        f"id,permalink,picture,alt\n,{TOP}/?s=20&t=abc,posts/one.png,The first\n{FIRST_ID + 41},,posts/two.png,The second\n",
    )

    assert ranked.problems() == []

    assert shown(ranked) == ["The first", "The second"]
    page = read_page(ranked.output(PAGE))
    posts = [attributes["class"] for tag, attributes in page.elements if tag == "li" and "b-posts__post" in attributes.get("class", "")]
    assert posts == ["b-posts__post b-posts__post--seen", "b-posts__post b-posts__post--seen", "b-posts__post"]
    with_pictures = pictures_in(ranked, "2026-09")
    ranked.remove("content/luma/posts.csv").build()
    assert with_pictures == pictures_in(ranked, "2026-09") + 2


def pictures_in(site: SiteFolder, month: str) -> int:
    document = pypdfium2.PdfDocument(site.root / f"output/luma/room/monthly-{month}-draft.pdf")
    try:
        return sum(each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for page in document for each in page.get_objects(max_depth=4))
    finally:
        document.close()


@pytest.mark.parametrize(
    ("rows", "line", "code"),
    [
        (f"{TOP},gone.png,A,,\n", 2, "missing-file"),
        (f"{TOP},https://pbs.example/one.png,A,,\n", 2, "outside-file"),
        (f"{TOP},../orion/one.png,A,,\n", 2, "missing-file"),
        (f"{TOP},posts/one.png,A,middle,\n", 2, "not-a-focus"),
        (",posts/one.png,A,,\n", 2, "bad-cell"),
        (f"{TOP},posts/one.png,A,,\n{TOP},posts/two.png,B,,\n", 3, "contradicting-rows"),
    ],
)
def test_a_wrong_row_is_named(ranked: SiteFolder, rows: str, line: int, code: str) -> None:
    """Each mistake of posts.csv has its line; another client's pictures are none of this one's."""
    ranked.write("content/orion/client.yaml", "name: Orion\ncurrency: EUR\n").write("content/orion/one.png", picture("red"))
    ranked.write("content/luma/posts.csv", f"permalink,picture,alt,focus,who\n{rows}")

    run = ranked.run("check")

    assert f"content/luma/posts.csv:{line}: {code} " in run.err
    assert run.code == 1


@pytest.mark.parametrize(
    ("consent", "seen"),
    [
        ("", []),
        ("@ada,,,pdf;web,2026-09-01,asked,,\n", ["Ada"]),
        ("@ada,,,web,2026-09-01,asked,,\n", []),  # the room is what goes into the PDF
        ("@ada,,,pdf,2026-09-01,asked,2026-09-20,\n", []),
        ("@ada,,,pdf,2026-09-01,asked,,2026-09-20\n", []),
    ],
)
def test_who_is_seen_on_a_picture_must_have_agreed(ranked: SiteFolder, consent: str, seen: list[str]) -> None:
    """I3: a picture that names somebody is shown as far as the client's consent.csv goes."""
    ranked.write("content/luma/posts.csv", f"permalink,picture,alt,who\n{TOP},posts/one.png,Ada,@Ada\n")
    ranked.write("content/luma/consent.csv", f"who,network,what,scope,date,proof,expires,withdrawn\n{consent}")

    summary = ranked.build(choose=lambda output: output.path == PAGE)

    assert not summary.failed
    assert shown(ranked) == seen


def test_a_picture_that_a_moment_may_not_show_is_no_post_s_either(ranked: SiteFolder) -> None:
    """I3: a participant's picture is not shown by way of posts.csv once they took their consent back."""
    ranked.write("content/luma/cards/media/ada.png", picture("gold"))
    ranked.write(MOMENTS, "id,at,kind,handle,text,media\np-1,2026-09-03T10:00,photo,ada,Hello,media/ada.png\n").write(
        DECISIONS, "id,decision\np-1,approve\n"
    )
    ranked.write("content/luma/posts.csv", f"permalink,picture,alt\n{TOP},cards/media/ada.png,Ada\n")
    seen = []
    for withdrawn in ("", "2026-09-20"):
        ranked.write("content/luma/cards/consent.csv", f"who,scope,date,proof,withdrawn\np-1,web;pdf,2026-09-01,asked,{withdrawn}\n")
        ranked.build(choose=lambda output: output.path == PAGE)
        seen.append(shown(ranked))

    assert seen == [["Ada"], []]


def test_who_is_forgotten_leaves_the_pictures_of_posts(ranked: SiteFolder) -> None:
    """Rows that name them go, and so do the files; those of others stay."""
    rows = f"{TOP},posts/one.png,Ada,@ada\n{SECOND},posts/two.png,Bo,@bo\n"
    ranked.write("content/luma/posts.csv", f"permalink,picture,alt,who\n{rows}")

    run = ranked.run("forget", "@Ada", "--now", NOW.isoformat())

    assert run.code == 0, run.err
    assert (ranked.root / "content/luma/posts.csv").read_text() == f"permalink,picture,alt,who\n{SECOND},posts/two.png,Bo,@bo\n"
    assert sorted(path.name for path in (ranked.root / "content/luma/posts").iterdir()) == ["two.png"]


def test_a_post_is_drawn_from_what_is_kept(site: SiteFolder) -> None:
    """I1: author, face, words, hour, network and counts; a count of zero is said, one that is not known is not."""
    head = "id,at,kind,handle,name,platform,text,avatar,likes,comments,shares,permalink\n"
    rows = [
        "p-1,2026-09-03T10:00,post,ada,Ada,instagram,<b>Hello</b>,media/ada.png,1204,0,,https://www.instagram.com/p/Ab1/\n",
        "p-2,2026-09-03T11:00,post,bo,Bo,x,Nothing known,,,,,https://wall.example/2\n",
    ]
    site.write("content/luma/cards/media/ada.png", picture("gold")).write(MOMENTS, head + "".join(rows))
    site.write(DECISIONS, "id,decision\np-1,approve\np-2,approve\n").build(choose=lambda output: output.path.startswith("luma/cards/"))

    for name in ("m-p-1.html", "moments.html"):
        html = site.output(f"luma/cards/{name}")
        page = read_page(html)
        assert "<b>Hello</b>" in page.text and "Ada" in page.text and "Instagram" in page.text
        assert re.findall(r"<li><strong>([\d,]+)</strong> (\w+)</li>", html) == [("1,204", "likes"), ("0", "comments")]
        faces = [attributes for tag, attributes in page.elements if tag == "img" and "avatar" in attributes.get("class", "")]
        assert [(face["alt"], face["width"]) for face in faces] == [("", "600")]
    bare = site.output("luma/cards/m-p-2.html")
    assert 'class="counts"' not in bare and "data-embed" not in bare and "https://wall.example/2" in bare


@pytest.mark.parametrize("cell", ["1.2k", "-3", "1 204", "n/a"])
def test_a_count_is_a_whole_number(site: SiteFolder, cell: str) -> None:
    """Anything else is refused at its line, never taken for something."""
    site.write(MOMENTS, f"id,at,kind,text,likes\np-1,2026-09-03T10:00,post,Hello,{cell}\n").write(DECISIONS, "id,decision\np-1,approve\n")

    run = site.run("check")

    assert f'{MOMENTS}:2: not-a-number column "likes"' in run.err
    assert run.code == 1


def test_the_demo_builds_without_a_network(tmp_path: Path) -> None:
    """I4: in a place with no network at all, the demo's pages and PDFs are what they are anywhere."""
    if subprocess.run(["unshare", "--map-root-user", "--net", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system gives nobody a network of their own")
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        shutil.copytree(DEMO / "content", tmp_path / name / "content")
        shutil.copy(DEMO / "site.yaml", tmp_path / name)
        report = tmp_path / name / "content/harbour-thistle/reports/monthly.md"  # one month says as much as thirteen
        report.write_text(re.sub("(?m)^from: .*$", "from: 2026-09", report.read_text("utf-8")), "utf-8")
    build = [sys.executable, "-m", "generator", "build", "--only", "harbour-thistle", "--now", NOW.isoformat()]
    apart = subprocess.run(
        ["unshare", "--map-root-user", "--net", *build], cwd=tmp_path / "there", capture_output=True, text=True, check=False
    )
    usual = subprocess.run(build, cwd=tmp_path / "here", capture_output=True, text=True, check=False)

    assert (apart.returncode, apart.stderr) == (0, "")
    assert usual.returncode == 0
    trees = [
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in sorted((tmp_path / name / "output").rglob("*"))
            if path.is_file()
        }
        for name in ("here", "there")
    ]
    assert len(trees[0]) > 200 and trees[0] == trees[1]
