"""A picture's path → what is known of it: digest and size, or a problem when it is no picture that can be shown."""

from __future__ import annotations

import json
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from generator.content.recordings import read_recording
from generator.digests import digest
from generator.facts.readings import Readings
from generator.located import read_text
from generator.model.media import PICTURES, PictureFile, RecordingFile
from generator.model.site import Site
from generator.problems import Location, Problems

SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that exchange width and height
SUFFIXES = {"JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"), "PNG": (".png",), "WEBP": (".webp",), "GIF": (".gif",), "AVIF": (".avif",)}


class FilesOfASite:
    """Looks at each file once a run, and at none that was looked at in an earlier one and has not changed."""

    def __init__(self, site: Site, readings: Readings, problems: Problems) -> None:
        self._site, self._readings, self._problems = site, readings, problems
        self._pictures: dict[str, PictureFile | None] = {}
        self._recordings: dict[tuple[str, str], RecordingFile | None] = {}

    def picture(self, path: str, at: Location) -> PictureFile | None:
        if path not in self._pictures:
            limits = f"picture {self._site.limits.picture_pixels}"
            known = self._readings.recall(path, limits, lambda text: PictureFile(**json.loads(text)))
            if known is None and (known := _read(self._site, path, at, self._problems)):
                told = {"path": path, "digest": known.digest, "width": known.width, "height": known.height}
                self._readings.keep(path, limits, known, json.dumps(told))
            self._pictures[path] = known
        return self._pictures[path]

    def recording(self, path: str, sort: str, at: Location) -> RecordingFile | None:
        if (path, sort) not in self._recordings:
            limits = f"{sort} {self._site.limits.recording_bytes}"
            known = self._readings.recall(path, limits, lambda text: RecordingFile(**json.loads(text)))
            if known is None and (known := read_recording(self._site, path, sort, at, self._problems)):
                told = {"path": path, "digest": known.digest, "suffix": known.suffix, "size": known.size}
                self._readings.keep(path, limits, known, json.dumps(told))
            self._recordings[path, sort] = known
        return self._recordings[path, sort]

    def words(self, path: str, at: Location, *, captions: bool = False) -> str | None:
        """Of a transcript, or of captions."""
        text = read_text(self._site.root / path, path, self._problems, limit=self._site.limits.markdown_bytes)
        if text is not None and captions and not text.startswith("WEBVTT"):
            self._problems.add("not-captions", f'"{path}" does not begin with WEBVTT', at, fix="export the captions as WebVTT")
            return None
        return text


def _read(site: Site, path: str, at: Location, problems: Problems) -> PictureFile | None:
    limit = site.limits.picture_pixels
    try:
        content = (site.root / path).read_bytes()
    except OSError as error:
        problems.add("unreadable", f'"{path}" cannot be read: {error.strerror}', at, fix="check that it exists and its permissions")
        return None
    try:
        form, width, height, turned = _measured(content)
    except Image.DecompressionBombError:
        problems.add("too-large", f'"{path}" has far more pixels than picture_pixels = {limit:,}', at, fix="make it smaller")
        return None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        problems.add("not-a-picture", f'"{path}" {_what_it_is(content)}', at, fix="save it as JPEG, PNG or WebP")
        return None
    if width * height > limit:
        message = f'"{path}" has {width:,} × {height:,} pixels; the limit is picture_pixels = {limit:,}'
        problems.add("too-large", message, at, fix="make it smaller")
        return None
    if not path.lower().endswith(SUFFIXES[form]):
        fix = f"rename it: a name of its kind ends in {SUFFIXES[form][0]}"
        problems.add("wrong-suffix", f'"{path}" is a {form} under a name of another kind', at, fix=fix)
        return None
    return PictureFile(path=path, digest=digest(content), width=height if turned else width, height=width if turned else height)


def _measured(content: bytes) -> tuple[str, int, int, bool]:
    """Form, size, and whether it lies on its side. Only the head is read: no pixel is decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter
        with Image.open(BytesIO(content), formats=PICTURES) as picture:
            return str(picture.format), *picture.size, picture.getexif().get(0x0112) in SIDEWAYS


def _what_it_is(content: bytes) -> str:
    if not content:
        return "is empty"
    drawing = b"<svg" in content[:4096].lower()
    return "is an SVG, which may hold scripts and ask for other files" if drawing else "is not a picture that can be shown"
