"""Values → places: linear scales with round ticks, and steps along the bottom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps low..high to start..end."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def round_ticks(low: float, high: float, count: int = 4, *, whole: bool = False) -> Sequence[float]:
    """About `count` ticks at 1, 2, 2.5 or 5 times a power of ten that span the values."""
    if high <= low:
        high = low + (abs(low) or 1)
    rough = (high - low) / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    if whole:
        step = max(1.0, math.ceil(step))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def value_range(values: Iterable[float | None], *, zero: bool) -> tuple[float, float]:
    """Lowest and highest value; from zero for bars, and where the values come near it."""
    known = [value for value in values if value is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if zero or (low > 0 and low < high * 0.6):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (0.0, high) if high > 0 else (low, 0.0) if low < 0 else (0.0, 1.0)
    return low, high


def tick_steps(count: int, room: float, width: float) -> Sequence[int]:
    """Which of `count` steps get a label, so that labels of `width` do not touch."""
    most = max(1, int(room // (width + 14)))
    every = max(1, math.ceil(count / most))
    return range(0, count, every)
