"""prose: the words of a document. Every numeral in them is covered by something, or bare."""

import re

from backprop_book.chapter.asides import read_as_shown, read_beside, read_unprinted
from backprop_book.chapter.blocks import Block
from backprop_book.chapter.book import Place
from backprop_book.chapter.columns import binding_of, cell_spans, content, is_wrong, read_cell
from backprop_book.chapter.formal import check_elements, check_formulas, read_code_span, read_formula
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.inline import spans
from backprop_book.chapter.neighbours import read_neighbours
from backprop_book.chapter.regions import Binding
from backprop_book.chapter.shown import Torn, blotted
from backprop_book.chapter.span import Span
from backprop_book.chapter.tables import Table, table
from backprop_book.chapter.tied import read_tied
from backprop_book.chapter.trouble import Trouble
from backprop_book.chapter.unfinished import Unfinished, unfinished
from backprop_book.digits import numerals

_FORM = "words in square brackets, braces right behind them"
_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")


class Prose(Gathered):
    """Reads blocks of prose; gathers their regions."""

    def read(self, block: Block, place: Place) -> None:
        """Read a paragraph or a table."""
        found = table(self.clean, block) if block.level == 0 else None
        if found is None:
            self.words(block.start, block.end, place)
        else:
            self._table(found, place)

    def words(self, start: int, end: int, place: Place, claimed: bool = False) -> None:
        """Read a stretch of prose, which may stand where any words are a claim: in a cell of a bound column."""
        found, troubles = spans(self.clean, start, end, self.references)
        self.troubles += troubles
        for span in found:
            match span.kind:
                case "code":
                    read_code_span(self, span, place)
                case "math":
                    read_formula(self, span)
                case "tied":
                    read_tied(self, span, place, claimed)
        read_neighbours(self, start, end, found, place)
        check_formulas(self, found)
        check_elements(self, found)
        parted = read_as_shown(self, start, end, found)
        read_unprinted(self, found)
        self._plain(start, end, found, parted)

    def plain(self, start: int, end: int) -> str:
        """The words of a stretch of prose, without markup, targets of links and what stands in braces."""
        found, _ = spans(self.clean, start, end, self.references)
        pieces = []
        at = start
        for span in found:
            pieces.append(_unmarked(self.clean[at : span.start]))
            if span.kind == "tied":
                pieces.append(self.plain(span.inner_start, span.inner_end))
            elif span.kind != "hidden":
                pieces.append(self.clean[span.inner_start : span.inner_end])
            at = span.end
        return " ".join("".join([*pieces, _unmarked(self.clean[at:end])]).split())

    def _plain(self, start: int, end: int, found: tuple[Span, ...], parted: tuple[Torn, ...]) -> None:
        visible = blotted(self.clean, start, end, found)
        self._measure(visible, found)
        self.find_terms(start, visible)
        broken = tuple(unfinished(visible))
        told: set[Unfinished] = set()
        for numeral in numerals(self.without_terms(visible)):
            at = start + numeral.start
            claim = next((each for each in broken if each.start <= numeral.start < each.end), None)
            if claim in told or any(each.start <= at < each.end for each in parted):
                self.nothing_covers(start, numeral, "")
            elif claim is None:
                self.nothing_covers(start, numeral)
            else:
                told.add(claim)
                self.nothing_covers(start, numeral, f"if it is claimed, write {claim.whole}: {_FORM}")
        for claim in broken:
            if claim not in told and visible[claim.start] == "[" and not self.unchecked:
                at, shown = start + claim.start, visible[claim.start : claim.end]
                self.troubles.append(
                    Trouble(at, "this looks like a claim, and is none", f"write {claim.whole}: {_FORM}", shown)
                )

    def _measure(self, visible: str, found: tuple[Span, ...]) -> None:
        """Count words: those that are visible, those of claims and waivers, and one for each piece of code or formula."""
        self.size += len(_WORD.findall(visible))
        for span in found:
            if span.kind == "tied":
                self.size += len(_WORD.findall(self.clean, span.inner_start, span.inner_end))
            else:
                self.size += span.kind != "hidden"

    def _table(self, found: Table, place: Place) -> None:
        bound: dict[int, Binding] = {}
        for column, cell in enumerate(found.header):
            binding = binding_of(self, cell)
            if binding is None:
                self.words(cell.start, cell.end, place)
            else:
                bound[column] = binding
                self.bindings.append(binding)
                inner, _ = spans(self.clean, binding.words_start, binding.words_end, self.references)
                check_formulas(self, inner)
                parted = read_as_shown(self, binding.words_start, binding.words_end, inner)
                read_beside(self, inner)
                self._plain(binding.words_start, binding.words_end, inner, parted)
        wrong = {column for column, binding in bound.items() if is_wrong(self, binding, column, place)}
        for row, cells in enumerate(found.rows):
            contents = tuple(content(self.clean[cell.start : cell.end]) for cell in cells)
            for column, cell in enumerate(cells):
                if column not in bound or any(span.kind == "tied" for span in cell_spans(self, cell)):
                    self.words(cell.start, cell.end, place, claimed=column in bound)
                else:
                    self.counts["tables"] += len(numerals(self.clean[cell.start : cell.end]))
                    self.size += len(self.clean[cell.start : cell.end].split())
                    check_formulas(self, cell_spans(self, cell))
                    read_as_shown(self, cell.start, cell.end, cell_spans(self, cell))
                    read_beside(self, cell_spans(self, cell))
                    if column not in wrong:
                        read_cell(self, cell, bound[column], row, contents, place)


def _unmarked(text: str) -> str:
    """Plain words without emphasis, brackets of links and backslashes."""
    return re.sub(r"\\(\W)|[*\[\]]|(?<!\w)_+|_+(?!\w)", r"\1", text)
