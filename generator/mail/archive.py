"""What went out, as it went out: archive/<client>/<report>-<period>/<digest>/, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.digests import digest
from generator.mail.durable import write_durably
from generator.mail.gate import Parcel
from generator.model.said import figures_below


def keep(root: Path, archive: Path, parcel: Parcel, edition: int, correction: str | None) -> None:
    """The PDF, and from which files it was made; a second time nothing happens. `root`: the site's folder."""
    folder = archive / parcel.client / f"{parcel.report}-{parcel.period}" / (parcel.pdf_digest or "")[:12]
    if (folder / "manifest.json").is_file():
        return
    said, approval = parcel.facts["report"], parcel.approval
    manifest = {
        "client": parcel.client, "report": parcel.report, "period": parcel.period, "edition": edition, "correction": correction,
        "pdf": parcel.pdf_digest, "content": said["content"], "pages": parcel.pages,
        "approved": {"by": approval.by, "at": approval.when} if approval else None,
        "figures": dict(approval.figures) if approval else {},
        "said": _said(parcel.facts), "restated": parcel.facts["restated"],
        "files": {file: _digest_of(root / file) for file in sorted({file for each in parcel.facts["coverage"] for file in each["files"]})},
    }  # fmt: skip
    write_durably(folder / "report.pdf", parcel.pdf or b"")
    write_durably(folder / "manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())


def _said(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures of the report's own period, each once: a later report tells those that exports change."""
    days = facts["report"]["period"]["first"], facts["report"]["period"]["last"]
    own = (each for each in figures_below(facts["sections"]) if (each["of"]["first"], each["of"]["last"]) == days)
    found = {(each["metric"], each["of"]["platform"] or ""): each["value"] for each in own}
    return [{"metric": metric, "platform": platform, "value": value} for (metric, platform), value in sorted(found.items())]


def _digest_of(path: Path) -> str | None:
    return digest(path.read_bytes()) if path.is_file() else None


def is_begun(archive: Path) -> bool:
    """Whether anything was ever kept there."""
    return any(archive.glob("*/*/*/manifest.json"))
