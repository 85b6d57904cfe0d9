"""Sending day: what may go, what a message holds, and that nothing goes twice, whatever breaks."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest

from generator.digests import digest
from generator.mail import open_journal, open_server
from generator.mail.delivery import deliver, outbox_name, set_aside
from generator.mail.smtp import Secrets
from generator.model.mail import Fate, Key, MailFile
from tests.conftest import CLIENT, NOW, REPORT, Run, SiteFolder, x_overview
from tests.smtpkit import FAULTS, Mailbox, mail_server

CONTACTS = "contacts:\n  - {name: Claire Dumas, email: claire@luma.example}\n  - {name: Zoé Ärger, email: zoe@luma.example, language: fr}\n"
DAYS = {f"2026-{month:02}-{day:02}": 100 * month for month in (8, 9) for day in range(1, 31)} | {"2026-08-31": 800}
AT = ("--now", NOW.isoformat())
PERIOD = ("luma/monthly", "2026-09")
ROOT = Path(__file__).parents[1]


def mail_settings(box: Mailbox | None = None, more: str = "") -> str:
    server = f"  server: 127.0.0.1\n  port: {box.port}\n  security: none\n  per_minute: 100000\n" if box else ""
    return f"title: Atelier\nlanguage: en\ntimezone: Europe/Paris\nmail:\n  from: reports@atelier.example\n{server}{more}"


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A site whose September report is approved and built; copied by each test."""
    site = SiteFolder(tmp_path_factory.mktemp("approved"))
    site.write("site.yaml", mail_settings()).write("content/luma/client.yaml", CLIENT + CONTACTS)
    site.write("content/luma/reports/monthly.md", REPORT.replace("from: 2026-08", "from: 2026-09"))
    site.write("content/luma/kpi/overview.csv", x_overview(DAYS))
    assert site.run("approve", *PERIOD, "--by", "Inès", *AT).code == 0
    assert not site.problems()
    return site


@pytest.fixture
def ready(approved: SiteFolder, tmp_path: Path) -> SiteFolder:
    subprocess.run(["cp", "-a", f"{approved.root}/.", str(tmp_path)], check=True)
    return SiteFolder(tmp_path)


def send(site: SiteFolder, *options: str, what: tuple[str, ...] = PERIOD) -> Run:
    return site.run("send", *what, *options, *AT)


def fates(run: Run) -> list[str]:
    return [line["fate"] for line in map(json.loads, run.out.splitlines()) if "fate" in line]


def codes(run: Run) -> list[str]:
    return [line["code"] for line in map(json.loads, run.out.splitlines()) if "code" in line]


# ---- sign-off --------------------------------------------------------------------------------------------------------


def test_report_is_a_draft_until_it_is_approved(site: SiteFolder) -> None:
    """A report that nobody signed says so on every page, in its file name and in the room; signed, it does not."""

    def words(name: str) -> list[str]:
        with pypdfium2.PdfDocument(site.root / "output/luma/room" / name) as pdf:
            return [page.get_textpage().get_text_range() for page in pdf]

    site.build()
    assert all("Draft, not approved" in page for page in words("monthly-2026-09-draft.pdf"))
    assert "Draft, not approved" in site.output("luma/room/index.html")

    assert site.run("approve", *PERIOD, "--by", "Inès", *AT).code == 0
    summary = site.build()

    assert summary.removed == ["luma/room/monthly-2026-09-draft.pdf"]
    assert not any("Draft" in page for page in words("monthly-2026-09.pdf"))
    assert 'href="monthly-2026-09.pdf"' in site.output("luma/room/index.html")


def test_change_takes_a_report_back_to_review(ready: SiteFolder) -> None:
    """One changed figure: the report is in review again, and the figures that moved are named with both values."""
    ready.write("content/luma/kpi/overview.csv", x_overview(DAYS | {"2026-09-30": 901}))

    (problem,) = ready.problems()

    assert problem.code == "approval-outdated"
    assert "summary: Impressions 27000 → 27001" in problem.message
    assert (ready.root / "output/luma/room/monthly-2026-09-draft.pdf").is_file()


