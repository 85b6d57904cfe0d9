"""Commands: kpi read, kpi explain, brand show, components. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.words import BAD_INPUT, DONE, Commands, bilan, options
from generator.problems import harmless, json_line

if TYPE_CHECKING:
    pass


@bilan.group(cls=Commands)
def kpi() -> None:
    """Look into exports and figures."""


@kpi.command("read")
@options("site", "json")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--restated", is_flag=True, help="List the values that later downloads changed, with both and their places.")
def kpi_read(root: Path, as_json: bool, files: Sequence[Path], restated: bool) -> int:
    """Say what export files hold: kind, account, period, rows kept and left out, monthly totals.

    \b
    bilan kpi read Downloads/*.csv
    bilan kpi read content/novea/kpi --json
    bilan kpi read content/novea/kpi --restated
    """
    from generator.explain import read_lines
    from generator.problems import Problems

    problems = Problems()
    today = datetime.now().astimezone().date()
    for line in read_lines(root, files, problems, today, as_json=as_json, restated=restated):
        click.echo(harmless(line))
    for problem in problems:
        click.echo(json_line(problem.as_json()) if as_json else str(problem), err=True)
    return BAD_INPUT if problems.errors else DONE


@kpi.command("explain")
@options("site", "json")
@click.argument("metric")
@click.option("--client", "-c", required=True, help="The client's folder name.")
@click.option("--period", "-p", required=True, metavar="PERIOD", help="As in 2026-09, 2026-W38, 2026-Q3, 2026 or 2026-09-01..2026-09-15.")
@click.option("--platform", help="One platform only.")
def kpi_explain(root: Path, as_json: bool, metric: str, client: str, period: str, platform: str | None) -> int:
    """Show the formula, files and rows behind one figure.

    \b
    bilan kpi explain engagement_rate --client novea --period 2026-09
    """
    from generator.explain import explain_lines
    from generator.problems import Problems

    problems = Problems()
    for line in explain_lines(root, metric, client, period, platform, problems, as_json=as_json):
        click.echo(harmless(line))
    for problem in problems:
        click.echo(json_line(problem.as_json()) if as_json else str(problem), err=True)
    return BAD_INPUT if problems.errors else DONE


@bilan.group(cls=Commands)
def brand() -> None:
    """Look into brands."""


@brand.command("show")
@options("site", "json")
@click.argument("whose", metavar="CLIENT[/CAMPAIGN]")
def brand_show(root: Path, as_json: bool, whose: str) -> int:
    """Show each part of a brand, and which level won: campaign, client, agency or Bilan's default.

    \b
    bilan brand show novea
    bilan brand show novea/novacardz
    """
    from generator.explain import brand_lines

    client, _, campaign = whose.partition("/")
    for line in brand_lines(root, client, campaign or None, as_json=as_json):
        click.echo(harmless(line))
    return DONE


@bilan.command()
@options("json")
@click.argument("name", required=False)
def components(as_json: bool, name: str | None) -> int:
    """List the blocks that pages and reports may hold; with a name, the keys that one takes.

    \b
    bilan components
    bilan components chart
    bilan components --json
    """
    from generator.components import as_values, lines

    for line in map(json_line, as_values(name)) if as_json else lines(name):
        click.echo(harmless(line))
    return DONE
