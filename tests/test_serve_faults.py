"""What a server must survive: bursts of files, half-saved ones, no file watches left, slow and hostile visitors, its own end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from generator.facts import hold
from generator.facts.lock import LockedError
from tests.conftest import SiteFolder
from tests.test_serve import PATIENCE, eventually, free_port

MOMENT = "---\nkind: note\nat: 2026-09-03T09:00\ntitle: {}\n---\n\nHello.\n"
CARDS = "content/luma/cards"


@contextmanager
def served(site: SiteFolder, *options: str, before: tuple[str, ...] = ()) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """`bilan serve`: its process, its port, and the file with what it says."""
    port, said = free_port(), site.root.parent / f"said-{time.monotonic_ns()}"
    command = [*before, sys.executable, "-u", "-m", "generator", "serve", "--port", str(port), "--now", "2026-10-05T12:00", *options]
    with said.open("w") as out:
        process = subprocess.Popen(command, cwd=site.root, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        eventually(lambda: "\nserving " in said.read_text() or process.poll() is not None, True)
        assert process.poll() is None, said.read_text()
        yield process, port, said
    finally:
        if process.poll() is None:
            os.kill(children(process.pid)[0] if before else process.pid, signal.SIGTERM)
        process.wait(10)


def raw(port: int, request: bytes, patience: float = 15.0) -> bytes:
    """What the server answers to bytes, until it closes or is silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        with suppress(OSError):
            connection.sendall(request)
        answer = b""
        with suppress(OSError):
            while part := connection.recv(65536):
                answer += part
    return answer


