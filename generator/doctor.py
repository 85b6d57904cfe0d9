"""What this machine lacks for Bilan's work, and the command that mends it."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from generator.extensions import found
from generator.problems import Problems, RemoteError
from generator.theme import own_templates
from generator.workers import FAR, is_far

NATIVE = {  # library → Debian package
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
EMOJI = "Noto Color Emoji"
ROOM = 200 << 20  # bytes that a site and its reports comfortably fit in


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    what: str
    good: bool
    fix: str | None = None

    def __str__(self) -> str:
        return f"{'ok' if self.good else 'MISSING':8} {self.what}" + (f"\n         fix: {self.fix}" if self.fix and not self.good else "")


def examine(root: Path, workers: str = "auto") -> Iterator[Finding]:
    """Everything worth knowing before the first build; and about a cluster, when one is to be used."""
    yield Finding(what=f"Python {sys.version.split()[0]}", good=sys.version_info >= (3, 11), fix="install Python 3.11 or newer")
    yield Finding(what=f"SQLite {sqlite3.sqlite_version}", good=sqlite3.sqlite_version_info >= (3, 37), fix="install SQLite 3.37 or newer")
    for name, package in NATIVE.items():
        found = ctypes.util.find_library(name) is not None
        yield Finding(what=f"native library {name}, for PDFs", good=found, fix=f"apt-get install {package} (macOS: brew install pango)")
    yield Finding(what="an emoji font, for names and posts", good=_has_font(EMOJI), fix="apt-get install fonts-noto-color-emoji")
    yield Finding(
        what="the theme that Bilan ships",
        good=(own_templates() / "base.html").is_file(),
        fix="install Bilan again: pip install --force-reinstall bilan",
    )
    yield Finding(what="time zones", good=find_spec("tzdata") is not None or Path("/usr/share/zoneinfo").is_dir(), fix="pip install tzdata")
    yield _site(root)
    yield _room(root)
    yield from _targets(root)
    yield from _extensions()
    yield _cluster(workers.removeprefix(FAR)) if is_far(workers) else _cluster_library()


def _has_font(name: str) -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    known = subprocess.run([lister, ":", "family"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603  # a fixed command
    return name in known.stdout


def _site(root: Path) -> Finding:
    return Finding(
        what=f"site.yaml in {root.resolve()}", good=(root / "site.yaml").is_file(), fix="bilan new DIR, or name the site with --site DIR"
    )


def _room(root: Path) -> Finding:
    """Whether files can be written here, and enough of them."""
    place = root if root.is_dir() else Path()
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(what=f"a folder that can be written: {error.strerror}", good=False, fix=f"chown -R {os.getuid()} {place}")
    return Finding(what=f"{free >> 20:,} MiB free on disk", good=free > ROOM, fix="make room: reports and pictures need it")


def _extensions() -> Iterator[Finding]:
    """Whether each one can be used is for a build to say."""
    for each in found():
        yield Finding(what=f"extension {each.distribution} {each.version}: bilan.{each.group} {each.name}", good=True)


def _targets(root: Path) -> Iterator[Finding]:
    """Whether each target of the site answers and lets us in; nothing is written there."""
    if not (root / "site.yaml").is_file():
        return
    from generator.config import load_site
    from generator.publishing import examine as look
    from generator.publishing import own_environment

    for name, target in load_site(root, Problems()).targets.items():
        what = f"target {name} ({target.kind})"
        try:
            yield Finding(what=f"{what}: {look(root, name, target, own_environment())}", good=True)
        except RemoteError as error:
            problem = error.problems[0]
            yield Finding(what=f"{what}: {problem.message}", good=False, fix=problem.fix)


def _cluster_library() -> Finding:
    """An extra: nothing is wrong without it."""
    known = "installed" if find_spec("distributed") else 'not installed; pip install "bilan[cluster]" if you want it'
    return Finding(what=f"distributed, for builds on a cluster: {known}", good=True)


def _cluster(address: str) -> Finding:
    from generator.cluster import open_cluster

    name = f"the cluster {FAR}{address}"
    try:
        with open_cluster(address) as cluster:
            return Finding(what=f"{name}: {cluster.workers} workers", good=True)
    except RemoteError as error:
        problem = error.problems[0]
        return Finding(what=f"{name}: {problem.message}", good=False, fix=problem.fix)
