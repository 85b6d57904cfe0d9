"""A picture in the size that a page shows: upright, in sRGB, without any metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from generator.model.content import PICTURES
from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem
from generator.render.reading import Reader


def resized(output: Output, reader: Reader) -> bytes:
    """The picture of a job as JPEG or PNG of the asked width; never enlarged."""
    data = output.job.data
    return shrink(reader.read(data["source"]), data["source"], int(data["width"]), str(data["format"]), reader.theme.limits.picture_pixels)


def shrink(content: bytes, name: str, width: int, kind: str, limit: int, *, small: bool = True) -> bytes:
    """Raises BilanError for a file that is no whole picture, or one of more pixels than `limit`. `small`: packed as well as can be."""
    try:
        with warnings.catch_warnings(), _to_the_end():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter
            with Image.open(BytesIO(content), formats=PICTURES) as opened:
                if opened.width * opened.height > limit:
                    raise _refusal(
                        name,
                        "too-large",
                        f"has {opened.width:,} × {opened.height:,} pixels; the limit is picture_pixels = {limit:,}",
                        "make it smaller",
                    )
                picture = ImageOps.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refusal(name, "not-a-picture", f"cannot be read to its end: {error}", "export the picture again") from None
    picture.info.clear()  # a JPEG's comment would survive
    if width < picture.width:
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS, reducing_gap=3.0)
    made = BytesIO()
    if kind == "PNG":
        picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB").save(
            made, "PNG", optimize=small, compress_level=9 if small else 1
        )
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


def _refusal(name: str, code: str, what: str, fix: str) -> BilanError:
    return BilanError([Problem(code=code, message=f'the picture "{name}" {what}', at=Location(path=name), fix=fix)])
