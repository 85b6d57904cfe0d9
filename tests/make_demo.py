"""Draw the demo's pictures, write the second client's exports and both clients' conversations: all invented, the same bytes each time.

    python tests/make_demo.py [pictures|recordings|exports|conversations] [--only NAME]

Pictures are SVG compositions rasterised by Chromium (through Playwright) and reduced to a small palette. The lettering is
drawn here too, stroke by stroke, so that no font decides what a card looks like.
"""

# ruff: noqa: E501 (coordinates read better in one line)
from __future__ import annotations

import argparse
import csv
import io
import math
import os
import random
import struct
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.model.holidays import public_holidays

SEED = 20260413
CONTENT = Path(__file__).resolve().parent.parent / "content"

# ---- lettering ------------------------------------------------------------------------------------------------------

LETTERS: dict[str, tuple[int, str]] = {
    "A": (70, "M4 100 L35 0 L66 100 M15 68 H55"),
    "B": (60, "M6 0 V100 M6 0 H30 A24 24 0 0 1 30 48 H6 M30 48 H32 A26 26 0 0 1 32 100 H6"),
    "C": (74, "M70 12 A40 50 0 1 0 70 88"),
    "D": (74, "M6 0 V100 M6 0 H24 A44 50 0 0 1 24 100 H6"),
    "E": (54, "M50 0 H6 V100 H50 M6 50 H42"),
    "F": (52, "M50 0 H6 V100 M6 50 H42"),
    "G": (80, "M70 12 A40 50 0 1 0 74 83 V54 H50"),
    "H": (68, "M6 0 V100 M62 0 V100 M6 50 H62"),
    "I": (12, "M6 0 V100"),
    "J": (50, "M44 0 V72 A19 28 0 0 1 6 74"),
    "K": (64, "M6 0 V100 M58 0 L6 58 M24 38 L60 100"),
    "L": (50, "M6 0 V100 H48"),
    "M": (84, "M6 100 V0 L42 66 L78 0 V100"),
    "N": (70, "M6 100 V0 L64 100 V0"),
    "O": (88, "M44 0 A40 50 0 1 0 44 100 A40 50 0 1 0 44 0 Z"),
    "P": (60, "M6 100 V0 H30 A27 27 0 0 1 30 56 H6"),
    "Q": (88, "M44 0 A40 50 0 1 0 44 100 A40 50 0 1 0 44 0 Z M56 70 L82 102"),
    "R": (62, "M6 100 V0 H30 A27 27 0 0 1 30 56 H6 M30 56 L58 100"),
    "S": (60, "M54 16 C48 4 40 0 30 0 C14 0 6 12 6 25 C6 60 56 40 56 74 C56 90 46 100 30 100 C18 100 9 95 4 82"),
    "T": (64, "M2 0 H62 M32 0 V100"),
    "U": (68, "M6 0 V68 A28 32 0 0 0 62 68 V0"),
    "V": (68, "M4 0 L34 100 L64 0"),
    "W": (100, "M4 0 L28 100 L50 20 L72 100 L96 0"),
    "X": (66, "M4 0 L62 100 M62 0 L4 100"),
    "Y": (64, "M4 0 L32 52 L60 0 M32 52 V100"),
    "Z": (62, "M6 0 H58 L4 100 H60"),
    "0": (66, "M33 0 A28 50 0 1 0 33 100 A28 50 0 1 0 33 0 Z"),
    "1": (32, "M4 18 L26 0 V100"),
    "2": (60, "M6 28 A24 27 0 0 1 54 30 C54 52 8 76 4 100 H56"),
    "3": (58, "M6 2 H52 L26 42 A28 29 0 1 1 4 86"),
    "4": (62, "M44 100 V0 L2 70 H60"),
    "5": (58, "M52 0 H12 L8 46 A28 28 0 1 1 4 88"),
    "6": (62, "M46 0 C20 20 6 44 6 70 A25 30 0 1 0 56 70 A25 30 0 1 0 6 70"),
    "7": (58, "M4 0 H56 L20 100"),
    "8": (60, "M30 0 A22 23 0 1 0 30 46 A22 23 0 1 0 30 0 Z M30 46 A27 27 0 1 0 30 100 A27 27 0 1 0 30 46 Z"),
    "9": (62, "M16 100 C42 80 56 56 56 30 A25 30 0 1 0 6 30 A25 30 0 1 0 56 30"),
    "&": (76, "M70 100 L22 34 A18 18 0 1 1 50 26 C46 44 6 52 6 76 A24 24 0 0 0 30 100 C52 100 66 78 68 58"),
    "#": (76, "M28 4 L18 96 M58 4 L48 96 M6 34 H72 M4 66 H70"),
    "’": (10, "M8 -4 L2 20"),
    ",": (12, "M8 90 L2 116"),
    ".": (10, "M5 98 V100"),
    "!": (12, "M6 0 V68 M6 96 V100"),
    " ": (34, ""),
}
ACCENTED = {
    "É": ("E", "M{a} -18 L{b} -36"), "È": ("E", "M{b} -18 L{a} -36"), "Ê": ("E", "M{a} -18 L{m} -34 L{b} -18"),
    "À": ("A", "M{b} -16 L{a} -34"), "Ô": ("O", "M{a} -16 L{m} -32 L{b} -16"),
    "Ï": ("I", "M-6 -24 V-22 M18 -24 V-22"), "Ö": ("O", "M{a} -26 V-24 M{b} -26 V-24"),
}  # fmt: skip


def glyph(char: str) -> tuple[int, str]:
    """Width and strokes of a letter whose height is 100."""
    if char in ACCENTED:
        base, mark = ACCENTED[char]
        width, strokes = LETTERS[base]
        middle = width / 2
        return width, strokes + " " + mark.format(a=middle - 8, m=middle, b=middle + 8)
    return LETTERS[char]


def measure(text: str, height: float, gap: float = 26) -> float:
    return (sum(glyph(c)[0] for c in text) + gap * (len(text) - 1)) * height / 100


def letter(
    text: str, x: float, y: float, height: float, colour: str, weight: float = 15, inline: str | None = None, gap: float = 26, anchor: str = "middle",
    fit: float | None = None,
) -> str:  # fmt: skip
    """Words in strokes, baseline at `y`; `fit` shrinks them to a width, `inline` adds a thin light line inside."""
    text = text.upper()
    if fit and measure(text, height, gap) > fit:
        height *= fit / measure(text, height, gap)
    start = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * measure(text, height, gap)
    scale, parts, at = height / 100, [], 0.0
    for char in text:
        width, strokes = glyph(char)
        if strokes:
            parts.append(f'<path transform="translate({at:.1f} 0)" d="{strokes}"/>')
        at += width + gap
    strokes_all = "".join(parts)

    def layer(stroke: str, thick: float) -> str:
        return (
            f'<g fill="none" stroke="{stroke}" stroke-width="{thick:.1f}" stroke-linecap="round" stroke-linejoin="round">{strokes_all}</g>'
        )

    body = layer(colour, weight) + (layer(inline, weight * 0.2) if inline else "")
    return f'<g transform="translate({start:.1f} {y - height:.1f}) scale({scale:.4f})">{body}</g>'


# ---- shapes ---------------------------------------------------------------------------------------------------------

INK, CORAL, BUTTER, SKY, MINT, PAPER = "#1d1a5e", "#ff6a4d", "#ffc857", "#9ccdf2", "#6fcba8", "#fff4e3"
NAMES = {INK: "ink", CORAL: "coral", BUTTER: "butter", SKY: "sky", MINT: "mint", PAPER: "paper"}


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}" fill="{fill}" {extra}/>'


