"""The desk of `bilan serve`: decisions by keyboard and mouse, written into moderation.csv, from no other page and no other machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SiteFolder
from tests.livekit import chromium
from tests.test_moderation import FOLDER, fill, row
from tests.test_serve import eventually, serving
from tests.test_serve_faults import raw

DESK = "_bilan/desk/luma/cards"
HOSTILE = '"><img src=x onerror=alert(1)>'
LISTS = "block:\n  words: [forbidden]\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def queue(site: SiteFolder) -> SiteFolder:
    (site.root / FOLDER / "media").mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (900, 700), "#c96f4a").save(site.root / FOLDER / "media/a1.png")
    rows = [
        row("a1", "First light", "ann", name="Ann", media="media/a1.png", alt="One colour"),
        row("a2", HOSTILE, "bob", name=HOSTILE),
        row("a3", "This is forbidden", "cid", name="Cid"),
        row("a4", "مرحبا", "ann", name="ليلى"),
    ]
    return fill(site, rows, lists=LISTS)


@pytest.fixture
def desk(queue: SiteFolder, browser: Browser) -> Iterator[Page]:
    with serving(queue) as address:
        page = browser.new_page()
        page.goto(address + DESK)
        page.wait_for_selector(".item")
        yield page
        page.close()


def written(site: SiteFolder) -> list[list[str]]:
    """Id, decision, reason and pin of each row."""
    rows = [line.split(",") for line in (site.root / FOLDER / "moderation.csv").read_text("utf-8").splitlines()[1:]]
    return [[cells[0], cells[1], cells[4], cells[5]] for cells in rows]


def test_the_keyboard_is_enough(desk: Page, queue: SiteFolder) -> None:
    """Approve, reject with a reason, pin, hold, take back; the list goes on to the next one by itself."""
    desk.get_by_label("Decided by").fill("Ann Moderator")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    expect(desk.locator(".item")).to_have_count(3)
    desk.keyboard.press("r")
    desk.keyboard.type("unkind")
    desk.keyboard.press("Enter")
    expect(desk.locator(".item")).to_have_count(2)
    desk.keyboard.press("j")
    desk.keyboard.press("p")
    expect(desk.locator(".item")).to_have_count(1)
    desk.keyboard.press("u")
    expect(desk.locator(".item")).to_have_count(2)

    assert written(queue) == [
        ["a1", "approve", "", ""],
        ["a2", "reject", "unkind", ""],
        ["a4", "approve", "", "true"],
        ["a4", "hold", "", "false"],
    ]
    assert "Ann Moderator" in (queue.root / FOLDER / "moderation.csv").read_text("utf-8")


def test_the_wall_follows(desk: Page, queue: SiteFolder) -> None:
    """A decision is a saved file: open pages change."""
    root = desk.url.partition("_bilan")[0]

    def wall() -> bool:
        return "First light" in httpx.get(f"{root}luma/cards/", timeout=30).text

    assert not wall()

    desk.locator(".item", has_text="First light").get_by_role("button", name="Approve").click()

    eventually(wall, True)
    desk.locator("label", has_text="Approved").click()
    desk.locator(".item", has_text="First light").get_by_role("button", name="Reject").click()
    desk.keyboard.press("Enter")
    eventually(wall, False)


def test_what_people_wrote_is_text_and_lists_say_why(desk: Page) -> None:
    """T4; the entry of the list; the picture; earlier moments of the same person; counts; search."""
    assert desk.locator(".item img").count() == 1
    assert desk.evaluate("document.querySelector('.item img').decode().then(() => true)")
    assert HOSTILE in desk.locator(".item").nth(1).inner_text()
    assert "blocked: forbidden" in desk.locator(".item", has_text="Cid").inner_text()
    assert "1 waiting" in desk.locator(".item", has_text="ليلى").inner_text()
    assert desk.locator("[data-count=hold]").inner_text() == "4"
    desk.keyboard.press("/")
    desk.keyboard.type("light")
    expect(desk.locator(".item")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_it_reads_well(desk: Page, width: int, scheme: Any) -> None:
    """No violation that axe finds; nothing wider than the screen; targets a thumb can hit."""
    desk.set_viewport_size({"width": width, "height": 844})
    desk.emulate_media(color_scheme=scheme)

    found = Axe().run(desk)

    assert [violation["id"] for violation in found.response["violations"]] == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    heights = desk.evaluate("[...document.querySelectorAll('.acts button')].map((each) => each.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_what_nobody_decided_is_not_held(desk: Page) -> None:
    """A button is pressed once somebody has pressed it."""
    first = desk.locator(".item").first
    assert first.locator('[aria-pressed="true"]').count() == 0

    first.get_by_role("button", name="Hold").click()

    expect(desk.locator(".item", has_text="First light").locator('[aria-pressed="true"]')).to_have_text("Hold")


def test_a_mistake_in_the_file_is_told_at_the_desk(desk: Page, queue: SiteFolder) -> None:
    """With its line, and nothing is written over it."""
    path = queue.root / FOLDER / "moderation.csv"
    path.write_text("id,decision,by,at,why,pin\na1,perhaps,A,,,\n", encoding="utf-8")

    desk.keyboard.press("a")

    expect(desk.get_by_role("alert")).to_contain_text("moderation.csv:2")
    assert path.read_text("utf-8").endswith("a1,perhaps,A,,,\n")


def test_the_index_names_what_waits(queue: SiteFolder) -> None:
    """With the number, and the way there."""
    with serving(queue) as address:
        index = httpx.get(f"{address}_bilan/").text

    assert re.search(r'<a href="/_bilan/desk/luma/cards">luma/cards</a> · <strong>4 wait</strong> of 4', index)


# ---- who may not ------------------------------------------------------------------------------------------------------------


def test_no_other_page_decides(queue: SiteFolder) -> None:
    """Host, Origin, kind of request, the secret of this run, kind of content, size: each alone is enough to be refused."""
    with serving(queue) as address, httpx.Client(base_url=address) as client:
        host = urlsplit(address).netloc
        (secret,) = re.findall(r'data-secret="([^"]+)"', client.get(f"/{DESK}").text)
        good = {"Origin": f"http://{host}", "X-Bilan-Desk": secret, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        body = json.dumps({"id": "a1", "decision": "approve"})
        bad: list[dict[str, str]] = [
            *({"Origin": origin} for origin in ("http://evil.example", "null", "")),
            *({"Sec-Fetch-Site": place} for place in ("cross-site", "same-site", "none")),
            *({"X-Bilan-Desk": guess} for guess in ("", "guess")),
            *({"Content-Type": kind} for kind in ("text/plain", "application/x-www-form-urlencoded")),
            {"Host": "evil.example"},
        ]
        refused = [client.post(f"/{DESK}", headers={**good, **each}, content=body).status_code for each in bad]
        nonsense = ("", "[]", "{}", "nope", '{"id": 5, "decision": "approve"}', "[" * 3000)
        senseless = [client.post(f"/{DESK}", headers=good, content=text).status_code for text in nonsense]
        others = ("/", "/luma/cards/", "/_bilan/", "/_bilan/events")
        elsewhere = [client.post(path, headers=good, content=body).status_code for path in others]
        unknown = client.post("/_bilan/desk/luma/nothing", headers=good, content=body).status_code
        before = written(queue)
        taken = client.post(f"/{DESK}", headers=good, content=body).status_code
        port = int(host.rpartition(":")[2])
        large = raw(port, f"POST /{DESK} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5000\r\n\r\n".encode())
        chunked = raw(port, f"POST /{DESK} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())

    assert set(refused) == {403}
    assert set(senseless) == {400}
    assert set(elsewhere) == {405}
    assert unknown == 422
    assert before == []
    assert (taken, written(queue)) == (200, [["a1", "approve", "", ""]])
    assert b" 400 " in large[:20]
    assert b" 400 " in chunked[:20]


def test_only_the_machine_itself_has_the_desk(queue: SiteFolder) -> None:
    """With --host, and a token, there is none: a page says why."""
    with serving(queue, "--host", "0.0.0.0") as address:
        token = address.partition("token=")[2]
        base = f"http://127.0.0.1:{urlsplit(address).port}"
        with httpx.Client(base_url=base, cookies={"bilan": token}) as client:
            page = client.get(f"/{DESK}")
            items = client.get(f"/{DESK}/items")
            picture = client.get(f"/{DESK}/pictures/a1")
            posted = client.post(f"/{DESK}", json={"id": "a1", "decision": "approve"}, headers={"Origin": base})

    assert page.status_code == 403 and "Only on the machine itself" in page.text
    assert (items.status_code, picture.status_code, posted.status_code) == (404, 404, 403)
    assert written(queue) == []


def test_nothing_of_the_desk_is_outside_it(queue: SiteFolder) -> None:
    """No address makes a path; pages forbid all that they do not need."""
    with serving(queue) as address, httpx.Client(base_url=address) as client:
        paths = [
            "../../site.yaml",
            "luma/%2e%2e",
            "%2e%2e/content",
            "luma/cards/pictures/..%2f..%2fsite.yaml",
            "luma/cards/pictures/nobody",
            "desk.html",
        ]
        answers = [client.get(f"/_bilan/desk/{path}").status_code for path in paths]
        policy = client.get(f"/{DESK}").headers["content-security-policy"]

    assert set(answers) == {404}
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
