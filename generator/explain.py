"""What exports hold, and where one figure comes from: the lines that `bilan kpi` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.books import open_books, unknown
from generator.config import load_clients, load_site
from generator.content.campaigns import read_campaigns
from generator.exports import export_paths, monthly_totals, put_together, read_conversation, read_one
from generator.facts.readings import Readings
from generator.located import check, read_shape, read_text, split_front_matter
from generator.model.content import CampaignFile
from generator.model.figures import ALL, Figure, Filter, Period
from generator.model.kpi import Data, ExportFile
from generator.model.periods import NAMES, read_period
from generator.model.site import Brand, Client, ClientFile, Counter, Site
from generator.plan.words import MISSING
from generator.problems import BilanError, Location, Problem, Problems, json_line

if TYPE_CHECKING:
    from generator.exports.reading import Reading


def read_lines(
    root: Path, files: Sequence[Path], problems: Problems, today: date, *, as_json: bool, restated: bool = False
) -> Iterator[str]:
    """What each file holds; with what its client declares, when it lies in a client's kpi folder. Or what later downloads changed."""
    declared = Problems()
    site = load_site(root, declared) if (root / "site.yaml").is_file() else None
    clients = load_clients(site, declared) if site else []
    if any(path.resolve().is_relative_to((root / "content").resolve()) for path in files):
        problems.extend(declared)
    groups: dict[str, list[Reading | ExportFile]] = {}  # of one client each; files that are no client's are one group
    for path in files:
        owner = next((each.slug for each in clients if path.resolve().is_relative_to((root / "content" / each.slug).resolve())), "")
        groups.setdefault(owner, []).extend(_read(path, root, site, clients, problems, today))
    together = [put_together(owner, group, problems) for owner, group in groups.items()]
    if restated:
        yield from (line for data in together for line in _restated(data, as_json=as_json))
        return
    readings = [reading for group in groups.values() for reading in group]
    if as_json:
        refused = {problem.at.path: problem for problem in problems.errors}
        yield from (json_line(_with_status(row, refused)) for row in monthly_totals(readings))
        return
    for reading in readings:
        yield from _described(reading if isinstance(reading, ExportFile) else reading.file)
    for data in together:
        if data.restated.height:
            yield f"{data.restated.height} values were changed by later downloads; see them with --restated"


def _restated(data: Data, *, as_json: bool) -> Iterator[str]:
    """Each value that a later download changed, with both and their places."""
    for row in data.restated.iter_rows(named=True):
        old, new = (f"{data.files[row[file]].path}:{row[line]}" for file, line in (("old_file", "old_line"), ("new_file", "new_line")))
        if as_json:
            plain = {**row, "client": data.client or None, "first": row["first"].isoformat(), "old_file": old, "new_file": new}
            yield json_line({key: value for key, value in plain.items() if key not in ("old_line", "new_line")})
        else:
            what = " ".join(word for word in (row["platform"], row["metric"], row["item"]) if word)
            yield f"{row['first']} {what}: {row['old']:,.10g} → {row['new']:,.10g}"
            yield f"  {old}, then {new}"


def _with_status(row: dict[str, Any], refused: Mapping[str, Problem]) -> dict[str, Any]:
    """A row about a file, saying what became of it: read, refused, empty, or of an unknown kind."""
    if "file" not in row:
        return row
    name = row.pop("file")
    if row["kind"]:
        return {"path": name, "status": "read", **row}
    problem = refused.get(name)
    status = "unknown" if problem is None else "empty" if problem.code == "empty-export" else "refused"
    return {"path": name, "status": status, "message": problem.message if problem else None, **row}


def _read(
    path: Path, root: Path, site: Site | None, clients: Sequence[Client], problems: Problems, today: date
) -> Iterator[Reading | ExportFile]:
    """A file, or every file of a folder; paths are shown relative to it, or to the site when it is a client's."""
    base = (path if path.is_dir() else path.parent).resolve()
    paths = export_paths(path.resolve()) if path.is_dir() else [path.resolve()]
    client = next((each for each in clients if base.is_relative_to(_kpi_folder(root, each))), None)
    listener = next((each for each in clients if base.is_relative_to(_conversation_folder(root, each))), None)
    if listener and site:
        folder = _conversation_folder(root, listener)
        talk = read_conversation(folder, root=root.resolve(), client=listener, limits=site.limits, problems=problems)
        names = {each.relative_to(root.resolve()).as_posix() for each in paths}
        yield from (file for file in talk.files if file.path in names)
        return
    for each in paths:
        if client and site:
            yield from read_one(
                each, folder=_kpi_folder(root, client), root=root.resolve(), rules=client.rules, accounts=client.accounts,
                timezone=client.timezone, currency=client.currency, limits=site.limits, problems=problems, today=today,
            )  # fmt: skip
        else:
            yield from read_one(each, folder=base, root=base, problems=problems, today=today)