def disc(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" {extra}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {extra}/>'


def path(d: str, fill: str = "none", extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def line(d: str, colour: str, width: float, extra: str = "") -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round" {extra}/>'


def poly(points: Sequence[tuple[float, float]], fill: str, extra: str = "") -> str:
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{fill}" {extra}/>'


def group(body: str, transform: str) -> str:
    return f'<g transform="{transform}">{body}</g>'


def star(x: float, y: float, r: float, fill: str, points: int = 4, inner: float = 0.34, turn: float = 0) -> str:
    corners = []
    for i in range(points * 2):
        a, q = math.pi * i / points - math.pi / 2 + turn, r if i % 2 == 0 else r * inner
        corners.append((x + q * math.cos(a), y + q * math.sin(a)))
    return poly(corners, fill)


def sky(rng: random.Random, x: float, y: float, w: float, h: float, count: int, colour: str, biggest: float = 16) -> str:
    """Stars strewn on a jittered grid, so that none touch."""
    columns = max(1, round(math.sqrt(count * w / h)))
    rows = max(1, round(count / columns))
    out = []
    for i in range(columns):
        for j in range(rows):
            cx, cy = x + (i + rng.uniform(0.2, 0.8)) * w / columns, y + (j + rng.uniform(0.2, 0.8)) * h / rows
            out.append(
                star(cx, cy, rng.uniform(0.5, 1) * biggest, colour) if rng.random() < 0.45 else disc(cx, cy, rng.uniform(2.5, 5.5), colour)
            )
    return "".join(out)


def scallop(x: float, y: float, w: float, bumps: int, height: float, fill: str, depth: float = 400) -> str:
    """A sea's edge: arcs side by side, filled below."""
    step = w / bumps
    arcs = "".join(f"a{step / 2:.2f} {height} 0 0 1 {step:.2f} 0" for _ in range(bumps))
    return path(f"M{x} {y} {arcs} v{depth} h{-w} Z", fill)


def swell(x: float, y: float, w: float, waves: int, height: float, fill: str, depth: float = 400) -> str:
    step = w / waves
    curves = "".join(f"q{step / 4:.2f} {-height} {step / 2:.2f} 0 t{step / 2:.2f} 0" for _ in range(waves))
    return path(f"M{x} {y} {curves} v{depth} h{-w} Z", fill)


def patterns() -> str:
    """Textures in every colour: hatching, dots, small tiles."""
    out = []
    for colour, name in {**NAMES, **HT_NAMES}.items():
        out.append(
            f'<pattern id="hatch-{name}" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="14" fill="{colour}"/></pattern>'
            f'<pattern id="dots-{name}" width="26" height="26" patternUnits="userSpaceOnUse"><circle cx="7" cy="7" r="4.2" fill="{colour}"/><circle cx="20" cy="20" r="4.2" fill="{colour}"/></pattern>'
            f'<pattern id="lines-{name}" width="18" height="18" patternUnits="userSpaceOnUse"><rect width="18" height="5" fill="{colour}"/></pattern>'
            f'<pattern id="check-{name}" width="72" height="72" patternUnits="userSpaceOnUse"><rect width="36" height="36" fill="{colour}"/><rect x="36" y="36" width="36" height="36" fill="{colour}"/></pattern>'
        )
    return "<defs>" + "".join(out) + "</defs>"


def hatch(colour: str) -> str:
    return f"url(#hatch-{(NAMES | HT_NAMES)[colour]})"


def dots(colour: str) -> str:
    return f"url(#dots-{(NAMES | HT_NAMES)[colour]})"


def lines(colour: str) -> str:
    return f"url(#lines-{(NAMES | HT_NAMES)[colour]})"


def check(colour: str) -> str:
    return f"url(#check-{(NAMES | HT_NAMES)[colour]})"


def frame(width: int, height: int, ground: str, body: str, border: str | None = PAPER, margin: int = 44) -> str:
    """A card: its ground, what is drawn on it, a paper border that cuts everything off cleanly."""
    edge = ""
    if border:
        edge = path(
            f"M0 0 H{width} V{height} H0 Z M{margin} {margin} V{height - margin} H{width - margin} V{margin} Z",
            border,
            'fill-rule="evenodd"',
        )
    return rect(0, 0, width, height, ground) + body + edge


# ---- figures that several pictures share ----------------------------------------------------------------------------


def phone(x: float, y: float, w: float, shell: str, screen: str, inside: str = "", turn: float = 0) -> str:
    h = w * 1.95
    body = rect(0, 0, w, h, shell, w * 0.15) + rect(w * 0.07, w * 0.07, w * 0.86, h - w * 0.14, screen, w * 0.09)
    body += rect(w * 0.38, w * 0.13, w * 0.24, w * 0.05, shell, w * 0.025) + inside
    return group(body, f"translate({x} {y}) rotate({turn} {w / 2} {h / 2})")


def cat(x: float, y: float, s: float, fur: str, mark: str, flip: bool = False) -> str:
    """A cat sitting with its back to us, tail to one side."""
    body = path("M-90 0 C-120 -130 -70 -210 0 -210 C70 -210 120 -130 90 0 Z", fur)
    body += path("M-78 -250 L-70 -345 L-20 -300 H20 L70 -345 L78 -250 C78 -190 40 -170 0 -170 C-40 -170 -78 -190 -78 -250 Z", fur)
    body += line("M80 -20 C170 -10 190 -90 150 -120 C130 -135 112 -112 128 -98", fur, 30)
    body += line("M-26 -130 q26 16 52 0 M-34 -90 q34 20 68 0 M-38 -50 q38 22 76 0", mark, 12)
    return group(body, f"translate({x} {y}) scale({-s if flip else s} {s})")


def mug(x: float, y: float, s: float, body: str, steam: str, band: str) -> str:
    out = path("M0 0 H150 V95 C150 150 120 165 75 165 C30 165 0 150 0 95 Z", body) + rect(0, 40, 150, 26, band)
    out += line("M150 30 C205 26 205 106 146 104", body, 22)
    out += line("M45 -30 q-22 -34 0 -62 t0 -62 M105 -30 q-22 -34 0 -62 t0 -62", steam, 11)
    return group(out, f"translate({x} {y}) scale({s})")


def envelope(x: float, y: float, w: float, fill: str, flap: str, turn: float = 0, wings: str | None = None) -> str:
    h, body = w * 0.66, ""
    if wings:
        for side in (-1, 1):
            body += group(
                path("M0 0 C40 -120 150 -150 240 -120 C210 -100 220 -80 190 -70 C200 -50 170 -30 150 -34 C120 -6 50 10 0 0 Z", wings),
                f"translate({w / 2 + side * w * 0.36} {h * 0.3}) scale({side * w / 330} {w / 330})",
            )
    body += (
        rect(0, 0, w, h, fill, 8) + path(f"M0 6 L{w / 2} {h * 0.56} L{w} 6", flap) + line(f"M4 8 L{w / 2} {h * 0.56} L{w - 4} 8", INK, 5)
    )
    return group(body + star(w / 2, h * 0.56, w * 0.075, CORAL if fill != CORAL else BUTTER, 5, 0.5), f"translate({x} {y}) rotate({turn})")


def house_row(
    rng: random.Random, base: float, left: float, right: float, low: float, high: float, colours: Sequence[str], windows: str, lit: float
) -> str:
    """Narrow houses shoulder to shoulder."""
    out, x = "", left
    while x < right:
        w, h, colour = rng.uniform(80, 150), rng.uniform(low, high), rng.choice(colours)
        out += rect(x, base - h, w + 1, h + 10, colour)
        roof = rng.random()
        if roof < 0.45:
            out += poly([(x, base - h + 1), (x + w / 2, base - h - rng.uniform(40, 90)), (x + w, base - h + 1)], colour)
        elif roof < 0.6:
            out += rect(x + w * 0.6, base - h - 42, 22, 44, colour)
        for row in range(int((h - 50) // 62)):
            for column in range(int(w // 46)):
                if rng.random() < lit:
                    out += rect(x + 14 + column * 44, base - h + 32 + row * 62, 22, 32, windows, 3 if rng.random() < 0.6 else 11)
        x += w
    return out


def bicycle(x: float, y: float, s: float, frame_colour: str, wheel: str, tyre: str) -> str:
    out = ""
    for cx in (0, 420):
        out += disc(cx, 0, 150, "none", f'stroke="{tyre}" stroke-width="18"')
        out += "".join(
            line(f"M{cx} 0 L{cx + 138 * math.cos(i * math.pi / 8):.1f} {138 * math.sin(i * math.pi / 8):.1f}", wheel, 3) for i in range(16)
        )
        out += disc(cx, 0, 16, tyre)
    out += line("M0 0 L130 -190 H345 L190 0 Z M190 0 L110 -240 M420 0 L330 -250", frame_colour, 20)
    out += (
        line("M60 -246 H150", tyre, 26)
        + line("M330 -250 L310 -292 M310 -292 C350 -320 400 -300 392 -262", tyre, 18)
        + disc(190, 0, 34, tyre)
        + disc(190, 0, 14, wheel)
    )
    return group(out, f"translate({x} {y}) scale({s})")


def flower(x: float, y: float, r: float, petal: str, heart: str, turn: float = 0) -> str:
    out = "".join(oval(0, -r * 0.62, r * 0.36, r * 0.52, petal, f'transform="rotate({i * 72 + turn})"') for i in range(5))
    return group(out + disc(0, 0, r * 0.24, heart), f"translate({x:.1f} {y:.1f})")


# ---- #NovaCardz: cards ----------------------------------------------------------------------------------------------

Drawing = tuple[int, int, str]
W, H = 1080, 1350


def caption(
    text: str, colour: str, y: float = 1228, height: float = 118, inline: str | None = None, weight: float = 17, fit: float = 880
) -> str:
    return letter(text, W / 2, y, height, colour, weight, inline, fit=fit)


def card_lea(r: random.Random) -> Drawing:
    b = disc(900, 560, 130, BUTTER) + path("M0 820 C250 640 420 700 560 760 C720 830 900 700 1080 760 V1350 H0 Z", MINT)
    b += path("M0 820 C250 640 420 700 560 760 C720 830 900 700 1080 760 V1350 H0 Z", dots(SKY), 'opacity=".55"')
    b += path(
        "M-40 1080 C260 960 480 1130 700 1000 C860 905 780 800 640 800 L690 774 C900 770 1010 900 840 1040 C620 1220 330 1080 -40 1260 Z",
        INK,
    )
    b += line("M-20 1170 C280 1040 500 1180 760 1020", PAPER, 10, 'stroke-dasharray="56 48"')
    car = path("M-190 0 C-196 -70 -150 -84 -110 -88 C-80 -160 -40 -176 20 -176 C90 -176 120 -140 146 -90 C196 -84 210 -56 206 0 Z", CORAL)
    car += path("M-86 -92 C-62 -142 -40 -154 4 -154 V-92 Z M22 -154 C74 -154 96 -130 116 -92 H22 Z", SKY) + line("M-196 -2 H210", INK, 12)
    for cx in (-112, 120):
        car += disc(cx, 0, 46, INK) + disc(cx, 0, 20, PAPER)
    car += disc(196, -46, 13, BUTTER) + path("M-30 -176 L-10 -232 L50 -232 L30 -176 Z", PAPER) + letter("A", 10, -184, 34, CORAL, 20)
    b += group(car, "translate(470 1006) rotate(-4) scale(1.25)")
    b += line("M110 760 h110 M90 806 h170 M130 852 h90", PAPER, 16)
    return W, H, frame(W, H, SKY, b + letter("BRAVO", W / 2, 240, 112, INK, 17) + letter("LÉA", 480, 590, 200, CORAL, 23, PAPER))


def card_bakary(r: random.Random) -> Drawing:
    b = path("M0 930 H1080 V1350 H0 Z", CORAL) + path("M0 930 H1080 V960 H0 Z", INK)
    can = (
        path("M-170 -210 H120 L150 90 H-200 Z", INK)
        + oval(-25, -210, 145, 34, SKY)
        + line("M-150 -200 C-330 -330 -40 -470 70 -240", INK, 30)
    )
    can += line("M140 40 L330 -170", INK, 44) + poly([(290, -210), (380, -250), (420, -180), (345, -132)], INK)
    can += path("M-178 -130 H128 L132 -84 H-183 Z", BUTTER) + path("M-187 -50 H137 L141 -4 H-192 Z", BUTTER)
    b += group(can, "translate(390 790) rotate(-14)")
    for i in range(6):
        b += line(f"M{770 + i * 26} {600 + i * 26} q{34 + i * 5} 50 {26 + i * 4} {116 + (i % 3) * 44}", SKY, 9, 'stroke-dasharray="26 20"')
    for cx, cy, q in ((640, 930, 104), (826, 900, 134), (974, 954, 80)):
        b += disc(cx, cy, q, CORAL) + path(
            f"M{cx} {cy + q} A{q} {q} 0 0 0 {cx + q} {cy} A{q} {q} 0 0 1 {cx} {cy + q * 0.55} Z", hatch(INK), 'opacity=".35"'
        )
        b += disc(cx, cy, q, "none", f'stroke="{INK}" stroke-width="7"') + star(cx, cy - q * 0.72, q * 0.52, INK, 5, 0.28, 0.3)
        b += line(f"M{cx - q * 0.55} {cy - q * 0.1} q4 -{q * 0.34} {q * 0.3} -{q * 0.46}", PAPER, 9)
    return W, H, frame(W, H, BUTTER, b + letter("MERCI", W / 2, 300, 150, INK, 17) + caption("BAKARY", PAPER, 1216, 150))


def card_suzanne(r: random.Random) -> Drawing:
    b = disc(540, 640, 400, CORAL) + rect(0, 930, W, 420, INK) + rect(0, 930, W, 34, SKY)
    b += cat(370, 932, 1.35, INK, BUTTER) + cat(710, 932, 1.35, PAPER, CORAL, flip=True)
    b += sky(r, 80, 80, 920, 240, 18, INK, 18)
    return (
        W,
        H,
        frame(W, H, SKY, b + letter("PARDON", W / 2, 1108, 92, BUTTER, 16) + letter("SUZANNE", W / 2, 1246, 92, PAPER, 16, fit=860)),
    )


def card_o(r: random.Random) -> Drawing:
    b = rect(0, 0, 1080, 1080, INK) + sky(r, 60, 60, 960, 960, 70, SKY, 14)
    for k, colour in ((0, BUTTER), (1, CORAL), (2, BUTTER), (3, CORAL)):
        b += oval(540, 640, 330 - k * 46, 350 - k * 50, colour if k != 3 else INK)
    b += disc(390, 190, 76, PAPER) + disc(418, 176, 64, INK) + disc(690, 190, 76, PAPER) + disc(718, 176, 64, INK)
    return 1080, 1080, frame(1080, 1080, INK, b)


def card_tom(r: random.Random) -> Drawing:
    b = poly([(0, 1010), (1080, 810), (1080, 1350), (0, 1350)], INK) + poly([(0, 1010), (1080, 810), (1080, 838), (0, 1038)], CORAL)
    b += "".join(line(f"M{80 + i * 24} {500 + i * 74} h{190 - i * 28}", PAPER, 16) for i in range(4))
    face = disc(86, 190, 17, INK) + disc(194, 190, 17, INK) + line("M80 270 Q140 350 204 270", INK, 18)
    b += phone(430, 330, 280, INK, BUTTER, face, -12)
    b += line("M470 846 L430 900 M690 790 L720 846", INK, 26)
    board = rect(-210, -16, 420, 32, CORAL, 16) + line("M-200 0 q-40 -4 -50 -36 M200 0 q40 -4 50 -36", CORAL, 30)
    board += "".join(disc(cx, 46, 34, PAPER) + disc(cx, 46, 13, INK) for cx in (-130, 130))
    b += group(board, "translate(590 876) rotate(-11)")
    return W, H, frame(W, H, MINT, b + letter("TOM", W / 2, 1232, 190, BUTTER, 22, INK))


def card_gaspard(r: random.Random) -> Drawing:
    b = (
        sky(r, 60, 60, 960, 900, 60, BUTTER, 20)
        + disc(880, 250, 120, MINT)
        + oval(880, 250, 200, 34, "none", f'stroke="{PAPER}" stroke-width="12" transform="rotate(-18 880 250)"')
    )
    plume = path("M-70 250 C-130 380 -60 470 -96 620 H96 C60 470 130 380 70 250 Z", BUTTER) + path(
        "M-36 250 C-70 350 -20 440 -40 620 H40 C20 440 70 350 36 250 Z", PAPER
    )
    ship = poly([(-96, 90), (-190, 240), (-80, 220)], INK) + poly([(96, 90), (190, 240), (80, 220)], INK)
    ship = ship.replace(INK, SKY) + path("M0 -390 C110 -280 128 -60 92 250 H-92 C-128 -60 -110 -280 0 -390 Z", PAPER)
    ship += (
        path("M0 -390 C60 -330 92 -260 104 -190 H-104 C-92 -260 -60 -330 0 -390 Z", CORAL)
        + disc(0, -70, 62, INK)
        + disc(0, -70, 42, SKY)
        + rect(-100, 160, 200, 34, CORAL)
    )
    ship += path("M30 -340 C84 -240 100 -60 76 250 H92 C128 -60 104 -260 30 -340 Z", hatch(INK), 'opacity=".5"')
    b += group(plume + ship, "translate(500 560) rotate(12)")
    for cx, cy, q in ((120, 1080, 150), (330, 1130, 190), (620, 1150, 210), (880, 1100, 190), (1040, 1070, 120)):
        b += disc(cx, cy, q, PAPER)
    b += rect(0, 1120, W, 230, PAPER)
    return W, H, frame(W, H, INK, b + letter("BRAVO", 110, 190, 70, PAPER, 16, anchor="start") + caption("GASPARD", CORAL, 1240, 140))


def card_nour(r: random.Random) -> Drawing:
    b = (
        disc(760, 330, 170, BUTTER)
        + disc(826, 290, 150, INK)
        + sky(r, 70, 70, 560, 520, 26, PAPER, 18)
        + sky(r, 640, 540, 380, 160, 8, PAPER, 14)
    )
    b += house_row(r, 1350, -20, 1100, 420, 690, ("#2a2678", "#332e8c"), "#1d1a5e", 0.9)
    b += house_row(r, 1350, -60, 1100, 180, 400, (SKY,), INK, 0.9)
    b += rect(602, 842, 46, 62, BUTTER, 6) + line("M625 842 v62 M602 873 h46", INK, 5)
    b += rect(0, 1100, W, 250, INK)
    return W, H, frame(W, H, INK, b + letter("BONNE NUIT", W / 2, 1178, 50, SKY, 15) + letter("NOUR", W / 2, 1276, 72, BUTTER, 17))


def card_yanis(r: random.Random) -> Drawing:
    b = disc(230, 300, 96, CORAL)
    balloon = path(
        "M0 -300 C190 -300 250 -150 220 -20 C196 80 110 150 70 220 H-70 C-110 150 -196 80 -220 -20 C-250 -150 -190 -300 0 -300 Z", PAPER
    )
    balloon += path("M0 -300 C60 -240 78 -130 70 0 C64 90 40 160 28 220 H-28 C-40 160 -64 90 -70 0 C-78 -130 -60 -240 0 -300 Z", CORAL)
    balloon += path(
        "M-100 -280 C-190 -230 -250 -150 -220 -20 C-196 80 -110 150 -70 220 H-52 C-90 140 -140 60 -150 -20 C-160 -120 -140 -220 -100 -280 Z",
        INK,
    )
    balloon += path(
        "M100 -280 C190 -230 250 -150 220 -20 C196 80 110 150 70 220 H52 C90 140 140 60 150 -20 C160 -120 140 -220 100 -280 Z", INK
    )
    balloon += (
        line("M-60 224 L-40 300 M60 224 L40 300", INK, 7)
        + rect(-52, 300, 104, 74, BUTTER, 10)
        + rect(-52, 318, 104, 14, INK)
        + rect(-52, 344, 104, 10, INK)
    )
    b += group(balloon, "translate(600 470) scale(1.1)")
    b += line("M110 560 h150 M150 600 h170", PAPER, 20)
    for i, (y, colour) in enumerate(((900, MINT), (950, INK), (1000, CORAL), (1050, INK))):
        b += scallop(-60 - (i % 2) * 60, y, 1240, 10, 62, colour)
    b += rect(0, 1056, W, 300, INK)
    return W, H, frame(W, H, SKY, b + letter("BON VENT", W / 2, 1150, 64, BUTTER, 15) + letter("YANIS", W / 2, 1270, 84, PAPER, 17))


def card_colette(r: random.Random) -> Drawing:
    b = sky(r, 60, 60, 960, 900, 26, PAPER, 18) + disc(200, 880, 320, BUTTER)
    b += (
        envelope(110, 260, 330, PAPER, PAPER, -14, SKY)
        + envelope(600, 420, 360, CORAL, CORAL, 10, PAPER)
        + envelope(270, 720, 300, SKY, SKY, -6, PAPER)
    )
    b += line("M90 640 q120 60 220 0 t230 30", INK, 7, 'stroke-dasharray="4 22"') + line(
        "M520 300 q120 -70 240 -20", INK, 7, 'stroke-dasharray="4 22"'
    )
    b += rect(0, 1040, W, 310, INK)
    return W, H, frame(W, H, MINT, b + letter("TU ME", W / 2, 1142, 68, BUTTER, 16) + letter("MANQUES", W / 2, 1268, 90, PAPER, 17))


def card_mehdi(r: random.Random) -> Drawing:
    b = (
        disc(300, 400, 170, BUTTER)
        + poly([(-100, 1100), (330, 500), (760, 1100)], MINT)
        + poly([(560, 1100), (900, 560), (1300, 1100)], MINT)
    )
    b += poly([(120, 1100), (620, 330), (1120, 1100)], INK) + poly(
        [(620, 330), (760, 546), (690, 520), (630, 600), (560, 530), (478, 550)], PAPER
    )
    b += poly([(620, 330), (1120, 1100), (760, 1100), (700, 760)], hatch(SKY), 'opacity=".5"')
    b += poly([(330, 500), (426, 634), (370, 620), (320, 680), (270, 620), (240, 626)], PAPER) + poly(
        [(900, 560), (978, 664), (920, 650), (880, 700), (840, 656)], PAPER
    )
    b += line("M620 334 V226", PAPER, 12) + poly([(622, 226), (730, 258), (622, 290)], CORAL)
    b += line("M250 1050 C420 960 500 900 470 820 C450 760 600 720 590 620", BUTTER, 10, 'stroke-dasharray="3 24"')
    b += rect(0, 1040, W, 310, CORAL)
    return W, H, frame(W, H, SKY, b + letter("AU SOMMET", W / 2, 1140, 66, INK, 16) + letter("MEHDI", W / 2, 1270, 96, PAPER, 18))


def card_hana(r: random.Random) -> Drawing:
    b = disc(540, 560, 370, CORAL) + path("M170 560 A370 370 0 0 0 910 560 Z", lines(PAPER), 'opacity=".45"')
    b += (
        line("M-20 1010 C200 900 300 760 480 700 C640 650 760 520 900 300", INK, 34)
        + line("M480 700 C560 780 700 800 860 770", INK, 22)
        + line("M300 800 C300 660 250 560 170 470", INK, 20)
    )
    b += line("M730 530 C760 420 740 340 690 260", INK, 16)
    for x, y, q in (
        (170, 470, 92),
        (330, 690, 70),
        (470, 640, 88),
        (600, 760, 76),
        (740, 790, 94),
        (870, 760, 70),
        (640, 560, 84),
        (770, 450, 92),
        (690, 260, 80),
        (900, 300, 100),
        (560, 610, 56),
        (250, 590, 60),
    ):
        b += flower(x, y, q, PAPER, BUTTER, r.uniform(0, 72))
    for _ in range(12):
        b += oval(r.uniform(120, 960), r.uniform(880, 1060), 16, 9, PAPER, f'transform="rotate({r.randint(0, 4)})"')
    return W, H, frame(W, H, MINT, b + caption("HANA", INK, 1246, 130))


def card_ana(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, dots(BUTTER))
    for x, y, q, colour in (
        (260, 420, 130, CORAL),
        (520, 300, 150, INK),
        (790, 400, 136, MINT),
        (390, 640, 120, SKY),
        (680, 640, 126, BUTTER),
        (880, 680, 96, CORAL),
    ):
        b += line(f"M{x} {y + q} C{x} {y + 300} 540 900 540 1130", INK, 5)
        b += oval(x, y, q * 0.88, q, colour) + poly([(x - 18, y + q + 22), (x, y + q - 6), (x + 18, y + q + 22)], colour)
        b += line(
            f"M{x - q * 0.5:.0f} {y - q * 0.1:.0f} q6 -{q * 0.4:.0f} {q * 0.36:.0f} -{q * 0.56:.0f}",
            PAPER if colour != BUTTER else CORAL,
            12,
        )
    b += rect(0, 1010, W, 340, INK) + star(540, 1012, 62, CORAL, 5, 0.48)
    return W, H, frame(W, H, PAPER, b + letter("ANA A 6 ANS", W / 2, 1220, 110, BUTTER, 17, fit=860), BUTTER)


def card_capitaine(r: random.Random) -> Drawing:
    b = "".join(
        path(
            f"M540 760 L{540 + 1200 * math.cos(a):.0f} {760 + 1200 * math.sin(a):.0f} L{540 + 1200 * math.cos(a + 0.13):.0f} {760 + 1200 * math.sin(a + 0.13):.0f} Z",
            CORAL,
        )
        for a in [i * math.pi / 12 for i in range(24)]
    )
    face = path("M-290 -60 L-300 -300 L-150 -200 H150 L300 -300 L290 -60 C310 150 170 290 0 290 C-170 290 -310 150 -290 -60 Z", INK)
    face += path("M-262 -220 L-258 -110 L-170 -176 Z M262 -220 L258 -110 L170 -176 Z", CORAL)
    for side in (-1, 1):
        face += oval(side * 118, 6, 58, 66, MINT) + oval(side * 118, 6, 16, 58, INK) + disc(side * 118 - 16, -20, 11, PAPER)
        face += "".join(line(f"M{side * 70} {120 + k * 22} L{side * 390} {70 + k * 66}", PAPER, 9) for k in range(3))
    face += path("M-40 96 H40 L0 140 Z", CORAL) + line("M0 140 v30 M0 170 q-40 50 -84 16 M0 170 q40 50 84 16", PAPER, 11)
    cap = (
        path("M-240 -190 C-220 -360 220 -360 240 -190 Z", PAPER)
        + rect(-262, -214, 524, 60, INK, 14)
        + rect(-262, -214, 524, 16, BUTTER)
        + path("M-230 -156 C-120 -100 120 -100 230 -156 Z", PAPER)
    )
    cap += star(0, -280, 50, CORAL, 5, 0.45)
    b += group(face + cap, "translate(540 650) scale(1.15)")
    b += rect(0, 1080, W, 270, INK)
    return W, H, frame(W, H, BUTTER, b + caption("CAPITAINE", BUTTER, 1242, 104))


def card_jeanne(r: random.Random) -> Drawing:
    b = (
        sky(r, 60, 60, 960, 500, 26, PAPER, 16)
        + poly([(540, 330), (-200, 120), (-200, 520)], BUTTER)
        + poly([(540, 330), (1300, 150), (1300, 480)], BUTTER)
    )
    tower = poly([(-90, 560), (-58, 0), (58, 0), (90, 560)], PAPER)
    for k in range(4):
        top, low = 70 + k * 140, 140 + k * 140
        tower += poly(
            [(-58 - 32 * top / 560, top), (58 + 32 * top / 560, top), (58 + 32 * low / 560, low), (-58 - 32 * low / 560, low)], CORAL
        )
    tower += (
        rect(-84, -18, 168, 26, INK, 6)
        + rect(-46, -96, 92, 80, BUTTER)
        + line("M-46 -96 v80 M46 -96 v80 M0 -96 v80", INK, 8)
        + path("M-60 -96 C-50 -160 50 -160 60 -96 Z", INK)
        + disc(0, -160, 14, CORAL)
    )
    b += group(tower, "translate(540 400)") + path(
        "M250 1000 C330 900 420 930 480 880 C540 850 640 850 680 900 C760 920 800 960 850 1010 Z", "#12104a"
    )
    for i, colour in enumerate((SKY, MINT, SKY, MINT)):
        b += scallop(-60 - (i % 2) * 62, 970 + i * 52, 1240, 10, 50, colour) + scallop(-60 - (i % 2) * 62, 984 + i * 52, 1240, 10, 50, INK)
    b += rect(0, 1160, W, 190, INK)
    return W, H, frame(W, H, INK, b + caption("JEANNE", BUTTER, 1262, 92))


def card_leon(r: random.Random) -> Drawing:
    b = (
        disc(860, 280, 130, BUTTER)
        + path("M0 880 C300 760 700 760 1080 900 V1350 H0 Z", INK)
        + path("M0 880 C300 760 700 760 1080 900 V930 C700 790 300 790 0 910 Z", PAPER)
    )
    b += "".join(line(f"M{90 + i * 30} {380 + i * 60} h{150 - i * 20}", PAPER, 14) for i in range(4)) + bicycle(
        330, 680, 0.98, MINT, PAPER, INK
    )
    return W, H, frame(W, H, CORAL, b + letter("ROULE", W / 2, 1074, 70, SKY, 16) + letter("LÉON", W / 2, 1258, 108, BUTTER, 18))


def card_paul(r: random.Random) -> Drawing:
    b = (
        disc(780, 320, 150, PAPER)
        + disc(740, 290, 24, SKY)
        + disc(830, 360, 34, SKY)
        + disc(790, 250, 14, SKY)
        + sky(r, 60, 60, 600, 400, 18, BUTTER, 16)
    )
    b += path("M0 720 C200 640 330 690 520 640 C720 590 900 650 1080 600 V1100 H0 Z", "#2a2678")
    b += rect(0, 700, W, 46, CORAL) + "".join(
        path(f"M{x} 1350 V900 A76 90 0 0 1 {x + 152} 900 V1350 h46 V740 H{x - 46} V1350 Z", CORAL) for x in (-110, 88, 286, 484, 682, 880)
    )
    train = ""
    for k, colour in enumerate((MINT, BUTTER, SKY)):
        x = k * 250
        train += (
            rect(x, -120, 232, 110, colour, 22)
            + "".join(rect(x + 26 + i * 66, -98, 46, 44, INK, 8) for i in range(3))
            + disc(x + 56, -6, 20, PAPER)
            + disc(x + 176, -6, 20, PAPER)
            + rect(x + 225, -50, 40, 12, PAPER)
        )
    train += (
        path("M750 -10 V-120 H820 C900 -120 950 -60 960 -10 Z", MINT)
        + path("M820 -98 C866 -98 890 -80 906 -54 H820 Z", INK)
        + disc(820, -6, 20, PAPER)
        + disc(900, -6, 20, PAPER)
    )
    b += group(train, "translate(40 700)") + rect(0, 1060, W, 290, INK)
    return W, H, frame(W, H, INK, b + letter("BON VOYAGE", W / 2, 1142, 54, SKY, 15) + letter("PAUL", W / 2, 1268, 92, BUTTER, 18))


def card_layla(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, check("#6fcba8"), extra='opacity=".35"')
    arch = "M240 1080 V560 C240 380 400 300 540 170 C680 300 840 380 840 560 V1080 Z"
    b += path(arch, INK, f'stroke="{CORAL}" stroke-width="46"') + path(arch, "none", f'stroke="{PAPER}" stroke-width="8"')
    b += (
        f'<clipPath id="arch"><path d="{arch}"/></clipPath><g clip-path="url(#arch)">'
        + sky(r, 240, 260, 600, 640, 44, BUTTER, 22)
        + disc(640, 470, 92, BUTTER)
        + disc(676, 446, 80, INK)
    )
    b += (
        path("M240 900 C360 800 470 860 560 820 C660 780 760 860 840 820 V1100 H240 Z", SKY)
        + path("M240 960 C380 900 520 980 840 910 V1100 H240 Z", MINT)
        + "</g>"
    )
    b += (
        rect(200, 1060, 680, 46, CORAL, 8)
        + flower(250, 1010, 60, CORAL, BUTTER, 10)
        + flower(330, 1030, 46, PAPER, CORAL, 40)
        + flower(820, 1016, 56, BUTTER, CORAL, 20)
    )
    return W, H, frame(W, H, BUTTER, b + caption("LAYLA", INK, 1262, 104))


def card_maison(r: random.Random) -> Drawing:
    b = path("M0 900 C260 800 520 940 1080 820 V1350 H0 Z", MINT) + disc(190, 280, 100, PAPER) + sky(r, 420, 80, 580, 260, 14, PAPER, 15)
    h = (
        poly([(-210, 0), (-240, -430), (220, -470), (190, 0)], PAPER)
        + poly([(-300, -400), (-30, -690), (290, -440)], CORAL)
        + poly([(-30, -690), (290, -440), (120, -452)], hatch(INK), 'opacity=".45"')
    )
    h += rect(110, -690, 66, 130, INK) + rect(-60, -170, 120, 172, INK, 60) + disc(34, -80, 8, BUTTER)
    for x, y, colour in ((-170, -350, BUTTER), (60, -366, SKY), (-180, -180, SKY), (96, -190, SKY)):
        h += rect(x, y, 84, 100, colour, 8, f'stroke="{INK}" stroke-width="8"') + line(f"M{x + 42} {y} v100 M{x} {y + 50} h84", INK, 6)
    b += group(h, "translate(540 960) rotate(-3)")
    b += line("M700 240 C760 180 690 120 640 170 C600 214 690 260 740 200 C790 140 880 130 900 190 C912 230 860 250 846 216", PAPER, 18)
    b += line("M500 970 C470 1060 560 1080 520 1180", BUTTER, 60)
    b += rect(0, 1120, W, 230, INK)
    return W, H, frame(W, H, SKY, b + caption("BIENVENUE", BUTTER, 1256, 96))


def card_garance(r: random.Random) -> Drawing:
    b = "".join(swell(-100, 820 + i * 84, 1300, 5, 34, c, 600) for i, c in enumerate((MINT, INK, MINT, INK)))
    whale = path(
        "M-380 40 C-380 -160 -120 -240 120 -190 C280 -156 360 -60 400 60 C430 0 480 -50 560 -60 C556 10 520 60 470 84 C520 120 540 170 530 220 C460 210 410 170 384 120 C300 240 60 290 -120 270 C-290 250 -380 190 -380 40 Z",
        INK,
    )
    whale += path("M-374 90 C-300 150 -160 130 0 190 C80 220 160 230 220 226 C100 276 -10 282 -120 270 C-280 250 -364 200 -374 90 Z", PAPER)
    whale += (
        "".join(line(f"M{-320 + i * 60} {146 + i * 8} q14 60 40 {84 + i * 2}", INK, 6) for i in range(6))
        + disc(-250, 30, 17, PAPER)
        + line("M-350 84 C-300 110 -260 104 -230 84", SKY, 8)
    )
    whale += path("M-40 120 C0 210 70 260 130 270 C110 200 80 140 30 110 Z", SKY)
    b += group(whale, "translate(520 640)")
    b += line("M420 440 C420 340 360 300 300 310 M430 440 C430 330 430 270 430 210 M440 440 C440 340 510 300 570 310", PAPER, 13)
    for x, y, q, c in (
        (270, 300, 40, BUTTER),
        (430, 170, 52, BUTTER),
        (600, 296, 40, BUTTER),
        (340, 210, 26, CORAL),
        (520, 200, 28, CORAL),
        (680, 200, 20, PAPER),
        (200, 200, 20, PAPER),
    ):
        b += star(x, y, q, c)
    b += rect(0, 1130, W, 220, INK)
    return W, H, frame(W, H, SKY, b + caption("GARANCE", BUTTER, 1252, 104))


def card_rose(r: random.Random) -> Drawing:
    b = line("M540 620 C560 800 520 960 540 1130", MINT, 30)
    b += path("M545 900 C640 800 770 800 830 860 C740 940 640 960 545 900 Z", MINT) + path(
        "M535 1010 C440 920 320 930 270 990 C350 1060 450 1070 535 1010 Z", MINT
    )
    for k, (q, colour) in enumerate(((330, CORAL), (268, PAPER), (250, CORAL), (190, PAPER), (174, CORAL), (116, PAPER), (102, CORAL))):
        pts = ""
        n, turn = 7 - k // 2, k * 0.5
        for i in range(n):
            a, z = 2 * math.pi * i / n + turn, 2 * math.pi * (i + 1) / n + turn
            x0, y0, x1, y1 = 540 + q * math.cos(a), 470 + q * math.sin(a), 540 + q * math.cos(z), 470 + q * math.sin(z)
            xm, ym = 540 + q * 1.34 * math.cos((a + z) / 2), 470 + q * 1.34 * math.sin((a + z) / 2)
            pts += (f"M{x0:.1f} {y0:.1f} " if i == 0 else "") + f"Q{xm:.1f} {ym:.1f} {x1:.1f} {y1:.1f} "
        b += path(pts + "Z", colour)
    b += star(540, 470, 66, BUTTER, 5, 0.46)
    b += sky(r, 70, 820, 300, 180, 6, BUTTER, 16) + sky(r, 720, 960, 300, 160, 5, BUTTER, 16)
    return W, H, frame(W, H, INK, b + caption("ROSE, DIS OUI", BUTTER, 1254, 100))


def card_nuit(r: random.Random) -> Drawing:
    b = disc(540, 380, 200, BUTTER) + disc(620, 330, 176, INK) + sky(r, 60, 60, 960, 560, 44, PAPER, 17)
    b += rect(0, 940, W, 410, CORAL) + rect(0, 940, W, 30, PAPER)
    b += mug(170, 740, 1.25, SKY, PAPER, INK) + mug(450, 740, 1.25, BUTTER, PAPER, CORAL) + mug(730, 740, 1.25, MINT, PAPER, INK)
    return W, H, frame(W, H, INK, b + letter("MERCI", W / 2, 1100, 76, INK, 16) + letter("LA NUIT", W / 2, 1250, 96, PAPER, 18))


def card_ines(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, 540, H, BUTTER)
        + rect(0, 1000, W, 350, INK)
        + rect(120, 130, 560, 620, SKY, 280)
        + line("M400 130 v620 M120 470 h560", PAPER, 16)
    )
    b += line("M500 860 C470 700 700 640 640 480 C600 380 480 380 440 300", "#1d1a5e", 24)
    for x, y, a, c in ((560, 740, 30, MINT), (640, 610, -140, MINT), (650, 520, 10, CORAL), (560, 400, -200, MINT), (470, 330, -60, PAPER)):
        b += group(
            path("M0 0 C60 -90 190 -110 250 -40 C190 50 70 70 0 0 Z", c) + line("M8 0 C90 -24 160 -36 236 -40", INK, 6),
            f"translate({x} {y}) rotate({a}) scale(.92)",
        )
    b += (
        path("M350 850 H660 L620 1060 H390 Z", CORAL)
        + rect(330, 830, 350, 56, CORAL, 10)
        + path("M350 886 H660 L654 912 H355 Z", hatch(INK), 'opacity=".5"')
    )
    return W, H, frame(W, H, SKY, b + caption("TIENS BON", BUTTER, 1238, 104))


def card_lucie(r: random.Random) -> Drawing:
    b = "".join(line(f"M{r.uniform(60, 1040):.0f} {r.uniform(60, 1020):.0f} l-24 70", PAPER if i % 3 else SKY, 9) for i in range(90))
    u = path(
        "M-400 0 C-380 -260 -180 -380 0 -380 C180 -380 380 -260 400 0 C350 -50 250 -50 200 0 C150 -50 50 -50 0 0 C-50 -50 -150 -50 -200 0 C-250 -50 -350 -50 -400 0 Z",
        BUTTER,
    )
    u += path(
        "M0 -380 C-120 -300 -190 -160 -200 0 C-150 -50 -50 -50 0 0 Z M0 -380 C180 -380 380 -260 400 0 C350 -50 250 -50 200 0 C190 -160 120 -300 0 -380 Z",
        CORAL,
    )
    u += line("M0 -380 v-44", INK, 20) + line("M0 -30 V420 C0 500 110 500 110 424", INK, 24)
    b += group(u, "translate(540 600) rotate(-10)") + oval(540, 1080, 420, 36, SKY) + oval(540, 1080, 300, 20, PAPER)
    b += rect(0, 1110, W, 240, INK)
    return W, H, frame(W, H, "#3a35a0", b + caption("LUCIE", BUTTER, 1254, 110))


def card_simone(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, lines(BUTTER), extra='opacity=".5"') + rect(130, 330, 820, 690, INK, 34) + disc(460, 676, 300, CORAL)
    b += (
        "".join(disc(460, 676, q, "none", f'stroke="{INK}" stroke-width="5"') for q in range(130, 296, 26))
        + disc(460, 676, 104, BUTTER)
        + disc(460, 676, 16, INK)
        + letter("45", 460, 640, 40, INK, 16)
    )
    b += (
        disc(840, 450, 52, PAPER)
        + disc(840, 450, 22, INK)
        + line("M840 450 L850 720 L720 840", PAPER, 22)
        + rect(690, 826, 66, 40, MINT, 8, 'transform="rotate(-40 720 846)"')
        + disc(850, 930, 34, MINT)
    )
    for x, y, c in ((220, 240, CORAL), (480, 190, INK), (760, 230, MINT)):
        b += oval(x, y, 42, 32, c, f'transform="rotate(-20 {x} {y})"') + line(f"M{x + 38} {y - 8} v-130 q60 20 70 70", c, 14)
    return W, H, frame(W, H, PAPER, b + caption("SIMONE", INK, 1240, 130), CORAL)


def card_etoile(r: random.Random) -> Drawing:
    b = (
        star(540, 500, 380, BUTTER, 5, 0.44)
        + poly([(540, 120), (540, 500), (623, 366)], hatch(CORAL))
        + poly([(901, 383), (540, 500), (699, 552)], hatch(CORAL))
        + poly([(763, 807), (540, 500), (540, 667)], hatch(CORAL))
        + poly([(317, 807), (540, 500), (381, 552)], hatch(CORAL))
        + poly([(179, 383), (540, 500), (457, 366)], hatch(CORAL))
    )
    b += disc(180, 200, 6, PAPER) + disc(900, 880, 6, PAPER) + disc(200, 920, 5, PAPER)
    return W, H, frame(W, H, INK, b + letter("QUAND", W / 2, 1046, 84, PAPER, 16) + letter("MÊME", W / 2, 1244, 104, BUTTER, 18))


def card_ferreira(r: random.Random) -> Drawing:
    b = disc(540, 380, 140, "none", f'stroke="{INK}" stroke-width="26"') + rect(0, 1040, W, 310, INK)
    for k, (a, c) in enumerate(((-44, CORAL), (-22, INK), (0, PAPER), (22, CORAL), (44, INK))):
        key = rect(-13, 0, 26, 400, c) + rect(13, 330, 56, 26, c) + rect(13, 372, 40, 26, c) + disc(0, -30, 74, c)
        key += flower(0, -30, 66, BUTTER if c != BUTTER else CORAL, INK if c != INK else CORAL, k * 20)
        b += group(key, f"rotate({a} 540 300) translate(540 {590 - abs(a) * 0.6})")
    b += flower(540, 240, 90, CORAL, BUTTER) + flower(430, 290, 56, PAPER, CORAL, 30) + flower(654, 292, 60, SKY, INK, 10)
    return (
        W,
        H,
        frame(W, H, MINT, b + letter("MERCI", W / 2, 1146, 72, SKY, 16) + letter("MADAME FERREIRA", W / 2, 1262, 72, BUTTER, 16, fit=860)),
    )


def card_voila(r: random.Random) -> Drawing:
    b = "".join(disc(540, 540, 900 - k * 110, c) for k, c in enumerate((SKY, CORAL) * 4))
    b += rect(0, 340, 1080, 420, INK)
    return 1080, 1080, frame(1080, 1080, CORAL, b + letter("VOILÀ", 540, 680, 210, BUTTER, 22, INK, fit=800))


def card_odette(r: random.Random) -> Drawing:
    b = "".join(
        path(
            f"M540 620 L{540 + 1300 * math.cos(a):.0f} {620 + 1300 * math.sin(a):.0f} L{540 + 1300 * math.cos(a + 0.105):.0f} {620 + 1300 * math.sin(a + 0.105):.0f} Z",
            "#ffd987",
        )
        for a in [i * math.pi / 15 for i in range(30)]
    )
    candles = (
        [(200 + i * 560 / 24, 470, 64) for i in range(25)]
        + [(158 + i * 646 / 27, 640, 66) for i in range(28)]
        + [(118 + i * 724 / 45, 810, 60) for i in range(46)]
    )
    for k, (x, y, h) in enumerate(candles):
        if k == 25:
            b += rect(176, 470, 608, 170, CORAL, 24) + scallop(176, 500, 608, 10, 34, PAPER, 1).replace("v1 ", "v-30 ")
        if k == 53:
            b += rect(134, 640, 692, 170, INK, 24)
        colour = (INK, PAPER, CORAL, MINT)[k % 4] if k < 25 else (PAPER, MINT, SKY)[k % 3]
        b += rect(x - 6, y - h, 12, h + 6, colour, 4) + path(f"M{x} {y - h - 38} q15 22 0 34 q-15 -12 0 -34 Z", CORAL if k < 25 else BUTTER)
    b += (
        rect(94, 810, 772, 210, CORAL, 24) + rect(94, 930, 772, 34, PAPER) + "".join(disc(150 + i * 73, 870, 20, BUTTER) for i in range(10))
    )
    b += "".join(disc(196 + i * 82, 725, 17, MINT) for i in range(8)) + rect(176, 556, 608, 26, PAPER) + oval(480, 1026, 470, 36, INK)
    b += (
        rect(938, 850, 34, 176, MINT, 8)
        + rect(938, 876, 34, 16, PAPER)
        + rect(938, 920, 34, 16, PAPER)
        + rect(938, 964, 34, 16, PAPER)
        + path("M955 742 q48 66 0 104 q-48 -38 0 -104 Z", CORAL)
        + path("M955 790 q22 32 0 52 q-22 -20 0 -52 Z", PAPER)
    )
    b += "".join(
        line(
            f"M{955 + 84 * math.cos(t):.0f} {806 + 84 * math.sin(t):.0f} L{955 + 112 * math.cos(t):.0f} {806 + 112 * math.sin(t):.0f}",
            CORAL,
            9,
        )
        for t in [math.pi * (1 + i / 6) for i in range(7)]
    )
    b += rect(0, 1062, W, 288, INK)
    return W, H, frame(W, H, BUTTER, b + letter("ODETTE", W / 2, 226, 130, INK, 18) + letter("100 ANS", W / 2, 1244, 124, BUTTER, 18, INK))


# ---- #NovaCardz: scenes ---------------------------------------------------------------------------------------------

SW, SH = 1200, 900


def small_card(r: random.Random, x: float, y: float, w: float, turn: float = 0) -> str:
    """A card seen from afar: paper border, one colour, one simple sign."""
    h, ground, sign = w * 1.25, r.choice((CORAL, BUTTER, SKY, MINT, INK)), r.randrange(6)
    mark = r.choice([c for c in (CORAL, BUTTER, PAPER, MINT, INK) if c != ground])
    m = w * 0.07
    out = rect(0, 0, w, h, PAPER) + rect(m, m, w - 2 * m, h - 2 * m, ground)
    cx, cy, q = w / 2, h * 0.44, w * 0.24
    out += [
        lambda: disc(cx, cy, q, mark),
        lambda: star(cx, cy, q * 1.15, mark, 5, 0.45),
        lambda: poly([(cx - q * 1.3, cy + q), (cx, cy - q), (cx + q * 1.3, cy + q)], mark),
        lambda: flower(cx, cy, q * 1.2, mark, PAPER),
        lambda: (
            rect(cx - q, cy - q * 0.7, q * 2, q * 1.4, mark, 3)
            + line(f"M{cx - q} {cy - q * 0.6} L{cx} {cy + q * 0.2} L{cx + q} {cy - q * 0.6}", ground, 4)
        ),
        lambda: disc(cx, cy, q, mark) + disc(cx + q * 0.4, cy - q * 0.3, q * 0.85, ground),
    ][sign]()
    out += rect(w * 0.24, h * 0.78, w * 0.52, h * 0.05, mark)
    return group(out, f"translate({x:.1f} {y:.1f}) rotate({turn:.1f} {w / 2:.1f} {h / 2:.1f})")


def scene_table(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, hatch(CORAL), extra='opacity=".25"')
    inside = disc(140, 250, 70, CORAL) + "".join(
        line(
            f"M{140 + 92 * math.cos(a):.0f} {250 + 92 * math.sin(a):.0f} L{140 + 118 * math.cos(a):.0f} {250 + 118 * math.sin(a):.0f}",
            CORAL,
            12,
        )
        for a in [i * math.pi / 5 for i in range(8)]
    )
    b += phone(400, 130, 300, INK, PAPER, group(inside, "scale(1.07)") + line("M60 460 q40 -40 90 0 t90 0", MINT, 16), -8)
    b += (
        small_card(r, 60, 80, 180, -14)
        + small_card(r, 120, 560, 200, 8)
        + mug(930, 130, 1.1, PAPER, INK, CORAL).replace("M45 -30", "M45 -14")
    )
    for i, c in enumerate((CORAL, MINT, PAPER, SKY)):
        pencil = rect(0, 0, 280, 24, c, 3) + poly([(0, 0), (0, 24), (-50, 12)], "#f2d3a8")
        pencil += poly([(-32, 8), (-32, 16), (-50, 12)], INK) + rect(250, 0, 30, 24, INK, 3)
        b += group(pencil, f"translate({850 + i * 6} {730 + i * 36}) rotate(-6)")
    skin, shade = "#c9855a", "#9c5f3c"
    b += path("M1210 310 L1080 380 C1040 410 1050 560 1100 600 L1210 640 Z", INK)
    b += path("M1080 380 L1108 364 C1070 420 1074 560 1130 611 L1100 600 C1050 560 1040 410 1080 380 Z", CORAL)
    b += path("M1090 386 C1010 350 930 360 890 410 C860 450 880 540 930 572 C990 604 1060 590 1100 590 C1056 550 1050 430 1090 386 Z", skin)
    b += line("M612 330 L930 470", INK, 22) + line("M600 324 L644 344", CORAL, 22)
    for finger in (
        "M960 556 C905 566 850 548 836 512",
        "M930 520 C880 524 826 500 812 464",
        "M960 400 C900 372 830 372 776 404",
        "M1000 500 C930 500 860 470 800 424",
    ):
        b += line(finger, shade, 56) + line(finger, skin, 48)
    b += path("M1090 386 C1030 358 960 362 940 386 C965 420 930 560 930 572 C990 604 1060 590 1100 590 C1056 550 1050 430 1090 386 Z", skin)
    return SW, SH, rect(0, 0, SW, SH, BUTTER) + b


def scene_mur(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, 780, SKY) + rect(0, 780, SW, 120, INK) + rect(0, 772, SW, 12, PAPER)
    for i in range(10):
        for j in range(5):
            if (i, j) in ((8, 3), (9, 3), (9, 4), (8, 4), (4, 4)):
                continue
            b += small_card(r, 26 + i * 116 + r.uniform(-7, 7), 24 + j * 146 + r.uniform(-7, 7), 94, r.uniform(-6, 6)) + disc(
                26 + i * 116 + 47, 32 + j * 146, 6, INK
            )
    b += line("M900 880 L1000 330 M1110 880 L1030 330", CORAL, 20) + "".join(
        line(f"M{918 + k * 17} {786 - k * 92} H{1096 - k * 13}", CORAL, 16) for k in range(5)
    )
    return SW, SH, b


def scene_crayons(r: random.Random) -> Drawing:
    b = rect(0, 620, SW, 280, CORAL) + rect(0, 620, SW, 16, INK) + disc(250, 250, 120, PAPER)
    for i in range(15):
        x, c = 80 + i * 56, (CORAL, INK, MINT, PAPER, INK)[i % 5]
        h = 300 + (i * 37 % 70)
        b += (
            rect(x, 640 - h, 40, h, c, 3)
            + poly([(x, 640 - h), (x + 40, 640 - h), (x + 20, 640 - h - 76)], "#f2d3a8")
            + poly([(x + 13, 640 - h - 50), (x + 27, 640 - h - 50), (x + 20, 640 - h - 76)], c)
            + rect(x + 26, 640 - h, 14, h, hatch(INK), extra='opacity=".3"')
        )
    b += (
        rect(1052, 340, 44, 300, CORAL, 3)
        + poly([(1052, 340), (1096, 340), (1074, 256)], "#f2d3a8")
        + path("M1074 160 q40 56 0 92 q-40 -36 0 -92 Z", CORAL)
        + path("M1074 200 q18 28 0 46 q-18 -18 0 -46 Z", PAPER)
    )
    b += "".join(
        line(
            f"M{1074 + 90 * math.cos(t):.0f} {214 + 90 * math.sin(t):.0f} L{1074 + 118 * math.cos(t):.0f} {214 + 118 * math.sin(t):.0f}",
            CORAL,
            10,
        )
        for t in [math.pi * (1 + i / 6) for i in range(7)]
    )
    return SW, SH, rect(0, 0, SW, SH, BUTTER) + b


def shop(r: random.Random, night: bool) -> str:
    wall, ground, glow = ("#2a2678", INK, BUTTER) if night else (PAPER, MINT, SKY)
    b = house_row(r, 760, -40, 1240, 420, 640, ("#25216c", "#2f2a84") if night else (SKY, CORAL), "#1d1a5e" if night else PAPER, 0.8)
    b += rect(160, 180, 880, 590, wall) + rect(0, 760, SW, 140, ground) + rect(0, 752, SW, 12, PAPER if not night else "#4a45b4")
    b += (
        rect(200, 360, 610, 350, glow)
        + rect(850, 360, 150, 402, glow)
        + rect(866, 376, 118, 300, PAPER if night else SKY)
        + disc(978, 580, 9, INK)
    )
    b += "".join(path(f"M{180 + i * 76} 290 h76 v60 a38 34 0 0 1 -76 0 Z", CORAL if i % 2 == 0 else PAPER) for i in range(11)) + rect(
        180, 270, 836, 24, INK
    )
    b += letter("NOVÉA", 600, 246, 40, BUTTER if night else INK, 17)
    for i, c in enumerate((INK, CORAL, INK, "#3a35a0")):
        x = 280 + i * 146
        b += disc(x, 500, 36, c) + path(f"M{x - 62} 640 C{x - 66} 560 {x - 30} 540 {x} 540 C{x + 40} 540 {x + 66} 570 {x + 60} 640 Z", c)
        b += line(f"M{x + 40} 590 L{x + 70} 622", c, 18) + rect(x - 70, 636, 140, 14, INK) + rect(x + 30, 618, 46, 10, PAPER)
    b += rect(200, 650, 610, 60, CORAL if night else INK) + rect(890, 440, 70, 46, CORAL, 6)
    return b


def scene_vitrine(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, INK)
        + sky(r, 20, 10, 1160, 170, 24, PAPER, 13)
        + disc(1080, 90, 54, BUTTER)
        + disc(1104, 76, 48, INK)
        + shop(r, True)
    )
    b += poly([(200, 768), (1000, 768), (1160, 900), (40, 900)], BUTTER, 'opacity=".28"')
    return SW, SH, b


def scene_rue(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, BUTTER) + disc(120, 110, 64, CORAL) + shop(r, False)
    for x, c, k in ((250, INK, 1.0), (370, CORAL, 0.9), (660, INK, 1.05), (760, PAPER, 0.6)):
        b += group(
            disc(0, -250, 36, c if c != PAPER else CORAL)
            + path("M-56 0 L-46 -170 C-42 -214 42 -214 46 -170 L56 0 Z", c)
            + line("M-18 0 V70 M18 0 V70", INK, 20),
            f"translate({x} 810) scale({k})",
        )
    return SW, SH, b


def scene_cafe(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, SKY)
        + poly([(0, 0), (520, 0), (1200, 620), (1200, 900), (900, 900)], BUTTER, 'opacity=".75"')
        + rect(0, 600, SW, 300, CORAL)
        + poly([(620, 600), (1178, 600), (1200, 620), (1200, 900), (930, 900)], "#ffa06a")
    )
    for x, y, c in ((160, 440, PAPER), (160, 285, MINT), (160, 130, INK), (420, 440, INK), (420, 285, PAPER), (880, 440, MINT)):
        b += (
            path(f"M{x} {y} h170 v100 c0 50 -30 66 -85 66 s-85 -16 -85 -66 Z", c)
            + line(f"M{x + 170} {y + 26} c56 -4 56 76 -2 76", c, 20)
            + rect(x, y + 38, 170, 20, CORAL if c != PAPER else INK)
            + path(f"M{x + 110} {y} h60 v100 c0 46 -26 62 -60 65 Z", hatch(INK if c != INK else SKY), 'opacity=".28"')
        )
    b += line("M560 720 L830 690", INK, 20) + line("M824 690 L846 688", PAPER, 16) + small_card(r, 620, 430, 130, 9)
    return SW, SH, b


def scene_enveloppes(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, MINT) + rect(0, 620, SW, 280, INK)
    for k in range(7):
        c = (PAPER, CORAL, BUTTER, SKY, PAPER, BUTTER, CORAL)[k]
        b += rect(230 + (k % 3) * 12 - 8, 560 - k * 54, 560, 64, c, 8) + rect(
            230 + (k % 3) * 12 - 8, 596 - k * 54, 560, 28, hatch(INK), 8, 'opacity=".2"'
        )
    b += rect(486, 236, 44, 388, INK) + line("M508 232 C420 120 380 210 508 236 C640 210 600 120 508 232", INK, 22)
    b += rect(860, 430, 250, 300, PAPER, 4, 'transform="rotate(9 985 580)"') + group(
        rect(-92, -112, 184, 224, CORAL) + star(0, -10, 80, BUTTER, 5, 0.46) + letter("NOVA", 0, 98, 24, PAPER, 18),
        "translate(985 580) rotate(9)",
    )
    b += line("M60 700 q60 -40 120 0 t120 0 M60 740 q60 -40 120 0 t120 0 M60 780 q60 -40 120 0 t120 0", SKY, 10)
    return SW, SH, b


def scene_fin(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, INK)
        + poly([(600, 210), (180, 640), (1020, 640)], BUTTER, 'opacity=".9"')
        + rect(0, 636, SW, 264, CORAL)
        + oval(600, 660, 410, 34, "#ffa06a")
    )
    b += (
        line("M600 0 V130", PAPER, 8)
        + path("M470 220 C480 140 540 120 600 120 C660 120 720 140 730 220 Z", PAPER)
        + oval(600, 220, 130, 14, BUTTER)
    )
    b += group(
        rect(0, 0, 190, 236, PAPER) + rect(14, 14, 162, 208, INK) + letter("VOILÀ", 95, 142, 44, BUTTER, 17, fit=130),
        "translate(440 500) rotate(-7)",
    )
    b += group(
        disc(0, 0, 40, "none", f'stroke="{INK}" stroke-width="16"') + line("M40 0 H170 M140 0 V34 M166 0 V26", INK, 16),
        "translate(720 690) rotate(8)",
    ) + line("M80 760 h260 M860 800 h220", INK, 8, 'opacity=".4"')
    return SW, SH, b


def scene_boulangerie(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, INK)
        + sky(r, 20, 20, 1160, 220, 22, PAPER, 14)
        + disc(960, 210, 130, BUTTER)
        + disc(960, 210, 190, BUTTER, 'opacity=".25"')
        + rect(0, 640, SW, 260, CORAL)
    )
    b += oval(600, 690, 500, 90, PAPER) + oval(600, 680, 450, 70, SKY)
    for x, y in ((280, 600), (460, 560), (640, 560), (820, 600), (370, 650), (560, 640), (740, 650)):
        b += path(
            f"M{x - 100} {y + 40} C{x - 90} {y - 70} {x + 90} {y - 70} {x + 100} {y + 40} C{x + 40} {y + 66} {x - 40} {y + 66} {x - 100} {y + 40} Z",
            BUTTER,
            f'stroke="{INK}" stroke-width="7"',
        )
        b += line(
            f"M{x - 60} {y + 30} C{x - 50} {y - 14} {x - 34} {y - 26} {x - 22} {y - 34} M{x} {y + 42} V{y - 36} M{x + 60} {y + 30} C{x + 50} {y - 14} {x + 34} {y - 26} {x + 22} {y - 34}",
            CORAL,
            10,
        )
    b += line("M420 470 q-26 -40 0 -80 t0 -80 M600 450 q-26 -40 0 -80 t0 -80 M780 470 q-26 -40 0 -80 t0 -80", PAPER, 12)
    return SW, SH, b


def scene_lettres(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, SKY) + disc(1010, 190, 110, BUTTER) + path("M0 760 C300 680 700 800 1200 700 V900 H0 Z", MINT)
    for row, y in enumerate((170, 470)):
        b += line(f"M-20 {y} Q600 {y + 110} 1220 {y}", INK, 6)
        for i in range(6):
            x = 60 + i * 190 + row * 40
            t = (x + 70) / 1200
            yy = y + 4 * 55 * t * (1 - t) - 6
            c = (PAPER, BUTTER, PAPER, CORAL, PAPER, MINT)[(i + row * 2) % 6]
            ink = INK
            sheet = (
                rect(0, 0, 140, 180, c)
                + "".join(line(f"M20 {40 + k * 26} q12 -14 24 0 t24 0 t24 0 t{24 if k % 2 else 10} 0", ink, 5) for k in range(3))
                + [
                    star(70, 140, 26, CORAL if c != CORAL else BUTTER, 5, 0.45),
                    disc(70, 140, 20, MINT if c != MINT else CORAL),
                    flower(70, 140, 30, CORAL if c != CORAL else PAPER, INK),
                ][(i + row) % 3]
            )
            b += group(
                sheet + rect(26, -16, 14, 34, INK, 3) + rect(100, -16, 14, 34, INK, 3),
                f"translate({x} {yy:.0f}) rotate({r.uniform(-5, 5):.1f})",
            )
    return SW, SH, b


def scene_cheminee(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, 720, MINT)
        + rect(0, 0, SW, 720, lines(SKY), extra='opacity=".35"')
        + rect(0, 720, SW, 180, CORAL)
        + "".join(line(f"M{i * 160 + 40} 900 L{i * 130 + 120} 724", INK, 4, 'opacity=".35"') for i in range(9))
    )
    b += (
        rect(350, 340, 500, 390, PAPER)
        + rect(310, 290, 580, 60, PAPER, 6)
        + rect(310, 334, 580, 16, hatch(INK), extra='opacity=".35"')
        + path("M440 730 V500 A160 110 0 0 1 760 500 V730 Z", INK)
    )
    b += group(
        rect(0, 0, 84, 104, PAPER, 0, f'stroke="{INK}" stroke-width="4"')
        + rect(8, 8, 68, 88, SKY)
        + poly([(18, 66), (42, 34), (66, 66)], CORAL)
        + rect(26, 66, 32, 22, PAPER),
        "translate(560 184) rotate(-4)",
    )
    b += (
        rect(60, 520, 200, 200, BUTTER)
        + line("M60 520 h200 M160 520 v60", INK, 8)
        + rect(120, 400, 170, 122, BUTTER)
        + rect(940, 90, 180, 260, SKY, 4, f'stroke="{PAPER}" stroke-width="18"')
        + line("M1030 90 v260 M940 220 h180", PAPER, 12)
        + rect(980, 580, 150, 140, "#ffb45e")
        + line("M980 580 h150", INK, 8)
    )
    return SW, SH, b


