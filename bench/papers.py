"""Reports of 12 pages with 8 charts and 3 tables of 40 rows: one cold, and each of a batch, by Bilan and by other printers."""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from bench.measure import Measured, run_command, run_python

BATCH, CAMPAIGNS, CHARTS, TABLES = 50, 40, 8, 3
NOW = "2026-10-05T12:00+00:00"
WORDS = "The month was longer than the one before, and what was said of it took more lines than anybody had asked for. "

WEASYPRINT = """
from weasyprint import HTML
for name in sys.argv[1:]:
    HTML(filename=name).write_pdf(name + ".pdf", pdf_variant="pdf/ua-1")
"""
CHROMIUM = """
from playwright.sync_api import sync_playwright
with sync_playwright() as play:
    browser = play.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    for name in sys.argv[2:]:
        page.goto("file://" + name)
        page.pdf(path=name + ".pdf", prefer_css_page_size=True, print_background=True, tagged=True)
    browser.close()
"""
TYPST = """
import typst
for name in sys.argv[1:]:
    typst.compile(name, output=name + ".pdf")
"""


def measure(folder: Path) -> list[Measured]:
    """Seconds of the batch are for each of its reports; Bilan reads exports and checks what it writes besides."""
    site, small = folder / "site", folder / "small"
    write_site(site, BATCH)
    write_site(small, 1)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # what is measured counts the memory of whoever starts it
        pages = apart.submit(_pages, site, folder / "pages").result()
    sources = _sources(pages, folder / "typst")
    rows = [_bilan("Bilan, one, cold", small, ["--all"], 1), _bilan(f"Bilan, each of {BATCH}", site, ["--all"], BATCH)]
    rows += _pair("plain WeasyPrint, the same HTML", WEASYPRINT, [], pages)
    if browser := shutil.which("chromium"):
        rows += _pair("headless Chromium, the same HTML", CHROMIUM, [browser], pages)
    if _has_typst():
        rows += _pair("Typst, the same texts, charts and tables", TYPST, [], sources)
    return rows


def _has_typst() -> bool:
    try:
        import typst  # noqa: F401
    except ImportError:
        return False
    return True


def _bilan(what: str, site: Path, which: Sequence[str], count: int) -> Measured:
    shutil.rmtree(site / "output", ignore_errors=True)
    shutil.rmtree(site / ".bilan", ignore_errors=True)
    command = [sys.executable, "-m", "generator", "report", *which, "--site", str(site), "--now", NOW, "--quiet"]
    return _each(run_command(what, command, times=1), count)


def _pair(what: str, code: str, before: Sequence[str], files: Sequence[Path]) -> list[Measured]:
    one = run_python(f"{what}, one, cold", code, [*before, str(files[0])], times=1)
    many = run_python(f"{what}, each of {len(files)}", code, [*before, *map(str, files)], times=1)
    return [one, _each(many, len(files))]


def _each(whole: Measured, count: int) -> Measured:
    return Measured(what=whole.what, seconds=whole.seconds / count, megabytes=whole.megabytes, output=whole.output)


# ---- the same report for everybody ----------------------------------------------------------------------------------


def write_site(root: Path, clients: int) -> None:
    """Clients with an export of 40 campaigns over thirteen months each."""
    root.mkdir()
    (root / "site.yaml").write_text("title: Bench\nlanguage: en\ntimezone: Europe/Paris\n", encoding="utf-8")
    for number in range(clients):
        folder = root / f"content/c{number:02}"
        (folder / "kpi").mkdir(parents=True)
        (folder / "reports").mkdir()
        (folder / "client.yaml").write_text(
            f'name: Client {number}\nlanguage: en\ncurrency: EUR\nbrand:\n  colour: "#1f5c56"\n', encoding="utf-8"
        )
        (folder / "kpi/gads.csv").write_text(_export(number), encoding="utf-8")
        (folder / "reports/monthly.md").write_text(_report(), encoding="utf-8")


def _export(seed: int) -> str:
    lines = ["Day,Campaign,Currency code,Cost,Impr.,Clicks,Conversions,Conv. value"]
    for week in range(56):
        day = date(2025, 9, 1) + timedelta(days=7 * week)
        lines += [
            f"{day},Campaign {n:02},EUR,{n + week + seed}.50,{1000 + 7 * n + week},{40 + n},{n % 5},{n * 3}.00" for n in range(CAMPAIGNS)
        ]
    return "\n".join([*lines, "2026-09-30,Campaign 00,EUR,1.00,10,1,0,0.00", ""])


