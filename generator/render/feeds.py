"""A campaign's newest moments → an Atom or JSON Feed document. What people wrote is escaped, for HTML first and then for the document."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urljoin

from generator.model.outputs import Output
from generator.render.formats import Formats
from generator.render.prose import prose_html

ATOM = "http://www.w3.org/2005/Atom"
UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML 1.0 cannot hold


def atom(output: Output) -> bytes:
    """RFC 4287."""
    data, language = output.job.data, output.job.language
    feed = data["feed"]
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(root, "id", feed["id"])
    _add(root, "title", feed["title"])
    if feed["summary"]:
        _add(root, "subtitle", feed["summary"])
    _add(root, "updated", feed["updated"])
    _add(_add(root, "author"), "name", feed["author"])
    _add(root, "link", rel="alternate", type="text/html", href=data["base"] or "index.html")
    if data["base"]:
        _add(root, "link", rel="self", type=data["type"], href=data["base"] + data["here"])
    for entry in data["entries"]:
        _atom_entry(_add(root, "entry"), entry, data["base"], Formats(language))
    ET.indent(root, "")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _atom_entry(element: ET.Element, entry: Mapping[str, Any], base: str | None, formats: Formats) -> None:
    _add(element, "id", entry["id"])
    _add(element, "title", entry["title"])
    _add(element, "published", entry["at"])
    _add(element, "updated", entry["at"])
    _add(element, "link", rel="alternate", type="text/html", href=_absolute(entry["url"], base))
    if entry["permalink"]:
        _add(element, "link", rel="related", href=entry["permalink"])
    if recording := entry["recording"]:
        address = _absolute(recording["src"], base)
        _add(element, "link", rel="enclosure", type=recording["type"], length=str(recording["size"]), href=address)
    if entry["author"]:
        _add(_add(element, "author"), "name", entry["author"])
    for tag in entry["tags"]:
        _add(element, "category", term=tag["slug"], label=tag["label"])
    _add(element, "content", _html(entry, base, formats), type="html")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    attributes = {key: UNSPEAKABLE.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, name, attributes)
    element.text = UNSPEAKABLE.sub("", text) if text else None
    return element


def json_feed(output: Output) -> bytes:
    """JSON Feed 1.1. Signs of markup are written as escapes: a host that serves it as a page does not run it."""
    data, formats = output.job.data, Formats(output.job.language)
    base, feed = data["base"], data["feed"]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": base or "index.html",
        "feed_url": base + data["here"] if base else None,
        "description": feed["summary"],
        "language": output.job.language,
        "authors": [{"name": feed["author"]}],
        "items": [_json_item(entry, base, formats) for entry in data["entries"]],
    }
    text = json.dumps(_known(document), ensure_ascii=False, indent=1)
    return re.sub("[<>&\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", text).encode() + b"\n"


def _json_item(entry: Mapping[str, Any], base: str | None, formats: Formats) -> dict[str, Any]:
    return _known({
        "id": entry["id"],
        "url": _absolute(entry["url"], base),
        "external_url": entry["permalink"],
        "title": entry["title"],
        "content_html": _html(entry, base, formats),
        "image": _absolute(entry["picture"]["src"], base) if entry["picture"] else None,
        "attachments": _attachments(entry["recording"], base),
        "date_published": entry["at"],
        "authors": [{"name": entry["author"]}] if entry["author"] else None,
        "tags": [tag["label"] for tag in entry["tags"]] or None,
    })  # fmt: skip


def _attachments(recording: Mapping[str, Any] | None, base: str | None) -> list[dict[str, Any]] | None:
    """A film or a sound, as programs that fetch them expect it."""
    if recording is None:
        return None
    return [{"url": _absolute(recording["src"], base), "mime_type": recording["type"], "size_in_bytes": recording["size"]}]


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _html(entry: Mapping[str, Any], base: str | None, formats: Formats) -> str:
    """The picture, the words of people as text, the words of the agency as Markdown; links lead somewhere from anywhere."""
    parts = []
    if picture := entry["picture"]:
        size = f'width="{picture["width"]}" height="{picture["height"]}"'
        parts.append(f'<p><img src="{escape(_absolute(picture["src"], base))}" alt="{escape(picture["alt"])}" {size}></p>')
    if entry["text"]:
        parts.append(f"<p>{'<br>'.join(escape(line) for line in entry['text'].splitlines())}</p>")
    for prose in entry["prose"]:
        links = {target: {**found, "url": found["url"] and _absolute(found["url"], base)} for target, found in prose["links"].items()}
        parts.append(prose_html({**prose, "links": links}, formats, "feed"))
    return "\n".join(parts)


def _absolute(url: str, base: str | None) -> str:
    return urljoin(base, url) if base else url
