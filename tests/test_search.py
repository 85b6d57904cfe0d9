"""J6: a small index, without accents, in which private things are absent; H11: what a page says to search engines."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from generator.model.outputs import Job, Output
from generator.problems import Location
from generator.render.search import index, words_of
from tests.conftest import CAMPAIGN, SITE, SiteFolder
from tests.livekit import chromium, hosted

FOLDER = "content/luma/cards"
BOX = CAMPAIGN + "\n```search\n```\n"
ROWS = "id,kind,at,name,handle,platform,text,media,alt,tags\n"


def row(number: int, name: str, text: str, tags: str = "") -> str:
    quoted = text.replace('"', '""')
    return f'p{number},message,2026-09-02T{number // 60 % 24:02}:{number % 60:02},{name},,,"{quoted}",,,{tags}\n'


def fill(site: SiteFolder, *rows: str) -> None:
    ids = [line.split(",")[0] for line in rows]
    site.write(f"{FOLDER}/index.md", BOX)
    site.write(f"{FOLDER}/moments.csv", ROWS + "".join(rows))
    site.write(f"{FOLDER}/moderation.csv", "id,decision,by,at,why\n" + "".join(f"{name},approve,A,,\n" for name in ids))


def found(site: SiteFolder) -> Mapping[str, Any]:
    return dict(json.loads((site.root / "output/luma/cards/search.json").read_text("utf-8")))


def decoded(document: Mapping[str, Any]) -> dict[str, list[int]]:
    """Read by the letter of its description."""
    words, word = {}, ""
    for line in document["words"].split("\n") if document["words"] else []:
        head, _, numbers = line.partition(" ")
        word = word[: int(head[0], 36)] + head[1:]
        steps = [int(step, 36) for step in numbers.split(",")]
        words[word] = [sum(steps[: count + 1]) for count in range(len(steps))]
    return words


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12))
def test_any_words_are_found_again(texts: list[list[str]]) -> None:
    """Each word of each item leads to that item and to no other: through the line that is shown, or through the list of words."""
    items = [[f"m-{number}.html", parts[0] if parts else "", " ".join(parts)] for number, parts in enumerate(texts)]
    job = Job(renderer="search", language="en", data={"items": items})

    document = json.loads(index(Output(path="search.json", job=job, owner="a", at=Location(path="a"))))

    lists = decoded(document)
    for number, (_, line, words) in enumerate(items):
        shown = set(words_of(line))
        assert {word for word, numbers in lists.items() if number in numbers} == set(words_of(words)) - shown
        assert document["items"].split("\n")[number] == f"m-{number}.html {' '.join(line.split())}"


def test_a_thousand_items_take_a_hundred_kilobytes(site: SiteFolder) -> None:
    """Of two sentences each, in French, with names."""
    lexicon = [
        f"{a}{b}{c}" for a in "bcdfglmnprst" for b in ("a", "e", "i", "o", "ou") for c in ("nde", "ler", "tion", "ment", "ssé", "ris", "x")
    ]
    texts = [" ".join(lexicon[(number * 37 + place * place * 11) % len(lexicon)] for place in range(22)) for number in range(1000)]
    fill(site, *(row(number, f"Name{number % 300}", text) for number, text in enumerate(texts)))

    site.build()

    assert (site.root / "output/luma/cards/search.json").stat().st_size <= 100_000


def test_what_is_not_public_is_not_in_it(site: SiteFolder) -> None:
    """Held and rejected moments, drafts, unlisted pages, moments of tomorrow, and the client's reports."""
    fill(site, row(1, "Ann", "Lantern"), row(2, "Bob", "Umbrella"), row(3, "Cid", "Violin"))
    site.write(f"{FOLDER}/moderation.csv", "id,decision,by,at,why\np1,approve,A,,\np2,reject,A,,\n")
    site.write(f"{FOLDER}/open.md", "---\ntitle: Open\n---\n\nWindmill.\n")
    site.write(f"{FOLDER}/hidden.md", "---\ntitle: Hidden\ndraft: true\n---\n\nZeppelin.\n")
    site.write(f"{FOLDER}/later.md", "---\ntitle: Later\nat: 2027-01-01T00:00\n---\n\nXylophone.\n")
    site.write(f"{FOLDER}/moments/next.md", "---\nkind: note\nat: 2027-01-01T00:00\n---\n\nYacht.\n")

    site.build()

    said = json.dumps(found(site)).lower()
    assert {word for word in ("lantern", "windmill", "umbrella", "violin", "zeppelin", "xylophone", "yacht") if word in said} == {
        "lantern",
        "windmill",
    }


