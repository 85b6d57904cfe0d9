"""The words of a report: what lacks them shows it, and says which file they go to."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from generator import planning
from generator.model.clock import Clock
from generator.model.outputs import Output
from generator.model.said import figures_below
from generator.plan import compare_cuts
from generator.problems import Problems
from tests.conftest import CLIENT, NOW, REPORT, SiteFolder, x_overview
from tests.pagekit import read_page

AT = ("--now", NOW.isoformat())
NOTE = "---\ntitle: A calm month\n---\n\nThe cards did it.\n"
ROOM = "luma/room/"


def found(site: SiteFolder, code: str, *options: str) -> list[dict[str, Any]]:
    """What `bilan check` says under a code."""
    lines = map(json.loads, site.run("check", "--json", *options).out.splitlines())
    return [line for line in lines if line.get("code") == code]


def printed(site: SiteFolder, name: str) -> str:
    with pypdfium2.PdfDocument(site.root / "output" / ROOM / name) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def asking(what: str) -> str:
    """A report of two chapters, one with figures and one that only commentary fills."""
    return REPORT.replace("until: 2026-09\n", f"until: 2026-09\n{what}") + "\n## What we do next {#next}\n"


# ---- missing commentary ----------------------------------------------------------------------------------------------


def test_missing_commentary_is_a_marked_hole_in_the_draft(site: SiteFolder) -> None:
    """E1: page and PDF of a draft name the file that is to be written; with it, the hole is gone."""
    site.write("content/luma/reports/monthly.md", asking("commentary: all\n"))
    assert [problem.severity for problem in site.problems()] == ["warning", "warning"]
    page, paper = site.output(ROOM + "monthly-2026-09.html"), printed(site, "monthly-2026-09-draft.pdf")

    site.write("content/luma/reports/monthly/2026-09/summary.md", NOTE).write("content/luma/reports/monthly/2026-09/next.md", NOTE)
    site.build()

    for text in (read_page(page).text, paper):
        assert "The commentary of this chapter remains to be written: reports/monthly/2026-09/summary.md" in " ".join(text.split())
        assert "What we do next, which is empty without it, remains to be written: reports/monthly/2026-09/next.md" in " ".join(
            text.split()
        )
    assert "remains to be written" not in site.output(ROOM + "monthly-2026-09.html") + printed(site, "monthly-2026-09-draft.pdf")


def test_missing_commentary_is_named_once_a_period(site: SiteFolder) -> None:
    """E1: one warning a period, with every section that lacks words, its folder and files; none for one that runs, or is long over."""
    site.write("content/luma/reports/monthly.md", asking("commentary: [summary, next]\n"))
    site.write("content/luma/reports/monthly/2026-09/next.md", NOTE)
    (august, september) = found(site, "commentary-missing")
    quiet = found(site, "commentary-missing", "--now", "2027-01-20")

    assert august["message"] == "Monthly report, 2026-08: summary, next without commentary"
    assert (august["path"], august["severity"]) == ("content/luma/reports/monthly/2026-08", "warning")
    assert "summary.md, next.md in content/luma/reports/monthly/2026-08/" in august["fix"]
    assert september["message"] == "Monthly report, 2026-09: summary without commentary"
    assert quiet == []
    assert len(found(site, "commentary-missing", "--now", "2026-09-30T12:00+00:00")) == 1  # September runs
    assert found(site, "commentary-missing", "--now", "2026-12-31T22:00+00:00")[0]["message"].startswith("Monthly report, 2026-09")


def test_undeclared_the_first_section_is_spoken_of_by_check_only(site: SiteFolder) -> None:
    """E1: a report that says nothing of commentary builds in silence, and `bilan check` names its first section."""
    site.write("content/luma/reports/monthly.md", asking(""))

    assert site.problems() == []
    assert [each["message"].partition(": ")[2] for each in found(site, "commentary-missing")] == ["summary without commentary"] * 2


def test_commentary_none_asks_for_no_words(site: SiteFolder) -> None:
    """E1: a report of figures alone says so, and has no hole."""
    site.write("content/luma/reports/monthly.md", asking("commentary: none\n"))

    assert site.problems() == []
    assert found(site, "commentary-missing") == []
    assert "remains to be written" not in site.output(ROOM + "monthly-2026-09.html")


def test_report_that_asks_for_words_is_not_approved_without(site: SiteFolder) -> None:
    """E1: `bilan approve` names the files that lack, asks nobody to sign, and lets a colleague read; with the words it signs."""
    site.write("content/luma/reports/monthly.md", asking("commentary: [summary]\n"))
    refused = site.run("approve", "luma/monthly", "2026-09", "--by", "Inès", *AT)
    review = site.run("approve", "luma/monthly", "2026-09", "--by", "Inès", "--state", "review", *AT)
    due = site.run("due", "--json", *AT)
    site.write("content/luma/reports/monthly/2026-09/summary.md", NOTE)
    signed = site.run("approve", "luma/monthly", "2026-09", "--by", "Inès", *AT)

    assert refused.code == 1
    assert "commentary-missing luma/monthly 2026-09 lacks the commentary of summary" in refused.err
    assert "fix: write content/luma/reports/monthly/2026-09/summary.md" in refused.err
    assert review.code == 0
    assert "review, without commentary: summary" in due.out
    assert signed.code == 0
    assert [each for each in found(site, "commentary-missing") if "2026-09" in each["message"]] == []
    assert found(site, "approval-outdated") == []


def test_report_without_a_demand_is_approved_as_it_is(site: SiteFolder) -> None:
    """E1: undeclared words keep nobody from signing: the approved PDF has no hole, is the one that was signed, and is no problem."""
    site.write("content/luma/reports/monthly.md", asking(""))
    assert site.run("approve", "luma/monthly", "2026-09", "--by", "Inès", *AT).code == 0
    assert site.problems() == []

    assert "remains to be written" not in printed(site, "monthly-2026-09.pdf")
    assert [each["message"][:23] for each in found(site, "commentary-missing")] == ["Monthly report, 2026-08"]


@pytest.mark.parametrize("written", ["summry", "[summary, nxt]"])
def test_unknown_section_that_should_have_words_is_named(site: SiteFolder, written: str) -> None:
    """E1: a section that the report does not have is an error at its line, with the nearest one."""
    site.write("content/luma/reports/monthly.md", asking(f"commentary: {written}\n"))
    (problem,) = [problem for problem in site.mistakes() if problem.severity == "error"]

    assert (problem.code, problem.at.line) == ("unknown-section", 5)
    assert "did you mean" in problem.message


def test_cut_speaks_of_its_own_sections_only(site: SiteFolder) -> None:
    """E1: words that several cuts share are asked for once."""
    report = asking("commentary: all\ncuts: [ceo]\n").replace("{#next}", "{#next for=ceo}")
    site.write("content/luma/reports/monthly.md", report.replace("from: 2026-08", "from: 2026-09"))

    assert sorted(each["message"].rpartition(": ")[2] for each in found(site, "commentary-missing")) == [
        "next without commentary",
        "summary without commentary",
    ]


def test_hole_speaks_the_language_of_the_client(site: SiteFolder) -> None:
    """E1: in French, too."""
    site.write("content/luma/client.yaml", CLIENT.replace("language: en", "language: fr")).build()
    text = read_page(site.output(ROOM + "monthly-2026-09.html")).text

    assert "Le commentaire de ce chapitre reste à écrire : reports/monthly/2026-09/summary.md" in " ".join(
        text.replace("\u00a0", " ").split()
    )


# ---- sentences from the figures --------------------------------------------------------------------------------------

SEPTEMBER, AUGUST = [f"2026-09-{day:02}" for day in range(1, 31)], [f"2026-08-{day:02}" for day in range(1, 32)]


def network(site: SiteFolder, days: dict[str, dict[str, Any]], *platforms: str) -> None:
    """Exports of one table a network: platform → day → value, of one metric each (`metric platform`)."""
    rules = "files:\n"
    for platform in platforms:
        metrics = sorted({name.split()[0] for name in days if name.endswith(platform)})
        columns = ", ".join(f"{name}: {name}" for name in metrics)
        rules += f"  - files: {platform}.csv\n    platform: {platform}\n    grain: day\n    columns: {{date: Day, {columns}}}\n"
        dates = sorted({day for name in metrics for day in days[f"{name} {platform}"]})
        rows = [",".join([day, *(str(days[f"{name} {platform}"].get(day, "")) for name in metrics)]) for day in dates]
        site.write(f"content/luma/kpi/{platform}.csv", "\n".join([",".join(["Day", *metrics]), *rows]) + "\n")
    site.write("content/luma/kpi.yaml", rules)
    (site.root / "content/luma/kpi/overview.csv").unlink(missing_ok=True)


def each(august: float, september: float) -> dict[str, float]:
    """A value for every day of both months that adds up to so much."""
    return dict.fromkeys(AUGUST, august / 31) | dict.fromkeys(SEPTEMBER, september / 30)


def digest(site: SiteFolder, metrics: str, language: str = "en", more: str = "", period: str = "2026-09") -> list[str]:
    """The sentences of a report's digest, as they are read."""
    site.write("content/luma/client.yaml", CLIENT.replace("language: en", f"language: {language}"))
    site.write("content/luma/reports/monthly.md", f"{REPORT}\n```digest\nmetrics: [{metrics}]\n{more}```\n")
    assert site.problems() == []
    page = site.output(ROOM + f"monthly-{period}.html")
    block = page.partition('<section class="block b-digest">')[2].partition("</section>")[0].partition("<details")[0]
    return [" ".join(read_page(part.partition("</li>")[0]).text.split()) for part in block.split("<li>")[1:]]


