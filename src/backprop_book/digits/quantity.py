"""Exact numbers with the bounds that rounding leaves them, and the operations on them."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from types import MappingProxyType

BITS = 4096
"""How many binary digits numerator and denominator may have."""
DIGITS = 60
"""How many digits of a root, an exponential or a logarithm are worked out."""
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
    """Whether a root, an exponential or a logarithm is in it, so that the last of its many digits are not exact."""
    open: bool = False
    """Whether the bounds mean nothing, because a divisor could be zero: it could be any number."""


def bounded(value: Fraction, low: Fraction, high: Fraction, *sources: Quantity) -> Quantity:
    """A number within its bounds, as irrational and as open as what it was made of."""
    for number in (value, low, high):
        if number.numerator.bit_length() > BITS or number.denominator.bit_length() > BITS:
            raise NoValueError("the numbers get too large")
    return Quantity(value, low, high, any(q.irrational for q in sources), any(q.open for q in sources))


def negate(a: Quantity) -> Quantity:
    """The number with the other sign."""
    return bounded(-a.value, -a.high, -a.low, a)


def absolute(a: Quantity) -> Quantity:
    """The number without its sign."""
    ends = (abs(a.low), abs(a.high))
    return bounded(abs(a.value), Fraction(0) if a.low < 0 < a.high else min(ends), max(ends), a)


def add(a: Quantity, b: Quantity) -> Quantity:
    """The sum."""
    return bounded(a.value + b.value, a.low + b.low, a.high + b.high, a, b)


def subtract(a: Quantity, b: Quantity) -> Quantity:
    """The difference."""
    return add(a, negate(b))


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


def raised(a: Quantity, b: Quantity) -> Quantity:
    """The number raised to a power."""
    power = b.value
    if power == Fraction(1, 2):
        return root(a)
    if power.denominator != 1:
        raise NoValueError("only whole powers, and 1/2 for the root, can be worked out")
    size = max(x.bit_length() for q in (a.value, a.low, a.high) for x in (q.numerator, q.denominator))
    if abs(power) * size > 4 * BITS:
        raise NoValueError("the numbers get too large")
    if power < 0:
        return divide(exact(1), raised(a, exact(-power)))
    ends = (a.low ** int(power), a.high ** int(power))
    low = Fraction(0) if power and power % 2 == 0 and a.low < 0 < a.high else min(ends)
    return bounded(a.value ** int(power), low, max(ends), a)


def root(a: Quantity) -> Quantity:
    """The square root."""
    if a.value < 0:
        raise NoValueError("the root of a negative number")
    value, low, high = (_digits(number, Context.sqrt) for number in (a.value, max(a.low, Fraction(0)), a.high))
    exact = value * value == a.value
    result = bounded(value, low, high, a)
    return result if exact else Quantity(result.value, result.low, result.high, irrational=True, open=result.open)


def exponential(a: Quantity) -> Quantity:
    """The exponential, e raised to the number."""
    if max(abs(a.low), abs(a.high)) > 1000:
        raise NoValueError("the numbers get too large")
    value, low, high = (_digits(number, Context.exp) for number in (a.value, a.low, a.high))
    result = bounded(value, low, high, a)
    return Quantity(result.value, result.low, result.high, irrational=a.value != 0 or a.irrational, open=result.open)


def logarithm(a: Quantity) -> Quantity:
    """The natural logarithm."""
    if a.value <= 0:
        raise NoValueError("the logarithm of a number that is not above zero")
    value, low, high = (_digits(number, Context.ln) for number in (a.value, max(a.low, _NEGLIGIBLE), a.high))
    result = bounded(value, low, high, a)
    return Quantity(result.value, result.low, result.high, a.value != 1 or a.irrational, open=a.open or a.low <= 0)


def logarithm_to(a: Quantity, base: Quantity) -> Quantity:
    """The logarithm to a base."""
    if base.value == 1:
        raise NoValueError("the base of a logarithm is 1")
    return divide(logarithm(a), logarithm(base))


def root_of(a: Quantity, index: Quantity) -> Quantity:
    """The root of a degree, which is a whole number above zero."""
    degree = whole(index)
    if degree is None or degree < 1:
        raise NoValueError("the degree of a root is a whole number above zero")
    if a.value < 0 and degree % 2:
        return negate(root_of(negate(a), index))
    if degree == 2 or a.value <= 0:
        return root(a)
    return exponential(divide(logarithm(a), index))


def factorial(a: Quantity) -> Quantity:
    """The factorial of a whole number."""
    count = whole(a)
    if count is None or not 0 <= count <= BITS // 8:
        raise NoValueError("only small whole numbers have a factorial here")
    return exact(math.factorial(count))


def binomial(a: Quantity, b: Quantity) -> Quantity:
    """In how many ways so many can be chosen."""
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


def floor(a: Quantity) -> Quantity:
    """The greatest whole number that is not above the number."""
    value, low, high = (Fraction(math.floor(_settled(a, number))) for number in (a.value, a.low, a.high))
    return bounded(value, low, high, a)


def ceiling(a: Quantity) -> Quantity:
    """The least whole number that is not below the number."""
    return negate(floor(negate(a)))


def remainder(a: Quantity, b: Quantity) -> Quantity:
    """What is left of a whole number that is divided by another."""
    left, right = whole(a), whole(b)
    if left is None or not right:
        raise NoValueError("only whole numbers leave a remainder, and none is divided by zero")
    return exact(left % right)


def whole(a: Quantity) -> int | None:
    """The whole number that a number is, with nothing rounded in it; None if it is none."""
    return int(a.value) if a.value.denominator == 1 and a.low == a.high else None


def _settled(a: Quantity, number: Fraction) -> Fraction:
    """A whole number that has been missed because a root, an exponential or a logarithm was cut off."""
    near = Fraction(round(number))
    return near if a.irrational and abs(near - number) <= _NEGLIGIBLE else number


def _digits(number: Fraction, function: Callable[[Context, Decimal], Decimal]) -> Fraction:
    context = Context(prec=DIGITS)
    return Fraction(function(context, context.divide(Decimal(number.numerator), Decimal(number.denominator))))


def exact(number: int | Fraction) -> Quantity:
    """A number that nothing was rounded in."""
    value = Fraction(number)
    return bounded(value, value, value)


def equal(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers are the same."""
    return abs(a.value - b.value) <= _slack(a, b)


def compatible(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers can be one and the same, within their bounds."""
    slack = _slack(a, b)
    return a.open or b.open or (a.low <= b.high + slack and b.low <= a.high + slack)


def _slack(a: Quantity, b: Quantity) -> Fraction:
    """By how much two equal numbers may differ because a root, an exponential or a logarithm has been cut off."""
    return _NEGLIGIBLE * max(Fraction(1), abs(a.value)) if a.irrational or b.irrational else Fraction(0)


UNARY: Mapping[str, Callable[[Quantity], Quantity]] = MappingProxyType(
    {
        "neg": negate,
        "abs": absolute,
        "sqrt": root,
        "exp": exponential,
        "ln": logarithm,
        "!": factorial,
        "floor": floor,
        "ceil": ceiling,
    }
)
BINARY: Mapping[str, Callable[[Quantity, Quantity], Quantity]] = MappingProxyType(
    {
        "+": add,
        "-": subtract,
        "*": multiply,
        ".": multiply,
        "o": multiply,
        "/": divide,
        "^": raised,
        "%": remainder,
        "log": logarithm_to,
        "root": root_of,
        "binom": binomial,
    }
)
