"""Says whose numbers a table holds, and refuses those of an account that the client did not declare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.source import Ledger
from generator.model.kpi import ExportFile
from generator.problems import Location, Problems

if TYPE_CHECKING:
    from generator.exports.reading import Reading

_COMMENT = re.compile(r"(?:account|compte|konto|cuenta|property|propriete|propriété)\s*:\s*(.+)", re.IGNORECASE)
_HANDLE = r"(?:twitter\.com|x\.com|tiktok\.com)/@?([^/?#]+)/(?:status|video)/"
_STATED = ("account", "account_name", "account_id")


def with_accounts(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """Adds `account`: the client's own name for it where it is declared; rows of other accounts are left out."""
    frame = frame.with_columns(_stated(grid))
    names: list[str] = [column for column in frame.columns if column.startswith("stated_")]
    fixed = _of_file(grid)
    answers: list[dict[str, str | bool | None]] = []
    for row in frame.select("platform", *names).unique(maintain_order=True).iter_rows(named=True):
        said = [row[name] for name in names if row[name]] or fixed
        account, wrong, trusted = _judge(row["platform"], said, ledger)
        if trusted and row["platform"]:
            ledger.trusted[row["platform"], tuple(dict.fromkeys(said))] = _line_of(frame, row, names)
        if account and not row["platform"]:
            account = None
        answers.append({**row, "account": account, "wrong": wrong})
        if wrong:
            _refuse(row["platform"], said[0], ledger, frame, row, names)
    if len(answers) == 1:
        return _all_of(frame, answers[0], ledger)
    schema = {"platform": pl.String, **dict.fromkeys(names, pl.String), "account": pl.String, "wrong": pl.Boolean}
    frame = frame.join(pl.DataFrame(answers, schema=schema), on=["platform", *names], how="left", nulls_equal=True,
                       maintain_order="left")  # fmt: skip
    refused = frame.filter(pl.col("wrong"))
    ledger.leave_out("of another account", refused["line"])
    return frame.filter(~pl.col("wrong"))


def _all_of(frame: pl.DataFrame, answer: dict[str, str | bool | None], ledger: Ledger) -> pl.DataFrame:
    """A table of one account, as most are: no row needs to be looked up."""
    if answer["wrong"]:
        ledger.leave_out("of another account", frame["line"])
        frame = frame.head(0)
    return frame.with_columns(account=pl.lit(answer["account"], pl.String), wrong=pl.lit(value=False))


def _stated(grid: Grid) -> list[pl.Expr]:
    places = [grid.match.columns[column] for column in _STATED if column in grid.match.columns]
    if places:
        return [
            pl.col(str(place)).str.strip_chars("\ue000 \t\n").replace("", None).alias(f"stated_{number}")
            for number, place in enumerate(places)
        ]
    if "permalink" in grid.match.columns:
        return [pl.col(str(grid.match.columns["permalink"])).str.extract(_HANDLE, 1).alias("stated_0")]
    return [pl.lit(None, pl.String).alias("stated_0")]


def _of_file(grid: Grid) -> list[str]:
    """Names that the preamble or a column's name gives for the whole table."""
    names = [found[1].strip() for comment in grid.comments if (found := _COMMENT.match(comment.strip()))]
    cut = grid.match.kind.header_cut
    if cut:
        for cell in grid.match.header:
            if cut in cell and ": " in cell:
                pages = cell.partition(": ")[2].rstrip(") ")
                names += [pages, *(page.strip() for page in pages.split(","))]
    return list(dict.fromkeys(names))


def _key(name: str) -> str:
    return "".join(c for c in normal(name) if c.isalnum())


def _judge(platform: str | None, said: list[str], ledger: Ledger) -> tuple[str | None, bool, bool]:
    """(account, whether it is not the client's, whether only the file says that it is)."""
    rule = ledger.source.rule
    declared = [account for account in ledger.source.accounts if account.platform == platform]
    known = {_key(name): account.name for account in declared for name in (account.name, *account.aliases)}
    ruled = rule.account if rule else None
    if ruled:
        known = {**known, _key(ruled): known.get(_key(ruled), ruled)}
    for name in said:
        if _key(name) in known:
            return (known[_key(ruled)] if ruled else known[_key(name)]), False, False
    if said and declared:
        return None, True, False
    if ruled:
        return known[_key(ruled)], False, False
    if said:
        return said[0], False, True
    return (declared[0].name if len(declared) == 1 else None), False, False


def _refuse(platform: str | None, name: str, ledger: Ledger, frame: pl.DataFrame, row: dict[str, str | None], names: Sequence[str]) -> None:
    line = _line_of(frame, row, names)
    own = ", ".join(f'"{account.name}"' for account in ledger.source.accounts if account.platform == platform)
    ledger.problem(
        "wrong-account", f'the file is of the {platform} account "{name}"; this client has {own}', line=line,
        fix="move the file to the client whose account it is, or add the name to `aliases` of the account in client.yaml",
    )  # fmt: skip


def _line_of(frame: pl.DataFrame, row: dict[str, str | None], names: Sequence[str]) -> int:
    """The first line that names an account so."""
    same = pl.all_horizontal([pl.col(column).eq_missing(pl.lit(row[column], pl.String)) for column in ("platform", *names)])
    return int(frame.filter(same)["line"][0])


def refuse_strangers(readings: Sequence[Reading | ExportFile], problems: Problems) -> None:
    """Two accounts of one platform that nobody declared: one of them may be another client's.

    Tools that gather several networks have names of their own for accounts, which say nothing.
    """
    met: dict[str, list[tuple[set[str], str, ExportFile]]] = {}
    for reading in (each for each in readings if not isinstance(each, ExportFile) and each.kind.platform != "multi"):
        for (platform, names), line in reading.trusted.items():
            keys = {_key(name) for name in names}
            known = met.setdefault(platform, [])
            same = [each for each in known if each[0] & keys]
            for each in same:
                each[0].update(keys)  # names in one row are of one account
            if not same:
                known.append((keys, names[0], reading.file))
                if len(known) > 1:
                    _, first, file = known[0]
                    both = f'the file is of the {platform} account "{names[0]}", and {file.path} of "{first}"'
                    message = f"{both}; client.yaml declares neither"
                    own = f'{{platform: {platform}, name: "{first}"}}'
                    fix = f"declare this client's own under accounts in client.yaml, as in {own}, its other spellings under aliases;"
                    fix += " move what is of another client to its folder"
                    at = Location(path=reading.file.path, line=line, note=reading.file.part)
                    problems.add("two-accounts", message, at, fix=fix)
