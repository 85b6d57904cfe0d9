"""Words typed → one call; prints problems and results, and picks the exit code. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.model.approval import State
    from generator.model.mail import Key, Posted
    from generator.model.outputs import Output
    from generator.pipeline import Progress, Summary
    from generator.problems import Problem, Problems
    from generator.sending import Sent

DONE, BAD_INPUT, WRONG_USAGE, PARTLY, REMOTE, UNCONFIRMED, ALERTED = 0, 1, 2, 3, 4, 6, 7


class Commands(click.Group):
    """A group that suggests the nearest command for a misspelt one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near and near[0] not in error.message else ""
            raise click.UsageError(error.message + hint, ctx) from None


def _instant(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    """--now as a moment; without it, the clock's. A time without a zone is read in the machine's own."""
    if value is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(value).astimezone()
    except ValueError:
        raise click.BadParameter("write for instance 2026-09-30T18:00 or 2026-09-30T18:00+02:00") from None


def _instant_or_none(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    return None if value is None else _instant(ctx, param, value)


def _span(ctx: click.Context, param: click.Parameter, value: str) -> Callable[[datetime], datetime]:
    """A span from now on, or a day up to its end."""
    found = re.fullmatch(r"(\d{1,4})([dw])", value)
    if found:
        return lambda now: now + timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
    try:
        day = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write for instance 30d, 8w or 2026-12-31") from None
    return lambda now: (day if day.tzinfo else day.replace(tzinfo=now.tzinfo)) + timedelta(days=len(value) == 10)


def options(*names: str) -> Callable[[Any], Any]:
    """Options that commands share."""
    folder = click.Path(file_okay=False, path_type=Path)
    known = {
        "site": click.option("--site", "root", type=folder, default=Path(), help="The site's folder; the current one by default."),
        "now": click.option("--now", callback=_instant, metavar="TIME", help="Build as if it were this moment."),
        "json": click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines."),
        "quiet": click.option("--quiet", is_flag=True, help="Problems only."),
        "workers": click.option(
            "--workers", default="auto", metavar="N|serial|dask:ADDRESS", callback=_workers,
            help="Worker processes for reports, pictures and many pages, or a cluster's scheduler.",
        ),
        "lenient": click.option("--lenient", is_flag=True, help="Write what can be written, whatever else is wrong."),
    }  # fmt: skip

    def add(command: Any) -> Any:
        for name in reversed(names):
            command = known[name](command)
        return command

    return add


def _workers(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if value in ("auto", "serial") or (value.isdigit() and 0 < int(value) <= 256):
        return value
    if re.fullmatch(r"dask:((tcp|tls)://)?([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", value):
        return value
    raise click.BadParameter('a number of processes, "serial", or a scheduler as in dask:tcp://10.0.0.5:8786')


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="bilan", prog_name="bilan")
def bilan() -> None:
    """Live campaign microsites and monthly PDF reports, from plain files and KPI exports.

    \b
    bilan new my-agency          a site that builds at once
    bilan build                  content/ and site.yaml become output/
    bilan serve                  the same while you write, in the browser
    bilan report --all           the PDFs, and where they are
    """


# ---- build ----------------------------------------------------------------------------------------------------------


@bilan.command()
@options("site", "now", "workers", "json", "quiet", "lenient")
@click.option("--only", metavar="CLIENT[/CAMPAIGN]", help="Build one client's or one campaign's files.")
@click.option("-v", "--verbose", is_flag=True, help="Say for each file why it was built.")
def build(root: Path, now: datetime, workers: str, as_json: bool, quiet: bool, lenient: bool, only: str | None, verbose: bool) -> int:
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
    _tell(summary, as_json=as_json, quiet=quiet)
    if not summary.failed and not quiet and not as_json:
        click.echo(f"  pages  {_shown(root / 'output' / 'index.html')}")
    return BAD_INPUT if summary.failed else DONE


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
        report_name, its_period = _name_and_period(output.path)
        return period in (None, its_period) and name in (None, report_name)

    with progress_bar(quiet or as_json) as progress:
        summary = pipeline.build(root, now, workers=workers, choose=choose, progress=progress, list_all=True)
    if not summary.verdicts and not summary.failed:
        raise click.UsageError(f"there is no such report; {_known_reports(root)}")
    _tell(summary, as_json=as_json, quiet=quiet)
    made = [verdict.output.path for verdict in summary.verdicts if (root / "output" / verdict.output.path).is_file()]
    for path in made:
        click.echo(json_line({"report": path}) if as_json else _shown(root / "output" / path))
    return DONE if not summary.failed else PARTLY if made else BAD_INPUT


def _name_and_period(path: str) -> tuple[str, str]:
    """("monthly", "2026-09") of novea/room/monthly-2026-09.pdf, or of its draft."""
    found = re.fullmatch(r"(.+?)-(\d{4}(?:-(?:\d\d|W\d\d|Q\d|H\d))?)", Path(path).stem.removesuffix("-draft"))
    return (found[1], found[2]) if found else (Path(path).stem, "")


def _known_reports(root: Path) -> str:
    found = sorted(path.parent.parent.name + "/" + path.stem for path in (root / "content").glob("*/reports/*.md"))
    return f"reports of this site: {', '.join(found)}" if found else "this site has no reports yet"


@bilan.command()
@options("site", "now", "json")
@click.option(
    "--alerts", is_flag=True, help="Look for figures beyond thresholds or far from the usual instead; exit code 7 when there are."
)
@click.option("--client", "-c", help="With --alerts: one client only.")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 400), help="With --alerts: how many days back to look.")
def check(root: Path, now: datetime, as_json: bool, alerts: bool, client: str | None, days: int) -> int:
    """Find every problem; write nothing.

    \b
    bilan check
    bilan check --json
    bilan check --alerts            for cron: what somebody should know of today
    """
    from generator import pipeline

    if alerts:
        return _check_alerts(root, days, client, as_json)
    problems = pipeline.check(root, now)
    _print_problems(problems, as_json)
    if not as_json:
        errors = len(problems.errors)
        click.echo("no problem" if not len(problems) else f"{errors} error{'s' * (errors != 1)}, {len(problems) - errors} other remarks")
    return BAD_INPUT if problems.errors else DONE


