"""YAML and front matter that remember line and column: text stays text, keys are unique, shapes are checked, every refusal has its place.

The only module that knows PyYAML, and the one that turns pydantic's findings into problems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.problems import Location, Problem, Problems, did_you_mean

MAX_DEPTH = 30
ALIAS_GROWTH = 10  # nodes visited may be at most this many times the nodes written
SECRET = "secret-in-file"  # noqa: S105  # a code of problems whose line is not shown

Shaped = TypeVar("Shaped", bound=BaseModel)
Trail = tuple[str | int, ...]


class _TextLoader(yaml.CSafeLoader):
    """libyaml's parser without implicit types: NO, 12:30 and 010 stay what was typed."""


_TextLoader.yaml_implicit_resolvers = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Plain data (texts, lists, mappings) and where each value and key stands."""

    path: str
    lines: Sequence[str]  # of the whole file, for excerpts
    data: Any
    values: Mapping[Trail, tuple[int, int]] = field(default_factory=dict)  # 1-based line and column
    keys: Mapping[Trail, tuple[int, int]] = field(default_factory=dict)
    flawed: frozenset[Trail] = frozenset()  # values already refused: their shape is not complained of again

    def place(self, trail: Trail, *, key: bool = False) -> Location:
        """Where a value (or its key) stands; the nearest known parent when it is absent."""
        known = self.keys if key else self.values
        while trail and trail not in known:
            trail, known = trail[:-1], self.values
        line, column = known.get(trail, (1, 1))
        return Location(path=self.path, line=line, column=column)

    def places_in(self, key: str) -> dict[str, Location]:
        """Where each value of a mapping at the top stands."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        return {name: self.place((key, name)) for name in found} if isinstance(found, dict) else {}

    def excerpt(self, at: Location) -> str | None:
        return self.lines[at.line - 1] if at.line and at.line <= len(self.lines) else None


def inside(path: Path, folder: Path) -> bool:
    """Whether a path, links resolved, is a file below a folder; a name that no file can have is none."""
    try:
        real = path.resolve()
        return real.is_file() and real.is_relative_to(folder.resolve())
    except (OSError, ValueError):  # too long, or with a NUL
        return False


def read_text(path: Path, name: str, problems: Problems, *, limit: int, table: bool = False) -> str | None:
    """The text of a UTF-8 file (BOM and CRLF accepted), or None with a problem that names the encoding to use.

    A table may also be in the encodings in which spreadsheets save one.
    """
    at = Location(path=name)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or a device would be waited for, or never end
            problems.add("not-a-file", "this is no file but a pipe or a device", at, fix="remove it, or put the file itself there")
            return None
        content = path.read_bytes()
    except OSError as error:
        problems.add("unreadable", f"the file cannot be read: {error.strerror}", at, fix="check that it exists and its permissions")
        return None
    if len(content) > limit:
        problems.add(
            "too-large",
            f"the file has {len(content):,} bytes; the limit is {limit:,}",
            at,
            fix="split it, or raise the limit under limits: in site.yaml",
        )
        return None
    try:
        text = _decoded_table(content) if table else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(
            "not-utf-8",
            f"byte {error.start} is not UTF-8; the file looks like Windows-1252",
            Location(path=name, line=line),
            fix="save the file as UTF-8",
        )
        return None
    if not text.strip():
        problems.add("empty-file", "the file is empty", at, fix="fill it in, or remove it")
        return None
    if bad := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        line = text.count("\n", 0, bad.start()) + 1
        problems.add("control-character", f"character U+{ord(bad[0]):04X} is not allowed", Location(path=name, line=line), fix="remove it")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded_table(content: bytes) -> str:
    """UTF-8; UTF-16 where its mark says so; else Windows-1252, the encoding of Excel's "CSV". Raises UnicodeDecodeError."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_shape(path: Path, name: str, shape: type[Shaped], problems: Problems, *, limit: int = 1 << 20) -> tuple[Shaped, Document] | None:
    """A YAML file checked against a shape; None when it cannot be used, with every reason in `problems`."""
    text = read_text(path, name, problems, limit=limit)
    document = parse(text, name, problems) if text is not None else None
    value = check(document, shape, problems) if document else None
    return (value, document) if value is not None and document else None


def parse(
    text: str, name: str, problems: Problems, *, first_line: int = 1, first_column: int = 1, lines: Sequence[str] | None = None
) -> Document | None:
    """YAML text to a document; `first_line` is the file's line on which the text starts."""
    lines = text.split("\n") if lines is None else lines
    try:
        root = yaml.compose(text, Loader=_TextLoader)
        walk = _Walk(name, lines, first_line, first_column, _written(text))
        data = {} if root is None else walk.value(root, ())
    except yaml.YAMLError as error:
        problems.extend([_syntax_problem(error, name, lines, first_line, first_column)])
        return None
    except _RefusedError as refused:
        problems.extend([refused.problem])
        return None
    problems.extend(walk.problems)
    return Document(path=name, lines=lines, data=data, values=walk.values, keys=walk.keys, flawed=frozenset(walk.flawed))


