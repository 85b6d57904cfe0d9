"""Commands: due, approve, send. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.telling import print_problems
from generator.cli.words import BAD_INPUT, DONE, PARTLY, REMOTE, UNCONFIRMED, bilan, options, span
from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.model.approval import State
    from generator.model.mail import Key, Posted
    from generator.sending import Sent


@bilan.command()
@options("site", "now", "json")
@click.option(
    "--until", default="30d", show_default=True, callback=span, metavar="SPAN|DAY", help="How far ahead: 30d, 8w, or a day: 2026-12-31."
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
            click.echo(harmless(str(each)))
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
        posts = list(sending.posted(root))
        for posted in posts:
            click.echo(harmless(_posted_line(posted, as_json)))
        if not posts and not as_json:
            click.echo("no message yet")
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

    print_problems(sent.problems, as_json)
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
            click.echo(f"{waiting} to send; nothing has left. To send: --confirm" if waiting else "nothing to send")
        return BAD_INPUT if sent.problems.errors and not sent.lines else UNCONFIRMED if waiting else DONE
    if sent.failed or sent.problems.errors:
        return PARTLY if len(sent.failed) < len(sent.lines) or sent.failed else BAD_INPUT
    return DONE
