"""What the names at a place of a document refer to, and the collector of the regions found in its prose.

The modules that read prose look up names here and add to a `RegionCollector` what they find.
"""

import builtins
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass

from backprop_book.core.config import is_there
from backprop_book.core.expressions import ClaimExpression
from backprop_book.numbers import Numeral, numerals
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import (
    Bare,
    Binding,
    Claim,
    Count,
    Equation,
    Mention,
    Relation,
    Term,
    Waiver,
)
from backprop_book.scan.question import ask, read
from backprop_book.scan.question_model import ExpressionDiagnostic, Question
from backprop_book.scan.source import Diagnostic
from backprop_book.scan.tautology import BUILT_IN
from backprop_book.source import LAYOUT, readable

_SEPARATOR = "\0"
_HIDDEN = "\ufffc"
FOREIGN_REMEDY = "write it in the digits 0 to 9"
REMEDY = "claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}"


@dataclass(frozen=True, slots=True)
class Place:
    """What the names at a place of a document refer to."""

    listing: str | None
    """Stem of the listing above, or of the snippet that the notes explain."""
    statement: int | None = None
    """In a note, the index of the statement right after which claims are evaluated."""
    silent: bool = False
    """Whether the listing is missing or broken, which is reported elsewhere."""


def question(
    chapter: Chapter, place: Place, expression: str | ClaimExpression
) -> Question | ExpressionDiagnostic | None:
    """The question of an expression at a place, or what is wrong with the expression; None if its snippet is broken."""
    asked = ask(expression, place.listing, chapter.stems, place.statement, shared(chapter, place.listing))
    if isinstance(asked, ExpressionDiagnostic):
        return None if place.silent else asked
    if place.silent or any(part.snippet not in chapter.snippets for part in asked.parts):
        return None
    return asked


def unread(chapter: Chapter) -> bool:
    """Whether a snippet does not parse, so that code found in no other snippet may stand in it."""
    return len(chapter.snippets) < len(chapter.files)


def shared(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """Stems of snippets that are also names in the snippet `stem` and that it does not import, so that they are ambiguous there."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return frozenset()
    return chapter.stems.intersection((*snippet.module_names, *snippet.inner_names)) - snippet.imported_names


def knows(chapter: Chapter, stem: str | None, name: str) -> bool:
    """Whether a name is bound anywhere in the snippet `stem`, or built in."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return False
    return name in snippet.module_names or name in snippet.inner_names or hasattr(builtins, name)


def outside(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """Names of a snippet that come from outside the book: modules, names imported from them, and builtins."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return BUILT_IN
    imported = snippet.names_from_outside(chapter.stems) - chapter.stems
    return imported | (BUILT_IN - {*snippet.module_names, *snippet.inner_names})


def has(chapter: Chapter, path: str, *folders: str) -> bool:
    """Whether a path exists in one of the folders, each relative to the root."""
    for place in (f"{folder}/{path}" if folder else path for folder in folders):
        if place not in chapter.looked:
            chapter.looked[place] = is_there(chapter.config.root, place)
        if chapter.looked[place]:
            return True
    return False


def code_key(code: str, layout: Set[int] = LAYOUT) -> str:
    """The tokens of code as one string. The key of a piece of the code is a substring of it.

    Args:
        code: The code.
        layout: The kinds of tokens that are left out.
    """
    return f"{_SEPARATOR}{_SEPARATOR.join(readable(code, layout))}{_SEPARATOR}"


def quote_key(code: str) -> str:
    """The key of quoted code, which may end in `...`; empty if it has no tokens."""
    # Comments in a quote are compared: nothing else checks them.
    quoted = code.strip().removesuffix("...") if code.strip() != "..." else code
    found = code_key(quoted, LAYOUT - {tokenize.COMMENT})
    return found if found.strip(_SEPARATOR) else ""


class RegionCollector:
    """Collects the regions of one document's prose, what is wrong with it, and how its numerals are covered.

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
        self.claims: list[Claim] = []
        self.equations: list[Equation] = []
        self.mentions: list[Mention] = []
        self.waivers: list[Waiver] = []
        self.terms: list[Term] = []
        self.bare: list[Bare] = []
        self.bindings: list[Binding] = []
        self.relations: list[Relation] = []
        self.diagnostics: list[Diagnostic] = []
        self.sought: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.size = 0
        terms = sorted((excuse.term for excuse in chapter.config.terms), key=len, reverse=True)
        patterns = (r"\s+".join(map(re.escape, term.split())) for term in terms)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if terms else None
        self._by_words = {" ".join(term.split()): term for term in terms}
        self._expressions: dict[str, ClaimExpression | ExpressionDiagnostic] = {}

    def count(self) -> Count:
        """How the numerals are covered."""
        return Count(**self.counts)

    def read_expression(self, text: str) -> ClaimExpression | ExpressionDiagnostic:
        """Parse an expression of the document, which may stand in it several times."""
        text = text.replace("\n", " ")
        if text not in self._expressions:
            self._expressions[text] = read(text)
        return self._expressions[text]

    def holder(self, code: str, stems: Iterable[str]) -> str | None:
        """The first of some snippets that contain the code; None if none does."""
        key = quote_key(code)
        self.sought.add(key)
        return next((stem for stem in stems if key and key in self.chapter.keys.get(stem, "")), None)

    def without_terms(self, visible: str) -> str:
        """The text with the configured terms blotted out."""
        return self._terms.sub(lambda match: _HIDDEN * len(match[0]), visible) if self._terms else visible

    def find_terms(self, start: int, visible: str) -> None:
        """Add the configured terms in a text that begins at `start`."""
        for match in self._terms.finditer(visible) if self._terms else ():
            term = self._by_words[" ".join(match[0].split())]
            self.terms.append(Term(start + match.start(), start + match.end(), term))
            self.counts["terms"] += len(numerals(match[0]))

    def nothing_covers(self, start: int, numeral: Numeral, remedy: str = REMEDY) -> None:
        """Add a number that nothing covers. Without a remedy it is not reported, because it is part of something that is."""
        at, end = start + numeral.start, start + numeral.end
        self.bare.append(Bare(at, end, self.clean[at:end]))
        self.counts["bare"] += 1
        if remedy and not self.unchecked:
            self.refuse(at, numeral.text, remedy)

    def refuse(self, at: int, text: str, remedy: str) -> None:
        """Report a bare number."""
        self.diagnostics.append(Diagnostic(at, "bare number", remedy, text, "", "unchecked"))

    def illegible(self, at: int, character: str) -> None:
        """Report a number in a character other than the digits 0 to 9."""
        message = "no check can read this number"
        self.diagnostics.append(Diagnostic(at, message, FOREIGN_REMEDY, character, "", "unchecked"))

    def mistaken(self, start: int, expression: str, mistake: ExpressionDiagnostic) -> None:
        """Report a mistake in the expression that begins at `start`."""
        self.diagnostics.append(
            Diagnostic(start + mistake.offset, mistake.message, mistake.remedy, expression, "", "expression")
        )
