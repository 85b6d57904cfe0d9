"""Eleventy: Nunjucks layouts, a collection of lists for kinds and tags, its feed plugin; Markdown without a template language before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench.pages import ADDRESS, FEED, FRONT, PER_LIST, Moment
from bench.programs import node_folder
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

PACKAGES = ("@11ty/eleventy", "@11ty/eleventy-plugin-rss")
ITEM = {"TITLE": "{{ item.data.title }}", "URL": "{{ item.url }}", "TEXT": "{{ item.content | safe }}", "SLUG": "{{ item.fileSlug }}",
        "INSTANT": "{{ item.date.toISOString() }}", "DAY": "{{ item.date | day }}"}  # fmt: skip
PAGE = {"TITLE": "{{ title }}", "ADDRESS": f"{ADDRESS}{{{{ page.url }}}}", "TEXT": "{{ content | safe }}",
        "INSTANT": "{{ page.date.toISOString() }}", "DAY": "{{ page.date | day }}"}  # fmt: skip
TAGS = '{% for tag in topics %}<li><a href="/tag-{{ tag }}.html">{{ tag }}</a></li>{% endfor %}'
BESIDE = (
    "{% set item = collections.moments | getPreviousCollectionItem(page) %}{% if item %}" + filled(PREVIOUS, ITEM) + "{% endif %}"
    "{% set item = collections.moments | getNextCollectionItem(page) %}{% if item %}" + filled(NEXT, ITEM) + "{% endif %}"
)
CONFIG = f"""import {{ feedPlugin }} from "@11ty/eleventy-plugin-rss";

const words = new Intl.DateTimeFormat("en-GB", {{ dateStyle: "long", timeStyle: "short", timeZone: "UTC" }});

function lists(moments) {{
  const groups = new Map([["moments", moments]]);
  for (const moment of moments)
    for (const name of ["kind-" + moment.data.kind, ...moment.data.topics.map((topic) => "tag-" + topic)])
      groups.set(name, [...(groups.get(name) ?? []), moment]);
  const pages = [];
  for (const [name, all] of groups) {{
    const newest = [...all].reverse(), count = Math.ceil(all.length / {PER_LIST});
    const urls = Array.from({{ length: count }}, (_, number) => "/" + name + (number ? "-" + (number + 1) : "") + ".html");
    urls.forEach((url, number) => pages.push({{ name, url, urls, items: newest.slice(number * {PER_LIST}, (number + 1) * {PER_LIST}) }}));
  }}
  return pages;
}}

export default function (config) {{
  config.addFilter("day", (date) => words.format(date));
  config.addPassthroughCopy("assets");
  config.addCollection("moments", (api) => api.getFilteredByGlob("moments/*.md"));
  config.addCollection("lists", (api) => lists(api.getFilteredByGlob("moments/*.md")));
  config.addPlugin(feedPlugin, {{
    type: "atom", outputPath: "/feed.xml", collection: {{ name: "moments", limit: {FEED} }},
    metadata: {{ language: "en", title: "Cards", base: "{ADDRESS}/", author: {{ name: "Luma" }} }},
  }});
  return {{ markdownTemplateEngine: false }};
}}
"""
FILES = {
    "eleventy.config.js": CONFIG,
    "package.json": '{"type": "module"}\n',
    "_data/counters.json": counters_json(),
    "assets/site.css": STYLE,
    "assets/site.js": SCRIPT,
    "moments/moments.11tydata.js": 'export default { layout: "moment.njk", permalink: (data) => `m-${data.page.fileSlug}.html` };\n',
    "_includes/base.njk": filled(BASE, {
        "HEAD": '{% include "head.njk" %}', "MASTHEAD": '{% include "masthead.njk" %}', "MAIN": "{% block main %}{{ content | safe }}{% endblock %}",
        "FOOT": '{% include "foot.njk" %}'}),
    "_includes/head.njk": filled(HEAD, PAGE),
    "_includes/masthead.njk": MASTHEAD,
    "_includes/foot.njk": FOOT,
    "_includes/card.njk": filled(CARD, ITEM),
    "_includes/moment.njk": '{% extends "base.njk" %}{% block main %}' + filled(MOMENT, {**PAGE, "TAGS": TAGS, "BESIDE": BESIDE}) + "{% endblock %}",
    "lists.njk": """---
pagination: {data: collections.lists, size: 1, alias: list}
permalink: "{{ list.url }}"
layout: base.njk
title: Moments
---
<h1>{{ list.name }}</h1><ol>{% for item in list.items %}<li>{% include "card.njk" %}</li>{% endfor %}</ol>
<nav><ol>{% for url in list.urls %}<li><a href="{{ url }}">{{ loop.index }}</a></li>{% endfor %}</ol></nav>
""",
    "index.njk": f"""---
permalink: index.html
layout: base.njk
title: Cards
---
<p>{{{{ counters.label }}}}: {{{{ counters.value }}}}</p>
<ol>{{% for item in collections.moments | reverse %}}{{% if loop.index <= {FRONT} %}}<li>{{% include "card.njk" %}}</li>{{% endif %}}{{% endfor %}}</ol>
""",
    "sitemap.njk": f"""---
permalink: sitemap.xml
eleventyExcludeFromCollections: true
---
<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{{% for item in collections.all %}}
<url><loc>{ADDRESS}{{{{ item.url }}}}</loc></url>{{% endfor %}}
</urlset>
""",
}  # fmt: skip


def _install() -> Program:
    modules = node_folder(PACKAGES)
    version = json.loads((modules / PACKAGES[0] / "package.json").read_text("utf-8"))["version"]

    def build(folder: Path, edited: str | None = None) -> Command:
        if not (folder / "node_modules").exists():
            (folder / "node_modules").symlink_to(modules)
        return ["node", modules / PACKAGES[0] / "cmd.cjs", "--quiet"]

    def serve(folder: Path, port: int) -> Command:
        return [*build(folder), "--serve", f"--port={port}"]

    return Program(version=version, build=build, again=build, serve=serve)


def _write(folder: Path, moments: Sequence[Moment]) -> None:
    write_files(folder, FILES)
    write_moments(folder / "moments", moments, "", "---\ntitle: {title}\ndate: {at}\nkind: {kind}\ntopics: [{tags}]\n---\n")


TOOL = Tool(
    name="Eleventy",
    install=_install,
    write=_write,
    made=("_site", ".cache"),
    pages="_site/m-*.html",
    page=Edit(file="moments/000005.md", old="\n\n- ", new="\n\nEdited.\n\n- ", shown_in="_site/m-000005.html"),
    partial=Edit(file="_includes/foot.njk", old="Imprint of Luma", new="Edited imprint of Luma", shown_in="_site/m-000005.html"),
    data=Edit(file="_data/counters.json", old="4321", new="5678", shown_in="_site/index.html"),
    unequal="always builds everything: --incremental ends with an error where one template lists what another has rendered",
)
