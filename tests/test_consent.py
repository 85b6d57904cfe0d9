"""Consent: what people did not agree to, agreed to for another use, or took back, is in no output and is named at its line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import CAMPAIGN, CLIENT, NOW, REPORT, SITE, SiteFolder, x_overview

HEAD = "id,at,kind,handle,name,platform,text,media,alt\n"
RECORD = "who,network,what,scope,date,proof,expires,withdrawn\n"
CARDS = "content/luma/cards"


def people(site: SiteFolder, *ids: str, media: str = "") -> SiteFolder:
    """A moment of each id, approved, by a person of that name, whose words say the id."""
    rows = [f"{each},2026-09-02T10:00,post,by_{each},Name {each},x,Words of {each}.,{media},\n" for each in ids]
    site.write(f"{CARDS}/moments.csv", HEAD + "".join(rows))
    return site.write(f"{CARDS}/moderation.csv", "id,decision\n" + "".join(f"{each},approve\n" for each in ids))


def record(site: SiteFolder, *rows: str, name: str = f"{CARDS}/consent.csv") -> SiteFolder:
    return site.write(name, RECORD + "".join(f"{row}\n" for row in rows))


def shown(site: SiteFolder, *ids: str) -> list[str]:
    """Those whose words are in any file of the output."""
    whole = b"".join(site.tree().values())
    return [each for each in ids if f"Words of {each}.".encode() in whole]


def said(site: SiteFolder, **options: object) -> list[str]:
    return [f"{problem.at}: {problem.severity} {problem.code}" for problem in site.problems(**options)]


def test_moment_without_a_record_is_not_built_once_records_are_kept(site: SiteFolder) -> None:
    """G1: with a consent.csv, a moment that it does not name is in no file and is listed with its line; --strict then fails."""
    people(site, "p-one", "p-two")
    record(site, "p-one,,,web;pdf,2026-09-01,asked by message,,")

    found = said(site)

    assert found == [f"{CARDS}/moments.csv:3: warning no-consent"]
    assert shown(site, "p-one", "p-two") == ["p-one"]
    assert not (site.root / "output/luma/cards/m-p-two.html").exists()
    assert site.run("build").code == 0
    assert site.run("build", "--strict").code == 1
    assert site.run("check", "--strict").code == 1


def test_moments_of_whose_consent_nothing_is_known_are_said_to_be_such(site: SiteFolder) -> None:
    """Without any record they are shown, with a warning that --strict takes for an error, until the campaign says where it is kept."""
    people(site, "p-one")
    first, strict = said(site), site.run("build", "--strict").code
    site.write(f"{CARDS}/index.md", CAMPAIGN.replace("title: Cards", "title: Cards\nconsent: elsewhere"))
    second = said(site), site.run("build", "--strict").code
    site.write(f"{CARDS}/index.md", CAMPAIGN.replace("title: Cards", "title: Cards\nconsent: required"))
    third = said(site)

    assert (first, strict) == ([f"{CARDS}/index.md:2:1: warning consent-unrecorded"], 1)
    assert second == ([], 0)
    assert third == [f"{CARDS}/moments.csv:2: warning no-consent"] and shown(site, "p-one") == []


def test_consent_ends_in_the_client_s_zone_and_due_says_when(site: SiteFolder) -> None:
    """A last day counts to its end in Paris; one second later the moment is gone from every file, and listed."""
    people(site, "p-one")
    record(site, "@by_p-one,x,,web,2026-09-01,asked,2026-09-30,")
    last = datetime(2026, 9, 30, 23, 59, 59, tzinfo=ZoneInfo("Europe/Paris"))

    before, kept = said(site, now=last), shown(site, "p-one")
    after, gone = said(site, now=last + timedelta(seconds=1)), shown(site, "p-one")
    due = [json.loads(line) for line in site.run("due", "--json", "--now", "2026-09-15T12:00+02:00").out.splitlines()]

    assert (before, kept) == ([], ["p-one"])
    assert (after, gone) == ([f"{CARDS}/moments.csv:2: notice consent-expired"], [])
    assert [(each["name"], each["at"]) for each in due if each["what"] == "consent-ends"] == [("cards/p-one", "2026-10-01T00:00:00+02:00")]


def test_consent_taken_back_wins_over_any_other(site: SiteFolder) -> None:
    """A person who withdraws is gone, though a moment of theirs has a row of its own; a later row of the same person grants anew."""
    people(site, "p-one")
    rows = ["p-one,,,web;pdf,2026-09-01,asked,,", "@by_p-one,,,web,2026-09-01,asked,,2026-10-01"]
    record(site, *rows)
    taken, gone = said(site), shown(site, "p-one")
    record(site, *rows, "@by_p-one,,,web,2026-10-03,asked again,,")

    assert (taken, gone) == ([f"{CARDS}/moments.csv:2: notice consent-withdrawn"], [])
    assert (said(site), shown(site, "p-one")) == ([], ["p-one"])


def test_use_outside_the_scope_is_left_out_of_that_use_only(site: SiteFolder) -> None:
    """What is granted for the web is on the campaign's pages and not in a report, whose block says what it leaves out."""
    people(site, "p-one", "p-two")
    record(site, "p-one,,,web,2026-09-01,asked,,", "p-two,,,web;pdf,2026-09-01,asked,,")
    site.write("content/luma/reports/monthly.md", REPORT + "\n```moments\n```\n")

    found = said(site)

    (pdf,) = (site.root / "output/luma/room").glob("monthly-2026-09*.pdf")
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "Words of p-two." in text and "Words of p-one." not in text
    assert "Words of p-one." not in site.output("luma/room/monthly-2026-09.html")
    assert "Words of p-one." in site.output("luma/cards/index.html")
    assert f"{CARDS}/moments.csv:2: warning consent-scope" in found