def test_change_without_meaning_keeps_the_approval(ready: SiteFolder) -> None:
    """The same figures in another file are the same report."""
    ready.remove("content/luma/kpi/overview.csv").write("content/luma/kpi/again.csv", "\ufeff" + x_overview(DAYS))

    assert not ready.problems()
    assert (ready.root / "output/luma/room/monthly-2026-09.pdf").is_file()


def test_approving_what_does_not_exist_names_what_does(ready: SiteFolder) -> None:
    """A misspelt report or period is an error with those that there are."""
    run = ready.run("approve", "luma/montly", "2026-09", "--by", "X", "--json", *AT)
    assert (run.code, codes(run)) == (1, ["no-report"])
    assert "luma/monthly" in run.out

    run = ready.run("approve", "luma/monthly", "2026-10", "--by", "X", "--json", *AT)
    assert (run.code, codes(run)) == (1, ["no-report"])
    assert "2026-09" in run.out


# ---- the plan and the gate -------------------------------------------------------------------------------------------


def test_without_confirmation_nothing_leaves(ready: SiteFolder) -> None:
    """The plan names client, recipient, digest and pages, ends with exit code 6, and neither server nor journal hear of it."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready)

    assert run.code == 6
    assert "luma/monthly 2026-09  Claire Dumas <claire@luma.example>  PDF " in run.out
    assert "4 pages" in run.out
    assert box.connections == 0
    assert not list((ready.root / ".bilan").glob("outbox/*"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("content/luma/reports/monthly/2026-09/approval.yaml", "state: review\nby: X\nat: 2026-10-01T09:00\n", "not-approved"),
        ("content/luma/kpi/overview.csv", x_overview(DAYS | {"2026-09-30": 1}), "not-approved"),
        ("output/luma/room/monthly-2026-09.pdf", b"%PDF-1.7 something else", "not-what-was-approved"),
        ("content/luma/client.yaml", CLIENT, "no-contact"),
        ("content/luma/reports/monthly.md", REPORT.replace("from: 2026-08", "from: 2026-09\npages: 40"), "short-report"),
        ("site.yaml", mail_settings(None, "  message_bytes: 2000\n"), "message-too-large"),
        ("site.yaml", "title: A\nlanguage: en\ntimezone: Europe/Paris\n", "no-mail"),
        ("content/luma/client.yaml", CLIENT + CONTACTS + "goals: none\n", "wrong-shape"),
    ],
)
def test_what_keeps_a_report_from_going(ready: SiteFolder, name: str, content: str | bytes, code: str) -> None:
    """Each reason is a problem with a way out, and nothing leaves even when it is confirmed."""
    with mail_server() as box:
        settings = content if name == "site.yaml" and isinstance(content, str) else mail_settings()
        server = f"  server: 127.0.0.1\n  port: {box.port}\n  security: none\n" if "mail:" in settings else ""
        ready.write("site.yaml", settings + server)
        if name != "site.yaml":
            ready.write(name, content)

        run = send(ready, "--confirm", "--json")

    assert code in codes(run)
    assert run.code in (1, 3)
    assert box.taken == []
    assert fates(run) == []


def test_partial_report_goes_only_with_a_reason(site: SiteFolder) -> None:
    """A month that is not covered to its end waits for its export, or for allow_partial."""
    site.write("site.yaml", mail_settings()).write("content/luma/client.yaml", CLIENT + CONTACTS)
    site.write("content/luma/kpi/overview.csv", x_overview({day: value for day, value in DAYS.items() if day < "2026-09-20"}))
    site.write("content/luma/reports/monthly.md", REPORT)
    site.run("approve", *PERIOD, "--by", "X", *AT)
    site.build()
    assert codes(send(site, "--confirm", "--json")) == ["partial-report"]

    site.write(
        "content/luma/reports/monthly.md",
        REPORT.replace("until: 2026-09", "until: 2026-09\nallow_partial: X closed its export on the 19th"),
    )
    site.build()
    assert fates(send(site, "--confirm", "--json")) == ["waiting", "waiting"]


def test_new_domain_waits_for_a_word(ready: SiteFolder) -> None:
    """Once something was sent to a client, another domain is refused until it is named."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        assert send(ready, "--confirm").code == 0
        ready.write("content/luma/client.yaml", CLIENT + CONTACTS + "  - {name: Eve, email: eve@evil.example}\n")

        assert codes(send(ready, "--confirm", "--json")) == ["new-domain"]
        assert send(ready, "--confirm", "--confirm-domain", "evil.example").code == 0

    assert sorted(box.recipients()) == ["claire@luma.example", "eve@evil.example", "zoe@luma.example"]


