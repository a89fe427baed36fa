"""Exact numbers with the bounds that rounding leaves them, and the operations on them."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from types import MappingProxyType

BITS = 4096
"""Number of binary digits that a numerator or denominator may have."""
DIGITS = 60
"""Number of digits to which roots, exponentials and logarithms are computed."""
_NEGLIGIBLE = Fraction(1, 10**40)


class NoValueError(Exception):
    """The expression has no value; the message says why."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A computed number with bounds."""

    value: Fraction
    """The value if each number is exactly as written."""
    low: Fraction
    """The least value if each number with decimals stands for any number that rounds to it."""
    high: Fraction
    """The greatest value in that case."""
    irrational: bool = False
    """Whether a root, an exponential or a logarithm went into it, so that its last digits are not exact."""
    open: bool = False
    """Whether there are no bounds, because a divisor may be zero."""


def bounded(value: Fraction, low: Fraction, high: Fraction, *sources: Quantity) -> Quantity:
    """A quantity that is irrational, or open, if one of its sources is.

    Raises:
        NoValueError: A number is too large.
    """
    for number in (value, low, high):
        if number.numerator.bit_length() > BITS or number.denominator.bit_length() > BITS:
            raise NoValueError("the numbers get too large")
    return Quantity(value, low, high, any(q.irrational for q in sources), any(q.open for q in sources))


def _negate(a: Quantity) -> Quantity:
    return bounded(-a.value, -a.high, -a.low, a)


def _absolute(a: Quantity) -> Quantity:
    ends = (abs(a.low), abs(a.high))
    return bounded(abs(a.value), Fraction(0) if a.low < 0 < a.high else min(ends), max(ends), a)


def add(a: Quantity, b: Quantity) -> Quantity:
    """The sum."""
    return bounded(a.value + b.value, a.low + b.low, a.high + b.high, a, b)


def _subtract(a: Quantity, b: Quantity) -> Quantity:
    return add(a, _negate(b))


def multiply(a: Quantity, b: Quantity) -> Quantity:
    """The product."""
    corners: list[Fraction] = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return bounded(a.value * b.value, min(corners), max(corners), a, b)


def divide(a: Quantity, b: Quantity) -> Quantity:
    """The quotient."""
    if b.value == 0:
        raise NoValueError("division by zero")
    if b.low <= 0 <= b.high:
        value = exact(a.value / b.value).value
        return Quantity(value, value, value, a.irrational or b.irrational, open=True)
    inverse = bounded(1 / b.value, 1 / b.high, 1 / b.low, b)
    return multiply(a, inverse)


def _raised(a: Quantity, b: Quantity) -> Quantity:
    power = b.value
    if power == Fraction(1, 2):
        return _root(a)
    if power.denominator != 1:
        raise NoValueError("only whole powers, and 1/2 for the root, can be worked out")
    size = max(x.bit_length() for q in (a.value, a.low, a.high) for x in (q.numerator, q.denominator))
    if abs(power) * size > 4 * BITS:
        raise NoValueError("the numbers get too large")
    if power < 0:
        return divide(exact(1), _raised(a, exact(-power)))
    ends = (a.low ** int(power), a.high ** int(power))
    low = Fraction(0) if power and power % 2 == 0 and a.low < 0 < a.high else min(ends)
    return bounded(a.value ** int(power), low, max(ends), a)


def _root(a: Quantity) -> Quantity:
    if a.value < 0:
        raise NoValueError("the root of a negative number")
    value, low, high = (_digits(number, Context.sqrt) for number in (a.value, max(a.low, Fraction(0)), a.high))
    exact = value * value == a.value
    result = bounded(value, low, high, a)
    return result if exact else replace(result, irrational=True)


def _exponential(a: Quantity) -> Quantity:
    if max(abs(a.low), abs(a.high)) > 1000:
        raise NoValueError("the numbers get too large")
    value, low, high = (_digits(number, Context.exp) for number in (a.value, a.low, a.high))
    result = bounded(value, low, high, a)
    return replace(result, irrational=a.value != 0 or a.irrational)


def _logarithm(a: Quantity) -> Quantity:
    if a.value <= 0:
        raise NoValueError("the logarithm of a number that is not above zero")
    value, low, high = (_digits(number, Context.ln) for number in (a.value, max(a.low, _NEGLIGIBLE), a.high))
    result = bounded(value, low, high, a)
    return replace(result, irrational=a.value != 1 or a.irrational, open=a.open or a.low <= 0)


