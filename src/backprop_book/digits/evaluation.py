"""evaluation: what an arithmetic expression comes to, exactly, and within what bounds its written digits leave it.

Square roots and exponentials are worked out to more digits than any page shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from types import MappingProxyType

from backprop_book.digits.tree import Chain, Items, Node, Written

BITS = 4096
"""How many binary digits numerator and denominator may have."""
ELEMENTS = 128
"""How many elements each of two matrices of equal size may have to be multiplied."""
DIGITS = 60
"""How many digits of a root or an exponential are worked out."""
_NEGLIGIBLE = Fraction(1, 10**40)


class NoValueError(Exception):
    """The expression has no value; the message says why."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that was worked out."""

    value: Fraction
    """From the digits as written."""
    low: Fraction
    """The least that it could be if each rounded number were anything that rounds to its digits."""
    high: Fraction
    """The most that it could be."""
    irrational: bool = False
    """Whether a root or an exponential is in it, so that the last of its many digits are not exact."""
    open: bool = False
    """Whether the bounds mean nothing, because a divisor could be zero: it could be any number."""


Result = Quantity | tuple["Result", ...]
"""A number, or a list, tuple or matrix of results."""


def evaluate(node: Node, *, stated: bool) -> Result:
    """What the expression comes to.

    Bounds come from half a unit of the last digit of every number that is written with decimals. An integer is a
    count, and exact, except where the whole side is a stated value (`stated`): in `1000 / 3 ≈ 333`, 333 is rounded.

    Raises:
        NoValueError: a division by zero, a root of a negative number, numbers that are too large, lists that do
                not fit.
    """
    match node:
        case Written(value, half, whole):
            room = Fraction(0) if whole and not stated else half
            return _bounded(value, value - room, value + room)
        case Items(items):
            return tuple(evaluate(item, stated=stated) for item in items)
        case Chain(first, rest):
            result = evaluate(first, stated=stated)
            for sign, following in rest:
                result = _join(sign, result, evaluate(following, stated=stated))
            return result
        case _:
            return _apply(node.operator, tuple(evaluate(operand, stated=stated) for operand in node.operands))


def flatten(result: Result) -> tuple[Quantity, ...]:
    """The numbers of a result, in order."""
    if isinstance(result, Quantity):
        return (result,)
    return tuple(quantity for item in result for quantity in flatten(item))


def shape(result: Result) -> tuple[int, ...] | None:
    """The shape of a result as of an array, `()` for a number; None if its lists are ragged."""
    if isinstance(result, Quantity):
        return ()
    shapes = {shape(item) for item in result}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(result), *(shapes.pop() or () if shapes else ()))


def _apply(operator: str, operands: tuple[Result, ...]) -> Result:
    if operator in ("max", "min", "sum", "mean"):
        return _gather(operator, flatten(operands))
    if operator == "T":
        return _transpose(operands[0])
    if operator in _UNARY:
        return _each(_UNARY[operator], operands[0])
    return _join(operator, *operands)


def _join(operator: str, left: Result, right: Result) -> Result:
    matrices = operator in ".*" and _is_matrix(left) and _is_matrix(right)
    lists = operator == "." and isinstance(left, tuple) and isinstance(right, tuple)
    if operator == "@" or matrices or lists:
        return _matrix_product(left, right)
    return _pairwise(_BINARY[operator], left, right)


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
    total = _exact(0)
    for a, b in zip(flatten(left), flatten(right), strict=True):
        total = _add(total, _multiply(a, b))
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
        return _bounded(
            choose(q.value for q in quantities), choose(q.low for q in quantities), choose(q.high for q in quantities),
            *quantities,
        )  # fmt: skip
    total = quantities[0]
    for quantity in quantities[1:]:
        total = _add(total, quantity)
    return total if operator == "sum" else _divide(total, _exact(len(quantities)))


def _bounded(value: Fraction, low: Fraction, high: Fraction, *sources: Quantity) -> Quantity:
    for number in (value, low, high):
        if number.numerator.bit_length() > BITS or number.denominator.bit_length() > BITS:
            raise NoValueError("the numbers get too large")
    return Quantity(value, low, high, any(q.irrational for q in sources), any(q.open for q in sources))


