"""Reads the prose of a document: claims, waivers, code spans, formulas, tables, and every numeral that none of them covers.

The scanner calls `Prose.read` for each paragraph, heading and table.
"""

import re
from collections.abc import Iterable

from backprop_book.core.expressions import ClaimExpression
from backprop_book.core.symbols import Symbols
from backprop_book.numbers import Equation as Arithmetic
from backprop_book.numbers import equation, foreign, numerals
from backprop_book.scan import formulas
from backprop_book.scan.block_parser import Block
from backprop_book.scan.book import Chapter
from backprop_book.scan.closeness import shifted
from backprop_book.scan.code_spans import Reading, read_code
from backprop_book.scan.context import REMEDY, Place, RegionCollector, knows, outside, question, unread
from backprop_book.scan.document import Bare, Binding, Claim, Equation, Mention, Term, Waiver
from backprop_book.scan.inline_parser import Span, entities, spans
from backprop_book.scan.neighbours import read_neighbours
from backprop_book.scan.question_model import ExpressionDiagnostic
from backprop_book.scan.source import Diagnostic, Said
from backprop_book.scan.tables import EMPHASIS, Cell, PipeTable, cell_value, fill, read_table, reads_itself
from backprop_book.scan.tautology import tautology
from backprop_book.scan.visible_text import (
    NearClaim,
    Shown,
    SplitNumber,
    blotted,
    near_claims,
    shown,
    split_numbers,
    titles,
    unreadable,
)
from backprop_book.source import Mismatch, anchor

_CLAIM_FORM = "words in square brackets, braces right behind them"
_CODE_REMEDY = "name something of the listing, quote its code, or waive it: "
_DISPLAY_REMEDY = "write an equation; or write it within the line, where it can be waived: [$...$]{# reason}"
_TITLE_REMEDY = "say it in the text, where it can be claimed"
_HIDDEN = "\ufffc"
_PLAIN = Symbols()
_COLUMNS = 64
"""Number of cells of a row for which `cell[k]` is checked in the header already."""
_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
_SHIFTED = r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}\\])"
_NOTATION = re.compile(rf"{_SHIFTED}|\\[A-Za-z]+|\\\\\[[^\]\n]*\]")
_LATEX_TEXT = re.compile(rf"{_SHIFTED}|\\(?:text|mathrm|mbox)[a-z]*\s*\{{([^{{}}]*)\}}")
_FORMULA_ELEMENT = re.compile(r"<(?:span|div)\s[^>]*\barithmatex\b", re.IGNORECASE)
"""The HTML of a formula before the site converts it."""