def test_parts_of_a_moment_are_agreed_to_by_themselves(site: SiteFolder) -> None:
    """`what` keeps to the text, the name or the picture; the page of somebody unnamed does not say the name anywhere."""
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#884422").save(picture, "PNG")
    site.write(f"{CARDS}/media/face.png", picture.getvalue())
    people(site, "p-one", "p-two", media="media/face.png")
    record(site, "p-one,,text,web,2026-09-01,asked,,", "p-two,,picture,web,2026-09-01,asked,,")

    site.build()

    one, two = site.output("luma/cards/m-p-one.html"), site.output("luma/cards/m-p-two.html")
    assert "Words of p-one." in one and "<img" not in one and "by_p-one" not in one and "Name p-one" not in one
    assert "<img" in two and "Words of p-two." not in two and "by_p-two" not in two


def test_client_s_own_record_concerns_all_of_its_campaigns(site: SiteFolder) -> None:
    """A consent.csv beside client.yaml names people, and moments as campaign/id."""
    people(site, "p-one", "p-two", "p-three")
    record(site, "@by_p-one,x,,web,2026-09-01,asked,,", "cards/p-two,,,web,2026-09-01,asked,,", name="content/luma/consent.csv")

    assert said(site) == [f"{CARDS}/moments.csv:4: warning no-consent"]
    assert shown(site, "p-one", "p-two", "p-three") == ["p-one", "p-two"]


def test_moment_deleted_by_its_author_is_gone_and_listed(site: SiteFolder) -> None:
    """G3: what was deleted at its source leaves every file, and the build says so."""
    people(site, "p-one")
    site.write(f"{CARDS}/index.md", CAMPAIGN.replace("title: Cards", "title: Cards\nconsent: elsewhere"))
    site.build()
    site.write(f"{CARDS}/moderation.csv", "id,decision\np-one,approve\np-one,deleted\n")

    summary = site.build()

    assert "luma/cards/m-p-one.html" in summary.removed and shown(site, "p-one") == []
    assert [problem.code for problem in summary.problems] == ["deleted-at-source"]


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ("p-one,,,web,2026-02-30,asked,,", "impossible-date"),
        ("p-one,,,web,,asked,,", "not-a-date"),
        ("p-one,,,,2026-09-01,asked,,", "empty-value"),
        ("p-one,,,the web,2026-09-01,asked,,", "unknown-word"),
        ("p-one,,face,web,2026-09-01,asked,,", "unknown-word"),
        ("p-one,,,web,2026-09-01,,,", "empty-value"),
        ("p-one,,,web,2026-09-01,proofs/mail.eml,,", "missing-file"),
        ("p-one,,,web,2026-09-01,../../../site.yaml.txt,,", "missing-file"),
        ("p-one,,,web,2026-09-01,asked,2026-08-01,", "ends-before-start"),
        (",,,web,2026-09-01,asked,,", "empty-value"),
        ("p-one,web", "ragged-row"),
    ],
)
def test_mistake_in_a_record_is_an_error_at_its_line(site: SiteFolder, row: str, mistake: str) -> None:
    """A record that cannot be understood grants nothing, and the last good output stays."""
    people(site, "p-one")
    record(site, row)

    errors = site.build().problems.errors

    assert (str(errors[0].at), errors[0].code) == (f"{CARDS}/consent.csv:2", mistake)
    assert shown(site, "p-one") == []


def test_record_of_no_moment_is_named(site: SiteFolder) -> None:
    """An id that no row has is a slip of the pen."""
    people(site, "p-one")
    record(site, "p-one,,,web,2026-09-01,asked,,", "p-onne,,,web,2026-09-01,asked,,")

    (problem,) = site.problems()

    assert (str(problem.at), problem.code) == (f"{CARDS}/consent.csv:3", "unknown-moment")
    assert 'did you mean "p-one"?' in problem.message


