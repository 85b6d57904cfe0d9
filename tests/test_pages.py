"""The default theme in a real browser: on a phone of 320 px and on a wall, in light and dark, with and without scripts."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Response

from bench.programs import node_folder
from generator import pipeline
from generator.model.outputs import Output
from tests.livekit import chromium, hosted

DEMO = Path(__file__).parents[1]
EXPORTS = ("meta_business_suite/instagram_daily_en/", "meta_business_suite/facebook_daily_fr/", "x/account_overview/", "ga4/fr/")
PHASES = {"live": "2026-04-15T18:30+02:00", "recap": "2026-10-05T12:00+02:00"}
NEWEST = "Elle dit qu’elle garde la bougie pour ses cent un ans."
ARABIC = "كل عام وأنتِ بخير يا جدتي"
NAMES = {
    "long": "Maximilienne-Apolline-Wilhelmine-Ghislaine",
    "unbroken": "Xylophonistenvereinigungsvorsitzenderinnen",
    "emoji": "👩🏽‍🚀🎉 Zoé 🇫🇷👨‍👩‍👧‍👦",
    "arabic": "ليلى بنت محمد العربي الدمشقية",
}
PAGES = {
    "agency": "live/",
    "client": "live/novea/",
    "campaign-live": "live/novea/novacardz/",
    "campaign": "recap/novea/novacardz/",
    "campaign-english": "recap/harbour-thistle/first-flush/",
    "moment": "recap/novea/novacardz/m-m-001.html",
    "moment-bare": "recap/novea/novacardz/m-15-1804-odette.html",
    "moment-unbroken": "recap/novea/novacardz/m-name-unbroken.html",
    "moment-arabic": "recap/novea/novacardz/m-name-arabic.html",
    "wall": "recap/novea/novacardz/moments.html",
    "tags": "recap/novea/novacardz/tags.html",
    "page": "recap/novea/novacardz/coulisses.html",
    "room": "recap/novea/room/",
    "report": "recap/novea/room/monthly-2026-09.html",
    "report-english": "recap/harbour-thistle/room/monthly-2026-09.html",
}
READ = """async () => {
    const late = new Promise((_, refuse) => setTimeout(() => refuse("fonts or pictures do not come"), 20000));
    const read = async () => {
        await document.fonts.ready;
        for (let y = 0; y < document.body.scrollHeight; y += 800) { scrollTo(0, y); await new Promise(requestAnimationFrame); }
        document.querySelectorAll("img[loading]").forEach(image => image.loading = "eager");
        await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
        scrollTo(0, 0);
    };
    await Promise.race([read(), late]);
}"""
MOVED = """() => new Promise(done => new PerformanceObserver(list => done(
    list.getEntries().filter(each => !each.hadRecentInput).reduce((sum, each) => sum + each.value, 0)
)).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 100))"""


@dataclass
class Opened:
    """A page that was read to its end on a phone, and what happened meanwhile."""

    page: Page
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    moved: float = 0.0


def without_most_exports(folder: str, names: list[str]) -> set[str]:
    """A few exports are enough for a report with tiles, charts and tables."""
    if "/novea/kpi" not in folder:
        return set()
    paths = {name: f"{folder}/{name}/".partition("/novea/kpi/")[2] for name in names}
    return {name for name, path in paths.items() if not any(path.startswith(kept) or kept.startswith(path) for kept in EXPORTS)}


def make_site(root: Path, now: str, *, reports: bool = True) -> None:
    """The demo with few exports, two months of reports (or none of either) and small pictures, and with names that are hard to set."""
    left_out = without_most_exports if reports else shutil.ignore_patterns("kpi", "reports")
    shutil.copytree(DEMO / "content", root / "content", ignore=left_out)
    shutil.copy(DEMO / "site.yaml", root)
    campaign = root / "content/novea/novacardz"
    for path in root.glob("content/*/*/media/*.png"):
        with Image.open(path) as picture:
            small = picture.convert("RGB").resize((picture.width // 4, picture.height // 4))
        small.save(path, compress_level=1)
    for path in root.glob("content/*/reports/monthly.md"):
        path.write_text(re.sub("(?m)^from: .*$", "from: 2026-08", path.read_text("utf-8")), "utf-8")
    rows = [
        *(
            (f"name-{kind}", minute, name, ARABIC if kind == "arabic" else "Une de plus.")
            for minute, (kind, name) in enumerate(NAMES.items(), 10)
        ),
        ("newest", 25, "Élise", NEWEST),
    ]
    with (
        (campaign / "moments.csv").open("a", encoding="utf-8") as moments,
        (campaign / "moderation.csv").open("a", encoding="utf-8") as decisions,
        (campaign / "consent.csv").open("a", encoding="utf-8") as consents,
    ):
        for id_, minute, name, text in rows:
            moments.write(f"{id_},2026-04-15T18:{minute},message,,{name},,{text},,,,,,\n")
            decisions.write(f"{id_},approve,Camille Durand,2026-04-15T18:{minute},\n")
            consents.write(f"{id_},,,web;pdf,2026-04-15,accord donné par SMS,,\n")

    def pages_only(output: Output) -> bool:
        return output.job.renderer != "report"

    summary = pipeline.build(root, datetime.fromisoformat(now), workers="serial", choose=pages_only)
    assert not summary.failed, [str(problem) for problem in summary.problems.errors]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both phases' sites: live/ and recap/."""
    folder = tmp_path_factory.mktemp("pages")
    served = folder / "served"
    served.mkdir()
    for phase, now in PHASES.items():
        (folder / phase).mkdir()
        make_site(folder / phase, now, reports=phase == "recap")
        (served / phase).symlink_to(folder / phase / "output")
    return served