def _written(text: str) -> int:
    """An upper bound of the nodes written in a text: each needs at least one mark or line."""
    return 20 + text.count("\n") + text.count(":") + text.count(",") + text.count("- ") + text.count("*")


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Walk:
    """Nodes to plain data, noting every place, refusing tags, doubled keys, alias bombs and depth."""

    def __init__(self, name: str, lines: Sequence[str], first_line: int, first_column: int, written: int) -> None:
        self.name, self.lines, self.first_line, self.first_column = name, lines, first_line, first_column
        self.values: dict[Trail, tuple[int, int]] = {}
        self.keys: dict[Trail, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.flawed: set[Trail] = set()
        self.left = written * ALIAS_GROWTH

    def value(self, node: yaml.Node, trail: Trail) -> Any:
        self.left -= 1
        if self.left < 0 or len(trail) > MAX_DEPTH:
            raise _RefusedError(
                self.problem(
                    "yaml-bomb", "aliases or nesting make this file grow beyond the limit", node, fix="write the values out without aliases"
                )
            )
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag[18:] not in ("str", "seq", "map"):
            raise _RefusedError(
                self.problem(
                    "yaml-tag",
                    f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not allowed",
                    node,
                    fix="remove the tag; write plain values",
                )
            )
        self.values[trail] = self.place(node)
        if isinstance(node, yaml.ScalarNode):
            if node.value == "" and node.style not in ("'", '"', "|", ">"):
                self.problems.append(self.empty(node))
                self.flawed.add(trail)
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*trail, index)) for index, item in enumerate(node.value)]
        return self.mapping(node, trail)

    def mapping(self, node: yaml.Node, trail: Trail) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                raise _RefusedError(self.problem("yaml-key", "a key must be a text", key_node, fix="write `key: value`"))
            if key in data:
                first = self.keys[(*trail, key)][0]
                self.problems.append(
                    self.problem("duplicate-key", f'"{key}" is already given on line {first}', key_node, fix="keep one of the two")
                )
                self.flawed.add((*trail, key))
                continue
            self.keys[(*trail, key)] = self.place(key_node)
            data[key] = self.value(value_node, (*trail, key))
        return data

    def place(self, node: yaml.Node) -> tuple[int, int]:
        mark = node.start_mark
        return mark.line + self.first_line, mark.column + self.first_column

    def problem(self, code: str, message: str, node: yaml.Node, fix: str) -> Problem:
        line, column = self.place(node)
        return Problem(code=code, message=message, at=Location(path=self.name, line=line, column=column), fix=fix, excerpt=self.line(line))

    def line(self, number: int) -> str | None:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def empty(self, node: yaml.Node) -> Problem:
        line, _ = self.place(node)
        before, mark, after = (self.line(line) or "").partition("#")
        if mark and before.rstrip().endswith(":"):
            at = Location(path=self.name, line=line, column=len(before) + 1)
            return Problem(
                code="value-is-comment",
                message=f'YAML reads "#{after.strip()}" as a comment, so the value is empty',
                at=at,
                fix=f'put it in quotes: "#{after.strip()}"',
                excerpt=self.line(line),
            )
        return self.problem("empty-value", "the key has no value", node, fix="give it a value, or remove the key")