def test_without_a_box_there_is_no_index(site: SiteFolder) -> None:
    """It comes and goes with the block, and changes with a moment."""
    fill(site, row(1, "Ann", "Lantern"))
    site.build()
    before = found(site)
    fill(site, row(1, "Ann", "Lantern"), row(2, "Bob", "Umbrella"))
    assert "luma/cards/search.json" in site.build().written
    assert found(site) != before

    site.write(f"{FOLDER}/index.md", CAMPAIGN)

    assert "luma/cards/search.json" in site.build().removed


def test_a_report_has_no_box(site: SiteFolder) -> None:
    """At its line."""
    site.write("content/luma/reports/monthly.md", "---\ntitle: R\nfrom: 2026-09\nuntil: 2026-09\n---\n\n## S {#s}\n\n```search\n```\n")

    (problem,) = [problem for problem in site.build().problems.errors if problem.code == "wrong-place"]

    assert (problem.at.path, problem.at.line) == ("content/luma/reports/monthly.md", 9)


# ---- in a browser -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def page(site: SiteFolder, browser: Browser) -> Iterator[Page]:
    fill(
        site,
        row(1, "Zoé", "Un œuf de Pâques, ÉCLAIR au café"),
        row(2, HOSTILE, "Eclairage du soir"),
        row(3, "花子", "東京タワーはきれい"),
        row(4, "Ann", "Third lantern", "Night walk"),
    )
    site.build()
    with hosted(site.root / "output") as host:
        page = browser.new_page()
        page.goto(f"{host.address}luma/cards/index.html")
        yield page
        page.close()


def results(page: Page, text: str) -> list[str]:
    page.get_by_label("Search the wall").fill(text)
    page.wait_for_function("document.querySelector('.b-search__state').textContent !== ''")
    return page.locator(".b-search__found a").all_inner_texts()


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("eclair", ["Eclairage", "ÉCLAIR"]),
        ("ÉCLAIR", ["Eclairage", "ÉCLAIR"]),
        ("oeuf", ["œuf"]),
        ("paques cafe", ["œuf"]),
        ("zoe", ["Zoé"]),
        ("タワー", ["花子"]),
        ("night", ["Ann"]),
        ("walk lantern", ["Ann"]),
        ("img", ["<img"]),
        ("nothing-like-it", []),
    ],
)
def test_a_reader_finds_by_beginnings_of_words(page: Page, typed: str, names: list[str]) -> None:
    """Without accents and capitals; those with it in their line, newest first; what people wrote stays text."""
    shown = results(page, typed)

    assert len(shown) == len(names)
    assert [name in line for name, line in zip(names, shown, strict=True)] == [True] * len(names)
    assert page.locator(".b-search__found img").count() == 0


def test_the_keyboard_leads_to_a_result(page: Page) -> None:
    """Down to it, up again, Enter opens it; Escape clears."""
    results(page, "lantern")
    page.keyboard.press("ArrowDown")
    assert "lantern" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.get_by_label("Search the wall").input_value() == ""
    assert page.locator(".b-search__found a").count() == 0
    results(page, "lantern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/m-p4.html")


def test_without_the_script_there_is_a_way_to_all(site: SiteFolder, browser: Browser) -> None:
    """The box is not shown, the link is."""
    fill(site, row(1, "Ann", "Lantern"))
    site.build()
    with hosted(site.root / "output") as host:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{host.address}luma/cards/index.html")

        assert not page.locator(".b-search__box").is_visible()
        assert page.locator(".b-search a").get_attribute("href") == "moments.html"


# ---- for search engines -----------------------------------------------------------------------------------------------------