# ---- the message -----------------------------------------------------------------------------------------------------


def test_message_holds_the_report_in_the_recipient_s_language(ready: SiteFolder) -> None:
    """Text and HTML with the headline figures, the PDF as approved, a sensible file name, an id of its own; no mark of the program."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        send(ready, "--confirm")

    english, french = sorted(box.messages(), key=lambda message: str(message["To"]))
    body, html = english.get_body(("plain",)), english.get_body(("html",))
    assert body is not None and html is not None
    assert english["Subject"] == "Luma – Monthly report, September 2026"
    assert "Hello Claire Dumas," in body.get_content()
    assert "- Impressions: 27,000 (+8.9% vs August 2026)" in body.get_content()
    assert "27,000" in html.get_content()
    assert str(french["To"]) == "Zoé Ärger <zoe@luma.example>"
    text = french.get_body(("plain",))
    assert text is not None and "Bonjour Zoé Ärger," in text.get_content() and "27\u202f000" in text.get_content()
    (attached,) = english.iter_attachments()
    assert attached.get_filename() == "Luma-Monthly-report-2026-09.pdf"
    assert attached.get_content() == (ready.root / "output/luma/room/monthly-2026-09.pdf").read_bytes()
    assert len(set(box.ids())) == 2
    assert not any(b"bilan" in content.lower().replace(b"bilan-", b"") for _, content in box.taken)


def test_archive_keeps_what_went_out(ready: SiteFolder) -> None:
    """The PDF and what it was made from lie in archive/, readable for their owner only, whatever the umask; a build never touches them."""
    before_mask = os.umask(0)
    try:
        send(ready, "--confirm")
    finally:
        os.umask(before_mask)
    (folder,) = (ready.root / "archive/luma/monthly-2026-09").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}

    ready.write("content/luma/kpi/overview.csv", x_overview(DAYS | {"2026-09-30": 1})).build()

    assert manifest["approved"]["by"] == "Inès"
    assert list(manifest["files"]) == ["content/luma/kpi/overview.csv"]
    assert manifest["files"]["content/luma/kpi/overview.csv"] == digest(x_overview(DAYS).encode())
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert oct((ready.root / ".bilan/outbox").stat().st_mode)[-3:] == "700"
    assert oct((ready.root / ".bilan/journal.sqlite3").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("name", ['"A\\nBcc: eve@evil.example"', '"A\\r\\nX: y"'])
def test_line_break_in_a_name_adds_no_header(ready: SiteFolder, name: str) -> None:
    """A name with a line break is refused at its line."""
    ready.write("content/luma/client.yaml", CLIENT + f"contacts:\n  - name: {name}\n    email: a@luma.example\n")

    run = send(ready, "--confirm", "--json")

    problems = [json.loads(line) for line in run.out.splitlines()]
    assert [(each["code"], each["path"], each["line"]) for each in problems] == [("control-character", "content/luma/client.yaml", 7)]


@pytest.mark.parametrize(
    "address",
    ["claire", "a@b@c", "<a@b.example>", '"a b"@x.example', "a@b.example, eve@evil.example", "a@b.example\\nBcc: x@y.z", "a@nové.example"],
)
def test_what_is_no_address_is_refused(ready: SiteFolder, address: str) -> None:
    """One bare address is an address; anything else is not."""
    ready.write("content/luma/client.yaml", CLIENT + f"contacts:\n  - name: A\n    email: {json.dumps(address)}\n")

    assert "not-a-mailbox" in codes(send(ready, "--confirm", "--json"))


def test_password_in_site_yaml_is_refused(ready: SiteFolder) -> None:
    """A secret does not belong into a file that is shared; the message does not repeat it."""
    ready.write("site.yaml", mail_settings(None, "  password: hunter2\n"))

    run = send(ready, "--json")

    assert "secret-in-file" in codes(run)
    assert "hunter2" not in run.out + run.err


def test_json_names_nobody(ready: SiteFolder) -> None:
    """Addresses are masked in what machines read; file names of the outbox hold none."""
    run = send(ready, "--confirm", "--json")

    assert "claire@" not in run.out and "Claire" not in run.out
    assert "c…@luma.example" in run.out
    assert not [path.name for path in (ready.root / ".bilan/outbox").iterdir() if "claire" in path.name or "@" in path.name]


def test_messages_of_many_clients_stay_apart(empty_site: SiteFolder) -> None:
    """Each message holds its own client's people, words and PDF; nobody is in copy of anything."""
    slugs = [f"c{number:02}" for number in range(8)]
    with mail_server() as box:
        empty_site.write("site.yaml", mail_settings(box)).write(
            "content/reports/monthly.md", REPORT.replace("from: 2026-08", "from: 2026-09")
        )
        for slug in slugs:
            mark = f"MARK{slug[1:]}Q"
            empty_site.write(
                f"content/{slug}/client.yaml", f"name: {mark}\nlanguage: en\ncontacts: [{{name: P {mark}, email: p@{slug}.example}}]\n"
            )
            empty_site.write(f"content/{slug}/kpi/overview.csv", x_overview(DAYS))
            empty_site.run("approve", f"{slug}/monthly", "2026-09", "--by", "X", *AT)
        empty_site.build()
        run = send(empty_site, "--due", "--confirm", "--json", what=())

    assert fates(run) == ["sent"] * len(slugs)
    for (recipient, content), message in zip(box.taken, box.messages(), strict=True):
        (attached,) = message.iter_attachments()
        with pypdfium2.PdfDocument(attached.get_content()) as pdf:
            words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        bodies = "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
        mark = f"MARK{recipient[3:5]}Q"
        assert set(re.findall(r"MARK\d\dQ", words + bodies + content.decode("ascii"))) == {mark}
        assert message["Cc"] is message["Bcc"] is None


