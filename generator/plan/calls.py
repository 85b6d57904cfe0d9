"""What a page asks of its reader: to do something, or to pass it on."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.plan.prose import OUTWARD
from generator.plan.scope import Scope


def plan_action(block: Block, scope: Scope, folder: str, pages: Mapping[str, str]) -> dict[str, Any] | None:
    """A button, to a page of the campaign by its source or to anywhere else. `pages`: as for links in prose."""
    args = block.args
    assert isinstance(args, blocks.Action)
    url: str | None = args.url
    if not (OUTWARD.match(args.url) or args.url.startswith("sms:")):
        url = pages.get(posixpath.normpath(posixpath.join(folder, args.url)))
        at = block.places["url"]
        if url is None:
            scope.problems.add("dead-link", f'there is no page "{args.url}"', at, fix="check the name, or put the file there")
            return None
        if not url:
            message = f'the page "{args.url}" is not out, or unlisted: nobody is asked to go there'
            fix = "nothing is to be done if that is meant; else take the block out"
            scope.problems.add("held-back-link", message, at, fix=fix, severity="warning")
            return None
    return {"block": "action", "title": args.title, "label": args.label, "url": url, "text": args.text}


def plan_share(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Share)
    return {"block": "share", "title": args.title, "text": args.text, "networks": list(args.networks)}