class Prose(RegionCollector):
    """Reads blocks of prose, and collects their regions."""

    def read(self, block: Block, place: Place) -> None:
        """Read a paragraph, a heading or a table, in which names refer to `place`."""
        found = read_table(self.clean, block) if block.level == 0 else None
        if found is None:
            self.words(block.start, block.end, place)
        else:
            self._table(found, place)

    def words(self, start: int, end: int, place: Place, claimed: bool = False) -> None:
        """Read a stretch of prose.

        Args:
            start: Its start.
            end: Its end.
            place: What names in it refer to.
            claimed: Whether it is a cell of a bound column, which a waiver excuses from being a claim.
        """
        found, diagnostics = spans(self.clean, start, end, self.references)
        self.diagnostics += diagnostics
        for span in found:
            match span.kind:
                case "code":
                    _read_code_span(self, span, place)
                case "math":
                    _read_formula(self, span)
                case "claim":
                    _read_claim(self, span, place)
                case "waiver":
                    _waive(self, span, place, claimed)
        read_neighbours(self, start, end, found, place)
        _check_formulas(self, found)
        _check_elements(self, found)
        split = _check_visible(self, start, end, found)
        _read_titles(self, found)
        self._plain(start, end, found, split)

    def plain(self, start: int, end: int) -> str:
        """The words of a stretch of prose, without markup, link targets and what stands in braces."""
        found, _ = spans(self.clean, start, end, self.references)
        pieces = []
        at = start
        for span in found:
            pieces.append(_unmarked(self.clean[at : span.start]))
            if span.has_braces:
                pieces.append(self.plain(span.inner_start, span.inner_end))
            elif span.kind != "hidden":
                pieces.append(self.clean[span.inner_start : span.inner_end])
            at = span.end
        return " ".join("".join([*pieces, _unmarked(self.clean[at:end])]).split())

    def _plain(self, start: int, end: int, found: tuple[Span, ...], split: tuple[SplitNumber, ...]) -> None:
        """Find the terms, bare numbers and near claims outside of inline elements."""
        visible = blotted(self.clean, start, end, found)
        self._measure(visible, found)
        self.find_terms(start, visible)
        near = tuple(near_claims(visible))
        told: set[NearClaim] = set()
        for numeral in numerals(self.without_terms(visible)):
            at = start + numeral.start
            claim = next((each for each in near if each.start <= numeral.start < each.end), None)
            if claim in told or any(each.start <= at < each.end for each in split):
                self.nothing_covers(start, numeral, "")
            elif claim is None:
                self.nothing_covers(start, numeral)
            else:
                told.add(claim)
                self.nothing_covers(start, numeral, f"if it is claimed, write {claim.whole}: {_CLAIM_FORM}")
        for claim in near:
            if claim not in told and visible[claim.start] == "[" and not self.unchecked:
                message, remedy = "this looks like a claim, and is none", f"write {claim.whole}: {_CLAIM_FORM}"
                self.diagnostics.append(
                    Diagnostic(start + claim.start, message, remedy, visible[claim.start : claim.end])
                )

    def _measure(self, visible: str, found: tuple[Span, ...]) -> None:
        """Count the visible words, those of claims and waivers, and one for each code span or formula."""
        self.size += len(_WORD.findall(visible))
        for span in found:
            if span.has_braces:
                self.size += len(_WORD.findall(self.clean, span.inner_start, span.inner_end))
            else:
                self.size += span.kind != "hidden"

    def _table(self, found: PipeTable, place: Place) -> None:
        bound: dict[int, Binding] = {}
        for column, cell in enumerate(found.header):
            binding = self._binding(cell)
            if binding is None:
                self.words(cell.start, cell.end, place)
            else:
                bound[column] = binding
                self.bindings.append(binding)
                inner, _ = spans(self.clean, binding.words_start, binding.words_end, self.references)
                _check_formulas(self, inner)
                split = _check_visible(self, binding.words_start, binding.words_end, inner)
                _refuse_titles(self, inner)
                self._plain(binding.words_start, binding.words_end, inner, split)
        wrong = {column for column, binding in bound.items() if self._is_wrong(binding, column, place)}
        for row, cells in enumerate(found.rows):
            values = tuple(cell_value(self.clean[cell.start : cell.end]) for cell in cells)
            for column, cell in enumerate(cells):
                inner = self._spans(cell)
                if column not in bound or any(span.has_braces for span in inner):
                    self.words(cell.start, cell.end, place, claimed=column in bound)
                else:
                    text = self.clean[cell.start : cell.end]
                    self.counts["tables"] += len(numerals(text))
                    self.size += len(text.split())
                    _check_formulas(self, inner)
                    _check_visible(self, cell.start, cell.end, inner)
                    _refuse_titles(self, inner)
                    if column not in wrong:
                        self._cell(cell, bound[column], row, values, place)

    def _spans(self, cell: Cell) -> tuple[Span, ...]:
        return spans(self.clean, cell.start, cell.end, self.references)[0]

    def _binding(self, cell: Cell) -> Binding | None:
        """The binding in a header cell that holds nothing but `[words]{expression}`."""
        braced = [span for span in self._spans(cell) if span.has_braces]
        if len(braced) != 1:
            return None
        (span,) = braced
        expression = self.clean[span.braces_start : span.braces_end]
        around = self.clean[cell.start : span.start] + self.clean[span.end : cell.end]
        if around.strip(EMPHASIS) or not expression or span.kind == "waiver":
            return None
        return Binding(span.start, span.end, span.inner_start, span.inner_end, span.braces_start, expression)

    def _is_wrong(self, binding: Binding, column: int, place: Place) -> bool:
        """Report what is wrong with the expression of a bound column whatever its rows hold, and say whether anything is."""
        at = binding.expression_start
        expression = self.read_expression(binding.expression)
        if isinstance(expression, ExpressionDiagnostic):
            self.mistaken(at, binding.expression, expression)
            return True
        if diagnostic := _unfailing(self.chapter, place, at, expression):
            self.diagnostics.append(diagnostic)
            return True
        if reads_itself(expression, column):
            message = "this column is compared with itself"
            remedy = "name what in the run it is, or read cells to its left"
            self.diagnostics.append(Diagnostic(at, message, remedy, binding.expression, "", "expression"))
            return True
        # Constants stand for `row` and `cell[k]`, which are not names of the run.
        asked = question(self.chapter, place, fill(expression, 0, (0,) * _COLUMNS))
        if isinstance(asked, ExpressionDiagnostic):
            self.mistaken(at, binding.expression, asked)
        return not asked or isinstance(asked, ExpressionDiagnostic)

    def _cell(
        self, cell: Cell, binding: Binding, row: int, values: tuple[str | int | float, ...], place: Place
    ) -> None:
        """Read a cell of a bound column as a claim."""
        if cell.start == cell.end:
            message = f"this cell of the bound column `{binding.expression}` is empty"
            remedy = "state the value, or waive the cell: [–]{# reason}"
            self.diagnostics.append(Diagnostic(cell.start, message, remedy, "", "", "value"))
            return
        bound = self.read_expression(binding.expression)
        assert not isinstance(bound, ExpressionDiagnostic), "the header was read before"
        filled = fill(bound, row, values)
        asked = question(self.chapter, place, filled)
        if isinstance(asked, ExpressionDiagnostic):
            self.mistaken(binding.expression_start, filled, asked)
            return
        assert asked is not None, "a row adds no names, and the snippets of the header are whole"
        self.claims.append(
            Claim(cell.start, cell.end, "cell", cell.start, cell.end, self.clean[cell.start : cell.end],
                  binding.expression_start, place.listing or asked.parts[0].snippet, asked)
        )  # fmt: skip


