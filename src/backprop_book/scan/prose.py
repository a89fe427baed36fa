"""prose: reads claims, waivers, code spans, formulas, tables, and every numeral that none of them covers.

The scanner calls `Prose.read` for each paragraph, heading and table.
"""

import contextlib
import re
from collections.abc import Iterable

from backprop_book.core.expressions import ClaimExpression, ExpressionError
from backprop_book.core.symbols import Symbols
from backprop_book.numbers import foreign, numerals
from backprop_book.numbers.equations import Arithmetic, equation
from backprop_book.scan import formulas
from backprop_book.scan.block_parser import Block
from backprop_book.scan.closeness import shifted
from backprop_book.scan.code_spans import CodeMeaning, read_code
from backprop_book.scan.collector import REMEDY, Collector
from backprop_book.scan.document import Bare, Binding, Claim, ConfiguredTerm, Equation, Mention, Waiver
from backprop_book.scan.inline_parser import Span, entities
from backprop_book.scan.neighbours import read_neighbours
from backprop_book.scan.question import Place, Question
from backprop_book.scan.source import Said
from backprop_book.scan.tables import EMPHASIS, Cell, PipeTable, cell_value, fill, read_table, reads_itself
from backprop_book.scan.visible_text import NearClaim, SplitNumber, Stretch, near_claims
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


