"""A campaign's page as a story: what it says in each phase, what happened and when, what was reached, who spoke of it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from tests.conftest import CAMPAIGN, SiteFolder
from tests.pagekit import read_page

PAGE = "luma/cards/index.html"
LIVE, RECAP = datetime.fromisoformat("2026-09-03T12:00+02:00"), datetime.fromisoformat("2026-10-05T12:00+02:00")
PEOPLE = """id,at,kind,handle,name,platform,text,key
a-1,2026-09-01T10:00,card,ana,Ana,instagram,One,
a-2,2026-09-02T10:00,card,ana,Ana,instagram,Two,true
b-1,2026-09-01T11:00,card,bo,Bo,instagram,Three,
c-1,2026-09-01T12:00,quote,cy,Cy,instagram,Four,
d-1,2026-09-01T13:00,card,luma_cards,Luma,instagram,Ours,
d-2,2026-09-01T14:00,card,luma_cards,Luma,instagram,Ours again,
d-3,2026-09-01T15:00,card,luma_cards,Luma,instagram,And again,
"""
DECISIONS = "id,decision\n" + "".join(f"{line.partition(',')[0]},approve\n" for line in PEOPLE.splitlines()[1:])


@pytest.fixture
def people(site: SiteFolder) -> SiteFolder:
    """The site with seven moments from four accounts, one of them the client's own."""
    site.write("content/luma/cards/moments.csv", PEOPLE).write("content/luma/cards/moderation.csv", DECISIONS)
    return site


def shows(site: SiteFolder, block: str, now: datetime = RECAP, page: str = PAGE) -> str:
    """What the campaign's page shows of one block."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("```moments\n```", block))
    summary = site.build(now=now)
    assert not summary.failed, [str(problem) for problem in summary.problems]
    return site.output(page).partition('<div class="flow flow--lead">')[2].partition("</article>")[0]


def words(html: str) -> str:
    return " ".join(read_page(html.replace("<", " <")).text.split())


# ---- phases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "said", "summary"),
    [
        ("2026-08-31T12:00+02:00", "Come on Tuesday.", "Soon."),
        ("2026-09-03T12:00+02:00", "A week of cards.", None),
        ("2026-09-10T12:00+02:00", "What it was.", "The story."),
    ],
)
def test_each_phase_may_have_its_own_words(site: SiteFolder, now: str, said: str, summary: str | None) -> None:
    """H10: a phase with a file of its own shows that, in its summary, too; others what index.md says; no other phase's words are there."""
    site.write("content/luma/cards/index.teaser.md", "---\nsummary: Soon.\n---\n\nCome on Tuesday.\n")
    site.write("content/luma/cards/index.recap.md", "---\nsummary: The story.\n---\n\nWhat it was.\n")
    site.build(now=datetime.fromisoformat(now))
    page = site.output(PAGE)

    assert [each for each in ("Come on Tuesday.", "A week of cards.", "What it was.") if each in page] == [said]
    assert re.findall(r'<p class="hero__summary">(.*?)</p>', page) == ([summary] if summary else [])


def test_what_a_later_phase_says_is_nowhere_before(site: SiteFolder) -> None:
    """H10: neither the words nor the pictures of the recap are in the output while the campaign is live."""
    site.write("content/luma/cards/index.recap.md", "The secret ending.\n\n```counter\nnames: [people]\n```\n")
    site.build(now=LIVE)
    before = set(site.tree())

    assert not any(b"secret ending" in content for content in site.tree().values())
    site.remove("content/luma/cards/index.recap.md").build(now=LIVE)
    assert set(site.tree()) == before


def test_a_mistake_in_a_later_phase_is_found_today(site: SiteFolder) -> None:
    """H10: a block of the recap that names an unknown counter is an error at its line, while the campaign is live."""
    site.write("content/luma/cards/index.recap.md", "What it was.\n\n```counter\nnames: [cards-sent]\n```\n")

    (problem,) = site.build(now=LIVE).problems.errors
    assert (problem.code, problem.at.path, problem.at.line) == ("unknown-counter", "content/luma/cards/index.recap.md", 4)


def test_a_misspelt_phase_is_named(site: SiteFolder) -> None:
    """H10: index.<anything else>.md would be left out without a word."""
    site.write("content/luma/cards/index.recpa.md", "What it was.\n")

    (problem,) = site.mistakes()
    assert problem.code == "unknown-phase"
    assert 'did you mean "recap"?' in problem.message


def test_the_phases_follow_the_clock_without_an_edit(site: SiteFolder) -> None:
    """H10: a build after the recap's hour makes the page anew, though no file has changed."""
    site.write("content/luma/cards/index.recap.md", "What it was.\n").build(now=LIVE)
    assert "What it was." not in site.output(PAGE)

    assert PAGE in site.build(now=RECAP).written
    assert "What it was." in site.output(PAGE)


