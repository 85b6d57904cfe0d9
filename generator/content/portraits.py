"""A picture → the colours that it is made of, remembered while its file is the same."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence

from PIL import Image

from generator.facts.readings import Readings
from generator.model.media import PICTURES
from generator.model.site import Site

SIZE, KINDS = 64, 12  # pixels to which it is brought, and colours that are told apart
Colours = tuple[tuple[str, float], ...]


def colours_of(path: str, site: Site, readings: Readings) -> Colours:
    """Each with its share of the picture, the largest first; none of a file that is no picture, which whoever shows it will say."""
    known = readings.recall(path, "colours", _decode)
    if known is None:
        known = _pick(path, site)
        readings.keep(path, "colours", known, json.dumps(known))
    return known


def _decode(text: str) -> Colours:
    return tuple((str(colour), float(share)) for colour, share in json.loads(text))


def _pick(path: str, site: Site) -> Colours:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit, below, is stricter
            with Image.open(site.root / path, formats=PICTURES) as opened:
                if opened.width * opened.height > site.limits.picture_pixels:
                    return ()
                opened.draft("RGB", (2 * SIZE, 2 * SIZE))
                seen = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ()
    seen.thumbnail((SIZE, SIZE), reducing_gap=2.0)
    ground = Image.new("RGBA", seen.size, "#ffffff")
    ground.alpha_composite(seen)
    few = ground.convert("RGB").quantize(KINDS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return tuple(_counted(few.getcolors() or [], few.getpalette() or [], few.width * few.height))


def _counted(counts: Sequence[tuple[int, object]], tones: Sequence[int], pixels: int) -> list[tuple[str, float]]:
    found = sorted(((count, index) for count, index in counts if isinstance(index, int)), reverse=True)
    return [("#" + bytes(tones[3 * index : 3 * index + 3]).hex(), round(count / pixels, 3)) for count, index in found]
