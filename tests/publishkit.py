"""Real targets: an SSH server, an S3 server, one that ignores conditions, a web server, and a proxy that fails on demand."""

from __future__ import annotations

import contextlib
import getpass
import http.server
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath

import obstore
from obstore.store import S3Store

from tests.conftest import CAMPAIGN, CLIENT, REPORT, SITE, Run, SiteFolder, x_overview

KEY, SECRET = "bilan-tests", "not-a-real-secret-0123456789"
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
DAYS = {f"2020-{month:02}-{day:02}": 100 * month for month in (8, 9) for day in range(1, 31)} | {"2020-08-31": 800}
SOAK = bool(os.environ.get("BILAN_SOAK"))
LAYOUTS = ("releases", "in-place")
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


class Publisher(SiteFolder):
    """A site in the past, with targets."""

    def target(self, name: str, **settings: object) -> Publisher:
        """One more target, whose `grace` is short."""
        lines = {"grace": 0.2, "without": "private", **settings}
        said = "".join(
            f"    {key}: {json.dumps(value) if isinstance(value, str) else str(value).lower()}\n"
            for key, value in lines.items()
            if value is not None
        )
        old = (self.root / "site.yaml").read_text("utf-8")
        head = old if "targets:\n" in old else f"{old}targets:\n"
        self.write("site.yaml", f"{head}  {name}:\n{said}")
        return self

    def write(self, name: str, content: str | bytes) -> Publisher:
        super().write(name, content)
        return self

    def moment(self, number: int, title: str) -> Publisher:
        self.write(
            f"content/luma/cards/moments/{number:03}.md", f"---\nkind: milestone\nat: 2020-09-01T09:00\ntitle: {title}\n---\n\nA card.\n"
        )
        return self

    def publish(self, name: str, *arguments: str, **environment: str) -> Run:
        """`bilan publish`, in a process of its own."""
        return self.typed("publish", name, "--workers", "serial", *arguments, **environment)

    def typed(self, *arguments: str, **environment: str) -> Run:
        done = subprocess.run([sys.executable, "-m", "generator", *arguments], cwd=self.root, capture_output=True, text=True, timeout=120,
                              check=False, env={**bare(), **environment})  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """A command that the test may kill."""
        return subprocess.Popen([sys.executable, "-m", "generator", *arguments], cwd=self.root, env={**bare(), **environment},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip

    def wanted(self, what: str = "", private: bool = False) -> dict[str, bytes]:
        """What a target of a part of the site should hold."""
        prefix = f"{what}/" if what else ""
        return {
            path.removeprefix(prefix): content
            for path, content in self.tree().items()
            if path.startswith(prefix) and (private or "/room/" not in f"/{path}") and path != ".gitignore"
        }


def publisher(root: Path) -> Publisher:
    """A client with a campaign, a report and an export, all of them long past."""
    site = Publisher(root)
    site.write("site.yaml", SITE).write("content/luma/client.yaml", CLIENT)
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("2026", "2020"))
    site.write("content/luma/reports/monthly.md", REPORT.replace("2026", "2020"))
    site.write("content/luma/kpi/overview.csv", x_overview(DAYS))
    site.moment(1, "Open").moment(2, "Second")
    return site


def bare() -> dict[str, str]:
    """An environment without anybody's credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BILAN_", "SSH_", "GOOGLE_", "AZURE_"))} | {
        "PYTHONPATH": str(Path(__file__).parents[1])
    }


def held_by(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that a visitor may ask for, and its bytes."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".bilan-releases/")}


def free_ports(count: int) -> list[int]:
    """Different ones, all of them free a moment ago."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended: {process.args!r}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@dataclass(frozen=True, kw_only=True)
class Ssh:
    """A running SSH server that offers nothing but files."""

    port: int
    folder: Path  # that it serves
    key: Path
    known_hosts: Path

    def settings(self, path: Path, **more: object) -> dict[str, object]:
        return {"kind": "sftp", "server": "127.0.0.1", "port": self.port, "user": getpass.getuser(), "path": str(path),
                "key_file": str(self.key), "known_hosts": str(self.known_hosts), **more}  # fmt: skip


