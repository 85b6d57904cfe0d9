"""K4: a theme changes one block without copying a file, and whatever it changes, `bilan check --theme` says which promise it breaks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from generator.theme import own_templates
from tests.conftest import SiteFolder, command

DOCUMENTED = (Path(__file__).parent.parent / "docs/themes.md").read_text("utf-8")
PAGE = "luma/cards/index.html"


def page(site: SiteFolder, name: str = PAGE) -> str:
    return (site.root / "output" / name).read_text("utf-8")


def unnamed(html: str) -> list[str]:
    """The words of a page, whatever its segments are called: another template makes others."""
    return re.sub(r"\b[0-9a-f]{10,}\b", "…", html).split()


def test_one_block_is_replaced_and_the_rest_is_bilans_own(site: SiteFolder) -> None:
    """The example of docs/themes.md: what stands in the block comes after what Bilan puts there."""
    (name, template), _ = re.findall(r"<!-- tested: (\S+) -->\n```html\n(.*?)```", DOCUMENTED, flags=re.S)
    site.build()
    before = page(site)

    site.write(name, template)
    done = site.build()

    assert PAGE in done.written
    added = '<p class="partners">With the friends of Luma.</p>\n'
    assert added in page(site)
    assert unnamed(page(site).replace(added, "")) == unnamed(before)


def test_the_documented_template_of_a_block_does(site: SiteFolder) -> None:
    """The other example: `segment` has the block's values."""
    _, (name, template) = re.findall(r"<!-- tested: (\S+) -->\n```html\n(.*?)```", DOCUMENTED, flags=re.S)
    site.write(name, template)
    site.write("content/luma/cards/more.md", "---\ntitle: More\n---\n\n```quote\ntext: Tea & time.\nby: Ann\n```\n")

    assert not site.build().problems.errors

    assert "<blockquote>Tea &amp; time.</blockquote>\n<figcaption><bdi>Ann</bdi>" in page(site, "luma/cards/more.html")
    assert command("check", "--theme", "--site", site.root).code == 0


def test_all_pages_change_with_their_base(site: SiteFolder) -> None:
    """base.html is extended like any other; pages that extend base.html get the site's."""
    site.write(
        "templates/base.html",
        '{% extends "bilan:base.html" %}\n{% block meta %}{{ super() }}<meta name="owner" content="us">{% endblock %}\n',
    )

    site.build()

    assert '<meta name="owner" content="us">' in page(site, "luma/index.html")
    assert '<meta name="owner" content="us">' in page(site, "index.html")


def test_a_block_that_is_taken_back_leaves_nothing(site: SiteFolder) -> None:
    """Incremental equals clean: a template of the site that goes is noted like one that comes."""
    site.build()
    before = page(site)
    path = site.root / "templates/campaign.html"
    site.write("templates/campaign.html", '{% extends "bilan:campaign.html" %}\n{% block foot %}{% endblock %}\n')
    site.build()
    assert page(site) != before

    path.unlink()
    site.build()

    assert page(site) == before


def test_a_template_that_extends_itself_is_told_how(site: SiteFolder) -> None:
    """The likely mistake, with the way out."""
    site.write("templates/campaign.html", '{% extends "campaign.html" %}\n')

    run = command("build", "--site", site.root, "--now", "2026-10-05")

    assert run.code == 1
    assert "template-recursion" in run.err
    assert '{% extends "bilan:' in run.err


@pytest.mark.parametrize("name", ["bilan:../site.yaml", "bilan:/etc/hostname", "bilan:bilan:page.html", "bilan:nothing.html"])
def test_bilans_own_templates_are_all_that_is_found_there(site: SiteFolder, name: str) -> None:
    """T5: the way past the site's templates leads to Bilan's, and to nothing else."""
    site.write("templates/campaign.html", f'{{% include "{name}" %}}\n')

    run = command("build", "--site", site.root, "--now", "2026-10-05")

    assert run.code == 1
    assert "templates/campaign.html:1" in run.err
    assert "missing-template" in run.err


def test_a_sheet_of_the_theme_comes_after_bilans_own(site: SiteFolder) -> None:
    """assets/theme.css is loaded by every page, last, under a name that changes with it."""
    site.write("templates/assets/theme.css", "h1 { color: teal }\n")

    site.build()

    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page(site))
    assert [re.sub(r"\.[0-9a-f]{10}\.", ".", sheet) for sheet in sheets] == ["assets/site.css", "assets/theme.css"]
    assert (site.root / "output/luma/cards" / sheets[1]).read_text("utf-8") == "h1 { color: teal }\n"


def test_bilans_own_theme_keeps_every_promise(site: SiteFolder) -> None:
    """In each phase, in both languages."""
    run = command("check", "--theme", "--site", site.root)

    assert (run.code, run.out.strip(), run.err) == (0, "no problem", "")