@pytest.fixture(scope="module")
def address(served: Path) -> Iterator[str]:
    """A server of them."""
    with hosted(served) as host:
        yield host.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(browser: Browser, address: str) -> dict[str, Opened]:
    """Pages opened so far: each is loaded once for all tests."""
    return {}


@pytest.fixture(params=PAGES)
def opened(request: pytest.FixtureRequest, pages: dict[str, Opened], browser: Browser, address: str) -> Opened:
    name = request.param
    if name not in pages:
        pages[name] = open_page(browser, address + PAGES[name])
    return pages[name]


def new_page(browser: Browser, width: int = 390, **options: Any) -> Page:
    """An empty page as high as a phone, in which nothing takes long."""
    page = browser.new_page(viewport={"width": width, "height": 844}, **options)
    page.set_default_timeout(20_000)
    return page


def open_page(browser: Browser, url: str) -> Opened:
    """Loads a page on a phone and scrolls to its end, so that late pictures come too."""
    page = new_page(browser)
    opened = watch(page)
    page.goto(url)
    page.evaluate(READ)
    opened.moved = page.evaluate(MOVED)
    return opened


def watch(page: Page) -> Opened:
    """Notes what a page says and asks from now on."""
    opened = Opened(page)

    def answered(response: Response) -> None:
        if response.status >= 400:
            opened.failed.append(f"{response.status} {response.url}")

    def asked(request: Request) -> None:
        if not request.url.startswith("data:"):
            opened.hosts.add(request.url.split("/")[2].split(":")[0])

    page.on("console", lambda message: opened.said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: opened.said.append(str(error)))
    page.on("requestfailed", lambda request: opened.failed.append(request.url))
    page.on("response", answered)
    page.on("request", asked)
    return opened


def test_a_page_loads_without_a_sound(opened: Opened) -> None:
    """No error in the console, no request that fails, and none to another host."""
    assert opened.said == []
    assert opened.failed == []
    assert opened.hosts == {"127.0.0.1"}


def test_nothing_moves_while_a_page_loads(opened: Opened) -> None:
    """Fonts and pictures arrive where they were expected."""
    assert opened.moved < 0.05


@pytest.mark.parametrize("width", [320, 390, 1280, 3840])
def test_a_page_fits_its_window(opened: Opened, width: int) -> None:
    """No page scrolls sideways, on a small phone or on a wall."""
    opened.page.set_viewport_size({"width": width, "height": 844})

    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, wide_ones(opened.page, width)


