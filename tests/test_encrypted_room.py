"""A room that only its password opens: nothing can be read without it, a browser opens it, the same content is the same bytes."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from generator.builder import Builder
from generator.model.outputs import Seal
from generator.seals import ROUNDS, keys_of, salt_of, seal, unseal
from tests.conftest import CLIENT, NOW, REPORT, SITE, SiteFolder

PASSWORD = "cinq mots au hasard, lampe"  # of a room that is invented
ROOM = "luma/room"


@pytest.fixture
def site(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """The site with a locked room, whose reports show a picture of the campaign."""
    picture = BytesIO()
    Image.new("RGB", (600, 400), "#884422").save(picture, "PNG")
    site.write("content/luma/cards/media/lamp.png", picture.getvalue()).write("content/luma/brand/logo.png", picture.getvalue())
    head = "kind: photo\nat: 2026-09-03T09:00\npicture: ../media/lamp.png\nalt: A lamp\ntitle: Lamp\n"
    site.write("content/luma/cards/moments/003.md", f"---\n{head}---\n\nThe third.\n")
    site.write("content/luma/reports/monthly.md", REPORT + "\n## Wall {#wall}\n\n```moments\n```\n")
    site.write("content/luma/client.yaml", CLIENT + "  logo: brand/logo.png\nroom:\n  password_env: LUMA_ROOM\n")
    monkeypatch.setenv("LUMA_ROOM", PASSWORD)
    return site


def room(site: SiteFolder) -> dict[str, bytes]:
    return {path.removeprefix(f"{ROOM}/"): content for path, content in site.tree().items() if path.startswith(f"{ROOM}/")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(site: SiteFolder, browser: Browser) -> Iterator[Page]:
    """The room's front page, served as a static host would; nothing on the console goes unseen."""
    assert [problem for problem in site.problems() if problem.severity == "error"] == []
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(site.root / "output"))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(accept_downloads=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"http://127.0.0.1:{server.server_port}/{ROOM}/index.html")
    yield page
    context.close()
    server.shutdown()
    server.server_close()
    assert said == []


