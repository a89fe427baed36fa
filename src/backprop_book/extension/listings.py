"""listings: an explorable listing of a page, with its notes and what can be downloaded."""

import posixpath
from collections.abc import Iterator
from typing import Protocol

from backprop_book.chapter import Document, Listing, Note, plain
from backprop_book.desk import Look
from backprop_book.errors import Problem
from backprop_book.memory import PAGES, memo
from backprop_book.notebook import Explanation, notebook
from backprop_book.render import Download, ListingView, NoteView, box, downloads, listing
from backprop_book.symbols import Symbols
from backprop_book.whence import ident


class Showing(Protocol):
    """The page that a listing is shown on."""

    book: Look
    """The book."""
    document: Document
    """The page."""
    symbols: Symbols
    """Which names have a colour."""
    listings: int
    """How many listings of the page are shown so far, this one included."""
    live: bool
    """Whether problems are shown in their places."""
    marked: set[Problem]
    """The problems that are shown so far."""

    def note(self, document: Document, note: Note) -> NoteView:
        """A note, converted."""
        ...


def shown(page: Showing, region: Listing) -> str:
    """HTML of a listing. Live, what is wrong with its snippet and its notes stands above it, unless it is marked in them."""
    chapter = page.book.chapter
    run = page.book.verifier.runs.of(region.snippet)
    snippet = chapter.snippets[region.snippet]
    first, last = snippet.sections[region.section] if region.section else (None, None)
    notes = chapter.notes.get(region.snippet)
    views = [page.note(notes, note) for note in notes.notes] if notes else []
    view = ListingView(
        region.snippet,
        page.listings,
        region.title,
        run.trace,
        tuple(views),
        first,
        last,
        ident=ident(page.document, region),
        footer_html=_downloads(page.book, region, notes),
        output=all(output.listing != region.snippet for output in page.document.outputs),
        symbols=page.symbols,
    )
    html = memo(listing, view, chapter.config.root / PAGES, place_of(page.document, region))
    return f"{_wrong(page, snippet.path, notes)}{html}" if page.live else html


def place_of(document: Document, region: Listing) -> str:
    """Where it is remembered how a listing of a page was drawn."""
    return f"listing {document.source.path}#{ident(document, region)}"


def _wrong(page: Showing, path: str, notes: Document | None) -> str:
    paths = {path, notes.source.path} if notes else {path}
    left = [problem for problem in page.book.problems if problem.path in paths and problem not in page.marked]
    page.marked.update(left)
    return box(left) if left else ""


def _downloads(book: Look, region: Listing, notes: Document | None) -> str:
    """Links to the snippet and to its notebook; of a part that is shown, to the whole snippet only."""
    chapter = book.chapter
    snippet = chapter.snippets[region.snippet]
    code = Download("Download .py", f"{snippet.stem}.py", "text/x-python", snippet.text)
    run = book.verifier.runs.of(region.snippet)
    if region.section or run.outcome.kind != "finished":
        return downloads([code])
    explanations = tuple(_explanations(notes)) if notes else ()
    made = notebook(region.title, snippet, run, explanations, chapter.folders[posixpath.dirname(snippet.path)])
    if made.refusal:
        return downloads([code], f"There is no notebook: {made.refusal}.")
    name = f"{snippet.stem}.ipynb"
    return downloads([code, Download("Download notebook", name, "application/x-ipynb+json", made.text)])


def _explanations(notes: Document) -> Iterator[Explanation]:
    """The notes as text of a notebook: their headings, one level down, quote the statements."""
    for note in notes.notes:
        statements = tuple(quote.statement for quote in note.quotes)
        yield Explanation(statements, f"#{plain(notes, note.start, note.end)}")
