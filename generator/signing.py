"""Sign-off: a person says that one period's report may go out, and a file says exactly which one was meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from generator import planning
from generator.digests import digest
from generator.model.approval import State
from generator.model.clock import Clock
from generator.model.outputs import Output
from generator.plan.approval import figures_said
from generator.problems import BilanError, Location, Problem, Problems, blocked_owners, did_you_mean
from generator.render import run
from generator.write import put_in_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What was signed off, and where that is written."""

    path: str  # of approval.yaml, relative to the site
    content: str
    pdf: str | None  # digest of the PDF as it will be made; none for a report that is not approved yet


def sign(root: Path, now: datetime, client: str, report: str, period: str, by: str, state: State) -> Signed:
    """Writes approval.yaml for a report as it would be made now. Raises BilanError where there is none, or its input has errors."""
    problems = Problems()
    outputs, theme = planning.plan(root, Clock(now), problems)
    output = find_report(outputs, client, report, period)
    if client in blocked_owners(problems.errors):
        raise BilanError(problems.errors)
    facts = output.job.data["report"]
    pdf = None
    if state == "approved":
        _refuse_holes(output, client, period)
        (result,) = run([as_approved(output)], theme)
        if result.payload is None:
            raise BilanError(result.problems)
        pdf = digest(result.payload)
    path = f"content/{client}/reports/{report}/{period}/approval.yaml"
    figures = figures_said(output.job.data["sections"])
    put_in_place(root / path, _written(state, by, now, facts["content"], pdf, figures).encode())
    return Signed(path=path, content=facts["content"], pdf=pdf)


def _refuse_holes(output: Output, client: str, period: str) -> None:
    """Raises BilanError where the report says which sections need words, and some have none."""
    facts = output.job.data
    missing = [hole for hole in facts["holes"] if hole["required"]]
    if missing:
        message = f"{client}/{facts['report']['name']} {period} lacks the commentary of {', '.join(hole['section'] for hole in missing)}"
        files = ", ".join(f"content/{client}/{hole['file']}" for hole in missing)
        problem = Problem(code="commentary-missing", message=message, at=output.at, fix=f"write {files}")
        raise BilanError([problem])


def as_approved(output: Output) -> Output:
    """The report as it is made once it is approved: without the marks of a draft."""
    data = output.job.data
    approved = {**data, "report": {**data["report"], "state": "approved"}, "holes": []}
    return replace(output, seal=None, job=replace(output.job, data=approved))


def find_report(outputs: Sequence[Output], client: str, report: str, period: str) -> Output:
    """The PDF of one period's report. Raises BilanError with those that there are."""
    reports = [output for output in outputs if output.job.renderer == "report"]
    named = [output for output in reports if output.owner == client and output.job.data["report"]["name"] == report]
    for output in named:
        if output.job.data["report"]["period_name"] == period:
            return output
    known = sorted({f"{output.owner}/{output.job.data['report']['name']}" for output in reports})
    periods = sorted(output.job.data["report"]["period_name"] for output in named)
    near = did_you_mean(f"{client}/{report}", known) if not named else did_you_mean(period, periods)
    message = f"there is no report {client}/{report} of {period}" + (f"; {near}" if near else "")
    fix = f"its periods: {', '.join(periods)}" if named else f"reports: {', '.join(known) or 'none yet'}"
    raise BilanError([Problem(code="no-report", message=message, at=Location(path=f"content/{client}/reports"), fix=fix)])


def _written(state: State, by: str, at: datetime, content: str, pdf: str | None, figures: dict[str, str]) -> str:
    lines = [f"state: {state}", f"by: {_quoted(by)}", f"at: {at.isoformat(timespec='seconds')}", f"content: {content}"]
    lines += [f"pdf: {pdf}"] if pdf else []
    lines += ["figures:", *(f"  {_quoted(name)}: {_quoted(value)}" for name, value in figures.items())] if figures else []
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A JSON string is one of YAML too."""
    return json.dumps(text, ensure_ascii=False)
