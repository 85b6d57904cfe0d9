"""Bilan: a campaign with its moments, in the theme that it ships."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.pages import ADDRESS, CLIENT, FRONT, NOW, TITLE, Moment
from bench.tools import Command, Edit, Program, Tool
from generator.theme import own_templates

CREDITS = "parts/credits.html"
FILES = {
    "site.yaml": f"title: Studio\nurl: {ADDRESS}/\nlanguage: en\ntimezone: UTC\nsocial: none\n",  # nobody else draws pictures for networks
    "content/luma/client.yaml": f'name: {CLIENT}\nlanguage: en\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n',
    "content/luma/counters.yaml": "counters:\n  - name: postcards\n    label: Postcards sent\n    date: 2026-10-01\n    value: 4321\n    author: Nell\n    source: post office\n",
    "content/luma/cards/index.md": (
        f'---\ntitle: Cards\nhashtag: "{TITLE}"\nstarts: 2026-09-01T09:00\nends: 2026-10-01T20:00\nsummary: A month of postcards.\n'
        'credits:\n  - "Imprint: Luma"\n---\n\n'
        f"A month of postcards.\n\n```counter\nnames: [postcards]\n```\n\n```moments\ncount: {FRONT}\n```\n"
    ),
}


def _install() -> Program:
    def command(folder: Path, edited: str | None = None) -> Command:
        return [sys.executable, "-m", "generator", "build", "--quiet", "--now", NOW.isoformat()]

    def serve(folder: Path, port: int) -> Command:
        return [sys.executable, "-m", "generator", "serve", "--port", str(port), "--now", NOW.isoformat()]

    return Program(version=version("bilan"), build=command, again=command, serve=serve)


def _write(folder: Path, moments: Sequence[Moment]) -> None:
    credits_file = own_templates() / CREDITS
    files = {**FILES, f"templates/{CREDITS}": credits_file.read_text("utf-8") + "<p>Imprint of Luma</p>\n"}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    target = folder / "content/luma/cards/moments"
    target.mkdir()
    for moment in moments:
        head = f"title: {moment.title}\nkind: {moment.kind}\nat: {moment.at:%Y-%m-%dT%H:%M:%S}\ntags: [{', '.join(moment.tags)}]\n"
        (target / f"{moment.slug}.md").write_text(f"---\n{head}---\n\n{moment.text}", encoding="utf-8")


TOOL = Tool(
    name="Bilan",
    install=_install,
    write=_write,
    made=("output", ".bilan"),
    pages="output/luma/cards/m-*.html",
    page=Edit(
        file="content/luma/cards/moments/000005.md", old="\n\n- ", new="\n\nEdited.\n\n- ", shown_in="output/luma/cards/m-000005.html"
    ),
    partial=Edit(
        file=f"templates/{CREDITS}", old="Imprint of Luma", new="Edited imprint of Luma", shown_in="output/luma/cards/m-000005.html"
    ),
    data=Edit(file="content/luma/counters.yaml", old="4321", new="5678", shown_in="output/luma/cards/index.html"),
    unequal="a JSON feed, an agency page and a client page besides; checks links and figures; keeps a record of what each file was made from",
)
