"""A live page in a real browser, from a plain static server: what happens on it while people watch."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from tests.livekit import INDEX, LOOK, PATIENT, Host, LiveSite, chromium, hosted, ids, settled, wait_for

SOON = 10_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def live(tmp_path: Path) -> LiveSite:
    return LiveSite(tmp_path).publish()


@pytest.fixture
def host(live: LiveSite) -> Iterator[Host]:
    with hosted(live.root / "output") as host:
        yield host


@pytest.fixture
def page(browser: Browser, host: Host) -> Iterator[Page]:
    """The campaign's page on a phone, which has heard the head once."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SOON)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    yield page
    context.close()
    assert wrong == []


def look(page: Page) -> None:
    page.evaluate(LOOK)


def to_card(page: Page, name: str) -> float:
    """Scrolls to a card; returns where its upper edge is in the window."""
    page.evaluate("name => document.getElementById(`m-${name}`).scrollIntoView({block: 'center', behavior: 'instant'})", name)
    return edge(page, name)


def edge(page: Page, name: str) -> float:
    top: float = page.evaluate("name => document.getElementById(`m-${name}`).getBoundingClientRect().top", name)
    return top


def to_wall(page: Page) -> None:
    page.evaluate("document.querySelector('#moments ol').scrollIntoView({block: 'start', behavior: 'instant'})")


# ---- new, edited, withdrawn -----------------------------------------------------------------------------------------


def test_new_moments_wait_behind_a_button(live: LiveSite, page: Page) -> None:
    """Elsewhere than at the wall's top new moments are counted on a button; the wall is as it was until it is clicked."""
    before = ids(page)
    top = to_card(page, "m45")
    for number in range(3):
        live.moment(f"new{number}", f"2026-09-03T11:0{number}")
    live.publish()

    look(page)
    button = page.get_by_role("button", name="3 new moments")
    expect(button).to_be_visible()

    assert ids(page) == before
    assert abs(edge(page, "m45") - top) < 1
    assert page.locator(".b-live__new").get_attribute("role") == "status"
    button.click()
    expect(page.locator("#m-new2")).to_be_in_viewport()
    assert ids(page) == ["new2", "new1", "new0", *before[:21]]
    assert page.evaluate("document.activeElement.closest('[data-moment]').dataset.moment") == "new2"
    expect(button).to_have_count(0)


def test_at_the_top_new_moments_go_up_at_once(live: LiveSite, page: Page) -> None:
    """A reader who looks at the top of the wall sees a moment arrive."""
    to_wall(page)
    live.moment("new", "2026-09-03T11:00").publish()

    look(page)

    expect(page.locator("#m-new")).to_be_visible()
    assert ids(page)[:2] == ["new", "m59"]
    expect(page.locator(".b-live__new button")).to_have_count(0)


def test_edits_and_withdrawals_happen_in_place(live: LiveSite, page: Page) -> None:
    """A card above what is read changes or goes, and what is read stays where it is; nothing is there twice."""
    before = ids(page)
    top = to_card(page, "m45")
    live.moment("m50", "2026-09-02T08:50", text="Corrected. " * 40).decide("m52", "reject").publish()

    look(page)
    expect(page.locator("#m-m50")).to_contain_text("Corrected")

    assert abs(edge(page, "m45") - top) < 1
    assert ids(page) == [name for name in before if name != "m52"]
    expect(page.locator(".b-live__new button")).to_have_count(0)


def test_a_withdrawn_card_hands_its_focus_on(live: LiveSite, page: Page) -> None:
    """Whoever is in a card with the keyboard when it goes is in the next one."""
    page.locator("#m-m50 a").focus()
    live.decide("m50", "reject").publish()

    look(page)
    expect(page.locator("#m-m50")).to_have_count(0)

    assert page.evaluate("document.activeElement.closest('[data-moment]').dataset.moment") == "m49"


def test_an_edit_keeps_the_focus_and_the_element(live: LiveSite, page: Page) -> None:
    """The link that has the focus is the same one after its card was edited."""
    page.locator("#m-m50 a").focus()
    page.evaluate("document.activeElement.mine = true")
    live.moment("m50", "2026-09-02T08:50", text="Corrected").publish()

    look(page)
    expect(page.locator("#m-m50")).to_contain_text("Corrected")

    assert page.evaluate("document.activeElement.mine") is True