def _logarithm_to(a: Quantity, base: Quantity) -> Quantity:
    if base.value == 1:
        raise NoValueError("the base of a logarithm is 1")
    return divide(_logarithm(a), _logarithm(base))


def _root_of(a: Quantity, index: Quantity) -> Quantity:
    degree = whole(index)
    if degree is None or degree < 1:
        raise NoValueError("the degree of a root is a whole number above zero")
    if a.value < 0 and degree % 2:
        return _negate(_root_of(_negate(a), index))
    if degree == 2 or a.value <= 0:
        return _root(a)
    return _exponential(divide(_logarithm(a), index))


def _factorial(a: Quantity) -> Quantity:
    count = whole(a)
    if count is None or not 0 <= count <= BITS // 8:
        raise NoValueError("only small whole numbers have a factorial here")
    return exact(math.factorial(count))


def _binomial(a: Quantity, b: Quantity) -> Quantity:
    total, chosen = whole(a), whole(b)
    if total is None or chosen is None or not (0 <= total <= BITS and chosen >= 0):
        raise NoValueError("only small whole numbers have a binomial coefficient here")
    return exact(math.comb(total, chosen))


def gcd(numbers: Iterable[Quantity]) -> Quantity:
    """The greatest common divisor of whole numbers."""
    found = [whole(number) for number in numbers]
    if None in found:
        raise NoValueError("only whole numbers have a common divisor")
    return exact(math.gcd(*(number for number in found if number is not None)))


def _floor(a: Quantity) -> Quantity:
    value, low, high = (Fraction(math.floor(_settled(a, number))) for number in (a.value, a.low, a.high))
    return bounded(value, low, high, a)


def _ceiling(a: Quantity) -> Quantity:
    return _negate(_floor(_negate(a)))


def _remainder(a: Quantity, b: Quantity) -> Quantity:
    left, right = whole(a), whole(b)
    if left is None or not right:
        raise NoValueError("only whole numbers leave a remainder, and none is divided by zero")
    return exact(left % right)


def whole(a: Quantity) -> int | None:
    """The integer that a quantity is exactly; None if it is not an integer."""
    return int(a.value) if a.value.denominator == 1 and a.low == a.high else None


def _settled(a: Quantity, number: Fraction) -> Fraction:
    """The integer next to a number, if only the limited digits of an irrational number separate them; else the number."""
    near = Fraction(round(number))
    return near if a.irrational and abs(near - number) <= _NEGLIGIBLE else number


def _digits(number: Fraction, function: Callable[[Context, Decimal], Decimal]) -> Fraction:
    context = Context(prec=DIGITS)
    return Fraction(function(context, context.divide(Decimal(number.numerator), Decimal(number.denominator))))


def exact(number: int | Fraction) -> Quantity:
    """The quantity of an exact number."""
    value = Fraction(number)
    return bounded(value, value, value)


def equal(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities have the same value."""
    return abs(a.value - b.value) <= _slack(a, b)


def compatible(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities can be equal within their bounds."""
    slack = _slack(a, b)
    return a.open or b.open or (a.low <= b.high + slack and b.low <= a.high + slack)


def _slack(a: Quantity, b: Quantity) -> Fraction:
    """The difference that the limited digits of irrational numbers allow between equal numbers."""
    return _NEGLIGIBLE * max(Fraction(1), abs(a.value)) if a.irrational or b.irrational else Fraction(0)


UNARY: Mapping[str, Callable[[Quantity], Quantity]] = MappingProxyType({
    "neg": _negate, "abs": _absolute, "sqrt": _root, "exp": _exponential, "ln": _logarithm, "!": _factorial, "floor": _floor,
    "ceil": _ceiling,
})  # fmt: skip
"""The functions of one number, by their names in trees."""
BINARY: Mapping[str, Callable[[Quantity, Quantity], Quantity]] = MappingProxyType({
    "+": add, "-": _subtract, "*": multiply, ".": multiply, "o": multiply, "/": divide, "^": _raised, "%": _remainder,
    "log": _logarithm_to, "root": _root_of, "binom": _binomial,
})  # fmt: skip
"""The operators of two numbers, by their names in trees."""
