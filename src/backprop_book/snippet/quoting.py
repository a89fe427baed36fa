"""quoting: the shortest good quote of a statement, which `anchor` leads back to it."""

import re
from collections.abc import Iterator

from backprop_book.model import Statement
from backprop_book.snippet.anchor import anchor
from backprop_book.snippet.source import Snippet

_WIDTH = 60
"""A quote that is longer is cut short, if it can be."""
_TARGETS = re.compile(r"(?P<targets>[^=\n]*?\s(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=)\s")


def quote(snippet: Snippet, statement: Statement) -> str | None:
    """A quote that means exactly this statement.

    Args:
        snippet: The code.
        statement: One of its statements.

    Returns:
        All of a short statement, the beginning of a longer one, with as many of the headers around it as are needed; None
        where nothing tells it apart from another one.
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
    # All that is left to say is that nothing is around the outermost header.
    quotes = (" › ".join(["", *headers, short]).strip() for short in _short(statement))
    return next((found for found in quotes if anchor(snippet, found) == statement), None)


def _short(statement: Statement) -> Iterator[str]:
    """Quotes of the statement alone, the most readable first."""
    first, _, rest = statement.code.partition("\n")
    first = first.strip()
    if not rest and len(first) <= _WIDTH:
        yield first
    if targets := _TARGETS.match(first):
        yield f"{targets['targets']} ..."
    yield statement.first_line
    if rest:
        yield " ".join(line.strip() for line in statement.code.split("\n"))
