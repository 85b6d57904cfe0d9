"""Commentary that is still to be written: a marked hole in the draft, and a remark that names the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from generator.model.content import ClientReport
from generator.model.figures import Period
from generator.model.periods import period_name
from generator.plan.scope import Scope
from generator.problems import Location, Problems

SPOKEN_OF = timedelta(days=92)  # how long after its end a period without words is a problem; a draft shows its holes always

Holes = list[dict[str, Any]]


def holes_of(report: ClientReport, period: Period, chapters: Sequence[str]) -> Holes:
    """The sections whose words are missing, each with its file, and the chapter beside which that is shown: its own, if there is one."""
    written = report.commentary.get(period_name(period), {})
    first = chapters[0] if chapters else None
    return [
        {
            "section": section.id,
            "title": section.title,
            "file": f"{report.words.split('/', 2)[2]}/{period_name(period)}/{section.id}.md",
            "beside": section.id if section.id in chapters else first,
            "required": report.required,
            "own": not report.cuts and bool(section.readers),  # only a cut for some readers has it
        }
        for section in report.sections
        if section.id in report.awaited and section.id not in written
    ]


def remark(report: ClientReport, period: Period, holes: Holes, scope: Scope, problems: Problems) -> None:
    """One warning for a period that is over, not for long, and not approved; of a cut, the sections that only its readers have."""
    whole = not any(report.slug != other.slug and report.words == other.words and other.cuts for other in scope.content.reports)
    names = [hole["section"] for hole in holes if whole or hole["own"]]
    zone = scope.client.timezone
    if not names or not scope.clock.day_passed(period.last, zone) or scope.clock.day_passed(period.last + SPOKEN_OF, zone):
        return
    folder = f"{report.words}/{period_name(period)}"
    problems.add(
        "commentary-missing", f"{report.title}, {period_name(period)}: {', '.join(names)} without commentary", Location(path=folder),
        fix=f"write {', '.join(f'{name}.md' for name in names)} in {folder}/, or say commentary: in {report.at.path}", severity="warning",
    )  # fmt: skip
