"""Publishings that are killed, that find no room, or that a server fails: no reader stumbles, and the next run ends what was begun.

`make soak` tries every step instead of some; BILAN_SOAK says that it is one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from tests.publishkit import KEYS, S3, Publisher, Ssh, bare, held_by, publisher, s3_proxy, s3_server, shown_by, ssh_server

SOAK = bool(os.environ.get("BILAN_SOAK"))
LAYOUTS = ("releases", "in-place")
KILLED = """
import os, signal, sys, threading
at, below, counted = int(sys.argv[1]), sys.argv[2], 0
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink"}
taking_turns = threading.Lock()

def look(event, arguments):
    # Kills the process at the n-th change below a folder: before it is made.
    global counted
    opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if (opens or event in CHANGES) and any(str(each).startswith(below) for each in arguments[:2]):
        with taking_turns:
            counted += 1
            if counted == at:
                os.kill(os.getpid(), signal.SIGKILL)

from generator.__main__ import main
sys.addaudithook(look)
try:
    main(sys.argv[3:])
finally:
    print(counted)
"""


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ssh]:
    with ssh_server(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


def steps(count: int, few: int) -> list[int]:
    """Every step in a soak; else some, among them the first and the last ones."""
    chosen = random.Random(7).sample(range(1, count + 1), min(few, count))
    return list(range(1, count + 1)) if SOAK else sorted({1, *chosen, count - 1, count})


def edit(site: Publisher) -> None:
    """A page goes, one comes, all change, and so does the style sheet."""
    site.moment(3, "Third").moment(1, "Changed").remove("content/luma/cards/moments/002.md").write(
        "templates/assets/site.css", "p { margin: 0 }"
    )


def leads_nowhere(tree: dict[str, bytes]) -> list[str]:
    """What pages of a tree show and is not in it."""
    pages = {name: content for name, content in tree.items() if name.endswith(".html") and content}
    asked = {(name, normpath(join(dirname(name), each))) for name, page in pages.items() for each in shown_by(page)}
    return [f"{name}: {each}" for name, each in sorted(asked) if each not in tree]


def mixed(tree: dict[str, bytes], *releases: dict[str, bytes]) -> list[str]:
    """Files that are of none of the releases, or not whole."""
    return [name for name, content in tree.items() if all(release.get(name) != content for release in releases)]


# ---- a folder ---------------------------------------------------------------------------------------------------------


def publish_killed(site: Publisher, at: int) -> subprocess.CompletedProcess[str]:
    """A publishing that is killed at its n-th change of the target; 0: never, and it prints how many there are."""
    command = [
        sys.executable,
        "-c",
        KILLED,
        str(at),
        str(site.root.parent / "www"),
        "publish",
        "live",
        "--quiet",
        "--workers",
        "serial",
        "--site",
    ]
    return subprocess.run([*command, str(site.root)], env=bare(), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("begun", [False, True], ids=["first", "next"])
def test_u1_killed_at_any_change_of_a_folder(tmp_path: Path, layout: str, begun: bool) -> None:
    """U1: after a kill at any change, visitors see pages whose assets are all there, each file of the old release or the new one;
    the next run ends as if nothing had been, and its record, too."""
    site = publisher(tmp_path / "start/site").target("live", kind="folder", path="../www", layout=layout, grace=0, keep=2, at_once=1)
    old: dict[str, bytes] = {}
    if begun:
        assert site.publish("live").code == 0
        old = site.wanted()
        edit(site)
    site.run("build")
    undisturbed = Publisher(_copy(tmp_path, "undisturbed") / "site")
    count = int(publish_killed(undisturbed, 0).stdout)
    new = site.wanted()

    for at in steps(count, 10):
        folder = _copy(tmp_path, f"at{at}")
        killed = Publisher(folder / "site")
        ended = publish_killed(killed, at)
        seen = read(folder / "www")
        again = killed.publish("live")

        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert mixed(seen, old, new) == [], at
        assert leads_nowhere(seen) == [], at
        assert layout == "in-place" or seen in ({}, old, new), at
        assert again.code == 0, (at, again.err)
        assert read(folder / "www") == new, at
        assert remains(folder / "www") == remains(undisturbed.root.parent / "www"), at
        if begun:
            assert killed.typed("rollback", "live").code == 0, at
            assert read(folder / "www") == old, at
        shutil.rmtree(folder)


def test_u1_killed_twice_and_edited_between(tmp_path: Path) -> None:
    """U1: whatever several killed publishings of different builds left in place, the next one ends with exactly its own files."""
    chance = random.Random(11)
    for turn in range(40 if SOAK else 4):
        site = publisher(tmp_path / f"{turn}/site").target("live", kind="folder", path="../www", layout="in-place", grace=0)
        assert site.publish("live").code == 0
        old = site.wanted()
        edit(site)
        publish_killed(site, chance.randrange(10, 60))
        site.moment(4, "Fourth").moment(3, "Other").remove("content/luma/cards/moments/001.md")
        publish_killed(site, chance.randrange(10, 60))
        if chance.random() < 0.5:
            site.moment(1, "Open").moment(2, "Second").remove("content/luma/cards/moments/003.md").remove(
                "content/luma/cards/moments/004.md"
            )
            site.remove("templates/assets/site.css")

        assert site.publish("live", "--verify", "all").code == 0

        assert read(site.root.parent / "www") == site.wanted(), turn
        assert site.typed("rollback", "live").code == 0
        assert read(site.root.parent / "www") == old, turn


def test_u2_a_full_disk_ends_with_the_old_pages_whole(tmp_path: Path) -> None:
    """U2: without room for a release nothing is deleted, no page lacks what it shows, the message says so, and with room the next run finishes."""
    room = tmp_path / "room"
    room.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1300k", "tmpfs", str(room)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small file system")
    try:
        for layout in LAYOUTS:
            site = publisher(tmp_path / layout / "site").target("live", kind="folder", path=str(room / layout), layout=layout, grace=0)
            assert site.publish("live").code == 0
            old = site.wanted()
            edit(site)
            subprocess.run(["dd", "if=/dev/zero", f"of={room}/filler", "bs=4096"], capture_output=True, check=False)  # until it is full

            full = site.publish("live")
            seen = read(room / layout)
            (room / "filler").unlink()
            again = site.publish("live")

            assert full.code == 4, layout
            assert "target-full" in full.err
            assert (leads_nowhere(seen), mixed(seen, old, site.wanted()), sorted(old.keys() - seen.keys())) == ([], [], [])
            assert again.code == 0
            assert read(room / layout) == site.wanted()
            shutil.rmtree(room / layout)
    finally:
        subprocess.run(["umount", str(room)], check=True)


def test_x6_an_interrupted_publishing_ends_at_once_and_lets_go(tmp_path: Path) -> None:
    """X6: Ctrl-C ends with exit 130 within seconds, gives the lock back, and the next run finishes."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path="../www", layout="in-place", grace=60)
    assert site.publish("live").code == 0
    edit(site)
    running = site.start("publish", "live", "--workers", "serial")
    lock = tmp_path / "www/.bilan-releases/lock"
    until = time.monotonic() + 60
    while not (lock.exists() and (tmp_path / "www/luma/cards/m-003.html").exists()) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5)  # it waits for visitors of the old pages now

    running.send_signal(signal.SIGINT)
    sent = time.monotonic()
    running.communicate(timeout=20)

    assert running.returncode == 130
    assert time.monotonic() - sent < 3
    assert not lock.exists()
    site.write("site.yaml", (site.root / "site.yaml").read_text("utf-8").replace("grace: 60", "grace: 0"))
    assert site.publish("live").code == 0
    assert read(tmp_path / "www") == site.wanted()


