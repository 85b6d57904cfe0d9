"""Films and sounds: what is published of them, what they no longer tell, how pages and PDFs show them, and what is refused."""

from __future__ import annotations

import json
import shutil
import struct
import time
from collections.abc import Iterator
from functools import reduce
from io import BytesIO
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from generator.content.recordings import suffix_of
from generator.model.media import TYPES
from generator.publish.kinds import kind_of
from generator.render.recordings import CLEANERS
from tests.conftest import CAMPAIGN, NOW, REPORT, SITE, SiteFolder
from tests.livekit import hosted
from tests.pagekit import read_page
from tests.test_serve import serving

FILES = Path(__file__).parent / "recordings"  # each says MARKER, and most a position and a time, in its tags
MARKS = (b"MARKER", b"48.8584", b"+002.2945")
MEDIA, SEEN = "content/luma/cards/media", "content/luma/cards/moments/seen.md"
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nA pattern, and a clock.\n"
FILM = """---
kind: video
at: 2026-09-03T09:00
title: The pattern
video: ../media/film.mp4
poster: ../media/poster.png
alt: A test pattern
captions: ../media/film.vtt
transcript: No words.
---

A second of it.
"""
SOUND = """---
kind: audio
at: 2026-09-04T09:00
title: The tone
audio: ../media/sound.m4a
transcript: ../media/words.txt
---
"""
BLOCKS = """
```video
video: media/film.webm
poster: media/poster.png
alt: Pattern
title: A block
```

```audio
audio: media/sound.wav
transcript: A tone.
```
"""
ON_PAPER = """
```video
video: ../media/film.mp4
poster: ../media/poster.png
alt: A pattern
transcript: Nobody speaks.
title: The film
```
"""
THEIRS = f"""id,at,kind,handle,text,video,poster,captions,transcript,avatar
p-1,2026-09-05T10:00,video,ada,Mine,media/film.mp4,media/still.png,media/film.vtt,media/words.txt,media/face.png
p-2,2026-09-05T11:00,video,bo,Mine too,media/film.mov,,,{"Word. " * 900},
"""


@pytest.fixture
def wall(site: SiteFolder) -> SiteFolder:
    """A campaign with all recordings beside it, and no report."""
    for path in FILES.iterdir():
        site.write(f"{MEDIA}/{path.name}", path.read_bytes())
    poster = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(poster, "PNG")
    site.write(f"{MEDIA}/poster.png", poster.getvalue()).write(f"{MEDIA}/film.vtt", VTT).write(
        f"{MEDIA}/words.txt", "One tone.\n<b>Then</b> none.\n"
    )
    return site.remove("content/luma/reports/monthly.md")


def cleaned(content: bytes) -> bytes:
    made, suffix = bytearray(content), suffix_of(content)
    assert suffix is not None
    CLEANERS[suffix](made)
    return bytes(made)


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_no_published_copy_tells_where_it_was_recorded(wall: SiteFolder, name: str) -> None:
    """Titles, positions, hours and programs of a film or a sound stay behind; the copy has a name that tells nothing."""
    sort = "video" if name.startswith("film") else "audio"
    source = (FILES / name).read_bytes()
    wall.write(SEEN, f"---\nkind: {sort}\nat: 2026-09-03T09:00\n{sort}: ../media/{name}\ntranscript: None.\n---\n")

    assert wall.problems() == []

    (copy,) = [(path, data) for path, data in wall.tree().items() if "/media/r-" in path]
    assert b"MARKER" in source
    assert not [mark for mark in MARKS if any(mark in data for data in wall.tree().values())]
    assert name.partition(".")[0] not in copy[0]
    assert len(source) - len(copy[1]) in ((0,) if not name.endswith("mp3") else range(300, 400))


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def table(values: list[int], form: str = "I") -> bytes:
    return struct.pack(f">II{len(values)}{form}", 0, len(values), *values)


