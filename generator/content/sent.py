"""archive/<client>/<report>-<period>/*/manifest.json → what a report said when it went out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.content.walk import relative
from generator.model.content import ClientReport
from generator.model.periods import period_name, read_period
from generator.model.said import Sent
from generator.problems import Location, Problems


def read_sent(root: Path, report: ClientReport, problems: Problems) -> dict[str, Sent]:
    """Each period that was sent, by its name, as its last edition said it. Only what was kept for this very client counts."""
    found: dict[str, Sent] = {}
    for path in sorted((root / "archive" / report.client).glob(f"{report.slug}-*/*/manifest.json")):
        name = path.parents[1].name.removeprefix(f"{report.slug}-")
        try:
            manifest = json.loads(path.read_bytes())
            if (manifest["client"], manifest["report"], manifest["period"]) != (report.client, report.slug, name):
                continue
            sent = _sent(manifest)
        except (ValueError, KeyError, TypeError, AttributeError):
            fix = "put back a copy of it from a backup; until then nothing is compared with what it said"
            at = Location(path=relative(path, root))
            problems.add("archive-unreadable", "what was sent cannot be read", at, fix=fix, severity="warning")
            continue
        if name not in found or sent.edition > found[name].edition:
            found[name] = sent
    return found


def _sent(manifest: Any) -> Sent:
    """Raises ValueError, KeyError or TypeError for what the archive did not write. Older ones do not have the figures one by one."""
    period = read_period(manifest["period"])
    assert period_name(period) == manifest["period"]
    said = {(str(each["metric"]), str(each["platform"])): each["value"] for each in manifest.get("said", ())}
    return Sent(
        period=period, edition=int(manifest["edition"]), said=said, files=dict(manifest["files"]),
        restated=tuple(dict(each) for each in manifest.get("restated", ())),
    )  # fmt: skip