def _copy(folder: Path, name: str) -> Path:
    """The start, again; hard links of releases are kept as such."""
    subprocess.run(["cp", "-a", str(folder / "start"), str(folder / name)], check=True)
    return folder / name


def read(base: Path) -> dict[str, bytes]:
    if not base.exists() or ((base / "releases").is_dir() and not (base / "current").exists()):
        return {}
    return held_by(base / "current") if (base / "current").exists() else held_by(base)


def remains(base: Path) -> dict[str, int]:
    """How many files of each kind Bilan keeps for itself."""
    names = [path.relative_to(base / ".bilan-releases").parts for path in (base / ".bilan-releases").rglob("*") if path.is_file()]
    kinds = [parts[1] if len(parts) == 3 else parts[-1] if len(parts) == 2 else parts[0] for parts in names]
    releases = len(list((base / "releases").iterdir())) if (base / "releases").is_dir() else 0
    return {**{kind: kinds.count(kind) for kind in kinds}, "folders": releases}


# ---- SFTP ---------------------------------------------------------------------------------------------------------------


class Wire:
    """Passes bytes to a server on, and is cut, or kills, after so many of them."""

    def __init__(self, port: int) -> None:
        self._to, self._listening = port, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.passed, self.limit = 0, -1
        self.at_limit = lambda: None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pump, args=[near, far, True], daemon=True).start()
            threading.Thread(target=self._pump, args=[far, near, False], daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while block := source.recv(4096):
                if counted:
                    self.passed += len(block)
                    if 0 <= self.limit < self.passed:
                        self.at_limit()
                        break
                sink.sendall(block)
        except OSError:
            pass
        for each in (source, sink):
            with each:
                pass

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("how", ["killed", "cut"])
def test_u1_u2_sftp_ended_after_any_byte(tmp_path: Path, ssh: Ssh, layout: str, how: str) -> None:
    """U1, U2: a publisher that dies, or a line that is cut, after any number of bytes leaves pages whole; a cut line ends with exit 4; the next
    run finishes."""
    wire = Wire(ssh.port)
    folder = ssh.folder / f"{layout}-{how}"
    folder.mkdir()
    (tmp_path / "known").write_text(ssh.known_hosts.read_text("utf-8").replace(f":{ssh.port} ", f":{wire.port} "), "utf-8")
    settings = {**ssh.settings(folder, layout=layout), "port": wire.port, "known_hosts": str(tmp_path / "known")}
    site = publisher(tmp_path / "site").target("live", **settings, grace=0)
    assert site.publish("live").code == 0
    edit(site)
    wire.passed = 0
    assert site.publish("live").code == 0
    used, turns = wire.passed, 12 if SOAK else 3
    for number in range(turns):
        old = site.wanted()
        site.moment(1, f"Changed {number}").moment(number + 10, "More").write("templates/assets/site.css", f"p {{ margin: {number}px }}")
        site.run("build")
        wire.passed, wire.limit = 0, (number + 1) * used // (turns + 1)
        running = site.start("publish", "live", "--workers", "serial")
        wire.at_limit = lambda: running.kill() if how == "killed" else None  # noqa: B023  # of this turn
        out, err = running.communicate(timeout=100)
        wire.limit = -1

        assert running.returncode == (-signal.SIGKILL if how == "killed" else 4), (out, err)
        seen = read(folder)
        assert (mixed(seen, old, site.wanted()), leads_nowhere(seen)) == ([], [])
        assert "Traceback" not in err
        assert how == "killed" or "target-unreachable" in err
        _let_go(folder)
        again = site.publish("live")
        assert (again.code, again.err) == (0, "")
        assert read(folder) == site.wanted()
    wire.close()


def _let_go(folder: Path) -> None:
    """Ages the lock of a publisher whose line was cut: it could not give it back."""
    lock = folder / ".bilan-releases/lock"
    if lock.exists():
        said = json.loads(lock.read_bytes() or b"{}")
        lock.write_text(json.dumps({**said, "machine": "another", "at": "2020-01-01T00:00:00+00:00"}), "utf-8")


# ---- S3 -----------------------------------------------------------------------------------------------------------------


def test_u1_killed_between_any_two_requests_of_a_bucket(tmp_path: Path, s3: S3) -> None:
    """U1: a publisher that dies before its n-th write leaves every page with its assets; the next run finishes, and sends only the rest."""
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings("count"), grace=0)
        assert site.publish("live", **KEYS).code == 0
        edit(site)
        proxy.writes.clear()
        assert site.publish("live", **KEYS).code == 0
        count = len(proxy.writes)

        for at in steps(count, 5):
            prefix = f"kill{at}"
            site = publisher(tmp_path / prefix / "site").target("live", **through.settings(prefix), grace=0)
            assert site.publish("live", **KEYS).code == 0
            old = site.wanted()
            edit(site)
            site.run("build")
            proxy.writes.clear()
            running = site.start("publish", "live", "--workers", "serial", **KEYS)
            proxy.at = lambda number, what: _end(running) if number >= at else None  # noqa: B023  # of this turn
            running.communicate(timeout=100)
            proxy.at = lambda number, what: None
            seen = s3.held(prefix)

            assert running.returncode == -signal.SIGKILL
            assert (mixed(seen, old, site.wanted()), leads_nowhere(seen)) == ([], []), at
            again = site.publish("live", **KEYS)
            assert again.code == 0, again.err
            assert s3.held(prefix) == site.wanted(), at


