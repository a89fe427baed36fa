"""ahead: listings that nobody has drawn yet, drawn by several processes at once, before the pages ask for them one after the other."""

import os
import threading
from collections.abc import Iterable, Sequence

from backprop_book.chapter import Document
from backprop_book.desk import Look
from backprop_book.extension.listings import place_of
from backprop_book.extension.page import Page
from backprop_book.memory import PAGES, is_kept


def draw_ahead(book: Look, repository: str) -> None:
    """Let a process for each processor show a share of the pages that have listings which nobody has drawn yet.

    What they draw is remembered. What they cannot draw or remember is drawn when its page is shown, and what is wrong with it is
    said there. So NumPy, which writes out the arithmetic, is not needed where the site is built.

    Args:
        book: A book that holds.
        repository: The address that its pages are reported to.
    """
    # Of a process with several threads a fork has only one, and would wait for ever for what the others hold.
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return
    pages = [page for page in book.chapter.documents if _is_new(book, page)]
    for process in [_begin(book, share, repository) for share in _shares(pages, book)]:
        os.waitpid(process, 0)


def _is_new(book: Look, page: Document) -> bool:
    folder = book.chapter.config.root / PAGES
    return page.kind == "page" and any(not is_kept(folder, place_of(page, listing)) for listing in page.listings)


def _shares(pages: Sequence[Document], book: Look) -> Sequence[Sequence[Document]]:
    """The pages, so that each processor gets about as many steps to draw."""
    weights = {
        page.source.path: sum(len(book.verifier.runs.of(listing.snippet).trace.steps) for listing in page.listings)
        for page in pages
    }
    shares: list[list[Document]] = [[] for _ in range(os.cpu_count() or 1)]
    for page in sorted(pages, key=lambda page: -weights[page.source.path]):
        min(shares, key=lambda share: sum(weights[each.source.path] for each in share)).append(page)
    return [share for share in shares if share]


def _begin(book: Look, pages: Iterable[Document], repository: str) -> int:
    """Start a process that shows some pages, for what is remembered of them. Returns its number."""
    process = os.fork()
    if not process:  # pragma: no cover - not measured: this call began before the fork
        try:
            for page in pages:
                Page(book, page, repository=repository).text([])
        finally:
            os._exit(0)
    return process
