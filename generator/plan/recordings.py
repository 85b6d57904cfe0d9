"""Films and sounds as pages show them: the file under a name that tells nothing, its poster, its captions and its words."""

from __future__ import annotations

from typing import Any

from generator.digests import short_digest
from generator.model import blocks
from generator.model.content import Block
from generator.model.media import TYPES, Recording, RecordingFile
from generator.model.outputs import Job
from generator.plan.bundles import public_address
from generator.plan.files import recording_of
from generator.plan.scope import Picture, Scope
from generator.problems import Location


def plan_recording(recording: Recording | None, alt: str | None, scope: Scope, at: Location, picture: Picture | None = None) -> Any:
    """Values for a template; the files are put on the shelf. `picture`: what stands for it unless it has a poster of its own."""
    found = scope.album.recording(recording.path, recording.sort, at) if recording else None
    if recording is None or found is None:
        return None
    src = _put_file(found, scope, at)
    return {
        "sort": recording.sort,
        "src": src,
        "type": TYPES[found.suffix],
        "size": found.size,
        "path": found.path,
        "address": public_address(scope, f"{scope.folder}/{src}"),
        "poster": scope.picture(recording.poster, alt, at) or picture,
        "captions": _put_captions(recording, scope, at),
        "transcript": _words(recording, scope, at),
        "label": alt,
    }


def _put_file(found: RecordingFile, scope: Scope, at: Location) -> str:
    url = f"{recording_name(found.path, found.digest)}{found.suffix}"
    data = {"source": found.path, "digest": found.digest, "suffix": found.suffix}
    scope.put(url, Job(renderer="recording", language=scope.language, data=data), at)
    return url


def recording_name(path: str, digest: str) -> str:
    return f"media/r-{short_digest((path + digest).encode())}"


def _put_captions(recording: Recording, scope: Scope, at: Location) -> str | None:
    text = scope.album.words(recording.captions, at, captions=True) if recording.captions else None
    if text is None:
        return None
    url = f"media/c-{short_digest(text.encode())}.vtt"
    scope.put(url, Job(renderer="text", language=scope.language, data={"text": text}), at)
    return url


def _words(recording: Recording, scope: Scope, at: Location) -> str | None:
    if recording.words or recording.transcript is None:
        return recording.transcript
    return scope.album.words(recording.transcript, at)


def plan_recording_block(block: Block, scope: Scope) -> dict[str, Any] | None:
    """A film or a sound beside the text of its page."""
    args = block.args
    assert isinstance(args, blocks.Video | blocks.Audio)
    recording = recording_of(block, scope)
    value = plan_recording(recording, args.alt if isinstance(args, blocks.Video) else args.title, scope, block.at) if recording else None
    return {"block": block.name, "title": args.title, "recording": value} if value else None
