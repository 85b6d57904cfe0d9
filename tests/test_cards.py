"""Cards of people who take part: a page, a picture for networks and a sheet to be printed for each row of cards.csv."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Literal

import outloud
import pdfua
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import sync_playwright

from generator.model.content import secret_segment
from generator.moderation import queues
from generator.plan.faces import face_tones, initials, sizes
from generator.plan.palette import contrast
from tests.cardkit import HERE, LEA, TOM, decisions, opened, picture, rows, with_cards, words
from tests.conftest import CAMPAIGN, CLIENT, SiteFolder, command
from tests.pagekit import read_page

OUT = "luma/cards"
MM = 72 / 25.4
NASTY = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def cards(site: SiteFolder) -> SiteFolder:
    return with_cards(site, LEA, TOM)


def built(site: SiteFolder, *arguments: str) -> str:
    run = site.run("build", *arguments)
    assert run.code == 0, run.err
    return run.err


def pictures(site: SiteFolder, start: str) -> list[Path]:
    return sorted((site.root / f"output/{OUT}/media").glob(f"{start}*-1200.jpg"))


def test_each_row_gives_a_page_a_picture_and_a_sheet(cards: SiteFolder) -> None:
    """H8: n rows, n pages, n pictures, n PDFs, each with the words of its row, and the card stands on the wall."""
    built(cards)
    for slug, row in (("p-1", LEA), ("p-2", TOM)):
        page = read_page(cards.output(f"{OUT}/cards/{slug}.html"))
        (image,) = pictures(cards, f"c-{slug}-")
        said = " ".join(words(cards.root / f"output/{OUT}/cards/{slug}.pdf").split())

        assert row["name"] in page.text and row["text"] in page.text
        assert row["name"] in said and row["text"] in said and "#LumaCards" in said
        assert [a["content"] for tag, a in page.elements if a.get("property") == "og:image"] == [
            f"https://atelier.example/{OUT}/media/{image.name}"
        ]
    assert 'href="cards/p-1.html"' in cards.output(f"{OUT}/index.html")
    assert f"https://atelier.example/{OUT}/cards/p-1.html" in cards.output("sitemap.xml")
    assert "cards/p-1.html" in cards.output(f"{OUT}/feed.json")


def test_card_is_held_until_it_is_approved(site: SiteFolder) -> None:
    """A card is a moment from people: nothing of it is built before moderation.csv approves it, nor of one that was rejected."""
    with_cards(site, LEA, TOM).write(f"{HERE}/moderation.csv", "id,decision\np-2,reject\n")
    built(site)

    assert not (site.root / f"output/{OUT}/cards").exists()
    assert not any("Léa".encode() in content or b"permis" in content for content in site.tree().values())


def test_cards_wait_at_the_desk(site: SiteFolder) -> None:
    """A campaign that has cards and no other moments from people has its queue, and lists of people hold for cards, too."""
    with_cards(site, LEA, TOM, approved=False).write(f"{HERE}/moderation.yaml", 'allow:\n  handles: ["@lea.dessine"]\n')
    (queue,) = queues(site.root)
    built(site)

    assert (queue.waiting, queue.total) == (1, 2)
    assert f"{OUT}/cards/p-1.html" in site.tree() and f"{OUT}/cards/p-2.html" not in site.tree()


@pytest.mark.parametrize(("form", "width", "height"), [("postcard", 148, 105), ("a5", 148, 210)])
def test_sheet_has_the_boxes_that_a_printer_needs(site: SiteFolder, form: str, width: int, height: int) -> None:
    """D10: one page of the format, 3 mm of bleed, and marks for cutting outside of that."""
    with_cards(site, LEA, TOM, settings=f"cards: {{format: {form}}}\n")
    built(site)
    path = site.root / f"output/{OUT}/cards/p-1.pdf"
    with pikepdf.open(path) as pdf:
        (page,) = pdf.pages
        media, trim, bleed = ([float(edge) / MM for edge in page[box]] for box in ("/MediaBox", "/TrimBox", "/BleedBox"))

    assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([width, height], abs=0.05)
    assert [b - t for b, t in zip(bleed, trim, strict=True)] == pytest.approx([-3, -3, 3, 3], abs=0.01)
    assert [m - t for m, t in zip(media, trim, strict=True)] == pytest.approx([-9, -9, 9, 9], abs=0.01)
    with opened(path) as document:
        seen = document[0].render(scale=4).to_pil().convert("RGB")

    def at(x: float, y: float) -> tuple[int, ...]:
        return tuple(seen.getpixel((round((9 + x) * 4 * MM), round((9 + y) * 4 * MM))))

    corners = [at(x, y) for x in (-2.5, width + 2.5) for y in (-2.5, height + 2.5)]
    outside = [at(x, y) for x in (-3.3, width + 3.3) for y in (-3.3, height + 3.3)]
    assert (255, 255, 255) not in corners and outside == [(255, 255, 255)] * 4
    marks = [
        seen.crop(tuple(round(edge * 4 * MM) for edge in box)).convert("L").getextrema()[0]
        for box in ((0.5, 8.5, 5, 9.8), (8.5, 0.5, 9.8, 5))
    ]
    assert max(marks) < 140  # hairlines for cutting, at the corner above


def test_sheet_is_read_out_and_tells_nothing_of_the_machine(cards: SiteFolder) -> None:
    """Tagged PDF/UA-1 with language and title, in which a checker finds no error; no date, path or user."""
    built(cards)
    path = cards.root / f"output/{OUT}/cards/p-1.pdf"
    with pikepdf.open(path) as pdf:
        told = {str(key): str(value) for key, value in pdf.docinfo.items()}
        language = str(pdf.Root.Lang)

    assert told["/Title"] == "Léa" and language == "en"
    assert str(cards.root).encode() not in path.read_bytes() and "/CreationDate" not in told
    assert [finding for finding in outloud.check(str(path)).findings if finding.severity == "error"] == []
    assert list(pdfua.validate(str(path)).findings) == []


def test_picture_has_the_size_of_networks_and_no_metadata(cards: SiteFolder) -> None:
    """J1, M1: 1200 × 630 JPEG, no EXIF, no comment, though the avatar has both."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "marker word"
    words = PngInfo()
    words.add_text("Comment", "marker word")
    Image.new("RGB", (300, 300), "#0f766e").save(made, "PNG", exif=exif, pnginfo=words)
    cards.write(f"{HERE}/media/lea.png", made.getvalue())
    built(cards)
    (path,) = pictures(cards, "c-p-1-")
    with Image.open(path) as image:
        told = (image.size, image.format, dict(image.getexif()), image.info.get("comment"))

    assert told == ((1200, 630), "JPEG", {}, None)
    assert not any(b"marker word" in content for content in cards.tree().values())
    assert path.stat().st_size < 200_000


