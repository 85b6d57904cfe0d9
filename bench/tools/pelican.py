"""Pelican: articles with categories for kinds and tags, its own feed, and a site map by a template; with its cache of read files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.pages import ADDRESS, FEED, FRONT, PER_LIST, Moment
from bench.programs import python_program, said
from bench.tools import Command, Edit, Program, Tool
from bench.tools.layout import (
    BASE,
    CARD,
    FOOT,
    HEAD,
    MASTHEAD,
    MOMENT,
    NEXT,
    PREVIOUS,
    SCRIPT,
    STYLE,
    counters_json,
    filled,
    write_files,
    write_moments,
)  # fmt: skip

ITEM = {"TITLE": "{{ item.title }}", "URL": "{{ item.url }}", "TEXT": "{{ item.content }}", "SLUG": "{{ item.slug }}",
        "INSTANT": "{{ item.date.isoformat() }}", "DAY": "{{ item.locale_date }}"}  # fmt: skip
PAGE = {**{word: expression.replace("item.", "article.") for word, expression in ITEM.items()}, "TITLE": "{{ article.title }}"}
TOP = {"TITLE": "{{ article.title if article is defined else SITENAME }}", "ADDRESS": f"{ADDRESS}/{{{{ output_file }}}}"}
TAGS = '{% for tag in article.tags %}<li><a href="{{ tag.url }}">{{ tag }}</a></li>{% endfor %}'
BESIDE = (
    f"{{% if article.before is defined %}}{filled(PREVIOUS, {'URL': '{{ article.before }}.html', 'TITLE': '{{ article.before_title }}'})}{{% endif %}}"
    f"{{% if article.after is defined %}}{filled(NEXT, {'URL': '{{ article.after }}.html', 'TITLE': '{{ article.after_title }}'})}{{% endif %}}"
)
LIST = """{% extends "base.html" %}{% block main %}<h1>%NAME%</h1>
<ol>{% for item in articles_page.object_list %}<li>{% include "card.html" %}</li>{% endfor %}</ol>
<nav><ol>{% for number in articles_paginator.page_range %}<li><a href="{{ articles_paginator.page(number).url }}">{{ number }}</a></li>{% endfor %}</ol></nav>
{% endblock %}
"""
THEME = {
    "static/site.css": STYLE,
    "static/site.js": SCRIPT,
    "templates/base.html": filled(BASE, {
        "HEAD": '{% include "head.html" %}', "MASTHEAD": '{% include "masthead.html" %}', "MAIN": "{% block main %}{% endblock %}",
        "FOOT": '{% include "foot.html" %}'}),
    "templates/head.html": filled(HEAD, TOP),
    "templates/masthead.html": MASTHEAD,
    "templates/foot.html": FOOT,
    "templates/card.html": filled(CARD, ITEM),
    "templates/article.html": '{% extends "base.html" %}{% block main %}' + filled(MOMENT, {**PAGE, "TAGS": TAGS, "BESIDE": BESIDE}) + "{% endblock %}",
    "templates/index.html": filled(LIST, {"NAME": "All moments"}),
    "templates/tag.html": filled(LIST, {"NAME": "{{ tag }}"}),
    "templates/category.html": filled(LIST, {"NAME": "{{ category }}"}),
    "templates/home.html": '{% extends "base.html" %}{% block main %}<p>{{ COUNTERS.label }}: {{ COUNTERS.value }}</p><ol>'
                           f'{{% for item in articles[:{FRONT}] %}}<li>{{% include "card.html" %}}</li>{{% endfor %}}</ol>{{% endblock %}}',
    "templates/sitemap.html": '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
                              f"{{% for item in articles %}}\n<url><loc>{ADDRESS}/{{{{ item.url }}}}</loc></url>{{% endfor %}}\n</urlset>\n",
}  # fmt: skip
SETTINGS = f"""import json
from pathlib import Path

SITENAME, SITEURL, AUTHOR, TIMEZONE, DEFAULT_LANG = "Cards", "", "Luma", "UTC", "en"
FEED_DOMAIN, FEED_ALL_ATOM, FEED_MAX_ITEMS = "{ADDRESS}", "feed.xml", {FEED}
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PATH, THEME, THEME_STATIC_DIR = "content", "theme", "assets"
DIRECT_TEMPLATES = ["index", "home", "sitemap"]
INDEX_SAVE_AS, HOME_SAVE_AS, SITEMAP_SAVE_AS = "moments.html", "index.html", "sitemap.xml"
PAGINATED_TEMPLATES = {{"index": {PER_LIST}, "tag": {PER_LIST}, "category": {PER_LIST}}}
TAG_URL = TAG_SAVE_AS = "tag-{{slug}}.html"
CATEGORY_URL = CATEGORY_SAVE_AS = "kind-{{slug}}.html"
AUTHOR_SAVE_AS = ""
DEFAULT_DATE_FORMAT = "%d %B %Y, %H:%M"
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
COUNTERS = json.loads(Path("counters.json").read_text())
"""


def _install() -> Program:
    command = python_program("pelican", ["pelican[markdown]"])

    def build(folder: Path, edited: str | None = None) -> Command:
        return [command, "--quiet", "--settings", "pelicanconf.py"]

    return Program(version=said([command, "--version"]).split()[-1], build=build, again=build)


def _write(folder: Path, moments: Sequence[Moment]) -> None:
    """Neighbours are written into each file: Pelican has none of its own."""
    write_files(folder, {"pelicanconf.py": SETTINGS, "counters.json": counters_json()})
    write_files(folder / "theme", THEME)
    head = "Title: {title}\nDate: {at}\nCategory: {kind}\nTags: {tags}\nSlug: {slug}\n"
    write_moments(folder / "content", moments, "", head)
    for number, moment in enumerate(moments):
        path = folder / "content" / f"{moment.slug}.md"
        beside = [("Before", number - 1), ("After", number + 1)]
        lines = [f"{name}: {moments[at].slug}\n{name}_title: {moments[at].title}\n" for name, at in beside if 0 <= at < len(moments)]
        path.write_text("".join(lines) + path.read_text("utf-8"), encoding="utf-8")


TOOL = Tool(
    name="Pelican",
    install=_install,
    write=_write,
    made=("output", "cache", "__pycache__"),
    pages="output/0*.html",
    page=Edit(file="content/000005.md", old="\n\n- ", new="\n\nEdited.\n\n- ", shown_in="output/000005.html"),
    partial=Edit(file="theme/templates/foot.html", old="Imprint of Luma", new="Edited imprint of Luma", shown_in="output/000005.html"),
    data=Edit(file="counters.json", old="4321", new="5678", shown_in="output/index.html"),
    unequal="the moments before and after are written into its files; renders every page each time",
)
