"""tables: pipe tables, cell by cell."""

import re
from dataclasses import dataclass
from itertools import pairwise

from backprop_book.chapter.blocks import Block
from backprop_book.chapter.span import trimmed

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
