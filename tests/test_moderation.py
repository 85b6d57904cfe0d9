"""H5, G1: what waits is in no output; lists hold back and let through; a decision is one row, and everything else of the file stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generator import moderation
from generator.model.moderation import Allowed, Blocked, Lists, ModerationFile
from generator.moderation import Word, with_row
from generator.problems import BilanError
from tests.conftest import CAMPAIGN, NOW, SiteFolder

FOLDER = "content/luma/cards"
HEAD = "id,at,kind,handle,name,platform,text,media,alt,permalink,key,pinned,tags\n"


def row(key: str, text: str = "Hello", handle: str = "", **more: str) -> str:
    cells = {"id": key, "at": "2026-09-02T10:00", "kind": "message", "handle": handle, "text": text, **more}
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([cells.get(column, "") for column in HEAD.strip().split(",")])
    return line.getvalue()


def fill(site: SiteFolder, rows: Sequence[str], decisions: str = "", lists: str = "") -> SiteFolder:
    site.write(f"{FOLDER}/moments.csv", HEAD + "".join(rows))
    site.write(f"{FOLDER}/moderation.csv", "id,decision,by,at,why,pin\n" + decisions)
    return site.write(f"{FOLDER}/moderation.yaml", lists) if lists else site


def everywhere(site: SiteFolder) -> bytes:
    """Names and bytes of all that was built."""
    return b"\n".join(name.encode() + b"\n" + content for name, content in site.tree().items())


# ---- what waits is nowhere ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_without_a_yes_a_moment_is_in_no_file(site: SiteFolder, seed: int) -> None:
    """Random queues, decisions in any order, repeated rows, lists; the tree is searched for each moment's own words, name and picture."""
    draw = Random(seed)
    lists = ModerationFile(block=Blocked(words=("forbidden", "naught*"), handles=("troll",)), allow=Allowed(handles=("friend", "troll")))
    rows, decisions, expected = list[str](), list[tuple[str, str]](), dict[str, bool]()
    (site.root / FOLDER / "media").mkdir(parents=True, exist_ok=True)
    for number in range(24):
        name, handle = f"q{seed}x{number:02}", draw.choice(["friend", "troll", "somebody", ""])
        text = f"marker{seed}word{number:02} " + draw.choice(["plain", "forbidden", "NAUGHTY", "Fôrbidden!"])
        picture = f"media/{name}.png"
        Image.new("RGB", (40, 30), (number * 10, 60, seed * 40)).save(site.root / FOLDER / picture)
        rows.append(row(name, text, handle, name=f"Person{seed}of{number:02}", media=picture, alt=f"alt{seed}of{number:02}"))
        said = [draw.choice(["approve", "reject", "hold", "deleted"]) for _ in range(draw.choice([0, 0, 1, 2]))]
        decisions += [(name, word) for word in said]
        blocked = "plain" not in text or handle == "troll"
        expected[name] = said[-1] == "approve" if said else handle == "friend" and not blocked
    positions = sorted(range(len(decisions)), key=lambda _: draw.random())
    ordered = _kept_in_order(decisions, positions)
    yaml = "block:\n  words: [forbidden, naught*]\n  handles: ['@troll']\nallow:\n  handles: [friend, '@Troll']\n"
    site.write(f"{FOLDER}/index.md", CAMPAIGN + "\n```gallery\n```\n\n```people\n```\n\n```search\n```\n")
    fill(site, rows, "".join(f"{name},{word},A,,,\n" for name, word in ordered), yaml)
    assert lists

    run = site.run("build")

    assert run.code == 0, run.err
    built = everywhere(site)
    for number, (name, shown) in enumerate(expected.items()):
        marks = [f"marker{seed}word{number:02}", f"Person{seed}of{number:02}", f"alt{seed}of{number:02}", f"m-{name}.html"]
        assert [mark.encode() in built for mark in marks] == [shown] * 4, name
    pictures = (
        {path.name.rpartition("-")[0] for path in (site.root / "output/luma/cards/media").glob("p-*")} if any(expected.values()) else set()
    )
    assert len(pictures) == sum(expected.values())


def _kept_in_order(decisions: Sequence[tuple[str, str]], positions: Sequence[int]) -> list[tuple[str, str]]:
    """Rows of different moments mixed; those of one moment in their order, for the last one counts."""
    queues: dict[str, list[tuple[str, str]]] = {}
    for each in decisions:
        queues.setdefault(each[0], []).append(each)
    return [queues[decisions[place][0]].pop(0) for place in positions]


