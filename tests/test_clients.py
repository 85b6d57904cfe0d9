"""Many clients: one report for all of them, each with its own brand, and nothing of one in another's files."""

from __future__ import annotations

import json
import re
from datetime import date

import pypdfium2
import pytest

from generator import planning
from generator.model.clock import Clock
from generator.model.figures import month_of
from generator.model.outputs import Job, Output
from generator.model.site import Limits
from generator.problems import Location, Problems
from generator.render import Theme, belongs_to_another, run
from generator.theme import theme_folders
from tests.conftest import CLIENT, NOW, REPORT, SiteFolder, command, x_overview
from tests.test_isolation import picture

SEPTEMBER = REPORT.replace("from: 2026-08", "from: 2026-09")
FAINT = 'brand:\n  colour: "#123456"\n  accent: "#e2963a"\n  font: serif\n'


def days(value: int) -> str:
    return x_overview({f"2026-09-{day:02}": value for day in range(1, 31)})


@pytest.fixture
def agency(site: SiteFolder) -> SiteFolder:
    """Two clients with exports of their own, and no report yet."""
    site.remove("content/luma/reports/monthly.md")
    return site.write("content/orion/client.yaml", CLIENT.replace("Luma", "Orion")).write("content/orion/kpi/overview.csv", days(7))


def rooms(site: SiteFolder) -> list[str]:
    return sorted(name for name in site.tree() if re.search(r"/room/.*\.pdf$", name))


# ---- one definition -------------------------------------------------------------------------------------------------


def test_one_report_is_made_for_every_client(agency: SiteFolder) -> None:
    """A report in content/reports/ is made for each client, from its own exports, with its own commentary."""
    agency.write("content/reports/monthly.md", SEPTEMBER)
    agency.write("content/orion/reports/monthly/2026-09/summary.md", "---\ntitle: A quiet month\n---\n\nOnly here.\n")

    assert not agency.problems()

    assert rooms(agency) == ["luma/room/monthly-2026-09-draft.pdf", "orion/room/monthly-2026-09-draft.pdf"]
    assert "A quiet month" in agency.output("orion/room/monthly-2026-09.html")
    assert "A quiet month" not in agency.output("luma/room/monthly-2026-09.html")
    assert "210" in agency.output("orion/room/monthly-2026-09.html")


def test_report_is_made_for_the_clients_that_it_names(agency: SiteFolder) -> None:
    """With clients: only those get it; a name that stands for nobody is an error with the nearest one."""
    agency.write("content/reports/monthly.md", SEPTEMBER.replace("title:", "clients: [orion]\ntitle:"))
    assert not agency.problems()
    assert rooms(agency) == ["orion/room/monthly-2026-09-draft.pdf"]

    agency.write("content/reports/monthly.md", SEPTEMBER.replace("title:", "clients: [orion, lumma]\ntitle:"))
    (problem,) = agency.mistakes()
    assert (problem.code, problem.at.path, problem.at.line) == ("no-client", "content/reports/monthly.md", 2)
    assert "luma" in problem.message


def test_own_report_comes_in_place_of_the_shared_one(agency: SiteFolder) -> None:
    """A client's file of the same name is its own; clients: means nothing there."""
    agency.write("content/reports/monthly.md", SEPTEMBER)
    agency.write("content/luma/reports/monthly.md", SEPTEMBER.replace("Monthly report", "Luma's own"))
    assert not agency.problems()
    assert "Luma’s own" in agency.output("luma/room/index.html").replace("&#39;", "’").replace("'", "’")
    assert "own" not in agency.output("orion/room/index.html")

    agency.write("content/luma/reports/monthly.md", SEPTEMBER.replace("title:", "clients: [orion]\ntitle:"))
    assert [problem.code for problem in agency.mistakes()] == ["not-shared"]


def test_mistake_in_a_shared_report_changes_nobody_s_output(agency: SiteFolder) -> None:
    """An error in what all clients share keeps everybody's last good files."""
    agency.write("content/reports/monthly.md", SEPTEMBER).build()
    before = agency.tree()

    agency.write("content/reports/monthly.md", SEPTEMBER.replace("impressions", "impresions"))
    agency.write("content/luma/cards/moments/001.md", "---\nkind: note\nat: 2026-09-01T09:00\ntitle: Changed\n---\n")

    assert agency.build().failed
    assert agency.tree() == before


def test_sign_off_is_each_client_s_own(agency: SiteFolder) -> None:
    """Approving the shared report for one client approves it for nobody else."""
    agency.write("content/reports/monthly.md", SEPTEMBER)
    assert agency.run("approve", "orion/monthly", "2026-09", "--by", "X", "--now", "2026-10-05T12:00:00+00:00").code == 0
    agency.build()

    assert rooms(agency) == ["luma/room/monthly-2026-09-draft.pdf", "orion/room/monthly-2026-09.pdf"]


