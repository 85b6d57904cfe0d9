"""The words of a report: what lacks them shows it, and says which file they go to."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2
import pytest

from tests.conftest import CLIENT, NOW, REPORT, SiteFolder
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
    """E1: one warning for a period, with every section that lacks words, the folder and the files; none for one without end, or long over."""
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

    assert site.problems() == found(site, "commentary-missing") == []
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
