"""Publishing to real servers that speak as S3 does: what they take, refuse, and how it survives their failures."""

from __future__ import annotations

import datetime
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.publishkit import (
    KEYS,
    S3,
    SECRET,
    edit,
    leads_nowhere,
    mixed,
    publisher,
    s3_proxy,
    s3_server,
    s3_without_conditions,
    steps,
)


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


def test_a_bucket_holds_what_was_built_and_goes_back(tmp_path: Path, s3: S3) -> None:
    """Publishing, publishing again, and a rollback bring exactly the files of the build below the prefix; foreign objects stay."""
    site = publisher(tmp_path / "site").target("live", **s3.settings("a/b"), grace=0)
    obstore.put(s3.store(), "a/b/press.zip", b"zip")
    obstore.put(s3.store(), "a/bc.html", b"a neighbour")
    foreign = {"press.zip": b"zip"}
    assert site.publish("live", "--verify", "all", **KEYS).code == 0
    first, shown = site.wanted(), s3.held("a/b")
    edit(site)
    assert site.publish("live", "--verify", "all", **KEYS).code == 0
    second, then = site.wanted(), s3.held("a/b")

    back = site.typed("rollback", "live", **KEYS)

    assert back.code == 0, back.err
    assert (shown, then, s3.held("a/b")) == (first | foreign, second | foreign, first | foreign)
    assert bytes(obstore.get(s3.store(), "a/bc.html").bytes()) == b"a neighbour"


def test_each_kind_of_file_says_how_long_it_may_be_kept(tmp_path: Path, s3: S3) -> None:
    """Hashed assets for ever, pages never without asking, private ones by nobody else; after a rollback, too."""
    site = publisher(tmp_path / "site").target("live", **s3.settings("kinds"), grace=0, private=True, without=None)
    assert site.publish("live", **KEYS).code == 0
    site.moment(1, "Changed")
    assert site.publish("live", **KEYS).code == 0
    assert site.typed("rollback", "live", **KEYS).code == 0
    names = sorted(s3.held("kinds"))

    said = {name: s3.attributes("kinds", name) for name in names}

    (style,) = [name for name in names if name.startswith("luma/cards/assets/site.") and name.endswith(".css")]
    assert said[style]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert said["luma/cards/m-001.html"] == {
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Content-Type": "text/html; charset=utf-8",
    }
    assert {said[name]["Cache-Control"] for name in names if name.startswith("luma/room/")} == {"private, no-cache"}
    assert said["luma/room/monthly-2020-09-draft.pdf"]["Content-Type"] == "application/pdf"


def test_the_record_of_a_bucket_has_no_name_that_can_be_guessed(tmp_path: Path, s3: S3) -> None:
    """Whoever has no right to list finds neither the names of pages nor what was replaced."""
    site = publisher(tmp_path / "site").target("live", **s3.settings("hidden"), grace=0)
    assert site.publish("live", **KEYS).code == 0

    names = [meta["path"] for chunk in obstore.list(s3.store("hidden"), prefix=".bilan-releases") for meta in chunk]

    inside = {name.split("/")[1] for name in names if name.count("/") > 1}
    assert [len(each) for each in inside] == [32]
    assert [name for name in names if name.count("/") == 1] == [".bilan-releases/index.html"]


def test_a_server_that_ignores_conditions_is_published_to_without_a_lock(tmp_path: Path) -> None:
    """rclone answers yes to every condition: that is found out, said, and everything else works."""
    with s3_without_conditions(tmp_path / "served") as server:
        site = publisher(tmp_path / "site").target("live", **server.settings("x"), grace=0)
        runs = [site.publish("live", **KEYS)]
        first = site.wanted()
        edit(site)
        runs += [site.publish("live", **KEYS), site.typed("rollback", "live", **KEYS)]

        assert [done.code for done in runs] == [0, 0, 0], runs
        assert [done.err.count("no-conditions") for done in runs] == [1, 1, 1]
        assert server.held("x") == first


def test_u6_two_publishers_of_one_bucket(tmp_path: Path, s3: S3) -> None:
    """U6: of two that begin together one publishes, and the other is told; what is there afterwards is one of the two sites, whole."""
    sites = [
        publisher(tmp_path / f"{number}/site").target("live", **s3.settings("race"), grace=0).moment(1, f"Of {number}") for number in (1, 2)
    ]
    for site in sites:
        site.run("build")

    racing = [site.start("publish", "live", "--workers", "serial", **KEYS) for site in sites]
    ended = [(process.communicate(timeout=100), process.returncode) for process in racing]

    assert sorted(code for _, code in ended) in ([0, 5], [0, 0]), ended
    assert s3.held("race") in [site.wanted() for site in sites]


# ---- U5 ---------------------------------------------------------------------------------------------------------------


