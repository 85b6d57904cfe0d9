"""What pages ask of other places: nothing, until their reader wants it; and then of one place only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from generator.model.providers import PROVIDERS, frame_of
from tests.conftest import CAMPAIGN, SiteFolder
from tests.livekit import chromium, hosted
from tests.pagekit import read_page
from tests.test_pages import PHASES, make_site

LOADED = {  # attributes by which an element loads something, without its reader's doing
    "src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "xlink:href", "imagesrcset", "manifest", "codebase",
}  # fmt: skip
LINKS = ("canonical", "alternate", "prev", "next")  # relations that load nothing
FOREIGN = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*:)?//")
IN_STYLE = re.compile(r"(?i)(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\s\"')]+)")
TEMPTING = ("iframe", "object", "embed", "frame", "portal", "base")
ODETTE = "novea/novacardz/m-15-1804-odette.html"


class Asking(HTMLParser):
    """Everything in a page that asks something of another host, or could."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        named = {name: value or "" for name, value in attrs}
        if tag in TEMPTING:
            self.found.append(tag)
        for name, value in named.items():
            asks = name in LOADED or (name == "href" and tag not in ("a", "area") and named.get("rel") not in LINKS)
            if asks and any(FOREIGN.match(part.strip()) for part in value.split(",")) and not value.startswith("data:"):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and IN_STYLE.search(value):
                self.found.append(f"{tag} style={value}")
        if tag == "meta" and named.get("http-equiv", "").lower() == "refresh" and "//" in named.get("content", ""):
            self.found.append("refresh")

    def handle_data(self, data: str) -> None:
        if self.inside == "style" and IN_STYLE.search(data):
            self.found.append(f"style {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def asking(html: str) -> list[str]:
    parser = Asking()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's pages, while its campaign tells its story."""
    root = tmp_path_factory.mktemp("demo")
    make_site(root, PHASES["recap"])
    return root / "output"


@pytest.fixture(scope="module")
def address(demo: Path) -> Iterator[str]:
    """A server of it."""
    with hosted(demo) as host:
        yield host.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


class Watched:
    """A reader's browser: a page, every foreign request that it makes, and a stub in the place of each answer."""

    def __init__(self, browser: Browser, *, scripts: bool = True) -> None:
        self.context: BrowserContext = browser.new_context(java_script_enabled=scripts)
        self.asked: list[str] = []
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)

    def _answer(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1" or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.fulfill(content_type="text/html", body="<!doctype html><title>there</title><p>The post itself.</p>")

    def hosts(self) -> set[str | None]:
        return {urlsplit(url).hostname for url in self.asked}


@pytest.fixture
def reader(browser: Browser) -> Iterator[Watched]:
    watched = Watched(browser)
    yield watched
    watched.context.close()


def test_the_test_would_find_them() -> None:
    """What the next test looks for is found where it is."""
    assert (
        len(
            asking(
                '<img src="https://a.example/x"><img srcset="a.png 1x, //a.example/b 2x"><link rel="preconnect" href="https://a.example">'
            )
        )
        == 3
    )
    assert (
        len(asking('<p style="background:url(https://a.example)"></p><style>p{background:url("//a.example/x")}</style><iframe></iframe>'))
        == 3
    )
    assert (
        asking('<a href="https://a.example">x</a><link rel="canonical" href="https://a.example"><img src="data:image/png;base64,//x">')
        == []
    )


def test_no_page_of_the_demo_asks_another_host(demo: Path) -> None:
    """I2, M5: every page, style, script and segment of the demo, read from its bytes: outside links there is no other host."""
    pages = sorted(demo.rglob("*.html"))
    found = {str(path.relative_to(demo)): asking(path.read_text("utf-8")) for path in pages}
    found |= {str(path.relative_to(demo)): IN_STYLE.findall(path.read_text("utf-8")) for path in demo.rglob("*.css")}
    found |= {str(path.relative_to(demo)): asking(path.read_text("utf-8").replace('\\"', '"')) for path in demo.rglob("live/*.json")}
    scripts = {
        path.name: re.findall(r"[\"'`](?:https?:)?//(?!www\.w3\.org)[\w.]+\.\w+", path.read_text("utf-8")) for path in demo.rglob("*.js")
    }

    assert len(pages) > 150
    assert {name: each for name, each in found.items() if each} == {}
    assert {name: each for name, each in scripts.items() if each} == {}
    assert 'data-frame="https://www.instagram.com/' in (demo / ODETTE).read_text("utf-8")


def test_no_browser_asks_another_host_for_a_page_of_the_demo(demo: Path, address: str, reader: Watched) -> None:
    """I2: a browser that reads every page of the demo, with its scripts, asks this host and no other."""
    pages = [path for path in sorted(demo.rglob("*.html")) if 'http-equiv="refresh"' not in path.read_text("utf-8")]
    names = [path.relative_to(demo).as_posix() for path in pages]
    for name in names:
        reader.page.goto(address + name)
        reader.page.evaluate("() => document.querySelectorAll('[loading]').forEach(each => each.loading = 'eager')")
    reader.page.wait_for_load_state("networkidle")

    assert len(names) > 150
    assert reader.asked == []


def test_one_click_asks_one_provider(address: str, reader: Watched) -> None:
    """A click opens the post's own frame and no other, closed in, named, and told nothing of the page."""
    page = reader.page
    page.goto(address + ODETTE)
    button = page.get_by_role("button", name="Afficher le contenu de Instagram")
    assert page.locator("iframe").count() == 0 and not reader.asked

    button.click()
    page.locator("iframe").wait_for()
    page.wait_for_load_state("networkidle")

    frame = page.locator("iframe")
    assert reader.asked == ["https://www.instagram.com/p/DX00282/embed/"]
    assert frame.get_attribute("src") == reader.asked[0]
    assert frame.get_attribute("title") == "La carte des cent ans"
    assert frame.get_attribute("referrerpolicy") == "no-referrer"
    sandbox = (frame.get_attribute("sandbox") or "").split()
    assert "allow-scripts" in sandbox and "allow-top-navigation" not in sandbox
    assert button.is_hidden() and page.get_by_role("link", name="Le voir sur Instagram").is_visible()
    page.reload()
    assert page.locator("iframe").count() == 0


def test_a_choice_is_remembered_for_its_provider_and_taken_back(address: str, demo: Path, reader: Watched) -> None:
    """Who always wants one provider gets it on the next page, too, no other one, and can take it back on the page."""
    page = reader.page
    page.goto(address + ODETTE)
    page.get_by_label("Toujours afficher ce qui vient de Instagram").check()
    page.get_by_role("button", name="Afficher le contenu de Instagram").click()
    page.goto(address + "novea/novacardz/")
    page.locator(".b-embed iframe").wait_for(state="attached")
    remembered = page.evaluate("() => Object.entries(localStorage)")
    page.evaluate("() => localStorage.setItem('bilan-frames', '[\"tiktok\"]')")
    page.goto(address + ODETTE)
    others = page.locator("iframe").count()
    page.evaluate("() => localStorage.setItem('bilan-frames', '[\"instagram\"]')")
    page.reload()
    page.locator("iframe").wait_for()

    page.get_by_role("button", name="Oublier mes choix").click()

    assert remembered == [["bilan-frames", '["instagram"]']]
    assert others == 0
    assert reader.hosts() == {"www.instagram.com"}
    assert page.locator("iframe").count() == 0
    assert page.evaluate("() => [localStorage.length, document.activeElement.textContent]") == [0, "Afficher le contenu de Instagram"]
    page.reload()
    assert page.locator("iframe").count() == 0


def test_without_scripts_there_is_the_link_alone(address: str, browser: Browser) -> None:
    """A page without JavaScript offers nothing that it cannot do."""
    reader = Watched(browser, scripts=False)
    reader.page.goto(address + ODETTE)

    assert reader.page.get_by_role("link", name="Le voir sur Instagram").get_attribute("href") == "https://www.instagram.com/p/DX00282/"
    assert not reader.page.locator("[data-open]").is_visible() and not reader.page.locator("[data-keep]").is_visible()
    assert reader.asked == []
    reader.context.close()


def test_the_gallery_opens_over_the_page(address: str, reader: Watched) -> None:
    """Pictures open large with their name and the way to their moment; arrows go on, Escape closes, the focus is where it was."""
    page = reader.page
    page.goto(address + "novea/novacardz/")
    links = page.locator("[data-gallery] a")
    links.nth(1).focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.viewer")
    dialog.wait_for()
    first, way = dialog.locator("bdi").text_content(), dialog.get_by_role("link").get_attribute("href")
    page.keyboard.press("ArrowRight")
    second = dialog.locator("bdi").text_content()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    assert first == links.nth(1).get_attribute("data-caption") and second == links.nth(2).get_attribute("data-caption")
    assert (way or "").endswith(links.nth(1).get_attribute("href") or "?")
    assert dialog.locator(".viewer__count").text_content() == "1 sur 12"
    assert dialog.get_by_role("button", name="Image précédente").is_disabled()
    page.keyboard.press("Escape")
    assert dialog.is_hidden()
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == links.first.get_attribute("href")
    assert page.url.endswith("novacardz/")


def test_the_gallery_is_links_without_scripts(address: str, browser: Browser) -> None:
    """Without JavaScript a picture leads to its moment."""
    reader = Watched(browser, scripts=False)
    reader.page.goto(address + "novea/novacardz/")
    href = reader.page.locator("[data-gallery] a").first.get_attribute("href")
    reader.page.locator("[data-gallery] a").first.click()

    assert reader.page.url.endswith(href or "?")
    reader.context.close()


SAMPLES = {
    "youtube": [
        ("https://www.youtube.com/watch?v=dQ0aBcDeF12&t=4", "https://www.youtube-nocookie.com/embed/dQ0aBcDeF12"),
        ("https://youtu.be/dQ0aBcDeF12?si=x", "https://www.youtube-nocookie.com/embed/dQ0aBcDeF12"),
        ("https://www.youtube.com/shorts/dQ0aBcDeF12", "https://www.youtube-nocookie.com/embed/dQ0aBcDeF12"),
    ],
    "vimeo": [("https://vimeo.com/123/abcdef", "https://player.vimeo.com/video/123?h=abcdef&dnt=1"), ("https://vimeo.com/9", "https://player.vimeo.com/video/9?dnt=1")],
    "dailymotion": [("https://www.dailymotion.com/video/x8abc", "https://geo.dailymotion.com/player.html?video=x8abc")],
    "instagram": [("https://www.instagram.com/reel/AbC-d_1/?igsh=x", "https://www.instagram.com/reel/AbC-d_1/embed/")],
    "tiktok": [("https://www.tiktok.com/@a.b/video/123?is_from_webapp=1", "https://www.tiktok.com/player/v1/123")],
    "x": [("https://twitter.com/Ada/status/123", "https://platform.twitter.com/embed/Tweet.html?id=123&dnt=true")],
    "facebook": [
        ("https://www.facebook.com/ada/posts/1", "https://www.facebook.com/plugins/post.php?show_text=true&href=https%3A%2F%2Fwww.facebook.com%2Fada%2Fposts%2F1"),
        ("https://www.facebook.com/reel/1", "https://www.facebook.com/plugins/video.php?show_text=false&href=https%3A%2F%2Fwww.facebook.com%2Freel%2F1"),
    ],
    "linkedin": [
        ("https://www.linkedin.com/posts/ada_x-activity-71-Ab/", "https://www.linkedin.com/embed/feed/update/urn:li:activity:71"),
        ("https://www.linkedin.com/feed/update/urn:li:share:71/", "https://www.linkedin.com/embed/feed/update/urn:li:share:71"),
    ],
    "spotify": [("https://open.spotify.com/intl-fr/track/4Ab?si=1", "https://open.spotify.com/embed/track/4Ab")],
    "soundcloud": [("https://soundcloud.com/ada/one-tone", "https://w.soundcloud.com/player/?visual=false&url=https%3A%2F%2Fsoundcloud.com%2Fada%2Fone-tone")],
}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
def test_each_provider_s_addresses_lead_to_its_frame(name: str) -> None:
    """Addresses as people copy them give the frame that the provider offers for them."""
    assert SAMPLES[name]
    for url, expected in SAMPLES[name]:
        frame = frame_of(url)

        assert frame is not None and (frame.provider.name, frame.url) == (name, expected)
        assert PROVIDERS[name].privacy.startswith("https://") and PROVIDERS[name].receiver


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com.evil.example/watch?v=dQ0aBcDeF12", "https://evil.example/https://youtu.be/dQ0aBcDeF12", "http://youtu.be/dQ0aBcDeF12",
        "https://youtu.be@evil.example/dQ0aBcDeF12", "https://www.youtube.com/", "https://mur.example/p/rui", "https://www.instagram.com/ada/",
        "https://www.tiktok.com/@a/video/12x", "javascript:alert(1)", "https://x.com/ada/status/",
    ],
)  # fmt: skip
def test_nothing_else_has_a_frame(url: str) -> None:
    """An address that only looks like one of a provider's opens nothing."""
    assert frame_of(url) is None


