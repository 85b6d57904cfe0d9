"""One brand colour → the tones of a page, in light, dark and print; contrast is guaranteed, whatever the colour.

Works in OKLCH (https://bottosson.github.io/posts/oklab/), where equal steps look equal; contrast by WCAG 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

Rgb = tuple[float, float, float]  # linear light, 0 to 1
Lch = tuple[float, float, float]  # lightness 0 to 1, chroma, hue in radians
MARKS = 3.0  # contrast of what is not text, with what it stands on


@lru_cache(maxsize=64)
def palette(colour: str, accent: str | None) -> Mapping[str, Mapping[str, object]]:
    """Tones by medium. `colour` and `accent` are #rrggbb; without an accent the brand's colour is it."""
    lead = accent or colour
    return {
        "light": _tones(lead, colour, paper=(0.985, 0.004), raised=(1.0, 0.0), ink=0.22, muted=0.50, line=0.90, dark=False),
        "dark": _tones(lead, colour, paper=(0.17, 0.012), raised=(0.22, 0.014), ink=0.95, muted=0.74, line=0.33, dark=True),
        "print": _tones(lead, colour, paper=(1.0, 0.0), raised=(0.975, 0.004), ink=0.20, muted=0.48, line=0.88, dark=False),
    }


def _tones(
    lead: str, brand: str, *, paper: tuple[float, float], raised: tuple[float, float], ink: float, muted: float, line: float, dark: bool
) -> Mapping[str, object]:
    hue = to_lch(brand)[2]
    ground, card = to_hex((*paper, hue)), to_hex((*raised, hue))
    quiet = to_hex((0.28 if dark else 0.945, min(0.028, to_lch(lead)[1]), to_lch(lead)[2]))
    hardest = (max if dark else min)(ground, card, quiet, key=luminance)  # a text that reads there reads on the other two
    accent = readable(lead, ground, MARKS)
    return {
        "paper": ground,
        "raised": card,
        "ink": readable(to_hex((ink, 0.015, hue)), hardest, 7.5),
        "muted": readable(to_hex((muted, 0.02, hue)), hardest, 4.6),
        "line": to_hex((line, 0.012, hue)),
        "brand": brand,
        "on_brand": on_top(brand),
        "accent": accent,
        "accent_ink": readable(lead, hardest, 4.6),
        "on_accent": on_top(accent),
        "accent_quiet": quiet,
        "positive": readable("#00715d", hardest, 4.6),
        "negative": readable("#b3420e", hardest, 4.6),
        "series": series(accent, ground),
    }


def series(accent: str, ground: str) -> Sequence[str]:
    """Six colours that are told apart: the accent, then hues around the circle at alternating lightness."""
    lightness, chroma, hue = to_lch(accent)
    others = []
    for index, turn in enumerate((0.5, 0.17, 0.67, 0.33, 0.83)):
        step = lightness + (0.16, -0.08, 0.08, -0.14, 0.2)[index] * (1 if lightness < 0.6 else -1)
        others.append(to_hex((min(0.85, max(0.3, step)), max(0.07, min(0.13, chroma * 0.9)), hue + turn * 2 * math.pi)))
    return [accent, *(readable(other, ground, 4.5) for other in others)]  # their names are words in their colour


def readable(colour: str, ground: str, ratio: float) -> str:
    """The colour itself, or the nearest lightness of it that has the contrast with the ground."""
    if contrast(colour, ground) >= ratio:
        return colour
    lightness, chroma, hue = to_lch(colour)
    away = -0.01 if luminance(ground) > 0.18 else 0.01
    while 0 <= lightness <= 1:
        lightness += away
        found = to_hex((min(1.0, max(0.0, lightness)), chroma, hue))
        if contrast(found, ground) >= ratio:
            return found
    return "#000000" if away < 0 else "#ffffff"


def on_top(ground: str) -> str:
    """White where it reads on a colour, else near-black, else black: one of the first and the last always has 4.5."""
    return next((words for words in ("#ffffff", "#16130f") if contrast(words, ground) >= 4.5), "#000000")


def contrast(one: str, two: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Rgb:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def to_lch(colour: str) -> Lch:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def to_hex(lch: Lch) -> str:
    """Nearest displayable colour: chroma gives way until the colour fits."""
    lightness, chroma, hue = lch
    while chroma > 0.001 and not all(-0.0005 <= part <= 1.0005 for part in _rgb((lightness, chroma, hue))):
        chroma *= 0.94
    return "#" + "".join(f"{round(_gamma(min(1.0, max(0.0, part))) * 255):02x}" for part in _rgb((lightness, chroma, hue)))


def _rgb(lch: Lch) -> Rgb:
    lightness, chroma, hue = lch
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _gamma(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