def test_sentence_says_way_size_comparison_and_driver(site: SiteFolder) -> None:
    """A rise is told with its comparison, and with the network that explains most of it, in both languages and their typography."""
    network(site, {"impressions instagram": each(3100, 6000), "impressions x": each(3100, 3300)}, "instagram", "x")

    assert digest(site, "impressions") == [
        "Impressions reached 9,300, up 50% on a month earlier (6,200 in August 2026); Instagram accounts for most of the rise."
    ]
    site.write("content/luma/client.yaml", CLIENT.replace("language: en", "language: fr"))
    assert digest(site, "impressions", "fr") == [
        "Les impressions atteignent 9 300, en hausse de 50 % sur un mois (6 200 en août 2026) ; "
        "Instagram explique l’essentiel de la hausse."
    ]
    assert "50\u202f%" in site.output(ROOM + "monthly-2026-09.html")
    assert "\u202f; Instagram" in site.output(ROOM + "monthly-2026-09.html")
    assert "Instagram explique l’essentiel de la hausse" in printed(site, "monthly-2026-09-draft.pdf")


@pytest.mark.parametrize(
    ("instagram", "x", "said"),
    [
        ((3100, 2000), (3100, 2600), "X"),  # 1,100 of 1,600 fell on Instagram, 500 on X
        ((3100, 2600), (3100, 2600), None),  # half is not more than half
        ((3100, 4000), (3100, 2000), "all"),
        ((1000, 0), (1000, 1500), "all"),
    ],
)
def test_driver_is_named_when_it_explains_more_than_half(
    site: SiteFolder, instagram: tuple[float, float], x: tuple[float, float], said: str | None
) -> None:
    """What moved by more than half of the change is named, in words for its share; where nothing did, nothing is said."""
    network(site, {"impressions instagram": each(*instagram), "impressions x": each(*x)}, "instagram", "x")
    (sentence,) = digest(site, "impressions")

    expected = {
        "X": "; Instagram accounts for more than half of the fall.",
        None: "(6,200 in August 2026).",
        "all": "accounts for all of the fall.",
    }
    assert sentence.endswith(expected[said])


