"""Things in order → chunks that end where a thing's name says so: one more or one less, anywhere, changes its own chunk only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from generator.digests import digest

MOST = 4  # times the usual size: the longest chunk


@lru_cache(maxsize=1 << 17)  # the same names are asked about with every plan
def _ends(name: str, usual: int) -> bool:
    return int(digest(f"{usual} {name}".encode())[:8], 16) % usual == 0


def cut(names: Sequence[str], usual: int) -> Iterator[slice]:
    """Where each chunk starts and ends. `usual`: how many things are in one, on average."""
    start = 0
    for index, name in enumerate(names, 1):
        if index - start == usual * MOST or _ends(name, usual):
            yield slice(start, index)
            start = index
    if start < len(names):
        yield slice(start, len(names))
