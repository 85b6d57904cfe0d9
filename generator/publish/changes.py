"""What a publishing would do, and what somebody has to confirm before it does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from generator.publish.kinds import immutable
from generator.publish.manifest import Piece, Release

Files = Mapping[str, Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Addresses by what happens to them."""

    old: Files
    new: Files
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)  # private in the last release, and not in this one

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def bytes(self) -> int:
        return sum(self.new[address].size for address in (*self.added, *self.changed))

    @property
    def deletions(self) -> int:
        """Of what people may have an address of; superseded style sheets and pictures are not counted."""
        return sum(not immutable(address) for address in self.removed)


def compare(before: Release | None, new: Files) -> Changes:
    """The way from one tree to another, addresses in order."""
    old: Files = before.files if before else {}
    secret = {piece.digest for address, piece in old.items() if piece.access == "private" and not immutable(address)}
    return Changes(
        old=old,
        new=new,
        added=sorted(address for address in new if address not in old),
        changed=sorted(address for address, piece in new.items() if address in old and old[address] != piece),
        removed=sorted(address for address in old if address not in new),
        opened=sorted(address for address, piece in new.items() if piece.access != "private" and _was_private(address, piece, old, secret)),
    )


def _was_private(address: str, piece: Piece, old: Files, secret: Collection[str]) -> bool:
    """The same address, or the same page or document at another one."""
    return (address in old and old[address].access == "private") or (piece.digest in secret and address.endswith((".html", ".pdf", ".csv")))


def too_many(changes: Changes, limit: int) -> bool:
    """Whether so much goes that it is likelier a mistake: more than the limit, or more than half of what was there."""
    counted = sum(not immutable(address) for address in changes.old)
    return changes.deletions > limit or (changes.deletions > 5 and changes.deletions * 2 > counted)
