"""numbers: numbers as an author writes them, when a value agrees with them, and equations that are pure arithmetic.

`numerals` finds the numbers in prose, `agrees` compares a value with one of them, and `restate` writes a new value in its form.
`equation` reads arithmetic, and `prove` says which of its relations do not hold and which of its digits nothing checks. All of this
is exact: decimals as written and fractions of integers, no binary floats and no `eval`.
"""

from backprop_book.numbers.agreement import Number, agrees, constant, is_finite, restate, unmatched
from backprop_book.numbers.arithmetic_parser import tokens
from backprop_book.numbers.equations import Assertion, Equation, Fault, check, equation, left_open, prove
from backprop_book.numbers.number_words import PARTS
from backprop_book.numbers.numeral import SPACES, SUPERSCRIPTS, Numeral, foreign, numerals

__all__ = [
    "PARTS", "SPACES", "SUPERSCRIPTS", "Assertion", "Equation", "Fault", "Number", "Numeral",
    "agrees", "check", "constant", "equation", "foreign", "is_finite", "left_open", "numerals", "prove", "restate", "tokens", "unmatched",
]  # fmt: skip
