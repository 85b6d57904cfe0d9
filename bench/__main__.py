"""`python -m bench [name ...]`: measures, and writes the table into bench/RESULTS.md."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import demo, rows
from bench.measure import Measured

BENCHES: Mapping[str, tuple[str, Callable[[Path], Sequence[Measured]]]] = {
    "rows": ("A million rows of an export", rows.measure),
    "demo": ("The demo, and having nothing to do", demo.measure),
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(names: Sequence[str]) -> None:
    """Sections that are not measured now are kept as they are."""
    kept = _sections()
    for name in names or BENCHES:
        title, measure = BENCHES[name]
        with tempfile.TemporaryDirectory() as folder:
            measured = measure(Path(folder))
        table = "\n".join(["| What | Time | Ratio | Memory |", "|---|---|---|---|",
                           *(each.row(measured[0] if number else None) for number, each in enumerate(measured))])  # fmt: skip
        kept[title] = f"{table}\n\nPython {platform.python_version()}, {platform.machine()}.\n"
        print(f"{title}\n{table}\n")
    body = "\n".join(f"## {title}\n\n{text}" for title, text in kept.items())
    RESULTS.write_text(f"# Results\n\nRatios are to the first row of a table, measured in the same run.\n\n{body}", encoding="utf-8")


def _sections() -> dict[str, str]:
    if not RESULTS.is_file():
        return {}
    parts = RESULTS.read_text("utf-8").split("\n## ")[1:]
    return {title: text.strip() + "\n" for title, _, text in (part.partition("\n") for part in parts)}


if __name__ == "__main__":
    main(sys.argv[1:])
