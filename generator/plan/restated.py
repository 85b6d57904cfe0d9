"""Figures that exports have changed since a report with them was sent: what the next report owes its reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.content import ClientReport
from generator.model.figures import Filter
from generator.model.outputs import Output
from generator.model.periods import period_name
from generator.model.said import Sent, Told
from generator.plan.scope import Scope
from generator.plan.values import period_value, rounded
from generator.plan.words import platform_name
from generator.problems import Problems


def restated(report: ClientReport, scope: Scope) -> list[dict[str, Any]]:
    """What has moved in earlier periods that were sent, in their order. A report that went out keeps what it said of it."""
    own = report.sent.get(period_name(scope.period))
    if own is not None:
        return [dict(each) for each in own.restated]
    earlier = sorted((sent for sent in report.sent.values() if sent.period.last < scope.period.first), key=lambda sent: sent.period.first)
    told = {_key(each): each["new"] for sent in earlier for each in sent.restated}
    return [moved for sent in earlier for moved in _moved(sent, told, scope)]


def _key(each: Mapping[str, Any]) -> Told:
    return each["period_name"], each["metric"], each["platform"] or ""


def _moved(sent: Sent, told: Mapping[Told, float | None], scope: Scope) -> Iterator[dict[str, Any]]:
    """The figures of a sent report that are no longer what its reader was last told."""
    name = period_name(sent.period)
    for (metric, platform), said in sent.said.items():
        if scope.figures.metric(metric) is None:
            continue
        figure = scope.figures.figure(metric, sent.period, only=Filter(platform=platform or None))
        old, now = told.get((name, metric, platform), said), rounded(figure.value)
        if now == old or (sent.edition > 1 and now == said):  # a correction has told it
            continue
        files = sorted({source.file for source in figure.sources})
        changed = [file for file in files if sent.files.get(file) != _digest(figure.sources, file)]
        yield {
            "period": period_value(sent.period),
            "period_name": name,
            "metric": metric,
            "platform": platform or None,
            "network": platform_name(platform) if platform else None,
            "label": figure.metric.label,
            "unit": figure.metric.unit,
            "currency": figure.currency,
            "old": old,
            "new": now,
            "files": [file.removeprefix(f"content/{scope.client.slug}/") for file in changed or files],
        }


def _digest(sources: Sequence[Any], file: str) -> str | None:
    return next((source.digest for source in sources if source.file == file), None)


def remark_restated(report: ClientReport, shown: Sequence[Output], problems: Problems) -> None:
    """A notice for the next report that goes out, which tells of it. `shown`: the report's periods in order."""
    for output in shown:
        facts = output.job.data
        if facts["restated"] and facts["report"]["period_name"] not in report.sent:
            moved = "; ".join(map(_in_words, facts["restated"]))
            fix = f"nothing, if that is right: the report of {facts['report']['period_name']} says so; or send a correction"
            problems.add("figures-restated", f"{report.title} was sent with other figures: {moved}", report.at, fix=fix, severity="notice")
            return


def _in_words(each: Mapping[str, Any]) -> str:
    return f"{each['period_name']} {each['label']} {_plain(each['old'])} → {_plain(each['new'])}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.12g}"
