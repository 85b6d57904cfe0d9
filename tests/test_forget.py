"""Forgetting: a person is out of the site's files, of everything built and of every cache; what is left is named; nobody comes back."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from generator.erasing import without_rows
from generator.facts.takedown import add_takedown, read_takedown, settle_takedown
from tests.conftest import CAMPAIGN, CLIENT, REPORT, SITE, SiteFolder

CARDS = "content/luma/cards"
HEAD = "id,at,kind,handle,name,platform,text,media,permalink\n"
LEA = 'm-014,2026-09-02T10:00,photo,lea.dessine,Léa Martin,instagram,"J’ai dessiné un phare, et « deux mouettes » <3",media/phare.png,https://instagram.example/p/9\n'
TOM = "m-015,2026-09-02T11:00,post,tom,Tom,instagram,Bravo pour le phare.,,\n"
MENTIONS = (
    "Date,Platform,Author,Text,Sentiment\n2026-09-03,Instagram,@lea.dessine,Un phare dans ma cuisine ce matin,positive\n"
    "2026-09-04,Instagram,@tom,Je reviendrai sans doute demain,positive\n"
)
TRACES = (b"lea.dessine", "Léa Martin".encode(), b"deux mouettes", b"phare dans ma cuisine", b"l\\u00e9a martin")


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """A campaign with moments of two people, one of them with a picture, both heard of in a conversation, and all of it in a report."""
    picture = BytesIO()
    Image.new("RGB", (600, 400), "#884422").save(picture, "PNG")
    site.write(f"{CARDS}/media/phare.png", picture.getvalue()).write(f"{CARDS}/moments.csv", HEAD + LEA + TOM)
    site.write(f"{CARDS}/moderation.csv", "id,decision\nm-014,approve\nm-015,approve\n")
    record = "who,network,what,scope,date,proof\n@lea.dessine,instagram,,web;pdf,2026-09-01,asked\n@tom,,,web;pdf,2026-09-01,asked\n"
    site.write(f"{CARDS}/consent.csv", record).write("content/luma/conversation/listening_2026-08-01_2026-09-30.csv", MENTIONS)
    blocks = "\n```moments\n```\n\n```conversation\nshow: [people, verbatims]\nnames: handles\n```\n"
    site.write("content/luma/reports/monthly.md", REPORT + blocks)
    return site


def built(site: SiteFolder) -> bytes:
    """Every byte below output/ and .bilan/, and the words of PDFs."""
    files = [path for folder in ("output", ".bilan") for path in (site.root / folder).rglob("*") if path.is_file()]
    return b"\n".join([*(path.read_bytes() for path in files), *(words(path).encode() for path in files if path.suffix == ".pdf")])


def words(pdf: object) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def forget(site: SiteFolder, *arguments: str) -> tuple[int, dict[str, Any]]:
    run = site.run("forget", *arguments, "--json", "--now", "2026-10-05T12:00+00:00")
    assert run.err == "", run.err
    return run.code, json.loads(run.out)


def test_person_is_out_of_everything_that_is_built(wall: SiteFolder) -> None:
    """G2, H6: pages, cards, feeds, pictures, PDF, caches: not a byte of them is left, and the other person stays."""
    wall.build()
    before = built(wall)
    code, told = forget(wall, "@lea.dessine", "--network", "instagram")
    after = built(wall)

    assert all(trace in before for trace in TRACES[:4])
    assert [trace for trace in TRACES if trace.lower() in after.lower()] == []
    assert (code, told["hits"], told["rows"], told["files"]) == (0, [], 3, 1)  # moment, decision, consent; the picture
    assert not (wall.root / "output/luma/cards/m-m-014.html").exists() and (wall.root / "output/luma/cards/m-m-015.html").exists()
    assert "Bravo pour le phare." in wall.output("luma/cards/feed.json")
    assert not list((wall.root / "output/luma").rglob("media/*"))


def test_person_is_out_of_the_site_s_files_and_the_rest_of_them_is_untouched(wall: SiteFolder) -> None:
    """Rows are taken out to the byte; the picture is deleted; what is remembered is a digest; downloads that hold them are named."""
    wall.build()
    _, told = forget(wall, "@lea.dessine")

    assert (wall.root / f"{CARDS}/moments.csv").read_bytes() == (HEAD + TOM).encode()
    assert (wall.root / f"{CARDS}/moderation.csv").read_text() == "id,decision\nm-015,approve\n"
    assert "lea" not in (wall.root / f"{CARDS}/consent.csv").read_text()
    assert not (wall.root / f"{CARDS}/media/phare.png").exists()
    assert told["exports"] == ["content/luma/conversation/listening_2026-08-01_2026-09-30.csv"]
    assert b"lea" not in (wall.root / "content/luma/forgotten.csv").read_bytes()
    assert wall.problems() == []


def test_person_who_was_forgotten_does_not_come_back(wall: SiteFolder) -> None:
    """The same export imported again, under other ids: their row is left out with a warning, and so is the old id by another hand."""
    wall.build()
    forget(wall, "@lea.dessine", "--network", "instagram")
    again = LEA.replace("m-014", "m-900").replace("media/phare.png", "")
    other = "m-014,2026-09-02T10:00,post,somebody,Somebody,x,Something else,,\n"
    elsewhere = "m-901,2026-09-02T10:00,post,lea.dessine,Another,x,Another person of that name on X,,\n"
    wall.write(f"{CARDS}/moments.csv", HEAD + TOM + again + other + elsewhere)
    wall.write(f"{CARDS}/moderation.csv", "id,decision\nm-014,approve\nm-015,approve\nm-900,approve\nm-901,approve\n")
    wall.write(
        f"{CARDS}/consent.csv", "who,scope,date,proof\n" + "".join(f"m-{n},web,2026-09-01,asked\n" for n in ("014", "015", "900", "901"))
    )

    found = [f"{problem.at}: {problem.code}" for problem in wall.problems() if problem.code != "consent-scope"]
    pages = sorted(path.name for path in (wall.root / "output/luma/cards").glob("m-m-*.html"))

    assert found == [f"{CARDS}/moments.csv:{line}: forgotten" for line in (3, 4)]
    assert pages == ["m-m-015.html", "m-m-901.html"]


def test_one_moment_is_forgotten_by_its_id(wall: SiteFolder) -> None:
    """A moment goes, its person's other moments stay; a moment of the agency's own goes with its file."""
    wall.write(f"{CARDS}/moments.csv", HEAD + LEA + TOM + LEA.replace("m-014", "m-016").replace("phare", "port").replace("p/9", "p/10"))
    wall.write(f"{CARDS}/media/port.png", (wall.root / f"{CARDS}/media/phare.png").read_bytes())
    wall.write(f"{CARDS}/moderation.csv", "id,decision\nm-014,approve\nm-015,approve\nm-016,approve\n")
    wall.build()

    code, told = forget(wall, "cards/m-016", "--client", "luma")
    own_code, _ = forget(wall, "002")

    assert (code, own_code, told["rows"]) == (0, 0, 2)
    assert not (wall.root / f"{CARDS}/moments/002.md").exists() and (wall.root / f"{CARDS}/moments/001.md").exists()
    assert sorted(path.name for path in (wall.root / "output/luma/cards").glob("m-*.html")) == [
        "m-001.html",
        "m-m-014.html",
        "m-m-015.html",
    ]


def test_check_only_looks(wall: SiteFolder) -> None:
    """H6: --check says where somebody is, changes nothing, and ends with 1 while they are in anything built."""
    wall.build()
    before = {path: path.read_bytes() for path in (wall.root / "content").rglob("*") if path.is_file()}

    code, told = forget(wall, "@lea.dessine", "--check")

    assert (code, told["done"], told["rows"], told["sources"]) == (1, False, 3, [])
    assert {"output/luma/cards/index.html", "output/luma/cards/feed.json", "output/luma/cards/feed.xml"} <= set(told["hits"])
    assert "output/luma/room/monthly-2026-09-draft.pdf" in told["hits"]
    assert before == {path: path.read_bytes() for path in (wall.root / "content").rglob("*") if path.is_file()}
    forget(wall, "@lea.dessine")
    assert forget(wall, "@lea.dessine", "--check")[0] == 0


def test_what_the_agency_wrote_of_somebody_is_named_and_fails_the_proof(wall: SiteFolder) -> None:
    """A handle in the agency's own prose is not cut out of it: the page that shows it is a hit, its source is to be seen to."""
    wall.write(f"{CARDS}/index.md", CAMPAIGN.replace("A week of cards.", "Thanks to @lea.dessine for the lighthouse."))
    wall.build()

    code, told = forget(wall, "@lea.dessine")

    assert code == 1 and told["hits"] == ["output/luma/cards/index.html"]
    assert told["sources"] == [f"{CARDS}/index.md"]
    wall.write(f"{CARDS}/index.md", CAMPAIGN).build()
    assert forget(wall, "@lea.dessine", "--check")[0] == 0


