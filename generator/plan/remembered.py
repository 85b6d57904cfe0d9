"""What was made of a campaign's moments, while they are the very same: a preview plans again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TypeVar

from generator.model.content import Moment

Made = TypeVar("Made")
MOST = 64  # campaigns of which something is kept


def remembered(make: Callable[[Sequence[Moment]], Made]) -> Callable[[Sequence[Moment]], Made]:
    """A function of moments alone, asked once for each tuple of them."""
    known: dict[int, tuple[Sequence[Moment], Made]] = {}

    @wraps(make)
    def ask(moments: Sequence[Moment]) -> Made:
        found = known.get(id(moments))
        if found is None or found[0] is not moments:
            if len(known) >= MOST:
                known.clear()
            found = known[id(moments)] = (moments, make(moments))  # the moments stay: nothing else gets their id
        return found[1]

    return ask