def test_what_waits_can_still_be_withdrawn_or_edited(live: LiveSite, page: Page) -> None:
    """A moment that waits behind the button and is withdrawn is never seen; an edited one is seen as edited."""
    to_card(page, "m45")
    live.moment("bad", "2026-09-03T11:00").moment("good", "2026-09-03T11:01", text="With a mistaek").publish()
    look(page)
    expect(page.get_by_role("button", name="2 new moments")).to_be_visible()

    live.decide("bad", "reject").moment("good", "2026-09-03T11:01", text="Without a mistake").publish()
    look(page)
    expect(page.get_by_role("button", name="1 new moment")).to_be_visible()
    page.get_by_role("button", name="1 new moment").click()

    assert ids(page)[:2] == ["good", "m59"]
    expect(page.locator("#m-good")).to_contain_text("Without a mistake")


def test_a_late_approval_stands_where_it_belongs(live: LiveSite, page: Page) -> None:
    """A moment is nowhere while it is held; approved an hour late it comes in its place in order."""
    live.moment("late", "2026-09-02T08:57:30").decide("late", "hold").publish()
    assert b"Text of late" not in b"".join(path.read_bytes() for path in live.live.iterdir())
    look(page)
    live.decide("late", "approve").publish()
    to_wall(page)

    look(page)
    expect(page.locator("#m-late")).to_be_attached()

    assert ids(page)[:4] == ["m59", "m58", "late", "m57"]


def test_a_pinned_moment_goes_first_and_comes_back(live: LiveSite, page: Page) -> None:
    """Pinning lifts a card above newer ones, and unpinning puts it back; it is the same card, once."""
    to_wall(page)
    before = ids(page)
    live.moment("m40", "2026-09-02T08:40", pinned=True).publish()
    look(page)
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m40")
    live.moment("new", "2026-09-03T11:00").publish()
    look(page)
    expect(page.locator("#m-new")).to_be_attached()
    assert ids(page)[:3] == ["m40", "new", "m59"]

    live.moment("m40", "2026-09-02T08:40").publish()
    look(page)
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "new")

    assert ids(page) == ["new", *before[:23]]


def test_an_old_moment_that_is_pinned_comes_up(live: LiveSite, page: Page) -> None:
    """A moment far below the wall's end is shown when it is pinned."""
    to_wall(page)
    live.moment("m3", "2026-09-02T08:03", pinned=True).publish()

    look(page)

    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m3")


def test_key_moments_may_go_first(live: LiveSite, browser: Browser, host: Host) -> None:
    """With `key_first`, key moments stand above newer ones, as built and as an open page follows; one that is key no longer goes back."""
    live.write("content/luma/cards/index.md", INDEX.replace("count: 24\n", "count: 24\nkey_first: true\n"))
    live.moment("m40", "2026-09-02T08:40", key=True).publish()
    page = browser.new_page()
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    to_wall(page)
    assert ids(page)[:2] == ["m40", "m59"]

    live.moment("m3", "2026-09-02T08:03", key=True).publish()
    look(page)
    expect(page.locator("#moments [data-moment]").nth(1)).to_have_attribute("data-moment", "m3")
    live.moment("m40", "2026-09-02T08:40").publish()
    look(page)
    expect(page.locator("#moments [data-moment]").first).to_have_attribute("data-moment", "m3")
    assert ids(page)[:2] == ["m3", "m59"]
    page.close()


def test_the_only_moments_may_go(browser: Browser, tmp_path: Path) -> None:
    """A wall whose last moment is withdrawn says that it is empty, and takes the first one that comes."""
    live = LiveSite(tmp_path, count=1).publish()
    with hosted(tmp_path / "output") as host:
        page = browser.new_page()
        page.goto(f"{host.address}luma/cards/")
        settled(page)
        to_wall(page)
        live.decide("m0", "reject").publish()
        look(page)
        expect(page.locator(".b-moments__none")).to_be_visible()

        live.moment("first", "2026-09-03T10:00").publish()
        page.evaluate("document.querySelector('#moments').scrollIntoView({behavior: 'instant'})")
        look(page)

        expect(page.locator("#m-first")).to_be_visible()
        expect(page.locator(".b-moments__none")).to_be_hidden()
        page.close()


