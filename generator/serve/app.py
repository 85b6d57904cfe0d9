"""The ASGI application: pages by look-up, event streams, an index of everything, reports page by page; only for those it is meant for."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable, Collection
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from generator.serve.desk import Desk
from generator.serve.front import EVERYBODY, Front
from generator.serve.guard import HEADERS, Guard
from generator.serve.indexes import index_page
from generator.serve.moderating import WRITES, moderation_routes
from generator.serve.papers import papers_page
from generator.theme import own_templates

HERE = Path(__file__).parent
OWN = {
    "preview.js": (HERE / "assets/preview.js", "text/javascript"),
    "preview.css": (HERE / "assets/preview.css", "text/css"),
    "idiomorph.js": (own_templates() / "assets/live/idiomorph-0.8.0.min.js", "text/javascript"),
}
DIGITS = 6  # of a page's number
STREAM = {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}


def make_app(desk: Desk[Front], hosts: Collection[str], token: str | None, door: str | None = None) -> ASGIApp:
    """`hosts`: values of the Host header that are answered. `token`: asked of everybody, when the address is not this machine's own.
    `door`: the address, token included, that a phone can open."""
    routes = [
        *moderation_routes(desk.site, at_home=token is None),
        Route("/_bilan/events", Events(desk)),
        Route("/_bilan/pages/{address:path}", _paper(desk)),
        Route("/_bilan/", _index(desk, door)),
        Route("/_bilan/{name}", _own),
        Route("/{address:path}", _page(desk)),
    ]
    return Guard(Starlette(routes=routes), hosts, token, writes=WRITES)


Endpoint = Callable[[Request], Awaitable[Response]]


def _page(desk: Desk[Front]) -> Endpoint:
    async def page(request: Request) -> Response:
        asked = request.path_params["address"]
        address = asked + "index.html" if not asked or asked.endswith("/") else asked
        found = await run_in_threadpool(desk.find, address)
        if found is None and f"{address}/index.html" in desk.front.addresses:
            return RedirectResponse(f"/{address}/", 307, headers=HEADERS)
        if found is None:
            return HTMLResponse(_not_found(desk, address), 404, headers=HEADERS)
        content = await run_in_threadpool(found.read_bytes) if isinstance(found, Path) else found
        kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
        if kind != "text/html":
            return Response(content, media_type=kind, headers=HEADERS)
        desk.front.seen(address)
        digest = desk.front.told(address, content)
        return Response(content.replace(b"</body>", _tag(address, digest), 1), media_type=kind, headers={**HEADERS, "ETag": f'"{digest}"'})

    return page


def _tag(address: str, digest: str) -> bytes:
    """What listens, in a page that is looked at: of which page, and which state of it this is."""
    script = f'<script src="/_bilan/preview.js" data-page="{escape(address)}" data-digest="{digest}" defer></script>'
    return f'<script src="/_bilan/idiomorph.js" defer></script>{script}</body>'.encode()


def _not_found(desk: Desk[Front], address: str) -> str:
    """A page that still listens: it reloads when the address comes to be."""
    unmade = "It" if address in desk.front.addresses else "" if desk.front.addresses else "The site"
    about = f"{unmade} could not be made yet; what is wrong is shown here." if unmade else "There is nothing at this address."
    tag = _tag(EVERYBODY, "").decode()
    return (
        '<!doctype html><html lang="en"><title>404</title><link rel="stylesheet" href="/_bilan/preview.css">'
        f'<body><main><h1>404</h1><p>{about}</p><p><a href="/_bilan/">Everything that is built</a></p></main>{tag}</html>'
    )


class Events:
    """The event stream, as a bare endpoint: `?page=` names the page that its reader has open."""

    def __init__(self, desk: Desk[Front]) -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        front, asked = self._desk.front, Request(scope).query_params.get("page", EVERYBODY)
        address = asked if asked in front.addresses or front.fresh(asked) is not None else EVERYBODY
        if front.hub.full:
            busy = Response("503 too many viewers", 503, headers={**HEADERS, "Retry-After": "30", "Connection": "close"})
            return await busy(scope, receive, send)
        front.listen(address)
        await front.hub.stream(scope, receive, send, address, STREAM)


def _paper(desk: Desk[Front]) -> Endpoint:
    """A report page by page; `?page=3` is the picture of one."""

    async def paper(request: Request) -> Response:
        address = request.path_params["address"]
        found = await run_in_threadpool(desk.find, address) if address.endswith(".pdf") else None
        if not isinstance(found, Path):
            return HTMLResponse(_not_found(desk, address), 404, headers=HEADERS)
        content = await run_in_threadpool(found.read_bytes)
        number = request.query_params.get("page")
        if number is not None:
            counted = number.isdecimal() and len(number) <= DIGITS
            picture = await run_in_threadpool(desk.site.paper, content, int(number)) if counted else None
            return Response(picture or b"", 200 if picture else 404, media_type="image/png", headers=HEADERS)
        sizes = await run_in_threadpool(desk.site.papers, content)
        return HTMLResponse(papers_page(address, sizes, _tag(address, desk.front.told(address, content)).decode()), headers=HEADERS)

    return paper


async def _own(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in OWN:
        return Response("404", 404, headers=HEADERS)
    path, kind = OWN[name]
    return Response(path.read_bytes(), media_type=kind, headers=HEADERS)


def _index(desk: Desk[Front], door: str | None) -> Endpoint:
    async def index(request: Request) -> Response:
        due, queues = await run_in_threadpool(desk.site.due), await run_in_threadpool(desk.site.queues)
        return HTMLResponse(index_page(desk.front, due, queues, door, _tag(EVERYBODY, "").decode()), headers=HEADERS)

    return index
