"""foreign: numbers in characters that are none of the digits 0 to 9, which no check could read."""

import re
import unicodedata
from collections.abc import Iterator

from backprop_book.digits.numeral import SUPERSCRIPTS

_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def foreign(text: str) -> Iterator[int]:
    """Offsets of the characters of `text` that mean a number but are no plain digit: `½`, `７`, `Ⅶ`, `⑦`.

    Superscripts and subscripts are none of them: they raise a number or name a variable. Nor are letters of a script
    that writes numbers in words.
    """
    for found in _BEYOND_ASCII.finditer(text):
        if (
            unicodedata.category(found[0]).startswith("N")
            and found[0] not in SUPERSCRIPTS
            and found[0] not in _SUBSCRIPTS
        ):
            yield found.start()