# ---- private --------------------------------------------------------------------------------------------------------


def private(site: SiteFolder) -> str:
    """Tom's card made private; returns its address."""
    with_cards(site, LEA, {**TOM, "private": "true"})
    run = site.run("unlist", "luma/cards/cards.csv")
    assert run.code == 0, run.err
    (line,) = run.out.splitlines()
    return line.removeprefix("p-2,")


def test_private_card_is_nowhere_else(site: SiteFolder) -> None:
    """128 bits; not for search engines; in no list, feed, site map, count or live file; its picture does not give its page away."""
    address = private(site)
    built(site)
    (segment,) = re.findall(r"cards/([0-9a-f]{32})\.html", address)
    own = {address, address.replace(".html", ".pdf")}
    page = read_page(site.output(address))
    metas = {a.get("name"): a.get("content") for tag, a in page.elements if tag == "meta"}

    assert own <= set(site.tree()) and TOM["text"] in page.text
    assert (metas["robots"], metas["referrer"]) == ("noindex, nofollow", "no-referrer") and "canonical" not in site.output(address)
    assert [path for path, content in site.tree().items() if path not in own and (segment.encode() in content or segment in path)] == []
    assert [path for path, content in site.tree().items() if path not in own and (b"Tom" in content or b"cent ans" in content)] == []
    assert f"{OUT}/cards/p-2.html" not in site.tree() and len(pictures(site, "c-")) == 2