def _report() -> str:
    names = ("spend", "ad_impressions", "ad_clicks", "ad_conversions")
    chart = "```chart\n{kind}: {metric}\nplatform: google_ads\nperiod: last 13 months\ngrain: month\ntitle: Chart {n}\n```\n\n"
    table = (
        "```table\nmetrics: [spend, ad_impressions, ad_clicks, cpc]\nby: campaign\n"
        "platform: google_ads\ncount: 40\ntotal: false\ntitle: Table {n}\n```\n\n"
    )
    parts = ["---\ntitle: Monthly report\nfrom: 2026-09\nuntil: 2026-09\n---\n\n"]
    for n in range(CHARTS):
        parts += [f"## Chapter {n} {{#c{n}}}\n\n{WORDS * 12}\n\n", chart.format(kind="bar" if n % 2 else "line", metric=names[n % 4], n=n)]
        parts += [table.format(n=n)] if n in (1, 3, 5) else []
    return "".join(parts)


def _pages(site: Path, folder: Path) -> list[Path]:
    """The very HTML of Bilan's reports, with style, fonts and drawings inside, as a browser needs them."""
    from generator import planning
    from generator.model.clock import Clock
    from generator.problems import Problems
    from generator.render.reading import Files, Reader
    from generator.render.templates import render_template

    outputs, theme = planning.plan(site, Clock(datetime(2026, 10, 5, 12, tzinfo=UTC)), Problems())
    folder.mkdir()
    reader, pages = Reader(Files(theme)), []
    for output in outputs:
        if output.job.renderer == "report":
            html, drawings = render_template(output, reader, [], medium="print")
            path = folder / f"{output.owner}.html"
            path.write_text(_alone(html, drawings, reader.find), encoding="utf-8")
            pages.append(path)
    return pages


def _alone(html: str, drawings: Sequence[str], find: Callable[[str], tuple[str, bytes] | None]) -> str:
    def held(content: bytes, kind: str) -> str:
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    def font(found: re.Match[str]) -> str:
        file = find(found[1])
        return held(file[1], "font/ttf") if file else ""

    style = find("print/report.css")
    assert style is not None
    css = re.sub(r"bilan:theme/([\w/.-]+)", font, style[1].decode())
    html = re.sub(r"bilan:drawing/(\d+)", lambda found: held(drawings[int(found[1])].encode(), "image/svg+xml"), html)
    return html.replace("<style>", f"<style>{css}</style><style>", 1)


def _sources(pages: Sequence[Path], folder: Path) -> list[Path]:
    """A document of Typst with the same words, the same drawings and tables of as many cells, for each page."""
    folder.mkdir()
    sources = []
    for page in pages:
        drawings = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page.read_text("utf-8"))[-CHARTS:]
        parts = [
            '#set page(paper: "a4", margin: 20mm, numbering: "1")\n'
            '#set text(size: 10pt, lang: "en")\n#set document(title: "Monthly report")\n#outline()\n'
        ]
        for n, drawing in enumerate(drawings):
            (folder / f"{page.stem}-{n}.svg").write_bytes(base64.b64decode(drawing))
            parts.append(f'= Chapter {n}\n{WORDS * 12}\n\n#image("{page.stem}-{n}.svg", width: 100%, alt: "Chart {n}")\n\n')
            if n in (1, 3, 5):
                cells = "".join(
                    f"[Campaign {row:02}], [{row * 31}.50 €], [{row * 977}], [{row * 41}], [0.{row:02} €],\n" for row in range(40)
                )
                parts.append(
                    f"#table(columns: 5, table.header([Campaign], [Spend], [Impressions], [Clicks], [CPC]),\n{cells})\n#pagebreak()\n"
                )
        path = folder / f"{page.stem}.typ"
        path.write_text("".join(parts), encoding="utf-8")
        sources.append(path)
    return sources


def load() -> str:
    """How busy the machine is."""
    return f"{os.getloadavg()[1]:.1f} over the last five minutes, on {os.cpu_count()} cores"