KNOWN = {  # schema.org's properties of the types that are used, and which a search engine requires
    "LiveBlogPosting": ({"headline", "datePublished", "coverageStartTime", "coverageEndTime", "author", "url"},
                        {"@id", "description", "inLanguage", "dateModified", "publisher", "image", "about", "interactionStatistic",
                         "liveBlogUpdate"}),
    "BlogPosting": ({"headline", "datePublished", "url"}, {"articleBody", "author", "image"}),
    "Event": ({"name", "startDate", "endDate", "location"},
              {"description", "eventStatus", "eventAttendanceMode", "organizer", "image", "url"}),
    "Organization": ({"name"}, {"url"}),
    "Person": ({"name"}, set()),
    "VirtualLocation": ({"url"}, set()),
    "InteractionCounter": ({"interactionType", "userInteractionCount"}, set()),
}  # fmt: skip
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def conform(value: Any) -> None:
    """Every typed part has what its type requires, and nothing that it does not know; dates have their zone, addresses are whole."""
    if isinstance(value, list):
        for each in value:
            conform(each)
    if not isinstance(value, dict):
        return
    required, optional = KNOWN[value["@type"]]
    assert required <= set(value) <= required | optional | {"@type", "@context"}
    for key, each in value.items():
        conform(each)
        if key.startswith("date") or key.endswith(("Time", "tDate", "dDate")):
            assert INSTANT.fullmatch(each)
        if key in ("url", "image", "@id"):
            assert each.startswith("https://")


def structured(site: SiteFolder, name: str = "luma/cards/index.html") -> dict[str, Any] | None:
    text = (site.root / "output" / name).read_text("utf-8")
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, flags=re.S)
    assert len(blocks) <= 1
    return dict(json.loads(blocks[0])) if blocks else None


@pytest.mark.parametrize(("now", "kind"), [("2026-08-20", "Event"), ("2026-09-03", "LiveBlogPosting"), ("2026-10-05", "LiveBlogPosting")])
def test_a_campaign_says_what_it_covers(site: SiteFolder, now: str, kind: str) -> None:
    """H11: from when to when, with its updates, newest first; what people wrote cannot leave its place."""
    site.write("site.yaml", SITE + "url: https://studio.example/\n")
    fill(site, row(1, "Ann", "Lantern"), row(2, "</script><script>alert(1)</script>", "One"), row(3, "Cid", "Words " * 40))

    assert site.run("build", "--now", now).code == 0

    data = structured(site)
    assert data is not None
    conform(data)
    assert data["@type"] == kind
    if kind == "LiveBlogPosting":
        assert (data["coverageStartTime"], data["coverageEndTime"]) == ("2026-09-01T09:00:00+02:00", "2026-09-07T20:00:00+02:00")
        updates = data["liveBlogUpdate"]
        assert [name for update in updates if (name := update["url"].rpartition("/m-")[2])[0] == "p"] == ["p3.html", "p2.html", "p1.html"]
        assert data["dateModified"] == updates[0]["datePublished"]
        assert all(len(update["headline"]) <= 110 for update in updates)


def test_what_is_private_says_nothing(site: SiteFolder) -> None:
    """No address, unlisted, or the room: no structured data."""
    fill(site, row(1, "Ann", "Lantern"))
    site.build()
    assert structured(site) is None

    site.write("site.yaml", SITE + "url: https://studio.example/\n")
    site.write("content/luma/addresses.yaml", "addresses:\n  - of: cards\n    segment: 0123456789abcdef0123456789abcdef\n")
    site.write(f"{FOLDER}/index.md", BOX.replace("hashtag:", "unlisted: true\nhashtag:"))
    site.build()

    assert structured(site, "luma/0123456789abcdef0123456789abcdef/index.html") is None
    pages = list((site.root / "output").rglob("*.html"))
    assert [page for page in pages if "application/ld+json" in page.read_text("utf-8")] == []


def test_folding_is_that_of_the_script() -> None:
    """The letters that both fold by hand are those that Unicode does not take apart."""
    assert list(words_of("Œuvre ÆTHER Øre Łódź straße ıslık")) == ["oeuvre", "aether", "ore", "lodz", "strasse", "islik"]
    assert all(unicodedata.normalize("NFKD", letter) == letter for letter in "œæøłđıß")
