"""source: Python code as lines of HTML whose text is exactly the source: symbols in their colours, the rest in two tones."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from operator import itemgetter

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Operator, String, _TokenType

from backprop_book.symbols import Symbols


def lines(source: str, symbols: Symbols) -> tuple[str, ...]:
    """HTML of each line of the source, its line break included, with the classes of symbols and of what stands back behind them.

    The code is analysed as a whole and only then cut into lines, so that a string over several lines stays a string.
    """
    found: list[list[tuple[str, str]]] = [[]]
    before = ""
    for _, token, text in PythonLexer().get_tokens_unprocessed(source):
        css = symbols.css(f".{text}" if before == "." else text) if Name in token.split() else ""
        css = css or _css(token)
        before = text
        for i, piece in enumerate(text.split("\n")):
            if i:
                found[-1].append(("", "\n"))
                found.append([])
            if piece:
                found[-1].append((css, _text(piece)))
    return tuple(_line(pieces) for pieces in found if pieces)


def _line(pieces: Iterable[tuple[str, str]]) -> str:
    """HTML of a line from pieces of it, each with its class; what has the same class and stands together, such as brackets, is in one element."""
    together = ((css, "".join(text for _, text in some)) for css, some in groupby(pieces, itemgetter(0)))
    return "".join(f'<span class="{css}">{text}</span>' if css else text for css, text in together)


def _css(token: _TokenType) -> str:
    """The class of what stands back behind the symbols; names, numbers, signs and brackets need no element of their own."""
    kinds = token.split()  # itself, and the more general ones that it belongs to
    return "" if Keyword.Constant in kinds or _BACK.isdisjoint(kinds) else "bb-back"


_BACK = frozenset({Comment, Keyword, String, Operator.Word})


def _text(piece: str) -> str:
    """Escaped text, in which a character that could hide or reorder code is isolated and named."""
    return "".join(
        escape(c)
        if c.isprintable() or c == "\t"
        else f'<span class="bb-odd" data-odd="{escape(ascii(c)[1:-1])}">{c}</span>'
        for c in piece
    )
