"""The content that every generator of the comparison gets: moments of one campaign, the same words for all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TITLE, CLIENT, ADDRESS = "#LumaCards", "Luma", "https://cards.example"
FIRST = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
KINDS = ("note", "post", "quote")
PER_LIST, FRONT, FEED = 48, 24, 30  # moments on a page of a list, on the front page, and in the feed
TAGS = (
    "morning", "harbour", "garden", "lantern", "postcard", "market", "bicycle", "rainbow", "library", "orchard", "station", "festival",
    "kitchen", "mountain", "theatre", "seaside", "bakery", "window", "concert", "workshop", "meadow", "balcony", "evening", "railway",
)  # fmt: skip
VOCABULARY = """
a the and with under above between before after slowly quickly quiet bright early late small large paper card colour picture
letter story friend neighbour street window garden morning evening winter summer river bridge market table kitchen coffee bread
apple lemon train station ticket travel walk run sing draw paint write read send open close light shadow rain wind cloud star
moon sun sea wave harbour boat island mountain forest field flower tree leaf bird cat dog horse child teacher baker driver
painter singer crowd stage lantern candle music dance dream memory promise secret surprise gift ribbon stamp envelope corner
square circle line yellow blue green
"""
WORDS = VOCABULARY.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    slug: str
    title: str
    kind: str
    at: datetime
    tags: tuple[str, ...]
    text: str  # Markdown, 150 words


def moments(count: int) -> Sequence[Moment]:
    """Oldest first; the same ones each time."""
    draw = random.Random(11)  # noqa: S311  # the same content each time
    step = timedelta(days=30) / count
    return [_moment(number, FIRST + number * step, draw) for number in range(count)]


def _moment(number: int, at: datetime, draw: random.Random) -> Moment:
    first, second = draw.sample(TAGS, 2)
    return Moment(
        slug=f"{number:06}",
        title=f"{_words(draw, 4).capitalize()} {number}",
        kind=KINDS[number % len(KINDS)],
        at=at.replace(microsecond=0),
        tags=(first, second),
        text=_text(draw),
    )


def _text(draw: random.Random) -> str:
    """Three paragraphs with strong words, emphasis and links, and a list."""
    items = "\n".join(f"- {_words(draw, 8)}" for _ in range(4))
    strong, plain, stressed = f"**{_words(draw, 2)}**", _words(draw, 14), f"*{_words(draw, 2)}*"
    first = f"{_words(draw, 22).capitalize()} {strong} {plain} [{_words(draw, 3)}]({ADDRESS}/about) {_words(draw, 8)}."
    second = f"{_words(draw, 18).capitalize()} {stressed} {_words(draw, 20)}."
    third = f"{_words(draw, 12).capitalize()} **{_words(draw, 1)}** {_words(draw, 11)} [{_words(draw, 2)}](https://luma.example/)."
    return f"{first}\n\n{items}\n\n{second}\n\n{third}\n"


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))