# ---- what happened --------------------------------------------------------------------------------------------------


def test_a_timeline_tells_key_moments_and_milestones_by_day(people: SiteFolder) -> None:
    """Key moments and milestones stand in order under their days, each with its hour and a way to it; others are left out."""
    html = shows(people, "```timeline\n```")

    assert words(html).partition("A week of cards. ")[2] == "Tuesday 1 September 09:00 Open Wednesday 2 September 10:00 Two Ana"
    assert re.findall(r'href="(m-[\w-]+\.html)"', html) == ["m-001.html", "m-a-2.html"]


def test_a_timeline_may_be_of_one_day_and_of_some_kinds(people: SiteFolder) -> None:
    """`day` keeps to one day, `kinds` says what stands beside the key moments, `count` keeps the latest."""
    assert "Four" in shows(people, "```timeline\nkinds: [quote]\nday: 2026-09-01\n```")
    assert "Two" not in shows(people, "```timeline\nkinds: [quote]\nday: 2026-09-01\n```")
    assert words(shows(people, "```timeline\ncount: 1\n```")).endswith("Wednesday 2 September 10:00 Two Ana")


def test_a_timeline_without_moments_says_so(site: SiteFolder) -> None:
    """Nothing yet is a sentence, not a blank."""
    assert "Nothing has happened yet." in shows(site, "```timeline\nday: 2026-09-05\n```")


COUNTERS = "counters:\n" + "".join(
    f"  - {{name: sent, label: Cards sent, value: {value}, date: {day}, author: A, source: the notebook}}\n"
    for value, day in ((80, "2026-09-01"), (150, "2026-09-02"), (900, "2026-09-04"))
)


def test_milestones_are_reached_on_the_day_of_the_note(site: SiteFolder) -> None:
    """A step has the first day on which the counter was there; the next one its share; nothing is known before its day."""
    site.write("content/luma/counters.yaml", COUNTERS)
    html = shows(site, "```milestones\ncounter: sent\nsteps: [100, {at: 300, label: the second box}, 1000]\n```", LIVE)

    assert "100 reached on Wednesday 2 September 300 the second box next 1,000 still to come" in words(html)
    assert 'style="width: 50.0%"' in html
    assert 'data-counter="sent">150<' in html


def test_milestones_count_the_wall(people: SiteFolder) -> None:
    """`moments` and `people` are counted as they came."""
    assert "3 reached on Tuesday 1 September" in words(shows(people, "```milestones\ncounter: moments\nsteps: [3, 50]\n```"))
    assert "4 reached on Tuesday 1 September 5 next" in words(shows(people, "```milestones\ncounter: people\nsteps: [4, 5]\n```"))


@pytest.mark.parametrize("steps", ["[]", "[0]", "[-5]", "[few]"])
def test_steps_are_numbers_above_zero(site: SiteFolder, steps: str) -> None:
    """A step that is reached before anything is counted is a mistake at its line."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("```moments\n```", f"```milestones\ncounter: moments\nsteps: {steps}\n```"))

    (problem,) = site.mistakes()
    assert problem.code in ("bad-step", "not-a-number")
    assert problem.at.line == 12


def test_a_podium_lifts_the_first_three(people: SiteFolder) -> None:
    """Most moments first, on a tie whoever came first, the client's own accounts left out; the rule is printed."""
    people.write("content/luma/client.yaml", "name: Luma\nlanguage: en\naccounts:\n  - {platform: instagram, name: luma_cards}\n")
    html = shows(people, "```people\nshow: podium\n```")

    assert re.findall(r"b-podium__place--(\d).*?<bdi>(\w+)</bdi>", html, re.S) == [("1", "Ana"), ("2", "Bo"), ("3", "Cy")]
    assert "Accounts of the client are left out." in html
    assert "b-people__list" not in html


# ---- what was said of it --------------------------------------------------------------------------------------------

PRESS = 'outlet;title;date;link\nRadio Quay;"Cards, and <b>more</b>";2026-09-02;\nThe Lantern;A week;2026-09-05;https://lantern.example/a\n'


def test_the_press_is_read_from_its_table(site: SiteFolder) -> None:
    """The newest first, with a link where there is one; as text, whatever it says; a piece whose day has not come is not there."""
    site.write("content/luma/cards/press.csv", PRESS)

    assert words(shows(site, "```press\n```")).endswith(
        "In the press The Lantern A week 5 September 2026 Radio Quay Cards, and <b>more</b> 2 September 2026"
    )
    assert "The Lantern" not in shows(site, "```press\n```", LIVE)


