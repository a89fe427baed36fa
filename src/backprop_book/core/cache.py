"""cache: the one cache of the project. A result is kept under a key made of everything that the result depends on.

Texts are kept in files below the root of the book: runs, drawings, listings and pages. Objects are kept in the process while
a book is edited: scanned documents, runs and verdicts. A key is made of contents, so no result has to be invalidated: changed
contents have another key. A result that is cheaper to compute than to look up is not kept.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import backprop_book

_T = TypeVar("_T")
_VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)

RUNS = ".cache/runs"
"""Folder of runs, below the root of the book."""
PAGES = ".cache/pages"
"""Folder of pages and of their listings."""
FIGURES = ".cache/figures"
"""Folder of drawings."""


class Memo:
    """Keeps results in this process under their keys, until they are no longer used. No result may be None."""

    def __init__(self) -> None:
        self._now: dict[Hashable, Any] = {}
        self._before: dict[Hashable, Any] = {}

    def __call__(self, make: Callable[[], _T], key: Hashable, is_good: Callable[[_T], bool] = lambda _: True) -> _T:
        """Return what is kept under a key; make it first if nothing is.

        Args:
            make: Computes the result.
            key: All that the result depends on.
            is_good: Whether a result that is kept still stands, where its key cannot say so.
        """
        known: _T | None = self.known(key)
        return self.keep(key, make()) if known is None or not is_good(known) else known

    def known(self, key: Hashable) -> Any:
        """Return what is kept under a key; None if nothing is."""
        found = self._now.get(key, self._before.get(key))
        return None if found is None else self.keep(key, found)

    def keep(self, key: Hashable, made: _T) -> _T:
        """Keep a result under a key; return it."""
        self._now[key] = made
        return made

    def forget(self) -> None:
        """Drop the results that were not used since the last call."""
        self._before, self._now = self._now, {}


def keep(folder: Path, place: str, key: str, text: str) -> None:
    """Write a text into a place, instead of what was there. Readers get the old text or the new. A full or read-only disk is no error.

    Args:
        folder: Where places are.
        place: The name of the place, any text. Where it is the key, the text stays for ever; else the next one takes its place.
        key: All that the text depends on, or a digest of it, in one line.
        text: The text.
    """
    part, name = "", _file(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(prefix=name[:16], suffix=".part", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(f"{key} {digest(text)}\n{text}")
        Path(part).replace(folder / name)
    except OSError:
        if part:
            with contextlib.suppress(OSError):
                Path(part).unlink()


def kept(folder: Path, place: str, key: str) -> str | None:
    """Return the text in a place; None if there is none, if it has another key, or if it is not as it was written."""
    try:
        head, _, text = (folder / _file(place)).read_bytes().decode("utf-8", "surrogatepass").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if head == f"{key} {digest(text)}" else None


def is_kept(folder: Path, place: str) -> bool:
    """Whether a place holds a text, under any key."""
    return (folder / _file(place)).is_file()


def memo(make: Callable[[_T], str], contents: _T, folder: Path | None, place: str) -> str:
    """Return what a function of this package gives; call it only if that is not kept in a place.

    Args:
        make: The function.
        contents: What it is called with, and all that its result depends on beside its own code. Its `repr` must say it in full.
        folder: Where places are; None to call the function each time.
        place: The name of the place.
    """
    if folder is None:
        return make(contents)
    key = digest(f"{engine_digest()} {contents!r}")
    text = kept(folder, place, key)
    if text is None:
        text = make(contents)
        keep(folder, place, key, text)
    return text


def digest(*parts: object) -> str:
    """Return a digest of texts, or of what can be written as JSON."""
    text = parts[0] if len(parts) == 1 and isinstance(parts[0], str) else json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# Four constants of the process: its code and its libraries do not change while it runs.


@cache
def engine_digest() -> str:
    """Return a digest of all modules of this package, and of the versions of Python and of all libraries that are installed."""
    return digest(code(Path(backprop_book.__file__).parent), zlib.ZLIB_RUNTIME_VERSION, versions(), installed())


@cache
def code(folder: Path) -> str:
    """Return a digest of all modules below a folder of this package."""
    found = hashlib.sha256()
    for where, _, names in sorted(os.walk(folder)):  # `Path.rglob` takes twice as long, and every build waits for this
        for name in sorted(each for each in names if each.endswith(".py")):
            content = Path(where, name).read_bytes()
            found.update(f"{where.removeprefix(str(folder))}/{name} {len(content)}\n".encode() + content)
    return found.hexdigest()


@cache
def installed() -> tuple[str, ...]:
    """Return all libraries that are installed, with their versions: a script may import any, and each of them others."""
    folders = {Path(each) for each in sys.path if Path(each).name in ("site-packages", "dist-packages")}
    found = (each.name for folder in folders if folder.is_dir() for each in folder.iterdir())
    return tuple(sorted(name for name in found if name.endswith((".dist-info", ".egg-info"))))


@cache
def versions(*libraries: str) -> tuple[tuple[str, str], ...]:
    """Return the versions of Python and of libraries, as far as they are installed, without importing them."""
    found = [("python", platform.python_version())]
    for name in libraries:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append((name, _version(name)))
    return tuple(found)


def _version(name: str) -> str:
    # To read all metadata of a library, its licences too, takes five times as long as to find this line.
    line = _VERSION.search(importlib.metadata.distribution(name).read_text("METADATA") or "")
    return line[1] if line else importlib.metadata.version(name)


def _file(place: str) -> str:
    return f"{digest(place)}.kept"
