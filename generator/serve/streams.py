"""Event streams: each event is encoded once and written to all who listen; who does not read is cut, and holds up nobody.

A channel has a state, not a history: who connects, or falls behind, gets the latest event, whose id tells it from the one before.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

HEARTBEAT = 15.0  # seconds between comment lines that keep a stream open
SWEEP = 5.0  # seconds between looks for those who do not read
PATIENCE = 15.0  # seconds that a viewer may leave bytes unread
BACKLOG = 16 << 10  # bytes unread, in this process, beyond which a viewer gets no more for now
KERNEL = 8 << 10  # and in the system's own buffer
AT_ONCE = 250  # viewers written to before others have a turn
RETRY = (1000, 5000)  # milliseconds, drawn for each viewer, after which a browser comes back: not all of them at once


@dataclass(slots=True, eq=False)
class _Viewer:
    send: Send
    transport: asyncio.Transport
    task: asyncio.Task[Any]
    seen: str  # the id of the last event written to it
    slow_since: float | None = None


@dataclass(slots=True)
class _Channel:
    event: str = ""  # id of the latest event
    payload: bytes = b""
    viewers: set[_Viewer] = field(default_factory=set)
    running: bool = False


class Hub:
    """All streams of a process. `limit`: how many may be open. Used from the event loop only."""

    def __init__(self, limit: int) -> None:
        self._limit, self._count = limit, 0
        self._channels: dict[str, _Channel] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def full(self) -> bool:
        return self._count >= self._limit

    @property
    def listeners(self) -> int:
        return self._count

    def channels(self) -> list[str]:
        """Those that somebody listens to."""
        return [name for name, channel in self._channels.items() if channel.viewers]

    def publish(self, name: str, event: str, data: str) -> None:
        """A channel's latest event. `data`: without line ends."""
        channel = self._channels.setdefault(name, _Channel())
        channel.event, channel.payload = event, f"id: {event}\ndata: {data}\n\n".encode()
        if channel.viewers and not channel.running:
            self._begin(self._broadcast(channel))

    async def stream(self, scope: Scope, receive: Receive, send: Send, name: str, headers: Mapping[str, str]) -> None:
        """Answers one request with the channel's events, until it or the server goes."""
        seen = dict(scope["headers"]).get(b"last-event-id", b"").decode("ascii", "replace")
        task = asyncio.current_task()
        assert task is not None
        viewer = _Viewer(send=send, transport=scope["bilan.transport"], task=task, seen=seen)
        _narrow(viewer.transport)
        channel = self._channels.setdefault(name, _Channel())
        self._keeper = self._keeper or asyncio.create_task(self._keep())
        self._count += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _raw(headers)})
            await send(_chunk(f"retry: {random.randint(*RETRY)}\n\n".encode()))  # noqa: S311  # spreads load, guards nothing
            self._catch_up(viewer, channel)
            channel.viewers.add(viewer)
            await _disconnected(receive)
        except asyncio.CancelledError:
            if not self._closing:
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            channel.viewers.discard(viewer)
            self._count -= 1

    def close(self) -> None:
        """Ends all streams; their browsers come back by themselves."""
        self._closing = True
        streams = [viewer.task for channel in self._channels.values() for viewer in channel.viewers]
        for task in [*streams, *self._tasks, *filter(None, [self._keeper])]:
            task.cancel()

    # ---- writing --------------------------------------------------------------------------------------------------------

    async def _broadcast(self, channel: _Channel) -> None:
        channel.running = True
        try:
            while behind := [viewer for viewer in channel.viewers if viewer.seen != channel.event and not _full(viewer)]:
                for number, viewer in enumerate(behind, 1):
                    self._catch_up(viewer, channel)
                    if not number % AT_ONCE:
                        await asyncio.sleep(0)
        finally:
            channel.running = False

    def _catch_up(self, viewer: _Viewer, channel: _Channel) -> None:
        if channel.event and viewer.seen != channel.event and not _full(viewer):
            viewer.seen = channel.event
            _write(viewer, channel.payload)

    async def _keep(self) -> None:
        """Heartbeats, and an end for those who do not read."""
        beat = time.monotonic()
        while True:
            await asyncio.sleep(SWEEP)
            now = time.monotonic()
            beats = now - beat >= HEARTBEAT
            beat = now if beats else beat
            for channel in list(self._channels.values()):
                for number, viewer in enumerate(list(channel.viewers), 1):
                    self._look_after(viewer, channel, now, beats)
                    if not number % AT_ONCE:
                        await asyncio.sleep(0)

    def _look_after(self, viewer: _Viewer, channel: _Channel, now: float, beats: bool) -> None:
        if not viewer.transport.get_write_buffer_size():
            viewer.slow_since = None
            self._catch_up(viewer, channel)
            if beats:
                _write(viewer, b": still here\n\n")
        elif viewer.slow_since is None:
            viewer.slow_since = now
        elif now - viewer.slow_since > PATIENCE:
            viewer.transport.abort()

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _write(viewer: _Viewer, payload: bytes) -> None:
    """Hands bytes to the connection without waiting for it: uvicorn writes first, and waits for room only then."""
    sending = viewer.send(_chunk(payload))
    try:
        sending.send(None)  # type: ignore[attr-defined]  # a coroutine, as every ASGI server has it
    except StopIteration:
        return
    sending.close()  # type: ignore[attr-defined]


def _chunk(payload: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": payload, "more_body": True}


def _full(viewer: _Viewer) -> bool:
    return viewer.transport.get_write_buffer_size() > BACKLOG


def _narrow(transport: asyncio.Transport) -> None:
    """A small buffer in the system, too: what a viewer does not read is then soon seen here."""
    own = transport.get_extra_info("socket")
    if own is not None:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
