"""Numbers with the text of the arithmetic that led to them. NumPy operates on arrays of terms."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import numpy as np

Plain = bool | int | float
"""The value of a term."""
FIGURES = 6
"""Significant digits with which numbers are shown."""
LENGTH = 2000
"""Length, in characters, up to which the text of a term is kept."""
_WHOLE = 10**15
"""Integers below this are shown with all their digits."""
_BITS = 4096
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

ARROW, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
"""Precedence of a text, from an arrow to a number or a function call."""


@dataclass(frozen=True, slots=True)
class Term:
    """A number, and the arithmetic that led to it."""

    value: Plain
    """The number, computed by Python."""
    text: str
    """The arithmetic in mathematical notation; empty if it is too long."""
    rank: int
    """Precedence of the text."""
    exact: Fraction | None
    """The exact value of the text; None if it is irrational or has too many digits."""
    scale: float
    """Sum of the absolute values that were added: rounding errors are small relative to it, even if the value is 0."""
    worked: bool = True
    """Whether it is the result of arithmetic, and not a number of the trace."""
    told: bool = False
    """Whether the text ends with an arrow and the value."""

    def __add__(self, other: "Term") -> "Term":
        return self._join(other, operator.add, " + ", SUM, SUM, PRODUCT, self.scale + other.scale)

    def __sub__(self, other: "Term") -> "Term":
        return self._join(other, operator.sub, " − ", SUM, SUM, PRODUCT, self.scale + other.scale)

    def __mul__(self, other: "Term") -> "Term":
        return self._join(other, operator.mul, "×", PRODUCT, PRODUCT, POWER, self.scale * other.scale)

    def __truediv__(self, other: "Term") -> "Term":
        if other.value == 0 and math.copysign(1, other.value) < 0 and not other.worked:
            other = replace(other, text="−0", rank=SIGN)  # its sign is that of the infinite quotient
        scale = self.scale / abs(other.value) if other.value else math.inf
        return self._join(other, operator.truediv, "/", PRODUCT, PRODUCT, POWER, scale)

    def __pow__(self, other: "Term") -> "Term":
        base, power = numeric(self), numeric(other)
        if isinstance(power.value, int) and abs(power.value) * int(size(base.value)).bit_length() > _BITS:
            raise OverflowError("a power with more digits than can be shown")
        value = calculate(operator.pow, base.value, power.value)
        whole = isinstance(power.value, int) or power.value.is_integer()
        if whole and not power.worked and abs(power.value) < 1000:
            raised = str(int(power.value)).translate(_SUPERSCRIPTS)
            exact = _raised(base.exact, int(power.value))
        else:
            raised, exact = f"^{power.inside(ATOM)}", None
        text = joined(base.inside(ATOM), raised) if raised != "^" else ""
        return Term(value, text, POWER, exact, _power_scale(base, power, value))

    def __neg__(self) -> "Term":
        number = numeric(self)
        text = f"−{number.inside(POWER)}" if number.text else ""
        return Term(-number.value, text, SIGN, None if number.exact is None else -number.exact, self.scale)

    def __abs__(self) -> "Term":
        number = numeric(self)
        text = f"|{number.text}|" if number.text else ""
        return Term(abs(number.value), text, ATOM, None if number.exact is None else abs(number.exact), self.scale)

    def inside(self, rank: int) -> str:
        """The text as an operand of precedence `rank`, in parentheses if it needs them."""
        return self.text if not self.text or self.rank >= rank else f"({self.text})"

    def _join(
        self,
        other: "Term",
        operation: Callable[..., Any],
        sign: str,
        rank: int,
        left: int,
        right: int,
        scale: float,
    ) -> "Term":
        first, second = numeric(self), numeric(other)
        # A negative number at the very start of a sum needs no parentheses; a negative factor always gets them.
        negative = SIGN if rank == SUM else POWER
        begin = first.inside(negative if first.rank == SIGN else left)
        text = joined(begin, sign, second.inside(POWER if second.rank == SIGN else right))
        value = calculate(operation, first.value, second.value)
        return Term(value, text, rank, _exactly(operation, first.exact, second.exact), max(scale, size(value)))


def leaf(value: Plain) -> Term:
    """The term of a number of the trace."""
    if isinstance(value, bool):
        return Term(value, str(value), ATOM, Fraction(value), 1.0, worked=False)
    text = shown(value)
    exact = as_shown(value) if math.isfinite(size(value)) else None
    rank = SIGN if text.startswith("−") else PRODUCT if "×" in text else ATOM
    return Term(value, text, rank, exact, size(value), worked=False)


def apply(name: str, function: Callable[..., Plain], *arguments: Term, exact: Fraction | None = None) -> Term:
    """A function of terms, written `name(a, b)`."""
    numbers = [numeric(argument) for argument in arguments]
    value = calculate(function, *(number.value for number in numbers))
    inner = ", ".join(number.text for number in numbers)
    text = f"{name}({inner})" if all(number.text for number in numbers) and len(inner) < LENGTH else ""
    return Term(value, text, ATOM, exact, max(size(value), *(number.scale for number in numbers)))


def compare(sign: str, function: Callable[[Plain, Plain], bool], left: Term, right: Term) -> Term:
    """A comparison of two terms."""
    first, second = numeric(left), numeric(right)
    text = joined(first.inside(SUM), f" {sign} ", second.inside(SUM))
    return Term(bool(function(first.value, second.value)), text, ARROW, None, 1.0)


def choose(condition: Term, then: Term, otherwise: Term) -> Term:
    """The term that a condition selects: `0.5 > 0 → 0.5`, `−0.1 ≤ 0 → 0`."""
    chosen = numeric(then if condition.value else otherwise)
    if not condition.worked:
        return chosen
    if not isinstance(condition.value, bool):  # a number counts as true unless it is zero
        condition = compare("≠", operator.ne, condition, leaf(0))
    reason = condition.text if condition.value else _negated(condition.text)
    text = joined(reason, " → ", chosen.inside(SUM))
    return Term(chosen.value, text, ARROW, chosen.exact, chosen.scale, told=not chosen.worked)


def numeric(term: Term) -> Term:
    """The term as a number: True becomes 1, False 0."""
    if not isinstance(term.value, bool):
        return term
    number = leaf(int(term.value))
    if not term.worked:
        return number
    return Term(number.value, joined(term.text, " → ", number.text), ARROW, number.exact, 1.0, told=True)


def shown(value: Plain) -> str:
    """A number with at most six significant digits and the Unicode minus."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        if abs(value) < _WHOLE:
            return str(value).replace("-", "−")
        value = size(value) if value > 0 else -size(value)
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value + 0.0:.{FIGURES}g}".replace("-", "−").partition("e")
    return f"{mantissa}×10{str(int(exponent.replace('−', '-'))).translate(_SUPERSCRIPTS)}" if exponent else mantissa


