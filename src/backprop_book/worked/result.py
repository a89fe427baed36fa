"""result: what was worked out, as it is told. It needs no NumPy, so that what shows it starts without."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a result, and how it came about."""

    index: tuple[int, ...]
    """Where it is in the result; `()` for a scalar."""
    text: str
    """The arithmetic and its outcome: `1×0.2 + 0×(−0.3) + 1×0.1 + 1×(−0.4) + 0.1 = 0.0`. Numbers have six
    significant digits at most; where the outcome is not exactly what the numbers shown come to, `≈` stands for `=`."""
    value: bool | int | float
    """The number that working it out gave, at full precision."""


@dataclass(frozen=True, slots=True)
class Working:
    """The arithmetic of one step."""

    name: str
    """What the statement assigns to: a name, or a part of one (`W1[0, 2]`); empty for an expression."""
    shape: tuple[int, ...]
    """The shape of the result; `()` for a scalar."""
    elements: tuple[Element, ...]
    """Its elements in order, without those that are mere copies of numbers."""
    omitted: int
    """How many elements have arithmetic that is left out because it is long."""
    agrees: bool
    """Whether every element of the result, shown or not, came to what the run had. False is a fault of this module."""
