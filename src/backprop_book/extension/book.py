"""book: the verified book that pages are made from."""

import atexit
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_book.config import Config, has_moved
from backprop_book.extension.stopped import BuildStoppedError
from backprop_book.memory import RUNS
from backprop_book.record.dependencies import are_current

if TYPE_CHECKING:
    from backprop_book.desk import Desk, Look


@lru_cache(maxsize=1)
def begin(config: Config) -> None:
    """Get ready to verify a book that has never run: what its snippets import takes most of the time of the first build.

    It is asked for at every page, and done once.
    """
    if not (config.root / RUNS).is_dir():
        made = _next(config.root)
        made.tracer.warm(sorted((config.root / config.snippets).rglob("*.py")))
        atexit.register(made.close)


@lru_cache(maxsize=1)
def desk(root: Path) -> "Desk":
    """The desk at which a book is edited; it stays until the process ends, because every page is a new Markdown instance."""
    made = _desk(root)
    atexit.register(made.close)
    return made


@lru_cache(maxsize=1)
def _next(root: Path) -> "Desk":
    """The desk for the next look at a book; it is used once, so that all of the book is read."""
    return _desk(root)


def _desk(root: Path) -> "Desk":
    # Only here: pages that are remembered need nothing of what reads, runs and draws, which takes a while to import.
    from backprop_book.desk import Desk

    return Desk(root)


def verified(root: Path, digest: str, repository: str) -> "Look":
    """The book, scanned and verified once for each state of its files, of which a digest is given.

    Args:
        root: Its folder.
        digest: A digest of its files.
        repository: The address that its pages are reported to.

    Raises:
        BuildStoppedError: Something is wrong with it.
        BookError: There is no readable configuration.
    """
    look = _verified(root, digest, repository)
    if has_moved(root, look.chapter.looked) or not are_current(look.dependencies):
        _verified.cache_clear()
        look = _verified(root, digest, repository)
    return look


@lru_cache(maxsize=1)
def _verified(root: Path, _: str, repository: str) -> "Look":
    from backprop_book.extension.ahead import draw_ahead

    once = _next(root)
    _next.cache_clear()
    try:
        look = once.look()
    finally:
        once.close()
    if look.problems:
        raise BuildStoppedError(look.problems)
    draw_ahead(look, repository)
    return look
