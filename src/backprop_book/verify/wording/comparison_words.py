"""comparison_words: words and signs of comparison, such as "more than" and "≤", with the comparison that each expresses.

All modules that read such words import them from here: a word that one of them did not know would let a false sentence through.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from backprop_book.numbers import Numeral, numerals


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with a number."""

    is_up: bool
    """Whether the other side is larger."""
    is_strict: bool
    """Whether it is not equal, either."""

    def denied(self) -> "Comparison":
        """Return the negation."""
        return Comparison(not self.is_up, not self.is_strict)

    def follows_from(self, other: "Comparison") -> bool:
        """Whether this holds where the other one does."""
        return self.is_up is other.is_up and (other.is_strict or not self.is_strict)

    def symbol(self) -> str:
        """Return the comparison as a Python operator."""
        return f"{'>' if self.is_up else '<'}{'' if self.is_strict else '='}"


_ABOVE, _BELOW, _AT_LEAST, _AT_MOST = (
    Comparison(True, True),
    Comparison(False, True),
    Comparison(True, False),
    Comparison(False, False),
)
_MORE = ("more", "greater", "larger", "bigger", "higher", "longer", "wider", "taller", "later")
_LESS = ("less", "fewer", "lower", "smaller", "shorter", "narrower", "earlier")
_OVER = ("over", "above", "beyond", "exceed", "exceeds", "exceeded", "exceeding", "surpass", "surpasses", "surpassed")
_UNDER = ("under", "below", "beneath")

BEFORE: Mapping[str, Comparison] = MappingProxyType({
    **dict.fromkeys((*(f"{word} than" for word in _MORE), *_OVER, "in excess of"), _ABOVE),
    **dict.fromkeys((*(f"{word} than" for word in _LESS), *_UNDER, "short of"), _BELOW),
    **dict.fromkeys(("at most", "up to"), _AT_MOST),
    "at least": _AT_LEAST,
})  # fmt: skip
"""Words before a number."""
SIGNS: Mapping[str, Comparison] = MappingProxyType(
    {">": _ABOVE, "<": _BELOW, "≥": _AT_LEAST, "≤": _AT_MOST, ">=": _AT_LEAST, "<=": _AT_MOST}
)
"""Signs before a number."""
BEHIND: Mapping[str, Comparison] = MappingProxyType({
    **dict.fromkeys((*(f"{link} {word}" for word in (*_MORE, "above", "over") for link in ("or", "and")), "at least"), _AT_LEAST),
    **dict.fromkeys((*(f"{link} {word}" for word in (*_LESS, "below", "under") for link in ("or", "and")), "at most"), _AT_MOST),
})  # fmt: skip
"""Words behind a number."""
SIGNS_BEHIND: Mapping[str, Comparison] = MappingProxyType(
    {sign: Comparison(not order.is_up, order.is_strict) for sign, order in SIGNS.items()}
)
"""Signs behind a number: `0.5 < loss` says that the loss is above it."""
POWERS = r"(?: (?:squared|cubed) (?! \w | \s+ \w{3,}s\b ) | halves (?= \s*[^\w\s] | \s+of\b | \s*\Z ) )"
"""A verbose pattern of what makes another number of the one before it. Four squared errors are four; what halves something is a verb."""
DENIED = r"""
    (?: (?<!\w) (?:no(?!\.)|not|none|never|neither|nor|nowhere|cannot|hardly|rarely) | n['’]t ) (?! \s+ (?:only|just|merely) )
    (?: \s [^.,;:!?()–—]* )? \s
"""
"""A verbose pattern of what denies that which ends its clause."""
NEARBY = 120
"""Characters before a number in which such words are looked for, so that long texts take no longer."""
ABOUT = r"(?: (?:about|around|roughly|approximately|quite|exactly|precisely|even) \s+ )?"
"""A verbose pattern of what may stand between such words and their number: more than about two, not quite two."""
CLAUSE_END = re.compile(r"[*_]*\s*(?:[.,;:!?)]|\Z|\n\s*\n)")
WORDS = frozenset((*_MORE, *_LESS, *_OVER, *_UNDER, "than", "least", "most", "up", "excess", "short"))
"""The single words that make all these compare."""
UNSEEN = "\x1f"
"""Stands for a character of markup. It counts as white space, and is none that anybody writes."""
_ZERO = re.compile(r"(?<![\w-])zero(?![\w-])", re.IGNORECASE)
_MARKUP = re.compile(r"[*~^`\[]+|==+|(?<!\w)_+|_+(?!\w)|</?[A-Za-z][^<>]*>|&#?\w+;")


def any_of(phrases: Iterable[str]) -> str:
    """A verbose pattern of such words, which may stand on several lines; of `>` and `>=`, the longer one is found."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)


def order_of(said: str, known: Mapping[str, Comparison]) -> Comparison:
    """What one of the known words says, as it stands in a text."""
    return known[" ".join(said.lower().split())]


def stated_numbers(words: str) -> tuple[Numeral, ...]:
    """The numbers in the words of a boolean claim. Unlike elsewhere in prose, "zero" is one."""
    zeros = (Numeral(*found.span(), found[0], Decimal(0), Decimal(1), word=True) for found in _ZERO.finditer(words))
    return tuple(sorted((*numerals(words), *zeros), key=lambda numeral: numeral.start))


def unmarked(words: str) -> str:
    """Words with `UNSEEN` for what marks them up, and for what is left of an entity behind its character, so that all keep their places."""
    return _MARKUP.sub(lambda found: _seen(found[0]).ljust(len(found[0]), UNSEEN), words)


def _seen(markup: str) -> str:
    return html.unescape(markup) if markup.startswith("&") else ""