CUT = """---
title: Report
CADENCEcuts: [ceo, manager]
from: FROM
---

## Reach {#reach}

```kpis
metrics: [impressions, engagement_rate]
```

```table
metrics: impressions
by: month
```

## Costs {#costs for=ceo}

```kpis
metrics: engagements
```
"""


def test_cuts_hold_the_sections_of_their_readers(site: SiteFolder) -> None:
    """One report, three readers: what is for everybody is in all, what is for one in its own; each is a file of its own to sign off."""
    site.write("content/luma/reports/monthly.md", CUT.replace("CADENCE", "").replace("FROM", "2026-09"))

    assert not site.problems()

    pages = {name: site.output(f"luma/room/{name}-2026-09.html") for name in ("monthly", "monthly-ceo", "monthly-manager")}
    assert all('id="c-reach"' in page for page in pages.values())
    assert {name for name, page in pages.items() if 'id="c-costs"' in page} == {"monthly-ceo"}


def test_each_cut_is_signed_off_by_itself(site: SiteFolder) -> None:
    """Approving a cut approves neither the report nor another cut, and holds over the next build."""
    site.write("content/luma/reports/monthly.md", CUT.replace("CADENCE", "").replace("FROM", "2026-09"))
    assert site.run("approve", "luma/monthly-ceo", "2026-09", "--by", "X", "--now", "2026-10-05T12:00:00+00:00").code == 0
    site.build()

    assert rooms(site) == [f"luma/room/monthly{rest}" for rest in ("-2026-09-draft.pdf", "-ceo-2026-09.pdf", "-manager-2026-09-draft.pdf")]


def test_section_for_an_unknown_reader_is_an_error(site: SiteFolder) -> None:
    """A cut that the report does not have is named at the section, with the nearest one."""
    site.write("content/luma/reports/monthly.md", CUT.replace("CADENCE", "").replace("FROM", "2026-09").replace("for=ceo", "for=cio"))

    (problem,) = site.mistakes()

    assert (problem.code, problem.at.line) == ("unknown-cut", 18)
    assert "ceo" in problem.message


def test_one_figure_is_the_same_in_every_cut(site: SiteFolder) -> None:
    """The figures of a period are equal in the weekly, monthly and half-yearly report, and in each cut of them."""
    for name, cadence, first in (
        ("monthly", "", "2026-08"),
        ("quarterly", "cadence: quarter\n", "2026-Q3"),
        ("yearly", "cadence: half-year\n", "2026-H2"),
    ):
        site.write(f"content/luma/reports/{name}.md", CUT.replace("CADENCE", cadence).replace("FROM", first))
    outputs, _ = planning.plan(site.root, Clock(NOW.replace(month=12)), Problems())
    said: dict[tuple[str, str, str], set[float]] = {}
    for output in outputs:
        if output.job.renderer != "report":
            continue
        for section in output.job.data["sections"]:
            for part in section["body"]:
                for tile in part.get("tiles", ()):
                    span = output.job.data["report"]["period"]
                    said.setdefault((tile["metric"], span["first"], span["last"]), set()).add(tile["value"])
                for row in part.get("rows", ()) if part.get("by") == "month" else ():
                    if row["kind"] == "month" and row["cells"][0]["value"] is not None:
                        last = month_of(date.fromisoformat(row["label"])).last.isoformat()
                        said.setdefault(("impressions", row["label"], last), set()).add(row["cells"][0]["value"])

    assert len(said) >= 6
    assert {key: values for key, values in said.items() if len(values) > 1} == {}


# ---- brand ----------------------------------------------------------------------------------------------------------


def shown(site: SiteFolder, whose: str) -> dict[str, tuple[str | None, str]]:
    lines = site.run("brand show", whose, "--json").out.splitlines()
    return {row["key"]: (row["value"], row["from"]) for row in map(json.loads, lines)}


def test_brand_comes_from_the_nearest_level(site: SiteFolder) -> None:
    """Campaign over client over agency over Bilan; an accent goes with its colour, and an agency's logo stays the agency's."""
    site.write("logo.png", picture()).write("site.yaml", f"title: A\nlanguage: en\n{FAINT}  logo: logo.png\n")
    site.write("content/luma/client.yaml", "name: Luma\nlanguage: en\n")
    assert shown(site, "luma") == {
        "colour": ("#123456", "site.yaml"), "accent": ("#e2963a", "site.yaml"), "logo": (None, "default of Bilan"),
        "font": ("serif", "site.yaml"),
    }  # fmt: skip

    site.write("content/luma/client.yaml", 'name: Luma\nlanguage: en\nbrand:\n  colour: "#5b2a86"\n')
    assert shown(site, "luma")["colour"] == ("#5b2a86", "content/luma/client.yaml")
    assert shown(site, "luma")["accent"] == (None, "default of Bilan")
    assert shown(site, "luma")["font"] == ("serif", "site.yaml")

    index = (site.root / "content/luma/cards/index.md").read_text()
    site.write("content/luma/cards/index.md", index.replace("title: Cards", "title: Cards\nbrand:\n  font: sans"))
    assert shown(site, "luma/cards")["font"] == ("sans", "content/luma/cards/index.md")
    assert shown(site, "luma/cards")["colour"] == ("#5b2a86", "content/luma/client.yaml")


