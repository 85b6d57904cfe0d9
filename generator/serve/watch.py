"""Which source files change, as soon as they are whole. The only module that knows watchdog."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

FOLDERS = ("content", "templates")
WHOLE = frozenset({"moved", "deleted", "closed"})  # after these, a file is as its writer wants it
BEGUN = frozenset({"created", "modified"})  # after these, more may come; other kinds fire when we read ourselves
SOON = 0.02  # seconds after the last sign of writing after which a file counts as whole
SETTLED = 0.05  # seconds without a change that end a burst
LONGEST = 2.0  # seconds after which a burst is over even if it goes on
PASSED_OVER = (".swp", ".swx", ".swo", "~", ".DS_Store", ".tmp", ".bilan-tmp", ".crdownload", ".part")


def matters(path: str) -> bool:
    """Whether a change of this file is one of the site: not an editor's or a download's passing file."""
    name = path.rpartition("/")[2]
    return not name.endswith(PASSED_OVER) and not name.startswith((".#", ".~", "4913"))


class Changes:
    """Files that have changed, by their paths below the site's folder. `wait` gives those that are whole at once."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}  # path → when it counts as whole
        self._news = threading.Condition()
        self._closed = False

    def note(self, path: str, *, whole: bool) -> None:
        now = time.monotonic()
        with self._news:
            self._due[path] = now if whole else now + SOON
            self._news.notify_all()

    def wait(self) -> Collection[str] | None:
        """Blocks until files have changed; None when watching has ended."""
        with self._news:
            while not self._closed:
                now = time.monotonic()
                if ready := {path for path, due in self._due.items() if due <= now}:
                    for path in ready:
                        del self._due[path]
                    return ready
                self._news.wait(min(self._due.values()) - now if self._due else None)
        return None

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify_all()


class Burst:
    """Collects what is to be built; `wait` returns once changes have settled."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._closed = False

    def changed(self) -> None:
        self._event.set()

    def close(self) -> None:
        self._closed = True
        self._event.set()

    def wait(self, until: float | None = None) -> bool:
        """Blocks until a burst is over, or so many seconds have passed; False when watching has ended."""
        self._event.wait(until)
        waited = 0.0
        while self._event.is_set() and not self._closed and waited < LONGEST:
            self._event.clear()
            if not self._event.wait(SETTLED):
                break
            waited += SETTLED
        return not self._closed


class _Door(FileSystemEventHandler):
    """The site's own folder: site.yaml, and folders that come to be while it is watched, or come anew."""

    def __init__(self, root: Path, changes: Changes, observer: BaseObserver) -> None:
        self._root, self._changes, self._observer = root, changes, observer
        self._watched: dict[str, ObservedWatch] = {}
        self._file = _Handler(root, changes, only="site.yaml")

    def watch(self, folder: str) -> None:
        """Looks below a folder, from now on the one that has this name now."""
        if folder in self._watched:
            with suppress(KeyError):  # the observer has let go of it by itself
                self._observer.unschedule(self._watched.pop(folder))
        if (self._root / folder).is_dir():
            self._watched[folder] = self._observer.schedule(_Handler(self._root, self._changes), str(self._root / folder), recursive=True)

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._file.on_any_event(event)
        if event.event_type not in ("created", "deleted", "moved"):
            return
        for folder in FOLDERS:
            if str(self._root / folder) in (event.src_path, event.dest_path):
                with suppress(OSError):  # gone again
                    self.watch(folder)
                self._changes.note(folder, whole=False)


class _Handler(FileSystemEventHandler):
    def __init__(self, root: Path, changes: Changes, only: str | None = None) -> None:
        self._skip, self._changes, self._only = len(str(root)) + 1, changes, only

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in WHOLE | BEGUN or (event.is_directory and event.event_type == "modified"):
            return
        for path in (str(path)[self._skip :] for path in (event.src_path, event.dest_path) if path):
            if matters(path) and self._only in (None, path):
                self._changes.note(path, whole=event.event_type in WHOLE)


@contextmanager
def watching(root: Path, changes: Changes, *, poll: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Watches site.yaml, content/ and templates/; falls back to polling, and says so, when the system has no watches left."""
    root = root.resolve()
    try:
        observer = _started(PollingObserver(timeout=0.5) if poll else Observer(), root, changes)
    except OSError as error:
        say(f"the system gives no more file watches ({error.strerror}); looking for changes twice a second instead")
        say("  fix: raise the limit: sysctl fs.inotify.max_user_watches=524288")
        observer = _started(PollingObserver(timeout=0.5), root, changes)
    try:
        yield
    finally:
        observer.stop()
        observer.join(timeout=2)


def _started(observer: BaseObserver, root: Path, changes: Changes) -> BaseObserver:
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")  # it warns of a burst of folders, from its thread
    door = _Door(root, changes, observer)
    observer.schedule(door, str(root), recursive=False)
    for folder in FOLDERS:
        door.watch(folder)
    observer.start()
    return observer
