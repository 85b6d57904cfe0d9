"""A bundle is a folder of the output that stands alone: its pages, its style sheet, script and fonts, its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.model.content import Moment
from generator.model.outputs import Job
from generator.model.site import Brand
from generator.plan.palette import palette
from generator.plan.scope import Scope
from generator.problems import Location

Theme = Mapping[str, str]  # the theme's files under assets/ and fonts/ → digest

LIVE = "assets/live/"  # what only a live page needs
HASHED = (".css", ".js")  # named by digest; fonts carry their version in their name


OPENER = "assets/room.js"  # of rooms that a password opens only
FINDER = "assets/search.js"  # of campaigns only


def put_assets(scope: Scope, theme: Theme, *, opener: bool = False) -> dict[str, Any]:
    """The theme's files copied into a bundle; returns the addresses that pages use, relative to the bundle."""
    urls = {}
    for name, digest in theme.items():
        if (name == OPENER and not opener) or ((name.startswith(LIVE) or name == FINDER) and not scope.on_campaign):
            continue
        url = asset_url(name, digest)
        urls[name] = url
        job = Job(renderer="asset", language="en", data={"source": name})
        scope.put(url, job, Location(path=f"templates/{name}"))
    own: dict[str, Any] = {"opener": urls.get(OPENER, "")} if opener else {}
    if scope.on_campaign:
        own["search"] = urls.get(FINDER, "")
        own["live"] = {name.removeprefix(LIVE): url for name, url in urls.items() if name.startswith(LIVE)}
    if "assets/theme.css" in urls:  # a theme's own, after Bilan's
        own["theme"] = urls["assets/theme.css"]
    return {"css": urls.get("assets/site.css", ""), "js": urls.get("assets/site.js", ""), "fonts": "assets/fonts/", **own}


def asset_url(name: str, digest: str) -> str:
    """assets/site.css → assets/site.1a2b3c4d5e.css; fonts/x.woff2 → assets/fonts/x.woff2."""
    if name.endswith(HASHED):
        stem, _, suffix = name.rpartition(".")
        return f"{stem}.{digest[:10]}.{suffix}"
    return name if name.startswith("assets/") else f"assets/{name}"


def brand_value(brand: Brand, scope: Scope | None) -> dict[str, Any]:
    """Tones derived from the brand's colour, its display face and its logo."""
    logo = scope.picture(brand.logo, scope.client.name, scope.client.at, widths=(480,)) if scope else None
    return {**palette(brand.colour, brand.accent), "font": brand.font, "logo": logo}


def page_job(template: str, language: str, data: Mapping[str, Any]) -> Job:
    return Job(renderer="page", language=language, template=template, data=data)


def page_value(scope: Scope, title: str, kind: str, *, summary: str | None = None, path: str | None = None) -> dict[str, Any]:
    """What a page says of itself. `path`: its public address below the site's; without one it is private, and not for search engines."""
    address = public_address(scope, path) if path is not None else None
    return {"title": title, "summary": summary, "canonical": address, "kind": kind, "noindex": path is None}


def public_address(scope: Scope, path: str) -> str | None:
    """Where a file of the output folder will be read, when the site or the campaign says where it is published."""
    own = scope.campaign.url if scope.campaign and scope.on_campaign else None
    if own:
        return f"{own.rstrip('/')}/{path.removeprefix(f'{scope.folder}/')}"
    return f"{scope.site.url.rstrip('/')}/{path}" if scope.site.url else None


def put_page(
    scope: Scope,
    name: str,
    template: str,
    title: str,
    summary: str | None,
    at: Location,
    common: Mapping[str, Any],
    when: str = "",
    mark: str = "",
    **data: Any,
) -> None:
    """Puts a public page of the scope's bundle on the shelf."""
    path = f"{scope.folder}/{name}"
    page = page_value(
        scope,
        title,
        template.removesuffix(".html"),
        summary=summary,
        path=path.removesuffix("index.html") if scope.access == "public" else None,
    )
    job = page_job(template, scope.language, {"page": page, "body": [], **common, **data})
    scope.put(name, job, at, when=when, mark=mark)


def mark_of(moments: Iterable[Moment | None], context: str) -> str:
    """What stands for all that a page says which shows nothing but moments whose cards say nothing that is not their own. `context`: a
    fingerprint of whatever else it says."""
    marks = ["-" if moment is None else moment.mark for moment in moments]
    return f"{context} {' '.join(marks)}" if all(marks) else ""
