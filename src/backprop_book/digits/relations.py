"""relations: what a span of arithmetic was read as."""

from dataclasses import dataclass

from backprop_book.digits.tree import Node


@dataclass(frozen=True, slots=True)
class Relation:
    """A sign that relates the side before it to the side after it."""

    symbol: str
    """One of `=`, `≈`, `<`, `>`, `≤`, `≥`, `≠`."""
    start: int
    """Offset of its first character in the span."""
    end: int
    """Offset after its last character."""


@dataclass(frozen=True, slots=True)
class Side:
    """What stands between two relations."""

    start: int
    """Offset of its first character in the span."""
    end: int
    """Offset after its last character."""
    text: str
    """The characters from `start` to `end`."""
    tree: Node
    """What they mean."""


@dataclass(frozen=True, slots=True)
class Equation:
    """Pure arithmetic: sides, and the relations between them."""

    sides: tuple[Side, ...]
    """Two or more (in the arithmetic of an assertion: one or more)."""
    relations: tuple[Relation, ...]
    """One fewer than the sides."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """`name = value`: a claim about the listing. In `loss = 3.585 / 4 = 0.89625`, the value is the last side."""

    name: str
    """The Python expression on the left, with at least one name in it."""
    name_start: int
    """Offset of its first character in the span."""
    name_end: int
    """Offset after its last character."""
    relation: str
    """`=` or `≈`: the sign after the name."""
    value: str
    """The value as written: a number, a list or tuple of numbers, `{}`, True, False, None or a quoted string."""
    value_start: int
    """Offset of its first character in the span."""
    value_end: int
    """Offset after its last character."""
    arithmetic: Equation | None = None
    """The sides after the name, where the value is a number or a list: what `check` checks."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A relation that does not hold."""

    offset: int
    """Offset of the relation in the span."""
    written: str
    """The side after the relation, as written (the whole side; or the side that has no value)."""
    expected: str
    """What the side before it comes to, in the same number of decimals where they can show the difference; empty where the
    relation holds, but would hold just as well with another digit at `offset` of the number `written`."""