def test_address_of_a_private_card_is_kept_and_exchanged(site: SiteFolder, tmp_path: Path) -> None:
    """The same on every machine and after every edit; with --rotate another, and the old one says that it is no longer in use."""
    address = private(site)
    built(site)
    site.write(f"{HERE}/cards.csv", rows(LEA, {**TOM, "private": "true", "text": "Autre chose."}))
    built(site)
    other = SiteFolder(tmp_path / "other")
    shutil.copytree(site.root, other.root, ignore=shutil.ignore_patterns(".bilan", "output"))
    built(other)
    assert "Autre chose." in site.output(address) and other.tree() == site.tree()

    new = site.run("unlist", "luma/cards/cards.csv", "--rotate").out.strip().removeprefix("p-2,")
    built(site)
    assert new != address and "Autre chose." in site.output(new)
    assert "This address is no longer in use." in site.output(address) and "Autre" not in site.output(address)
    assert address.replace(".html", ".pdf") not in site.tree()


def test_private_card_without_a_secret_is_an_error(site: SiteFolder) -> None:
    """It never becomes public by a slip; a whole campaign may be private, and a row of it public."""
    with_cards(site, LEA, {**TOM, "private": "true"})
    run = site.run("build")
    assert (run.code, "no-address" in run.err, "bilan unlist luma/cards/cards.csv" in run.err) == (1, True, True)

    with_cards(site, LEA, {**TOM, "private": "false"}, settings="cards: {private: true}\n")
    told = site.run("unlist", "luma/cards/cards.csv").out
    built(site)
    assert told.startswith("p-1,") and len(told.splitlines()) == 1
    assert f"{OUT}/cards/p-2.html" in site.tree() and f"{OUT}/cards/p-1.html" not in site.tree()


def test_segments_of_cards_differ() -> None:
    """Neither the id nor another card's address gives one away."""
    found = {secret_segment(secret, card) for secret in ("00" * 16, "01" * 16) for card in ("p-1", "p-2", "p-11")}

    assert len(found) == 6 and all(re.fullmatch("[0-9a-f]{32}", each) for each in found)


# ---- consent, forgetting --------------------------------------------------------------------------------------------


def test_print_and_networks_are_uses_of_their_own(cards: SiteFolder) -> None:
    """I3: without `print` there is no sheet, and it is said; without `social` no picture; without `web` nothing at all."""
    record = "who,scope,what,date,proof\np-1,web;print,,2026-09-01,asked\np-2,web;social,text,2026-09-01,asked\n"
    cards.write(f"{HERE}/consent.csv", record).write(f"{HERE}/index.md", CAMPAIGN)
    told = built(cards)

    assert "consent-scope" in told and '"p-2" may be used for social, web only' in told and '"p-1"' not in told
    assert f"{OUT}/cards/p-1.pdf" in cards.tree() and f"{OUT}/cards/p-2.pdf" not in cards.tree()
    assert pictures(cards, "c-p-1-") == [] and len(pictures(cards, "c-p-2-")) == 1
    assert "og:image" not in cards.output(f"{OUT}/cards/p-1.html") and "p-2.pdf" not in cards.output(f"{OUT}/cards/p-2.html")
    assert "Tom" not in cards.output(f"{OUT}/cards/p-2.html")
    cards.write(f"{HERE}/consent.csv", record.replace("p-1,web;print", "p-1,print"))
    built(cards)
    assert not [path for path in cards.tree() if "p-1" in path]


