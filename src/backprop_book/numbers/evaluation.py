"""The tree of an arithmetic expression, and its value: exact, with the bounds that its written digits leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from backprop_book.numbers.quantity import (
    BINARY,
    UNARY,
    NoValueError,
    Quantity,
    add,
    bounded,
    divide,
    equal,
    exact,
    gcd,
    multiply,
    whole,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A number literal."""

    value: Fraction
    """Its value, a percentage divided by 100."""
    half: Fraction
    """Half a unit of its last digit."""
    whole: bool
    """Whether it is an integer without decimals, exponent or percent sign."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A power, fraction, sign, transpose or function, with its operands."""

    operator: str
    """`^`, `/` (a fraction), `neg`, `T`, `=` (an expression with a brace, and the value at the brace) or the name of a function."""
    operands: tuple["Node", ...]
    """One operand or more."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Terms added and subtracted from left to right, or factors multiplied and divided."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]
    """The others, each after its operator: `+`, `-`, `*`, `/`, `o` (a product element by element), `@`, or `.`
    for a product whose kind depends on what it joins."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or matrix."""

    items: tuple["Node", ...]
    """Its elements, or its rows."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The index of a sum or a product."""

    name: str


@dataclass(frozen=True, slots=True)
class Series:
    """A sum or a product over an index."""

    operator: str
    """`sum` or `prod`."""
    letter: str
    """The index."""
    first: "Node"
    """Its first value."""
    last: "Node"
    """Its last value."""
    term: "Node"
    """The summand or factor."""


Node = Written | Operation | Chain | Items | Letter | Series


def bare(node: Node) -> bool:
    """Whether the tree is a number, a negative number or a list of such, without operations."""
    if isinstance(node, Items):
        return all(bare(item) for item in node.items)
    return signed_number(node) is not None


def signed_number(node: Node) -> Written | None:
    """The number with its sign, if the tree is one; else None."""
    match node:
        case Written():
            return node
        case Operation("neg", (Written(value, half, whole),)):
            return Written(-value, half, whole)
    return None


ELEMENTS = 128
"""Number of elements up to which two matrices of equal size are multiplied."""
TERMS = 400
"""Number of terms up to which a sum or product over a letter is evaluated, nested sums included."""
Result = Quantity | tuple["Result", ...]
"""A number, or a list, tuple or matrix of results."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The values of the indices around an expression, and the number of terms that may still be evaluated."""

    letters: Mapping[str, Quantity]
    room: int


_NO_LETTERS = _Scope(MappingProxyType({}), TERMS)


def evaluate(node: Node, *, stated: bool, scope: _Scope = _NO_LETTERS) -> Result:
    """The value of an expression, with bounds.

    A number with decimals may be off by half a unit of its last digit, which gives the bounds.

    Args:
        node: The expression.
        stated: Whether it is a stated value, see `bare`. Then integers may be rounded, too: in `1000 / 3 ≈ 333`, 333 is.
            Inside an expression integers are exact.
        scope: The indices of the sums around it.

    Raises:
        NoValueError: There is a division by zero, a root of a negative number, a number that is too large, or lists that do not fit.
    """
    match node:
        case Written(value, half, whole):
            room = Fraction(0) if whole and not stated else half
            return bounded(value, value - room, value + room)
        case Letter(name):
            return scope.letters[name]
        case Items(items):
            return tuple(evaluate(item, stated=stated, scope=scope) for item in items)
        case Chain(first, rest):
            result = evaluate(first, stated=stated, scope=scope)
            for sign, following in rest:
                result = _join(sign, result, evaluate(following, stated=stated, scope=scope))
            return result
        case Series():
            return _series(node, stated, scope)
        case _:
            operands = tuple(evaluate(operand, stated=stated, scope=scope) for operand in node.operands)
            return _apply(node.operator, operands)


def flatten(result: Result) -> tuple[Quantity, ...]:
    """The numbers of a result, in order."""
    if isinstance(result, Quantity):
        return (result,)
    return tuple(quantity for item in result for quantity in flatten(item))


def shape(result: Result) -> tuple[int, ...] | None:
    """The shape of a result as an array, `()` for a number; None if its lists are ragged."""
    if isinstance(result, Quantity):
        return ()
    shapes = {shape(item) for item in result}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(result), *(shapes.pop() or () if shapes else ()))


