"""Bilan as it is installed: from its wheel, with its theme, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
NEEDED = ("base.html", "campaign.html", "report_print.html", "assets/site.css", "messages/fr.po", "print/report.css")


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it, and the two archives."""

    wheel: Path
    source: Path
    bin: Path

    def run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel built from this checkout, installed where the checkout is not on the path; the libraries are this environment's."""
    folder = tmp_path_factory.mktemp("install")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", str(folder / "dist"), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,), (source,) = (folder / "dist").glob("*.whl"), (folder / "dist").glob("*.tar.gz")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv/bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(wheel, source, python.parent)


def test_archives_hold_the_theme(installed: Installed) -> None:
    """Wheel and source archive hold every template, style sheet, font and catalogue; and no test, site or output."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    with tarfile.open(installed.source) as archive:
        sources = [name.partition("/")[2] for name in archive.getnames()]
    theme = [path.relative_to(CHECKOUT / "templates").as_posix() for path in (CHECKOUT / "templates").rglob("*") if path.is_file()]

    assert set(NEEDED) <= set(theme)
    assert {f"generator/templates/{name}" for name in theme} <= set(names)
    assert {f"templates/{name}" for name in theme} <= set(sources)
    assert "generator/metrics/metrics.yaml" in names
    assert not [name for name in names if name.startswith(("tests/", "content/", "output/", ".bilan/")) or name.endswith(".pyc")]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_bilan_begins_and_builds_a_site(installed: Installed, tmp_path: Path) -> None:
    """`bilan new x` and `bilan build` work from the wheel alone, with pages that have their style sheet and fonts."""
    bilan = str(installed.bin / "bilan")

    begun = installed.run(bilan, "new", "x", "--client", "Luma", "--language", "fr", cwd=tmp_path)
    built = installed.run(bilan, "build", "--site", "x", cwd=tmp_path)
    again = installed.run(bilan, "build", "--site", "x", cwd=tmp_path)
    where = installed.run(str(installed.bin / "python"), "-c", "import generator; print(generator.__file__)", cwd=tmp_path)

    assert (begun.returncode, built.returncode, built.stderr) == (0, 0, "")
    assert Path(where.stdout).is_relative_to(installed.bin.parent)
    page = tmp_path / "x/output/luma/premiere-campagne/index.html"
    (style,) = page.parent.glob("assets/site.*.css")
    assert style.stat().st_size > 10_000
    assert f"assets/{style.name}" in page.read_text("utf-8")
    assert list(page.parent.glob("assets/fonts/*.woff2"))
    assert "nothing to do" in again.stdout


def test_installed_bilan_makes_a_report(installed: Installed, tmp_path: Path) -> None:
    """A PDF report is made from the wheel alone."""
    bilan = str(installed.bin / "bilan")
    installed.run(bilan, "new", "x", "--client", "Luma", "--language", "en", cwd=tmp_path)
    days = "".join(f'"2026-09-{day:02}",10,1,2,0,0,0,0,0,0,0,0\n' for day in range(1, 31))
    head = "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,Create Post\n"
    (tmp_path / "x/content/luma/kpi/x.csv").write_text(head + days)
    report = ("report", "luma", "--site", "x", "--period", "2026-09", "--now", "2026-10-05T12:00")

    run = installed.run(bilan, *report, cwd=tmp_path)

    assert run.returncode == 0, run.stderr
    assert (tmp_path / "x/output/luma/room/monthly-2026-09-draft.pdf").read_bytes().startswith(b"%PDF-")


def test_installed_bilan_finds_nothing_missing(installed: Installed, tmp_path: Path) -> None:
    """`bilan doctor` of the installed program finds its theme."""
    run = installed.run(str(installed.bin / "bilan"), "doctor", cwd=tmp_path)

    assert "ok       the theme that Bilan ships" in run.stdout
