"""A film's or a sound's path → what is known of it, by its first bytes; and what a moment says of its pictures and recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generator.content.pages import picture_path
from generator.content.walk import relative
from generator.digests import digest
from generator.located import inside
from generator.model.media import IN_A_FILE, TYPES, Recording, RecordingFile
from generator.model.site import Site
from generator.problems import Location, Problems

BESIDE = ("poster", "captions", "transcript")  # what goes with a recording only
STILL = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")  # pictures in the container of films
Place = Callable[[str], tuple[Location, str | None]]  # of a key, and its line


def read_recording(site: Site, path: str, sort: str, at: Location, problems: Problems) -> RecordingFile | None:
    """Of the wanted sort; None, with a problem, for what browsers do not play as such, and for what is larger than the limit."""
    file, limit = site.root / path, site.limits.recording_bytes
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= limit else b""
    except OSError as error:
        problems.add("unreadable", f'"{path}" cannot be read: {error.strerror}', at, fix="check that it exists and its permissions")
        return None
    if size > limit:
        message, fix = f'"{path}" has {size:,} bytes; the limit is recording_bytes = {limit:,}', "export it smaller, or raise the limit"
        problems.add("too-large", message, at, fix=fix)
        return None
    suffix = suffix_of(content)
    if suffix is None or not TYPES[suffix].startswith(sort):
        what = "is empty" if not content else f"is no {sort} that browsers play" if suffix is None else f"is a file of {TYPES[suffix]}"
        fix = "save it as MP4 or WebM" if sort == "video" else "save it as MP3, M4A or WAV"
        problems.add("not-a-recording", f'"{path}" {what}', at, fix=fix)
        return None
    return RecordingFile(path=path, digest=digest(content), suffix=suffix, size=size)


def suffix_of(content: bytes) -> str | None:
    """By its first bytes, whatever its name; a film's container that holds a sound alone is a sound."""
    if content[4:8] == b"ftyp":
        if content[8:12] in STILL:
            return None
        if content[8:12] in (b"M4A ", b"M4B "):
            return ".m4a"
        return ".mov" if content[8:12] == b"qt  " else ".mp4"
    if content[:4] == b"\x1aE\xdf\xa3" and b"webm" in content[:64]:
        return ".webm"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return ".wav"
    if content[:3] == b"ID3" or (len(content) > 4 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2):
        return ".mp3"
    return None


def read_shown(said: Mapping[str, str | None], folder: Path, home: Path, site: Site, place: Place, problems: Problems) -> dict[str, Any]:
    """The pictures and the recording of a moment, by their keys; paths are relative to `folder`, `home` is the campaign's."""
    names = {key: name for key in ("picture", "avatar", "video", "audio", *BESIDE) if (name := said.get(key))}

    if not names:
        return {"picture": None, "avatar": None, "recording": None}

    def file(key: str) -> str | None:
        if key not in names:
            return None
        at, excerpt = place(key)
        return picture_path(names[key], folder, site, at, excerpt, problems, what="file" if key != "picture" else "picture")

    sort = next((sort for sort in ("video", "audio") if sort in names), None)
    _refuse_odd(names, sort, place, problems)
    path = file(sort) if sort else None
    recording = None
    if sort and path:
        words = names.get("transcript")
        written = words is None or not IN_A_FILE.fullmatch(words)
        recording = Recording(
            sort="video" if sort == "video" else "audio",
            path=path,
            poster=file("poster"),
            captions=_beside_it("captions", names, folder, home, site, place, problems),
            transcript=words if written else _beside_it("transcript", names, folder, home, site, place, problems),
            words=written,
        )
    return {"picture": file("picture"), "avatar": file("avatar"), "recording": recording}


def _refuse_odd(names: Mapping[str, str], sort: str | None, place: Place, problems: Problems) -> None:
    if "video" in names and "audio" in names:
        at, excerpt = place("audio")
        problems.add("contradicting-keys", "a moment has a video or an audio, not both", at, fix="write two moments", excerpt=excerpt)
    for key in (key for key in BESIDE if key in names and (sort is None or (sort == "audio" and key != "transcript"))):
        at, excerpt = place(key)
        wanted = "video" if key != "transcript" else "video or audio"
        problems.add("contradicting-keys", f"{key} goes with a {wanted}", at, fix=f"add it, or take {key} out", excerpt=excerpt)
    if sort == "audio" and "transcript" not in names:
        at, excerpt = place("audio")
        problems.add("no-transcript", "who cannot hear it has nothing to read", at, severity="warning", excerpt=excerpt,
                     fix="add transcript: with its words, or the name of a .txt file of them")  # fmt: skip


def _beside_it(key: str, names: Mapping[str, str], folder: Path, home: Path, site: Site, place: Place, problems: Problems) -> str | None:
    """A file of words: only from the campaign's media, for whatever else is text there may not be meant for everybody."""
    name = names.get(key)
    if name is None:
        return None
    if inside(folder / name, home / "media"):
        return relative((folder / name).resolve(), site.root.resolve())
    at, excerpt = place(key)
    problems.add("missing-file", f'there is no "{name}" in media/', at, fix="put the file into the campaign's media/", excerpt=excerpt)
    return None
