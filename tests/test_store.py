"""The record of builds on a disk that is full."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.facts import Sayings
from generator.facts.store import open_store
from generator.model.outputs import Access, Job, Output
from generator.problems import BilanError, Location, Problem
from tests.conftest import SiteFolder


def test_a_full_disk_is_a_problem_and_keeps_the_record(tmp_path: Path) -> None:
    """No room for the record is said in plain words, and what was recorded before is still there."""
    with open_store(tmp_path, []) as store:
        store.set_note("kept", "yes")

    with pytest.raises(BilanError) as caught, open_store(tmp_path, []) as store:
        connection = store._connection
        connection.execute(f"pragma max_page_count = {connection.execute('pragma page_count').fetchone()[0]}")  # what a full disk does
        store.set_note("large", "x" * 1_000_000)

    with open_store(tmp_path, []) as store:
        assert (store.note("kept"), store.note("large")) == ("yes", None)
    assert [problem.code for problem in caught.value.problems] == ["cannot-write"]
    assert "full" in caught.value.problems[0].message


def test_a_record_that_may_not_be_written_is_not_thrown_away(tmp_path: Path) -> None:
    """A record that cannot be opened is a problem of the disk, not a damaged record to be begun anew."""
    (tmp_path / "facts.sqlite3").mkdir()

    with pytest.raises(BilanError) as caught, open_store(tmp_path, []):
        pass

    assert [problem.code for problem in caught.value.problems] == ["cannot-write"]
    assert (tmp_path / "facts.sqlite3").is_dir()


def test_a_damaged_record_is_begun_anew(tmp_path: Path) -> None:
    """Bytes that are no database are set aside with a notice."""
    (tmp_path / "facts.sqlite3").write_bytes(b"not a database, whatever its name says" * 50)
    notices: list[Problem] = []

    with open_store(tmp_path, notices) as store:
        store.set_note("kept", "yes")

    assert len(notices) == 1
    with open_store(tmp_path, notices) as store:
        assert store.note("kept") == "yes"


def test_the_record_says_who_may_read_each_output(site: SiteFolder) -> None:
    """A client's room is private in the record of the build, with its assets and pictures; campaigns and the agency's page are public."""
    site.build()

    with open_store(site.root / ".bilan", []) as store:
        access = {path: fact.access for path, fact in store.facts().items()}

    assert {path for path, who in access.items() if who == "private"} == {path for path in access if path.startswith("luma/room/")}
    assert access["luma/room/index.html"] == "private"
    assert access["luma/cards/index.html"] == "public"


def test_another_access_is_recorded_by_the_next_build() -> None:
    """An output that says what it said, and is now for fewer people, is stale."""
    open_to_all = Output(path="a.html", job=Job(renderer="page", language="en"), owner="a", at=Location(path="a.md"), mark="same")
    everybody: tuple[Access, ...] = ("public", "unlisted", "private")
    marks = {Sayings("code").mark(replace(open_to_all, access=access)) for access in everybody}
    says = {str(Sayings().of(replace(open_to_all, access=access))) for access in everybody}

    assert (len(marks), len(says)) == (3, 3)