def _kpi_folder(root: Path, client: Client) -> Path:
    return (root / "content" / client.slug / "kpi").resolve()


def _conversation_folder(root: Path, client: Client) -> Path:
    return (root / "content" / client.slug / "conversation").resolve()


def _described(file: ExportFile) -> Iterator[str]:
    """One file in a few lines."""
    yield file.path + (f" ({file.part})" if file.part else "")
    if file.kind is None:
        yield "  of a kind that is not read"
        return
    span = f"{file.first} to {file.last}" if file.first else "no dates"
    about = [file.kind, file.platform, file.account, file.series, span, f"{file.rows} rows", file.encoding, file.locale]
    yield "  " + " · ".join(str(part) for part in about if part)
    for left in file.left_out:
        lines = f" (line {', '.join(map(str, left.lines))}{' …' if left.rows > len(left.lines) else ''})" if left.lines else ""
        yield f"  left out: {left.rows} × {left.reason}{lines}"
    if file.unknown_columns:
        yield f"  columns not used: {', '.join(file.unknown_columns)}"
    for note in file.notes:
        yield f"  note: {note}"


def explain_lines(
    root: Path, metric: str, slug: str, month: str, platform: str | None, problems: Problems, *, as_json: bool
) -> Iterator[str]:
    """Formula, value, comparison, files and rows of one figure; of a counter kept by hand, its notes. Raises BilanError when one of the
    names is not known."""
    (book,) = open_books(root, problems, only=slug)
    figures, period = book.figures, _period(month)
    kept = [counter for counter in book.client.counters if counter.name == metric]
    if kept:
        yield from _counter_lines(kept, period, as_json=as_json)
        return
    if figures.metric(metric) is None:
        raise unknown("metric", metric, [*figures.metric_names(), *dict.fromkeys(counter.name for counter in book.client.counters)])
    figure = figures.figure(metric, period, compare="previous", only=Filter(platform=platform) if platform else ALL)
    exclusions = [
        f"{file.path}: {left.rows} × {left.reason}"
        for file in (*book.data.files, *book.talk.files)
        for left in file.left_out
        if _behind(file, figure)
    ]
    yield from [json_line(_as_json(figure, exclusions))] if as_json else _in_words(figure, exclusions)


def _counter_lines(kept: Sequence[Counter], period: Period, *, as_json: bool) -> Iterator[str]:
    """A figure kept by hand: its last note in the period counts, and says who wrote it, and from what."""
    notes = sorted((counter for counter in kept if counter.date <= period.last), key=lambda counter: counter.date)
    if as_json:
        value = notes[-1].value if notes else None
        told = [{"date": each.date.isoformat(), "value": each.value, "author": each.author, "source": each.source} for each in notes]
        yield json_line({"counter": kept[0].name, "label": kept[0].label, "last": period.last.isoformat(), "value": value, "notes": told})
        return
    yield f"{kept[0].label} ({kept[0].name}), kept by hand, until {period.last}"
    yield f"  value: {notes[-1].value:,.6g} {kept[0].unit}" if notes else "  no value: not counted yet"
    for each in notes:
        yield f"  {each.date}: {each.value:,.6g}, noted by {each.author}, from {each.source}"


def _period(text: str) -> Period:
    try:
        return read_period(text)
    except ValueError:
        problem = Problem(
            code="not-a-period", message=f'"{text}" is not a period', at=Location(path="--period"), fix=f"write for instance {NAMES}"
        )
        raise BilanError([problem]) from None


def _behind(file: ExportFile, figure: Figure) -> bool:
    return any(source.file.split("#")[0] == file.path for source in figure.sources)


