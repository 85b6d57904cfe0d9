"""`bilan serve --live`: what is public, to many; events that everybody gets once, and an end for those who do not read."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import httpx
import pytest
from playwright.sync_api import sync_playwright

from generator.serve.live import share
from tests.conftest import CAMPAIGN, SiteFolder
from tests.test_serve import PATIENCE, eventually, free_port
from tests.test_serve_faults import children, head, raw

MOMENT = "---\nkind: note\nat: 2026-09-03T09:{:02}\ntitle: {}\n---\n\nHello.\n"
CARDS = "content/luma/cards"
DURING = "2026-09-04T12:00"  # the campaign is live


Listen = Callable[..., socket.socket]


@contextmanager
def live(site: SiteFolder, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`bilan serve --live` once its serving processes answer."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "generator", "serve", "--live", "--port", str(port), "--now", DURING, *options]
    with (site.root.parent / f"said-{port}").open("w") as said:
        process = subprocess.Popen(command, cwd=site.root, stdout=said, stderr=subprocess.STDOUT, text=True)
    try:
        eventually(lambda: answers(port), True)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Opens streams, and closes all of them in the end."""
    opened: list[socket.socket] = []

    def begin(port: int, seen: str = "", deaf: bool = False) -> socket.socket:
        opened.append(open_stream(port, seen, deaf))
        return opened[-1]

    yield begin
    for connection in opened:
        connection.close()


def open_stream(port: int, seen: str, deaf: bool) -> socket.socket:
    """`deaf`: for one that will not read, with as small a buffer as the system allows."""
    connection = socket.socket()
    if deaf:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.settimeout(PATIENCE)
    connection.connect(("127.0.0.1", port))
    connection.sendall(head(port, "/_bilan/live/luma/cards", *([f"Last-Event-ID: {seen}"] if seen else [])))
    return connection


def next_event(connection: socket.socket) -> tuple[str, dict[str, object]]:
    """The next event's id and head."""
    text = ""
    while "\ndata: " not in text or not text.endswith("\n\n\r\n"):
        part = connection.recv(65536)
        assert part, "the stream has ended"
        text += part.decode()
    name = text.rpartition("id: ")[2].partition("\n")[0]
    return name, json.loads(text.rpartition("data: ")[2].partition("\n")[0])