def test_an_unknown_provider_is_an_error_at_its_line(site: SiteFolder) -> None:
    """It names the known ones; nothing is guessed."""
    site.write("content/luma/cards/index.md", CAMPAIGN + "\n```embed\ntitle: Seen\nurl: https://mur.example/p/1\n```\n")

    run = site.run("check")

    assert "content/luma/cards/index.md:15:6: unknown-provider" in run.err
    assert "YouTube" in run.err and "LinkedIn" in run.err
    assert run.code == 1


def test_an_embed_is_drawn_from_what_is_here(site: SiteFolder) -> None:
    """Words and picture are the site's own; markup in them is text; a picture elsewhere is refused."""
    block = "\n```embed\nurl: https://vimeo.com/9\ntitle: <b>Bold</b>\ntext: <img src=x onerror=alert(1)>\n{more}```\n"
    site.write("content/luma/cards/index.md", CAMPAIGN + block.format(more="")).build()
    page = read_page(site.output("luma/cards/index.html"))

    wrong = site.write(
        "content/luma/cards/index.md", CAMPAIGN + block.format(more="picture: https://i.vimeocdn.example/9.jpg\n")
    ).mistakes()

    assert page.running() == []
    assert "<b>Bold</b>" in page.text and "onerror=alert(1)" in page.text
    (box,) = [attributes for _, attributes in page.elements if "data-embed" in attributes]
    assert (box["data-embed"], box["data-frame"], box["data-referrer"]) == (
        "vimeo",
        "https://player.vimeo.com/video/9?dnt=1",
        "strict-origin",
    )
    assert [(each.code, each.at.line) for each in wrong] == [("outside-file", 17)]