def test_walls_of_some_moments_take_theirs(live: LiveSite, browser: Browser, host: Host) -> None:
    """A wall of key moments, of which there are none yet, takes the first; one of a tag takes tagged ones only."""
    path = "content/luma/cards/index.md"
    walls = "\n```moments\nkey: true\ntitle: Key\n```\n\n```moments\ntags: [Press]\ntitle: Press\n```\n"
    text = (live.root / path).read_text("utf-8") + walls
    live.write(path, text).moment("m2", "2026-09-02T08:02", kind="quote", tags="Press").publish()
    page = browser.new_page()
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    assert page.locator(".b-moments").nth(1).locator("li").count() == 0
    live.moment("key", "2026-09-03T10:00", key=True).moment("press", "2026-09-03T10:01", tags="Press").publish()
    to_wall(page)

    look(page)
    expect(page.locator("#m-press")).to_be_attached()

    shown = [page.locator(".b-moments").nth(n).locator("li").evaluate_all("all => all.map(each => each.dataset.moment)") for n in (1, 2)]
    assert shown == [["key"], ["press", "m2"]]
    assert page.locator("[id=m-press]").count() == 1
    page.close()


def test_counters_and_the_newest_moment_follow(live: LiveSite, page: Page) -> None:
    """Figures and the moment in the page's head are those of the state, wherever the reader is."""
    live.moment("new", "2026-09-03T11:00", text="Just in").sent(1250).publish()

    look(page)

    expect(page.locator(".now")).to_contain_text("Just in")
    expect(page.locator("[data-counter=sent]")).to_have_text("1,250")
    expect(page.locator(".hero [data-counter=moments]")).to_have_text("61")
    expect(page.locator(".b-counter [data-counter=people]")).to_have_text("61")


def test_a_page_without_a_wall_follows_too(live: LiveSite, browser: Browser, host: Host) -> None:
    """Its figures are kept up to date all the same."""
    path = "content/luma/cards/index.md"
    live.write(path, (live.root / path).read_text("utf-8").partition("## The wall")[0]).publish()
    page = browser.new_page()
    page.goto(f"{host.address}luma/cards/")
    wait_for(lambda: host.heads() == 1)
    live.sent(777).publish()

    look(page)

    expect(page.locator("[data-counter=sent]")).to_have_text("777")
    page.close()


def test_words_of_the_page_follow_too(live: LiveSite, page: Page) -> None:
    """What the agency writes around the wall comes without a reload, and does not bring up what waits."""
    top = to_card(page, "m45")
    path = "content/luma/cards/index.md"
    live.write(path, (live.root / path).read_text("utf-8").replace("Intro.", "Another intro, " * 30))
    live.moment("new", "2026-09-03T11:00").publish()

    look(page)
    expect(page.locator(".prose").first).to_contain_text("Another intro")

    expect(page.get_by_role("button", name="1 new moment")).to_be_visible()
    assert "new" not in ids(page)
    assert abs(edge(page, "m45") - top) < 1


# ---- asking ---------------------------------------------------------------------------------------------------------


def test_nothing_is_fetched_twice_and_nothing_that_is_known(live: LiveSite, host: Host, page: Page) -> None:
    """Looking at an unchanged head asks for nothing else; one more moment costs an index, a node and the newest chunk, each once."""
    assert host.segments() == []
    for _ in range(3):
        heads = host.heads()
        look(page)
        wait_for(lambda heads=heads: host.heads() > heads)  # type: ignore[misc]  # mypy cannot infer a default's type
    assert host.segments() == []

    live.moment("new", "2026-09-03T11:00").publish()
    look(page)
    expect(page.get_by_role("button", name="1 new moment")).to_be_visible()

    assert len(host.segments()) == len(set(host.segments())) == 3
    assert all("?" not in path for path in host.asked)


def test_a_page_of_half_an_hour_ago_catches_up_in_one_look(live: LiveSite, host: Host, browser: Browser) -> None:
    """A page out of a cache, of before a dozen changes, needs one look at the head and each segment that it lacks once."""
    old = (live.root / "output/luma/cards/index.html").read_bytes()
    for number in range(12):
        live.moment(f"new{number}", f"2026-09-03T11:{number:02}")
    live.decide("m50", "reject").moment("m51", "2026-09-02T08:51", text="Corrected").publish()
    page = browser.new_page()
    page.route("**/luma/cards/", lambda route: route.fulfill(body=old, content_type="text/html"), times=1)

    page.goto(f"{host.address}luma/cards/")
    expect(page.get_by_role("button", name="12 new moments")).to_be_visible()

    assert host.heads() == 1
    assert len(host.segments()) == len(set(host.segments())) <= 8
    assert "m50" not in ids(page)
    expect(page.locator("#m-m51")).to_contain_text("Corrected")
    page.close()


