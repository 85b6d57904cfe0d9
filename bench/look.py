"""`python -m bench.look`: every type of page as its readers see it, side by side on contact sheets, in .bench/look/.

The demo in each phase of its campaign, in both languages; a site of extremes; each on phone and desk, light, dark and in print.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from bench.extremes import EXTREMES, write_extremes
from bench.programs import CACHE
from generator import pipeline
from generator.model.outputs import Output
from generator.theme import own_templates

DEMO = Path(__file__).parents[1]
PHASES = {
    "teaser": "2026-04-10T12:00+02:00",
    "live": "2026-04-15T18:30+02:00",
    "closed": "2026-04-19T23:00+02:00",
    "recap": "2026-10-05T12:00+02:00",
}
CAMPAIGN, ENGLISH = "novea/novacardz/", "harbour-thistle/first-flush/"
PAGES: Mapping[str, tuple[str, str]] = {
    **{f"campaign-{phase}": (phase, CAMPAIGN) for phase in PHASES},
    "agency": ("live", ""), "client": ("live", "novea/"), "campaign-english": ("recap", ENGLISH),
    "moment": ("recap", f"{CAMPAIGN}m-m-001.html"), "moment-bare": ("recap", f"{CAMPAIGN}m-15-1804-odette.html"),
    "wall": ("recap", f"{CAMPAIGN}moments.html"), "tags": ("recap", f"{CAMPAIGN}tags.html"), "page": ("recap", f"{CAMPAIGN}coulisses.html"),
    "room": ("recap", "novea/room/"), "report": ("recap", "novea/room/monthly-2026-09.html"),
    **{f"extreme-{name}": ("extremes", path) for name, path in EXTREMES.items()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """A way in which a page is seen."""

    name: str
    width: int
    scheme: str = "light"
    medium: str = "screen"
    whole: bool = True  # to its end, not the first window only


LOOKS = (Look("phone", 390), Look("phone-dark", 390, "dark"), Look("desk", 1280), Look("desk-dark", 1280, "dark"),
         Look("print", 794, medium="print"), Look("small", 320, whole=False), Look("wall", 3840, whole=False))  # fmt: skip
PHONE, DESK = 300, 744  # pixels of a page's width on a contact sheet
WIDTH, HEIGHT, GAP = 1568, 1400, 16  # of a sheet, its columns, and between them


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.look", description=__doc__)
    parser.add_argument("pages", nargs="*", choices=[[], *PAGES], help="all, unless some are named")
    parser.add_argument(
        "--looks", default=",".join(look.name for look in LOOKS[:5]), help=f"any of {', '.join(look.name for look in LOOKS)}"
    )
    given = parser.parse_args(arguments)
    names = given.pages or list(PAGES)
    folder = CACHE / "look"
    for phase in dict.fromkeys(PAGES[name][0] for name in names):
        make_site(folder / phase, phase)
    looks = [look for look in LOOKS if look.name in given.looks.split(",")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in names:
            phase, path = PAGES[name]
            page = folder / phase / "output" / path
            file, now = page / "index.html" if page.is_dir() else page, PHASES.get(phase, PHASES["live"])
            shots = [(look, picture_of(browser, file, look, now)) for look in looks]
            for number, sheet in enumerate(contact_sheets(name, shots), 1):
                sheet.save(folder / f"{name}-{number}.png")
            print(f"{folder / name}-1.png to {number}")
        browser.close()


def make_site(root: Path, phase: str) -> None:
    """The demo, or the extremes, at the hour of a phase; without PDFs."""
    for name in ("content", "templates"):
        shutil.rmtree(root / name, ignore_errors=True)
    root.mkdir(parents=True, exist_ok=True)
    if phase == "extremes":
        write_extremes(root)
    else:
        left_out = None if phase == "recap" else shutil.ignore_patterns("kpi", "reports", "conversation")
        shutil.copytree(DEMO / "content", root / "content", ignore=left_out)
        shutil.copy(DEMO / "site.yaml", root)
    assert own_templates().is_dir()
    summary = pipeline.build(root, datetime.fromisoformat(PHASES.get(phase, PHASES["live"])), choose=_no_pdf)
    for problem in summary.problems.errors:
        print(problem)


def _no_pdf(output: Output) -> bool:
    return output.job.renderer != "report"


def picture_of(browser: Browser, path: Path, look: Look, now: str) -> Image.Image:
    """A page from its file at an hour, with its late pictures, as it would be after its animations."""
    media: Any = {"color_scheme": look.scheme, "reduced_motion": "reduce", "media": look.medium}
    page = browser.new_page(viewport={"width": look.width, "height": 2160 if look.width > 2000 else 844})
    page.emulate_media(**media)
    page.clock.set_fixed_time(now)
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('img[loading]').forEach(each => { each.loading = 'eager' })")
    page.evaluate("Promise.all([document.fonts.ready, ...[...document.images].map(each => each.decode().catch(() => {}))])")
    shot = page.screenshot(full_page=look.whole)
    page.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def contact_sheets(name: str, shots: Sequence[tuple[Look, Image.Image]]) -> Iterator[Image.Image]:
    """Pictures side by side, long ones folded into columns, each under its name; as many sheets as they need."""
    row: list[tuple[str, Image.Image]] = []
    for label, strip in ((f"{name} · {look.name} {look.width}", strip) for look, shot in shots for strip in _folded(shot)):
        if row and sum(each.width + GAP for _, each in row) + strip.width > WIDTH:
            yield _sheet(row)
            row = []
        row.append((label, strip))
    yield _sheet(row)


def _sheet(row: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    sheet = Image.new("RGB", (sum(strip.width + GAP for _, strip in row) + GAP, max(strip.height for _, strip in row) + 3 * GAP), "#8a8a8a")
    draw, left = ImageDraw.Draw(sheet), GAP
    for label, strip in row:
        draw.text((left, 4), label, fill="#000000", font=ImageFont.load_default(14))
        sheet.paste(strip, (left, 2 * GAP))
        left += strip.width + GAP
    return sheet


def _folded(shot: Image.Image) -> Iterator[Image.Image]:
    """Parts of a long picture, narrow enough to stand side by side."""
    width = min(shot.width, PHONE if shot.width < 500 else DESK)
    scaled = shot.resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)
    for top in range(0, scaled.height, HEIGHT):
        yield scaled.crop((0, top, width, min(scaled.height, top + HEIGHT)))


if __name__ == "__main__":
    main()
