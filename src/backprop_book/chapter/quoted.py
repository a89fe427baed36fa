"""quoted: whether a piece of code occurs in a snippet, token by token."""

import contextlib
import io
import tokenize
from collections.abc import Mapping, Set

_LAYOUT = frozenset((
    tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER, tokenize.ENCODING,
))  # fmt: skip
_SEPARATOR = "\0"


def key(code: str, layout: Set[int] = _LAYOUT) -> str:
    """The tokens of a piece of code in one string, in which the key of a part of it can be searched for."""
    found: list[str] = []
    # An open bracket, or a dedentation inside the piece, ends it: what was read before counts.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        found.extend(
            token.string
            for token in tokenize.generate_tokens(io.StringIO(f"{code.strip()}\n").readline)
            if token.type not in layout and token.string.strip()
        )
    return f"{_SEPARATOR}{_SEPARATOR.join(found)}{_SEPARATOR}"


def occurs(code: str, keys: Mapping[str, str], stem: str) -> bool:
    """Whether the code stands somewhere in the snippet `stem`, white space and its comments aside; it may end in `...`."""
    # A comment of its own would say something that nothing checks.
    sought = key(code.strip().removesuffix("...") if code.strip() != "..." else code, _LAYOUT - {tokenize.COMMENT})
    return sought.strip(_SEPARATOR) != "" and sought in keys.get(stem, "")
