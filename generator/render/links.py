"""A page's HTML → where it points, and the anchors that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# only within tags: a page may show code that has links
TAG = re.compile(r'<(?:a|link|img|script|source|video|audio|iframe)\s(?:[^>"]|"[^"]*")*>')
ATTRIBUTE = re.compile(r'\s(href|src|poster|srcset)="([^"]*)"')
ANCHOR = re.compile(r'\s(?:id|name)="([^"]*)"')
ELSEWHERE = re.compile(r"(?i)[a-z][a-z0-9+.-]*:|//")


def links_of(page: bytes) -> frozenset[str]:
    """Addresses within the site that a page names, as it writes them."""
    return frozenset(target for target in _targets(page.decode("utf-8", "replace")) if target and not ELSEWHERE.match(target))


def outward_links(page: bytes) -> frozenset[str]:
    """Web addresses that a page's author leads to; not those of people's own posts, which are theirs to keep."""
    tags = (tag for tag in TAG.findall(page.decode("utf-8", "replace")) if tag.startswith("<a ") and " ugc" not in tag)
    found = (unescape(value) for tag in tags for _, value in ATTRIBUTE.findall(tag))
    return frozenset(address.partition("#")[0] for address in found if address.startswith(("https://", "http://")))


def anchors_of(page: bytes) -> frozenset[str]:
    return frozenset(map(unescape, ANCHOR.findall(page.decode("utf-8", "replace"))))


def _targets(text: str) -> Iterator[str]:
    for tag in TAG.findall(text):
        for attribute, value in ATTRIBUTE.findall(tag):
            parts = [part.split()[0] for part in value.split(",") if part.strip()] if attribute == "srcset" else [value]
            yield from (unescape(part).strip() for part in parts)