def test_network_without_a_comparison_drives_nothing(site: SiteFolder) -> None:
    """A network that began this month leaves no comparison, and no guess."""
    network(site, {"impressions instagram": dict.fromkeys(SEPTEMBER, 100), "impressions x": each(3100, 3300)}, "instagram", "x")
    (sentence,) = digest(site, "impressions")

    assert sentence == "Impressions came to 6,300."
    assert "Without a comparison: no figures for August 2026." in read_page(site.output(ROOM + "monthly-2026-09.html")).text


@pytest.mark.parametrize(
    ("metric", "values", "english", "french"),
    [
        ("impressions", each(10000, 10040), "Impressions came to 10K, little changed on a month earlier.",
         "Les impressions s’établissent à 10 k, stables sur un mois."),
        ("impressions", each(0, 300), "Impressions came to 300, against 0 in August 2026.",
         "Les impressions s’établissent à 300, contre 0 en août 2026."),
        ("impressions", each(300, 0), "Impressions came to 0, down 100% on a month earlier (300 in August 2026).",
         "Les impressions s’établissent à 0, en baisse de 100 % sur un mois (300 en août 2026)."),
        ("impressions", each(0, 0), "Impressions came to 0, little changed on a month earlier.",
         "Les impressions s’établissent à 0, stables sur un mois."),
        ("impressions", each(31, 3000), "Impressions came to 3,000, against 31 in August 2026.",
         "Les impressions s’établissent à 3 000, contre 31 en août 2026."),
        ("followers_net", each(310, -300), "Net followers came to −300, against 310 in August 2026.",
         "Le solde d’abonnés s’établit à −300, contre 310 en août 2026."),
        ("followers_net", each(-310, -300), "Net followers came to −300, against −310 in August 2026.",
         "Le solde d’abonnés s’établit à −300, contre −310 en août 2026."),
        ("followers_lost", each(310, 279), "Followers lost came to 279, down 10% on a month earlier, for the better (310 in August 2026).",
         "Les abonnés perdus s’établissent à 279, en baisse de 10 % sur un mois, ce qui est favorable (310 en août 2026)."),
        ("followers_lost", each(310, 341), "Followers lost reached 341, up 10% on a month earlier, for the worse (310 in August 2026).",
         "Les abonnés perdus atteignent 341, en hausse de 10 % sur un mois, ce qui est défavorable (310 en août 2026)."),
        ("impressions", dict.fromkeys(AUGUST[:20], 100) | dict.fromkeys(SEPTEMBER[:20], 110) | dict.fromkeys(AUGUST[20:], 1),
         "Impressions reached 2,200 over the days known, up 10% on a month earlier (2,000 in August 2026, same days).",
         "Les impressions atteignent 2 200 sur les jours connus, en hausse de 10 % sur un mois (2 000 en août 2026, mêmes jours)."),
        ("impressions", dict.fromkeys(AUGUST, 100), "Impressions: no figure (period not covered by the exports).",
         "Impressions : pas de chiffre (période non couverte par les exports)."),
    ],
)  # fmt: skip
def test_every_case_has_its_sentence(site: SiteFolder, metric: str, values: dict[str, float], english: str, french: str) -> None:
    """Flat, from and to zero, beyond tenfold, below zero, better when lower, partial and missing each read right in both languages."""
    balance = {
        "followers_gained x": {d: max(v, 0) for d, v in values.items()},
        "followers_lost x": {d: max(-v, 0) for d, v in values.items()},
    }
    network(site, balance if metric == "followers_net" else {f"{metric} x": values}, "x")

    assert digest(site, metric) == [english]
    assert digest(site, metric, "fr") == [french]


