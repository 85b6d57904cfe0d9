"""Feeds, site maps, tags and lists of moments: what is public is in them, what is not, or no more, is in none."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from generator.plan.sitemaps import MOST, _site_maps
from tests.conftest import CAMPAIGN, NOW, SITE, SiteFolder
from tests.pagekit import read_page

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
URL = "https://studio.example/"
CARDS = "luma/cards"
ASKED = CAMPAIGN.replace("title: Cards\n", "title: Cards\nconsent: elsewhere\n")
HEAD = "id,at,kind,handle,name,platform,text,permalink,tags,until\n"


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """The site with an address, and without reports."""
    return site.write("site.yaml", f"{SITE}url: {URL}\n").remove("content/luma/reports/monthly.md")


def people(site: SiteFolder, *rows: str) -> SiteFolder:
    """Moments from people, all approved."""
    ids = [row.split(",")[0] for row in rows]
    site.write("content/luma/cards/moderation.csv", "id,decision\n" + "".join(f"{each},approve\n" for each in ids))
    return site.write("content/luma/cards/moments.csv", HEAD + "\n".join(rows) + "\n")


def many(site: SiteFolder, count: int, tags: str = "") -> SiteFolder:
    """As many moments from people, an hour apart."""
    hours = (datetime(2026, 9, 2, tzinfo=UTC) + timedelta(hours=number) for number in range(count))
    return people(site, *(f"p{number:03},{at:%Y-%m-%dT%H:%M},post,h{number},,x,Words {number},,{tags}," for number, at in enumerate(hours)))


def atom(site: SiteFolder, folder: str = CARDS) -> ET.Element:
    return ET.fromstring(site.output(f"{folder}/feed.xml"))


def json_feed(site: SiteFolder) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(site.output(f"{CARDS}/feed.json"))
    return read


def said(element: ET.Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None and found.text, name
    return found.text


# ---- feeds ----------------------------------------------------------------------------------------------------------


def test_feeds_have_what_their_readers_need(wall: SiteFolder) -> None:
    """J2: both forms hold the newest moments, newest first, with permanent ids, dates with an offset, authors and absolute links."""
    many(wall, 40, "Press").build()

    feed, document = atom(wall), json_feed(wall)
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", said(element, "id"))
        assert datetime.fromisoformat(said(element, "updated")).tzinfo
        assert said(element, "title")
        links = {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}
        assert str(links["alternate"]).startswith(f"{URL}{CARDS}/")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert len({said(entry, "id") for entry in entries}) == len(entries) == 30
    assert [said(entry, "updated") for entry in entries] == sorted((said(entry, "updated") for entry in entries), reverse=True)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in document["items"]] == [said(entry, "id") for entry in entries]
    assert document["feed_url"] == f"{URL}{CARDS}/feed.json"
    assert all(item["url"].startswith(URL) and item["content_html"] and item["tags"] == ["Press"] for item in document["items"])


def test_pages_of_a_campaign_name_its_feeds(wall: SiteFolder) -> None:
    """Readers of feeds find them from any page of the campaign, and nowhere else."""
    wall.build()

    for name, content in wall.tree().items():
        if name.endswith(".html"):
            links = [a.get("href") for tag, a in read_page(content.decode()).elements if tag == "link" and a.get("rel") == "alternate"]
            assert links == (["feed.xml", "feed.json"] if name.startswith(CARDS) else []), name


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]></content>&#x0;&amp;", "\u2028</script>"]
)
def test_words_stay_words_in_feeds(wall: SiteFolder, attack: str) -> None:
    """Y14, T4: what people wrote is text for readers of feeds too, in Atom and in JSON, and the documents stay whole."""
    quoted = '"' + attack.replace('"', '""') + '"'
    people(wall, f"p1,2026-09-02T10:00,post,evil,{quoted},x,{quoted},https://x.com/1/status/1,Press,").build()

    (entry,) = [entry for entry in atom(wall).findall(f"{ATOM}entry") if entry.find(f"{ATOM}author") is not None]
    (item,) = [item for item in json_feed(wall)["items"] if item.get("authors")]
    for html in (said(entry, "content"), item["content_html"]):
        page = read_page(html)
        assert page.running() == [] and {tag for tag, _ in page.elements} == {"p"}
        assert page.text.split() == attack.split()
    assert "<" not in wall.output(f"{CARDS}/feed.json")


def test_pictures_and_links_of_a_feed_lead_somewhere_from_anywhere(wall: SiteFolder) -> None:
    """Markdown of the agency keeps its links; without an address of the site they are relative to the feed's own."""
    wall.write("content/luma/cards/moments/001.md", "---\nkind: note\nat: 2026-09-01T09:00\n---\n\nSee [this](https://x.com/a) *now*.\n")
    wall.build()
    absolute = json_feed(wall)["items"][-1]
    wall.write("site.yaml", SITE).build()
    relative = json_feed(wall)["items"][-1]

    assert '<a href="https://x.com/a"' in absolute["content_html"] and "<em>now</em>" in absolute["content_html"]
    assert (absolute["url"], relative["url"]) == (f"{URL}{CARDS}/m-001.html", "m-001.html")
    assert absolute["id"] == relative["id"]
    assert "feed_url" not in json_feed(wall)


