"""A row of cells → the kind of export whose header it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.exports.headers import normal, repair, split_currency
from generator.exports.kind import Kind
from generator.exports.kinds import BY_NAME, DAILY_TITLES, KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A header row that is understood: which cell is which declared column."""

    kind: Kind
    header: tuple[str, ...]
    columns: Mapping[str, int]
    currencies: Mapping[str, str]  # of columns whose name states one
    language: str
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A header row that is nearly that of a kind."""

    kind: Kind
    missing: tuple[str, ...]  # header names expected, in the header's language
    header: tuple[str, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    kind: int
    column: str
    language: str
    place: int  # earlier names of a column are preferred
    money: bool


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Kinds that a header is compared with, and their names."""

    kinds: Sequence[Kind]
    index: Mapping[str, Sequence[_Claim]]
    without: Sequence[frozenset[str]]


def _catalogue(kinds: Sequence[Kind]) -> _Catalogue:
    index: dict[str, list[_Claim]] = {}
    for number, kind in enumerate(kinds):
        for column, names in kind.columns.items():
            for place, (language, name) in enumerate(names.by_language()):
                index.setdefault(normal(name), []).append(_Claim(number, column, language, place, names.money))
    return _Catalogue(kinds, index, [frozenset(normal(name) for name in kind.without) for kind in kinds])


_ALL = _catalogue(KINDS)


def recognise(cells: Sequence[str], only: Kind | None = None) -> Match | None:
    """The kind with the most columns found, among those whose required columns are all there; of `only`, where it is declared."""
    catalogue = _ALL if only is None else _catalogue([only])
    found, languages, currencies, names = _claims(cells, catalogue)
    best: Match | None = None
    for number, columns in found.items():
        kind = catalogue.kinds[number]
        if not kind.required <= columns.keys() or len(columns) < kind.at_least or catalogue.without[number] & names:
            continue
        if best is not None and len(columns) <= len(best.columns):
            continue
        best = Match(
            kind=kind, header=tuple(repair(cell) for cell in cells),
            columns={column: place for column, (_, place) in columns.items()},
            currencies={c: currencies[p] for c, (_, p) in columns.items() if p in currencies},
            language=_language(languages[number]),
            unknown=_unknown(cells, {place for _, place in columns.values()}),
        )  # fmt: skip
    return best or _daily_of_2022(cells, only)


def _claims(
    cells: Sequence[str], catalogue: _Catalogue
) -> tuple[dict[int, dict[str, tuple[int, int]]], dict[int, Counter[str]], dict[int, str], set[str]]:
    found: dict[int, dict[str, tuple[int, int]]] = {}
    languages: dict[int, Counter[str]] = {}
    currencies: dict[int, str] = {}
    names: set[str] = set()
    for place, cell in enumerate(cells):
        bare, currency = split_currency(cell)
        if currency is not None:
            currencies[place] = currency
        name = normal(cell)
        names.add(name)
        claims = list(catalogue.index.get(name, ()))
        if currency is not None:
            claims += [claim for claim in catalogue.index.get(normal(bare), ()) if claim.money]
        claims += _cut_claims(cell, catalogue)
        for claim in claims:
            columns = found.setdefault(claim.kind, {})
            if claim.column not in columns or (claim.place, place) < columns[claim.column]:
                columns[claim.column] = (claim.place, place)
            languages.setdefault(claim.kind, Counter())[claim.language] += 1
    return found, languages, currencies, names


def _cut_claims(cell: str, catalogue: _Catalogue) -> list[_Claim]:
    """Claims on the part of a name before its kind's mark."""
    claims: list[_Claim] = []
    for number, kind in enumerate(catalogue.kinds):
        if kind.header_cut and kind.header_cut in cell and not any(word in cell for word in kind.header_skip):
            name = normal(cell.partition(kind.header_cut)[0])
            claims += [claim for claim in catalogue.index.get(name, ()) if claim.kind == number]
    return claims


def _language(counts: Counter[str]) -> str:
    """The language that most names belong to; English when names are the same in several."""
    return max(counts, key=lambda language: (counts[language], language == "en", language))


def _unknown(cells: Sequence[str], used: set[int]) -> tuple[str, ...]:
    return tuple(repair(cell).strip() for place, cell in enumerate(cells) if place not in used and cell.strip())


def _daily_of_2022(cells: Sequence[str], only: Kind | None) -> Match | None:
    """Two columns of which the second is named after a metric and its network: "Date","Couverture de la Page Facebook"."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) != 2 or (only is not None and only.name != "mbs_daily") or normal(filled[0]) not in ("date", "data", "datum"):
        return None
    title = normal(filled[1])
    if title not in DAILY_TITLES or not any(network in title for network in ("facebook", "instagram")):
        return None
    kind = BY_NAME["mbs_daily"]
    return Match(kind=kind, header=tuple(cells), columns={"date": 0, "titled": 1}, currencies={}, unknown=(), language="en")


def nearest(cells: Sequence[str], line: int | None = None, only: Kind | None = None) -> Near | None:
    """The kind of which most is there and a required column is not; None when too little is there to say."""
    catalogue = _ALL if only is None else _catalogue([only])
    found, languages, _, names = _claims(cells, catalogue)
    best: tuple[int, Near] | None = None
    for number, columns in found.items():
        kind = catalogue.kinds[number]
        missing = sorted(kind.required - columns.keys())
        if not missing or catalogue.without[number] & names:
            continue
        if only is None and (len(columns) < 3 or len(columns) < len(kind.columns) / 2):
            continue
        if best is None or len(columns) > best[0]:
            language = _language(languages[number])
            best = len(columns), Near(
                kind=kind, missing=tuple(_name(kind, column, language) for column in missing),
                header=tuple(repair(cell) for cell in cells), line=line,
            )  # fmt: skip
    return best[1] if best else None


def _name(kind: Kind, column: str, language: str) -> str:
    pairs = kind.columns[column].by_language()
    return next((name for spoken, name in pairs if spoken == language), pairs[0][1])
