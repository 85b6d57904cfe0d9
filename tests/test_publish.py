"""Publishing to a folder: what would change, what is refused, what is brought, and what is brought back."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest

from generator import pipeline, publishing
from generator.facts import hold
from generator.problems import BilanError
from tests.conftest import Run, command
from tests.publishkit import Publisher, held_by, publisher, shown_by, web_server

LAYOUTS = ("releases", "in-place")


@pytest.fixture
def site(tmp_path: Path) -> Publisher:
    return publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"))


@pytest.fixture(params=LAYOUTS)
def laid(request: pytest.FixtureRequest, tmp_path: Path) -> Publisher:
    """The same site, once a layout."""
    return publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), layout=request.param)


def run(site: Publisher, *arguments: str) -> Run:
    """A command in this process."""
    workers = ("--workers", "serial") if arguments[0] == "publish" else ()
    return command(*arguments, "--site", site.root, *workers)


def read(site: Publisher) -> dict[str, bytes]:
    """What visitors of the target get."""
    base = site.root.parent / "www"
    return held_by(base / "current") if (base / "current").exists() else held_by(base)


def codes(done: Run) -> list[str]:
    return [line.split()[3] for line in done.err.splitlines() if line.startswith("site.yaml (targets: ")]


def test_a_target_holds_what_was_built(laid: Publisher) -> None:
    """After a publishing the target has every public file of the site, byte for byte, and a second one sends nothing."""
    first, again = run(laid, "publish", "live"), run(laid, "publish", "live")

    assert (first.code, again.code, first.err) == (0, 0, "")
    assert read(laid) == laid.wanted()
    assert again.out.splitlines()[-1].startswith("nothing to send")


@pytest.mark.parametrize(("what", "private"), [("luma/cards", None), ("luma/room", True), ("luma", True), ("site", True)])
def test_a_part_of_the_site_stands_at_the_root_of_its_target(tmp_path: Path, what: str, private: bool | None) -> None:
    """A campaign, a room, a client or everything is published without the folders above it."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), what=what, private=private, without=None)

    done = run(site, "publish", "live")

    assert (done.code, done.err) == (0, "")
    assert read(site) == site.wanted("" if what == "site" else what, private=True)
    assert "index.html" in read(site)


def test_a_plan_lists_every_change_and_sends_nothing(laid: Publisher) -> None:
    """J13: --plan prints added, changed and removed addresses with their bytes, and leaves the target as it is."""
    run(laid, "publish", "live")
    before = read(laid)
    laid.moment(3, "Third").moment(1, "Changed").remove("content/luma/cards/moments/002.md")

    done = run(laid, "publish", "live", "--plan")
    said = [json.loads(line) for line in run(laid, "publish", "live", "--plan", "--json").out.splitlines()]

    assert done.code == 0
    pages = {line.split("  ")[0] for line in done.out.splitlines() if line[0] in "+-" and "/live/" not in line}
    assert pages == {"+ luma/cards/m-003.html", "- luma/cards/m-002.html"}
    assert "~ luma/cards/m-001.html" in done.out
    assert read(laid) == before
    summary = said.pop()
    assert [sum(each["change"] == change for each in said) for change in ("added", "removed")] == [summary["added"], summary["removed"]]
    assert sum(each["bytes"] for each in said if each["change"] != "removed") == summary["bytes"]


def test_a_plan_of_a_target_that_is_not_there_yet_makes_nothing(site: Publisher) -> None:
    """--plan does not even make the folder."""
    done = run(site, "publish", "live", "--plan")

    assert done.code == 0
    assert not (site.root.parent / "www").exists()


# ---- private pages --------------------------------------------------------------------------------------------------


