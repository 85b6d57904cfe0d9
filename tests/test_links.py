"""J12: what built pages point at is there: pages, anchors, pictures, bookmarks; addresses elsewhere are asked on request."""

from __future__ import annotations

import http.server
import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from generator.digests import digest
from generator.render.links import links_of
from generator.render.pages import lost_bookmarks
from tests.conftest import CAMPAIGN, SITE, SiteFolder

CREDITS = "templates/parts/credits.html"


def foot(site: SiteFolder, html: str) -> SiteFolder:
    """The foot of every page of a campaign says this."""
    return site.write(CREDITS, html)


def broken(site: SiteFolder, **options: object) -> list[tuple[str, str]]:
    return sorted((problem.message, str(problem.at)) for problem in site.build(**options).problems if problem.code == "broken-link")


def test_everything_that_bilan_s_own_theme_points_at_is_there(site: SiteFolder) -> None:
    """The site of the tests, and the demo, have no broken link."""
    assert broken(site) == []
    demo = SiteFolder(site.root / "demo")
    for name in ("content", "templates"):
        shutil.copytree(Path(__file__).parents[1] / name, demo.root / name)
    shutil.copy(Path(__file__).parents[1] / "site.yaml", demo.root / "site.yaml")
    summary = demo.build(choose=lambda output: output.job.renderer == "page")
    assert [str(problem) for problem in summary.problems] == []


@pytest.mark.parametrize(
    ("html", "lost"),
    [
        ('<a href="nowhere.html">x</a>', "nowhere.html"),
        ('<a href="../nothing/">x</a>', "../nothing/"),
        ('<a href="#nowhere">x</a>', "#nowhere"),
        ('<a href="moments.html#nowhere">x</a>', "luma/cards/moments.html#nowhere"),
        ('<img src="media/none.png" alt="">', "media/none.png"),
        ('<img src="feed.xml" srcset="feed.xml 1x, media/two.png 2x" alt="">', "media/two.png"),
        ('<link rel="stylesheet" href="assets/none.css">', "assets/none.css"),
        ('<script src="/assets/none.js"></script>', "/assets/none.js"),
        ('<video poster="media/still.png" src="feed.xml"></video>', "media/still.png"),
        ('<a href="m-001.html?x=1&amp;y=2#none">x</a>', "luma/cards/m-001.html#none"),
    ],
)
def test_what_points_at_nothing_is_an_error(site: SiteFolder, html: str, lost: str) -> None:
    """Each kind of pointing, with the page and the place of its source; the build ends with 1, and says so again until it is mended."""
    foot(site, html)
    found, again = broken(site), broken(site)

    assert f'luma/cards/index.html points at "{lost}", which is not there' in [message.partition(";")[0] for message, _ in found]
    assert found == again and {at for _, at in found} >= {"content/luma/cards/index.md"}
    assert site.run("build").code == 1
    assert broken(foot(site, '<a href="index.html#main">x</a>')) == []


@pytest.mark.parametrize("html", ['<a href="moments.html#m-002">x</a>', '<a href="./">x</a>', '<a href="../">x</a>', '<a href="/">x</a>',
                                  '<a href="%69ndex.html">x</a>', '<a href="mailto:a@b.example">x</a>', '<a href="//host.example/x">x</a>',
                                  '<p>&lt;a href="nowhere.html"&gt; data-href="x"</p>', '<a href="#">x</a>'])  # fmt: skip
def test_what_points_at_something_is_none(site: SiteFolder, html: str) -> None:
    """Anchors of other pages, folders, the root, addresses elsewhere, and code that is only shown."""
    assert broken(foot(site, html)) == []


def test_page_that_is_not_made_again_is_looked_at_when_its_target_goes(site: SiteFolder) -> None:
    """A page and an anchor that vanish are missed on a page that nobody touched; the build says the same as one from nothing."""
    foot(site, '<a href="extra.html">x</a><a href="moments.html#m-002">y</a>')
    site.write("content/luma/cards/extra.md", "---\ntitle: Extra\n---\n\nMore.\n")
    site.write("content/luma/cards/rules.md", "---\ntitle: Rules\n---\n\nBe kind.\n")
    whole = broken(site)
    site.remove("content/luma/cards/moments/002.md")
    moment_gone = site.build()
    site.remove("content/luma/cards/extra.md")
    page_gone = broken(site)
    shutil.rmtree(site.root / ".bilan")
    shutil.rmtree(site.root / "output")
    clean = broken(site)

    assert whole == [] and "luma/cards/rules.html" not in moment_gone.written
    pages = [path for path in site.tree() if path.startswith("luma/cards/") and path.endswith(".html")]
    assert "moments.html#m-002" in str(moment_gone.problems.errors) and f"; {len(pages)} more pages" in str(moment_gone.problems.errors)
    assert any(f"; {len(pages) - 1} more pages" in message and '"extra.html"' in message for message, _ in page_gone)
    assert page_gone == clean


