"""A built tree → a target: planned, brought in an order that no reader stumbles over, read back, and brought back."""

from __future__ import annotations

from generator.publish.changes import Changes, too_many
from generator.publish.delivery import Survey, choose, deliver, finish, roll_back, survey
from generator.publish.hosts import host_files
from generator.publish.lock import held
from generator.publish.manifest import Piece, Release
from generator.publish.place import Place, open_place
from generator.publish.verify import verify

__all__ = [
    "Changes",
    "Piece",
    "Place",
    "Release",
    "Survey",
    "choose",
    "deliver",
    "finish",
    "held",
    "host_files",
    "open_place",
    "roll_back",
    "survey",
    "too_many",
    "verify",
]
