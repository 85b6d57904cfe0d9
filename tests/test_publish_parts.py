"""The parts of publishing that need no target: settings, kinds of file, host files, records, the order."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.model.targets import COMMON, KEYS, Target
from generator.publish.changes import compare, too_many
from generator.publish.hosts import host_files
from generator.publish.kinds import ASK, FOR_EVER, NOBODY, SHORTLY, kind_of, turn
from generator.publish.manifest import DamagedError, Piece, Release, new_release, read_release
from tests.conftest import SITE, command
from tests.publishkit import Publisher, publisher

CSS, FONT, PICTURE = (
    "novea/cards/assets/site.43ad65f14c.css",
    "assets/fonts/fraunces-5.3.0-latin-600.woff2",
    "novea/cards/media/team-0123456789-480.jpg",
)
SEGMENT, HEAD = "novea/cards/live/0123456789abcdef.json", "novea/cards/live/head.json"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("kind: s3\n    bucket: x\n    secret_access_key: hunter2hunter2", "secret-in-file"),
        ("kind: s3\n    bucket: x\n    access_key_id: hunter2hunter2", "secret-in-file"),
        ("kind: sftp\n    server: x\n    path: /x\n    password: hunter2hunter2", "secret-in-file"),
        ("kind: s3\n    bucket: x\n    endpoint: https://me:hunter2hunter2@store.example", "secret-in-file"),
        ("kind: folder\n    path: x\n    url: https://me:hunter2hunter2@store.example", "secret-in-file"),
        ("kind: s3\n    bucket: x\n    endpoint: http://store.example", "publish-in-the-open"),
        ("kind: s3\n    bukket: x", "unknown-key"),
        ("kind: folder\n    path: x\n    bucket: y", "unknown-key"),
        ("kind: sftp\n    path: /x", "missing-key"),
        ("kind: ftp\n    path: /x", "unknown-word"),
        ("kind: folder\n    path: x\n    what: ../novea", "bad-part"),
        ("kind: folder\n    path: x\n    keep: 0", "bad-range"),
        ("kind: folder\n    path: x\n    private: true\n    without: private", "contradicting-keys"),
    ],
)
def test_x5_settings_that_cannot_be(tmp_path: Path, settings: str, code: str) -> None:
    """X5, Y7: secrets in site.yaml, keys of another kind and misspelt ones are errors with their line, and no secret is repeated."""
    site = publisher(tmp_path).write("site.yaml", f"{SITE}targets:\n  live:\n    {settings}\n")

    done = command("publish", "live", "--site", site.root)

    assert done.code == 1
    assert f"{code} " in done.err
    assert done.err.startswith("site.yaml:")
    assert "hunter2" not in done.out + done.err


def test_a_misspelt_target_is_named(tmp_path: Path) -> None:
    """The nearest target is suggested, and all are listed; so it is for the other commands."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path="../www")

    runs = [command(name, "lvie", "--site", site.root) for name in ("publish", "rollback", "releases")]

    assert [done.code for done in runs] == [1, 1, 1]
    assert all('did you mean "live"?' in done.err for done in runs)


