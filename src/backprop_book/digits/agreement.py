"""agreement: whether a value agrees with a number as written, and the value written in the same form."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from backprop_book.digits.numeral import BASED, SUPERSCRIPTS, WRITTEN, Numeral, exponent_of, numerals, scale_of
from backprop_book.digits.words import FOLD, MULTIPLES, spell

Number = int | float | Fraction | Decimal
"""What a numeral can be compared with."""
_TO_SUPERSCRIPT = str.maketrans("0123456789-", f"{SUPERSCRIPTS}⁻")
_FIGURES = 6


def is_finite(value: Number) -> bool:
    """Whether a number is neither NaN nor infinite; a whole number may be too large for a float."""
    return value.is_finite() if isinstance(value, Decimal) else not isinstance(value, float) or math.isfinite(value)


def agrees(numeral: Numeral, value: Number) -> bool:
    """Whether `value` is what the numeral says, at the precision at which it is written.

    In digits: it is at most half a unit of the last digit written away, in exact arithmetic (a float counts as the
    binary fraction that it is), so that of a tie both neighbours agree: -0.3125 may be written -0.313 or -0.312. A
    percentage states a hundred times the value. In words: it is exactly that integer. NaN and infinities agree with
    nothing, and nothing agrees with a compound.
    """
    if numeral.compound or not is_finite(value):
        return False
    exact = Fraction(value) * (100 if numeral.percent else 1)
    difference = abs(exact - Fraction(numeral.value))
    return difference == 0 if numeral.word else 2 * difference <= Fraction(numeral.unit)


def unmatched(stated: Iterable[Numeral], expression: str) -> list[Numeral]:
    """The numbers in words that are none of an expression's, in order; no two are the same one of it."""
    free = [number.value for number in numerals(expression)]
    left: list[Numeral] = []
    # The more decimals are written, the fewer numbers agree, so those that can choose least come first.
    for numeral in sorted(stated, key=lambda numeral: numeral.unit):
        if (found := next((number for number in free if agrees(numeral, number)), None)) is None:
            left.append(numeral)
        else:
            free.remove(found)
    return sorted(left, key=lambda numeral: numeral.start)


def restate(numeral: Numeral, value: Number) -> str:
    """The value, written in the form of the numeral: what an author puts in its place when the value has changed.

    A numeral that agrees stays as it is. Kept are the number of decimals (with an exponent: of its first factor), the
    percent sign, `≈`, the scale word, the separator of thousands and the sign for minus (ASCII where the numeral shows
    none). Words stay words as long as one or two of them can say the value. Reading the result again gives a numeral
    that agrees with the value.

    Raises:
        ValueError: the value is NaN or infinite, or the numeral is a compound.
    """
    if numeral.compound:
        raise ValueError(f"{numeral.text} is more than a number")
    if not is_finite(value):
        raise ValueError(f"{value} cannot be written in digits")
    if agrees(numeral, value):
        return numeral.text
    exact = Fraction(value) * (100 if numeral.percent else 1)
    if numeral.word:
        about = numeral.text[: len(numeral.text) - len(numeral.text.lstrip("≈~ \u00a0\u2009\u202f"))]
        said = _in_words(numeral.text[len(about) :], exact) or _shortest(value)
        return f"{about}{said}-{FOLD}" if numeral.text.lower().endswith(FOLD) else f"{about}{said}"
    if based := BASED.fullmatch(numeral.text):
        return _in_base(based, exact)
    written = WRITTEN.fullmatch(numeral.text)
    assert written is not None, "a numeral in digits was found by this pattern"
    return _in_digits(written, exact)


def _in_words(text: str, exact: Fraction) -> str | None:
    said = spell(int(exact)) if exact.denominator == 1 else None
    if said is not None and text.lower() in MULTIPLES:
        said = {n: word for word, n in MULTIPLES.items()}.get(int(exact), f"{said} times")
    return said.capitalize() if said is not None and text[0].isupper() else said


def _shortest(value: Number) -> str:
    """The value in as few digits as it needs; six at most for what is neither a float nor an integer."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(Decimal(exact.numerator))
    exponent = _magnitude(exact) - _FIGURES + 1
    return str(Decimal(_round(exact, exponent)).scaleb(exponent).normalize())


def _in_digits(written: re.Match[str], exact: Fraction) -> str:
    """The value in the form of a numeral in digits that it does not agree with."""
    decimals = len(written["fraction"] or "")
    exponent, tail = exponent_of(written), f"{written['scale'] or ''}{written['percent'] or ''}"
    exact /= scale_of(written)
    if written["power"]:
        # A power says one value only: another power of ten, or the digits themselves.
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
        # The first factor had one digit before the point, so it keeps one.
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
    """The value in the form of a numeral that Python would read as one of another base; whole, as such numerals are."""
    digits = based["digits"].replace("_", "")
    rounded = _round(abs(exact), 0)
    said = f"{rounded:0{len(digits)}{based['base'].lower()}}"
    is_upper = any(character.isupper() for character in digits)
    return f"{_before(based, rounded and exact)}0{based['base']}{said.upper() if is_upper else said}"


def _before(written: re.Match[str], exact: Fraction | int) -> str:
    """What stands before the digits: `≈` as it was, and the sign."""
    minus = _minus(written[0], written["sign"])
    plus = "+" if written["sign"] == "+" else ""
    return f"{written['about'] or ''}{minus if exact < 0 else plus}"


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
    """The minus that the author wrote at a place of a numeral; where none stands there, the one of the rest of it."""
    return "−" if "−" in (place if place and ("-" in place or "−" in place) else text) else "-"


def _superscript(exponent: int) -> str:
    return str(exponent).translate(_TO_SUPERSCRIPT)


def _round(exact: Fraction, exponent: int) -> int:
    """How many times 10 to the `exponent` goes into the number, to the nearest; ties go to the even one."""
    return round(exact / Fraction(10) ** exponent)


def _magnitude(exact: Fraction) -> int:
    """The power of ten of the first digit of a number that is not 0: 2 for 123, -2 for 0.05."""
    size = abs(exact)
    guess = len(str(Decimal(size.numerator))) - len(str(Decimal(size.denominator)))
    return guess if size >= Fraction(10) ** guess else guess - 1