@pytest.mark.parametrize("hidden", [False, True])
def test_forgetting_a_person_takes_the_card_with_all_that_is_drawn_of_it(site: SiteFolder, hidden: bool) -> None:
    """H6: page, picture, sheet, avatar and row are gone, by handle; the other card stays as it was."""
    with_cards(site, {**LEA, "private": "true" if hidden else ""}, TOM)
    if hidden:
        site.run("unlist", "luma/cards/cards.csv")
    built(site)
    before = site.tree()
    run = command("forget", "@lea.dessine", "--site", site.root, "--now", "2026-10-05T12:00+00:00")
    gone = set(before) - set(site.tree())

    assert run.code == 0, run.out + run.err
    assert {Path(path).suffix for path in gone} >= {".html", ".pdf", ".jpg", ".png"}
    assert len([path for path in gone if "/cards/cards/" in path]) == 2 and len([path for path in gone if "/media/c-" in path]) == 1
    assert not (site.root / f"{HERE}/media/lea.png").exists() and "lea.dessine" not in (site.root / f"{HERE}/cards.csv").read_text("utf-8")
    for path in (f"{OUT}/cards/p-2.html", f"{OUT}/cards/p-2.pdf"):
        assert site.tree()[path] == before[path]
    assert command("forget", "@lea.dessine", "--check", "--site", site.root, "--now", "2026-10-05T12:00+00:00").code == 0


# ---- names and words ------------------------------------------------------------------------------------------------

NAMES = (
    "Marie-Antoinette Delacroix-Vandenbroucke", "Zoé 🌻🐝",
    "نورة البغدادي", "אורי בן־דוד", "田尾 みどり", "Ö", "W" * 40, "a b" * 13, "@" * 20,
)  # fmt: skip


@pytest.mark.parametrize("form", ["postcard", "a5"])
def test_any_name_fits_and_stands_whole(site: SiteFolder, form: str) -> None:
    """Forty characters, emoji, right to left, Japanese: one page, every character of it, on sheet and screen."""
    text = "Je n’ai jamais participé à rien de la sorte. " * 7
    with_cards(site, *({"id": f"p-{n}", "name": name, "text": text} for n, name in enumerate(NAMES)),
               settings=f"cards: {{format: {form}, title: A card for}}\n")  # fmt: skip
    built(site)
    for number, name in enumerate(NAMES):
        with opened(site.root / f"output/{OUT}/cards/p-{number}.pdf") as document:
            said = document[0].get_textpage().get_text_range()
            pages = len(document)

        assert pages == 1
        assert sorted(letter for letter in name if letter.isalnum()) == sorted(
            letter for letter in "".join(said.split("A card for")[1].split("Je n")[0].split()) if letter.isalnum()
        )
        assert name in read_page(site.output(f"{OUT}/cards/p-{number}.html")).text


def test_words_never_run_off_a_drawn_card(site: SiteFolder) -> None:
    """With the longest words that a card holds, the edges of the picture show its ground alone."""
    with_cards(
        site,
        {"id": "p-0", "name": "W" * 60, "text": "M" * 300},
        {"id": "p-1", "name": "Donaudampfschifffahrtsgesellschaft", "text": "word " * 60},
    )
    built(site)
    for path in pictures(site, "c-p-"):
        with Image.open(path) as image:
            strips = [image.crop(box) for box in ((1165, 0, 1200, 630), (600, 0, 1200, 30), (600, 600, 1200, 630))]

        for strip in strips:
            edge = Image.new("RGB", strip.size, strip.getpixel((30, 5)))
            assert sum(ImageChops.difference(strip, edge).convert("L").histogram()[24:]) == 0


INITIALS = [("Léa Martin", "LM"), ("🌻 Zoé", "Z"), ("田尾 みどり", "田"), ("نورة", "ن"), ("🛹", ""), ("les_matins", "LM"), ("Ô", "Ô")]