# ---- once ------------------------------------------------------------------------------------------------------------


def test_sending_twice_sends_once(ready: SiteFolder) -> None:
    """The second run says what is already sent, and the server hears nothing."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        first, second = send(ready, "--confirm", "--json"), send(ready, "--confirm", "--json")

    assert (first.code, fates(first)) == (0, ["sent", "sent"])
    assert (second.code, fates(second)) == (0, ["sent", "sent"])
    assert len(box.taken) == 2
    assert not list((ready.root / ".bilan/outbox").iterdir())


def test_outbox_without_a_server_is_written_once(ready: SiteFolder) -> None:
    """Without a server messages wait in the outbox; a server declared later gets the same bytes."""
    assert fates(send(ready, "--confirm", "--json")) == ["waiting", "waiting"]
    waiting = {path.read_bytes().replace(b"\r\n", b"\n") for path in (ready.root / ".bilan/outbox").iterdir()}

    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        assert fates(send(ready, "--confirm", "--json")) == ["sent", "sent"]

    assert {content.replace(b"\r\n", b"\n") for _, content in box.taken} == waiting


def test_due_sends_what_is_approved_and_names_the_rest(ready: SiteFolder) -> None:
    """From cron: the approved report goes, one that nobody approved is named and waits, and the next run sends nothing."""
    ready.write(
        "content/luma/reports/weekly.md", REPORT.replace("from: 2026-08\nuntil: 2026-09", "cadence: week\nfrom: 2026-W39\nuntil: 2026-W39")
    )
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready, "--due", "--confirm", "--json", what=())
        again = send(ready, "--due", "--confirm", "--json", what=())

    assert fates(run) == ["sent", "sent"]
    assert codes(run) == codes(again) == ["not-approved"]
    assert (run.code, again.code) == (0, 0)
    assert len(box.taken) == 2


def test_test_address_gets_everything_and_the_journal_nothing(ready: SiteFolder) -> None:
    """A dry run to one address: no client's address is written to, and the real sending is still to come."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready, "--test-to", "me@atelier.example")
        assert run.code == 0
        assert run.out.count("a test, to m…@atelier.example instead: 250") == 2  # beside the names of those who would get it
        assert set(box.recipients()) == {"me@atelier.example"}
        assert all(str(message["Subject"]).startswith("[Test] ") for message in box.messages())
        assert not any(b"@luma.example" in content for _, content in box.taken)

        assert fates(send(ready, "--confirm", "--json")) == ["sent", "sent"]