def _end(running: subprocess.Popen[str]) -> str:
    running.kill()
    return "cut"


@pytest.mark.parametrize("how", ["fail", "cut"])
def test_u2_a_server_that_fails_at_the_nth_file(tmp_path: Path, s3: S3, how: str) -> None:
    """U2: when the server is full, or the line is cut, the run ends with exit 4 and nothing is deleted; the next one sends only the rest,
    deletions last."""
    prefix = f"fails-{how}"
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings(prefix, at_once=1), grace=0)
        assert site.publish("live", **KEYS).code == 0
        old = site.wanted()
        edit(site)
        sent = [0]

        def at_the_fifth(number: int, what: str) -> str | None:
            sent[0] += what.startswith(f"PUT {prefix}/") and "/.bilan" not in what
            return how if sent[0] > 5 and not what.startswith("DELETE") else None

        proxy.writes.clear()
        proxy.at = at_the_fifth
        failed = site.publish("live", **KEYS)
        proxy.at = lambda number, what: None
        first, seen = _sent(proxy.writes, prefix)[:5], s3.held(prefix)
        _let_go_of_bucket(s3, prefix)
        proxy.writes.clear()
        done = site.publish("live", **KEYS)

    assert failed.code == 4, failed.err
    assert ("target-failed" in failed.err) or ("target-unreachable" in failed.err)
    assert set(old) <= set(seen)
    assert leads_nowhere(seen) == []
    assert done.code == 0, done.err
    assert set(first) & set(_sent(proxy.writes, prefix)) == set()
    assert s3.held(prefix) == site.wanted()
    changed = {name for name, content in site.wanted().items() if old.get(name) != content}
    assert set(first) | set(_sent(proxy.writes, prefix)) == changed