def test_brand_of_nobody_is_an_error(site: SiteFolder) -> None:
    """A misspelt client or campaign is named with the nearest one."""
    assert "luma" in site.run("brand show", "lumma").err
    assert "cards" in site.run("brand show", "luma/card").err


# ---- isolation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "foreign"),
    [
        ("content/luma/a.png", False), ("content/orion/a.png", True), ("content/lumax/a.png", True), ("content/metrics.yaml", False),
        ("content/reports/monthly.md", False), ("templates/page.html", False), ("theme:page.html", False),
    ],
)  # fmt: skip
def test_whose_a_file_is(path: str, foreign: bool) -> None:
    """A client's file belongs to it alone; what lies beside the clients is everybody's."""
    assert belongs_to_another(path, "luma") is foreign


def test_file_of_another_client_fails_the_render(site: SiteFolder) -> None:
    """An output that reads another client's file, by whatever mistake, is not made, and says what it read."""
    site.write("content/orion/secret.png", picture())
    data = {"source": "content/orion/secret.png", "width": 10, "format": "PNG", "drawn": True, "digest": ""}
    output = Output(path="luma/media/x.png", job=Job(renderer="picture", language="en", data=data), owner="luma", at=Location(path="x"))
    (result,) = run([output], Theme(root=site.root, folders=tuple(theme_folders(site.root)), limits=Limits()))

    assert result.payload is None
    assert [(problem.code, problem.message) for problem in result.problems] == [("other-client", "it reads content/orion/secret.png")]


def test_markers_of_fifty_clients_stay_apart(empty_site: SiteFolder) -> None:
    """Fifty clients of one report, made in one pool of workers: each PDF and page holds its own marker and no other's."""
    markers = {f"c{number:02}": f"MARK{number:02}Q" for number in range(50)}
    empty_site.write("content/reports/monthly.md", SEPTEMBER)
    for slug, marker in markers.items():
        empty_site.write(f"content/{slug}/client.yaml", f"name: {marker} Ltd\nlanguage: en\n")
        empty_site.write(f"content/{slug}/kpi/overview.csv", days(1000 + int(slug[1:])))
        empty_site.write(
            f"content/{slug}/reports/monthly/2026-09/summary.md", f"---\ntitle: {marker} grew\nauthor: {marker}\n---\n\nSaid {marker}.\n"
        )

    run = empty_site.bilan("build", "--workers", "2", "--now", "2026-10-05T12:00:00+00:00", timeout=300)

    assert run.returncode == 0, run.stderr
    for name, content in empty_site.tree().items():
        owner = name.split("/")[0]
        if owner not in markers or not name.endswith((".pdf", ".html")):
            continue
        if name.endswith(".pdf"):
            with pypdfium2.PdfDocument(content) as pdf:
                words = " ".join(page.get_textpage().get_text_bounded() for page in pdf) + str(pdf.get_metadata_dict())
        else:
            words = content.decode()
        found = set(re.findall(r"MARK\d\dQ", words))
        assert found == {markers[owner]}, name


def test_one_changed_export_makes_one_client_s_report_again(agency: SiteFolder) -> None:
    """F6: of many clients only the one whose figures changed is rendered again; one whose export is broken is named, the others go on."""
    agency.write("content/reports/monthly.md", SEPTEMBER)
    for number in range(6):
        agency.write(f"content/c{number}/client.yaml", f"name: C{number}\nlanguage: en\n").write(
            f"content/c{number}/kpi/x.csv", days(10 + number)
        )
    now = ("--now", "2026-10-05T12:00:00+00:00", "--site", str(agency.root))
    agency.build()

    agency.write("content/c3/kpi/x.csv", days(99))
    changed = agency.build()
    assert {name.split("/")[0] for name in changed.written} == {"c3"}

    agency.write("content/c2/kpi/x.csv", days(5).replace(",5,", ",n0,", 1)).write("content/c4/kpi/x.csv", days(77))
    run = command("report", "--all", *now)

    assert run.code == 3
    assert "content/c2/kpi/x.csv:2" in run.err
    assert (agency.root / "output/c4/room/monthly-2026-09-draft.pdf").stat().st_mtime_ns > (
        agency.root / "output/c2/room/monthly-2026-09-draft.pdf"
    ).stat().st_mtime_ns
