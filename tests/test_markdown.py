"""Two readers of Markdown that must agree: where the fast one is taken, the other says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.render import markdown
from generator.render.markdown import CLEANER, EVERYDAY

words = st.text("abcé.,'’:!?-() 0123#@\"/", min_size=1, max_size=12)
bold = st.builds("**{}**".format, st.sampled_from(["mot", "deux mots", "l’été", "a-b"]))
italic = st.builds("*{}*".format, st.sampled_from(["mot", "deux mots", "x"]))
link = st.builds(
    "[{}]({})".format, st.sampled_from(["ici", "deux mots", "a.b"]), st.sampled_from(["https://a.example/x?y=1#z", "page.md", "m-001.html"])
)
inline = st.lists(st.one_of(words, bold, italic, link), min_size=1, max_size=5).map(" ".join)
glued = st.lists(st.one_of(words, bold, italic, link), min_size=1, max_size=5).map("".join)
lines = st.one_of(
    inline, glued, st.builds("- {}".format, inline), st.sampled_from(["# Title", "1. one", "> said", "", "---", "===", "* star", "+ plus"])
)
texts = st.lists(lines, min_size=1, max_size=8).flatmap(lambda found: st.sampled_from(["\n", "\n\n"]).map(lambda gap: gap.join(found)))
loose = st.text("ab *_`[]()<>&#-+=!|~\\^{}:.1\n", max_size=40)


def by_python_markdown(text: str) -> str:
    reader = markdown._reader()
    reader.reset()
    return CLEANER.clean(reader.convert(text).removesuffix("\n"))


@given(st.one_of(texts, loose))
@settings(max_examples=600)
def test_both_readers_agree(text: str) -> None:
    """Whatever the fast reader is given, it reads as the other would."""
    if EVERYDAY.fullmatch(text):
        assert CLEANER.clean(markdown.read(text).removesuffix("\n")) == by_python_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "One line.", "Two\nlines of *one* paragraph.", "A **bold** word, and a [link](https://a.example/).\n\nAnother.\n",
        "Before:\n\n- one\n- two, *too*\n\nAfter.", "#NovaCardz is a hashtag (and so is #this), isn’t it?", "Élise a écrit : « oui » !",
    ],
)  # fmt: skip
def test_everyday_texts_are_read_fast(text: str) -> None:
    """Plain paragraphs, emphasis, links and lists take the fast way: the check would say nothing otherwise."""
    fast = EVERYDAY.fullmatch(text) is not None

    assert fast or text.startswith("#")
    assert CLEANER.clean(markdown.read(text).removesuffix("\n")) == by_python_markdown(text)


@pytest.mark.parametrize("text", ["a " * 5000, "*a" * 3000, "[a](" * 3000, "- " * 3000, "a\n" * 5000, "**a **" * 2000])
def test_deciding_takes_no_time(text: str) -> None:
    """No text makes the decision slow: the pattern never goes back."""
    EVERYDAY.fullmatch(text)