def test_the_press_may_be_listed_in_the_block(site: SiteFolder) -> None:
    """`pieces` take the place of the table; what is beyond `count` is counted."""
    piece = "  - {outlet: Radio %d, title: On air, date: 2026-09-0%d}\n"
    html = shows(site, "```press\ncount: 1\npieces:\n" + "".join(piece % (n, n) for n in (1, 2, 3)) + "```")

    assert words(html).endswith("In the press Radio 3 On air 3 September 2026 and 2 more pieces")


@pytest.mark.parametrize(
    ("row", "code"), [("A;B;5 May;", "not-a-date"), (";B;2026-09-01;", "empty-value"), ("A;B;2026-09-01;javascript:x", "not-an-address")]
)
def test_a_press_table_is_checked(site: SiteFolder, row: str, code: str) -> None:
    """What is no day, no name or no address is an error at its line."""
    site.write("content/luma/cards/press.csv", f"outlet;title;date;link\n{row}\n")

    assert [(problem.code, problem.at.path, problem.at.line) for problem in site.mistakes()] == [(code, "content/luma/cards/press.csv", 2)]


def test_quotes_stand_alone_or_together(site: SiteFolder) -> None:
    """One quote, or several with their authors; what is neither is a mistake."""
    several = shows(site, "```quote\nquotes:\n  - {text: One., by: A}\n  - {text: Two., by: B, role: baker}\n```")

    assert words(several).endswith("One. A Two. B baker")
    assert words(shows(site, "```quote\ntext: One.\nby: A\n```")).endswith("One. A")
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("```moments\n```", "```quote\nrole: nobody\n```"))
    assert [problem.code for problem in site.mistakes()] == ["quote-form"]


# ---- what the reader may do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://luma.example/in", "https://luma.example/in"),
        ("sms:+33639980000", "sms:+33639980000"),
        ("rules.md", "rules.html"),
        ("#moments", "#moments"),
    ],
)
def test_an_action_leads_somewhere(site: SiteFolder, url: str, href: str) -> None:
    """To the web, a message, a page of the campaign, or a place on this one."""
    site.write("content/luma/cards/rules.md", "---\ntitle: Rules\n---\n\nOne each.\n")
    html = shows(site, f'```action\nlabel: Take part\nurl: "{url}"\n```\n\n```moments\n```')

    assert f'<a class="button button--lead" href="{href}"' in html


@pytest.mark.parametrize(
    ("url", "code"), [("javascript:alert(1)", "not-an-address"), ("data:text/html,x", "not-an-address"), ("none.md", "dead-link")]
)
def test_an_action_that_leads_nowhere_is_a_mistake(site: SiteFolder, url: str, code: str) -> None:
    """A script is no address, and a page that is not there no aim."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("```moments\n```", f'```action\nlabel: Go\nurl: "{url}"\n```'))

    assert [(problem.code, problem.at.line) for problem in site.mistakes()] == [(code, 12)]


def test_ways_to_share_are_plain_links_with_the_whole_address(site: SiteFolder) -> None:
    """Each leads to its network with the page's address and the words, encoded; without an address nothing but the script's buttons."""
    block = "```share\nnetworks: [whatsapp, mail]\ntext: Look & see\n```"
    assert "wa.me" not in shows(site, block)
    site.write("site.yaml", "title: Atelier\nlanguage: en\ntimezone: Europe/Paris\nurl: https://atelier.example/\n")

    html = shows(site, block)
    assert 'href="https://wa.me/?text=Look%20%26%20see%20https%3A//atelier.example/luma/cards/"' in html
    assert 'href="mailto:?subject=Look%20%26%20see&amp;body=https%3A//atelier.example/luma/cards/"' in html
    assert "facebook" not in html


def test_blocks_of_a_story_are_printed_in_reports(people: SiteFolder) -> None:
    """Timeline, milestones, press and podium stand in a report of the campaign's month, without buttons."""
    report = people.root / "content/luma/reports/monthly.md"
    asked = ("timeline", "milestones\ncounter: moments\nsteps: [3, 50]", "press", "people\nshow: podium", "share")
    report.write_text(report.read_text() + "".join(f"\n```{each}\n```\n" for each in asked))
    people.write("content/luma/cards/press.csv", PRESS)

    assert people.build().problems.errors == []
    page = words(people.output("luma/room/monthly-2026-09.html"))
    assert all(each in page for each in ("Wednesday 2 September", "reached on Tuesday 1 September", "Radio Quay", "Ana"))
    assert (people.root / "output/luma/room/monthly-2026-09-draft.pdf").read_bytes().startswith(b"%PDF")
    annex = "".join(path.read_text("utf-8-sig") for path in sorted((people.root / "output/luma/room").glob("monthly-2026-09-*.csv")))
    assert ",3,2026-09-01" in annex
    assert 'Radio Quay,"Cards, and <b>more</b>",2026-09-02,' in annex
