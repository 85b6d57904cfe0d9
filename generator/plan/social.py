"""The pictures that networks show with a link: drawn for a page, under a name that changes with what is on them."""

from __future__ import annotations

from functools import partial
from typing import Any

from generator.digests import fingerprint
from generator.glyphs import undrawable
from generator.model.content import Campaign, Moment
from generator.model.outputs import Job
from generator.model.rights import Refusal, judge_use
from generator.model.site import Brand
from generator.plan.bundles import public_address
from generator.plan.faces import LONGEST, LONGEST_FOOT, Face, direction, face_tones, initials, shortened, sizes
from generator.plan.palette import palette
from generator.plan.rights import parts_of
from generator.plan.scope import Scope
from generator.problems import Location
from generator.theme import typefaces

WIDTH, HEIGHT = 1200, 630
FACE = "cards/face.html"
WORDS_OF_ALT = 240  # characters
Value = dict[str, Any]


def face_data(face: Face, scope: Scope, brand: Brand, at: Location, size: str = "social") -> Value:
    """All that a drawn card says. `size`: social, or that of a sheet: postcard, a5."""
    found = scope.album.picture(face.picture, at) if face.picture else None
    words = shortened(" ".join(face.text.split()), LONGEST[size]) if face.text else None
    return {
        "title": face.name,
        "format": size,
        "face": {
            "over": face.over,
            "name": face.name,
            "name_dir": direction(face.name),
            "text": words,
            "text_dir": direction(words or ""),
            "by": face.by,
            "initials": initials(face.name) if face.of_person else "",
            "picture": found.path if found else None,
            "foot": [shortened(part, LONGEST_FOOT) for part in face.foot],
            "more": dict(face.more),
        },
        "digest": found.digest if found else None,
        "lacking": undrawable(_said(face), partial(typefaces, scope.site.root)),  # a typeface that comes to be installed draws it anew
        "sizes": sizes(face.name, words or ""),
        "tones": face_tones(face.colours, brand.colour, brand.accent),
        "brand": {"font": brand.font, "print": palette(brand.colour, brand.accent)["print"]},
        "media": [found.path] if found else [],
    }


def _said(face: Face) -> str:
    return "".join(filter(None, (face.name, face.text, face.over, face.by, *face.foot, *(value for _, value in face.more))))


def warn_of_letters(face: Value, scope: Scope, at: Location) -> None:
    """Of what a drawn card cannot show."""
    if lacking := face["lacking"]:
        shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking[:8]) + (" …" if len(lacking) > 8 else "")
        fix = "install a typeface that has them (for Japanese fonts-ipafont-gothic, for instance), or write it in other letters"
        scope.problems.add("no-glyph", f"no typeface here can draw {shown}", at, fix=fix, severity="warning")


def moment_face(moment: Moment, campaign: Campaign, scope: Scope, size: str = "social") -> Value:
    """What a moment's drawn card says: who, or its title, and their words."""
    who = moment.name or (f"@{moment.handle}" if moment.handle else None)
    own = moment.card
    face = Face(
        name=moment.title or who or campaign.hashtag or campaign.title,
        text=moment.text,
        over=campaign.cards.title if own and who else None,
        by=_signature(moment, who),
        picture=moment.picture,
        foot=_foot(campaign, scope),
        colours=own.colours if own else (),
        more=own.more if own else (),
        of_person=who is not None and moment.title is None,
    )
    return face_data(face, scope, campaign.brand, moment.at, size)


def _signature(moment: Moment, who: str | None) -> str | None:
    """A handle below the name; below a title, who."""
    if moment.title:
        return who
    return f"@{moment.handle}" if moment.handle and moment.name else None


def _foot(campaign: Campaign, scope: Scope) -> tuple[str, ...]:
    return campaign.hashtag or campaign.title, scope.client.name


# ---- which page has which -------------------------------------------------------------------------------------------


def campaign_social(campaign: Campaign, scope: Scope) -> Value | None:
    """The campaign's, and of whatever has none of its own."""
    if campaign.social == "none":
        return None
    name = campaign.hashtag or campaign.title
    face = Face(name=name, text=campaign.summary, picture=campaign.cover, foot=(scope.client.name,))
    return put_social(scope, "s", face_data(face, scope, campaign.brand, campaign.at), campaign.at)


def page_social(title: str, campaign: Campaign, scope: Scope, at: Location) -> Value | None:
    """A further page's."""
    if campaign.social == "none":
        return None
    face = Face(name=title, picture=campaign.cover, foot=_foot(campaign, scope))
    return put_social(scope, "s", face_data(face, scope, campaign.brand, at), at)


def plain_social(scope: Scope, brand: Brand, title: str, summary: str | None, at: Location) -> Value | None:
    """The agency's, or a client's."""
    if scope.site.social == "none":
        return None
    face = Face(name=title, text=summary, foot=(scope.site.title,) if scope.site.title != title else ())
    return put_social(scope, "s", face_data(face, scope, brand, at), at)


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
    warn_of_letters(face, scope, at)
    scope.put(url, job, at)
    said = face["face"]
    alt = " – ".join(filter(None, (said["over"], said["name"], said["text"])))
    return {"url": address, "width": WIDTH, "height": HEIGHT, "alt": alt if len(alt) <= WORDS_OF_ALT else alt[: WORDS_OF_ALT - 1] + "…"}


def _of_picture(picture: Value, scope: Scope) -> Value | None:
    address = public_address(scope, f"{scope.folder}/{picture['src']}")
    width = picture["src_width"]
    height = max(1, round(picture["height"] * width / picture["width"]))
    return {"url": address, "width": width, "height": height, "alt": picture["alt"]} if address else None