FRAMES = b"\xff\xfb\x90\x00" + bytes(400)
ID3 = b"ID3\4\0\0\0\0\0\x16TIT2\0\0\0\x0c\0\0\0MARKER-----"
APE = b"APETAGEX" + struct.pack("<IIII", 2000, 38, 1, 0xA0000000) + bytes(8) + b"MARKER"
APE += b"APETAGEX" + struct.pack("<IIII", 2000, 38, 1, 0x80000000) + bytes(8)
LYRICS = b"LYRICSBEGINAUT00006MARKER"
WEBM = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01" + b"\xff" * 7
MOVIE = box(b"ftyp", b"isom\0\0\0\0isom")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".mp3", ID3 + APE + FRAMES),
        (".mp3", FRAMES + LYRICS + b"000025LYRICS200" + b"TAG" + bytes(125)),
        (".mp3", FRAMES + LYRICS + b"LYRICSEND"),
        (".mp3", FRAMES + ID3[:5] + b"\x10" + ID3[6:] + b"3DI" + ID3[3:10]),
        (".mp3", FRAMES + b"TAG+MARKER".ljust(227, b"\0") + b"TAG" + bytes(125)),
        (".mp3", FRAMES + ID3 + FRAMES),
        (".mp4", MOVIE + box(b"XMP_", b"MARKER") + box(b"mdat", b"x")),
        (".mp4", MOVIE + box(b"mdat", b"x") + box(b"PICT", b"MARKER")),
        (".mp4", MOVIE + box(b"moov", box(b"\xa9xyz", b"MARKER") + box(b"ilst", b"MARKER"))),
        (".webm", WEBM + b"\x15\x49\xa9\x66\x89\x73\x84\x86MARKER"),
        (".webm", WEBM + b"\x16\x54\xae\x6b\x8b\xae\x89\x53\x6e\x86MARKER"),
    ],
)
def test_words_are_taken_out_wherever_they_stand(suffix: str, content: bytes) -> None:
    """Tags of every kind, at either end and between sounds that were joined; parts that no player knows."""
    made = bytearray(content)

    CLEANERS[suffix](made)

    assert b"MARKER" in content
    assert b"MARKER" not in made
    assert suffix != ".mp3" or made.startswith(FRAMES)


def camera_film(wide: bool) -> bytes:
    """A film whose head stands before its data, with a track of positions among the pictures, as cameras of sport write it."""
    seen, told = b"PICTURE1", b"MARKER48"
    form, name = ("Q", b"co64") if wide else ("I", b"stco")

    def track(handler: bytes, offsets: list[int]) -> bytes:
        handled = box(b"hdlr", bytes(8) + handler + bytes(12) + b"MARKER camera\0")
        samples = box(b"stsz", struct.pack(">III", 0, 0, 4) + struct.pack(">4I", 3, 5, 6, 2)) + box(
            b"stsc", table([1, 2, 1])[:4] + struct.pack(">IIII", 1, 1, 2, 1)
        )
        return box(b"trak", box(b"mdia", handled + box(b"minf", box(b"stbl", samples + box(name, table(offsets, form))))))

    def film(start: int) -> bytes:
        picture, data = [start, start + 16], [start + 8, start + 24]
        tags = box(b"udta", box(b"\xa9xyz", b"+48.8584+002.2945/")) + box(b"uuid", b"\xbe\x7a\xcf\xcb MARKER xmp")
        head = box(b"ftyp", b"isom\0\0\0\0") + box(
            b"moov",
            box(b"mvhd", struct.pack(">III", 0, 3_900_000_000, 3_900_000_000)) + track(b"vide", picture) + track(b"meta", data) + tags,
        )
        return head + box(b"mdat", (seen + told) * 2)

    head = len(film(0)) - 32
    return film(head)


@pytest.mark.parametrize("wide", [False, True])
def test_a_track_of_positions_is_emptied_in_its_place(wide: bool) -> None:
    """What a camera writes beside the pictures goes, and the pictures stay where the head says that they are."""
    source = camera_film(wide)

    clean = cleaned(source)

    assert len(clean) == len(source)
    assert not [mark for mark in MARKS if mark in clean]
    assert clean[-32:] == (b"PICTURE1" + bytes(8)) * 2
    assert struct.pack(">I", 3_900_000_000) not in clean
    assert b"vide" in clean and clean.count(b"trak") == 1


def telling(sizes: bytes, chunks: bytes, places: bytes = b"stco") -> bytes:
    """A film with one track of data, whose tables say these things."""
    runs = box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 2**31, 1))
    tables = box(b"stbl", box(b"stsz", sizes) + runs + box(places, chunks))
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"meta" + bytes(12)) + box(b"minf", tables)))
    return box(b"ftyp", b"isom" + bytes(8)) + box(b"moov", track) + box(b"mdat", bytes(64))


