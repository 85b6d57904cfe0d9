"""Whether what was published is what can be read: through the target, and where it is known, at its address."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Collection, Sequence
from urllib.parse import quote

from generator.digests import digest
from generator.problems import Location, Problem
from generator.publish.delivery import Survey
from generator.publish.kinds import HEAD, immutable
from generator.publish.manifest import Release
from generator.publish.place import each

SAMPLE = 30  # files that are looked at when not all are
SECONDS, TRIES, PAUSE = 8.0, 4, 2.0  # for one answer; a cache between needs a moment


async def verify(found: Survey, release: Release, changed: Collection[str], everything: bool) -> list[Problem]:
    """What differs: errors. An address that nobody answers at is a notice."""
    chosen = sorted(release.files) if everything else _sample(release, changed)
    wrong: list[str] = []

    async def look(address: str) -> None:
        there = await found.place.read(found.layout.at(release, address))
        if there is None or digest(there.content) != release.files[address].digest:
            wrong.append(address)

    await each(chosen, look, found.target.at_once)
    at = Location(path="site.yaml", note=f"targets: {found.name}")
    fix = f"publish again; if it stays so, somebody else writes there. To go back: bilan rollback {found.name}"
    if wrong:
        return [
            Problem(
                code="publish-differs",
                message=f"{len(wrong)} of {len(chosen)} files read back are not what was sent, as {min(wrong)}",
                at=at,
                fix=fix,
            )
        ]
    return await _on_the_web(found, release, chosen, at) if found.target.url else []


def _sample(release: Release, changed: Collection[str]) -> Sequence[str]:
    """The front page and heads, then what is new, then the rest."""

    def rank(address: str) -> tuple[bool, bool, bool, int, str]:
        return address != "index.html", HEAD.fullmatch(address) is None, address not in changed, address.count("/"), address

    return sorted(release.files, key=rank)[:SAMPLE]


async def _on_the_web(found: Survey, release: Release, chosen: Sequence[str], at: Location) -> list[Problem]:
    base = (found.target.url or "").rstrip("/")
    readable = [address for address in chosen if not address.rpartition("/")[2].startswith((".", "_")) and address != "CNAME"]
    unread, wrong = list[str](), list[str]()

    async def look(address: str) -> None:
        wanted = release.files[address].digest
        for attempt in range(1 if immutable(address) else TRIES):
            await asyncio.sleep(PAUSE if attempt else 0)
            try:
                content = await asyncio.to_thread(_fetch, f"{base}/{quote(address.removesuffix('index.html'))}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                if isinstance(error, urllib.error.HTTPError) and error.code in (404, 410):
                    continue
                unread.append(_words(error))
                return
            if digest(content) == wanted:
                return
        wrong.append(address)

    for address in readable[:1]:  # a host that does not answer once is not asked for the rest
        await look(address)
    if not (unread or wrong):
        await each(readable[1:], look, 8)
    if wrong:
        message = f"{base}/ shows something else than was published, as at {wrong[0]}"
        return [
            Problem(
                code="publish-differs",
                message=message,
                at=at,
                fix="check that url: leads to this target, and what a cache or host in between changes",
            )
        ]
    if unread:
        message = f"{base}/ could not be looked at ({unread[0]}); the target itself holds what was sent"
        return [Problem(code="url-silent", message=message, at=at, fix="check url:, or wait until its host shows it", severity="notice")]
    return []


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"})  # noqa: S310  # http or https, as the settings were read
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def _words(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"it answers {error.code}"
    return "nothing answers" if isinstance(error, OSError) else "it does not speak HTTP"
