"""reading: a page that is not remembered, found in its book, and what it becomes."""

from backprop_book.chapter import Chapter, Document
from backprop_book.desk import Look
from backprop_book.errors import Problem
from backprop_book.extension.page import Page
from backprop_book.extension.remembered import Shown
from backprop_book.extension.stopped import BuildStoppedError
from backprop_book.ledger import ledger, reading, verification_page
from backprop_book.render import summary, verification
from backprop_book.whence import relative


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
        tables = verification(ledger(book.verifier), links)
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