def _unmarked(text: str) -> str:
    """Words without emphasis, brackets of links and backslashes."""
    return re.sub(r"\\(\W)|[*\[\]]|(?<!\w)_+|_+(?!\w)", r"\1", text)


def _read_claim(collector: RegionCollector, span: Span, place: Place) -> None:
    """Read `[words]{expression}`."""
    tail = collector.clean[span.braces_start : span.braces_end]
    words = collector.clean[span.inner_start : span.inner_end]
    whole = collector.clean[span.start : span.end]
    if not tail:
        message, remedy = "nothing stands between these braces", "write an expression, or # and a reason"
        collector.diagnostics.append(Diagnostic(span.start, message, remedy, whole, "", "expression"))
    elif not words.strip():
        message, remedy = "nothing stands between these brackets", "write the words that the expression is to check"
        collector.diagnostics.append(Diagnostic(span.start, message, remedy, whole, "", "expression"))
    else:
        _claim(collector, span, place, tail)


def _unfailing(chapter: Chapter, place: Place, at: int, expression: ClaimExpression) -> Diagnostic | None:
    """What is wrong with the expression at an offset if no run could make it false."""
    found = tautology(expression, outside(chapter, place.listing))
    return None if found is None else Diagnostic(at, found.message, found.remedy, found.found, "", "expression")


def _claim(collector: RegionCollector, span: Span, place: Place, tail: str) -> None:
    words = collector.clean[span.inner_start : span.inner_end]
    expression = collector.read_expression(tail)
    if isinstance(expression, ExpressionDiagnostic):
        collector.counts["claims"] += len(numerals(words))
        collector.mistaken(span.braces_start, tail.replace("\n", " "), expression)
        return
    if diagnostic := _unfailing(collector.chapter, place, span.braces_start, expression):
        collector.diagnostics.append(diagnostic)
        return
    collector.counts["claims"] += len(numerals(words))
    asked = question(collector.chapter, place, expression)
    if isinstance(asked, ExpressionDiagnostic):
        collector.mistaken(span.braces_start, expression.text, asked)
    elif asked is not None:
        larger = shifted(expression)
        control = question(collector.chapter, place, larger) if larger else None
        collector.claims.append(
            Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                  words, span.braces_start,
                  asked.parts[0].snippet if place.listing is None else place.listing, asked,
                  None if isinstance(control, ExpressionDiagnostic) else control)
        )  # fmt: skip


def _waive(collector: RegionCollector, span: Span, place: Place, claimed: bool) -> None:
    reason = collector.clean[span.braces_start + 1 : span.braces_end]
    at, message, remedy = span.braces_start, "", ""
    if not reason.strip():
        message, remedy = "this waiver has no reason", "say after the # why nothing can check these words"
    elif not reason[0].isspace():
        message = "a waiver needs a space and a reason after its #"
        remedy = "write a space after the #, and the reason"
    elif not claimed and not _excuses(collector, span, place):
        at, message, remedy = span.start, "this waiver excuses nothing", "remove the brackets and the braces"
    if message:
        collector.diagnostics.append(
            Diagnostic(at, message, remedy, collector.clean[span.start : span.end], "", "waiver")
        )
    else:
        collector.waivers.append(
            Waiver(span.start, span.end, span.inner_start, span.inner_end, " ".join(reason.split()))
        )
    collector.counts["waived"] += len(numerals(collector.clean[span.inner_start : span.inner_end]))


