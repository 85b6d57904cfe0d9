"""The record of builds on a disk that is full."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.facts.store import open_store
from generator.problems import BilanError, Problem


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
