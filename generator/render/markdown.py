"""Markdown of the agency → safe HTML, with its links and pictures leading where the plan says.

Python-Markdown says what a text means. Texts of everyday words, emphasis, links and single lists, on which CommonMark has no other
opinion, go by way of cmark, thirty times as fast: most of a wall of ten thousand moments. The only module that knows the two and nh3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import markdown
import nh3
from cmarkgfm.cmark import markdown_to_html

ATTRIBUTES: Mapping[str, set[str]] = {
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title"},
    "abbr": {"title"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "scope", "colspan", "rowspan"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "sup": {"id"},
    "li": {"id"},
    "div": {"class"},
}
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption",
    "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
TAG = re.compile(r'<(?:a|img)\b(?:[^>"]|"[^"]*")*>')
SOURCES = re.compile(r' srcset="[^"]*" sizes="[^"]*"')
ADDRESS = re.compile(r'(?<=\s)(href|src)="([^"]*)"')
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    url_schemes={"https", "http", "mailto", "tel"},
    link_rel="noopener noreferrer",
    filter_style_properties={"text-align"},
)

# A line that begins with a hashtag is no heading: the library's own pattern, but for the space that it asks for.
HEADING = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?=[ \t])(?P<header>(?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*(?:\n|$)")

# What both readers see alike: paragraphs and single lists, of plain words, whole emphasised words, and links to plain addresses.
_WORDS = r"[^\\`*_\[\]<>&|~^{}\n]++"
_STARRED = r"(?<![^\s(])(?:\*\*(?=\w)(?:[\w ,.'’-]++)(?<=\w)\*\*|\*(?=\w)(?:[\w ,.'’-]++)(?<=\w)\*)(?![^\s),.;:!?])"
_LINK = r"(?<!!)\[(?=\S)[^\\`*_\[\]<>&|~^{}\n!()]++(?<=\S)\]\([A-Za-z0-9][A-Za-z0-9./:#?=%+-]*+\)"
_INLINE = rf"(?:{_WORDS}|{_STARRED}|{_LINK})++(?<![ \t])"
_LINE = rf"(?![-+>#=:\s]|\d++[.)]|\*(?!\*?\w)){_INLINE}"
_PARAGRAPH = rf"{_LINE}(?:\n{_LINE})*+"
_LIST = rf"- (?![-+>#=:\s]|\d++[.)]|\*(?!\*?\w)){_INLINE}(?:\n- (?![-+>#=:\s]|\d++[.)]|\*(?!\*?\w)){_INLINE})*+"
EVERYDAY = re.compile(rf"\n*(?:{_PARAGRAPH}|{_LIST}(?=\n*$|\n\n+(?!-)))(?:\n\n++(?:{_PARAGRAPH}|{_LIST}(?=\n*$|\n\n+(?!-))))*+\n*")


@lru_cache(maxsize=1)
def _reader() -> markdown.Markdown:
    """Made once."""
    reader = markdown.Markdown(extensions=["tables", "fenced_code", "footnotes", "abbr", "sane_lists"], output_format="html")
    vars(reader.parser.blockprocessors["hashheader"])["RE"] = HEADING
    return reader


def read(text: str) -> str:
    """Markdown as HTML, not yet cleaned."""
    if EVERYDAY.fullmatch(text):
        return str(markdown_to_html(text))
    reader = _reader()
    reader.reset()
    return reader.convert(text)


def to_html(text: str, links: Mapping[str, Mapping[str, Any]], medium: str) -> str:
    """Markdown as HTML of known tags only; `links`: target as written → where it leads."""
    html = re.sub(r"<(/?)h1\b", r"<\1h2", read(text).removesuffix("\n"))  # the page's own title is the only first heading
    html = CLEANER.clean(html)
    # after the cleaning, when every attribute stands in double quotes; some addresses are written with their escapes
    links = {unquote(target): found for target, found in links.items()}
    return TAG.sub(lambda tag: _with_sources(ADDRESS.sub(lambda found: _led(found[1], unescape(found[2]), links, medium), tag[0])), html)


def _led(attribute: str, target: str, links: Mapping[str, Mapping[str, Any]], medium: str) -> str:
    if attribute == "src":
        return _picture(target, links, medium)
    address = _link(target, links)
    return "" if address is None else f'href="{escape(address)}"'  # without an address the words stand for themselves


def _with_sources(tag: str) -> str:
    """A picture that comes in several sizes, beside the one that everything reads."""
    sources = SOURCES.search(tag)
    if sources is None:
        return tag
    return f'<picture><source type="image/webp"{sources[0]}>{tag.replace(sources[0], "", 1)}</picture>'


def _picture(target: str, links: Mapping[str, Mapping[str, Any]], medium: str) -> str:
    found = links.get(unquote(target))
    if found is None:
        return 'src=""'
    size = f'width="{found["width"]}" height="{found["height"]}"'
    if medium == "print":
        return f'src="bilan:media/{escape(found["path"])}" {size}'
    if medium == "feed":
        return f'src="{escape(found["url"])}" {size}'
    sources = ", ".join(f"{source['url']} {source['width']}w" for source in found["srcset"])
    return f'src="{found["url"]}" srcset="{sources}" sizes="(min-width: 60rem) 44rem, 94vw" {size} loading="lazy" decoding="async"'


def _link(target: str, links: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Where it leads; None for a page that nobody is led to."""
    found = links.get(unquote(target), {"url": target})
    return None if found["url"] is None else str(found["url"])