def _excuses(collector: RegionCollector, span: Span, place: Place) -> bool:
    """Whether the words of a waiver contain anything that would be bare without it."""
    if place.silent:
        return True
    visible = blotted(collector.clean, span.inner_start, span.inner_end, span.inner)
    said = [visible, *(collector.clean[start:end] for start, end in titles(collector.clean, span.inner))]
    if any(numerals(collector.without_terms(words)) for words in said):
        return True
    for inner in span.inner:
        text = collector.clean[inner.inner_start : inner.inner_end]
        if inner.kind == "math" and equation(text, math=True) is None and numerals(_without_notation(text)):
            return True
        if inner.kind == "code":
            region = read_code(collector, place, inner).region
            if isinstance(region, Bare) or (region is None and unread(collector.chapter)):
                return True
            if isinstance(region, Mention) and region.question is not None:
                name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                if not knows(collector.chapter, region.listing, name):
                    return True
    return False


def _read_code_span(collector: RegionCollector, span: Span, place: Place) -> None:
    text = collector.clean[span.inner_start : span.inner_end]
    if collector.unchecked:
        _read_unchecked_code(collector, span, place, text)
        return
    reading = read_code(collector, place, span)
    if reading.diagnostic is not None:
        collector.diagnostics.append(reading.diagnostic)
    match reading.region:
        case Claim(words=words) as claim:
            collector.claims.append(claim)
            collector.counts["claims"] += len(numerals(words))
        case Equation() as found:
            collector.equations.append(found)
            collector.counts["equations"] += len(numerals(text))
        case Mention() as mention:
            collector.mentions.append(mention)
        case Term() as term:
            collector.terms.append(term)
            collector.counts["terms"] += len(numerals(text))
        case Bare() as bare:
            _bare_code(collector, bare, place)


def _read_unchecked_code(collector: RegionCollector, span: Span, place: Place, text: str) -> None:
    """Read a code span of an unchecked page, on which only arithmetic and claims are checked."""
    found = equation(text.replace("\n", " "), math=False)
    reading = Reading() if found is None else read_code(collector, place, span)
    if reading.diagnostic is not None and reading.diagnostic.kind == "equation":
        collector.diagnostics.append(reading.diagnostic)
    region = reading.region
    if isinstance(region, Equation):
        collector.equations.append(region)
        collector.counts["equations"] += len(numerals(text))
    elif isinstance(region, Claim):
        collector.claims.append(region)
        collector.counts["claims"] += len(numerals(region.words))
    else:
        collector.counts["bare"] += len(numerals(text))


def _bare_code(collector: RegionCollector, bare: Bare, place: Place) -> None:
    collector.bare.append(bare)
    found = numerals(bare.text)
    collector.counts["bare"] += len(found)
    if found and all(not character.isalpha() for character in bare.text):
        collector.refuse(bare.start, bare.text, REMEDY)
        return
    above = "" if place.listing is not None or place.silent else ": there is no listing above"
    remedy = f"{_CODE_REMEDY}[`{bare.text}`]{{# reason}}"
    # Often it is a quote of code that the listing no longer has.
    snippet = collector.chapter.snippets.get(place.listing or "")
    near = None if snippet is None else anchor(snippet, bare.text)
    expected = near.places if isinstance(near, Mismatch) else ""
    message = f"nothing checks this code{above}"
    collector.diagnostics.append(Diagnostic(bare.start, message, remedy, bare.text, expected, "unchecked"))


def _read_formula(collector: RegionCollector, span: Span) -> None:
    start, end = span.inner_start, span.inner_end
    text = collector.clean[start:end]
    found = equation(text, math=True)
    notation = _without_notation(text)
    if isinstance(found, Arithmetic):
        collector.equations.append(Equation(start, end, text, math=True))
        collector.counts["equations"] += len(numerals(notation))
        return
    remedy = _DISPLAY_REMEDY if collector.clean.startswith("$$", span.start) else REMEDY
    for numeral in numerals(notation):
        collector.nothing_covers(start, numeral, remedy)
    for words in _LATEX_TEXT.finditer(text):
        for numeral in numerals(words[1] or ""):
            if numeral.word:
                collector.nothing_covers(start + words.start(1), numeral)


def _without_notation(latex: str) -> str:
    """LaTeX with letters, subscripts, superscripts and commands blotted out, so that the 2 of `2e` is read as a numeral."""
    without = _NOTATION.sub(lambda match: _HIDDEN * len(match[0]), latex)
    return re.sub(r"[A-Za-z]", " ", without)