class Prose(Collector):
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
        stretch = self.stretch(start, end)
        self.found.diagnostics += stretch.diagnostics
        for span in stretch.spans:
            match span.kind:
                case "code":
                    self._code(span, place)
                case "math":
                    self._formula(span)
                case "claim":
                    self._claim(span, place)
                case "waiver":
                    self._waiver(span, place, claimed)
        read_neighbours(self, stretch, place)
        self._check_elements(stretch.spans)
        split = self._check_shown(stretch)
        for first, last in stretch.titles:
            self.title(first, last)
        for span in stretch.spans:
            if span.kind == "claim":
                self._refuse_titles(self._inside(span))
        self._uncovered(stretch, split)

    def title(self, start: int, end: int) -> None:
        """Report the numbers of a title, which is shown on hovering or read out, and in which no claim can stand."""
        for numeral in numerals(self.without_terms(self.clean[start:end])):
            self.nothing_covers(start, numeral, _TITLE_REMEDY)
        if not self.unchecked:
            title = Stretch(start, end, self.clean, entities(self.clean, start, end))
            for offset, character in title.visible.unreadable:
                self.illegible(offset, character)

    def said(self, said: Iterable[Said]) -> None:
        """Check words of the front matter and of titles of fences, where no claim can stand.

        A number there must occur in a claim, an equation, a term or a waiver of the page.
        """
        if self.unchecked:
            return
        texts = [claim.words for claim in self.found.of(Claim)]
        texts += [term.text for term in self.found.of(ConfiguredTerm)]
        texts += [found.text for found in self.found.of(Equation)]
        texts += [self.clean[waiver.words_start : waiver.words_end] for waiver in self.found.of(Waiver)]
        covered = {(numeral.value, numeral.percent) for text in texts for numeral in numerals(text)}
        for each in said:
            for numeral in numerals(self.without_terms(each.text)):
                if (numeral.value, numeral.percent) not in covered:
                    at = max(self.clean.find(numeral.text, each.start, each.end), each.start)
                    message = f"nothing on this page checks this number of the {each.name}"
                    remedy = "claim it on the page, too, or leave it out here"
                    self.diagnose(at, message, remedy, numeral.text, "", "unchecked")
            for offset in foreign(each.text):
                character = each.text[offset]
                self.illegible(max(self.clean.find(character, each.start, each.end), each.start), character)

    def plain(self, start: int, end: int) -> str:
        """The words of a stretch of prose, without markup, link targets and what stands in braces."""
        pieces = []
        at = start
        for span in self.stretch(start, end).spans:
            pieces.append(_unmarked(self.clean[at : span.start]))
            if span.has_braces:
                pieces.append(self.plain(span.inner_start, span.inner_end))
            elif span.kind != "hidden":
                pieces.append(self.inner(span))
            at = span.end
        return " ".join("".join([*pieces, _unmarked(self.clean[at:end])]).split())

    def _inside(self, span: Span) -> Stretch:
        """The words of a claim or a waiver."""
        return Stretch(span.inner_start, span.inner_end, self.clean, span.inner)

    def _uncovered(self, stretch: Stretch, split: tuple[SplitNumber, ...]) -> None:
        """Count the words, and find the terms, bare numbers and near claims outside of inline elements."""
        start, visible = stretch.start, stretch.blotted
        self.found.words += len(_WORD.findall(visible))
        for span in stretch.spans:
            self.found.words += len(_WORD.findall(self.inner(span))) if span.has_braces else span.kind != "hidden"
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
                self.diagnose(start + claim.start, message, remedy, visible[claim.start : claim.end])

    def _table(self, table: PipeTable, place: Place) -> None:
        bound: dict[int, Binding] = {}
        for column, cell in enumerate(table.header):
            binding = self._binding(cell)
            if binding is None:
                self.words(cell.start, cell.end, place)
            else:
                bound[column] = binding
                self.found.regions.append(binding)
                head = self.stretch(binding.words_start, binding.words_end)
                split = self._check_shown(head)
                self._refuse_titles(head)
                self._uncovered(head, split)
        expressions = {column: self._bound(binding, column, place) for column, binding in bound.items()}
        for row, cells in enumerate(table.rows):
            values = tuple(cell_value(self.clean[cell.start : cell.end]) for cell in cells)
            for column, cell in enumerate(cells):
                inside = self.stretch(cell.start, cell.end)
                if column not in bound or any(span.has_braces for span in inside.spans):
                    self.words(cell.start, cell.end, place, claimed=column in bound)
                    continue
                text = self.clean[cell.start : cell.end]
                self.cover("tables", text)
                self.found.words += len(text.split())
                self._check_shown(inside)
                self._refuse_titles(inside)
                if (expression := expressions[column]) is not None:
                    self._cell(cell, bound[column], fill(expression, row, values), place)

    def _binding(self, cell: Cell) -> Binding | None:
        """The binding in a header cell that holds nothing but `[words]{expression}`."""
        braced = [span for span in self.stretch(cell.start, cell.end).spans if span.has_braces]
        if len(braced) != 1:
            return None
        (span,) = braced
        expression = self.braces(span)
        around = self.clean[cell.start : span.start] + self.clean[span.end : cell.end]
        if around.strip(EMPHASIS) or not expression or span.kind == "waiver":
            return None
        return Binding(span.start, span.end, span.inner_start, span.inner_end, span.braces_start, expression)

    def _bound(self, binding: Binding, column: int, place: Place) -> ClaimExpression | None:
        """The expression of a bound column. What is wrong with it whatever its rows hold is reported; then there is none."""
        at = binding.expression_start
        try:
            expression = self.read_expression(binding.expression)
            if self._cannot_fail(expression, at, place):
                return None
            if reads_itself(expression, column):
                message = "this column is compared with itself"
                remedy = "name what in the run it is, or read cells to its left"
                self.diagnose(at, message, remedy, binding.expression, "", "expression")
                return None
            # Constants stand for `row` and `cell[k]`, which are not names of the run.
            asked = self.chapter.question(place, fill(expression, 0, (0,) * _COLUMNS))
        except ExpressionError as mistake:
            self.mistaken(at, binding.expression, mistake)
            return None
        return expression if asked else None

    def _cell(self, cell: Cell, binding: Binding, filled: str, place: Place) -> None:
        """Read a cell of a bound column as a claim; its values are filled in."""
        if cell.start == cell.end:
            message = f"this cell of the bound column `{binding.expression}` is empty"
            self.diagnose(cell.start, message, "state the value, or waive the cell: [–]{# reason}", kind="value")
            return
        try:
            asked = self.chapter.question(place, filled)
        except ExpressionError as mistake:
            self.mistaken(binding.expression_start, filled, mistake)
            return
        assert asked is not None, "a row adds no names, and the snippets of the header are whole"
        words = self.clean[cell.start : cell.end]
        listing = place.listing or asked.parts[0].snippet
        self.found.regions.append(
            Claim(cell.start, cell.end, "cell", cell.start, cell.end, words, binding.expression_start, listing, asked)
        )

    def _claim(self, span: Span, place: Place) -> None:
        """Read `[words]{expression}`."""
        words, written = self.inner(span), self.braces(span)
        if not written or not words.strip():
            message, remedy = "nothing stands between these braces", "write an expression, or # and a reason"
            if written:
                message = "nothing stands between these brackets"
                remedy = "write the words that the expression is to check"
            self.diagnose(span.start, message, remedy, self.clean[span.start : span.end], "", "expression")
            return
        self.cover("claims", words)
        try:
            expression = self.read_expression(written)
            if self._cannot_fail(expression, span.braces_start, place):
                return
            asked = self.chapter.question(place, expression)
        except ExpressionError as mistake:
            self.mistaken(span.braces_start, written.replace("\n", " "), mistake)
            return
        if asked is not None:
            self.found.regions.append(
                Claim(
                    span.start, span.end, "claim", span.inner_start, span.inner_end, words, span.braces_start,
                    asked.parts[0].snippet if place.listing is None else place.listing, asked,
                    self._control(expression, place),
                )
            )  # fmt: skip

    def _control(self, expression: ClaimExpression, place: Place) -> Question | None:
        """The question whether values that differ would pass a tolerance, too; None if there is no tolerance."""
        larger = shifted(expression)
        with contextlib.suppress(ExpressionError):  # it may be too long now
            return self.chapter.question(place, larger) if larger else None
        return None

    def _cannot_fail(self, expression: ClaimExpression, at: int, place: Place) -> bool:
        """Report an expression that no run could make false, and say whether it is one."""
        found = self.chapter.tautology(place, expression)
        if found is not None:
            self.diagnose(at, found.message, found.remedy, found.found, "", "expression")
        return found is not None

    def _waiver(self, span: Span, place: Place, claimed: bool) -> None:
        reason = self.braces(span)[1:]
        at, message, remedy = span.braces_start, "", ""
        if not reason.strip():
            message, remedy = "this waiver has no reason", "say after the # why nothing can check these words"
        elif not reason[0].isspace():
            message = "a waiver needs a space and a reason after its #"
            remedy = "write a space after the #, and the reason"
        elif not claimed and not self._excuses(span, place):
            at, message, remedy = span.start, "this waiver excuses nothing", "remove the brackets and the braces"
        if message:
            self.diagnose(at, message, remedy, self.clean[span.start : span.end], "", "waiver")
        else:
            self.found.regions.append(
                Waiver(span.start, span.end, span.inner_start, span.inner_end, " ".join(reason.split()))
            )
        self.cover("waived", self.inner(span))

    def _excuses(self, span: Span, place: Place) -> bool:
        """Whether the words of a waiver contain anything that would be bare without it."""
        if place.silent:
            return True
        inside = self._inside(span)
        said = [inside.blotted, *(self.clean[start:end] for start, end in inside.titles)]
        if any(numerals(self.without_terms(words)) for words in said):
            return True
        for inner in span.inner:
            text = self.inner(inner)
            if inner.kind == "math" and equation(text, math=True) is None and numerals(_without_notation(text)):
                return True
            if inner.kind == "code":
                region = read_code(self, place, inner).region
                if isinstance(region, Bare) or (region is None and self.chapter.is_unread):
                    return True
                if isinstance(region, Mention) and region.question is not None:
                    name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                    if not self.chapter.knows(region.listing, name):
                        return True
        return False

    def _code(self, span: Span, place: Place) -> None:
        text = self.inner(span)
        reading = read_code(self, place, span) if self._is_checked(text) else CodeMeaning()
        region, diagnostic = reading.region, reading.diagnostic
        if diagnostic is not None and (not self.unchecked or diagnostic.kind == "equation"):
            self.found.diagnostics.append(diagnostic)
        match region:
            case Claim(words=words):
                self.cover("claims", words)
            case Equation():
                self.cover("equations", text)
            case _ if self.unchecked:
                self.cover("bare", text)
                return
            case ConfiguredTerm():
                self.cover("terms", text)
            case Bare():
                self._bare_code(region, place)
        if region is not None:
            self.found.regions.append(region)

    def _is_checked(self, code: str) -> bool:
        """Whether a code span is checked. On an unchecked page, only arithmetic and claims are."""
        return not self.unchecked or equation(code.replace("\n", " "), math=False) is not None

    def _bare_code(self, bare: Bare, place: Place) -> None:
        found = numerals(bare.text)
        self.found.counts["bare"] += len(found)
        if found and all(not character.isalpha() for character in bare.text):
            self.refuse(bare.start, bare.text, REMEDY)
            return
        above = "" if place.listing is not None or place.silent else ": there is no listing above"
        remedy = f"{_CODE_REMEDY}[`{bare.text}`]{{# reason}}"
        # Often it is a quote of code that the listing no longer has.
        snippet = self.chapter.snippets.get(place.listing or "")
        near = None if snippet is None else anchor(snippet, bare.text)
        expected = near.places if isinstance(near, Mismatch) else ""
        self.diagnose(bare.start, f"nothing checks this code{above}", remedy, bare.text, expected, "unchecked")

    def _formula(self, span: Span) -> None:
        start, text = span.inner_start, self.inner(span)
        notation = _without_notation(text)
        if isinstance(equation(text, math=True), Arithmetic):
            self.found.regions.append(Equation(start, span.inner_end, text, math=True))
            self.cover("equations", notation)
            return
        remedy = _DISPLAY_REMEDY if self.clean.startswith("$$", span.start) else REMEDY
        for numeral in numerals(notation):
            self.nothing_covers(start, numeral, remedy)
        for words in _LATEX_TEXT.finditer(text):
            for numeral in numerals(words[1] or ""):
                if numeral.word:
                    self.nothing_covers(start + words.start(1), numeral)

    def _check_shown(self, stretch: Stretch) -> tuple[SplitNumber, ...]:
        """Report formulas that the site cannot convert, and numbers that checks would not read as a reader sees them.

        Returns:
            The numbers that markup splits. Those in waivers are excused.
        """
        self._check_formulas(stretch.spans)
        if self.unchecked:
            return ()
        for offset, character in stretch.visible.unreadable:
            self.illegible(offset, character)
        waived = [span for span in stretch.spans if span.kind == "waiver"]
        split = tuple(
            each
            for each in stretch.split_numbers
            if not any(span.start <= each.start and each.end <= span.end for span in waived)
        )
        for each in split:
            message = "markup splits this number, so it is not read as it is shown"
            remedy = f"write {each.text} without markup inside it"
            self.diagnose(each.start, message, remedy, self.clean[each.start : each.end], each.text, "unchecked")
        return split

    def _check_formulas(self, found: Iterable[Span]) -> None:
        """Report the formulas that the site cannot convert."""
        for span in found if self.is_built else ():
            if span.has_braces:
                self._check_formulas(span.inner)
            elif span.kind == "math":
                block = self.clean.startswith(("$$", "\\[", "\\b"), span.start)
                try:
                    formulas.mathml(self.inner(span), block=block, symbols=_PLAIN)
                except formulas.BadMathError as error:
                    message = f"this formula cannot be shown: {error}"
                    self.diagnose(span.inner_start, message, formulas.REMEDY, self.inner(span))

    def _check_elements(self, found: Iterable[Span]) -> None:
        """Report HTML elements that the site would convert as formulas."""
        for span in (inner for each in found for inner in (each, *each.inner)) if self.is_built else ():
            if span.kind == "hidden" and _FORMULA_ELEMENT.match(self.clean, span.start, span.end):
                message = "this element stands for a formula, and nothing checks it"
                whole = self.clean[span.start : span.end]
                self.diagnose(span.start, message, "write the formula in $...$", whole, "", "unchecked")

    def _refuse_titles(self, claim: Stretch) -> None:
        """Report the numbers of titles inside a claim, which checks its words only."""
        for start, end in claim.titles if not self.unchecked else ():
            for numeral in numerals(self.without_terms(self.clean[start:end])):
                self.refuse(start + numeral.start, numeral.text, _TITLE_REMEDY)


def _unmarked(text: str) -> str:
    """Words without emphasis, brackets of links and backslashes."""
    return re.sub(r"\\(\W)|[*\[\]]|(?<!\w)_+|_+(?!\w)", r"\1", text)


def _without_notation(latex: str) -> str:
    """LaTeX with letters, subscripts, superscripts and commands blotted out, so that the 2 of `2e` is read as a numeral."""
    without = _NOTATION.sub(lambda match: _HIDDEN * len(match[0]), latex)
    return re.sub(r"[A-Za-z]", " ", without)
