"""make_page: makes the pages that are not kept: finds them in the book, and draws listings with several processes."""

import os
import threading
from collections.abc import Iterable, Sequence

from backprop_book.core.cache import PAGES, is_kept
from backprop_book.core.problems import Problem
from backprop_book.render.verification import summary, verification
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document
from backprop_book.site.claim_links import relative
from backprop_book.site.edit_session import Look
from backprop_book.site.errors import BuildStoppedError
from backprop_book.site.listings import place_of
from backprop_book.site.page import Page
from backprop_book.site.page_cache import Shown
from backprop_book.verify.coverage_report import coverage_report, reading, verification_page


def read(book: Look, text: str, *, live: bool, repository: str) -> tuple[Page, Shown]:
    """The page whose text this is, and what it becomes before Markdown converts it.

    Args:
        book: The book, which holds unless it is shown `live`.
        text: What Markdown is given.
        live: Whether problems are shown in their places.
        repository: The address of the repository, where readers report problems; empty for no such links.

    Raises:
        BuildStoppedError: It is no page of the book.
    """
    document = _found(book.chapter, text, live=live)
    page = Page(book, document, live=live, repository=repository)
    pieces: list[str] = []
    replaced = page.text(pieces)
    target = verification_page(book.chapter)
    line = tables = ""
    if target and not _is_wrong(book, document):
        line = summary(reading(book.chapter, document), relative(document, target))
    if any(placeholder.name == "verification" for placeholder in document.placeholders):
        links = {each.source.path: relative(document, each) for each in book.chapter.pages}
        tables = verification(coverage_report(book.verifier), links)
    return page, Shown(replaced, pieces, line, tables, list(page.away))


def _found(chapter: Chapter, text: str, *, live: bool) -> Document:
    document = chapter.page(text)
    if document is None and live:  # MkDocs takes front matter that is no YAML for text of the page
        document = next((page for page in chapter.pages if page.source.text.strip() == text.strip()), None)
    if document is not None:
        return document
    first = next((line for line in text.split("\n") if line.strip()), "")
    message = "a text was given to the extension that is no page of the book"
    remedy = "keep its file under the folder of the pages, and let no other plug-in rewrite it"
    raise BuildStoppedError([Problem(chapter.config.docs, 1, 1, message, found=first[:80], remedy=remedy)])


def _is_wrong(book: Look, document: Document) -> bool:
    """Whether something is wrong with what a page shows: then it cannot be said to be verified."""
    stems = {listing.snippet for listing in document.listings}
    paths = {document.source.path, *(book.chapter.snippets[stem].path for stem in stems)}
    paths |= {book.chapter.notes[stem].source.path for stem in stems & book.chapter.notes.keys()}
    return any(problem.path in paths for problem in book.problems)


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
