"""After any edits, an incremental build gives byte for byte what a build from nothing gives, and makes little more than what changed.

`make soak` runs the same with more edits: BILAN_SOAK says how many.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import pytest
from PIL import Image

from generator import pipeline
from generator.facts import Readings
from generator.pipeline import Summary
from tests.conftest import CAMPAIGN, CLIENT, NOW, SITE, SiteFolder, x_overview

EDITS = int(os.environ.get("BILAN_SOAK", "0")) or 40
LISTS = re.compile(r"(index|moments|tags?|feed|sitemap|on)\b.*|robots\.txt")
CARDS = "content/luma/cards"
TAGS = ("press", "Été", "#two words", "top")
USES = ("web", "web;pdf", "web;print", "web;social;print")
SETTINGS = ("", "url: https://a.example/\n", "url: https://a.example/\nsocial: moments\n", "limits:\n  post_characters: 500\n")
LONG_AGO = 1_700_000_000  # seconds: a file saved in this very moment is read again by the next build, and nothing would be remembered


class AgedSite(SiteFolder):
    """A site whose files are all saved long ago, each later than the one before."""

    saved = LONG_AGO

    def write(self, name: str, content: str | bytes) -> Self:
        super().write(name, content)
        AgedSite.saved += 1
        os.utime(self.root / name, (AgedSite.saved, AgedSite.saved))
        return self


Edit = Callable[[AgedSite, random.Random], object]


def moment(dice: random.Random) -> str:
    """A moment with some of all that one may have."""
    head = [
        f"kind: {dice.choice(['note', 'quote', 'photo'])}",
        f"at: 2026-09-0{dice.randrange(1, 8)}T0{dice.randrange(10)}:00{dice.choice(['', '', '+02:00'])}",
    ]
    head += [f"title: {dice.choice(['A', 'B', '#C'])} {dice.randrange(50)}".replace(": #", ": C")] * dice.randrange(2)
    head += [f"tags: {[dice.choice(TAGS), dice.choice(TAGS)]}"] * dice.randrange(2) + ["picture: ../media/a.jpg"] * (dice.random() < 0.2)
    head += ["pinned: true"] * (dice.random() < 0.2) + [f"until: 2026-{dice.choice(['09', '12'])}-20T10:00"] * (dice.random() < 0.2)
    words = [
        f"Plain {dice.random()}.",
        "*Strong*.",
        "{{ impressions }} seen.",
        "[Out](https://a.example).",
        "![Seen](../media/b.jpg)",
        "`{{ x }}`",
    ]
    return "---\n" + "\n".join(head) + "\n---\n\n" + "\n\n".join(dice.sample(words, dice.randrange(1, 4))) + "\n"


def picture(dice: random.Random) -> bytes:
    made = BytesIO()
    Image.new("RGB", (dice.choice([300, 700]), 200), dice.choice(["red", "blue", "green"])).save(made, "JPEG")
    return made.getvalue()


def people(site: AgedSite, dice: random.Random) -> None:
    rows = (f"p{number},2026-09-03T10:0{number},post,h{number},N{number},x,Text {dice.randrange(9)}\n" for number in range(6))
    site.write(f"{CARDS}/moments.csv", "id,at,kind,handle,name,platform,text\n" + "".join(rows))


def participants(site: AgedSite, dice: random.Random) -> None:
    """Cards of people, with a page, a picture and a sheet each; now and then there are none."""
    row = "c{number},2026-09-0{day}T10:00,N{name},h{number},{picture},Text {text}\n".format
    rows = (
        row(number=number, day=dice.randrange(1, 8), name=dice.randrange(3), text=dice.randrange(9),
            picture=dice.choice(["", "media/a.jpg", "media/b.jpg"]))
        for number in range(3)
    )  # fmt: skip
    site.write(f"{CARDS}/cards.csv", "id,at,name,handle,picture,text\n" + "".join(rows))
    if dice.random() < 0.2:
        (site.root / CARDS / "cards.csv").unlink()


def decisions(site: AgedSite, dice: random.Random) -> None:
    rows = (f"{name}{number},{dice.choice(['approve', 'reject', 'hold'])}\n" for name in "pc" for number in range(6))
    site.write(f"{CARDS}/moderation.csv", "id,decision\n" + "".join(rows))


def consent(site: AgedSite, dice: random.Random) -> None:
    """Who agreed, to what, until when; now and then nobody keeps a record."""
    parts, ends = ["", "text", "text;name", "picture"], ["", "2026-09-30", "2027-01-01"]
    row = "{who},{what},{scope},2026-09-01,asked,{ends},{gone}\n".format
    rows = (
        row(who=dice.choice([f"p{number}", f"@h{number}"]), what=dice.choice(parts), scope=dice.choice(USES),
            ends=dice.choice(ends), gone=dice.choice(["", "", "2026-10-01"]))
        for number in range(6)
    )  # fmt: skip
    site.write(f"{CARDS}/consent.csv", "who,what,scope,date,proof,expires,withdrawn\n" + "".join(rows))
    if dice.random() < 0.3:
        (site.root / CARDS / "consent.csv").unlink()


def dated(site: AgedSite, dice: random.Random) -> None:
    """A page, or the campaign, that is not out, out, or over."""
    dates = dice.choice(["", "at: 2027-01-01\n", "until: 2026-10-01\n", "at: 2026-09-01\nuntil: 2027-09-01\n", "aliases: [old]\n"])
    if dice.random() < 0.2:
        site.write(f"{CARDS}/index.md", CAMPAIGN.replace("title: Cards\n", f"title: Cards\n{dates}"))
    else:
        site.write(f"{CARDS}/b.md", f"---\ntitle: {dice.random()}\n{dates}---\n\nSee [it](index.md).\n")


def client(site: AgedSite, dice: random.Random) -> None:
    colour, language, zone = dice.choice(["1f5c56", "7a3b12"]), dice.choice(["en", "fr"]), dice.choice(["Europe/Paris", "Asia/Tokyo"])
    text = CLIENT.replace("1f5c56", colour).replace("language: en", f"language: {language}")
    site.write("content/luma/client.yaml", f"{text}timezone: {zone}\n")


def card_with_macro(site: AgedSite, dice: random.Random) -> None:
    if (site.root / "templates/blocks/own.html").exists():
        card = '{% import "blocks/own.html" as own %}<p>{{ card.title }} {{ own.word() }}</p>'
        site.write("templates/parts/moment-card.html", card)


def figures(site: AgedSite, dice: random.Random) -> None:
    site.write("content/luma/kpi/overview.csv", x_overview({f"2026-09-0{dice.randrange(1, 8)}": dice.randrange(1000)}))


def rename(site: AgedSite, dice: random.Random) -> None:
    path = dice.choice(sorted((site.root / CARDS / "moments").glob("*.md")))
    path.rename(path.with_name(f"{dice.randrange(30):03}.md"))


def delete(site: AgedSite, dice: random.Random) -> None:
    found = sorted((site.root / CARDS / "moments").glob("*.md"))
    if len(found) > 3:
        dice.choice(found).unlink()


def broken(name: str, text: str) -> Edit:
    """A mistake that is built and taken back."""

    def edit(site: AgedSite, dice: random.Random) -> None:
        path = site.root / name
        before = path.read_bytes() if path.is_file() else None
        assert site.write(name, text).build().failed
        site.remove(name) if before is None else site.write(name, before)

    return edit


CONTENT: list[Edit] = [
    lambda site, dice: site.write(f"{CARDS}/moments/{dice.randrange(30):03}.md", moment(dice)),
    lambda site, dice: site.write(f"{CARDS}/moments/{dice.randrange(30):03}.md", moment(dice)),
    lambda site, dice: site.write(f"{CARDS}/index.md", CAMPAIGN.replace("A week", f"{dice.random()} weeks")),
    lambda site, dice: site.write(f"{CARDS}/index.md", CAMPAIGN.replace("title: Cards", f"title: Cards {dice.randrange(3)}")),
    lambda site, dice: site.write(f"{CARDS}/{dice.choice('ab')}.md", f"---\ntitle: {dice.random()}\n---\n\nSee [it](index.md).\n"),
    lambda site, dice: (site.root / CARDS / "a.md").unlink(missing_ok=True),
    people,
    decisions,
    consent,
    dated,
    lambda site, dice: site.write(f"{CARDS}/media/{dice.choice('ab')}.jpg", picture(dice)),
    rename,
    delete,
]  # fmt: skip
OTHERS: list[Edit] = [
    participants,
    participants,
    lambda site, dice: site.write("templates/cards/more.html", f"<p>{dice.randrange(3)}</p>"),
    lambda site, dice: site.write("site.yaml", SITE + dice.choice(SETTINGS)),
    client,
    client,
    figures,
    lambda site, dice: site.write("content/orion/client.yaml", CLIENT.replace("Luma", dice.choice(["Orion", "Rigel"]))),
    lambda site, dice: shutil.rmtree(site.root / "content/orion", ignore_errors=True),
    lambda site, dice: site.write("templates/parts/credits.html", f"<p>{dice.randrange(3)}</p>"),
    lambda site, dice: site.write("templates/blocks/own.html", f"{{% macro word() %}}{dice.randrange(3)}{{% endmacro %}}"),
    card_with_macro,
    lambda site, dice: site.write("templates/assets/site.css", f"p {{ margin: {dice.randrange(3)}px }}"),
    lambda site, dice: site.write("templates/page.html", f'{{% extends "base.html" %}}{{% block main %}}{dice.random()}{{% endblock %}}'),
    lambda site, dice: shutil.rmtree(site.root / "templates", ignore_errors=True),
    lambda site, dice: site.write(f"output/luma/cards/{dice.choice(['index', 'moments', 'nothing'])}.html", f"tampered {dice.random()}"),
    lambda site, dice: shutil.rmtree(site.root / "output/luma/cards", ignore_errors=True),
    lambda site, dice: site.build(choose=lambda output: dice.random() < 0.5),
    lambda site, dice: (site.root / ".bilan/facts.sqlite3").write_bytes(b"lost"),
    broken(f"{CARDS}/bad.md", "---\ntitle: @\n---\n"),
    broken(f"{CARDS}/moments/bad.md", "---\nkind: nope\n---\n"),
    broken("templates/moment.html", "{{ nope }}"),
    broken("templates/parts/credits.html", "{% if %}"),
]  # fmt: skip


@pytest.fixture
def aged(site: SiteFolder) -> AgedSite:
    """The site without its report, its files saved long ago."""
    site.remove("content/luma/reports/monthly.md")
    old = AgedSite(site.root)
    for path in sorted(path for path in old.root.rglob("content/**/*") if path.is_file()):
        old.write(path.relative_to(old.root).as_posix(), path.read_bytes())
    old.write(f"{CARDS}/media/a.jpg", picture(random.Random(1))).write(f"{CARDS}/media/b.jpg", picture(random.Random(2)))
    return old


def clean(site: SiteFolder, folder: Path) -> dict[str, bytes]:
    """What a build from nothing gives for the same sources, foreign files apart."""
    shutil.copytree(site.root, folder, ignore=shutil.ignore_patterns("output", ".bilan"))
    other = SiteFolder(folder)
    assert not other.build().failed
    tree = other.tree()
    shutil.rmtree(folder)
    return tree


def rendered(summary: Summary) -> set[str]:
    return {verdict.output.path for verdict in summary.verdicts if not verdict.fresh}


@pytest.mark.parametrize("seed", range(1 if EDITS > 40 else 2))
def test_incremental_equals_clean(aged: AgedSite, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """K1: after each of many random edits (content, data, theme, settings, mistakes mended, tampering, lost facts), the tree is that of a
    clean build; and no page is rendered for an edit of the content but those that change, and lists."""
    dice = random.Random(seed)
    assert not aged.build().failed
    for number in range(EDITS):
        before = aged.tree()
        of_content = dice.random() < 0.6
        edit = dice.choice(CONTENT if of_content else OTHERS)
        edit(aged, dice)
        summary = aged.build()
        problems = "\n".join(str(problem) for problem in summary.problems)
        assert not summary.failed, f"edit {number}: {problems}"
        foreign = {"luma/cards/nothing.html"}
        after = aged.tree()
        again = clean(aged, tmp_path_factory.mktemp("clean") / "site")

        assert {name for name in {*after, *again} - foreign if after.get(name) != again.get(name)} == set(), f"edit {number}"
        if of_content:
            changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
            assert {name for name in rendered(summary) - changed if not LISTS.fullmatch(Path(name).name)} == set(), f"edit {number}"
    assert aged.build().idle


def test_pages_are_the_same_wherever_they_are_rendered(aged: AgedSite, tmp_path_factory: pytest.TempPathFactory) -> None:
    """T7: hundreds of pages made in this process and in two workers are the same bytes; so are those of a second build that
    remembers what it read."""
    dice = random.Random(7)
    for number in range(400):
        aged.write(f"{CARDS}/moments/{number:03}.md", moment(dice))
    folder = tmp_path_factory.mktemp("workers")
    trees = []
    for workers in ("serial", "2"):
        site = SiteFolder(folder / workers)
        shutil.copytree(aged.root, site.root)
        assert not pipeline.build(site.root, NOW, workers=workers).failed
        assert not list(site.root.rglob("output/**/*.bilan-tmp"))
        trees.append(site.tree())

    again = pipeline.build(site.root, NOW, workers="2", force=True)

    assert trees[0] == trees[1] == site.tree()
    assert (again.written, len(again.verdicts)) == ([], len(site.tree()))


def test_serving_reads_again_what_changed_only(aged: AgedSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is built while serving is what a clean build gives, after edits of pages and of exports; exports that are the same are not read
    again."""
    from generator import exports

    aged.write(f"{CARDS}/word.md", "---\ntitle: Word\n---\n\n{{ impressions }} seen.\n")
    readings, read, asked = Readings(), exports.read_exports, list[str]()

    def rebuild() -> None:
        pipeline.build(aged.root, NOW, choose=lambda output: output.job.renderer != "report", readings=readings)

    def noted(folder: Path, **given: Any) -> Any:
        asked.append(folder.name)
        return read(folder, **given)

    monkeypatch.setattr(exports, "read_exports", noted)
    rebuild()
    aged.write(f"{CARDS}/moments/001.md", moment(random.Random(3)))
    rebuild()
    first = list(asked)
    figures(aged, random.Random(4))
    rebuild()
    asked_for_figures = list(asked)
    aged.write(f"{CARDS}/moments/002.md", "---\nkind: note\nat: 2026-09-02T09:00+02:00\n---\n\nFar.\n")
    rebuild()
    aged.write("content/luma/client.yaml", f"{CLIENT}timezone: Asia/Tokyo\n")
    rebuild()

    assert (first, asked_for_figures) == (["kpi"], ["kpi", "kpi"])
    again, tree = clean(aged, tmp_path / "clean"), aged.tree()
    assert {name: tree.get(name) for name in again} == again
