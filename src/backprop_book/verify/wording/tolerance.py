"""tolerance: whether an expression that says that values are alike would notice that they are not, as its words put it."""

import ast
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from backprop_book.core.functions import NONZERO
from backprop_book.core.model import Answer
from backprop_book.core.problems import shorten
from backprop_book.numbers import Numeral, agrees, constant, numerals
from backprop_book.numbers.number_words import PARTS
from backprop_book.scan import Source
from backprop_book.scan.closeness import Closeness, closenesses
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement
from backprop_book.verify.wording.comparison_words import stated_numbers
from backprop_book.verify.wording.judge_comparisons import DENIAL, IS

_ZERO = Fraction(1, 1000)
"""How far from zero something may be that is said to be zero."""
_PART = re.compile(rf"(?<!\w)(?:{'|'.join(PARTS)})(?!\w)", re.IGNORECASE)


def judge_tolerance(source: Source, claim: Claim, shifted: Answer | None) -> Judgement:
    """The tolerances of a boolean claim that holds.

    One that its words state may be anything. Where a value is compared with a number of the words, it is at most half a unit of the last
    digit there. Else the claim must fail when one of its values is a hundredth larger; next to zero, it is at most a thousandth.

    Args:
        source: The document.
        claim: The claim.
        shifted: What the run gave for such larger values; None if it was not asked.
    """
    stated = numerals(claim.words)
    for close in closenesses(claim.expression):
        compared = list(_compared(close, stated))
        if close.is_far:
            if apart := next((numeral for numeral, _ in compared if _is_said_to_be(claim, numeral)), None):
                return _apart(source, claim, close, apart)
            continue
        widths = [(numeral, _width(close, number)) for numeral, number in compared]
        if _is_stated(claim, close, [numeral for numeral in stated if numeral not in [each for each, _ in compared]]):
            continue
        for numeral, width in widths:
            if width is not None and width > _most(numeral):
                half = _most(numeral) == _ZERO and "0.001 beside a 0 without decimals"
                most = half or f"half a unit of the last digit of {numeral.text}"
                return _wide(source, claim, close, numeral.start, f"at most {most}")
        if close.is_fine or (widths and all(width is not None for _, width in widths)):
            continue
        if close.is_next_to_zero:
            if close.absolute is None or close.absolute > _ZERO:
                return _wide(source, claim, close, 0, f"at most {float(_ZERO):g}, next to zero")
        elif shifted is not None and shifted.value is not None and shifted.value.data is True:
            return _wide(source, claim, close, 0, "less than a hundredth of what is compared")
    return _judge_zero(source, claim)


def _judge_zero(source: Source, claim: Claim) -> Judgement:
    """The word "zero" of a boolean claim that holds: the expression compares with zero, or with a bound next to it."""
    said = next((each for each in stated_numbers(claim.words) if each.word and not each.value), None)
    if said is None or any(_looks_at_zero(node) for node in ast.walk(claim.expression.tree)):
        return HOLDS
    return Judgement(
        source.problem(
            claim.words_start + said.start,
            "the words speak of zero, and the expression compares with something else",
            found=said.text,
            expected=f"`== 0` or a bound of at most {float(_ZERO):g}, where the claim has `{shorten(claim.expression.text)}`",
            remedy="compare with zero, or say in the words how small it is",
            kind="value",
        )
    )


def _looks_at_zero(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [*getattr(left, "elts", [left])]
            for other in others:
                sides += getattr(other, "elts", [other])
            return any((number := constant(side)) is not None and abs(number) <= _ZERO for side in sides)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=given):
            return name in NONZERO or any(constant(each) == 0 for each in given)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not isinstance(operand, ast.Compare | ast.BoolOp)
    return False


def _most(numeral: Numeral) -> Fraction:
    """How wide a tolerance may be beside a number of the words: half a unit of its last digit; a 0 without decimals is zero."""
    half = Fraction(numeral.unit) / (200 if numeral.percent else 2)
    return min(half, _ZERO) if not numeral.value and numeral.unit == 1 and not numeral.approximate else half


def _compared(close: Closeness, stated: Iterable[Numeral]) -> Iterator[tuple[Numeral, Fraction]]:
    """The numbers in words with which an expression compares something."""
    sides = [number for pair in close.pairs for side in pair if (number := constant(side)) is not None]
    for numeral in stated:
        if (number := next((each for each in sides if agrees(numeral, each)), None)) is not None:
            yield numeral, number


def _width(close: Closeness, number: Fraction) -> Fraction | None:
    """How far from a number something may be; None if that is no constant."""
    if close.absolute is None or close.relative is None:
        return None
    return close.absolute + close.relative * abs(number)


def _is_stated(claim: Claim, close: Closeness, others: Iterable[Numeral]) -> bool:
    """Whether words state a tolerance, as a number or as a part of one: to a thousandth."""
    said = {Fraction(numeral.value) / (100 if numeral.percent else 1) for numeral in others}
    said |= {Fraction(1, PARTS[part.lower()]) for part in _PART.findall(claim.words)}
    return not said.isdisjoint(number for number in (close.absolute, close.relative, close.written) if number)


def _is_said_to_be(claim: Claim, numeral: Numeral) -> bool:
    said = IS.search(claim.words, 0, numeral.start)
    return said is not None and not DENIAL.search(claim.words, 0, said.start())


def _apart(source: Source, claim: Claim, close: Closeness, numeral: Numeral) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + numeral.start,
            "the words say that something is this number, and the expression says that it is away from it",
            found=numeral.text,
            expected=f"a comparison that holds near {numeral.text}, where the expression has `{ast.unparse(close.node)}`",
            remedy="reread the sentence and say what is true, then turn the words or the comparison around",
            kind="value",
        )
    )


def _wide(source: Source, claim: Claim, close: Closeness, offset: int, most: str) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + offset,
            "the expression would hold for other values, too: its tolerance is too wide for these words",
            found=ast.unparse(close.node),
            expected=f"a tolerance of {most}",
            remedy="narrow the tolerance, or state it in the words",
            kind="value",
        )
    )
