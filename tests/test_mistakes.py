"""Mistakes of authors, seen from the outside: each at its place with a way out, all in one run, and nothing lost."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator import config
from generator.config import READ
from generator.content.moderation import LISTS
from tests.conftest import CAMPAIGN, CLIENT, REPORT, SITE, SiteFolder, command, x_overview
from tests.pagekit import read_page

PLACED = re.compile(r"^([^\s:]+):(\d+):(?:(\d+):)? ([a-z0-9-]+) \S", re.MULTILINE)
GIANTS = {  # texts of gigabytes in one step
    "method": "'x'.center(10**9)",
    "filter": "'x'|center(10**9)",
    "percent": "'%1000000000d' % 1",
    "format filter": "'%1000000000d'|format(1)",
    "format method": "'{:>1000000000}'.format(1)",
    "indent": "'x'|indent(10**9, true)",
    "replace": "('x' * 10**6)|replace('x', 'x' * 10**6)",
    "join": "(['x' * 10**6] * 10**5)|join",
}
GROWING = "{% set n = namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BASE = "{% extends 'base.html' %}\n"
ASKED = """
{{ impresions }} in all.

![Curve](curve.png)

[more](more.md)

```kpis
metrics: [impresions]
```

```tabel
metrics: [reach]
```
"""

# file → its text, and where its mistakes are: line, column, code
MISTAKES: dict[str, tuple[str, list[tuple[int, int | None, str]]]] = {
    "content/luma/client.yaml": (CLIENT + "name: Lumen\n", [(6, 1, "duplicate-key")]),
    "content/luma/cards/index.md": (CAMPAIGN.replace('"#LumaCards"', "#LumaCards"), [(3, 10, "value-is-comment")]),
    "content/luma/cards/bomb.md": (f"---\ntitle: Bomb\n{BOMB}---\n", [(3, 17, "yaml-bomb")]),
    "content/luma/cards/tag.md": ("---\ntitle: !!python/object/apply:os.system [touch hacked]\n---\n", [(2, 8, "yaml-tag")]),
    "content/luma/cards/tab.md": ("---\ntitle: Tab\nbrand:\n\tcolour: red\n---\n", [(4, 1, "yaml-syntax")]),
    "content/luma/cards/quote.md": ('---\ntitle: "Never closed\nsummary: a\n---\n', [(2, 8, "yaml-syntax")]),
    "content/luma/cards/colon.md": ("---\ntitle: C'est l'été: 50 %\n---\n", [(2, 19, "yaml-syntax")]),
    "content/luma/cards/handle.md": ("---\ntitle: @sony\n---\n", [(2, 8, "yaml-syntax")]),
    "content/luma/cards/open.md": ("---\ntitle: Open\n", [(1, 1, "front-matter-open")]),
    "content/luma/cards/slug.md": ("---\ntitle: Slug\nslug: ../../escape\n---\n", [(3, 7, "bad-slug")]),
    "content/luma/cards/list.md": ("---\ntitle: [one, two]\n---\n", [(2, 8, "wrong-shape")]),
    "content/luma/cards/nothing.md": ("---\nsummary: No title\n---\n", [(2, 1, "missing-key")]),
    "content/luma/cards/moments/001.md": (
        "---\nkind: milestone\nat: 2026-02-30T09:00\nkey: yes\n---\n",
        [(3, 5, "impossible-date"), (4, 6, "not-yes-no")],
    ),
    "content/luma/cards/moments/002.md": ("---\nkind: not\nat: 2026-09-02T09:00\n---\n", [(2, 7, "unknown-word")]),
    "content/luma/kpi/damaged.csv": (x_overview({"2026-09-01": 100}).replace(",100,", ",1x0,"), [(2, 12, "bad-cell")]),
    "content/luma/kpi/renamed.csv": (x_overview({"2026-09-02": 100}).replace("Date,", "When,"), [(1, None, "column-renamed")]),
    "content/luma/reports/monthly.md": (
        REPORT + ASKED,
        [(13, 1, "unknown-figure"), (15, 1, "dead-link"), (17, 1, "dead-link"), (20, 10, "unknown-metric"), (23, 1, "unknown-block")],
    ),
    "content/orion/client.yaml": ("name: Orion\nlangage: fr\n", [(2, 1, "unknown-key")]),
    "content/orion/stars/index.md": (CAMPAIGN, []),
    "content/orion/stars/one.md": ("---\ntitle: One\nslug: same\n---\n", [(3, 7, "address-taken")]),
    "content/orion/stars/two.md": ("---\ntitle: Two\nslug: same\n---\n", [(3, 7, "address-taken")]),
    "content/orion/stars/moments/001.md": ("---\nkind: note\nat: 2026-09-02T09:00\ntitle: Moment\n---\n\nText.\n", []),
    "templates/room.html": (BASE + "{% block main %}\n{% if reports %}\n{% endblock %}\n", [(4, None, "template-syntax")]),
    "templates/client.html": (BASE + "{% block main %}{{ cliant.name }}{% endblock %}\n", [(2, None, "unknown-variable")]),
    "templates/moment.html": (BASE + "\n{% block main %}{{ moment.titel }}{% endblock %}\n", [(3, None, "unknown-variable")]),
    "content/orion/stars/team.md": ("---\ntitle: Team\n---\n\nUs.\n", []),
    "templates/page.html": ("{% extends 'bass.html' %}\n", [(1, None, "missing-template")]),
    "templates/moments.html": ("{{ campaign.title|shout }}\n", [(1, None, "template-syntax")]),
    "site.yaml": (SITE + "outptu: public\n", [(4, 1, "unknown-key")]),
}  # fmt: skip


@pytest.fixture
def broken(site: SiteFolder) -> SiteFolder:
    """A site that was built once, and then got every mistake at once."""
    site.write("content/orion/client.yaml", "name: Orion\n")
    site.build()
    for name, (text, _) in MISTAKES.items():
        site.write(name, text)
    return site


@pytest.mark.parametrize(
    ("name", "folder", "code"),
    [
        ("content/luma/kpis/x.csv", "content/luma/kpis", "unknown-folder"),
        ("content/luma/cards/moment/3.md", "content/luma/cards/moment", "unknown-folder"),
        ("content/luma/reports/monthy/2026-09/summary.md", "content/luma/reports/monthy", "unknown-folder"),
        ("content/luma/room/index.md", "content/luma/room/index.md", "reserved-name"),
    ],
)
def test_folder_that_nothing_reads_is_named(site: SiteFolder, name: str, folder: str, code: str) -> None:
    """Y7: exports, moments, commentary or a campaign in a misspelt or reserved folder are not left out without a word."""
    site.write(name, "---\ntitle: A\n---\n\nText.\n")

    assert [(problem.code, problem.at.path) for problem in site.mistakes()] == [(code, folder)]


def test_a_counter_has_one_value_a_day(site: SiteFolder) -> None:
    """A5: of two values that were noted for one day none is believed."""
    each = "  - {{name: sms, label: SMS, value: {}, date: 2026-09-01, author: A, source: B}}\n"
    site.write("content/luma/counters.yaml", "counters:\n" + each.format(5) + each.format(9))

    assert [(problem.code, problem.at.path) for problem in site.mistakes()] == [("counter-twice", "content/luma/counters.yaml")]


def test_folder_of_one_s_own_is_left_alone(site: SiteFolder) -> None:
    """What is not nearly a known name may be the agency's own notes."""
    site.write("content/luma/archive-of-press/note.txt", "a").write("content/luma/cards/sources/a.psd", "a")

    assert not site.problems()


