"""folded: the lines of a working, taken apart into what they share and the numbers that differ, so that each is sent once.

The 64 lines of a product of two matrices have one form, `#×# + #×# ≈ #`, and each number in it depends on the row alone, on the
column alone, or on both. Most of these numbers are shown anyway, as the values that the statement read and made: they are only
pointed at. The script in the reader's browser puts the lines together again, letter by letter; it computes nothing.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backprop_book.render.arithmetic import kept
from backprop_book.render.grids import Grid, Source, find, made, places, plain
from backprop_book.worked import Working

_NUMERAL = re.compile(r"−?\d+(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
_NUMBER = re.compile(rf"\({_NUMERAL.pattern}\)|(?<![\w.]){_NUMERAL.pattern}")
_SLOT, _CELL, _NONE = "#", "\t", "-"
_KINDS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST = ord("0")
Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What the lines of some elements share."""

    text: str
    """The text, with `#` for each number that differs."""
    letters: str
    """One for each `#`, see `Slot`."""
    sources: tuple[Source | None, ...]
    """For each `#` where its numbers are; None for those in the cells."""
    pattern: str
    """The text, with `#` for every number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a working has in common with those of other iterations."""

    name: str
    """What the result is called."""
    shape: tuple[int, ...]
    """Its shape."""
    forms: tuple[Form, ...]
    """Its forms, in the order in which they appear."""

    def grids(self) -> tuple[str, ...]:
        """The names of the grids that it points into, in the order in which they appear."""
        return tuple(dict.fromkeys(s.name for form in self.forms for s in form.sources if s is not None))


@dataclass(frozen=True, slots=True)
class Folded:
    """A working, taken apart."""

    rule: Rule
    """What it has in common with others."""
    cells: str
    """The numbers that are nowhere else, parted by tabs: for each slot one for each place on the axes that it depends on."""
    kinds: str
    """The form of each element, in order: `0`, `1`, ..., `a`, ..., or `-` for an element without a line. Empty where all have
    the first."""
    omitted: int
    """How many lines are too long."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """One number of a form, over the elements that have it."""

    mask: int
    """The axes that it depends on: bit i for axis i."""
    wrap: int
    """When it is in parentheses: 0 as it is in the cells, 1 where it is negative, 2 also where it holds `×`."""
    cells: tuple[str, ...]
    """The numbers over these axes; empty texts where there is no element."""


def fold(working: Working, grids: Mapping[str, Grid], known: Mapping[tuple[str, str], Form]) -> Folded:
    """Take a working apart.

    Args:
        working: Its lines.
        grids: Numbers that need not be sent again, by name.
        known: Forms of earlier workings, by the name of the result and the pattern: what can be the same is made the same.
    """
    texts = {found.index: kept(found.text) for found in working.elements}
    forms = {place: _NUMBER.sub(_SLOT, text) for place, text in texts.items()}
    numbers = {place: _NUMBER.findall(text) for place, text in texts.items()}
    shared = len(set(forms.values())) <= len(_KINDS) and not any(_SLOT in text for text in texts.values())
    if not shared:
        # Each line is a cell.
        forms, numbers = dict.fromkeys(texts, _SLOT), {place: [text] for place, text in texts.items()}
    letters = dict(zip(dict.fromkeys(forms.values()), _KINDS, strict=False))
    kinds = "".join(letters[forms[place]] if place in forms else _NONE for place in places(working.shape))
    parts = [_form(working, text, list(_slots(working.shape, forms, numbers, text)), grids, known) for text in letters]
    cells = [plain(cell) if shared else cell for _, own in parts for cell in own]
    rule = Rule(working.name, working.shape, tuple(form for form, _ in parts))
    return Folded(rule, _CELL.join(cells), kinds if kinds.strip("0") else "", working.omitted)


def results(working: Working) -> Grid | None:
    """The numbers that the lines of a working end with; None where not each element has one."""
    numbers = [found.text.rpartition(" ")[2] for found in working.elements]
    if len(numbers) != math.prod(working.shape) or not all(map(_NUMERAL.fullmatch, numbers)):
        return None
    return made(working.shape, numbers)


def _form(
    working: Working,
    text: str,
    slots: Sequence[_Slot],
    grids: Mapping[str, Grid],
    known: Mapping[tuple[str, str], Form],
) -> tuple[Form, list[str]]:
    """A form, and the numbers that are not in the grids."""
    pieces = text.split(_SLOT)
    joined, letters = pieces[0], ""
    cells: list[str] = []
    sources: list[Source | None] = []
    single = math.prod(working.shape) == 1
    before = known[working.name, text].sources if (working.name, text) in known else ()
    for slot, piece in zip(slots, pieces[1:], strict=True):
        if not slot.mask and not single:
            # The same for all elements, and most often for all iterations, too.
            joined += _wrapped(slot.cells[0], slot.wrap) + piece
            continue
        hints = [*before[len(sources) :], *_next(sources)]
        source = find(slot.cells, list(_lengths(slot.mask, working.shape)), grids, filter(None, hints))
        flavour = 0 if source is None else source.flavour
        sources.append(source)
        letters += chr(_FIRST + 9 * slot.mask + 3 * flavour + slot.wrap)
        cells += slot.cells if source is None else ()
        joined += _SLOT + piece
    return Form(joined, letters, tuple(sources), text), cells


def _next(sources: Sequence[Source | None]) -> Iterator[Source]:
    """Where numbers would be if they went on where those of the last slots ended."""
    for source in reversed(sources[-2:]):
        if source is not None and not source.strides:
            yield Source(source.name, source.flavour, source.base + 1, ())


def _slots(
    shape: Sequence[int], forms: Mapping[Index, str], numbers: Mapping[Index, list[str]], form: str
) -> Iterator[_Slot]:
    """The numbers of one form."""
    own = [place for place in forms if forms[place] == form]
    masks = sorted(range(2 ** len(shape)), key=lambda mask: math.prod(_lengths(mask, shape)))
    for column in range(form.count(_SLOT)):
        wrap, bare = _bare({place: numbers[place][column] for place in own})
        yield next(
            _Slot(mask, wrap, tuple(cells)) for mask in masks if (cells := _cells(mask, bare, shape)) is not None
        )


def _bare(tokens: Mapping[Index, str]) -> tuple[int, Mapping[Index, str]]:
    """The numbers without parentheses, and when they get some; with them, where no rule says so."""
    bare = {place: token.removeprefix("(").removesuffix(")") for place, token in tokens.items()}
    for wrap in range(3):
        if {place: _wrapped(text, wrap) for place, text in bare.items()} == tokens:
            return wrap, bare
    return 0, tokens


def _wrapped(text: str, wrap: int) -> str:
    """A number, in parentheses where it gets some."""
    return f"({text})" if (wrap > 0 and text.startswith("−")) or (wrap > 1 and "×" in text) else text


def _lengths(mask: int, shape: Sequence[int]) -> Iterator[int]:
    return (length for axis, length in enumerate(shape) if mask >> axis & 1)


def _cells(mask: int, tokens: Mapping[Index, str], shape: Sequence[int]) -> list[str] | None:
    """The numbers over the axes of a mask; None if they depend on others, too."""
    seen: dict[Index, str] = {}
    for place, token in tokens.items():
        short = tuple(n for axis, n in enumerate(place) if mask >> axis & 1)
        if seen.setdefault(short, token) != token:
            return None
    return [seen.get(short, "") for short in places(_lengths(mask, shape))]