def test_a_publish_under_way_is_waited_for(live: LiveSite, host: Host, page: Page) -> None:
    """A segment that is not there yet is asked for again later; until then the page is as it was."""
    before = ids(page)
    live.moment("new", "2026-09-03T11:00").publish()
    missing = {path.name for path in live.live.iterdir()} - {"head.json"}
    host.refuses = lambda path: path.rpartition("/")[2] in missing
    look(page)
    wait_for(lambda: len(host.segments()) > 0)
    page.wait_for_selector(".campaign--still")
    assert ids(page) == before

    host.refuses = lambda path: False
    look(page)

    expect(page.get_by_role("button", name="1 new moment")).to_be_visible()
    expect(page.locator(".campaign--still")).to_have_count(0)


def test_the_page_says_when_it_hears_nothing(host: Host, page: Page) -> None:
    """Live is said only while somebody answers: else the page says since when it has heard nothing."""
    expect(page.locator(".b-live__state")).to_have_text(re.compile(r"^Last update heard at \d\d:\d\d"))
    host.refuses = lambda path: path.endswith("head.json")

    look(page)

    expect(page.locator(".b-live__state")).to_have_text(re.compile(r"^No connection. Last update heard at \d\d:\d\d"))


def test_a_page_asks_every_quarter_minute_and_less_after_errors(live: LiveSite, host: Host, browser: Browser) -> None:
    """Ten minutes of a good host are some 30 looks; of one that fails no more than a handful."""
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{host.address}luma/cards/")
    wait_for(lambda: host.heads() == 1)

    good = watch(page, host, minutes=10)
    host.refuses = lambda path: path.endswith("head.json")
    bad = watch(page, host, minutes=10)

    assert 24 <= good <= 40
    assert 2 <= bad <= 8
    page.close()