def scene_salle(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, 560, SKY)
        + rect(0, 0, SW, 560, dots(PAPER), extra='opacity=".5"')
        + rect(110, 70, 300, 340, PAPER)
        + rect(132, 92, 256, 296, BUTTER)
        + line("M260 92 v296 M132 240 h256", PAPER, 14)
    )
    b += path("M132 92 h90 c10 120 -30 200 -90 240 Z M388 92 h-90 c-10 120 30 200 90 240 Z", CORAL)
    b += (
        poly([(60, 560), (1140, 560), (1320, 900), (-120, 900)], PAPER)
        + poly([(60, 560), (1140, 560), (1320, 900), (-120, 900)], check(CORAL))
        + rect(58, 548, 1084, 16, INK)
    )
    b += (
        path("M640 640 L662 470 h96 L780 640 Z", MINT)
        + path("M662 470 c0 -70 96 -70 96 0 Z", INK)
        + disc(696, 440, 5, PAPER)
        + disc(712, 432, 5, PAPER)
        + disc(726, 442, 5, PAPER)
        + path("M730 470 h28 L780 640 h-38 Z", hatch(INK), 'opacity=".35"')
    )
    cake = (
        rect(0, 0, 180, 225, PAPER, 0, f'stroke="{INK}" stroke-width="5"')
        + rect(14, 14, 152, 197, BUTTER)
        + rect(40, 130, 100, 40, CORAL, 6)
        + rect(54, 96, 72, 36, INK, 6)
        + rect(66, 66, 48, 32, CORAL, 6)
        + "".join(rect(70 + i * 10, 46, 4, 20, INK) for i in range(5))
        + rect(146, 128, 8, 42, MINT)
        + path("M150 104 q9 14 0 22 q-9 -8 0 -22 Z", CORAL)
        + letter("100 ANS", 90, 200, 16, INK, 18)
    )
    b += (
        group(cake, "translate(470 436) rotate(-5)")
        + oval(920, 690, 120, 26, INK, 'opacity=".2"')
        + path("M830 590 h180 v60 c0 40 -40 50 -90 50 s-90 -10 -90 -50 Z", INK)
        + line("M1010 606 c50 0 50 60 -4 60", INK, 16)
        + line("M890 570 q-18 -30 0 -56 t0 -50 M950 570 q-18 -30 0 -56 t0 -50", PAPER, 9)
    )
    return SW, SH, b


