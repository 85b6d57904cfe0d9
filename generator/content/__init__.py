"""content/ → Content: campaigns, pages, moments and reports as records; every problem of every file at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.content.campaigns import read_campaigns
from generator.content.pages import read_page
from generator.content.posts import read_posts
from generator.content.reports import read_reports, refuse_strangers
from generator.content.rights import read_forgotten
from generator.content.strays import refuse_strays
from generator.content.walk import refuse_broken_names, refuse_outside_links
from generator.facts.readings import Readings
from generator.located import read_shape
from generator.model.content import ClientContent, Content, Redirect, RedirectsFile
from generator.model.site import Client, Site
from generator.problems import Problems

__all__ = ["read_content"]


def read_content(site: Site, clients: Sequence[Client], readings: Readings, problems: Problems) -> Content:
    """Everything that authors wrote, one record a thing."""
    folder = site.root / "content"
    refuse_broken_names(site.root, folder)
    refuse_outside_links(site.root, (folder, site.root / "templates"), problems)
    refuse_strangers(site, clients, problems)
    refuse_strays(site, clients, problems)
    front = folder / "index.md"
    return Content(
        front=read_page(front, site, site.timezone, problems) if front.is_file() else None,
        redirects=_read_redirects(site, problems),
        clients=tuple(_read_client(site, client, folder / client.slug, readings, problems) for client in clients),
    )


def _read_redirects(site: Site, problems: Problems) -> tuple[Redirect, ...]:
    path = site.root / "content" / "redirects.yaml"
    read = read_shape(path, "content/redirects.yaml", RedirectsFile, problems) if path.exists() else None
    if read is None:
        return ()
    file, document = read
    rules = enumerate(file.redirects)
    return tuple(Redirect(source=rule.source, target=rule.target, at=document.place(("redirects", number))) for number, rule in rules)


def _read_client(site: Site, client: Client, folder: Path, readings: Readings, problems: Problems) -> ClientContent:
    return ClientContent(
        client=client,
        campaigns=read_campaigns(site, client, folder, readings, problems),
        reports=read_reports(site, client, folder / "reports", problems),
        forgotten=read_forgotten(site, folder, problems),
        posts=read_posts(site, client, folder, problems),
    )
