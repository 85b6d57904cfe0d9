"""The live server as one process: public pages by look-up, and an event stream for each campaign. A bare ASGI application."""

from __future__ import annotations

import json
import mimetypes
import os
import re
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from generator.digests import short_digest
from generator.serve.guard import PLAYED, guarded
from generator.serve.relay import HEAD, News
from generator.serve.streams import Hub

STREAMS = "/_bilan/live/"
LASTING = re.compile(r"(/live/[0-9a-f]{16,}\.json|-[0-9a-f]{10}-\d+\.\w+|\.[0-9a-f]{10}\.(css|js)|\.woff2)$")  # named by what they hold
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
FOR_EVER, ASK = "public, max-age=31536000, immutable", "no-cache"
STREAM = {**HEADERS, "Cache-Control": "no-store", "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
HELD = 64 << 20  # bytes of files kept in memory
LATER = {**HEADERS, "Retry-After": "30", "Cache-Control": "no-store", "Connection": "close"}


class Stage:
    """`hosts`: values of the Host header that are answered. `token`: asked of everybody, when there is one."""

    def __init__(self, output: Path, hosts: Collection[str], token: str | None, viewers: int) -> None:
        self._output, self._hosts, self._token = output, frozenset(hosts), token
        self.hub = Hub(viewers)
        self._addresses: frozenset[str] = frozenset()
        self._pages: dict[str, bytes] = {}
        self._files = _Files()

    def hear(self, news: News) -> None:
        """What the process that builds tells. Called on the event loop."""
        if news.addresses is not None:
            self._addresses = news.addresses
        if news.kept is not None:
            self._pages = {address: page for address, page in self._pages.items() if address in news.kept}
        self._pages.update(news.pages)
        heads = (address for address in (news.addresses or news.pages) if address.endswith(HEAD))
        for head in heads:
            content = self._content(head)
            if content is not None:
                text = json.dumps(json.loads(content), separators=(",", ":"))  # on one line, as an event must be
                self.hub.publish(head.removesuffix(HEAD), short_digest(text.encode()), text)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope)
        answer = guarded(request, self._hosts, self._token)
        path = scope["path"]
        if answer is None and path.startswith(STREAMS):
            name = path.removeprefix(STREAMS)
            if f"{name}{HEAD}" in self._addresses and not self.hub.full:
                return await self.hub.stream(scope, receive, send, name, STREAM)
            busy = f"{name}{HEAD}" in self._addresses
            answer = Response("503 too many viewers", 503, headers=LATER) if busy else Response("404", 404, headers=HEADERS)
        await (answer or self._page(request, path.removeprefix("/")))(scope, receive, send)

    def _page(self, request: Request, asked: str) -> Response:
        address = asked + "index.html" if not asked or asked.endswith("/") else asked
        kind, path = mimetypes.guess_type(address)[0] or "application/octet-stream", self._output / address
        if kind.startswith(PLAYED) and address in self._addresses and path.is_file():
            return FileResponse(path, media_type=kind, headers={**HEADERS, "Cache-Control": FOR_EVER})
        content = self._content(address)
        if content is None:
            if f"{address}/index.html" in self._addresses:
                return RedirectResponse(f"/{address}/", 307, headers=HEADERS)
            return Response("404 there is nothing at this address", 404, headers={**HEADERS, "Cache-Control": ASK})
        if kind == "text/html":
            content = self._with_stream(address, content)
        return _answered(request, address, content, kind)

    def _content(self, address: str) -> bytes | None:
        """No path is made from what was asked for otherwise than by look-up."""
        if address in self._pages:
            return self._pages[address]
        return self._files.read(self._output / address) if address in self._addresses else None

    def _with_stream(self, address: str, content: bytes) -> bytes:
        """A page of a live campaign, told where its events come from."""
        folder = "/".join(address.split("/")[:2])
        if f"{folder}{HEAD}" not in self._addresses:
            return content
        return content.replace(b"</head>", f'<meta name="bilan-stream" content="{STREAMS}{folder}"></head>'.encode(), 1)


def _answered(request: Request, address: str, content: bytes, kind: str) -> Response:
    mark = f'"{short_digest(content)}"'
    headers = {**HEADERS, "ETag": mark, "Cache-Control": FOR_EVER if LASTING.search(f"/{address}") else ASK}
    if mark in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


class _Files:
    """Files of the output folder, kept while they are what they were."""

    def __init__(self) -> None:
        self._held: OrderedDict[Path, tuple[tuple[int, int, int], bytes]] = OrderedDict()
        self._size = 0

    def read(self, path: Path) -> bytes | None:
        try:
            status = os.stat(path)  # noqa: PTH116  # asked for each request: twice as fast as by way of pathlib
            stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
            held = self._held.get(path)
            if held is not None and held[0] == stamp:
                self._held.move_to_end(path)
                return held[1]
            content = path.read_bytes()
        except OSError:
            return None
        self._keep(path, stamp, content)
        return content

    def _keep(self, path: Path, stamp: tuple[int, int, int], content: bytes) -> None:
        self._size += len(content) - len(self._held.pop(path, ((0, 0, 0), b""))[1])
        self._held[path] = (stamp, content)
        while self._size > HELD:
            _, (_, gone) = self._held.popitem(last=False)
            self._size -= len(gone)