@pytest.mark.parametrize(("name", "letters"), INITIALS)
def test_card_without_a_picture_has_initials(name: str, letters: str) -> None:
    """Of the first word and the last; one letter of scripts whose letters stand alone or join."""
    assert initials(name) == letters


def test_sizes_go_down_with_length() -> None:
    """A longer name is never set larger."""
    steps = [sizes("a" * length, "b" * 10 * length) for length in range(1, 80)]

    assert steps == sorted(steps, key=lambda step: (step["name"], step["text"])) and steps[0] != steps[-1]


def test_what_people_wrote_is_never_markup(site: SiteFolder) -> None:
    """T4: a name, a handle, a text and a further cell full of marks are words in page, attribute, sheet and picture's description."""
    with_cards(site, {**LEA, "name": NASTY, "handle": NASTY, "text": NASTY, "town": NASTY}, settings=f"cards: {{title: '{NASTY}'}}\n")
    built(site)
    page = read_page(site.output(f"{OUT}/cards/p-1.html"))

    assert page.running() == [] and not [a for tag, a in page.elements if a.get("src") == "x"]
    assert page.text.count(NASTY) >= 3 and NASTY in words(site.root / f"output/{OUT}/cards/p-1.pdf").replace("\r\n", "").replace("\n", "")
    assert any(NASTY in a.get("content", "") for tag, a in page.elements if a.get("property") == "og:image:alt")


def test_letters_that_no_typeface_has_are_named(site: SiteFolder) -> None:
    """M6: a warning with the characters and the line, once; an error under --strict."""
    with_cards(site, LEA, {**TOM, "name": "Ankh 𓋹𓊽", "text": "🍅 ça va"})
    told = built(site)

    assert (
        told.count("no-glyph") == 1 and f"{HERE}/cards.csv:3: warning: no-glyph no typeface here can draw 𓋹 (U+132F9), 𓊽 (U+132BD)" in told
    )
    assert site.run("build", "--strict").code == 1


def test_long_text_is_cut_in_print_and_whole_on_the_page(site: SiteFolder) -> None:
    """The cut is said, and the page has every word."""
    long = "Une phrase de plus, et encore une. " * 20 + "Fin."
    with_cards(site, {**TOM, "text": long})
    told = built(site)

    assert "text-cut" in told and long in read_page(site.output(f"{OUT}/cards/p-2.html")).text
    assert "Fin." not in words(site.root / f"output/{OUT}/cards/p-2.pdf")


# ---- colours --------------------------------------------------------------------------------------------------------

TONES = ["#ffff00", "#000000", "#ffffff", "#777777", "#ff6a4d", "#1d1a5e", "#00ff00", "#808000", "#0000ff", "#f5e9d0"]


@pytest.mark.parametrize("lead", TONES)
def test_words_and_marks_are_seen_on_every_ground(lead: str) -> None:
    """Whatever the portrait, words have a contrast of 4.5 with the ground of the card, and the mark one of 3."""
    for other in TONES:
        tones = face_tones(((lead, 0.6), (other, 0.4)), "#33475b", None)

        assert contrast(tones["words"], tones["ground"]) >= 4.5 and contrast(tones["mark"], tones["ground"]) >= 3.0


def test_tones_come_from_the_portrait(cards: SiteFolder) -> None:
    """A card is of the colour of its picture; one without is of the brand's."""
    built(cards)
    tones = [dict(re.findall(r"--(ground|words|mark):(#[0-9a-f]{6})", cards.output(f"{OUT}/cards/{slug}.html"))) for slug in ("p-1", "p-2")]
    with Image.open(pictures(cards, "c-p-1-")[0]) as image:
        red, green, blue = image.convert("RGB").getpixel((1180, 20))  # type: ignore[misc]

    assert tones[0]["ground"] == "#c2410c" and tones[1]["ground"] == "#1f5c56"
    assert abs(red - 0xC2) + abs(green - 0x41) + abs(blue - 0x0C) < 16


