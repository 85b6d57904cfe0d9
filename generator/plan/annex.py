"""A report's blocks → its data annex: every table, chart and row of tiles as a small table of bare values, and a list of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from generator.model.annex import ENCODING, MARKS
from generator.plan.words import ANNEX

Segment = Mapping[str, Any]
Row = list[str | float | None]
Table = dict[str, Any]
Sheet = tuple[str, list[str], list[Row]]  # title, headings, rows


def plan_annex(name: str, sections: Sequence[dict[str, Any]], coverage: Sequence[Segment], language: str) -> list[Table]:
    """The list of tables, then the tables, each with the name of its file; a block is told which are its own."""
    words, tables = ANNEX[language], []
    for number, section in enumerate(sections, 1):
        count = 0
        for segment in (*section["commentary"], *section["body"]):
            own = []
            for title, head, rows in _sheets(segment, words):
                count += 1
                file = f"{name}-{number:02}-{section['id']}-{count}.csv"
                own.append({"file": file, "chapter": section["title"], "title": title, "head": head, "rows": rows})
            if own:
                segment["annex"] = [{"file": table["file"], "title": table["title"]} for table in own]
            tables += own
    if coverage:
        tables.append({"file": f"{name}-{len(sections) + 1:02}-coverage.csv", "chapter": words["sources"], **_coverage(coverage, words)})
    return [_list(name, tables, language), *tables]


def _list(name: str, tables: Sequence[Table], language: str) -> Table:
    """What is in the annex and how it is written, for whoever reads it by program."""
    words, marks = ANNEX[language], MARKS[language]
    form = [marks.separator, marks.decimal, ENCODING, words["exact"]]
    head = [words[key] for key in ("file", "chapter", "title", "rows", "separator", "decimal", "encoding", "figures")]
    rows = [[table["file"], table["chapter"], table["title"], len(table["rows"]), *form] for table in tables]
    return {"file": f"{name}-00-annex.csv", "chapter": "", "title": words["list"], "head": head, "rows": rows}


def _sheets(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    """The tables of one block, without those that have no row."""
    make = SHEETS.get(segment.get("block", ""))
    yield from (sheet for sheet in (make(segment, words) if make else ()) if sheet[2])


def _unit(label: str, unit: str, currency: str | None, words: Mapping[str, str]) -> str:
    """A heading that says in what its column counts."""
    said = currency if unit == "money" else words.get(f"unit {unit}")
    return f"{label} ({said})" if said else label


def _tiles(title: str | None, figures: Sequence[Segment], words: Mapping[str, str]) -> Sheet:
    head = [words[key] for key in ("measure", "value", "unit", "before", "from", "until", "change")]
    rows: list[Row] = [
        [
            figure["label"], figure["value"], figure["currency"] or words.get(f"unit {figure['unit']}", ""), figure["previous"],
            *((figure["compare"]["first"], figure["compare"]["last"]) if figure["compare"] else (None, None)), figure["change"],
        ]
        for figure in figures
    ]  # fmt: skip
    return title or words["tiles"], head, rows


def _kpis(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    yield _tiles(segment["title"], segment["tiles"], words)


def _chart(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    if segment["missing"]:
        return
    names = {"main": segment["metric"], "previous": f"{segment['metric']}, {words['before']}"}
    labels = [_unit(names.get(each["role"], each["name"]), segment["unit"], segment["currency"], words) for each in segment["series"]]
    steps = [step[:7] if segment["x_kind"] == "month" else step for step in segment["x"]]
    rows: list[Row] = [[step, *(each["values"][index] for each in segment["series"])] for index, step in enumerate(steps)]
    yield segment["title"] or segment["metric"], [words.get(segment["x_kind"], words["name"]), *labels], rows


def _vega(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    keys = [*(("date",) if segment["grain"] else ()), *(("name",) if segment["by"] else ())]
    labels = [_unit(each["label"], each["unit"], each["currency"], words) for each in segment["head"]]
    if not labels or segment["missing"]:
        return
    cells = [*keys, *(each["name"] for each in segment["head"])]
    rows: list[Row] = [
        [row[key][:7] if key == "date" and segment["grain"] == "month" else row[key] for key in cells] for row in segment["rows"]
    ]
    yield segment["title"], [*(words[segment["grain"]] if key == "date" else words["name"] for key in keys), *labels], rows


def _table(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    head = [words[segment["by"]], *(_unit(each["label"], each["unit"], each["currency"], words) for each in segment["head"])]
    rows: list[Row] = [
        [
            words["total"] if row["total"] else row["label"][:7] if row["kind"] == "month" else row["label"],
            *(cell["value"] for cell in row["cells"]),
        ]
        for row in segment["rows"]
    ]
    yield segment["title"] or words["table"], head, rows


def _posts(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    labels = list(dict.fromkeys(figure["label"] for post in segment["items"] for figure in post["figures"]))
    head = [words[key] for key in ("rank", "platform", "day", "text", "address")]
    rows: list[Row] = []
    for post in segment["items"]:
        values = {figure["label"]: figure["value"] for figure in post["figures"]}
        known = [post["rank"], post["platform"], post["published"], post["text"], post["permalink"]]
        rows.append([*known, *(values.get(label) for label in labels)])
    yield segment["title"] or words["posts"], [*head, *labels], rows


def _calendar(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    head = [words["day"], *(network["name"] for network in segment["networks"]), words["total"]]
    rows: list[Row] = [[each["day"], *each["counts"], each["total"]] for each in segment["days"]] if not segment["missing"] else []
    yield segment["title"] or segment["metric"], head, rows


def _goals(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    head = [words[key] for key in ("goal", "value", "target", "at most", "unit", "from", "until", "progress", "expected")]
    rows: list[Row] = [
        [
            goal["label"], goal["value"], goal["target"], goal["at_most"], goal["currency"] or words.get(f"unit {goal['unit']}", ""),
            goal["first"], goal["last"], goal["progress"], goal["expected"],
        ]
        for goal in segment["items"]
    ]  # fmt: skip
    yield segment["title"] or words["goals"], head, rows


def _conversation(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    """Words of people stay on the page: they are read there, and not carried on in tables."""
    title = segment["title"] or words["conversation"]
    yield _tiles(title, segment["tiles"], words)
    moods = ("positive", "neutral", "negative", "unrated", "net")
    rows: list[Row] = [[each["space"] or words["total"], *(each[key] for key in moods)] for each in segment["moods"]]
    yield f"{title}, {words['by space']}", [words["space"], *(words[key] for key in moods)], rows
    if themes := segment["themes"]:
        rows = [[each["theme"], *(cell and cell["count"] for cell in each["cells"]), each["total"]["count"]] for each in themes["rows"]]
        yield f"{title}, {words['by theme']}", [words["theme"], *themes["spaces"], words["total"]], rows
    rows = [[each["rank"], each["name"], each["platform"], each["count"]] for each in segment["people"] or ()]
    yield f"{title}, {words['people']}", [words[key] for key in ("rank", "name", "platform", "mentions")], rows


def _service(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    title = segment["title"] or words["service"]
    yield _tiles(title, segment["tiles"], words)
    if segment["days"]:
        yield from ((f"{title}, {words['by day']}", head, rows) for _, head, rows in _chart(segment["days"], words))
    head = [words["agent"], words["answers"], f"{words['median open']} (s)", f"{words['median']} (s)"]
    rows: list[Row] = [[each["agent"], each["answered"], each["median_open"], each["median"]] for each in segment["agents"]]
    yield f"{title}, {words['by agent']}", head, rows


def _counters(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    head = [words[key] for key in ("measure", "value", "unit", "day", "source")]
    rows: list[Row] = [
        [each["label"], each["value"], words.get(f"unit {each['unit']}", ""), each["as_of"], each["source"]] for each in segment["items"]
    ]
    yield segment["title"] or words["tiles"], head, rows


def _milestones(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    rows: list[Row] = [[each["label"], each["at"], each["reached"]] for each in segment["steps"]]
    yield segment["title"] or segment["counter"]["label"], [words[key] for key in ("title", "target", "day")], rows


def _press(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    rows: list[Row] = [[each["outlet"], each["title"], each["date"], each["link"]] for each in segment["items"]]
    yield segment["title"] or words["press"], [words[key] for key in ("source", "title", "day", "address")], rows


def _people(segment: Segment, words: Mapping[str, str]) -> Iterator[Sheet]:
    head = [words[key] for key in ("rank", "name", "platform", "moments")]
    rows: list[Row] = [[each["rank"], each["name"] or each["handle"], each["platform"], each["count"]] for each in segment["items"]]
    yield segment["title"] or words["people"], head, rows


def _coverage(coverage: Sequence[Segment], words: Mapping[str, str]) -> dict[str, Any]:
    head = [words[key] for key in ("platform", "from", "until", "files", "rows", "holes")]
    rows = [
        [
            each["platform"],
            *((each["first"], each["last"]) if each["files"] else (None, None)),
            len(each["files"]),
            each["rows"],
            each["holes"],
        ]
        for each in coverage
    ]
    return {"title": words["coverage"], "head": head, "rows": rows}


SHEETS: Mapping[str, Callable[[Segment, Mapping[str, str]], Iterator[Sheet]]] = {
    "kpis": _kpis,
    "chart": _chart,
    "vega": _vega,
    "table": _table,
    "posts": _posts,
    "calendar": _calendar,
    "goals": _goals,
    "conversation": _conversation,
    "service": _service,
    "counter": _counters,
    "milestones": _milestones,
    "press": _press,
    "people": _people,
}
