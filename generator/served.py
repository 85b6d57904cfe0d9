"""What serving needs of the flow, in one: pages made at once, and builds behind them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from generator.builder import BuildEndedError, Builder, Built
from generator.config import load_site
from generator.preview import Looks, Preview
from generator.problems import Location, Problem, Problems
from generator.render.pages import page_picture, page_sizes


class Served:
    """A site that is looked at while it is written."""

    def __init__(self, root: Path, now: datetime | None) -> None:
        self._root = root
        self._preview, self._builder = Preview(root, now), Builder(root, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def viewers(self) -> int:
        """How many streams the site wants held open at most."""
        return load_site(self._root, Problems()).limits.viewers

    def note(self, changed: Collection[str]) -> None:
        self._preview.note(changed)

    def look(self, addresses: Collection[str]) -> Looks:
        return self._preview.look(addresses)

    def build(self, address: str | None) -> Built:
        try:
            return self._again(address)
        except BuildEndedError as error:
            fix = "this is a bug of Bilan: please report it, with these words"
            return Built(problems=(Problem(code="build-ended", message=str(error), at=Location(path="bilan serve"), fix=fix),))

    def _again(self, address: str | None) -> Built:
        """A build, tried twice: the system may have ended the process that builds, for its memory."""
        try:
            return self._builder.build(address)
        except BuildEndedError:
            return self._builder.build(address)

    def due(self) -> Sequence[str]:
        try:
            return self._builder.due()
        except BuildEndedError:
            return ()

    def papers(self, pdf: bytes) -> Sequence[tuple[float, float]]:
        return page_sizes(pdf)

    def paper(self, pdf: bytes, number: int) -> bytes | None:
        return page_picture(pdf, number)

    def close(self) -> None:
        self._builder.close()