def test_all_mistakes_are_found_in_one_run(broken: SiteFolder) -> None:
    """Every mistake of a site is named at its line with a way out, in one run that ends with exit code 1 and no traceback."""
    run = broken.run("build")

    found = [(path, int(line), int(column) if column else None, code) for path, line, column, code in PLACED.findall(run.err)]
    assert found == sorted((path, *place) for path, (_, places) in MISTAKES.items() for place in places)
    assert len(found) > 25
    assert run.err.count("\n  fix: ") == len(found)
    assert run.code == 1
    assert "Traceback" not in run.err + run.out


def test_failed_build_leaves_the_output_as_it_was(broken: SiteFolder) -> None:
    """After a build full of mistakes every output is byte for byte what it was, and nothing of the input was run."""
    before = broken.tree()

    broken.run("build")

    assert broken.tree() == before
    assert not list(broken.root.rglob("hacked"))
    assert not list(broken.root.parent.rglob("*escape*"))


def test_check_finds_what_a_build_finds_and_writes_nothing(broken: SiteFolder) -> None:
    """`bilan check` names the same problems as a build, and leaves no file behind."""
    files = sorted(broken.root.rglob("*"))

    checked, built = broken.run("check"), broken.run("build")

    assert checked.code == 1
    assert PLACED.findall(checked.err) == PLACED.findall(built.err)
    assert sorted(broken.root.rglob("*")) == files


