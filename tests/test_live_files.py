"""What a live page follows: a head of at most 1 KB, and segments whose names say what is in them."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import planning
from generator.model.clock import Clock
from generator.model.outputs import Output
from generator.plan.chunks import cut
from generator.problems import Problems
from tests.conftest import CAMPAIGN, CLIENT, REPORT, SiteFolder
from tests.pagekit import read_page

FOLDER = "luma/cards"
HOSTILE = '"><img src=x onerror=alert(1)>'
LIVE_NOW = datetime.fromisoformat("2026-09-03T12:00+02:00")
HEADER = ("id", "at", "kind", "handle", "name", "platform", "text", "key", "pinned", "tags")


def people(site: SiteFolder, count: int, folder: str = "content/luma/cards", **besides: str) -> None:
    """Approved moments from people, one a second."""
    moments, decisions = io.StringIO(), io.StringIO()
    rows, verdicts = csv.writer(moments), csv.writer(decisions)
    rows.writerow(HEADER)
    verdicts.writerow(("id", "decision"))
    start = datetime.fromisoformat("2026-09-01T09:00")
    for number in range(count):
        at = (start + timedelta(seconds=number)).isoformat()
        row = {
            "id": f"m{number}",
            "at": at,
            "kind": ("card", "message")[number % 2],
            "name": f"N{number}",
            "text": f"Text {number}",
            **besides,
        }
        rows.writerow([row.get(column, "") for column in HEADER])
        verdicts.writerow((row["id"], "approve"))
    site.write(f"{folder}/moments.csv", moments.getvalue()).write(f"{folder}/moderation.csv", decisions.getvalue())


@pytest.fixture
def empty(empty_site: SiteFolder) -> SiteFolder:
    """A client with a campaign, and nothing in it."""
    return empty_site.write("content/luma/client.yaml", CLIENT).write("content/luma/cards/index.md", CAMPAIGN)


def planned(site: SiteFolder, now: datetime = LIVE_NOW) -> dict[str, Output]:
    """The live files of the campaign, planned and not made."""
    problems = Problems()
    outputs, _ = planning.plan(site.root, Clock(now), problems)
    assert not problems.errors
    return {output.path: output for output in outputs if output.path.startswith(f"{FOLDER}/live/")}


def live_files(site: SiteFolder) -> dict[str, Any]:
    return {name: json.loads(content) for name, content in site.tree().items() if name.startswith(f"{FOLDER}/live/")}


def state(site: SiteFolder, folder: str = FOLDER) -> list[dict[str, Any]]:
    """All moments, as a reader finds them from the head on."""

    def segment(name: str) -> Any:
        return json.loads(site.output(f"{folder}/live/{name}.json"))

    nodes = segment(segment("head")["root"])["nodes"]
    return [moment for node in nodes for chunk in segment(node["d"])["chunks"] for moment in segment(chunk["d"])["moments"]]


def test_one_more_among_ten_thousand_changes_four_files(empty: SiteFolder) -> None:
    """A new moment changes the head, the index, one node and one chunk; so does one that is approved late, or withdrawn."""
    people(empty, 10_000)
    before = planned(empty)
    moderation = (empty.root / "content/luma/cards/moderation.csv").read_text("utf-8")

    empty.write("content/luma/cards/moments/new.md", "---\nkind: note\nat: 2026-09-03T11:00\ntitle: New\n---\n")
    added = planned(empty)
    empty.remove("content/luma/cards/moments/new.md").write("content/luma/cards/moderation.csv", moderation + "m5000,reject\n")
    withdrawn = planned(empty)

    for after, most in ((added, 4), (withdrawn, 5)):  # where it had ended a chunk, two become one
        assert 0 < len([path for path, output in after.items() if before.get(path) != output]) <= most
    assert len(before) < 700


@given(st.integers(0, 10_000), st.sampled_from(["add", "drop", "replace"]), st.integers(0, 1_000_000))
@settings(max_examples=200)
def test_chunks_change_only_where_something_changed(place: int, how: str, seed: int) -> None:
    """Whatever is put in, taken out or exchanged, all chunks but its own and those next to it stay, and none is ever too long."""
    names = [f"{seed}-{number}" for number in range(2_000)]
    place %= len(names)
    other = {"add": ["x"], "drop": [], "replace": ["x"]}[how]
    edited = [*names[:place], *other, *names[place + (how != "add") :]]

    before, after = ([tuple(each[part]) for part in cut(each, 24)] for each in (names, edited))

    assert [name for chunk in after for name in chunk] == edited
    assert max(map(len, after)) <= 96
    assert len(set(after) - set(before)) <= 4


def test_a_head_has_at_most_one_kilobyte(empty: SiteFolder) -> None:
    """Whatever the number of moments and counters; figures that do not fit are in the index."""
    kept = "counters:\n" + "".join(
        f"- {{name: a-counter-with-quite-a-long-name-{n}, label: C, date: 2026-09-01, value: {n}, author: A, source: S}}\n"
        for n in range(40)
    )
    names = ", ".join(f"a-counter-with-quite-a-long-name-{n}" for n in range(40))
    empty.write("content/luma/counters.yaml", kept)
    empty.write("content/luma/cards/index.md", CAMPAIGN + f"\n```counter\nnames: [moments, {names}]\n```\n")
    people(empty, 30)

    empty.build(now=LIVE_NOW)

    head = (empty.root / f"output/{FOLDER}/live/head.json").read_bytes()
    index = json.loads(empty.output(f"{FOLDER}/live/{json.loads(head)['root']}.json"))
    assert len(head) <= 1024
    assert "counters" not in json.loads(head)
    assert (index["counters"]["moments"], index["counters"]["a-counter-with-quite-a-long-name-39"]) == (30, 39)


def test_a_hundred_thousand_moments_have_a_small_head_and_index(empty: SiteFolder) -> None:
    """The head stays under 1 KB, and what a page must read to find the newest moment under 64 KB."""
    people(empty, 100_000)

    files = planned(empty)

    head = files[f"{FOLDER}/live/head.json"].job.data["text"]
    index = next(output for output in files.values() if output.job.template == "live/index.json")
    node = files[f"{FOLDER}/live/{json.loads(head)['node']}.json"].job.data["text"]
    assert (len(head) <= 1024, json.loads(head)["total"]) == (True, 100_000)
    assert len(json.dumps(index.job.data["state"])) + len(node) < 64 << 10


def test_the_segments_hold_what_the_page_shows(empty: SiteFolder) -> None:
    """Each moment is in exactly one segment, with the very card that the page has."""
    people(empty, 300)
    empty.build(now=LIVE_NOW)

    found, page = state(empty), empty.output(f"{FOLDER}/index.html")

    assert [moment["id"] for moment in found] == [f"m{number}" for number in range(300)]
    assert all(moment["html"].strip() in page for moment in found[-24:])


def test_what_is_withdrawn_is_in_no_file(empty: SiteFolder) -> None:
    """A reader who comes after a withdrawal finds no trace of it; the old segments are gone with it."""
    people(empty, 60, name="Margaux", text="Forget me")
    empty.build(now=LIVE_NOW)
    assert b"Forget me" in b"".join(empty.tree().values())

    moderation = "id,decision\n" + "".join(f"m{number},reject\n" for number in range(60))
    empty.write("content/luma/cards/moderation.csv", moderation).build(now=LIVE_NOW)

    everything = b"".join(empty.tree().values())
    assert (b"Forget me" in everything, b"Margaux" in everything) == (False, False)
    assert state(empty) == []


def test_hostile_words_stay_words_in_a_segment(empty: SiteFolder) -> None:
    """Markup that people wrote is text in a card, and a segment has no sign of markup even where a host serves it as a page."""
    people(empty, 3, name=HOSTILE, text=f"</script>{HOSTILE}", tags=HOSTILE[:50])
    empty.build(now=LIVE_NOW)

    for name, content in empty.tree().items():
        if name.startswith(f"{FOLDER}/live/"):
            assert not set(b"<>&") & set(content), name
    for moment in state(empty):
        card = read_page(moment["html"])
        assert card.running() == []
        assert HOSTILE in card.text
        assert {tag for tag, _ in card.elements} <= {"article", "div", "p", "span", "bdi", "a", "time", "br"}
    assert read_page(empty.output(f"{FOLDER}/index.html")).running() == []


def test_one_client_has_nothing_in_anothers_segments(empty: SiteFolder) -> None:
    """What one client's people write is in no live file of another's."""
    empty.write("content/nova/client.yaml", CLIENT.replace("Luma", "Nova")).write("content/nova/cards/index.md", CAMPAIGN)
    people(empty, 40, name="Lumette")
    people(empty, 40, "content/nova/cards", name="Novette")

    empty.build(now=LIVE_NOW)

    folders = {"luma": b"Novette", "nova": b"Lumette"}
    for folder, strange in folders.items():
        assert [name for name, content in empty.tree().items() if name.startswith(f"{folder}/") and strange in content] == []
    assert len(state(empty, "nova/cards")) == 40


def test_a_build_again_says_the_same(empty: SiteFolder) -> None:
    """Random additions, edits and withdrawals, built one after the other, leave the very files of a build from nothing."""
    chance = random.Random(7)
    people(empty, 80)
    texts: dict[int, str | None] = {}
    for _ in range(12):
        number = chance.randrange(30)
        texts[number] = None if texts.get(number) and chance.random() < 0.4 else f"Text {chance.random()}"
        path, text = f"content/luma/cards/moments/own-{number}.md", texts[number]
        if text is None:
            empty.remove(path)
        else:
            empty.write(path, f"---\nkind: note\nat: 2026-09-02T0{number % 10}:00\n---\n\n{text}\n")
        empty.build(now=LIVE_NOW)
    step_by_step = empty.tree()

    empty.build(now=LIVE_NOW, force=True)

    assert empty.tree() == step_by_step
    assert empty.build(now=LIVE_NOW).written == []


def test_a_template_of_cards_renames_the_segments(empty: SiteFolder) -> None:
    """What a name stands for never changes: another template makes other segments."""
    people(empty, 5)
    empty.build(now=LIVE_NOW)
    before = {name: content for name, content in empty.tree().items() if "/live/" in name and "assets" not in name}

    empty.write("templates/parts/moment-card.html", "<p>{{ card.name }}</p>\n").build(now=LIVE_NOW)
    after = {name: content for name, content in empty.tree().items() if "/live/" in name and "assets" not in name}

    same = [name for name in before if name in after and not name.endswith("head.json")]
    assert [name for name in same if before[name] != after[name]] == []
    assert [moment["html"].strip() for moment in state(empty)][:2] == ["<p>N0</p>", "<p>N1</p>"]


@pytest.mark.parametrize(
    ("now", "phase"),
    [("2026-08-30", "teaser"), ("2026-09-02", "live"), ("2026-09-08", "closed"), ("2026-09-12", "recap")],
)
def test_the_head_says_the_phase(site: SiteFolder, now: str, phase: str) -> None:
    """The head, the page and the page's next date follow the campaign's dates."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("ends:", "recap: 2026-09-10T09:00\nends:"))

    site.build(now=datetime.fromisoformat(f"{now}T12:00+02:00"))

    assert json.loads(site.output(f"{FOLDER}/live/head.json"))["phase"] == phase
    assert f'"phase": "{phase}"' in site.output(f"{FOLDER}/index.html")


