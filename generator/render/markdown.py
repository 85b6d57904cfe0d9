"""Markdown of the agency → safe HTML, with its links and pictures leading where the plan says.

CommonMark with the tables, footnotes and struck-out words of GitHub's form. The only module that knows cmark and nh3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import nh3
from cmarkgfm import markdown_to_html_with_extensions
from cmarkgfm.cmark import Options

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
ADDRESS = re.compile(r'(?<=\s)(href|src)="([^"]*)"')
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    url_schemes={"https", "http", "mailto", "tel"},
    link_rel="noopener noreferrer",
    filter_style_properties={"text-align"},
)

# HTML of the author's passes, and is cleaned afterwards
OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_TABLE_PREFER_STYLE_ATTRIBUTES
EXTENSIONS = ("table", "strikethrough")


def to_html(text: str, links: Mapping[str, Mapping[str, Any]], medium: str) -> str:
    """Markdown as HTML of known tags only; `links`: target as written → where it leads."""
    html = markdown_to_html_with_extensions(text, OPTIONS, EXTENSIONS).removesuffix("\n")
    html = re.sub(r"<(/?)h1\b", r"<\1h2", html)  # the page's own title is the only first heading
    html = CLEANER.clean(html)
    # after the cleaning, when every attribute stands in double quotes, however it was written; cmark writes addresses with their escapes
    links = {unquote(target): found for target, found in links.items()}
    return TAG.sub(lambda tag: ADDRESS.sub(lambda found: _led(found[1], unescape(found[2]), links, medium), tag[0]), html)


def _led(attribute: str, target: str, links: Mapping[str, Mapping[str, Any]], medium: str) -> str:
    return _picture(target, links, medium) if attribute == "src" else f'href="{escape(_link(target, links))}"'


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


def _link(target: str, links: Mapping[str, Mapping[str, Any]]) -> str:
    found = links.get(unquote(target))
    return str(found["url"]) if found else target
