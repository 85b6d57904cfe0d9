"""Where a goal stands, by its direction and the share of its time that is gone."""

from __future__ import annotations

import pytest

from generator.plan.goals import goal_status, range_status


@pytest.mark.parametrize(
    ("value", "target", "expected", "over", "better", "status"),
    [
        (None, 100, 50, False, "higher", "no data"),
        (100, 100, 50, False, "higher", "reached"),
        (60, 100, 50, False, "higher", "ahead"),
        (52, 100, 50, False, "higher", "on track"),
        (6, 10, 9.6, False, "higher", "behind"),
        (99, 100, 100, True, "higher", "missed"),
        (40, 100, None, False, "higher", "under way"),
        (40, 100, None, True, "higher", "missed"),
        (6, 10, 9.6, False, "lower", "ahead"),  # less was spent than the time gone would have it
        (9.8, 10, 9.6, False, "lower", "on track"),
        (12, 10, 9.6, False, "lower", "behind"),
        (10, 10, 10, True, "lower", "reached"),
        (10.1, 10, 10, True, "lower", "missed"),
        (0, 100, 0, False, "higher", "on track"),
    ],
)
def test_status(value: float | None, target: float, expected: float | None, over: bool, better: str, status: str) -> None:
    """A goal is judged against what is expected by now, and at its end against its target."""
    assert goal_status(value, target, expected, over=over, better=better) == status


@pytest.mark.parametrize(
    ("value", "over", "status"),
    [
        (None, False, "no data"), (15, False, "on track"), (9.6, False, "on track"), (9, False, "behind"), (22, False, "beyond"),
        (10, True, "reached"), (20, True, "reached"), (9.9, True, "missed"), (20.1, True, "missed"),
    ],
)  # fmt: skip
def test_status_of_a_range(value: float | None, over: bool, status: str) -> None:
    """Between 10 and 20 is where a goal is on its way; too little and too much are both off it."""
    assert range_status(value, 10, 20, over=over) == status
