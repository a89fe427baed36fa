"""quoted: whether a piece of code occurs in a snippet, token by token."""

import contextlib
import io
import tokenize
from collections.abc import Set

_LAYOUT = frozenset((
    tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER, tokenize.ENCODING,
))  # fmt: skip
_SEPARATOR = "\0"


def key(code: str, layout: Set[int] = _LAYOUT) -> str:
    """The tokens of a piece of code in one string, in which the key of a part of it can be searched for."""
    found: list[str] = []
    # An open bracket, or a dedentation inside the piece, ends it: what was read before counts. Python 3.12 and later refuse
    # half of a surrogate pair.
    with contextlib.suppress(tokenize.TokenError, SyntaxError, UnicodeEncodeError):
        found.extend(
            token.string
            for token in tokenize.generate_tokens(io.StringIO(f"{code.strip()}\n").readline)
            if token.type not in layout and token.string.strip()
        )
    return f"{_SEPARATOR}{_SEPARATOR.join(found)}{_SEPARATOR}"


def sought(code: str) -> str:
    """What stands in the key of a snippet where the code does, white space and its comments aside; empty where nothing can.

    The code may end in `...`.
    """
    # A comment of its own would say something that nothing checks.
    found = key(code.strip().removesuffix("...") if code.strip() != "..." else code, _LAYOUT - {tokenize.COMMENT})
    return found if found.strip(_SEPARATOR) else ""
