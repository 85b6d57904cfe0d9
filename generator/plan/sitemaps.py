"""sitemap.xml and robots.txt of every place that is published: only pages that search engines may show are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from generator.model.content import ClientContent
from generator.model.outputs import Job, Output
from generator.model.site import Site
from generator.plan.scope import Shelf
from generator.problems import Location

MOST = 50_000  # addresses that one site map may have
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def plan_site_maps(site: Site, clients: Iterable[ClientContent], shelf: Shelf) -> None:
    """One pair for the site, and one for each campaign that is published at an address of its own. The room of a client is in none."""
    public = [(output.path, address) for output in shelf.outputs() if (address := _public(output))]
    for client in clients:
        for campaign in client.campaigns:
            if campaign.url and not campaign.unlisted:
                folder = f"{campaign.place}/"
                of_it = [address for path, address in public if path.startswith(folder)]
                public = [(path, address) for path, address in public if not path.startswith(folder)]
                _put(shelf, folder, campaign.client, campaign.at, campaign.url, of_it)
    _put(shelf, "", "", site.at, site.url, [address for _, address in public])


def _public(output: Output) -> str | None:
    """The address of a page that search engines may show."""
    if output.job.renderer != "page" or output.job.data["page"]["noindex"]:
        return None
    return str(output.job.data["page"]["canonical"] or "") or None


def _put(shelf: Shelf, folder: str, owner: str, at: Location, base: str | None, addresses: Sequence[str]) -> None:
    """robots.txt forbids nothing: a page that is not for search engines says so itself, and naming it here would tell where it is."""
    robots = "User-agent: *\nAllow: /\n"
    if base:
        robots += f"\nSitemap: {base.rstrip('/')}/sitemap.xml\n"
        for name, text in _site_maps(base, addresses):
            shelf.put(_text(f"{folder}{name}", text, owner, at))
    shelf.put(_text(f"{folder}robots.txt", robots, owner, at))


def _site_maps(base: str, addresses: Sequence[str]) -> Iterator[tuple[str, str]]:
    """sitemap.xml; beyond its limit, an index of that name and the parts."""
    if len(addresses) <= MOST:
        yield "sitemap.xml", _xml("urlset", "url", addresses)
        return
    parts = [addresses[start : start + MOST] for start in range(0, len(addresses), MOST)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield "sitemap.xml", _xml("sitemapindex", "sitemap", [f"{base.rstrip('/')}/{name}" for name in names])
    for name, part in zip(names, parts, strict=True):
        yield name, _xml("urlset", "url", part)


def _xml(whole: str, each: str, addresses: Sequence[str]) -> str:
    lines = "".join(f"<{each}><loc>{escape(address)}</loc></{each}>\n" for address in addresses)
    return f"{HEAD}<{whole} {SPACE}>\n{lines}</{whole}>\n"


def _text(path: str, text: str, owner: str, at: Location) -> Output:
    return Output(path=path, job=Job(renderer="text", language="en", data={"text": text}), owner=owner, at=at)
