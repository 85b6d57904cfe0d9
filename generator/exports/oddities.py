"""Tells the author of a file about its records that are no rows, and refuses tables that compare two periods."""

from __future__ import annotations

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.kinds import COMPARISON
from generator.exports.source import Ledger

_MORE = {
    "ragged": ("ragged-row", "ragged row"),
    "unreadable": ("ragged-row", "unreadable row"),
    "too long": ("cell-too-long", "cell too long"),
}


def report_odd(grid: Grid, ledger: Ledger) -> None:
    """Records that are too long, too short, or cut off."""
    width = len(grid.match.header)
    for odd in grid.records.oddities:
        if odd.why == "truncated":
            ledger.leave_out("cut off at the end of the file", [odd.line])
            ledger.problem("truncated-file", f"the last row has {odd.cells} of {width} cells: the file ends too early", line=odd.line,
                           excerpt=odd.text, fix="download the file again", severity="warning")  # fmt: skip
        elif odd.why == "too long":
            ledger.leave_out("cell too long", [odd.line])
            ledger.problem("cell-too-long", f"a cell has more than 131,072 characters ({odd.text})", line=odd.line,
                           fix="look for a quote that is never closed, or export the file again")  # fmt: skip
        elif odd.why == "unreadable":
            ledger.leave_out("unreadable row", [odd.line])
            ledger.problem("ragged-row", f"the row cannot be told from its neighbours ({odd.text})", line=odd.line,
                           fix="export the file again; a line break stands outside quotes")  # fmt: skip
        else:
            ledger.leave_out("ragged row", [odd.line])
            ledger.problem("ragged-row", f"the row has {odd.cells} cells and the header {width}", line=odd.line, excerpt=odd.text,
                           fix="export the file again; if it was edited, look for a quote or a delimiter too many")  # fmt: skip
    for why, count in grid.records.more.items():
        ledger.more(*_MORE[why], count)


def compares(grid: Grid, ledger: Ledger) -> bool:
    """Whether the table sets two periods side by side."""
    names = [normal(cell) for cell in grid.match.header]
    if not any(name in COMPARISON or "(previous period)" in name or "(periode precedente)" in name for name in names):
        return False
    ledger.problem("comparison-export", "the table compares two periods", line=grid.header_line, fix="export it without a comparison")
    return True