def test_share_moves_by_points_and_its_driver_is_not_asked(site: SiteFolder) -> None:
    """A ratio is no sum of networks: it moves by points, and no network explains it."""
    counts = {"impressions": each(31000, 30000), "reactions": each(310, 600), "comments": each(31, 30), "shares": each(31, 30)}
    network(site, {f"{name} {on}": values for name, values in counts.items() for on in ("x", "instagram")}, "x", "instagram")

    (sentence,) = digest(site, "engagement_rate")
    assert sentence == "Engagement rate reached 2.2%, up 1.0 pts on a month earlier (1.2% in August 2026)."


def test_digest_of_one_network_and_a_year(site: SiteFolder) -> None:
    """`platform` and `compare` are said in the sentence's comparison; what is not comparable is listed once."""
    year = {day.replace("2026", "2025"): 100 for day in SEPTEMBER}
    network(site, {"impressions x": each(3100, 6000) | year, "comments x": each(31, 30)}, "x")
    lines = digest(site, "impressions, comments", more="platform: x\ncompare: previous year\n")

    assert lines[0] == "Impressions reached 6,000, up 100% on a year earlier (3,000 in September 2025)."
    assert lines[1].startswith("Comments came to 30.")
    assert "Without a comparison with September 2025: comments." in read_page(site.output(ROOM + "monthly-2026-09.html")).text


