"""Builds on a cluster: a real scheduler and two workers, in processes of their own, one of which may end at any time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.problems import RemoteError
from generator.workers import run_all
from tests.conftest import CLIENT, NOW, SiteFolder, command
from tests.test_isolation import picture

MARK = "BILAN_TEST_WORKER"  # which worker a process is


@dataclass
class Cluster:
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    @property
    def spec(self) -> str:
        return f"dask:{self.address}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """A part of the cluster, far from any site: in an empty folder, and with nothing but the package."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


@contextmanager
def cluster_of(folder: Path, workers: int, nanny: bool = False) -> Iterator[Cluster]:
    """A scheduler with so many workers of one thread; `nanny`: one that ends is begun again, as in a real cluster."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    started = [start(folder, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show")]
    options = (
        "--nthreads",
        "1",
        "--nanny" if nanny else "--no-nanny",
        "--no-dashboard",
        "--host",
        "127.0.0.1",
        "--local-directory",
        str(folder),
    )
    try:
        made = [
            start(folder, "worker", address, *options, "--local-directory", str(folder), **{MARK: str(number)}) for number in range(workers)
        ]
        started += made
        _wait_for(port)
        yield Cluster(address, started[0], made)
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the scheduler does not start")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_of(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture
def full(site: SiteFolder) -> SiteFolder:
    """The site with pictures, a template of its own, and many moments."""
    site.write("templates/parts/credits.html", "<p>Ours alone</p>")
    site.write("content/luma/client.yaml", CLIENT + "  logo: logo.png\n").write("content/luma/logo.png", picture())
    for number in range(12):
        name = f"content/luma/cards/moments/p{number:02}.md"
        site.write(name, f"---\nkind: photo\nat: 2026-09-02T1{number % 10}:30\npicture: ../p{number:02}.png\nalt: A\n---\n\nWords.\n")
        site.write(f"content/luma/cards/p{number:02}.png", picture())
    return site


# ---- what a worker is asked to do ------------------------------------------------------------------------------------


def doubled(number: int) -> int:
    return 2 * number


def ended_once(mark: Path) -> str:
    """Ends its worker the first time, leaving a mark of it."""
    if not mark.exists():
        mark.write_text("ended")
        os._exit(9)
    return os.environ[MARK]


def ended_always(mark: Path) -> None:
    with mark.open("a") as file:
        file.write(".")
    os._exit(9)


def refused(number: int) -> int:
    raise ValueError(f"number {number}")


# ---- the same wherever it runs --------------------------------------------------------------------------------------


def test_a_cluster_makes_the_same_bytes(full: SiteFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """T7: reports, pictures and pages made by workers that have only the package, not the site's folder, are what this machine makes."""
    monkeypatch.setattr("generator.batches.MANY", 1)
    full.build()
    here = full.tree()
    (full.root / ".bilan/facts.sqlite3").unlink()
    for path in sorted((full.root / "output").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    done = command("build", "--site", full.root, "--now", NOW.isoformat(), "--workers", cluster.spec)

    assert (done.code, done.err) == (0, "")
    assert full.tree() == here
    assert "Ours alone" in full.output("luma/cards/m-001.html")
    assert [b"/Image" in content for name, content in here.items() if name.endswith(".pdf")] == [True, True]
    assert full.run("build").out.startswith("nothing to do")


def test_a_mistake_is_told_alike_wherever_it_shows(full: SiteFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template's mistake has the same place, line and way out when a worker finds it."""
    monkeypatch.setattr("generator.batches.MANY", 1)
    full.write("templates/parts/credits.html", "<p>\n{{ campain.title }}</p>")
    here = [str(problem) for problem in full.problems()]

    done = command("build", "--site", full.root, "--now", NOW.isoformat(), "--workers", cluster.spec)

    assert done.code == 1
    assert done.err.splitlines() == "\n".join(here).splitlines()
    assert "templates/parts/credits.html:2" in done.err and 'did you mean "campaign"?' in done.err


def test_a_template_without_end_is_ended_on_a_worker(full: SiteFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """T3: its time is limited in threads, too, which no signal reaches; the limit and the line are named."""
    monkeypatch.setattr("generator.batches.MANY", 1)
    full.write("site.yaml", (full.root / "site.yaml").read_text("utf-8") + "limits:\n  template_seconds: 0.5\n")
    full.write("templates/client.html", "<p>\n{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}</p>")

    done = command("build", "--only", "luma", "--site", full.root, "--now", NOW.isoformat(), "--workers", cluster.spec)

    assert done.code == 1
    assert "templates/client.html:2: template-error TemplateRuntimeError: the template takes longer than template_seconds = 0.5" in done.err


# ---- workers that end -----------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_costs_nothing(full: SiteFolder, tmp_path: Path) -> None:
    """With one of two workers killed on the way, every file is made, and is the same."""
    full.build()
    here = full.tree()
    (tmp_path / "far").mkdir()
    with cluster_of(tmp_path / "far", 2) as made:
        killed: list[str] = []

        def progress(done: int, total: int, what: str) -> None:
            if what.endswith((".png", ".pdf", ".jpg")) and not killed:
                os.killpg(made.workers[0].pid, signal.SIGKILL)
                killed.append(what)

        from generator import pipeline

        summary = pipeline.build(full.root, NOW, workers=made.spec, force=True, progress=progress)

    assert killed and [str(problem) for problem in summary.problems] == []
    assert full.tree() == here
    assert len(summary.verdicts) > 50


def test_a_job_goes_on_where_another_worker_has_ended(tmp_path: Path) -> None:
    """A job whose worker ends under it is done by another, and others are not disturbed."""
    with cluster_of(tmp_path, 2) as made:
        (lost,) = run_all(ended_once, [tmp_path / "mark"], made.spec)
        others = sorted(run_all(doubled, range(50), made.spec))

    assert lost[1] in ("0", "1")
    assert others == [(number, 2 * number) for number in range(50)]


def test_a_job_that_ends_each_worker_is_given_up_after_two_more_tries(tmp_path: Path) -> None:
    """It is begun three times in all, whatever the scheduler allows, and reported; the job beside it is done."""
    with cluster_of(tmp_path, 2, nanny=True) as made:
        ((_, error),) = run_all(ended_always, [tmp_path / "marks"], made.spec)
        after = list(run_all(doubled, [4], made.spec))

    assert (tmp_path / "marks").read_text() == "..."
    assert isinstance(error, Exception) and "ended 3 times" in str(error)
    assert after == [(4, 8)]


def test_workers_that_do_not_come_back_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last worker has ended and none returns, the build ends with that problem."""
    monkeypatch.setattr("generator.cluster.RETURN", 1)
    monkeypatch.setattr("generator.workers.LOOK", 0.2)
    with cluster_of(tmp_path, 1) as made, pytest.raises(RemoteError, match="no-workers"):
        list(run_all(ended_always, [tmp_path / "marks"], made.spec))


def test_an_error_of_a_job_is_its_own(cluster: Cluster) -> None:
    """A bug in one job is not tried again, and does not stop the others."""
    outcomes = dict(run_all(refused, [1, 2], cluster.spec))

    assert {number: str(error) for number, error in outcomes.items()} == {1: "number 1", 2: "number 2"}


# ---- no cluster -----------------------------------------------------------------------------------------------------


def asked(site: SiteFolder, address: str, *more: str) -> Sequence[str]:
    started = time.monotonic()
    done = command("build", "--site", site.root, "--now", NOW.isoformat(), "--workers", f"dask:{address}", *more)
    assert (done.code, done.out) == (4, "")
    assert time.monotonic() - started < 10
    return done.err.splitlines()


def test_scheduler_that_does_not_answer_is_one_problem(site: SiteFolder) -> None:
    """Exit code 4, one line and its fix, within ten seconds; nothing is written."""
    lines = asked(site, f"tcp://127.0.0.1:{free_port()}")

    assert len(lines) == 2 and "no-scheduler" in lines[0] and "Connection refused" in lines[0]
    assert lines[1].startswith("  fix: start it with: dask scheduler")
    assert not (site.root / "output").exists()


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_somebody_else_at_the_address_is_one_problem(site: SiteFolder, says: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that accepts and says nothing, or is no scheduler, does not hold the build up."""
    monkeypatch.setattr("generator.cluster.CONNECT", 1)
    over = threading.Event()

    def answer() -> None:
        connection, _ = other.accept()
        with connection:
            connection.sendall(says)
            over.wait(20)

    with socket.create_server(("127.0.0.1", 0)) as other:
        answering = threading.Thread(target=answer)
        answering.start()
        lines = asked(site, f"127.0.0.1:{other.getsockname()[1]}")
        over.set()
        answering.join()

    assert len(lines) == 2 and "no-scheduler" in lines[0]


def test_scheduler_without_workers_is_one_problem(site: SiteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how to start one."""
    monkeypatch.setattr("generator.cluster.JOIN", 1)
    (tmp_path / "alone").mkdir()
    with cluster_of(tmp_path / "alone", 0) as made:
        lines = asked(site, made.address)

    assert len(lines) == 2 and "no-workers" in lines[0] and f"dask worker {made.address}" in lines[1]


def test_workers_with_another_bilan_are_refused(site: SiteFolder, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages would differ: each worker is named, and what to install there."""
    monkeypatch.setattr("generator.cluster.installed", _as_if_older)

    lines = asked(site, cluster.address)

    assert [("cluster-differs" in line, "worker tcp://127.0.0.1" in line) for line in lines[::2]] == [(True, True)] * 2
    assert lines[1] == "  fix: install there: bilan 0.0"


def _as_if_older() -> str:
    """Here it is older; there, where this module has not been patched, the real one runs."""
    from generator import cluster

    return "bilan 0.0" if cluster.installed is _as_if_older else cluster.installed()


def test_doctor_looks_at_a_cluster(site: SiteFolder, cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """With its address, the doctor says how many workers there are, or what is wrong and what mends it; without, that it is an extra."""
    well = command("doctor", "--site", site.root, "--workers", cluster.spec).out
    ill = command("doctor", "--site", site.root, "--workers", f"dask:127.0.0.1:{free_port()}")

    assert "ok       the cluster dask:tcp://127.0.0.1" in well and "2 workers" in well
    assert ill.code == 1 and "MISSING  the cluster dask:127.0.0.1" in ill.out and "fix: start it with: dask scheduler" in ill.out
    assert "distributed" in command("doctor", "--site", site.root).out


def test_address_of_another_form_is_wrong_usage(site: SiteFolder) -> None:
    """Exit code 2, with the form that is meant."""
    for spec in ("dask:", "dask:http://x", "dask:a b", "dask:x:999999", "ray:x", "0"):
        done = command("build", "--site", site.root, "--workers", spec)
        assert done.code == 2 and "dask:tcp://10.0.0.5:8786" in done.err


def test_build_without_the_library_says_what_to_install(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """`bilan[cluster]` is an extra."""
    monkeypatch.setattr("generator.cluster.find_spec", lambda name: None)

    lines = asked(site, "127.0.0.1:8786")

    assert "no-cluster" in lines[0] and lines[1] == '  fix: pip install "bilan[cluster]"'


def test_scheduler_that_goes_away_ends_the_build(tmp_path: Path) -> None:
    """What was made stays; the rest is not waited for."""
    with cluster_of(tmp_path, 1) as made, pytest.raises(RemoteError, match="no-scheduler"):
        for _ in run_all(slow, range(9), made.spec):
            os.killpg(made.scheduler.pid, signal.SIGKILL)


def slow(number: int) -> int:
    time.sleep(0.5)
    return number