def _sent(writes: list[str], prefix: str) -> list[str]:
    return [what.removeprefix(f"PUT {prefix}/") for what in writes if what.startswith(f"PUT {prefix}/") and "/.bilan" not in what]


def _let_go_of_bucket(s3: S3, prefix: str) -> None:
    import obstore

    obstore.delete(s3.store(prefix), ".bilan-releases/lock")


def test_deletions_are_last(tmp_path: Path, s3: S3) -> None:
    """Hashed assets go out before pages, new pages before those that lead to them, the record after all files, and deletions at the end."""
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings("order"), grace=0)
        assert site.publish("live", **KEYS).code == 0
        edit(site)
        proxy.writes.clear()
        assert site.publish("live", **KEYS).code == 0

    order = [what.replace("/order/", "/") for what in proxy.writes]
    record = next(number for number, what in enumerate(order) if what.endswith("/current.json"))
    assets = [number for number, what in enumerate(order) if what.startswith("PUT order/") and what.endswith((".css", ".js"))]
    pages = [number for number, what in enumerate(order) if what.startswith("PUT order/") and what.endswith(".html")]
    new, fronts = order.index("PUT order/luma/cards/m-003.html"), [n for n in pages if order[n].endswith("index.html")]
    deletions = [number for number, what in enumerate(order) if what.startswith(("DELETE", "POST")) and number > 3]
    assert max(assets) < min(pages)
    assert new < min(fronts)
    assert max(pages) < record < min(deletions)
