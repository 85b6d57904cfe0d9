"""Everything that a site's files say → what is to be made of it: the flow up to the plan. Nothing is written, nothing rendered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.facts import Readings
from generator.model.clock import Clock
from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem, Problems
from generator.seals import Secrets
from generator.theme import drawn_digest, templates_digest, theme_assets, theme_folders

if TYPE_CHECKING:
    from generator.metrics import Dictionary
    from generator.model.content import Content
    from generator.model.conversation import Conversation
    from generator.model.figures import Figures
    from generator.model.kpi import Data
    from generator.model.site import Client, Site
    from generator.render import Theme


def require_site(root: Path) -> None:
    """Raises BilanError where there is no site.yaml, before anything is created there."""
    if not (root / "site.yaml").is_file():
        fix = "go to the site's folder, name it with --site DIR, or begin one with: bilan new DIR"
        raise BilanError([Problem(code="no-site", message="there is no site.yaml here", at=Location(path="site.yaml"), fix=fix)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that a site's files say."""

    site: Site
    content: Content
    figures: Mapping[str, Figures]  # by client; those of "" are the agency's, who has none


def read(root: Path, clock: Clock, problems: Problems, readings: Readings) -> Sources:
    """Everything that is in the site's files, and the figures that come of it."""
    # imported here: together these cost a second, which a build with nothing to do must not pay
    from generator.config import load_clients, load_site
    from generator.content import read_content
    from generator.metrics import load_dictionary

    site = load_site(root, problems)
    clients = load_clients(site, problems)
    content = read_content(site, clients, readings, problems)
    dictionary = load_dictionary(root, problems)
    figures = {client.slug: figures_of(client, site, clock, dictionary, readings, problems) for client in clients}
    return Sources(site=site, content=content, figures=figures | {"": no_figures(site)})


def figures_of(client: Client, site: Site, clock: Clock, dictionary: Dictionary, readings: Readings, problems: Problems) -> Figures:
    """A client's figures; its exports are read again only when they, or what says how to read them, have changed."""
    from generator.exports import read_conversation, read_exports
    from generator.metrics import compute_figures

    today, folder = clock.now.date(), site.root / "content" / client.slug
    exports = [f"content/{client.slug}/{name}" for name in ("kpi", "conversation", "client.yaml")]

    def data_of() -> tuple[Data, Conversation, Problems]:
        found = Problems()
        data = read_exports(folder / "kpi", root=site.root, client=client, limits=site.limits, problems=found, today=today)
        return data, read_conversation(folder / "conversation", root=site.root, client=client, limits=site.limits, problems=found), found

    def book_of() -> tuple[Figures, Problems]:
        bare = client.model_copy(update={"counters": (), "annotations": (), "goals": ()})
        data, talk, found = readings.same(f"exports of {client.slug}", exports, (bare, site.limits, today), data_of)
        return compute_figures(client, data, talk, dictionary), found

    below = [*exports, "content/metrics.yaml"]
    figures, found = readings.same(f"figures of {client.slug}", below, (client, site.limits, today), book_of)
    problems.extend(found)
    return figures


def no_figures(site: Site) -> Figures:
    """The agency's, which has no exports."""
    from generator.metrics import compute_figures
    from generator.model.kpi import no_data
    from generator.model.site import agency_as_client

    return compute_figures(agency_as_client(site), no_data(""))


def plan(
    root: Path, clock: Clock, problems: Problems, readings: Readings | None = None, secrets: Secrets | None = None
) -> tuple[Sequence[Output], Theme]:
    """Everything that is to be made, and the theme in which it is."""
    readings = readings or Readings()
    return plan_all(read(root, clock, problems, readings), clock, problems, secrets, readings)


def plan_all(
    sources: Sources, clock: Clock, problems: Problems, secrets: Secrets | None = None, readings: Readings | None = None
) -> tuple[Sequence[Output], Theme]:
    """The plan of what was read."""
    from generator.config import load_keys
    from generator.content.pictures import FilesOfASite
    from generator.plan import plan_outputs
    from generator.render.words import words_of

    theme = theme_of(sources.site)
    album = FilesOfASite(sources.site, readings or Readings(), problems)
    clients = [each.client for each in sources.content.clients]
    keys = load_keys(sources.site, clients, secrets or Secrets(os.environ), problems)
    outputs = plan_outputs(
        sources.site, sources.content, sources.figures, keys, theme_assets(theme.folders), clock, album, problems,
        templates_digest(theme.folders), drawn=drawn_digest(theme.folders), words_of=words_of(theme, problems),
    )  # fmt: skip
    return outputs, theme


def theme_of(site: Site) -> Theme:
    """The templates in which a site is made, and their limits."""
    from generator.render import Theme

    return Theme(root=site.root, folders=tuple(theme_folders(site.root)), limits=site.limits)


def proofread(sources: Sources, outputs: Sequence[Output], clock: Clock, problems: Problems) -> None:
    """What commentaries say beside the figures of their reports."""
    from generator.content.pictures import FilesOfASite
    from generator.plan import proofread_reports

    album = FilesOfASite(sources.site, Readings(), Problems())
    proofread_reports(sources.site, sources.content, sources.figures, outputs, clock, album, problems)
