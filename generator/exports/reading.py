"""One table of an export → its values, one row a value, its posts, and the record of what was read and left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from generator.exports.accounts import with_accounts
from generator.exports.grids import Grid
from generator.exports.ids import post_type, with_posts
from generator.exports.kind import UNITS, Kind
from generator.exports.kinds import COMPARISON, DAILY_TITLES, NETWORKS
from generator.exports.headers import normal
from generator.exports.measures import with_measures
from generator.exports.numbers import NUMBER
from generator.exports.periods import downloaded_on, with_periods
from generator.exports.rows import data_rows
from generator.exports.source import Ledger
from generator.model.kpi import ExportFile

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_VALUES = ("platform", "account", "series", "metric", "first", "days", "item", "value", "unit", "line")
_POSTS = ("platform", "account", "series", "post", "published", "type", "text", "permalink", "line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table as read: `values` and `posts` have the columns of Data, but for `file`."""

    file: ExportFile
    kind: Kind
    values: pl.DataFrame
    posts: pl.DataFrame


def read_grid(grid: Grid, ledger: Ledger, encoding: str | None) -> Reading | None:
    """None when the table as a whole is refused; the reason is then among the problems."""
    kind = grid.match.kind
    ledger.header = grid.match.header
    _report_odd(grid, ledger)
    if _compares(grid, ledger):
        return None
    titled = _titled(grid, ledger) if "titled" in grid.match.columns else None
    if "titled" in grid.match.columns and titled is None:
        return None
    frame = data_rows(grid, ledger)
    if frame.is_empty():
        ledger.problem("empty-export", f"the {kind.name} export has a header and no rows of data", line=grid.header_line,
                       fix="export the file again over a period that has data", severity="warning")  # fmt: skip
    dated = with_periods(frame, grid, ledger)
    if dated is None:
        return None
    frame = _with_platform(dated, grid, ledger, titled[1] if titled else None)
    frame = with_accounts(frame, grid, ledger)
    frame = _with_item(frame, grid, ledger)
    if titled:
        grid = _renamed(grid, titled[0])
    frame, metrics = with_measures(frame, grid, ledger)
    metrics = _one_indicator(frame, metrics, grid, ledger)
    values = _long(frame, metrics, grid, ledger)
    posts = _posts(frame, grid, ledger) if kind.grain in ("post", "campaign") else _no_posts()
    file = _record(frame, values, grid, ledger, encoding)
    return Reading(file=file, kind=kind, values=values, posts=posts)


def _report_odd(grid: Grid, ledger: Ledger) -> None:
    width = len(grid.match.header)
    for odd in grid.oddities:
        if odd.why == "truncated":
            ledger.leave_out("cut off at the end of the file", [odd.line])
            ledger.problem("truncated-file", f"the last row has {odd.cells} of {width} cells: the file ends too early", line=odd.line,
                           excerpt=odd.text, fix="download the file again", severity="warning")  # fmt: skip
        elif odd.why == "too long":
            ledger.leave_out("cell too long", [odd.line])
            ledger.problem("cell-too-long", f"a cell has more than 131,072 characters ({odd.text})", line=odd.line,
                           fix="look for a quote that is never closed, or export the file again")  # fmt: skip
        else:
            ledger.leave_out("ragged row", [odd.line])
            ledger.problem("ragged-row", f"the row has {odd.cells} cells and the header {width}", line=odd.line, excerpt=odd.text,
                           fix="export the file again; if it was edited, look for a quote or a delimiter too many")  # fmt: skip


def _compares(grid: Grid, ledger: Ledger) -> bool:
    names = [normal(cell) for cell in grid.match.header]
    if not any(name in COMPARISON or "(previous period)" in name or "(periode precedente)" in name for name in names):
        return False
    ledger.problem("comparison-export", "the table compares two periods", line=grid.header_line, fix="export it without a comparison")
    return True


