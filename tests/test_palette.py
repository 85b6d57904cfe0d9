"""Tones of a page from a client's colours: whatever those are, texts and marks can be read."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator import pipeline
from generator.plan.palette import contrast, on_top, palette, to_hex, to_lch
from tests.conftest import CAMPAIGN, NOW, SITE, SiteFolder

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
TEXTS = ("ink", "muted", "accent_ink", "positive", "negative")
GROUNDS = ("paper", "raised", "accent_quiet")


def in_each_medium(colour: str, accent: str | None) -> list[dict[str, Any]]:
    return [dict(tones) for tones in palette(colour, accent).values()]


def brands(test: Any) -> Any:
    """Any brand with any accent or none, and always the awkward ones."""
    awkward = ("#fff9b0", "#000000", "#ffffff", "#0000ff", "#777777", "#ff0000", "#00ff00")
    for colour, accent in [*((each, None) for each in awkward), ("#fff9b0", "#ffffff"), ("#0000ff", "#fff9b0"), ("#ffffff", "#000000")]:
        test = example(colour=colour, accent=accent)(test)
    return given(colour=COLOURS, accent=st.none() | COLOURS)(test)


@brands
def test_texts_can_be_read(colour: str, accent: str | None) -> None:
    """Every tone for text has 4.5:1 on each ground that text stands on, in light, dark and print."""
    for tones in in_each_medium(colour, accent):
        weak = {(text, ground): contrast(tones[text], tones[ground]) for text, ground in product(TEXTS, GROUNDS)}

        assert min(weak.values()) >= 4.5, weak


@brands
def test_words_on_colour_can_be_read(colour: str, accent: str | None) -> None:
    """Words on the brand's colour and on the accent have 4.5:1."""
    for tones in in_each_medium(colour, accent):
        assert contrast(tones["on_brand"], tones["brand"]) >= 4.5
        assert contrast(tones["on_accent"], tones["accent"]) >= 4.5


@brands
def test_marks_can_be_seen(colour: str, accent: str | None) -> None:
    """The accent has 3:1 on paper; the other colours of series, in which names are written too, 4.5:1."""
    for tones in in_each_medium(colour, accent):
        assert all(contrast(tone, tones["paper"]) >= 3 for tone in (tones["accent"], tones["series"][0]))
        assert all(contrast(tone, tones["paper"]) >= 4.5 for tone in tones["series"][1:])


@brands
def test_tones_are_colours(colour: str, accent: str | None) -> None:
    """Each tone is six hexadecimal digits, and the brand's own colour is kept as it is."""
    for tones in in_each_medium(colour, accent):
        series = tones.pop("series")

        assert len(series) == len(set(series)) == 6
        assert all(re.fullmatch("#[0-9a-f]{6}", tone) for tone in (*tones.values(), *series))
        assert tones["brand"] == colour


@pytest.mark.parametrize("colour", ["#1f5c56", "#4b3fa7", "#b3420e"])
def test_a_colour_that_reads_well_is_not_touched(colour: str) -> None:
    """A dark enough brand is its own accent on white paper, for marks and for words."""
    tones = palette(colour, None)["print"]

    assert tones["accent"] == tones["accent_ink"] == colour


@given(COLOURS)
def test_there_and_back(colour: str) -> None:
    """A colour survives the way to lightness, chroma and hue and back, but for a rounding step."""
    before, after = (tuple(int(text[start : start + 2], 16) for start in (1, 3, 5)) for text in (colour, to_hex(to_lch(colour))))

    assert max(abs(one - two) for one, two in zip(before, after, strict=True)) <= 4


@pytest.mark.parametrize(
    ("ground", "words"), [("#1f5c56", "#ffffff"), ("#fff9b0", "#16130f"), ("#ffffff", "#16130f"), ("#000000", "#ffffff")]
)
def test_words_on_a_colour_are_light_or_dark(ground: str, words: str) -> None:
    """White on dark colours, near-black on light ones."""
    assert on_top(ground) == words


# ---- what `bilan check` says ----------------------------------------------------------------------------------------

PALE = "name: Luma\nlanguage: en\nbrand:\n  colour: "


def told(site: SiteFolder) -> list[tuple[str, str, str, int | None, str]]:
    found = [problem for problem in pipeline.check(site.root, NOW) if problem.code.startswith("weak-")]
    return [(each.code, each.severity, each.at.path, each.at.line, str(each.fix).partition('"')[2][:7]) for each in found]


def test_a_pale_accent_fails_the_check_with_a_shade_that_passes(site: SiteFolder) -> None:
    """C3: an accent under 3:1 is an error at its line; the shade that the message names is of its hue, and is let through."""
    site.write("content/luma/client.yaml", PALE + '"#3527c4"\n  accent: "#ff6a4d"\n')
    ((code, severity, path, line, shade),) = told(site)

    assert (code, severity, path, line) == ("weak-accent", "error", "content/luma/client.yaml", 5)
    assert abs(to_lch(shade)[2] - to_lch("#ff6a4d")[2]) < 0.05
    assert contrast(shade, str(palette("#3527c4", shade)["light"]["paper"])) >= 3
    assert site.run("check").code == 1
    site.write("content/luma/client.yaml", PALE + f'"#3527c4"\n  accent: "{shade}"\n')
    assert told(site) == []


def test_a_pale_colour_alone_is_a_remark(site: SiteFolder) -> None:
    """C3: one brand colour adapts by itself; the check says to what, and fails nothing. A build says nothing, and draws it so."""
    site.write("content/luma/client.yaml", PALE + '"#fff3a6"\n')
    ((code, severity, _, line, shade),) = told(site)

    assert (code, severity, line) == ("weak-colour", "warning", 4)
    assert palette("#fff3a6", None)["light"]["accent"] == shade
    assert site.run("check").code == 0
    assert [problem.code for problem in site.problems()] == []


def test_each_level_is_looked_at_where_it_speaks(site: SiteFolder) -> None:
    """C3: the agency's accent is named once, not again for each client that inherits it; a campaign's own at its line."""
    site.write("site.yaml", SITE + 'brand:\n  colour: "#0f5c5c"\n  accent: "#e2963a"\n')
    site.write("content/luma/client.yaml", "name: Luma\nlanguage: en\n")
    site.write("content/luma/cards/index.md", CAMPAIGN.replace("---\n", '---\nbrand: {colour: "#222222", accent: "#ffee00"}\n', 1))

    assert [(code, path, line) for code, _, path, line, _ in told(site)] == [
        ("weak-accent", "content/luma/cards/index.md", 2), ("weak-accent", "site.yaml", 6),
    ]  # fmt: skip
