"""A Vega-Lite specification and its rows → SVG, in the brand's tones and the page's language. The conversion runs apart, in `converter`.

https://vega.github.io/vega-lite/docs/. Nothing is fetched; of what comes out only shapes and words are kept.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from generator.digests import short_digest
from generator.problems import BilanError, Location, Problem
from generator.render.charts import converter
from generator.render.charts.canvas import NOT_XML
from generator.theme import own_templates

SPACE = "{http://www.w3.org/2000/svg}"
SHAPES = {"circle", "clipPath", "defs", "g", "line", "linearGradient", "path", "rect", "stop", "svg", "text", "tspan"}
KEPT = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
DROPPED = ("href", "style", "class", "role")  # attributes that could lead out, clash with the page, or speak English
FACE = "Source Sans 3"
WAYS_OUT = re.compile(r"url|image|\\", re.IGNORECASE)  # in an attribute, as far as style sheets may read it
SECONDS = 8.0  # of a conversion: fewer than a template has
UNTITLED = {"date": None, "name": None}  # columns that explain themselves
LOCALES = {"fr": "fr-FR", "en": "en-GB"}


def draw_vega(segment: Mapping[str, Any], language: str, tones: Mapping[str, Any] | None, width: float, height: float) -> str:
    """`tones`: final colours, for print; without them those of the page. Raises BilanError at the block's line."""
    found = _converted(_whole(segment, tones, width, height), language, segment)
    return _clean(found, str(segment["sentence"]), short_digest(segment["spec"].encode()))


def _converted(spec: Mapping[str, Any], language: str, segment: Mapping[str, Any]) -> str:
    asked = json.dumps({"spec": spec, "locale": LOCALES.get(language, "en-GB"), "fonts": str(own_templates() / "print/fonts")})
    command = [sys.executable, "-P", str(Path(converter.__file__))]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        message = f"Vega-Lite takes longer than {SECONDS:g} seconds for the specification"
        raise _refusal(segment, "bad-vega", message, "let it compute less") from None
    if done.returncode == converter.LACKING:
        raise _refusal(segment, "missing-extra", "a chart by Vega-Lite needs vl-convert", "pip install 'bilan[vega]'")
    if done.returncode == converter.REFUSED:
        raise _refusal(segment, "bad-vega", f"Vega-Lite refuses the specification: {_first_line(done.stderr)}", "mend it here")
    if done.returncode:
        message = f"Vega-Lite ends in the middle of the specification: it may take {converter.MEMORY >> 20} MiB of memory"
        raise _refusal(segment, "bad-vega", message, "let it compute less")
    return done.stdout


def _whole(segment: Mapping[str, Any], tones: Mapping[str, Any] | None, width: float, height: float) -> dict[str, Any]:
    spec = _titled(json.loads(segment["spec"]), {**UNTITLED, **{each["name"]: each["label"] for each in segment["head"]}})
    composed = any(key in spec for key in ("facet", "hconcat", "vconcat", "concat", "repeat"))
    if not composed:
        spec = {"width": width, "height": height, "autosize": {"type": "fit", "contains": "padding"}, **spec}
    config = _merged(_config(tones), spec.get("config", {}))
    return {"data": {"name": "figures"}, **spec, "config": config, "datasets": {**spec.get("datasets", {}), "figures": segment["rows"]}}


def _titled(value: Any, titles: Mapping[str, str | None], *, channels: bool = False) -> Any:
    """Axes and legends carry the labels of metrics, unless the specification says otherwise."""
    if isinstance(value, list):
        return [_titled(each, titles) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _titled(each, titles, channels=key == "encoding") for key, each in value.items()}
    if channels:
        return {key: _channel(each, titles) for key, each in inner.items()}
    return inner


def _channel(channel: Any, titles: Mapping[str, str | None]) -> Any:
    field = channel.get("field") if isinstance(channel, dict) else None
    return {"title": titles[field], **channel} if isinstance(field, str) and field in titles else channel


def _config(tones: Mapping[str, Any] | None) -> dict[str, Any]:
    def tone(name: str) -> str:
        return str(tones[name]) if tones else f"var(--{name.replace('_', '-')})"

    series = [str(each) for each in tones["series"]] if tones else [f"var(--series-{number})" for number in range(1, 7)]
    words = {"labelFont": FACE, "titleFont": FACE, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 600}
    quiet = {"labelColor": tone("muted"), "titleColor": tone("muted"), **words}
    return {
        "background": None,
        "font": FACE,
        "aria": False,
        "view": {"stroke": None},
        "axis": {**quiet, "gridColor": tone("line"), "domain": False, "ticks": False},
        "axisX": {"grid": False},
        "legend": quiet,
        "header": quiet,
        "title": {"color": tone("ink"), "font": FACE, "fontSize": 14, "fontWeight": 600},
        "text": {"color": tone("ink"), "font": FACE},
        "range": {"category": series},
        "mark": {"color": series[0]},
    }  # fmt: skip


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _merged(ours[key], theirs[key]) for key in ours if isinstance(ours[key], dict) and isinstance(theirs.get(key), dict)}
    return {**ours, **theirs, **both}


def _clean(svg: str, sentence: str, name: str) -> str:
    """Shapes and words only; ids of this drawing's own; the sentence as its title."""
    root = ElementTree.fromstring(NOT_XML.sub("", svg))  # noqa: S314  # the converter's, which has no document type
    _strip(root, name)
    inner = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    inner = re.sub(r' xmlns:\w+="[^"]*"|\bns0:', "", inner)
    said = escape(sentence)
    box = escape(root.get("viewBox", "0 0 1 1"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{said}" class="drawing">'
    return f"{head}<title>{said}</title>{inner}</svg>"


def _strip(element: ElementTree.Element, name: str) -> None:
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(SPACE) not in SHAPES:
            element.remove(child)
        else:
            _strip(child, name)
    for key, value in list(element.attrib.items()):
        if key == "id":
            element.set("id", f"v-{name}-{value}")
        elif key in DROPPED or not KEPT.fullmatch(key) or key.startswith(("on", "aria-")):
            del element.attrib[key]
        elif WAYS_OUT.search(value):
            own = re.fullmatch(r"url\(#([\w-]+)\)", value)
            element.set(key, f"url(#v-{name}-{own[1]})" if own else "none")


def _refusal(segment: Mapping[str, Any], code: str, message: str, fix: str) -> BilanError:
    path, _, line = str(segment["at"]).partition(":")
    number = line.partition(":")[0]
    return BilanError(
        [Problem(code=code, message=message, at=Location(path=path, line=int(number) if number.isdigit() else None), fix=fix)]
    )


def _first_line(error: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return next((line for line in lines if "Error" in line), lines[0] if lines else "no reason given")[:200]
