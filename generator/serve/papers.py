"""A report page by page, for the browser."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def papers_page(address: str, sizes: Sequence[tuple[float, float]], tag: str) -> str:
    """All pages of a PDF one below the other. `sizes`: of its pages, in points. `tag`: what listens for a newer one."""
    name = escape(address)
    pages = "".join(_leaf(name, number, len(sizes), *size) for number, size in enumerate(sizes, 1))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{name}</title><link rel="stylesheet" href="/_bilan/preview.css"></head><body class="papers">'
        f'<header><h1>{name}</h1><p><a href="/{name}">The PDF itself</a> · <a href="/_bilan/">Everything that is built</a></p></header>'
        f"<main><ol>{pages}</ol></main>{tag}</html>"
    )


def _leaf(name: str, number: int, count: int, width: float, height: float) -> str:
    size = f'width="{round(width)}" height="{round(height)}"'
    picture = f'<img src="/_bilan/pages/{name}?page={number}" {size} alt="Page {number}" loading="lazy">'
    return f"<li>{picture}<span>{number} of {count}</span></li>"
