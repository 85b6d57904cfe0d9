"""Headings that nothing reads and that are nearly those of a column that is not there: a letter more, a plural, a hand-made name."""

from __future__ import annotations

from difflib import SequenceMatcher

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.kind import metric_of
from generator.exports.source import Ledger

_LIKE = 0.86  # "Likess" and "Likes", "Comment" and "Comments"; not "Other Clicks" and "Link Clicks"


def warn_of_near_names(grid: Grid, ledger: Ledger) -> None:
    """A metric that would silently be missing: the first download has nothing to be compared with."""
    match, rule = grid.match, ledger.source.rule
    absent = [column for column in match.kind.columns if metric_of(column) and column not in match.columns]
    places = {normal(cell): place for place, cell in enumerate(match.header) if cell.strip() in match.unknown}
    for column in absent:
        names = {normal(name): name for _, name in match.kind.columns[column].by_language()}
        likeness, name, heading = max(
            ((SequenceMatcher(None, name, heading).ratio(), names[name], heading) for name in names for heading in places),
            default=(0.0, "", ""),
        )
        if likeness >= _LIKE and not (rule and column in rule.accept):
            place = places[heading]
            written = match.header[place].strip()
            mapping = f'kind: {match.kind.name} and columns: {{{column}: "{written}"}}'
            message = f'nothing reads the column "{written}"; did you mean "{name}"?'
            fix = f"if it is {column}, add to kpi.yaml: {mapping}; if not: accept: [{column}]"
            ledger.problem("heading-nearly-known", message, line=grid.header_line, column=place, severity="warning", fix=fix)