def test_test_messages_without_a_server_are_a_file_each(ready: SiteFolder) -> None:
    """Two people, one test address, no server: both messages can be looked at."""
    ready.write("site.yaml", mail_settings())
    ready.build()

    assert send(ready, "--test-to", "me@atelier.example").code == 0
    assert len(list((ready.root / ".bilan/outbox/test").glob("*.eml"))) == 2


@pytest.mark.parametrize(
    ("reports", "twice"), [("[]", True), ("[monthly]", True), ("[quarterly]", False)], ids=["all reports", "the same", "another"]
)
def test_one_address_gets_a_report_once(ready: SiteFolder, reports: str, twice: bool) -> None:
    """An address that is listed a second time, in other letters, is refused: an unsure message would be offered again at once."""
    first = "contacts:\n  - {name: Claire, email: claire@luma.example, reports: [monthly]}\n"
    second = f"  - {{name: C, email: Claire@LUMA.example, reports: {reports}}}\n"
    ready.write("content/luma/client.yaml", CLIENT + first + second)

    assert ("contact-twice" in [problem.code for problem in ready.problems()]) is twice


def test_correction_is_an_event_of_its_own(ready: SiteFolder) -> None:
    """A report that changed after it was sent goes again only with a word why, as the second edition, with an id of its own."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        send(ready, "--confirm")
        ready.write("content/luma/kpi/overview.csv", x_overview(DAYS | {"2026-09-30": 1}))
        ready.run("approve", *PERIOD, "--by", "Inès", *AT)
        ready.build()

        assert codes(send(ready, "--confirm", "--json")) == ["other-edition"]
        run = send(ready, "--confirm", "--correction", "the 30th was missing")
        again = send(ready, "--confirm")

    assert (run.code, again.code) == (0, 0)
    assert len(box.taken) == len(set(box.ids())) == 4
    last = box.messages()[-1].get_body(("plain",))
    assert last is not None and "the 30th was missing" in last.get_content()
    with open_journal(ready.root / ".bilan/journal.sqlite3") as journal:
        assert {(each.key.edition, each.fate) for each in journal.all()} == {(1, Fate.SENT), (2, Fate.SENT)}
        assert [event[6] for event in journal.events()].count("correction") == 2


def test_lines_of_cron_and_systemd_work_as_written(ready: SiteFolder) -> None:
    """The documentation's cron line sends what is due, and the commands of its unit run after it find nothing left."""
    docs = (ROOT / "docs/sending.md").read_text("utf-8")
    (cron,) = re.findall(r"^10 8 \* \* 1-5\s+(.+)$", docs, re.MULTILINE)
    unit = re.findall(r"^ExecStart=(.+)$", docs, re.MULTILINE)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        here = cron.replace("/srv/agency", str(ready.root)).replace("bilan build", f"bilan build --now {NOW.isoformat()}")
        here = here.replace("bilan send", f"bilan send --now {NOW.isoformat()}")
        done = subprocess.run(["sh", "-c", here], env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert len(box.taken) == 2
        for command in unit:
            words = command.replace("/usr/local/bin/", "").split()
            again = subprocess.run([*words, *AT], cwd=ready.root, env=environment, capture_output=True, text=True, timeout=120, check=False)
            assert again.returncode == 0, again.stderr

    assert len(unit) == 2
    assert len(box.taken) == 2


# ---- faults ----------------------------------------------------------------------------------------------------------

BECOMES = {
    "drop before mail": "deferred", "drop before data": "deferred", "drop in data": "unsure", "421": "deferred", "450 rcpt": "deferred",
    "451 data": "deferred", "451 dot": "deferred", "550 rcpt": "refused", "554 data": "refused", "552 dot": "refused",
    "drop after dot": "unsure", "lose after dot": "unsure",
}  # fmt: skip


@pytest.mark.parametrize("wrong", FAULTS)
def test_each_fault_has_its_state(ready: SiteFolder, wrong: str) -> None:
    """The first message meets a fault, the second goes; only what is temporary is tried again, and nothing arrives twice."""
    with mail_server(lambda number, recipient: wrong if number == 0 else "") as box:
        ready.write("site.yaml", mail_settings(box))
        first = send(ready, "--confirm", "--json")
        second = send(ready, "--confirm", "--json")

    assert fates(first) == [BECOMES[wrong], "sent"]
    assert first.code == 3
    assert fates(second) == ["sent" if BECOMES[wrong] == "deferred" else BECOMES[wrong], "sent"]
    assert len(box.ids()) == len(set(box.ids()))
    assert len(box.taken) == (1 if wrong in ("drop in data", "lose after dot", "550 rcpt", "554 data", "552 dot") else 2)


def test_message_larger_than_the_server_takes_is_refused_before_its_data(ready: SiteFolder) -> None:
    """The server's SIZE is believed before anything is offered."""
    with mail_server(size=5000) as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready, "--confirm", "--json")

    assert fates(run) == ["refused", "refused"]
    assert "5,000" in run.out
    assert "MAIL" not in box.commands


