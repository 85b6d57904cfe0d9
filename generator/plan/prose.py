"""Prose with its figures and links settled: names looked up, pictures put on the shelf, dead links found at their line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from generator.located import inside
from generator.model.content import Prose
from generator.plan.scope import Scope
from generator.plan.values import figure_value
from generator.problems import Location, did_you_mean

FIGURE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
NAME = re.compile(r"([a-z_][a-z0-9_]*)(?:\.([a-z_]+))?")
PARTS = ("change", "difference", "previous", "label")
# as Markdown writes links: beside their words, by reference, and as HTML; each says whether it is a picture, and where it leads
BESIDE = re.compile(r"(?P<picture>!?)\[(?:[^\[\]\\]|\\.)*\]\(\s*<?(?P<target>[^\s<>)]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
BELOW = re.compile(r"(?m)^ {0,3}\[[^\]^][^\]]*\]:\s*<?(?P<target>[^\s<>]+?(?P<picture>\.(?:jpe?g|png|gif|webp|avif|svg))?)>?(?=\s|$)")
AS_HTML = re.compile(r"(?i)<(?:a|(?P<picture>img))\b[^>]*?\s(?:href|src)\s*=\s*[\"']?(?P<target>[^\s\"'<>]+)")
# before each stands what every text has that has such a link into the site: most have none, and to read them all costs ten times as much
LINKS = ((re.compile(r"\]\((?!https?://)"), BESIDE), (re.compile(r"\]:"), BELOW), (re.compile("<"), AS_HTML))
CODE = re.compile(r"(?ms)^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)")
OUTWARD = re.compile(r"(?i)(https?://|mailto:|tel:|#)")
SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")


def plan_prose(prose: Prose, scope: Scope, folder: str, pages: Mapping[str, str]) -> dict[str, Any]:
    """One segment: Markdown, the figures it names, and where its links lead. `pages`: source path → address, an empty one for a page that
    nobody is led to."""
    text = prose.text.replace("\u202e", "")
    return {
        "prose": {
            "text": text,
            "figures": dict(_figures(prose, scope)),
            "links": dict(_links(prose, scope, folder, pages)),
        }
    }


def _where(prose: Prose, offset: int) -> Location:
    before = prose.text[:offset]
    return Location(path=prose.at.path, line=(prose.at.line or 1) + before.count("\n"), column=offset - before.rfind("\n"))


def _excerpt(prose: Prose, offset: int) -> str:
    start = prose.text.rfind("\n", 0, offset) + 1
    return prose.text[start:].split("\n", 1)[0]


def _figures(prose: Prose, scope: Scope) -> Iterator[tuple[str, Any]]:
    if "{{" not in prose.text:
        return
    for match in FIGURE.finditer(_without_code(prose.text)):
        name = NAME.fullmatch(match[1])
        at, excerpt = _where(prose, match.start()), _excerpt(prose, match.start())
        if not name or scope.figures.metric(name[1]) is None:
            known = scope.figures.metric_names()
            near = did_you_mean(match[1], known)
            message = f'there is no figure "{match[1]}"' + (f"; {near}" if near else "")
            scope.problems.add("unknown-figure", message, at, fix="write the name of a metric: {{ impressions }}", excerpt=excerpt)
        elif name[2] and name[2] not in PARTS:
            scope.problems.add("unknown-figure", f'a figure has no part "{name[2]}"', at, fix=f"parts: {', '.join(PARTS)}", excerpt=excerpt)
        else:
            yield name[1], figure_value(scope, name[1], compare="previous", spark=False)


def _links(prose: Prose, scope: Scope, folder: str, pages: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    forms = [form for sign, form in LINKS if sign.search(prose.text)]
    text = _without_code(prose.text) if forms else ""
    for match in sorted((match for form in forms for match in form.finditer(text)), key=lambda match: match.start()):
        target = unescape(match["target"])
        if OUTWARD.match(target):
            continue
        at = _where(prose, match.start())
        if SCHEME.match(target):
            scope.problems.add(
                "unsafe-link", f'the link "{target[:60]}" is not shown as one', at, fix="use https://", severity="warning",
                excerpt=_excerpt(prose, match.start()),
            )  # fmt: skip
            continue
        path, _, anchor = unquote(target).partition("#")
        resolved = posixpath.normpath(posixpath.join(folder, path))
        found = _picture_link(resolved, scope, at) if match["picture"] else pages.get(resolved)
        if found == "":
            message = f'the page "{target}" is not out, or unlisted: its words are shown without the link'
            scope.problems.add(
                "held-back-link", message, at, severity="warning",
                fix="nothing is to be done if that is meant; else take the link out", excerpt=_excerpt(prose, match.start()),
            )  # fmt: skip
            yield target, {"url": None}
        elif found is None:
            what = "picture" if match["picture"] else "page"
            scope.problems.add(
                "dead-link", f'there is no {what} "{target}"', at, fix="check the name, or put the file there",
                excerpt=_excerpt(prose, match.start()),
            )  # fmt: skip
        else:
            yield target, found if isinstance(found, dict) else {"url": found + (f"#{anchor}" if anchor else "")}


def _without_code(text: str) -> str:
    """Code as blanks, every other character in its place."""
    if "`" not in text and "~~~" not in text:
        return text
    return CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def _picture_link(path: str, scope: Scope, at: Location) -> dict[str, Any] | None:
    root = scope.site.root
    if not inside(root / path, root / "content" / scope.client.slug):
        return None
    picture = scope.picture(path, None, at)
    if picture is None:
        return None
    return {
        "url": picture["src"],
        "width": picture["width"],
        "height": picture["height"],
        "srcset": picture["srcset"],
        "path": path,
    }
