"""Publishing to a real SSH server: what it takes, refuses, and how it survives a cut line."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publishkit import LAYOUTS, SOAK, Ssh, edit, leads_nowhere, mixed, publisher, read, ssh_server


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ssh]:
    with ssh_server(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture
def folder(ssh: Ssh, tmp_path: Path) -> Path:
    """An empty folder on the server."""
    made = ssh.folder / tmp_path.name
    made.mkdir()
    return made


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_server_holds_what_was_built_and_goes_back(tmp_path: Path, ssh: Ssh, folder: Path, layout: str) -> None:
    """Publishing, publishing again, and a rollback bring exactly the files of the build to the server; foreign files stay."""
    (folder / "press.zip").write_bytes(b"zip")
    site = publisher(tmp_path / "site").target("live", **ssh.settings(folder, layout=layout), grace=0)
    assert site.publish("live", "--verify", "all").code == 0
    first, shown = site.wanted(), without_foreign(read(folder))
    edit(site)
    assert site.publish("live", "--verify", "all").code == 0
    second, then = site.wanted(), without_foreign(read(folder))

    back = site.typed("rollback", "live")

    assert back.code == 0, back.err
    assert (shown, then) == (first, second)
    assert without_foreign(read(folder)) == first
    assert (folder / "press.zip").read_bytes() == b"zip"


def without_foreign(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in tree.items() if name != "press.zip"}


def test_u5_an_unknown_or_other_host_key_is_refused(tmp_path: Path, ssh: Ssh, folder: Path) -> None:
    """U5: a server whose key is not in known_hosts, or is another there, gets nothing, not even a sign-in; exit 4."""
    lines = ssh.known_hosts.read_text("utf-8")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    other = f"{lines.split()[0]} {' '.join((tmp_path / 'other.pub').read_text('utf-8').split()[:2])}\n"
    for number, known in enumerate(("", other, None)):
        if known is not None:
            (tmp_path / f"known{number}").write_text(known, "utf-8")
        site = publisher(tmp_path / f"{number}/site").target("live", **ssh.settings(folder, known_hosts=str(tmp_path / f"known{number}")))

        done = site.publish("live")

        assert (done.code, done.err.count("target-host-key")) == (4, 1), done.err
        assert list(folder.iterdir()) == []


def test_u5_a_wrong_key_is_refused(tmp_path: Path, ssh: Ssh, folder: Path) -> None:
    """U5: a key that the server does not know, one with a passphrase, and none at all: exit 4, nothing sent, nothing secret said."""
    secret = "a-passphrase-nobody-says"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "stranger")], check=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "right", "-f", str(tmp_path / "locked")], check=True)
    codes = {"stranger": "target-refused", "locked": "target-credentials", "absent": "target-credentials", None: "target-credentials"}
    for name, code in codes.items():
        settings = {**ssh.settings(folder), "key_file": str(tmp_path / name) if name else None}
        site = publisher(tmp_path / f"of-{name}/site").target("live", **settings)

        done = site.publish("live", BILAN_LIVE_PASSPHRASE=secret)

        assert (done.code, done.err.count(code)) == (4, 1), (name, done.err)
        assert secret not in done.out + done.err
        assert "Traceback" not in done.err
    assert list(folder.iterdir()) == []


def test_u5_a_key_inside_the_site_is_refused(tmp_path: Path, ssh: Ssh, folder: Path) -> None:
    """X5: a private key that lies in the site's folder is not used."""
    site = publisher(tmp_path / "site")
    site.write("keys/id", ssh.key.read_bytes()).target("live", **{**ssh.settings(folder), "key_file": "keys/id"})

    done = site.publish("live")

    assert (done.code, done.err.count("secret-in-site")) == (4, 1)
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, ssh: Ssh) -> None:
    """A misspelt path is no new site: exit 4."""
    site = publisher(tmp_path / "site").target("live", **ssh.settings(ssh.folder / "mispelt"))

    done = site.publish("live")

    assert (done.code, done.err.count("target-missing")) == (4, 1)
    assert not (ssh.folder / "mispelt").exists()