@contextlib.contextmanager
def ssh_server(folder: Path) -> Iterator[Ssh]:
    (port,) = free_ports(1)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(folder / name)], check=True)
    (folder / "authorized").write_bytes((folder / "user.pub").read_bytes())
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join((folder / 'host.pub').read_text().split()[:2])}\n", "utf-8")
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\nStrictModes no\n"
        f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nPidFile {folder}/pid\nSubsystem sftp internal-sftp\n"
        "PermitRootLogin yes\nMaxStartups 50\n",
        "utf-8",
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # its privilege-separation folder
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stdout=log, stderr=log)
    try:
        wait_for(port, process)
        (folder / "www").mkdir()
        yield Ssh(port=port, folder=folder / "www", key=folder / "user", known_hosts=folder / "known_hosts")
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True, kw_only=True)
class S3:
    """A running server that speaks as S3 does."""

    port: int
    bucket: str = "site"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, prefix: str, **more: object) -> dict[str, object]:
        return {"kind": "s3", "bucket": self.bucket, "endpoint": self.endpoint, "prefix": prefix, **more}

    def store(self, prefix: str | None = None) -> S3Store:
        return S3Store(self.bucket, prefix=prefix, endpoint=self.endpoint, access_key_id=KEY, secret_access_key=SECRET, region="us-east-1",
                       client_options={"allow_http": True})  # fmt: skip

    def held(self, prefix: str) -> dict[str, bytes]:
        """What a visitor may ask for below a prefix."""
        store = self.store(prefix)
        names = [meta["path"] for chunk in obstore.list(store) for meta in chunk]
        return {name: bytes(obstore.get(store, name).bytes()) for name in names if not name.startswith(".bilan-releases/")}

    def attributes(self, prefix: str, name: str) -> Mapping[str, str]:
        return {str(key): str(value) for key, value in obstore.get(self.store(prefix), name).attributes.items()}


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[S3]:
    """SeaweedFS, which keeps conditions."""
    identity = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), "utf-8")
    for attempt in range(5):  # a port that was free may be taken meanwhile
        process, port = _start_weed(folder, folder / f"data{attempt}")
        try:
            wait_for(port, process)
            break
        except AssertionError:
            process.kill()
            if attempt == 4:
                raise
    try:
        server = S3(port=port)
        _make_bucket(server)
        yield server
    finally:
        process.kill()  # it takes long to stop by itself
        process.wait(10)


