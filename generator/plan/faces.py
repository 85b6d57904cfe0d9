"""What a drawn card shows, for networks or in print: words, the sizes to begin with, and tones taken from a portrait."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from math import cos

from generator.plan.palette import contrast, on_top, palette, readable, to_hex, to_lch

LONGEST = {"social": 220, "postcard": 330, "a5": 420}  # characters of a text that a card holds, by format
LONGEST_FOOT = 32  # and of each part of its last line
NAMES = (
    (9, 8),
    (17, 10),
    (25, 12),
    (34, 14),
    (46, 17),
    (60, 21),
)  # for each size of a name but the last: letters in all, and of its longest word
TEXTS = (50, 90, 140, 210)  # and letters of a text
Colours = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What is to be drawn."""

    name: str
    text: str | None = None
    over: str | None = None  # a line above the name
    by: str | None = None  # and one below it
    picture: str | None = None  # path relative to the site
    foot: tuple[str, ...] = ()
    colours: Colours = ()  # of the picture, where they are to be those of the card
    more: tuple[tuple[str, str], ...] = ()
    of_person: bool = False


def sizes(name: str, text: str) -> dict[str, int]:
    """Steps by which name and text are smaller than they may be at most; a card on which they do not fit is set smaller yet."""
    widest = max((_width(word) for word in name.split()), default=0)
    first = next((step for step, (most, word) in enumerate(NAMES) if _width(name) <= most and widest <= word), len(NAMES))
    return {"name": first, "text": next((step for step, most in enumerate(TEXTS) if _width(text) <= most), len(TEXTS))}


def _width(text: str) -> int:
    """In letters: those of East Asia, and emoji, are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text if not unicodedata.combining(letter))


def shortened(text: str, most: int) -> str:
    """A text cut between two words."""
    return text if len(text) <= most else re.sub(r"[\s,;:–-]+\S*$", "", text[:most]) + "…"


def direction(text: str) -> str:
    """By the first letter that has one, as browsers see dir="auto"."""
    strong = next((found for letter in text if (found := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L")
    return "ltr" if strong == "L" else "rtl"


def initials(name: str) -> str:
    """Of the first word and the last; of what has no letter, nothing."""
    words = [word for word in re.split(r"[\s_.\-’']+", name) if word[:1].isalpha()]
    ends = words if len(words) < 2 else [words[0], words[-1]]
    alone = any(_width(word[0]) == 2 or direction(word) == "rtl" for word in ends)  # letters that stand alone, or join their neighbours
    return "".join(word[0].upper() for word in ends[: 1 if alone else 2])


# ---- tones ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def face_tones(colours: Colours, colour: str, accent: str | None) -> dict[str, str]:
    """Ground, words and mark of a card: of its portrait where that has colours, else of the brand. Words have a contrast of 4.5 with the
    ground, the mark of 3."""
    lead = _lead(colours) or colour
    ground = _deepened(lead)
    other = _other(colours, ground) if _lead(colours) else accent or palette(colour, None)["light"]["series"][1]  # type: ignore[index]
    return {"ground": ground, "words": on_top(ground), "mark": _apart(str(other), ground)}


def _lead(colours: Colours) -> str | None:
    """The colour that one remembers of a picture: much of it, and bright; none of a grey one."""
    vivid = [(share * to_lch(colour)[1], colour) for colour, share in colours if to_lch(colour)[1] > 0.035]
    return max(vivid)[1] if vivid else None


def _deepened(colour: str) -> str:
    """Neither so dark nor so pale that it is no colour any more."""
    lightness, chroma, hue = to_lch(colour)
    return to_hex((min(0.9, max(0.27, lightness)), chroma, hue))


def _other(colours: Colours, ground: str) -> str:
    """The colour of a picture that is most unlike the ground."""
    return max(
        (colour for colour, share in colours if share > 0.02), key=lambda colour: (_distance(colour, ground), colour), default=ground
    )


def _distance(one: str, two: str) -> float:
    (light, chroma, hue), (light2, chroma2, hue2) = to_lch(one), to_lch(two)
    apart = chroma**2 + chroma2**2 - 2 * chroma * chroma2 * cos(hue - hue2)
    return float((light - light2) ** 2 + 4 * apart)


def _apart(colour: str, ground: str) -> str:
    """A mark that is seen on the ground: the colour itself, or as near to it as contrast allows, to whichever side has room."""
    found = readable(colour, ground, 3.0)
    return found if contrast(found, ground) >= 3.0 else on_top(ground)