def test_a_private_page_does_not_go_to_a_public_target(tmp_path: Path) -> None:
    """J13: a client's room is refused by a target that is not declared private, and nothing is sent, not even the rest."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), without=None)

    planned, done = run(site, "publish", "live", "--plan"), run(site, "publish", "live")

    assert (planned.code, done.code) == (1, 1)
    assert codes(done) == codes(planned) == ["private-page"]
    assert read(site) == {}


def test_private_pages_can_be_left_at_home(site: Publisher) -> None:
    """`without: private` publishes the rest, and says how many files stay."""
    done = run(site, "publish", "live")

    assert done.code == 0
    assert " private files stay here" in done.out
    assert not any("room/" in name for name in read(site))


def test_a_page_that_was_private_becomes_public_only_when_confirmed(tmp_path: Path) -> None:
    """J13: a document private in the last release is refused at a public address, exit 6, until somebody confirms how many."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), private=True, without=None)
    run(site, "publish", "live")
    _open_up(site)

    refused = run(site, "publish", "live")
    confirmed = run(site, "publish", "live", "--confirm-public", "1")

    assert (refused.code, codes(refused)) == (6, ["private-opened"])
    assert "luma/index.html" in refused.err
    assert confirmed.code == 0


def _open_up(site: Publisher) -> None:
    """Says in the target's record that one page was private, as it would be if it had been."""
    (record,) = (site.root.parent / "www/.bilan-releases").glob("*/releases/*.json")
    said = json.loads(record.read_bytes())
    said["files"]["luma/index.html"][2] = "private"
    record.write_text(json.dumps(said), "utf-8")


# ---- U3: nothing, too little, too much ------------------------------------------------------------------------------


def test_u3_a_build_with_an_error_is_not_published(laid: Publisher) -> None:
    """U3: nothing changes at the target while the build has a problem; the problem is shown."""
    run(laid, "publish", "live")
    before = read(laid)
    laid.moment(1, "Changed").write("content/luma/cards/moments/002.md", "---\nkind: milestone\nat: nonsense\n---\n\nText.\n")

    done = run(laid, "publish", "live")

    assert done.code == 1
    assert "not-a-date" in done.err
    assert codes(done) == ["build-failed"]
    assert read(laid) == before


def test_u3_an_empty_part_is_not_published(tmp_path: Path) -> None:
    """U3: a part of the site that nothing was built for is refused, and what is published stays."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), what="luma/cards")
    run(site, "publish", "live")
    before = read(site)
    shutil.rmtree(site.root / "content/luma/cards")

    done = run(site, "publish", "live", "--confirm-deletes", "1000")

    assert (done.code, codes(done)) == (1, ["nothing-to-publish"])
    assert read(site) == before


def test_u3_more_deletions_than_the_limit_need_a_number(laid: Publisher) -> None:
    """U3: more pages gone than `limits: deletions` ends with exit 6, without a change, until that many are confirmed."""
    for number in range(10, 30):
        laid.moment(number, f"Card {number}")
    run(laid, "publish", "live")
    before = read(laid)
    for number in range(10, 29):
        laid.remove(f"content/luma/cards/moments/{number:03}.md")
    site_yaml = (laid.root / "site.yaml").read_text("utf-8")
    laid.write("site.yaml", "limits:\n  deletions: 10\n" + site_yaml)

    refused, too_few = run(laid, "publish", "live"), run(laid, "publish", "live", "--confirm-deletes", "18")
    unchanged = read(laid)
    confirmed = run(laid, "publish", "live", "--confirm-deletes", "19")

    assert (refused.code, too_few.code, confirmed.code) == (6, 6, 0)
    assert codes(refused) == ["too-many-deletions"]
    assert "--confirm-deletes 19" in refused.err
    assert unchanged == before
    assert read(laid) == laid.wanted()


# ---- U4: what is not Bilan's ----------------------------------------------------------------------------------------


def test_u4_foreign_files_are_never_touched(laid: Publisher) -> None:
    """U4, J11: files that Bilan did not write stay through publishings, deletions and a rollback."""
    base = laid.root.parent / "www"
    foreign = {"googleabc.html": b"verify", ".well-known/acme": b"token", "luma/cards/press.zip": b"zip", "releases.txt": b"notes"}
    for name, content in foreign.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(content)

    runs = [run(laid, "publish", "live")]
    laid.remove("content/luma/cards/moments/002.md")
    runs += [run(laid, "publish", "live"), run(laid, "rollback", "live")]

    assert [done.code for done in runs] == [0, 0, 0]
    assert {name: (base / name).read_bytes() for name in foreign} == foreign


@pytest.mark.parametrize("layout", LAYOUTS)
def test_u4_a_foreign_file_is_never_written_over(tmp_path: Path, layout: str) -> None:
    """U4: where somebody else's file has an address that Bilan would write, nothing is published."""
    name = "index.html" if layout == "in-place" else "current"
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), layout=layout)
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / name).write_bytes(b"somebody's own")

    done = run(site, "publish", "live")

    assert (done.code, codes(done)) == (1, ["foreign-file-there"])
    assert (tmp_path / "www" / name).read_bytes() == b"somebody's own"
    assert list(held_by(tmp_path / "www")) == [name]


