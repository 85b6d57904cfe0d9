"""Items and their words → the index that a page's search box fetches: small, with accents folded.

{"items": "address line\\n…", "common": "the of …", "words": "0wall 4\\n4s 1,3\\n…"}: a word a line, in order; its first sign says in base
36 how many letters it shares with the word before it; after a blank come the numbers of its items in base 36, each less the one before.
Words that a line has itself are left to it. `common` are words that so many items have that none is found by them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import digits

from generator.model.outputs import Output

WORD = re.compile(r"[^\W_]+")
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})  # which no accent comes off
SHORTEST, LONGEST = 2, 24  # letters of a word that are kept
COMMON, MANY = 2, 40  # words of more than half of the items are common, in an index of so many
SIGNS = digits + "abcdefghijklmnopqrstuvwxyz"


def index(output: Output) -> bytes:
    """The same items give the same bytes."""
    items: Sequence[Sequence[str]] = output.job.data["items"]
    found = defaultdict[str, list[int]](list)
    lines = [set(words_of(line)) for _, line, _ in items]
    for number, (_, _, words) in enumerate(items):
        for word in set(words_of(words)):
            found[word].append(number)
    most = len(items) // COMMON if len(items) >= MANY else len(items)
    common = sorted(word for word, numbers in found.items() if len(numbers) > most)
    kept = {word: [each for each in found[word] if word not in lines[each]] for word in sorted(found) if len(found[word]) <= most}
    document = {
        "items": "\n".join(f"{address} {' '.join(line.split())}" for address, line, _ in items),
        "common": " ".join(common),
        "words": "\n".join(_coded({word: numbers for word, numbers in kept.items() if numbers})),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", text).encode() + b"\n"


def words_of(text: str) -> Iterator[str]:
    """A text's words as they are compared: without accents and capitals."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)) if not text.isascii() else text
    folded = plain.lower().translate(LETTERS).replace("ß", "ss")
    return (word[:LONGEST] for word in WORD.findall(folded) if len(word) >= SHORTEST)


def _coded(words: Mapping[str, Iterable[int]]) -> Iterator[str]:
    before = ""
    for word, numbers in words.items():
        shared = next((at for at, (a, b) in enumerate(zip(before, word, strict=False)) if a != b), min(len(before), len(word)))
        steps, last = [], 0
        for number in numbers:
            steps.append(_base36(number - last))
            last = number
        yield f"{SIGNS[shared]}{word[shared:]} {','.join(steps)}"
        before = word


def _base36(number: int) -> str:
    shown = ""
    while True:
        number, rest = divmod(number, 36)
        shown = SIGNS[rest] + shown
        if not number:
            return shown