def enter(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_files_of_the_room_tell_nothing(site: SiteFolder) -> None:
    """G5: neither names nor bytes say a period, a title, a figure; only the page that asks for the password, style and fonts are open."""
    site.build()
    files = room(site)
    sealed = {name: content for name, content in files.items() if name.endswith(".bin")}
    rest = [name for name in files if name not in sealed and not name.startswith("assets/")]

    assert len(sealed) >= 6 and all(re.fullmatch(r"[0-9a-f]{32}\.bin", name) for name in sealed)
    assert [name for name in rest if not name.startswith("media/")] == ["index.html"]
    assert not any(word in content for content in sealed.values() for word in (b"Monthly", b"Lamp", b"%PDF", b"<html", b"2026"))
    assert not any(word in files["index.html"] for word in (b"onthly", b"2026", b"mpressions", PASSWORD.encode()))
    assert len({content[:12] for content in sealed.values()}) == len(sealed)
    assert not [path for path in (site.root / ".bilan").rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]


def test_browser_opens_the_room_its_pages_pictures_and_pdf(site: SiteFolder, page: Page, tmp_path: Path) -> None:
    """The password leads in; links lead on and back; pictures are seen; a PDF is handed over whole; reading again needs no password."""
    enter(page)
    page.get_by_role("link", name="September 2026").first.wait_for()
    title, listed = page.title(), page.url
    page.get_by_role("link", name="September 2026").first.click()
    page.get_by_role("heading", name="September 2026").wait_for()
    page.locator("img[data-sealed][src^='blob:']").first.wait_for()
    seen = page.evaluate(
        "() => { const image = document.querySelector('img[data-sealed]'); return image.decode().then(() => image.naturalWidth) }"
    )
    with page.expect_download() as handed:
        page.get_by_role("link", name="The report as a PDF").click()
    handed.value.save_as(tmp_path / "report.pdf")
    report = page.url
    page.reload()
    page.get_by_role("heading", name="September 2026").wait_for()
    page.go_back()
    page.get_by_role("link", name="August 2026").first.wait_for()

    assert "Luma" in title and listed.endswith("/index.html")
    assert seen == 480 or seen == 600
    assert handed.value.suggested_filename == "monthly-2026-09-draft.pdf"
    document = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    assert "Monthly report" in document[0].get_textpage().get_text_range()
    document.close()
    assert re.search(r"#[0-9a-f]{32}$", report) and "2026" not in report


def test_wrong_password_is_said_and_the_field_is_ready_again(page: Page) -> None:
    """A mistake is told as an alert; the next try opens; closing the room forgets the key."""
    enter(page, "not the password of it")
    alert = page.get_by_role("alert")
    alert.filter(has_text="not the password").wait_for()
    focused = page.evaluate("() => document.activeElement.id")
    invalid = page.get_by_label("Password").get_attribute("aria-invalid")
    kept = page.evaluate("() => sessionStorage.length")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close the room").click()
    page.get_by_label("Password").wait_for()

    assert (focused, invalid, kept) == ("password", "true", 0)
    assert page.evaluate("() => [sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]


def test_page_that_asks_is_readable_by_everybody(page: Page) -> None:
    """No finding of axe before and after, and the keyboard alone leads in."""
    before = Axe().run(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="September 2026").first.wait_for()
    after = Axe().run(page)

    assert [each["id"] for each in before.response["violations"]] == []
    assert [each["id"] for each in after.response["violations"]] == []
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_same_content_is_the_same_bytes(site: SiteFolder, tmp_path: Path) -> None:
    """Incremental equals clean: nothing is written again, and a build from nothing on another machine gives the same files."""
    site.build()
    first, again = room(site), site.build()
    site.write("content/luma/kpi.yaml", "files: []\n")
    site.build()
    other = SiteFolder(tmp_path / "other")
    shutil.copytree(site.root, other.root, ignore=shutil.ignore_patterns(".bilan", "output"))
    other.build()

    assert again.idle
    assert room(site) == first == room(other)


def test_preview_has_the_whole_room(site: SiteFolder) -> None:
    """While serving, reports wait until somebody looks; of sealed ones nobody can tell, so they are made at once."""
    with closing(Builder(site.root, NOW)) as builder:
        builder.build()
    served = room(site)
    site.build()

    assert served == room(site)


def test_another_password_makes_other_files_and_no_nonce_serves_twice(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed password is noticed by a build with nothing else to do; the old key opens nothing any more."""
    site.build()
    before = room(site)
    monkeypatch.setenv("LUMA_ROOM", "another five random words")
    built = site.build()
    after = room(site)
    old = keys_of(PASSWORD, salt_of("Atelier", "luma"))

    names = [name for name in after if name.endswith(".bin")]
    assert not built.idle and not set(names) & set(before)
    assert [name for name in names if unseal(after[name], Seal(name="index.html", pages=old.pages.hex(), names=old.names.hex()))] == []


@pytest.mark.parametrize(("value", "said"), [(None, "the environment has no LUMA_ROOM"), ("short", "fewer than 12 characters")])
def test_room_whose_password_is_not_at_hand_stays_as_it_was(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, value: str | None, said: str
) -> None:
    """A colleague without the password builds all the rest; --strict, as before publishing, refuses."""
    site.build()
    before = room(site)
    monkeypatch.delenv("LUMA_ROOM")
    if value:
        monkeypatch.setenv("LUMA_ROOM", value)
    site.write("content/luma/cards/moments/002.md", "---\nkind: note\nat: 2026-09-02T09:00\ntitle: Second\n---\n\nChanged.\n")

    built = site.build()

    (problem,) = built.problems
    assert (problem.code, problem.severity) == ("room-locked", "warning") and said in problem.message
    assert "luma/cards/m-002.html" in built.written and room(site) == before
    assert site.run("build", "--strict").code == 1


def test_room_that_gets_a_lock_leaves_nothing_open_behind(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was open before is removed, with the password and without it."""
    locked = (site.root / "content/luma/client.yaml").read_text()
    site.write("content/luma/client.yaml", CLIENT).build()
    open_before = [name for name in room(site) if "monthly" in name]
    monkeypatch.delenv("LUMA_ROOM")
    site.write("content/luma/client.yaml", locked).build()

    assert len(open_before) == 10  # two periods: page, PDF, and the three files of their annex
    assert room(site) == {}


def test_password_in_the_site_s_files_is_refused(site: SiteFolder) -> None:
    """X5: a password does not belong into a file that is shared; the message does not repeat it."""
    site.write("content/luma/client.yaml", CLIENT + "room:\n  password: lamp lamp lamp lamp\n")

    run = site.run("build")

    assert run.code == 1 and "client.yaml:7:13: secret-in-file" in run.err and not list((site.root / "output/luma").rglob("*.bin"))


def test_sealed_reports_are_signed_sent_and_found_as_any_other(site: SiteFolder) -> None:
    """Sign-off, sending and `bilan why` go by what is inside: the mail carries the PDF itself."""
    site.write("site.yaml", SITE + "mail:\n  from: a@b.example\n")
    site.write(
        "content/luma/client.yaml", (site.root / "content/luma/client.yaml").read_text() + "contacts: [{name: C, email: c@luma.example}]\n"
    )
    now = ("--now", "2026-10-05T12:00+00:00")
    signed = site.run("approve", "luma/monthly", "2026-09", "--by", "X", *now)
    site.build()
    sent = site.run("send", "luma/monthly", "2026-09", "--confirm", *now)
    why = site.run("why", f"{ROOM}/monthly-2026-09.pdf")
    told = site.run("report", "luma", "--period", "2026-09")

    assert (signed.code, sent.code, why.code) == (0, 0, 0), sent.err
    assert told.out.strip().endswith(".bilan/room/luma/monthly-2026-09.pdf")
    (pdf,) = (site.root / "archive").rglob("report.pdf")
    assert (site.root / ".bilan/room/luma/monthly-2026-09.pdf").read_bytes() == pdf.read_bytes()
    assert pdf.read_bytes().startswith(b"%PDF")
    assert f"PDF {json.loads((pdf.parent / 'manifest.json').read_text())['pdf'][:12]}" in signed.out


@given(st.binary(max_size=300), st.binary(max_size=300), st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_what_is_sealed_is_opened_by_its_key_and_name_only(one: bytes, two: bytes, name: str, other: str) -> None:
    """Equal contents of one name are equal bytes; anything else has another nonce; a changed bit or another name opens nothing."""
    pages, names = "11" * 32, "22" * 32
    here, there = (Seal(name=each, pages=pages, names=names) for each in (name, other))
    first = seal(one, here)

    assert unseal(first, here) == one and seal(one, here) == first
    assert (seal(two, here)[:12] == first[:12]) == (one == two)
    assert (unseal(first, there) is None) == (name != other)
    assert unseal(first[:-1] + bytes([first[-1] ^ 1]), here) is None
    assert ROUNDS >= 600_000
