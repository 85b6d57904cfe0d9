"""A built tree → a target: planned, brought in an order that no reader stumbles over, read back, and brought back."""

from __future__ import annotations

from generator.publish.changes import Changes
from generator.publish.delivery import Survey, choose, deliver, finish, roll_back, survey
from generator.publish.lock import Held, held
from generator.publish.manifest import Release
from generator.publish.place import open_place
from generator.publish.refusals import questions, refusals
from generator.publish.trees import Tree, fill, open_tray, prefix_of, read_tree
from generator.publish.verify import verify

__all__ = [
    "Changes",
    "Held",
    "Release",
    "Survey",
    "Tree",
    "choose",
    "deliver",
    "fill",
    "finish",
    "held",
    "open_place",
    "open_tray",
    "prefix_of",
    "questions",
    "read_tree",
    "refusals",
    "roll_back",
    "survey",
    "verify",
]