DEEP = reduce(lambda inside, _: box(b"moov", inside), range(3000), b"")
HOSTILE = {
    "deep": box(b"ftyp", b"isom" + bytes(8)) + DEEP,
    "longer than the file": telling(struct.pack(">III", 0, 2**32 - 1, 2**32 - 1), table([0])),
    "many times over": telling(struct.pack(">III", 0, 1, 2**32 - 1), table([0] * 5000)),
    "no end of samples": telling(struct.pack(">III", 0, 0, 2**32 - 1), table([0])),
    "no end of stretches": telling(struct.pack(">III", 0, 0, 0), struct.pack(">II", 0, 2**32 - 1)),
    "no places": telling(struct.pack(">III", 0, 1, 4), table([0]), b"xxxx"),
    "beyond itself": box(b"ftyp", b"isom" + bytes(8)) + struct.pack(">I4s", 900, b"moov"),
    "nothing in it": b"\x1aE\xdf\xa3\x84webm" + bytes(40),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_recording_that_lies_is_refused(wall: SiteFolder, name: str) -> None:
    """Tables that point anywhere, and boxes without end, are an error at the line that shows them, soon and in little memory."""
    wall.write(f"{MEDIA}/film.mp4", HOSTILE[name]).write(SEEN, FILM)
    started = time.process_time()

    run = wall.run("build", "--only", "luma/cards")

    assert f"{SEEN}:1: not-a-recording" in run.err
    assert (run.code, "Traceback" in run.err) == (1, False)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "sound.wav"])
