"""Batches of reports: one that fails, a worker that dies, a run that is cut short, and memory that does not grow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.workers import BATCH, run_all
from tests.conftest import CLIENT, NOW, REPORT, SiteFolder, x_overview

ROOT = Path(__file__).parents[1]
PRINT = "<!doctype html><html lang='en'><head><title>{{ report.title }}</title></head><body><h1>{{ report.title }}</h1>%s</body></html>"
BAD = "\n{{ nope if report.title == 'Bad report' }}"


@pytest.fixture
def batch(empty_site: SiteFolder) -> SiteFolder:
    """Six clients with two reports each, of one plain page."""
    days = {f"2026-{month:02}-15": 100 for month in (8, 9)}
    for client in ("ada", "bea", "cleo", "dora", "eva", "fay"):
        empty_site.write(f"content/{client}/client.yaml", CLIENT.replace("Luma", client.title()))
        empty_site.write(f"content/{client}/reports/monthly.md", REPORT).write(f"content/{client}/kpi/x.csv", x_overview(days))
    return empty_site.write("templates/report_print.html", PRINT % "")


def pdfs(site: SiteFolder) -> dict[str, bytes]:
    return {name: content for name, content in site.tree().items() if name.endswith(".pdf")}


def test_one_bad_report_among_many(batch: SiteFolder) -> None:
    """B1: the others are produced, the bad ones are named with file and line, and exit code 3 says that a part failed."""
    batch.write("content/cleo/reports/monthly.md", REPORT.replace("Monthly report", "Bad report"))
    batch.write("templates/report_print.html", PRINT % BAD)

    run = batch.run("report", "--all", "--workers", "2")

    assert run.code == 3
    assert len(pdfs(batch)) == 10
    assert not any(name.startswith("cleo/") for name in pdfs(batch))
    assert "templates/report_print.html:2: unknown-variable" in run.err
    assert "while rendering cleo/room/monthly-2026-0" in run.err
    assert len(run.out.splitlines()) >= 10


def test_reports_are_for_their_owner_s_eyes(batch: SiteFolder) -> None:
    """X4: whatever the umask, PDFs and the record of builds are not readable by others."""
    before = os.umask(0)
    try:
        batch.build(choose=lambda output: output.path.startswith("ada/room/"))
    finally:
        os.umask(before)

    made = [*batch.root.glob("output/ada/room/*.pdf"), *batch.root.glob(".bilan/facts.sqlite3"), *batch.root.glob(".bilan/lock")]
    assert len(made) == 4
    assert {path.stat().st_mode & 0o077 for path in [*made, batch.root / ".bilan"]} == {0}


# ---- workers that die -----------------------------------------------------------------------------------------------


def doubled(job: Path) -> int:
    """Doubles the job's number; the one whose file says so ends its process, as often as it says."""
    number = int(job.name)
    if job.is_file():
        deaths = int(job.read_text())
        time.sleep(0.2)  # others are in flight by then
        job.write_text(str(deaths - 1))
        if deaths > 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


@pytest.mark.parametrize(("deaths", "made"), [(1, True), (2, True), (9, False)])
def test_worker_that_dies_costs_its_own_job_only(tmp_path: Path, deaths: int, made: bool) -> None:
    """B2: a job whose worker dies is tried again, twice at most; all others are done, whichever of them were in flight."""
    (tmp_path / "5").write_text(str(deaths))

    done = {int(job.name): outcome for job, outcome in run_all(doubled, [tmp_path / str(number) for number in range(12)], "2")}
    lost = done.pop(5)

    assert done == {number: 2 * number for number in range(12) if number != 5}
    assert (lost == 10) == made
    assert int((tmp_path / "5").read_text()) == (-1 if deaths == 1 else deaths - 3)


def process_id(_: int) -> int:
    return os.getpid()


def test_worker_processes_give_place_to_new_ones() -> None:
    """B4: after so many jobs workers are new ones, so that what they hoard goes."""
    order = [outcome for _, outcome in run_all(process_id, range(2 * BATCH), "2")]

    assert set(order[:BATCH]) & set(order[BATCH:]) == set()
    assert len(set(order)) <= 4


# ---- cut short ------------------------------------------------------------------------------------------------------


def test_batch_that_is_killed_goes_on(batch: SiteFolder) -> None:
    """B3: killed in the middle and begun again, a batch renders only what it had not finished, and ends as if nothing had been."""
    command = [sys.executable, "-m", "generator", "report", "--all", "--now", NOW.isoformat(), "--workers", "1", "--site", str(batch.root)]
    run = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(batch.root.glob("output/*/room/*.pdf"))) < 4 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(timeout=10)
    stamps = {path: path.stat().st_mtime_ns for path in batch.root.glob("output/*/room/*.pdf")}

    summary = batch.build(choose=lambda output: output.job.renderer == "report")
    again = {path for path, stamp in stamps.items() if path.stat().st_mtime_ns != stamp}
    rendered = [verdict.output.path for verdict in summary.verdicts if not verdict.fresh]
    resumed = pdfs(batch)
    batch.build(force=True, choose=lambda output: output.job.renderer == "report")

    assert 4 <= len(stamps) < 12
    assert not again
    assert len(rendered) <= 12 - len(stamps) + 1  # the one whose record had not been written
    assert resumed == pdfs(batch)
    assert len(resumed) == 12
    assert not list(batch.root.rglob("output/**/*.bilan-tmp"))
