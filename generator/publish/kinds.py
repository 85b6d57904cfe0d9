"""What kind of file an address is: when it goes out, how long it may be kept by readers, and as what it is served."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.model.outputs import Access

FOR_EVER, SHORTLY, ASK, NOBODY = (
    "public, max-age=31536000, immutable",
    "public, max-age=5",
    "public, max-age=0, must-revalidate",
    "private, no-cache",
)
HEAD = re.compile(r"(?:.*/)?live/head\.json")
# a digest of ten digits or more in the name; fonts carry their version there
IMMUTABLE = re.compile(
    r"(?:.*/)?(?:assets/(?:[^/]+/)?[^/]+\.[0-9a-f]{10}\.\w+|assets/fonts/[^/]*\d+\.\d+[^/]*\.woff2|media/.+-[0-9a-f]{10}-\d+\.\w+|media/[cr]-[0-9a-f]{10}\.\w+|live/[0-9a-f]{10,}\.json)"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".vtt": "text/vtt; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
SHOWN, PAGES, LISTS, FRONTS, HEADS = range(
    5
)  # the order in which files go out: what pages show, pages, what names them, what leads to them, heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a file is served."""

    content_type: str
    cache: str


def kind_of(address: str, access: Access) -> Kind:
    cache = NOBODY if access == "private" else FOR_EVER if immutable(address) else SHORTLY if HEAD.fullmatch(address) else ASK
    suffix = PurePosixPath(address).suffix.lower()
    return Kind(content_type=TYPES.get(suffix, "application/octet-stream" if suffix else TYPES[".txt"]), cache=cache)


def immutable(address: str) -> bool:
    """Whether other bytes would have another address."""
    return IMMUTABLE.fullmatch(address) is not None


def turn(address: str) -> int:
    """When a file goes out: a page never leads to, or shows, what is not there yet."""
    name = address.rpartition("/")[2]
    if HEAD.fullmatch(address):
        return HEADS
    if name == "index.html":
        return FRONTS
    if name.endswith(".html"):
        return PAGES
    return LISTS if name.endswith((".xml", ".txt")) or name in ("feed.json", "search.json", "_redirects", "_headers") else SHOWN
