"""code: what a snippet would say if one thing in it were wrong: a number, an operator or a comparison is another one."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backprop_book.core.problems import place
from backprop_book.source import Snippet

_SWAPPED: Mapping[type[ast.operator | ast.cmpop], tuple[str, str]] = MappingProxyType({
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"), ast.Pow: ("**", "*"),
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.In: ("in", "not in"),
})  # fmt: skip
"""Each operator as it is written, and what it becomes. A matrix product has no neighbour that would do anything but fail."""
_MANTISSA = re.compile(r"[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*")
_SKIPPED = re.compile(r"(?:[\s()\\]|#[^\n]*)*")


@dataclass(frozen=True, slots=True)
class CodeMutant:
    """One change of one snippet."""

    path: str
    """The snippet."""
    stem: str
    """Its stem."""
    line: int
    """Line of what is changed, from 1."""
    column: int
    """Its column, from 1."""
    found: str
    """What stands there."""
    becomes: str
    """What comes in its place."""
    source: str
    """The whole snippet with the change."""


def code_mutants(snippet: Snippet) -> tuple[CodeMutant, ...]:
    """All changes of a snippet, in the order of place.

    A number becomes one unit of its last digit larger; of the operators, plus and minus, times and divided by, and each
    comparison and its neighbour change places. What stands inside f-strings is left alone.
    """
    text = snippet.text
    changes = sorted(_changes(ast.parse(text), _Offsets(text), text))
    found = []
    for start, end, new in changes:
        line, column = place(text, start)
        changed = f"{text[:start]}{new}{text[end:]}"
        found.append(CodeMutant(snippet.path, snippet.stem, line, column, text[start:end], new, changed))
    return tuple(found)


class _Offsets:
    """Where a node of the syntax tree stands, in characters: its columns count bytes."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Offsets of the first character of a node, and after its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())


def _changes(node: ast.AST, offsets: _Offsets, text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and replacement of each change below a node."""
    match node:
        case ast.JoinedStr():  # the places of what is inside are known from Python 3.12 on only
            return
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            start, end = offsets.span(node)
            if (larger := _larger(text[start:end])) is not None:
                yield start, end, larger
        case ast.BinOp():
            yield from _swap(node.op, offsets.span(node.left)[1], text)
        case ast.AugAssign():
            yield from _swap(node.op, offsets.span(node.target)[1], text)
        case ast.Compare():
            for operator, left in zip(node.ops, (node.left, *node.comparators[:-1]), strict=True):
                yield from _swap(operator, offsets.span(left)[1], text)
    for child in ast.iter_child_nodes(node):
        yield from _changes(child, offsets, text)


def _swap(operator: ast.operator | ast.cmpop, after: int, text: str) -> Iterator[tuple[int, int, str]]:
    """The change of an operator that follows the operand that ends at `after`."""
    if type(operator) not in _SWAPPED:
        return
    written, becomes = _SWAPPED[type(operator)]
    skipped = _SKIPPED.match(text, after)
    assert skipped is not None, "the pattern matches nothing, too"
    assert text.startswith(written, skipped.end()), (
        "only brackets and comments stand between an operand and its operator"
    )
    yield skipped.end(), skipped.end() + len(written), becomes


def _larger(number: str) -> str | None:
    """A decimal number with one unit more in its last digit: 0.1 becomes 0.2, 1e-6 becomes 2e-6. None for one in another base."""
    found = _MANTISSA.match(number)
    if found is None or number[:2].lower() in ("0x", "0b", "0o"):
        return None
    mantissa = found[0].replace("_", "")
    whole, point, fraction = mantissa.partition(".")
    digits = str(int(whole + fraction) + 1).rjust(len(whole + fraction), "0")
    return (
        f"{digits[: len(digits) - len(fraction)]}{point}{digits[len(digits) - len(fraction) :]}{number[found.end() :]}"
    )
