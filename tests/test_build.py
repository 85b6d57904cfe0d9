"""The build from the outside: what it makes, what it leaves alone, and that an incremental build equals a clean one."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from generator.facts import hold
from generator.model.outputs import Output
from generator.pipeline import Summary
from tests.conftest import CAMPAIGN, CLIENT, NOW, REPORT, SITE, SiteFolder, x_overview

AUGUST, SEPTEMBER = "luma/room/monthly-2026-08", "luma/room/monthly-2026-09"
NOTE = "content/luma/reports/monthly/2026-09/summary.md"


def moment(day: int, title: str, kind: str = "note") -> str:
    return f"---\nkind: {kind}\nat: 2026-09-{day:02}T09:00\ntitle: {title}\n---\n\nText of {title}.\n"


def no_pdf(output: Output) -> bool:
    return output.job.renderer != "report"


def reasons(summary: Summary) -> dict[str, str]:
    """Path → why, of what was not fresh."""
    return {verdict.output.path: str(verdict) for verdict in summary.verdicts if not verdict.fresh}


def clean(site: SiteFolder, folder: Path, **options: object) -> dict[str, bytes]:
    """What a build from nothing gives for the same sources."""
    shutil.copytree(site.root, folder, ignore=shutil.ignore_patterns("output", ".bilan"), symlinks=True)
    other = SiteFolder(folder)
    other.build(**options)
    return other.tree()


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """The site without its report, which takes the longest to make."""
    return site.remove("content/luma/reports/monthly.md")


# ---- what is made again ---------------------------------------------------------------------------------------------


def test_second_build_does_nothing(site: SiteFolder) -> None:
    """A build of an unchanged site writes nothing and says so."""
    site.run("build")
    stamps = {path: path.stat().st_mtime_ns for path in site.root.rglob("output/**/*")}

    run = site.run("build")

    assert run.code == 0
    assert "nothing to do" in run.out
    assert {path: path.stat().st_mtime_ns for path in site.root.rglob("output/**/*")} == stamps


def test_saving_the_same_bytes_rebuilds_nothing(site: SiteFolder) -> None:
    """Files saved again without a change, export included, make nothing again."""
    site.build()
    for path in [path for path in site.root.glob("content/**/*") if path.is_file()]:
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)

    summary = site.build()

    assert not summary.idle
    assert (reasons(summary), summary.written, summary.removed) == ({}, [], [])


def test_commentary_rebuilds_its_period_only(site: SiteFolder) -> None:
    """An edited commentary makes the PDF and the page of its month again, and nothing else; the verdict says what changed."""
    site.write(NOTE, "---\ntitle: A good month\n---\n\nWords.\n").build()

    summary = site.write(NOTE, "---\ntitle: A good month\n---\n\nOther words.\n").build()

    assert sorted(summary.written) == [f"{SEPTEMBER}-draft.pdf", f"{SEPTEMBER}.html"]
    assert set(reasons(summary)) == {f"{SEPTEMBER}-draft.pdf", f"{SEPTEMBER}.html"}
    assert "what it says changed: report, sections" in reasons(summary).values()
    assert "Other words" in site.output(f"{SEPTEMBER}.html")


def test_commentary_s_sentence_is_on_the_room_s_page(site: SiteFolder) -> None:
    """A sentence that opens a report also stands in the list of reports, which is then made again."""
    site.write(NOTE, "---\ntitle: A good month\n---\n\nWords.\n").build()

    summary = site.write(NOTE, "---\ntitle: The best month\n---\n\nWords.\n").build()

    assert sorted(summary.written) == ["luma/room/index.html", f"{SEPTEMBER}-draft.pdf", f"{SEPTEMBER}.html"]
    assert "The best month" in site.output("luma/room/index.html")


def test_first_and_last_commentary(site: SiteFolder) -> None:
    """A commentary that appears is shown, and one that is deleted is gone, as if it had never been."""
    site.build()
    before = site.tree()

    appeared = site.write(NOTE, "---\ntitle: Here\n---\n\nWords.\n").build()
    vanished = site.remove(NOTE).build()

    assert sorted(appeared.written) == sorted(vanished.written) == ["luma/room/index.html", f"{SEPTEMBER}-draft.pdf", f"{SEPTEMBER}.html"]
    assert site.tree() == before


def test_export_of_the_same_figures_rebuilds_nothing(site: SiteFolder) -> None:
    """An export whose bytes change and whose figures do not makes nothing again."""
    site.build()
    export = (site.root / "content/luma/kpi/overview.csv").read_text("utf-8")

    summary = site.write("content/luma/kpi/overview.csv", export.replace("\n", "\r\n")).build()

    assert not summary.idle
    assert (reasons(summary), summary.written) == ({}, [])


def test_export_of_another_month_rebuilds_what_shows_it(site: SiteFolder) -> None:
    """A changed figure of September makes September's report again; August, which does not show it, is left alone."""
    site.build()
    export = (site.root / "content/luma/kpi/overview.csv").read_text("utf-8")

    summary = site.write("content/luma/kpi/overview.csv", export.replace("2026-09-30,900,", "2026-09-30,950,")).build()

    assert sorted(summary.written) == [f"{SEPTEMBER}-01-summary-1.csv", f"{SEPTEMBER}-draft.pdf", f"{SEPTEMBER}.html"]


