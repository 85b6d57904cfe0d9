"""A thousand people's cards, each with a page, a picture for networks and a printed sheet: from nothing, again, and after one edit."""

from __future__ import annotations

import io
import os
import platform
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw

from bench.measure import Cost, measure_tree
from bench.pages import WORDS

COUNT, FACES = 1000, 40  # cards, and portraits that they share
NOW = "2026-10-05T12:00+00:00"
HOW = """\
Each card is a page, a picture of 1200 × 630 pixels (JPEG) and a postcard with 3 mm of bleed (PDF/UA-1); eight of ten have a portrait of
{pixels} pixels, one of ten an emoji in its name. CPU and memory (the largest sum of proportional set sizes) are of all processes. The build
makes the wall, its lists and feeds besides."""
PIXELS = 720


def measure(folder: Path, count: int = COUNT) -> str:
    """The table, as Markdown."""
    write_site(folder, count)
    command = [sys.executable, "-m", "generator", "build", "--quiet", "--now", NOW]
    cold = measure_tree(command, folder)
    made = [len(list((folder / "output/luma/cards").glob(pattern))) for pattern in ("cards/*.html", "cards/*.pdf", "media/c-*.jpg")]
    if made != [count] * 3:
        sys.exit(f"{made} pages, sheets and pictures were made of {count} cards")
    again = measure_tree(command, folder)
    rows = folder / "content/luma/cards/cards.csv"
    rows.write_text(rows.read_text("utf-8").replace("Person 7,", "Another 7,", 1), encoding="utf-8")
    edited = measure_tree(command, folder)
    lines = [_line("cold build", cold, count), _line("nothing changed", again, None), _line("one name changed", edited, None)]
    head = "| What | Time | A card | CPU | Memory |\n|---|---|---|---|---|\n"
    load = f"load {os.getloadavg()[2]:.1f} over the last quarter of an hour, this included"
    machine = f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {platform.machine()}; Python {platform.python_version()}; {load}."
    return f"{head}" + "\n".join(lines) + f"\n\n{HOW.format(pixels=f'{PIXELS} × {PIXELS}')}\n\n{machine}\n"


def _line(what: str, cost: Cost, count: int | None) -> str:
    each = f"{1000 * cost.seconds / count:.0f} ms ({1000 * cost.cpu / count:.0f} ms of CPU)" if count else "–"
    return f"| {what} | {cost.seconds:.2f} s | {each} | {cost.cpu:.1f} s | {cost.megabytes:.0f} MB |"


def write_site(root: Path, count: int) -> None:
    """One campaign; the same each time."""
    draw = random.Random(3)  # noqa: S311  # the same content each time
    folder = root / "content/luma/cards"
    (folder / "media").mkdir(parents=True)
    (root / "site.yaml").write_text("title: Bench\nurl: https://bench.example/\nlanguage: en\ntimezone: Europe/Paris\n", encoding="utf-8")
    (root / "content/luma/client.yaml").write_text('name: Luma\nlanguage: en\nbrand:\n  colour: "#1f5c56"\n', encoding="utf-8")
    (folder / "index.md").write_text(
        '---\ntitle: Cards\nhashtag: "#LumaCards"\nstarts: 2026-09-01T09:00\nends: 2026-09-07T20:00\nconsent: elsewhere\n'
        "cards:\n  title: A card for\n---\n\nA card each.\n\n```moments\ncount: 24\n```\n",
        encoding="utf-8",
    )
    for number in range(FACES):
        (folder / f"media/face-{number:02}.jpg").write_bytes(_portrait(draw))
    lines = ["id,name,handle,picture,text,platform,at"]
    for number in range(count):
        face = f"media/face-{number % FACES:02}.jpg" if number % 10 < 8 else ""
        name = f"Person {number}" + (" 🌻" if number % 10 == 3 else "")
        said = " ".join(draw.choices(WORDS, k=draw.randint(6, 30))).capitalize()
        lines.append(f"p-{number:04},{name},person_{number},{face},{said}.,instagram,2026-09-0{1 + number % 7}T{9 + number % 10:02}:00")
    (folder / "cards.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    decided = [f"p-{number:04},approve" for number in range(count)]
    (folder / "moderation.csv").write_text("\n".join(["id,decision", *decided]) + "\n", encoding="utf-8")


def _portrait(draw: random.Random) -> bytes:
    """Shapes of some colours, with the noise of a photograph."""

    def tone() -> tuple[int, int, int]:
        return draw.randrange(256), draw.randrange(256), draw.randrange(256)

    picture = Image.new("RGB", (PIXELS, PIXELS), tone())
    pen = ImageDraw.Draw(picture)
    pen.ellipse((200, 140, 520, 520), fill=tone())
    pen.ellipse((80, 500, 640, 1000), fill=tone())
    grain = Image.effect_noise((PIXELS, PIXELS), 24).convert("RGB")
    made = io.BytesIO()
    Image.blend(picture, grain, 0.08).save(made, "JPEG", quality=88)
    return made.getvalue()
