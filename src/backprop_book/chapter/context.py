"""What the names at a place of a document refer to, and the collector of the regions found in its prose.

The modules that read prose look up names here and add to a `Gathered` what they find.
"""

import builtins
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass

from backprop_book.chapter.asked import Mistake, Question
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.document import (
    Bare,
    Binding,
    Claim,
    Count,
    Equation,
    Mention,
    Term,
    Waiver,
)
from backprop_book.chapter.question import ask
from backprop_book.chapter.source import Trouble
from backprop_book.chapter.tautology import BUILT_IN
from backprop_book.config import is_there
from backprop_book.digits import Numeral, numerals
from backprop_book.snippet import LAYOUT, readable


@dataclass(frozen=True, slots=True)
class Place:
    """What a place of a document speaks of."""

    listing: str | None
    """Stem of the listing above it, or of the snippet whose notes these are."""
    statement: int | None = None
    """In a note, the statement right after which names are read."""
    silent: bool = False
    """Whether what is spoken of is broken, which is reported elsewhere."""


def question(chapter: Chapter, place: Place, expression: str) -> Question | Mistake | None:
    """What an expression asks at a place; None if it speaks of a snippet that is broken."""
    asked = ask(expression, place.listing, chapter.stems, place.statement, shared(chapter, place.listing))
    if isinstance(asked, Mistake):
        return None if place.silent else asked
    if place.silent or any(part.snippet not in chapter.snippets for part in asked.parts):
        return None
    return asked


def unread(chapter: Chapter) -> bool:
    """Whether a snippet does not parse, so that nobody knows which code stands in it; that is reported where it stands."""
    return len(chapter.snippets) < len(chapter.files)


def shared(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """The stems of snippets that are names in a snippet, too; there, only its own imports of them are clear."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return frozenset()
    return chapter.stems.intersection((*snippet.module_names, *snippet.inner_names)) - snippet.imported_names


def knows(chapter: Chapter, stem: str | None, name: str) -> bool:
    """Whether a plain name is bound anywhere in a snippet, or built in."""
    snippet = chapter.snippets.get(stem or "")
    if snippet is None:
        return False
    return name in snippet.module_names or name in snippet.inner_names or hasattr(builtins, name)


def outside(chapter: Chapter, stem: str | None) -> frozenset[str]:
    """Names that a snippet has from outside of the book alone: modules, what it imports from them, and what is built in."""
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


_SEPARATOR = "\0"


def key(code: str, layout: Set[int] = LAYOUT) -> str:
    """The tokens of a piece of code in one string, in which the key of a part of it can be searched for."""
    return f"{_SEPARATOR}{_SEPARATOR.join(readable(code, layout))}{_SEPARATOR}"


def sought(code: str) -> str:
    """What stands in the key of a snippet where the code does, white space and its comments aside; empty where nothing can.

    The code may end in `...`.
    """
    # A comment of its own would say something that nothing checks.
    found = key(code.strip().removesuffix("...") if code.strip() != "..." else code, LAYOUT - {tokenize.COMMENT})
    return found if found.strip(_SEPARATOR) else ""


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
        self._by_words = {" ".join(term.split()): term for term in terms}

    def count(self) -> Count:
        """How the numerals are covered."""
        return Count(**self.counts)

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
