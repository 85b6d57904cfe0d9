"""What was read, with only the files read again that have changed: for a preview, which cannot wait for the rest."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from generator.content.campaigns import RESERVED, latest_first, read_campaign
from generator.content.moments import read_moments, read_one
from generator.content.reports import read_reports
from generator.facts.readings import Readings
from generator.model.content import Campaign, ClientContent, Moment
from generator.model.site import Site
from generator.problems import Problems


def read_again(content: ClientContent, changed: Iterable[str], site: Site, readings: Readings, problems: Problems) -> ClientContent | None:
    """A client's content after a change of some of its files, named relative to its folder; None where all of it is to be read."""
    for name in sorted(changed):
        top, _, below = name.partition("/")
        campaign = next((each for each in content.campaigns if each.slug == top), None)
        if top == "reports":
            folder = site.root / "content" / content.client.slug / "reports"
            content = replace(content, reports=read_reports(site, content.client, folder, problems))
        elif campaign is None:
            if top in RESERVED or not below:
                continue  # exports and settings are not content
            return None
        elif (new := _campaign_again(campaign, below, content, site, readings, problems)) is None:
            return None
        else:
            others = (each for each in content.campaigns if each is not campaign)
            content = replace(content, campaigns=latest_first([*others, new]))
    return content


def _campaign_again(
    campaign: Campaign, name: str, content: ClientContent, site: Site, readings: Readings, problems: Problems
) -> Campaign | None:
    path, folder = PurePosixPath(name), site.root / campaign.folder
    if path.parts[0] == "moments" and path.suffix == ".md":
        known = _with_moment(campaign, folder / name, content, site, problems)
        if known is not None:
            return known
    moments = read_moments(site, content.client, folder, readings, problems)
    return read_campaign(site, content.client, folder, problems, moments)


def _with_moment(campaign: Campaign, path: Path, content: ClientContent, site: Site, problems: Problems) -> Campaign | None:
    """The campaign with one moment read again; None where another moment, or what is on record for it, may be concerned."""
    name = path.relative_to(site.root).as_posix()
    old = next((moment for moment in campaign.moments if moment.at.path == name), None)
    new = read_one(path, name, site, content.client, problems)[0] if path.is_file() else None
    if old is None or new is None or old.rights or _known_by(old) != _known_by(new):
        return None
    moments = [moment for moment in campaign.moments if moment is not old]
    insort(moments, new, key=lambda moment: (moment.instant, moment.slug))
    return replace(campaign, moments=tuple(moments))


def _known_by(moment: Moment) -> tuple[str | None, ...]:
    """By what addresses and records of consent know a moment."""
    return moment.id, moment.slug, moment.handle, moment.platform
