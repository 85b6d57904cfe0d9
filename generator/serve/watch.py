"""Changes of source files → one call a burst. The only module that knows watchdog."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

ACTED_ON = frozenset({"created", "modified", "moved", "deleted", "closed"})  # other kinds fire when we read ourselves
SETTLED = 0.05  # seconds without a change that end a burst
LONGEST = 2.0  # seconds after which a burst is built even if it goes on
PASSED_OVER = (".swp", ".swx", ".swo", "~", ".DS_Store", ".tmp", ".bilan-tmp", ".crdownload", ".part")


def matters(path: str) -> bool:
    """Whether a change of this file is one of the site: not an editor's or a download's passing file."""
    name = path.rpartition("/")[2]
    return not name.endswith(PASSED_OVER) and not name.startswith((".#", ".~", "4913"))


class _Handler(FileSystemEventHandler):
    def __init__(self, changed: Callable[[], None], only: str | None = None) -> None:
        self._changed, self._only = changed, only

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = [str(path) for path in (event.src_path, event.dest_path) if path]
        if event.event_type not in ACTED_ON or (event.is_directory and event.event_type == "modified"):
            return
        if any(matters(path) and (self._only is None or Path(path).name == self._only) for path in paths):
            self._changed()


class Burst:
    """Collects changes; `wait` returns once they have settled."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._closed = False

    def changed(self) -> None:
        self._event.set()

    def close(self) -> None:
        self._closed = True
        self._event.set()

    def wait(self) -> bool:
        """Blocks until a burst is over; False when watching has ended."""
        self._event.wait()
        waited = 0.0
        while not self._closed and waited < LONGEST:
            self._event.clear()
            if not self._event.wait(SETTLED):
                break
            waited += SETTLED
        self._event.clear()
        return not self._closed


@contextmanager
def watching(root: Path, burst: Burst, *, poll: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Watches site.yaml, content/ and templates/; falls back to polling, and says so, when the system has no watches left."""
    try:
        observer = _started(PollingObserver(timeout=0.5) if poll else Observer(), root, burst)
    except OSError as error:
        say(f"the system gives no more file watches ({error.strerror}); looking for changes twice a second instead")
        say("  fix: raise the limit: sysctl fs.inotify.max_user_watches=524288")
        observer = _started(PollingObserver(timeout=0.5), root, burst)
    try:
        yield
    finally:
        observer.stop()
        observer.join(timeout=2)


def _started(observer: BaseObserver, root: Path, burst: Burst) -> BaseObserver:
    observer.schedule(_Handler(burst.changed, only="site.yaml"), str(root), recursive=False)
    for folder in ("content", "templates"):
        if (root / folder).is_dir():
            observer.schedule(_Handler(burst.changed), str(root / folder), recursive=True)
    observer.start()
    return observer
