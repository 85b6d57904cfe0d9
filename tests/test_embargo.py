"""Drafts, embargoes and ends: one second before its hour a thing is in no file; after its end its address says so and nothing else."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from generator.model.clock import Clock
from generator.planning import plan
from generator.problems import Problems
from tests.conftest import CAMPAIGN, REPORT, SITE, SiteFolder

PARIS = ZoneInfo("Europe/Paris")
OPENS = datetime(2026, 10, 20, 9, 0, tzinfo=PARIS)
GOES = datetime(2026, 11, 20, 9, 0, tzinfo=PARIS)  # another offset than at its opening
SECOND = timedelta(seconds=1)
DATES = "at: 2026-10-20T09:00\nuntil: 2026-11-20T09:00\n"
NEWS = "content/luma/cards/news.md"


@pytest.fixture
def site(site: SiteFolder) -> SiteFolder:
    """The site with an address, and a picture that only what is embargoed shows."""
    picture = BytesIO()
    Image.new("RGB", (600, 400), "#884422").save(picture, "PNG")
    site.write("content/luma/cards/media/secret.png", picture.getvalue())
    return site.write("site.yaml", f"{SITE}url: https://atelier.example/\n")


def page(site: SiteFolder) -> None:
    site.write(NEWS, f"---\ntitle: Quiet lighthouse\n{DATES}---\n\nA secret of ours.\n\n![x](media/secret.png)\n")


def campaign(site: SiteFolder) -> None:
    head = f'title: Quiet lighthouse\nhashtag: "#Quiet"\nurl: https://quiet.example/\nstarts: 2026-10-21\nends: 2026-11-01\n{DATES}'
    site.write("content/luma/quiet/index.md", f"---\n{head}---\n\nA secret of ours.\n\n```moments\n```\n")
    site.write("content/luma/quiet/more.md", "---\ntitle: More of the quiet lighthouse\n---\n\nA secret of ours.\n")
    site.write("content/luma/quiet/moments/001.md", "---\nkind: note\nat: 2026-09-01\ntitle: Quiet lighthouse\n---\n\nA secret of ours.\n")


def moment(site: SiteFolder) -> None:
    head = f"kind: photo\npicture: ../media/secret.png\nalt: Quiet lighthouse\ntags: [Lamp]\ntitle: Quiet lighthouse\n{DATES}"
    site.write("content/luma/cards/moments/003.md", f"---\n{head}---\n\nA secret of ours.\n")


def report(site: SiteFolder) -> None:
    head = "title: Quiet lighthouse\nfrom: 2026-09\nuntil: 2026-09\nat: 2026-10-20T09:00\nshown_until: 2026-11-20T09:00\n"
    site.write("content/luma/reports/quiet.md", f"---\n{head}---\n\n## Secret {{#secret}}\n\nA secret of ours.\n")


THINGS = {
    "page": (page, ["luma/cards/news.html"], ["luma/cards/news.html"]),
    "campaign": (campaign, ["luma/quiet/index.html", "luma/quiet/m-001.html", "luma/quiet/feed.xml", "luma/quiet/sitemap.xml"],
                 ["luma/quiet/index.html", "luma/quiet/m-001.html", "luma/quiet/more.html"]),
    "moment": (moment, ["luma/cards/m-003.html", "luma/cards/tag-lamp.html"], ["luma/cards/m-003.html"]),
    "report": (report, ["luma/room/quiet-2026-09.html", "luma/room/quiet-2026-09-draft.pdf"], ["luma/room/quiet-2026-09.html"]),
}  # fmt: skip


def told(site: SiteFolder) -> list[str]:
    """Files that know of it: by their words, in whatever form, or by being its picture."""
    marks = (b"Quiet lighthouse", b"secret of ours", b"#Quiet", b"quiet.example", b"quiet-2026")
    pages = b"".join(content for path, content in site.tree().items() if path.endswith(".html"))
    drawn = [path for path in site.tree() if path.endswith("-1200.jpg") and "/media/p-" not in path]
    assert [path for path in drawn if path.rpartition("/")[2].encode() not in pages] == []  # what is drawn says what its page says
    media = [path for path in site.tree() if "/media/p-" in path]
    return sorted({path for path, content in site.tree().items() if any(mark in content for mark in marks) or "quiet" in path} | set(media))


@pytest.mark.parametrize("name", THINGS)
def test_thing_is_nowhere_before_its_hour_and_nothing_but_an_end_after_its_last(site: SiteFolder, name: str) -> None:
    """J10, U7: the day before, and one second before 09:00 in Paris, no file knows of it; then it is there; a month later over."""
    write, there, over = THINGS[name]
    write(site)

    for early in (OPENS - timedelta(days=1), OPENS - SECOND):
        assert site.build(now=early).problems.errors == []
        assert told(site) == []
    site.build(now=OPENS)
    assert [path for path in there if path not in site.tree()] == []
    assert set(told(site)) & set(there)
    site.build(now=GOES - SECOND)
    assert set(told(site)) & set(there)
    for late in (GOES, OPENS + timedelta(days=60)):
        built = site.build(now=late)
        assert built.problems.errors == []
        pages = {path: site.output(path) for path in over}
        assert all("No longer online" in text and 'content="noindex, nofollow"' in text for text in pages.values())
        assert all(re.search(r"until 20\s+November 2026", text) for text in pages.values())
        assert not any(b"secret of ours" in content for content in site.tree().values())
        assert not [path for path in site.tree() if "/media/p-" in path or path.endswith("quiet-2026-09-draft.pdf")]
        assert not any(b"luma/quiet" in site.tree()[path] or b"/news" in site.tree()[path] for path in site.tree() if "sitemap" in path)


@pytest.mark.parametrize("name", THINGS)
def test_due_lists_both_instants_and_the_build_waits_for_no_other(site: SiteFolder, name: str) -> None:
    """`bilan due` has the hour at which it appears and the one at which it goes, and every other one that a build waits for."""
    THINGS[name][0](site)
    before = datetime(2026, 10, 19, 12, 0, tzinfo=PARIS)

    lines = [json.loads(line) for line in site.run("due", "--json", "--until", "90d", "--now", before.isoformat()).out.splitlines()]
    dated = {(each["what"], datetime.fromisoformat(each["at"])) for each in lines}
    words = json.dumps(lines)

    assert {(f"{name}-appears", OPENS), (f"{name}-goes", GOES)} <= dated
    assert "lighthouse" not in words
    at, seen = before, list[datetime]()
    for _ in range(60):
        clock = Clock(at)
        plan(site.root, clock, Problems())
        if clock.next_change is None or clock.next_change > GOES:
            break
        at = clock.next_change
        seen += [at] if at.astimezone(PARIS).hour else []  # at each midnight a build looks whether a day makes a difference
    assert OPENS in seen and GOES in seen
    assert [each for each in seen if each not in {instant for _, instant in dated}] == []


@pytest.mark.parametrize(
    "path",
    ["content/luma/cards/news.md", "content/luma/cards/moments/003.md", "content/luma/quiet/index.md", "content/luma/reports/quiet.md"],
)
def test_draft_is_in_no_file(site: SiteFolder, path: str) -> None:
    """`draft: true` keeps a page, a moment, a campaign or a report out of everything, its picture included."""
    for write, _, _ in THINGS.values():
        write(site)
    for name in ("news.md", "moments/003.md"):
        draft = (site.root / "content/luma/cards" / name).read_text()
        site.write(f"content/luma/cards/{name}", draft.replace("---\n", "---\ndraft: true\n", 1))
    for name in ("quiet/index.md", "reports/quiet.md"):
        draft = (site.root / "content/luma" / name).read_text()
        site.write(f"content/luma/{name}", draft.replace("---\n", "---\ndraft: true\n", 1))

    site.build(now=OPENS)

    assert told(site) == []


def test_link_to_a_page_that_is_not_out_is_words_only(site: SiteFolder) -> None:
    """The link does not give the address away, and the build goes on: from its hour on it leads there, and after its end to the end."""
    page(site)
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("A week of cards.", "Read [the announcement](news.md) now."))

    early = site.build(now=OPENS - SECOND)
    before = site.output("luma/cards/index.html")
    site.build(now=OPENS)

    assert [(problem.code, problem.severity, problem.at.line) for problem in early.problems] == [("held-back-link", "warning", 8)]
    assert "the announcement" in before and "news" not in before
    assert 'href="news.html"' in site.output("luma/cards/index.html")


def test_front_page_of_the_agency_has_an_hour_too(site: SiteFolder) -> None:
    """content/index.md takes the words of its hour, in the agency's zone."""
    site.write("content/index.md", "---\ntitle: Quiet lighthouse\nat: 2026-10-20T09:00\n---\n\nA secret of ours.\n")

    site.build(now=OPENS - SECOND)
    early = site.output("index.html")
    site.build(now=OPENS)

    assert "Quiet" not in early and "secret" not in early and "Quiet lighthouse" in site.output("index.html")


@pytest.mark.parametrize("path", [NEWS, "content/luma/cards/index.md", "content/luma/reports/monthly.md"])
def test_end_before_its_beginning_is_an_error(site: SiteFolder, path: str) -> None:
    """Dates in the wrong order are named at their line."""
    page(site)
    end = "shown_until" if "reports" in path else "until"
    text = {"content/luma/cards/index.md": CAMPAIGN, "content/luma/reports/monthly.md": REPORT}.get(path, "---\ntitle: News\n---\n")
    site.write(path, text.replace("---\n", f"---\nat: 2026-11-20\n{end}: 2026-10-20\n", 1))

    (problem,) = site.build().problems.errors

    assert (str(problem.at), problem.code) == (f"{path}:3:{len(end) + 3}", "ends-before-start")
