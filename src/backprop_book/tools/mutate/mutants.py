"""mutants: what a document would say if one thing in it were wrong.

A digit or a number of what is stated is another one, a boolean claim says the opposite, a quoted or mentioned name has another
letter. Words, expressions and code that nothing promises to check stay as they are.
"""

import builtins
import keyword
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from backprop_book.core.expressions import negated
from backprop_book.core.model import Data
from backprop_book.core.problems import Problem
from backprop_book.numbers import Numeral, numerals, restate
from backprop_book.numbers.equations import left_open
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Claim, Document, Equation, Mention, Output
from backprop_book.verify.verdict import Verdict, regions

MutantKind = Literal["digit", "number", "negation", "quote", "name"]
MUTANT_KINDS: tuple[MutantKind, ...] = ("digit", "number", "negation", "quote", "name")
"""Kinds of changes: one digit; a number by one unit of its last digit; a boolean expression to its opposite; a name in a
quote of a heading; a name that is mentioned."""
_DIGITS = "0123456789"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_RARE = "qzxjkv"
"""Letters that make a name which hardly anything has."""
_NAME = re.compile(r"""[A-Za-z]{0,2}(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<!\w)(?P<name>[^\W\d]\w*)""")
_MESSAGES: Mapping[MutantKind, tuple[str, str]] = MappingProxyType({
    "digit": ("nothing notices when this digit is another one", "claim the number with an expression that gives it"),
    "number": ("nothing notices when this number is another one", "claim the number with an expression that gives it"),
    "negation": ("nothing notices when this claim is the opposite", "claim something that the run can contradict"),
    "quote": ("nothing notices when this name in a quote is another one", "quote more of the statement"),
    "name": ("nothing notices when this name is another one", "mention it whole, as the listing names it"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one document."""

    path: str
    """The document."""
    kind: MutantKind
    """The kind of change."""
    start: int
    """Start of what goes, as an offset of the document."""
    end: int
    """End of what goes."""
    text: str
    """The replacement."""
    found: str
    """The number, the expression or the name that a reader sees change."""
    becomes: str
    """The same after the change."""

    def problem(self, document: Document) -> Problem:
        """The problem of a change that no check notices."""
        message, remedy = _MESSAGES[self.kind]
        expected = f"a check that fails with {self.becomes}"
        return document.source.problem(
            self.start, message, found=self.found, expected=expected, remedy=remedy, kind="mutant"
        )


def mutants(chapter: Chapter, document: Document, verdicts: Iterable[Verdict] = ()) -> tuple[Mutant, ...]:
    """All mutants of a document, in the order of place.

    Args:
        chapter: The chapter, whose names a changed name must not become.
        document: The document.
        verdicts: The verdicts on it: only a claim whose answer is a boolean can be turned around. Without them, no claim has
            such an answer.
    """
    maker = _Maker(document, frozenset(_known(chapter)))
    found: dict[tuple[int, int, str], Mutant] = {}
    data = {
        verdict.region.start: verdict.answer.value.data
        for verdict in verdicts
        if verdict.answer is not None and verdict.answer.value is not None
    }
    for region in regions(document):
        match region:
            case Claim():
                made = maker.claim(region, data.get(region.start))
            case Equation():
                made = maker.equation(region)
            case Output():
                made = maker.arithmetic(region.text_start, region.text_end)
            case _:
                made = maker.mention(region)
        for mutant in made:
            found.setdefault(_change(document.source.text, mutant), mutant)
    for note in document.notes:
        for quote in note.quotes:
            for mutant in maker.names("quote", quote.start, quote.text):
                found.setdefault(_change(document.source.text, mutant), mutant)
    for link in document.links:
        quoted = ((link.snippet_start, link.snippet), *((quote.start, quote.text) for quote in link.quotes))
        for start, code in quoted:
            for mutant in maker.names("quote", start, code):
                found.setdefault(_change(document.source.text, mutant), mutant)
    return tuple(sorted(found.values(), key=lambda mutant: (mutant.start, mutant.end)))


class _Maker:
    """Makes the mutants of one document."""

    def __init__(self, document: Document, known: frozenset[str]) -> None:
        self._text = document.source.text
        self._path = document.source.path
        self._bindings = {binding.expression_start: binding.expression for binding in document.bindings}
        self._known = known

    def claim(self, claim: Claim, data: Data) -> Iterator[Mutant]:
        """The digits and numbers of the words, and the opposite of a boolean."""
        yield from self._digits(claim.words_start, claim.words_end)
        for numeral in numerals(claim.words):
            if not numeral.compound:
                begin, end = claim.words_start + numeral.start, claim.words_start + numeral.end
                yield self._made("number", begin, end, _next(numeral))
        if isinstance(data, bool) and claim.form == "span":
            yield self._made("negation", claim.words_start, claim.words_end, str(not data))
        elif isinstance(data, bool):
            begin = claim.expression_start
            # A cell asks what the header of its column says, with its row filled in.
            expression = self._bindings.get(begin, claim.expression.text)
            yield self._made("negation", begin, begin + len(expression), negated(expression))

    def equation(self, region: Equation) -> Iterator[Mutant]:
        """The digits and numbers of an equation, except for those that mathematics leaves open."""
        stretches = [(region.start + begin, region.start + end) for begin, end in left_open(region.text, region.math)]
        for mutant in self.arithmetic(region.start, region.end):
            if not any(begin <= mutant.start < end for begin, end in stretches):
                yield mutant

    def arithmetic(self, start: int, end: int) -> Iterator[Mutant]:
        """The digits and numbers of a stretch."""
        yield from self._digits(start, end)
        for found in _NUMBER.finditer(self._text, start, end):
            yield self._made("number", found.start(), found.end(), one_more(found[0]))

    def mention(self, mention: Mention) -> Iterator[Mutant]:
        """The names in quoted code; of a name that is looked up in the run, not those in the arguments of its call."""
        made = list(self.names("name", mention.start, mention.text))
        yield from made[: len(_names(mention.name))] if mention.name else made

    def names(self, kind: MutantKind, start: int, code: str) -> Iterator[Mutant]:
        """Each name of a piece of code with another letter."""
        for place, name in _names(code):
            begin = start + place
            yield self._made(kind, begin, begin + len(name), self._other(name))

    def _made(self, kind: MutantKind, start: int, end: int, text: str) -> Mutant:
        found = self._text[start:end]
        return Mutant(self._path, kind, start, end, text, " ".join(found.split()), " ".join(text.split()))

    def _digits(self, start: int, end: int) -> Iterator[Mutant]:
        """Each digit, shown within its number."""
        for offset in range(start, end):
            if self._text[offset] in _DIGITS:
                digit = str((int(self._text[offset]) + 1) % 10)
                begin, stop = self._around(offset, start, end)
                found = self._text[begin:stop]
                becomes = f"{self._text[begin:offset]}{digit}{self._text[offset + 1 : stop]}"
                yield Mutant(self._path, "digit", offset, offset + 1, digit, found, becomes)

    def _around(self, offset: int, start: int, end: int) -> tuple[int, int]:
        """The number that a digit belongs to."""
        begin = stop = offset
        while begin > start and self._text[begin - 1] in "0123456789.,":
            begin -= 1
        while stop < end and self._text[stop] in "0123456789.,":
            stop += 1
        while self._text[stop - 1] in ".,":
            stop -= 1
        return begin, stop

    def _other(self, name: str) -> str:
        """The name with its last letter changed, so that it is no name that anything has."""
        place = max((n for n, character in enumerate(name) if character in string.ascii_letters), default=None)
        if place is None:  # only underscores, digits or letters of other alphabets
            return f"{name}{_RARE[0]}"
        letters = _RARE.upper() if name[place].isupper() else _RARE
        others = (f"{name[:place]}{letter}{name[place + 1 :]}" for letter in letters if letter != name[place])
        return next((other for other in others if other not in self._known), f"{name}{_RARE}")


def _change(text: str, mutant: Mutant) -> tuple[int, int, str]:
    """The smallest replacement that makes the same document, by which equal mutants are found."""
    start, end, new = mutant.start, mutant.end, mutant.text
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while start < end and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return start, end, new


def _next(numeral: Numeral) -> str:
    value = Fraction(numeral.value) + Fraction(numeral.unit)
    return restate(numeral, value / 100 if numeral.percent else value)


def one_more(number: str) -> str:
    """Digits, perhaps with a point among them, one unit of the last higher: 0.2 for 0.1."""
    whole, point, fraction = number.partition(".")
    digits = str(int(whole + fraction) + 1).rjust(len(whole + fraction), "0")
    return f"{digits[: len(digits) - len(fraction)]}{point}{digits[len(digits) - len(fraction) :]}"


def _names(code: str) -> list[tuple[int, str]]:
    """The names in a piece of code, which need not be whole, each with its place; none in its strings."""
    return [
        (found.start(), found[0])
        for found in _NAME.finditer(code)
        if found["name"] and not keyword.iskeyword(found["name"])
    ]


def _known(chapter: Chapter) -> Iterator[str]:
    """Every name that a snippet writes, and the built-in ones."""
    yield from (*dir(builtins), *keyword.kwlist, *sorted(chapter.stems), "np", "series")
    for snippet in chapter.snippets.values():
        yield from re.findall(r"\w+", snippet.text)
