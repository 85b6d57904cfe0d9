"""A report and its periods → PDFs, their web form, and the client's room that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from unicodedata import combining, normalize

from generator.digests import fingerprint
from generator.model.blocks import Digest
from generator.model.content import Block, Campaign, ClientReport, Prose, Section
from generator.model.figures import Coverage, Grain, Period
from generator.model.outputs import Job
from generator.model.periods import containing, from_to, period_name, shifted
from generator.plan.annex import plan_annex
from generator.plan.approval import figures_said, sign_off
from generator.plan.bodies import Segments, plan_body
from generator.plan.bundles import Theme, brand_value, page_job, page_value, put_assets
from generator.plan.endings import put_ending
from generator.plan.holes import holes_of, remark
from generator.plan.restated import restated
from generator.plan.scope import Scope
from generator.plan.steps import cut
from generator.plan.values import period_value, rounded
from generator.plan.words import platform_name
from generator.theme import LANGUAGES

MAX_PERIODS = 240


def plan_room(scope: Scope, over: Sequence[ClientReport], theme: Theme) -> None:
    """Puts every report of the client, the room's index, and the ends of reports that are over, on the shelf."""
    if not scope.shelf.wants_below(scope.folder):
        return
    assets = put_assets(scope, theme)
    listed = []
    for report in _speakable(scope):
        for period in (period for period in periods_of(report, scope) if scope.wants("index.html", *names_of(report, period))):
            listed.append(_plan_report(report, replace(scope, period=period, used={}, media={}, cards={}), assets))
    common = {"brand": brand_value(scope.client.brand, scope), "assets": assets}
    for report in over:
        for period in periods_of(report, scope):
            home = {"title": scope.client.name, "url": "index.html"}
            put_ending(scope, f"{report_name(report, period)}.html", {**common, "home": home}, report.at, report.until)
    data = {
        "page": page_value(scope, scope.client.name, "room"),
        **common,
        "home": None,
        "nav": [],
        "body": [],
        "client": {"name": scope.client.name, "url": scope.client.url},
        "reports": list(reversed(listed)),
    }
    job = page_job("room.html", scope.language, data)
    scope.put("index.html", job, scope.client.at)


def _speakable(scope: Scope) -> Sequence[ClientReport]:
    """Reports, in a language that they are written in."""
    if scope.language in LANGUAGES:
        return scope.content.reports
    for report in scope.content.reports:
        message = f'reports are written in French and English, not in "{scope.language}"'
        scope.problems.add("untranslated-report", message, report.at, fix="give the client one of the two languages")
    return ()


def periods_of(report: ClientReport, scope: Scope) -> Sequence[Period]:
    """The report's periods: as declared, else up to the last one that is over and has data."""
    last = report.last or _last_closed(report.cadence, scope)
    return [] if last is None else list(islice(from_to(report.first, last), MAX_PERIODS))


def _last_closed(cadence: Grain, scope: Scope) -> Period | None:
    last_day = scope.figures.last_day
    if last_day is None:
        return None
    period = containing(last_day, cadence)
    return period if scope.clock.day_passed(period.last, scope.client.timezone) else shifted(period, -1)


def report_name(report: ClientReport, period: Period) -> str:
    return f"{report.slug}-{period_name(period)}"


def names_of(report: ClientReport, period: Period) -> Sequence[str]:
    """The files that a period's report may have in its room."""
    name = report_name(report, period)
    return f"{name}.html", f"{name}.pdf", f"{name}-draft.pdf"


def _on_paper(value: Any) -> Any:
    """What a PDF shows: of files behind figures only which they are. Rows stand on the page for screens, which is soon made again when an
    export comes whose figures are the same."""
    if isinstance(value, dict):
        return {name: _files(part) if name == "sources" else _on_paper(part) for name, part in value.items()}
    return [_on_paper(each) for each in value] if isinstance(value, list) else value


def _files(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"file": source["file"]} for source in sources]


def _plan_report(report: ClientReport, scope: Scope, assets: dict[str, str]) -> dict[str, Any]:
    """One period's PDF and web page; returns its line in the room's list."""
    period, name = scope.period, report_name(report, scope.period)
    scope = replace(scope, campaign=_campaign_of(scope), cards={})
    sections = [section for each in report.sections if (section := _section(each, report, scope))]
    _number_notes(sections)
    coverage = scope.figures.coverage(period)
    partial = any(not each.complete for each in coverage)
    facts: dict[str, Any] = {
        "brand": brand_value(scope.client.brand, scope),
        "cover": _cover(scope),
        "sections": sections,
        "restated": restated(report, scope),
        "definitions": _definitions(scope),
        "coverage": [_coverage_value(each) for each in coverage],
        "report": {
            "title": report.title,
            "client": scope.client.name,
            "agency": scope.site.title,
            "period": period_value(period, partial=partial),
            "confidentiality": report.confidentiality,
            "as_of": max((each.last for each in coverage if each.files), default=period.last).isoformat(),
            "partial": partial,
        },
        "media": sorted(scope.media),
    }
    content = fingerprint(_as_read(facts))
    approval = report.approvals.get(period_name(period))
    state = sign_off(approval, content, figures_said(sections), scope.problems)
    facts["holes"] = [] if state == "approved" else holes_of(report, period, [section["id"] for section in sections])
    if report.required:
        remark(report, period, facts["holes"], scope, scope.problems)
    facts["report"] |= {"version": content[:8], "content": content, "name": report.slug, "period_name": period_name(period), "state": state}
    file = name + ("" if state == "approved" else "-draft")
    annex = plan_annex(name, sections, facts["coverage"], scope.language)
    facts["annex"] = [table["file"] for table in annex]
    for table in annex:
        scope.put(table["file"], Job(renderer="table", language=scope.language, data=table), report.at)
    words = tuple(note.at.path for note in report.commentary.get(period_name(period), {}).values())
    printed = {
        **facts,
        "format": report.format,
        **{part: _on_paper(facts[part]) for part in ("cover", "sections", "definitions")},
        "tables": annex,
    }
    template = "report_deck.html" if report.format == "deck" else "report_print.html"
    pdf = Job(renderer="report", language=scope.language, template=template, data=printed)
    scope.put(f"{file}.pdf", pdf, report.at, words=words)
    web = {
        **facts,
        "page": page_value(scope, report.title, "report"),
        "assets": assets,
        "home": {"title": scope.client.name, "url": "index.html"},
        "nav": [],
        "body": [],
        "pdf": f"{file}.pdf",
    }
    page = page_job("report.html", scope.language, web)
    scope.put(f"{name}.html", page, report.at, words=words)
    return {
        "title": report.title,
        "period": period_value(period, partial=partial),
        "url": f"{name}.html",
        "pdf": f"{file}.pdf",
        "partial": partial,
        "as_of": min((each.last for each in coverage if each.files and not each.complete), default=period.last).isoformat(),
        "state": state,
        "sentence": next((section["sentence"] for section in sections if section["sentence"]), None),
    }


