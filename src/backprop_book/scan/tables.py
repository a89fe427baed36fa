"""Pipe tables, cell by cell, and the expressions of bound columns with a row filled in."""

import ast
import builtins
import copy
import re
from dataclasses import dataclass
from itertools import pairwise

from backprop_book.core.expressions import ClaimExpression, build
from backprop_book.scan.block_parser import Block, lines
from backprop_book.scan.inline_parser import trimmed
from backprop_book.scan.source import TextRange

EMPHASIS = "*_ \t"
"""Characters around the words of a cell that are not part of its value."""
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_PIECE = re.compile(r"\\.|(?P<ticks>`+)|\]\{|\|", re.DOTALL)
_BRACE = re.compile(r"""[{}]|'(?:\\.|[^'\\\n])*+'|"(?:\\.|[^"\\\n])*+\"""")
_OF_NO_RUN = frozenset((*dir(builtins), "np", "row", "cell"))
"""Names that are not read from a run."""


@dataclass(frozen=True, slots=True)
class Cell(TextRange):
    """The content of one cell, without white space around it."""


@dataclass(frozen=True, slots=True)
class PipeTable:
    """A pipe table."""

    header: tuple[Cell, ...]
    """The cells of its first row."""
    rows: tuple[tuple[Cell, ...], ...]
    """The cells of each further row: as many as the header has, or more where the row is longer."""


def read_table(clean: str, block: Block) -> PipeTable | None:
    """Read a block as a table; None if it is not one."""
    first, second, *others = (*lines(clean, block.start, block.end), (0, 0), (0, 0))
    if "|" not in clean[slice(*first)] or "|" not in clean[slice(*second)] or not _DELIMITERS.fullmatch(clean, *second):
        return None
    header = _cells(clean, *first)
    if len(header) != len(_cells(clean, *second)):
        return None
    rows = []
    for begin, end in others[:-2]:
        cells = _cells(clean, begin, end)
        rows.append(cells + (Cell(end, end),) * (len(header) - len(cells)))
    return PipeTable(header, tuple(rows))


def _cells(clean: str, start: int, end: int) -> tuple[Cell, ...]:
    """Split a row at its pipes, except those that are escaped, in code or in an expression."""
    start, end = trimmed(clean, start, end)
    cuts = []
    at = start
    while found := _PIECE.search(clean, at, end):
        at = found.end()
        if found[0] == "|":
            cuts.append(found.start())
        elif found["ticks"]:
            closing = re.compile(rf"(?<!`){found[0]}(?!`)").search(clean, at, end)
            at = closing.end() if closing else at
        elif found[0] == "]{":
            at = _after_brace(clean, at, end)
    if not cuts or cuts[0] != start:
        cuts.insert(0, start - 1)
    if cuts[-1] != end - 1 or len(cuts) == 1:
        cuts.append(end)
    return tuple(Cell(*trimmed(clean, left + 1, right)) for left, right in pairwise(cuts))


def _after_brace(clean: str, at: int, end: int) -> int:
    """The offset after the brace that closes the one before `at`; `at` itself if none does."""
    depth = 1
    for found in _BRACE.finditer(clean, at, end):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return at


def fill(expression: ClaimExpression, row: int, cells: tuple[str | float | int, ...]) -> str:
    """Put constants in place of `row` and `cell[k]` in the expression of a bound column.

    Args:
        expression: The expression.
        row: Index of the row.
        cells: The values of the row's cells. An index beyond them stays as it is, and fails as an unknown name in the run.
    """
    filler = _Filler(row, cells)
    tree, *condition = (filler.visit(copy.deepcopy(each)) for each in expression.trees)
    return build(tree, expression.moment, *condition).text


class _Filler(ast.NodeTransformer):
    def __init__(self, row: int, cells: tuple[str | float | int, ...]) -> None:
        self.row = row
        self.cells = cells

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Constant(self.row), node) if node.id == "row" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(node.value, ast.Name) and node.value.id == "cell" and isinstance(index, int):
            return ast.copy_location(ast.Constant(self.cells[index]), node) if index < len(self.cells) else node
        return self.generic_visit(node)


def reads_itself(expression: ClaimExpression, column: int) -> bool:
    """Whether the expression of a column reads no run, and the column itself or one to its right: it would check nothing."""
    if not _OF_NO_RUN.issuperset(expression.names):
        return False
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "cell"
        # A negative or computed index may be that of any column.
        and not (isinstance(node.slice, ast.Constant) and node.slice.value in range(column))
        for tree in expression.trees
        for node in ast.walk(tree)
    )


def cell_value(text: str) -> str | int | float:
    """The value of a cell as `cell[k]` reads it: a number if its words are one, else the words."""
    tied = re.fullmatch(r"\[(.*)\]\{.*\}", text, re.DOTALL)
    words = (tied[1] if tied else text).strip(EMPHASIS + "`")
    plain = words.replace("\u2212", "-")
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"[-+]?[0-9]{1,40}", plain):
        return int(plain)
    if re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?", plain) and len(plain) < 40:
        return float(plain)
    return words