def wide_ones(page: Page, width: int) -> Any:
    """What sticks out, for the message."""
    return page.evaluate(
        """width => [...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > width + 0.5
            && !each.closest(".scroll, .hidden")).slice(0, 5).map(each => each.outerHTML.slice(0, 120))""",
        width,
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_a_page_is_for_everybody(opened: Opened, scheme: Any, width: int) -> None:
    """No rule of axe is broken: names, roles, order, contrast."""
    opened.page.set_viewport_size({"width": width, "height": 844})
    opened.page.emulate_media(color_scheme=scheme)

    found = Axe().run(opened.page).response["violations"]

    assert [(rule["id"], node["html"][:200], node["failureSummary"]) for rule in found for node in rule["nodes"][:3]] == []


def test_a_page_has_one_title_and_says_its_language(opened: Opened) -> None:
    """One first heading, a language, and words or a deliberate blank for each picture."""
    page = opened.page

    assert page.locator("h1").count() == 1
    assert page.get_attribute("html", "lang") in ("fr", "en")
    assert page.locator("img:not([alt])").count() == 0


def test_a_page_is_still_for_those_who_want_it_still(opened: Opened) -> None:
    """No animation runs when the reader prefers reduced motion."""
    opened.page.emulate_media(reduced_motion="reduce")

    assert opened.page.evaluate("document.getAnimations().filter(each => each.playState == 'running').length") == 0


def test_a_phone_shows_what_is_happening_now(browser: Browser, address: str) -> None:
    """While the campaign is live, the newest moment is on a phone's first screen."""
    page = new_page(browser)
    page.goto(address + PAGES["campaign-live"])

    box = page.get_by_text(NEWEST).first.bounding_box()

    assert box and box["y"] + box["height"] <= 844
    page.close()


def test_a_page_is_complete_without_scripts(browser: Browser, address: str) -> None:
    """With scripts off, the wall and its newest moment are there, and so is every picture's address."""
    page = new_page(browser, java_script_enabled=False)
    page.goto(address + PAGES["campaign-live"])

    assert NEWEST in page.inner_text("main")
    assert page.locator("[data-share]:not([data-js] *), [data-until], [data-js], [data-search]").count() == page.locator("[hidden]").count()
    assert page.locator("img:not([src])").count() == 0
    page.close()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_card_holds_any_name(browser: Browser, address: str, name: str) -> None:
    """A name of 40 letters, of emoji or from right to left stays within its card, apart from what stands beside it."""
    page = new_page(browser, 320)
    page.goto(address + "recap/novea/novacardz/moments-message.html")
    card = page.locator(".card", has=page.get_by_text(name, exact=True)).first

    edges, inner = card.bounding_box(), [each.bounding_box() for each in card.locator("bdi, time, p").all()]

    assert edges and inner
    assert all(box and box["x"] >= edges["x"] and box["x"] + box["width"] <= edges["x"] + edges["width"] + 0.5 for box in inner)
    assert card.locator("bdi").text_content() == name
    page.close()


def test_what_is_written_from_right_to_left_reads_so(browser: Browser, address: str) -> None:
    """Arabic words run from the right, on a card whose other words do not."""
    page = new_page(browser)
    page.goto(address + PAGES["moment-arabic"])

    assert page.locator("h1").evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert page.locator(".moment__by").evaluate("each => getComputedStyle(each).direction") == "ltr"
    page.close()


# ---- the whole demo, to the letter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", PHASES)
def test_every_page_is_valid_html(served: Path, phase: str) -> None:
    """The Nu Html Checker finds no error in any page of the demo, in either phase."""
    checker = node_folder(["vnu-jar"]) / "vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(checker), "--errors-only", "--format", "json", "--skip-non-html", str((served / phase).resolve())]

    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)["messages"]

    assert len(list((served / phase).rglob("*.html"))) > 70
    assert [(each["url"].rpartition("/")[2], each["lastLine"], each["message"], each.get("extract")) for each in said] == []


@pytest.mark.parametrize("name", ["campaign", "campaign-live", "campaign-english"])
def test_a_campaign_page_is_light_and_holds_still(browser: Browser, address: str, name: str) -> None:
    """P8: page, style sheet and scripts are under 60 KB, compressed as hosts do, and the fonts that its words ask for, which all pages of
    the campaign share, under 84 KB; nothing is asked of anybody else, and nothing moves."""
    page, sizes = new_page(browser), dict[str, list[int]]()

    def weigh(response: Response) -> None:
        kind = response.request.resource_type
        if kind != "image":
            sizes.setdefault("font" if kind == "font" else "page", []).append(len(gzip.compress(response.body(), 6)))

    page.on("response", weigh)
    opened = watch(page)
    page.goto(address + PAGES[name], wait_until="networkidle")
    page.evaluate(READ)

    assert sum(sizes["page"]) < 60 * 1024, sizes
    assert sum(sizes["font"]) < 84 * 1024, sizes
    assert opened.hosts == {"127.0.0.1"}
    assert page.evaluate(MOVED) < 0.01
    page.close()