FEEDS = ("feed.xml", "feed.json")


def test_new_moment_rebuilds_its_neighbours_only(wall: SiteFolder) -> None:
    """A new moment makes the campaign page, the lists, the feeds, its own page and its neighbour again; other moments stay."""
    for day in range(3, 7):
        wall.write(f"content/luma/cards/moments/{day:03}.md", moment(day, f"Day {day}"))
    wall.build()

    summary = wall.write("content/luma/cards/moments/007.md", moment(6, "Late").replace("09:00", "19:00")).build()

    written = {path.removeprefix("luma/cards/") for path in summary.written}
    live = {path for path in written if path.startswith("live/")}
    assert len(live) == 4 and "live/head.json" in live
    assert written - live == {
        "index.html",
        "m-006.html",
        "m-007.html",
        "moments.html",
        "moments-note.html",
        "moments-milestone.html",
        *FEEDS,
    }


def test_deleted_source_takes_its_outputs_along(site: SiteFolder) -> None:
    """A moment, a campaign, a report or a client that is deleted leaves no file and no empty folder behind."""
    site.build()

    one = site.remove("content/luma/cards/moments/002.md").build()
    shutil.rmtree(site.root / "content/luma/cards")
    campaign = site.build()
    shutil.rmtree(site.root / "content/luma")
    client = site.build()

    pages = [path for path in one.removed if "/live/" not in path]
    assert pages == ["luma/cards/m-002.html", "luma/cards/moments-note.html"]
    assert campaign.removed and all(path.startswith("luma/cards/") for path in campaign.removed)
    assert {path.split("/")[0] for path in client.removed} == {"luma"}
    assert not (site.root / "output/luma").exists()


@pytest.mark.parametrize("name", ["content/luma/client.yaml", "content/luma/cards/index.md"])
def test_lost_head_of_a_folder_takes_nothing_along(wall: SiteFolder, name: str) -> None:
    """A client without its client.yaml, or a campaign without its index.md, is a mistake: its pages stay until it is mended."""
    wall.build()
    before, text = wall.tree(), (wall.root / name).read_text("utf-8")

    lost = wall.remove(name).build()
    mended = wall.write(name, text).build()

    assert (lost.failed, lost.removed, mended.failed) == (True, [], False)
    assert wall.tree() == before


def test_foreign_files_are_never_removed(wall: SiteFolder) -> None:
    """Files in the output folder that Bilan did not write stay, also where everything else goes."""
    wall.build()
    wall.write("output/CNAME", "luma.example\n").write("output/luma/cards/extra.html", "mine").write("output/other/index.html", "mine")

    wall.build(force=True, choose=no_pdf)
    shutil.rmtree(wall.root / "content/luma")
    wall.build()

    left = {name: content for name, content in wall.tree().items() if not name.startswith("assets/")}
    assert set(left) == {"CNAME", "index.html", "robots.txt", "luma/cards/extra.html", "other/index.html"}
    assert left["luma/cards/extra.html"] == b"mine"


