"""Addresses that are no more → pages that lead on. One that leads nowhere, in a circle, or to another of them is an error at its line."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from generator.model.content import Campaign, Redirect
from generator.model.outputs import Job, Output
from generator.model.site import Site
from generator.plan.scope import Scope, Shelf
from generator.problems import Problems, did_you_mean

MOVED = "moved.html"


def plan_redirects(site: Site, declared: Sequence[Redirect], scopes: Sequence[Scope], shelf: Shelf, problems: Problems) -> None:
    """Those of redirects.yaml, and the former names of campaigns and pages."""
    there = {output.path: output for output in shelf.outputs()}
    wanted = [*declared, *(redirect for scope in scopes for redirect in _aliases(scope, there))]
    leads = {file_of(each.source): each for each in wanted}
    sound = [redirect for redirect in wanted if _is_sound(redirect, leads, there, problems)]
    languages = {scope.client.slug: scope.language for scope in scopes}
    for redirect in sound:
        shelf.put(_page(redirect, site, languages))


def _aliases(scope: Scope, there: Mapping[str, Output]) -> Iterator[Redirect]:
    """Of a campaign, each page under each of its former names; of a page, its former addresses."""
    for campaign in scope.content.campaigns:
        yield from _of_campaign(campaign, there)
        places = [campaign.place, *(f"{campaign.client}/{alias.slug}" for alias in campaign.aliases)]
        for page in campaign.pages:
            for place, alias in product(places, page.aliases):
                target = f"/{campaign.place}/{page.address}"
                yield Redirect(source=f"/{place}/{alias.slug}.html", target=target, at=alias.at)


def _of_campaign(campaign: Campaign, there: Mapping[str, Output]) -> Iterator[Redirect]:
    prefix = f"{campaign.place}/"
    pages = (
        [path for path, output in there.items() if path.startswith(prefix) and output.job.renderer == "page"] if campaign.aliases else []
    )
    for alias in campaign.aliases:
        for path in pages:
            yield Redirect(source=f"/{campaign.client}/{alias.slug}/{path.removeprefix(prefix)}", target=f"/{path}", at=alias.at)


def _is_sound(redirect: Redirect, leads: Mapping[str, Redirect], there: Mapping[str, Output], problems: Problems) -> bool:
    source, at = file_of(redirect.source), redirect.at
    target = redirect.target if _is_outside(redirect.target) else file_of(redirect.target)
    if source in there:
        message = f"{redirect.source} is the address of a page ({there[source].at}), which nobody would see"
        problems.add("redirect-shadows", message, at, fix="take the redirect out, or give the page another slug:")
    elif target in leads:
        _refuse_chain(redirect, leads, problems)
    elif not _is_outside(target) and target not in there:
        near = did_you_mean(target, [path for path, output in there.items() if output.job.renderer == "page"])
        message = f"{redirect.target} is no page of the site" + (f"; {near}" if near else "")
        problems.add("dead-redirect", message, at, fix="write the address of a page, or one of the web with https://")
    elif target in there and there[target].access != "public":
        message = f"{redirect.target} is not for everybody, and {redirect.source} would lead everybody there"
        problems.add("redirect-reveals", message, at, fix="lead to a public page")
    else:
        return True
    return False


def _refuse_chain(redirect: Redirect, leads: Mapping[str, Redirect], problems: Problems) -> None:
    """To another redirect: in a circle, or to where that one leads in the end."""
    seen, current = [redirect.source], redirect
    while (following := leads.get("" if _is_outside(current.target) else file_of(current.target))) is not None:
        if following.source in seen:
            way = " → ".join([*seen, following.source])
            problems.add("redirect-loop", f"this leads in a circle: {way}", redirect.at, fix="lead one of them to a page")
            return
        seen.append(following.source)
        current = following
    message = f"{redirect.target} leads on to {current.target}"
    problems.add("redirect-chain", message, redirect.at, fix=f"lead to {current.target} at once")


def file_of(address: str) -> str:
    """/luma/cards/ → luma/cards/index.html"""
    path = address.lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def _is_outside(target: str) -> bool:
    return "://" in target


def _page(redirect: Redirect, site: Site, languages: Mapping[str, str]) -> Output:
    path, outside = file_of(redirect.source), _is_outside(redirect.target)
    owner = path.partition("/")[0] if path.partition("/")[0] in languages else ""
    target = redirect.target if outside else file_of(redirect.target)
    relative = target if outside else posixpath.relpath(target, posixpath.dirname(path) or ".")
    public = target if outside else f"{site.url.rstrip('/')}/{target.removesuffix('index.html')}" if site.url else None
    # a page of its own kind: it is in no site map, and says itself that it is not for search engines
    data = {"page": {"noindex": True, "canonical": public}, "target": relative, "moved": [redirect.source, redirect.target]}
    job = Job(renderer="page", language=languages.get(owner, site.language), template=MOVED, data=data)
    return Output(path=path, job=job, owner=owner, at=redirect.at)