def head(port: int, path: str = "/", *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode()


def builds(said: Path) -> int:
    return said.read_text().count(" files written")


def unlocked(site: SiteFolder) -> bool:
    """Whether nobody is writing the site."""
    try:
        with hold(site.root / ".bilan"):
            return True
    except LockedError:
        return False


def test_a_burst_of_files_is_few_builds_and_ends_like_a_cold_one(site: SiteFolder) -> None:
    """S7: files written within a second or two are at most three builds, after which the output is that of a build from nothing."""
    with served(site) as (_, port, said):
        before = builds(said)
        for number in range(2000):
            site.write(f"{CARDS}/moments/{number:04}.md", MOMENT.format(f"Thing {number}"))
        eventually(lambda: "Thing 1999" in httpx.get(f"http://127.0.0.1:{port}/luma/cards/m-1999.html", timeout=PATIENCE).text, True)
        eventually(lambda: (site.root / "output/luma/cards/m-1999.html").is_file(), True)
        time.sleep(1)
        after = builds(said)
    eventually(lambda: unlocked(site), True)  # a build that had begun ends with its own process, a moment after the server
    tree = site.tree()
    site.build(force=True, choose=lambda output: output.job.renderer != "report")

    assert after - before <= 3
    assert site.tree() == tree


def test_a_half_saved_file_is_not_read(site: SiteFolder) -> None:
    """S7: while a program writes a file, no page and no mistake comes of the half that is there; its end shows."""
    name = site.root / f"{CARDS}/moments/001.md"
    whole = MOMENT.format("Whole again")
    with served(site) as (_, port, _), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        time.sleep(1)
        with name.open("w") as file:
            for part in (whole[:9], whole[9:30], whole[30:]):
                file.write(part)
                file.flush()
                time.sleep(0.01)
        eventually(lambda: "Whole again" in client.get("/luma/cards/m-001.html").text, True)
        index = client.get("/_bilan/").text

    assert "No problem." in index


def test_files_that_editors_leave_behind_build_nothing(site: SiteFolder) -> None:
    """S8: swap files, backups and what a build itself writes are no changes."""
    with served(site) as (_, _, said):
        time.sleep(1)
        before = builds(said)
        for name in (".001.md.swp", "001.md~", ".DS_Store", "4913", ".#001.md"):
            site.write(f"{CARDS}/moments/{name}", "x")
        time.sleep(1.5)

        assert builds(said) == before


@pytest.mark.parametrize("options", [(), ("--poll",)], ids=["told", "polling"])
def test_folders_that_come_later_or_come_anew_are_watched(site: SiteFolder, options: tuple[str, ...]) -> None:
    """A theme begun while serving shows at once, and content/ that was deleted and laid down again is followed as before."""
    with served(site, *options) as (_, port, _), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        site.write("templates/agency.html", "<html><head></head><body>A theme of our own</body></html>")
        eventually(lambda: "A theme of our own" in client.get("/").text, True)
        site.write("templates/agency.html", "<html><head></head><body>Changed once more</body></html>")
        eventually(lambda: "Changed once more" in client.get("/").text, True)
        copy = shutil.copytree(site.root / "content", site.root.parent / "copy")
        shutil.rmtree(site.root / "content")
        time.sleep(1.5)
        copy.rename(site.root / "content")
        eventually(lambda: "The <em>first</em> card" in client.get("/luma/cards/").text, True)
        site.write(f"{CARDS}/moments/003.md", MOMENT.format("After all that"))
        eventually(lambda: "After all that" in client.get("/luma/cards/").text, True)


def test_without_file_watches_it_says_so_and_looks_by_itself(site: SiteFolder) -> None:
    """S9: where the system gives no more watches, the limit is named and changes are found by looking."""
    strace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=inotify_add_watch", "-e", "inject=inotify_add_watch:error=ENOSPC")
    with served(site, before=strace) as (_, port, said):
        site.write(f"{CARDS}/moments/003.md", MOMENT.format("Found by looking"))
        eventually(lambda: "Found by looking" in httpx.get(f"http://127.0.0.1:{port}/luma/cards/", timeout=PATIENCE).text, True)
        told = said.read_text()

    assert "no more file watches" in told and "fs.inotify.max_user_watches" in told


def test_it_ends_within_two_seconds_under_500_streams(site: SiteFolder) -> None:
    """S10: with 500 streams open, SIGTERM ends the server and all that it has begun within two seconds."""
    with served(site) as (process, port, _), ExitStack() as streams:
        for _ in range(500):
            connection = streams.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(head(port, "/_bilan/events?page=luma/cards/index.html"))
        time.sleep(1)
        own = children(process.pid)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(5)
        took = time.monotonic() - started
        eventually(lambda: [pid for pid in own if Path(f"/proc/{pid}").exists()], [])

    assert own and took < 2


def children(pid: int) -> list[int]:
    found = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [below for each in found for below in children(each)]


@pytest.mark.parametrize(
    ("request_", "answers"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * (64 << 10) + b"\r\n\r\n", (b" 400 ", b"")),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(10_000)) + b"\r\n", (b" 400 ", b"")),
        (b"FROB / HTTP/1.1\r\nHost: x\r\n\r\n", (b" 400 ", b" 405 ", b" 403 ")),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n" + b"a" * (1 << 20), (b" 400 ",)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", (b" 400 ",)),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (b" 400 ", b"")),
    ],
    ids=["large header", "many headers", "unknown method", "large body", "chunked body", "TLS"],
)
def test_hostile_requests_are_refused(site: SiteFolder, request_: bytes, answers: tuple[bytes, ...]) -> None:
    """S11: each ends with a refusal or a closed connection, at once, and pages are served all the same."""
    with served(site) as (_, port, _):
        started = time.monotonic()
        answer = raw(port, request_.replace(b"Host: x", f"Host: 127.0.0.1:{port}".encode()))
        took = time.monotonic() - started
        page = httpx.get(f"http://127.0.0.1:{port}/").status_code

    assert any(part in answer[:20] for part in answers) if answer else b"" in answers
    assert (took < 10, page) == (True, 200)


