"""Figures that somebody should know of at once: looked for in each client's last days, told in words, and left in a notice file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from generator.books import open_books
from generator.metrics import find_alerts, unknown_metrics
from generator.model.alerts import Alert
from generator.model.figures import Period
from generator.model.periods import period_name
from generator.problems import Problems
from generator.write import put_in_place

NOTICE = ".bilan/alerts.json"


def look(root: Path, days: int, only: str | None, problems: Problems) -> list[Alert]:
    """The alerts of each client's last days that exports cover. Raises BilanError when `only` names no client."""
    found: list[Alert] = []
    for book in open_books(root, problems, only=only):
        problems.extend(unknown_metrics(book.client, book.figures))
        last = book.figures.last_day
        if last is not None:
            window = Period(first=last - timedelta(days=days - 1), last=last, grain="free")
            found += find_alerts(book.client, book.figures, window)
    return found


def leave_notice(path: Path, alerts: Sequence[Alert], only: str | None) -> list[dict[str, Any]]:
    """Writes what was found, and says which of it the notice before did not have. Without alerts there is no notice.

    Where only one client was looked at, what is known of the others stays.
    """
    before = _notice_before(path)
    known = {_identity(each) for each in before}
    told = [{**value, "new": _identity(value) not in known} for value in map(as_json, alerts)]
    others = [each for each in before if only not in (None, each.get("client"))]
    if told or others:
        put_in_place(path, (json.dumps({"alerts": [*others, *told]}, ensure_ascii=False, indent=1) + "\n").encode())
    else:
        path.unlink(missing_ok=True)
    return told


def _notice_before(path: Path) -> Sequence[dict[str, Any]]:
    """What the last notice said; one that cannot be read says nothing."""
    try:
        return list(json.loads(path.read_bytes())["alerts"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _identity(value: dict[str, Any]) -> tuple[str, ...]:
    """A run of days that grows longer stays the same alert."""
    return tuple(str(value.get(key)) for key in ("client", "metric", "platform", "first", "kind"))


def as_json(alert: Alert) -> dict[str, Any]:
    return {
        "client": alert.client, "metric": alert.metric.name, "platform": alert.platform, "first": alert.period.first.isoformat(),
        "last": alert.period.last.isoformat(), "period": period_name(alert.period), "day": alert.day and alert.day.isoformat(),
        "value": alert.value, "unit": alert.metric.unit, "kind": alert.kind, "rule": alert.rule, "label": alert.label,
        "complete": alert.complete,
    }  # fmt: skip


def in_words(told: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line an alert: whose, when, which figure, and the rule that it breaks."""
    for each in told:
        where = f" on {each['platform']}" if each["platform"] else ""
        value = f"{each['value']:.1%}" if each["unit"] == "ratio" else f"{each['value']:,.6g}"
        when = f", on {each['day']}" if each["day"] and each["day"] != each["first"] else ""
        label = f"{each['label']}: " if each["label"] else ""
        part = "" if each["complete"] else " (some days are missing)"
        begins = f"{'new' if each['new'] else 'known'}  {each['client']} {each['period']}  {label}"
        yield f"{begins}{each['metric']}{where} {value}{when}{part}: {each['rule']}"