def test_u5_wrong_credentials_are_refused_before_anything_is_sent(tmp_path: Path, s3: S3) -> None:
    """U5: a wrong secret, none at all, a bucket that is not there: exit 4, nothing sent, and the secret in no message."""
    wrong = "wrong-secret-that-nobody-prints"
    tries = [
        ("site", {**KEYS, "AWS_SECRET_ACCESS_KEY": wrong}, "target-refused"),
        ("site", {}, "target-credentials"),
        ("nowhere", KEYS, "target-missing"),
    ]
    for number, (bucket, environment, code) in enumerate(tries):
        site = publisher(tmp_path / f"{number}/site").target("live", **s3.settings("refused", bucket=bucket))

        done = site.publish("live", **environment)

        assert (done.code, done.err.count(code)) == (4, 1), done.err
        assert not any(secret in done.out + done.err for secret in (wrong, SECRET))
        assert not (site.root / "output/index.html").exists()
    assert s3.held("refused") == {}


def test_credentials_come_from_the_environment_of_the_target_or_a_file(tmp_path: Path, s3: S3) -> None:
    """Two targets may have two accounts; a file as other tools write it is read, and one inside the site refused."""
    file = f"[default]\naws_access_key_id = nobody\naws_secret_access_key = x\n[agency]\naws_access_key_id = {KEYS['AWS_ACCESS_KEY_ID']}\n"
    (tmp_path / "credentials").write_text(f"{file}aws_secret_access_key = {SECRET}\n", "utf-8")
    own = {f"BILAN_LIVE_{name.removeprefix('AWS_')}": value for name, value in KEYS.items()}
    site = publisher(tmp_path / "site").target("live", **s3.settings("own"), grace=0)
    site.target("file", **s3.settings("file", credentials_file=str(tmp_path / "credentials"), profile="agency"), grace=0)
    site.write("credentials", "[default]\n").target("inside", **s3.settings("inside", credentials_file="credentials"))

    runs = [site.publish("live", **own), site.publish("file"), site.publish("inside")]

    assert [done.code for done in runs] == [0, 0, 4], runs
    assert "secret-in-site" in runs[2].err


def test_u5_an_expired_certificate_is_refused(tmp_path: Path, s3: S3) -> None:
    """U5: a server whose certificate is over, or of an authority that nobody knows, gets nothing; a good one of a named authority works."""
    good, expired = certificate(tmp_path / "good", days=1), certificate(tmp_path / "expired", days=-1)
    for file, ca_file, code in ((expired, expired, 4), (good, None, 4), (good, good, 0)):
        with s3_proxy(s3, file) as (proxy, through):
            settings = {**through.settings("tls", endpoint=f"https://localhost:{proxy.port}"), "ca_file": str(ca_file) if ca_file else None}
            done = publisher(tmp_path / f"{proxy.port}/site").target("live", **settings, grace=0).publish("live", **KEYS)

        assert done.code == code, done.err
        if code:
            assert "target-certificate" in done.err
            assert proxy.writes == []
        if file == expired:
            assert "expired" in done.err


def certificate(path: Path, days: int) -> Path:
    """A certificate of localhost, signed by itself, that ends in so many days; with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=9)).not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(written + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_x8_without_a_network_it_says_so_in_ten_seconds(tmp_path: Path) -> None:
    """X8: nobody answers, somebody says nothing, no such name: exit 4 within ten seconds, before anything is built."""
    known = tmp_path / "known"
    known.write_text("", "utf-8")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    ssh = {"kind": "sftp", "path": "/www", "known_hosts": str(known), "key_file": str(key)}
    site, (listening, deaf) = publisher(tmp_path / "site"), silence()
    targets: dict[str, dict[str, object]] = {
        "refusing": {"kind": "s3", "bucket": "x", "endpoint": "http://127.0.0.1:9"},
        "silent": {"kind": "s3", "bucket": "x", "endpoint": f"http://127.0.0.1:{deaf}"},
        "nameless": {"kind": "s3", "bucket": "x", "endpoint": "https://nowhere.invalid"},
        "ssh-refusing": {**ssh, "server": "127.0.0.1", "port": 9},
        "ssh-silent": {**ssh, "server": "127.0.0.1", "port": deaf},
        "ssh-nameless": {**ssh, "server": "nowhere.invalid"},
    }
    for name, settings in targets.items():
        site.target(name, **settings)
        started = time.monotonic()
        done = site.publish(name, **KEYS)

        assert (done.code, done.err.count("target-unreachable")) == (4, 1), (name, done.err)
        assert time.monotonic() - started < 10, name
    listening.close()
    assert not (site.root / "output").exists()


def silence() -> tuple[socket.socket, int]:
    """A port at which somebody listens, and says nothing."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=50)
    return listening, listening.getsockname()[1]


def test_doctor_looks_at_every_target_and_writes_nothing(tmp_path: Path, s3: S3) -> None:
    """L4: one line a target: what is published there, or what is wrong and how to mend it."""
    site = (
        publisher(tmp_path / "site").target("live", **s3.settings("doctor")).target("gone", kind="folder", path=str(tmp_path / "no/where"))
    )
    site.target("lost", **s3.settings("x", bucket="nowhere"))

    done = site.typed("doctor", **KEYS)

    lines = [line for line in done.out.splitlines() if " target " in line]
    assert [line.split()[0] for line in lines] == ["ok", "MISSING", "MISSING"]
    assert "nothing published yet" in lines[0]
    assert [meta for chunk in obstore.list(s3.store("doctor")) for meta in chunk] == []


