"""An address as a QR code, for the terminal and for a page. The only module that knows segno."""

from __future__ import annotations

from io import StringIO

import segno


def as_lines(address: str) -> list[str]:
    """For a terminal."""
    drawn = StringIO()
    segno.make(address, error="l").terminal(out=drawn, compact=True, border=1)
    return drawn.getvalue().splitlines()


def as_svg(address: str) -> str:
    """For a page; dark on white in any theme, as readers of codes want it."""
    return str(segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#1c1917", light="#ffffff"))