@pytest.mark.parametrize(("keep", "shown"), [("", False), ("keep: true\n", True)])
def test_commentary_takes_the_place_of_the_digest(site: SiteFolder, keep: str, shown: bool) -> None:
    """Where somebody wrote, the sentences from the figures give way, unless they are to stay."""
    site.write("content/luma/reports/monthly/2026-09/summary.md", NOTE)
    lines = digest(site, "impressions", more=keep)

    assert bool(lines) == shown
    assert digest(site, "impressions", more=keep, period="2026-08")  # which has no commentary


def test_digest_names_unknown_metrics_and_keys(site: SiteFolder) -> None:
    """The arguments are typed, and a metric that does not exist is an error at its line."""
    site.write("content/luma/reports/monthly.md", f"{REPORT}\n```digest\nmetrics: [impresions]\n```\n\n")

    assert [(problem.code, problem.at.line) for problem in site.mistakes()] == [("unknown-metric", 14)]
    site.write("content/luma/reports/monthly.md", f"{REPORT}\n```digest\nmetrics: [views]\ncompare: none\n```\n")
    assert [problem.code for problem in site.mistakes()] == ["unknown-word"]


# ---- figures that changed after they were sent -----------------------------------------------------------------------

MAIL = "title: Atelier\nlanguage: en\ntimezone: Europe/Paris\nmail:\n  from: reports@atelier.example\n"
CONTACT = "contacts:\n  - {name: Claire, email: claire@luma.example}\n"
TILES = REPORT.replace("metrics: [impressions, engagement_rate]", "metrics: [impressions, followers_gained]")


def days_of(august: int, september: int) -> dict[str, int]:
    return dict.fromkeys(AUGUST, august) | dict.fromkeys(SEPTEMBER, september)


def send(site: SiteFolder, period: str) -> None:
    """A report, approved, built and in the outbox."""
    assert site.run("approve", "luma/monthly", period, "--by", "Inès", *AT).code == 0
    assert site.run("build").code == 0
    assert site.run("send", "luma/monthly", period, "--confirm", *AT).code == 0


@pytest.fixture
def sent(site: SiteFolder) -> SiteFolder:
    """A site whose report of August went out."""
    site.write("site.yaml", MAIL).write("content/luma/client.yaml", CLIENT + CONTACT).write("content/luma/reports/monthly.md", TILES)
    site.write("content/luma/kpi/overview.csv", x_overview(days_of(100, 100)))
    send(site, "2026-08")
    return site