def _check_alerts(root: Path, days: int, client: str | None, as_json: bool) -> int:
    """Alerts, and a notice of them beside the site's facts; it goes when there are none."""
    from generator import alarms, pipeline
    from generator.problems import Problems

    pipeline.require_site(root)
    problems = Problems()
    told = alarms.leave_notice(root / alarms.NOTICE, alarms.look(root, days, client, problems), client)
    _print_problems(problems, as_json)
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


# ---- sign-off and mail ----------------------------------------------------------------------------------------------


@bilan.command()
@options("site", "now", "json")
@click.option(
    "--until", default="30d", show_default=True, callback=_span, metavar="SPAN|DAY", help="How far ahead: 30d, 8w, or a day: 2026-12-31."
)
def due(root: Path, now: datetime, as_json: bool, until: Callable[[datetime], datetime]) -> int:
    """Everything dated: what opens and ends, which reports are to go out, and which exports they lack.

    \b
    bilan due
    bilan due --until 8w
    """
    from generator.agenda import agenda

    for each in agenda(root, now, until(now)):
        if as_json:
            click.echo(json_line({"at": each.at.isoformat(), "client": each.client, "what": each.what, "name": each.name, "note": each.note,
                                  "late": each.late}))  # fmt: skip
        else:
            note = f" ({each.note})" if each.note else ""
            click.echo(
                harmless(f"{'late ' if each.late else '     '}{each.at:%Y-%m-%d %H:%M}  {each.client}  {each.what}  {each.name}{note}")
            )
    return DONE


