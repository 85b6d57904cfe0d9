"""Web addresses that pages lead to: whether they still answer, asked once a week at most, and never during a build."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Timer
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)

from generator import planning
from generator.config import load_site
from generator.problems import Location, Problem, Problems
from generator.render.links import outward_links
from generator.write import put_in_place

KEPT = ".bilan/links.json"
GOOD_FOR, BAD_FOR = timedelta(days=7), timedelta(hours=6)
PATIENCE = 10  # seconds for one address
AT_ONCE = 8
GONE = (404, 410)
REFUSING = (401, 403, 405, 406, 429, 999)  # answers to whoever is no browser: the page may well be there


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address said, and when."""

    said: str  # "200", "404", or why there was no answer
    at: str

    def is_fresh(self, now: datetime) -> bool:
        return now - datetime.fromisoformat(self.at) < (GOOD_FOR if self.said.startswith("2") else BAD_FOR)


def check_outward(root: Path, now: datetime) -> tuple[Problems, int]:
    """Problems of addresses that no longer answer, by the page that leads there, and how many addresses there are."""
    planning.require_site(root)
    named = _named(root)
    known = {url: answer for url, answer in _remembered(root).items() if url in named}
    asked = sorted(url for url in named if url not in known or not known[url].is_fresh(now))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        known |= {url: Answer(said=said, at=now.isoformat()) for url, said in zip(asked, pool.map(_ask, asked), strict=True)}
    _remember(root, known)
    problems = Problems()
    for url, pages in named.items():
        problems.extend(_judge(url, known[url].said, pages))
    return problems, len(named)


def _named(root: Path) -> dict[str, list[str]]:
    """Addresses by the pages of the last build that lead there; the site's own are not asked, for they may not be published yet."""
    own = urlsplit(load_site(root, Problems()).url or "").netloc
    found: dict[str, list[str]] = {}
    for path in sorted((root / "output").rglob("*.html")):
        for url in sorted(outward_links(path.read_bytes())):
            if urlsplit(url).netloc != own:
                found.setdefault(url, []).append(path.relative_to(root).as_posix())
    return found


def _ask(url: str) -> str:
    """The head of a page, or the page itself where a host does not give heads."""
    for method in ("HEAD", "GET"):
        try:
            with _opener().open(Request(url, method=method, headers={"User-Agent": "bilan check"}), timeout=PATIENCE) as answer:  # noqa: S310
                return str(answer.status)
        except HTTPError as error:
            if method == "GET" or error.code in GONE:
                return str(error.code)
        except (URLError, OSError, HTTPException, ValueError) as error:
            return _why(error)
    return "no answer"


def _opener() -> OpenerDirector:
    """For http and https alone, redirects included, and with an end for hosts that answer a byte at a time."""
    opener = OpenerDirector()
    for handler in (_Http(), _Https(), HTTPRedirectHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler(), UnknownHandler()):
        opener.add_handler(handler)
    return opener


class _Ending:
    """A connection that is closed once its time is over, whatever it is about."""

    sock: socket.socket | None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # of the connection that it is mixed into
        timer = Timer(PATIENCE, self._end)
        timer.daemon = True
        timer.start()

    def _end(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # or gone, which is as good


class _Plain(_Ending, HTTPConnection):
    pass


class _Secure(_Ending, HTTPSConnection):
    pass


class _Http(HTTPHandler):
    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_Plain, request)


class _Https(HTTPSHandler):
    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_Secure, request)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        return "its host is not found"
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return str(getattr(reason, "strerror", None) or reason or type(error).__name__)[:100]


def _judge(url: str, said: str, pages: list[str]) -> Iterator[Problem]:
    if said.startswith("2") or (said.isdigit() and int(said) in REFUSING):
        return
    gone = said.isdigit() and int(said) in GONE
    more = f", and {len(pages) - 1} more pages" if len(pages) > 1 else ""
    message = f"{url} {'is gone' if gone else 'cannot be read'} ({said}){more}"
    yield Problem(code="dead-address", message=message, at=Location(path=pages[0]), severity="error" if gone else "warning",
                  fix="correct the link, or take it out")  # fmt: skip


def _remembered(root: Path) -> Mapping[str, Answer]:
    try:
        found = json.loads((root / KEPT).read_text("utf-8"))
        answers = {str(url): Answer(said=str(said), at=str(at)) for url, (said, at) in found.items()}
        for answer in answers.values():
            datetime.fromisoformat(answer.at)
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return answers


def _remember(root: Path, known: Mapping[str, Answer]) -> None:
    path = root / KEPT
    path.parent.mkdir(mode=0o700, exist_ok=True)
    put_in_place(path, json.dumps({url: [each.said, each.at] for url, each in sorted(known.items())}, indent=0).encode())
