"""grids: numbers that a page shows anyway, and where in them the numbers of a line of arithmetic are."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

from backprop_book.render.drawn import Drawn

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_EXPONENT = re.compile(r"e([+-]?)0*(\d+)(?=\)?\Z)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
AS_IS, WHOLE = 1, 2
"""How a number of a grid is written in a line: as it is, or without the `.0` of a whole one."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers of a table, or a single one."""

    shape: tuple[int, ...]
    """How many there are along each axis."""
    tokens: tuple[str, ...]
    """The numbers in order, in mathematical notation."""
    whole: tuple[str, ...]
    """The same, the whole ones without `.0`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of one slot are."""

    name: str
    """In which grid."""
    flavour: int
    """`AS_IS` or `WHOLE`."""
    base: int
    """The place of the first one."""
    strides: tuple[int, ...]
    """How far it is to the next one, along each axis that the number depends on."""


def notation(token: str) -> str:
    """A number as Python writes it, in mathematical notation: `-1.5e-07` as `−1.5×10⁻⁷`."""
    return _EXPONENT.sub(lambda e: f"×10{(e[1].strip('+') + e[2]).translate(SUPERSCRIPTS)}", token).replace("-", "−")


def plain(token: str) -> str:
    """The reverse: what the script is sent."""
    return token.replace("×10", "e").translate(DIGITS)


def grid(drawn: Drawn) -> Grid | None:
    """The numbers of a drawn value; None where not all of it is shown, or where it is not made of numbers."""
    rows = drawn.rows or ((drawn.text,),)
    tokens = [token for row in rows for token in row]
    if not all(_NUMBER.fullmatch(token) for token in tokens):
        return None
    shape = (len(rows), len(rows[0])) if drawn.row_heads else (len(tokens),) if drawn.rows else ()
    return made(shape, [notation(token) for token in tokens])


def made(shape: tuple[int, ...], tokens: Sequence[str]) -> Grid:
    """A grid of numbers in mathematical notation."""
    return Grid(shape, tuple(tokens), tuple(token.removesuffix(".0") for token in tokens))


def find(
    cells: Sequence[str], lengths: Sequence[int], grids: Mapping[str, Grid], hints: Iterable[Source] = ()
) -> Source | None:
    """Where numbers are.

    Args:
        cells: The numbers, in order; an empty text stands for any.
        lengths: How many there are along each axis.
        grids: Where they may be.
        hints: Where they might be.
    """
    wanted = [(place, cell) for place, cell in zip(places(lengths), cells, strict=True) if cell]
    for hint in hints:
        if len(hint.strides) == len(lengths) and hint.name in grids and _holds(wanted, grids[hint.name], hint):
            return hint
    needed = {cell for _, cell in wanted}
    for name, found in grids.items():
        for flavour in (AS_IS, WHOLE):
            if needed <= set(_tokens(found, flavour)):
                for source in _candidates(wanted[0], len(lengths), name, found, flavour):
                    if _holds(wanted, found, source):
                        return source
    return None


def places(lengths: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """All places of a grid with these lengths, in order."""
    return product(*(range(length) for length in lengths))


def _tokens(found: Grid, flavour: int) -> tuple[str, ...]:
    return found.tokens if flavour == AS_IS else found.whole


def _candidates(
    first: tuple[tuple[int, ...], str], axes: int, name: str, found: Grid, flavour: int
) -> Iterator[Source]:
    """All ways to go through a grid such that the first number is met."""
    place, cell = first
    steps = sorted({math.prod(found.shape[axis + 1 :]) for axis in range(len(found.shape))}, reverse=True)
    for strides in permutations(steps, axes):
        offset = sum(n * stride for n, stride in zip(place, strides, strict=True))
        for at, token in enumerate(_tokens(found, flavour)):
            if token == cell and at >= offset:
                yield Source(name, flavour, at - offset, strides)


def _holds(wanted: Sequence[tuple[tuple[int, ...], str]], found: Grid, source: Source) -> bool:
    tokens = _tokens(found, source.flavour)
    for place, cell in wanted:
        at = source.base + sum(n * stride for n, stride in zip(place, source.strides, strict=True))
        if at >= len(tokens) or tokens[at] != cell:
            return False
    return True
