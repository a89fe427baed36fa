"""gathered: what is found in the prose of one document."""

import re
from collections import Counter
from collections.abc import Iterable

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.count import Count
from backprop_book.chapter.question import read
from backprop_book.chapter.quoted import sought
from backprop_book.chapter.regions import Bare, Binding, Claim, Equation, Mention, Term, Waiver
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import Numeral, numerals
from backprop_book.expressions import ClaimExpression

_HIDDEN = "\ufffc"
FOREIGN_REMEDY = "write it in the digits 0 to 9"
REMEDY = "claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}"


class Gathered:
    """Collects regions, what is wrong, and how the numerals are covered."""

    def __init__(self, chapter: Chapter, unchecked: bool, is_built: bool) -> None:
        self.chapter = chapter
        self.unchecked = unchecked
        self.is_built = is_built
        self.clean = ""
        self.references: frozenset[str] = frozenset()
        self.claims: list[Claim] = []
        self.equations: list[Equation] = []
        self.mentions: list[Mention] = []
        self.waivers: list[Waiver] = []
        self.terms: list[Term] = []
        self.bare: list[Bare] = []
        self.bindings: list[Binding] = []
        self.troubles: list[Trouble] = []
        self.sought: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.size = 0
        terms = sorted((excuse.term for excuse in chapter.config.terms), key=len, reverse=True)
        patterns = (r"\s+".join(map(re.escape, term.split())) for term in terms)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if terms else None
        self._expressions: dict[str, ClaimExpression | Mistake] = {}
        self._by_words = {" ".join(term.split()): term for term in terms}

    def count(self) -> Count:
        """How the numerals are covered."""
        return Count(**self.counts)

    def read_expression(self, text: str) -> ClaimExpression | Mistake:
        """Parse an expression of the document, which may stand in it several times."""
        text = text.replace("\n", " ")
        if text not in self._expressions:
            self._expressions[text] = read(text)
        return self._expressions[text]

    def holder(self, code: str, stems: Iterable[str]) -> str | None:
        """The first of some snippets in which the code stands."""
        key = sought(code)
        self.sought.add(key)
        return next((stem for stem in stems if key and key in self.chapter.keys.get(stem, "")), None)

    def without_terms(self, visible: str) -> str:
        """The text with the terms of the configuration blotted out."""
        return self._terms.sub(lambda match: _HIDDEN * len(match[0]), visible) if self._terms else visible

    def find_terms(self, start: int, visible: str) -> None:
        """Note the terms of the configuration in a text that begins at `start`."""
        for match in self._terms.finditer(visible) if self._terms else ():
            term = self._by_words[" ".join(match[0].split())]
            self.terms.append(Term(start + match.start(), start + match.end(), term))
            self.counts["terms"] += len(numerals(match[0]))

    def nothing_covers(self, start: int, numeral: Numeral, remedy: str = REMEDY) -> None:
        """Note a number that nothing covers; without a remedy, it is a part of one that is refused as a whole."""
        at, end = start + numeral.start, start + numeral.end
        self.bare.append(Bare(at, end, self.clean[at:end]))
        self.counts["bare"] += 1
        if remedy and not self.unchecked:
            self.refuse(at, numeral.text, remedy)

    def refuse(self, at: int, text: str, remedy: str) -> None:
        """Note that a number is bare."""
        self.troubles.append(Trouble(at, "bare number", remedy, text, "", "unchecked"))

    def illegible(self, at: int, character: str) -> None:
        """Note that a number is written in a character that is no plain digit."""
        message = "no check can read this number"
        self.troubles.append(Trouble(at, message, FOREIGN_REMEDY, character, "", "unchecked"))

    def mistaken(self, start: int, expression: str, mistake: Mistake) -> None:
        """Note what is wrong with an expression that begins at `start`."""
        self.troubles.append(
            Trouble(start + mistake.offset, mistake.message, mistake.remedy, expression, "", "expression")
        )
