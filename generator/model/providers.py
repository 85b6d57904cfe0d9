"""Places whose posts and films a page may show in a frame, once its reader asks: what their addresses look like, and who gets to know.

A provider is a declaration: for each form of address, the frame that shows it. `\\1` and so on stand for parts of the address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

Shape = Literal["film", "upright", "post", "sound"]  # what room a frame takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    name: str
    label: str
    receiver: str  # who gets the reader's address and what their browser tells
    privacy: str
    frames: tuple[tuple[str, str, Shape], ...]  # form of an address after https://, address of its frame, room that it takes
    referrer: Literal["no-referrer", "strict-origin"] = "no-referrer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame that may be opened."""

    provider: Provider
    url: str  # of the frame
    shape: Shape


PROVIDERS: Mapping[str, Provider] = {
    each.name: each
    for each in (
        Provider(
            name="youtube", label="YouTube", receiver="Google Ireland Ltd", privacy="https://policies.google.com/privacy",
            frames=(
                (r"(?:www\.|m\.)?youtube\.com/shorts/([\w-]{6,20})", r"https://www.youtube-nocookie.com/embed/\1", "upright"),
                (r"(?:www\.|m\.)?youtube\.com/watch\?(?:[^#]*&)?v=([\w-]{6,20})", r"https://www.youtube-nocookie.com/embed/\1", "film"),
                (r"(?:www\.|m\.)?youtube\.com/(?:live|embed)/([\w-]{6,20})", r"https://www.youtube-nocookie.com/embed/\1", "film"),
                (r"youtu\.be/([\w-]{6,20})", r"https://www.youtube-nocookie.com/embed/\1", "film"),
            ),
            referrer="strict-origin",  # without one it answers with an error instead of a film
        ),
        Provider(
            name="vimeo", label="Vimeo", receiver="Vimeo.com, Inc.", privacy="https://vimeo.com/privacy",
            frames=(
                (r"(?:www\.)?vimeo\.com/(\d+)/([0-9a-f]+)", r"https://player.vimeo.com/video/\1?h=\2&dnt=1", "film"),
                (r"(?:www\.)?vimeo\.com/(\d+)", r"https://player.vimeo.com/video/\1?dnt=1", "film"),
            ),
            referrer="strict-origin",  # films may be bound to the sites that show them
        ),
        Provider(
            name="dailymotion", label="Dailymotion", receiver="Dailymotion SA", privacy="https://legal.dailymotion.com/en/privacy-policy/",
            frames=((r"(?:www\.)?dailymotion\.com/video/(\w+)", r"https://geo.dailymotion.com/player.html?video=\1", "film"),),
        ),
        Provider(
            name="instagram", label="Instagram", receiver="Meta Platforms Ireland Ltd", privacy="https://privacycenter.instagram.com/policy",
            frames=((r"(?:www\.)?instagram\.com/(?:[\w.]+/)?(p|reel|tv)/([\w-]+)", r"https://www.instagram.com/\1/\2/embed/", "post"),),
        ),
        Provider(
            name="tiktok", label="TikTok", receiver="TikTok Technology Ltd", privacy="https://www.tiktok.com/legal/privacy-policy-eea",
            frames=((r"(?:www\.)?tiktok\.com/@[\w.]+/video/(\d+)", r"https://www.tiktok.com/player/v1/\1", "upright"),),
        ),
        Provider(
            name="x", label="X", receiver="X Internet Unlimited Company", privacy="https://x.com/en/privacy",
            frames=(
                (r"(?:www\.)?(?:x|twitter)\.com/\w+/status/(\d+)", r"https://platform.twitter.com/embed/Tweet.html?id=\1&dnt=true", "post"),
            ),
        ),
        Provider(
            name="facebook", label="Facebook", receiver="Meta Platforms Ireland Ltd", privacy="https://www.facebook.com/privacy/policy/",
            frames=(
                (r"(?:www\.)?facebook\.com/(?:watch/?\?v=\d+|reel/\d+|[\w.-]+/videos/.+)",
                 "https://www.facebook.com/plugins/video.php?show_text=false&href={url}", "film"),
                (r"(?:www\.)?facebook\.com/(?:permalink\.php\?.+|photo.*|[\w.-]+/(?:posts|photos)/.+)",
                 "https://www.facebook.com/plugins/post.php?show_text=true&href={url}", "post"),
            ),
        ),
        Provider(
            name="linkedin", label="LinkedIn", receiver="LinkedIn Ireland Unlimited Company",
            privacy="https://www.linkedin.com/legal/privacy-policy",
            frames=(
                (r"(?:\w+\.)?linkedin\.com/feed/update/(urn:li:(?:activity|share|ugcPost):\d+)", r"https://www.linkedin.com/embed/feed/update/\1",
                 "post"),
                (r"(?:\w+\.)?linkedin\.com/posts/[^?#]*(activity|share|ugcPost)-(\d+)[^?#]*",
                 r"https://www.linkedin.com/embed/feed/update/urn:li:\1:\2", "post"),
            ),
        ),
        Provider(
            name="spotify", label="Spotify", receiver="Spotify AB", privacy="https://www.spotify.com/legal/privacy-policy/",
            frames=(
                (r"open\.spotify\.com/(?:intl-\w+/)?(track|album|playlist|episode|show|artist)/(\w+)", r"https://open.spotify.com/embed/\1/\2",
                 "sound"),
            ),
        ),
        Provider(
            name="soundcloud", label="SoundCloud", receiver="SoundCloud Global Ltd & Co. KG", privacy="https://soundcloud.com/pages/privacy",
            frames=((r"soundcloud\.com/[\w-]+/(?:sets/)?[\w-]+", "https://w.soundcloud.com/player/?visual=false&url={url}", "sound"),),
        ),
    )
}  # fmt: skip


def frame_of(url: str) -> Frame | None:
    """The frame that shows what is at an address; None where no provider is known to have it."""
    rest = url.removeprefix("https://")
    for provider in PROVIDERS.values() if rest != url else ():
        for form, frame, shape in provider.frames:
            if found := re.fullmatch(rf"(?:{form})/?(?:[?&#].*)?", rest):
                return Frame(provider=provider, url=_expanded(found, frame, url), shape=shape)
    return None


def _expanded(found: re.Match[str], frame: str, url: str) -> str:
    return found.expand(frame.replace("{url}", quote(url, safe="").replace("\\", r"\\")))
