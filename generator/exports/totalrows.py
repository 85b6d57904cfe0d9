"""The words with which platforms begin a row that sums up the others."""

from __future__ import annotations

import re

from generator.exports.headers import normal

TOTAL = r"^(?:grand )?(?:total|totals|totaux|totales|gesamt|gesamtsumme|summe|total g[eé]n[eé]ral|total global)(?:\s*:.*)?$"
_TOTAL = re.compile(TOTAL)


def is_total(text: str) -> bool:
    """Whether a cell says that its row is a sum of others."""
    return _TOTAL.match(normal(text)) is not None
