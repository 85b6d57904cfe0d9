"""A campaign with cards, and how their pictures and sheets are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from tests.conftest import CAMPAIGN, CLIENT, SITE, SiteFolder

HERE = "content/luma/cards"
URL = f"{SITE}url: https://atelier.example/\n"
HEAD = ("id", "name", "handle", "picture", "text", "platform", "at", "private", "town")
LEA = {
    "id": "p-1", "name": "Léa", "handle": "lea.dessine", "picture": "media/lea.png", "text": "Elle a eu son permis, ma petite sœur.",
    "platform": "instagram", "town": "Brest",
}  # fmt: skip
TOM = {"id": "p-2", "name": "Tom", "text": "Un dessin pour ma grand-mère, qui a cent ans."}


def rows(*cards: dict[str, str]) -> str:
    """cards.csv."""
    made = io.StringIO()
    writer = csv.DictWriter(made, HEAD, lineterminator="\n")
    writer.writeheader()
    writer.writerows({"at": "2026-09-02T10:00", **card} for card in cards)
    return made.getvalue()


def decisions(*ids: str) -> str:
    return "id,decision\n" + "".join(f"{each},approve\n" for each in ids)


def picture(colour: str, size: tuple[int, int] = (400, 400)) -> bytes:
    made = io.BytesIO()
    drawn = Image.new("RGB", size, colour)
    drawn.paste("#f0e8dc", (120, 120, 280, 280))
    drawn.save(made, "PNG")
    return made.getvalue()


def with_cards(site: SiteFolder, *cards: dict[str, str], settings: str = "", approved: bool = True) -> SiteFolder:
    """Cards of these rows, all approved."""
    site.write("site.yaml", URL).write("content/luma/client.yaml", CLIENT)
    site.write(f"{HERE}/index.md", CAMPAIGN.replace("title: Cards\n", f"title: Cards\nconsent: elsewhere\n{settings}"))
    site.write(f"{HERE}/cards.csv", rows(*cards)).write(f"{HERE}/media/lea.png", picture("#c2410c"))
    return site.write(f"{HERE}/moderation.csv", decisions(*(card["id"] for card in cards) if approved else ()))


@contextmanager
def opened(pdf: bytes | Path) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def words(pdf: bytes | Path) -> str:
    with opened(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\ufffe", "-")  # a hyphen at a line's end
