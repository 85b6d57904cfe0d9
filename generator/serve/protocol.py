"""uvicorn's HTTP, for visitors who may be slow or hostile: a request has ten seconds and 32 KiB for its head, and no body."""

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

    _late: TimerHandle | None = None
    _head = 0

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
        if len(self.headers) > HEADERS or (name.lower() in BODY and value.strip() != b"0"):
            self._refuse()

    def on_headers_complete(self) -> None:
        self._has_head()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._late, self._head = self.loop.call_later(HEAD_SECONDS, self.transport.close), 0

    def _has_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("This server answers short requests only.")


def config(app: Any) -> uvicorn.Config:
    """uvicorn as both servers use it."""
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=10,
        backlog=2048,
    )
