"""book: the verified book that pages are made from."""

import atexit
from functools import lru_cache
from pathlib import Path

from backprop_book.chapter import Config
from backprop_book.desk import Desk, Look, snapshot
from backprop_book.extension.stopped import BuildStoppedError


@lru_cache(maxsize=1)
def begin(config: Config) -> None:
    """Get ready to verify a book that has never run: what its snippets import takes most of the time of the first build.

    It is asked for at every page, and done once.
    """
    made = _next(config.root)
    made.begin(config.root / config.snippets)
    atexit.register(made.close)


def verified(root: Path) -> Look:
    """The book as it is now.

    Raises:
        BuildStoppedError: Something is wrong with it.
        BookError: There is no readable configuration.
    """
    return _verified(root, snapshot(root))


@lru_cache(maxsize=1)
def desk(root: Path) -> Desk:
    """The desk at which a book is edited; it stays until the process ends, because every page is a new Markdown instance."""
    made = Desk(root)
    atexit.register(made.close)
    return made


@lru_cache(maxsize=1)
def _next(root: Path) -> Desk:
    """The desk for the next look at a book; it is used once, so that all of the book is read."""
    return Desk(root)


@lru_cache(maxsize=1)
def _verified(root: Path, _: tuple[tuple[str, int, int], ...]) -> Look:
    """Scan and verify the book; once for each state of its files."""
    once = _next(root)
    _next.cache_clear()
    try:
        look = once.look()
    finally:
        once.close()
    if look.problems:
        raise BuildStoppedError(look.problems)
    return look
