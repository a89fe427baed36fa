"""numbers: numbers as an author writes them, when a value agrees with them, and equations that are pure arithmetic.

`numerals` finds the numbers in prose, `agrees` compares a value with one of them, and `restate` writes a new value in its form.
`equation` reads arithmetic, and `prove` says which of its relations do not hold and which of its digits nothing checks. All of this
is exact: decimals as written and fractions of integers, no binary floats and no `eval`.
"""

from backprop_book.numbers.agreement import Number, agrees, constant, is_finite, restate, unmatched
from backprop_book.numbers.arithmetic_parser import tokens
from backprop_book.numbers.numeral import Numeral, foreign, numerals

__all__ = [
    "Number",
    "Numeral",
    "agrees",
    "constant",
    "equations",
    "foreign",
    "is_finite",
    "number_words",
    "numerals",
    "restate",
    "tokens",
    "unmatched",
]
