"""Every kind of export that is read, as tables: adding a kind is adding a record here."""

from __future__ import annotations

from generator.exports.kind import Kind
from generator.exports.kinds import ads, facebook, google, linkedin, mail, meta, suites, tiktok, web, x, youtube

KINDS: tuple[Kind, ...] = (
    *facebook.KINDS, *meta.KINDS, *x.KINDS, *linkedin.KINDS, *tiktok.KINDS, *youtube.KINDS,
    *google.KINDS, *ads.KINDS, *mail.KINDS, *suites.KINDS, *web.KINDS,
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}
DAILY_TITLES = meta.DAILY_TITLES
NETWORKS = suites.NETWORKS
COMPARISON = google.COMPARISON