def scene_horloge(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, INK) + sky(r, 20, 20, 1160, 300, 26, SKY, 13) + disc(600, 330, 270, CORAL) + disc(600, 330, 226, PAPER)
    for i in range(12):
        a = i * math.pi / 6
        b += line(
            f"M{600 + 196 * math.sin(a):.1f} {330 - 196 * math.cos(a):.1f} L{600 + (168 if i % 3 else 150) * math.sin(a):.1f} {330 - (168 if i % 3 else 150) * math.cos(a):.1f}",
            INK,
            12 if i % 3 else 18,
        )
    hour, minute = 2 * math.pi * (3 + 7 / 60) / 12, 2 * math.pi * 7 / 60
    b += (
        line(f"M600 330 L{600 + 96 * math.sin(hour):.1f} {330 - 96 * math.cos(hour):.1f}", INK, 24)
        + line(f"M600 330 L{600 + 150 * math.sin(minute):.1f} {330 - 150 * math.cos(minute):.1f}", CORAL, 14)
        + disc(600, 330, 18, INK)
    )
    b += rect(0, 690, SW, 210, CORAL) + rect(0, 690, SW, 16, PAPER)
    for k in range(9):
        b += small_card(r, 130 + k * 104 + r.uniform(-8, 8), 610 + r.uniform(-14, 14), 116, r.uniform(-16, 16))
    return SW, SH, b


