"""A million rows of an advertising export → the figures of a 13-month report, and the same sums in bare Polars."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

from bench.measure import Measured, run_python

ROWS = 1_000_000
FIRST, DAYS, CAMPAIGNS = date(2025, 9, 1), 395, 40

BARE = """
import polars as pl
money = {"Cost": pl.Float64, "Conv. value": pl.Float64, "Conversions": pl.Float64}
frame = pl.scan_csv(sys.argv[1], schema_overrides=money, try_parse_dates=True)
months = frame.with_columns(month=pl.col("Day").dt.truncate("1mo"))
sums = months.group_by("month", "Campaign").agg(pl.col("Impr.", "Clicks", "Cost", "Conversions", "Conv. value").sum()).collect()
print(round(sums["Clicks"].sum()))
"""

BILAN = """
from pathlib import Path
from generator.exports import read_exports
from generator.metrics import compute_figures
from generator.model.figures import Filter, month_of
from generator.model.periods import shifted
from generator.model.site import Client, Limits
from generator.problems import Location, Problems
from datetime import date
folder = Path(sys.argv[1]).parent
client = Client(
    slug="b", name="B", language="en", timezone="Europe/Paris", currency="EUR", brand={}, url=None,
    accounts=(), goals=(), counters=(), annotations=(), rules=(), at=Location(path="client.yaml"),
)
problems = Problems()
figures = compute_figures(client, read_exports(folder, root=folder, client=client, limits=Limits(), problems=problems))
assert not problems.errors, list(problems)[:3]
months = [shifted(month_of(date(2026, 9, 1)), -n) for n in range(13)]
clicks = 0
for month in months:
    for metric in ("ad_impressions", "ad_clicks", "spend", "ad_conversions", "cpc", "roas"):
        figure = figures.figure(metric, month, compare="previous")
        for campaign in figures.groups(metric, month, "campaign"):
            figures.figure(metric, month, only=Filter(platform=None, item=campaign))
    clicks += figures.figure("ad_clicks", month).value or 0
print(round(clicks))
"""


def write_export(path: Path) -> None:
    """One row a day, campaign and ad group, as the platform writes it."""
    draw = random.Random(7)  # noqa: S311  # the same file each time
    with path.open("w", encoding="utf-8") as file:
        file.write("Day,Campaign,Ad group,Account name,Currency code,Cost,Impr.,Clicks,Conversions,Conv. value\n")
        for row in range(ROWS):
            day = FIRST + timedelta(days=row * DAYS // ROWS)
            impressions, clicks = draw.randrange(1, 90_000), draw.randrange(0, 900)
            file.write(
                f"{day},Campaign {row % CAMPAIGNS:02},Group {row % 997:03},Novea Ads,EUR,{clicks * 0.37:.2f},{impressions},{clicks},"
                f"{clicks // 30}.0,{clicks // 30 * 41.5:.2f}\n"
            )


def measure(folder: Path) -> list[Measured]:
    """Both do the same sums; the totals must agree."""
    kpi = folder / "kpi"
    kpi.mkdir()
    export = kpi / "ads.csv"
    write_export(export)
    size = f"{export.stat().st_size / 1e6:.0f} MB"
    bare = run_python(f"bare Polars, {ROWS:,} rows, {size}", BARE, [str(export)], times=3)
    bilan = run_python("Bilan, file to 13 months of figures with campaigns", BILAN, [str(export)], times=3)
    if bare.output != bilan.output:
        sys.exit(f"the two do not agree: {bare.output} and {bilan.output}")
    return [bare, bilan]