def watch(page: Page, host: Host, minutes: int) -> int:
    """Looks at the head in so many minutes of the page's own clock."""
    page.evaluate(PATIENT)
    before = host.heads()
    for _ in range(minutes * 60 // 5):
        page.clock.run_for(5000)
        page.wait_for_timeout(30)
    return host.heads() - before


def test_a_hidden_page_asks_nothing_and_catches_up_when_seen(live: LiveSite, host: Host, browser: Browser) -> None:
    """Out of sight a page is silent; back in sight it looks at once."""
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{host.address}luma/cards/")
    wait_for(lambda: host.heads() == 1)
    page.evaluate(HIDE, True)

    assert watch(page, host, minutes=5) == 0
    page.evaluate(HIDE, False)
    wait_for(lambda: host.heads() == 2)
    page.close()


HIDE = """hidden => { Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange")); }"""


# ---- phases ---------------------------------------------------------------------------------------------------------


def at(live: LiveSite, day: str) -> LiveSite:
    live.now = datetime.fromisoformat(f"{day}:00+02:00")
    return live.publish()


def test_a_campaign_that_closes_stops_asking_and_keeps_its_figures(live: LiveSite, host: Host, browser: Browser) -> None:
    """The page becomes that of the closed campaign, with its last figures, and asks no more; its addresses stay."""
    page = browser.new_page()
    page.clock.install(time="2026-09-07T19:59:00+02:00")
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    addresses = {path for path in live.tree() if path.startswith("luma/cards/m-")}
    live.moment("last", "2026-09-07T19:58").sent(4312)
    at(live, "2026-09-07T20:00")

    look(page)
    expect(page.locator(".campaign")).to_have_class(re.compile("campaign--closed"))

    expect(page.locator("[data-counter=sent]")).to_have_text("4,312")
    expect(page.locator(".b-live__state")).to_have_text("Closed: these are the final figures")
    assert watch(page, host, minutes=10) == 0
    assert addresses < set(live.tree())
    page.close()


def test_a_closed_campaign_and_its_story_ask_nothing(live: LiveSite, host: Host, browser: Browser) -> None:
    """Opened after its end, a page asks for nothing beside itself, and tells the wall from its first moment."""
    for day in ("2026-09-08T12:00", "2026-09-10T12:00"):
        at(live, day)
        page = browser.new_page()
        page.clock.install(time=f"{day}:00+02:00")
        page.goto(f"{host.address}luma/cards/")
        page.wait_for_function("document.querySelector('[data-main]')")
        host.asked.clear()

        assert (watch(page, host, minutes=5), ids(page)[0], host.asked) == (0, "m0", [])
        page.close()


def test_a_teaser_opens_by_itself(live: LiveSite, host: Host, browser: Browser) -> None:
    """When its hour has come the page looks, and becomes the live one; before, it asks nothing."""
    for path in list(live.rows):
        live.decide(path, "reject")
    at(live, "2026-08-31T12:00")
    page = browser.new_page()
    page.clock.install(time="2026-09-01T08:50:00+02:00")
    page.goto(f"{host.address}luma/cards/")
    page.wait_for_function("document.querySelector('[data-main]')")
    assert (page.locator(".campaign--teaser").count(), page.locator("a[data-filter]").count()) == (1, 0)
    assert watch(page, host, minutes=5) == 0

    live.moment("first", "2026-09-01T09:00")
    at(live, "2026-09-01T09:00")
    watch(page, host, minutes=6)

    expect(page.locator(".campaign--live")).to_have_count(1)
    expect(page.locator("#m-first")).to_be_attached()
    expect(page.locator("a[data-filter=order]")).to_have_count(2)
    page.close()


def test_the_story_comes_to_an_open_page(live: LiveSite, host: Host, browser: Browser) -> None:
    """An open page of the closed campaign turns into its story, from the beginning, on its day."""
    at(live, "2026-09-08T12:00")
    page = browser.new_page()
    page.clock.install(time="2026-09-09T08:59:00+02:00")
    page.goto(f"{host.address}luma/cards/")
    page.wait_for_function("document.querySelector('[data-main]')")
    at(live, "2026-09-09T09:00")

    watch(page, host, minutes=2)

    expect(page.locator(".campaign--recap")).to_have_count(1)
    assert ids(page)[:2] == ["m0", "m1"]
    page.close()


# ---- without a script, and beside one -----------------------------------------------------------------------------


def test_without_scripts_everything_is_there(live: LiveSite, host: Host, browser: Browser) -> None:
    """The wall, the figures, and ways to the lists of kinds are plain HTML."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{host.address}luma/cards/")

    assert ids_without_script(page)[:2] == ["m59", "m58"]
    links = [link.get_attribute("href") for link in page.locator("#moments a[data-filter=kind]").all()]
    assert links == ["moments-card.html", "moments-message.html", "moments-quote.html"]
    page.locator("#moments a[data-filter=kind]").first.click()
    assert page.locator(".card").count() == 20
    page.context.close()


def ids_without_script(page: Page) -> list[str | None]:
    return [cell.get_attribute("data-moment") for cell in page.locator("#moments [data-moment]").all()]


def test_a_live_page_weighs_little(live: LiveSite, host: Host, browser: Browser) -> None:
    """Page, style sheet and scripts stay under 60 KB compressed; what only a change, a big screen or a replay needs comes then."""
    page = browser.new_page()
    bodies: dict[str, bytes] = {}

    def keep(answer: Response) -> None:
        bodies[answer.url] = answer.body()

    page.on("response", keep)
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    page.wait_for_load_state("networkidle")

    words = {url: len(gzip.compress(body)) for url, body in bodies.items() if not url.endswith((".woff2", ".png", ".jpg"))}
    assert sum(words.values()) < 60_000
    assert not [url for url in words if re.search("idiomorph|screen|replay", url)]
    page.close()


def test_a_live_page_is_for_everybody(live: LiveSite, page: Page) -> None:
    """With what waits, a choice that finds nothing, and in the dark, no rule of axe is broken seriously."""
    to_card(page, "m45")
    live.moment("new", "2026-09-03T11:00").publish()
    look(page)
    expect(page.get_by_role("button", name="1 new moment")).to_be_visible()
    found = [axe(page)]
    page.evaluate("history.pushState(null, '', '?kind=nothing'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_role("button", name="Show all")).to_be_visible()
    page.emulate_media(color_scheme="dark")

    assert [*found, axe(page)] == [[], []]


def axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found if rule["impact"] in ("serious", "critical") for node in rule["nodes"]]
