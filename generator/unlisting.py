"""An address that nobody guesses for a page, a campaign or a room: made once, kept in the client's addresses.yaml, exchanged on request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import planning
from generator.config import load_clients, load_site
from generator.content.campaigns import read_campaigns
from generator.content.cards import CARDS
from generator.content.pages import read_page
from generator.content.walk import relative
from generator.facts.readings import Readings
from generator.model.site import Client, Site, UnlistedAddress
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
    cards: Sequence[tuple[str, str]] = ()  # of a campaign's private cards: each one's id and address


def unlist(root: Path, what: str, *, rotate: bool) -> Unlisted:
    """The address of client/campaign, client/campaign/page or client/room, or those of the private cards of client/campaign/cards.csv; new
    ones where there are none, or with `rotate`."""
    planning.require_site(root)
    problems = Problems()
    site = load_site(root, problems)
    slug, _, of = what.strip("/").partition("/")
    client = next((each for each in load_clients(site, problems) if each.slug == slug), None)
    place = _place(site, client, of) if client else None
    if client is None or place is None:
        fix = "name a client's room, a campaign, or a page of one: novea/room, novea/novacardz, novea/novacardz/coulisses"
        raise BilanError([Problem(code="nothing-to-unlist", message=f'there is no "{what}"', at=Location(path="content"), fix=fix)])
    source, of = place
    if slug in blocked_owners(problems.errors):
        raise BilanError(problems.errors)
    known, addresses = client.addresses.get(of), client.addresses
    if known is None or rotate:
        former = (*known.former, known.segment) if known else ()
        known = UnlistedAddress(of=of, segment=secrets.token_hex(16), former=former)
        addresses = {**addresses, of: known}
        _write(root, client, addresses)
    if of.endswith(f"/{CARDS}"):
        client = client.model_copy(update={"addresses": addresses})
        cards = _cards(site, client, of.partition("/")[0])
        return Unlisted(address=f"{slug}/{of}", source=source, said=True, rotated=bool(known.former), cards=cards)
    return Unlisted(address=_address(slug, of, addresses), source=source, said=_says(root / source), rotated=bool(known.former))


def _cards(site: Site, client: Client, slug: str) -> list[tuple[str, str]]:
    """Those that moderation has let through."""
    found = read_campaigns(site, client, site.root / "content" / client.slug, Readings(), Problems())
    campaign = next((each for each in found if each.slug == slug), None)
    cards = campaign.participants if campaign else ()
    return [(card.id, f"{campaign.place}/cards/{card.card.segment}.html") for card in cards if campaign and card.card and card.card.segment]


def _place(site: Site, client: Client, of: str) -> tuple[str, str] | None:
    """The file in which it has to say unlisted: true, and the name under which its address is recorded: of a page, its slug."""
    campaign, _, page = of.partition("/")
    folder = site.root / "content" / client.slug
    if not campaign or campaign in (".", "..") or of.endswith("/"):
        return None
    if page == CARDS:
        path = folder / campaign / CARDS
        return (relative(path, site.root), of) if path.is_file() else None
    if page:
        found = [path for path in sorted((folder / campaign).glob("*.md")) if not path.name.startswith("index.")]
        slugs = {path: read.slug if (read := read_page(path, site, client.timezone, Problems(), client)) else path.stem for path in found}
        return next(((relative(path, site.root), f"{campaign}/{slug}") for path, slug in slugs.items() if page in (slug, path.stem)), None)
    path = folder / ("client.yaml" if of == "room" else f"{campaign}/index.md")
    return (relative(path, site.root), of) if path.is_file() else None


def _address(client: str, of: str, addresses: Mapping[str, UnlistedAddress]) -> str:
    """A page of an unlisted campaign stands below the address of that."""
    campaign, _, page = of.partition("/")
    folder = addresses[campaign].segment if campaign in addresses else campaign
    return f"{client}/{folder}/{addresses[of].segment}.html" if page else f"{client}/{folder}/index.html"


def _says(path: Path) -> bool:
    return "unlisted: true" in path.read_text("utf-8")


def _write(root: Path, client: Client, addresses: Mapping[str, UnlistedAddress]) -> None:
    lines = [HEAD]
    for of, each in sorted(addresses.items()):
        lines.append(f"  - of: {of}\n    segment: {each.segment}\n")
        lines += [f"    former: [{', '.join(each.former)}]\n"] if each.former else []
    put_in_place(root / "content" / client.slug / "addresses.yaml", "".join(lines).encode())
