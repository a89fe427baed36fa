"""mathml: formulas as MathML, made when the site is built, so that a page needs no script to show them."""

import re
from xml.etree import ElementTree as ET

from latex2mathml import exceptions
from latex2mathml.converter import convert

from backprop_book.render.drawn import UNFIT
from backprop_book.symbols import Symbols

_REFUSED: tuple[type[Exception], ...] = (
    *(found for found in vars(exceptions).values() if isinstance(found, type) and issubclass(found, Exception)),
    IndexError,
    KeyError,
    RecursionError,
    ValueError,
)
"""The converter has no common base for what it raises, and fails with plain errors on some formulas."""
_PREFIX = re.compile(
    r"(<mrow>|<mo[^>]*>(?:\(|=|&#x0003D;|&#x00028;|&#x000D7;|&#x02248;|,|&#x0002C;)</mo>)<mo>(-|−|&#x02212;)</mo>"
)
"""A minus sign at the start, or after an opening bracket or a relation, is a sign and no operator."""
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_LEFT_OVER = re.compile(r"<m[ion]>(\\[A-Za-z]+)")


class BadMathError(ValueError):
    """A formula that cannot be shown; the message says why, in one line."""


def mathml(latex: str, *, block: bool, symbols: Symbols) -> str:
    """Convert one formula.

    Args:
        latex: The formula without its delimiters.
        block: Whether it stands on a line of its own.
        symbols: Which of its letters have a colour.

    Raises:
        BadMathError: The formula is incomplete, or uses a command that the converter does not know. The converter itself
            lets most of that pass and shows something else.
    """
    if unfit := UNFIT.search(latex):
        raise BadMathError(f"it holds the character U+{ord(unfit[0]):04X}, which no page can show")
    without_escapes = re.sub(r"\\[\\{}]", "", latex)
    if without_escapes.count("{") != without_escapes.count("}"):
        raise BadMathError("its braces do not balance")
    try:
        result: str = convert(latex, display="block" if block else "inline")
    except _REFUSED as error:
        raise BadMathError(f"it is incomplete ({type(error).__name__})") from None
    if unknown := _LEFT_OVER.search(result):
        raise BadMathError(f"the command {unknown[1]} is not known")
    signed = _PREFIX.sub(r'\1<mo form="prefix" lspace="0" rspace="0">\2</mo>', result)
    # HTML knows the elements of MathML without their namespace, and the tree is easier to colour without it.
    formula = ET.fromstring(signed.replace(_NAMESPACE, "", 1))
    symbols.colour(formula)
    return ET.tostring(formula, encoding="unicode")