# ---- building -------------------------------------------------------------------------------------------------------


def test_only_the_card_that_changed_is_made_again(cards: SiteFolder) -> None:
    """One row's words: its page, picture and sheet, and the lists that show it; nothing of another card."""
    built(cards)
    before = cards.tree()
    (old,) = pictures(cards, "c-p-2-")
    cards.write(f"{HERE}/cards.csv", rows(LEA, {**TOM, "text": "Autre chose."}))
    built(cards)
    changed = {path for path, content in cards.tree().items() if before.get(path) != content}

    assert {f"{OUT}/cards/p-2.html", f"{OUT}/cards/p-2.pdf"} <= changed and pictures(cards, "c-p-2-") != [old] and not old.exists()
    assert not [path for path in changed if "p-1" in path]
    assert "nothing to do" in cards.run("build").out


def test_cards_are_the_same_bytes_each_time(cards: SiteFolder, tmp_path: Path) -> None:
    """T7: a clean build in another folder, by worker processes, gives the same; so does an edit taken back."""
    built(cards)
    first = cards.tree()
    cards.write(f"{HERE}/cards.csv", rows(TOM, LEA))
    built(cards)
    cards.write(f"{HERE}/cards.csv", rows(LEA, TOM))
    built(cards)
    other = SiteFolder(tmp_path / "other")
    shutil.copytree(cards.root, other.root, ignore=shutil.ignore_patterns(".bilan", "output"))
    done = other.bilan("build", "--workers", "2", "--now", "2026-10-05T12:00+00:00")

    assert done.returncode == 0, done.stderr
    assert cards.tree() == first and other.tree() == first


def test_avatar_changed_gives_another_picture_and_other_tones(cards: SiteFolder) -> None:
    """What is drawn follows the file."""
    built(cards)
    (old,) = pictures(cards, "c-p-1-")
    cards.write(f"{HERE}/media/lea.png", picture("#0f766e"))
    built(cards)

    assert pictures(cards, "c-p-1-") != [old] and "--ground:#0f766e" in cards.output(f"{OUT}/cards/p-1.html")


def test_cards_may_stay_off_the_wall_and_off_paper(site: SiteFolder) -> None:
    """`wall: false` keeps them to their pages, `print: false` to the screen."""
    with_cards(site, LEA, settings="cards: {wall: false, print: false}\n")
    built(site)

    assert f"{OUT}/cards/p-1.html" in site.tree() and f"{OUT}/cards/p-1.pdf" not in site.tree()
    assert "Léa" not in site.output(f"{OUT}/index.html") and ".pdf" not in site.output(f"{OUT}/cards/p-1.html")


def test_mistakes_have_their_line(site: SiteFolder) -> None:
    """A misspelt heading or setting, a word that is neither yes nor no, an id that a moment has: each with its place."""
    with_cards(site, LEA, {**TOM, "private": "maybe"}, settings="cards: {format: a6}\n")
    codes = {(each.at.path.rpartition("/")[2], each.at.line, each.code) for each in site.mistakes()}
    assert ("cards.csv", 3, "not-yes-no") in codes and any(name == "index.md" and line == 4 for name, line, _ in codes)

    with_cards(site, LEA).write(f"{HERE}/cards.csv", rows(LEA).replace("picture", "pictures"))
    assert [(each.code, "did you mean" in each.message) for each in site.mistakes()] == [("unknown-column", True)]
    with_cards(site, LEA).write(f"{HERE}/moments.csv", "id,at,kind,text\np-1,2026-09-02,post,Same id\n")
    assert {each.code for each in site.mistakes()} == {"address-taken"}


