"""MkDocs: a page a moment in a theme of our own; it has no lists by tag and no feed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.pages import ADDRESS, Moment
from bench.programs import python_program, said
from bench.tools import Command, Edit, Program, Tool
from bench.tools.layout import BASE, FOOT, HEAD, MASTHEAD, MOMENT, NEXT, PREVIOUS, SCRIPT, STYLE, filled, write_files, write_moments

PAGE = {"TITLE": "{{ page.title }}", "ADDRESS": "{{ page.canonical_url }}", "TEXT": "{{ page.content }}",
        "INSTANT": "{{ page.meta.date }}", "DAY": "{{ page.meta.date }}"}  # fmt: skip
TAGS = "{% for tag in page.meta.topics %}<li>{{ tag }}</li>{% endfor %}"
BESIDE = "".join(
    f"{{% if page.{which} %}}{filled(link, {'URL': f'{{{{ page.{which}.url|url }}}}', 'TITLE': f'{{{{ page.{which}.title }}}}'})}{{% endif %}}"
    for which, link in (("previous_page", PREVIOUS), ("next_page", NEXT))
)
MAIN = (
    "{% if page.is_homepage %}<p>{{ config.extra.counters.label }}: {{ config.extra.counters.value }}</p>{{ page.content }}{% else %}"
    + filled(MOMENT, {**PAGE, "TAGS": TAGS, "BESIDE": BESIDE})
    + "{% endif %}"
)
FILES = {
    "mkdocs.yml": f"site_name: Cards\nsite_url: {ADDRESS}/\nuse_directory_urls: false\nplugins: []\ntheme: {{name: null, custom_dir: theme}}\n"
    "extra:\n  counters: {label: Postcards sent, value: 4321}\n",
    "docs/index.md": "# Cards\n\nA month of postcards.\n",
    "docs/assets/site.css": STYLE,
    "docs/assets/site.js": SCRIPT,
    "theme/main.html": filled(BASE, {
        "HEAD": '{% include "head.html" %}', "MASTHEAD": '{% include "masthead.html" %}', "MAIN": MAIN, "FOOT": '{% include "foot.html" %}'}),
    "theme/head.html": filled(HEAD, PAGE),
    "theme/masthead.html": MASTHEAD,
    "theme/foot.html": FOOT,
}  # fmt: skip


def _install() -> Program:
    command = python_program("mkdocs", ["mkdocs"])

    def build(folder: Path) -> Command:
        return [command, "build", "--quiet"]

    def again(folder: Path, edited: str | None) -> Command:
        return [*build(folder), *(["--dirty"] if edited is None or edited.endswith(".md") else [])]

    return Program(version=said([command, "--version"]).split()[2], build=build, again=again)


def _write(folder: Path, moments: Sequence[Moment]) -> None:
    write_files(folder, FILES)
    write_moments(folder / "docs", moments, "m-", "---\ntitle: {title}\ndate: {at}\nkind: {kind}\ntopics: [{tags}]\n---\n")


TOOL = Tool(
    name="MkDocs",
    install=_install,
    write=_write,
    made=("site",),
    pages="site/m-*.html",
    page=Edit(file="docs/m-000005.md", old="\n\n- ", new="\n\nEdited.\n\n- ", shown_in="site/m-000005.html"),
    partial=Edit(file="theme/foot.html", old="Imprint of Luma", new="Edited imprint of Luma", shown_in="site/m-000005.html"),
    data=Edit(file="mkdocs.yml", old="4321", new="5678", shown_in="site/index.html"),
    unequal="no lists of moments, no tag pages, no feed; --dirty when nothing or one page changed",
)
