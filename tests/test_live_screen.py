"""The big screen, and the replay of a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.livekit import LOOK, Host, LiveSite, chromium, hosted, ids


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def live(tmp_path: Path) -> LiveSite:
    live = LiveSite(tmp_path, count=180)
    path = "content/luma/cards/index.md"
    other = "```moments\nkinds: quote\ncount: 3\ntitle: Quotes\n```\n\nMore words.\n\n"
    return live.write(path, (live.root / path).read_text("utf-8").replace("## The wall", f"{other}## The wall")).publish()


@pytest.fixture
def host(live: LiveSite) -> Iterator[Host]:
    with hosted(live.root / "output") as host:
        yield host


def seen(page: Page) -> list[str]:
    """Cards that are wholly on the screen."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("#moments [data-moment]")].filter(each => {
            const {left, right, top, bottom} = each.querySelector(".card").getBoundingClientRect();
            return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight; }).map(each => each.dataset.moment)"""
    )
    return found


def cut_off(page: Page) -> int:
    """Cards of which only a part is on the screen."""
    found: int = page.evaluate(
        """() => [...document.querySelectorAll("#moments .card")].filter(each => {
            const list = each.closest("ol").getBoundingClientRect(), {left, right, top, bottom} = each.getBoundingClientRect();
            return left < list.right - 1 && (right > list.right + 1 || bottom > list.bottom + 1 || top < list.top - 1); }).length"""
    )
    return found


@pytest.mark.parametrize("size", [(3840, 2160), (1920, 1080), (1080, 1920)])
def test_the_big_screen_has_the_wall_and_no_chrome(browser: Browser, host: Host, size: tuple[int, int]) -> None:
    """Name, figures and whole cards fill the screen in large type; nothing scrolls, nothing is cut off."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{host.address}luma/cards/?screen")
    page.wait_for_selector("html.screen")
    page.wait_for_timeout(800)

    assert len(seen(page)) >= 6
    assert cut_off(page) == 0
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [size[1], size[0]]
    expect(page.locator(".hero__title")).to_be_in_viewport()
    assert page.locator(".flow > *").evaluate_all("all => all.filter(each => each.offsetHeight).map(each => each.id)") == ["moments"]
    for hidden in (".masthead", ".foot", ".b-live__chips", ".hero__summary"):
        expect(page.locator(hidden)).to_be_hidden()
    assert float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card__text')).fontSize)")) >= 19
    page.close()


def test_a_new_moment_arrives_on_the_screen_at_once(live: LiveSite, browser: Browser, host: Host) -> None:
    """No button there: the newest is first, wherever the cycle was."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{host.address}luma/cards/?screen")
    page.wait_for_selector("html.screen")
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m179")
    live.moment("new", "2026-09-03T11:00").publish()

    page.evaluate(LOOK)

    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "new")
    expect(page.locator(".hero [data-counter=moments]")).to_have_text("181")
    page.close()


def test_the_screen_goes_through_all_and_begins_again(browser: Browser, host: Host) -> None:
    """When nothing arrives, view follows view until every moment was seen once, and then the newest are back."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(f"{host.address}luma/cards/?screen")
    page.wait_for_selector("html.screen")
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m179")
    shown = list[str]()
    for _ in range(60):
        view = seen(page)
        shown += view
        page.clock.run_for(12_050)
        page.wait_for_function("first => document.querySelector('#moments [data-moment]').dataset.moment !== first", arg=view[0])
        if ids(page)[0] == "m179":
            break

    assert shown == [f"m{number}" for number in reversed(range(180))]
    page.close()


def test_the_screen_keeps_to_a_choice(browser: Browser, host: Host) -> None:
    """The wall of one kind, when its address says so."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{host.address}luma/cards/?screen&kind=quote")
    page.wait_for_selector("html.screen")
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m179")
    page.wait_for_timeout(500)

    assert ids(page)[:3] == ["m179", "m176", "m173"]
    assert cut_off(page) == 0
    page.close()


def test_a_figure_rolls_only_where_motion_is_welcome(live: LiveSite, browser: Browser, host: Host) -> None:
    """A counter passes through figures between the old and the new one, or changes at once."""
    seen_on_the_way = {}
    pages = {motion: browser.new_page(reduced_motion=motion) for motion in ("no-preference", "reduce")}
    for page in pages.values():
        page.goto(f"{host.address}luma/cards/")
        page.wait_for_selector(".b-live__state:not([hidden])")
        page.evaluate(
            """() => { window.figures = new Set(); const place = document.querySelector("[data-counter=sent]");
            new MutationObserver(() => figures.add(place.textContent))
                .observe(place, {childList: true, characterData: true, subtree: true}); }"""
        )
    live.sent(9000).publish()
    for motion, page in pages.items():
        page.evaluate(LOOK)
        expect(page.locator("[data-counter=sent]")).to_have_text("9,000")
        seen_on_the_way[motion] = page.evaluate("figures.size")
        page.close()

    assert seen_on_the_way["no-preference"] > 3
    assert seen_on_the_way["reduce"] == 1


def test_the_replay_tells_the_campaign_as_it_came(live: LiveSite, browser: Browser, host: Host) -> None:
    """From the first moment on, in order, in the time that passed divided by the pace, with the campaign's clock, to an end."""
    live.now = datetime.fromisoformat("2026-09-10T12:00+02:00")
    live.publish()
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.clock.install()
    page.goto(f"{host.address}luma/cards/?replay=60")
    page.wait_for_selector(".b-replay")
    expect(page.locator(".b-replay__count")).to_have_text("0 of 180 moments")
    host.asked.clear()

    page.clock.run_for(11_800)  # a moment and a half of silence, then one a second

    early, first = len(ids(page)), ids(page)
    assert 9 <= early <= 12
    assert first == [f"m{number}" for number in reversed(range(early))]
    expect(page.locator(".b-replay__time")).to_have_text("Wednesday, September 2 at 08:10 AM")
    expect(page.locator(".hero [data-counter=moments]")).to_have_text(str(early))
    assert host.heads() == 0

    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(30_000)
    assert ids(page) == first
    page.get_by_role("button", name="Next moment").click()
    assert len(ids(page)) == early + 1
    page.get_by_role("button", name="Continue").click()
    for _ in range(40):
        page.clock.run_for(5_000)
        page.wait_for_timeout(20)
    expect(page.locator(".b-replay__time")).to_have_text("The end")
    expect(page.locator(".b-replay__count")).to_have_text("180 of 180 moments")
    assert ids(page)[0] == "m179"
    page.get_by_role("link", name="Leave the replay").click()
    expect(page.locator(".b-replay")).to_have_count(0)
    assert "replay" not in page.url
    page.close()