def test_sent_copies_that_hold_somebody_are_listed(wall: SiteFolder) -> None:
    """What went out stays as it was: the archive's PDF is read for the person's words, and named."""
    wall.write("site.yaml", "title: A\nlanguage: en\ntimezone: Europe/Paris\nmail:\n  from: a@b.example\n")
    wall.write("content/luma/client.yaml", CLIENT + "contacts: [{name: C, email: c@luma.example}]\n")
    now = ("--now", "2026-10-05T12:00+00:00")
    wall.run("approve", "luma/monthly", "2026-09", "--by", "X", *now)
    wall.build()
    sent = wall.run("send", "luma/monthly", "2026-09", "--confirm", *now)
    assert sent.code == 0, sent.err

    code, told = forget(wall, "@lea.dessine")

    kept = sorted(str(path) for path in told["kept"])
    assert code == 0
    assert [path.split("/")[0] for path in kept] == [".bilan", "archive"] and kept[0].endswith(".eml") and kept[1].endswith("report.pdf")


def test_sealed_room_is_opened_for_the_proof(wall: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password keeps is read, too: its files are hits before, and none after; without the password nothing is proved."""
    wall.write("content/luma/client.yaml", CLIENT + "room:\n  password_env: LUMA_ROOM\n")
    monkeypatch.setenv("LUMA_ROOM", "five random words, lamp")
    wall.build()
    before = forget(wall, "@lea.dessine", "--check")[1]["hits"]
    code, after = forget(wall, "@lea.dessine")
    monkeypatch.delenv("LUMA_ROOM")
    blind = forget(wall, "@lea.dessine", "--check")

    assert [name for name in before if name.endswith(".bin")] and (code, after["hits"]) == (0, [])
    assert blind[0] == 1 and all(name.endswith(".bin") for name in blind[1]["hits"])


def test_receipt_says_what_was_done_and_not_of_whom(wall: SiteFolder) -> None:
    """G2: a dated note with digests, counts and addresses; two runs leave two."""
    wall.build()
    _, told = forget(wall, "@lea.dessine")

    text = (wall.root / str(told["receipt"])).read_text("utf-8")

    assert text.startswith("Forgotten on 2026-10-05T12:00:00+00:00\nrequest: ")
    assert "luma/cards/m-m-014.html" in text and "nothing of it is in any built file" in text
    assert not [trace for trace in TRACES if trace in text.encode()]


def test_published_places_must_take_down_first(wall: SiteFolder) -> None:
    """What every target has to delete and to replace is kept, and grows, until each of them has done so."""
    wall.build()
    forget(wall, "@lea.dessine")
    first = read_takedown(wall.root)
    add_takedown(wall.root, ["luma/cards/m-m-015.html"], [])
    settle_takedown(wall.root, "web")
    half = read_takedown(wall.root)
    settle_takedown(wall.root, "mirror")

    assert "luma/cards/m-m-014.html" in first.gone and "luma/cards/index.html" in first.changed
    done = read_takedown(wall.root)
    add_takedown(wall.root, ["luma/cards/m-m-016.html"], [])

    assert not half.waits_for("web") and half.waits_for("mirror") and "luma/cards/m-m-015.html" in half.gone
    assert not done.waits_for("mirror") and done.gone == half.gone  # an older release that holds it is never brought back
    assert read_takedown(wall.root).waits_for("web")


def test_published_place_deletes_them_first_and_never_brings_them_back(wall: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """G2: the next publishing removes the remote copies; until then the target is named; a release that holds them is not restored."""
    place = tmp_path_factory.mktemp("www")
    target = f"targets:\n  web:\n    kind: folder\n    path: {place}\n    without: private\n"
    wall.write("site.yaml", SITE + target)
    first = wall.run("publish", "web")
    _, told = forget(wall, "@lea.dessine")
    waiting, held = told["targets"], list(place.rglob("m-m-014.html"))
    second = wall.run("publish", "web", "--confirm-deletes", "50")
    _, after = forget(wall, "@lea.dessine", "--check")
    back = wall.run("rollback", "web")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert waiting == ["web"] and held and after["targets"] == []
    assert back.code == 1 and "withdrawn" in back.err
    seen = (place / "current").resolve() if (place / "current").exists() else place
    assert not [path for path in seen.rglob("*") if path.is_file() and b"lea.dessine" in path.read_bytes()]


def test_client_s_own_request_leaves_other_clients_alone(wall: SiteFolder) -> None:
    """--client keeps to one client's files."""
    wall.write("content/nord/client.yaml", CLIENT.replace("Luma", "Nord")).write("content/nord/cards/index.md", CAMPAIGN)
    wall.write("content/nord/cards/moments.csv", HEAD + LEA.replace("media/phare.png", ""))
    wall.build()

    code, told = forget(wall, "@lea.dessine", "--client", "luma")

    assert (code, told["hits"], told["sources"]) == (0, [], [])
    assert "lea.dessine" in (wall.root / "content/nord/cards/moments.csv").read_text("utf-8")
    assert not (wall.root / "content/nord/forgotten.csv").exists()


def test_whoever_is_not_known_is_an_error_for_a_moment_and_a_precaution_for_a_person(wall: SiteFolder) -> None:
    """An id that no row has is misspelt; a handle that nobody has yet is refused from now on."""
    wall.build()
    unknown = wall.run("forget", "m-999")
    code, _ = forget(wall, "@never.seen")
    wall.write(f"{CARDS}/moments.csv", HEAD + TOM.replace("tom", "Never.Seen"))

    assert unknown.code == 1 and "nobody-found" in unknown.err
    assert code == 0
    assert [problem.code for problem in wall.problems() if problem.code != "unknown-moment"] == ["forgotten"]


def test_nothing_is_forgotten_by_halves(wall: SiteFolder) -> None:
    """A site with errors is not rebuilt: the command says that the last good output still holds the person; a second run ends it."""
    wall.build()
    wall.write(f"{CARDS}/broken.md", "---\ntitel: X\n---\n")
    run = wall.run("forget", "@lea.dessine")
    wall.remove(f"{CARDS}/broken.md").build()
    taken = read_takedown(wall.root).gone
    code, told = forget(wall, "@lea.dessine")

    assert run.code == 1 and "not-yet-forgotten" in run.err and "luma/cards/m-m-014.html" in taken
    assert (code, told["hits"]) == (0, [])
    assert [trace for trace in TRACES if trace in built(wall)] == []


def test_damaged_list_of_the_forgotten_stops_the_build(wall: SiteFolder) -> None:
    """Nobody comes back by a slip of the pen."""
    wall.build()
    forget(wall, "@lea.dessine")
    path = wall.root / "content/luma/forgotten.csv"
    path.write_text(path.read_text().replace("person,", "persn,"))

    assert [problem.code for problem in wall.build().problems.errors] == ["bad-cell"]


def test_command_line_of_a_run_is_not_written_down(wall: SiteFolder) -> None:
    """G4: the lock's file says which command held it, and not about whom."""
    wall.bilan("forget", "@lea.dessine", "--check")

    assert "bilan forget" in (wall.root / ".bilan/lock").read_text() and "lea" not in (wall.root / ".bilan/lock").read_text()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_go_and_the_rest_stays_to_the_byte(newline: str, encoding: str, delimiter: str) -> None:
    """Whatever a spreadsheet saved: cells with line breaks, marks and quotes in them keep their bytes."""
    head, gone, kept = "id,text\n", 'a,"two\nlines, « été »"\n', 'b,"x\n""y"""\n'
    parts = [part.replace(",", delimiter, 1).replace("\n", newline) for part in (head, gone, kept)]
    whole, rest = ("".join(some).encode(encoding) for some in (parts, (parts[0], parts[2])))

    assert without_rows(whole, {2}) == rest
