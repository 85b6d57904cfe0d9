"""Where a goal stands, by its direction and the share of its time that is gone."""

from __future__ import annotations

import pytest

from generator.plan.goals import goal_status


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
