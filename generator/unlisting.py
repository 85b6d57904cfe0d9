"""An address that nobody guesses for a page, a campaign or a room: made once, kept in the client's addresses.yaml, exchanged on request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import pipeline
from generator.config import load_clients, load_site
from generator.model.site import Client, UnlistedAddress
from generator.problems import BilanError, Location, Problem, Problems, blocked_owners
from generator.write import put_in_place

HEAD = "# Written by bilan unlist. Keep it with the site: whoever has these addresses can read what is there.\naddresses:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """An address below the output folder, and where the thing has to say that it is unlisted."""

    address: str
    source: str
    said: bool  # whether it says so already
    rotated: bool


def unlist(root: Path, what: str, *, rotate: bool) -> Unlisted:
    """The address of client/campaign, client/campaign/page or client/room; a new one where there is none, or with `rotate`."""
    pipeline.require_site(root)
    problems = Problems()
    site = load_site(root, problems)
    slug, _, of = what.strip("/").partition("/")
    client = next((each for each in load_clients(site, problems) if each.slug == slug), None)
    source = _source(root, slug, of)
    if client is None or source is None:
        fix = "name a client's room, a campaign, or a page of one: novea/room, novea/novacardz, novea/novacardz/coulisses"
        raise BilanError([Problem(code="nothing-to-unlist", message=f'there is no "{what}"', at=Location(path="content"), fix=fix)])
    if slug in blocked_owners(problems.errors):
        raise BilanError(problems.errors)
    known = client.addresses.get(of)
    if known is None or rotate:
        former = (*known.former, known.segment) if known else ()
        known = UnlistedAddress(of=of, segment=secrets.token_hex(16), former=former)
        _write(root, client, {**client.addresses, of: known})
    return Unlisted(address=_address(slug, of, known), source=source, said=_says(root / source), rotated=bool(known.former))


def _source(root: Path, client: str, of: str) -> str | None:
    """The file in which it has to say unlisted: true."""
    campaign, _, page = of.partition("/")
    name = "client.yaml" if of == "room" else f"{campaign}/{page}.md" if page else f"{campaign}/index.md"
    return f"content/{client}/{name}" if client and of and ".." not in of and (root / "content" / client / name).is_file() else None


def _address(client: str, of: str, known: UnlistedAddress) -> str:
    campaign, _, page = of.partition("/")
    return f"{client}/{campaign}/{known.segment}.html" if page else f"{client}/{known.segment}/index.html"


def _says(path: Path) -> bool:
    return "unlisted: true" in path.read_text("utf-8")


def _write(root: Path, client: Client, addresses: Mapping[str, UnlistedAddress]) -> None:
    lines = [HEAD]
    for of, each in sorted(addresses.items()):
        lines.append(f"  - of: {of}\n    segment: {each.segment}\n")
        lines += [f"    former: [{', '.join(each.former)}]\n"] if each.former else []
    put_in_place(root / "content" / client.slug / "addresses.yaml", "".join(lines).encode())
