"""Pages that are newer than their files: made for those who look at them, before the build that will write them."""

from __future__ import annotations


class Newer:
    """Which version of the site's files has been heard of, which one the output folder holds, and the pages made in between."""

    def __init__(self) -> None:
        self.version = 0  # of the site's files: how many changes have been heard of
        self.built = 0  # the version that the output folder holds
        self._pages: dict[str, tuple[int, bytes]] = {}  # by address, with the version they are of

    @property
    def behind(self) -> bool:
        """Whether files have changed since the output folder was built."""
        return self.version > self.built

    def fresh(self, address: str) -> bytes | None:
        """A page that is newer than its file, and as new as can be."""
        version, content = self._pages.get(address, (-1, b""))
        return content if version == self.version else None

    def last_good(self, address: str) -> bytes | None:
        """A page that is newer than its file, though a mistake made since then keeps it from being newer still."""
        return self._pages[address][1] if address in self._pages else None
