"""Publishings that are killed, that find no room, or that a server fails: no reader stumbles, and the next run ends what was begun.

`make soak` tries every step instead of some; BILAN_SOAK says that it is one.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.publishkit import LAYOUTS, SOAK, Publisher, bare, edit, leads_nowhere, mixed, publisher, read, steps

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

    for at in steps(count, 3):
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
    for turn in range(40 if SOAK else 2):
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
    """U2: without room nothing is deleted, no page lacks what it shows, the message says so, and with room the next run finishes."""
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


def remains(base: Path) -> dict[str, int]:
    """How many files of each kind Bilan keeps for itself."""
    names = [path.relative_to(base / ".bilan-releases").parts for path in (base / ".bilan-releases").rglob("*") if path.is_file()]
    kinds = [parts[1] if len(parts) == 3 else parts[-1] if len(parts) == 2 else parts[0] for parts in names]
    releases = len(list((base / "releases").iterdir())) if (base / "releases").is_dir() else 0
    return {**{kind: kinds.count(kind) for kind in kinds}, "folders": releases}
