"""Digests of bytes and fingerprints of values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def digest(content: bytes) -> str:
    """32 hexadecimal digits of BLAKE2b: enough never to collide by accident."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def digest_of(blocks: Iterable[bytes]) -> str:
    """The digest of what they are together."""
    sum_so_far = hashlib.blake2b(digest_size=16)
    for block in blocks:
        sum_so_far.update(block)
    return sum_so_far.hexdigest()


def short_digest(content: bytes) -> str:
    """Ten digits, for names of assets."""
    return digest(content)[:10]


def fingerprint(value: Any) -> str:
    """The same for equal values whatever their key order; refuses what JSON cannot say (sets, objects, NaN)."""
    return digest(_encode(value).encode())
