"""Pictures that networks show with a link: drawn at build, named by what is on them, and only where an address can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cardkit import HERE, LEA, TOM, picture, with_cards
from tests.conftest import CAMPAIGN, CLIENT, SITE, SiteFolder, command
from tests.pagekit import read_page

URL = "https://atelier.example/"
OUT = "luma/cards"
MOMENTS = "id,at,kind,name,text,media,alt,key\n"


@pytest.fixture
def site(site: SiteFolder) -> SiteFolder:
    return site.write("site.yaml", f"{SITE}url: {URL}\n").write(f"{HERE}/index.md", campaign())


def campaign(settings: str = "") -> str:
    return CAMPAIGN.replace("title: Cards\n", f"title: Cards\nconsent: elsewhere\n{settings}")


def built(site: SiteFolder) -> None:
    run = site.run("build")
    assert run.code == 0, run.err


def told(site: SiteFolder, page: str) -> dict[str, str]:
    """What a page says of its picture."""
    metas = [a for tag, a in read_page(site.output(page)).elements if tag == "meta"]
    return {
        (a.get("property") or a["name"]): a["content"]
        for a in metas
        if (a.get("property") or a.get("name") or "").startswith(("og:image", "twitter"))
    }


def image_of(site: SiteFolder, page: str) -> Any:
    address = told(site, page)["og:image"]
    assert address.startswith(URL)
    with Image.open(site.root / "output" / address.removeprefix(URL)) as image:
        image.load()
        return image


def test_every_public_page_has_a_picture(site: SiteFolder) -> None:
    """J1: agency, client, campaign, its pages and lists, moments: whole address, 1200 × 630, words for those who do not see it."""
    site.write(f"{HERE}/press.md", "---\ntitle: For the press\n---\n\nHello.\n")
    built(site)
    pages = [path for path in site.tree() if path.endswith(".html") and "/room/" not in path]
    for page in pages:
        image, said = image_of(site, page), told(site, page)

        assert (image.size, said["og:image:width"], said["og:image:height"], said["twitter:card"]) == (
            (1200, 630),
            "1200",
            "630",
            "summary_large_image",
        )
        assert said["og:image:alt"]
    assert told(site, f"{OUT}/press.html")["og:image:alt"] == "For the press" and len(pages) >= 8
    assert len({told(site, page)["og:image"] for page in ("index.html", "luma/index.html", f"{OUT}/index.html", f"{OUT}/press.html")}) == 4


def test_client_s_room_has_none(site: SiteFolder) -> None:
    """What is private is not announced."""
    built(site)
    rooms = [path for path in site.tree() if path.startswith("luma/room/") and path.endswith(".html")]

    assert rooms and not any("og:image" in site.output(path) for path in rooms)


def test_without_an_address_none_is_drawn(site: SiteFolder) -> None:
    """Networks want a whole address: without one, pages say nothing of pictures and none is made."""
    site.write("site.yaml", SITE)
    built(site)

    assert not [path for path in site.tree() if path.endswith("-1200.jpg")] and not any(
        b"og:image" in content for content in site.tree().values()
    )


def test_campaign_with_an_address_of_its_own(site: SiteFolder) -> None:
    """The picture is there where the campaign is published."""
    site.write("site.yaml", SITE).write(f"{HERE}/index.md", campaign("url: https://cards.example/\n"))
    built(site)
    address = told(site, f"{OUT}/index.html")["og:image"]

    assert address.startswith("https://cards.example/media/s-") and f"{OUT}/{address.removeprefix('https://cards.example/')}" in site.tree()
    assert "og:image" not in site.output("index.html")


def test_name_of_a_picture_changes_with_what_is_on_it_and_only_then(site: SiteFolder) -> None:
    """Networks fetch a name once: another title, another name; the same title, the same file, not drawn again."""
    built(site)
    before, tree = told(site, f"{OUT}/index.html")["og:image"], site.tree()
    site.write(f"{HERE}/index.md", campaign().replace("A week of cards.", "Another week."))
    again = site.build()
    assert told(site, f"{OUT}/index.html")["og:image"] == before and not [path for path in again.written if path.endswith(".jpg")]

    site.write(f"{HERE}/index.md", campaign("summary: Seven days.\n"))
    built(site)
    after = told(site, f"{OUT}/index.html")["og:image"]
    assert after != before and before.removeprefix(URL) not in site.tree() and before.removeprefix(URL) in tree


def test_key_moments_and_cards_have_their_own(site: SiteFolder) -> None:
    """By default: a key moment and a card are drawn, a picture stands for itself, whatever has neither shows the campaign's."""
    site.write(f"{HERE}/media/lea.png", picture("#0f766e", (640, 480)))
    rows = "m-1,2026-09-02,post,Ann,A key one,,,true\nm-2,2026-09-02,card,Bob,A card,,,\n"
    rows += "m-3,2026-09-02,photo,Cid,A photo,media/lea.png,A square,\nm-4,2026-09-02,post,Dee,Plain,,,\n"
    site.write(f"{HERE}/moments.csv", MOMENTS + rows).write(
        f"{HERE}/moderation.csv", "id,decision\n" + "".join(f"m-{n},approve\n" for n in range(1, 5))
    )
    built(site)
    said = [told(site, f"{OUT}/m-m-{n}.html") for n in range(1, 5)]

    assert [each["og:image:alt"] for each in said] == ["Ann – A key one", "Bob – A card", "A square", "#LumaCards"]
    assert (said[2]["og:image:width"], said[2]["og:image:height"]) == ("640", "480") and "/media/p-" in said[2]["og:image"]
    assert said[3]["og:image"] == told(site, f"{OUT}/index.html")["og:image"]


