"""What is known of every output: what it was made from, and whether that still holds."""

from __future__ import annotations

from generator.facts.gate import State, built_with, digests, nothing_changed, remember, state
from generator.facts.lock import hold
from generator.facts.readings import Readings
from generator.facts.snapshot import Stamp, stamp_of
from generator.facts.store import Store, open_store, stored_readings
from generator.facts.verdict import Fact, Reason, Sayings, Verdict, judge

__all__ = [
    "Fact",
    "Readings",
    "Reason",
    "Sayings",
    "Stamp",
    "State",
    "Store",
    "Verdict",
    "built_with",
    "digests",
    "hold",
    "judge",
    "nothing_changed",
    "open_store",
    "remember",
    "stamp_of",
    "state",
    "stored_readings",
]