def test_edited_output_of_a_deleted_source_is_left_with_a_notice(wall: SiteFolder) -> None:
    """A file that somebody has changed by hand is not deleted with its source; a notice names it."""
    wall.build()
    wall.write("output/luma/cards/m-002.html", "changed by hand").remove("content/luma/cards/moments/002.md")

    summary = wall.build()

    assert [(problem.code, problem.severity, problem.at.path) for problem in summary.problems] == [
        ("foreign-file", "notice", "output/luma/cards/m-002.html")
    ]
    assert wall.output("luma/cards/m-002.html") == "changed by hand"


@pytest.mark.parametrize("damage", ["deleted", "edited", "emptied", "folder deleted"])
def test_damaged_output_is_made_again(wall: SiteFolder, damage: str) -> None:
    """An output that was deleted or changed by hand is made again, and only that."""
    wall.build()
    before, page = wall.tree(), wall.root / "output/luma/cards/moments.html"
    if damage == "deleted":
        page.unlink()
    elif damage == "folder deleted":
        shutil.rmtree(page.parent)
    else:
        page.write_text("" if damage == "emptied" else "changed", encoding="utf-8")

    summary = wall.build()

    assert wall.tree() == before
    assert set(reasons(summary).values()) == {"missing or edited in the output folder"}
    assert damage == "folder deleted" or summary.written == ["luma/cards/moments.html"]


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_lost_facts_cost_a_build_and_nothing_else(wall: SiteFolder, damage: bytes | None) -> None:
    """Without its record of earlier builds Bilan judges everything again, and the output is the same."""
    wall.build()
    before, facts = wall.tree(), wall.root / ".bilan/facts.sqlite3"
    facts.unlink() if damage is None else facts.write_bytes(damage)

    summary = wall.build()

    assert not summary.failed
    assert (wall.tree(), summary.written) == (before, [])
    assert wall.problems() == []  # told once


# ---- parts of a site ------------------------------------------------------------------------------------------------


@pytest.fixture
def two(wall: SiteFolder) -> SiteFolder:
    """The site with a second client."""
    return (
        wall.write("content/orion/client.yaml", CLIENT.replace("Luma", "Orion"))
        .write("content/orion/stars/index.md", CAMPAIGN.replace("Cards", "Stars").replace("Luma", "Orion"))
        .write("content/orion/stars/moments/001.md", moment(2, "Star"))
    )


def test_error_of_one_client_keeps_only_that_client(two: SiteFolder) -> None:
    """A client with an error keeps its last good files; the other client is built, and the exit code says that not all is well."""
    two.build()
    luma = {name: content for name, content in two.tree().items() if name.startswith("luma/")}
    two.write("content/luma/cards/moments/003.md", moment(3, "New")).write("content/luma/cards/moments/002.md", "---\nkind: nope\n---\n")
    two.write("content/orion/stars/moments/002.md", moment(3, "Second star"))

    run = two.run("build")

    assert run.code == 1
    assert "Second star" in two.output("orion/stars/index.html")
    assert {name: content for name, content in two.tree().items() if name.startswith("luma/")} == luma


def test_error_of_the_agency_s_page_keeps_only_that_page(two: SiteFolder) -> None:
    """An error in content/index.md leaves the front page as it was, and the clients are built."""
    two.write("content/index.md", "---\ntitle: Front\n---\n").build()
    before = two.output("index.html")
    two.write("content/index.md", "---\ntitel: Front\n---\n").write("content/luma/cards/moments/003.md", moment(3, "New"))

    summary = two.build()

    assert summary.failed
    assert two.output("index.html") == before
    assert "luma/cards/m-003.html" in two.tree()


def test_error_of_the_settings_keeps_everything(two: SiteFolder) -> None:
    """An error in site.yaml leaves every output as it was."""
    two.build()
    before = two.tree()
    two.write("site.yaml", SITE + "nope: 1\n").write("content/luma/cards/moments/003.md", moment(3, "New"))

    summary = two.build()

    assert (summary.failed, summary.written, summary.removed) == (True, [], [])
    assert two.tree() == before


def test_lenient_writes_what_can_be_written(wall: SiteFolder) -> None:
    """--lenient writes the rest of a client with an error; the exit code still tells."""
    wall.write("content/luma/cards/moments/002.md", "---\nkind: nope\n---\n")

    strict, lenient = wall.run("build"), wall.run("build", "--lenient")

    assert (strict.code, lenient.code) == (1, 1)
    assert "luma/cards/m-001.html" in wall.tree()
    assert "luma/cards/m-002.html" not in wall.tree()


