"""What a page or report being planned knows: its client's figures, its period, its folder, and where to put the files it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.digests import short_digest
from generator.model.clock import Clock
from generator.model.content import Campaign, ClientContent
from generator.model.figures import Figures, Metric, Period
from generator.model.media import Album, PictureFile
from generator.model.outputs import Access, Job, Output
from generator.model.site import Client, Site
from generator.problems import Location, Problem, Problems

Picture = Mapping[str, Any]
WIDTHS, LOGO = (480, 960, 1600), 480
FORMS = {".webp": "WEBP", ".png": "PNG", ".jpg": "JPEG"}


class Shelf:
    """The outputs planned so far; two sources of one address are refused, both. `wanted`: the pages to which a plan may keep, and what they
    show."""

    def __init__(self, problems: Problems, wanted: frozenset[str] | None = None) -> None:
        self._outputs: dict[str, Output] = {}
        self._wanted = wanted
        self._taken: set[str] = set()
        self._problems = problems

    @property
    def whole(self) -> bool:
        """Whether every output of the site is planned."""
        return self._wanted is None

    def wants_below(self, folder: str) -> bool:
        """Whether an output of this folder, and not of one below it, is to be planned."""
        return self.names_in(folder) != frozenset()

    def names_in(self, folder: str) -> frozenset[str] | None:
        """The wanted outputs of a folder by their names; None stands for all."""
        if self._wanted is None:
            return None
        return frozenset(name for above, _, name in (path.rpartition("/") for path in self._wanted) if above == folder)

    def put(self, output: Output) -> None:
        other = self._outputs.get(output.path)
        if other is None and output.path not in self._taken:
            self._outputs[output.path] = output
        elif other is None or other.job != output.job:
            named = f" by {other.at}" if other else ""
            self._problems.add(
                "address-taken", f"the address {output.path} is already taken{named}", output.at, fix="give one of the two another slug:"
            )
            self._taken.add(output.path)
            self._outputs.pop(output.path, None)

    def outputs(self) -> list[Output]:
        return sorted(self._outputs.values(), key=lambda output: output.path)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The place from which a body is planned."""

    site: Site
    content: ClientContent
    figures: Figures
    period: Period
    campaign: Campaign | None
    folder: str  # of the output, relative to the output folder: "novea/novacardz"
    language: str
    clock: Clock
    album: Album
    shelf: Shelf
    problems: Problems
    drawn: str = ""  # a digest of the theme's files with which cards are drawn
    access: Access = "public"  # of all that is planned from here
    words: Callable[[str], str] = str  # English → its language, where that is none of Bilan's own
    withheld: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)  # campaign → why moments of it are not used here
    used: dict[str, Metric] = field(default_factory=dict)  # metrics that the page speaks of
    media: dict[str, None] = field(default_factory=dict)  # pictures that it shows
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the campaign's moments, as this scope shows them

    def say(self, words: Mapping[str, str], **values: object) -> str:
        """A few words of the plan's own, in the page's language."""
        text = words.get(self.language) or self.words(words["en"])
        return text.format(**values) if values else text

    def wants(self, *names: str) -> bool:
        """Whether one of these outputs of its folder is to be planned."""
        wanted = self.shelf.names_in(self.folder)
        return wanted is None or not wanted.isdisjoint(names)

    @property
    def client(self) -> Client:
        return self.content.client

    @property
    def on_campaign(self) -> bool:
        """Whether links to moments lead somewhere: on the campaign's own pages."""
        return self.campaign is not None and self.folder == self.campaign.place

    def tell_withheld(self) -> None:
        """A block shows moments of the campaign: those that may not be used here are said to be left out."""
        self.problems.extend(self.withheld.get(self.campaign.slug, ()) if self.campaign else ())

    def at_period(self, period: Period) -> Scope:
        return replace(self, period=period)

    def picture(
        self, path: str | None, alt: str | None, at: Location, widths: Sequence[int] = WIDTHS, focus: str | None = None
    ) -> Picture | None:
        """A picture as WebP in the sizes that pages need, and once in a form that everything reads; the files are put on the shelf."""
        found = self.album.picture(path, at) if path else None
        if found is None:
            return None
        self.media[found.path] = None
        sizes = sorted({min(width, found.width) for width in widths})
        middle = sizes[min(1, len(sizes) - 1)]
        return {
            "path": found.path,
            "src": self._picture_output(found, middle, at),
            "src_width": middle,
            "srcset": [{"url": self._picture_output(found, width, at, ".webp"), "width": width} for width in sizes],
            "width": found.width,
            "height": found.height,
            "alt": alt or "",
            "focus": focus,
        }

    def logo(self, path: str | None, alt: str, at: Location) -> Picture | None:
        """A small picture in one size, which stands on every page."""
        found = self.album.picture(path, at) if path else None
        if found is None:
            return None
        self.media[found.path] = None
        url = self._picture_output(found, min(LOGO, found.width), at)
        return {"path": found.path, "src": url, "width": found.width, "height": found.height, "alt": alt}

    def put(self, name: str, job: Job, at: Location, **more: Any) -> None:
        """Puts a file of this scope's folder on the shelf."""
        path = f"{self.folder}/{name}".lstrip("/")
        self.shelf.put(Output(path=path, job=job, owner=self.client.slug, at=at, access=self.access, **more))

    def _picture_output(self, picture: PictureFile, width: int, at: Location, suffix: str | None = None) -> str:
        """Names are a digest of path and bytes: they tell nothing of who is seen, and are the same for the same picture."""
        drawn = picture.path.lower().endswith((".png", ".gif"))
        suffix = suffix or (".png" if drawn else ".jpg")
        url = f"media/p-{short_digest((picture.path + picture.digest).encode())}-{width}{suffix}"
        data = {"source": picture.path, "width": width, "format": FORMS[suffix], "drawn": drawn, "digest": picture.digest}
        self.put(url, Job(renderer="picture", language=self.language, data=data), at)
        return url