@pytest.mark.parametrize("path", [".", "output", "content/luma", "..", "output/live", "receipts", ".git"])
def test_a_folder_of_the_site_is_no_target(tmp_path: Path, path: str) -> None:
    """What is built from, or into, is never published over."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path=path)

    done = command("publish", "live", "--site", site.root)

    assert (done.code, done.err.count("target-inside")) == (4, 1)


def test_site_yaml_is_never_published(tmp_path: Path) -> None:
    """X5: neither the settings nor anything else beside the output is at the target."""
    site = publisher(tmp_path / "site").target("live", kind="folder", path="../www", layout="in-place", private=True, without=None)
    site.publish("live")

    files = [path for path in (tmp_path / "www").rglob("*") if path.is_file()]

    assert files
    assert not [path for path in files if path.name.endswith((".yaml", ".md", ".sqlite3")) or b"targets:" in path.read_bytes()]


def test_how_long_each_kind_may_be_kept() -> None:
    """Names with a digest for ever, heads for seconds, the rest never without asking, private files by nobody between."""
    assert {name: kind_of(name, "public").cache for name in (CSS, FONT, PICTURE, SEGMENT)} == dict.fromkeys(
        (CSS, FONT, PICTURE, SEGMENT), FOR_EVER
    )
    assert kind_of(HEAD, "public").cache == SHORTLY
    assert {kind_of(name, "public").cache for name in ("index.html", "feed.xml", "robots.txt", "assets/site.css", "media/logo.png")} == {
        ASK
    }
    assert kind_of(CSS, "private").cache == NOBODY


def test_the_order_in_which_files_go_out() -> None:
    """Assets and segments, pages, what names pages, fronts, heads."""
    names = [HEAD, "index.html", "sitemap.xml", "m-001.html", SEGMENT, CSS, "report.pdf"]

    assert sorted(names, key=turn)[-4:] == ["m-001.html", "sitemap.xml", "index.html", HEAD]


def piece(digit: str, access: str = "public") -> Piece:
    return Piece(digest=digit * 32, size=1, access=access)  # type: ignore[arg-type]


def test_what_was_private_is_known_by_its_bytes_too() -> None:
    """J13: a private document that appears at a public address of another name is found."""
    before = new_release({"room/report.pdf": piece("a", "private"), CSS: piece("b", "private")}, "site", datetime(2026, 1, 1, tzinfo=UTC))

    moved = compare(before, {"press/report.pdf": piece("a"), CSS: piece("b", "private"), "other.css": piece("b")})

    assert moved.opened == ["press/report.pdf"]
    assert compare(before, {"room/report.pdf": piece("c")}).opened == ["room/report.pdf"]


def test_superseded_assets_are_no_deletions() -> None:
    """A new style sheet in 300 campaigns does not need to be confirmed; 101 pages do, and most of a small site."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    sheets = {f"c{number}/assets/site.43ad65f14c.css": piece("a") for number in range(300)}
    pages = {f"p{number}.html": piece("a") for number in range(1000)}
    few = {f"p{number}.html": piece("a") for number in range(10)}

    assert not too_many(compare(new_release(sheets | pages, "site", at), pages), 100)
    assert too_many(compare(new_release(pages, "site", at), dict(list(pages.items())[101:])), 100)
    assert not too_many(compare(new_release(pages, "site", at), dict(list(pages.items())[100:])), 100)
    assert too_many(compare(new_release(few, "site", at), dict(list(few.items())[6:])), 100)


def test_a_record_is_read_as_it_was_written() -> None:
    """Nothing of a release is lost, whatever its addresses are called."""
    files = {"index.html": piece("a"), "é ü/ñ'\".html": piece("b", "unlisted"), "room/a.pdf": piece("c", "private"), ".well/x": piece("d")}
    release = new_release(files, "novea/cards", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), cut=True, after="before")

    assert read_release(release.write()) == Release(
        **{**{name: getattr(release, name) for name in Release.__slots__}, "touched": frozenset()}
    )


@pytest.mark.parametrize("address", ["../x", "/x", "a/../x", "a//x", "a/", "", "a\\x", "a\nx", "./a", "a/.", ".."])
def test_a_record_with_a_way_out_is_no_record(address: str) -> None:
    """U4: an address that could lead out of the target is refused, and the record with it."""
    written = new_release({"index.html": piece("a")}, "site", datetime(2026, 1, 1, tzinfo=UTC)).write().decode()
    forged = written.replace('"index.html"', json.dumps(address))

    with pytest.raises(DamagedError):
        read_release(forged.encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"format": 2}', b"{" * 5000])
def test_a_damaged_record_is_refused(content: bytes) -> None:
    """X3: what cannot be read decides nothing."""
    with pytest.raises(DamagedError):
        read_release(content)


# ---- hosts ------------------------------------------------------------------------------------------------------------

ADDRESSES = [
    "index.html",
    "assets/site.43ad65f14c.css",
    FONT,
    "novea/index.html",
    "novea/assets/site.43ad65f14c.css",
    CSS,
    PICTURE,
    SEGMENT,
    HEAD,
]
MOVED = [("/old.html", "/new.html")]


def target(**settings: object) -> Target:
    return Target.model_validate({"kind": "folder", "path": "x", **settings})


@pytest.mark.parametrize("host", ["netlify", "cloudflare"])
def test_headers_for_hosts_that_read_them(host: str) -> None:
    """Each address has one rule for caching at most, for these hosts join the values of rules that overlap."""
    made = host_files(target(host=host), ADDRESSES, MOVED)
    rules = made["_headers"].decode().split("\n/")

    assert made["_redirects"] == b"/old.html /new.html 301\n"
    assert [rule.splitlines()[0].lstrip("/") for rule in rules if "immutable" in rule] == [
        "assets/*", ":part0/assets/*", ":part0/:part1/assets/*", ":part0/:part1/media/*",
    ]  # fmt: skip
    assert [rule.splitlines()[0] for rule in rules if "max-age=5" in rule] == [HEAD]
    assert "nosniff" in rules[0]