def _check_formulas(collector: RegionCollector, found: Iterable[Span]) -> None:
    """Report the formulas that the site cannot convert."""
    for span in found if collector.is_built else ():
        if span.has_braces:
            _check_formulas(collector, span.inner)
        elif span.kind == "math":
            latex = collector.clean[span.inner_start : span.inner_end]
            block = collector.clean.startswith(("$$", "\\[", "\\b"), span.start)
            try:
                formulas.mathml(latex, block=block, symbols=_PLAIN)
            except formulas.BadMathError as error:
                message = f"this formula cannot be shown: {error}"
                collector.diagnostics.append(Diagnostic(span.inner_start, message, formulas.REMEDY, latex))


def _check_elements(collector: RegionCollector, found: Iterable[Span]) -> None:
    """Report HTML elements that the site would convert as formulas."""
    for span in (inner for each in found for inner in (each, *each.inner)) if collector.is_built else ():
        if span.kind == "hidden" and _FORMULA_ELEMENT.match(collector.clean, span.start, span.end):
            message, remedy = "this element stands for a formula, and nothing checks it", "write the formula in $...$"
            whole = collector.clean[span.start : span.end]
            collector.diagnostics.append(Diagnostic(span.start, message, remedy, whole, "", "unchecked"))


def _check_visible(
    collector: RegionCollector, start: int, end: int, found: tuple[Span, ...]
) -> tuple[SplitNumber, ...]:
    """Report, and return, the numbers that checks would not read as a reader sees them. Those in waivers are excused."""
    if collector.unchecked:
        return ()
    seen = shown(collector.clean, start, end, found)
    _check_digits(collector, seen)
    waived = [span for span in found if span.kind == "waiver"]
    split = tuple(
        each
        for each in split_numbers(collector.clean, seen)
        if not any(span.start <= each.start and each.end <= span.end for span in waived)
    )
    for each in split:
        message = "markup splits this number, so it is not read as it is shown"
        remedy = f"write {each.text} without markup inside it"
        written = collector.clean[each.start : each.end]
        collector.diagnostics.append(Diagnostic(each.start, message, remedy, written, each.text, "unchecked"))
    return split


def _check_digits(collector: RegionCollector, seen: Shown) -> None:
    if not collector.unchecked:
        for offset, character in unreadable(seen):
            collector.illegible(offset, character)


def read_said(collector: RegionCollector, said: Iterable[Said]) -> None:
    """Check words of the front matter and of titles of fences, where no claim can stand.

    A number there must occur in a claim, an equation, a term or a waiver of the page.
    """
    if collector.unchecked:
        return
    texts = [claim.words for claim in collector.claims] + [found.text for found in collector.equations]
    texts += [term.text for term in collector.terms]
    texts += [collector.clean[waiver.words_start : waiver.words_end] for waiver in collector.waivers]
    covered = {(numeral.value, numeral.percent) for text in texts for numeral in numerals(text)}
    for each in said:
        for numeral in numerals(collector.without_terms(each.text)):
            if (numeral.value, numeral.percent) not in covered:
                at = max(collector.clean.find(numeral.text, each.start, each.end), each.start)
                message = f"nothing on this page checks this number of the {each.name}"
                remedy = "claim it on the page, too, or leave it out here"
                collector.diagnostics.append(Diagnostic(at, message, remedy, numeral.text, "", "unchecked"))
        for offset in foreign(each.text):
            character = each.text[offset]
            collector.illegible(max(collector.clean.find(character, each.start, each.end), each.start), character)


def read_title(collector: RegionCollector, start: int, end: int) -> None:
    """Report the numbers of a title, which is shown on hovering or read out, and in which no claim can stand."""
    for numeral in numerals(collector.without_terms(collector.clean[start:end])):
        collector.nothing_covers(start, numeral, _TITLE_REMEDY)
    _check_digits(collector, shown(collector.clean, start, end, entities(collector.clean, start, end)))


def _read_titles(collector: RegionCollector, found: tuple[Span, ...]) -> None:
    """Report the numbers of all titles in a stretch of prose. Those in waivers are excused."""
    for start, end in titles(collector.clean, found):
        read_title(collector, start, end)
    for span in found:
        if span.kind == "claim":
            _refuse_titles(collector, span.inner)


def _refuse_titles(collector: RegionCollector, inner: tuple[Span, ...]) -> None:
    """Report the numbers of titles inside a claim, which checks its words only."""
    for start, end in titles(collector.clean, inner) if not collector.unchecked else ():
        for numeral in numerals(collector.without_terms(collector.clean[start:end])):
            collector.refuse(start + numeral.start, numeral.text, _TITLE_REMEDY)
