"""A real mail server (Exim): encryption, login, sizes, refusals and deferrals as it makes them, and mail as it arrives."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.conftest import CLIENT, NOW, REPORT, Run, SiteFolder, x_overview
from tests.test_mail import DAYS, PERIOD, fates

CONF = """
primary_hostname = mail.test
keep_environment =
exim_user = mail
exim_group = mail
spool_directory = {folder}/spool
log_file_path = {folder}/log/%s
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
message_size_limit = 300K
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny message = log in first
       !authenticated = *
  deny message = unknown here
       local_parts = nobody
  defer message = come back later
       local_parts = busy
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  envelope_to_add
  create_directory
  user = mail
  group = mail
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and {{{{eq{{$auth2}}{{us}}}}{{eq{{$auth3}}{{s3cret}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


@dataclass(frozen=True)
class Exim:
    program: str
    folder: Path
    port: int
    tls_port: int

    def arrived(self, name: str, count: int = 1) -> list[bytes]:
        """The messages in somebody's box, once there are that many. Exim delivers when its queue is run: with a configuration of one's own
        it has no right to do so by itself."""
        subprocess.run([self.program, "-C", str(self.folder / "exim.conf"), "-qff"], check=True, capture_output=True, timeout=60)
        until = time.monotonic() + 20
        while len(found := self._of(name)) < count and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def _of(self, name: str) -> list[bytes]:
        arrived = [path.read_bytes() for path in sorted((self.folder / "mail/new").glob("*"))]
        return [content for content in arrived if f"Envelope-to: {name}@".encode() in content]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def exim() -> Iterator[Exim]:
    program = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "install exim4-daemon-light: make test-native"
    with tempfile.TemporaryDirectory(prefix="exim-") as name:  # not below pytest's own folder, which only its owner may enter
        folder = Path(name)
        folder.chmod(0o755)
        yield from _running(program, folder)


def _running(program: str, folder: Path) -> Iterator[Exim]:
    server = Exim(program, folder, _free_port(), _free_port())
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", *names]
    subprocess.run(key, cwd=folder, check=True, capture_output=True)
    (folder / "exim.conf").write_text(CONF.format(folder=folder, port=server.port, tls_port=server.tls_port))
    for name in ("spool", "log", "mail"):
        (folder / name).mkdir()
    for path in (*folder.iterdir(), folder):
        shutil.chown(path, "mail", "mail")
    shutil.chown(folder / "exim.conf", "root", "root")
    daemon = subprocess.Popen(
        [program, "-C", str(folder / "exim.conf"), "-bdf", "-q5m"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                    break
            time.sleep(0.05)
        yield server
    finally:
        daemon.terminate()
        daemon.wait(10)


@pytest.fixture
def ready(site: SiteFolder, exim: Exim, monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """An approved report for four people, one of whom the server does not know, and one whose box is busy."""
    monkeypatch.setenv("BILAN_SMTP_USER", "us")
    monkeypatch.setenv("BILAN_SMTP_PASSWORD", "s3cret")
    people = "".join(f"  - {{name: {name.title()}, email: {name}@luma.example}}\n" for name in ("ada", "busy", "nobody", "zoe"))
    site.write("content/luma/client.yaml", CLIENT + "contacts:\n" + people).write("content/luma/kpi/overview.csv", x_overview(DAYS))
    site.write("content/luma/reports/monthly.md", REPORT.replace("from: 2026-08", "from: 2026-09"))
    return use(site, exim, "starttls", exim.port)


def use(site: SiteFolder, exim: Exim, security: str, port: int, more: str = "") -> SiteFolder:
    settings = (
        f"mail:\n  from: reports@atelier.example\n  server: localhost\n  port: {port}\n  security: {security}\n  per_minute: 100000\n"
    )
    certificate = "" if "ca_file" in more else f"  ca_file: {exim.folder}/cert.pem\n"
    return site.write("site.yaml", f"title: Atelier\nlanguage: en\ntimezone: Europe/Paris\n{settings}{certificate}{more}")


def approve(site: SiteFolder) -> SiteFolder:
    assert site.run("approve", *PERIOD, "--by", "Inès", "--now", NOW.isoformat()).code == 0
    site.build()
    return site


def send(site: SiteFolder) -> Run:
    return site.run("send", *PERIOD, "--confirm", "--json", "--now", NOW.isoformat())


def test_mail_arrives_as_it_was_composed(ready: SiteFolder, exim: Exim) -> None:
    """Over STARTTLS and with a login: two arrive with the PDF that was approved, one is refused, one is deferred; the next run sends only
    the rest."""
    first = send(approve(ready))

    assert (first.code, fates(first)) == (3, ["sent", "deferred", "refused", "sent"])
    (content,) = exim.arrived("ada")
    message = message_from_bytes(content, policy=default)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == (ready.root / "output/luma/room/monthly-2026-09.pdf").read_bytes()
    assert "unknown here" in first.out and "come back later" in first.out

    ready.write("content/luma/client.yaml", (ready.root / "content/luma/client.yaml").read_text().replace("nobody@", "eve@"))
    second = send(ready)

    assert fates(second) == ["sent", "deferred", "sent", "sent"]
    assert len(exim.arrived("eve")) == len(exim.arrived("ada")) == len(exim.arrived("zoe")) == 1


def test_tls_from_the_first_byte(ready: SiteFolder, exim: Exim) -> None:
    """The port that is encrypted from the start works as well."""
    ready.write("content/luma/client.yaml", CLIENT + "contacts:\n  - {name: Tls, email: tls@luma.example}\n")
    run = send(approve(use(ready, exim, "tls", exim.tls_port)))

    assert fates(run) == ["sent"]
    assert len(exim.arrived("tls")) == 1


@pytest.mark.parametrize("why", ["certificate", "password", "port"])
def test_server_that_cannot_be_used_is_refused_at_once(ready: SiteFolder, exim: Exim, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """An unknown certificate, a wrong password, nobody at the port: exit code 4, one line, no secret in it, and everything waits."""
    if why == "certificate":
        use(ready, exim, "starttls", exim.port, "  ca_file: /etc/ssl/certs/ca-certificates.crt\n")
    elif why == "password":
        monkeypatch.setenv("BILAN_SMTP_PASSWORD", "wr0ng")
    else:
        use(ready, exim, "starttls", _free_port())
    run = send(approve(ready))

    assert run.code == 4
    assert "wr0ng" not in run.out + run.err
    assert set(fates(run)) == {"to send"}
    assert len(list((ready.root / ".bilan/outbox").glob("*.eml"))) == 4


def test_message_larger_than_the_server_takes(ready: SiteFolder, exim: Exim) -> None:
    """The limit that Exim announces is believed before the data are offered."""
    ready.write("content/luma/client.yaml", CLIENT + "contacts:\n  - {name: Big, email: big@luma.example}\n")
    approve(ready)
    assert fates(ready.run("send", *PERIOD, "--json", "--now", NOW.isoformat())) == ["to send"]
    folder = ready.root / ".bilan/outbox"
    send(use(ready, exim, "starttls", _free_port()))  # nobody there: the message waits in the outbox
    (waiting,) = folder.glob("*.eml")
    waiting.write_bytes(waiting.read_bytes() + b"x" * 70 + b"\r\n" * 200_000)

    run = send(use(ready, exim, "starttls", exim.port))

    (line,) = [json.loads(each) for each in run.out.splitlines()]
    assert line["fate"] == "refused"
    assert "the server takes 307,200" in line["note"]
    assert exim.arrived("big", 0) == []
