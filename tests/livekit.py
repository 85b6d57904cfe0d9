"""A small live campaign on a plain static server, and pages in a real browser that follow it."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CLIENT, SITE, SiteFolder

NOW = datetime.fromisoformat("2026-09-03T12:00+02:00")
INDEX = """---
title: Cards
hashtag: "#LumaCards"
starts: 2026-09-01T09:00
ends: 2026-09-07T20:00
recap: 2026-09-09T09:00
summary: A week of cards.
---

Intro.

```counter
names: [moments, people, sent]
```

## The wall

```moments
count: 24
title: Everything
```
"""
KINDS = ("card", "message", "quote")
COLUMNS = "id,at,kind,handle,name,platform,text,key,pinned,tags"
LOOK = "dispatchEvent(new Event('online'))"  # as if the connection had come back: the page looks at once


PATIENT = "AbortSignal.timeout = () => new AbortController().signal"  # for a page whose clock is turned by hand: a server's time is not


class LiveSite(SiteFolder):
    """A site whose campaign can be changed as an agency would, and is published at once."""

    def __init__(self, root: Path, count: int = 60) -> None:
        super().__init__(root)
        self.rows: dict[str, list[str]] = {}
        self.verdicts: list[str] = []
        self.now = NOW
        self.published = 0
        self.write("site.yaml", SITE).write("content/luma/client.yaml", CLIENT).write("content/luma/cards/index.md", INDEX)
        self.sent(100)
        for number in range(count):
            self.moment(f"m{number}", f"2026-09-02T{8 + number // 60:02}:{number % 60:02}", kind=KINDS[number % 3])

    def sent(self, value: int) -> Self:
        line = f"{{name: sent, label: Cards sent, value: {value}, date: 2026-09-01, author: A, source: the notebook}}"
        self.write("content/luma/counters.yaml", f"counters:\n  - {line}\n")
        return self

    def moment(
        self, id_: str, at: str, *, kind: str = "card", text: str = "", platform: str = "instagram", key: bool = False,
        pinned: bool = False, tags: str = "",
    ) -> Self:  # fmt: skip
        """Writes, or writes anew, an approved moment."""
        flags = ["true" if flag else "" for flag in (key, pinned)]
        self.rows[id_] = [id_, at, kind, f"by_{id_}", f"Name {id_}", platform, text or f"Text of {id_}", *flags, tags]
        return self.decide(id_, "approve")

    def decide(self, id_: str, decision: str) -> Self:
        self.verdicts.append(f"{id_},{decision}")
        return self

    def publish(self) -> Self:
        """Builds. Servers that tell files apart by the second see each head as a newer one."""
        rows = [COLUMNS, *(",".join(row) for row in self.rows.values())]
        self.write("content/luma/cards/moments.csv", "\n".join(rows) + "\n")
        self.write("content/luma/cards/moderation.csv", "\n".join(["id,decision", *self.verdicts]) + "\n")
        summary = self.build(now=self.now)
        assert not summary.failed, [str(problem) for problem in summary.problems]
        self.published += 1
        for path in (self.root / "output/luma/cards/index.html", self.root / "output/luma/cards/live/head.json"):
            if path.exists():
                when = time.time() - 3000 + 2 * self.published
                os.utime(path, (when, when))
        return self

    @property
    def live(self) -> Path:
        return self.root / "output/luma/cards/live"


class Handler(SimpleHTTPRequestHandler):
    """A plain static server, which notes what is asked, and may be told to fail."""

    def do_GET(self) -> None:  # http.server's own word
        self.answer()

    def answer(self) -> None:
        server = self.server
        assert isinstance(server, Host)
        server.asked.append(self.path)
        if server.refuses(self.path):
            self.send_error(404)
            return
        SimpleHTTPRequestHandler.do_GET(self)

    def log_message(self, *words: object) -> None:
        """Requests are noted in the list."""


class Host(ThreadingHTTPServer):
    """The server of a built site; HTTP/1.1, as browsers limit its connections."""

    daemon_threads = True

    def __init__(self, folder: Path, handler: type[SimpleHTTPRequestHandler] = Handler) -> None:
        self.asked: list[str] = []
        self.refuses: Callable[[str], bool] = lambda path: False
        super().__init__(("127.0.0.1", 0), partial(handler, directory=str(folder)))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def heads(self) -> int:
        return sum(path.endswith("head.json") for path in self.asked)

    def segments(self) -> list[str]:
        return [path for path in self.asked if "/cards/live/" in path and not path.endswith("head.json")]


@contextmanager
def hosted(folder: Path, handler: type[SimpleHTTPRequestHandler] = Handler) -> Iterator[Host]:
    folder.mkdir(exist_ok=True)
    with Host(folder, handler) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def ids(page: Page, wall: str = "#moments") -> list[str]:
    """What a wall shows, in order."""
    found: list[str] = page.evaluate(
        "wall => [...document.querySelectorAll(`${wall} [data-moment]`)].map(each => each.dataset.moment)", wall
    )
    return found


def settled(page: Page) -> None:
    """Waits until the page has heard the head once."""
    page.wait_for_selector(".b-live__state:not([hidden])")


def wait_for(true: Callable[[], object], seconds: float = 10) -> None:
    """Waits until something has come to be, elsewhere than in a page."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come to be"
        time.sleep(0.02)
