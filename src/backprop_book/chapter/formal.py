"""formal: code spans and formulas among the words, gathered as what they were read as."""

import re
from collections.abc import Iterable

from backprop_book import formulas
from backprop_book.chapter.book import Place
from backprop_book.chapter.codes import Reading, read_code
from backprop_book.chapter.gathered import REMEDY, Gathered
from backprop_book.chapter.regions import Bare, Claim, Equation, Mention, Term
from backprop_book.chapter.span import Span
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import Equation as Arithmetic
from backprop_book.digits import equation, numerals
from backprop_book.snippet import Mismatch, anchor
from backprop_book.symbols import Symbols

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
