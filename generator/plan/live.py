"""A campaign's state as files that any host serves: moments in chunks, chunks in nodes, nodes in one index, and a small head that names it.

All but the head are named by a digest of what they say: they never change, and a reader fetches each once. The head says nothing that is
not in the content, so the same content makes the same files. docs/live.md tells how a page follows them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.digests import fingerprint
from generator.model.content import Campaign, Moment
from generator.model.outputs import Job, Output
from generator.plan.bodies import Segments, plan_moment
from generator.plan.chunks import cut
from generator.plan.remembered import remembered
from generator.plan.scope import Scope
from generator.plan.wall import milliseconds

PER_CHUNK, PER_NODE = 24, 48  # on average
NAME, SHORT = 20, 10  # digits of a digest: of a file's name, and of one that a page knows
HEAD = 960  # bytes that a head says something with; blanks follow
MOVING = {
    "moments": ("items", "total", "all_url", "wall"),
    "gallery": ("items",),
    "people": ("items",),
    "milestones": ("share",),
}  # parts of a block that moments change

Entry = dict[str, Any]


def plan_live(
    campaign: Campaign, scope: Scope, hero: Mapping[str, Any], body: Segments, links: Mapping[str, Any], made_by: str
) -> dict[str, Any] | None:
    """Puts head, index and segments on the shelf; returns what the campaign's page says of them, which tells its script what it shows."""
    _name_walls(body)
    if campaign.live is None:
        return None
    shown = {**hero, **{key: bool(hero[key]) for key in ("moments", "people", "latest")}}
    page = fingerprint([shown, [_still(segment) for segment in body], links["kinds"], links["platforms"]])[:NAME]
    context = fingerprint([made_by, scope.language, scope.client.timezone, scope.on_campaign])  # a mark has the hour of the wall only
    chunks = [_put_chunk(moments, context, scope, campaign) for moments in _cut_moments(campaign.moments)]
    nodes = [_put_node(chunks[part], scope, campaign) for part in cut([chunk["to"][1] for chunk in chunks], PER_NODE)]
    counters = {"moments": hero["moments"], "people": hero["people"], **_counted(body)}
    state = {"nodes": [node for node, _ in nodes], "counters": counters}
    latest = plan_moment(campaign.moments[-1], scope) if campaign.moments else None
    root = _put(state, context, scope, campaign, "live/index.json", latest=latest)
    _put_head(page, root, chunks, nodes, hero, counters, scope, campaign)
    newest = nodes[-1:]
    return {
        "head": "live/head.json",
        "page": page,
        "root": root,
        "phase": hero["phase"],
        "next": {"teaser": hero["starts"], "live": hero["ends"], "closed": hero["recap"]}.get(hero["phase"]),
        "known": {node["d"][:SHORT]: [each["d"][:SHORT] for each in parts if [(node, parts)] == newest] for node, parts in nodes},
        "every": campaign.live.every,
        "cycle": campaign.live.cycle,
        "zone": scope.client.timezone,
        "links": links,
    }


def _name_walls(body: Segments) -> None:
    """The main wall, on which readers filter and are told of new moments: the first that shows all kinds, else the first."""
    walls = [segment["wall"] for segment in body if segment.get("block") == "moments"]
    whole = [wall for wall in walls if not (wall["kinds"] or wall["tags"] or wall["key"])]
    for wall in walls:
        wall["main"] = wall is (whole or walls)[0]


