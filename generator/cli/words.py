"""What all commands share: exit codes, options, and the group that they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from generator.problems import Problems

DONE, BAD_INPUT, WRONG_USAGE, PARTLY, REMOTE, UNCONFIRMED, ALERTED = 0, 1, 2, 3, 4, 6, 7


def outcome(problems: Problems, *, strict: bool = False) -> int:
    """The exit code that problems call for."""
    warned = strict and any(problem.severity == "warning" for problem in problems)
    return BAD_INPUT if problems.errors or warned else DONE


class Commands(click.Group):
    """A group that suggests the nearest command for a misspelt one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near and near[0] not in error.message else ""
            raise click.UsageError(error.message + hint, ctx) from None


def instant(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    """--now as a moment; without it, the clock's. A time without a zone is read in the machine's own."""
    if value is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(value).astimezone()
    except ValueError:
        raise click.BadParameter("write for instance 2026-09-30T18:00 or 2026-09-30T18:00+02:00") from None


def instant_or_none(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    return None if value is None else instant(ctx, param, value)


def span(ctx: click.Context, param: click.Parameter, value: str) -> Callable[[datetime], datetime]:
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
        "now": click.option("--now", callback=instant, metavar="TIME", help="Build as if it were this moment."),
        "json": click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines."),
        "quiet": click.option("--quiet", is_flag=True, help="Problems only."),
        "workers": click.option(
            "--workers", default="auto", metavar="N|serial|dask:ADDRESS", callback=workers_option,
            help="Worker processes for reports, pictures and many pages, or a cluster's scheduler.",
        ),
        "strict": click.option("--strict", is_flag=True, help="Take warnings for errors: exit code 1, and nothing is published."),
        "lenient": click.option("--lenient", is_flag=True, help="Write what can be written, whatever else is wrong."),
    }  # fmt: skip

    def add(command: Any) -> Any:
        for name in reversed(names):
            command = known[name](command)
        return command

    return add


def workers_option(ctx: click.Context, param: click.Parameter, value: str) -> str:
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