@pytest.mark.parametrize("way", ["deleted", "rejected", "over", "not yet"])
def test_what_is_taken_down_is_in_nothing(wall: SiteFolder, way: str) -> None:
    """H6, J2: a moment that is removed, rejected, over or not yet due is in no feed, list, site map or page; its file is gone."""
    row = "p1,2026-09-02T10:00,post,wanderer,,x,Unmistakable words,,Secret tag,"
    people(wall, row).build()
    before = [name for name, content in wall.tree().items() if b"Unmistakable" in content or b"m-p1" in content or "secret" in name]
    if way == "deleted":
        people(wall)
    elif way == "rejected":
        wall.write("content/luma/cards/moderation.csv", "id,decision\np1,approve\np1,reject\n")
    elif way == "over":
        people(wall, row + "2026-10-05T11:00")
    wall.build(now=datetime(2026, 9, 1, 12, tzinfo=UTC) if way == "not yet" else NOW)

    after = [name for name, content in wall.tree().items() if re.search(rb"(?i)unmistakable|m-p1|secret|wanderer", content) or "p1" in name]
    assert {f"{CARDS}/feed.xml", f"{CARDS}/feed.json", "sitemap.xml", f"{CARDS}/moments.html", f"{CARDS}/tag-secret-tag.html"} <= set(
        before
    )
    assert after == []


# ---- site maps ------------------------------------------------------------------------------------------------------


def addresses(text: str) -> list[str]:
    return [str(loc.text) for loc in ET.fromstring(text).iter(f"{MAP}loc")]


def test_site_map_names_public_pages_and_no_other(site: SiteFolder) -> None:
    """J3: each page for search engines is in the site map, at the address that the page itself gives; the client's room is not, nor is
    it named in robots.txt."""
    site.write("site.yaml", f"{SITE}url: {URL}\n").build(choose=lambda output: output.job.renderer != "report")

    named = addresses(site.output("sitemap.xml"))
    pages = {name: read_page(content.decode()) for name, content in site.tree().items() if name.endswith(".html")}
    private = {name for name, page in pages.items() if any(a.get("content", "").startswith("noindex") for _, a in page.elements)}
    canonical = {a["href"] for name in set(pages) - private for tag, a in pages[name].elements if a.get("rel") == "canonical"}
    assert sorted(named) == sorted(canonical) and len(named) == len(pages) - len(private)
    assert {name.split("/")[1] for name in private} == {"room"}
    assert f"Sitemap: {URL}sitemap.xml" in site.output("robots.txt")
    assert "room" not in site.output("robots.txt") + site.output("sitemap.xml")


