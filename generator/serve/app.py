"""The ASGI application: built files by look-up, one event stream, an overlay for problems; only for those it is meant for."""

from __future__ import annotations

import asyncio
import hmac
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from generator.serve.desk import Desk

HEARTBEAT = 15.0  # seconds between comment lines that keep a stream open
HERE = Path(__file__).parent
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}
TAG = b'<script src="/_bilan/preview.js" defer></script></body>'


def make_app(desk: Desk, hosts: Collection[str], token: str | None) -> ASGIApp:
    """`hosts`: values of the Host header that are answered. `token`: asked of everybody, when the address is not this machine's own."""
    routes = [
        Route("/_bilan/events", _events(desk)),
        Route("/_bilan/preview.js", _script),
        Route("/_bilan/", _index(desk)),
        Route("/{address:path}", _page(desk)),
    ]
    return Guard(Starlette(routes=routes), hosts, token)


class Guard:
    """Refuses foreign Host and Origin headers and visitors without the token, on every path, before anything else looks at the request."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str | None) -> None:
        self._app, self._hosts, self._token = app, frozenset(hosts), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        response = self._refusal(request)
        if response is not None:
            return await response(scope, receive, send)
        return await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        origin = request.headers.get("origin")
        if request.headers.get("host") not in self._hosts or (origin and origin.partition("://")[2] not in self._hosts):
            return Response("403 this server answers only under its own name", 403, headers=HEADERS)
        if request.method not in ("GET", "HEAD"):
            return Response("405 this server only shows files", 405, headers={**HEADERS, "Allow": "GET, HEAD"})
        if self._token is None or _same(request.cookies.get("bilan", ""), self._token):
            return None
        if _same(request.query_params.get("token", ""), self._token):
            welcome = RedirectResponse(request.url.path, 303, headers=HEADERS)
            welcome.set_cookie("bilan", self._token, httponly=True, samesite="strict")
            return welcome
        return Response("401 open the address with the token that the terminal shows", 401, headers=HEADERS)


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


Endpoint = Callable[[Request], Awaitable[Response]]


def _page(desk: Desk) -> Endpoint:
    async def page(request: Request) -> Response:
        asked = request.path_params["address"]
        address = asked + "index.html" if not asked or asked.endswith("/") else asked
        path = await run_in_threadpool(desk.find, address)
        if path is None and f"{address}/index.html" in desk.addresses:
            return RedirectResponse(f"/{address}/", 307, headers=HEADERS)
        if path is None:
            return HTMLResponse(_not_found(desk), 404, headers=HEADERS)
        content = await run_in_threadpool(path.read_bytes)
        kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
        if kind == "text/html":
            content = content.replace(b"</body>", TAG, 1)
        return Response(content, media_type=kind, headers=HEADERS)

    return page


def _not_found(desk: Desk) -> str:
    """A page that still listens: it reloads when the address comes to be."""
    about = "There is nothing at this address." if desk.addresses else "The site could not be built yet; what is wrong is shown here."
    return f'<!doctype html><html lang="en"><title>404</title><body><p>{about}</p><p><a href="/">Front page</a></p>{TAG.decode()}</html>'


def _events(desk: Desk) -> Endpoint:
    async def events(request: Request) -> Response:
        return StreamingResponse(_stream(desk), media_type="text/event-stream", headers={**HEADERS, "X-Accel-Buffering": "no"})

    return events


async def _stream(desk: Desk) -> AsyncIterator[str]:
    queue = desk.listen()
    try:
        while True:
            try:
                yield f"data: {await asyncio.wait_for(queue.get(), HEARTBEAT)}\n\n"
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        desk.leave(queue)


async def _script(request: Request) -> Response:
    return Response((HERE / "preview.js").read_bytes(), media_type="text/javascript", headers=HEADERS)


def _index(desk: Desk) -> Endpoint:
    async def index(request: Request) -> Response:
        from html import escape

        pages = sorted(address for address in desk.addresses if address.endswith((".html", ".pdf")))
        links = "".join(f'<li><a href="/{escape(page)}">{escape(page)}</a></li>' for page in pages)
        wrong = "".join(f"<pre>{escape(str(problem))}</pre>" for problem in desk.problems) or "<p>No problem.</p>"
        style = (
            "body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}pre{white-space:pre-wrap}"
        )
        body = f"<h1>Everything that is built</h1>{wrong}<ul>{links}</ul>{TAG.decode()}"
        return HTMLResponse(
            f'<!doctype html><html lang="en"><title>Bilan preview</title><style>{style}</style><body>{body}</html>', headers=HEADERS
        )

    return index
