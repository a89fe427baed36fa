"""collector: collects what is found in the prose of one document: its regions, its problems, and how its numerals are covered."""

import re
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from backprop_book.core.expressions import ClaimExpression, ExpressionError, read
from backprop_book.core.problems import ProblemKind
from backprop_book.numbers import Numeral, numerals
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Bare, ConfiguredTerm, Count, Link
from backprop_book.scan.inline_parser import Span, spans
from backprop_book.scan.source import Diagnostic, TextRange
from backprop_book.scan.visible_text import Stretch

_R = TypeVar("_R", bound=TextRange)
_HIDDEN = "\ufffc"
FOREIGN_REMEDY = "write it in the digits 0 to 9"
REMEDY = "claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}"


_OFFSETS = frozenset({"start", "end", "words_start", "words_end", "expression_start", "snippet_start", "caption"})
"""Names of the fields of regions that are offsets."""


def _moved(region: _R, by: int) -> _R:
    """The region, so many characters further on."""
    values = {each.name: getattr(region, each.name) for each in fields(region)}
    changed = {name: value + by for name, value in values.items() if name in _OFFSETS}
    if isinstance(region, Link):
        changed["quotes"] = tuple(_moved(quote, by) for quote in region.quotes)
    return replace(region, **changed)


@dataclass(slots=True)
class Found:
    """The regions and the mistakes in some paragraphs of a document."""

    regions: list[TextRange] = field(default_factory=list)
    """Claims, equations and the like."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """The mistakes."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many numerals are covered by what."""
    words: int = 0
    """Number of words."""

    def add(self, other: "Found", by: int) -> None:
        """Add what was found in another paragraph, so many characters further on."""
        self.regions += [_moved(each, by) for each in other.regions] if by else other.regions
        self.diagnostics += [replace(each, offset=each.offset + by) for each in other.diagnostics]
        self.counts += other.counts
        self.words += other.words

    def of(self, kind: type[_R]) -> tuple[_R, ...]:
        """The regions of one kind, in the order of the text."""
        return tuple(sorted((each for each in self.regions if isinstance(each, kind)), key=lambda each: each.start))


class Collector:
    """Collects what is found in a document's prose.

    Args:
        chapter: The configuration, the snippets and the figure scripts.
        unchecked: Whether bare numbers and code spans are not reported.
        is_built: Whether the site shows the document, so that its formulas must convert.
    """

    def __init__(self, chapter: Chapter, unchecked: bool, is_built: bool) -> None:
        self.chapter = chapter
        self.unchecked = unchecked
        self.is_built = is_built
        self.clean = ""
        self.references: frozenset[str] = frozenset()
        self.found = Found()
        terms = sorted((excuse.term for excuse in chapter.config.terms), key=len, reverse=True)
        patterns = (r"\s+".join(map(re.escape, term.split())) for term in terms)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if terms else None
        self._by_words = {" ".join(term.split()): term for term in terms}
        self._expressions: dict[str, ClaimExpression] = {}

    def count(self) -> Count:
        """How the numerals are covered."""
        return Count(**self.found.counts)

    def diagnose(
        self, at: int, message: str, remedy: str, found: str = "", expected: str = "", kind: ProblemKind = "markup"
    ) -> None:
        """Report what is wrong at an offset; see `Diagnostic`."""
        self.found.diagnostics.append(Diagnostic(at, message, remedy, found, expected, kind))

    def cover(self, kind: str, text: str) -> None:
        """Count the numerals of a text, which are covered by this."""
        self.found.counts[kind] += len(numerals(text))

    def inner(self, span: Span) -> str:
        """The words of a claim or a waiver, the code or the formula."""
        return self.clean[span.inner_start : span.inner_end]

    def braces(self, span: Span) -> str:
        """The expression of a claim, or the reason of a waiver."""
        return self.clean[span.braces_start : span.braces_end]

    def stretch(self, start: int, end: int) -> Stretch:
        """Take a stretch of prose apart."""
        return Stretch(start, end, self.clean, *spans(self.clean, start, end, self.references))

    def read_expression(self, text: str) -> ClaimExpression:
        """Parse an expression of the document, which may stand in it several times.

        Raises:
            ExpressionError: It is none.
        """
        text = text.replace("\n", " ")
        if text not in self._expressions:
            self._expressions[text] = read(text)
        return self._expressions[text]

    def without_terms(self, visible: str) -> str:
        """The text with the configured terms blotted out."""
        return self._terms.sub(lambda match: _HIDDEN * len(match[0]), visible) if self._terms else visible

    def find_terms(self, start: int, visible: str) -> None:
        """Add the configured terms in a text that begins at `start`."""
        for match in self._terms.finditer(visible) if self._terms else ():
            term = self._by_words[" ".join(match[0].split())]
            self.found.regions.append(ConfiguredTerm(start + match.start(), start + match.end(), term))
            self.cover("terms", match[0])

    def nothing_covers(self, start: int, numeral: Numeral, remedy: str = REMEDY) -> None:
        """Add a number that nothing covers. Without a remedy it is not reported, because it is part of something that is."""
        at, end = start + numeral.start, start + numeral.end
        self.found.regions.append(Bare(at, end, self.clean[at:end]))
        self.found.counts["bare"] += 1
        if remedy and not self.unchecked:
            self.refuse(at, numeral.text, remedy)

    def refuse(self, at: int, text: str, remedy: str) -> None:
        """Report a bare number."""
        self.diagnose(at, "bare number", remedy, text, "", "unchecked")

    def illegible(self, at: int, character: str) -> None:
        """Report a number in a character other than the digits 0 to 9."""
        self.diagnose(at, "no check can read this number", FOREIGN_REMEDY, character, "", "unchecked")

    def mistaken(self, start: int, expression: str, mistake: ExpressionError) -> None:
        """Report a mistake in the expression that begins at `start`."""
        self.diagnose(start + mistake.offset, mistake.message, mistake.remedy, expression, "", "expression")
