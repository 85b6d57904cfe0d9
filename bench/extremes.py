"""A site of what is hard to set: nothing at all, too much of it, names that do not fit, brands that hardly show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

EXTREMES = {
    "empty": "pale/bare/",
    "one": "pale/one/",
    "full": "night/full/",
    "wall": "night/full/moments.html",
    "moment": "night/full/m-row-1.html",
    "client": "pale/",
}
LONG = "Une campagne dont le titre compte cent vingt caractères, ni plus ni moins, parce que quelqu’un finit toujours par le faire"
NAMES = (
    "Maximilienne-Apolline-Wilhelmine-Ghislaine",
    "Xylophonistenvereinigungsvorsitzenderinnen",
    "👩🏽‍🚀🎉 Zoé 🇫🇷👨‍👩‍👧‍👦",
    "ليلى بنت محمد العربي الدمشقية",
    "O",
)
WORDS = (
    "كل عام وأنتِ بخير يا جدتي",
    "Oui.",
    "Une carte pour ma voisine du troisième, qui arrose mes tomates depuis neuf ans sans jamais rien dire. " * 3,
    "Quand même !",
)
BLOCKS = """
```counter
names: [moments, people]
```

```gallery
count: 4
```

```people
count: 5
```

```goals
```

## Le mur

```moments
count: 40
```
"""


def _campaign(title: str, hashtag: str, more: str = "", summary: str = "Trois mots.") -> str:
    tag = f'hashtag: "{hashtag}"\n' if hashtag else ""
    dates = "starts: 2026-04-13T09:00\nends: 2026-04-19T22:00\nconsent: elsewhere\n"
    return f'---\ntitle: "{title}"\n{tag}{dates}summary: "{summary}"\n{more}---\n\nDeux phrases. Pas une de plus.\n{BLOCKS}'


def _files() -> Mapping[str, str]:
    rows = [
        f"row-{number},2026-04-1{3 + number % 2}T{number // 60 % 14 + 8:02}:{number % 60:02},{('card', 'message', 'quote')[number % 3]},"
        f"handle_{number % 97},{NAMES[number % len(NAMES)]},instagram,{WORDS[number % len(WORDS)].replace(',', ' ')}"
        for number in range(1000)
    ]
    ids = (row.partition(",")[0] for row in rows)
    return {
        "site.yaml": 'title: "A"\nlanguage: fr\ntimezone: Europe/Paris\n',
        "content/pale/client.yaml": 'name: Crème & Citron, limonades depuis 1887\nlanguage: fr\nbrand: {colour: "#fff3a6", font: serif}\n',
        "content/pale/bare/index.md": _campaign(LONG, "", summary=LONG),
        "content/pale/one/index.md": _campaign("Un", "#Un"),
        "content/pale/one/moments/1.md": "---\nkind: milestone\nat: 2026-04-13T09:00\ntitle: Ouvert\nkey: true\n---\n\nC’est parti.\n",
        "content/night/client.yaml": 'name: Nuit\nlanguage: en\nbrand: {colour: "#0a0a0c"}\n',
        "content/night/full/index.md": _campaign("Full", "#ThursdaysAreForTheWholeNeighbourhoodTogether"),
        "content/night/full/moments.csv": "\n".join(["id,at,kind,handle,name,platform,text", *rows]) + "\n",
        "content/night/full/moderation.csv": "\n".join(["id,decision", *(f"{each},approve" for each in ids)]) + "\n",
    }


def write_extremes(root: Path) -> None:
    for name, text in _files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
