"""Finds the statement that a quote of code means, and writes the shortest quote of a statement."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from backprop_book.core.model import Statement
from backprop_book.source.source import Snippet, readable

_SEPARATOR = "›"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A quote that does not mean exactly one statement."""

    quote: str
    """The quote, as given."""
    reason: Literal["none", "several"]
    """`none`: no statement matches. `several`: more than one does."""
    statements: tuple[Statement, ...]
    """For `none` the statements most similar to the quote, most similar first; for `several` all that match, in order."""

    @property
    def places(self) -> str:
        """The statements, for a message."""
        return "; ".join(f"line {each.line}: {each.first_line}" for each in self.statements)


def anchor(snippet: Snippet, quote: str) -> Statement | Mismatch:
    """Find the statement that a quote means.

    White space and comments do not count. A quote may end in `...`, which stands for the rest. Headers around the statement,
    separated by `›`, tell apart repeated statements. A quote that begins with `›` begins at module level: `› x = 1` is in no
    function and no loop.

    Args:
        snippet: The code that is quoted.
        quote: The quote, e.g. `W1 = ...` or `for step in range(201): › loss = ...`.

    Returns:
        The statement, or why there is not exactly one.
    """
    whole = _tokens(quote)
    code = {statement.index: _tokens(statement.code) for statement in snippet.statements}
    found = [statement for statement in snippet.statements if code[statement.index] == whole]
    parts = [part.strip() for part in quote.split(_SEPARATOR)]
    if not found:
        headers = [_tokens(part) for part in parts[:-1]]
        target = _tokens(parts[-1])
        inside = [each for each in snippet.statements if _is_within(snippet, code, each, headers)]
        found = [each for each in inside if code[each.index] == target]
        found = found or [each for each in inside if _is_match(code[each.index], target)]
    if len(found) == 1:
        return found[0]
    if found:
        return Mismatch(quote, "several", tuple(found))
    return Mismatch(quote, "none", _nearest(snippet, parts[-1]))


@lru_cache(maxsize=4096)  # each heading of the notes compares all statements
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(readable(text))


def _is_match(code: tuple[str, ...], quote: tuple[str, ...]) -> bool:
    """Whether a quote, which may be shortened, means this code."""
    if code == quote:
        return True
    return len(quote) > 1 and quote[-1] == "..." and len(code) >= len(quote) and code[: len(quote) - 1] == quote[:-1]


def _is_within(
    snippet: Snippet, code: dict[int, tuple[str, ...]], statement: Statement, headers: list[tuple[str, ...]]
) -> bool:
    """Whether all headers, outermost first, are around the statement. An empty first header stands for the module."""
    rooted = len(headers) > 0 and not headers[0]
    wanted = headers[1:] if rooted else list(headers)
    parent = statement.parent
    while wanted and parent is not None:
        if _is_match(code[parent], wanted[-1]):
            wanted.pop()
        parent = snippet.statements[parent].parent
    return not wanted and not (rooted and parent is not None)


def _nearest(snippet: Snippet, quote: str) -> tuple[Statement, ...]:
    """Up to three statements most similar to a quote, most similar first."""
    wanted = " ".join(_tokens(quote.removesuffix("...")))
    first: dict[str, Statement] = {}
    for statement in snippet.statements:
        first.setdefault(" ".join(_tokens(statement.code)), statement)
    return tuple(first[each] for each in difflib.get_close_matches(wanted, first, 3, 0.5))


_WIDTH = 60
"""Length, in characters, up to which a statement is quoted whole."""
_TARGETS = re.compile(r"(?P<targets>[^=\n]*?\s(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=)\s")


def quote(snippet: Snippet, statement: Statement) -> str | None:
    """The shortest readable quote that means exactly this statement.

    Args:
        snippet: The code.
        statement: One of its statements.

    Returns:
        The whole of a short statement or the beginning of a longer one, with the headers around it that are needed; None if no quote
        tells it apart from another statement.
    """
    headers: list[str] = []
    around: Statement | None = statement
    while around is not None:
        for short in _short(statement):
            found = " › ".join([*headers, short])
            if anchor(snippet, found) == statement:
                return found
        around = None if around.parent is None else snippet.statements[around.parent]
        if around is not None:
            headers.insert(0, around.first_line)
    # The last possibility is a quote that begins at module level.
    quotes = (" › ".join(["", *headers, short]).strip() for short in _short(statement))
    return next((found for found in quotes if anchor(snippet, found) == statement), None)


def _short(statement: Statement) -> Iterator[str]:
    """Quotes of the statement without headers, the most readable first."""
    first, _, rest = statement.code.partition("\n")
    first = first.strip()
    if not rest and len(first) <= _WIDTH:
        yield first
    if targets := _TARGETS.match(first):
        yield f"{targets['targets']} ..."
    yield statement.first_line
    if rest:
        yield " ".join(line.strip() for line in statement.code.split("\n"))
