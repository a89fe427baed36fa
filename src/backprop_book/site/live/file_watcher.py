"""file_watcher: reports saved files at once, from the events of the file system."""

import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

_SAVED = {"created", "modified", "moved", "deleted"}
QUIET = 0.02
"""Seconds without a further event after which a save is over: editors write, rename and set times in one go."""


class FileWatcher(FileSystemEventHandler):
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
        self._others: frozenset[Path] = frozenset()
        self._listed: frozenset[Path] = frozenset()
        self._also: dict[Path, ObservedWatch] = {}
        self._gone: set[Path] = set()
        self._taken = time.time_ns()
        self._observer = Observer()
        for folder in self._folders:
            self._observer.schedule(self, str(folder), recursive=True)
        self._above = {file.parent for file in self._files} - self._folders
        for folder in self._above:
            self._observer.schedule(self, str(folder), recursive=False)

    def follow(self, paths: Iterable[Path], listed: Iterable[Path]) -> None:
        """Watch some other files and folders, too, from now on; those that were followed before no more.

        Args:
            paths: The files and folders. They need not be there.
            listed: Those of them that are folders of which the names matter that are in them.
        """
        self._others, self._listed = frozenset(paths), frozenset(listed)
        elsewhere = (path for path in self._others if not any(map(path.is_relative_to, self._folders)))
        wanted = {folder for path in elsewhere for folder in _watched(path)} - self._above
        gone, self._gone = self._gone, set()  # a folder of the same name that was made since is another one
        for folder in (self._also.keys() - wanted) | (self._also.keys() & gone):
            self._observer.unschedule(self._also.pop(folder))
        fresh = wanted - self._also.keys()
        for folder in fresh:
            with contextlib.suppress(OSError):  # it has gone meanwhile, or may not be read
                self._also[folder] = self._observer.schedule(self, str(folder), recursive=False)
        # Of what was saved or deleted in a new folder before this, nothing has told.
        self._take({each for each in self._others if _watched(each) & fresh and _saved_at(each) >= self._taken})

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
        if event.event_type not in _SAVED:
            return
        if event.event_type in {"deleted", "moved"}:
            self._gone.add(Path(str(event.src_path)))
        found = {Path(str(path)) for path in (event.src_path, event.dest_path) if path}
        is_folder = event.is_directory
        if is_folder and event.event_type == "modified":  # something in it was saved, which is told, too
            return
        found = {path for path in found if self._is_followed(path) or (not is_folder and self._matters(path))}
        self._take(found)

    def saved(self, timeout: float | None = None) -> frozenset[Path]:
        """Wait until files were saved, and until that is over; none after `timeout` seconds without any."""
        with self._condition:
            self._condition.wait_for(lambda: self._changed, timeout)
            while self._changed and self._condition.wait(QUIET):
                pass
            changed, self._changed = frozenset(self._changed), set()
            if changed:
                self._taken = time.time_ns() - int(QUIET * 1e9)  # the times of files may lie a little behind the clock
            return changed

    def _take(self, found: set[Path]) -> None:
        with self._condition:
            self._changed |= found
            self._condition.notify_all()
        if found:
            self._tell()

    def _is_followed(self, path: Path) -> bool:
        """Whether a path is followed, or stands in a folder that is, or is a folder above something that is."""
        others = self._others
        return path in others or path.parent in self._listed or any(path in other.parents for other in others)

    def _matters(self, path: Path) -> bool:
        if path in self._files:
            return True
        inside = [folder for folder in self._folders if path.is_relative_to(folder)]
        parts = path.relative_to(inside[0]).parts if inside else (".",)
        # What editors and Python leave behind: .#page.md, .page.md.swp, page.md~, __pycache__.
        return not any(part.startswith((".", "__pycache__")) or part.endswith(("~", ".part")) for part in parts)


def _watched(path: Path) -> set[Path]:
    """The folders to watch to learn of each change of a path."""
    return {_there(path), _there(path.parent)}


def _there(path: Path) -> Path:
    """The innermost folder that is there, of a path and those above it."""
    return next(each for each in (path, *path.parents) if each.is_dir())


def _saved_at(path: Path) -> int:
    """When a file or folder was changed last, in nanoseconds; where it is not there, when the innermost folder above it was."""
    for each in (path, *path.parents):
        with contextlib.suppress(OSError):
            return each.stat().st_ctime_ns
    return 0