def test_a_request_that_comes_byte_by_byte_is_cut(site: SiteFolder) -> None:
    """S11: a head that is not whole after ten seconds ends its connection; meanwhile pages take no longer."""
    with served(site) as (_, port, _), ExitStack() as slow:
        for _ in range(50):
            slow.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(b"GET / HT")
        one = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=14))
        one.sendall(b"G")
        started = time.monotonic()
        page = httpx.get(f"http://127.0.0.1:{port}/").elapsed.total_seconds()
        closed = one.recv(100)
        took = time.monotonic() - started

    assert (closed, 8 < took < 13) == (b"", True)
    assert page < 1


def test_paths_outside_are_never_served(site: SiteFolder) -> None:
    """S1, S4: however a path is spelt, nothing but built files is answered."""
    secret = site.write(".env", "SECRET=1").write("output/own.txt", "foreign")
    assert secret
    paths = (
        "/../site.yaml /%2e%2e/site.yaml /..%2fsite.yaml /%252e%252e/site.yaml /..%5csite.yaml /%00 //etc/passwd /.env /site.yaml"
        " /.git/config /.bilan/facts.sqlite3 /own.txt /_bilan/pages/../../site.yaml /_bilan/app.py"
    )
    with served(site) as (_, port, _):
        codes = {path: raw(port, head(port, path, "Connection: close")).split(b" ", 2)[1] for path in paths.split()}

    assert set(codes.values()) <= {b"400", b"404"}, codes


def test_headers_say_what_may_be_done_and_nothing_else(site: SiteFolder) -> None:
    """S2, S3: no foreign origin, no sniffing, no store, no frames of others, no banner; the stream, too, is refused to other hosts."""
    with served(site) as (_, port, _):
        answer = httpx.get(f"http://127.0.0.1:{port}/luma/cards/").headers
        stream = raw(port, b"GET /_bilan/events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")

    assert answer["x-content-type-options"] == "nosniff" and answer["cache-control"] == "no-store"
    assert "frame-ancestors" in answer["content-security-policy"]
    assert "access-control-allow-origin" not in answer and "server" not in answer
    assert b" 403 " in stream[:20]


def test_beyond_its_limit_a_viewer_is_told_to_come_later(site: SiteFolder) -> None:
    """L4: one stream too many is answered 503 with Retry-After, and pages go on."""
    site.write("site.yaml", "title: A\nlanguage: en\ntimezone: Europe/Paris\nlimits:\n  viewers: 3\n")
    with served(site) as (_, port, _), ExitStack() as streams:
        for _ in range(3):
            streams.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(head(port, "/_bilan/events"))
        time.sleep(0.5)
        late = raw(port, head(port, "/_bilan/events"))
        page = httpx.get(f"http://127.0.0.1:{port}/").status_code

    assert b" 503 " in late[:20] and re.search(rb"(?i)retry-after: \d+", late)
    assert page == 200


def test_a_report_is_shown_page_by_page_and_follows_its_figures(site: SiteFolder) -> None:
    """A PDF is rendered when somebody looks, as pictures of its pages, whose listener is told of a newer one."""
    with served(site) as (_, port, _), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        page = client.get("/_bilan/pages/luma/room/monthly-2026-09-draft.pdf").text
        first = client.get("/_bilan/pages/luma/room/monthly-2026-09-draft.pdf?page=1")
        none = {
            client.get(f"/_bilan/pages/luma/room/monthly-2026-09-draft.pdf?page={number}").status_code for number in ("99", "0", "9" * 5000)
        }
        with client.stream("GET", "/_bilan/events?page=luma/room/monthly-2026-09-draft.pdf") as stream:
            events = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: "))
            before = next(events)["page"]
            site.write("content/luma/reports/monthly.md", (site.root / "content/luma/reports/monthly.md").read_text() + "\nMore words.\n")
            after = next(event["page"] for event in events if event["page"] != before)

    assert page.count("<img ") >= 2 and first.content.startswith(b"\x89PNG") and none == {404}
    assert before != after