@pytest.mark.parametrize(("policy", "drawn"), [("none", 0), ("pages", 2), ("key", 3), ("moments", 5)])
def test_a_campaign_says_how_many_are_drawn(site: SiteFolder, policy: str, drawn: int) -> None:
    """`social` in the campaign, or for all of them in site.yaml."""
    with_cards(site, TOM, settings=f"social: {policy}\n")
    site.write(f"{HERE}/moments/003.md", "---\nkind: milestone\nat: 2026-09-03T09:00\ntitle: Half way\nkey: true\n---\n\nHalf.\n")
    built(site)
    made = [path for path in site.tree() if path.startswith(f"{OUT}/media/") and path.endswith("-1200.jpg")]
    site.write("site.yaml", f"{SITE}url: {URL}\nsocial: {policy}\n").write(f"{HERE}/index.md", campaign())
    built(site)

    assert len(made) == drawn
    assert made == [path for path in site.tree() if path.startswith(f"{OUT}/media/") and path.endswith("-1200.jpg")]


def test_networks_are_a_use_that_a_person_agrees_to(site: SiteFolder) -> None:
    """I3: without the scope `social` a moment's page shows the campaign's picture, not its author's words or face."""
    site.write(f"{HERE}/media/lea.png", picture("#0f766e"))
    rows = "m-1,2026-09-02,post,Ann,A key one,,,true\n"
    rows += "m-2,2026-09-02,photo,Bob,A photo,media/lea.png,A square,\nm-3,2026-09-02,card,Cid,A card,,,\n"
    site.write(f"{HERE}/moments.csv", MOMENTS + rows).write(
        f"{HERE}/moderation.csv", "id,decision\nm-1,approve\nm-2,approve\nm-3,approve\n"
    )
    site.write(
        f"{HERE}/consent.csv", "who,scope,date,proof\nm-1,web,2026-09-01,asked\nm-2,web,2026-09-01,asked\nm-3,web;social,2026-09-01,asked\n"
    )
    built(site)
    general = told(site, f"{OUT}/index.html")["og:image"]

    assert [told(site, f"{OUT}/m-m-{n}.html")["og:image"] == general for n in (1, 2, 3)] == [True, True, False]


def test_forgetting_a_moment_takes_its_drawn_picture(site: SiteFolder) -> None:
    """H6: the picture of a key moment goes with it, and is looked for."""
    site.write(
        f"{HERE}/moments.csv", "id,at,kind,handle,name,platform,text,key\nm-1,2026-09-02,post,ann.a,Ann,x,Words of hers alone,true\n"
    )
    site.write(f"{HERE}/moderation.csv", "id,decision\nm-1,approve\n")
    built(site)
    drawn = told(site, f"{OUT}/m-m-1.html")["og:image"].removeprefix(URL)
    looked = command("forget", "@ann.a", "--check", "--site", site.root, "--now", "2026-10-05T12:00+00:00")
    run = command("forget", "@ann.a", "--site", site.root, "--now", "2026-10-05T12:00+00:00")

    assert looked.code == 1 and drawn in looked.out
    assert run.code == 0 and drawn not in site.tree()


def test_agency_moment_changed_alone_has_another_picture(site: SiteFolder) -> None:
    """A remembered moment of the agency, too: its page names the new one."""
    path = f"{HERE}/moments/003.md"
    site.write(path, "---\nkind: milestone\nat: 2026-09-03T09:00\ntitle: Half way\nkey: true\n---\n\nHalf.\n")
    built(site)
    before = told(site, f"{OUT}/m-003.html")["og:image"]
    site.write(path, "---\nkind: milestone\nat: 2026-09-03T09:00\ntitle: Nearly there\nkey: true\n---\n\nHalf.\n")
    built(site)
    after = told(site, f"{OUT}/m-003.html")["og:image"]
    site.write("content/luma/client.yaml", CLIENT.replace("#1f5c56", "#5b2a86"))
    built(site)

    assert len({before, after, told(site, f"{OUT}/m-003.html")["og:image"]}) == 3
    assert before.removeprefix(URL) not in site.tree()


def test_typeface_that_comes_to_be_installed_draws_anew(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """M6: what could not be drawn is named while no typeface has it, and drawn, under another name, once one has."""
    with_cards(site, {**TOM, "name": "Ankh 𓋹"})
    first = site.run("build")
    before = told(site, f"{OUT}/cards/p-2.html")["og:image"]
    monkeypatch.setattr("generator.glyphs.installed_spans", lambda: [(0, 0x20000)])
    site.write("content/luma/counters.yaml", "counters: []\n")  # a build with nothing to do looks at no typeface
    second = site.run("build")

    assert "no-glyph" in first.err and "no-glyph" not in second.err
    assert told(site, f"{OUT}/cards/p-2.html")["og:image"] != before


def test_template_of_a_site_draws_its_own(site: SiteFolder) -> None:
    """A style sheet of the site's own makes every picture anew, under another name."""
    with_cards(site, LEA)
    built(site)
    before = told(site, f"{OUT}/cards/p-1.html")["og:image"]
    original = Path(__file__).parents[1] / "templates/cards/face.css"
    site.write("templates/cards/face.css", original.read_text("utf-8") + ".name { text-transform: uppercase; }\n")
    built(site)

    assert told(site, f"{OUT}/cards/p-1.html")["og:image"] != before


def test_card_that_does_not_fit_is_an_error_with_a_way_out(site: SiteFolder) -> None:
    """A template of one's own that needs two pages: named, and the last good files stay."""
    built(site)
    before = site.tree()
    site.write("templates/cards/face.css", "@page { size: 1200px 630px; } .name { font-size: 900px; break-after: page; }")
    run = site.run("build")

    assert run.code == 1 and "card-overflows" in run.err and "templates/cards/face.html" in run.err
    assert site.tree() == before