def test_u4_a_link_at_the_target_leads_nothing_astray(tmp_path: Path) -> None:
    """U4: a folder of the target that is a link to elsewhere is not written through."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=str(tmp_path / "www"), layout="in-place")
    (tmp_path / "www").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "www/luma").symlink_to(tmp_path / "elsewhere")

    done = run(site, "publish", "live")

    assert (done.code, codes(done)) == (4, ["target-failed"])
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_u4_a_record_that_names_files_elsewhere_is_refused(laid: Publisher) -> None:
    """U4: a record with a way out of the target deletes nothing: it is no record of Bilan's."""
    run(laid, "publish", "live")
    (laid.root.parent / "precious.txt").write_bytes(b"precious")
    for record in (laid.root.parent / "www/.bilan-releases").rglob("*.json"):
        said = json.loads(record.read_bytes())
        said["files"]["../precious.txt"] = ["0" * 32, 8, "public"]
        record.write_text(json.dumps(said), "utf-8")

    done = run(laid, "publish", "live")

    assert (done.code, codes(done)) == (4, ["target-damaged"])
    assert (laid.root.parent / "precious.txt").read_bytes() == b"precious"


# ---- U6: at the same time -------------------------------------------------------------------------------------------


def test_u6_publishing_while_the_site_is_written_says_who_holds_it(laid: Publisher) -> None:
    """U6: during another run's build the publishing ends with exit 5, and nothing is sent."""
    with hold(laid.root / ".bilan"):
        done = run(laid, "publish", "live")

    assert done.code == 5
    assert "another run is writing this site" in done.err
    assert read(laid) == {}


def test_u6_two_publishers_at_once(laid: Publisher) -> None:
    """U6: of two that begin together one publishes, and the other is told that the first does, or finds nothing left to do."""
    run(laid, "build")
    other = Publisher(laid.root.parent / "other")
    shutil.copytree(laid.root, other.root)
    other.moment(3, "Of the other")

    racing = [site.start("publish", "live", "--workers", "serial", "--quiet") for site in (laid, other)]
    ended = [(process.communicate(timeout=100), process.returncode) for process in racing]

    outcomes = sorted(code for _, code in ended)
    assert outcomes in ([0, 5], [0, 0]), ended
    assert read(laid) in (laid.wanted(), other.wanted())
    if outcomes == [0, 5]:
        (told,) = (err for (_, err), code in ended if code == 5)
        assert "publish-busy" in told


def test_u6_a_lock_of_a_publisher_that_is_gone_does_not_last(laid: Publisher) -> None:
    """U6: a lock whose owner gave no sign of life for a minute is taken over; a fresh one is respected."""
    folder = laid.root.parent / "www/.bilan-releases"
    folder.mkdir(parents=True)
    fresh = {"token": "x", "machine": "another", "process": 1, "at": datetime.now(UTC).isoformat()}
    (folder / "lock").write_text(json.dumps(fresh), "utf-8")

    busy = run(laid, "publish", "live")
    (folder / "lock").write_text(json.dumps({**fresh, "at": (datetime.now(UTC) - timedelta(seconds=61)).isoformat()}), "utf-8")
    done = run(laid, "publish", "live")

    assert (busy.code, codes(busy)) == (5, ["publish-busy"])
    assert done.code == 0
    assert not (folder / "lock").exists()


def test_u6_files_changed_by_hand_are_not_published(laid: Publisher) -> None:
    """U6, A9: an output that somebody edits is built again before it is published."""
    run(laid, "publish", "live")
    before = read(laid)
    (laid.root / "output/luma/index.html").write_bytes(b"<h1>by hand</h1>")

    done = run(laid, "publish", "live")

    assert done.code == 0
    assert read(laid) == before