def cover_novacardz(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, 1600, 900, INK)
        + sky(r, 20, 20, 1560, 620, 70, PAPER, 15)
        + disc(1230, 300, 230, CORAL)
        + path("M1000 300 A230 230 0 0 0 1460 300 Z", lines(INK), 'opacity=".18"')
    )
    b += house_row(r, 900, -30, 1640, 150, 330, ("#2a2678", "#332e8c"), BUTTER, 0.22) + house_row(
        r, 900, -60, 1640, 40, 150, ("#14124a",), BUTTER, 0.3
    )
    b += poly([(246, 560), (494, 560), (1120, -60), (560, -60)], "#2f2a86")
    b += phone(240, 500, 260, PAPER, BUTTER, star(130, 180, 74, CORAL, 5, 0.45), 0)
    trail = [
        (420, 430, 92, -18),
        (560, 330, 104, 12),
        (500, 190, 96, -8),
        (720, 230, 116, -14),
        (690, 440, 104, 20),
        (880, 120, 120, 10),
        (900, 340, 128, -9),
        (1090, 200, 140, 14),
        (1080, 470, 128, -16),
        (1290, 110, 150, -8),
        (1300, 380, 160, 11),
        (850, 560, 110, 8),
    ]
    return 1600, 900, b + "".join(small_card(r, *c) for c in trail)


# ---- people ---------------------------------------------------------------------------------------------------------

SKINS = ("#f2cdb0", "#e0a97f", "#b97b50", "#8a5635", "#5f3a25", "#f7dcc8")
# of each portrait: ground, clothes, skin, hair, its colour, and what is worn besides
PEOPLE: dict[str, tuple[str, str, int, str, str, str]] = {
    "aline": (SKY, CORAL, 0, "bob", INK, ""), "barnabe": (BUTTER, INK, 2, "short", "#2b1d17", "beard"),
    "celeste": (CORAL, PAPER, 3, "curls", "#2b1d17", "earrings"), "dimitri": (MINT, INK, 5, "bald", INK, "glasses"),
    "eulalie": ("#7c5cc4", BUTTER, 1, "bun", "#7a3b1d", ""), "fanta": (BUTTER, "#c2185b", 4, "wrap", CORAL, "earrings"),
    "gwenael": ("#1f7a8c", BUTTER, 0, "short", "#c8742b", "beard"), "honorine": ("#f4a6b7", INK, 5, "bob", "#d9d4cb", "glasses"),
    "imane": ("#2f6f4f", PAPER, 1, "wrap", MINT, ""), "jules": (INK, CORAL, 0, "cap", CORAL, ""),
    "kofi": (CORAL, SKY, 4, "short", "#1c1410", "glasses"), "lison": (PAPER, MINT, 5, "long", "#e3b04b", ""),
    "moussa": ("#e07a1f", INK, 4, "bald", INK, "beard"), "nora": (SKY, "#7c5cc4", 1, "curls", "#4a2a1a", ""),
    "octave": ("#8fb339", PAPER, 0, "long", INK, "glasses"), "noura": ("#a63d57", BUTTER, 1, "long", "#1c1410", "earrings"),
    "ori": ("#274690", MINT, 0, "curls", "#7a3b1d", ""), "tao": (MINT, CORAL, 5, "bob", "#1c1410", ""),
}  # fmt: skip


def hair(kind: str, colour: str) -> tuple[str, str]:
    """What lies behind the head, and before it."""
    fringe = path("M222 330 C222 210 300 170 362 170 C430 170 500 214 500 330 C470 270 420 250 360 250 C300 250 252 276 222 330 Z", colour)
    behind = {
        "bob": path(
            "M206 340 C196 190 280 140 362 140 C446 140 528 192 516 340 C514 430 520 480 500 520 H222 C202 480 208 430 206 340 Z", colour
        ),
        "long": path(
            "M196 350 C188 190 280 132 362 132 C446 132 534 190 528 350 C528 500 548 640 556 760 H168 C176 640 196 500 196 350 Z", colour
        ),
        "curls": "".join(
            disc(362 + 176 * math.cos(a), 296 + 150 * math.sin(a), 74, colour) for a in [math.pi * (0.86 + k * 0.16) for k in range(9)]
        )
        + disc(362, 250, 150, colour),
        "bun": disc(362, 116, 76, colour) + oval(362, 290, 156, 150, colour),
        "short": oval(362, 280, 152, 132, colour),
        "wrap": oval(362, 268, 172, 160, colour) + disc(470, 128, 62, colour),
    }
    before = {"short": fringe, "bob": fringe, "long": fringe, "bun": fringe,
              "wrap": path("M204 322 C214 176 300 132 362 132 C430 132 514 180 520 322 C470 236 420 232 362 232 C300 232 250 240 204 322 Z", colour),
              "cap": path("M206 296 C206 180 290 140 362 140 C436 140 518 180 518 296 Z", colour) + rect(206, 280, 410, 34, INK, 17)}  # fmt: skip
    return behind.get(kind, ""), before.get(kind, "")


def portrait(r: random.Random, name: str) -> Drawing:
    """A face of few shapes: colours are told apart at the size of a stamp."""
    ground, clothes, tone, style, colour, worn = PEOPLE[name]
    skin, (behind, before) = SKINS[tone], hair(style, colour)
    b = rect(0, 0, 720, 720, ground) + disc(590, 150, 210, dots(PAPER), 'opacity=".35"') + behind
    b += path("M60 760 C70 610 190 560 300 548 H424 C534 560 652 610 662 760 Z", clothes) + rect(304, 440, 116, 130, skin, 40)
    b += path("M304 486 C340 520 390 520 420 486 V520 C390 552 336 552 304 520 Z", INK, 'opacity=".14"')
    b += oval(362, 344, 136, 164, skin) + before
    b += disc(312, 348, 13, INK) + disc(412, 348, 13, INK) + line("M322 424 Q362 462 402 424", INK, 11)
    b += (
        line("M362 352 q14 34 -6 44", INK, 7, 'opacity=".45"')
        + disc(282, 398, 24, CORAL, 'opacity=".28"')
        + disc(442, 398, 24, CORAL, 'opacity=".28"')
    )
    if worn == "beard":
        b += path(
            "M228 372 C240 500 300 526 362 526 C424 526 486 500 496 372 C470 420 430 404 362 404 C296 404 256 420 228 372 Z",
            colour if style != "bald" else "#1c1410",
        )
        b += line("M326 446 Q362 470 398 446", PAPER, 9)
    if worn == "glasses":
        b += "".join(disc(x, 348, 46, "none", f'stroke="{INK}" stroke-width="10"') for x in (310, 414)) + line(
            "M352 340 q10 -8 20 0", INK, 10
        )
    if worn == "earrings":
        b += disc(222, 420, 17, BUTTER) + disc(502, 420, 17, BUTTER)
    return 720, 720, b


def logo_novea(r: random.Random) -> Drawing:
    mark = rect(20, 20, 150, 200, "#3527c4", 34) + star(95, 120, 66, "#ff6a4d", 4, 0.3) + disc(138, 62, 12, "#ffffff")
    return 790, 240, mark + letter("NOVÉA", 220, 184, 116, "#3527c4", 17, anchor="start")


# ---- Harbour & Thistle ----------------------------------------------------------------------------------------------

PLUM, HEATHER, OCHRE, CREAM, SAGE, ROSE, SLATE = "#4f2247", "#a98bbd", "#dd9a34", "#f8f0e1", "#86a58b", "#dd7f88", "#27354a"
HT_NAMES = {PLUM: "plum", HEATHER: "heather", OCHRE: "ochre", CREAM: "cream", SAGE: "sage", ROSE: "rose", SLATE: "slate"}


def thistle(x: float, y: float, s: float, head: str = HEATHER, leaf: str = SAGE, crown: str = PLUM) -> str:
    out = line("M0 0 C-10 120 10 240 0 380", leaf, 16)
    for side in (-1, 1):
        out += group(
            path("M0 0 L60 -40 L54 -8 L120 -50 L108 -8 L180 -40 L140 20 L90 24 L60 40 L24 30 Z", leaf),
            f"translate(0 {230 + side * 30}) scale({side} 1)",
        )
    out += "".join(path("M-9 0 L0 -170 L9 0 Z", head, f'transform="rotate({a})"') for a in range(-56, 57, 8))
    out += path("M-74 0 C-84 60 -40 104 0 104 C40 104 84 60 74 0 C40 22 -40 22 -74 0 Z", crown) + line(
        "M-54 24 L-20 84 M-22 32 L4 92 M22 32 L-4 92 M54 24 L20 84", head, 6
    )
    return group(out, f"translate({x} {y}) scale({s})")


def teapot(x: float, y: float, s: float, body: str, band: str, lid: str) -> str:
    out = line("M190 -20 C330 -60 330 150 170 120", body, 34) + path(
        "M-170 40 C-300 30 -300 -130 -390 -160 L-350 -190 C-230 -150 -220 -40 -150 -40 Z", body
    )
    out += oval(0, 40, 230, 180, body) + path(
        "M-224 10 C-100 60 100 60 224 10 C232 40 230 70 222 90 C100 140 -100 140 -222 90 C-230 70 -232 40 -224 10 Z", band
    )
    out += path("M-120 -118 C-90 -170 90 -170 120 -118 Z", lid) + disc(0, -178, 24, lid) + rect(-110, 204, 220, 26, lid, 10)
    return group(out, f"translate({x} {y}) scale({s})")


def teacup(x: float, y: float, s: float, body: str, band: str, saucer: str) -> str:
    out = (
        oval(0, 118, 210, 34, saucer)
        + path("M-130 -60 H130 C130 60 80 110 0 110 C-80 110 -130 60 -130 -60 Z", body)
        + path("M-128 -30 H128 C126 -10 122 8 116 22 H-116 C-122 8 -126 -10 -128 -30 Z", band)
    )
    out += line("M126 -36 C210 -50 210 50 108 44", body, 18) + oval(0, -60, 130, 22, "#8a4b22")
    return group(out, f"translate({x} {y}) scale({s})")


def boat(x: float, y: float, s: float, hull: str, sail: str) -> str:
    return group(
        path("M-150 0 H150 C130 60 90 80 60 80 H-70 C-110 80 -140 50 -150 0 Z", hull)
        + rect(-6, -260, 12, 262, SLATE)
        + path("M14 -250 C90 -170 120 -80 130 -20 H14 Z", sail)
        + path("M-14 -220 C-70 -150 -100 -80 -110 -20 H-14 Z", CREAM),
        f"translate({x} {y}) scale({s})",
    )


def ht_cup(r: random.Random) -> Drawing:
    b = (
        disc(540, 480, 330, OCHRE)
        + line("M460 330 q-50 -80 0 -150 t0 -150 M540 330 q-50 -80 0 -150 t0 -150 M620 330 q-50 -80 0 -150 t0 -150", CREAM, 18)
        + rect(0, 800, W, 550, PLUM)
        + teacup(540, 720, 2.0, CREAM, HEATHER, ROSE)
    )
    return (
        W,
        H,
        frame(
            W, H, SAGE, b + letter("FIRST FLUSH", W / 2, 1130, 90, CREAM, 16, fit=860) + letter("FRIDAY", W / 2, 1256, 84, OCHRE, 17), CREAM
        ),
    )


def ht_pot(r: random.Random) -> Drawing:
    b = (
        "".join(
            path(
                f"M540 620 L{540 + 1300 * math.cos(a):.0f} {620 + 1300 * math.sin(a):.0f} L{540 + 1300 * math.cos(a + 0.13):.0f} {620 + 1300 * math.sin(a + 0.13):.0f} Z",
                "#b79bc8",
            )
            for a in [i * math.pi / 12 for i in range(24)]
        )
        + rect(0, 880, W, 470, SLATE)
        + oval(540, 900, 430, 50, CREAM)
    )
    return (
        W,
        H,
        frame(
            W,
            H,
            HEATHER,
            b
            + teapot(560, 660, 1.12, PLUM, OCHRE, CREAM)
            + letter("SHALL I", W / 2, 1120, 76, SAGE, 16)
            + letter("BE MOTHER", W / 2, 1250, 84, CREAM, 17, fit=860),
            CREAM,
        ),
    )


def ht_thistle(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, W, H, dots(CREAM), extra='opacity=".5"')
        + thistle(300, 560, 1.3)
        + thistle(800, 620, 1.2, ROSE)
        + thistle(540, 420, 1.7)
        + path("M0 1010 C300 930 760 930 1080 1010 V1350 H0 Z", PLUM)
    )
    return W, H, frame(W, H, OCHRE, b + letter("FOR MORAG", W / 2, 1230, 110, CREAM, 17, fit=860), CREAM)


