"""Brands whose colours hardly show: an accent that was chosen and is too pale is an error, one that Bilan would have to choose a remark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.model.content import Content
from generator.model.site import Brand, Site
from generator.plan.palette import MARKS, contrast, palette, readable
from generator.problems import Location, Problems

Places = Mapping[str, Location]


def check_brands(site: Site, content: Content, problems: Problems) -> None:
    """Looks at each level that says something of its colours: agency, clients, campaigns."""
    for brand, places in _levels(site, content):
        told = brand.accent if "accent" in places else brand.colour if "colour" in places and brand.accent is None else None
        if told is None or not (seen := _unseen(brand, told)):
            continue
        ratio, shade = seen
        if "accent" in places:
            message = f"{told} has a contrast of {ratio:.2f}:1 with the page; marks need {MARKS:g}:1"
            fix = f'write accent: "{shade}", its nearest shade that has it; until then pages take that one'
            problems.add("weak-accent", message, places["accent"], fix=fix)
        else:
            message = f"{told} has a contrast of {ratio:.2f}:1 with the page, and no accent is said: marks are drawn in {shade}"
            fix = f'write accent: "{shade}", or a colour that you like better, beside it'
            problems.add("weak-colour", message, places["colour"], fix=fix, severity="warning")


def _levels(site: Site, content: Content) -> Iterator[tuple[Brand, Places]]:
    yield site.brand, site.brand_at
    for each in content.clients:
        yield each.client.brand, each.client.brand_at
        yield from ((campaign.brand, campaign.brand_at) for campaign in each.campaigns)


def _unseen(brand: Brand, lead: str) -> tuple[float, str] | None:
    """The contrast of a colour with the light page, and the shade that would do; None for one that does. On the dark page a tone of it is
    lighter whatever it is, and in print the paper is whiter by a trace."""
    paper = str(palette(brand.colour, brand.accent)["light"]["paper"])
    ratio = contrast(lead, paper)
    return None if ratio >= MARKS else (ratio, readable(lead, paper, MARKS))
