"""A picture in the size that a page shows: upright, in sRGB, without any metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from generator.model.media import PICTURES
from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem
from generator.render.reading import Reader

QUALITY = {False: 80, True: 84}  # of WebP; of drawings a little more, for their edges


def resized(output: Output, reader: Reader) -> bytes:
    """The picture of a job as WebP, JPEG or PNG of the asked width; never enlarged."""
    data, limit = output.job.data, reader.theme.limits.picture_pixels
    content = reader.read(data["source"])
    return shrink(content, data["source"], int(data["width"]), str(data["format"]), limit, at=output.at, drawn=bool(data["drawn"]))


def shrink(content: bytes, name: str, width: int, kind: str, limit: int, *, at: Location, small: bool = True, drawn: bool = False) -> bytes:
    """Raises BilanError for a file that is no whole picture, or one of more pixels than `limit`. `small`: packed as well as can be.
    `drawn`: has flat colours and sharp edges."""
    try:
        with warnings.catch_warnings(), _to_the_end():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter
            with Image.open(BytesIO(content), formats=PICTURES) as opened:
                if opened.width * opened.height > limit:
                    size = f"{opened.width:,} × {opened.height:,}"
                    raise _refusal(name, at, "too-large", f"has {size} pixels; the limit is picture_pixels = {limit:,}", "make it smaller")
                picture = ImageOps.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refusal(name, at, "not-a-picture", f"cannot be read to its end: {error}", "export the picture again") from None
    picture.info.clear()  # a JPEG's comment would survive
    if width < picture.width:
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS, reducing_gap=3.0)
    made, clear = BytesIO(), picture.has_transparency_data
    if kind == "WEBP":
        picture.convert("RGBA" if clear else "RGB").save(made, "WEBP", quality=QUALITY[drawn], method=4)
    elif kind == "PNG":
        picture.convert("RGBA" if clear else "RGB").save(made, "PNG", optimize=small, compress_level=9 if small else 1)
    else:
        picture.convert("RGB").save(made, "JPEG", quality=84, optimize=True, progressive=True)
    return made.getvalue()


@contextmanager
def _to_the_end() -> Iterator[None]:
    """WeasyPrint tells Pillow to fill what is missing of a picture with grey, for the whole process: here that is a mistake."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _refusal(name: str, at: Location, code: str, what: str, fix: str) -> BilanError:
    return BilanError([Problem(code=code, message=f'the picture "{name}" {what}', at=at, fix=fix)])
