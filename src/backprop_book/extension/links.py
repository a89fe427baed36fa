"""links: what is shown of statements of different listings that do the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop_book.chapter import Chapter, Document, Link, Note, Pair, Placeholder
from backprop_book.model import Statement
from backprop_book.render import Side, Twin, beside, twins
from backprop_book.symbols import Symbols
from backprop_book.whence import ident, listings


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
        return twins(Twin(title, href, named), self.symbols)

    def _where(self, stem: str) -> tuple[str, str]:
        """Title and address of the listing of a snippet; the file's name and nothing where no page shows it."""
        found = next(listings(self.chapter, self.page, stem), None)
        if found is None:
            return f"{stem}.py", ""
        where, listing = found
        return listing.title, f"{self.address(where)}#{ident(where, listing)}"

    def _side(self, stem: str, found: Sequence[Pair]) -> Side:
        snippet = self.chapter.snippets[stem]
        groups: dict[int, list[int]] = {}
        for number, pair in enumerate(found, 1):
            for index in _of(pair, stem):
                groups.setdefault(index, []).append(number)
        known: list[Statement] = [snippet.statements[index] for index in sorted(groups)]
        title, href = self._where(stem)
        statements = tuple((each.index, each.line, each.end_line) for each in known)
        return Side(stem, title, href, snippet.text, statements, tuple(tuple(groups[each.index]) for each in known))


def _of(pair: Pair, stem: str) -> tuple[int, ...]:
    return pair.statements if pair.here == stem else pair.others