def test_the_index_names_pages_problems_and_what_is_due(site: SiteFolder) -> None:
    """One page has everything: pages, reports page by page, problems, and what is dated."""
    site.write(f"{CARDS}/moments/009.md", "---\nkind: note\nat: 2026-10-20T09:00\ntitle: Later\n---\n\nHello.\n")
    site.write(f"{CARDS}/bad.md", "---\ntitle: Bad\nsumary: x\n---\n")
    with served(site) as (_, port, _):
        index = httpx.get(f"http://127.0.0.1:{port}/_bilan/", timeout=PATIENCE).text
        report = httpx.get(f"http://127.0.0.1:{port}/_bilan/pages/luma/room/monthly-2026-09-draft.pdf", timeout=PATIENCE)

    assert (report.status_code, "could not be made yet" in report.text) == (404, True)
    assert 'href="/luma/cards/index.html"' in index and "page by page" in index
    assert "did you mean &quot;summary&quot;" in index
    assert "moment-appears" in index and "cards/009" in index


def test_the_index_says_once_what_is_wrong_and_follows(site: SiteFolder) -> None:
    """Nothing lies over the list of problems, and it is new when they are."""
    with served(site) as (_, port, _), sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]).new_page()
        page.goto(f"http://127.0.0.1:{port}/_bilan/")
        page.get_by_text("No problem.").wait_for()
        page.wait_for_timeout(500)
        site.write(f"{CARDS}/bad.md", "---\ntitle: Bad\nsumary: x\n---\n")
        page.get_by_text('did you mean "summary"').wait_for()
        page.wait_for_timeout(500)
        over = page.locator("#bilan-preview-problems").count()

    assert over == 0


def test_a_phone_gets_a_code_with_the_token(site: SiteFolder) -> None:
    """Beyond this machine, the terminal and the index draw the address with its token as a QR code."""
    with served(site, "--host", "0.0.0.0") as (_, port, said):
        eventually(lambda: "▀" in said.read_text(), True)
        told = said.read_text()
        token = re.search(r"\?token=(\S+)", told)
        assert token
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=PATIENCE) as client:
            client.get("/", params={"token": token[1]})
            index = client.get("/_bilan/").text

    assert "<svg" in index and token[1] in index


def test_pages_change_by_themselves_when_their_hour_comes(site: SiteFolder) -> None:
    """A moment of the near future appears while the server runs, without any file having changed."""
    soon = time.time() + 6
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(soon))
    site.write(f"{CARDS}/moments/009.md", f"---\nkind: note\nat: {stamp}\ntitle: Its hour has come\n---\n\nHello.\n")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "generator", "serve", "--port", str(port)], cwd=site.root, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        next(line for line in process.stdout if line.startswith("serving "))
        early = httpx.get(f"http://127.0.0.1:{port}/luma/cards/", timeout=PATIENCE).text if time.time() < soon else ""
        eventually(lambda: "Its hour has come" in httpx.get(f"http://127.0.0.1:{port}/luma/cards/", timeout=PATIENCE).text, True)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()

    assert "Its hour has come" not in early


def test_a_build_that_is_killed_is_begun_again(site: SiteFolder) -> None:
    """The process that builds may die: the server says so, goes on, and the next save is built."""
    with served(site) as (process, port, _):
        time.sleep(1)
        builder = next(pid for pid in children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(builder, signal.SIGKILL)
        site.write(f"{CARDS}/moments/003.md", MOMENT.format("After the end"))
        eventually(lambda: "After the end" in httpx.get(f"http://127.0.0.1:{port}/luma/cards/", timeout=PATIENCE).text, True)
        site.write(f"{CARDS}/moments/004.md", MOMENT.format("Built again"))
        eventually(lambda: (site.root / "output/luma/cards/m-004.html").is_file(), True)
