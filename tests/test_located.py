"""YAML and front matter: every mistake at its line and column, in plain words, with a way out."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from generator.located import check, parse, split_front_matter
from generator.model.site import ClientFile, SiteFile
from generator.problems import Problems


def found(text: str, shape: type = SiteFile) -> list[tuple[int | None, int | None, str]]:
    """Line, column and code of each problem of a YAML text."""
    problems = Problems()
    document = parse(text, "site.yaml", problems)
    if document:
        check(document, shape, problems)
    return [(problem.at.line, problem.at.column, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: A\nurl: #nova\n", [(2, 6, "value-is-comment")]),
        ("title: @sony\n", [(1, 8, "yaml-syntax")]),
        ("title: A\ntitle: B\n", [(2, 1, "duplicate-key")]),
        ("title: A\nbrand:\n\tcolour: x\n", [(3, 1, "yaml-syntax")]),
        ("title: A\nlanguage: fra\n", [(2, 11, "unknown-language")]),
        ('title: "A\nurl: b\n', [(1, 8, "yaml-syntax")]),
        ("title: C'est l'été: 50 %\n", [(1, 19, "yaml-syntax")]),
        ("title: A\noutptu: x\n", [(2, 1, "unknown-key")]),
        ('title: A\nbrand:\n  color: "#123456"\n', [(3, 3, "unknown-key")]),
        ("title: !!python/object/apply:os.system [ls]\n", [(1, 8, "yaml-tag")]),
        ("title: A\nlimits:\n  yaml_bytes: 1_000\n", [(3, 15, "not-a-number")]),
        ("title: A\ntimezone: Paris\n", [(2, 11, "unknown-zone")]),
        ("title: A\nbrand:\n  colour: #123456\n", [(3, 11, "value-is-comment")]),
        ("language: en\n", [(1, 1, "missing-key")]),
        ("- a\n- b\n", [(1, 1, "wrong-shape")]),
        ("title: A\nurl: x\nlanguage: y\nbrnd: {}\n", [(2, 6, "not-an-address"), (3, 11, "unknown-language"), (4, 1, "unknown-key")]),
    ],
)
def test_mistake_is_found_where_it_is(text: str, expected: list[tuple[int, int, str]]) -> None:
    """Each mistake of a file is named with its line, its column and its kind, all of them at once."""
    assert found(text) == expected


@pytest.mark.parametrize("value", ["NO", "12:30", "010", "1_000", "2024-02-30", "null", "~", "yes"])
def test_text_stays_text(value: str) -> None:
    """A field declared as text keeps what was typed."""
    problems = Problems()
    document = parse(f"title: {value}\n", "site.yaml", problems)
    assert document is not None

    file = check(document, SiteFile, problems)

    assert file is not None
    assert file.title == value


def test_impossible_date_is_named() -> None:
    """A date that the calendar does not have is refused by name."""
    text = "name: A\ngoals:\n  - metric: reach\n    target: 10\n    from: 2024-02-30\n    until: 2024-03-01\n"

    assert found(text, ClientFile) == [(5, 11, "impossible-date")]


def test_alias_bomb_is_refused_quickly() -> None:
    """Nine aliases of nine aliases are refused in under a second and 100 MiB."""
    levels = [f"{name}: &{name} [{', '.join(['*' + before] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)]
    text = "\n".join(["a: &a [x, x, x, x, x, x, x, x, x]", *levels])
    tracemalloc.start()
    started = time.monotonic()

    codes = [code for _, _, code in found(text)]

    assert codes == ["yaml-bomb"]
    assert time.monotonic() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_deep_nesting_is_refused() -> None:
    """A thousand nested lists are a problem, not a crash."""
    assert [code for _, _, code in found("title: " + "[" * 1000 + "]" * 1000)] == ["yaml-bomb"]


def test_unknown_key_suggests_the_nearest() -> None:
    """A misspelt key names the key that was meant."""
    problems = Problems()
    document = parse("title: A\nlangage: fr\n", "site.yaml", problems)
    assert document is not None

    check(document, SiteFile, problems)

    assert 'did you mean "language"?' in problems.sorted()[0].message


def test_front_matter_shifts_lines() -> None:
    """A problem in front matter is at the line that the author's editor shows."""
    problems = Problems()
    matter = split_front_matter("---\ntitle: A\nlangage: fr\n---\nbody\n", "a.md", problems)
    assert matter is not None

    check(matter.head, SiteFile, problems)

    assert [(problem.at.line, problem.code) for problem in problems] == [(3, "unknown-key")]
    assert matter.body_line == 5


def test_open_front_matter_is_a_problem() -> None:
    """Front matter that is never closed is named at its first line."""
    problems = Problems()

    assert split_front_matter("---\ntitle: A\n", "a.md", problems) is None
    assert [(problem.at.line, problem.code) for problem in problems] == [(1, "front-matter-open")]


def test_terminal_escapes_are_shown_not_sent() -> None:
    """A control character in a value reaches the terminal as text."""
    problems = Problems()
    document = parse('title: A\nlanguage: "\\e[31mred"\n', "site.yaml", problems)
    assert document is not None

    check(document, SiteFile, problems)

    assert "\x1b" not in str(problems.sorted()[0])
    assert "\\x1b" in str(problems.sorted()[0])