def _negate(a: Quantity) -> Quantity:
    return _bounded(-a.value, -a.high, -a.low, a)


def _absolute(a: Quantity) -> Quantity:
    ends = (abs(a.low), abs(a.high))
    return _bounded(abs(a.value), Fraction(0) if a.low < 0 < a.high else min(ends), max(ends), a)


def _add(a: Quantity, b: Quantity) -> Quantity:
    return _bounded(a.value + b.value, a.low + b.low, a.high + b.high, a, b)


def _subtract(a: Quantity, b: Quantity) -> Quantity:
    return _add(a, _negate(b))


def _multiply(a: Quantity, b: Quantity) -> Quantity:
    corners: list[Fraction] = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return _bounded(a.value * b.value, min(corners), max(corners), a, b)


def _divide(a: Quantity, b: Quantity) -> Quantity:
    if b.value == 0:
        raise NoValueError("division by zero")
    if b.low <= 0 <= b.high:
        value = _exact(a.value / b.value).value
        return Quantity(value, value, value, a.irrational or b.irrational, open=True)
    inverse = _bounded(1 / b.value, 1 / b.high, 1 / b.low, b)
    return _multiply(a, inverse)


def _raise(a: Quantity, b: Quantity) -> Quantity:
    power = b.value
    if power == Fraction(1, 2):
        return _root(a)
    if power.denominator != 1:
        raise NoValueError("only whole powers, and 1/2 for the root, can be worked out")
    size = max(x.bit_length() for q in (a.value, a.low, a.high) for x in (q.numerator, q.denominator))
    if abs(power) * size > 4 * BITS:
        raise NoValueError("the numbers get too large")
    if power < 0:
        return _divide(_exact(1), _raise(a, _exact(-power)))
    ends = (a.low ** int(power), a.high ** int(power))
    low = Fraction(0) if power and power % 2 == 0 and a.low < 0 < a.high else min(ends)
    return _bounded(a.value ** int(power), low, max(ends), a)


def _root(a: Quantity) -> Quantity:
    if a.value < 0:
        raise NoValueError("the root of a negative number")
    value, low, high = (_digits(number, Context.sqrt) for number in (a.value, max(a.low, Fraction(0)), a.high))
    exact = value * value == a.value
    result = _bounded(value, low, high, a)
    return result if exact else Quantity(result.value, result.low, result.high, irrational=True, open=result.open)


def _exponential(a: Quantity) -> Quantity:
    if max(abs(a.low), abs(a.high)) > 1000:
        raise NoValueError("the numbers get too large")
    value, low, high = (_digits(number, Context.exp) for number in (a.value, a.low, a.high))
    result = _bounded(value, low, high, a)
    return Quantity(result.value, result.low, result.high, irrational=a.value != 0 or a.irrational, open=result.open)


def _digits(number: Fraction, function: Callable[[Context, Decimal], Decimal]) -> Fraction:
    context = Context(prec=DIGITS)
    return Fraction(function(context, context.divide(Decimal(number.numerator), Decimal(number.denominator))))


def _exact(number: int | Fraction) -> Quantity:
    value = Fraction(number)
    return _bounded(value, value, value)


def equal(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers are the same."""
    return abs(a.value - b.value) <= _slack(a, b)


def compatible(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers can be one and the same, within their bounds."""
    slack = _slack(a, b)
    return a.open or b.open or (a.low <= b.high + slack and b.low <= a.high + slack)


def _slack(a: Quantity, b: Quantity) -> Fraction:
    """By how much two equal numbers may differ because a root or an exponential has been cut off."""
    return _NEGLIGIBLE * max(Fraction(1), abs(a.value)) if a.irrational or b.irrational else Fraction(0)


_UNARY: Mapping[str, Callable[[Quantity], Quantity]] = MappingProxyType(
    {"neg": _negate, "abs": _absolute, "sqrt": _root, "exp": _exponential}
)
_BINARY: Mapping[str, Callable[[Quantity, Quantity], Quantity]] = MappingProxyType(
    {"+": _add, "-": _subtract, "*": _multiply, ".": _multiply, "o": _multiply, "/": _divide, "^": _raise}
)
