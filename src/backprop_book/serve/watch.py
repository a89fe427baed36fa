"""watch: tells when files were saved, at once."""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

_SAVED = {"created", "modified", "moved", "deleted"}
QUIET = 0.02
"""Seconds without a further event after which a save is over: editors write, rename and set times in one go."""


class Watch(FileSystemEventHandler):
    """Collects the paths of files that were saved. It holds the thread that is told by the system."""

    def __init__(
        self, folders: Iterable[Path], files: Iterable[Path] = (), tell: Callable[[], None] = lambda: None
    ) -> None:
        """Watch folders with all that is below them, and single files.

        Args:
            folders: The folders.
            files: The files.
            tell: Is called at once, in a thread of the watch, when one of them is saved.
        """
        self._tell = tell
        self._changed: set[Path] = set()
        self._condition = Condition()
        self._files = frozenset(files)
        self._folders = frozenset(folders)
        self._observer = Observer()
        for folder in self._folders:
            self._observer.schedule(self, str(folder), recursive=True)
        for folder in {file.parent for file in self._files} - self._folders:
            self._observer.schedule(self, str(folder), recursive=False)

    def __enter__(self) -> Self:
        self._observer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take down what was saved; reading a file is an event, too."""
        if event.event_type not in _SAVED or event.is_directory:
            return
        found = {Path(str(path)) for path in (event.src_path, event.dest_path) if path}
        found = {path for path in found if self._matters(path)}
        with self._condition:
            self._changed |= found
            self._condition.notify_all()
        if found:
            self._tell()

    def saved(self, timeout: float | None = None) -> frozenset[Path]:
        """Wait until files were saved, and until that is over; none after `timeout` seconds without any."""
        with self._condition:
            self._condition.wait_for(lambda: self._changed, timeout)
            while self._changed and self._condition.wait(QUIET):
                pass
            changed, self._changed = frozenset(self._changed), set()
            return changed

    def _matters(self, path: Path) -> bool:
        if path in self._files:
            return True
        inside = [folder for folder in self._folders if path.is_relative_to(folder)]
        parts = path.relative_to(inside[0]).parts if inside else (".",)
        # What editors and Python leave behind: .#page.md, .page.md.swp, page.md~, __pycache__.
        return not any(part.startswith((".", "__pycache__")) or part.endswith(("~", ".part")) for part in parts)
