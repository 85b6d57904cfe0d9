"""Files that a block names, relative to the file in which it stands."""

from __future__ import annotations

import posixpath

from generator.located import inside
from generator.model import blocks
from generator.model.content import Block
from generator.model.media import ELSEWHERE, IN_A_FILE, Recording
from generator.plan.scope import Scope


def file_of(block: Block, key: str, scope: Scope) -> str | None:
    """Its path in the site; a file that is missing, elsewhere, or another client's, is a problem at its line."""
    given = getattr(block.args, key, None)
    if given is None:
        return None
    at = block.places.get(key, block.at)
    if ELSEWHERE.match(given):
        message = f'the file "{given[:80]}" is elsewhere; pages show nothing that is not in the site'
        scope.problems.add("outside-file", message, at, fix="save it beside this file, and write its name")
        return None
    root = scope.site.root
    path = posixpath.normpath(posixpath.join(posixpath.dirname(block.at.path), given))
    if inside(root / path, root / "content" / scope.client.slug):
        return path
    scope.problems.add("missing-file", f'there is no file "{given}" here', at, fix="check the name, or put the file there")
    return None


def recording_of(block: Block, scope: Scope) -> Recording | None:
    """The recording of a block; a sound without its words is warned of."""
    args = block.args
    assert isinstance(args, blocks.Video | blocks.Audio)
    path = file_of(block, block.name, scope)
    written = args.transcript is None or not IN_A_FILE.fullmatch(args.transcript)
    if block.name == "audio" and args.transcript is None:
        fix = "add transcript: with its words, or the name of a .txt file of them"
        scope.problems.add("no-transcript", "who cannot hear it has nothing to read", block.at, fix=fix, severity="warning")
    return None if path is None else Recording(
        sort="video" if block.name == "video" else "audio",
        path=path,
        poster=file_of(block, "poster", scope),
        captions=file_of(block, "captions", scope),
        transcript=args.transcript if written else file_of(block, "transcript", scope),
        words=written,
    )  # fmt: skip
