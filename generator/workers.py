"""Where renders run: in this process, in worker processes, or on a cluster, behind `concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import count
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
BATCH = 120  # jobs after which worker processes give place to new ones: memory stays flat
TRIES = 3
PRELOADED = ("generator.cli", "generator.pipeline", "generator.render.templates", "generator.render.charts", "generator.render.prose")
FAR = "dask:"  # and the address of a scheduler
LOOK = 2.0  # seconds after which a cluster that gives nothing back is looked at


class Serial(Executor):
    """Runs each job at once, in this process."""

    def submit(self, fn: Callable[..., Made], /, *args: Any, **kwargs: Any) -> Future[Made]:
        future: Future[Made] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def open_executor(spec: str, jobs: int) -> Executor:
    """ "serial", a number of worker processes, or "auto": processes only when there is work for more than one."""
    if spec == "serial" or jobs == 0 or (spec == "auto" and jobs < 2):
        return Serial()
    count = min(jobs, (os.cpu_count() or 1) if spec == "auto" else int(spec))
    return ProcessPoolExecutor(count, mp_context=_context(), initializer=_end_with_parent)


def make_ready() -> None:
    """Begins to load, in a process of its own and while this one reads, what renders need: workers are then forked from there."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver

        _context()
        with deaf_children():
            forkserver.ensure_running()


def _context() -> BaseContext:
    """A server that forks them: threads of this process, watching or computing, would not survive a fork of its own."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _end_with_parent() -> None:
    """In a worker: when the parent is killed, nobody else would end it."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes begun in this block do not hear Ctrl-C, which the terminal sends to all: the parent ends them. It hears it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop(executor: Executor) -> None:
    """Ends jobs in flight: a pool's own shutdown would wait for them, and for those in its queue."""
    if isinstance(executor, ProcessPoolExecutor):
        for process in list((executor._processes or {}).values()):  # terminate_workers() from Python 3.14 on
            process.terminate()
    executor.shutdown(wait=False, cancel_futures=True)


def run_all(function: Callable[[Given], Made], jobs: Iterable[Given], spec: str) -> Iterator[tuple[Given, Made | BaseException]]:
    """Each job with what came of it, as they finish. A worker that dies costs only the jobs in flight: each of them is tried again alone,
    twice at most, so that one which ends its worker every time is found out."""
    if is_far(spec):
        yield from _run_far(function, jobs, spec.removeprefix(FAR))
        return
    waiting = deque(jobs)
    while waiting:
        # not max_tasks_per_child: before Python 3.12.3 a pool may wait forever for a worker that has retired (python/cpython#115634)
        suspects = yield from _run_batch(function, waiting, spec)
        for job in suspects:
            yield job, _alone(function, job)


def _run_batch(
    function: Callable[[Given], Made], waiting: deque[Given], spec: str
) -> Generator[tuple[Given, Made | BaseException], None, list[Given]]:
    """Takes jobs from the left until the batch is full; returns those that were in flight when a worker died."""
    left, running, lost = BATCH, dict[Future[Made], Given](), list[Given]()
    with open_executor(spec, len(waiting)) as executor:
        room = 1 if isinstance(executor, Serial) else 2 * getattr(executor, "_max_workers", 1)
        try:
            while not lost and (running or (waiting and left)):
                with deaf_children():
                    while waiting and left and len(running) < room:
                        future = executor.submit(function, waiting[0])
                        running[future] = waiting.popleft()
                        left -= 1
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    job, error = running.pop(future), future.exception()
                    if isinstance(error, BrokenProcessPool):
                        lost.append(job)
                    else:
                        yield job, error or future.result()
        except BrokenProcessPool:  # before a job could be handed over: it is still waiting
            pass
        except BaseException:  # Ctrl-C, or nobody listens any more
            _stop(executor)
            raise
    return [*lost, *running.values()]


def _alone(function: Callable[[Given], Made], job: Given) -> Made | BaseException:
    """What comes of a job in a worker of its own, at the second or third try."""
    error: BaseException = RuntimeError()
    for _ in range(TRIES - 1):
        with open_executor("1", 1) as executor:
            try:
                with deaf_children():
                    future = executor.submit(function, job)
                return future.result()
            except BrokenProcessPool as broken:
                error = broken
            except Exception as raised:
                return raised
            except BaseException:
                _stop(executor)
                raise
    return error


# ---- on a cluster ---------------------------------------------------------------------------------------------------


def is_far(spec: str) -> bool:
    """Whether jobs run where the site's folder is not at hand."""
    return spec.startswith(FAR)


def require_workers(spec: str) -> None:
    """Raises RemoteError when a cluster is asked for that does not answer."""
    if is_far(spec):
        from generator.cluster import require_scheduler

        require_scheduler(spec.removeprefix(FAR))


def _run_far(function: Callable[[Given], Made], jobs: Iterable[Given], address: str) -> Iterator[tuple[Given, Made | BaseException]]:
    """Jobs are taken as there is room for them: what they carry, and what comes back, is never all in memory."""
    from generator.cluster import open_cluster

    coming = iter(jobs)
    first = next(coming, None)
    if first is None:
        return
    with open_cluster(address) as cluster:
        names = (uuid.uuid4().hex for _ in count())
        running: dict[Future[Made], tuple[str, Given]] = {}

        def begin(name: str, job: Given) -> None:
            running[cluster.submit_named(name, function, job)] = name, job

        begin(next(names), first)
        while running:
            while len(running) < cluster.room and (job := next(coming, None)) is not None:
                begin(next(names), job)
            done, _ = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
            if not done:
                cluster.require_life()
            for future in done:
                name, job = running.pop(future)
                error = _error(future)
                if not isinstance(error, CancelledError):
                    yield job, error or future.result()
                elif cluster.reachable:  # what was sent has gone with the workers that held it
                    cluster.forget()
                    begin(name, job)
                else:
                    cluster.require_life()
            if not running and (job := next(coming, None)) is not None:  # all that were begun have ended at once
                begin(next(names), job)


def _error(future: Future[Made]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error