def _titled(grid: Grid, ledger: Ledger) -> tuple[str, str | None] | None:
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
    return metric, next((name for name in ("instagram", "facebook") if name in words), None)


def _with_platform(frame: pl.DataFrame, grid: Grid, ledger: Ledger, titled: str | None) -> pl.DataFrame:
    kind, declared = grid.match.kind, ledger.source.platform
    if kind.platform == "multi":
        network = pl.col(str(grid.match.columns["network"])).str.strip_chars().str.to_lowercase()
        return frame.with_columns(platform=network.replace_strict(NETWORKS, default="other", return_dtype=pl.String))
    platform: str | None = kind.platform
    if kind.platform == "?":
        platform = declared or titled
        if platform is None:
            platform = _platform_of_name(ledger)
    return frame.with_columns(platform=pl.lit(platform, pl.String))


def _platform_of_name(ledger: Ledger) -> str:
    words = normal(ledger.source.names)
    named = [name for name in ("instagram", "facebook") if name in words]
    if len(named) == 1:
        ledger.note(f"platform {named[0]} taken from the name of the file or its folder")
        return named[0]
    ledger.problem("unknown-platform", "the file does not say whether it is of Facebook or of Instagram", line=1,
                   fix="add a rule for this file to kpi.yaml: platform: facebook or platform: instagram")  # fmt: skip
    return "other"


