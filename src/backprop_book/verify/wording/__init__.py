"""wording: compares the English words of a claim, and those beside its brackets, with its expression.

It reads the words, 300 characters around them, the parsed expression and the numbers of the run. It knows comparisons
(`comparison_words`), negations, quantifiers, words for rising and falling, and names beside numbers. Where words may mean something else, it
reports nothing: a false alarm is worse than a mismatch that a reviewer has to find.

The package is frozen. Its lists of words get no more entries: what a rule can decide is decided by a rule, the rest is read by a person.
Each function whose name begins with `judge` returns a `Judgement`, `HOLDS` if nothing is wrong. `mutate` uses `MANY` and `WORDS`, too.
"""

from backprop_book.numbers import Numeral
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import Judgement
from backprop_book.verify.wording.comparison_words import WORDS
from backprop_book.verify.wording.judge_comparisons import (
    judge_between,
    judge_course,
    judge_direction,
    judge_sense,
    judge_sides,
)
from backprop_book.verify.wording.pairing import judge_listed, judge_pairs
from backprop_book.verify.wording.quantifiers import MANY, judge_quantifiers
from backprop_book.verify.wording.tolerance import judge_tolerance
from backprop_book.verify.wording.unchecked import (
    judge_code,
    judge_digits,
    judge_exact,
    judge_numbers,
    judge_outside,
    without_text,
)

__all__ = [
    "MANY",
    "WORDS",
    "judge_between",
    "judge_boolean",
    "judge_code",
    "judge_digits",
    "judge_outside",
    "judge_stated",
    "judge_tolerance",
    "without_text",
]


def judge_boolean(source: Source, claim: Claim) -> Judgement:
    """Compare the words of a boolean claim that holds with its expression."""
    return (
        judge_digits(source, claim, claim.words)
        or judge_pairs(source, claim)
        or judge_sense(source, claim)
        or judge_quantifiers(source, claim)
        or judge_sides(source, claim)
        or judge_direction(source, claim)
    )


def judge_stated(
    source: Source, claim: Claim, stated: tuple[Numeral, ...], actual: tuple[int | float, ...]
) -> Judgement:
    """Compare the words around numbers that agree with the run: "not 3" or "more than 3" is not "3".

    Args:
        source: The document.
        claim: The claim.
        stated: The numbers of its words.
        actual: The numbers that the run gave, one for each.
    """
    return (
        judge_numbers(source, claim, stated)
        or judge_exact(source, claim, stated, actual)
        or judge_course(source, claim, stated)
        or judge_listed(source, claim, stated)
    )