def test_a_row_that_cannot_be_read_lets_nobody_through(site: SiteFolder) -> None:
    """Even --lenient: a decision that is misspelt may have been a no."""
    fill(site, [row("a1", "Markerone", "friend")], "a1,rejct,A,,,\n", "allow:\n  handles: [friend]\n")

    run = site.run("build", "--lenient")

    assert "unknown-word" in run.err
    assert b"Markerone" not in everywhere(site)


# ---- lists -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("spam", "Not SPAM at all", True),
        ("spam", "spammer", False),
        ("spam*", "Spammers!", True),
        ("élève", "ELEVE", True),
        ("eleve", "les élèves, l’élève.", True),
        ("straße", "STRASSE", True),
        ("cuál", "cual", True),
        ("احتيال", "هذا احتيال!", True),
        ("احتيال", "اِحْتِيال", True),
        ("詐欺", "これは詐欺です", True),
        ("buy now", "BUY   now!", True),
        ("buy now", "buy it now", False),
        ("spam", "s\u200bp\u200ba\u200bm", True),
        ("spam", "ｓｐａｍ", True),
        ("spam", "\u202espam", True),
        ("spam", "s\ufe0fp\u034fa\u180bm", True),
        ("spam", "sp\u3164a\u20ddm\x07", True),
        ("buy now", "buy\nnow", True),
        ("ass", "Assemblage, passage, classe", False),
    ],
)
def test_words_are_found_whatever_their_dress(entry: str, text: str, found: bool) -> None:
    """Accents, capitals, wide letters, unseen signs; whole words only, in scripts that have them."""
    lists = Lists([ModerationFile(block=Blocked(words=(entry,)))])

    assert (lists.blocks(None, text) == entry) is found


@pytest.mark.parametrize("handle", ["jósé", "ｊｏｓｅ", "jo\u200bse", "jose\ufe0f", "j\u034fose"])
def test_a_handle_that_looks_like_an_allowed_one_is_not_it(handle: str) -> None:
    """It waits, like everybody's; a blocked one is seen through the same dress."""
    lists = Lists([ModerationFile(block=Blocked(handles=("@jose",)), allow=Allowed(handles=("@jose",)))])

    assert lists.allows("@Jose ")
    assert not lists.allows(handle)
    assert lists.blocks(handle, "") == "@jose"


