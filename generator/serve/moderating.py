"""The desk at which moments from people are approved, rejected and pinned: on this machine only, and for no page but its own."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from generator.serve.desk import Site
from generator.serve.guard import HEADERS

WRITES = "/_bilan/desk/"  # the only place at which this server takes anything
BODY = 4096  # bytes of a decision
HERE = Path(__file__).parent / "assets"
OWN = {"desk.js": "text/javascript", "desk.css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
CLOSED = {**HEADERS, "Content-Security-Policy": POLICY}
LOOPBACK = ("127.0.0.1", "::1")
NAMES = ("id", "decision", "why", "by")


def moderation_routes(site: Site, *, at_home: bool) -> Sequence[Route]:
    """`at_home`: whether the server listens on this machine only. The pages hold a secret of this run, without which nothing is written."""
    secret = secrets.token_urlsafe(24)

    async def own(request: Request) -> Response:
        name = request.path_params["name"]
        return Response((HERE / name).read_bytes(), media_type=OWN[name], headers=CLOSED) if name in OWN else _gone()

    async def page(request: Request) -> Response:
        client, campaign = _names(request)
        if not _here(request, at_home):
            return HTMLResponse((HERE / "desk-elsewhere.html").read_text("utf-8"), 403, headers=CLOSED)
        found = await run_in_threadpool(site.queue, client, campaign)
        return HTMLResponse(_page(client, campaign, secret), headers=CLOSED) if found else _gone()

    async def items(request: Request) -> Response:
        found = await run_in_threadpool(site.queue, *_names(request)) if _here(request, at_home) else None
        return JSONResponse(found, headers=CLOSED) if found else _gone()

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        found = await run_in_threadpool(site.queue_picture, *_names(request), name) if _here(request, at_home) else None
        return Response(found, media_type="image/jpeg", headers=CLOSED) if found else _gone()

    async def decide(request: Request) -> Response:
        if (refusal := _refused(request, secret)) or not _here(request, at_home):
            return JSONResponse({"problems": [refusal or "the desk is for this machine only"]}, 403, headers=CLOSED)
        word = await _word(request)
        if word is None:
            return JSONResponse({"problems": ["this is no decision"]}, 400, headers=CLOSED)
        problems = await run_in_threadpool(site.decide, *_names(request), word)
        return JSONResponse({"problems": [str(problem) for problem in problems]}, 422 if problems else 200, headers=CLOSED)

    place = WRITES + "{client}/{campaign}"
    return [
        Route(f"{WRITES}{{name}}", own),
        Route(place, page, methods=["GET"]),
        Route(place, decide, methods=["POST"]),
        Route(f"{place}/items", items),
        Route(f"{place}/pictures/{{name}}", picture),
    ]


def _names(request: Request) -> tuple[str, str]:
    return request.path_params["client"], request.path_params["campaign"]


def _here(request: Request, at_home: bool) -> bool:
    """Whether a request is from this machine, to a server that listens nowhere else."""
    return at_home and request.client is not None and request.client.host in LOOPBACK


def _refused(request: Request, secret: str) -> str | None:
    """Why a decision is not taken from whoever sends it: another page that is open in the same browser could."""
    headers = request.headers
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return "a decision is JSON"
    if not headers.get("origin") or headers.get("sec-fetch-site", "same-origin") != "same-origin":  # whose host has been looked at
        return "a decision comes from the desk's own page"
    if not hmac.compare_digest(headers.get("x-bilan-desk", "").encode(), secret.encode()):
        return "the server was begun again; load the desk again"
    return None


async def _word(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > BODY:
                return None
        said = json.loads(body)
    except (ClientDisconnect, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(isinstance(said.get(name, ""), str) for name in NAMES):
        return None
    pin = said.get("pin")
    if not said.get("id") or not said.get("decision") or (pin is not None and not isinstance(pin, bool)):
        return None
    return {**{name: said.get(name, "") for name in NAMES}, "pin": pin}


def _gone() -> Response:
    return Response("404", 404, headers=CLOSED)


def _page(client: str, campaign: str, secret: str) -> str:
    """An empty desk, which its script fills; what people wrote is never in it as markup."""
    page = Template((HERE / "desk.html").read_text("utf-8"))
    return page.substitute(title=escape(f"{client}/{campaign}"), secret=escape(secret))