def _start_weed(folder: Path, data: Path) -> tuple[subprocess.Popen[bytes], int]:
    data.mkdir()
    names = (
        "master.port",
        "master.port.grpc",
        "volume.port",
        "volume.port.grpc",
        "filer.port",
        "filer.port.grpc",
        "s3.port.grpc",
        "s3.port",
    )
    ports = free_ports(len(names))
    command = [str(Path(sys.executable).parent / "weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={data}", "-s3",
               f"-s3.config={folder}/s3.json", "-volume.max=20", "-master.volumeSizeLimitMB=64",
               *(f"-{name}={port}" for name, port in zip(names, ports, strict=True))]  # fmt: skip
    with (folder / "weed.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder), ports[-1]


def _make_bucket(server: S3) -> None:
    """Signed by hand: the library that publishes makes no buckets."""
    until = time.monotonic() + 30
    while True:
        try:
            request = urllib.request.Request(f"{server.endpoint}/{server.bucket}", method="PUT", headers=_signed("PUT", server))
            with urllib.request.urlopen(request, timeout=5):
                break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    store = server.store("ready")
    while True:
        try:
            obstore.put(store, "yes", b"yes")
            return
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _signed(method: str, server: S3) -> dict[str, str]:
    """AWS signature, version 4, of a request without body."""
    import hashlib
    import hmac

    def mac(key: bytes, text: str) -> bytes:
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
    nothing = hashlib.sha256(b"").hexdigest()
    host = f"127.0.0.1:{server.port}"
    named = "host;x-amz-content-sha256;x-amz-date"
    asked = f"{method}\n/{server.bucket}\n\nhost:{host}\nx-amz-content-sha256:{nothing}\nx-amz-date:{stamp}\n\n{named}\n{nothing}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = b"AWS4" + SECRET.encode()
    for part in (stamp[:8], "us-east-1", "s3", "aws4_request"):
        key = mac(key, part)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={named}, Signature={signature}"
    return {"Authorization": credential, "x-amz-date": stamp, "x-amz-content-sha256": nothing}


@contextlib.contextmanager
def s3_without_conditions(folder: Path) -> Iterator[S3]:
    """rclone, which answers 200 to a condition that it does not know."""
    (port,) = free_ports(1)
    (folder / "site").mkdir(parents=True)
    keys = ["--auth-key", f"{KEY},{SECRET}", "--config", "/dev/null"]
    command = [str(Path(sys.executable).parent / "rclone"), "serve", "s3", "--addr", f"127.0.0.1:{port}", *keys, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield S3(port=port)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Proxy:
    """Passes requests to an S3 server on, counts and notes them, and does something at one of them."""

    port: int
    writes: list[str] = field(default_factory=list)  # "PUT luma.html", "DELETE x", in order, as they came
    at: Callable[[int, str], str | None] = lambda number, what: None  # "fail", "cut" or None at the n-th write


@contextlib.contextmanager
def s3_proxy(server: S3, certificate: Path | None = None) -> Iterator[tuple[Proxy, S3]]:
    lock = threading.Lock()

    class Passing(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            verdict = None
            if self.command in ("PUT", "DELETE", "POST"):
                with lock:
                    name = self.path.partition("?")[0].removeprefix(f"/{server.bucket}/")
                    proxy.writes.append(f"{'COPY' if self.headers.get('x-amz-copy-source') else self.command} {name}")
                    verdict = proxy.at(len(proxy.writes), proxy.writes[-1])
            if verdict == "cut":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if verdict == "fail":
                self._answer(507, {}, b"<Error><Code>QuotaExceeded</Code></Error>")
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            request = urllib.request.Request(f"{server.endpoint}{self.path}", data=body or None, method=self.command, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    self._answer(answer.status, dict(answer.headers), answer.read())
            except urllib.error.HTTPError as error:
                self._answer(error.code, dict(error.headers), error.read())

        def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on  # noqa: N815  # names of the library

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    passing = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    passing.daemon_threads = True
    if certificate:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        passing.socket = context.wrap_socket(passing.socket, server_side=True)
    proxy = Proxy(port=passing.server_address[1])
    threading.Thread(target=passing.serve_forever, daemon=True).start()
    try:
        yield proxy, S3(port=proxy.port)
    finally:
        passing.shutdown()
        passing.server_close()


@contextlib.contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """A plain web server of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def shown_by(page: bytes) -> list[str]:
    """What a page of the campaign asks for beside itself: style sheet, script, pictures; relative to its folder."""
    found = re.findall(r'(?:href|src)="((?:\.\./)*(?:assets|media)/[^"#?]+)"', page.decode())
    assert found, "a page without a style sheet is no page of Bilan"
    return found


def steps(count: int, few: int) -> list[int]:
    """Every step in a soak; else some, among them the first and the last ones."""
    chosen = random.Random(7).sample(range(1, count + 1), min(few, count))
    return list(range(1, count + 1)) if SOAK else sorted({1, *chosen, count - 1, count})


def edit(site: Publisher) -> None:
    """A page goes, one comes, all change, and so does the style sheet."""
    site.moment(3, "Third").moment(1, "Changed").remove("content/luma/cards/moments/002.md").write(
        "templates/assets/site.css", "p { margin: 0 }"
    )


def leads_nowhere(tree: dict[str, bytes]) -> list[str]:
    """What pages of a tree show and is not in it."""
    pages = {name: content for name, content in tree.items() if name.endswith(".html") and content}
    asked = {(name, normpath(join(dirname(name), each))) for name, page in pages.items() for each in shown_by(page)}
    return [f"{name}: {each}" for name, each in sorted(asked) if each not in tree]


def mixed(tree: dict[str, bytes], *releases: dict[str, bytes]) -> list[str]:
    """Files that are of none of the releases, or not whole."""
    return [name for name, content in tree.items() if all(release.get(name) != content for release in releases)]


def read(base: Path) -> dict[str, bytes]:
    if not base.exists() or ((base / "releases").is_dir() and not (base / "current").exists()):
        return {}
    return held_by(base / "current") if (base / "current").exists() else held_by(base)