def box(site: SiteFolder, period: str) -> str:
    """The box of a report's page, as it is read."""
    page = site.output(ROOM + f"monthly-{period}.html")
    return " ".join(
        read_page(page.partition('<section class="restated">')[2].partition("</section>")[0].replace("</t", " </t")).text.split()
    )


def test_next_report_tells_what_changed_since_the_last_went_out(sent: SiteFolder) -> None:
    """E6: figure, old and new value and the export stand in the page and the PDF of the next report, and `bilan check` names them."""
    sent.write("content/luma/kpi/overview.csv", x_overview(days_of(110, 100))).build()
    title, head = "Figures adjusted since the report of August 2026 was sent", "Figure As sent Adjusted Source"

    assert box(sent, "2026-09") == f"{title} {head} Impressions 3,100 3,410 kpi/overview.csv"
    assert "Impressions 3,100 3,410 kpi/overview.csv" in printed(sent, "monthly-2026-09-draft.pdf")
    (notice,) = found(sent, "figures-restated")
    assert notice["severity"] == "notice"
    assert "2026-08 Impressions 3100 → 3410" in notice["message"]
    assert "followers" not in notice["message"].lower()  # which did not move


def test_nothing_is_told_when_nothing_changed(sent: SiteFolder) -> None:
    """E6: no box and no notice while the figures are those that were sent, even from an export with other bytes."""
    sent.write("content/luma/kpi/overview.csv", x_overview(days_of(100, 150))).build()

    assert box(sent, "2026-09") == ""
    assert found(sent, "figures-restated") == []


def test_what_was_told_is_not_told_again(sent: SiteFolder) -> None:
    """E6: the report that told it keeps its box, the one after it has none; a further change is told from the value told last."""
    sent.write("content/luma/reports/monthly.md", TILES.replace("until: 2026-09", "until: 2026-10"))
    sent.write("content/luma/kpi/overview.csv", x_overview(days_of(110, 100)))
    send(sent, "2026-09")
    sent.build()
    assert "3,100 3,410" in box(sent, "2026-09")
    assert box(sent, "2026-10") == ""
    assert found(sent, "figures-restated") == []

    sent.write("content/luma/kpi/overview.csv", x_overview(days_of(120, 100))).build()
    assert "Impressions 3,410 3,720" in box(sent, "2026-10")
    assert "3,100 3,410" in box(sent, "2026-09")  # it says what it said
    outdated = {each["path"][-21:] for each in found(sent, "approval-outdated")}
    assert outdated == {"2026-08/approval.yaml", "2026-09/approval.yaml"}  # its own figures, and what September is set against


def test_another_client_s_archive_is_nobody_s_business(sent: SiteFolder) -> None:
    """E6: what was kept for one client is compared with that client's figures only, even from a folder in the wrong place."""
    sent.write("content/other/client.yaml", CLIENT.replace("Luma", "Other")).write("content/other/reports/monthly.md", TILES)
    sent.write("content/other/kpi/overview.csv", x_overview(days_of(7, 7)))
    (manifest,) = (sent.root / "archive/luma").glob("*/*/manifest.json")
    sent.write("archive/other/monthly-2026-08/0123/manifest.json", manifest.read_bytes()).build()

    assert "restated" not in sent.output("other/room/monthly-2026-09.html")
    assert found(sent, "figures-restated") == []


def test_damaged_manifest_is_named_and_stops_nothing(sent: SiteFolder) -> None:
    """E6: what the archive cannot say is a warning, not a traceback; the build after a change there is no idle one."""
    (manifest,) = (sent.root / "archive/luma").glob("*/*/manifest.json")
    sent.build()
    manifest.write_text('{"client": "luma"}')

    assert [(problem.code, problem.severity) for problem in sent.problems()] == [("archive-unreadable", "warning")]


