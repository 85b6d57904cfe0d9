"""Lists of a campaign's moments: all of them, and those of a kind, a network, a tag.

Pages are counted from the oldest moment: a numbered page keeps its address and its moments for ever, and says nothing that a new moment
elsewhere would change. The newest page has the bare name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.digests import fingerprint
from generator.model.content import Campaign, Moment
from generator.plan.bodies import plan_moment
from generator.plan.bundles import mark_of, put_page
from generator.plan.remembered import remembered
from generator.plan.scope import Scope
from generator.plan.words import platform_name

PER_PAGE = 48
FAMILIES = ("moments", "on-", "tag")  # with what the names of lists begin
MOST_USED = 12  # tags named on the wall; all of them are on a page of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Moments with something in common, oldest first."""

    name: str  # what their pages are called: "moments", "moments-card", "on-instagram", "tag-press"
    sort: str  # "all", "kind", "platform", "tag"
    label: str | None  # a tag as first written, a network's name, the word of a kind
    moments: Sequence[Moment]

    def address(self, number: int, last: int) -> str:
        """Of a page: two hyphens keep the pages of the tag "top" from those of the tag "top 1"."""
        return f"{self.name}.html" if number == last else f"{self.name}{'--' if self.sort == 'tag' else '-'}{number}.html"

    def link(self, here: str) -> dict[str, Any]:
        """A way to its newest page; `value` is what a filter calls it."""
        value = self.name.partition("-")[2]
        return {"label": self.label, "value": value, "count": len(self.moments), "url": f"{self.name}.html", "here": self.name == here}


def plan_lists(campaign: Campaign, scope: Scope, common: Mapping[str, Any], context: str, social: dict[str, Any] | None) -> None:
    """Puts every page of every list on the shelf, and the page that names all tags. `context`: a fingerprint of what they say besides."""
    names = scope.shelf.names_in(scope.folder)
    if names is not None and not any(name.startswith(FAMILIES) for name in names):
        return
    groups = list_groups(campaign.moments)
    for group in groups:
        _put_list(group, groups, campaign, scope, common, context, social)
    tags = [group.link("") for group in groups if group.sort == "tag"]
    if tags:
        put_page(scope, "tags.html", "tags.html", campaign.title, campaign.summary, campaign.at, common, social=social, tags=tags)


def tag_links(moment: Moment) -> list[dict[str, str]]:
    """A moment's tags where it is shown alone."""
    return [{"label": tag.label, "url": f"tag-{tag.slug}.html"} for tag in moment.tags]


def wall_links(groups: Sequence[Group]) -> dict[str, Any]:
    """Ways from the wall to the lists, which say nothing that one more moment in them would change."""
    ways = _beside(groups[0], groups)
    return {sort: [{**link, "count": None} for link in ways[sort]] for sort in ("kinds", "platforms", "tags")}


@remembered
def list_groups(moments: Sequence[Moment]) -> Sequence[Group]:
    """All moments, then those of each kind, network and tag."""
    return list(_groups(moments))


def _groups(moments: Sequence[Moment]) -> Iterator[Group]:
    yield Group(name="moments", sort="all", label=None, moments=moments)
    for kind in sorted({moment.kind for moment in moments}):
        yield Group(name=f"moments-{kind}", sort="kind", label=kind, moments=[m for m in moments if m.kind == kind])
    platforms = sorted({moment.platform for moment in moments if moment.platform})
    for platform in platforms if len(platforms) > 1 else ():
        of_it = [moment for moment in moments if moment.platform == platform]
        yield Group(name=f"on-{platform}", sort="platform", label=platform_name(platform), moments=of_it)
    yield from _tags(moments)


def _tags(moments: Sequence[Moment]) -> Iterator[Group]:
    labels, tagged = dict[str, str](), dict[str, list[Moment]]()
    for moment in moments:
        for tag in moment.tags:
            labels.setdefault(tag.slug, tag.label)
            tagged.setdefault(tag.slug, []).append(moment)
    for slug in sorted(tagged):
        yield Group(name=f"tag-{slug}", sort="tag", label=labels[slug], moments=tagged[slug])


def _put_list(
    group: Group,
    groups: Sequence[Group],
    campaign: Campaign,
    scope: Scope,
    common: Mapping[str, Any],
    context: str,
    social: dict[str, Any] | None,
) -> None:
    chunks = [group.moments[start : start + PER_PAGE] for start in range(0, len(group.moments), PER_PAGE)] or [[]]
    urls = [group.address(number, len(chunks)) for number in range(1, len(chunks) + 1)]
    for index, chunk in enumerate(chunks):
        if not scope.wants(urls[index]):
            continue
        newest = index == len(chunks) - 1
        title = group.label if group.label and group.sort != "kind" else campaign.title
        around = {
            "group": {"sort": group.sort, "label": group.label, "count": len(group.moments) if newest else None},
            "beside": _beside(group, groups) if newest else None,
            "pager": _pager(urls, index, chunk) if len(chunks) > 1 else None,
        }
        mark = mark_of(chunk, fingerprint([context, urls[index], title, campaign.summary, around]))
        items = [plan_moment(moment, scope) for moment in reversed(chunk)]
        when = chunk[-1].instant.isoformat() if chunk else ""
        put_page(
            scope, urls[index], "moments.html", title, campaign.summary, campaign.at, common, when, mark, social, items=items, **around
        )


def _beside(group: Group, groups: Sequence[Group]) -> dict[str, Any]:
    """Ways to the other lists, from the newest page of each."""
    tags = [other for other in groups if other.sort == "tag"]
    counted = Counter({tag.name: len(tag.moments) for tag in tags})
    used = {name for name, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_USED]}
    on_wall = group.sort != "tag"
    return {
        "all": groups[0].link(group.name),
        "kinds": [other.link(group.name) for other in groups if other.sort == "kind"] if on_wall else [],
        "platforms": [other.link(group.name) for other in groups if other.sort == "platform"] if on_wall else [],
        "tags": [other.link(group.name) for other in tags if other.name in used] if group.sort == "all" else [],
        "more_tags": "tags.html" if group.sort == "tag" or (group.sort == "all" and len(tags) > MOST_USED) else None,
    }


def _pager(urls: Sequence[str], index: int, chunk: Sequence[Moment]) -> dict[str, Any]:
    """The pages beside one, the first and the last, and the days that it spans."""
    newest = index == len(urls) - 1
    return {
        "newest": None if newest else urls[-1],
        "newer": None if newest else urls[index + 1],
        "older": urls[index - 1] if index else None,
        "oldest": urls[0] if index else None,
        "first": chunk[0].instant.isoformat(),
        "last": chunk[-1].instant.isoformat(),
    }
