"""The one clock: --now decides what time it is, everywhere, and nothing else does."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CAMPAIGN, REPORT, SiteFolder, command
from tests.test_isolation import picture

PACKAGE = Path(__file__).parents[1] / "generator"
CLOCKS = {
    "now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "asctime", "fromtimestamp", "getmtime",
}  # fmt: skip
OWNERS = {"datetime", "date", "time", "dt"}
ALLOWED = {
    "cli/words.py": "where --now is not given",
    "cli/site.py": "the day of a new site",
    "cli/figures.py": "the day on which files are only looked into",
    "preview.py": "serve without --now",
    "builder.py": "serve without --now",
    "serve/run.py": "how long it is until what is shown changes by itself",
    "cli/publishing.py": "publishing knows the real hour only",
    "publish/lock.py": "since when another run publishes",
    "sending.py": "when each step of a message was taken: a journal of the past is never dated otherwise",
    "served.py": "when somebody decided at the desk",
    "facts/lock.py": "since when another run holds the site",
    "facts/readings.py": "whether a file was saved a moment ago",
    "exports/__init__.py": "when a file was saved",
}


def asked(path: Path) -> Iterator[str]:
    """Calls in a module that tell the time of day: datetime.now(), date.today(), time.time() …; not time that passes (monotonic)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in OWNERS:
                yield f"{owner.id}.{node.func.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"time.{alias.name}" for alias in node.names if alias.name in CLOCKS)


def test_no_other_clock_is_read() -> None:
    """K7: only the edges tell the time; whatever plans, computes or renders is handed it."""
    found = {path.relative_to(PACKAGE).as_posix(): sorted(set(asked(path))) for path in PACKAGE.rglob("*.py")}

    assert {name for name, calls in found.items() if calls} == set(ALLOWED), found


def test_templates_and_renders_have_no_clock() -> None:
    """A template cannot ask for the time: no global, filter or helper gives it."""
    source = "".join(path.read_text("utf-8") for path in (PACKAGE.parent / "templates").rglob("*.html"))

    assert re.findall(r"\b(?:now|today|utcnow)\s*\(", source) == []
    assert [path.name for path in (PACKAGE / "render").rglob("*.py") if list(asked(path))] == []


# ---- a campaign before, on and after its day ------------------------------------------------------------------------

FRONT = "kind: photo\nat: {at}\nuntil: {until}\ntitle: {title}\npicture: ../{picture}.png\nalt: Drawn {picture}\ntags: [{title}]"
MOMENT = f"---\n{FRONT}\n---\n\nWords.\n"
TIMES = {"D-1": "2026-09-09T12:00+02:00", "D": "2026-09-10T12:00+02:00", "D+30": "2026-10-10T12:00+02:00"}
SHOWN = {"D-1": {"Early"}, "D": {"Early", "Noon"}, "D+30": {"Noon", "Later"}}
STATES = {"D-1": "Opens on", "D": "until 11", "D+30": "The story of it"}


@pytest.fixture
def dated(site: SiteFolder) -> SiteFolder:
    """A campaign of two days from D on: one moment from before that ends on D+20, one of D, one that is held until D+25."""
    head = "starts: 2026-09-10T09:00\nends: 2026-09-11T20:00\nrecap: 2026-09-20T10:00"
    site.write("site.yaml", (site.root / "site.yaml").read_text("utf-8") + "url: https://studio.example/\n")
    site.write("content/luma/cards/index.md", re.sub(r"starts: .*\nends: .*", head, CAMPAIGN))
    site.write("content/luma/reports/monthly.md", REPORT.replace("from: 2026-08\nuntil: 2026-09", "from: 2026-09"))
    for number, (title, at, until) in enumerate(
        [("Early", "2026-09-08T10:00", "2026-09-30T10:00"), ("Noon", "2026-09-10T10:00", "2027-01-01T10:00"),
         ("Later", "2026-10-05T10:00", "2027-01-01T10:00")], 1
    ):  # fmt: skip
        name = f"drawn-{title.lower()}"
        site.write(f"content/luma/cards/moments/{number:03}.md", MOMENT.format(at=at, until=until, title=title, picture=name))
        site.write(f"content/luma/cards/{name}.png", picture() + title.encode())
    return site


def build(site: SiteFolder, day: str) -> str:
    done = command("build", "--site", site.root, "--now", TIMES[day], "--workers", "serial")
    assert (done.code, done.err) == (0, "")
    return done.out


def traces(site: SiteFolder) -> dict[str, set[str]]:
    """Moment → files of the output folder that name it, or are called after it."""
    tree = site.tree().items()
    return {title: {name for name, content in tree if re.search(title.encode(), content, re.I) or title.lower() in name}
            for title in ("Early", "Noon", "Later")}  # fmt: skip


@pytest.mark.parametrize("day", TIMES)
def test_each_day_shows_its_own(dated: SiteFolder, day: str) -> None:
    """J10: what is held or over is nowhere in the tree of that day, its picture, feed and tag included; the phase is the day's."""
    build(dated, day)

    found = {title: files for title, files in traces(dated).items() if files}
    assert set(found) == SHOWN[day]
    for title, files in found.items():
        names = {re.sub(r"-[0-9a-f]{10}-\d+", "", name.rpartition("/")[2]) for name in files}
        assert {"feed.xml", "feed.json", "sitemap.xml", "moments.html", f"tag-{title.lower()}.html"} <= names
    drawn = {path.rpartition("-")[0] for path in dated.tree() if path.startswith("luma/cards/media/p-")}
    assert len(drawn) == len(SHOWN[day])
    assert STATES[day] in dated.output("luma/cards/index.html")
    assert ("luma/room/monthly-2026-09.html" in dated.tree()) is (day == "D+30")


def test_time_that_passes_is_an_edit_like_any_other(dated: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With nothing changed but the hour, a build makes what the hour changes: the tree is that of a build from nothing, there and back."""
    trees = {}
    for day in TIMES:
        build(dated, day)
        trees[day] = dated.tree()
        assert build(dated, day).startswith("nothing to do")
    for day in ("D", "D-1", "D+30"):
        build(dated, day)
        assert dated.tree() == trees[day]
    fresh = SiteFolder(tmp_path_factory.mktemp("fresh"))
    shutil.copytree(dated.root / "content", fresh.root / "content")
    shutil.copy(dated.root / "site.yaml", fresh.root)
    build(fresh, "D+30")

    assert fresh.tree() == trees["D+30"]
