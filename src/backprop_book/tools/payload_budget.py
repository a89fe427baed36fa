"""payload_budget: refuses listings whose data are too large to be sent with the page."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from backprop_book.core.cache import memo
from backprop_book.core.model import Trace
from backprop_book.core.problems import Problem
from backprop_book.render import LIMIT, ListingView, NoteView, weight
from backprop_book.scan import Chapter, Document, Listing
from backprop_book.verify import Verifier


def too_heavy(verifier: Verifier, documents: Iterable[Document], memory: Path | None = None) -> Iterator[Problem]:
    """A problem for each listing whose data exceed the limit; a listing whose run did not finish is left out.

    Args:
        verifier: Gives the runs.
        documents: The documents.
        memory: Where weights are remembered; nowhere without it.
    """
    for document in documents:
        for listing in document.listings:
            if verifier.runs.failure(listing.snippet) is not None:
                continue
            view = _view(verifier.chapter, listing, verifier.runs.of(listing.snippet).trace)
            place = f"weight {listing.snippet}:{listing.section or ''}"
            found = int(memo(lambda view: str(weight(view)), view, memory, place))
            if found > LIMIT:
                yield document.source.problem(
                    listing.start,
                    f"the values of this listing are too heavy for a page, even without those of middle iterations: {listing.snippet}.py",
                    found=f"{found:,} bytes, compressed",
                    expected=f"at most {LIMIT:,}",
                    remedy="show a part of the snippet, `NAME.py:section`, or keep fewer or smaller values in names",
                )


def _view(chapter: Chapter, listing: Listing, trace: Trace) -> ListingView:
    """The parts of a listing on which its weight depends."""
    first, last = chapter.snippets[listing.snippet].sections[listing.section] if listing.section else (None, None)
    notes = [note for found in chapter.documents if found.snippet == listing.snippet for note in found.notes]
    views = tuple(NoteView(tuple(quote.statement for quote in note.quotes), "", "") for note in notes)
    return ListingView(listing.snippet, 1, "", trace, views, first, last)
