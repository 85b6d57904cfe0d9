"""Every kind of export that is read, as tables: adding a kind is adding a record here."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from generator import extensions
from generator.exports.kind import Kind
from generator.exports.kinds import ads, facebook, google, linkedin, mail, meta, suites, tiktok, web, x, youtube

OWN: tuple[Kind, ...] = (
    *facebook.KINDS, *meta.KINDS, *x.KINDS, *linkedin.KINDS, *tiktok.KINDS, *youtube.KINDS,
    *google.KINDS, *ads.KINDS, *mail.KINDS, *suites.KINDS, *web.KINDS,
)  # fmt: skip


def _kinds(value: Any) -> Iterable[Any]:
    return (value,) if isinstance(value, Kind) else value if isinstance(value, list | tuple) else ()


def _mistake(added: extensions.Loaded) -> str | None:
    """What is wrong with what an extension gives as kinds of export."""
    kinds = list(_kinds(added.value))
    if not kinds or not all(isinstance(kind, Kind) for kind in kinds):
        return "gives no Kind, and no list of them (generator.exports.kind)"
    taken = sorted({kind.name for kind in kinds} & {kind.name for kind in OWN})
    return f"declares {', '.join(taken)}, which Bilan reads itself" if taken else None


KINDS = (*OWN, *chain.from_iterable(_kinds(each.value) for each in extensions.load("exports", _mistake)))
BY_NAME = {kind.name: kind for kind in KINDS}
DAILY_TITLES = meta.DAILY_TITLES
NETWORKS = suites.NETWORKS
COMPARISON = google.COMPARISON