def ht_scone(r: random.Random) -> Drawing:
    b = disc(540, 560, 430, ROSE) + oval(540, 900, 440, 70, CREAM) + oval(540, 890, 360, 46, HEATHER)
    b += (
        path("M250 860 C220 760 260 700 540 700 C820 700 860 760 830 860 C760 900 320 900 250 860 Z", OCHRE)
        + path("M236 700 C260 640 820 640 844 700 C820 760 700 730 640 770 C560 740 480 790 400 750 C340 770 270 750 236 700 Z", CREAM)
        + path("M300 650 C330 600 760 600 790 650 C740 700 640 670 560 690 C480 680 360 700 300 650 Z", "#b8324f")
    )
    b += (
        path("M290 610 C260 470 350 380 540 380 C730 380 820 470 790 610 C700 650 380 650 290 610 Z", OCHRE)
        + path("M600 384 C740 400 810 480 790 610 C750 628 690 636 640 640 C700 560 690 460 600 384 Z", hatch(PLUM), 'opacity=".25"')
        + "".join(disc(x, y, 13, PLUM) for x, y in ((400, 480), (500, 440), (620, 500), (460, 560), (700, 560), (560, 590)))
    )
    b += rect(0, 1030, W, 320, PLUM)
    return (
        W,
        H,
        frame(W, H, SAGE, b + letter("JAM FIRST", W / 2, 1150, 84, CREAM, 16) + letter("CALLUM", W / 2, 1268, 76, OCHRE, 17), CREAM),
    )


def ht_harbour(r: random.Random) -> Drawing:
    b = (
        disc(900, 220, 110, OCHRE)
        + house_row(r, 560, -20, 1240, 170, 330, (CREAM, ROSE, HEATHER, OCHRE), SLATE, 0.75)
        + rect(0, 556, SW, 30, PLUM)
    )
    b += "".join(swell(-80, 620 + i * 64, 1400, 7, 18, c, 300) for i, c in enumerate((SLATE, "#31435c", SLATE, "#31435c", SLATE)))
    return SW, SH, rect(0, 0, SW, SH, SAGE) + b + boat(330, 690, 1.0, ROSE, OCHRE) + boat(820, 760, 1.25, CREAM, HEATHER)


def ht_window(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, PLUM)
        + rect(120, 150, 960, 560, "#f3c573")
        + rect(120, 150, 960, 560, "none", 0, f'stroke="{CREAM}" stroke-width="22"')
        + line("M600 150 v560", CREAM, 16)
    )
    b += "".join(path(f"M{100 + i * 100} 96 h100 v70 a50 42 0 0 1 -100 0 Z", ROSE if i % 2 else CREAM) for i in range(10)) + letter(
        "HARBOUR & THISTLE", 600, 72, 40, CREAM, 15
    )
    for k, (y, xs) in enumerate(((400, (220, 370, 520, 700, 850, 980)), (640, (240, 420, 560, 720, 900)))):
        b += rect(150, y, 900, 16, PLUM)
        for i, x in enumerate(xs):
            c = (OCHRE, ROSE, CREAM, SAGE)[(i + k) % 4]
            b += [
                path(f"M{x - 60} {y} C{x - 60} {y - 110} {x + 60} {y - 110} {x + 60} {y} Z", c)
                + line(f"M{x - 30} {y - 40} l24 -20 M{x + 4} {y - 44} l24 -20", PLUM, 7),
                rect(x - 50, y - 60, 100, 60, c, 8) + rect(x - 50, y - 60, 100, 20, PLUM, 6) + disc(x, y - 74, 14, ROSE),
                rect(x - 34, y - 130, 68, 130, c, 8) + rect(x - 34, y - 92, 68, 44, PLUM) + rect(x - 26, y - 146, 52, 20, SLATE, 6),
            ][(i + k) % 3]
    return SW, SH, b + rect(0, 770, SW, 130, SLATE) + thistle(60, 560, 0.7) + thistle(1140, 570, 0.66, ROSE)


def ht_leaf(r: random.Random) -> Drawing:
    b = rect(0, 0, SW, SH, OCHRE) + disc(600, 450, 380, CREAM)
    for x, y, a, s in ((600, 640, -90, 1.5), (600, 560, -150, 1.15), (600, 560, -30, 1.15)):
        b += group(
            path("M0 0 C80 -110 260 -120 340 0 C260 120 80 110 0 0 Z", SAGE)
            + path("M0 0 C80 110 260 120 340 0 Z", hatch(SLATE), 'opacity=".35"')
            + line("M0 0 H330 M70 0 l50 -50 M130 0 l56 -56 M190 0 l50 -50 M70 0 l50 50 M130 0 l56 56 M190 0 l50 50", SLATE, 7),
            f"translate({x} {y}) rotate({a}) scale({s})",
        )
    return SW, SH, b + line("M600 640 V780", SLATE, 20)


def ht_kitchen(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, SW, SH, SLATE)
        + rect(0, 0, SW, 560, check("#86a58b"), extra='opacity=".25"')
        + rect(0, 600, SW, 300, OCHRE)
        + rect(0, 590, SW, 20, CREAM)
    )
    for x, c in ((170, ROSE), (420, CREAM), (670, HEATHER)):
        b += path(f"M{x - 100} 600 C{x - 110} 470 {x - 60} 420 {x} 420 C{x + 60} 420 {x + 110} 470 {x + 100} 600 Z", c) + line(
            f"M{x - 44} 470 q20 -14 44 -10 M{x - 60} 520 q50 -30 110 -6", PLUM, 7
        )
    b += (
        line("M760 760 L1120 640", CREAM, 64)
        + line("M700 780 L752 762 M1126 638 L1180 620", PLUM, 26)
        + disc(930, 250, 130, CREAM)
        + disc(930, 250, 110, PLUM)
        + line("M930 250 V170 M930 250 L980 284", CREAM, 12)
        + "".join(disc(r.uniform(60, 700), r.uniform(660, 860), r.uniform(4, 10), CREAM) for _ in range(46))
    )
    return SW, SH, b


def ht_tin(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, W, H, lines(OCHRE), extra='opacity=".4"')
        + rect(250, 330, 580, 720, PLUM, 26)
        + rect(220, 240, 640, 120, SLATE, 22)
        + rect(250, 520, 580, 340, CREAM)
        + rect(250, 548, 580, 12, ROSE)
        + rect(250, 820, 580, 12, ROSE)
        + thistle(540, 640, 0.55)
    )
    b += (
        rect(760, 360, 70, 690, hatch(SLATE), extra='opacity=".4"')
        + letter("NO. 1", 540, 470, 60, OCHRE, 17)
        + letter("TOP SHELF", 540, 980, 56, HEATHER, 16)
    )
    return W, H, frame(W, H, HEATHER, b + letter("FOR DAD", W / 2, 1236, 100, PLUM, 17), CREAM)


def ht_rain(r: random.Random) -> Drawing:
    b = (
        "".join(line(f"M{r.uniform(40, 1040):.0f} {r.uniform(40, 1000):.0f} l-18 62", HEATHER if i % 3 else CREAM, 7) for i in range(110))
        + path(
            "M120 640 C140 350 380 250 540 250 C700 250 940 350 960 640 C900 590 790 590 750 640 C690 590 600 590 540 640 C480 590 390 590 330 640 C290 590 180 590 120 640 Z",
            ROSE,
        )
        + path("M540 250 C430 330 340 470 330 640 C390 590 480 590 540 640 C600 590 690 590 750 640 C740 470 650 330 540 250 Z", CREAM)
        + line("M540 620 V900 C540 960 640 960 640 890", OCHRE, 22)
        + teacup(330, 900, 0.9, CREAM, OCHRE, ROSE)
    )
    return W, H, frame(W, H, SLATE, b + rect(0, 1060, W, 290, PLUM) + letter("STILL OPEN", W / 2, 1236, 96, CREAM, 16, fit=860), CREAM)


