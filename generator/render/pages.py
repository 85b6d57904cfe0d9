"""Pages of a PDF that was made: how many there are, and which of them show nothing. The only module that knows PDFium."""

from __future__ import annotations


def look_at_pages(pdf: bytes) -> tuple[int | None, list[int]]:
    """The number of pages, None for what is no PDF; and the numbers of those without a character, a drawing or a picture."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return None, []
    try:
        empty = [number for number, page in enumerate(document, 1) if next(iter(page.get_objects(max_depth=1)), None) is None]
        return len(document), empty
    finally:
        document.close()
