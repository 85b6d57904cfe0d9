"""uvicorn's HTTP, for visitors who may be slow or hostile: a request has ten seconds and 32 KiB, and no body but a
decision's at the desk."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
HEAD_BYTES = 32 << 10
HEADERS = 100
BODY = (b"content-length", b"transfer-encoding")


class Protocol(HttpToolsProtocol):
    """Hands its connection to the application as `scope["bilan.transport"]`, which lets a stream see who does not read."""

    body = 0  # bytes of one that a POST may have
    _late: TimerHandle | None = None
    _head = 0
    _has_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._late is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                return self._refuse()
        return super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["bilan.transport"] = self.transport  # type: ignore[typeddict-unknown-key]
        if self._late is None:
            self._wait_for_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > HEADERS or (name.lower() in BODY and value.strip() != b"0" and not self._may_have(name, value)):
            self._refuse()

    def _may_have(self, name: bytes, value: bytes) -> bool:
        length = int(value) if name.lower() == b"content-length" and value.isdigit() and len(value) < 8 else self.body + 1
        self._has_body = self.parser.get_method() == b"POST" and length <= self.body
        return self._has_body

    def on_headers_complete(self) -> None:
        if not self._has_body:  # which is to come within the same ten seconds
            self._has_head()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._has_head()
        super().on_message_complete()

    def _wait_for_head(self) -> None:
        self._has_body = False
        self._late, self._head = self.loop.call_later(HEAD_SECONDS, self.transport.close), 0

    def _has_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("This server answers short requests only.")


class WritingProtocol(Protocol):
    """The preview's, at whose desk decisions are taken."""

    body = 4096


def config(app: Any, protocol: type[Protocol] = Protocol) -> uvicorn.Config:
    """uvicorn as both servers use it."""
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=10,
        backlog=2048,
    )
