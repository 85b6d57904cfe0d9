"""Names that nothing reads, next to those that are read: what lies there would be left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.content.campaigns import RESERVED
from generator.content.moderation import LISTS
from generator.content.walk import relative
from generator.model.site import Client, Site
from generator.problems import SHARED, Location, Problems, did_you_mean

_OF_A_CAMPAIGN = ("moments", "media")
_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".zip")
_ROWS = ("moments.csv", "cards.csv", "moderation.csv", "consent.csv", "press.csv")
_OF_THE_SITE = ("metrics.yaml", "redirects.yaml")
_OF_A_CLIENT = ("consent.csv", "forgotten.csv", "posts.csv")
_NO_MOMENT = (".markdown", ".mdown", ".md", ".txt")  # .md in other letters: .MD


def refuse_strays(site: Site, clients: Sequence[Client], problems: Problems) -> None:
    """Misspelt folders and files of the site, its clients, campaigns and reports."""
    content = site.root / "content"
    for path in sorted(content.glob("*.y*ml")):
        if path.name not in _OF_THE_SITE:
            _refuse("unknown-file", path, _OF_THE_SITE, site, problems)
    for client in clients:
        folder = content / client.slug
        _in_client(folder, site, problems)
        _in_reports(folder / "reports", content / SHARED, site, problems)


def _in_client(folder: Path, site: Site, problems: Problems) -> None:
    for path in sorted(path for path in folder.glob("*.*") if path.suffix.lower() in _TABLES and not path.name.startswith(".")):
        if path.name in _OF_A_CLIENT:
            continue
        fix = "put exports into kpi/, and tables of monitoring or inbox tools into conversation/"
        problems.add("unknown-file", f'nothing reads "{path.name}" here', Location(path=relative(path, site.root)), fix=fix)
    for path in _folders(folder):
        if not (path / "index.md").is_file():
            if path.name not in RESERVED:
                _refuse_near("unknown-folder", path, sorted(RESERVED - {"posts"}), site, problems)  # which is read by no name
            continue
        if path.name in RESERVED:
            at = Location(path=f"{relative(path, site.root)}/index.md")
            problems.add("reserved-name", f'no campaign can be called "{path.name}"', at, fix="give its folder another name")
            continue
        for below in _folders(path):
            if below.name not in _OF_A_CAMPAIGN:
                _refuse_near("unknown-folder", below, _OF_A_CAMPAIGN, site, problems)
        for file in sorted(path.glob("*.csv")):
            if file.name not in _ROWS and not file.name.startswith("moments"):
                _refuse_near("unknown-file", file, _ROWS, site, problems)
        for file in (file for file in sorted(path.glob("*.y*ml")) if file.name != LISTS):
            _refuse("unknown-file", file, (LISTS,), site, problems)
        for file in sorted((path / "moments").glob("*")):
            if file.suffix != ".md" and file.suffix.lower() in _NO_MOMENT:
                _refuse("unknown-file", file, (f"{file.stem}.md",), site, problems)


def _in_reports(folder: Path, shared: Path, site: Site, problems: Problems) -> None:
    """Commentary and approvals lie in a folder that is called as a report, or as a cut of one."""
    known = sorted({path.stem for place in (folder, shared) for path in place.glob("*.md")})
    for path in _folders(folder):
        if not any(path.name == slug or path.name.startswith(f"{slug}-") for slug in known):
            _refuse("unknown-folder", path, known, site, problems)


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/") if path.is_dir() and not path.name.startswith("."))


def _refuse_near(code: str, path: Path, known: Iterable[str], site: Site, problems: Problems) -> None:
    """A name that is not nearly a known one may be the author's own."""
    if did_you_mean(path.name, known):
        _refuse(code, path, known, site, problems)


def _refuse(code: str, path: Path, known: Iterable[str], site: Site, problems: Problems) -> None:
    names = list(known)
    near = did_you_mean(path.name, names)
    message = f'nothing reads "{path.name}"' + (f"; {near}" if near else "")
    problems.add(code, message, Location(path=relative(path, site.root)), fix=f"here may be: {', '.join(names) or 'nothing'}")
