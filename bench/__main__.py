"""`python -m bench [name ...]`: measures, and writes the table into bench/RESULTS.md."""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import audit, cards, demo, microsite, papers, rows, serving, viewers
from bench.measure import Measured

RESULTS = Path(__file__).with_name("RESULTS.md")
PAGES = 10_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Sections that are not measured now are kept as they are."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], help="which benchmarks; all but growth and audit unless said otherwise")
    parser.add_argument("--pages", type=int, default=PAGES, help="moments of the microsite")
    parser.add_argument("--tools", default="", help="generators of the microsite, with commas: hugo,bilan")
    parser.add_argument("--times", type=int, default=1, help="runs of the microsite, of which the best counts")
    parser.add_argument("--dry", action="store_true", help="print, and leave RESULTS.md as it is")
    given = parser.parse_args(arguments)
    kept = _sections()
    for name in given.names or [name for name in BENCHES if name not in ("growth", "audit")]:  # half an hour, and gigabytes; a browser
        title, text = BENCHES[name](given)
        print(f"## {title}\n\n{text}\n")
        kept[title] = text
    body = "\n".join(f"## {title}\n\n{text}" for title, text in kept.items())
    if not given.dry:
        RESULTS.write_text(f"# Results\n\n{body}", encoding="utf-8")


def _microsite(given: argparse.Namespace) -> tuple[str, str]:
    return f"A microsite of {given.pages:,} moments", microsite.measure(given.pages, _tools(given), given.times)


def _tools(given: argparse.Namespace) -> list[str]:
    return [name for name in given.tools.lower().split(",") if name]


def _tabled(title: str, measure: Callable[[Path], Sequence[Measured]]) -> Callable[[argparse.Namespace], tuple[str, str]]:
    def run(given: argparse.Namespace) -> tuple[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            measured = measure(Path(folder))
        table = "\n".join(["| What | Time | Ratio | Memory |", "|---|---|---|---|",
                           *(each.row(measured[0] if number else None) for number, each in enumerate(measured))])  # fmt: skip
        return title, f"{table}\n\nRatios are to the first row. Python {platform.python_version()}, {platform.machine()}.\n"

    return run


def _reports() -> tuple[str, str]:
    title, table = _tabled("Reports of 12 pages", papers.measure)(argparse.Namespace())
    told = (
        "8 charts and 3 tables of 40 rows. Bilan reads the exports, plans, checks, adds scopes of heads and the annex of tables besides; "
        "its batch runs on all cores, the others on one. The others get its finished HTML, style and drawings; Typst gets the same words, "
        f"drawings and cells in a layout of its own. Load of the machine while measuring: {papers.load()}.\n"
    )
    return title, f"{table}\n{told}"


def _cards() -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        return f"{cards.COUNT:,} cards of people who take part", cards.measure(Path(folder))


def _sections() -> dict[str, str]:
    if not RESULTS.is_file():
        return {}
    parts = RESULTS.read_text("utf-8").split("\n## ")[1:]
    return {title: text.strip() + "\n" for title, _, text in (part.partition("\n") for part in parts)}


BENCHES: Mapping[str, Callable[[argparse.Namespace], tuple[str, str]]] = {
    "rows": _tabled("A million rows of an export", rows.measure),
    "demo": _tabled("The demo, and having nothing to do", demo.measure),
    "reports": lambda given: _reports(),
    "microsite": _microsite,
    "cards": lambda given: _cards(),
    "serving": lambda given: ("From save to screen", serving.measure([1_000, PAGES], _tools(given), max(given.times, 20))),
    "viewers": lambda given: ("Viewers of a live page", viewers.measure(10_000, [1, 2])),
    "audit": lambda given: ("Pages as a phone loads them", audit.measure()),
    "growth": lambda given: ("How a microsite grows", microsite.growth([1_000, 10_000, 100_000])),
}

if __name__ == "__main__":
    main()
