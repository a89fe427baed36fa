"""file_snapshot: the files of a book as they lie on the disk, found in one walk."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from stat import S_ISREG
from types import MappingProxyType
from typing import NamedTuple

from backprop_book.core.config import Config
from backprop_book.core.problems import Problem, place

PAGES_TOO = (".markdown", ".mdown", ".mkdn", ".mkd")
"""How the names of other files end of which MkDocs makes pages."""
_WRITTEN = (".md", ".py", *PAGES_TOO)


class Stamp(NamedTuple):
    """Time, size and type of a file: a file with the same stamp counts as unchanged."""

    written: int
    """When it was written last, in nanoseconds."""
    size: int
    """Its size in bytes."""
    is_file: bool
    """Whether it is a file that can be read, and no pipe or the like."""


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a file."""

    text: str
    """Its text with plain line feeds; empty if it could not be read."""
    newline: str
    """Its line ending."""
    problem: Problem | None = None
    """Why it could not be read."""


class FileSnapshot:
    """The files of a book at one time. Each is read at most once."""

    def __init__(self, config: Config) -> None:
        """Find all files of the book."""
        self.config = config
        """The configuration."""
        self._folders: dict[str, dict[str, Stamp]] = {
            folder: _walk(f"{config.root}/{folder}", _prefix(folder), ends, {})
            # A snippet may read any file that lies beside it.
            for folder, ends in ((config.docs, _WRITTEN), (config.figures, _WRITTEN), (config.snippets, ""))
        }
        stamps = {path: stamp for found in self._folders.values() for path, stamp in found.items()}
        for path in ("pyproject.toml", *config.verified):
            # An editor that saves by renaming takes a file away for a moment.
            with contextlib.suppress(OSError):
                stamps[path] = _stamp((config.root / path).stat())
        self.stamps: Mapping[str, Stamp] = MappingProxyType(stamps)
        """All files that can say something about the book, by path relative to the root."""
        self._contents: dict[str, Content] = {}

    @property
    def written(self) -> Mapping[str, Stamp]:
        """The files that authors write; others may have been written by snippets."""
        return {path: stamp for path, stamp in self.stamps.items() if path.endswith((".md", ".py", ".toml"))}

    def files(self, folder: str, ends: str) -> list[str]:
        """Paths of the files below a folder whose names end so, in order; hidden ones are left out.

        What lies in folders of its own comes last: a snippet that a section lists is at home there, not in a folder of examples.
        """
        found = (path for path, stamp in self._folders[folder].items() if path.endswith(ends) and stamp.is_file)
        parts = (path.split("/") for path in found)
        visible = (each for each in parts if not any(part.startswith(".") for part in each))
        return ["/".join(each) for each in sorted(visible, key=lambda each: (len(each), each))]

    def read(self, path: str) -> Content:
        """Return the content of a file."""
        if path not in self._contents:
            self._contents[path] = _read(self.config, path)
        return self._contents[path]


def _prefix(folder: str) -> str:
    return "" if folder == "." else f"{folder}/"


def _walk(folder: str, prefix: str, ends: str | tuple[str, ...], found: dict[str, Stamp]) -> dict[str, Stamp]:
    """Add the files below a folder whose names end so. It is done at every save, so it does without paths' objects."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name != "__pycache__":
                    _walk(entry.path, f"{prefix}{name}/", ends, found)
            elif name.endswith(ends):
                with contextlib.suppress(OSError):  # it went away, or is a link that leads nowhere or to itself
                    found[prefix + name] = _stamp(entry.stat())
    return found


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_mtime_ns, found.st_size, S_ISREG(found.st_mode))


def _read(config: Config, path: str) -> Content:
    try:
        data = (config.root / path).read_bytes()
    except OSError as error:
        problem = Problem(path, 1, 1, f"this file cannot be read: {error.strerror}", remedy="make it readable")
        return Content("", "\n", problem)
    newline = "\r\n" if b"\r\n" in data else "\n"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _plain(error.object[: error.start].decode())
        line, column = place(before, len(before))
        found = repr(error.object[error.start : error.end])
        problem = Problem(path, line, column, "this file is not UTF-8", found=found, remedy="save it as UTF-8")
        return Content("", newline, problem)
    return Content(_plain(text), newline)


def _plain(text: str) -> str:
    """A text with plain line feeds."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