@pytest.mark.parametrize(
    ("only", "folders"), [("luma", {"luma"}), ("luma/cards", {"luma/cards"}), ("luma/", {"luma"}), ("orion/room", {"orion/room"})]
)
def test_only_builds_one_folder(two: SiteFolder, only: str, folders: set[str]) -> None:
    """--only keeps to one client's or one campaign's files, and removes nothing."""
    run = two.run("build", "--only", only)

    assert run.code == 0
    assert two.tree()
    assert all(any(name.startswith(f"{folder}/") for folder in folders) for name in two.tree())


def test_whole_build_after_a_partial_one(two: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A build after --only makes the rest, and the whole is what a build from nothing gives."""
    two.run("build", "--only", "luma/cards")

    two.build()

    assert two.tree() == clean(two, tmp_path_factory.mktemp("clean") / "site")


def test_only_of_an_unknown_name_is_wrong_usage(two: SiteFolder) -> None:
    """--only with a name that the site does not have says so."""
    run = two.run("build", "--only", "lumma")

    assert run.code == 2
    assert "lumma" in run.err


# ---- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "phase", "moments"),
    [
        ("2026-08-31T12:00+02:00", "Opens on", set()),
        ("2026-09-01T12:00+02:00", "Live", {"001"}),
        ("2026-09-02T12:00+02:00", "Live", {"001", "002"}),
        ("2026-09-08T12:00+02:00", None, {"001", "002"}),
        ("2026-09-20T12:00+02:00", None, {"001", "002"}),
    ],
)
def test_campaign_has_its_phases(wall: SiteFolder, now: str, phase: str | None, moments: set[str]) -> None:
    """A campaign is announced, live, closed, then told; a moment whose hour has not come is nowhere in the output."""
    wall.write("content/luma/cards/index.md", CAMPAIGN.replace("ends:", "recap: 2026-09-15T09:00\nends:"))

    run = wall.run("build", "--only", "luma/cards", "--now", now)

    front = wall.output("luma/cards/index.html")
    assert run.code == 0
    assert {name[2:5] for name in (Path(path).name for path in wall.tree()) if name.startswith("m-")} == moments
    assert phase is None or phase in front
    assert ("Live" in front) == (phase == "Live")
    for number, title in (("001", "Open"), ("002", "Second")):
        shown = [name for name, content in wall.tree().items() if name.endswith(".html") and f">{title}<".encode() in content]
        assert bool(shown) == (number in moments)


def test_each_phase_is_another_page(wall: SiteFolder) -> None:
    """The page of each phase differs from the one before it."""
    wall.write("content/luma/cards/index.md", CAMPAIGN.replace("ends:", "recap: 2026-09-15T09:00\nends:"))
    pages = []
    for day in ("2026-08-31", "2026-09-03", "2026-09-08", "2026-09-20"):
        wall.run("build", "--only", "luma/cards", "--now", f"{day}T12:00+02:00")
        pages.append(wall.output("luma/cards/index.html"))

    assert len(set(pages)) == 4


def test_passing_hour_builds_again(wall: SiteFolder) -> None:
    """A build that has nothing to do at noon makes the new moment's page once its hour has come, without any edit."""
    wall.write("content/luma/cards/moments/003.md", moment(1, "Ahead").replace("2026-09-01", f"{NOW:%Y-%m-%d}").replace("09:00", "15:00"))
    wall.build()

    before, after = wall.build(now=NOW + timedelta(minutes=59)), wall.build(now=NOW + timedelta(minutes=61))  # 15:00 in Paris is 13:00 UTC

    assert before.idle
    assert "luma/cards/m-003.html" in after.written


def test_finished_month_gets_its_report(site: SiteFolder) -> None:
    """A report without an end lists a month once it is over and its export is there, not on its last day."""
    site.write("content/luma/reports/monthly.md", REPORT.replace("until: 2026-09\n", ""))
    days = [f"2026-{month:02}-{day:02}" for month in (8, 9) for day in range(1, 31)] + ["2026-08-31"]
    site.write("content/luma/kpi/overview.csv", x_overview(dict.fromkeys(sorted(days), 10)))

    early = site.build(now=NOW.replace(month=9, day=30), choose=no_pdf)
    late = site.build(now=NOW.replace(month=10, day=1), choose=no_pdf)

    assert f"{SEPTEMBER}.html" not in early.written and f"{AUGUST}.html" in early.written
    assert f"{SEPTEMBER}.html" in late.written


# ---- the site's own templates ---------------------------------------------------------------------------------------


def test_template_of_the_site_is_used_and_given_up(site: SiteFolder) -> None:
    """A template in the site's own folder takes the place of Bilan's, and its removal brings Bilan's back; both say so."""
    site.build()
    before = site.tree()

    appeared = site.write("templates/parts/credits.html", "<p>Our own foot</p>\n").build()
    shown = site.output("luma/cards/moments.html")
    vanished = site.remove("templates/parts/credits.html").build()

    assert "Our own foot" in shown
    assert reasons(appeared)["luma/cards/moments.html"] == "an input appeared: templates/parts/credits.html"
    assert reasons(vanished)["luma/cards/moments.html"] == "an input vanished: templates/parts/credits.html"
    assert not [path for path in appeared.written if path.startswith("luma/room/")]
    assert site.tree() == before


def test_style_sheet_of_the_site_gets_its_own_name(wall: SiteFolder) -> None:
    """A style sheet of the site replaces Bilan's under a name of its own, on every page, and the old one goes."""
    wall.build()
    old = next(name for name in wall.tree() if re.fullmatch(r"luma/cards/assets/site\.\w+\.css", name))

    wall.write("templates/assets/site.css", "body { color: #123456 }\n").build()

    (new,) = [name for name in wall.tree() if re.fullmatch(r"luma/cards/assets/site\.\w+\.css", name)]
    assert new != old
    assert all(Path(new).name in content.decode() for name, content in wall.tree().items() if name.endswith(".html"))


def test_further_file_of_the_site_s_theme_is_copied(wall: SiteFolder) -> None:
    """A picture in the site's templates/assets is part of each bundle."""
    wall.write("templates/assets/pattern.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>").build()

    assert {"assets/pattern.svg", "luma/assets/pattern.svg", "luma/cards/assets/pattern.svg"} <= set(wall.tree())


def test_markdown_of_every_day(wall: SiteFolder) -> None:
    """Tables and footnotes are read; a line that begins with a hashtag is no heading, and links are found however they are written."""
    text = (
        "#LumaCards is open\n\n# Big\n- one\n- two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nOld and new[^1].\n\n[^1]: Foot.\n\n"
        "[on](caf%C3%A9.md) [there](café.md#x)\n"
    )
    wall.write("content/luma/cards/word.md", f"---\ntitle: Word\n---\n\n{text}")
    wall.write("content/luma/cards/café.md", "---\ntitle: Café\nslug: cafe\n---\n\nCoffee.\n").build()

    page = wall.output("luma/cards/word.html")
    for shown in ("<p>#LumaCards is open</p>", "<h2>Big</h2>", "<li>two</li>", "text-align:", ">2</td>", 'href="#fn:1"',
                  '<a href="cafe.html"', '<a href="cafe.html#x"'):  # fmt: skip
        assert shown in page


# ---- why ------------------------------------------------------------------------------------------------------------


def test_why_names_inputs_and_reason(wall: SiteFolder) -> None:
    """`bilan why` says whether an output is fresh, who asked for it, what it read, and what was looked for in vain."""
    wall.build()

    fresh = wall.run("why", "luma/cards/m-001.html")
    stale = wall.write("templates/moment.html", "{{ page.title }}\n").run("why", "output/luma/cards/m-001.html")

    assert fresh.code == stale.code == 0
    assert "luma/cards/m-001.html: fresh" in fresh.out
    assert "asked for by content/luma/cards/moments/001.md:1" in fresh.out
    assert re.search(r"read [0-9a-f]{10}  bilan:moment\.html", fresh.out)
    assert "looked for, absent  templates/moment.html" in fresh.out
    assert "an input appeared: templates/moment.html" in stale.out


def test_why_names_the_files_behind_a_report(site: SiteFolder) -> None:
    """A7, K6: of a PDF it names the exports and the commentary that it says, with their digests; with -v each part's fingerprint, and which
    has changed."""
    site.write(NOTE, "---\ntitle: A good month\n---\n\nWords.\n").build(choose=no_pdf)

    run = site.run("why", f"{SEPTEMBER}-draft.pdf")
    other = site.run("why", f"{AUGUST}.pdf")
    told = site.write(NOTE, "---\ntitle: Better\n---\n\nWords.\n").run("why", "-v", f"{SEPTEMBER}.html")

    assert re.search(r"figures from content/luma/kpi/overview\.csv [0-9a-f]{10}\n", run.out)
    assert re.search(rf"words from {NOTE} [0-9a-f]{{10}}\n", run.out)
    assert NOTE not in other.out
    assert re.search(r"says  sections: [0-9a-f]{16}, before: [0-9a-f]{16}\n", told.out)
    assert re.search(r"says  definitions: [0-9a-f]{16}\n", told.out)


def test_why_of_something_else_is_wrong_usage(wall: SiteFolder) -> None:
    """`bilan why` of a name that is no output says so."""
    run = wall.run("why", "luma/cards/nothing.html")

    assert run.code == 2
    assert "no output of this site" in run.err


def test_verbose_build_gives_a_reason_a_file(wall: SiteFolder) -> None:
    """`bilan build -v` says for each file why it was built."""
    run = wall.run("build", "--only", "luma/cards", "-v")

    assert "luma/cards/m-001.html: never built" in run.out


# ---- incremental equals clean ---------------------------------------------------------------------------------------

Edit = Callable[[SiteFolder, random.Random], object]

EDITS: list[Edit] = [
    lambda site, dice: site.write(f"content/luma/cards/moments/{dice.randrange(9)}.md", moment(dice.randrange(1, 9), f"T{dice.random()}")),
    lambda site, dice: site.write("content/luma/cards/index.md", CAMPAIGN.replace("A week", f"{dice.random()} weeks")),
    lambda site, dice: site.write(NOTE, f"---\ntitle: {dice.choice('AB')}\n---\n\nWords {dice.random()}.\n"),
    lambda site, dice: site.write("content/luma/client.yaml", CLIENT.replace("1f5c56", dice.choice(["1f5c56", "7a3b12"]))),
    lambda site, dice: site.write("templates/parts/credits.html", f"<p>{dice.random()}</p>"),
    lambda site, dice: shutil.rmtree(site.root / "templates", ignore_errors=True),
    lambda site, dice: site.write(f"content/luma/cards/{dice.choice('ab')}.md", f"---\ntitle: {dice.random()}\n---\n\nText.\n"),
    lambda site, dice: site.write("content/luma/kpi/overview.csv", x_overview({f"2026-09-0{dice.randrange(1, 9)}": dice.randrange(1000)})),
    lambda site, dice: site.write("output/luma/cards/index.html", "tampered"),
    lambda site, dice: shutil.rmtree(site.root / "output/luma/room", ignore_errors=True),
    lambda site, dice: site.write("content/orion/client.yaml", CLIENT.replace("Luma", dice.choice(["Orion", "Rigel"]))),
    lambda site, dice: shutil.rmtree(site.root / "content/orion", ignore_errors=True),
    lambda site, dice: (site.write("content/luma/cards/bad.md", "---\ntitle: @\n---\n").build(), site.remove("content/luma/cards/bad.md")),
    lambda site, dice: (site.write("templates/page.html", "{{ nope }}").build(), site.remove("templates/page.html")),
    lambda site, dice: site.build(choose=lambda output: dice.random() < 0.5),
    lambda site, dice: site.build(now=NOW - timedelta(days=dice.randrange(60)), choose=no_pdf),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_incremental_equals_clean(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """After any edits, mistakes, partial builds and tampering, the output is what a build from nothing gives."""
    dice = random.Random(seed)
    site.build()
    for _ in range(4):
        for edit in dice.sample(EDITS, 2):
            edit(site, dice)
        assert not site.build().failed

    assert site.tree() == clean(site, tmp_path_factory.mktemp("clean") / "site")


def test_output_does_not_depend_on_place_or_process(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """T7: another folder, time zone, language, hash seed and worker processes give the same bytes."""
    site.build()
    copy = tmp_path_factory.mktemp("elsewhere") / "a folder"
    shutil.copytree(site.root, copy, ignore=shutil.ignore_patterns("output", ".bilan"))
    environment = os.environ | {"TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "7"}

    command = [sys.executable, "-m", "generator", "build", "--site", str(copy), "--now", NOW.isoformat(), "--workers", "2"]
    subprocess.run(command, env=environment, cwd=Path(__file__).parents[1], check=True, capture_output=True, timeout=120)

    assert SiteFolder(copy).tree() == site.tree()


# ---- interrupted, and two at once -----------------------------------------------------------------------------------


def test_second_run_is_told_of_the_first(wall: SiteFolder) -> None:
    """While one run writes a wall, another is refused with exit code 5 and told who it waits for."""
    wall.build()
    with hold(wall.root / ".bilan"):
        run = wall.run("build")

    assert run.code == 5
    assert "locked another run is writing this site: process" in run.err
    assert wall.run("build").code == 0


def test_two_builds_at_once(site: SiteFolder) -> None:
    """Of two builds started together one ends well, and the other ends well or is told to wait; the output is whole."""
    command = [sys.executable, "-m", "generator", "build", "--now", NOW.isoformat(), "--workers", "serial", "--site", str(site.root)]
    runs = [subprocess.Popen(command, cwd=Path(__file__).parents[1], stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    codes = sorted(run.wait(timeout=60) for run in runs)
    for run in runs:
        run.communicate()
    tree = site.tree()

    assert codes in ([0, 0], [0, 5])
    assert site.build(force=True).written == []
    assert site.tree() == tree


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_killed_build_is_picked_up(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    """After kill -9 in the middle of a build, and a source deleted since, the next build gives what a build from nothing gives."""
    for day in range(3, 29):
        site.write(f"content/luma/cards/moments/{day:03}.md", moment(day, f"Day {day}"))
    site.write("content/luma/reports/monthly.md", REPORT.replace("2026-08", "2026-05"))
    command = [sys.executable, "-m", "generator", "build", "--now", NOW.isoformat(), "--workers", "2", "--site", str(site.root)]
    run = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], start_new_session=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    wait_for_files(site, int(share * 76))
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(timeout=10)
    torn = [name for name, content in site.tree().items() if not content and not name.endswith(".bilan-tmp")]
    site.remove("content/luma/cards/moments/003.md").remove("content/luma/cards/moments/028.md")

    summary = site.build()

    assert torn == []
    assert not summary.failed
    assert site.tree() == clean(site, tmp_path_factory.mktemp("clean") / "site")


def wait_for_files(site: SiteFolder, count: int, suffix: str = "") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if sum(name.endswith(suffix) for _, _, files in os.walk(site.root / "output") for name in files) >= count:
            return
        time.sleep(0.005)
    raise AssertionError("the build wrote nothing")


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_ended_build_leaves_no_process_behind(site: SiteFolder, ending: signal.Signals, code: int) -> None:
    """X6: Ctrl-C, sent to every process of a terminal, ends a build within two seconds with 130 and no traceback; nor does a killed one
    leave workers."""
    site.write("content/luma/reports/monthly.md", REPORT.replace("2026-08", "2025-06"))
    command = [sys.executable, "-m", "generator", "build", "--now", NOW.isoformat(), "--workers", "2", "--site", str(site.root)]
    run = subprocess.Popen(command, cwd=Path(__file__).parents[1], start_new_session=True, stderr=subprocess.PIPE, text=True)
    wait_for_files(site, 1, ".pdf")
    started = time.monotonic()
    os.killpg(run.pid, ending) if ending == signal.SIGINT else os.kill(run.pid, ending)
    try:
        said = run.communicate(timeout=20)[1]
        took = time.monotonic() - started
    finally:
        all_gone = gone(run.pid)

    assert run.returncode == code
    assert took < 4  # two seconds, and as many for a busy machine
    assert "Traceback" not in said
    assert all_gone


def gone(group: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


def test_a_month_without_data_after_one_with_data_says_so(site: SiteFolder) -> None:
    """A chart with a comparison has nothing of its own to show: it says why, and the report is made."""
    report = (site.root / "content/luma/reports/monthly.md").read_text().replace("until: 2026-09", "until: 2026-10")
    site.write("content/luma/reports/monthly.md", report + "\n```chart\nline: impressions\ncompare: previous\n```\n")

    summary = site.build(choose=lambda output: output.path.startswith("luma/room/monthly-2026-10"))

    assert list(summary.problems) == []
    assert "period not covered" in site.output("luma/room/monthly-2026-10.html")
