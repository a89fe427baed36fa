"""Reads the prose of a document: claims, waivers, code spans, formulas, tables, and every numeral that none of them covers.

The scanner calls `Prose.read` for each paragraph, heading and table.
"""

import re
from collections.abc import Iterable

from backprop_book import formulas
from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.block_parser import Block
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.closeness import shifted
from backprop_book.chapter.codes import Reading, read_code
from backprop_book.chapter.context import REMEDY, Gathered, Place, knows, outside, question, unread
from backprop_book.chapter.document import Bare, Binding, Claim, Equation, Mention, Term, Waiver
from backprop_book.chapter.inline_parser import Span, entities, spans
from backprop_book.chapter.neighbours import read_neighbours
from backprop_book.chapter.source import Said, Trouble
from backprop_book.chapter.tables import _EMPHASIS, Cell, Table, _asks_itself, content, fill, table
from backprop_book.chapter.tautology import tautology
from backprop_book.chapter.visible_text import (
    Shown,
    Torn,
    Unfinished,
    blotted,
    shown,
    titles,
    torn,
    unfinished,
    unreadable,
)
from backprop_book.digits import Equation as Arithmetic
from backprop_book.digits import equation, foreign, numerals
from backprop_book.snippet import Mismatch, anchor
from backprop_book.symbols import Symbols

TITLE_REMEDY = "say it in the text, where it can be claimed"


def read_said(into: Gathered, said: Iterable[Said]) -> None:
    """Read the words of the front matter and of titles of fences: no claim can stand there, so they repeat what one of the page says."""
    if into.unchecked:
        return
    texts = [claim.words for claim in into.claims] + [found.text for found in into.equations]
    texts += [term.text for term in into.terms]
    texts += [into.clean[waiver.words_start : waiver.words_end] for waiver in into.waivers]
    covered = {(numeral.value, numeral.percent) for text in texts for numeral in numerals(text)}
    for each in said:
        for numeral in numerals(into.without_terms(each.text)):
            if (numeral.value, numeral.percent) not in covered:
                at = max(into.clean.find(numeral.text, each.start, each.end), each.start)
                message = f"nothing on this page checks this number of the {each.name}"
                remedy = "claim it on the page, too, or leave it out here"
                into.troubles.append(Trouble(at, message, remedy, numeral.text, "", "unchecked"))
        for offset in foreign(each.text):
            character = each.text[offset]
            at = max(into.clean.find(character, each.start, each.end), each.start)
            into.illegible(at, character)


def read_title(into: Gathered, start: int, end: int) -> None:
    """Read words that are shown or read out although they stand in no text, where nothing can be claimed."""
    for numeral in numerals(into.without_terms(into.clean[start:end])):
        into.nothing_covers(start, numeral, TITLE_REMEDY)
    _unread(into, shown(into.clean, start, end, entities(into.clean, start, end)))


def read_unprinted(into: Gathered, found: tuple[Span, ...]) -> None:
    """Read what a link, an image or an element says to those who hover over it or hear it: these are words, too."""
    for start, end in titles(into.clean, found):
        read_title(into, start, end)
    for span in found:
        # A waiver excuses all that stands between its brackets.
        if span.kind == "tied" and not into.clean.startswith("#", span.tail_start):
            read_beside(into, span.inner)


def read_beside(into: Gathered, inner: tuple[Span, ...]) -> None:
    """Refuse the numbers of titles inside a claim, which compares its words alone."""
    for start, end in titles(into.clean, inner) if not into.unchecked else ():
        for numeral in numerals(into.without_terms(into.clean[start:end])):
            into.refuse(start + numeral.start, numeral.text, TITLE_REMEDY)


def read_as_shown(into: Gathered, start: int, end: int, found: tuple[Span, ...]) -> tuple[Torn, ...]:
    """Refuse numbers that no check reads as a reader does, in the words of claims, too."""
    if into.unchecked:
        return ()
    seen = shown(into.clean, start, end, found)
    _unread(into, seen)
    waived = [
        (span.start, span.end) for span in found if span.kind == "tied" and into.clean.startswith("#", span.tail_start)
    ]
    parted = tuple(
        each
        for each in torn(into.clean, seen)
        if not any(begin <= each.start and each.end <= stop for begin, stop in waived)
    )
    for each in parted:
        written = into.clean[each.start : each.end]
        message = "markup splits this number, so it is not read as it is shown"
        remedy = f"write {each.text} without markup inside it"
        into.troubles.append(Trouble(each.start, message, remedy, written, each.text, "unchecked"))
    return parted