def _still(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a page says apart from what its script keeps up to date itself."""
    if values.get("block") == "counter":
        return {**values, "items": [_unvalued(item) for item in values["items"]]}
    if values.get("block") == "milestones":
        values = {**values, "counter": _unvalued(values["counter"])}
    moving = MOVING.get(values.get("block", ""), ())
    return {key: value for key, value in values.items() if key not in moving}


def _unvalued(counter: Mapping[str, Any]) -> dict[str, Any]:
    return {**counter, "value": None, "as_of": None}


def _counted(body: Segments) -> dict[str, float | None]:
    counters = [item for segment in body if segment.get("block") == "counter" for item in segment["items"]]
    counters += [segment["counter"] for segment in body if segment.get("block") == "milestones"]
    return {counter["name"]: counter["value"] for counter in counters}


def _place(moment: Moment) -> tuple[int, str]:
    return milliseconds(moment), moment.slug


@remembered
def _cut_moments(moments: Sequence[Moment]) -> Sequence[Sequence[Moment]]:
    return tuple(moments[part] for part in cut([moment.slug for moment in moments], PER_CHUNK))


# how a node tells of chunks, by their moments: in a process that plans again and again, most are the same ones, whose cards nobody asks for
_told: dict[tuple[str, tuple[int, ...]], tuple[Sequence[Moment], Entry]] = {}
_told_nodes: dict[tuple[str, ...], Entry] = {}  # and how the index tells of nodes, by the names of their chunks
MANY = 8192  # of them that are kept


def _head_alone(scope: Scope) -> bool:
    """Whether nobody asks for a segment: files that are there already need not be planned."""
    wanted = scope.shelf.names_in(f"{scope.folder}/live")
    return wanted is not None and wanted <= {"head.json"}


def _put_chunk(moments: Sequence[Moment], context: str, scope: Scope, campaign: Campaign) -> Entry:
    """Some moments with their cards; returns how a node tells of them."""
    key = context, tuple(map(id, moments))
    if key in _told and _head_alone(scope):
        return _told[key][1]
    entry = _put_cards(moments, context, scope, campaign)
    if all(moment.mark or not moment.body for moment in moments):  # others may show figures, which change by themselves
        if len(_told) >= MANY:
            _told.clear()
        _told[key] = moments, entry  # the moments stay: nothing else gets their ids
    return entry


def _put_cards(moments: Sequence[Moment], context: str, scope: Scope, campaign: Campaign) -> Entry:
    cards = [plan_moment(moment, scope) for moment in moments]
    tags = [[tag.slug for tag in moment.tags] for moment in moments]
    marks = [moment.mark or fingerprint([card, own]) for moment, card, own in zip(moments, cards, tags, strict=True)]
    name = fingerprint([context, marks])[:NAME]
    told = [{"card": card, "tags": own} for card, own in zip(cards, tags, strict=True)]
    job = Job(renderer="segment", language=scope.language, template="live/chunk.json", data={"moments": told})
    _shelve(name, job, scope, campaign, moments[-1].instant.isoformat())
    has = Counter(word for card, own in zip(cards, tags, strict=True) for word in _words(card, own))
    return {
        "d": name,
        "n": len(moments),
        "from": list(_place(moments[0])),
        "to": list(_place(moments[-1])),
        "has": dict(sorted(has.items())),
    }


def _words(card: Mapping[str, Any], tags: Sequence[str]) -> Iterator[str]:
    """What filters find a moment by."""
    yield f"kind:{card['kind']}"
    if card["platform"]:
        yield f"network:{card['platform']}"
    yield from (f"tag:{tag}" for tag in tags)
    yield from (word for word in ("key", "pinned") if card[word])


def _put_node(chunks: Sequence[Entry], scope: Scope, campaign: Campaign) -> tuple[Entry, Sequence[Entry]]:
    """What stands in some chunks, without their cards; returns how the index tells of it, and the chunks. Of tags, of which there may be
    many, only that there are some."""
    key = tuple(chunk["d"] for chunk in chunks)
    if key in _told_nodes and _head_alone(scope):
        return _told_nodes[key], chunks
    has = Counter[str]()
    for chunk in chunks:
        has.update({"tagged" if word.startswith("tag:") else word: count for word, count in chunk["has"].items()})
    name = fingerprint(chunks)[:NAME]
    _shelve(name, Job(renderer="text", language=scope.language, data={"text": _json({"chunks": list(chunks)})}), scope, campaign)
    entry = {"d": name, "n": sum(chunk["n"] for chunk in chunks), "from": chunks[0]["from"], "to": chunks[-1]["to"]}
    if len(_told_nodes) >= MANY:
        _told_nodes.clear()
    _told_nodes[key] = {**entry, "has": dict(sorted(has.items()))}
    return _told_nodes[key], chunks


def _put(state: Entry, context: str, scope: Scope, campaign: Campaign, template: str, **cards: Any) -> str:
    name = fingerprint([context, state, cards])[:NAME]
    _shelve(name, Job(renderer="segment", language=scope.language, template=template, data={"state": state, **cards}), scope, campaign)
    return name


def _shelve(name: str, job: Job, scope: Scope, campaign: Campaign, when: str = "") -> None:
    path = f"{scope.folder}/live/{name}.json"
    scope.shelf.put(Output(path=path, job=job, owner=scope.client.slug, at=campaign.at, when=when, mark=name))


def _put_head(
    page: str,
    root: str,
    chunks: Sequence[Entry],
    nodes: Sequence[Any],
    hero: Mapping[str, Any],
    counters: Entry,
    scope: Scope,
    campaign: Campaign,
) -> None:
    """At most 1 KB: where the figures do not fit, the index alone has them. Its length varies with what it says, for servers that tell
    versions of a file apart by second and length."""
    head = {"bilan": 1, "phase": hero["phase"], "page": page, "root": root, "total": hero["moments"]}
    head |= {"node": nodes[-1][0]["d"], "newest": chunks[-1]["d"]} if chunks else {}
    whole = _json({**head, "counters": counters})
    text = whole if len(whole.encode()) <= HEAD else _json(head)
    text += " " * (int(fingerprint(text)[:4], 16) % 60) + "\n"
    job = Job(renderer="text", language=scope.language, data={"text": text})
    scope.shelf.put(Output(path=f"{scope.folder}/live/head.json", job=job, owner=scope.client.slug, at=campaign.at))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