def test_file_names_say_nothing_of_people(site: SiteFolder) -> None:
    """G4: neither the name of a picture nor the address of a moment tells who is seen, though ids and files are called after them."""
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#884422").save(picture, "PNG")
    site.write(f"{CARDS}/media/lea-martin.png", picture.getvalue())
    row = "lea-martin-1,2026-09-02T10:00,photo,lea.martin,Léa Martin,instagram,Hello.,media/lea-martin.png,\n"
    site.write(f"{CARDS}/moments.csv", HEAD + row).write(f"{CARDS}/moderation.csv", "id,decision\nlea-martin-1,approve\n")

    built = site.build()

    assert not [path for path in site.tree() if "lea" in path]
    assert len([path for path in built.written if path.startswith("luma/cards/m-p-")]) == 1
    assert not [problem for problem in built.problems if "Léa" in problem.message or "Hello" in str(problem)]


def test_records_and_reports_of_a_run_name_nobody(site: SiteFolder) -> None:
    """G4: what is left in .bilan/ and what commands print for machines is ids and counts; an address of mail is masked."""
    site.write("content/luma/client.yaml", CLIENT + "contacts: [{name: Claire Dumas, email: claire@luma.example}]\n")
    people(site, "p-one", "p-two")
    record(site, "p-one,,,web,2026-09-01,asked,2026-10-20,")
    printed = [site.run(*each, "--json").out for each in (("build",), ("check",), ("due", "--now", NOW.isoformat()), ("send", "--due"))]
    kept = [path.read_bytes() for path in (site.root / ".bilan").rglob("*") if path.is_file()]

    personal = ("by_p-one", "by_p-two", "Name p-one", "Words of", "claire@luma.example", "Claire Dumas")
    assert [mark for mark in personal for text in printed if mark in text] == []
    assert [mark for mark in personal for content in kept if mark.encode() in content] == []
    assert "p-one" in printed[2]


# ---- any queue ------------------------------------------------------------------------------------------------------

DAYS = st.integers(-60, 60).map(lambda days: (NOW + timedelta(days=days)).date().isoformat())
ROWS = st.tuples(
    st.sampled_from(["id", "handle", "handle everywhere"]),
    st.sets(st.sampled_from(["web", "pdf", "print", "social"]), min_size=1),
    DAYS,
    st.one_of(st.just(""), DAYS),
    st.one_of(st.just(""), DAYS),
)
QUEUE = st.lists(
    st.tuples(st.lists(st.sampled_from(["approve", "reject", "hold", "deleted"]), max_size=2), st.lists(ROWS, max_size=3)), max_size=5
)


def may_be_shown(decisions: Sequence[str], rows: Sequence[tuple[str, set[str], str, str, str]], use: str) -> bool:
    """The rule, said once more and otherwise: the last word of moderation, and of each row's kind, counts."""
    today = NOW.astimezone(ZoneInfo("Europe/Paris")).date().isoformat()
    last = {row[0]: row for row in rows if not row[3] or row[3] >= row[2]}
    if not decisions or decisions[-1] != "approve" or any(gone and gone <= today for *_, gone in last.values()):
        return False
    return any(use in uses and given <= today and (not ends or ends >= today) for _, uses, given, ends, _ in last.values())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(QUEUE)
def test_nothing_undecided_or_unconsented_is_in_any_output(
    queue: list[tuple[list[str], list[tuple[str, set[str], str, str, str]]]],
) -> None:
    """Of any queue, exactly what was approved and agreed to is in the pages of the campaign, and nothing else of it in any file."""
    with tempfile.TemporaryDirectory() as folder:
        site = SiteFolder(Path(folder)).write("site.yaml", SITE).write("content/luma/client.yaml", CLIENT)
        site.write(f"{CARDS}/index.md", CAMPAIGN).write("content/luma/kpi/overview.csv", x_overview({"2026-09-01": 1}))
        ids = [f"p-{number}" for number in range(len(queue))]
        people(site, *ids)
        decided = [f"{each},{word}\n" for each, (words, _) in zip(ids, queue, strict=True) for word in words]
        site.write(f"{CARDS}/moderation.csv", "id,decision\n" + "".join(decided))
        kept = []
        for each, (_, rows) in zip(ids, queue, strict=True):
            for kind, uses, given_on, ends, gone in rows:
                who = {"id": f"{each},", "handle": f"@by_{each},x", "handle everywhere": f"@by_{each},"}[kind]
                if not ends or ends >= given_on:
                    kept.append(f"{who},,{';'.join(sorted(uses))},{given_on},asked,{ends},{gone}")
        record(site, *kept)

        assert site.build().problems.errors == []
        assert shown(site, *ids) == [each for each, (words, rows) in zip(ids, queue, strict=True) if may_be_shown(words, rows, "web")]
