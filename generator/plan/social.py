"""The pictures that networks show with a link: drawn for a page, under a name that changes with what is on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.digests import fingerprint
from generator.model.content import Campaign, Moment
from generator.model.outputs import Job
from generator.model.rights import Refusal, judge_use
from generator.model.site import Brand
from generator.plan.bundles import public_address
from generator.plan.faces import LONGEST, brand_tones, direction, face_tones, initials, shortened, sizes
from generator.plan.palette import palette
from generator.plan.rights import parts_of
from generator.plan.scope import Scope
from generator.problems import Location

WIDTH, HEIGHT = 1200, 630
FACE = "cards/face.html"
WORDS_OF_ALT = 240  # characters
Value = dict[str, Any]


def face_data(scope: Scope, brand: Brand, at: Location, *, name: str, text: str | None = None, over: str | None = None,
              by: str | None = None, picture: str | None = None, foot: Sequence[str] = (), format: str = "social",  # noqa: A002  # as authors write it
              colours: tuple[tuple[str, float], ...] = (), more: Sequence[tuple[str, str]] = (), of_person: bool = False) -> Value:  # fmt: skip
    """All that a drawn card says."""
    found = scope.look(picture, at) if picture else None
    words = shortened(" ".join(text.split()), LONGEST[format]) if text else None
    return {
        "title": name,
        "format": format,
        "face": {
            "over": over, "name": name, "name_dir": direction(name), "text": words, "text_dir": direction(words or ""), "by": by,
            "initials": initials(name) if of_person else "", "picture": found.path if found else None, "foot": list(foot),
            "more": dict(more), "of_person": of_person,
        },
        "digest": found.digest if found else None,
        "sizes": sizes(name, words or ""),
        "tones": face_tones(colours, brand.colour, brand.accent) if colours else brand_tones(brand),
        "brand": {"font": brand.font, "print": palette(brand.colour, brand.accent)["print"]},
        "media": [found.path] if found else [],
    }  # fmt: skip


def moment_face(moment: Moment, campaign: Campaign, scope: Scope, format: str = "social") -> Value:  # noqa: A002  # as authors write it
    """What a moment's drawn card says: who, or its title, and their words."""
    who = moment.name or (f"@{moment.handle}" if moment.handle else None)
    card = moment.card
    return face_data(
        scope, campaign.brand, moment.at, name=moment.title or who or campaign.hashtag or campaign.title, text=moment.text,
        over=campaign.cards.title if card else None, by=_signature(moment, who), picture=moment.picture, foot=_foot(campaign, scope),
        format=format, colours=card.colours if card else (), more=card.more if card else (), of_person=moment.title is None and who is not None,
    )  # fmt: skip


def _signature(moment: Moment, who: str | None) -> str | None:
    """A handle below the name; below a title, who."""
    if moment.title:
        return who
    return f"@{moment.handle}" if moment.handle and moment.name else None


def _foot(campaign: Campaign, scope: Scope) -> list[str]:
    return [campaign.hashtag or campaign.title, scope.client.name]


# ---- which page has which -------------------------------------------------------------------------------------------


def campaign_social(campaign: Campaign, scope: Scope) -> Value | None:
    """The campaign's, and of whatever has none of its own."""
    if campaign.social == "none":
        return None
    name = campaign.hashtag or campaign.title
    face = face_data(scope, campaign.brand, campaign.at, name=name, text=campaign.summary, picture=campaign.cover, foot=[scope.client.name])
    return put_social(scope, "s", face, campaign.at)


def page_social(title: str, campaign: Campaign, scope: Scope, at: Location) -> Value | None:
    """A further page's."""
    if campaign.social == "none":
        return None
    face = face_data(scope, campaign.brand, at, name=title, picture=campaign.cover, foot=_foot(campaign, scope))
    return put_social(scope, "s", face, at)


def plain_social(scope: Scope, brand: Brand, title: str, summary: str | None, at: Location) -> Value | None:
    """The agency's, or a client's."""
    if scope.site.social == "none":
        return None
    foot = [scope.site.title] if scope.site.title != title else []
    return put_social(scope, "s", face_data(scope, brand, at, name=title, text=summary, foot=foot), at)


def moment_social(moment: Moment, campaign: Campaign, scope: Scope, picture: Value | None, general: Value | None) -> Value | None:
    """A moment's own where the campaign has such drawn, else its picture, else the campaign's; its author may have agreed to the last
    one only. `picture`: as its page shows it."""
    drawn = campaign.social == "moments" or (campaign.social == "key" and (moment.key or moment.kind == "card"))
    if not (drawn or picture):
        return general
    parts = judge_use(moment.rights, moment.id, "social", scope.clock.passed)
    shown = None if isinstance(parts, Refusal) else parts_of(moment, parts)
    if shown is None:
        return general
    if drawn:
        return put_social(scope, f"m-{moment.slug}", moment_face(shown, campaign, scope), moment.at)
    return _of_picture(picture, scope) if picture and shown.picture else general


def put_social(scope: Scope, name: str, face: Value, at: Location) -> Value | None:
    """Puts a drawn picture on the shelf, where its address can be told: networks want it whole."""
    job = Job(renderer="social", language=scope.language, template=FACE, data=face)
    url = f"media/{name}-{fingerprint([scope.drawn, scope.language, face])[:10]}-{WIDTH}.jpg"
    address = public_address(scope, f"{scope.folder}/{url}".lstrip("/"))
    if address is None:
        return None
    scope.put(url, job, at)
    said = face["face"]
    alt = " – ".join(filter(None, (said["over"], said["name"], said["text"])))
    return {"url": address, "width": WIDTH, "height": HEIGHT, "alt": alt if len(alt) <= WORDS_OF_ALT else alt[: WORDS_OF_ALT - 1] + "…"}


def _of_picture(picture: Value, scope: Scope) -> Value | None:
    address = public_address(scope, f"{scope.folder}/{picture['src']}")
    width = next(source["width"] for source in picture["srcset"] if source["url"] == picture["src"])
    height = max(1, round(picture["height"] * width / picture["width"]))
    return {"url": address, "width": width, "height": height, "alt": picture["alt"]} if address else None
