"""What serving needs of the flow, in one: pages made at once, and builds behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from generator import moderation
from generator.builder import BuildEndedError, Builder, Built
from generator.config import load_site
from generator.preview import Looks, Preview
from generator.problems import BilanError, Location, Problem, Problems
from generator.render.pages import page_picture, page_sizes


class Served:
    """A site that is looked at while it is written."""

    def __init__(self, root: Path, now: datetime | None) -> None:
        self._root, self._now = root, now
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

    def queues(self) -> Sequence[Mapping[str, Any]]:
        return [asdict(each) for each in moderation.queues(self._root)]

    def queue(self, client: str, campaign: str) -> Mapping[str, Any] | None:
        found = moderation.items(self._root, client, campaign)
        if found is None:
            return None
        items, problems = found
        return {"items": [asdict(item) for item in items], "problems": [str(problem) for problem in problems], "by": moderation.whoever()}

    def queue_picture(self, client: str, campaign: str, name: str) -> bytes | None:
        return moderation.picture(self._root, client, campaign, name)

    def decide(self, client: str, campaign: str, word: Mapping[str, Any]) -> Sequence[Problem]:
        try:
            moderation.write(self._root, client, campaign, moderation.Word(**word), self._now or datetime.now().astimezone())
        except BilanError as error:
            return error.problems
        return ()

    def close(self) -> None:
        self._builder.close()
