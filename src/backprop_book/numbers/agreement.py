"""Whether a value agrees with a number as written, and the value written in the same form."""

import ast
import io
import math
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction

from backprop_book.numbers.number_words import FOLD, MULTIPLES, SUPERSCRIPTS, spell
from backprop_book.numbers.numeral import (
    BASED,
    PERCENT,
    WRITTEN,
    Numeral,
    exponent_of,
    numerals,
    scale_of,
)

Number = int | float | Fraction | Decimal
"""Types of the values that a numeral is compared with."""
_TO_SUPERSCRIPT = str.maketrans("0123456789-", f"{SUPERSCRIPTS}⁻")
_FIGURES = 6
_PART_DECIMALS = 2
"""Decimals in place of a fraction in words: 9.25 after `9 and a half`."""
LEAST = Fraction(19, 20)
"""The least value, in units of a numeral's last digit, of which that numeral shows a digit."""
_ABOUT = "≈~ \u00a0\u2009\u202f"
_POWER = 64
_MILLIONTH = Fraction(1, 10**6)
_PERCENT_BEHIND = re.compile(rf"{PERCENT}\Z", re.VERBOSE | re.IGNORECASE)


def is_finite(value: Number) -> bool:
    """Whether a number is neither NaN nor infinite. Integers too large for a float are finite."""
    return value.is_finite() if isinstance(value, Decimal) else not isinstance(value, float) or math.isfinite(value)


def agrees(numeral: Numeral, value: Number) -> bool:
    """Whether a value agrees with a numeral at the precision at which the numeral is written.

    A numeral in digits agrees with values within half a unit of its last digit, in exact arithmetic: a float counts as the binary
    fraction that it is. Of a tie both neighbours agree, so -0.3125 may be written -0.313 or -0.312. A percentage states a hundred
    times the value. At least one digit must be right:

    - A zero without decimals agrees with zero only, unless `≈` stands before it. `0.0` also agrees with values that round to it.
    - With an exponent or a scale word, a smaller value has no digit in common: 600 is neither `1 thousand` nor `1e3`.

    A numeral in words agrees with exactly its number, or with `≈` with values that round to this integer. A fraction or a percentage
    in words agrees within a millionth of it, because 2/3 is no float. NaN, infinities and compounds agree with nothing.
    """
    if numeral.compound or not is_finite(value):
        return False
    exact = Fraction(value) * (100 if numeral.percent else 1)
    stated, unit = Fraction(numeral.value), Fraction(numeral.unit)
    difference = abs(exact - stated)
    is_whole = stated.denominator == 1
    if numeral.word and not (numeral.approximate and is_whole):
        return difference <= (0 if is_whole and not numeral.percent else _MILLIONTH * abs(stated))
    if difference and not stated and unit >= 1 and not numeral.approximate:
        return False
    if difference and numeral.scaled and abs(exact) < unit * LEAST:
        return False
    return 2 * difference <= unit


def unmatched(stated: Iterable[Numeral], expression: str, trees: Iterable[ast.expr]) -> list[Numeral]:
    """The numerals of some words that an expression does not contain.

    Args:
        stated: The numerals. Each number of the expression accounts for one of them.
        expression: The expression. Its numbers are those in its code and strings, the values of products, quotients and powers of
            numbers (`2 / 3`), and the number of elements that a slice takes from the end (`[-20:]`).
        trees: Its syntax trees.

    Returns:
        The numerals that are left, in order.
    """
    free: list[tuple[Fraction, bool]] = [
        *((Fraction(number.value), False) for number in numerals(_without_names(expression))),
        *((value, True) for value in _worked_out(trees)),
    ]
    left: list[Numeral] = []
    # The more decimals a numeral has, the fewer numbers agree with it, so it chooses first.
    for numeral in sorted(stated, key=lambda numeral: numeral.unit):
        # A computed number must agree exactly: rounding is for numbers that someone wrote.
        strict = numeral if numeral.word else replace(numeral, unit=Decimal(0), scaled=False)
        found = next((each for each in free if agrees(strict if each[1] else numeral, each[0])), None)
        if found is None:
            left.append(numeral)
        else:
            free.remove(found)
    return sorted(left, key=lambda numeral: numeral.start)