def test_further_columns_are_for_the_site_s_own_template(cards: SiteFolder) -> None:
    """The part that docs/cards.md shows puts a column on paper and on screen, and nothing on what has none."""
    (part,) = re.findall(r"```jinja\n(.*?)```", (Path(__file__).parents[1] / "docs/cards.md").read_text("utf-8"), flags=re.S)
    cards.write("templates/cards/more.html", part)
    built(cards)

    assert "Brest" in words(cards.root / f"output/{OUT}/cards/p-1.pdf") and "Brest" in read_page(cards.output(f"{OUT}/cards/p-1.html")).text
    assert "face__by" not in cards.output(f"{OUT}/cards/p-2.html")


def test_pages_of_cards_hold_together_in_a_browser(site: SiteFolder) -> None:
    """At 320, 390 and 1280 pixels nothing runs out of the page, and style and pictures are found from a folder below."""
    with_cards(site, LEA, *({"id": f"q-{n}", "name": name, "text": "Mot " * 30} for n, name in enumerate(NAMES)))
    built(site)
    with sync_playwright() as play:
        browser, lost = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]), list[str]()
        for width in (320, 390, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("requestfailed", lambda request: lost.append(request.url))
            for slug in ("p-1", *(f"q-{n}" for n in range(len(NAMES)))):
                page.goto((site.root / f"output/{OUT}/cards/{slug}.html").as_uri())
                over, ground = page.evaluate(
                    "[document.documentElement.scrollWidth - innerWidth, getComputedStyle(document.querySelector('.face')).backgroundColor]"
                )

                assert (over <= 0, lost) == (True, []) and ground != "rgba(0, 0, 0, 0)", (width, slug)
            page.close()
        browser.close()


def test_all_cards_stand_on_one_page(site: SiteFolder) -> None:
    """cards/index.html shows everybody whose card is not private, the newest first, and the menu of the campaign leads there."""
    with_cards(site, LEA, {**TOM, "at": "2026-09-03T10:00"}, {"id": "p-3", "name": "Hidden", "private": "true"})
    site.run("unlist", "luma/cards/cards.csv")
    built(site)
    page = read_page(site.output(f"{OUT}/cards/index.html"))
    tiles = [a["href"] for tag, a in page.elements if tag == "a" and a.get("class", "").startswith("tile")]

    assert tiles == ["p-2.html", "p-1.html"] and "Hidden" not in page.text and "2 participants" in page.text
    assert 'href="cards/index.html"' in site.output(f"{OUT}/index.html") and 'href="../index.html"' in site.output(f"{OUT}/cards/p-1.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_cards_can_be_used_by_everybody(site: SiteFolder, scheme: Literal["light", "dark"]) -> None:
    """axe finds nothing on a card with a portrait, on one without, and on the page of all of them."""
    with_cards(site, LEA, TOM, {"id": "p-3", "name": "نورة", "text": "مرحبا"})
    built(site)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page, found = browser.new_page(color_scheme=scheme), list[str]()
        for name in ("p-1", "p-2", "p-3", "index"):
            page.goto((site.root / f"output/{OUT}/cards/{name}.html").as_uri())
            found += [f"{name}: {each['id']}" for each in Axe().run(page).response["violations"]]
        browser.close()

    assert found == []


def test_client_s_cards_are_no_other_client_s(cards: SiteFolder) -> None:
    """Nothing of one client's people stands in another's files."""
    cards.write("content/other/client.yaml", CLIENT.replace("Luma", "Other")).write("content/other/cards/index.md", CAMPAIGN)
    cards.write("content/other/cards/cards.csv", rows({"id": "p-1", "name": "Zelda", "text": "Ailleurs."}))
    cards.write("content/other/cards/moderation.csv", decisions("p-1"))
    built(cards)

    assert b"Zelda" in cards.tree()["other/cards/cards/p-1.html"]
    assert not [path for path, content in cards.tree().items() if not path.startswith("other/") and b"Zelda" in content]