def test_box_speaks_french(sent: SiteFolder) -> None:
    """E6: in the client's language, with the elision that its months want."""
    sent.write("content/luma/client.yaml", (CLIENT + CONTACT).replace("language: en", "language: fr"))
    sent.write("content/luma/kpi/overview.csv", x_overview(days_of(110, 100))).build()

    assert box(sent, "2026-09").startswith("Chiffres ajustés depuis l’envoi du rapport d’août 2026 Chiffre À l’envoi Ajusté Source")


# ---- one figure, one value -------------------------------------------------------------------------------------------

CUTS = {
    "weekly": TILES.replace("from: 2026-08\nuntil: 2026-09", "cadence: week\nfrom: 2026-W36\nuntil: 2026-W36"),
    "half-year": TILES.replace("from: 2026-08\nuntil: 2026-09", "cadence: half-year\nfrom: 2026-H2\nuntil: 2026-H2")
    + "\n```kpis\nmetrics: [impressions]\nperiod: 2026-09\n```\n",
    "monthly": TILES + "\n```digest\nmetrics: [impressions]\n```\n\n```kpis\nmetrics: [impressions]\nperiod: 2026-W36\n```\n",
}


def in_cuts(site: SiteFolder) -> list[Output]:
    """A client's weekly, monthly and half-yearly reports, planned."""
    for name, report in CUTS.items():
        site.write(f"content/luma/reports/{name}.md", report)
    problems = Problems()
    outputs, _ = planning.plan(site.root, Clock(NOW), problems)
    assert [problem.code for problem in problems] == []
    return list(outputs)


def test_every_cadence_says_the_same_of_the_same_days(site: SiteFolder) -> None:
    """F5: September in the monthly and the half-yearly report, and a week in the weekly and the monthly one, are the same figures."""
    values: dict[tuple[str, str, str], dict[str, float | None]] = {}
    for output in in_cuts(site):
        if output.job.renderer == "report":
            for figure in figures_below(output.job.data["sections"]):
                key = (figure["metric"], figure["of"]["first"], figure["of"]["last"])
                values.setdefault(key, {})[output.job.data["report"]["name"]] = figure["value"]

    assert set(values["impressions", "2026-09-01", "2026-09-30"]) == {"monthly", "half-year"}
    assert set(values["impressions", "2026-08-31", "2026-09-06"]) == {"weekly", "monthly"}
    assert all(len(set(said.values())) == 1 for said in values.values())


@pytest.mark.parametrize(("part", "planted"), [("value", 1.0), ("value", None), ("previous", 1.0)])
def test_a_figure_that_two_cuts_say_differently_is_an_error(site: SiteFolder, part: str, planted: float | None) -> None:
    """F5: a value, or what it is compared with, that differs between two reports of a client is refused, and both are named."""
    outputs, problems = in_cuts(site), Problems()
    compare_cuts(outputs, problems)
    assert list(problems) == []

    (index,) = [number for number, output in enumerate(outputs) if output.path == "luma/room/half-year-2026-H2-draft.pdf"]
    data = copy.deepcopy(outputs[index].job.data)
    (september,) = [each for each in figures_below(data["sections"]) if each["of"]["last"] == "2026-09-30"]
    september[part] = planted  # type: ignore[index]
    outputs[index] = replace(outputs[index], job=replace(outputs[index].job, data=data))
    compare_cuts(outputs, problems)

    (problem,) = problems
    assert (problem.code, problem.severity) == ("cuts-differ", "error")
    assert "luma/room/half-year-2026-H2-draft.pdf" in problem.message
    assert "luma/room/monthly-2026-09-draft.pdf" in problem.message


def test_clients_are_not_compared_with_each_other(site: SiteFolder) -> None:
    """F5: two clients have different figures of the same days, and that is no mistake."""
    site.write("content/other/client.yaml", CLIENT).write("content/other/reports/monthly.md", TILES)
    site.write("content/other/kpi/overview.csv", x_overview(days_of(7, 7)))

    assert [problem.code for problem in site.problems()] == []
