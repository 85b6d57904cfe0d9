"""Drawings: what they show of their values, and that no value breaks them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from generator.model.blocks import CHART_KINDS
from generator.plan.palette import palette
from generator.render.charts import draw, draw_cover, draw_progress, draw_spark, sentence, trend
from generator.render.formats import Formats

FRENCH = Formats("fr")
PRINT = palette("#1f5c56", None)["print"]
LONG = "Une campagne dont le nom <b>& la suite</b> ne finissent pas de s’écrire en toutes lettres"
Values = Sequence[float | None]

AWKWARD: dict[str, Values] = {
    "none": [],
    "one": [5],
    "one-missing": [None],
    "all-missing": [None] * 5,
    "equal": [7] * 6,
    "zeros": [0] * 6,
    "negative": [-3, -1.5, -8, -2],
    "both-signs": [4, -2, None, 6],
    "tiny": [0.0000012, 0.0000034],
    "huge": [12_345_678_901_234, 1, None],
    "thousand": [math.sin(step / 20) * 100 + 120 for step in range(1000)],
}


def chart(values: Values, kind: str = "line", *, more: dict[str, Values] | None = None, **fields: Any) -> dict[str, Any]:
    """A chart's values as the plan gives them: days from 1 January, or names for kinds without time; `more`: further series."""
    days = [(date(2026, 1, 1) + timedelta(days=step)).isoformat() for step in range(len(values))]
    timed = kind in ("line", "bar", "stacked", "shares", "heat")
    more = more or ({"before": [value and value * 1.5 for value in values]} if kind == "slope" else None)
    names = {"Instagram": values, **more} if more else {"": values}
    cut = [False] * len(values)
    series = [{"name": name, "values": list(each), "cut": cut, "role": "other" if more else "main"} for name, each in names.items()]
    if kind == "slope":
        series[0]["role"], series[1]["role"] = "main", "previous"
    drawn = {
        "block": "chart", "kind": kind, "title": None, "metric": "Vues", "unit": "count", "currency": None,
        "period": {"first": "2026-01-01", "last": "2026-01-31", "grain": "month"},
        "before": {"first": "2025-12-01", "last": "2025-12-31", "grain": "month"}, "grain": "day" if timed else None, "by": None,
        "x": days if timed else [f"Nom {step}" for step in range(len(values))], "x_kind": "day" if timed else "category",
        "series": series, "cut": False, "annotations": [], "notes": [], "note": None, "as_of": None, "files": 1, "missing": None,
    }  # fmt: skip
    return drawn | fields


def svg(what: dict[str, Any], tones: Any = None) -> ElementTree.Element:
    return parsed(draw(what, FRENCH, tones, 720, 300))