# ---- S3 -----------------------------------------------------------------------------------------------------------------


def test_u1_killed_between_any_two_requests_of_a_bucket(tmp_path: Path, s3: S3) -> None:
    """U1: a publisher that dies before its n-th write leaves every page with its assets; the next run finishes, and sends only the rest."""
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings("count"), grace=0)
        assert site.publish("live", **KEYS).code == 0
        edit(site)
        proxy.writes.clear()
        assert site.publish("live", **KEYS).code == 0
        count = len(proxy.writes)

        for at in steps(count, 2):
            prefix = f"kill{at}"
            site = publisher(tmp_path / prefix / "site").target("live", **through.settings(prefix), grace=0)
            assert site.publish("live", **KEYS).code == 0
            old = site.wanted()
            edit(site)
            site.run("build")
            proxy.writes.clear()
            running = site.start("publish", "live", "--workers", "serial", **KEYS)
            proxy.at = lambda number, what: _end(running) if number >= at else None  # noqa: B023  # of this turn
            running.communicate(timeout=100)
            proxy.at = lambda number, what: None
            seen = s3.held(prefix)

            assert running.returncode == -signal.SIGKILL
            assert (mixed(seen, old, site.wanted()), leads_nowhere(seen)) == ([], []), at
            again = site.publish("live", **KEYS)
            assert again.code == 0, again.err
            assert s3.held(prefix) == site.wanted(), at


def _end(running: subprocess.Popen[str]) -> str:
    running.kill()
    return "cut"


@pytest.mark.parametrize("how", ["fail", "cut"])
def test_u2_a_server_that_fails_at_the_nth_file(tmp_path: Path, s3: S3, how: str) -> None:
    """U2: when the server is full, or the line is cut, the run ends with exit 4 and nothing is deleted; the next one sends only the rest,
    deletions last."""
    prefix = f"fails-{how}"
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings(prefix, at_once=1), grace=0)
        assert site.publish("live", **KEYS).code == 0
        old = site.wanted()
        edit(site)
        sent = [0]

        def at_the_fifth(number: int, what: str) -> str | None:
            sent[0] += what.startswith(f"PUT {prefix}/") and "/.bilan" not in what
            return how if sent[0] > 5 and not what.startswith("DELETE") else None

        proxy.writes.clear()
        proxy.at = at_the_fifth
        failed = site.publish("live", **KEYS)
        proxy.at = lambda number, what: None
        first, seen = _sent(proxy.writes, prefix)[:5], s3.held(prefix)
        _let_go_of_bucket(s3, prefix)
        proxy.writes.clear()
        done = site.publish("live", **KEYS)

    assert failed.code == 4, failed.err
    assert ("target-failed" in failed.err) or ("target-unreachable" in failed.err)
    assert set(old) <= set(seen)
    assert leads_nowhere(seen) == []
    assert done.code == 0, done.err
    assert set(first) & set(_sent(proxy.writes, prefix)) == set()
    assert s3.held(prefix) == site.wanted()
    changed = {name for name, content in site.wanted().items() if old.get(name) != content}
    assert set(first) | set(_sent(proxy.writes, prefix)) == changed


def _sent(writes: list[str], prefix: str) -> list[str]:
    return [what.removeprefix(f"PUT {prefix}/") for what in writes if what.startswith(f"PUT {prefix}/") and "/.bilan" not in what]


def _let_go_of_bucket(s3: S3, prefix: str) -> None:
    obstore.delete(s3.store(prefix), ".bilan-releases/lock")


def test_deletions_are_last(tmp_path: Path, s3: S3) -> None:
    """Hashed assets go out before pages, new pages before those that lead to them, the record after all files, and deletions at the end."""
    with s3_proxy(s3) as (proxy, through):
        site = publisher(tmp_path / "site").target("live", **through.settings("order"), grace=0)
        assert site.publish("live", **KEYS).code == 0
        edit(site)
        proxy.writes.clear()
        assert site.publish("live", **KEYS).code == 0

    order = [what.replace("/order/", "/") for what in proxy.writes]
    record = next(number for number, what in enumerate(order) if what.endswith("/current.json"))
    assets = [number for number, what in enumerate(order) if what.startswith("PUT order/") and what.endswith((".css", ".js"))]
    pages = [number for number, what in enumerate(order) if what.startswith("PUT order/") and what.endswith(".html")]
    new, fronts = order.index("PUT order/luma/cards/m-003.html"), [n for n in pages if order[n].endswith("index.html")]
    deletions = [number for number, what in enumerate(order) if what.startswith(("DELETE", "POST")) and number > 3]
    assert max(assets) < min(pages)
    assert new < min(fronts)
    assert max(pages) < record < min(deletions)
