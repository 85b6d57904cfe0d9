"""Live pages behind real hosts: a head replaced a thousand times, caches with old copies, nginx, an event stream."""

from __future__ import annotations

import contextlib
import email.utils
import gzip
import hashlib
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.livekit import LOOK, PATIENT, Handler, Host, LiveSite, chromium, hosted, ids, settled, wait_for

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def live(tmp_path: Path) -> LiveSite:
    return LiveSite(tmp_path).publish()


def copy_of(live: LiveSite) -> dict[str, bytes]:
    return {name: content for name, content in live.tree().items() if "/cards/live/" in name}


# ---- heads that follow one another ----------------------------------------------------------------------------------


def test_a_head_replaced_a_thousand_times_is_never_torn_nor_older(live: LiveSite, browser: Browser) -> None:
    """Read as fast as it goes while it is replaced a thousand times by renaming, the head is whole, and the page only goes forward."""
    states = []
    for number in range(4):
        states.append(copy_of(live))
        live.moment(f"new{number}", f"2026-09-03T11:0{number}").publish()
    head = live.live / "head.json"
    for state in states:
        for name, content in state.items():
            (live.root / "output" / name).write_bytes(content)
    heads = [state["luma/cards/live/head.json"] for state in states]
    with hosted(live.root / "output") as host:
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{host.address}luma/cards/")
        settled(page)
        page.evaluate("document.querySelector('#moments ol').scrollIntoView({behavior: 'instant'})")
        page.evaluate(COUNT_DOWNS)
        stop, torn = threading.Event(), list[bytes]()
        reader = threading.Thread(target=read_on, args=(f"{host.address}luma/cards/live/head.json", heads, stop, torn))
        reader.start()
        for number in range(1000):
            put(head, heads[number * len(heads) // 1000], number)
            if number % 25 == 0:
                page.evaluate(LOOK)
        stop.set()
        reader.join()
        page.evaluate(LOOK)
        expect(page.locator("#m-new2")).to_be_attached()

        assert torn == []
        assert page.evaluate("downs") == 0
        page.close()


COUNT_DOWNS = """() => { window.downs = 0; let last = 0; const place = document.querySelector(".hero [data-counter=moments]");
    new MutationObserver(() => { const now = Number(place.textContent); if (now < last) downs += 1; last = now; })
        .observe(place, {childList: true, characterData: true, subtree: true}); }"""


def put(path: Path, content: bytes, number: int) -> None:
    """As a publisher does: beside, then in place."""
    other = path.with_suffix(".tmp")
    other.write_bytes(content)
    os.utime(other, (time.time() - 2000 + number,) * 2)
    other.replace(path)


def read_on(url: str, heads: list[bytes], stop: threading.Event, torn: list[bytes]) -> None:
    while not stop.is_set():
        with urllib.request.urlopen(url) as answer:
            content = answer.read()
        if content not in heads:
            torn.append(content)


class Edges(Handler):
    """Two edges of a network: every second answer for the head is an old copy, with the time at which it was made."""

    old: tuple[bytes, str] | None = None
    turn = 0
    headers_sent = "Last-Modified"

    def answer(self) -> None:
        kind = type(self)
        if self.path.endswith("head.json") and kind.old:
            kind.turn += 1
            if kind.turn % 2 == 0:
                assert isinstance(self.server, Host)
                self.server.asked.append(self.path)
                content, when = kind.old
                self.send_response_only(200)
                self.send_header(kind.headers_sent, when)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                return
        super().answer()


@pytest.mark.parametrize("header", ["Last-Modified", "Date"])
def test_an_old_copy_from_a_cache_is_never_shown_after_a_newer_one(live: LiveSite, browser: Browser, header: str) -> None:
    """Where caches answer in turn with the newest head and an old one, the page keeps the newest."""

    class Own(Edges):
        headers_sent = header

        def send_header(self, name: str, value: str) -> None:
            if header == "Last-Modified" or name != "Last-Modified":
                super().send_header(name, value)

    path = live.live / "head.json"
    Own.old = (path.read_bytes(), email.utils.formatdate(path.stat().st_mtime, usegmt=True))
    olds = copy_of(live)
    live.moment("new", "2026-09-03T11:00").publish()
    for name, content in olds.items():
        if not name.endswith("head.json"):
            (live.root / "output" / name).write_bytes(content)
    with hosted(live.root / "output", Own) as host:
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{host.address}luma/cards/")
        settled(page)
        page.evaluate(COUNT_DOWNS)
        for _ in range(8):
            asked = host.heads()
            page.evaluate(LOOK)
            wait_for(lambda asked=asked: host.heads() > asked)  # type: ignore[misc]
            page.wait_for_timeout(100)

        assert Own.turn >= 8
        assert (page.evaluate("downs"), ids(page)[0]) == (0, "new")
        page.close()


def test_a_head_that_is_older_than_the_page_changes_nothing(live: LiveSite, browser: Browser) -> None:
    """A fresh page beside an old head out of a cache stays as it is, says nothing of being up to date, and goes on with the next head."""
    head, olds = live.live / "head.json", copy_of(live)
    old = head.stat().st_mtime
    live.moment("new", "2026-09-03T11:00").publish()
    newest = head.read_bytes()
    for name, content in olds.items():
        (live.root / "output" / name).write_bytes(content)
    os.utime(head, (old, old))
    with hosted(live.root / "output") as host:
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{host.address}luma/cards/")
        wait_for(lambda: host.heads() == 1)
        page.evaluate(LOOK)
        wait_for(lambda: host.heads() == 2)
        page.wait_for_timeout(300)
        assert (ids(page)[0], host.segments()) == ("new", [])
        assert page.locator(".b-live__state").is_hidden()

        put(head, newest, 0)
        page.evaluate(LOOK)

        settled(page)
        assert ids(page)[0] == "new"
        page.close()


# ---- nginx ----------------------------------------------------------------------------------------------------------

CONFIG = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  include /etc/nginx/mime.types; access_log {folder}/access; {temporary}
  server {{
    listen 127.0.0.1:{port}; root {root}; gzip on; gzip_types application/json; gzip_min_length 200;
    location ~ /live/[0-9a-f]+\\.json$ {{ add_header Cache-Control "public, max-age=31536000, immutable"; }}
    location ~ /live/head\\.json$ {{ add_header Cache-Control "public, max-age=5"; }}
    location / {{ add_header Cache-Control "public, max-age=60"; }}
  }}
}}
"""


@pytest.fixture
def nginx(live: LiveSite, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The site behind nginx with the headers that docs/live.md names; its address and its log."""
    if not Path(NGINX).exists():
        pytest.skip("nginx is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "nginx"
    folder.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    words = CONFIG.format(folder=folder, port=port, root=live.root / "output", temporary=temporary)
    if os.geteuid() == 0:
        words = "user root;\n" + words
    (folder / "conf").write_text(words, "utf-8")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "conf"), "-e", str(folder / "errors")])
    try:
        wait_for(lambda: answers(port))
        yield f"http://127.0.0.1:{port}/", folder / "access"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def fetched(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, b""


def test_nginx_answers_an_unchanged_head_with_nothing(live: LiveSite, nginx: tuple[str, Path]) -> None:
    """The head is asked with its version and answered by 304, compressed or not; another head of the same moment has another version."""
    url = f"{nginx[0]}luma/cards/live/head.json"
    status, headers, content = fetched(url)
    versions = {headers["etag"]}

    assert (status, len(content) <= 1024) == (200, True)
    assert fetched(url, If_None_Match=headers["etag"])[0] == 304
    assert fetched(url, If_None_Match=f"W/{headers['etag']}")[0] == 304
    stamp = (live.live / "head.json").stat().st_mtime
    for number in range(8):
        live.moment(f"other{number}", "2026-09-03T11:00").publish()
        os.utime(live.live / "head.json", (stamp, stamp))
        versions.add(fetched(url)[1]["etag"])
    assert len(versions) >= 7


def test_a_page_follows_behind_nginx(live: LiveSite, nginx: tuple[str, Path], browser: Browser) -> None:
    """Heads come as 304 until something is new; segments are compressed, kept for ever, and asked once."""
    address, log = nginx
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{address}luma/cards/")
    settled(page)
    for _ in range(3):
        page.evaluate(LOOK)
        page.wait_for_timeout(200)
    live.moment("new", "2026-09-03T11:00").publish()
    page.evaluate(LOOK)
    page.get_by_role("button", name="1 new moment").click()
    expect(page.locator("#m-new")).to_be_visible()
    page.close()

    lines = log.read_text("utf-8").splitlines()
    heads = [line for line in lines if "head.json" in line]
    segments = [line.split()[6] for line in lines if "/cards/live/" in line and "head.json" not in line]
    assert sum('" 304 ' in line for line in heads) >= 2
    assert len(segments) == len(set(segments)) == 3
    name = max(live.live.iterdir(), key=lambda path: path.stat().st_size).name
    _, headers, packed = fetched(f"{address}luma/cards/live/{name}", Accept_Encoding="gzip")
    assert (headers["content-encoding"], headers["cache-control"]) == ("gzip", "public, max-age=31536000, immutable")
    assert gzip.decompress(packed) == (live.live / name).read_bytes()
    assert len(packed) < len(gzip.decompress(packed)) / 3


# ---- an event stream ------------------------------------------------------------------------------------------------


class Streaming(Handler):
    """A server with an event stream, which says so in the pages it serves."""

    protocol_version = "HTTP/1.1"
    listeners: ClassVar[dict[object, queue.Queue[str | None]]] = {}
    refused = False
    most = 0

    def answer(self) -> None:
        if self.path == "/events":
            self.stream()
        elif self.path.endswith("/cards/"):
            assert isinstance(self.server, Host)
            self.server.asked.append(self.path)
            content = Path(self.translate_path(self.path + "index.html")).read_bytes()
            content = content.replace(b"</head>", b'<meta name="bilan-stream" content="/events"></head>', 1)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        else:
            super().answer()

    def stream(self) -> None:
        kind = type(self)
        if kind.refused:
            self.send_error(503)
            return
        own: queue.Queue[str | None] = queue.Queue()
        kind.listeners[self] = own
        kind.most = max(kind.most, len(kind.listeners))
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        own.put(Path(self.translate_path("/luma/cards/live/head.json")).read_text("utf-8"))
        with contextlib.suppress(OSError):
            while True:
                try:
                    head = own.get(timeout=0.2)
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                    continue
                if head is None:
                    break
                name = hashlib.blake2b(head.encode(), digest_size=16).hexdigest()
                self.wfile.write(f"id: {name}\ndata: {head.strip()}\n\n".encode())
        kind.listeners.pop(self, None)


@pytest.fixture
def streaming(live: LiveSite) -> Iterator[tuple[Host, type[Streaming]]]:
    class Own(Streaming):
        listeners: ClassVar[dict[object, queue.Queue[str | None]]] = {}

    with hosted(live.root / "output", Own) as host:
        yield host, Own
        for own in list(Own.listeners.values()):
            own.put(None)


def push(live: LiveSite, kind: type[Streaming]) -> None:
    live.publish()
    for own in list(kind.listeners.values()):
        own.put((live.live / "head.json").read_text("utf-8"))


def test_seven_tabs_share_one_stream(live: LiveSite, streaming: tuple[Host, type[Streaming]], browser: Browser) -> None:
    """Seven tabs of one browser over HTTP/1.1 all load, hear a new moment at once, and hold one stream together."""
    host, kind = streaming
    context = browser.new_context(reduced_motion="reduce")
    pages = [context.new_page() for _ in range(7)]
    for page in pages:
        page.set_default_timeout(10_000)
        page.goto(f"{host.address}luma/cards/")
        settled(page)
    wait_for(lambda: len(kind.listeners) == 1)
    heads = host.heads()

    live.moment("new", "2026-09-03T11:00")
    push(live, kind)

    for page in pages:
        expect(page.locator(".hero [data-counter=moments]")).to_have_text("61")
    assert kind.most == 1
    assert host.heads() == heads
    context.close()


def test_a_hidden_tab_closes_its_stream_and_another_takes_over(
    live: LiveSite, streaming: tuple[Host, type[Streaming]], browser: Browser
) -> None:
    """When the tab that holds the stream goes out of sight, the next one opens it; with all hidden there is none."""
    host, kind = streaming
    context = browser.new_context(reduced_motion="reduce")
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{host.address}luma/cards/")
        settled(page)
    wait_for(lambda: len(kind.listeners) == 1)
    holder = next(iter(kind.listeners))

    hide(first)
    wait_for(lambda: len(kind.listeners) == 1 and holder not in kind.listeners)
    live.moment("new", "2026-09-03T11:00")
    push(live, kind)
    expect(second.locator(".hero [data-counter=moments]")).to_have_text("61")
    hide(second)

    wait_for(lambda: len(kind.listeners) == 0)
    context.close()


def hide(page: Page) -> None:
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", {value: true, configurable: true});
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )


def test_without_a_stream_a_page_asks(live: LiveSite, streaming: tuple[Host, type[Streaming]], browser: Browser) -> None:
    """A server that is full refuses the stream: the page looks at the head as elsewhere."""
    host, kind = streaming
    kind.refused = True
    page = browser.new_page(reduced_motion="reduce")
    page.clock.install()
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    heads = host.heads()
    live.moment("new", "2026-09-03T11:00").publish()

    page.evaluate(PATIENT)
    for _ in range(8):
        page.clock.run_for(3_000)
        page.wait_for_timeout(30)

    expect(page.locator(".hero [data-counter=moments]")).to_have_text("61")
    assert host.heads() > heads
    page.close()


def test_a_stream_that_breaks_is_caught_up(live: LiveSite, streaming: tuple[Host, type[Streaming]], browser: Browser) -> None:
    """What came while the stream was cut is there once it is back; nothing is missing and nothing twice."""
    host, kind = streaming
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{host.address}luma/cards/")
    settled(page)
    wait_for(lambda: len(kind.listeners) == 1)
    page.evaluate("document.querySelector('#moments ol').scrollIntoView({behavior: 'instant'})")
    for own in list(kind.listeners.values()):
        own.put(None)
    wait_for(lambda: len(kind.listeners) == 0)
    live.moment("new0", "2026-09-03T11:00").decide("m55", "reject").publish()

    wait_for(lambda: len(kind.listeners) == 1)
    expect(page.locator("#m-new0")).to_be_attached()

    assert ids(page)[:6] == ["new0", "m59", "m58", "m57", "m56", "m54"]
    assert len(ids(page)) == len(set(ids(page)))
    page.close()


def test_the_file_and_the_stream_say_the_same(live: LiveSite) -> None:
    """What a stream sends is the text of the head: one line of JSON."""
    text = (live.live / "head.json").read_text("utf-8")

    head: dict[str, Any] = json.loads(text)
    assert text.strip().count("\n") == 0
    assert set(head) == {"bilan", "phase", "page", "root", "node", "newest", "total", "counters"}