def test_campaign_with_an_address_of_its_own_has_a_site_map_of_its_own(wall: SiteFolder) -> None:
    """Its pages, feeds and site map give that address, and the site's map leaves them out."""
    wall.write("content/luma/cards/index.md", CAMPAIGN.replace("title: Cards", "title: Cards\nurl: https://cards.example")).build()

    own = addresses(wall.output(f"{CARDS}/sitemap.xml"))
    assert "https://cards.example/" in own and "https://cards.example/m-001.html" in own
    assert all(address.startswith("https://cards.example/") for address in own)
    assert addresses(wall.output("sitemap.xml")) == [URL, f"{URL}luma/"]
    assert 'rel="canonical" href="https://cards.example/m-001.html"' in wall.output(f"{CARDS}/m-001.html")
    assert json_feed(wall)["home_page_url"] == "https://cards.example/"
    assert "https://cards.example/sitemap.xml" in wall.output(f"{CARDS}/robots.txt")


def test_site_without_an_address_has_no_site_map(site: SiteFolder) -> None:
    """Addresses in a site map are whole ones; without them there is robots.txt only."""
    site.build(choose=lambda output: output.job.renderer != "report")

    assert "sitemap.xml" not in site.tree()
    assert site.output("robots.txt") == "User-agent: *\nAllow: /\n"


def test_site_map_beyond_its_limit_is_an_index() -> None:
    """50,000 addresses stand in one file; one more makes two, and an index that names them."""
    made = [f"https://x.example/{number}" for number in range(MOST + 1)]
    whole, parts = dict(_site_maps("https://x.example/", made[1:])), dict(_site_maps("https://x.example/", made))

    assert list(whole) == ["sitemap.xml"]
    assert addresses(parts["sitemap.xml"]) == ["https://x.example/sitemap-1.xml", "https://x.example/sitemap-2.xml"]
    assert [*addresses(parts["sitemap-1.xml"]), *addresses(parts["sitemap-2.xml"])] == made


# ---- tags and lists -------------------------------------------------------------------------------------------------


def titles(site: SiteFolder, name: str) -> list[str]:
    """Ids of the moments of a page, in order."""
    return re.findall(r'<li class="b-moments__cell" id="m-([^"]+)"', site.output(f"{CARDS}/{name}"))


def test_moments_are_found_by_their_tags(wall: SiteFolder) -> None:
    """J5: a tag of front matter or of a table has a page; spellings of one address are one tag, named as the oldest moment has it."""
    wall.write("content/luma/cards/moments/001.md", '---\nkind: note\nat: 2026-09-01T09:00\ntags: ["#Été", Press]\n---\n\nOne.\n')
    people(wall, "p1,2026-09-02T10:00,post,a,,x,Two,,ete; PRESS,", "p2,2026-09-03T10:00,post,b,,instagram,Three,,日本,").build()

    assert titles(wall, "tag-ete.html") == titles(wall, "tag-press.html") == ["p1", "001"]
    page = read_page(wall.output(f"{CARDS}/tags.html"))
    assert [word for word in ("Été", "Press", "日本", "2 moments", "1 moment") if word not in page.text] == []
    assert "PRESS" not in page.text
    links = [a["href"] for tag, a in page.elements if tag == "a" and a.get("class") == "index__link"]
    assert len(links) == 3 and all((wall.root / "output" / CARDS / link).is_file() for link in links)
    assert 'href="tag-ete.html"' in wall.output(f"{CARDS}/m-001.html")
    assert titles(wall, "on-x.html") == ["p1"] and titles(wall, "on-instagram.html") == ["p2"]


def test_block_shows_the_moments_of_a_tag(wall: SiteFolder) -> None:
    """`tags` in a block keeps to them, and leads to their list; a tag that no moment has is a warning with the nearest one."""
    many(wall, 30, "Press")
    wall.write("content/luma/cards/index.md", ASKED.replace("```moments\n", "```moments\ntags: [PRESS]\ncount: 3\n"))
    well = wall.build()
    found = titles(wall, "index.html")
    wall.write("content/luma/cards/index.md", ASKED.replace("```moments\n", "```moments\ntags: [Pres]\n"))
    (problem,) = wall.build().problems

    assert not len(well.problems) and found == ["p000", "p001", "p002"]  # NOW is after its end: the story from its beginning
    assert (problem.code, problem.severity) == ("unknown-tag", "warning") and 'did you mean "Press"?' in problem.message


