"""Sign-off of one period's report: who says that it may go out, and exactly what it was then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.model.fields import Instant, OneLine, Shape
from generator.problems import Location

State = Literal["draft", "review", "approved"]


class ApprovalFile(Shape):
    """approval.yaml in the folder of a period; written by `bilan approve`."""

    state: State
    by: OneLine
    at: Instant
    content: OneLine | None = None  # fingerprint of everything that the report says
    pdf: OneLine | None = None  # digest of the PDF's bytes
    figures: Mapping[OneLine, OneLine] = {}  # as they were, so that those that move can be named


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What approval.yaml says."""

    state: State
    by: str
    when: str  # ISO
    content: str | None
    pdf: str | None
    figures: Mapping[str, str]
    at: Location