def test_a_damaged_recording_is_named(wall: SiteFolder, name: str) -> None:
    """One whose parts do not add up is an error at the line that shows it, or published without its tags; never a traceback."""
    sort = "video" if name.startswith("film") else "audio"
    source = (FILES / name).read_bytes()
    wall.write(SEEN, f"---\nkind: {sort}\nat: 2026-09-03T09:00\n{sort}: ../media/{name}\ntranscript: None.\n---\n")
    for length in (48, len(source) // 3, len(source) - 7):
        run = wall.write(f"{MEDIA}/{name}", source[:length]).run("build")

        assert "Traceback" not in run.err
        assert run.code == 0 or f"{SEEN}:1: not-a-recording" in run.err
        assert not [path for path, data in wall.tree().items() if b"MARKER" in data]


@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        ("video: ../media/words.txt", "not-a-recording", "is no video that browsers play"),
        ("video: ../media/sound.mp3", "not-a-recording", "audio/mpeg"),
        ("audio: ../media/film.webm\ntranscript: None.", "not-a-recording", "video/webm"),
        ("video: ../media/gone.mp4", "missing-file", "gone.mp4"),
        ("video: https://cdn.example/film.mp4", "outside-file", "elsewhere"),
        ("video: ../media/film.mp4\naudio: ../media/sound.mp3\ntranscript: None.", "contradicting-keys", "not both"),
        ("captions: ../media/film.vtt", "contradicting-keys", "goes with a video"),
        ("video: ../media/film.mp4\ncaptions: ../media/words.txt", "not-captions", "WEBVTT"),
        ("video: ../media/film.mp4\ncaptions: ../../client.yaml", "missing-file", "media/"),
        ("audio: ../media/sound.mp3\ntranscript: ../../client.md", "missing-file", "media/"),
        ("audio: ../media/sound.mp3", "no-transcript", "nothing to read"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_refused(wall: SiteFolder, keys: str, code: str, said: str) -> None:
    """A wrong file, key or place is named at its moment; a sound without words is a warning."""
    wall.write("content/luma/client.md", "Secret.").write(SEEN, f"---\nkind: video\nat: 2026-09-03T09:00\n{keys}\n---\n\nText.\n")

    problems = wall.mistakes()

    assert [problem.code for problem in problems] == [code]
    assert said in problems[0].message and problems[0].at.path == SEEN and problems[0].fix
    assert problems[0].severity == ("warning" if code == "no-transcript" else "error")


def test_a_recording_beyond_the_limit_is_refused(wall: SiteFolder) -> None:
    """The limit is the site's, and the message names it."""
    wall.write("site.yaml", SITE + "limits:\n  recording_bytes: 2000\n").write(SEEN, FILM)

    (problem,) = wall.mistakes()

    assert (problem.code, problem.at.path) == ("too-large", SEEN)
    assert "2,283 bytes; the limit is recording_bytes = 2,000" in problem.message


def test_pages_show_films_and_sounds(wall: SiteFolder) -> None:
    """Nothing is loaded or played before somebody asks; a poster with its size, captions, words, and the file itself are there."""
    wall.write(SEEN, FILM).write(SEEN.replace("seen", "heard"), SOUND)
    wall.write(
        "content/luma/cards/index.md",
        CAMPAIGN.replace("title: Cards", "title: Cards\nconsent: elsewhere") + BLOCKS,
    )
    wall.write(
        "content/luma/cards/moments.csv", "id,at,kind,text,video,transcript\np-1,2026-09-05T10:00,video,Mine,media/film.mov,<i>Hush</i>\n"
    )
    wall.write("content/luma/cards/moderation.csv", "id,decision\np-1,approve\n")

    assert wall.problems() == []

    film, sound = (read_page(wall.output(f"luma/cards/m-{name}.html")) for name in ("seen", "heard"))
    (video,) = [attributes for tag, attributes in film.elements if tag == "video"]
    assert (video["preload"], video["width"], video["height"]) == ("none", "640", "480")
    assert "controls" in video and "autoplay" not in video and "loop" not in video
    assert "media/p-" in video["poster"] and video["src"].endswith(".mp4") and video["src"].startswith("media/r-")
    (track,) = [attributes for tag, attributes in film.elements if tag == "track"]
    assert wall.output(f"luma/cards/{track['src']}") == VTT
    assert ("a", video["src"]) in film.addresses()
    assert "details" in [tag for tag, _ in film.elements] and "No words." in film.text
    assert "<b>Then</b> none." in sound.text and "b" not in [tag for tag, _ in sound.elements]
    assert "<i>Hush</i>" in read_page(wall.output("luma/cards/m-p-1.html")).text
    front = read_page(wall.output("luma/cards/index.html"))
    assert [attributes["src"].rpartition(".")[2] for tag, attributes in front.elements if tag in ("video", "audio")] == ["webm", "wav"]
    assert {
        f"luma/cards/{address}"
        for tag, address in [*film.addresses(), *sound.addresses(), *front.addresses()]
        if address.startswith("media/r-")
    } <= set(wall.tree())


def test_feeds_carry_what_can_be_played(wall: SiteFolder) -> None:
    """Both feeds name the file, its type and its size, with a whole address where the site has one, and show the poster."""
    wall.write("site.yaml", SITE + "url: https://atelier.example/\n").write(SEEN, FILM).build()
    (film,) = [path for path in wall.tree() if "/media/r-" in path]

    atom, (item, *_) = wall.output("luma/cards/feed.xml"), json.loads(wall.output("luma/cards/feed.json"))["items"]

    assert f'rel="enclosure" type="video/mp4" length="2283" href="https://atelier.example/{film}"' in atom
    assert item["attachments"] == [{"url": f"https://atelier.example/{film}", "mime_type": "video/mp4", "size_in_bytes": 2283}]
    assert item["image"].endswith("-640.png")


def test_a_recording_is_published_as_what_it_is() -> None:
    """Hosts are told the type of each, and that its name changes with its bytes."""
    for suffix, kind in TYPES.items():
        told = kind_of(f"luma/cards/media/r-0123456789{suffix}", "public")

        assert (told.content_type, "immutable" in told.cache) == (kind, True)


@pytest.mark.parametrize("options", [(), ("--live",)])
def test_players_are_answered_in_parts(wall: SiteFolder, options: tuple[str, ...]) -> None:
    """A server gives the part of a film that a player asks for: some play nothing otherwise, and none can skip."""
    wall.write(SEEN, FILM.replace("2026-09-03", "2020-09-03")).build()
    (film,) = [path for path in wall.tree() if "/media/r-" in path]
    with serving(wall, "--now", NOW.isoformat(), *options) as address:
        asked = Request(f"{address}{film}", headers={"Range": "bytes=4-7"})  # our own server
        with urlopen(asked, timeout=20) as answer:
            told = answer.status, answer.headers["Content-Type"], answer.headers["Content-Range"], answer.read()

    assert told == (206, "video/mp4", "bytes 4-7/2283", b"ftyp")


def test_a_consent_without_the_picture_takes_the_film_along(wall: SiteFolder) -> None:
    """Who agreed to their words only is not seen or heard."""
    wall.write(
        "content/luma/cards/moments.csv",
        "id,at,kind,handle,text,video,avatar\np-1,2026-09-05T10:00,video,ada,Mine,media/film.mp4,media/poster.png\n",
    )
    wall.write("content/luma/cards/moderation.csv", "id,decision\np-1,approve\n")
    wall.write("content/luma/cards/consent.csv", "who,what,scope,date,proof\np-1,text,web,2026-09-01,asked\n").build()

    assert "Mine" in wall.output("luma/cards/m-p-1.html")
    assert not [path for path in wall.tree() if "/media/" in path]


def test_forgetting_takes_films_along(wall: SiteFolder) -> None:
    """Somebody who is forgotten leaves no film, poster, captions or face behind, in the site's files or in the output."""
    for name in ("face.png", "still.png"):
        wall.write(f"{MEDIA}/{name}", (wall.root / MEDIA / "poster.png").read_bytes())
    wall.write(
        "content/luma/cards/moments.csv",
        THEIRS,
    )
    wall.write("content/luma/cards/moderation.csv", "id,decision\np-1,approve\n").build()
    before = [path for path in wall.tree() if "/media/" in path]

    run = wall.run("forget", "@ada", "--now", "2026-10-05T12:00:00+00:00")

    assert run.code == 0, run.err
    assert len(before) == 7
    assert [path for path in wall.tree() if "/media/" in path] == []
    assert {path.name for path in (wall.root / MEDIA).iterdir()} == {"poster.png", *(path.name for path in FILES.iterdir())} - {"film.mp4"}


def test_on_paper_a_film_is_its_poster_and_its_address(wall: SiteFolder) -> None:
    """The PDF of a report has the poster, the words, and the address at which it plays."""
    import pypdfium2

    wall.write("site.yaml", SITE + "url: https://atelier.example/\n").write(
        "content/luma/media/film.mp4", (FILES / "film.mp4").read_bytes()
    )
    wall.write("content/luma/media/poster.png", (wall.root / MEDIA / "poster.png").read_bytes())
    wall.write(
        "content/luma/reports/monthly.md",
        REPORT + ON_PAPER,
    )
    assert not wall.build().failed

    pdf = next(path for path in wall.tree() if path.endswith("2026-09-draft.pdf"))
    document = pypdfium2.PdfDocument(wall.root / "output" / pdf)
    words = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")
    pictures = [each for page in document for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    document.close()
    (film,) = [path for path in wall.tree() if "/room/media/r-" in path]

    assert "Nobody speaks." in words
    assert "atelier.example/" + film[:16] in words.replace(" ", "")
    assert pictures


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of recordings as they are published."""
    folder = tmp_path_factory.mktemp("clean")
    for path in FILES.iterdir():
        (folder / path.name).write_bytes(cleaned(path.read_bytes()))
    with hosted(folder) as host:
        yield host.address


PLAYED = """([sort, src]) => new Promise((done, fail) => {
    const made = document.createElement(sort);
    made.muted = true;
    made.onerror = () => fail(new Error(made.error.message));
    made.onended = () => done([made.duration, made.videoWidth ?? 0]);
    made.src = src;
    made.play().catch(fail);
})"""


def test_what_is_published_still_plays(address: str) -> None:
    """A browser plays each copy to its end."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        page = browser.new_page()
        page.goto(address)
        played = {
            path.name: page.evaluate(PLAYED, ["video" if path.name.startswith("film") else "audio", f"{address}{path.name}"])
            for path in FILES.iterdir()
        }
        browser.close()

    assert {name for name, (seconds, _) in played.items() if 0.9 < seconds < 1.2} == {path.name for path in FILES.iterdir()}
    assert {name for name, (_, width) in played.items() if width == 64} == {"film.mp4", "film.mov", "film.webm"}