def test_moment_without_a_name_is_called_by_its_kind(wall: SiteFolder) -> None:
    """In the page's language, on its page, beside its neighbours and in feeds."""
    wall.write("content/luma/client.yaml", "name: Luma\nlanguage: fr\n")
    wall.write("content/luma/cards/moments/003.md", "---\nkind: milestone\nat: 2026-09-03T09:00\n---\n\nUn.\n").build()

    assert "<title>Étape – Cards</title>" in wall.output(f"{CARDS}/m-003.html")
    assert "Étape" in wall.output(f"{CARDS}/m-002.html")
    assert json_feed(wall)["items"][0]["title"] == "Étape"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("moments/003.md", f"---\nkind: note\nat: 2026-09-03T09:00\ntags: [{'x' * 61}]\n---\n", "moments/003.md:4:7: bad-tag"),
        ("moments/003.md", f"---\nkind: note\nat: 2026-09-03T09:00\ntags: {list(range(21))}\n---\n", "moments/003.md:4:7: too-many"),
        ("moments/003.md", '---\nkind: note\nat: 2026-09-03T09:00\ntags: "#"\n---\n', "moments/003.md:4:7: bad-tag"),
        ("moments.csv", f"{HEAD}p1,2026-09-02T10:00,post,a,,x,Two,,#,\n", "moments.csv:2: bad-tag"),
        ("moments.csv", f"{HEAD}p1,2026-09-02T10:00,post,a,,x,Two,,,soon\n", "moments.csv:2: not-a-date"),
        ("moments.csv", f"{HEAD}p1,2026-09-02T10:00,post,a,,x,Two,,,2026-09-01\n", "moments.csv:2: ends-before-start"),
        ("moments/003.md", "---\nkind: note\nat: 2026-09-03T09:00\nuntil: 2026-09-03\n---\n", "moments/003.md:4:8: ends-before-start"),
    ],
)
def test_tag_that_is_none_is_refused_at_its_line(wall: SiteFolder, name: str, text: str, found: str) -> None:
    """Y7: a tag that is empty or too long, or a hundred of them, and an end that is no date, are mistakes with a place."""
    problems = [problem for problem in wall.write(f"content/luma/cards/{name}", text).problems() if problem.severity == "error"]

    assert [str(problem).splitlines()[0].startswith(f"content/luma/cards/{found}") for problem in problems] == [True], problems


def test_numbered_pages_of_a_list_never_change(wall: SiteFolder) -> None:
    """J5: pages are counted from the oldest moment: a new one touches the newest pages only, and a full page keeps its moments for ever."""
    many(wall, 130, "Press").build()
    before = wall.tree()
    one = many(wall, 131, "Press").build()
    many(wall, 190, "Press").build()
    after = wall.tree()

    numbered = {name for name in before if re.search(r"-\d\.html$", name)}
    assert {f"{CARDS}/moments-1.html", f"{CARDS}/moments-2.html", f"{CARDS}/tag-press--1.html"} <= numbered
    assert numbered.isdisjoint(one.written)
    untouched = {name for name in numbered if "-1." in name}
    assert {name: before[name] for name in untouched} == {name: after[name] for name in untouched}
    ids = [each for page in ("moments.html", "moments-3.html", "moments-2.html", "moments-1.html") for each in titles(wall, page)]
    assert len(ids) == len(set(ids)) == 192
    assert ids[-2:] == ["p000", "001"]


def test_lists_whose_names_are_alike_do_not_meet(wall: SiteFolder) -> None:
    """A tag that ends in a number has pages of its own beside those of a tag with many pages."""
    many(wall, 60, "top; top-1").build()

    assert len(titles(wall, "tag-top--1.html")) == len(titles(wall, "tag-top-1--1.html")) == 48
    assert len(titles(wall, "tag-top.html")) == len(titles(wall, "tag-top-1.html")) == 12
