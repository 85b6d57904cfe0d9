"""The layout that the other generators get: as many parts and nearly as many bytes a page as Bilan's own theme.

Words between percent signs are replaced by each template language's own expression.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.pages import CLIENT, PER_LIST, TITLE, Moment

STYLE = "body{font:1rem/1.5 system-ui;margin:0 auto;max-width:44rem;background:var(--paper);color:var(--ink)}.card{border:1px solid}\n"
SCRIPT = "document.documentElement.classList.add('js')\n"
TONES = "".join(f"--tone-{number}:#{number * 2711 % 16777216:06x};" for number in range(1, 23))
HEAD = f"""<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%TITLE% – Cards</title>
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#1f5c56">
<link rel="canonical" href="%ADDRESS%"><meta property="og:title" content="%TITLE%">
<meta property="og:type" content="website">
<meta property="og:url" content="%ADDRESS%"><link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3C/svg%3E">
<link rel="stylesheet" href="assets/site.css">
<style>
:root{{{TONES}}}
@media (prefers-color-scheme:dark){{:root{{{TONES}}}}}
</style>
<script src="assets/site.js" defer></script>
"""
MASTHEAD = f"""<header class="masthead">
<p class="masthead__brand"><a href="index.html">{CLIENT}</a></p>
</header>
"""
FOOT = f"""<footer class="foot">
<p class="foot__title">{TITLE}</p>
<ul class="foot__credits"><li>Imprint: {CLIENT}</li><li>{CLIENT}</li></ul>
<p>Imprint of Luma</p>
</footer>
"""
BASE = """<!doctype html>
<html lang="en" class="font-grotesque">
<head>
%HEAD%</head>
<body class="page">
<a class="skip" href="#main">To the content</a>
%MASTHEAD%<main id="main" tabindex="-1">
%MAIN%
</main>
%FOOT%</body>
</html>
"""
MOMENT = f"""<article class="moment moment--bare">
<div class="moment__words">
<p class="kicker"><a href="index.html">{TITLE}</a></p>
<h1 class="moment__title" dir="auto">%TITLE%</h1>
<div class="moment__body"><div class="prose">%TEXT%</div></div>
<p class="moment__by"><time datetime="%INSTANT%">%DAY%</time></p>
<ul class="moment__tags">%TAGS%</ul>
<p class="moment__actions"><button class="button" type="button" data-share hidden>Share</button></p>
</div>
</article>
<nav class="beside" aria-label="Moments before and after">
%BESIDE%
</nav>
"""
CARD = """<article class="card" id="m-%SLUG%">
<div class="card__words">
<h3 class="card__title" dir="auto"><a href="%URL%">%TITLE%</a></h3>
<div class="card__body">%TEXT%</div>
<p class="card__by"><a class="card__link" href="%URL%"><time datetime="%INSTANT%">%DAY%</time></a></p>
</div>
</article>
"""
PREVIOUS = '<a class="beside__link" rel="prev" href="%URL%"><span class="beside__way">Before</span> <bdi>%TITLE%</bdi></a>'
NEXT = '<a class="beside__link" rel="next" href="%URL%"><span class="beside__way">After</span> <bdi>%TITLE%</bdi></a>'
COUNTERS = {"label": "Postcards sent", "value": 4321}


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its words replaced."""
    for word, expression in words.items():
        template = template.replace(f"%{word}%", expression)
    return template


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_moments(folder: Path, moments: Sequence[Moment], prefix: str, head: str) -> None:
    """One Markdown file a moment; `head` is its front matter, with words in braces."""
    folder.mkdir(parents=True, exist_ok=True)
    for moment in moments:
        front = head.format(
            title=moment.title, kind=moment.kind, at=f"{moment.at:%Y-%m-%dT%H:%M:%SZ}", tags=", ".join(moment.tags), slug=moment.slug
        )
        (folder / f"{prefix}{moment.slug}.md").write_text(f"{front}\n{moment.text}", encoding="utf-8")


def counters_json() -> str:
    return json.dumps(COUNTERS)


__all__ = [
    "BASE", "CARD", "COUNTERS", "FOOT", "HEAD", "MASTHEAD", "MOMENT", "NEXT", "PER_LIST", "PREVIOUS", "SCRIPT", "STYLE",
    "counters_json", "filled", "write_files", "write_moments",
]  # fmt: skip
