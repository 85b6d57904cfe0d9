"""What readers choose of the wall: by kind, network, tag and key moments, in either order, with an address that can be shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.livekit import LOOK, Host, LiveSite, chromium, hosted, ids, settled


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """Three hundred moments, of which a few old ones are of a network, a tag, or key."""
    live = LiveSite(tmp_path_factory.mktemp("choice"), count=300)
    for number in (2, 5, 8):
        live.moment(f"m{number}", f"2026-09-02T08:{number:02}", kind="quote", platform="linkedin", tags="Press")
    live.moment("m7", "2026-09-02T08:07", kind="message", key=True).moment("m9", "2026-09-02T08:09", key=True, pinned=True)
    return live.publish()


@pytest.fixture(scope="module")
def host(live: LiveSite) -> Iterator[Host]:
    with hosted(live.root / "output") as host:
        yield host


@pytest.fixture
def page(browser: Browser, host: Host) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    host.asked.clear()
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    yield page
    page.close()


def choose(page: Page, name: str) -> None:
    page.locator(".b-live").get_by_role("link", name=name, exact=True).click()


def shows(page: Page, *names: str) -> None:
    """The wall comes to show these first."""
    for place, name in enumerate(names):
        expect(page.locator("#moments [data-moment]").nth(place)).to_have_attribute("data-moment", name)


def test_a_choice_looks_at_all_moments(page: Page) -> None:
    """Three quotes of a network far below the wall's end are found, and counted."""
    choose(page, "LinkedIn")

    shows(page, "m8", "m5", "m2")
    assert ids(page) == ["m8", "m5", "m2"]
    expect(page.locator(".b-live__found")).to_have_text("3 moments found")
    assert page.url.endswith("/luma/cards/?network=linkedin#moments")


def test_a_choice_fetches_only_what_may_fit(host: Host, page: Page) -> None:
    """Of many segments, those without such a moment are left where they are."""
    choose(page, "Press")
    shows(page, "m8", "m5", "m2")

    assert 0 < len(host.segments()) < 8


def test_choices_narrow_one_another_and_are_undone(page: Page) -> None:
    """Kind and key together; a second click takes a choice back; the way back in the browser walks through them."""
    choose(page, "Key moments")
    shows(page, "m9", "m7")
    choose(page, "Messages")
    expect(page.locator("#moments [data-moment]")).to_have_count(1)
    assert ids(page) == ["m7"]
    assert "key=true" in page.url
    assert "kind=message" in page.url

    choose(page, "Messages")
    shows(page, "m9", "m7")
    page.go_back()
    expect(page.locator("#moments [data-moment]")).to_have_count(1)
    page.go_back()
    shows(page, "m9", "m7")
    page.go_back()
    shows(page, "m9", "m299")
    assert page.locator("[data-filter=all]").get_attribute("aria-current") == "true"


def test_an_address_with_a_choice_can_be_shared(browser: Browser, host: Host) -> None:
    """Whoever opens it sees what was chosen, in the order that was."""
    page = browser.new_page()
    page.goto(f"{host.address}luma/cards/?kind=quote&order=oldest#moments")

    shows(page, "m2", "m5", "m8", "m11")
    assert page.locator("[data-filter=kind][aria-current]").inner_text() == "Quotes"
    assert page.locator("[data-filter=order][aria-current]").inner_text() == "Oldest first"
    page.close()


def test_the_order_is_turned_over_all_moments(page: Page) -> None:
    """Oldest first begins with the very first moment, wherever it is, and shows more on demand, with the focus kept."""
    choose(page, "Oldest first")
    shows(page, "m0", "m1", "m2")
    assert len(ids(page)) == 24

    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#moments [data-moment]")).to_have_count(48)

    assert ids(page)[46:] == ["m46", "m47"]
    assert page.evaluate("document.activeElement.closest('[data-moment]').dataset.moment") == "m24"


def test_nothing_found_is_said_with_a_way_out(page: Page) -> None:
    """A choice that nothing fits has words of its own, and a button back to all."""
    choose(page, "Press")
    shows(page, "m8")
    choose(page, "Messages")

    expect(page.locator(".b-live__found")).to_contain_text("No moment fits this choice.")
    expect(page.locator(".b-moments__none")).to_be_hidden()
    page.get_by_role("button", name="Show all").click()
    shows(page, "m9", "m299")
    expect(page.locator(".b-live__found")).to_be_empty()
    assert page.evaluate("document.activeElement.dataset.filter") == "all"


def test_strange_words_in_an_address_find_nothing(browser: Browser, host: Host) -> None:
    """What somebody writes into an address is no markup, no path, and no error."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{host.address}luma/cards/?tag=<img src=x onerror=alert(1)>&kind=__proto__&network=../../x&order=sideways")

    expect(page.locator(".b-live__found")).to_contain_text("No moment fits this choice.")
    assert wrong == []
    assert page.locator("img[src=x]").count() == 0
    page.close()


def test_a_list_stands_in_while_segments_do_not_come(host: Host, page: Page) -> None:
    """Where segments fail the page says so and offers to try again; the lists are one click away."""
    host.refuses = lambda path: "/live/" in path and not path.endswith("head.json")
    choose(page, "LinkedIn")
    expect(page.locator(".b-live__found")).to_contain_text("cannot be loaded")
    host.refuses = lambda path: False

    page.get_by_role("button", name="Try again").click()

    shows(page, "m8", "m5", "m2")


def test_what_is_new_goes_through_the_choice(tmp_path: Path, browser: Browser) -> None:
    """With a choice made, a new moment that fits is offered, another is not; a card that no longer fits goes."""
    live = LiveSite(tmp_path, count=60).publish()
    with hosted(tmp_path / "output") as host:
        page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        page.goto(f"{host.address}luma/cards/?kind=quote")
        shows(page, "m59", "m56")
        live.moment("other", "2026-09-03T11:00", kind="card").moment("fits", "2026-09-03T11:01", kind="quote")
        live.moment("m56", "2026-09-02T08:56", kind="card").publish()

        page.evaluate(LOOK)
        page.get_by_role("button", name="1 new moment").click()

        shows(page, "fits", "m59", "m53")
        assert "other" not in ids(page)
        page.close()