def test_mended_site_builds_like_a_new_one(broken: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Once the mistakes are taken back, the output is what a build from nothing gives."""
    broken.build()
    for name in MISTAKES:
        broken.remove(name)
    fresh = SiteFolder(tmp_path_factory.mktemp("fresh"))
    for each in (broken, fresh):
        each.write("site.yaml", SITE).write("content/luma/client.yaml", CLIENT).write("content/luma/cards/index.md", CAMPAIGN)
        each.write("content/luma/kpi/overview.csv", x_overview({"2026-09-01": 100}))

    assert broken.build().problems.errors == fresh.build().problems.errors == []
    assert broken.tree() == fresh.tree()


def test_problems_as_json(broken: SiteFolder) -> None:
    """`--json` gives one object a problem with path, line, column, code, message and fix, and then what was done."""
    lines = [json.loads(line) for line in broken.run("build", "--json").out.splitlines()]

    places = {(each["path"], each["line"], each["column"], each["code"]) for each in lines[:-1]}
    assert places == {(path, *place) for path, (_, listed) in MISTAKES.items() for place in listed}
    assert all(each["message"] and each["fix"] for each in lines[:-1])
    assert lines[-1]["written"] == 0 and lines[-1]["errors"] == len(lines) - 1


INDEX, PAGE, MOMENT = "content/luma/cards/index.md", "content/luma/cards/page.md", "content/luma/cards/moments/001.md"
CONFIG, OWNER, MONTHLY = "site.yaml", "content/luma/client.yaml", "content/luma/reports/monthly.md"
NOTE = "---\nkind: note\nat: 2026-09-01T09:00\n---\n"
HEAD = "---\ntitle: Page\n---\n\n"


@pytest.mark.parametrize(
    ("name", "text", "line", "code"),
    [
        pytest.param(INDEX, CAMPAIGN.replace('"#LumaCards"', "#LumaCards"), 3, "value-is-comment", id="Y1 hashtag without quotes"),
        pytest.param(INDEX, CAMPAIGN.replace('"#LumaCards"', ""), 3, "empty-value", id="Y1 nothing after the colon"),
        pytest.param(INDEX, CAMPAIGN.replace('"#LumaCards"', '""'), 3, "wrong-form", id="Y1 empty hashtag"),
        pytest.param(MOMENT, "---\nkind: note\nat: 2026-09-01T09:00\nhandle: @sony\n---\n", 4, "yaml-syntax", id="Y2"),
        pytest.param(MOMENT, "---\nkind: note\nat: 2026-09-01T09:00\nkey: no\n---\n", 4, "not-yes-no", id="Y3 no for false"),
        pytest.param(PAGE, "---\ntitle: A\nsummary: x\ntitle: B\n---\n", 4, "duplicate-key", id="Y4"),
        pytest.param(CONFIG, SITE + 'brand:\n  colour: "#123456"\n  colour: "#123457"\n', 6, "duplicate-key", id="Y4 inner"),
        pytest.param(PAGE, "---\ntitle: A\nbrand:\n\tcolour: x\n---\n", 4, "yaml-syntax", id="Y5 tab"),
        pytest.param(PAGE, "---\ntitle: 'A\nsummary: x\n---\n", 2, "yaml-syntax", id="Y5 quote"),
        pytest.param(PAGE, "---\ntitle: C'est l'été: 50 %\n---\n", 2, "yaml-syntax", id="Y5 colon"),
        pytest.param(PAGE, "---\ntitle: [a\n---\n", 2, "yaml-syntax", id="Y5 bracket"),
        pytest.param(PAGE, "---\ntitle: *star*\n---\n", 2, "yaml-syntax", id="Y5 star"),
        pytest.param(INDEX, CAMPAIGN.replace("2026-09-01T09:00", "2024-02-30T09:00"), 4, "impossible-date", id="Y6"),
        pytest.param(INDEX, CAMPAIGN.replace("2026-09-01T09:00", "2024-02-03T25:00"), 4, "impossible-date", id="Y6 hour"),
        pytest.param(INDEX, CAMPAIGN.replace("2026-09-01T09:00", "01/09/2026"), 4, "not-a-date", id="Y6 form"),
        pytest.param(INDEX, CAMPAIGN.replace("2026-09-07T20:00", "2026-08-07T20:00"), 5, "ends-before-start", id="Y6 order"),
        pytest.param(MONTHLY, REPORT.replace("2026-08", "2026-13"), 3, "not-a-period", id="Y6 month"),
        pytest.param(CONFIG, SITE + "recipents: a\n", 4, "unknown-key", id="Y7 site.yaml"),
        pytest.param(PAGE, "---\ntitle: A\nsumary: x\n---\n", 3, "unknown-key", id="Y7 front matter"),
        pytest.param(PAGE, HEAD + "```moments\ncuont: 3\n```\n", 6, "unknown-key", id="Y7 block"),
        pytest.param(PAGE, f"---\ntitle: Bomb\n{BOMB}---\n", 3, "yaml-bomb", id="Y8"),
        pytest.param(PAGE, HEAD + f"```moments\n{BOMB}```\n", 6, "yaml-bomb", id="Y8 block"),
        pytest.param(CONFIG, SITE + "url: !!python/object/apply:os.system [touch hacked]\n", 4, "yaml-tag", id="Y9"),
        pytest.param(PAGE, "---\ntitle: !secret x\n---\n", 2, "yaml-tag", id="Y9 own tag"),
        pytest.param(PAGE, HEAD + "```moments\ntitle: !!binary aGk=\n```\n", 6, "yaml-tag", id="Y9 block"),
        pytest.param(PAGE, "---\ntitle: A\n\nText\n", 1, "front-matter-open", id="Y10 open"),
        pytest.param(PAGE, "---\ntitle: A\n---\n\nL'été\n".encode("cp1252"), 5, "not-utf-8", id="Y10 Windows-1252"),
        pytest.param(PAGE, "---\ntitle: A\n---\n".encode("utf-16"), 1, "not-utf-8", id="Y10 UTF-16"),
        pytest.param(PAGE, b"---\ntitle: A\n---\n\nnull \x00 byte\n", 5, "control-character", id="Y10 NUL"),
        pytest.param(PAGE, "", None, "empty-file", id="Y10 empty"),
        pytest.param(PAGE, "\n \n", None, "empty-file", id="Y10 blank"),
        pytest.param(PAGE, "---\ntitle: A\nslug: ../out\n---\n", 3, "bad-slug", id="Y11 upwards"),
        pytest.param(PAGE, "---\ntitle: A\nslug: /out\n---\n", 3, "bad-slug", id="Y11 absolute"),
        pytest.param(PAGE, "---\ntitle: A\nslug: a\\b\n---\n", 3, "bad-slug", id="Y11 backslash"),
        pytest.param(PAGE, '---\ntitle: A\nslug: "a\\0b"\n---\n', 3, "bad-slug", id="Y11 NUL"),
        pytest.param(PAGE, f"---\ntitle: A\nslug: {'a' * 256}\n---\n", 3, "bad-slug", id="Y11 long"),
        pytest.param(PAGE, "---\ntitle: A\nslug: .\n---\n", 3, "bad-slug", id="Y11 dot"),
        pytest.param("content/luma/cards/Équipe & co.md", HEAD, None, "bad-slug", id="Y11 file name"),
        pytest.param("content/Luma B/client.yaml", CLIENT, None, "bad-slug", id="Y11 folder of a client"),
        pytest.param("content/luma/Cards 2/index.md", CAMPAIGN, None, "bad-slug", id="Y11 folder of a campaign"),
        pytest.param("content/luma/counter.yaml", "counters: []\n", None, "unknown-file", id="Y7 file name"),
        pytest.param("content/luma/client.yml", CLIENT, None, "unknown-file", id="Y7 suffix"),
        pytest.param("content/metric.yaml", "metrics: {}\n", None, "unknown-file", id="Y7 file of all clients"),
        pytest.param("content/luma/may.csv", "Date\n", None, "unknown-file", id="Y7 export in the wrong folder"),
        pytest.param("content/luma/cards/moderations.csv", "id\n", None, "unknown-file", id="Y7 moderation"),
        pytest.param("content/luma/cards/moments/003.markdown", "a", None, "unknown-file", id="Y7 moment"),
        pytest.param("content/orion/stars/index.md", CAMPAIGN, None, "no-client", id="Y7 folder without client.yaml"),
        pytest.param("content/luma/stars/moments/001.md", NOTE, None, "no-campaign", id="Y7 folder without index.md"),
        pytest.param(PAGE, HEAD + "![x](gone.png)\n", 5, "dead-link", id="Y13 picture"),
        pytest.param(PAGE, HEAD + "One.\n\nSee [x](gone.md).\n", 7, "dead-link", id="Y13 page"),
        pytest.param(INDEX, CAMPAIGN.replace("title: Cards", "title: Cards\ncover: gone.jpg"), 3, "missing-file", id="Y13 cover"),
        pytest.param(MOMENT, "---\nkind: note\nat: 2026-09-01T09:00\npicture: gone.jpg\n---\n", 4, "missing-file", id="Y13 moment"),
        pytest.param(OWNER, CLIENT + "  logo: gone.svg\n", 6, "missing-file", id="Y13 logo"),
        pytest.param("content/luma/cards/m-001.md", HEAD, 1, "address-taken", id="Y12 page and moment"),
        pytest.param("content/luma/cards/moments.md", HEAD, None, "address-taken", id="Y12 page and list"),
        pytest.param("content/luma/cards/home.md", "---\ntitle: A\nslug: index\n---\n", 3, "address-taken", id="Y12 page and front page"),
        pytest.param("content/luma/cards/moments/001 .md", NOTE, 1, "address-taken", id="Y12 moments"),
        pytest.param("templates/page.html", "<p>{{ titel }}</p>\n", 1, "unknown-variable", id="T1"),
        pytest.param("templates/campaign.html", "<p>\n{{ page.titel }}</p>\n", 2, "unknown-variable", id="T1 attribute"),
        pytest.param("templates/campaign.html", "\n{% for x in page.nothing %}{% endfor %}\n", 2, "unknown-variable", id="T1 loop"),
        pytest.param("templates/campaign.html", "\n{% if %}\n", 2, "template-syntax", id="T2"),
        pytest.param("templates/campaign.html", "\n{% include 'nowhere.html' %}\n", 2, "missing-template", id="T2 include"),
        pytest.param("templates/campaign.html", "\n{{ page.title|shout }}\n", 2, "template-syntax", id="T2 filter"),
        pytest.param("templates/campaign.html", "\n\n{{ 1 / 0 }}\n", 3, "template-error", id="T2 sum"),
        pytest.param("templates/campaign.html", "{% include 'campaign.html' %}\n", 1, "template-recursion", id="T3 itself"),
        pytest.param("templates/campaign.html", "\n{% for x in range(10**9) %}x{% endfor %}\n", 2, "template-error", id="T3 loop"),
        pytest.param("templates/campaign.html", "\n{{ 'x' * 10**9 }}\n", 2, "template-error", id="T3 text"),
        pytest.param("templates/campaign.html", f"\n{GROWING}\n", 2, "template-error", id="T3 memory"),
        *(
            pytest.param("templates/campaign.html", f"\n{{{{ {giant} }}}}\n", 2, "template-error", id=f"T3 {name}")
            for name, giant in GIANTS.items()
        ),
        pytest.param("templates/campaign.html", "\n{{ lipsum(10**9) }}\n", 2, "unknown-variable", id="T3 filler"),
        pytest.param("templates/campaign.html", "\n{{ ''.__class__.__mro__ }}\n", 2, "template-error", id="T3 escape"),
        pytest.param("templates/campaign.html", "\n{% include '../site.yaml' %}\n", 2, "missing-template", id="T5 upwards"),
        pytest.param("templates/campaign.html", "\n{% extends '/etc/hostname' %}\n", 2, "missing-template", id="T5 absolute"),
        pytest.param("templates/campaign.html", b"<p>\n\xe9</p>\n", 2, "not-utf-8", id="T2 Windows-1252"),
    ],
)  # fmt: skip
def test_mistake_of_a_file(site: SiteFolder, name: str, text: str | bytes, line: int | None, code: str) -> None:
    """One mistake in one file is one kind of problem, at its line, with a way out; exit code 1 and no traceback."""
    site.write(PAGE, HEAD).write(name, text)

    run = site.run("check", "--json")

    problems = [json.loads(each) for each in run.out.splitlines()]
    assert code in {
        each["code"] for each in problems if each["line"] == line and each["path"].startswith((name, *map(str, Path(name).parents[:-2])))
    }
    assert {each["code"] for each in problems if each["severity"] == "error"} == {code}
    assert all(each["fix"] for each in problems)
    assert run.code == 1
    assert "Traceback" not in run.err
    assert not (site.root / "hacked").exists()


@pytest.mark.parametrize(
    ("text", "seconds", "said"),
    [("{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}", 0.5, "takes longer than"), (GROWING, 20, "memory")],
)
def test_template_without_end_is_ended_in_any_thread(site: SiteFolder, text: str, seconds: float, said: str) -> None:
    """T3: a server renders in a thread that no signal reaches; its templates have the same limits, and the thread goes on afterwards."""
    site.write("site.yaml", f"{SITE}limits:\n  template_seconds: {seconds}\n").write("templates/client.html", text)
    with ThreadPoolExecutor(1) as threads:
        summary = threads.submit(site.build, choose=lambda output: output.path == "luma/index.html").result(timeout=60)
        again = threads.submit(sum, range(10**6)).result()

    (problem,) = summary.problems.errors
    assert problem.code == "template-error" and said in problem.message and problem.at.line == 1
    assert again == 499_999_500_000


@pytest.mark.parametrize("word", ["NO", "12:30", "010", "null", "2026-09-01", "1_000", "~x", "true"])
def test_text_stays_text(site: SiteFolder, word: str) -> None:
    """Y3: what looks like another kind of value stays the text that was typed, up to the page."""
    site.write(PAGE, f"---\ntitle: {word}\n---\n")

    site.build(choose=lambda output: output.path.endswith("page.html"))

    assert f"<title>{word} –" in site.output("luma/cards/page.html")


@pytest.mark.parametrize(
    "text", ["\ufeff" + HEAD + "Text.\n", (HEAD + "Text.\n").replace("\n", "\r\n"), "\ufeff" + (HEAD + "Text.\n").replace("\n", "\r")]
)
def test_bom_and_line_ends_do_not_matter(site: SiteFolder, text: str) -> None:
    """Y10: a byte order mark, CRLF and CR are read like a plain file."""
    site.write(PAGE, HEAD + "Text.\n").build(choose=lambda output: output.path.endswith("page.html"))
    plain = site.output("luma/cards/page.html")

    summary = site.write(PAGE, text).build(choose=lambda output: output.path.endswith("page.html"))

    assert (summary.written, site.output("luma/cards/page.html")) == ([], plain)


def test_two_sources_of_one_address_are_both_left_out(site: SiteFolder) -> None:
    """Y12: two pages with one address are both named, neither is written."""
    site.write("content/luma/cards/one.md", "---\ntitle: One\nslug: same\n---\n")
    site.write("content/luma/cards/two.md", "---\ntitle: Two\nslug: same\n---\n")

    problems = site.problems(lenient=True)

    assert [(str(each.at), each.message) for each in problems] == [
        ("content/luma/cards/one.md:3:7", "the address same.html is also that of content/luma/cards/two.md:3:7"),
        ("content/luma/cards/two.md:3:7", "the address same.html is also that of content/luma/cards/one.md:3:7"),
    ]
    assert "luma/cards/same.html" not in site.tree()


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "java\tscript:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
    ],
)
def test_link_that_would_run_is_none(site: SiteFolder, target: str) -> None:
    """Y15: a link with a scheme that runs something is no link on the page, and is warned of at its line when it is seen."""
    site.write(PAGE, f"{HEAD}A [word]({target}) and <a href='{target}'>more</a>.\n")

    problems = site.problems(lenient=True, choose=lambda output: output.path.endswith("page.html"))

    assert read_page(site.output("luma/cards/page.html")).running() == []
    problems = [each for each in problems if each.code != "broken-link"]  # an address with a gap in it leads nowhere, and is said to
    assert all(each.at.line == 5 for each in problems)
    if "\t" not in target:
        assert {each.code for each in problems} == {"unsafe-link"}


@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("content/luma/cards/leak.md", "secret.md"),
        ("content/luma/kpi/leak.csv", "secret.csv"),
        ("content/luma/cards/leak", ""),
        ("content/luma/kpi/folder", ""),
        ("content/client", ""),
        ("templates", "theme"),
    ],
)
def test_link_out_of_the_site_is_refused(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory, place: str, target: str) -> None:
    """Y17: a symbolic link that leads out of the site is refused by name, and nothing behind it reaches the output."""
    outside = SiteFolder(tmp_path_factory.mktemp("outside"))
    outside.write("secret.md", "---\ntitle: MARKER\n---\n").write("secret.csv", x_overview({"2026-09-01": 777_777}))
    outside.write("theme/page.html", "MARKER").write("theme/campaign.html", "MARKER")
    (site.root / place).symlink_to(outside.root / target)

    strict, lenient = site.run("build"), site.run("build", "--lenient")

    for run in (strict, lenient):
        assert f"{place}: outside-link " in run.err
        assert run.code == 1
    assert not [name for name, content in site.tree().items() if b"MARKER" in content or b"777,777" in content]


def test_alias_bomb_costs_nothing(site: SiteFolder) -> None:
    """Y8: an alias bomb is refused in under a second of work."""
    site.write(CONFIG, f"title: A\n{BOMB}")
    started = time.process_time()

    run = site.run("check")

    assert "site.yaml:2:14: yaml-bomb" in run.err
    assert time.process_time() - started < 1


def test_every_file_of_a_client_is_known(site: SiteFolder) -> None:
    """Each YAML file that Bilan reads of a client may stand beside the others: none of them is taken for a stray."""
    for name in READ:
        if name != "client.yaml":
            site.write(f"content/luma/{name}", "# nothing yet\n")

    read = set(re.findall(r'folder / "(\w+\.yaml)"', Path(config.__file__).read_text("utf-8")))

    assert site.run("check").code == 0
    assert set(READ) == read | {LISTS}  # which is read with the moments that it holds back


def test_site_behind_a_link_is_a_site(site: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A site's folder that is itself reached through a link, and links inside it that stay inside, are fine."""
    (site.root / "content/luma/cards/again.md").symlink_to(
        site.write("content/luma/notes/again.md", HEAD).root / "content/luma/notes/again.md"
    )
    door = tmp_path_factory.mktemp("door") / "site"
    door.symlink_to(site.root)

    summary = SiteFolder(door).build(choose=lambda output: output.job.renderer == "page")

    assert not summary.failed
    assert "luma/cards/again.html" in site.tree()


def test_figure_in_a_title_is_an_error(site: SiteFolder) -> None:
    """Figures stand in texts only; the sentence of a chapter, which is also in the mail, never goes out with braces in it."""
    site.write("content/luma/reports/monthly.md", REPORT)
    site.write("content/luma/reports/monthly/2026-09/summary.md", "---\ntitle: A month of {{ impressions }} impressions\n---\nGood.\n")

    (problem,) = site.mistakes()

    assert (problem.code, problem.at.path, problem.at.line) == ("figure-in-title", "content/luma/reports/monthly/2026-09/summary.md", 2)


def test_debug_words_never_reach_the_author(site: SiteFolder) -> None:
    """A message names files relative to the site, never a path of the machine."""
    for name, (text, _) in MISTAKES.items():
        site.write(name, text)

    run = site.run("build")

    assert str(site.root) not in run.err + run.out
    assert command("build", "--site", site.root / "nowhere").code == 1
