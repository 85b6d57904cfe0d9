"""Builds that are killed at any of their changes to files, that find no room, or whose memory is damaged: nothing is torn, and the next
build gives what an undisturbed one gives.

`make soak` tries every change instead of some; BILAN_SOAK says that it is one.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOW, SiteFolder

ROOT = Path(__file__).parents[1]
SOAK = bool(os.environ.get("BILAN_SOAK"))
KILLED = '''
import os, signal, sys
left = int(sys.argv[1])
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate"}

def look(event, arguments):
    """Kills the process at the n-th change of a file or folder: before it is made."""
    global left
    opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if opens or event in CHANGES:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

from generator.__main__ import main
import generator.config, generator.content, generator.metrics, generator.plan, generator.render.templates, generator.render.charts
sys.addaudithook(look)
try:
    main(sys.argv[2:])
finally:
    print(int(sys.argv[1]) - left)
'''


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """The site without its report and figures."""
    shutil.rmtree(site.root / "content/luma/kpi")
    return site.remove("content/luma/reports/monthly.md")


def run(site: SiteFolder, at: int) -> subprocess.CompletedProcess[str]:
    """A build that is killed at its n-th change; 0: never, and it prints how many there are."""
    command = [sys.executable, "-c", KILLED, str(at), "build", "--quiet", "--workers", "serial", "--now", NOW.isoformat(), "--site"]
    return subprocess.run([*command, str(site.root)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def edit(site: SiteFolder) -> None:
    """A moment goes, one comes, one changes, and so does the style sheet: files of all kinds are made, changed and removed."""
    site.remove("content/luma/cards/moments/002.md").write(
        "content/luma/cards/moments/003.md", "---\nkind: quote\nat: 2026-09-03T09:00\n---\n\nNew.\n"
    )
    site.write("content/luma/cards/moments/001.md", "---\nkind: note\nat: 2026-09-01T09:00\ntitle: Changed\n---\n\nText.\n")
    site.write("templates/assets/site.css", "p { margin: 0 }")


def copy(site: SiteFolder, folder: Path) -> SiteFolder:
    shutil.copytree(site.root, folder)
    return SiteFolder(folder)


@pytest.mark.parametrize("begun", [False, True], ids=["first build", "after edits"])
def test_build_that_is_killed_at_any_change(wall: SiteFolder, tmp_path_factory: pytest.TempPathFactory, begun: bool) -> None:
    """X6: each file is the old one or the new one, whole; none that stays is missing; the next build ends as if nothing had been."""
    folder = tmp_path_factory.mktemp("crash")
    if begun:
        wall.build()
        edit(wall)
    old = wall.tree()
    undisturbed = copy(wall, folder / "undisturbed")
    changes = int(run(undisturbed, 0).stdout.strip())
    new = undisturbed.tree()
    points = range(1, changes + 1) if SOAK else sorted(random.Random(begun).sample(range(1, changes + 1), 4))
    for at in points:
        site = copy(wall, folder / "killed")

        killed = run(site, at)
        left = {name: content for name, content in site.tree().items() if not name.endswith(".bilan-tmp")}
        next_build = site.build()

        assert killed.returncode == -signal.SIGKILL, f"change {at} of {changes}"
        assert [name for name, content in left.items() if content not in (old.get(name), new.get(name))] == [], f"change {at}"
        assert [name for name in old if name in new and name not in left] == [], f"change {at}"
        assert (next_build.failed, site.tree()) == (False, new), f"change {at}"
        shutil.rmtree(site.root)


@pytest.mark.skipif(not (SOAK and shutil.which("strace")), reason="takes long, and strace")
def test_build_that_is_killed_at_any_system_call(wall: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same for every system call that changes a file, those of the record of builds among them."""
    folder = tmp_path_factory.mktemp("crash")
    wall.build()
    edit(wall)
    calls = "trace=rename,renameat2,unlink,unlinkat,mkdir,rmdir,pwrite64,write,ftruncate,openat"
    build = [sys.executable, "-m", "generator", "build", "--quiet", "--workers", "serial", "--now", NOW.isoformat(), "--site"]
    undisturbed = copy(wall, folder / "undisturbed")
    log = folder / "calls"
    subprocess.run(["strace", "-f", "-o", log, "-e", calls, *build, undisturbed.root], cwd=ROOT, check=True, timeout=120)
    new = undisturbed.tree()
    lines = log.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if "/lock" in line)
    for at in range(first + 1, len(lines), 3):
        site = copy(wall, folder / "killed")
        inject = ["strace", "-f", "-o", os.devnull, "-e", calls, "-e", f"inject={calls[6:]}:signal=KILL:when={at}"]
        subprocess.run([*inject, *build, site.root], cwd=ROOT, check=False, timeout=120, capture_output=True)

        assert (site.build().failed, site.tree()) == (False, new), f"call {at}: {lines[at - 1]}"
        shutil.rmtree(site.root)


def test_no_room_on_the_disk(wall: SiteFolder) -> None:
    """X1: a disk that is full names the file and the room that it needs, keeps what was there, and leaves no empty or torn file."""
    wall.build()
    before = wall.tree()
    edit(wall)
    largest = max(len(content) for name, content in before.items() if name.endswith(".html"))
    command = [sys.executable, "-m", "generator", "build", "--workers", "serial", "--now", NOW.isoformat(), "--site", str(wall.root)]

    full = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2)),
    )  # fmt: skip
    after = wall.tree()
    mended = wall.build()

    assert full.returncode == 1
    assert "cannot-write" in full.stderr
    assert "make room" in full.stderr
    assert "Traceback" not in full.stderr
    assert after == before
    assert not mended.failed
    assert "Changed" in wall.output("luma/cards/m-001.html")


@pytest.mark.parametrize("seed", range(60 if SOAK else 6))
def test_damaged_memory(wall: SiteFolder, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """X3: whatever was changed in the record of builds, or cut from it, the next build gives what a clean one gives."""
    wall.build()
    path, dice = wall.root / ".bilan/facts.sqlite3", random.Random(seed)
    content = bytearray(path.read_bytes())
    if seed % 3 == 0:
        del content[dice.randrange(len(content)) :]
    else:
        for _ in range(seed):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    before = wall.tree()

    same = wall.run("build")
    kept = wall.tree()
    edit(wall)
    wall.build()
    clean = copy(wall, tmp_path_factory.mktemp("clean") / "site")
    shutil.rmtree(clean.root / "output")
    shutil.rmtree(clean.root / ".bilan")
    clean.build()

    assert same.code == 0
    assert same.err.count("facts-unreadable") == 1
    assert kept == before
    assert wall.tree() == clean.tree()