def test_styles_and_scripts_are_called_by_their_digest(site: SiteFolder) -> None:
    """J9: a changed file has another name, so that no browser shows an old one; fonts carry their version."""
    site.build()
    assets = {path: content for path, content in site.tree().items() if "/assets/" in f"/{path}"}
    named = [(path, content) for path, content in assets.items() if path.endswith((".css", ".js"))]

    assert len(named) >= 8
    assert [path for path, content in named if path.split(".")[-2] != digest(content)[:10]] == []
    assert [path for path in assets if path.endswith(".woff2") and not re.search(r"-\d+\.\d", path)] == []


def test_links_of_a_page_are_read_as_a_browser_reads_them() -> None:
    """Within tags only, whatever their attributes hold; entities are letters."""
    page = b'<a title="a > b" href="x&amp;y.html">z</a> href="none.html" <a data-href="no">q</a><img alt="" srcset="a.png 1x, b.png 2x">'

    assert links_of(page) == {"x&y.html", "a.png", "b.png"}


def test_bookmark_that_leads_nowhere_is_found(site: SiteFolder) -> None:
    """The bookmarks of a report lead to its pages; one whose page is gone is named."""
    site.build()
    (path, *_) = sorted((site.root / "output/luma/room").glob("*.pdf"))
    whole = lost_bookmarks(path.read_bytes())
    with pikepdf.open(path) as pdf:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Nowhere", None))
        pdf.save(site.root / "broken.pdf")

    assert whole == [] and lost_bookmarks((site.root / "broken.pdf").read_bytes()) == ["Nowhere"]


# ---- elsewhere ------------------------------------------------------------------------------------------------------


@pytest.fixture
def host() -> Iterator[tuple[str, list[str]]]:
    """A web server that has one page, gives no heads of another, and notes what it is asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(f"HEAD {self.path}")
            self.send_response({"/there": 200, "/get-only": 405, "/closed": 403}.get(self.path, 404))
            self.end_headers()

        def do_GET(self) -> None:
            asked.append(f"GET {self.path}")
            self.send_response({"/get-only": 200, "/closed": 403}.get(self.path, 404))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_addresses_elsewhere_are_asked_on_request_and_remembered(site: SiteFolder, host: tuple[str, list[str]]) -> None:
    """--external asks each once: what is gone is an error, what refuses programs is none, and within a week nobody is asked again."""
    address, asked = host
    site.write("site.yaml", f"{SITE}url: https://own.example/\n")
    links = " ".join(f"[{name}]({address}/{name})" for name in ("there", "get-only", "closed", "gone"))
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("A week of cards.", f"{links} [own](https://own.example/not-yet)"))
    site.build()
    silent = list(asked)

    first = site.run("check", "--external", "--now", "2026-10-05T12:00+00:00")
    once = Counter(asked)
    again = site.run("check", "--external", "--now", "2026-10-05T13:00+00:00")
    later = site.run("check", "--external", "--now", "2026-10-13T13:00+00:00")

    assert silent == [] and once == Counter(
        {"HEAD /there": 1, "HEAD /get-only": 1, "GET /get-only": 1, "HEAD /closed": 1, "GET /closed": 1, "HEAD /gone": 1}
    )
    assert (first.code, again.code, later.code) == (1, 1, 1) and Counter(asked)["HEAD /there"] == 2
    assert "output/luma/cards/index.html: dead-address" in first.err and f"{address}/gone is gone (404)" in first.err
    assert first.out == "4 web addresses, 1 of which cannot be read\n"


def test_host_that_does_not_answer_is_a_warning(site: SiteFolder) -> None:
    """Nobody there: said at once, and no error, for it may be the network."""
    site.write(
        "content/luma/cards/index.md", CAMPAIGN.replace("A week of cards.", "[x](http://127.0.0.1:9/x) [y](https://nowhere.invalid/)")
    )
    site.build()

    run = site.run("check", "--external", "--now", "2026-10-05T12:00+00:00")

    assert run.code == 0 and run.err.count("warning: dead-address") == 2
    assert site.run("check", "--external", "--strict", "--now", "2026-10-05T12:00+00:00").code == 1