def _series(node: Series, stated: bool, scope: _Scope) -> Result:
    ends = (evaluate(end, stated=False, scope=scope) for end in (node.first, node.last))
    first, last = (whole(end) if isinstance(end, Quantity) else None for end in ends)
    if first is None or last is None:
        raise NoValueError("a sum or a product runs over whole numbers")
    count = last - first + 1
    if count > scope.room:
        raise NoValueError(f"more than {TERMS} terms")
    result: Result = exact(node.operator == "prod")
    for value in range(first, last + 1):
        inner = _Scope({**scope.letters, node.letter: exact(value)}, scope.room // count)
        term = evaluate(node.term, stated=stated, scope=inner)
        result = term if value == first else _join("+" if node.operator == "sum" else ".", result, term)
    return result


def _apply(operator: str, operands: tuple[Result, ...]) -> Result:
    if operator in ("max", "min", "sum", "mean"):
        return _gather(operator, flatten(operands))
    if operator == "T":
        return _transpose(operands[0])
    if operator == "=":
        return _same(*operands)
    if operator == "gcd":
        return gcd(flatten(operands))
    if operator in UNARY:
        return _each(UNARY[operator], operands[0])
    return _join(operator, *operands)


def _join(operator: str, left: Result, right: Result) -> Result:
    matrices = operator in ".*" and _is_matrix(left) and _is_matrix(right)
    lists = operator == "." and isinstance(left, tuple) and isinstance(right, tuple)
    if operator == "@" or matrices or lists:
        return _matrix_product(left, right)
    return _pairwise(BINARY[operator], left, right)


def _same(inside: Result, said: Result) -> Result:
    """The value of an expression with a brace, if it equals the value at the brace."""
    pairs = zip(flatten(inside), flatten(said), strict=False)
    if shape(inside) != shape(said) or not all(equal(a, b) for a, b in pairs):
        raise NoValueError("a brace says something else than what it spans")
    return inside


def _is_matrix(result: Result) -> bool:
    return len(shape(result) or ()) == 2


def _each(function: Callable[[Quantity], Quantity], operand: Result) -> Result:
    if isinstance(operand, Quantity):
        return function(operand)
    return tuple(_each(function, item) for item in operand)


def _pairwise(function: Callable[[Quantity, Quantity], Quantity], left: Result, right: Result) -> Result:
    if isinstance(left, Quantity):
        if isinstance(right, Quantity):
            return function(left, right)
        return tuple(_pairwise(function, left, item) for item in right)
    if isinstance(right, Quantity):
        return tuple(_pairwise(function, item, right) for item in left)
    if len(left) != len(right):
        raise NoValueError(f"{len(left)} elements do not go with {len(right)}")
    return tuple(_pairwise(function, a, b) for a, b in zip(left, right, strict=True))


def _matrix_product(left: Result, right: Result) -> Result:
    sizes = (shape(left), shape(right))
    if (
        not isinstance(left, tuple)
        or not isinstance(right, tuple)
        or any(len(size or ()) not in (1, 2) for size in sizes)
    ):
        raise NoValueError("a matrix product takes lists or matrices")
    if len(flatten(left)) * len(flatten(right)) > ELEMENTS**2:
        raise NoValueError("the matrices are too large")
    if len(sizes[0] or ()) == 2:
        return tuple(_matrix_product(row, right) for row in left)
    if len(sizes[1] or ()) == 2:
        return tuple(_matrix_product(left, column) for column in _transpose(right))
    if len(left) != len(right):
        raise NoValueError(f"{len(left)} elements do not go with {len(right)}")
    total = exact(0)
    for a, b in zip(flatten(left), flatten(right), strict=True):
        total = add(total, multiply(a, b))
    return total


def _transpose(operand: Result) -> tuple[Result, ...]:
    if not _is_matrix(operand) or not isinstance(operand, tuple):
        raise NoValueError("only a matrix has a transpose")
    return tuple(zip(*(row for row in operand if isinstance(row, tuple)), strict=True))


def _gather(operator: str, quantities: tuple[Quantity, ...]) -> Quantity:
    if not quantities:
        raise NoValueError(f"{operator} of nothing")
    if operator in ("max", "min"):
        choose = max if operator == "max" else min
        return bounded(
            choose(q.value for q in quantities), choose(q.low for q in quantities), choose(q.high for q in quantities),
            *quantities,
        )  # fmt: skip
    total = quantities[0]
    for quantity in quantities[1:]:
        total = add(total, quantity)
    return total if operator == "sum" else divide(total, exact(len(quantities)))
