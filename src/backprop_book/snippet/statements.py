"""statements: the syntax tree of a file as a flat list of `Statement`s in the order of the source."""

import ast
import io
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from backprop_book.model import Statement
from backprop_book.snippet.bindings import binds_of, reads_of
from backprop_book.snippet.nodes import SCOPES, Located, Node


@dataclass(frozen=True, slots=True)
class _Token:
    """One token that matters for headers, with offsets in characters."""

    text: str
    """Its source text."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


def describe(text: str, located: tuple[Located, ...]) -> tuple[Statement, ...]:
    """The statements of a source text, given its located nodes."""
    rows = _rows(text)
    tokens = _tokens(text, rows)
    starts = [token.start for token in tokens]

    def offset(line: int, column: int) -> int:
        """Offset in characters of a place of the tree, whose columns count bytes of UTF-8."""
        begin = rows[line - 1]
        end = rows[line] if line < len(rows) else len(text)
        return begin + len(text[begin:end].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def before(place: int, sought: str) -> _Token:
        """The last token before `place` with the text `sought`."""
        at = bisect_left(starts, place) - 1
        while tokens[at].text != sought:
            at -= 1
        return tokens[at]

    def first(node: Node) -> int:
        """Offset of the first character that belongs to a node, its decorators included."""
        if isinstance(node, ast.match_case):
            return before(offset(node.pattern.lineno, node.pattern.col_offset), "case").start
        if isinstance(node, SCOPES) and node.decorator_list:
            decorator = node.decorator_list[0]
            return before(offset(decorator.lineno, decorator.col_offset), "@").start
        return offset(node.lineno, node.col_offset)

    def last(node: Node) -> int:
        """Offset after the last character of a node, or after the colon of its header."""
        if isinstance(node, ast.Match):
            return before(first(node.cases[0]), ":").end
        body = getattr(node, "body", None)
        if body:
            return before(first(body[0]), ":").end
        assert isinstance(node, ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return offset(node.end_lineno, node.end_col_offset)

    statements = []
    for index, entry in enumerate(located):
        start, end = first(entry.node), last(entry.node)
        line = bisect_left(rows, start + 1)
        statements.append(
            Statement(
                index=index,
                kind=type(entry.node).__name__.lower().replace("_", ""),
                start=start,
                end=end,
                line=line,
                column=start - rows[line - 1] + 1,
                end_line=bisect_left(rows, end),
                code=text[start:end],
                parent=entry.parent,
                reads=_unique(reads_of(entry.node)),
                binds=_unique(binds_of(entry.node)),
                loop=entry.loops[-1] if entry.loops else None,
                scope=entry.scope,
            )
        )
    return tuple(statements)


def _rows(text: str) -> list[int]:
    """Offsets of the first characters of the lines, as Python counts lines."""
    rows = [0]
    rows.extend(at + 1 for at, character in enumerate(text) if character == "\n")
    return rows


def _tokens(text: str, rows: list[int]) -> list[_Token]:
    """The tokens of a text that is known to parse."""
    skipped = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
    return [
        _Token(token.string, rows[token.start[0] - 1] + token.start[1], rows[token.end[0] - 1] + token.end[1])
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        if token.type not in skipped
    ]


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
