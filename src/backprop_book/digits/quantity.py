"""quantity: a number that was worked out, within what bounds its written digits leave it, and what can be done with it."""

from collections.abc import Callable, Mapping
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
    {"neg": negate, "abs": absolute, "sqrt": root, "exp": exponential, "ln": logarithm}
)
BINARY: Mapping[str, Callable[[Quantity, Quantity], Quantity]] = MappingProxyType(
    {"+": add, "-": subtract, "*": multiply, ".": multiply, "o": multiply, "/": divide, "^": raised}
)
