"""The written-out arithmetic of a step. It needs no NumPy, so that cached listings are rendered without importing it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a result, with its arithmetic."""

    index: tuple[int, ...]
    """Its index in the result; `()` for a scalar."""
    text: str
    """The arithmetic and its value: `1×0.2 + 0×(−0.3) + 1×0.1 + 1×(−0.4) + 0.1 = 0.0`. Numbers have at most six significant
    digits; `≈` stands for `=` if the numbers shown do not give exactly that value."""
    value: bool | int | float
    """The computed value, at full precision."""


@dataclass(frozen=True, slots=True)
class Working:
    """The arithmetic of one step."""

    name: str
    """The target of the assignment: a name, or a part of one (`W1[0, 2]`); empty for an expression."""
    shape: tuple[int, ...]
    """The shape of the result; `()` for a scalar."""
    elements: tuple[Element, ...]
    """Its elements in order, without those that copy a number."""
    omitted: int
    """Number of elements whose arithmetic is left out because it is long."""
    agrees: bool
    """Whether every element of the result, shown or not, has the value that it has in the run."""
