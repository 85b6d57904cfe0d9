"""What went out, as it went out: archive/<client>/<report>-<period>/<digest>/, never rewritten."""

from __future__ import annotations

import json
from pathlib import Path

from generator.digests import digest
from generator.mail.durable import write_durably
from generator.mail.gate import Parcel


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
        "files": {file: _digest_of(root / file) for file in sorted({file for each in parcel.facts["coverage"] for file in each["files"]})},
    }  # fmt: skip
    write_durably(folder / "report.pdf", parcel.pdf or b"")
    write_durably(folder / "manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())


def _digest_of(path: Path) -> str | None:
    return digest(path.read_bytes()) if path.is_file() else None


def is_begun(archive: Path) -> bool:
    """Whether anything was ever kept there."""
    return any(archive.glob("*/*/*/manifest.json"))