OWN = "{% extends 'bilan:campaign.html' %}"
ELSEWHERE = "https://cdn.example/x.js"
BASE = (own_templates() / "base.html").read_text("utf-8")
SHOW = '{{% macro show(picture, sizes, class="", alt=none, eager=false) %}}{}{{% endmacro %}}'
CARD = (own_templates() / "parts/moment-card.html").read_text("utf-8")
WALL = (own_templates() / "blocks/moments.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "template", "promise"),
    [
        pytest.param("base.html", BASE.replace("<!doctype html>\n", ""), "doctype", id="doctype"),
        pytest.param("base.html", BASE.replace('lang="{{ language }}"', 'lang="de"'), "language", id="language"),
        pytest.param("base.html", BASE.replace('<meta charset="utf-8">', ""), "UTF-8", id="charset"),
        pytest.param("base.html", BASE.replace("initial-scale=1", "initial-scale=1, maximum-scale=1"), "viewport", id="zoom"),
        pytest.param("base.html", BASE.replace("<main", "<h1>Again</h1><main"), "one heading", id="two headings"),
        pytest.param("base.html", BASE.replace("<main", "<div").replace("</main>", "</div>"), "<main>", id="no main"),
        pytest.param("base.html", BASE.replace('href="#main"', 'href="#other"'), "a link to the content", id="skip link"),
        pytest.param("base.html", BASE.replace('<meta name="robots" content="noindex, nofollow">', ""), "private pages", id="private"),
        pytest.param("base.html", BASE.replace("{% if page.noindex %}", "{% if true %}"), "welcome", id="public"),
        pytest.param("base.html", BASE.replace('rel="canonical"', 'rel="other"'), "names its address", id="canonical"),
        pytest.param("base.html", BASE.replace("</head>", f'<script src="{ELSEWHERE}"></script></head>'), "another host", id="script"),
        pytest.param("base.html", BASE.replace("</style>", f"p {{ background: url({ELSEWHERE}) }}</style>"), "another host", id="style"),
        pytest.param("base.html", BASE.replace("{% block credits %}{% endblock %}", ""), "legal notices", id="credits"),
        pytest.param("base.html", BASE.replace("<footer", '<p id="main">x</p><footer'), "each id", id="id"),
        pytest.param("parts/moment-card.html", CARD.replace("{{ plain(card.text) }}", "{{ card.text|safe }}"), "stays text", id="T4 text"),
        pytest.param("parts/moment-card.html", CARD.replace("{{ plain(card.text) }}", ""), "words are shown", id="text lost"),
        pytest.param("parts/picture.html", SHOW.format('<img src="{{ picture.src }}">'), "has words", id="alt"),
        pytest.param("parts/picture.html", SHOW.format('<img src="{{ picture.src }}" alt="">'), "width and height", id="size"),
        pytest.param("blocks/moments.html", WALL.replace("data-moment=", "data-thing="), "data-moment", id="live card"),
        pytest.param("campaign.html", OWN + "{% block script %}{% endblock %}", "loads its script", id="live script"),
    ],
)  # fmt: skip
def test_each_promise_that_a_theme_breaks_is_named(site: SiteFolder, name: str, template: str, promise: str) -> None:
    """The template, the promise, and where in the sample."""
    assert template != (own_templates() / name).read_text("utf-8")
    site.write(f"templates/{name}", template)

    run = command("check", "--theme", "--json", "--site", site.root)

    assert run.code == 1
    problems = [json.loads(line) for line in run.out.splitlines()]
    assert any(promise in problem["message"] for problem in problems if problem["code"] == "theme-promise")


def test_a_promise_that_one_block_breaks_names_its_template(site: SiteFolder) -> None:
    """The site's own file, not the page of Bilan's that it is shown on."""
    site.write("templates/blocks/moments.html", WALL.replace("data-moment=", "data-thing="))

    run = command("check", "--theme", "--json", "--site", site.root)

    assert {json.loads(line)["path"] for line in run.out.splitlines()} == {"templates/blocks/moments.html"}


def test_the_template_of_a_block_is_told_what_it_has(site: SiteFolder) -> None:
    """Its values are in `segment`."""
    site.write("templates/blocks/moments.html", "{{ block.items }}")

    run = command("check", "--theme", "--site", site.root)

    assert run.code == 1
    assert "segment" in run.err.partition("known names: ")[2]


def test_a_mistake_in_a_template_is_found_there_too(site: SiteFolder) -> None:
    """Of a phase in which the site is not."""
    site.write(
        "templates/campaign.html",
        "{% extends 'bilan:campaign.html' %}\n{% block script %}{% if campaign.phase == 'recap' %}{{ nothing }}{% endif %}{% endblock %}",
    )

    run = command("check", "--theme", "--site", site.root)

    assert run.code == 1
    assert "templates/campaign.html:2" in run.err
    assert "unknown-variable" in run.err
