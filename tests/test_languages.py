"""Languages beyond French and English: a site with a whole catalogue speaks one, and what is missing is named."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from generator.plan.words import COUNTED, KINDS, MISSING, PEOPLE_RULE
from tests.conftest import CAMPAIGN, REPORT, SiteFolder

FRENCH = Path(__file__).parents[1] / "templates/messages/fr.po"
BLOCKS = """
```counter
names: [moments, people]
```

```people
show: podium
```

```timeline
```

```milestones
counter: moments
steps: [1, 50]
```

```press
```

```share
```

## Die Wand

```moments
```
"""
GERMAN = {"The whole wall": "Die ganze Wand", "reached on %(day)s": "erreicht am %(day)s", "Live": "Jetzt", "moments published": "Beiträge"}
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def catalogue(left_out: str = "") -> str:
    """Every message that the French catalogue has, and every word of the plan's, in something like German."""
    own = [*(words["en"] for table in (COUNTED, KINDS, MISSING) for words in table.values()), PEOPLE_RULE["en"]]
    forms = {message.id for message in read_po(BytesIO(FRENCH.read_bytes())) if message.id}
    singles = {form for form in forms if isinstance(form, str)} | set(own)
    lines = [f'msgid "{text}"\nmsgstr "{GERMAN.get(text, f"«{text}»")}"\n' for text in sorted(singles) if text != left_out]
    plural = 'msgid "{0}"\nmsgid_plural "{1}"\nmsgstr[0] "«{0}»"\nmsgstr[1] "«{1}»"\n'
    return HEAD + "\n".join([*lines, *(plural.format(*form) for form in sorted(forms - singles) if isinstance(form, tuple))])


@pytest.fixture
def german(site: SiteFolder) -> SiteFolder:
    """The site in German, without reports."""
    site.write("site.yaml", "title: Atelier\nlanguage: de\ntimezone: Europe/Berlin\n")
    site.write("content/luma/client.yaml", 'name: Luma\nlanguage: de\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n')
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("\n```moments\n```\n", BLOCKS)).remove("content/luma/reports/monthly.md")
    return site.write("templates/messages/de.po", catalogue())


def test_a_site_with_a_whole_catalogue_speaks_its_language(german: SiteFolder) -> None:
    """J7: words are the catalogue's, days and hours are written as the language does, and no English word of Bilan's is left."""
    assert german.mistakes() == []
    page = german.output("luma/cards/index.html")

    assert '<html lang="de"' in page
    assert "erreicht am Di., 1.\u00a0September" in page
    assert "1.–7. Sept. 2026" in page
    assert ">Beiträge<" in page
    assert "«Most active»" in page
    strangers = re.findall(r">(?:Most active|The whole wall|In the press|Nobody yet\.|Pass it on|Follow:)", page)
    assert strangers == []


@pytest.mark.parametrize("text", ["In the press", "moments published", "Milestone"])
def test_a_message_that_is_missing_is_an_error_that_names_it(german: SiteFolder, text: str) -> None:
    """J7: of a template's words and of the plan's own."""
    german.write("content/luma/cards/moments/001.md", "---\nkind: milestone\nat: 2026-09-01T09:00\n---\n\nThe *first* card.\n")
    german.write("templates/messages/de.po", catalogue(left_out=text))

    found = {(problem.code, problem.at.path, problem.severity) for problem in german.mistakes() if text in problem.message}
    assert found == {("missing-message", "templates/messages/de.po", "error")}
    assert german.run("build").code == 1


def test_a_new_word_in_the_catalogue_makes_pages_anew(german: SiteFolder) -> None:
    """J7: a build after an edit of the catalogue gives what a clean one would."""
    german.write("content/luma/cards/moments/001.md", "---\nkind: milestone\nat: 2026-09-01T09:00\n---\n\nThe *first* card.\n").build()
    german.write("templates/messages/de.po", catalogue().replace("«Milestone»", "Meilenstein")).build()
    after = german.tree()
    german.build(force=True)

    assert "Meilenstein" in german.output("luma/cards/m-002.html")
    assert german.tree() == after


def test_a_language_without_words_is_refused_once(site: SiteFolder) -> None:
    """J7: without a catalogue the language is an error at its line, not a hundred of missing messages."""
    site.write("content/luma/client.yaml", "name: Luma\nlanguage: de\n")

    (problem,) = site.mistakes()
    assert (problem.code, problem.at.path, problem.at.line) == ("unknown-language", "content/luma/client.yaml", 2)
    assert "templates/messages/de.po" in str(problem.fix)


def test_figures_and_reports_say_that_they_speak_two_languages(german: SiteFolder) -> None:
    """J7: names of metrics would stand in English among German words: a block of figures and a report are errors, each at its place."""
    german.write("content/luma/reports/monthly.md", REPORT)
    german.write("content/luma/cards/index.md", CAMPAIGN.replace("```moments\n```", "```kpis\nmetrics: [views]\n```"))

    assert {(problem.code, problem.at.path) for problem in german.mistakes()} == {
        ("untranslated-block", "content/luma/cards/index.md"),
        ("untranslated-report", "content/luma/reports/monthly.md"),
    }


def test_french_has_every_message_of_the_templates() -> None:
    """J7: each message that a template asks for is in the French catalogue, so that no page can lack one."""
    parsed = read_po(BytesIO(FRENCH.read_bytes()))
    known = {form if isinstance(form, str) else form[0] for message in parsed if message.string for form in [message.id]}
    asked = set()
    for path in FRENCH.parents[1].rglob("*"):
        if path.suffix in (".html", ".json", ".txt", ".xml"):
            asked |= {found[1] for found in re.finditer(r'(?:\b_|\bngettext)\(\s*"((?:[^"\\]|\\.)+)"', path.read_text("utf-8"))}

    assert len(asked) > 100
    assert asked - known == set()
