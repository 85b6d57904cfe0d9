"""M1: a phone's photograph says where it was taken; nothing that is published does."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from tests.conftest import CLIENT, REPORT, SiteFolder

MARKS = (
    b"Exif",
    b"PhoneMaker",
    b"48.8584",
    b"http://ns.adobe.com/xap",
    b"a secret place",
    b"Photoshop",
    b"eXIf",
    b"tEXt",
    b"iTXt",
    b"zTXt",
)


def photograph(form: str) -> bytes:
    """A picture with the phone's name, a position, a comment and XMP."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    position = exif.get_ifd(0x8825)
    position[1], position[2], position[3], position[4] = "N", (48.0, 51.0, 30.0), "E", (2.0, 17.0, 40.0)
    taken = BytesIO()
    picture = Image.effect_noise((1400, 900), 60).convert("RGB")
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" note="48.8584">http://ns.adobe.com/xap</x:xmpmeta>'
    more = {"comment": b"a secret place", "xmp": xmp} if form == "JPEG" else {}
    picture.save(taken, form, exif=exif, **more)
    return taken.getvalue()


@pytest.mark.parametrize(("form", "name"), [("JPEG", "photo.jpg"), ("PNG", "photo.png")])
def test_no_published_copy_says_where_a_photograph_was_taken(site: SiteFolder, form: str, name: str) -> None:
    """Page, thumbnail, card, feed, logo, report and PDF: of every copy the metadata are gone."""
    content = photograph(form)
    assert any(mark in content for mark in MARKS)
    site.write(f"content/luma/cards/media/{name}", content).write(f"content/luma/brand/{name}", content)
    site.write("content/luma/client.yaml", CLIENT + f"  logo: brand/{name}\n")
    head = f"kind: photo\nat: 2026-09-03T09:00\npicture: ../media/{name}\nalt: A lamp\ntitle: Lamp\n"
    site.write("content/luma/cards/moments/003.md", f"---\n{head}---\n\n![Again](../media/{name})\n")
    site.write("content/luma/reports/monthly.md", REPORT + "\n## Wall {#wall}\n\n```moments\n```\n\n```gallery\n```\n")

    assert site.problems() == []

    copies = {path: data for path, data in site.tree().items() if "/media/" in path}
    assert len({re.sub(r".*-(\d+)\..*", r"\1", path) for path in copies}) >= 3
    assert [path for path, data in copies.items() if any(mark in data for mark in MARKS)] == []
    assert [path for path, data in copies.items() if len(Image.open(BytesIO(data)).getexif())] == []
    pdfs = [site.root / "output" / path for path in site.tree() if path.endswith(".pdf")]
    shown = 0
    for path in pdfs:
        with pikepdf.open(path) as pdf:
            for part in pdf.objects:
                if isinstance(part, pikepdf.Stream) and part.get("/Subtype") == "/Image":
                    shown += 1
                    assert not any(mark in part.read_raw_bytes() for mark in MARKS)
    assert shown >= 2
    assert not [path for path, data in site.tree().items() if b"PhoneMaker" in data or b"a secret place" in data]
