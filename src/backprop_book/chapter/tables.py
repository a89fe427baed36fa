"""Pipe tables, cell by cell, and the expressions of bound columns with a row filled in."""

import ast
import builtins
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.block_parser import Block
from backprop_book.chapter.expression import free_names, parse, split_time
from backprop_book.chapter.inline_parser import trimmed

_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_PIECE = re.compile(r"\\.|(?P<ticks>`+)|\]\{|\|", re.DOTALL)
_BRACE = re.compile(r"""[{}]|'(?:\\.|[^'\\\n])*+'|"(?:\\.|[^"\\\n])*+\"""")


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of one cell, without white space around it."""

    start: int
    """Offset of its first character; of the place where it would be, if it is empty."""
    end: int
    """Offset after its last character."""


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table."""

    header: tuple[Cell, ...]
    """The cells of its first row."""
    rows: tuple[tuple[Cell, ...], ...]
    """The cells of each further row; as many as the header has, and more where the row is longer."""


def table(clean: str, block: Block) -> Table | None:
    """Read a block as a table; None if it is none."""
    lines = []
    start = block.start
    while start <= block.end:
        stop = clean.find("\n", start, block.end)
        stop = block.end if stop < 0 else stop
        lines.append((start, stop))
        start = stop + 1
    if len(lines) < 2 or "|" not in clean[lines[0][0] : lines[0][1]]:
        return None
    if not _DELIMITERS.fullmatch(clean, *lines[1]) or "|" not in clean[lines[1][0] : lines[1][1]]:
        return None
    header = _cells(clean, *lines[0])
    if len(header) != len(_cells(clean, *lines[1])):
        return None
    rows = []
    for begin, end in lines[2:]:
        cells = _cells(clean, begin, end)
        cells += (Cell(end, end),) * (len(header) - len(cells))
        rows.append(cells)
    return Table(header, tuple(rows))


def _cells(clean: str, start: int, end: int) -> tuple[Cell, ...]:
    """Cut a row at its pipes, except those that are escaped, in code or in an expression."""
    start, end = trimmed(clean, start, end)
    pipes = []
    at = start
    while found := _PIECE.search(clean, at, end):
        at = found.end()
        if found[0] == "|":
            pipes.append(found.start())
        elif found["ticks"]:
            closing = re.compile(rf"(?<!`){found[0]}(?!`)").search(clean, at, end)
            at = closing.end() if closing else at
        elif found[0] == "]{":
            at = _after_brace(clean, at, end)
    cuts = [*pipes]
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


def fill(expression: str, row: int, cells: tuple[str | float | int, ...]) -> str:
    """The expression of a bound column for one row: `row` and `cell[k]` become constants.

    An index that the row does not have is left as it is, and so fails as an unknown name when it is evaluated.
    """
    return _fill(expression, row, tuple((type(cell).__name__, str(cell)) for cell in cells))


@lru_cache(maxsize=8192)  # as above; of cells by type and text, because 1 and 1.0, and 0.0 and -0.0, are equal
def _fill(expression: str, row: int, cells: tuple[tuple[str, str], ...]) -> str:
    text, moment, condition = split_time(expression)
    types: Mapping[str, type[str | float | int]] = {"int": int, "float": float, "str": str}
    filler = _Filler(row, tuple(types[name](cell) for name, cell in cells))
    pieces = []
    for piece in (text, condition):
        if piece is not None:
            tree = parse(piece, 0)
            # What does not parse is kept, so that `ask` reports it once for the column.
            pieces.append(piece if isinstance(tree, Mistake) else ast.unparse(filler.visit(tree)))
    if condition is not None:
        return f"{pieces[0]} when {pieces[1]}"
    return pieces[0] if moment == "end" else f"{pieces[0]} {moment}"


class _Filler(ast.NodeTransformer):
    """Puts the number of a row, and the contents of its cells, in place of `row` and `cell[k]`."""

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


_EMPHASIS = "*_ \t"
_OF_NO_RUN = frozenset((*dir(builtins), "np", "row", "cell"))


def _asks_itself(expression: str, column: int) -> bool:
    """Whether nothing but cells of the row gives a cell, with itself or one that may rest on it among them."""
    pieces = [piece for piece in split_time(expression)[::2] if piece is not None]
    trees = [tree for piece in pieces if not isinstance(tree := parse(piece, 0), Mistake)]
    if any(not _OF_NO_RUN.issuperset(free_names(tree)) for tree in trees):
        return False
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "cell"
        # That of a negative index may be any; so may one that is worked out, which no row fills in.
        and not (isinstance(node.slice, ast.Constant) and node.slice.value in range(column))
        for tree in trees
        for node in ast.walk(tree)
    )


def content(text: str) -> str | int | float:
    """What a cell holds, as `cell[k]` sees it: a number if it is one, else the text."""
    tied = re.fullmatch(r"\[(.*)\]\{.*\}", text, re.DOTALL)
    words = (tied[1] if tied else text).strip(_EMPHASIS + "`")
    plain = words.replace("\u2212", "-")
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"[-+]?[0-9]{1,40}", plain):
        return int(plain)
    if re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?", plain) and len(plain) < 40:
        return float(plain)
    return words
