"""A card drawn from its template, as large as it fits: by size of name and text, step by step."""

from __future__ import annotations

from dataclasses import replace

from generator.model.outputs import Output
from generator.problems import BilanError, Location, Problem
from generator.render.pdf import make_sheet
from generator.render.reading import Reader
from generator.render.tagging import finish_card
from generator.render.templates import render_template

STEPS = 8  # of size, the largest first


def draw_face(output: Output, reader: Reader, remarks: list[Problem], medium: str) -> bytes:
    """One page as PDF; `medium`: social or print. Raises BilanError where the words do not fit in the smallest size."""
    for smaller in range(STEPS):
        html, _ = render_template(_smaller(output, smaller), reader, remarks, medium=medium)
        if made := make_sheet(html, output, reader, finish_card if medium == "print" else None):
            return made
    at, during = Location(path=f"templates/{output.job.template}"), f"rendering {output.path}"
    fix = "look at the card's template and style sheet: what it shows must fit on one page in its smallest size"
    raise BilanError([Problem(code="card-overflows", message="the card does not fit on one page", at=at, fix=fix, during=during)])


def _smaller(output: Output, steps: int) -> Output:
    sizes = {name: min(STEPS - 1, step + steps) for name, step in output.job.data["sizes"].items()}
    return replace(output, job=replace(output.job, data={**output.job.data, "sizes": sizes}))
