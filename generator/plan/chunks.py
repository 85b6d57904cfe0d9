"""Things in order → chunks that end where a thing's name says so: one more or one less, anywhere, changes its own chunk only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.digests import digest

MOST = 4  # times the usual size: the longest chunk


def cut(names: Sequence[str], usual: int) -> Iterator[slice]:
    """Where each chunk starts and ends. `usual`: how many things are in one, on average."""
    start = 0
    for index, name in enumerate(names, 1):
        if index - start == usual * MOST or int(digest(f"{usual} {name}".encode())[:8], 16) % usual == 0:
            yield slice(start, index)
            start = index
    if start < len(names):
        yield slice(start, len(names))
