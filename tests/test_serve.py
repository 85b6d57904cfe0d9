"""The preview: what the server answers, whom it refuses, and what a browser shows after an edit."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import sync_playwright

from tests.cardkit import TOM, with_cards
from tests.conftest import SiteFolder

PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(site: SiteFolder, *options: str) -> Iterator[str]:
    """`bilan serve` in a process of its own, once it answers."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "generator", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("serving "):
                yield line.split()[1]
                break
        else:
            raise AssertionError("the server ended before it served")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def eventually(look: object, wanted: object) -> None:
    """Waits until a call gives what is wanted."""
    assert callable(look)
    until = time.monotonic() + PATIENCE
    while (seen := look()) != wanted:
        assert time.monotonic() < until, f"{seen!r} instead of {wanted!r}"
        time.sleep(0.05)


def test_pages_are_served_and_paths_are_only_looked_up(site: SiteFolder) -> None:
    """Built files are answered; nothing outside the output folder is, however it is spelt."""
    outside = [
        "/nope.html",
        "/../site.yaml",
        "/%2e%2e/site.yaml",
        "/..%2fsite.yaml",
        "/%00",
        "//etc/passwd",
        "/luma/cards/%2e%2e%2f%2e%2e%2fsite.yaml",
    ]
    with serving(site) as address, httpx.Client(base_url=address) as client:
        page = client.get("/luma/cards/")
        moved = client.get("/luma/cards")
        pdf = client.get("/luma/room/monthly-2026-09-draft.pdf", timeout=PATIENCE)
        answers = [client.get(path).status_code for path in outside]

    assert page.status_code == 200 and "#LumaCards" in page.text.replace("<wbr>", "") and "/_bilan/preview.js" in page.text
    assert (moved.status_code, moved.headers["location"]) == (307, "/luma/cards/")
    assert pdf.content.startswith(b"%PDF")
    assert answers == [404] * len(outside)
    assert "preview.js" not in site.output("luma/cards/index.html")


def test_drawn_cards_are_made_when_somebody_looks(site: SiteFolder) -> None:
    """A preview does not draw a thousand cards before it shows a page: sheet and picture are drawn when they are asked for."""
    with_cards(site, TOM)
    with serving(site) as address, httpx.Client(base_url=address) as client:
        page = client.get("/luma/cards/cards/p-2.html", timeout=PATIENCE)
        drawn = [path for path in site.tree() if "/media/c-" in path or path.endswith("p-2.pdf")]
        (name,) = re.findall(r"media/c-p-2-[0-9a-f]{10}-1200[.]jpg", page.text)
        picture = client.get(f"/luma/cards/{name}", timeout=PATIENCE)
        sheet = client.get("/luma/cards/cards/p-2.pdf", timeout=PATIENCE)

    assert page.status_code == 200 and drawn == []
    assert picture.content.startswith(b"\xff\xd8\xff") and sheet.content.startswith(b"%PDF")


def test_foreign_hosts_and_origins_are_refused(site: SiteFolder) -> None:
    """A page of another site cannot read the preview, neither by a rebound name nor by a cross-origin request."""
    with serving(site) as address, httpx.Client(base_url=address) as client:
        rebound = client.get("/", headers={"Host": "evil.example"}).status_code
        foreign = client.get("/_bilan/events", headers={"Origin": "https://evil.example"}).status_code
        own = client.get("/", headers={"Origin": address.rstrip("/")}).status_code
        posted = client.post("/").status_code

    assert (rebound, foreign, own, posted) == (403, 403, 200, 405)


def test_other_addresses_ask_for_the_token(site: SiteFolder) -> None:
    """Beyond this machine, only those who have the address with its token are answered."""
    with serving(site, "--host", "0.0.0.0") as address:
        base, _, token = address.partition("?token=")
        base = base.replace("0.0.0.0", "127.0.0.1")
        with httpx.Client(base_url=base) as stranger, httpx.Client(base_url=base, follow_redirects=True) as guest:
            refused = stranger.get("/").status_code
            guessed = stranger.get("/", params={"token": "guess"}).status_code
            welcome = guest.get("/", params={"token": token})
            elsewhere = stranger.get(f"{base}//evil.example/", params={"token": token}).headers["location"]

    assert (refused, guessed, elsewhere) == (401, 401, "/evil.example/")
    assert welcome.status_code == 200 and token not in str(welcome.url)


def test_a_taken_port_is_a_problem_with_a_way_out(site: SiteFolder) -> None:
    """A port in use is no traceback: the message proposes the next free one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = site.bilan("serve", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "port-taken" in done.stderr and "fix: bilan serve --port " in done.stderr


def test_a_second_server_of_one_site_is_told_where_the_first_is(site: SiteFolder) -> None:
    """One server a site."""
    with serving(site) as address:
        done = site.bilan("serve", "--port", str(free_port()))

    assert done.returncode == 1
    assert address in done.stderr


def test_each_save_is_one_new_build_event(site: SiteFolder) -> None:
    """The stream says which build this is; a save brings the next one, after the new bytes are served."""
    with serving(site) as address, httpx.stream("GET", f"{address}_bilan/events", timeout=PATIENCE) as stream:
        lines = (line for line in stream.iter_lines() if line.startswith("data: "))
        first = json.loads(next(lines)[6:])["generation"]
        site.write("content/luma/cards/moments/003.md", "---\nkind: note\nat: 2026-09-03T09:00\ntitle: A third thing\n---\n\nHello.\n")
        second = json.loads(next(lines)[6:])["generation"]
        page = httpx.get(f"{address}luma/cards/").text

    assert second == first + 1
    assert "A third thing" in page


def test_the_browser_follows_edits_and_shows_mistakes_over_the_last_good_page(site: SiteFolder) -> None:
    """An edit appears by itself; a mistake lies over the last good page with its line; mending it takes it away."""
    page_file = "content/luma/cards/index.md"
    good = (site.root / page_file).read_text()
    with serving(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}luma/cards/")
        site.write(page_file, good.replace("A week of cards.", "Two weeks of cards."))
        page.get_by_text("Two weeks of cards.").wait_for(timeout=PATIENCE * 1000)
        site.write(page_file, good.replace("starts:", "strats:"))
        alert = page.get_by_role("alert")
        alert.wait_for(timeout=PATIENCE * 1000)
        said = alert.inner_text()
        under = page.get_by_text("Two weeks of cards.").count()
        site.write(page_file, good)
        page.get_by_text("A week of cards.").wait_for(timeout=PATIENCE * 1000)
        eventually(alert.count, 0)
        browser.close()

    assert "content/luma/cards/index.md:" in said and "strats" in said and "starts" in said
    assert under == 1
