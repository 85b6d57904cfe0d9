"""A prose segment → HTML: figures in their language's form, Markdown, and the spaces of the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.render.formats import Formats
from generator.render.markdown import to_html

FIGURE = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)(?:\.([a-z_]+))?\s*\}\}")


def prose_html(prose: Mapping[str, Any], formats: Formats, medium: str) -> str:
    """Figures are put in before Markdown; their forms hold no character that Markdown reads."""
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