def test_an_event_comes_with_what_it_names(site: SiteFolder, listen: Listen) -> None:
    """A viewer gets the head at once and after each save; all that it names is there to be fetched before."""
    with live(site) as (_, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        stream = listen(port)
        name, first = next_event(stream)
        site.write(f"{CARDS}/moments/003.md", MOMENT.format(1, "A third thing"))
        newer, second = next_event(stream)
        files = [client.get(f"/luma/cards/live/{second[key]}.json") for key in ("root", "node", "newest")]
        page = client.get("/luma/cards/").text

    assert (first["total"], second["total"], name != newer) == (2, 3, True)
    assert [answer.status_code for answer in files] == [200, 200, 200]
    assert "A third thing" in files[2].text
    assert "immutable" in files[2].headers["cache-control"] and '<meta name="bilan-stream" content="/_bilan/live/luma/cards">' in page


def test_what_is_withdrawn_reaches_viewers_and_no_new_one(site: SiteFolder, listen: Listen) -> None:
    """L3: a removal is an event like another, and whoever comes later never gets what is gone."""
    site.write(f"{CARDS}/moments/003.md", MOMENT.format(1, "Withdrawn later"))
    with live(site) as (_, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        stream = listen(port)
        before = next_event(stream)[1]["total"]
        site.remove(f"{CARDS}/moments/003.md")
        after = next_event(stream)[1]
        late = next_event(listen(port))[1]
        newest = client.get(f"/luma/cards/live/{late['newest']}.json").text
        eventually(lambda: "Withdrawn later" in client.get("/luma/cards/").text, False)

    assert (before, after["total"], late) == (3, 2, after)
    assert "Withdrawn later" not in newest


def test_what_is_withdrawn_goes_though_another_client_has_a_mistake(site: SiteFolder, listen: Listen) -> None:
    """G3, L3: the mistake of one client keeps nothing of another online; the segment in which a moment was is gone."""
    with live(site) as (_, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        stream = listen(port)
        next_event(stream)
        site.write("content/solo/client.yaml", "nme: Solo\n")
        site.write(f"{CARDS}/moments/003.md", MOMENT.format(1, "Withdrawn later"))
        shown = f"/luma/cards/live/{next_event(stream)[1]['newest']}.json"
        before = client.get(shown).text
        site.remove(f"{CARDS}/moments/003.md")
        head_of_late = next_event(stream)[1]
        eventually(lambda: client.get(shown).status_code, 404)
        newest = client.get(f"/luma/cards/live/{head_of_late['newest']}.json")

    assert "Withdrawn later" in before
    assert (newest.status_code, "Withdrawn later" in newest.text) == (200, False)


def test_only_what_is_public_is_served(site: SiteFolder) -> None:
    """The rooms of clients, their reports, the tools of a preview and files of the project are not there."""
    paths = (
        "/luma/room/ /luma/room/index.html /luma/room/monthly-2026-09-draft.pdf /_bilan/ /_bilan/preview.js /_bilan/events"
        " /_bilan/live/luma/room /_bilan/live/nope /site.yaml /..%2fsite.yaml /.bilan/facts.sqlite3"
    )
    with live(site) as (_, port):
        codes = {path: httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE).status_code for path in paths.split()}
        page = httpx.get(f"http://127.0.0.1:{port}/luma/cards/").text

    assert set(codes.values()) == {404}, codes
    assert "preview.js" not in page


def test_pages_are_asked_for_again_only_when_they_changed(site: SiteFolder) -> None:
    """Conditional requests are answered 304; assets last for ever; a proxy's name is answered, another one is not."""
    with live(site, "--name", "cards.example") as (_, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        first = client.get("/luma/cards/")
        again = client.get("/luma/cards/", headers={"If-None-Match": f"W/{first.headers['etag']}"})
        style = client.get("/luma/cards/" + first.text.partition('rel="stylesheet" href="')[2].partition('"')[0])
        proxied = client.get("/luma/cards/", headers={"Host": "cards.example"}).status_code
        foreign = client.get("/luma/cards/", headers={"Host": "evil.example"}).status_code

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == "no-cache"
    assert style.status_code == 200 and "immutable" in style.headers["cache-control"]
    assert (proxied, foreign) == (200, 403)


def test_who_does_not_read_is_cut_and_holds_up_nobody(site: SiteFolder, listen: Listen) -> None:
    """L1: of viewers that stop reading each is cut within 30 seconds; those that read get each event meanwhile."""
    names = ", ".join(f"c{number}" for number in range(40))
    kept = "".join(f"  - {{name: c{n}, label: C, date: 2026-09-01, value: {n}, author: A, source: S}}\n" for n in range(40))
    site.write("content/luma/counters.yaml", "counters:\n" + kept)
    site.write(f"{CARDS}/index.md", CAMPAIGN + f"\n```counter\nnames: [{names}]\n```\n")
    with live(site) as (process, port):
        for _ in range(100):
            listen(port, deaf=True)
        reader, delays = listen(port), []
        next_event(reader)
        serving = [pid for pid in children(process.pid) if set(descriptors(pid)) & {f"socket:[{inode}]" for inode in established(port)}]
        before = memory(serving)
        until = time.monotonic() + 40
        number = 0
        while len(open_streams(process.pid, port)) > 3 and time.monotonic() < until:
            number += 1
            started = time.monotonic()
            site.write(f"{CARDS}/moments/003.md", MOMENT.format(number % 60, f"Thing {number}"))
            next_event(reader)
            delays.append(time.monotonic() - started)
        grown = memory(serving) - before
        left = len(open_streams(process.pid, port))

    assert left <= 3
    assert max(delays) < 5
    assert grown < 100 * (64 << 10)


def open_streams(pid: int, port: int) -> list[str]:
    """Connections that the serving processes hold."""
    served = established(port)
    return [name for child in children(pid) for name in descriptors(child) if name.startswith("socket:") and name[8:-1] in served]


def descriptors(pid: int) -> list[str]:
    """What a process has open, as the system names it."""
    found = []
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.append(str(descriptor.readlink()))
    return found


def established(port: int) -> set[str]:
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {line[9] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "01"}


def memory(processes: Sequence[int]) -> int:
    """Bytes that they hold."""
    lines = (line for pid in processes for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024


def test_a_killed_process_comes_back_and_viewers_miss_nothing(site: SiteFolder, listen: Listen) -> None:
    """L2: the serving process is killed; it is begun again, and a viewer that comes back is told only what is new to it."""
    with live(site) as (process, port):
        stream = listen(port)
        name, _ = next_event(stream)
        kill_servers(process.pid, port)
        assert stream.recv(65536) == b""
        site.write(f"{CARDS}/moments/003.md", MOMENT.format(1, "While away"))
        eventually(lambda: answers(port), True)
        back = listen(port, name)
        newer, told = next_event(back)
        again = listen(port, newer)
        again.settimeout(2)
        quiet = b""
        try:
            while True:
                quiet += again.recv(65536)
        except TimeoutError:
            pass

    assert (newer != name, told["total"]) == (True, 3)
    assert b"data:" not in quiet and b"retry:" in quiet


def kill_servers(pid: int, port: int) -> None:
    """All processes that hold the port, the parent apart."""
    served = established(port)
    for child in children(pid):
        if any(name[8:-1] in served for name in descriptors(child) if name.startswith("socket:")):
            os.kill(child, signal.SIGKILL)


def test_processes_are_renewed_one_after_the_other(site: SiteFolder) -> None:
    """SIGHUP: new processes take the place of the old ones, and no request in between is lost."""
    with live(site, "--processes", "2") as (process, port):
        before = set(children(process.pid))
        process.send_signal(signal.SIGHUP)
        codes = set()
        until = time.monotonic() + 8
        while time.monotonic() < until and not (len(set(children(process.pid)) - before) >= 2 and not before_left(before, process.pid)):
            codes.add(httpx.get(f"http://127.0.0.1:{port}/luma/cards/", timeout=PATIENCE).status_code)
        renewed = set(children(process.pid)) - before

    assert len(renewed) >= 2
    assert codes <= {200}


def before_left(before: set[int], pid: int) -> set[int]:
    """Of the processes that were there, those that serve still: one builds, and stays."""
    return set(sorted(before & set(children(pid)))[1:]) if len(before & set(children(pid))) > 1 else set()


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_two_seconds_and_leaves_nothing(site: SiteFolder, listen: Listen, signal_: signal.Signals) -> None:
    """S10: with streams open, the server and all its processes are gone soon after it is asked to end."""
    with live(site, "--processes", "2") as (process, port):
        for _ in range(200):
            listen(port)
        own, started = children(process.pid), time.monotonic()
        process.send_signal(signal_)
        process.wait(8)
        took = time.monotonic() - started
        eventually(lambda: [pid for pid in own if Path(f"/proc/{pid}").exists()], [])

    assert took < 3  # two of which the machine of the tests, with all its cores busy, may well need


def test_a_page_in_a_browser_follows_the_stream_over_a_restart(site: SiteFolder) -> None:
    """L2, in Chromium: cards added before, during and after the end of the serving process are on the wall, each once."""
    with live(site) as (process, port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/luma/cards/?screen")
        site.write(f"{CARDS}/moments/003.md", MOMENT.format(1, "Before the end"))
        page.locator("#m-003").wait_for(timeout=PATIENCE * 1000)
        kill_servers(process.pid, port)
        site.write(f"{CARDS}/moments/004.md", MOMENT.format(2, "During it"))
        page.locator("#m-004").wait_for(timeout=PATIENCE * 1000)
        site.write(f"{CARDS}/moments/005.md", MOMENT.format(3, "After it"))
        page.locator("#m-005").wait_for(timeout=PATIENCE * 1000)
        counts = [page.locator(f"#m-{number}").count() for number in ("001", "002", "003", "004", "005")]
        browser.close()

    assert counts == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("processes", [1, 2, 3, 8])
def test_no_viewer_is_turned_away_below_the_limit(processes: int) -> None:
    """The system deals viewers out by chance: over a hundred draws of 10,000 no process gets more than it has room for."""
    draw, room = Random(3), share(10_000, processes)  # the same draws each time

    fullest = max(max(Counter(draw.choices(range(processes), k=10_000)).values()) for _ in range(100))

    assert fullest <= room <= min(10_000, 1.2 * 10_000 / processes)


def test_hostile_requests_end_here_too(site: SiteFolder) -> None:
    """S11: the same limits hold for the live server."""
    with live(site) as (_, port):
        large = raw(port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: ".encode() + b"a" * (64 << 10) + b"\r\n\r\n")
        posted = raw(port, f"DELETE /luma/cards/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        page = httpx.get(f"http://127.0.0.1:{port}/").status_code

    assert b" 400 " in large[:20] or not large
    assert b" 405 " in posted[:20] and page == 200
