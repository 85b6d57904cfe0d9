"""`bilan new`: a small site that builds at once and shows where things go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from generator.model.fields import slug_from
from generator.problems import BilanError, Location, Problem

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "zone": "Europe/Paris",
        "welcome": "Des campagnes, et ce qu’elles ont donné.",
        "campaign": "Notre première campagne",
        "summary": "Une semaine de cartes, racontée au fil de l’eau.",
        "story": "Racontez ici la campagne en deux phrases. "
        "Le mur ci-dessous se remplit à mesure que vous déposez des fichiers dans `moments/`.",
        "wall": "Le mur",
        "moment": "La campagne est ouverte. Voici le premier moment du mur.",
        "moment_title": "C’est parti",
        "report": "Bilan mensuel",
        "summary_section": "Synthèse",
        "content_section": "Contenus",
        "drop": "Déposez ici les exports des plateformes, tels quels : CSV, XLSX, XLS ou ZIP, sous n’importe quel nom.",
    },
    "en": {
        "zone": "Europe/London",
        "welcome": "Campaigns, and what came of them.",
        "campaign": "Our first campaign",
        "summary": "A week of cards, told as it happens.",
        "story": "Tell the campaign here in two sentences. The wall below fills as you drop files into `moments/`.",
        "wall": "The wall",
        "moment": "The campaign is open. This is the first moment of the wall.",
        "moment_title": "Off we go",
        "report": "Monthly report",
        "summary_section": "Summary",
        "content_section": "Content",
        "drop": "Drop the platforms' exports here, as they are: CSV, XLSX, XLS or ZIP, under any name.",
    },
}


def begin(folder: Path, title: str, client: str, language: str, today: date) -> Iterator[str]:
    """Writes the site's files and says what to do next. Raises BilanError when the folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problem = Problem(code="not-empty", message="this is not an empty folder", at=Location(path=str(folder)), fix="name a new folder")
        raise BilanError([problem])
    for name, text in _files(title, client, language, today).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    slug = slug_from(client)
    yield f"{folder} is ready. Next:"
    yield f"  cd {folder}"
    yield "  bilan serve --open                   see it in the browser, and every change as you save"
    yield f"  drop an export into content/{slug}/kpi/   its figures appear in the monthly report"


def _quoted(text: str) -> str:
    """A text as YAML, on one line and without control characters."""
    plain = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _files(title: str, client: str, language: str, today: date) -> Mapping[str, str]:
    words, slug = WORDS[language], slug_from(client)
    campaign = f"content/{slug}/{'premiere-campagne' if language == 'fr' else 'first-campaign'}"
    months_ago = (today.replace(day=1) - timedelta(days=360)).replace(day=1)
    return {
        "site.yaml": f'title: {_quoted(title)}\nlanguage: {language}\ntimezone: {words["zone"]}\nbrand:\n  colour: "#1f5c56"\n',
        ".gitignore": "output/\n.bilan/\n",
        "content/index.md": f"---\ntitle: {_quoted(title)}\nsummary: {words['welcome']}\n---\n",
        f"content/{slug}/client.yaml": _client(words, client, language),
        f"content/{slug}/kpi/README.md": f"{words['drop']}\n",
        f"{campaign}/index.md": _campaign(words, today),
        f"{campaign}/moments/001.md": _moment(words, today),
        f"content/{slug}/reports/monthly.md": _report(words, months_ago),
    }


def _client(words: Mapping[str, str], client: str, language: str) -> str:
    return f"""name: {_quoted(client)}
language: {language}
timezone: {words["zone"]}
currency: EUR
brand:
  colour: "#4b3fa7"
"""


def _moment(words: Mapping[str, str], today: date) -> str:
    return f"""---
kind: milestone
at: {today - timedelta(days=1)}T09:00
title: {_quoted(words["moment_title"])}
key: true
---

{words["moment"]}
"""


def _campaign(words: Mapping[str, str], today: date) -> str:
    return f"""---
title: {_quoted(words["campaign"])}
hashtag: "#Hello"
starts: {today - timedelta(days=1)}T09:00
ends: {today + timedelta(days=6)}T20:00
summary: {words["summary"]}
---

{words["story"]}

## {words["wall"]}

```moments
count: 24
```
"""


def _report(words: Mapping[str, str], first: date) -> str:
    return f"""---
title: {words["report"]}
from: {first:%Y-%m}
---

## {words["summary_section"]} {{#summary}}

```kpis
metrics: [exposure, engagements_public, engagement_rate, link_clicks, followers_net]
```

```chart
line: exposure
compare: previous
```

## {words["content_section"]} {{#content}}

```table
metrics: [exposure, engagements_public, engagement_rate]
by: platform
compare: previous
```

```posts
count: 5
```
"""