def test_u6_a_build_that_changes_while_it_is_sent_is_noticed(laid: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """U6: bytes that are not those of the build are found before anything is sent."""
    build = pipeline.build

    def build_and_tamper(*arguments: object, **options: object) -> object:
        summary = build(*arguments, **options)  # type: ignore[arg-type]
        (laid.root / "output/luma/index.html").write_bytes(b"<h1>by hand</h1>")
        return summary

    monkeypatch.setattr(pipeline, "build", build_and_tamper)

    done = run(laid, "publish", "live")

    assert done.code == 1
    assert "output/luma/index.html: output-changed" in done.err
    assert read(laid) == {}


# ---- U7: not before its time ----------------------------------------------------------------------------------------


def test_u7_what_opens_at_nine_in_paris_is_not_there_a_second_before(laid: Publisher) -> None:
    """U7: a moment of 09:00 in the client's zone is in no file at 08:59:59 there, and in one at 09:00, wherever the machine is."""
    laid.write("content/luma/cards/moments/009.md", "---\nkind: milestone\nat: 2020-09-03T09:00\ntitle: Embargoed\n---\n\nA secret.\n")
    nine = datetime(2020, 9, 3, 9, 0, tzinfo=ZoneInfo("Europe/Paris")).astimezone(ZoneInfo("America/New_York"))
    options = publishing.Options(workers="serial")

    publishing.publish(laid.root, nine - timedelta(seconds=1), "live", options, {})
    before = read(laid)
    publishing.publish(laid.root, nine, "live", options, {})

    assert not [name for name, content in before.items() if b"Embargoed" in content or b"A secret" in content or "009" in name]
    assert "luma/cards/m-009.html" in read(laid)


def test_u7_there_is_no_clock_to_turn(site: Publisher) -> None:
    """U7: publishing knows the real time only."""
    assert run(site, "publish", "live", "--now", "2030-01-01").code == 2


# ---- back -----------------------------------------------------------------------------------------------------------


def test_a_rollback_restores_the_release_before(laid: Publisher) -> None:
    """J13: one command brings back every file of the previous release, and takes away what came since."""
    run(laid, "publish", "live")
    first = read(laid)
    laid.moment(3, "Third").moment(1, "Changed").remove("content/luma/cards/moments/002.md").write(
        "templates/assets/site.css", "p { margin: 0 }"
    )
    run(laid, "publish", "live")
    second = read(laid)

    back = run(laid, "rollback", "live")

    assert back.code == 0
    assert read(laid) == first != second
    assert run(laid, "publish", "live").code == 0
    assert read(laid) == second


def test_any_kept_release_can_be_restored_and_older_ones_go(tmp_path: Path) -> None:
    """The last `keep` releases are there, each whole; their files lie nowhere once they are too old."""
    for layout in LAYOUTS:
        folder = tmp_path / layout
        site = publisher(folder / "site").target("live", kind="folder", path=str(folder / "www"), layout=layout, keep=3)
        trees = []
        for number in range(5):
            site.moment(1, f"Title {number}")
            run(site, "publish", "live")
            trees.append(read(site))
        listed = [json.loads(line)["release"] for line in run(site, "releases", "live", "--json").out.splitlines()]

        restored = []
        for name in listed:
            assert run(site, "rollback", "live", "--to", name).code == 0
            restored.append(read(site))

        assert restored == trees[2:], layout
        every = b"".join(path.read_bytes() for path in (folder / "www").rglob("*") if path.is_file())
        assert (b"Title 1" in every, b"Title 2" in every) == (False, True), layout


def test_a_rollback_of_a_rollback_goes_further_back_and_a_new_release_remembers(laid: Publisher) -> None:
    """After going back and publishing again, `rollback` leads to what was shown before, not to what was taken back."""
    trees = []
    for title in ("One", "Two", "Three"):
        laid.moment(1, title)
        run(laid, "publish", "live")
        trees.append(read(laid))

    run(laid, "rollback", "live")
    run(laid, "rollback", "live")
    back_to_one = read(laid)
    laid.moment(1, "Four")
    run(laid, "publish", "live")
    run(laid, "rollback", "live")

    assert back_to_one == trees[0]
    assert read(laid) == trees[0]


def test_a_rollback_needs_something_to_go_back_to(laid: Publisher) -> None:
    """Before the first release, at the first one, and for a name that is none: exit 1 with what there is."""
    nothing = run(laid, "rollback", "live")
    run(laid, "publish", "live")
    first, unknown = run(laid, "rollback", "live"), run(laid, "rollback", "live", "--to", "20200101T000000-0123456789")

    assert [done.code for done in (nothing, first, unknown)] == [1, 1, 1]
    assert codes(nothing) == codes(first) == codes(unknown) == ["no-release"]


def test_a_release_with_a_missing_file_is_not_restored(laid: Publisher) -> None:
    """A rollback that would leave a hole changes nothing."""
    run(laid, "publish", "live")
    laid.moment(1, "Changed")
    run(laid, "publish", "live")
    before = read(laid)
    base = laid.root.parent / "www"
    old = (
        sorted(base.glob("releases/*"))[0] / "luma/cards/m-001.html"
        if (base / "current").exists()
        else next(base.glob(".bilan-releases/*/objects/*"))
    )
    old.unlink()

    done = run(laid, "rollback", "live")

    assert (done.code, codes(done)) == (4, ["release-incomplete"])
    assert read(laid) == before


# ---- what was withdrawn ---------------------------------------------------------------------------------------------


def test_g2_what_is_withdrawn_goes_first_and_never_comes_back(laid: Publisher) -> None:
    """G2: the addresses of withdrawn consent are gone from every folder of the target, and no earlier release can be restored."""
    run(laid, "publish", "live")
    laid.moment(1, "Changed")
    run(laid, "publish", "live")
    laid.remove("content/luma/cards/moments/002.md")
    options = publishing.Options(workers="serial")

    publishing.publish(laid.root, datetime.now(UTC), "live", options, {}, first={"luma/cards/m-002.html"})

    every = {path: path.read_bytes() for path in (laid.root.parent / "www").rglob("*") if path.is_file()}
    assert not [path for path, content in every.items() if b"Second" in content or "m-002" in path.name]
    assert read(laid) == laid.wanted()
    back = run(laid, "rollback", "live")
    assert (back.code, codes(back)) == (1, ["no-release"])
    assert "withdrawn" in back.err


def test_g2_what_went_before_it_was_withdrawn_is_gone_from_earlier_releases(laid: Publisher) -> None:
    """G2: a page that an ordinary publishing removed, and that is withdrawn later, is taken out of the releases that still have it."""
    run(laid, "publish", "live")
    laid.remove("content/luma/cards/moments/002.md")
    run(laid, "publish", "live")
    before = read(laid)

    publishing.publish(laid.root, datetime.now(UTC), "live", publishing.Options(workers="serial"), {}, first={"luma/cards/m-002.html"})

    every = [path for path in (laid.root.parent / "www").rglob("*") if path.is_file() and b"Second" in path.read_bytes()]
    assert every == []
    assert read(laid) == before
    assert run(laid, "rollback", "live").code == 1


def test_g2_after_a_withdrawal_later_releases_can_be_restored(laid: Publisher) -> None:
    """G2: history begins again with the release that something was withdrawn with, though its addresses are named each time."""
    run(laid, "publish", "live")
    laid.remove("content/luma/cards/moments/002.md")
    trees = []
    for title in ("Cut", "Later"):
        laid.moment(1, title)
        publishing.publish(laid.root, datetime.now(UTC), "live", publishing.Options(workers="serial"), {}, first={"luma/cards/m-002.html"})
        trees.append(read(laid))

    done = run(laid, "rollback", "live")

    assert done.code == 0
    assert read(laid) == trees[0] != trees[1]


def test_g2_a_release_that_holds_what_was_withdrawn_since_is_not_restored(laid: Publisher) -> None:
    """G2: between a withdrawal and the next publishing, too, a rollback brings nothing of it back."""
    run(laid, "publish", "live")
    laid.remove("content/luma/cards/moments/002.md")
    run(laid, "publish", "live")
    before = read(laid)

    with pytest.raises(BilanError) as caught:
        publishing.roll_back(laid.root, "live", None, {}, first={"luma/cards/m-002.html"})

    assert [problem.code for problem in caught.value.problems] == ["release-withdrawn"]
    assert read(laid) == before


# ---- looking at it --------------------------------------------------------------------------------------------------


def _read_at(site: Publisher, address: str) -> None:
    said = re.sub(r"    url: .*\n", "", (site.root / "site.yaml").read_text("utf-8"))
    site.write("site.yaml", f"{said}    url: {address}/\n")


def test_what_is_read_at_the_address_is_compared(laid: Publisher) -> None:
    """All files are found at the target's web address; one that nobody answers at is a notice, and no failure."""
    base = laid.root.parent / "www"
    base.mkdir()
    with web_server(base) as address:
        _read_at(laid, address if "in-place" in (laid.root / "site.yaml").read_text("utf-8") else f"{address}/current")
        good = run(laid, "publish", "live", "--verify", "all")
    laid.moment(1, "Changed")
    silent = run(laid, "publish", "live")

    assert (good.code, good.err) == (0, "")
    assert silent.code == 0
    assert "notice: url-silent" in silent.err


def test_an_address_that_shows_other_files_is_noticed(laid: Publisher, tmp_path: Path) -> None:
    """Exit 4 when the address leads to another folder than the target."""
    (tmp_path / "other/luma").mkdir(parents=True)
    (tmp_path / "other/index.html").write_bytes(b"another site")
    with web_server(tmp_path / "other") as address:
        _read_at(laid, address)
        done = run(laid, "publish", "live")

    assert (done.code, codes(done)) == (4, ["publish-differs"])
    assert "as at index.html" in done.err


# ---- visitors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_u1_a_visitor_never_misses_what_a_page_shows(tmp_path: Path, layout: str) -> None:
    """U1: while releases follow each other, each with another style sheet, whoever opens a page gets every asset that it names."""
    site = publisher(tmp_path / "site").target(
        "live", kind="folder", path=str(tmp_path / "www"), layout=layout, what="luma/cards", grace=0.3
    )
    run(site, "publish", "live")
    seen, missed, over = set[str](), list[str](), threading.Event()

    def visit(address: str) -> None:
        while not over.is_set():
            with urlopen(f"{address}/index.html", timeout=10) as answer:
                page = answer.read()
            for name in shown_by(page):
                try:
                    with urlopen(f"{address}/{name}", timeout=10) as answer:
                        answer.read()
                except OSError as error:
                    missed.append(f"{name}: {error}")
            seen.add(page.decode().partition("site.")[2][:10])

    with web_server(tmp_path / "www") as server:
        address = server if layout == "in-place" else f"{server}/current"
        visitor = threading.Thread(target=visit, args=[address], daemon=True)
        visitor.start()
        for number in range(50):
            site.moment(1, f"Title {number}").write("templates/assets/site.css", f"p {{ margin: {number}px }}")
            done = run(site, "publish", "live", "--verify", "none", "--quiet")
            assert done.code == 0, done.err
        time.sleep(0.2)
        over.set()
        visitor.join(20)

    assert missed == []
    assert len(seen) > 10
    assert read(site) == site.wanted("luma/cards")


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("asyncio_")] == []


def test_warnings_are_told_and_stand_in_the_way_only_when_asked(site: Publisher) -> None:
    """G1: what is left out of the build is named; a page that somebody wants to be gone goes all the same, unless --strict is given."""
    site.write("content/luma/cards/moments.csv", "id,at,kind,handle,name,platform,text\np1,2026-09-03T10:00,post,ann,Ann,x,Hello\n")
    site.write("content/luma/cards/moderation.csv", "id,decision\np1,approve\n")

    strict = run(site, "publish", "live", "--strict")
    lenient = run(site, "publish", "live")

    assert (strict.code, lenient.code) == (1, 0)
    assert "consent-unrecorded" in strict.err and "build-failed" in strict.err
    assert "consent-unrecorded" in lenient.err
