"""equation: spans of the prose that are pure arithmetic, or that assert what a name holds."""

from backprop_book.digits.assertion import assertion
from backprop_book.digits.relations import Assertion, Equation
from backprop_book.digits.sides import read_sides
from backprop_book.digits.tokens import tokens

LENGTH = 4000
"""How many characters of a span are read; a longer one is taken for something else."""


def equation(text: str, math: bool) -> Equation | Assertion | None:
    r"""Read an inline-code span, or with `math` the LaTeX of a math span, as arithmetic or as an assertion.

    An equation has numbers only, and at least one relation: `=` (or `==`), `≈`, `<`, `>`, `≤`, `≥`, `≠`, in ASCII,
    Unicode or LaTeX, also in a chain. Its sides may hold `+ - * / : ^ **`, `× · ÷` and the Unicode minus, superscripts,
    percentages, brackets, `|x|`, `⌊x⌋`, `⌈x⌉`, lists and tuples (compared and joined element by element; `@` and, of two lists, `·`
    are matrix products), `sqrt √ abs exp ln max min sum mean`, and in LaTeX fractions, roots of any degree, `\binom`,
    `n!`, `\log_b`, `\bmod`, `\gcd`, sums and products over a letter, braces with what they span, spacing, aligned chains and
    matrices, whose product is a matrix product, and whose product element by element is `\odot`.

    An assertion is `name = value` (or `≈`) outside math: on the left a Python name, or attributes, elements and results
    of calls of one; on the right a number, a list or tuple of numbers (also `[]`, `()`), `{}`, True, False, None or a
    quoted string. Arithmetic may stand between.

    Returns:
        None for everything else, code among it. Never raises, and takes bounded time on any text.
    """
    if len(text) > LENGTH:
        return None
    symbols = tokens(text, math)
    if symbols is not None:
        sides = read_sides(text, symbols, math)
        return Equation(*sides) if sides is not None and sides[1] else None
    return None if math else assertion(text)