@bilan.command()
@options("site", "now", "json")
@click.argument("report", metavar="CLIENT/REPORT")
@click.argument("period", metavar="PERIOD")
@click.option("--by", required=True, metavar="NAME", help="Who signs.")
@click.option("--state", type=click.Choice(["approved", "review", "draft"]), default="approved", help="approved by default.")
def approve(root: Path, now: datetime, as_json: bool, report: str, period: str, by: str, state: State) -> int:
    """Sign off one period's report, exactly as it is now. Any later change takes it back to review.

    \b
    bilan approve novea/monthly 2026-09 --by "Inès Caradec"
    bilan approve novea/monthly 2026-09 --by "Tom" --state review
    """
    from generator.signing import sign

    client, name = _client_and_report(report)
    signed = sign(root, now, client, name, period, by, state)
    if as_json:
        click.echo(json_line({"path": signed.path, "state": state, "content": signed.content, "pdf": signed.pdf}))
    else:
        click.echo(harmless(f"{signed.path}: {state} by {by}" + (f", PDF {signed.pdf[:12]}; now: bilan build" if signed.pdf else "")))
    return DONE


def _client_and_report(value: str) -> tuple[str, str]:
    client, _, name = value.partition("/")
    if not client or not name or "/" in name:
        raise click.UsageError("name the report as CLIENT/REPORT, for instance novea/monthly")
    return client, name


@bilan.command()
@options("site", "now", "json")
@click.argument("report", metavar="[CLIENT/REPORT]", required=False)
@click.argument("period", metavar="[PERIOD]", required=False)
@click.option("--due", is_flag=True, help="Every approved report of the last two months that somebody has not got yet.")
@click.option("--confirm", is_flag=True, help="Really send; without it the plan is shown and nothing leaves.")
@click.option("--test-to", metavar="ADDRESS", help="Send everything to this address instead; the journal takes no note.")
@click.option("--correction", metavar="WHY", help="Send a report again that has changed since it was sent.")
@click.option(
    "--confirm-domain", "domains", metavar="DOMAIN", multiple=True, help="A domain that this client's reports never went to is right."
)
@click.option("--list", "listing", is_flag=True, help="What was sent, and what waits for a person.")
@click.option("--resolve", metavar="MESSAGE", help="Decide on a message that is unsure or was refused; with --as.")
@click.option("--as", "verdict", type=click.Choice(["sent", "again"]), help="With --resolve: it was sent, or is to be offered again.")
@click.option("--by", default="", metavar="NAME", help="With --resolve: who decides.")
def send(root: Path, now: datetime, as_json: bool, report: str | None, period: str | None, listing: bool, resolve: str | None,
         verdict: str | None, by: str, due: bool, **decided: Any) -> int:  # fmt: skip
    """Send approved reports by mail, once. Shows the plan first: client, recipient, digest, pages.

    \b
    bilan send novea/monthly 2026-09                          the plan; nothing leaves
    bilan send novea/monthly 2026-09 --test-to me@agency.example
    bilan send novea/monthly 2026-09 --confirm
    bilan send --due --confirm                                from cron
    bilan send --list
    bilan send --resolve novea-monthly-2026-09-1-0a1b2c3d4e --as sent --by Tom
    """
    from generator import sending

    if listing:
        for posted in sending.posted(root):
            click.echo(harmless(_posted_line(posted, as_json)))
        return DONE
    if resolve:
        if verdict is None or not by:
            raise click.UsageError("say what became of it, and who says so: --as sent|again --by NAME")
        click.echo(harmless(_posted_line(sending.resolve(root, resolve, verdict, by), as_json)))
        return DONE
    if due == bool(report) or bool(report) != bool(period):
        raise click.UsageError("name a report and a period, or say --due")
    client, name = _client_and_report(report) if report else (None, None)
    options_ = sending.Options(
        confirm=decided["confirm"], test_to=decided["test_to"], correction=decided["correction"], domains=decided["domains"]
    )
    sent = sending.send(root, now, sending.Wanted(client=client, report=name, period=period), options_, sending.own_environment())
    return _tell_sent(sent, as_json)


def _key_json(key: Key) -> dict[str, str | int]:
    """What names a message, without anybody's address."""
    from generator.sending import masked, slug_of

    return {"message": slug_of(key), "client": key.client, "report": key.report, "period": key.period, "recipient": masked(key.recipient),
            "edition": key.edition}  # fmt: skip


def _posted_line(posted: Posted, as_json: bool) -> str:
    from generator.sending import slug_of

    if as_json:
        return json_line({**_key_json(posted.key), "fate": posted.fate, "pdf": posted.pdf, "at": posted.at, "attempts": posted.attempts,
                          "note": posted.note})  # fmt: skip
    return f"{slug_of(posted.key)}  {posted.fate}  {posted.key.recipient}  {posted.at}  {posted.note}"


