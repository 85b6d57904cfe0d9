"""Commands: publish, rollback, releases. Words typed → one call; nothing heavy is imported before it is needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.telling import print_problems, progress_bar
from generator.cli.words import BAD_INPUT, DONE, REMOTE, UNCONFIRMED, bilan, options
from generator.facts.takedown import read_takedown, settle_takedown
from generator.problems import harmless, json_line

if TYPE_CHECKING:
    from generator.publish import Changes
    from generator.publishing import Published

UNITS = ("B", "kB", "MB", "GB")


@bilan.command()
@options("site", "json", "quiet", "workers", "strict")
@click.argument("target")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be added, changed and removed; send nothing.")
@click.option("--confirm-deletes", "deletes", metavar="N", type=click.IntRange(0), help="Up to N pages and documents may be deleted.")
@click.option("--confirm-public", "opens", metavar="N", type=click.IntRange(0), help="Up to N pages that were private may become public.")
@click.option("--verify", type=click.Choice(["sample", "all", "none"]), default="sample", show_default=True, help="How much is read back.")
def publish(
    root: Path, as_json: bool, quiet: bool, workers: str, strict: bool, target: str,
    only_plan: bool, deletes: int | None, opens: int | None, verify: str,
) -> int:  # fmt: skip
    """Build, and bring a target of site.yaml to what was built.

    \b
    bilan publish live --plan
    bilan publish live
    bilan publish live --confirm-deletes 240
    """
    from generator import publishing

    decided = publishing.Options(only_plan=only_plan, deletes=deletes, opens=opens, verify=verify, workers=workers, strict=strict)
    now = datetime.now().astimezone()
    with progress_bar(quiet or as_json) as progress:
        first = read_takedown(root)
        done = publishing.publish(root, now, target, decided, publishing.own_environment(), first.gone, progress=progress)
    if not only_plan and not done.refused and not done.problems.errors:
        settle_takedown(root, target)
    if only_plan:
        _tell_changes(done, as_json)
    return _tell(done, as_json, quiet, only_plan)


@bilan.command()
@options("site", "json", "quiet")
@click.argument("target")
@click.option("--to", metavar="RELEASE", help="That release instead of the one before; bilan releases TARGET lists them.")
def rollback(root: Path, as_json: bool, quiet: bool, target: str, to: str | None) -> int:
    """Bring back what was published before.

    \b
    bilan rollback live
    bilan rollback live --to 20261130T081500-1f2e3d4c5b
    """
    from generator import publishing

    with progress_bar(quiet or as_json) as progress:
        done = publishing.roll_back(root, target, to, publishing.own_environment(), read_takedown(root).gone, progress=progress)
    return _tell(done, as_json, quiet, False)


@bilan.command()
@options("site", "json")
@click.argument("target")
def releases(root: Path, as_json: bool, target: str) -> int:
    """List what was published to a target, and can be brought back.

    \b
    bilan releases live
    """
    from generator import publishing

    found, current = publishing.releases(root, target, publishing.own_environment())
    for release in found:
        size = sum(piece.size for piece in release.files.values())
        if as_json:
            click.echo(json_line({"release": release.name, "at": release.at, "files": len(release.files), "bytes": size,
                                  "current": release.name == current, "what": release.what}))  # fmt: skip
        else:
            mark = "  readers see this one" if release.name == current else ""
            click.echo(harmless(f"{release.name}  {release.what}  {len(release.files)} files, {in_bytes(size)}{mark}"))
    if not found and not as_json:
        click.echo("nothing has been published there yet")
    return DONE


def _tell_changes(done: Published, as_json: bool) -> None:
    """One line an address."""
    changes = done.changes
    if changes is None:
        return
    for sign, word, addresses in (("+", "added", changes.added), ("~", "changed", changes.changed), ("-", "removed", changes.removed)):
        for address in addresses:
            piece = changes.new.get(address) or changes.old[address]
            if as_json:
                click.echo(json_line({"change": word, "address": address, "bytes": piece.size, "access": piece.access}))
            else:
                private = "  private" if piece.access == "private" else ""
                click.echo(harmless(f"{sign} {address}  {in_bytes(piece.size)}{private}"))


def _tell(done: Published, as_json: bool, quiet: bool, only_plan: bool) -> int:
    print_problems(done.problems, as_json)
    changes = done.changes
    if as_json and changes:
        counted = {"added": len(changes.added), "changed": len(changes.changed), "removed": len(changes.removed), "bytes": changes.bytes}
        click.echo(json_line({"target": done.target, "release": done.release, "files": done.total, **counted, "left_out": done.left_out}))
    elif changes and not quiet:
        for line in _words(done, changes, only_plan):
            click.echo(harmless(line))
    if done.refused:
        return UNCONFIRMED if done.unconfirmed else BAD_INPUT
    return REMOTE if done.problems.errors else DONE


def _words(done: Published, changes: Changes, only_plan: bool) -> list[str]:
    counted = f"{len(changes.added)} added, {len(changes.changed)} changed ({in_bytes(changes.bytes)}), {len(changes.removed)} removed"
    lines = [f"{done.left_out} private files stay here"] if done.left_out else []
    if done.refused:
        return [*lines, f"{counted}; nothing was sent"]
    if only_plan:
        return [*lines, f"{counted}; {done.total} files in all. Nothing was sent: without --plan it is"]
    if changes.nothing:
        return [*lines, f"nothing to send: {done.target} has all {done.total} files (release {done.release})"]
    return [*lines, f"{counted}: {done.target} shows release {done.release}. To go back: bilan rollback {done.target}"]


def in_bytes(size: int) -> str:
    """1536 → "1.5 kB"."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {UNITS[unit]}" if unit == 0 or value >= 100 else f"{value:.1f} {UNITS[unit]}"