def test_a_recap_tells_the_story_from_its_beginning(site: SiteFolder) -> None:
    """Newest first while it is live and closed; oldest first once it is told."""

    def order(now: str) -> list[str]:
        site.build(now=datetime.fromisoformat(now))
        page = read_page(site.output(f"{FOLDER}/index.html"))
        return [values["data-moment"] for _, values in page.elements if "data-moment" in values]

    assert order("2026-09-03T12:00+02:00") == ["002", "001"]
    assert order("2026-09-08T12:00+02:00") == ["001", "002"]


def test_a_campaign_may_stand_still(site: SiteFolder) -> None:
    """With live: false there is no head, no segment and no script."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("title:", "live: false\ntitle:")).build(now=LIVE_NOW)

    assert live_files(site) == {}
    assert not {"data-live", "data-wall", "live.js"} & set(site.output(f"{FOLDER}/index.html").split('"'))
    assert "live/live." not in site.output(f"{FOLDER}/index.html")


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("live: sometimes", "not-yes-no", '"sometimes" is neither true nor false'),
        ("live: {every: 5s}", "too-often", "every: 5s asks too often"),
        ("live: {every: soon}", "not-a-span", '"soon" is not a span of time'),
        ("live: {evry: 30s}", "unknown-key", 'unknown key "evry"; did you mean "every"?'),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_line(site: SiteFolder, written: str, code: str, words: str) -> None:
    """What live: says wrong is a problem of its line, with the way out."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("title:", f"{written}\ntitle:"))

    found = [(problem.code, problem.message, problem.at.line) for problem in site.mistakes()]

    assert found == [(code, words, 2)]


