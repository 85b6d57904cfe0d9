"""Everything known → Outputs: each with exactly the values that it shows. Collisions of addresses are found here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from generator import extensions
from generator.model.clock import Clock
from generator.model.content import ClientContent, Content, PictureFile
from generator.model.figures import Figures, month_of
from generator.model.outputs import Output
from generator.model.site import Site, agency_as_client
from generator.plan.added import run_checks
from generator.plan.bundles import Theme
from generator.plan.campaigns import plan_campaign
from generator.plan.dates import is_out, is_over, out_and_over
from generator.plan.endings import plan_endings
from generator.plan.fronts import plan_agency, plan_client
from generator.plan.locked import plan_locked
from generator.plan.reports import plan_room
from generator.plan.rights import permitted
from generator.plan.scope import Scope, Shelf
from generator.plan.sitemaps import plan_site_maps
from generator.problems import Location, Problems
from generator.seals import Keys

__all__ = ["plan_outputs"]

LookUp = Callable[[str, Location], PictureFile | None]


def plan_outputs(
    site: Site, content: Content, figures: Mapping[str, Figures], keys: Mapping[str, Keys | None], theme: Theme, clock: Clock,
    look: LookUp, problems: Problems,
) -> Sequence[Output]:  # fmt: skip
    """Every file of the output folder, in order of path. `figures` by client; those of "" are the agency's, who has none. `keys` of rooms
    that a password opens, by client; None where it is not at hand."""
    shelf = Shelf(problems)
    scopes = []
    for each in content.clients:
        out, over = out_and_over(each, clock)
        scope = _client_scope(site, out, figures[each.client.slug], clock, look, shelf, problems)
        in_print, withheld = permitted(scope.content, "pdf", clock)
        room = replace(scope, content=in_print, withheld=withheld, folder=f"{scope.client.slug}/room", access="private", cards={})
        on_screen, refused = permitted(scope.content, "web", clock)
        problems.extend(chain.from_iterable(refused.values()))
        scope = replace(scope, content=on_screen)
        scopes.append(scope)
        plan_client(scope, theme)
        for campaign in scope.content.campaigns:
            folder = f"{scope.client.slug}/{campaign.slug}"
            plan_campaign(campaign, replace(scope, campaign=campaign, folder=folder, cards={}), theme)
        if each.client.slug not in keys:
            plan_room(room, over.reports, theme)
        elif key := keys[each.client.slug]:
            plan_locked(room, over.reports, theme, key)
        plan_endings(permitted(over, "web", clock)[0], scope, theme)
    nobody = ClientContent(client=agency_as_client(site), campaigns=(), reports=())
    front = _client_scope(site, nobody, figures[""], clock, look, shelf, problems)
    own = content.front if content.front and is_out(content.front.opens, clock) and not is_over(content.front.until, clock) else None
    plan_agency(own, scopes, front, theme)
    plan_site_maps(site, [scope.content for scope in scopes], shelf)
    outputs = shelf.outputs()
    run_checks(outputs, problems)
    problems.extend(extensions.refused())
    return outputs


def _client_scope(
    site: Site, content: ClientContent, figures: Figures, clock: Clock, look: LookUp, shelf: Shelf, problems: Problems
) -> Scope:
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
