"""Commands: build, report, check, why. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.telling import print_problems, progress_bar, shown, tell
from generator.cli.words import ALERTED, BAD_INPUT, DONE, PARTLY, bilan, options, outcome
from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.model.outputs import Output


@bilan.command()
@options("site", "now", "workers", "json", "quiet", "lenient", "strict")
@click.option("--only", metavar="CLIENT[/CAMPAIGN]", help="Build one client's or one campaign's files.")
@click.option("-v", "--verbose", is_flag=True, help="Say for each file why it was built.")
def build(
    root: Path, now: datetime, workers: str, as_json: bool, quiet: bool, lenient: bool, strict: bool, only: str | None, verbose: bool
) -> int:
    """Turn the site into its output folder.

    \b
    bilan build
    bilan build --only novea/novacardz
    bilan build --now 2026-04-15T18:00      as it will be, or was, at that moment
    """
    from generator import pipeline

    choose = _choose_folder(only) if only else None
    with progress_bar(quiet or as_json) as progress:
        summary = pipeline.build(root, now, workers=workers, choose=choose, lenient=lenient, progress=progress)
    if only and not summary.verdicts and not summary.idle and not summary.failed:
        raise click.BadParameter(f"nothing of the site is called {only!r}", param_hint="--only")
    if verbose:
        for verdict in summary.verdicts:
            click.echo(harmless(f"{verdict.output.path}: {verdict}"))
    tell(summary, as_json=as_json, quiet=quiet)
    if not summary.failed and not quiet and not as_json:
        click.echo(f"  pages  {shown(root / 'output' / 'index.html')}")
    return outcome(summary.problems, strict=strict)


def _choose_folder(prefix: str) -> Callable[[Output], bool]:
    folder = prefix.strip("/") + "/"
    return lambda output: output.path.startswith(folder)


@bilan.command()
@options("site", "now", "workers", "json", "quiet")
@click.argument("client", required=False)
@click.option("--all", "everybody", is_flag=True, help="Every client's reports.")
@click.option("--period", metavar="2026-09", help="One period only: 2026-09, 2026-W38, 2026-Q3, 2026-H1, 2026.")
@click.option("--name", metavar="NAME", help="One report only, by the name of its file: monthly.")
def report(
    root: Path,
    now: datetime,
    workers: str,
    as_json: bool,
    quiet: bool,
    client: str | None,
    everybody: bool,
    period: str | None,
    name: str | None,
) -> int:
    """Make the PDF reports, and print where they are.

    \b
    bilan report novea --period 2026-09
    bilan report --all
    bilan report --all --workers dask:tcp://10.0.0.5:8786
    """
    from generator import pipeline

    if (client is None) == (not everybody):
        raise click.UsageError("name a client, or say --all")

    def choose(output: Output) -> bool:
        if output.job.renderer != "report" or (client and output.owner != client):
            return False
        report_name, its_period = _name_and_period(output.name)
        return period in (None, its_period) and name in (None, report_name)

    with progress_bar(quiet or as_json) as progress:
        summary = pipeline.build(root, now, workers=workers, choose=choose, progress=progress, list_all=True)
    if not summary.verdicts and not summary.failed:
        raise click.UsageError(f"there is no such report; {_known_reports(root)}")
    tell(summary, as_json=as_json, quiet=quiet)
    made = [verdict.output for verdict in summary.verdicts if (root / "output" / verdict.output.path).is_file()]
    for output in made:
        click.echo(json_line({"report": output.name}) if as_json else shown(_readable(root, output)))
    return DONE if not summary.failed else PARTLY if made else BAD_INPUT


def _readable(root: Path, output: Output) -> Path:
    """Where a report can be read; of a room that a password opens, a copy beside the site's facts, which is nobody else's."""
    from generator.seals import clear_bytes
    from generator.write import put_in_place

    pdf = clear_bytes(root / "output", output) if output.seal else None
    if pdf is None:
        return root / "output" / output.path
    copy = root / ".bilan" / "room" / output.owner / Path(output.name).name
    put_in_place(copy, pdf)
    copy.chmod(0o600)
    return copy


def _name_and_period(path: str) -> tuple[str, str]:
    """("monthly", "2026-09") of novea/room/monthly-2026-09.pdf, or of its draft."""
    found = re.fullmatch(r"(.+?)-(\d{4}(?:-(?:\d\d|W\d\d|Q\d|H\d))?)", Path(path).stem.removesuffix("-draft"))
    return (found[1], found[2]) if found else (Path(path).stem, "")


def _known_reports(root: Path) -> str:
    found = sorted(path.parent.parent.name + "/" + path.stem for path in (root / "content").glob("*/reports/*.md"))
    return f"reports of this site: {', '.join(found)}" if found else "this site has no reports yet"


@bilan.command()
@options("site", "now", "json", "strict")
@click.option(
    "--alerts", is_flag=True, help="Look for figures beyond thresholds or far from the usual instead; exit code 7 when there are."
)
@click.option("--external", is_flag=True, help="Ask the web addresses that built pages lead to whether they still answer, instead.")
@click.option("--theme", is_flag=True, help="Try the site's templates on a sample of hard cases instead: what each page owes its readers.")
@click.option("--client", "-c", help="With --alerts: one client only.")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 400), help="With --alerts: how many days back to look.")
def check(root: Path, now: datetime, as_json: bool, strict: bool, alerts: bool, external: bool, theme: bool, client: str | None,
          days: int) -> int:  # fmt: skip
    """Find every problem; write nothing.

    \b
    bilan check
    bilan check --json
    bilan check --alerts            for cron: what somebody should know of today
    bilan check --external          whether links out of the site still lead somewhere
    bilan check --theme             whether your templates keep what each page owes its readers
    """
    from generator import pipeline

    if alerts:
        return _check_alerts(root, days, client, as_json)
    if external:
        return _check_external(root, now, as_json, strict)
    if theme:
        from generator.contract import check_theme

        problems = check_theme(root)
    else:
        problems = pipeline.check(root, now)
    print_problems(problems, as_json)
    if not as_json:
        errors = len(problems.errors)
        click.echo("no problem" if not len(problems) else f"{errors} error{'s' * (errors != 1)}, {len(problems) - errors} other remarks")
    return outcome(problems, strict=strict)


def _check_external(root: Path, now: datetime, as_json: bool, strict: bool) -> int:
    from generator.outward import check_outward

    problems, count = check_outward(root, now)
    print_problems(problems, as_json)
    if not as_json:
        click.echo(f"{count} web address{'es' * (count != 1)}, {len(problems)} of which cannot be read")
    return outcome(problems, strict=strict)


def _check_alerts(root: Path, days: int, client: str | None, as_json: bool) -> int:
    """Alerts, and a notice of them beside the site's facts; it goes when there are none."""
    from generator import alarms, planning
    from generator.problems import Problems

    planning.require_site(root)
    problems = Problems()
    told = alarms.leave_notice(root / alarms.NOTICE, alarms.look(root, days, client, problems), client)
    print_problems(problems, as_json)
    for line in [json_line(each) for each in told] if as_json else alarms.in_words(told):
        click.echo(harmless(line))
    if not as_json:
        click.echo(f"{len(told)} alert{'s' * (len(told) != 1)} in the last {days} days" + (f"; see {alarms.NOTICE}" if told else ""))
    return BAD_INPUT if problems.errors else ALERTED if told else DONE


@bilan.command()
@options("site", "now")
@click.option("-v", "--verbose", is_flag=True, help="With the fingerprint of each part of what it says.")
@click.argument("path")
def why(root: Path, now: datetime, path: str, verbose: bool) -> int:
    """Say what an output was made from, and whether it would be built again.

    \b
    bilan why novea/room/monthly-2026-09.pdf
    bilan why -v novea/index.html
    """
    from generator.origins import why

    wanted = path.removeprefix("output/").removeprefix("./")
    lines = why(root, now, wanted, verbose=verbose)
    if lines is None:
        raise click.UsageError(f"{wanted} is no output of this site")
    for line in lines:
        click.echo(harmless(line))
    return DONE
