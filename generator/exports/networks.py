"""Says which platform a table is of, and which metric where only its title does."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.kinds import DAILY_TITLES, NETWORKS
from generator.exports.source import Ledger
from generator.model.vocabulary import UNITS


def titled_metric(grid: Grid, ledger: Ledger) -> tuple[str, str] | None:
    """(metric, platform) of a file whose metric is named only by its title, or by its second header in 2022."""
    title = grid.match.header[grid.match.columns["titled"]]
    if normal(title) not in DAILY_TITLES:
        title = grid.title or ""
    rule = ledger.source.rule
    metric = (rule.metric if rule else None) or DAILY_TITLES.get(normal(title))
    if metric is None or metric not in UNITS:
        ledger.problem("unknown-metric-title", f'the file is about "{title}", which is not a metric known here' if title
                       else "the file does not say which metric it holds", line=max(1, grid.header_line - 1),
                       fix="add a rule for this file to kpi.yaml: metric: reach, or another name of the list of metrics")  # fmt: skip
        return None
    words = normal(title)
    named = next((name for name in ("instagram", "facebook") if name in words), None)
    platform = ledger.source.platform or named or _platform_of_name(ledger)
    return (metric, platform) if platform else None


def with_platform(frame: pl.DataFrame, grid: Grid, titled: str | None) -> pl.DataFrame:
    """Adds `platform`: of each row where a table is of several networks."""
    kind = grid.match.kind
    if kind.platform == "multi":
        network = pl.col(str(grid.match.columns["network"])).str.strip_chars().str.to_lowercase()
        return frame.with_columns(platform=network.replace_strict(NETWORKS, default="other", return_dtype=pl.String))
    return frame.with_columns(platform=pl.lit(titled or kind.platform, pl.String))


def _platform_of_name(ledger: Ledger) -> str | None:
    words = normal(ledger.source.names)
    named = [name for name in ("instagram", "facebook") if name in words]
    if len(named) == 1:
        ledger.note(f"platform {named[0]} taken from the name of the file or its folder")
        return named[0]
    ledger.problem("unknown-platform", "the file does not say whether it is of Facebook or of Instagram", line=1,
                   fix="add a rule for this file to kpi.yaml: platform: facebook or platform: instagram")  # fmt: skip
    return None


def under_metric(grid: Grid, metric: str) -> Grid:
    """The grid with its one column of values under the metric's name."""
    columns = {metric if column == "titled" else column: place for column, place in grid.match.columns.items()}
    return replace(grid, match=replace(grid.match, columns=columns))