def _unread(into: Gathered, seen: Shown) -> None:
    """Refuse numbers that are written in other characters than the digits."""
    if not into.unchecked:
        for offset, character in unreadable(seen):
            into.illegible(offset, character)


_SHIFTED = r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}\\])"
_NOTATION = re.compile(rf"{_SHIFTED}|\\[A-Za-z]+|\\\\\[[^\]\n]*\]")
_WORDS = re.compile(rf"{_SHIFTED}|\\(?:text|mathrm|mbox)[a-z]*\s*\{{([^{{}}]*)\}}")
CODE_REMEDY = "name something of the listing, quote its code, or waive it: "
_HIDDEN = "\ufffc"
_PLAIN = Symbols()
_ELEMENT = re.compile(r"<(?:span|div)\s[^>]*\barithmatex\b", re.IGNORECASE)
"""What the site makes of a formula, before it converts it."""


def read_code_span(into: Gathered, span: Span, place: Place) -> None:
    """Read a code span."""
    text = into.clean[span.inner_start : span.inner_end]
    if into.unchecked:
        _unlooked(into, span, place, text)
        return
    reading = read_code(into, place, span)
    if reading.trouble is not None:
        into.troubles.append(reading.trouble)
    match reading.region:
        case Claim(words=words) as claim:
            into.claims.append(claim)
            into.counts["claims"] += len(numerals(words))
        case Equation() as found:
            into.equations.append(found)
            into.counts["equations"] += len(numerals(text))
        case Mention() as mention:
            into.mentions.append(mention)
        case Term() as term:
            into.terms.append(term)
            into.counts["terms"] += len(numerals(text))
        case Bare() as bare:
            _bare_code(into, bare, place)


def _unlooked(into: Gathered, span: Span, place: Place, text: str) -> None:
    """On a page that is not looked at, only arithmetic and claims are."""
    found = equation(text.replace("\n", " "), math=False)
    reading = Reading() if found is None else read_code(into, place, span)
    if reading.trouble is not None and reading.trouble.kind == "equation":
        # That a name is not known here says nothing, but what comes out wrong is wrong anywhere.
        into.troubles.append(reading.trouble)
    region = reading.region
    if isinstance(region, Equation):
        into.equations.append(region)
        into.counts["equations"] += len(numerals(text))
    elif isinstance(region, Claim):
        into.claims.append(region)
        into.counts["claims"] += len(numerals(region.words))
    else:
        into.counts["bare"] += len(numerals(text))


def _bare_code(into: Gathered, bare: Bare, place: Place) -> None:
    into.bare.append(bare)
    found = numerals(bare.text)
    into.counts["bare"] += len(found)
    if found and all(not character.isalpha() for character in bare.text):
        into.troubles.append(Trouble(bare.start, "bare number", REMEDY, bare.text, "", "unchecked"))
    else:
        above = "" if place.listing is not None or place.silent else ": there is no listing above"
        remedy = f"{CODE_REMEDY}[`{bare.text}`]{{# reason}}"
        # Code that nothing checks is often a quote that the listing has left behind.
        snippet = into.chapter.snippets.get(place.listing or "")
        near = None if snippet is None else anchor(snippet, bare.text)
        expected = near.places if isinstance(near, Mismatch) else ""
        into.troubles.append(
            Trouble(bare.start, f"nothing checks this code{above}", remedy, bare.text, expected, "unchecked")
        )


def read_formula(into: Gathered, span: Span) -> None:
    """Read a formula."""
    start, end = span.inner_start, span.inner_end
    text = into.clean[start:end]
    found = equation(text, math=True)
    notation = without_notation(text)
    if isinstance(found, Arithmetic):
        into.equations.append(Equation(start, end, text, math=True))
        into.counts["equations"] += len(numerals(notation))
        return
    for numeral in numerals(notation):
        into.nothing_covers(start, numeral)
    for words in _WORDS.finditer(text):  # with letters blotted out, numbers in words are not seen
        for numeral in numerals(words[1] or ""):
            if numeral.word:
                into.nothing_covers(start + words.start(1), numeral)


