"""Who is answered: requests under the server's own name, that only ask, from those who have the token."""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """Refuses foreign Host and Origin headers and visitors without the token, on every path, before anything else looks at the request."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str | None, writes: str | None = None) -> None:
        self._app, self._hosts, self._token, self._writes = app, frozenset(hosts), token, writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = guarded(Request(scope), self._hosts, self._token, self._writes)
        return await (answer or self._app)(scope, receive, send)


def guarded(request: Request, hosts: Collection[str], token: str | None, writes: str | None = None) -> Response | None:
    """The answer to whom the server is not for; None to all others. `writes`: below this path something may be asked to be written."""
    origin = request.headers.get("origin")
    if request.headers.get("host") not in hosts or (origin and origin.partition("://")[2] not in hosts):
        return Response("403 this server answers only under its own name", 403, headers=HEADERS)
    may_write = writes is not None and request.method == "POST" and request.url.path.startswith(writes)
    if request.method not in ("GET", "HEAD") and not may_write:
        return Response("405 this server only shows files", 405, headers={**HEADERS, "Allow": "GET, HEAD", "Connection": "close"})
    if token is None or _same(request.cookies.get("bilan", ""), token):
        return None
    if _same(request.query_params.get("token", ""), token):
        welcome = RedirectResponse(_without_token(request.url), 303, headers=HEADERS)
        # not strict: the address may be opened from a message, and nothing but reading is allowed
        welcome.set_cookie("bilan", token, httponly=True, samesite="lax")
        return welcome
    return Response("401 open the address with the token that the terminal shows", 401, headers=HEADERS)


def _without_token(url: URL) -> str:
    rest = url.remove_query_params("token")
    path = "/" + rest.path.lstrip("/")  # two slashes would lead to another host
    return path + (f"?{rest.query}" if rest.query else "")


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())