def _without_names(expression: str) -> str:
    """The expression in one line with its names blotted out, so that a name such as `seven` is not read as a number."""
    expression = expression.replace("\n", " ")
    try:
        found = [
            each for each in tokenize.generate_tokens(io.StringIO(expression).readline) if each.type == tokenize.NAME
        ]
    except (tokenize.TokenError, SyntaxError):
        return expression
    for each in found:
        expression = f"{expression[: each.start[1]]}{'_' * len(each.string)}{expression[each.end[1] :]}"
    return expression


def _worked_out(trees: Iterable[ast.expr]) -> Iterator[Fraction]:
    """The values of products, quotients and powers of numbers in an expression. Sums, such as `102 + 1`, are ends of ranges."""
    for tree in trees:
        for node in ast.walk(tree):
            is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
            if isinstance(node, ast.BinOp) and not is_sum and (value := constant(node)) is not None:
                yield value
            # `[-20:]` takes the last twenty elements.
            if isinstance(node, ast.Slice) and node.lower and (value := constant(node.lower)) is not None:
                yield abs(value)


def constant(node: ast.expr) -> Fraction | None:
    """The value of an expression of numbers only; None for other expressions and for values that are too large."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and is_finite(value):
            return Fraction(str(value)) if isinstance(value, float) else Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = constant(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = constant(left), constant(right)
            return None if one is None or other is None else _combined(one, operator, other)
    return None


def _is_small(number: Fraction) -> bool:
    return max(number.numerator.bit_length(), number.denominator.bit_length()) <= _POWER


def _combined(one: Fraction, operator: ast.operator, other: Fraction) -> Fraction | None:
    match operator:
        case ast.Add():
            return one + other
        case ast.Sub():
            return one - other
        case ast.Mult():
            return one * other
        case ast.Div() if other:
            return one / other
        case ast.Pow() if other.denominator == 1 and abs(other) <= _POWER and (one or other > 0) and _is_small(one):
            return Fraction(one ** int(other))
    return None


def restate(numeral: Numeral, value: Number) -> str:
    """Write a value in the form of a numeral, for `fix` to replace the numeral by it.

    The result has the numeral's number of decimals (with an exponent: of the first factor), percent sign, `≈`, scale word,
    separator of thousands and kind of minus sign. It has more decimals only where it would otherwise show no digit of the value: 0.03
    in place of 0. Words stay words if one or two of them can say the value. A numeral that agrees stays as it is.

    Args:
        numeral: The numeral to replace.
        value: The new value.

    Returns:
        A text that reads as a numeral with which the value agrees.

    Raises:
        ValueError: The value is NaN or infinite, or the numeral is a compound.
    """
    if numeral.compound:
        raise ValueError(f"{numeral.text} is more than a number")
    if not is_finite(value):
        raise ValueError(f"{value} cannot be written in digits")
    if agrees(numeral, value):
        return numeral.text
    exact = Fraction(value) * (100 if numeral.percent else 1)
    about = numeral.text[: len(numeral.text) - len(numeral.text.lstrip(_ABOUT))]
    text = numeral.text[len(about) :]
    if numeral.word:
        fold = f"-{FOLD}" if text.lower().endswith(FOLD) else ""
        percent = _PERCENT_BEHIND.search(text) if numeral.percent else None
        tail = percent[0] if percent else ""
        said = _in_words(text, exact)
        return f"{about}{said or _in_few_digits(f'0{tail}', value, exact)}{tail if said else ''}{fold}"
    if based := BASED.fullmatch(text):
        found = _in_base(based, exact)
        return f"{about}{found if _agrees(found, value) else _in_few_digits('0', value, exact)}"
    written = WRITTEN.fullmatch(text)
    assert written is not None, "a numeral in digits was found by this pattern"
    decimals = len(written["fraction"] or "") or (_PART_DECIMALS if written["more"] else 0)
    found = _in_digits(written, exact, decimals)
    return f"{about}{found if _agrees(found, value) else _in_few_digits(text, value, exact, decimals + 1)}"


def _agrees(text: str, value: Number) -> bool:
    return any(agrees(each, value) for each in numerals(text))


def _in_few_digits(text: str, value: Number, exact: Fraction, decimals: int = 0) -> str:
    """The value in the form of a numeral, with the fewest decimals that show one of its digits: 0.03 in place of 0."""
    written = WRITTEN.fullmatch(text)
    assert written is not None, "this is a numeral in digits"
    # A value with exactly one decimal is written with it rather than rounded.
    decimals = max(decimals, (exact * 10).denominator == 1 != exact.denominator)
    for more in range(decimals, decimals + _FIGURES):
        found = _in_digits(written, exact, more)
        if any(
            agrees(each, value) and (not exact or abs(exact) >= Fraction(each.unit) * LEAST) for each in numerals(found)
        ):
            return found
    digits = Context(prec=_FIGURES).divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return f"{digits.normalize():e}{written['percent'] or ''}".replace("e+", "e")


def _in_words(text: str, exact: Fraction) -> str | None:
    said = spell(int(exact)) if exact.denominator == 1 else None
    if said is not None and text.lower() in MULTIPLES:
        said = {n: word for word, n in MULTIPLES.items()}.get(int(exact), f"{said} times")
    return said.capitalize() if said is not None and text[0].isupper() else said


def _in_digits(written: re.Match[str], exact: Fraction, decimals: int) -> str:
    exponent, tail = exponent_of(written), f"{written['scale'] or ''}{written['percent'] or ''}"
    exact /= scale_of(written)
    if written["power"]:
        # A power of ten becomes another power of ten, or a multiple of one; other powers become plain digits.
        if written["plain"] == "10" and abs(exact) == Fraction(10) ** (power := _magnitude(exact)):
            return f"{_before(written, exact)}10{_superscript(power)}{tail}"
        if written["plain"] == "10" and exact:
            mantissa = _round(abs(exact), _magnitude(exact))
            carry = mantissa == 10
            return (
                f"{_before(written, exact)}{1 if carry else mantissa}×10{_superscript(_magnitude(exact) + carry)}{tail}"
            )
        rounded = _round(abs(exact), 0)
        return f"{_before(written, rounded and exact)}{rounded}{tail}"
    scaled = written["letter"] or written["times"]
    if scaled and exact and len(written["grouped"] or written["plain"] or "") == 1 and written["plain"] != "0":
        # The first factor keeps one digit before the point.
        exponent = _magnitude(exact)
        exponent += len(str(_round(abs(exact), exponent - decimals))) - 1 - decimals
    rounded = _round(abs(exact), exponent - decimals)
    digits = str(rounded).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if separator := written["separator"]:
        whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", separator, whole)
    number = f"{_before(written, rounded and exact)}{whole}{'.' + fraction if decimals else ''}"
    return f"{number}{_exponent(written, exponent) if scaled else ''}{tail}"


def _in_base(based: re.Match[str], exact: Fraction) -> str:
    """The value, rounded to an integer, in the form of a numeral such as `0x1F`."""
    digits = based["digits"].replace("_", "")
    rounded = _round(abs(exact), 0)
    said = f"{rounded:0{len(digits)}{based['base'].lower()}}"
    is_upper = any(character.isupper() for character in digits)
    return f"{_before(based, rounded and exact)}0{based['base']}{said.upper() if is_upper else said}"


def _before(written: re.Match[str], exact: Fraction | int) -> str:
    minus = _minus(written[0], written["sign"])
    plus = "+" if written["sign"] == "+" else ""
    return minus if exact < 0 else plus


def _exponent(written: re.Match[str], exponent: int) -> str:
    minus = _minus(written[0], written["exponent"] or written["caret"])
    if written["letter"]:
        digits = written["exponent"].lstrip("+-−")
        sign = minus if exponent < 0 else "+" if written["exponent"].startswith("+") else ""
        return f"{written['letter']}{sign}{abs(exponent):0{len(digits) if digits.startswith('0') else 1}d}"
    if written["raised"]:
        return f"{written['times']}{_superscript(exponent)}"
    opening, closing = ("^{", "}") if "{" in written["caret"] else ("^", "")
    return f"{written['times']}{opening}{minus if exponent < 0 else ''}{abs(exponent)}{closing}"


def _minus(text: str, place: str | None) -> str:
    """The minus sign used at a place of a numeral, or in the rest of it if there is none at that place."""
    return "−" if "−" in (place if place and ("-" in place or "−" in place) else text) else "-"


def _superscript(exponent: int) -> str:
    return str(exponent).translate(_TO_SUPERSCRIPT)


def _round(exact: Fraction, exponent: int) -> int:
    """The number divided by 10 to the `exponent`, rounded to an integer, ties to even."""
    return round(exact / Fraction(10) ** exponent)


def _magnitude(exact: Fraction) -> int:
    """The power of ten of the first digit of a number other than 0: 2 for 123, -2 for 0.05."""
    size = abs(exact)
    guess = len(str(Decimal(size.numerator))) - len(str(Decimal(size.denominator)))
    return guess if size >= Fraction(10) ** guess else guess - 1