def test_settings_reach_the_page(site: SiteFolder) -> None:
    """How often a page asks, and how long a view of the big screen stands, are the campaign's to say."""
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("title:", "live: {every: 1min, cycle: 20s}\ntitle:")).build(now=LIVE_NOW)

    assert '"every": 60' in site.output(f"{FOLDER}/index.html")
    assert '"cycle": 20' in site.output(f"{FOLDER}/index.html")


def test_no_moment_has_two_places_of_one_name(site: SiteFolder) -> None:
    """A page on which a moment stands twice names each place once."""
    site.write("content/luma/cards/index.md", CAMPAIGN + "\n```moments\nkinds: note\n```\n").build(now=LIVE_NOW)

    names = [values["id"] for _, values in read_page(site.output(f"{FOLDER}/index.html")).elements if "id" in values]

    assert sorted(names) == sorted(set(names))
    assert "m-002" in names


def test_the_last_figure_of_a_campaign_is_the_reports(site: SiteFolder) -> None:
    """What the closed page, its head and its index say was counted is what the month's report says, in HTML and in the PDF."""
    kept = "".join(
        f"- {{name: sent, label: Cards sent, date: {day}, value: {value}, author: A, source: the notebook}}\n"
        for day, value in (("2026-09-02", 212), ("2026-09-07", 4312))
    )
    block = "\n```counter\nnames: [sent]\n```\n"
    site.write("content/luma/counters.yaml", f"counters:\n{kept}")
    site.write("content/luma/cards/index.md", CAMPAIGN + block).write("content/luma/reports/monthly.md", REPORT + block)

    site.build(now=datetime.fromisoformat("2026-10-05T12:00+02:00"))

    head = json.loads(site.output(f"{FOLDER}/live/head.json"))
    assert (head["phase"], head["counters"]["sent"]) == ("recap", 4312)
    assert '<dd data-counter="sent">4,312</dd>' in site.output(f"{FOLDER}/index.html")
    assert '<dd data-counter="sent">4,312</dd>' in site.output("luma/room/monthly-2026-09.html")
    (pdf,) = (site.root / "output/luma/room").glob("monthly-2026-09*.pdf")
    words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert "Cards sent" in words
    assert "4,312" in words
    assert site.output("luma/room/monthly-2026-08.html").count("4,312") == 0
