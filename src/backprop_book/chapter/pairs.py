"""pairs: statements of two listings of which notes say that they do the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from backprop_book.chapter.document import Document
from backprop_book.chapter.notes import Link, Note


@dataclass(frozen=True, slots=True)
class Pair:
    """Statements of two listings that do the same."""

    here: str
    """Stem of the snippet in whose notes the link is written."""
    statements: tuple[int, ...]
    """The statements of that snippet: those that the note explains."""
    there: str
    """Stem of the other snippet."""
    others: tuple[int, ...]
    """The statements of the other snippet."""


def pairs(documents: Iterable[Document]) -> tuple[Pair, ...]:
    """What is linked in all notes."""
    return tuple(
        Pair(document.snippet, tuple(quote.statement for quote in note.quotes), link.snippet, others)
        for document in documents
        if document.kind == "notes" and document.snippet is not None
        for link in document.links
        if (note := _note(document, link)) is not None and (others := tuple(quote.statement for quote in link.quotes))
    )


def _note(document: Document, link: Link) -> Note | None:
    return next((note for note in document.notes if note.start <= link.start < note.end), None)
