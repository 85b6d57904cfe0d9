"""Commands: new, serve, doctor. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.words import BAD_INPUT, DONE, bilan, instant_or_none, options
from generator.problems import harmless

if TYPE_CHECKING:
    pass


@bilan.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="The agency's name.")
@click.option("--client", help="The first client's name.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="The language of pages and reports.")
def new(folder: Path, title: str | None, client: str | None, language: str | None) -> int:
    """Begin a site that builds at once.

    \b
    bilan new my-agency
    bilan new my-agency --title "Atelier Onde" --client "Novéa Mobile" --language fr
    """
    from generator import beginning

    if not sys.stdin.isatty():
        title, client, language = title or "My agency", client or "First client", language or "en"
    title = title or click.prompt("Name of the agency")
    client = client or click.prompt("Name of the first client")
    language = language or click.prompt("Language", type=click.Choice(["fr", "en"]), default="fr")
    for line in beginning.begin(folder, title, client, language, datetime.now().astimezone().date()):
        click.echo(harmless(line))
    return DONE


@bilan.command()
@options("site")
@click.option("--port", default=8000, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--host", default="127.0.0.1", help="Address to listen on; this machine only by default.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@click.option("--poll", is_flag=True, help="Look for changes instead of being told: for network drives and containers.")
@click.option("--now", callback=instant_or_none, metavar="TIME", help="Preview as if it were this moment.")
@click.option("--live", is_flag=True, help="Serve what is public to many, without the tools of a preview: a wall, or behind a proxy.")
@click.option("--processes", default=1, type=click.IntRange(1, 64), help="With --live: processes that serve.")
@click.option("--name", "names", multiple=True, metavar="DOMAIN", help="With --live: a name under which a proxy reaches it.")
@click.option("--everybody", is_flag=True, help="With --live and --host: answer other machines without a token.")
def serve(root: Path, port: int, host: str, open_browser: bool, poll: bool, now: datetime | None, live: bool, processes: int,
          names: tuple[str, ...], everybody: bool) -> int:  # fmt: skip
    """Build, watch, and show every change in the browser.

    \b
    bilan serve
    bilan serve --port 8080 --open
    bilan serve --host 0.0.0.0                      for a phone in the same network: scan the code
    bilan serve --live --processes 2 --name cards.example
    """
    from generator import planning
    from generator.serve import Settings, run, run_live
    from generator.served import Served

    if not live and (processes > 1 or names or everybody):
        raise click.UsageError("--processes, --name and --everybody go with --live")
    planning.require_site(root)
    settings = Settings(
        host=host, port=port, poll=poll, open_browser=open_browser, timed=now is None, processes=processes, names=names, everybody=everybody
    )
    with Served(root, now) as site:
        return (run_live if live else run)(root, site, settings, click.echo)


@bilan.command()
@options("site", "workers")
def doctor(root: Path, workers: str) -> int:
    """Say what is missing on this machine, or on a cluster, and the command that mends it.

    \b
    bilan doctor
    bilan doctor --workers dask:tcp://10.0.0.5:8786
    """
    from generator import doctor as examination

    findings = list(examination.examine(root, workers))
    for finding in findings:
        click.echo(str(finding))
    return DONE if all(finding.good for finding in findings) else BAD_INPUT