def parsed(drawing: str) -> ElementTree.Element:
    """The drawing's root, its names without their space."""
    return ElementTree.fromstring(drawing.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def points(root: ElementTree.Element) -> list[list[tuple[float, float]]]:
    """Each curve's places."""
    pairs = [[pair.split(",") for pair in str(line.get("points")).split()] for line in root.iter("polyline")]
    return [[(float(x), float(y)) for x, y in line] for line in pairs]


def bars(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Top and bottom of each bar."""
    known = [(float(str(rect.get("y"))), float(str(rect.get("height")))) for rect in root.iter("rect") if rect.get("fill") != "url(#gap)"]
    return [(top, round(top + height, 1)) for top, height in known]


def texts(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter("text")]


def test_a_gap_breaks_a_line() -> None:
    """A missing value leaves a gap: the line before it ends, another begins after it."""
    curves = points(svg(chart([1, 2, None, 3, 4, 5])))

    assert [len(curve) for curve in curves] == [2, 3]
    assert curves[0][-1][0] < curves[1][0][0]


def test_a_lone_value_between_gaps_is_a_dot() -> None:
    """A value without neighbours is seen all the same."""
    with_dot, without = (svg(chart([1, 2, None, middle, None, 1, 2])) for middle in (2, None))

    assert [len(curve) for curve in points(with_dot)] == [2, 2]
    assert len(list(with_dot.iter("circle"))) == len(list(without.iter("circle"))) + 1


def test_a_line_rises_with_its_values() -> None:
    """Higher values stand higher, at steps of one width."""
    ((*curve,),) = points(svg(chart([1, 3, 2, 8])))

    assert curve[3][1] < curve[1][1] < curve[2][1] < curve[0][1]
    assert len({round(after[0] - before[0]) for before, after in pairwise(curve)}) == 1


def test_bars_start_at_zero() -> None:
    """Bars stand on one ground, and their lengths are to one another as their values."""
    first, second = bars(svg(chart([1000, 1100], "bar")))

    assert first[1] == second[1]
    assert (second[1] - second[0]) / (first[1] - first[0]) == pytest.approx(1.1, rel=0.01)


def test_negative_bars_hang_from_zero() -> None:
    """A loss hangs as deep as the same gain stands high."""
    gain, loss = bars(svg(chart([50, -50], "bar")))

    assert gain[1] == loss[0]
    assert gain[1] - gain[0] == pytest.approx(loss[1] - loss[0], abs=0.2)


def test_ranked_bars_of_losses_and_gains_share_a_zero() -> None:
    """In a ranking, what is below zero goes to the other side."""
    right, left = svg(chart([30, -10], "rank")).iter("rect")

    assert float(str(left.get("x"))) + float(str(left.get("width"))) == pytest.approx(float(str(right.get("x"))), abs=0.2)


def test_a_missing_bar_is_hatched() -> None:
    """A step without any value is not a bar of no height."""
    root = svg(chart([3, None, 0], "bar"))

    assert sum(rect.get("fill") == "url(#gap)" for rect in root.iter("rect")) == 1
    assert len(bars(root)) == 2


def test_stacked_bars_stand_on_each_other() -> None:
    """Each series begins where the one below ends."""
    lower, upper = bars(svg(chart([30], "stacked", more={"X": [20]})))

    assert lower[0] == pytest.approx(upper[1], abs=0.2)
    assert (upper[1] - upper[0]) / (lower[1] - lower[0]) == pytest.approx(2 / 3, rel=0.02)


def test_the_period_before_is_dashed() -> None:
    """What is compared with is dashed, what the chart speaks of is not."""
    what = chart([1, 2, 3])
    what["series"].append({"name": "previous year", "values": [2, 2, 2], "cut": [False] * 3, "role": "previous"})

    assert sorted(bool(line.get("stroke-dasharray")) for line in svg(what).iter("polyline")) == [False, True]


def test_what_is_known_in_part_is_drawn_as_such() -> None:
    """Towards a step known in part a line is dashed, each stretch once; its bar is pale; alone between gaps it is a dot."""
    line, bar, alone = chart([5, 6, 3, 1]), chart([5, 2], "bar"), chart([None, 5, None])
    for what, cut in ((line, [False, False, True, True]), (bar, [False, True]), (alone, [False, True, False])):
        what["series"][0]["cut"] = cut

    assert [(len(curve.get("points", "").split()), bool(curve.get("stroke-dasharray"))) for curve in svg(line).iter("polyline")] == [
        (2, False),
        (2, True),
        (2, True),
    ]
    assert [rect.get("opacity") for rect in svg(bar).iter("rect")] == [None, "0.5"]
    assert [mark.tag for mark in svg(alone) if mark.tag in ("polyline", "circle")] == ["circle"]


def test_shares_of_a_ring_are_above_zero() -> None:
    """Only values above zero can be shares; one alone is the whole ring."""
    kinds = [
        [mark.tag for mark in svg(chart(values, "donut")) if mark.tag in ("path", "circle")] for values in ([3, 1], [3, -1, 0, None], [0])
    ]

    assert kinds == [["path", "path"], ["circle"], []]


def test_bars_of_shares_fill_the_height() -> None:
    """Two parts of a step make 100 %, however large they are; with a part that is not known, or of nothing, there are no shares."""
    root = svg(chart([1, 30, 0, None], "shares", more={"TikTok": [3, 10, 0, 5]}))

    heights = [round(bottom - top, 1) for top, bottom in bars(root) if bottom > top]
    assert [round(part / (heights[0] + heights[1]), 2) for part in heights] == [0.25, 0.75, 0.75, 0.25]
    assert [rect.get("fill") for rect in root.iter("rect")].count("url(#gap)") == 2
    assert "100\u202f%" in " ".join(texts(root)).replace("\u00a0", "\u202f")


def test_a_calendar_has_a_cell_a_day() -> None:
    """1 January 2026 is a Thursday, so the fourth of its column; days that are not known are hatched, zeros empty."""
    root = svg(chart([1, 5, None, 0, -2], "heat"))

    cells = [rect for rect in root.iter("rect") if rect.get("width") != "11"]
    assert [rect.get("fill") for rect in cells] == ["var(--accent)", "var(--accent)", "url(#gap)", "none", "var(--negative)"]
    assert [rect.get("opacity") for rect in cells] == ["0.4", None, None, None, "0.6"]
    step = float(str(cells[1].get("y"))) - float(str(cells[0].get("y")))
    assert float(str(cells[0].get("y"))) == pytest.approx(20 + 3 * step, abs=0.2)
    assert float(str(cells[4].get("x"))) > float(str(cells[0].get("x")))


def test_a_slope_has_a_line_where_both_sides_are_known() -> None:
    """The name that moved most comes last, in the accent's colour."""
    what = chart([10, 5, None], "slope", more={"before": [2, 4, 7]}, x=["Instagram", "TikTok", "X"])

    root = svg(what)

    assert [line.get("stroke") for line in root.iter("polyline")] == ["var(--muted)", "var(--accent)"]
    assert len(list(root.iter("circle"))) == 5
    assert sentence(what, FRENCH).endswith("Instagram 2 → 10, TikTok 4 → 5, X 7 → n.\u202fd.")


def test_a_funnel_says_what_goes_on() -> None:
    """The share of each step in the one before; nothing from nothing, or from what is not known."""
    shown = texts(svg(chart([200, 50, None, 0, 3], "funnel")))

    assert [text for text in shown if "%" in text] == [FRENCH.percent(0.25)]
    assert len([text for text in shown if text.startswith("Nom")]) == 5


@pytest.mark.parametrize("tones", [None, PRINT], ids=["page", "print"])
@pytest.mark.parametrize("kind", CHART_KINDS)
@pytest.mark.parametrize("values", AWKWARD.values(), ids=AWKWARD)
def test_any_values_give_a_whole_drawing(values: Values, kind: str, tones: Any) -> None:
    """Whatever the values, a drawing is well-formed, says in a title what it shows, and stays within its edges."""
    what = chart(values, kind, missing=None if any(value is not None for value in values) else "aucune donnée")

    drawing = draw(what, FRENCH, tones, 720, 300)

    root = parsed(drawing)
    assert root.findtext("title") == root.get("aria-label") == sentence(what, FRENCH)
    assert not re.search(r"\b(nan|inf|None)\b", drawing)
    width, height = (float(side) for side in str(root.get("viewBox")).split()[2:])
    places = [(float(mark.get("x") or mark.get("cx") or 0), float(mark.get("y") or mark.get("cy") or 0)) for mark in root.iter()]
    assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in [*places, *chain.from_iterable(points(root))])


@pytest.mark.parametrize("kind", ["line", "bar", "stacked", "shares", "slope"])
@pytest.mark.parametrize("values", AWKWARD.values(), ids=AWKWARD)
def test_any_values_of_two_series_give_a_whole_drawing(values: Values, kind: str) -> None:
    """A second series, even one without any value, breaks nothing."""
    for others in (values, [None] * len(values), [1.5] * len(values)):
        missing = None if any(value is not None for value in [*values, *others]) else "aucune donnée"
        drawing = draw(chart(values, kind, more={"TikTok": others}, missing=missing), FRENCH, PRINT, 720, 300)

        assert parsed(drawing).findtext("title")
        assert not re.search(r"\b(nan|inf|None)\b", drawing)


@pytest.mark.parametrize(
    "what",
    [
        chart([5, 3], "rank", x=[LONG, "Court"]),
        chart([5, 3], "donut", x=[LONG, "Court"]),
        chart([1, 2], more={LONG: [2, 1]}),
        chart([1, 2], "stacked", more={LONG: [2, 1]}),
        chart([1, 2], "shares", more={LONG: [2, 1]}),
        chart([5, 3], "slope", x=[LONG, "Court"]),
        chart([5, 3], "funnel", x=[LONG, "Court"]),
    ],
    ids=["rank", "donut", "line", "stacked", "shares", "slope", "funnel"],
)
def test_a_long_name_is_escaped_and_shortened(what: dict[str, Any]) -> None:
    """A name of 80 letters with markup in it stays text, and ends in an ellipsis before it leaves the drawing."""
    drawing = draw(what, FRENCH, PRINT, 420, 300)

    (name,) = [text for text in texts(parsed(drawing)) if text.startswith("Une camp")]
    assert len(name) < 70
    assert name.endswith("…  62,5\u202f%" if what["kind"] == "donut" else "…")
    assert "<b>" not in drawing


def test_a_control_character_does_not_break_a_drawing() -> None:
    """XML knows no control characters; a name from an export may hold one."""
    assert svg(chart([5], "rank", x=["Page\x0bFrance\x00"])).tag == "svg"


def test_annotations_are_numbered_where_they_happened() -> None:
    """A note's number stands above its day; two on one day stand side by side, one of several days has a band."""
    notes = [
        {"n": 1, "first": "2026-01-03", "last": None, "text": "un"},
        {"n": 2, "first": "2026-01-03", "last": None, "text": "deux"},
        {"n": 3, "first": "2026-01-05", "last": "2026-01-07", "text": "trois"},
    ]

    root = svg(chart([1, 2, 3, 4, 5, 6, 7, 8], annotations=notes))

    marks = {text.text: float(str(text.get("x"))) for text in root.iter("text") if text.text in ("1", "2", "3") and text.get("y") == "13.5"}
    assert marks["1"] + 16 < marks["2"] < marks["3"]
    assert len(list(root.iter("rect"))) == 1


def test_the_same_values_give_the_same_bytes() -> None:
    """A drawing depends on nothing but its values, and on paper names no colour of a page."""
    first, second = (draw(chart([1, None, 3], more={"X": [2, 3, 4]}), FRENCH, PRINT, 720, 300) for _ in range(2))

    assert first == second
    assert "var(" not in first


@pytest.mark.parametrize("values", AWKWARD.values(), ids=AWKWARD)
def test_small_drawings_take_any_values(values: Values) -> None:
    """Curves in tiles and on covers are well-formed whatever they show."""
    for drawing in (draw_spark(values, None, 160, 36), draw_cover(values, PRINT, 400, 300)):
        assert parsed(drawing).get("aria-hidden") == "true"
        assert not re.search(r"\b(nan|inf|None)\b", drawing)


def test_a_curve_in_a_tile_has_gaps_too() -> None:
    """A missing value breaks the small curve, and its last known point is marked."""
    root = parsed(draw_spark([1, 2, None, 3, 4, None], None, 160, 36))

    assert [len(curve) for curve in points(root)] == [2, 2]
    assert len(list(root.iter("circle"))) == 1


@pytest.mark.parametrize(("progress", "width"), [(None, None), (0, 0), (0.5, 160), (1.7, 320), (-0.2, 0)])
def test_progress_is_within_its_bar(progress: float | None, width: float | None) -> None:
    """A goal's bar is full at its target, empty at nothing, and absent without data."""
    _, *done = parsed(draw_progress({"progress": progress, "expected": None, "status": "behind"}, None, 320)).iter("rect")

    assert [float(str(bar.get("width"))) for bar in done] == ([] if width is None else [width])


@pytest.mark.parametrize(
    ("language", "grain", "words"),
    [("en", "month", "3 months"), ("en", "week", "3 weeks"), ("fr", "quarter", "3 trimestres"), ("fr", "year", "3 années")],
)
def test_the_curve_of_a_tile_says_its_steps(language: str, grain: str, words: str) -> None:
    """Whoever hears a tile's curve hears of weeks in a weekly report."""
    figure = {"label": "Reach", "unit": "count", "currency": None, "spark": [1.0, None, 2.0, 3.0], "spark_grain": grain}

    assert f"Reach, {words}" in trend(figure, Formats(language))