def check_formulas(into: Gathered, spans: Iterable[Span]) -> None:
    """Note which formulas cannot be shown: they are converted as where the site is built."""
    if not into.is_built:
        return
    for span in spans:
        if span.kind == "tied":
            check_formulas(into, span.inner)
        elif span.kind == "math":
            latex = into.clean[span.inner_start : span.inner_end]
            block = into.clean.startswith(("$$", "\\[", "\\b"), span.start)
            try:
                formulas.mathml(latex, block=block, symbols=_PLAIN)
            except formulas.BadMathError as error:
                message = f"this formula cannot be shown: {error}"
                into.troubles.append(Trouble(span.inner_start, message, formulas.REMEDY, latex))


def check_elements(into: Gathered, found: Iterable[Span]) -> None:
    """Refuse elements of HTML that the site would take for formulas, though no scan reads them as such."""
    for span in (inner for each in found for inner in (each, *each.inner)) if into.is_built else ():
        if span.kind == "hidden" and _ELEMENT.match(into.clean, span.start, span.end):
            shown = into.clean[span.start : span.end]
            message, remedy = "this element stands for a formula, and nothing checks it", "write the formula in $...$"
            into.troubles.append(Trouble(span.start, message, remedy, shown, "", "unchecked"))


def without_notation(latex: str) -> str:
    """LaTeX with its subscripts, superscripts and commands blotted out: they are notation."""
    # So are letters, or the coefficient in `2e` would pass for a part of a name.
    without = _NOTATION.sub(lambda match: _HIDDEN * len(match[0]), latex)
    return re.sub(r"[A-Za-z]", " ", without)


def read_tied(into: Gathered, span: Span, place: Place, claimed: bool = False) -> None:
    """`[words]{...}`: a waiver or a claim.

    Args:
        into: Where it is noted.
        span: Its place.
        place: What it speaks of.
        claimed: Whether words that stand alone here are a claim, so that a waiver of any words excuses something.
    """
    tail = into.clean[span.tail_start : span.tail_end]
    words = into.clean[span.inner_start : span.inner_end]
    shown = into.clean[span.start : span.end]
    if tail.startswith("#"):
        _waive(into, span, place, tail, words, shown, claimed)
    elif not tail:
        remedy = "write an expression, or # and a reason"
        into.troubles.append(
            Trouble(span.start, "nothing stands between these braces", remedy, shown, "", "expression")
        )
    elif not words.strip():
        remedy = "write the words that the expression is to check"
        into.troubles.append(
            Trouble(span.start, "nothing stands between these brackets", remedy, shown, "", "expression")
        )
    elif trouble := unfailing(into.chapter, place, span.tail_start, tail):
        into.troubles.append(trouble)
    else:
        into.counts["claims"] += len(numerals(words))
        _claim(into, span, place, tail)


def unfailing(chapter: Chapter, place: Place, at: int, expression: str) -> Trouble | None:
    """What is wrong with the expression of a claim if no run could make it fail.

    Args:
        chapter: The chapter.
        place: What the claim speaks of.
        at: Where the expression stands.
        expression: It, as written.
    """
    found = tautology(expression.replace("\n", " "), outside(chapter, place.listing))
    return None if found is None else Trouble(at, found.message, found.remedy, found.found, "", "expression")


def _claim(into: Gathered, span: Span, place: Place, tail: str) -> None:
    expression = tail.replace("\n", " ")
    asked = question(into.chapter, place, expression)
    if isinstance(asked, Mistake):
        into.mistaken(span.tail_start, expression, asked)
    elif asked is not None:
        larger = shifted(expression)
        control = question(into.chapter, place, larger) if larger else None
        into.claims.append(
            Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                  into.clean[span.inner_start : span.inner_end], span.tail_start, expression,
                  asked.parts[0].snippet if place.listing is None else place.listing, asked,
                  None if isinstance(control, Mistake) else control)
        )  # fmt: skip


