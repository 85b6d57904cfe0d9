"""Pages of a PDF that was made: how many there are, which of them show nothing, and what they say. The only module that knows PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pypdfium2


def look_at_pages(pdf: bytes) -> tuple[int | None, list[int]]:
    """The number of pages, None for what is no PDF; and the numbers of those without a character, a drawing or a picture."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return None, []
    try:
        empty = [number for number, page in enumerate(document, 1) if next(iter(page.get_objects(max_depth=1)), None) is None]
        return len(document), empty
    finally:
        document.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document[number].get_size() for number in range(len(document))]
    finally:
        document.close()


def lost_bookmarks(pdf: bytes) -> list[str]:
    """Titles of bookmarks that lead to no page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(document)
        found = [(mark.get_title(), mark.get_dest()) for mark in document.get_toc()]
        return [title for title, place in found if place is None or place.get_index() is None or not 0 <= place.get_index() < pages]
    finally:
        document.close()


def page_picture(pdf: bytes, number: int) -> bytes | None:
    """A page, counted from 1, as PNG of 144 dots an inch; None where there is none."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 0 < number <= len(document):
            return None
        target = BytesIO()
        document[number - 1].render(scale=2).to_pil().save(target, "PNG", compress_level=1)
        return target.getvalue()
    finally:
        document.close()


def page_photo(pdf: bytes, width: int) -> bytes:
    """The first page as JPEG of this many pixels across, with nothing in it but the picture; letters keep their colours (4:4:4)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page, target = document[0], BytesIO()
        page.render(scale=width / page.get_width()).to_pil().save(target, "JPEG", quality=88, subsampling=0, optimize=True)
        return target.getvalue()
    finally:
        document.close()


def texts_of(pdf: bytes) -> Iterator[str]:
    """What a PDF says: its pages, its bookmarks, what it says of itself, and the files that are attached to it."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return
    try:
        yield from (str(value) for value in document.get_metadata_dict().values())
        yield from (str(mark.get_title()) for mark in document.get_toc())
        for page in document:
            yield page.get_textpage().get_text_range()
        for number in range(document.count_attachments()):
            yield bytes(document.get_attachment(number).get_data()).decode("utf-8", "replace")
    finally:
        document.close()