def _syntax_problem(error: yaml.YAMLError, name: str, lines: Sequence[str], first_line: int, first_column: int) -> Problem:
    context = str(getattr(error, "context", "") or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if "quoted scalar" in context or "flow" in context:  # where it is opened; the parser only gives up at the file's end
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        return Problem(
            code="yaml-syntax", message="this is not YAML", at=Location(path=name, line=first_line), fix="check the file's first lines"
        )
    number, column = mark.line + first_line, mark.column + first_column
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    said = str(getattr(error, "problem", "") or "")
    message, fix = _in_plain_words(line, column, said, context)
    code = "yaml-bomb" if "nesting depth" in said else "yaml-syntax"  # libyaml since 0.2.6 has a limit of its own, above ours
    return Problem(code=code, message=message, at=Location(path=name, line=number, column=column), fix=fix, excerpt=line)


def _in_plain_words(line: str, column: int, problem: str, context: str) -> tuple[str, str]:
    """libyaml's finding as the author would put it, with what to do."""
    rest = line[column - 1 :].strip()
    if rest[:1] in ("@", "`"):
        return f'a value cannot start with "{rest[0]}"', f'put it in quotes: "{rest}"'
    if "nesting depth" in problem:
        return "nesting makes this file grow beyond the limit", "write fewer brackets within brackets"
    if "\t" in line[: len(line) - len(line.lstrip())] or rest.startswith("\t"):
        return "a tab is used for indentation", "indent with spaces"
    if "quoted scalar" in context or "quoted scalar" in problem:
        return "a quote is opened and never closed", "close the quote, or double the quotes inside the text"
    if "flow" in context:
        return "a bracket is opened and never closed", "close the bracket, or put the whole value in quotes"
    if "mapping values are not allowed" in problem:
        return "a colon inside the value is read as another key", "put the whole value in quotes"
    if "undefined alias" in problem:
        return "a value cannot start with *", "put it in quotes"
    if "could not find expected ':'" in problem or "did not find expected key" in problem:
        return "a key and a colon are expected here", "check the indentation, and put values with special characters in quotes"
    return problem or "this is not YAML", "check the indentation and the quotes of this line and the one before"


# ---- shapes ---------------------------------------------------------------------------------------------------------


def check(document: Document, shape: type[Shaped], problems: Problems, *, trail: Trail = ()) -> Shaped | None:
    """The document's data as a shape, or None with a problem for each value that does not fit."""
    data = document.data
    if not isinstance(data, dict):
        at = document.place(())
        problems.add("wrong-shape", "keys and values are expected", at, fix="write `key: value` lines", excerpt=document.excerpt(at))
        return None
    try:
        value = shape.model_validate(data)
    except ValidationError as error:
        fresh = (details for details in error.errors() if (*trail, *details["loc"]) not in document.flawed)
        problems.extend(_shape_problem(details, document, shape, trail) for details in fresh)
        return None
    return None if document.flawed else value


def _shape_problem(details: ErrorDetails, document: Document, shape: type[BaseModel], trail: Trail) -> Problem:
    kind, loc, context = details["type"], details["loc"], details.get("ctx", {})
    unknown = kind == "extra_forbidden"
    at = document.place((*trail, *loc), key=unknown or kind == "missing")
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "the value")
    code, message, fix = _explain(kind, name, context, details.get("input"), sorted(_known_keys(shape, loc)))
    excerpt = None if code == SECRET else document.excerpt(at)
    return Problem(code=code, message=message, at=at, fix=fix, excerpt=excerpt)


def _explain(kind: str, name: str, context: Mapping[str, Any], given: Any, known: Sequence[str]) -> tuple[str, str, str]:
    if "fix" in context:
        return kind, str(context["text"]), str(context["fix"])
    if kind == "extra_forbidden":
        near = did_you_mean(name, known)
        return "unknown-key", f'unknown key "{name}"' + (f"; {near}" if near else ""), f"known keys: {', '.join(known)}"
    if kind == "missing":
        return "missing-key", f'"{name}" is missing', f"add a line `{name}: …`"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        near = did_you_mean(str(given), expected.split(", "))
        return "unknown-word", f'"{given}" is not allowed for "{name}"' + (f"; {near}" if near else ""), f"write one of: {expected}"
    if kind == "string_pattern_mismatch":
        return "wrong-form", f'"{given}" does not have the form of "{name}"', f"expected form: {context.get('pattern')}"
    return "wrong-shape", f'"{name}" does not have the expected shape', "see the reference of this key"


@lru_cache(maxsize=256)
def _known_keys(shape: type[BaseModel], loc: Trail) -> frozenset[str]:
    """The keys allowed where `loc` leads, found by walking the shapes."""
    current: Any = shape
    keyed = False  # whether the next part is a key of the author's own
    for part in loc[:-1]:
        if keyed or isinstance(part, int):
            keyed = False
            continue
        fields = {info.alias or key: info for key, info in current.model_fields.items()} if _is_shape(current) else {}
        annotation = fields[part].annotation if part in fields else None
        current, keyed = _inner_shape(annotation), get_origin(annotation) is Mapping
    known = current.model_fields.items() if _is_shape(current) else ()
    return frozenset(
        info.alias or key for key, info in known if info.annotation is not Any
    )  # what may hold anything is there to be refused


def _is_shape(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _inner_shape(annotation: Any) -> Any:
    if _is_shape(annotation):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if inner := _inner_shape(argument):
            return inner
    return None


# ---- front matter ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The head of a Markdown file, its body, and the file's line on which the body starts."""

    head: Document
    body: str
    body_line: int


def split_front_matter(text: str, name: str, problems: Problems) -> FrontMatter | None:
    """`---`, YAML, `---`, body. A file without front matter has an empty head."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return FrontMatter(head=Document(path=name, lines=lines, data={}), body=text, body_line=1)
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        problems.add(
            "front-matter-open",
            "the front matter is never closed",
            Location(path=name, line=1, column=1),
            fix="add a line with --- after the last key",
            excerpt=lines[0],
        )
        return None
    head = parse("\n".join(lines[1:end]), name, problems, first_line=2, lines=lines)
    if head is None:
        return None
    return FrontMatter(head=head, body="\n".join(lines[end + 1 :]), body_line=end + 2)