def _tell_sent(sent: Sent, as_json: bool) -> int:
    """The plan, or what became of it, and the exit code."""
    from generator.sending import slug_of

    _print_problems(sent.problems, as_json)
    for line in sent.lines:
        if as_json:
            click.echo(json_line({**_key_json(line.key), "pdf": line.digest, "pages": line.pages, "fate": line.fate, "note": line.note}))
        else:
            what = f"{line.key.client}/{line.key.report} {line.key.period}" + (
                f", edition {line.key.edition}" if line.key.edition > 1 else ""
            )
            whom = f"{line.name} <{line.key.recipient}>" if line.name else line.key.recipient
            click.echo(harmless(f"{line.fate:12}  {what}  {whom}  PDF {line.digest[:12]}, {line.pages} pages  {line.note}".rstrip()))
            if line.fate in ("unsure", "refused"):
                click.echo(harmless(f"              decide with: bilan send --resolve {slug_of(line.key)} --as sent|again --by NAME"))
    if sent.server:
        click.echo(
            json_line({"code": "mail-server", "message": sent.server}) if as_json else harmless(f"site.yaml: mail-server {sent.server}"),
            err=True,
        )
        return REMOTE
    if not sent.confirmed:
        waiting = sum(line.fate in ("to send", "waiting", "deferred") for line in sent.lines)
        if not as_json:
            click.echo(f"{waiting} to send; nothing has left. To send: --confirm")
        return BAD_INPUT if sent.problems.errors and not sent.lines else UNCONFIRMED if waiting else DONE
    if sent.failed or sent.problems.errors:
        return PARTLY if len(sent.failed) < len(sent.lines) or sent.failed else BAD_INPUT
    return DONE


# ---- figures --------------------------------------------------------------------------------------------------------


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


# ---- site -----------------------------------------------------------------------------------------------------------


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
@click.option("--now", callback=_instant_or_none, metavar="TIME", help="Preview as if it were this moment.")
def serve(root: Path, port: int, host: str, open_browser: bool, poll: bool, now: datetime | None) -> int:
    """Build, watch, and show every change in the browser.

    \b
    bilan serve
    bilan serve --port 8080 --open
    """
    from generator import pipeline
    from generator.serve import Settings, run

    return run(root, pipeline.rebuilder(root, now), Settings(host=host, port=port, poll=poll, open_browser=open_browser), click.echo)


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


# ---- saying things --------------------------------------------------------------------------------------------------


def _tell(summary: Summary, *, as_json: bool, quiet: bool) -> None:
    _print_problems(summary.problems, as_json)
    if as_json:
        click.echo(json_line(
            {"written": len(summary.written), "removed": len(summary.removed), "kept": summary.kept, "errors": len(summary.problems.errors),
             "seconds": round(summary.seconds, 3)}))  # fmt: skip
    elif summary.idle and not quiet:
        click.echo(f"nothing to do: {summary.kept} files are up to date ({summary.seconds:.2f} s)")
    elif not quiet:
        removed = f", {len(summary.removed)} removed" if summary.removed else ""
        click.echo(f"{len(summary.written)} files written{removed}, {summary.kept} up to date ({summary.seconds:.1f} s)")


def _print_problems(problems: Iterable[Problem] | Problems, as_json: bool) -> None:
    for problem in problems:
        click.echo(json_line(problem.as_json()) if as_json else str(problem), err=not as_json)


def _shown(path: Path) -> str:
    """A path as one would type it from here."""
    try:
        return harmless(str(path.resolve().relative_to(Path.cwd())))
    except ValueError:
        return harmless(str(path))


class progress_bar:  # noqa: N801  # used like a function
    """What is done and what is left, on a terminal; nothing otherwise."""

    def __init__(self, hidden: bool) -> None:
        self._hidden = hidden or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if self._hidden:
            return lambda done, total, what: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("", total=None)
        return lambda done, total, what: self._bar.update(task, completed=done, total=total, description=what)

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()
