"""Everything known → Outputs: each with exactly the values that it shows. Collisions of addresses are found here."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from generator import extensions
from generator.facts import built_with
from generator.model.clock import Clock
from generator.model.content import Campaign, ClientContent, Content, PictureFile
from generator.model.figures import Figures, month_of
from generator.model.outputs import Output
from generator.model.site import Site, agency_as_client
from generator.plan.added import run_checks
from generator.plan.bundles import Theme
from generator.plan.campaigns import plan_campaign
from generator.plan.cuts import compare_cuts
from generator.plan.fronts import plan_agency, plan_client
from generator.plan.proofreading import proofread
from generator.plan.reports import plan_room
from generator.plan.scope import Scope, Shelf
from generator.plan.sitemaps import plan_site_maps
from generator.problems import Location, Problems

__all__ = ["compare_cuts", "plan_outputs", "proofread_reports"]

LookUp = Callable[[str, Location], PictureFile | None]


def plan_outputs(
    site: Site, content: Content, figures: Mapping[str, Figures], theme: Theme, clock: Clock, look: LookUp, problems: Problems,
    templates: str, wanted: frozenset[str] | None = None,
) -> Sequence[Output]:  # fmt: skip
    """Every file of the output folder, or those of the addresses `wanted`, in order of path. `figures` by client; those of "" are the
    agency's, who has none. `templates`: a digest of the theme's."""
    shelf, made_by = Shelf(problems, wanted), f"{built_with()} {templates}"
    scopes = [_client_scope(site, each, figures[each.client.slug], clock, look, shelf, problems) for each in content.clients]
    for scope in scopes:
        plan_client(scope, theme)
        for campaign in scope.content.campaigns:
            folder = f"{scope.client.slug}/{campaign.slug}"
            plan_campaign(campaign, replace(scope, campaign=campaign, folder=folder, cards={}), theme, made_by)
        plan_room(replace(scope, folder=f"{scope.client.slug}/room", access="private", cards={}), theme)
    nobody = ClientContent(client=agency_as_client(site), campaigns=(), reports=())
    front = _client_scope(site, nobody, figures[""], clock, look, shelf, problems)
    plan_agency(content, scopes, front, theme)
    if shelf.whole:
        plan_site_maps(site, content, shelf)
        compare_cuts(shelf.outputs(), problems)
        run_checks(shelf.outputs(), problems)
        problems.extend(extensions.refused())
    return shelf.outputs()


def proofread_reports(
    site: Site, content: Content, figures: Mapping[str, Figures], outputs: Sequence[Output], clock: Clock, look: LookUp, problems: Problems
) -> None:
    """Reads the commentaries of all reports beside what was planned for them."""
    shelf = Shelf(Problems())
    proofread(
        outputs,
        [_client_scope(site, each, figures[each.client.slug], clock, look, shelf, Problems()) for each in content.clients],
        problems,
    )


def _client_scope(
    site: Site, content: ClientContent, figures: Figures, clock: Clock, look: LookUp, shelf: Shelf, problems: Problems
) -> Scope:
    content = replace(content, campaigns=tuple(_so_far(campaign, clock) for campaign in content.campaigns))
    client = content.client
    day = figures.last_day or clock.today(client.timezone)
    return Scope(
        site=site,
        content=content,
        figures=figures,
        period=month_of(day),
        campaign=None,
        folder=client.slug,
        language=client.language,
        clock=clock,
        look=look,
        shelf=shelf,
        problems=problems,
    )


def _so_far(campaign: Campaign, clock: Clock) -> Campaign:
    """A campaign without the moments whose hour has not come, or is over."""
    come = bisect_right(campaign.moments, clock.now, key=lambda moment: moment.instant)
    if come < len(campaign.moments):
        clock.passed(campaign.moments[come].instant)  # the next one to come
    over = {moment.id for moment in campaign.moments[:come] if moment.until and clock.passed(moment.until)}
    if come == len(campaign.moments) and not over:
        return campaign
    return replace(campaign, moments=tuple(moment for moment in campaign.moments[:come] if moment.id not in over))
