"""foreign: numbers in characters that are none of the digits 0 to 9, which no check could read."""

import unicodedata
from collections.abc import Iterator

from backprop_book.digits.numeral import SUPERSCRIPTS

_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


def foreign(text: str) -> Iterator[int]:
    """Offsets of the characters of `text` that mean a number but are no plain digit: `½`, `７`, `Ⅶ`, `⑦`.

    Superscripts and subscripts are none of them: they raise a number or name a variable. Nor are letters of a script
    that writes numbers in words.
    """
    for offset, character in enumerate(text):
        plain = character.isascii() or character in SUPERSCRIPTS or character in _SUBSCRIPTS
        if not plain and unicodedata.category(character).startswith("N"):
            yield offset