def _waive(into: Gathered, span: Span, place: Place, tail: str, words: str, shown: str, claimed: bool) -> None:
    reason = tail[1:]
    if reason.strip() and not reason[0].isspace():
        remedy = "write a space after the #, and the reason"
        into.troubles.append(
            Trouble(span.tail_start, "a waiver needs a space and a reason after its #", remedy, shown, "", "waiver")
        )
    elif not reason.strip():
        remedy = "say after the # why nothing can check these words"
        into.troubles.append(Trouble(span.tail_start, "this waiver has no reason", remedy, shown, "", "waiver"))
    elif not claimed and not _excuses(into, span, place):
        remedy = "remove the brackets and the braces"
        into.troubles.append(Trouble(span.start, "this waiver excuses nothing", remedy, shown, "", "waiver"))
    else:
        into.waivers.append(Waiver(span.start, span.end, span.inner_start, span.inner_end, " ".join(reason.split())))
    into.counts["waived"] += len(numerals(words))


def _excuses(into: Gathered, span: Span, place: Place) -> bool:
    """Whether the words of a waiver hold anything that would be bare."""
    if place.silent:
        return True
    visible = blotted(into.clean, span.inner_start, span.inner_end, span.inner)
    said = [visible, *(into.clean[start:end] for start, end in titles(into.clean, span.inner))]
    if any(numerals(into.without_terms(words)) for words in said):
        return True
    for inner in span.inner:
        text = into.clean[inner.inner_start : inner.inner_end]
        if inner.kind == "math" and equation(text, math=True) is None and numerals(without_notation(text)):
            return True
        if inner.kind == "code":
            region = read_code(into, place, inner).region
            if isinstance(region, Bare) or (region is None and unread(into.chapter)):
                return True
            if isinstance(region, Mention) and region.question is not None:
                name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                if not knows(into.chapter, region.listing, name):
                    return True
    return False


_COLUMNS = 64
"""How many cells a row may have for `cell[k]` to be checked in the header already."""


def cell_spans(into: Gathered, cell: Cell) -> tuple[Span, ...]:
    """The elements of a cell."""
    return spans(into.clean, cell.start, cell.end, into.references)[0]


def binding_of(into: Gathered, cell: Cell) -> Binding | None:
    """The expression that a header cell binds its column to: the cell holds nothing but `[words]{expression}`."""
    tied = [span for span in cell_spans(into, cell) if span.kind == "tied"]
    if len(tied) != 1:
        return None
    (span,) = tied
    expression = into.clean[span.tail_start : span.tail_end]
    around = into.clean[cell.start : span.start] + into.clean[span.end : cell.end]
    if around.strip(_EMPHASIS) or not expression or expression.startswith("#"):
        return None
    return Binding(span.start, span.end, span.inner_start, span.inner_end, span.tail_start, expression)


def is_wrong(into: Gathered, binding: Binding, column: int, place: Place) -> bool:
    """Whether the expression of a bound column asks nothing, whatever its rows hold."""
    if trouble := unfailing(into.chapter, place, binding.expression_start, binding.expression):
        into.troubles.append(trouble)
        return True
    if _asks_itself(binding.expression, column):
        message, remedy = "this column is compared with itself", "name what in the run it is, or read cells to its left"
        into.troubles.append(Trouble(binding.expression_start, message, remedy, binding.expression, "", "expression"))
        return True
    # `row` and `cell[k]` are no names of a run: constants stand in for them until a row fills them in.
    asked = question(into.chapter, place, fill(binding.expression, 0, (0,) * _COLUMNS))
    if isinstance(asked, Mistake):
        into.mistaken(binding.expression_start, binding.expression, asked)
    return not asked or isinstance(asked, Mistake)


def read_cell(
    into: Gathered, cell: Cell, binding: Binding, row: int, contents: tuple[str | int | float, ...], place: Place
) -> None:
    """Read a cell of a bound column as a claim."""
    if cell.start == cell.end:
        remedy = "state the value, or waive the cell: [–]{# reason}"
        into.troubles.append(
            Trouble(
                cell.start,
                f"this cell of the bound column `{binding.expression}` is empty",
                remedy,
                "",
                "",
                "value",
            )
        )
        return
    expression = fill(binding.expression, row, contents)
    asked = question(into.chapter, place, expression)
    if isinstance(asked, Mistake):
        into.mistaken(binding.expression_start, expression, asked)
        return
    assert asked is not None, "a row adds no names, and the header speaks of no broken snippet"
    into.claims.append(
        Claim(cell.start, cell.end, "cell", cell.start, cell.end, into.clean[cell.start : cell.end],
              binding.expression_start, expression, place.listing or asked.parts[0].snippet, asked)
    )  # fmt: skip


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