def test_a_folder_with_names_that_may_change_is_not_kept_for_ever() -> None:
    """One file without a digest among the assets, and hosts are told nothing of that folder."""
    headers = host_files(target(host="netlify"), ["assets/site.43ad65f14c.css", "assets/logo.svg"])["_headers"]

    assert b"immutable" not in headers


def test_a_private_target_tells_search_engines_to_stay_away() -> None:
    """Rules of a private target forbid caches between, and search engines, everything."""
    for host in ("netlify", "cloudflare", "apache", "nginx"):
        text = b"".join(host_files(target(host=host, private=True), ADDRESSES).values())

        assert (b"noindex" in text, b"public, max-age" in text) == (True, False), host


def test_the_domain_of_github_pages() -> None:
    """CNAME holds the host of `url`, and names with an underscore are let through."""
    made = host_files(target(host="github", url="https://cards.novea.example/x/"), ADDRESSES)

    assert made == {"CNAME": b"cards.novea.example\n", ".nojekyll": b""}
    assert "CNAME" not in host_files(target(host="github", url="https://agency.github.io/cards/"), ADDRESSES)
    assert host_files(target(), ADDRESSES) == {}


def test_rules_for_apache_hide_the_records() -> None:
    """.htaccess: redirects, headers, and nothing of the folder that is Bilan's own."""
    text = host_files(target(host="apache"), ADDRESSES, MOVED)[".htaccess"].decode()

    assert "RedirectMatch 301 ^/old\\.html$ /new.html" in text
    assert "RedirectMatch 404 ^(/.*)?/\\.bilan-releases(/|$)" in text


def test_rules_for_nginx_are_rules_that_nginx_takes(tmp_path: Path) -> None:
    """The snippet stands in a server block, and nginx itself finds no mistake in it; it serves headers as it says."""
    snippet = host_files(target(host="nginx"), ADDRESSES, MOVED)[".bilan-nginx.conf"]
    (tmp_path / "snippet").write_bytes(snippet)
    server = f"listen 127.0.0.1:8; include {tmp_path}/snippet;"
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{ server {{ {server} }} }}\n",
        "utf-8",
    )

    checked = subprocess.run(["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr


def test_host_files_are_published_and_follow(tmp_path: Path) -> None:
    """They are part of a release: there with it, and gone when the target has another host."""
    site: Publisher = publisher(tmp_path / "site").target(
        "live", kind="folder", path="../www", layout="in-place", what="luma/cards", host="netlify"
    )
    site.publish("live")
    first = (tmp_path / "www/_headers").read_text("utf-8")
    site.write("site.yaml", (site.root / "site.yaml").read_text("utf-8").replace("netlify", "apache"))

    done = site.publish("live")

    assert "/assets/*\n  Cache-Control: public, max-age=31536000, immutable" in first
    assert done.code == 0
    assert (tmp_path / "www/.htaccess").is_file()
    assert not (tmp_path / "www/_headers").exists()


# ---- the documentation ------------------------------------------------------------------------------------------------

GUIDE = (Path(__file__).parents[1] / "docs/publishing.md").read_text("utf-8")


def test_the_targets_of_the_guide_are_targets(tmp_path: Path) -> None:
    """The example of docs/publishing.md is a site.yaml without a mistake."""
    (example,) = re.findall(r"```yaml\n(targets:\n.*?)```", GUIDE, flags=re.S)
    site = publisher(tmp_path).write("site.yaml", SITE + example)

    done = command("releases", "nowhere", "--site", site.root)

    assert "targets: live, preview, room" in done.err


@pytest.mark.parametrize("kind", sorted(KEYS))
def test_each_key_of_a_target_is_in_the_guide(kind: str) -> None:
    """The table of docs/publishing.md has every key that a kind takes, beside that kind."""
    rows = [line.split("|")[1:3] for line in GUIDE.splitlines() if line.startswith("| `")]
    told = {key for keys, kinds in rows for key in re.findall(r"`(\w+)`", keys) if kind in kinds or "all" in kinds}

    assert {*COMMON, *KEYS[kind]} - told == set()