def ht_stand(r: random.Random) -> Drawing:
    b = disc(540, 520, 410, CREAM) + rect(530, 180, 20, 760, PLUM) + line("M540 180 C500 120 580 120 540 180", PLUM, 14)
    for y, w in ((420, 190), (660, 290), (900, 390)):
        b += oval(540, y, w, 26, PLUM) + oval(540, y - 6, w, 20, HEATHER)
        n = w // 62
        for i in range(int(n)):
            x = 540 - w + 70 + i * (2 * w - 140) / max(1, n - 1)
            c = (ROSE, OCHRE, SAGE)[(i + y // 240) % 3]
            b += path(f"M{x - 42} {y - 10} C{x - 42} {y - 96} {x + 42} {y - 96} {x + 42} {y - 10} Z", c) + disc(x, y - 82, 12, "#b8324f")
    return (
        W,
        H,
        frame(
            W,
            H,
            ROSE,
            b + rect(0, 1050, W, 300, SLATE) + letter("NINETY", W / 2, 1148, 72, OCHRE, 16) + letter("ISOBEL", W / 2, 1268, 84, CREAM, 17),
            CREAM,
        ),
    )


def ht_fox(r: random.Random) -> Drawing:
    b = (
        disc(540, 470, 330, CREAM)
        + path("M300 860 L270 300 L440 470 H640 L810 300 L780 860 C700 990 380 990 300 860 Z", OCHRE)
        + path("M540 960 C400 940 310 820 300 660 C400 640 500 720 540 820 C580 720 680 640 780 660 C770 820 680 940 540 960 Z", CREAM)
    )
    b += (
        disc(420, 620, 24, SLATE)
        + disc(660, 620, 24, SLATE)
        + oval(540, 850, 44, 32, SLATE)
        + poly([(300, 380), (322, 470), (390, 470)], SLATE)
        + poly([(780, 380), (758, 470), (690, 470)], SLATE)
        + path("M300 860 C380 990 700 990 780 860 L800 960 H280 Z", ROSE)
    )
    return (
        W,
        H,
        frame(
            W,
            H,
            SAGE,
            b
            + rect(0, 950, W, 400, PLUM)
            + letter("THE BISCUIT", W / 2, 1090, 80, CREAM, 16, fit=860)
            + letter("WAS MINE", W / 2, 1230, 90, OCHRE, 17),
            CREAM,
        ),
    )


def ht_cover(r: random.Random) -> Drawing:
    b = (
        rect(0, 0, 1600, 900, HEATHER)
        + disc(1180, 360, 300, OCHRE)
        + path(
            "M0 640 C240 520 420 560 620 500 C700 420 760 420 800 440 L840 380 H960 L1000 440 C1160 470 1300 560 1600 520 V900 H0 Z",
            "#8b6a9f",
        )
    )
    b += house_row(r, 760, -30, 1640, 110, 240, (CREAM, ROSE, "#e9b35e", SAGE), SLATE, 0.7) + "".join(
        swell(-100, 730 + i * 56, 1800, 9, 14, c, 300) for i, c in enumerate((SLATE, "#31435c", SLATE, "#31435c"))
    )
    return (
        1600,
        900,
        b
        + oval(480, 822, 330, 32, CREAM)
        + teapot(500, 570, 1.08, PLUM, ROSE, CREAM)
        + thistle(1500, 440, 1.1, ROSE)
        + boat(1000, 770, 0.8, ROSE, HEATHER)
        + boat(1300, 820, 0.9, CREAM, OCHRE),
    )


def logo_harbour(r: random.Random) -> Drawing:
    return (
        1100,
        240,
        group(thistle(0, 0, 0.42, "#8d5f9c", "#5c8266", "#6b2f5e"), "translate(100 88)")
        + letter("HARBOUR & THISTLE", 210, 160, 72, "#6b2f5e", 14, anchor="start", fit=860),
    )


# ---- Harbour & Thistle: exports -------------------------------------------------------------------------------------

FIRST, LAST, CUT = date(2025, 9, 1), date(2026, 9, 30), date(2026, 9, 20)  # the last Facebook download stops at the cut
FRIDAYS = (date(2026, 5, 8), date(2026, 5, 15), date(2026, 5, 22), date(2026, 5, 29))
SHUT = (date(2026, 2, 9), date(2026, 2, 13))  # a burst pipe in the kitchen
SEASON = {9: 1.0, 10: 0.94, 11: 1.08, 12: 1.52, 1: 0.74, 2: 0.82, 3: 0.92, 4: 1.0, 5: 1.16, 6: 1.05, 7: 1.22, 8: 1.7}
WEEKDAY = (0.86, 0.88, 0.94, 1.0, 1.12, 1.2, 1.04)
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
PAGE, PROFILE = "Harbour & Thistle", "harbourandthistle"

CAPTIONS = (
    "Scones at eight, gone by ten. We are sorry and also quite proud.",
    "Soup of the day: leek, and no further questions.",
    "The window seat is free. It never is. Run.",
    "New in the tin: Harbour Breakfast, a touch stronger than last year's.\nTell us if it is too much.",
    "Rain, so: cardamom buns, both counters.",
    "Morag has been here nineteen years today. She would rather we did not mention it.",
    "Gluten-free Thursday: lemon drizzle, and the good brownies.",
    "We close at five on Sunday. Dogs may finish their biscuits.",
    "How to warm a pot properly, in eleven seconds ☕",
    "Wholesale tea for offices: the nice kind. Link in bio.",
)
FLUSH = "Bring a story, the first cup is ours. #FirstFlushFriday"


def days() -> list[date]:
    return [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]


def months() -> list[tuple[date, date]]:
    """First and last day of each month."""
    out, first = [], FIRST
    while first <= LAST:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        out.append((first, following - timedelta(days=1)))
        first = following
    return out


def demand(day: date, social: bool) -> float:
    """How busy a day is, around 1."""
    factor = SEASON[day.month] * WEEKDAY[day.weekday()] * (1 + 0.14 * (day - FIRST).days / 395)
    if SHUT[0] <= day <= SHUT[1]:
        factor *= 0.45 if not social else 1.1
    gap = min((abs((day - friday).days) for friday in FRIDAYS), default=99)
    if social and gap <= 2:
        factor *= (2.6, 1.6, 1.2)[gap]
    return factor


def daily(name: str, base: int, followers: int) -> dict[date, dict[str, int]]:
    r, out = random.Random(f"{SEED}:daily:{name}"), {}
    for day in days():
        views = int(base * demand(day, True) * r.uniform(0.88, 1.13))
        gained = int(views * r.uniform(0.0022, 0.0046))
        followers += gained - r.randint(2, 7)
        out[day] = {
            "views": views, "reach": int(views * r.uniform(0.58, 0.7)), "interactions": int(views * r.uniform(0.034, 0.052)),
            "link_clicks": int(views * r.uniform(0.004, 0.009)), "visits": int(views * r.uniform(0.012, 0.02)), "follows": gained, "followers": followers,
        }  # fmt: skip
    return out


@dataclass(frozen=True)
class Post:
    id: str
    number: int
    when: datetime
    text: str
    kind: str
    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    saves: int
    follows: int
    clicks: int
    links: int


def posts(name: str, base: int, per_week: float) -> list[Post]:
    r = random.Random(f"{SEED}:posts:{name}")
    out: list[Post] = []
    for day in days():
        friday = day in FRIDAYS
        count = int(per_week / 7 + r.random()) + (1 if friday else 0)
        for k in range(count):
            views = int(base * demand(day, True) * r.lognormvariate(0, 0.45) * (1.5 if friday and k == 0 else 1))
            text = FLUSH if friday and k == 0 else r.choice(CAPTIONS)
            rate, n = r.uniform(0.03, 0.07), len(out) + 1
            out.append(
                Post(
                    id=str((17950000000000000 if name == "instagram" else 122200000000000) + n * 104729 + r.randint(0, 900)),
                    number=n,
                    when=datetime(day.year, day.month, day.day, r.choice((8, 10, 12, 16, 18)), r.choice((0, 5, 20, 40))),  # noqa: DTZ001 (as exports write it)
                    text=text,
                    kind=r.choice(("photo", "photo", "carousel", "video")),
                    views=views,
                    reach=int(views * r.uniform(0.74, 0.9)),
                    likes=int(views * rate * 0.8),
                    comments=int(views * rate * 0.08),
                    shares=int(views * rate * 0.05),
                    saves=int(views * rate * 0.06),
                    follows=int(views * 0.002),
                    clicks=int(views * r.uniform(0.006, 0.014)),
                    links=int(views * r.uniform(0.002, 0.006)),
                )
            )
    return out


def save(path: str, rows: Iterable[Sequence[object]], before: str = "", encoding: str = "utf-8", quote: int = csv.QUOTE_MINIMAL) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quote, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]  # csv's own constants
    mark = {"utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-8": b""}[encoding]
    target = CONTENT / "harbour-thistle" / "kpi" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(mark + (before + text.getvalue()).encode(encoding))


def write_social() -> None:
    instagram, facebook = daily("instagram", 4300, 14180), daily("facebook", 2500, 9840)
    for name, title, key in (
        ("Views", "Views", "views"), ("Reach", "Reach", "reach"), ("Interactions", "Content interactions", "interactions"),
        ("Link clicks", "Instagram link clicks", "link_clicks"), ("Visits", "Instagram profile visits", "visits"), ("Follows", "Instagram follows", "follows"),
    ):  # fmt: skip
        rows = [("Date", "Primary"), *((f"{d}T00:00:00", v[key]) for d, v in instagram.items())]
        save(f"instagram/daily/{name}.csv", rows, f'sep=,\n"{title}"\n', "utf-16-le", csv.QUOTE_ALL)
    for name, title, key in (
        ("Views", "Views", "views"),
        ("Reach", "Reach", "reach"),
        ("Interactions", "Content interactions", "interactions"),
    ):
        rows = [("Date", "Primary"), *((f"{d}T00:00:00", v[key]) for d, v in facebook.items() if d <= CUT)]
        save(f"facebook/daily/{name}.csv", rows, f'sep=,\n"{title}"\n', "utf-16-le", csv.QUOTE_ALL)

    head = [
        "Date",
        "Network",
        "Profile",
        "Audience",
        "Net Audience Growth",
        "Audience Gained",
        "Audience Lost",
        "Published Posts (Total)",
        "Impressions",
        "Reach",
        "Engagements",
        "Reactions",
        "Comments",
        "Shares",
        "Saves",
        "Post Link Clicks",
        "Engagement Rate (per Impression)",
        "Video Views",
    ]
    published = posts("instagram", 2100, 4.5)
    table: list[Sequence[object]] = [head]
    before = 14180
    for day, v in instagram.items():
        of_day = [p for p in published if p.when.date() == day]
        likes, comments, shares, saves = (
            int(v["interactions"] * 0.82),
            int(v["interactions"] * 0.07),
            int(v["interactions"] * 0.05),
            int(v["interactions"] * 0.06),
        )
        net = v["followers"] - before
        before = v["followers"]
        engaged = likes + comments + shares + v["link_clicks"]
        table.append((f"{day:%m-%d-%Y}", "Instagram", PAGE, f"{v['followers']:,}", net, v["follows"], v["follows"] - net, len(of_day), f"{v['views']:,}", f"{v['reach']:,}",
                      engaged, likes, comments, shares, saves, v["link_clicks"], f"{engaged / v['views'] * 100:.2f}%", f"{int(v['views'] * 0.3):,}"))  # fmt: skip
    save(f"sprout/Profile Performance-{FIRST:%m-%d-%Y}-{LAST:%m-%d-%Y}.csv", table)

    ig = [
        "Post ID",
        "Account ID",
        "Account username",
        "Account name",
        "Description",
        "Duration (sec)",
        "Publish time",
        "Permalink",
        "Post type",
        "Data comment",
        "Date",
        "Views",
        "Reach",
        "Likes",
        "Shares",
        "Follows",
        "Comments",
        "Saves",
    ]
    fb = [
        "Post ID",
        "Page ID",
        "Page name",
        "Title",
        "Description",
        "Duration (sec)",
        "Publish time",
        "Caption type",
        "Permalink",
        "Is crosspost",
        "Is share",
        "Post type",
        "Languages",
        "Custom labels",
        "Funded content status",
        "Data comment",
        "Date",
        "Views",
        "Reach",
        "Reactions",
        "Comments",
        "Shares",
        "Total clicks",
        "Other Clicks",
        "Link Clicks",
        "Seconds viewed",
        "Average Seconds viewed",
    ]
    kinds = {"photo": "IG image", "carousel": "IG carousel", "video": "IG reel"}
    for first, last in ((FIRST, date(2026, 2, 28)), (date(2026, 3, 1), LAST)):
        rows_ig: list[Sequence[object]] = [ig]
        for p in published:
            if first <= p.when.date() <= last:
                rows_ig.append((p.id, "17841400007654321", PROFILE, PAGE, p.text, 22 if p.kind == "video" else 0, f"{p.when:%m/%d/%Y %H:%M}", f"https://www.instagram.com/p/HT{p.number:05d}/",
                                kinds[p.kind], "", "Lifetime", p.views, p.reach, p.likes, p.shares, p.follows, p.comments, p.saves))  # fmt: skip
        save(f"instagram/{first:%b-%d-%Y}_{last:%b-%d-%Y}_3301188990021.csv", rows_ig, encoding="utf-8-sig")
        last = min(last, CUT)
        rows_fb: list[Sequence[object]] = [fb]
        for p in posts("facebook", 1300, 3.2):
            if first <= p.when.date() <= last:
                rows_fb.append((p.id, "108877665544332", PAGE, "", p.text, 0, f"{p.when:%m/%d/%Y %H:%M}", "", f"https://www.facebook.com/108877665544332/posts/{p.id}", 0, 0,
                                {"photo": "Photos", "carousel": "Photos", "video": "Videos"}[p.kind], "", "", "", "", "Lifetime", p.views, p.reach, p.likes, p.comments, p.shares,
                                p.clicks + p.links, p.clicks, p.links, "", ""))  # fmt: skip
        save(f"facebook/{first:%b-%d-%Y}_{last:%b-%d-%Y}_4401188990021.csv", rows_fb, encoding="utf-8-sig")


CHANNELS = (
    ("Organic Search", 0.36, 0.021),
    ("Direct", 0.24, 0.025),
    ("Organic Social", 0.16, 0.011),
    ("Paid Search", 0.12, 0.02),
    ("Email", 0.08, 0.041),
    ("Referral", 0.04, 0.012),
)


def write_site() -> None:
    r = random.Random(f"{SEED}:site")
    rule = "# " + "-" * 40 + "\n"
    head = [
        "Session primary channel group (Default Channel Group)",
        "Sessions",
        "Engaged sessions",
        "Engagement rate",
        "Average engagement time per session",
        "Events per session",
        "Event count",
        "Key events",
        "Total revenue",
    ]
    for first, last in months():
        table: list[Sequence[object]] = [head]
        span = [d for d in days() if first <= d <= last]
        for channel, share, rate in CHANNELS:
            sessions = int(sum(430 * demand(d, channel == "Organic Social") for d in span) * share * r.uniform(0.95, 1.06))
            engaged, events = int(sessions * r.uniform(0.55, 0.68)), int(sessions * r.uniform(5.2, 7.4))
            orders = int(sessions * rate * r.uniform(0.9, 1.1) * (1.45 if first.month == 12 else 0.72 if first.month == 8 else 1))
            table.append(
                (
                    channel,
                    sessions,
                    engaged,
                    repr(engaged / sessions),
                    repr(r.uniform(38, 66)),
                    repr(events / sessions),
                    events,
                    orders,
                    f"{orders * r.uniform(26, 34):.2f}",
                )
            )
        before = f"{rule}# Traffic acquisition: Session primary channel group (Default Channel Group)\n# Account: {PAGE}\n# Property: {PAGE} - GA4\n{rule}#\n# All Users\n# Start date: {first:%Y%m%d}\n# End date: {last:%Y%m%d}\n"
        save(f"ga4/Traffic_acquisition_{first:%Y-%m}.csv", table, before)


ADS = (("Brand - Search", "31000000001", 260, 0.13, 41, 0.06), ("Tea by post - Shopping", "31000013008", 1500, 0.012, 34, 0.028))


def write_ads() -> None:
    for first, last in ((FIRST, date(2026, 2, 28)), (date(2026, 3, 1), LAST)):
        r = random.Random(f"{SEED}:ads:{first}")
        table: list[Sequence[object]] = [
            (f"{MONTHS[first.month - 1]} {first.day}, {first.year} - {MONTHS[last.month - 1]} {last.day}, {last.year}",)
        ]
        table.append(
            ["Day", "Campaign", "Campaign ID", "Currency code", "Cost", "Impr.", "Clicks", "CTR", "Avg. CPC", "Conversions", "Conv. value"]
        )
        total = [0.0] * 5
        for day in days():
            for name, key, base, rate, pence, buys in ADS:
                if not first <= day <= last or (name.startswith("Tea") and SHUT[0] <= day <= SHUT[1]):
                    continue
                doubled = 2 if name.startswith("Tea") and date(2026, 8, 14) <= day <= date(2026, 8, 31) else 1
                shown = int(base * doubled * demand(day, False) * r.uniform(0.8, 1.2))
                clicks = int(shown * rate * r.uniform(0.8, 1.2))
                cost, orders = (
                    clicks * pence * r.uniform(0.85, 1.15) / 100,
                    round(clicks * buys * r.uniform(0.6, 1.4) * (0.7 if day.month == 8 else 1), 2),
                )
                value = orders * r.uniform(24, 35)
                table.append(
                    (
                        day,
                        name,
                        key,
                        "GBP",
                        f"{cost:,.2f}",
                        f"{shown:,}",
                        f"{clicks:,}",
                        f"{clicks / shown * 100:.2f}%",
                        f"{cost / clicks:.2f}" if clicks else " --",
                        f"{orders:,.2f}",
                        f"{value:,.2f}",
                    )
                )
                total = [a + b for a, b in zip(total, (round(cost, 2), shown, clicks, orders, round(value, 2)), strict=True)]
        for label in ("Total: Account", "Total: Campaigns"):
            table.append(
                (
                    label,
                    " --",
                    " --",
                    "GBP",
                    f"{total[0]:,.2f}",
                    f"{total[1]:,.0f}",
                    f"{total[2]:,.0f}",
                    f"{total[2] / total[1] * 100:.2f}%",
                    f"{total[0] / total[2]:.2f}",
                    f"{total[3]:,.2f}",
                    f"{total[4]:,.2f}",
                )
            )
        save(f"google_ads/Campaign report_{first:%Y%m%d}.csv", table, "Campaign report\n")


SUBJECTS = (
    "The tin is back",
    "Small batch, large opinions",
    "What Morag is drinking",
    "A parcel for someone cold",
    "Open late on Thursday",
)
MAIL = [
    "Title",
    "Subject",
    "List",
    "Send Date",
    "Send Weekday",
    "Total Recipients",
    "Successful Deliveries",
    "Soft Bounces",
    "Hard Bounces",
    "Total Bounces",
    "Times Forwarded",
    "Forwarded Opens",
    "Unique Opens",
    "Open Rate",
    "Total Opens",
    "Unique Clicks",
    "Click Rate",
    "Total Clicks",
    "Unsubscribes",
    "Abuse Complaints",
    "Times Liked on Facebook",
    "Folder Id",
    "Unique Id",
    "Total Orders",
    "Total Gross Sales",
    "Total Revenue",
]


def write_mail() -> None:
    r, size, table = random.Random(f"{SEED}:mail"), 5240, []
    for n, day in enumerate((d for d in days() if d.weekday() == 3 and (d.day - 1) // 7 in (0, 2)), 1):
        size += r.randint(10, 90)
        soft, hard = r.randint(3, 18), r.randint(0, 5)
        sent = size - soft - hard
        opens, clicks = int(sent * r.uniform(0.36, 0.47)), int(sent * r.uniform(0.03, 0.062))
        orders = int(clicks * r.uniform(0.06, 0.13) * (1.6 if day.month == 12 else 1))
        money = f"{orders * r.uniform(27, 36):.2f}"
        table.append((f"{day:%Y-%m} - Letter {n}", r.choice(SUBJECTS), "Harbour letter", f"{MONTHS[day.month - 1][:3]} {day.day:02d}, {day.year} 08:00 am", "Thursday", size, sent, soft, hard, soft + hard, 0, 0,
                      opens, f"{opens / sent * 100:.2f}%", int(opens * r.uniform(1.3, 1.7)), clicks, f"{clicks / sent * 100:.2f}%", int(clicks * r.uniform(1.1, 1.4)), r.randint(2, 19), r.randint(0, 1), 0, "",
                      f"b{n:03d}c{n * 31 % 89:02d}", orders, money, money))  # fmt: skip
    save("mailchimp/campaigns.csv", [MAIL, *reversed(table)])


def write_exports() -> None:
    write_social()
    write_site()
    write_ads()
    write_mail()


# ---- conversations --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Town:
    """Where a client is spoken of, about what, by whom, and how it answers."""

    slug: str
    zone: str
    spaces: tuple[tuple[str, str, bool, float], ...]  # platform, space, own, weight
    hosted: tuple[float, float]  # share of own spaces in the first and the last month
    themes: dict[str, tuple[float, tuple[float, float, float], tuple[str, ...], tuple[str, ...]]]  # weight, moods, kind words, hard words
    words: tuple[str, str, str]  # positive, neutral, negative
    people: str
    account: str
    brand: str
    rivals: tuple[tuple[str, float], ...]
    mentions: float  # a day
    busy: tuple[tuple[date, date, float], ...]  # days with more to say
    channels: tuple[tuple[str, float], ...]
    agents: tuple[tuple[str, float, float], ...]  # name, share of the work, minutes of a usual first reply
    messages: float  # a day
    opens: dict[int, tuple[int, int]]  # hours by weekday
    holidays: str


NOVEA = Town(
    slug="novea", zone="Europe/Paris", hosted=(0.21, 0.46), words=("positif", "neutre", "négatif"), account="@NoveaMobile", brand="Novéa",
    spaces=(
        ("Facebook", "Page Facebook", True, 4), ("Instagram", "Instagram Novéa", True, 3), ("Instagram", "#NovaCardz", True, 2), ("Forum", "Forum d’entraide Novéa", True, 2),
        ("X", "X, hors compte", False, 5), ("Forum", "Forums mobiles", False, 4), ("Web", "Sites d’avis", False, 3), ("Presse", "Presse et blogs", False, 1.5),
    ),
    themes={
        "réseau": (3.4, (0.22, 0.28, 0.5), ("4G impeccable dans le TER, bravo", "Enfin du réseau au village"), ("Plus de 4G depuis ce matin à Laval", "Encore une zone blanche dans la vallée")),
        "prix": (2.6, (0.34, 0.36, 0.3), ("Le forfait à 9,99 € tient ses promesses", "Difficile de trouver moins cher"), ("Deux euros de plus sans prévenir", "La promo ne vaut que six mois")),
        "service client": (2.8, (0.5, 0.2, 0.3), ("Réponse en dix minutes, problème réglé", "Merci à l’équipe, patiente et claire"), ("Trois jours sans réponse", "On me renvoie de service en service")),
        "#NovaCardz": (2.2, (0.82, 0.15, 0.03), ("Ma carte est arrivée, elle est superbe", "Une idée qui fait du bien"), ("Pas encore reçu ma carte",)),
        "portabilité": (1.4, (0.3, 0.4, 0.3), ("Numéro gardé, aucune coupure",), ("Ligne coupée pendant la portabilité",)),
        "boutique": (1.0, (0.45, 0.4, 0.15), ("Très bon accueil à la boutique",), ("Une heure d’attente en boutique",)),
        "application": (1.2, (0.25, 0.3, 0.45), ("L’application est enfin lisible",), ("L’application plante au paiement",)),
    },
    people="@margaux_en_train @papi.geek @le_sud_capte @ines.b @forfait_malin @julie.et.son.chat @tom_au_lycee @la_brodeuse @zoneblanche48 @mehdi.photo @carte_sur_table @noor.dessine @marcheur_du_62 @cafe_serre @bernard_v @lola.lit @reseau_libre @atelier_des_mots @fanny.k @sacha_velo @le_petit_journal @mamie_wifi @quentin.r @olive_et_thym",
    rivals=(("Orbi", 0.34), ("Calypso Mobile", 0.2)), mentions=1.7,
    busy=((date(2025, 12, 1), date(2025, 12, 14), 2.2), (date(2026, 4, 13), date(2026, 4, 24), 2.6), (date(2026, 6, 8), date(2026, 6, 10), 2.4)),
    channels=(("Facebook Messenger", 4), ("Instagram", 3), ("X", 2), ("Forum d’entraide", 1)),
    agents=(("Camille Durand", 4, 22), ("Yanis Belkacem", 3, 30), ("Salomé Kerval", 2, 41)), messages=2.4,
    opens=dict.fromkeys(range(5), (9, 19)), holidays="FR",
)  # fmt: skip
HARBOUR = Town(
    slug="harbour-thistle", zone="Europe/London", hosted=(0.5, 0.62), words=("positive", "neutral", "negative"), account="@harbourandthistle", brand="Harbour & Thistle",
    spaces=(
        ("Instagram", "Instagram page", True, 5), ("Facebook", "Facebook page", True, 3), ("Instagram", "#FirstFlushFriday", True, 2),
        ("Web", "Review sites", False, 4), ("Facebook", "Leith neighbours", False, 3), ("Press", "Local press", False, 1),
    ),
    themes={
        "tea": (3, (0.7, 0.25, 0.05), ("Best breakfast tea in Leith", "The First Flush is worth the wait"), ("A little weak this year",)),
        "cakes": (2.4, (0.76, 0.2, 0.04), ("The cardamom buns, again", "Gluten-free and good, at last"), ("No scones left by two",)),
        "delivery": (1.6, (0.4, 0.25, 0.35), ("Arrived next day, wrapped like a present",), ("Ten days for a tin of tea", "The parcel came open")),
        "staff": (1.4, (0.85, 0.1, 0.05), ("Morag remembered my order",), ("Nobody at the counter",)),
        "queue": (1.2, (0.1, 0.4, 0.5), ("Worth the queue",), ("Half an hour on a Saturday",)),
    },
    people="@oatcake_annie @leithwalker @the.tea.notes @hamish.reads @portobello_swims @biscuit_count @jo_and_the_dog @granton_gran @steep.slowly @eilidh.makes @fife_ferry @tannochside @dougal_d @kettle_on @mairi.q",
    rivals=(("Leaf & Larder", 0.45),), mentions=1.0,
    busy=((date(2025, 12, 8), date(2025, 12, 20), 1.8), (date(2026, 5, 8), date(2026, 5, 29), 2.4)),
    channels=(("Instagram", 5), ("Facebook", 3), ("E-mail", 3)),
    agents=(("Effie Lorimer", 3, 48), ("Fraser Moncrieff", 2, 75)), messages=1.1,
    opens=dict.fromkeys(range(6), (9, 17)), holidays="GB-SCT",
)  # fmt: skip


def keep(town: Town, path: str, rows: Iterable[Sequence[object]], delimiter: str = ",", encoding: str = "utf-8-sig") -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    target = CONTENT / town.slug / "conversation" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.getvalue().encode(encoding))


def elapsed(day: date) -> float:
    """How far the thirteen months have come, from 0 to 1."""
    return (day - FIRST).days / (LAST - FIRST).days


def bustle(town: Town, day: date) -> float:
    return max([1.0, *(factor for first, last, factor in town.busy if first <= day <= last)]) * (0.7 if day.weekday() > 4 else 1.1)


def several(r: random.Random, mean: float) -> int:
    """How many of something come on a day, as Poisson has it."""
    count, left = 0, r.random()
    while left > math.exp(-mean):
        count, left = count + 1, left * r.random()
    return count


def mention_of(town: Town, r: random.Random, day: date, own: bool) -> tuple[str, str, str, str, str, str]:
    """Platform, space, theme, sentiment, author, text."""
    spaces = [each for each in town.spaces if each[2] == own]
    platform, space, _, _ = r.choices(spaces, [each[3] for each in spaces])[0]
    theme = r.choices(list(town.themes), [each[0] for each in town.themes.values()])[0]
    if space.startswith("#"):
        theme = space if space in town.themes else theme
    _, moods, kind, hard = town.themes[theme]
    lift = 0.2 if own else -0.06
    mood = r.choices(range(3), [moods[0] + lift, moods[1], max(0.02, moods[2] - lift)])[0]
    second = r.choice(list(town.themes)) if r.random() < 0.16 else theme
    names = [name for number, name in enumerate(town.people.split()) if (number + sum(map(ord, platform))) % 3 == 0]
    author = town.account if own and r.random() < 0.06 else r.choices(names, [1 / (n + 1.5) for n in range(len(names))])[0]
    text = r.choice(kind if mood == 0 else hard if mood == 2 else (*kind, *hard))
    rated = town.words[mood] if r.random() > 0.08 else ""
    return platform, space, theme if second == theme else f"{theme}; {second}", rated, author, text


def mentions(town: Town) -> list[tuple[object, ...]]:
    r, rows, owed = random.Random(f"{SEED}:mentions:{town.slug}"), list[tuple[object, ...]](), 0.5
    for day in days():
        for brand, share in ((town.brand, 1.0), *town.rivals):
            growth = 1 + 0.5 * elapsed(day) if brand == town.brand else 1.1
            rate = town.mentions * share * growth * (bustle(town, day) if brand == town.brand else 1)
            for _ in range(several(r, rate)):
                owed += (town.hosted[0] + (town.hosted[1] - town.hosted[0]) * elapsed(day)) * (brand == town.brand)
                own = owed >= 1
                owed -= own
                platform, space, theme, rated, author, text = mention_of(town, r, day, own)
                at = f"{day} {r.randint(7, 22):02}:{r.randint(0, 59):02}"
                if brand != town.brand:
                    platform, space, _, _ = r.choice([each for each in town.spaces if not each[2]])
                    theme, text, author = "", "", r.choice(town.people.split())
                rows.append(
                    (
                        f"{town.slug[:2]}-{len(rows) + 1:05}",
                        at,
                        platform,
                        space,
                        author,
                        rated,
                        theme,
                        int(r.lognormvariate(5.6, 1.1)),
                        brand,
                        text,
                    )
                )
    return rows


def answered_at(town: Town, came: datetime, minutes: float) -> datetime:
    """The instant at which so many minutes of opening have gone by."""
    at, left = came, timedelta(minutes=minutes)
    while True:
        hours = town.opens.get(at.weekday())
        if hours and at.date() not in public_holidays(town.holidays, at.year):
            opens, closes = (at.replace(hour=hour, minute=0, second=0) for hour in hours)
            at = max(at, opens)
            if at + left < closes:
                return at + left
            left -= max(timedelta(), closes - at)
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)


def messages(town: Town) -> list[tuple[str, datetime, datetime | None, str, str, bool]]:
    """Id, receipt and first reply in the client's zone, channel, agent, whether it calls for an answer."""
    r, rows = random.Random(f"{SEED}:messages:{town.slug}"), list[tuple[str, datetime, datetime | None, str, str, bool]]()
    hours = [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 4, 6, 7, 7, 6, 5, 5, 6, 6, 7, 8, 9, 9, 8, 5, 2]
    for day in days():
        for _ in range(several(r, town.messages * bustle(town, day) * (1 + 0.35 * elapsed(day)))):
            came = datetime(day.year, day.month, day.day, r.choices(range(24), hours)[0], r.randint(0, 59), r.randint(0, 59))  # noqa: DTZ001 (as clocks show it)
            name, _, usual = r.choices(town.agents, [each[1] for each in town.agents])[0]
            asks = r.random() > 0.11
            delay = r.lognormvariate(math.log(usual * (1.35 - 0.5 * elapsed(day))), 0.95)
            replied = answered_at(town, came, delay) if r.random() < (0.9 + 0.06 * elapsed(day) if asks else 0.3) else None
            if replied and came.hour >= 19 and r.random() < 0.12:  # somebody answers from the sofa
                replied = came + timedelta(minutes=r.randint(4, 50))
            rows.append(
                (
                    f"{town.slug[:2]}{len(rows) + 4001}",
                    came,
                    replied,
                    r.choices(*zip(*town.channels, strict=True))[0],
                    name if replied else "",
                    asks,
                )
            )
    return sorted(rows, key=lambda row: row[1])


def write_conversations() -> None:
    """Novéa's inbox tool has headings of its own and writes UTC; the tea room's export says it all in English."""
    span = f"{FIRST}_{LAST}"
    head = ("Identifiant", "Publié le", "Plateforme", "Espace", "Auteur", "Tonalité", "Thème", "Portée", "Marque", "Texte")
    keep(
        NOVEA,
        f"veille_{span}.csv",
        [
            head,
            *(
                (*row[:1], f"{str(row[1])[8:10]}/{str(row[1])[5:7]}/{str(row[1])[:4]}{str(row[1])[10:]}", *row[2:])
                for row in mentions(NOVEA)
            ),
        ],
        ";",
    )
    head = ("Mention ID", "Published", "Source", "Space", "Author", "Sentiment", "Topics", "Reach", "Brand", "Content")
    keep(HARBOUR, f"listening_{span}.csv", [head, *mentions(HARBOUR)])
    home = ZoneInfo(NOVEA.zone)

    def utc(at: datetime | None) -> str:
        return f"{at.replace(tzinfo=home).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""

    table: list[Sequence[object]] = [("Conversation", "Créée (UTC)", "1re réponse (UTC)", "Boîte", "Prise en charge", "À traiter")]
    table += [
        (key, utc(came), utc(replied), channel, name, "oui" if asks else "non")
        for key, came, replied, channel, name, asks in messages(NOVEA)
    ]
    keep(NOVEA, f"boite_{span}.tsv", table, "\t", "utf-16")
    table = [("Message ID", "Received", "First reply", "Channel", "Agent", "Answer expected")]
    table += [(key, f"{came:%Y-%m-%d %H:%M:%S}", f"{replied:%Y-%m-%d %H:%M:%S}" if replied else "", channel, name, "yes" if asks else "no")
              for key, came, replied, channel, name, asks in messages(HARBOUR)]  # fmt: skip
    keep(HARBOUR, f"inbox_{span}.csv", table, encoding="utf-8")


# ---- pictures of posts ----------------------------------------------------------------------------------------------


def bubble(x: float, y: float, w: float, h: float, fill: str, left: bool) -> str:
    tail = poly(
        [(x + 60, y + h - 6), (x + 30, y + h + 64), (x + 140, y + h - 6)]
        if left
        else [(x + w - 60, y + h - 6), (x + w - 30, y + h + 64), (x + w - 140, y + h - 6)],
        fill,
    )
    return rect(x, y, w, h, fill, 40) + tail


def post_traduire(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, SKY) + disc(860, 240, 130, BUTTER)
    b += phone(360, 420, 380, INK, MINT)
    b += bubble(90, 330, 560, 240, PAPER, True) + line("M160 410 h380 M160 480 h260", INK, 26)
    b += bubble(420, 760, 570, 240, CORAL, False)
    for i, x in enumerate((500, 610, 720, 830)):
        b += line(f"M{x} 830 h70 M{x + 35} 806 v120 M{x + (i % 2) * 6} 926 q35 -30 70 0", PAPER, 14)
    return W, H, frame(W, H, SKY, b)


def post_aide(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, MINT) + rect(0, 960, W, 390, INK)
    b += bubble(200, 300, 680, 460, PAPER, True)
    b += line("M330 600 C330 380 750 380 750 600", INK, 40) + rect(290, 560, 110, 170, CORAL, 50) + rect(680, 560, 110, 170, CORAL, 50)
    b += line("M740 720 C740 800 640 800 590 800", INK, 22) + disc(570, 800, 34, BUTTER)
    b += sky(r, 80, 1010, 920, 240, 16, SKY, 18)
    return W, H, frame(W, H, MINT, b)


def post_batterie(r: random.Random) -> Drawing:
    b = rect(0, 0, W / 2, H, CORAL) + rect(W / 2, 0, W / 2, H, INK)
    for x, ground, full, colour in ((170, PAPER, 0.45, BUTTER), (610, PAPER, 0.92, MINT)):
        b += (
            rect(x + 90, 350, 120, 80, ground, 20)
            + rect(x, 410, 300, 620, ground, 50)
            + rect(x + 36, 446, 228, 548, INK if x < 500 else CORAL, 28)
        )
        high = 548 * full
        b += rect(x + 36, 446 + 548 - high, 228, high, colour, 28)
    b += poly([(330, 560), (250, 760), (320, 760), (290, 900), (400, 690), (325, 690)], INK)
    return W, H, frame(W, H, INK, b)


def post_atelier(r: random.Random) -> Drawing:
    b = rect(0, 0, W, H, BUTTER) + rect(0, 900, W, 450, CORAL) + rect(0, 900, W, 36, INK)
    b += phone(420, 380, 270, INK, SKY, line("M80 200 h110 M80 260 h80 M80 320 h110 M60 400 h150", INK, 14) + disc(135, 440, 26, CORAL), 0)
    b += group(rect(-22, -40, 44, 230, INK, 18) + rect(-10, -240, 20, 210, PAPER), "translate(250 800) rotate(18)")
    b += disc(840, 600, 128, PAPER) + disc(840, 600, 92, SKY) + line("M770 720 L680 880", INK, 36)
    b += "".join(disc(cx, 1080, 30, BUTTER) + line(f"M{cx - 16} 1080 h32 M{cx} 1064 v32", INK, 7) for cx in (230, 400, 570, 740, 860))
    return W, H, frame(W, H, BUTTER, b)


# ---- a film and a sound ---------------------------------------------------------------------------------------------

FRAMES, RATE = 48, 8  # six seconds


def film_bougie(at: int) -> Drawing:
    """The hundredth candle: a pencil draws it beside the cake, then it is lit."""
    drawn, lit = min(at / 30, 1.0), max(0.0, (at - 32) / 8)
    b = rect(0, 0, 720, 900, INK) + sky(random.Random(SEED), 40, 40, 640, 380, 24, SKY, 10)
    b += rect(0, 700, 720, 200, CORAL) + rect(0, 700, 720, 16, BUTTER)
    b += (
        rect(90, 560, 330, 140, PAPER, 16)
        + rect(140, 450, 230, 110, SKY, 16)
        + "".join(rect(166 + i * 36, 390, 12, 60, BUTTER if i % 2 else MINT, 4) + oval(172 + i * 36, 372, 8, 15, BUTTER) for i in range(6))
    )
    top = 700 - 250 * drawn
    b += rect(530, top, 44, 250 * drawn, CORAL, 8) + "".join(line(f"M530 {y} l44 -26", PAPER, 8) for y in range(690, int(top) + 24, -48))
    if lit:
        size = min(lit, 1.0) * (1 + 0.08 * math.sin(at * 2.1))
        b += (
            disc(552, 405, 120 * size, BUTTER, 'opacity=".22"')
            + oval(552, 412, 20 * size, 44 * size, BUTTER)
            + oval(552, 424, 9 * size, 20 * size, PAPER)
        )
    else:
        b += group(
            poly([(0, 0), (-16, -50), (16, -50)], BUTTER) + rect(-16, -230, 32, 184, MINT, 6),
            f"translate({552 + 14 * math.sin(at * 1.7):.0f} {top:.0f}) rotate(24)",
        )
    return 720, 900, b


def poster_bougie(r: random.Random) -> Drawing:
    return film_bougie(46)


def avatar_novea(r: random.Random) -> Drawing:
    return 256, 256, rect(0, 0, 256, 256, INK) + star(128, 128, 92, BUTTER, 5, 0.48)


def write_recordings() -> None:
    """The film of the hundredth candle, and the bell of the workshop's door. Needs ffmpeg."""
    from playwright.sync_api import sync_playwright

    target = CONTENT / "novea/novacardz/media"
    with tempfile.TemporaryDirectory() as folder:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 720, "height": 900})
            for at in range(FRAMES):
                width, height, body = film_bougie(at)
                page.set_content(
                    f'<style>body{{margin:0}}</style><svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'
                )
                page.screenshot(path=f"{folder}/{at:03}.png")
            browser.close()
        quiet = ["ffmpeg", "-y", "-loglevel", "error", "-bitexact"]
        film = [
            "-framerate",
            str(RATE),
            "-i",
            f"{folder}/%03d.png",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-crf",
            "30",
            "-movflags",
            "+faststart",
        ]
        subprocess.run([*quiet, *film, str(target / "centieme-bougie.mp4")], check=True)
        with wave.open(f"{folder}/bell.wav", "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(22050)
            sound.writeframes(b"".join(struct.pack("<h", round(12000 * bell(number / 22050))) for number in range(22050 * 4)))
        subprocess.run(
            [
                *quiet,
                "-i",
                f"{folder}/bell.wav",
                "-c:a",
                "aac",
                "-b:a",
                "48k",
                "-movflags",
                "+faststart",
                "-f",
                "ipod",
                str(target / "sonnette.m4a"),
            ],
            check=True,
        )


def bell(at: float) -> float:
    """Two notes of a shop's bell, and their overtones."""
    strokes = ((0.1, 988.0), (0.75, 784.0))
    return sum(
        math.exp(-2.2 * (at - start) * over) * math.sin(2 * math.pi * pitch * over * (at - start)) / (over * 2)
        for start, pitch in strokes for over in (1, 2.01, 3.02) if at >= start
    )  # fmt: skip


# ---- the pictures ---------------------------------------------------------------------------------------------------

CARDS = "ana bakary capitaine colette etoile ferreira garance gaspard hana ines jeanne layla lea leon lucie maison mehdi nour nuit o odette paul rose simone suzanne tom voila yanis"
SCENES = "boulangerie cafe cheminee crayons enveloppes fin horloge lettres mur rue salle table vitrine"
POSTS = "traduire aide batterie atelier"
THISTLES = "cup pot thistle scone harbour window leaf kitchen tin rain stand fox"


def pictures() -> dict[str, Callable[[random.Random], Drawing]]:
    """Every picture by its path under content/."""
    here = globals()
    out: dict[str, Callable[[random.Random], Drawing]] = {
        "novea/brand/logo.png": logo_novea,
        "novea/brand/avatar.png": avatar_novea,
        "novea/novacardz/media/couverture.png": cover_novacardz,
        "novea/novacardz/media/affiche-bougie.png": poster_bougie,
    }
    out |= {f"novea/novacardz/media/carte-{name}.png": here[f"card_{name}"] for name in CARDS.split()}
    out |= {f"novea/novacardz/media/visage-{name}.png": partial(portrait, name=name) for name in PEOPLE}
    out |= {f"novea/novacardz/media/scene-{name}.png": here[f"scene_{name}"] for name in SCENES.split()}
    out |= {f"novea/posts/{name}.png": here[f"post_{name}"] for name in POSTS.split()}
    out |= {"harbour-thistle/brand/logo.png": logo_harbour, "harbour-thistle/first-flush/media/cover.png": ht_cover}
    out |= {f"harbour-thistle/first-flush/media/{name}.png": here[f"ht_{name}"] for name in THISTLES.split()}
    return out


def draw(only: str | None) -> None:
    """Rasterise the pictures and reduce each to 96 colours, which flat shapes do not notice."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        for name, drawing in pictures().items():
            if only and only not in name:
                continue
            width, height, body = drawing(random.Random(f"{SEED}:{name}"))
            transparent = "logo" in name
            page.set_viewport_size({"width": width, "height": height})
            page.set_content(
                f'<style>*{{margin:0}}svg{{display:block}}</style><svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{patterns()}{body}</svg>'
            )
            target = CONTENT / name
            target.parent.mkdir(parents=True, exist_ok=True)
            picture: Image.Image = Image.open(io.BytesIO(page.screenshot(omit_background=transparent)))
            if not transparent:
                picture = picture.convert("RGB").quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            picture.save(target, optimize=True)
            print(f"{target.stat().st_size / 1000:7.1f} kB  {name}")
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("all", "pictures", "recordings", "exports", "conversations"), default="all")
    parser.add_argument("--only", help="pictures whose path contains this")
    given = parser.parse_args()
    if given.what in ("all", "pictures"):
        draw(given.only)
    if given.what in ("all", "recordings"):
        write_recordings()
    if given.what in ("all", "exports"):
        write_exports()
    if given.what in ("all", "conversations"):
        write_conversations()


if __name__ == "__main__":
    main()