def _in_words(figure: Figure, exclusions: Sequence[str]) -> Iterator[str]:
    metric = figure.metric
    yield f"{metric.label} ({metric.name}), {figure.period.first} to {figure.period.last}{' (partial)' if figure.partial else ''}"
    yield f"  {metric.definition}"
    yield f"  formula: {metric.formula or metric.note or ('sum of the rows below' if metric.additive else 'last value of the period')}"
    if figure.value is None:
        yield f"  no value: {MISSING[figure.missing]['en'] if figure.missing else 'unknown'}"
        return
    yield f"  value: {_amount(figure.value, figure)}"
    if figure.compared:
        before = "missing" if figure.previous is None else _amount(figure.previous, figure)
        change = f" ({figure.change:+.1%})" if figure.change is not None else ""
        days = "the same days of " if figure.partial else ""
        yield f"  compared with {days}{figure.compared.first} to {figure.compared.last}: {before}{change}"
    if figure.holes:
        days = ", ".join(map(str, figure.holes[:5])) + (" …" if len(figure.holes) > 5 else "")
        yield f"  {len(figure.holes)} days without a value, left out here and in what it is compared with: {days}"
    if figure.platforms:
        yield f"  platforms: {', '.join(figure.platforms)}"
    for source in figure.sources:
        yield f"  {source.file}: {source.rows} rows, lines {source.first_line} to {source.last_line}, digest {source.digest[:12]}"
    for exclusion in exclusions:
        yield f"  left out of {exclusion}"


def _amount(value: float, figure: Figure) -> str:
    digits = f"{value:,.6g}" if abs(value) < 1 else f"{value:,.2f}".removesuffix(".00")
    unit = figure.currency or figure.metric.unit
    return digits if unit == "count" else f"{digits} {unit}"


def _as_json(figure: Figure, exclusions: Sequence[str]) -> dict[str, object]:
    return {
        "metric": figure.metric.name,
        "label": figure.metric.label,
        "formula": figure.metric.formula,
        "unit": figure.metric.unit,
        "currency": figure.currency,
        "first": figure.period.first.isoformat(),
        "last": figure.period.last.isoformat(),
        "partial": figure.partial,
        "holes": [day.isoformat() for day in figure.holes],
        "value": figure.value,
        "previous": figure.previous,
        "missing": figure.missing,
        "platforms": list(figure.platforms),
        "sources": [
            {"file": s.file, "digest": s.digest, "rows": s.rows, "first_line": s.first_line, "last_line": s.last_line}
            for s in figure.sources
        ],
        "left_out": list(exclusions),
    }


def brand_lines(root: Path, slug: str, campaign: str | None, *, as_json: bool) -> Iterator[str]:
    """Each part of a client's or a campaign's brand, and which level it is from: the campaign, the client, the agency, or Bilan."""
    site = load_site(root, Problems())
    clients = {client.slug: client for client in load_clients(site, Problems())}
    if slug not in clients:
        raise unknown("client", slug, list(clients))
    levels = [("site.yaml", site.brand), (f"content/{slug}/client.yaml", _brand_of(root / f"content/{slug}/client.yaml", ClientFile))]
    brand = clients[slug].brand
    if campaign is not None:
        found = {each.slug: each for each in read_campaigns(site, clients[slug], root / "content" / slug, Readings(), Problems())}
        if campaign not in found:
            raise unknown("campaign", campaign, list(found))
        path = root / f"content/{slug}/{campaign}/index.md"
        levels.append((f"content/{slug}/{campaign}/index.md", _brand_of(path, CampaignFile)))
        brand = found[campaign].brand
    for name in type(brand).model_fields:
        value = getattr(brand, name)
        said = [where for where, level in levels if level and name in level.model_fields_set]
        if name == "logo":
            said = [where for where in said if where != "site.yaml"]
        where = said[-1] if said and value is not None else "default of Bilan"
        yield (
            json_line({"key": name, "value": value, "from": where})
            if as_json
            else f"{name:8} {value if value is not None else '–':24} {where}"
        )


def _brand_of(path: Path, shape: type[ClientFile] | type[CampaignFile]) -> Brand | None:
    """What one file says of the brand itself."""
    problems = Problems()
    if path.suffix == ".md":
        text = read_text(path, path.name, problems, limit=1 << 20)
        matter = split_front_matter(text, path.name, problems) if text is not None else None
        file = check(matter.head, shape, problems) if matter else None
    else:
        read = read_shape(path, path.name, shape, problems)
        file = read[0] if read else None
    return file.brand if file else None
