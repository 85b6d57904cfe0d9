"""python -m generator, and the command `bilan`: errors of the user as problems, errors of Bilan with their traceback and exit code 70."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

import click

BUG = 70
MACHINE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)  # no bug: the disk, or its permissions


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and ends the process with one of the documented exit codes."""
    from generator.cli import bilan
    from generator.facts.lock import LockedError
    from generator.problems import BilanError, RemoteError, harmless, json_line

    try:
        code = bilan.main(args=list(arguments) if arguments is not None else None, prog_name="bilan", standalone_mode=False) or 0
    except BilanError as error:
        as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
        for problem in error.problems:
            click.echo(json_line(problem.as_json()) if as_json else str(problem), err=not as_json)
        code = 5 if isinstance(error, LockedError) else 4 if isinstance(error, RemoteError) else 1
    except click.exceptions.Abort:
        code = 130
    except KeyboardInterrupt:
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except click.exceptions.Exit as ending:
        code = ending.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    except OSError as error:
        if error.errno not in MACHINE:
            code = _bug()
        else:
            click.echo(harmless(f"{error.filename or 'disk'}: system {error.strerror}"), err=True)
            click.echo("  fix: make room on the disk, and check permissions", err=True)
            code = 1
    except Exception:
        code = _bug()
    sys.exit(code)


def _bug() -> int:
    import traceback

    traceback.print_exc()
    click.echo("This is a bug of Bilan. Please report it with the lines above and the command that you typed.", err=True)
    return BUG


if __name__ == "__main__":
    main()