def test_wrong_password_stops_the_batch(ready: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4 at the first message; nothing is lost, and the password is in no message."""
    monkeypatch.setenv("BILAN_SMTP_USER", "us")
    monkeypatch.setenv("BILAN_SMTP_PASSWORD", "hunter2")
    with mail_server(login=True) as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready, "--confirm")

    assert run.code == 4
    assert box.connections == 1
    assert "hunter2" not in run.out + run.err
    assert len(list((ready.root / ".bilan/outbox").glob("*.eml"))) == 2


def test_refused_connection_ends_at_once(ready: SiteFolder) -> None:
    """A server that is not there: exit code 4, messages wait."""
    with mail_server() as box:
        pass
    ready.write("site.yaml", mail_settings(box))
    started = time.monotonic()

    run = send(ready, "--confirm")

    assert run.code == 4
    assert time.monotonic() - started < 10
    assert len(list((ready.root / ".bilan/outbox").glob("*.eml"))) == 2


def test_unsure_message_waits_for_a_person(ready: SiteFolder) -> None:
    """Nobody can know whether it was taken: it is listed, never sent by itself, and goes again only when somebody says so."""
    with mail_server(lambda number, recipient: "lose after dot" if number == 0 else "") as box:
        ready.write("site.yaml", mail_settings(box))
        send(ready, "--confirm")
        (unsure,) = [json.loads(line) for line in ready.run("send", "--list", "--json").out.splitlines() if '"unsure"' in line]
        assert ready.run("send", "--resolve", "nobody", "--as", "sent", "--by", "Tom").code == 1

        assert ready.run("send", "--resolve", unsure["message"], "--as", "again", "--by", "Tom").code == 0
        assert fates(send(ready, "--confirm", "--json")) == ["sent", "sent"]

    assert len(box.taken) == 2
    assert "says Tom" in "".join(event[9] for event in _events(ready))


def _events(site: SiteFolder) -> list[tuple[str, ...]]:
    with open_journal(site.root / ".bilan/journal.sqlite3") as journal:
        return list(journal.events())


@pytest.mark.parametrize("damage", ["empty", "truncated", "flipped", "other version", "lost"])
def test_damaged_journal_sends_nothing(ready: SiteFolder, damage: str) -> None:
    """Without the memory of what was sent nothing goes; the fix says what to put back."""
    send(ready, "--confirm")
    path = ready.root / ".bilan/journal.sqlite3"
    content = path.read_bytes()
    if damage == "lost":
        path.unlink()
    elif damage == "other version":
        with sqlite3.connect(path) as connection:
            connection.execute("pragma user_version = 99")
    else:
        flipped = content[:5000] + bytes(255 - byte for byte in content[5000:9000]) + content[9000:]
        path.write_bytes({"empty": b"", "truncated": content[: len(content) // 2], "flipped": flipped}[damage])

    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        run = send(ready, "--confirm", "--json")

    assert run.code == 1
    assert codes(run)[0] in ("journal-damaged", "journal-lost")
    assert box.taken == []


def test_events_are_never_rewritten(ready: SiteFolder) -> None:
    """The ledger only grows."""
    send(ready, "--confirm")

    with sqlite3.connect(ready.root / ".bilan/journal.sqlite3") as connection:
        for statement in ("delete from events", "update events set note = 'x'"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


def test_two_terminals_send_once(ready: SiteFolder) -> None:
    """Two runs at the same time: one sends, the other is told who holds the site; together nothing goes twice."""
    with mail_server() as box:
        ready.write("site.yaml", mail_settings(box))
        command = [sys.executable, "-m", "generator", "send", *PERIOD, "--confirm", *AT]
        runs = [subprocess.Popen(command, cwd=ready.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        ends = [run.wait(60) for run in runs]
        for run in runs:
            run.communicate()

    assert 0 in ends and set(ends) <= {0, 5}
    assert len(box.ids()) == len(set(box.ids())) == 2


# ---- crashes ---------------------------------------------------------------------------------------------------------

KEYS = [Key(client="luma", report="monthly", period="2026-09", recipient=f"r{number}@luma.example") for number in range(12)]


@contextmanager
def batch(folder: Path, keys: list[Key]) -> Iterator[None]:
    """Messages in an outbox, claimed in a journal, for a program to deliver that may be killed at any time."""
    with open_journal(folder / "journal.sqlite3") as journal:
        for key in keys:
            message = f"Message-ID: <{key.recipient}>\r\nSubject: x\r\n\r\n" + "text\r\n" * 2000
            set_aside(folder / "outbox", key, message.encode())
            journal.begin(key, message_id=f"<{key.recipient}>", pdf="p", approval="", at="0")
    yield


PROGRAM = """
import sys
from pathlib import Path
from generator.mail import open_journal, open_server, deliver
from generator.mail.smtp import Secrets
from generator.model.mail import Fate, MailFile
folder, port = Path(sys.argv[1]), sys.argv[2]
settings = MailFile.model_validate({"from": "r@atelier.example", "server": "127.0.0.1", "port": port, "security": "none"})
with open_journal(folder / "journal.sqlite3") as journal:
    journal.interrupted("1")
    waiting = [each for each in journal.all() if each.fate in (Fate.WAITING, Fate.DEFERRED)]
    with open_server(settings, Secrets()) as offer:
        for each, outcome in deliver(waiting, folder / "outbox", settings.sender, journal, offer, lambda: "2", lambda: None):
            print(outcome.fate, flush=True)
"""


def deliver_until_killed(folder: Path, port: int, after: float) -> None:
    run = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder), str(port)], cwd=ROOT, stdout=subprocess.PIPE)
    assert run.stdout is not None
    run.stdout.readline()  # the first message is through: from here on the instant counts
    time.sleep(after)
    run.send_signal(signal.SIGKILL)
    run.communicate()


def crash_campaign(folder: Path, rounds: int, seed: int) -> None:
    """Kills deliveries at random instants; then every message arrived once, or waits for a person, and nothing arrived twice."""
    dice = random.Random(seed)  # no secret
    for number in range(rounds):
        place = folder / str(number)
        with batch(place, KEYS), mail_server() as box:
            deliver_until_killed(place, box.port, dice.random() * 0.03)
            done = subprocess.run([sys.executable, "-c", PROGRAM, str(place), str(box.port)], cwd=ROOT, capture_output=True)
            assert done.returncode == 0, done.stderr
            time.sleep(0.05)
            settled(place, box, KEYS)


def test_killed_deliveries_lose_and_double_nothing(tmp_path: Path) -> None:
    """A delivery killed at random instants, and run again: nothing lost, nothing twice, at most one message unsure."""
    crash_campaign(tmp_path, 200 if os.environ.get("BILAN_SOAK") else 6, 7)


CALLS = "sendto,write,pwrite64,fsync,fdatasync,rename,unlink,openat,connect,ftruncate"


def settled(place: Path, box: Mailbox, keys: list[Key]) -> None:
    """After the next run: each message has arrived once, or waits for a person; nothing arrived twice, and nothing is lost."""
    with open_journal(place / "journal.sqlite3") as journal:
        known = {each.key.recipient: each.fate for each in journal.all()}
    unsure = {recipient for recipient, fate in known.items() if fate is Fate.UNSURE}
    taken = box.recipients()
    assert set(known) == {key.recipient for key in keys}
    assert set(known.values()) <= {Fate.SENT, Fate.UNSURE}
    assert len(taken) == len(set(taken)), "sent twice"
    assert {recipient for recipient, fate in known.items() if fate is Fate.SENT} <= set(taken), "said to be sent, and was not"
    assert set(taken) | unsure == set(known), "lost"
    assert len(unsure) <= 1


def test_delivery_that_is_killed_at_any_system_call(tmp_path: Path) -> None:
    """Killed at a system call that writes, sends or connects, from the first message to the last: the next run ends with nothing lost and
    nothing twice. Some of the calls here, every one in `make soak`."""
    keys = KEYS[:2]
    with batch(tmp_path / "whole", keys), mail_server() as box:
        log = tmp_path / "calls"
        traced = [
            "strace",
            "-f",
            "-o",
            str(log),
            "-e",
            f"trace={CALLS}",
            sys.executable,
            "-c",
            PROGRAM,
            str(tmp_path / "whole"),
            str(box.port),
        ]
        subprocess.run(traced, cwd=ROOT, check=True, capture_output=True)
    lines = log.read_text().splitlines()
    first = next(number for number, line in enumerate(lines, 1) if "journal.sqlite3" in line and "openat" in line)
    points = range(first, len(lines) + 1)
    for at in points if os.environ.get("BILAN_SOAK") else sorted(random.Random(3).sample(points, 7)):
        place = tmp_path / str(at)
        with batch(place, keys), mail_server() as box:
            inject = ["strace", "-f", "-o", os.devnull, "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=KILL:when={at}"]
            program = [sys.executable, "-c", PROGRAM, str(place), str(box.port)]
            subprocess.run([*inject, *program], cwd=ROOT, capture_output=True, check=False)
            done = subprocess.run(program, cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, (lines[at - 1], done.stderr)
            time.sleep(0.05)
            settled(place, box, keys)


def fault_campaign(folder: Path, count: int, seed: int) -> None:
    """Many messages to a server that drops some before the data, some after the dot, and refuses some: each ends in its own state."""
    dice = random.Random(seed)  # no secret
    wrong = {
        number: dice.choice(["drop before data", "lose after dot", "drop after dot", "550 rcpt"])
        for number in range(count)
        if dice.random() < 0.04
    }
    keys = [Key(client="luma", report="monthly", period="2026-09", recipient=f"r{number}@luma.example") for number in range(count)]
    with open_journal(folder / "journal.sqlite3") as journal, mail_server(lambda number, recipient: wrong.pop(number, "")) as box:
        planned = dict(wrong)
        for key in keys:
            set_aside(folder / "outbox", key, f"Message-ID: <{key.recipient}>\r\n\r\ntext\r\n".encode())
            journal.begin(key, message_id=f"<{key.recipient}>", pdf="p", approval="", at="0")
        settings = MailFile.model_validate({"from": "r@atelier.example", "server": "127.0.0.1", "port": str(box.port), "security": "none"})
        for _ in range(2):
            waiting = [each for each in journal.all() if each.fate in (Fate.WAITING, Fate.DEFERRED)]
            with open_server(settings, Secrets()) as offer:
                for _outcome in deliver(waiting, folder / "outbox", settings.sender, journal, offer, lambda: "2", lambda: None):
                    pass
        ends = [each.fate for each in journal.all()]

    assert len(box.recipients()) == len(set(box.recipients()))
    assert ends.count(Fate.UNSURE) == sum(each in ("lose after dot", "drop after dot") for each in planned.values())
    assert ends.count(Fate.REFUSED) == sum(each == "550 rcpt" for each in planned.values())
    assert ends.count(Fate.SENT) == count - ends.count(Fate.UNSURE) - ends.count(Fate.REFUSED)


def test_thousands_of_messages_with_faults(tmp_path: Path) -> None:
    """No duplicate among them; the unsure ones are exactly those whose connection was lost after the final dot."""
    fault_campaign(tmp_path, 10_000 if os.environ.get("BILAN_SOAK") else 150, 11)


def test_names_in_the_outbox_are_told_apart() -> None:
    """Two recipients of one report have two files."""
    assert len({outbox_name(key) for key in KEYS}) == len(KEYS)
