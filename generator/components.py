"""`bilan components`: what each block takes, as it would be written."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from generator.model import blocks, fields
from generator.model.blocks import ADDED, BLOCKS
from generator.problems import BilanError, Location, Problem

SAID: Mapping[Any, str] = {
    fields.OneLine: "text",
    fields.Text: "text",
    fields.Slug: "name (lower-case letters, digits, hyphens)",
    fields.Whole: "whole number",
    fields.Number: "number",
    fields.YesNo: "true or false",
    fields.Day: "date (2026-09-30)",
    fields.Instant: "date and hour (2026-09-30T18:00)",
    fields.Seconds: "span of time (30s, 30min, 1h)",
    fields.Colour: 'colour ("#1f4e4a")',
    fields.Address: "web address",
    blocks.Compare: f"{', '.join(blocks.COMPARED)}, or a period (2026-08)",
    blocks.Step: "number, or mapping with at, label (optional)",
    blocks.Asked: f"{', '.join(blocks.ASKED)}, last 13 months, or a period (2026-09)",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date (2026-09-30)",
    datetime: "date and hour (2026-09-30T18:00)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    name: str
    takes: str  # in words
    required: bool
    default: str | None  # as it would be written; None where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    name: str
    says: str
    arguments: tuple[Argument, ...]
    source: str  # "Bilan", or the distribution that adds it


def components() -> Iterator[Component]:
    """Every block that pages and reports may hold, those of extensions too."""
    for name, shape in BLOCKS.items():
        source = ADDED[name].extension.distribution if name in ADDED else "Bilan"
        says = " ".join((shape.__doc__ or "").split())
        yield Component(name=name, says=says, arguments=tuple(_arguments(shape)), source=source)


def component(name: str) -> Component:
    """Raises BilanError for a name that no block has."""
    known = {each.name: each for each in components()}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        fix = f"did you mean {near[0]}?" if near else f"blocks: {', '.join(known)}"
        raise BilanError(
            [Problem(code="unknown-block", message=f'there is no block "{name}"', at=Location(path="bilan components"), fix=fix)]
        )
    return known[name]


def _arguments(shape: type[BaseModel]) -> Iterator[Argument]:
    hints = get_type_hints(shape, include_extras=True)
    for name, field in shape.model_fields.items():
        required = field.is_required()
        yield Argument(name=name, takes=_words(hints[name]), required=required, default=None if required else _written(field.default))


def _words(kind: Any) -> str:
    if kind in SAID:
        return SAID[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return ", ".join(map(str, inner))
    if origin in (Union, types.UnionType):
        return _either([_words(each) for each in inner if each is not type(None)])
    if origin in (tuple, list):
        return f"list of: {_words(inner[0])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        keys = ", ".join(key if field.is_required() else f"{key} (optional)" for key, field in kind.model_fields.items())
        return f"mapping with {keys}"
    return "mapping" if origin in (dict, Mapping) or kind is dict else getattr(kind, "__name__", str(kind)).lower()


def _either(words: list[str]) -> str:
    return " or ".join(dict.fromkeys(words))


def _written(value: Any) -> str | None:
    if value is None or value == () or value == {}:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple | list) else str(value)


# ---- lines ------------------------------------------------------------------------------------------------------------------


def lines(name: str | None) -> Iterator[str]:
    """For people: an overview, or one block with each of its keys."""
    if name is None:
        width = max(len(each.name) for each in components())
        for each in components():
            yield f"{each.name:{width}}  {each.says}" + ("" if each.source == "Bilan" else f" ({each.source})")
        yield ""
        yield "bilan components NAME says which keys a block takes."
        return
    found = component(name)
    yield f"{found.name}: {found.says}"
    yield ""
    width = max((len(argument.name) for argument in found.arguments), default=0)
    for argument in found.arguments:
        rest = "required" if argument.required else f"unless said: {argument.default}" if argument.default else "optional"
        yield f"  {argument.name:{width}}  {argument.takes}; {rest}"
    if needed := [argument.name for argument in found.arguments if argument.required]:
        yield from ("", f"```{found.name}", *(f"{name}: …" for name in needed), "```")


def as_values(name: str | None) -> Iterator[Mapping[str, Any]]:
    """For programs: one mapping a block."""
    for each in components() if name is None else [component(name)]:
        arguments = [{"name": a.name, "takes": a.takes, "required": a.required, "default": a.default} for a in each.arguments]
        yield {"block": each.name, "says": each.says, "source": each.source, "arguments": arguments}


__all__ = ["Argument", "Component", "as_values", "component", "components", "lines"]
