"""A picture's path → what is known of it: digest and size, or a problem when it is no picture that can be shown."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from generator.digests import digest
from generator.model.content import PICTURES, PictureFile
from generator.model.site import Site
from generator.problems import Location, Problems

LookUp = Callable[[str, Location], PictureFile | None]
SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that exchange width and height


def open_album(site: Site, problems: Problems) -> LookUp:
    """A look-up that reads each picture once a run."""
    known: dict[str, PictureFile | None] = {}

    def look(path: str, at: Location) -> PictureFile | None:
        if path not in known:
            known[path] = _read(site, path, at, problems)
        return known[path]

    return look


def _read(site: Site, path: str, at: Location, problems: Problems) -> PictureFile | None:
    try:
        content = (site.root / path).read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit, below, is stricter
            with Image.open(BytesIO(content), formats=PICTURES) as picture:
                width, height = picture.size
                turned = picture.getexif().get(0x0112) in SIDEWAYS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        problems.add("not-a-picture", f'"{path}" is not a picture that can be shown', at, fix="save it as JPEG, PNG or WebP")
        return None
    if width * height > site.limits.picture_pixels:
        size, limit = f"{width:,} × {height:,}", f"{site.limits.picture_pixels:,}"
        problems.add("too-large", f'"{path}" has {size} pixels; the limit is picture_pixels = {limit}', at, fix="make it smaller")
        return None
    return PictureFile(path=path, digest=digest(content), width=height if turned else width, height=width if turned else height)