def _with_item(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    kind = grid.match.kind
    if kind.grain in ("post", "campaign"):
        return with_posts(frame, grid, ledger)
    if kind.item is None:
        return frame.with_columns(item=pl.lit(None, pl.String))
    cell = pl.col(str(grid.match.columns[kind.item])).str.strip_chars().str.replace_all(_CONTROL, "")
    return frame.with_columns(item=cell.str.strip_prefix(NUMBER))


def _renamed(grid: Grid, metric: str) -> Grid:
    """The grid with its one column of values under the metric's name."""
    from dataclasses import replace

    columns = {metric if column == "titled" else column: place for column, place in grid.match.columns.items()}
    return replace(grid, match=replace(grid.match, columns=columns))


def _one_indicator(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> list[str]:
    """Results of different sorts are not one number: purchases and page likes are never added."""
    if "indicator" not in grid.match.columns or "conversions" not in metrics:
        return metrics
    cells = frame[str(grid.match.columns["indicator"])]
    sorts = sorted(set(cells.filter(cells != "").to_list()))
    if len(sorts) < 2:
        return metrics
    ledger.problem("mixed-results", f"the results are of {len(sorts)} sorts ({', '.join(sorts[:3])}) and are left out", line=grid.header_line,
                   fix="export campaigns of one objective a file, or add the column Purchases", severity="warning")  # fmt: skip
    return [metric for metric in metrics if metric != "conversions"]


def _long(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """One row a value, with each key once."""
    kind = grid.match.kind
    frame = frame.with_columns(series=pl.lit(kind.series), currency=_currency(frame, metrics, grid, ledger))
    index = ["platform", "account", "series", "first", "days", "item", "line", "currency"]
    frame = frame.select(*index, *metrics) if metrics else frame.select(*index).with_columns(impressions=pl.lit(None, pl.Float64))
    values = frame.unpivot(on=metrics or ["impressions"], index=index, variable_name="metric", value_name="value").drop_nulls("value")
    unit = pl.col("metric").replace_strict(UNITS, return_dtype=pl.String)
    values = values.with_columns(unit=pl.when(unit == "money").then(pl.col("currency")).otherwise(unit))
    return _unique(values.select(_VALUES), kind, ledger)


def _unique(values: pl.DataFrame, kind: Kind, ledger: Ledger) -> pl.DataFrame:
    keys = ["platform", "account", "series", "metric", "first", "days", "item"]
    if not values.select(pl.struct(keys).is_duplicated().any()).item():
        return values
    if kind.adds_up:
        ledger.note("rows of the same campaign or channel and day were added up")
        summed = values.group_by(*keys, "unit", maintain_order=True).agg(pl.col("value").sum(), pl.col("line").min())
        return summed.select(_VALUES)
    kept = values.unique(keys, keep="last", maintain_order=True)
    lines = values.join(kept.select(*keys, "line"), on=[*keys, "line"], how="anti", nulls_equal=True)["line"].unique().to_list()
    ledger.leave_out("repeated further down in the same file", lines)
    return kept


def _currency(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> pl.Expr:
    money = [metric for metric in metrics if UNITS[metric] == "money"]
    if not money:
        return pl.lit(None, pl.String)
    if "currency" in grid.match.columns:
        return pl.col(str(grid.match.columns["currency"])).str.strip_chars().replace("", None)
    stated = {grid.match.currencies[metric] for metric in money if metric in grid.match.currencies}
    rule = ledger.source.rule
    if len(stated) == 1:
        return pl.lit(stated.pop())
    if rule and rule.currency:
        return pl.lit(rule.currency)
    ledger.note(f"the file names no currency: {ledger.source.currency}, the client's, was taken")
    return pl.lit(ledger.source.currency)


def _posts(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    columns = grid.match.columns

    def cell(column: str) -> pl.Expr:
        return pl.col(str(columns[column])).str.strip_prefix(NUMBER) if column in columns else pl.lit(None, pl.String)

    if "text" in columns:
        odd = frame.filter(pl.col(str(columns["text"])).str.contains(_CONTROL))
        if odd.height:
            ledger.problem("control-characters", f"control characters were removed from {odd.height} texts", line=odd["line"][0],
                           column=columns["text"], severity="notice")  # fmt: skip
    types = post_type(frame[str(columns["content_type"])]) if "content_type" in columns else pl.Series([None] * frame.height, dtype=pl.String)
    posts = frame.with_columns(
        types.alias("type"), series=pl.lit(grid.match.kind.series), post=pl.col("item"),
        text=cell("text").str.replace_all(_CONTROL, "").str.strip_chars().replace({"": None, "(Post with no description)": None}),
        permalink=cell("permalink").str.replace_all(_CONTROL, "").str.strip_chars().replace("", None),
    ).select(_POSTS)  # fmt: skip
    return posts.unique(["platform", "post"], keep="last", maintain_order=True)


def _no_posts() -> pl.DataFrame:
    from generator.model.kpi import POST_COLUMNS

    return pl.DataFrame(schema={name: _dtype(POST_COLUMNS[name]) for name in _POSTS})


def _dtype(name: str) -> pl.DataType:
    return pl.Datetime("us") if name == "Datetime" else getattr(pl, name)()  # type: ignore[no-any-return]  # a name of VALUE_COLUMNS


def _record(frame: pl.DataFrame, values: pl.DataFrame, grid: Grid, ledger: Ledger, encoding: str | None) -> ExportFile:
    kind = grid.match.kind
    accounts = frame["account"].drop_nulls().unique().to_list()
    ledger.close()
    first, last = _span(frame)
    return ExportFile(
        path=ledger.source.path, part=ledger.part, digest=ledger.source.digest, kind=kind.name,
        platform="multi" if kind.platform == "multi" else (frame["platform"][0] if frame.height else kind.platform),
        account=accounts[0] if len(accounts) == 1 else None, series=kind.series, encoding=encoding,
        locale=ledger.source.locale or grid.match.language, first=first, last=last,
        downloaded=downloaded_on(grid, ledger) or last, rows=values["line"].n_unique() if values.height else 0,
        left_out=ledger.left_out, unknown_columns=grid.match.unknown, notes=tuple(ledger.notes),
    )  # fmt: skip


def _span(frame: pl.DataFrame) -> tuple[date | None, date | None]:
    if frame.is_empty():
        return None, None
    return frame.select(pl.col("first").min(), last=(pl.col("first") + pl.duration(days=pl.col("days") - 1)).max()).row(0)
