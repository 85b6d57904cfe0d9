"""Everything known → Outputs: each with exactly the values that it shows. Collisions of addresses are found here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from generator import extensions
from generator.facts import built_with
from generator.model.clock import Clock
from generator.model.content import ClientContent, ClientReport, Content
from generator.model.figures import Figures, month_of
from generator.model.media import Album
from generator.model.outputs import Access, Output
from generator.model.site import Site, agency_as_client
from generator.plan.added import run_checks
from generator.plan.brands import check_brands
from generator.plan.bundles import Theme
from generator.plan.campaigns import plan_campaign
from generator.plan.cuts import compare_cuts
from generator.plan.dates import is_out, is_over, out_and_over
from generator.plan.endings import plan_endings, plan_former
from generator.plan.fronts import plan_agency, plan_client
from generator.plan.locked import plan_locked
from generator.plan.proofreading import proofread
from generator.plan.redirects import plan_redirects
from generator.plan.reports import plan_room
from generator.plan.rights import permitted
from generator.plan.scope import Scope, Shelf
from generator.plan.sitemaps import plan_site_maps
from generator.problems import Problems
from generator.seals import Keys
from generator.theme import LANGUAGES

__all__ = ["check_brands", "compare_cuts", "plan_outputs", "proofread_reports"]

WordsOf = Callable[[str], Callable[[str], str]]


def plan_outputs(
    site: Site, content: Content, figures: Mapping[str, Figures], keys: Mapping[str, Keys | None], theme: Theme, clock: Clock,
    album: Album, problems: Problems, templates: str, wanted: frozenset[str] | None = None, *, drawn: str,
    words_of: WordsOf = lambda language: str,
) -> Sequence[Output]:  # fmt: skip
    """Every file of the output folder, or those of the addresses `wanted`, in order of path. `figures` by client; those of "" are the
    agency's, who has none. `keys` of rooms that a password opens, by client; None where it is not at hand. `templates`: a digest of the
    theme's, `drawn`: of those with which cards are drawn. `words_of` a language: what its catalogue has for the plan's own words."""
    shelf, made_by, scopes = Shelf(problems, wanted), f"{built_with()} {templates}", list[Scope]()
    for each in content.clients:
        out, over = out_and_over(each, clock)
        whole = replace(_client_scope(site, out, figures[each.client.slug], clock, album, shelf, problems, words_of), drawn=drawn)
        _put_room(whole, over.reports, theme, keys)
        scopes.append(_put_public(whole, over, theme, made_by))
    nobody = ClientContent(client=agency_as_client(site), campaigns=(), reports=())
    front = replace(_client_scope(site, nobody, figures[""], clock, album, shelf, problems, words_of), drawn=drawn)
    own = content.front if content.front and is_out(content.front.opens, clock) and not is_over(content.front.until, clock) else None
    plan_agency(own, scopes, front, theme)
    if shelf.whole:
        plan_site_maps(site, [scope.content for scope in scopes], shelf)
        plan_redirects(site, content.redirects, scopes, shelf, problems)
        compare_cuts(shelf.outputs(), problems)
        run_checks(shelf.outputs(), problems)
        problems.extend(extensions.refused())
    return shelf.outputs()


def proofread_reports(
    site: Site, content: Content, figures: Mapping[str, Figures], outputs: Sequence[Output], clock: Clock, album: Album, problems: Problems
) -> None:
    """Reads the commentaries of all reports beside what was planned for them."""
    shelf = Shelf(Problems())
    scopes = [_client_scope(site, each, figures[each.client.slug], clock, album, shelf, Problems()) for each in content.clients]
    proofread(outputs, scopes, problems)


def _put_public(scope: Scope, over: ClientContent, theme: Theme, made_by: str) -> Scope:
    """The client's page, its campaigns, and the ends of what is over. Returns what public pages may speak from."""
    on_screen, refused = permitted(scope.content, "web", scope.clock)
    scope.problems.extend(chain.from_iterable(refused.values()))
    scope = replace(scope, content=on_screen)
    plan_client(scope, theme)
    for campaign in on_screen.campaigns:
        known = tuple(each for each in on_screen.campaigns if each is campaign or not each.unlisted)  # one may not name another's
        access: Access = "unlisted" if campaign.unlisted else "public"
        there = replace(
            scope, content=replace(on_screen, campaigns=known), campaign=campaign, folder=campaign.place, access=access, cards={}
        )
        plan_campaign(campaign, there, theme, made_by)
    plan_former(scope, theme)
    plan_endings(permitted(over, "web", scope.clock)[0], scope, theme)
    return scope


def _put_room(scope: Scope, over: Sequence[ClientReport], theme: Theme, keys: Mapping[str, Keys | None]) -> None:
    """The client's room: open to whoever gets there, or sealed; one whose password is not at hand is left as it was."""
    in_print, withheld = permitted(scope.content, "pdf", scope.clock)
    room = _room(replace(scope, content=in_print, withheld=withheld, cards={}))
    if scope.client.slug not in keys:
        plan_room(room, over, theme)
    elif scope.shelf.whole and (key := keys[scope.client.slug]):  # under names that say nothing, nobody asks for one of its files
        plan_locked(room, over, theme, key)


def _room(scope: Scope) -> Scope:
    """The place of a client's room; one that is to be unlisted and has no address is private, whatever else."""
    address = scope.client.addresses.get("room")
    if not scope.client.room.unlisted:
        return replace(scope, folder=f"{scope.client.slug}/room", access="private")
    if address is None:
        fix = f"run: bilan unlist {scope.client.slug}/room"
        scope.problems.add("no-address", "the room is unlisted, and no address is recorded for it", scope.client.at, fix=fix)
        return replace(scope, folder=f"{scope.client.slug}/room", access="private")
    return replace(scope, folder=f"{scope.client.slug}/{address.segment}", access="unlisted")


def _client_scope(
    site: Site,
    content: ClientContent,
    figures: Figures,
    clock: Clock,
    album: Album,
    shelf: Shelf,
    problems: Problems,
    words_of: WordsOf = lambda language: str,
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
        album=album,
        shelf=shelf,
        problems=problems,
        words=str if client.language in LANGUAGES else words_of(client.language),
    )
