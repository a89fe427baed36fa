"""quoted: whether a piece of code occurs in a snippet, token by token."""

import tokenize
from collections.abc import Set

from backprop_book.snippet import LAYOUT, readable

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