def _as_read(value: Any) -> Any:
    """What a reader of the report sees, for its sign-off: how many files are behind its figures, not their names and lines."""
    if isinstance(value, Mapping):
        return {key: len(each) if key in ("sources", "files") and isinstance(each, list) else _as_read(each) for key, each in value.items()}
    return [_as_read(each) for each in value] if isinstance(value, list | tuple) else value


def _campaign_of(scope: Scope) -> Campaign | None:
    """The latest campaign that runs in the period."""
    period = scope.period
    running = [c for c in scope.content.campaigns if c.starts.date() <= period.last and c.ends.date() >= period.first]
    return running[0] if running else None


def _section(section: Section, report: ClientReport, scope: Scope) -> dict[str, Any] | None:
    """A chapter; one that would say nothing is left out."""
    note = report.commentary.get(period_name(scope.period), {}).get(section.id)
    commentary: Segments = plan_body(note.body, scope, note.folder, {}) if note else []
    spoken = tuple(part for part in section.body if not (commentary and _is_stand_in(part)))
    body = plan_body(spoken, scope, report.folder, {})
    if not body and not commentary:
        return None
    return {
        "id": section.id,
        "title": section.title,
        "sentence": note.title if note else None,
        "author": note.author if note else None,
        "commentary": commentary,
        "body": body,
    }


def _is_stand_in(part: Prose | Block) -> bool:
    """Whether a part of a chapter is there for want of a commentary."""
    return isinstance(part, Block) and isinstance(part.args, Digest) and not part.args.keep


def _number_notes(sections: Sequence[dict[str, Any]]) -> None:
    """Notes on days keep one number through the report, and are worded once: beside the first chart that has their mark."""
    charts = [
        (number, part)
        for number, each in enumerate(sections, 1)
        for part in (*each["commentary"], *each["body"])
        if part.get("block") == "chart"
    ]
    known = sorted({_same(note) for _, chart in charts for note in chart["annotations"]})
    worded: dict[tuple[str, str], int] = {}
    for number, chart in charts:
        notes = [{**note, "n": known.index(_same(note)) + 1} for note in chart["annotations"]]
        chart["worded"] = next((worded[_same(note)] for note in notes if _same(note) in worded), None)
        chart["annotations"], chart["notes"] = notes, [note for note in notes if _same(note) not in worded]
        worded.update({_same(note): number for note in chart["notes"]})


def _same(note: Mapping[str, Any]) -> tuple[str, str]:
    return note["first"], note["text"]


def _cover(scope: Scope) -> dict[str, Any]:
    """The month's own curve, for the cover."""
    values = scope.figures.curve("exposure", cut(scope.period, "day")).values
    metric = scope.figures.metric("exposure")
    return {"curve": [rounded(value) for value in values], "label": metric.label if metric else ""}


def _definitions(scope: Scope) -> list[dict[str, Any]]:
    """Every metric that the report speaks of, in the order of a dictionary."""
    return sorted((_definition(scope, name) for name in scope.used), key=lambda each: _plain(each["label"]))


def _plain(label: str) -> str:
    """Letters without accents, so that É stands among E."""
    return "".join(letter for letter in normalize("NFD", label.casefold()) if not combining(letter))


def _definition(scope: Scope, name: str) -> dict[str, Any]:
    metric = scope.used[name]
    return {"label": metric.label, "definition": metric.definition, "formula": _formula(scope, metric.formula), "note": metric.note}


def _formula(scope: Scope, formula: str | None) -> str | None:
    """ "spend / ad_impressions × 1000" in the labels of the language."""
    if formula is None:
        return None
    words = (scope.figures.metric(word) for word in formula.split())
    return " ".join(metric.label if metric else word for metric, word in zip(words, formula.split(), strict=True))


def _coverage_value(coverage: Coverage) -> dict[str, Any]:
    return {
        "platform": platform_name(coverage.platform),
        "first": coverage.first.isoformat(),
        "last": coverage.last.isoformat(),
        "files": list(coverage.files),
        "rows": coverage.rows,
        "complete": coverage.complete,
        "holes": coverage.holes,
    }
