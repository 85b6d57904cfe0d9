"""A prose segment → HTML: figures in their language's form, Markdown, and the spaces of the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from generator.render.formats import Formats
from generator.render.markdown import to_html

KEPT = 16_384  # texts whose HTML a process keeps: a moment's is on its own page and in several lists
FIGURE = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)(?:\.([a-z_]+))?\s*\}\}")


@lru_cache(maxsize=KEPT)
def _plain_html(text: str, medium: str, language: str) -> str:
    return Formats(language).typo(to_html(text, {}, medium))


def prose_html(prose: Mapping[str, Any], formats: Formats, medium: str) -> str:
    """Figures are put in before Markdown; their forms hold no character that Markdown reads."""
    if not prose["figures"] and not prose["links"]:
        return _plain_html(prose["text"], medium, formats.language)
    text = FIGURE.sub(lambda match: figure_text(prose["figures"].get(match[1]), match[2], formats) or match[0], prose["text"])
    return formats.typo(to_html(text, prose["links"], medium))


def figure_text(figure: Mapping[str, Any] | None, part: str | None, formats: Formats) -> str | None:
    """One part of a figure in words; None for a figure that the plan did not know."""
    if figure is None:
        return None
    unit, currency = figure["unit"], figure["currency"]
    if part == "change":
        return formats.change(figure["change"])
    if part == "difference":
        return formats.difference(figure["difference"], unit, currency)
    if part == "previous":
        return formats.number(figure["previous"], unit, currency)
    return str(figure["label"]) if part == "label" else formats.number(figure["value"], unit, currency)
