"""Posts and films at other places: what a page says of them itself, and the frame that it opens when its reader asks for it."""

from __future__ import annotations

from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.providers import PROVIDERS, frame_of
from generator.plan.files import file_of
from generator.plan.scope import Scope


def frame_value(url: str | None) -> dict[str, str] | None:
    """What a script needs to open a frame, and its reader to decide; None where no provider is known."""
    frame = frame_of(url) if url else None
    if frame is None:
        return None
    provider = frame.provider
    return {
        "provider": provider.name,
        "label": provider.label,
        "receiver": provider.receiver,
        "privacy": provider.privacy,
        "frame": frame.url,
        "shape": frame.shape,
        "referrer": provider.referrer,
    }


def plan_embed(block: Block, scope: Scope) -> dict[str, Any] | None:
    """An address that no provider has is refused at its line."""
    args = block.args
    assert isinstance(args, blocks.Embed)
    frame = frame_value(args.url)
    if frame is None:
        known = ", ".join(provider.label for provider in PROVIDERS.values())
        message = f'no provider is known for "{args.url[:80]}"'
        fix = f"known are posts and films of {known}; for anything else write a link"
        scope.problems.add("unknown-provider", message, block.places.get("url", block.at), fix=fix)
        return None
    return {
        "block": "embed",
        "title": args.title,
        "text": args.text,
        "url": args.url,
        "picture": scope.picture(file_of(block, "picture", scope), args.alt or args.title, block.at, focus=args.focus),
        "frame": frame,
    }