def test_u4_a_link_on_the_server_leads_nothing_astray(tmp_path: Path, ssh: Ssh, folder: Path) -> None:
    """U4: a folder of the target that is a link to elsewhere is not written through."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "luma").symlink_to(elsewhere)
    site = publisher(tmp_path / "site").target("live", **ssh.settings(folder, layout="in-place"))

    done = site.publish("live")

    assert (done.code, done.err.count("target-failed")) == (4, 1), done.err
    assert list(elsewhere.iterdir()) == []


def test_u2_a_server_without_permission_says_so(tmp_path: Path, ssh: Ssh, folder: Path) -> None:
    """U2: a file where a folder is needed ends with exit 4 and the name, not with a traceback."""
    (folder / ".bilan-releases").write_bytes(b"a file")
    site = publisher(tmp_path / "site").target("live", **ssh.settings(folder))

    done = site.publish("live")

    assert done.code == 4, done.err
    assert "Traceback" not in done.err


# ---- SFTP ---------------------------------------------------------------------------------------------------------------


class Wire:
    """Passes bytes to a server on, and is cut, or kills, after so many of them."""

    def __init__(self, port: int) -> None:
        self._to, self._listening = port, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.passed, self.limit = 0, -1
        self.at_limit: Callable[[], None] = lambda: None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=[near, far, True], daemon=True).start()
            threading.Thread(target=self._pump, args=[far, near, False], daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while block := source.recv(4096):
                if counted:
                    self.passed += len(block)
                    if 0 <= self.limit < self.passed:
                        self.at_limit()
                        break
                sink.sendall(block)
        except OSError:
            pass
        for each in (source, sink):
            with each:
                pass

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("how", ["killed", "cut"])
def test_u1_u2_sftp_ended_after_any_byte(tmp_path: Path, ssh: Ssh, layout: str, how: str) -> None:
    """U1, U2: a publisher that dies, or a line that is cut (exit 4), after any byte leaves pages whole; the next run finishes."""
    wire = Wire(ssh.port)
    folder = ssh.folder / f"{layout}-{how}"
    folder.mkdir()
    (tmp_path / "known").write_text(ssh.known_hosts.read_text("utf-8").replace(f":{ssh.port} ", f":{wire.port} "), "utf-8")
    settings = {**ssh.settings(folder, layout=layout), "port": wire.port, "known_hosts": str(tmp_path / "known")}
    site = publisher(tmp_path / "site").target("live", **settings, grace=0)
    assert site.publish("live").code == 0
    edit(site)
    wire.passed = 0
    assert site.publish("live").code == 0
    used, turns = wire.passed, 12 if SOAK else 2
    for number in range(turns):
        old = site.wanted()
        site.moment(1, f"Changed {number}").moment(number + 10, "More").write("templates/assets/site.css", f"p {{ margin: {number}px }}")
        site.run("build")
        wire.passed, wire.limit = 0, (number + 1) * used // (turns + 1)
        running = site.start("publish", "live", "--workers", "serial")
        wire.at_limit = lambda: running.kill() if how == "killed" else None  # noqa: B023  # of this turn
        out, err = running.communicate(timeout=100)
        wire.limit = -1

        assert running.returncode == (-signal.SIGKILL if how == "killed" else 4), (out, err)
        seen = read(folder)
        assert (mixed(seen, old, site.wanted()), leads_nowhere(seen)) == ([], [])
        assert "Traceback" not in err
        assert how == "killed" or "target-unreachable" in err
        _let_go(folder)
        again = site.publish("live")
        assert (again.code, again.err) == (0, "")
        assert read(folder) == site.wanted()
    wire.close()


def _let_go(folder: Path) -> None:
    """Ages the lock of a publisher whose line was cut: it could not give it back."""
    lock = folder / ".bilan-releases/lock"
    if lock.exists():
        said = json.loads(lock.read_bytes() or b"{}")
        lock.write_text(json.dumps({**said, "machine": "another", "at": "2020-01-01T00:00:00+00:00"}), "utf-8")
