"""Commentaries read against their figures by `bilan check`: what is found, and how rarely it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.model.content import Commentary, Prose
from generator.model.periods import read_period
from generator.plan.proofreading import Piece, pieces, strange_numbers, wrong_months
from generator.problems import Location
from tests.conftest import REPORT, SiteFolder, x_overview

HERE = Path(__file__).parents[1]
AT = Location(path="x.md", line=6)
CODES = ("stale-paragraph", "left-to-write", "wrong-month", "wrong-direction", "unbound-number")


def commented(site: SiteFolder, text: str, language: str, last: str = "", title: str = "The month") -> list[str]:
    """What `bilan check` finds in a commentary of September 2026, in which impressions fell by half."""
    days = {f"2026-{month:02}-{day:02}": value for month, value in ((8, 200), (9, 100)) for day in range(1, 31)} | {"2026-08-31": 200}
    days |= {f"2025-09-{day:02}": 50 for day in range(1, 31)}
    site.write("content/luma/kpi/overview.csv", x_overview(days))
    client = (site.root / "content/luma/client.yaml").read_text().replace("language: en", f"language: {language}")
    site.write("content/luma/client.yaml", client).write("content/luma/reports/monthly.md", REPORT)
    site.write("content/luma/reports/monthly/2026-09/summary.md", f"---\ntitle: {title}\n---\n\n{text}\n")
    if last:
        site.write("content/luma/reports/monthly/2026-08/summary.md", f"---\ntitle: Before\n---\n\n{last}\n")
    done = site.run("check", "--json")
    return re.findall(rf'"code": "({"|".join(CODES)})"', done.out)


LONG = "Nothing else happened that would deserve a paragraph of its own in a report like this one."
WRONG = [
    # French
    ("fr", "Les impressions sont en hausse : {{ impressions }}.", "wrong-direction"),
    ("fr", "Belle progression des affichages, {{ impressions.change }} sur le mois.", "wrong-direction"),
    ("fr", "Les impressions ont augmenté, à {{ impressions }}.", "wrong-direction"),
    ("fr", "Les impressions reculent sur un an, à {{ impressions }}.", "wrong-direction"),
    ("fr", "La portée bondit de -12 %.", "wrong-direction"),
    ("fr", "Le coût baisse de +8 %.", "wrong-direction"),
    ("fr", "Le mois a compté 4 312 cartes.", "unbound-number"),
    ("fr", "Le taux atteint 47,3 %.", "unbound-number"),
    ("fr", "Nous avons dépensé 1,8 million d’euros.", "unbound-number"),
    ("fr", "En août, l’équipe a beaucoup publié.", "wrong-month"),
    ("fr", "Août confirme la tendance.", "wrong-month"),
    ("fr", "À compléter avec Camille.", "left-to-write"),
    ("fr", "Les ventes : XX euros.", "left-to-write"),
    ("fr", "Les raisons restent à voir ???", "left-to-write"),
    # English
    ("en", "Impressions are up: {{ impressions }}.", "wrong-direction"),
    ("en", "Impressions grew to {{ impressions }}.", "wrong-direction"),
    ("en", "A rise in reach, {{ impressions.change }} on the month.", "wrong-direction"),
    ("en", "Impressions fell on last year, to {{ impressions }}.", "wrong-direction"),
    ("en", "Reach jumped by -12%.", "wrong-direction"),
    ("en", "Cost dropped by +8%.", "wrong-direction"),
    ("en", "People sent 4,312 cards.", "unbound-number"),
    ("en", "The rate was 47.3%.", "unbound-number"),
    ("en", "We spent 1.8 million.", "unbound-number"),
    ("en", "In August the team posted a lot.", "wrong-month"),
    ("en", "August confirms what we hoped for.", "wrong-month"),
    ("en", "TODO: ask the client.", "left-to-write"),
    ("en", "Sales were [...] euros.", "left-to-write"),
    ("en", "To be confirmed by the shop.", "left-to-write"),
]
RIGHT = [
    ("fr", "Les impressions sont en baisse : {{ impressions }}."),
    ("fr", "Les impressions sont en hausse sur un an : {{ impressions }}."),
    ("fr", "3 000 impressions, contre 6 200 en août."),
    ("fr", "Les affichages ont diminué de moitié, −51,6 % par rapport à août."),
    ("fr", "La vague du 15 septembre a duré 2 semaines, comme en 2025."),
    ("fr", "Rendez-vous le 3 octobre à 9 h 30 pour la suite."),
    ("fr", "Le N4 et #Novea2026 reviennent le 1er décembre."),
    ("fr", "Après un mois d’août creux, la rentrée remet tout en marche."),
    ("fr", "« 450 cartes en deux heures » : le mot est d’une cliente."),
    ("fr", "Les gains compensent les pertes, la hausse des uns la baisse des autres."),
    ("en", "Impressions are down: {{ impressions }}."),
    ("en", "Impressions rose on last year, to {{ impressions }}."),
    ("en", "3,000 impressions after 6,200 in August."),
    ("en", "Impressions fell by half, −51.6% on August."),
    ("en", "The wave of 15 September took 2 weeks, as in 2025."),
    ("en", "We meet on 3 October at 9:30."),
    ("en", "The N4 and #Tea2026 come back on the 1st of December."),
    ("en", "Compared with August, people came back."),
    ("en", "“450 cards in two hours”, a customer said."),
    ("en", "What some gained others lost; ups and downs."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "code"), WRONG, ids=[text[:40] for _, text, _ in WRONG])
def test_what_is_wrong_is_found(site: SiteFolder, language: str, text: str, code: str) -> None:
    """E2, E3: each of these sentences is named, with the one thing that is wrong in it."""
    found = commented(site, text, language)

    assert code in found and set(found) <= {code, "unbound-number"}  # a made-up percentage is of no figure either


@pytest.mark.parametrize(("language", "text"), RIGHT, ids=[text[:40] for _, text in RIGHT])
def test_what_is_right_is_left_alone(site: SiteFolder, language: str, text: str) -> None:
    """E2, E3: none of these sentences is named."""
    assert commented(site, text, language) == []


def test_a_paragraph_of_the_last_period_is_found(site: SiteFolder) -> None:
    """E3: the same words two periods in a row were not written for the second; a short one may well stand again."""
    again = commented(site, f"New words.\n\n{LONG}\n\nSee you soon.", "en", last=f"{LONG}\n\nSee you soon.")

    assert again == ["stale-paragraph"]


def test_a_number_that_its_author_has_checked_is_left_alone(site: SiteFolder) -> None:
    """E2: numbers of the front matter are known."""
    name = "content/luma/reports/monthly/2026-09/summary.md"
    before = commented(site, "People sent 4,312 cards.", "en")
    site.write(name, (site.root / name).read_text().replace("title: The month", "title: The month\nnumbers: [4312]"))
    after = site.run("check").err

    assert before == ["unbound-number"] and "unbound-number" not in after


def test_findings_name_the_place(site: SiteFolder) -> None:
    """A finding has the line and the column of its word."""
    commented(site, "First line.\n\nSecond line,\nwith 4,312 cards.", "en")
    out = site.run("check").err

    assert 'content/luma/reports/monthly/2026-09/summary.md:8:6: warning: unbound-number no figure of the report is "4,312"' in out


def test_the_demo_s_commentaries_raise_no_false_alarm() -> None:
    """Of all paragraphs of the demo, written by hand for their months, none is taken for another month's; numbers apart, which say
    where they come from in their front matter."""
    alarms, read = 0, 0
    for path in sorted(HERE.glob("content/*/reports/monthly/*/*.md")):
        language = "fr" if "/novea/" in path.as_posix() else "en"
        head, _, body = path.read_text().removeprefix("---\n").partition("\n---\n")
        title = head.partition("title: ")[2].partition("\n")[0]
        note = Commentary(title=title, author=None, numbers=(), body=(Prose(text=body, at=AT),), folder="", at=AT)
        alarms += len(list(wrong_months(note, read_period(path.parent.name), language)))
        read += len(list(pieces(note)))

    assert read > 60 and alarms == 0


@pytest.mark.parametrize(
    ("text", "language", "strange"),
    [
        ("2,5 M de vues", "fr", []),
        ("2,6 M de vues", "fr", []),  # within one of the last digit
        ("2,9 M de vues", "fr", ["2,9 M"]),
        ("2.5M views and 162k likes", "en", []),
        ("17 987,53 € dépensés", "fr", []),
        ("17\u202f987,54 €", "fr", []),
        ("17\u202f988,60 €", "fr", ["17\u202f988,60"]),
        ("13 % de mieux", "fr", []),
        ("12,98 % de mieux", "fr", []),
        ("in 2026, on 14 May, at 12:30, N4, #Card2000, 3 weeks", "en", []),
        ("{{ reach }} and `99999`", "en", []),
        ("1. first\n2. second", "en", []),
    ],
)
def test_numbers_are_compared_at_the_precision_they_are_written_with(text: str, language: str, strange: list[str]) -> None:
    """A number is known when a figure differs from it by less than one of its last digit."""
    known = sorted([2_512_345.0, 162_400.0, 17_987.53, 0.1298])

    assert [word for _, word in strange_numbers(text, language, known)] == strange


def test_paragraphs_know_their_lines() -> None:
    """Paragraphs are told apart by blank lines, each with the line on which it begins."""
    note = Commentary(title="T", author=None, numbers=(), body=(Prose(text="A\nb\n\n- c\n\nd", at=AT),), folder="", at=AT)

    assert list(pieces(note)) == [
        Piece("T", AT), Piece("A\nb", Location(path="x.md", line=6, column=1)), Piece("- c", Location(path="x.md", line=9, column=1)),
        Piece("d", Location(path="x.md", line=11, column=1)),
    ]  # fmt: skip