def as_shown(value: Plain) -> Fraction:
    """The exact value of the digits with which a finite number is shown."""
    is_whole = isinstance(value, int) and abs(value) < _WHOLE
    return Fraction(value if is_whole else f"{float(value):.{FIGURES}g}")


def size(value: Plain) -> float:
    """The absolute value as a float; infinity if it is too large for one."""
    try:
        return abs(float(value))
    except OverflowError:
        return math.inf


def joined(*parts: str) -> str:
    """The parts as one text; empty if a part is empty or the text would be too long."""
    text = "".join(parts)
    return text if all(parts) and len(text) <= LENGTH else ""


def calculate(function: Callable[..., Any], *numbers: Plain) -> Plain:
    """The function's value; infinity or NaN, as with NumPy, where Python would raise."""
    value: Any
    try:
        value = function(*numbers)
    except (ZeroDivisionError, OverflowError):
        value = function(*(np.float64(number) for number in numbers))
    if isinstance(value, complex):
        return math.nan
    return float(value) if isinstance(value, np.floating) else cast("Plain", value)


def _negated(text: str) -> str:
    for sign, opposite in (
        (" > ", " ≤ "),
        (" < ", " ≥ "),
        (" ≥ ", " < "),
        (" ≤ ", " > "),
        (" = ", " ≠ "),
        (" ≠ ", " = "),
    ):
        # With NaN, `not a > b` does not mean `a ≤ b`.
        if text.count(sign) == 1 and "→" not in text and "nan" not in text:
            return text.replace(sign, opposite)
    return f"not ({text})" if text else ""


def _exactly(operation: Callable[..., Fraction], first: Fraction | None, second: Fraction | None) -> Fraction | None:
    if first is None or second is None or (operation is operator.truediv and second == 0):
        return None
    result = operation(first, second)
    return result if max(result.numerator.bit_length(), result.denominator.bit_length()) <= _BITS else None


def _raised(base: Fraction | None, power: int) -> Fraction | None:
    if base is None or (base == 0 and power < 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    return base**power if bits * abs(power) <= _BITS else None


def _power_scale(base: Term, power: Term, value: Plain) -> float:
    """The scale of a power, with which rounding errors of the base grow."""
    try:
        return max(size(value), abs(float(base.scale ** float(power.value))) * max(1.0, size(power.value)))
    except (OverflowError, ZeroDivisionError):
        return math.inf