@given(st.text(max_size=40), st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
def test_any_text_is_looked_through(text: str, handle: str) -> None:
    """Nothing breaks it; a handle is found as it is typed, with and without its sign."""
    lists = Lists([ModerationFile(block=Blocked(words=("word", "two words", "begin*", "語"), handles=(f"@{handle}",)))])

    lists.blocks(None, text)
    if any(letter.isalnum() for letter in handle) and not handle.startswith("@"):
        assert lists.blocks(handle.upper(), "") == f"@{handle}" or handle.upper().casefold() != handle.casefold()


def test_lists_of_the_client_hold_for_its_campaigns(site: SiteFolder) -> None:
    """Both files count; a campaign's adds to the client's."""
    fill(
        site,
        [row("a1", "Alpha", "friend"), row("a2", "Bravo", "pal"), row("a3", "Charlie forbidden", "friend")],
        "",
        "allow:\n  handles: [pal]\n",
    )
    site.write("content/luma/moderation.yaml", "allow:\n  handles: [friend]\nblock:\n  words: [forbidden]\n")

    assert site.run("build").code == 0

    built = everywhere(site)
    assert (b"Alpha" in built, b"Bravo" in built, b"Charlie" in built) == (True, True, False)


def test_somebodys_word_is_more_than_a_list(site: SiteFolder) -> None:
    """An approval shows it, and a notice says so; a rejection keeps an allowed person's moment away."""
    fill(site, [row("a1", "Alpha forbidden"), row("a2", "Bravo", "friend")], "a1,approve,A,,,\na2,reject,A,,,\n",
         "allow:\n  handles: [friend]\nblock:\n  words: [forbidden]\n")  # fmt: skip

    done = site.build()

    assert [problem.code for problem in done.problems if problem.severity == "notice"] == ["overruled-list"]
    built = everywhere(site)
    assert (b"Alpha" in built, b"Bravo" in built) == (True, False)


@pytest.mark.parametrize(
    ("lists", "line", "code"),
    [
        ("block:\n  wrods: [a]\n", 2, "unknown-key"),
        ("block:\n  words: ['***']\n", 2, "empty-entry"),
        ("allow:\n  handles: ['@']\n", 2, "empty-entry"),
        ("block: [a\n", 1, "yaml-syntax"),
    ],
)
def test_mistakes_in_lists_are_told(site: SiteFolder, lists: str, line: int, code: str) -> None:
    """At their line; nothing of the client is built anew meanwhile."""
    fill(site, [row("a1", "Alpha")], "a1,approve,A,,,\n", lists)

    run = site.run("build")

    assert run.code == 1
    assert code in run.err or code == "yaml-syntax"
    assert f"{FOLDER}/moderation.yaml:" in run.err


def test_a_pin_is_somebodys_decision(site: SiteFolder) -> None:
    """H4: the column pin of moderation.csv overrules moments.csv, both ways."""
    fill(site, [row("a1", "Alpha", pinned="true"), row("a2", "Bravo")], "a1,approve,A,,,false\na2,approve,A,,,true\n")

    site.run("build", "--now", "2026-09-03T12:00")

    html = site.output("luma/cards/index.html")
    assert "card--pinned" in html
    assert html.index("Bravo") < html.index("Alpha")


# ---- a row for each decision ------------------------------------------------------------------------------------------------

OLD = 'id,decision,by,at,why\na1,hold,Zoë,2026-09-01T10:00,"two\nlines, and a comma"\n'
NEW = {"id": "a2", "decision": "approve", "by": "Zoé", "at": "2026-09-02T10:00+02:00", "why": "a; b, c"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ended", [True, False])
def test_what_stood_in_the_file_stays_to_the_byte(encoding: str, newline: str, delimiter: str, ended: bool) -> None:
    """In its encoding, with its separators and line ends; the last line may lack its end."""
    rows = list(csv.reader(io.StringIO(OLD, newline="")))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    before = (text.getvalue() if ended else text.getvalue().removesuffix(newline)).encode(encoding)

    after = with_row(before, NEW)

    assert after.startswith(before)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    read = list(csv.DictReader(io.StringIO(after.decode(codec), newline=""), delimiter=delimiter))
    assert read[0]["why"] == rows[1][4]
    assert {key: read[1][key] for key in NEW} == NEW


def test_a_heading_that_lacks_is_added_to_every_row() -> None:
    """A file from before there were pins; cells over several lines stay whole."""
    after = with_row(OLD.encode(), {**NEW, "pin": "true"}).decode()

    read = list(csv.DictReader(io.StringIO(after, newline="")))
    assert [each["pin"] for each in read] == ["", "true"]
    assert read[0]["why"] == "two\nlines, and a comma"


def test_letters_that_the_encoding_lacks_make_it_utf8() -> None:
    """Rather than a question mark."""
    after = with_row("id,decision,by\na1,hold,Zoé\n".encode("cp1252"), {"id": "a2", "decision": "hold", "by": "花子"})

    assert after.decode("utf-8").splitlines() == ["id,decision,by", "a1,hold,Zoé", "a2,hold,花子"]


def decide(site: SiteFolder, word: Word) -> None:
    moderation.write(site.root, "luma", "cards", word, NOW)


def test_a_decision_is_a_row_with_its_author_and_hour(site: SiteFolder) -> None:
    """In the client's zone; texts that a spreadsheet would run are not run (D11)."""
    fill(site, [row("a1"), row("a2")])

    decide(site, Word(id="a1", decision="reject", why="=HYPERLINK(1)\n second line", by="@Ann", pin=False))

    written = (site.root / FOLDER / "moderation.csv").read_text("utf-8").splitlines()
    assert written[1:] == ["a1,reject,'@Ann,2026-10-05T14:00+02:00,'=HYPERLINK(1) second line,false"]
    found = moderation.items(site.root, "luma", "cards")
    assert found is not None
    assert {item.id: item.state for item in found[0]} == {"a1": "reject", "a2": "hold"}


@pytest.mark.parametrize("why", ["=1+1", "＝1+1", "@sum", "-2", "+2", "－2"])
def test_a_reason_like_a_formula_is_no_formula(site: SiteFolder, why: str) -> None:
    """D11: the wide forms, which spreadsheets read as the narrow ones, too."""
    fill(site, [row("a1")])

    decide(site, Word(id="a1", decision="hold", why=why))

    assert f",'{why}," in (site.root / FOLDER / "moderation.csv").read_text("utf-8").splitlines()[1]


def test_an_id_like_a_formula_is_no_formula(site: SiteFolder) -> None:
    """D11: it is written as text, and still belongs to its moment."""
    fill(site, [row("=1+cmd|x", "Alpha")])

    decide(site, Word(id="=1+cmd|x", decision="approve"))

    assert (site.root / FOLDER / "moderation.csv").read_text("utf-8").splitlines()[1].startswith("'=1+cmd|x,approve")
    assert site.run("build").code == 0
    assert b"Alpha" in everywhere(site)


def test_decisions_at_once_lose_none(site: SiteFolder) -> None:
    """From as many threads as a server has."""
    from concurrent.futures import ThreadPoolExecutor

    fill(site, [row(f"a{number}") for number in range(40)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: decide(site, Word(id=f"a{number}", decision="approve")), range(40)))

    written = (site.root / FOLDER / "moderation.csv").read_text("utf-8")
    assert sorted(line.split(",")[0] for line in written.splitlines()[1:]) == sorted(f"a{number}" for number in range(40))


@pytest.mark.parametrize(
    ("word", "code"),
    [(Word(id="nobody", decision="approve"), "no-such-moment"), (Word(id="a1", decision="perhaps"), "unknown-word")],
)
def test_what_is_no_decision_writes_nothing(site: SiteFolder, word: Word, code: str) -> None:
    """The file stays as it was."""
    fill(site, [row("a1")])
    before = (site.root / FOLDER / "moderation.csv").read_bytes()

    with pytest.raises(BilanError) as refused:
        decide(site, word)

    assert [problem.code for problem in refused.value.problems] == [code]
    assert (site.root / FOLDER / "moderation.csv").read_bytes() == before


def test_a_file_with_a_mistake_is_not_written(site: SiteFolder) -> None:
    """The mistake is told, with its line."""
    fill(site, [row("a1")], 'a1,hold,"open quotation\n')

    with pytest.raises(BilanError) as refused:
        decide(site, Word(id="a1", decision="approve"))

    assert refused.value.problems[0].at.path == f"{FOLDER}/moderation.csv"


@pytest.mark.parametrize("name", ["", "/moderation.csv"])
def test_no_decision_is_written_outside_the_site(site: SiteFolder, tmp_path: Path, name: str) -> None:
    """Y17: a campaign's folder, or its table, that is a link to another place is refused here as in a build."""
    fill(site, [row("a1")])
    site.root.joinpath(FOLDER).rename(site.root / "kept")
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    (site.root / "kept").rename(elsewhere)
    if name:
        (site.root / FOLDER).mkdir()
        (site.root / FOLDER / "moments.csv").write_bytes((elsewhere / "moments.csv").read_bytes())
    (site.root / f"{FOLDER}{name}").symlink_to(f"{elsewhere}{name}")
    before = (elsewhere / "moderation.csv").read_bytes()

    with pytest.raises(BilanError) as refused:
        decide(site, Word(id="a1", decision="approve"))

    assert [problem.code for problem in refused.value.problems] == ["outside-link"]
    assert (elsewhere / "moderation.csv").read_bytes() == before


def test_whoever_might_read_the_file_still_may(site: SiteFolder) -> None:
    """A project is shared by several: a decision takes the table from nobody, and a new one is as readable as the campaign."""
    fill(site, [row("a1")])
    path = site.root / FOLDER / "moderation.csv"
    path.chmod(0o664)

    decide(site, Word(id="a1", decision="approve"))
    kept = path.stat().st_mode & 0o777
    path.unlink()
    (site.root / FOLDER / "index.md").chmod(0o640)
    decide(site, Word(id="a1", decision="approve"))

    assert (kept, path.stat().st_mode & 0o777) == (0o664, 0o640)


def test_a_missing_file_is_begun(site: SiteFolder) -> None:
    """With all headings."""
    fill(site, [row("a1")])
    (site.root / FOLDER / "moderation.csv").unlink()

    decide(site, Word(id="a1", decision="approve", by="Ann"))

    assert (site.root / FOLDER / "moderation.csv").read_text("utf-8").splitlines() == [
        "id,decision,by,at,why,pin",
        "a1,approve,Ann,2026-10-05T14:00+02:00,,",
    ]


def test_no_path_is_made_of_what_is_asked_for(site: SiteFolder, tmp_path: Path) -> None:
    """Names of folders that are there, or nothing."""
    fill(site, [row("a1")])

    for client, campaign in (("..", "content"), ("luma", ".."), ("luma/cards", ""), ("/etc", "x"), ("luma", "cards/../cards")):
        assert moderation.items(site.root, client, campaign) is None
        with pytest.raises(BilanError):
            moderation.write(site.root, client, campaign, Word(id="a1", decision="approve"), datetime.now().astimezone())
