"""listings: the explorable listings of a page, with their notes and downloads, and the links between their statements."""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from backprop_book.core.cache import PAGES, memo
from backprop_book.core.model import Statement
from backprop_book.core.problems import Problem
from backprop_book.core.symbols import Symbols
from backprop_book.render.downloads import Download, downloads
from backprop_book.render.listing import ListingView, NoteView, listing
from backprop_book.render.problems import box
from backprop_book.render.source import SnippetSide, beside, twins
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document, Link, Listing, Note, Pair, Placeholder
from backprop_book.scan.insertion_points import plain
from backprop_book.site.claim_links import ident, listings
from backprop_book.site.edit_session import Look
from backprop_book.site.notebooks import Explanation, notebook


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


@dataclass(frozen=True, slots=True)
class Linking:
    """What is needed to show the links of a page."""

    chapter: Chapter
    """All pages and notes."""
    page: Document
    """The page."""
    symbols: Symbols
    """Which names have a colour."""
    address: Callable[[Document], str]
    """Gives the address of a page; empty for the page itself."""

    def forth(self, link: Link) -> str:
        """HTML of the statements that a note names."""
        return self._named(link.snippet, [quote.statement for quote in link.quotes])

    def back(self, notes: Document, note: Note) -> str:
        """HTML of the statements of other listings whose notes name a statement of this note."""
        own = {quote.statement for quote in note.quotes}
        found = [pair for pair in self.chapter.pairs if pair.there == notes.snippet and own & set(pair.others)]
        stems = dict.fromkeys(pair.here for pair in found)
        named = (
            self._named(stem, [each for pair in found if pair.here == stem for each in pair.statements])
            for stem in stems
        )
        return "".join(f"<p>{html}.</p>" for html in named)

    def beside(self, placeholder: Placeholder) -> str:
        """HTML of snippets side by side."""
        number = (
            sum(each.name == placeholder.name and each.start < placeholder.start for each in self.page.placeholders) + 1
        )
        found = [pair for pair in self.chapter.pairs if {pair.here, pair.there} == set(placeholder.stems)]
        found.sort(key=lambda pair: min(_of(pair, placeholder.stems[0])))
        return beside(f"beside-{number}", [self._side(stem, found) for stem in placeholder.stems], self.symbols)

    def _named(self, stem: str, statements: Sequence[int]) -> str:
        title, href = self._where(stem)
        known = self.chapter.snippets[stem].statements
        named = tuple((index, known[index].line, known[index].first_line) for index in dict.fromkeys(statements))
        return twins(title, href, named, self.symbols)

    def _where(self, stem: str) -> tuple[str, str]:
        """Title and address of the listing of a snippet; the file's name and nothing where no page shows it."""
        found = next(listings(self.chapter, self.page, stem), None)
        if found is None:
            return f"{stem}.py", ""
        where, listing = found
        return listing.title, f"{self.address(where)}#{ident(where, listing)}"

    def _side(self, stem: str, found: Sequence[Pair]) -> SnippetSide:
        snippet = self.chapter.snippets[stem]
        groups: dict[int, list[int]] = {}
        for number, pair in enumerate(found, 1):
            for index in _of(pair, stem):
                groups.setdefault(index, []).append(number)
        known: list[Statement] = [snippet.statements[index] for index in sorted(groups)]
        title, href = self._where(stem)
        statements = tuple((each.index, each.line, each.end_line) for each in known)
        return SnippetSide(
            stem, title, href, snippet.text, statements, tuple(tuple(groups[each.index]) for each in known)
        )


def _of(pair: Pair, stem: str) -> tuple[int, ...]:
    return pair.statements if pair.here == stem else pair.others
