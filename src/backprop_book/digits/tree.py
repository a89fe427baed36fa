"""tree: what an arithmetic expression is made of."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Written:
    """A number as written."""

    value: Fraction
    """Its value, a percentage divided by 100."""
    half: Fraction
    """Half a unit of its last digit."""
    whole: bool
    """Whether it is an integer without decimals, exponent or percent sign; inside an expression, that is exact."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A power, fraction, sign, transpose or function, and what it is applied to."""

    operator: str
    """`^`, `/` (a fraction), `neg`, `T`, `=` (what stands over a brace, and what the brace says it is) or a function's name."""
    operands: tuple["Node", ...]
    """One operand or more."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms added and subtracted, or factors multiplied and divided, from the left."""

    first: "Node"
    """The first of them."""
    rest: tuple[tuple[str, "Node"], ...]
    """The others, each with the operator before it: `+`, `-`, `*`, `/`, `o` (a product element by element), `@`, or `.`
    for a product whose kind depends on what it joins."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or matrix."""

    items: tuple["Node", ...]
    """Its elements, or its rows."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter that a sum or a product runs over."""

    name: str
    """The letter."""


@dataclass(frozen=True, slots=True)
class Series:
    """A sum or a product over a letter."""

    operator: str
    """`sum` or `prod`."""
    letter: str
    """The letter."""
    first: "Node"
    """Its first value."""
    last: "Node"
    """Its last value."""
    term: "Node"
    """What is added or multiplied for each value."""


Node = Written | Operation | Chain | Items | Letter | Series


def bare(node: Node) -> bool:
    """Whether the tree is a stated value: a number, a negative number or a list of such, with nothing to work out."""
    if isinstance(node, Items):
        return all(bare(item) for item in node.items)
    return signed_number(node) is not None


def signed_number(node: Node) -> Written | None:
    """The number that the tree is, with its sign; None if it is anything else."""
    match node:
        case Written():
            return node
        case Operation("neg", (Written(value, half, whole),)):
            return Written(-value, half, whole)
    return None
