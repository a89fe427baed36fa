"""sense: whether words and expression say the same, where that can be told: which way they compare a number.

"More than 0.8" is not what `loss < 0.8` says, though that may hold.
"""

import ast
import math
import re
from collections.abc import Iterator, Sequence

from backprop_book.chapter import Claim, Source
from backprop_book.digits import Numeral, numerals
from backprop_book.expressions import ClaimExpression
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import (
    ABOUT,
    BEFORE,
    BEHIND,
    SIGNS,
    SIGNS_BEHIND,
    Order,
    any_of,
    order_of,
    unmarked,
)

_BEFORE = re.compile(
    rf"""
    (?P<denied> (?<!\w) (?:no|not|never) \s+ | n['’]t \s+ )?
    (?P<said> (?<!\w) (?: {any_of(BEFORE)} ) (?=\s) | {any_of(SIGNS)} ) \s* {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s+ (?P<said> {any_of(BEHIND)} ) (?!\w) | \s* (?P<sign> {any_of(SIGNS_BEHIND)} )", re.VERBOSE | re.IGNORECASE
)
_SIGN = re.compile(
    r"(?<!\w)(?:is|are|was|were|be|becomes?|stays?|remains?)\s+(?P<denied>(?:not|never)\s+)?(?:(?P<negative>negative)|positive)(?!\w)",
    re.IGNORECASE,
)
IS = re.compile(
    rf"(?<!\w) (?:is|are|was|were|equals?|has|have|had|takes?|exactly|precisely) \s+ {ABOUT} \Z",
    re.VERBOSE | re.IGNORECASE,
)
"""What makes words say that something is a number, and nothing else of it."""
DENIAL = re.compile(
    r"(?<!\w)(?:no|not|none|never|neither|nor|nothing|nobody|nowhere|without|cannot|hardly|rarely|stops?)(?!\w)|n['’]t\b",
    re.IGNORECASE,
)
"""Words that deny something. At a distance from a comparison, nobody can tell whether it is the comparison."""

_ROUNDING = 1e-9
"""Half a unit that is written as a bound, 0.15 around 0.1, is no more than rounding away from it."""


def judge_sense(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: what they say of numbers must follow from its expression.

    Where the expression does not compare a number itself, or the words deny something at a distance, nobody can tell.
    """
    words = unmarked(claim.words)
    return _judge_order(source, claim, words) or _judge_identity(source, claim, words)


def _judge_order(source: Source, claim: Claim, words: str) -> Judgement:
    every = list(_asked(claim.expression))
    for start, end, order, value in _said(words):
        asked = [(text, found) for text, found, number in every if math.isclose(number, value)]
        if asked and not any(order.follows_from(found) for _, found in asked):
            place = claim.words_start + start, claim.words_start + end
            return disagreement(source, place, order, f"{value:g}", asked[0])
    return HOLDS


def disagreement(
    source: Source, place: tuple[int, int], order: Order, other: str, asked: tuple[str, Order]
) -> Judgement:
    """That words do not compare something with another one as the expression does.

    Args:
        source: The document.
        place: Where the words stand in it.
        order: What they say.
        other: What they compare with.
        asked: The comparison of the expression, as text, and what it says.
    """
    text, found = asked
    allows = order.is_up is found.is_up
    return Judgement(
        source.problem(
            place[0],
            "the words leave out what the expression allows: that both are equal"
            if allows
            else "the words and the expression compare this the opposite way",
            found=source.text[slice(*place)],
            expected=f"`{order.symbol()} {other}`, where the expression has `{text}`",
            remedy=f"say {'at least' if order.is_up else 'at most'}, or compare with `{order.symbol()}`"
            if allows
            else "reread the sentence and say what is true, then turn the words or the comparison around",
            kind="value",
        )
    )


def _judge_identity(source: Source, claim: Claim, words: str) -> Judgement:
    """Words that say that something is a number, where all that the expression says of this number is that it is another one."""
    asked = list(_asked(claim.expression))
    bounds = [*((text, number) for text, _, number in asked), *_unequal(claim.expression)]
    encloses = _encloses(claim.expression, [(order, number) for _, order, number in asked])
    spread = list(_spread(claim.expression))
    for numeral in numerals(words):
        said = IS.search(words, 0, numeral.start)
        if said is None or DENIAL.search(words, 0, said.start()) or _BEHIND.match(words, numeral.end):
            continue
        near = [(text, number) for text, number in bounds if math.isclose(number, _value(numeral))]
        if near and not encloses and _times(claim.expression, numeral) == len(near):
            return Judgement(
                source.problem(
                    claim.words_start + said.start(),
                    "the words say that something is this number, and the expression does not",
                    found=claim.words[said.start() : numeral.end],
                    expected=f"`== {near[0][1]:g}`, where the expression has `{near[0][0]}`",
                    remedy="claim the value itself, or say in words how it compares",
                    kind="value",
                )
            )
        value, half = _value(numeral), float(numeral.unit) / (200 if numeral.percent else 2)
        around = [
            (low, high)
            for low, high in spread
            if low < value < high and max(value - low, high - value) > half * (1 + _ROUNDING)
        ]
        if around and not _times(claim.expression, numeral):
            low, high = around[0]
            return Judgement(
                source.problem(
                    claim.words_start + said.start(),
                    "the words say that something is this number, and the expression allows others",
                    found=claim.words[said.start() : numeral.end],
                    expected=f"bounds that are at most half a unit of its last digit away, where the expression has {low:g} and {high:g}",
                    remedy="claim the value itself, or narrow the bounds",
                    kind="value",
                )
            )
    return HOLDS


def _spread(expression: ClaimExpression) -> Iterator[tuple[float, float]]:
    """The bounds between which an expression says that something lies."""
    bounds: dict[str, list[tuple[Order, float]]] = {}
    for _, order, one, other in compared(expression):
        number = _number(other)
        if number is not None and _number(one) is None:
            bounds.setdefault(ast.unparse(one), []).append((order, number))
    for found in bounds.values():
        lower = [number for order, number in found if order.is_up]
        upper = [number for order, number in found if not order.is_up]
        if lower and upper:
            yield max(lower), min(upper)


def _encloses(expression: ClaimExpression, bounds: Sequence[tuple[Order, float]]) -> bool:
    """Whether something lies between two bounds, so that the number may be rounded to it; that either holds encloses nothing."""
    for node, is_denied in expression.denials:
        joins_or = isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And if is_denied else ast.Or)
        if joins_or or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd if is_denied else ast.BitOr)):
            return False
    lower = [number for order, number in bounds if order.is_up]
    return any(number > min(lower) for order, number in bounds if lower and not order.is_up)


def _said(words: str) -> Iterator[tuple[int, int, Order, float]]:
    """What words say of numbers: its place in them, the comparison and the number. Left out is what is not clear."""
    for numeral in numerals(words):
        before, behind = _BEFORE.search(words, 0, numeral.start), _BEHIND.match(words, numeral.end)
        start = before.start() if before else numeral.start
        if DENIAL.search(words, 0, start):
            continue
        if before:
            order = order_of(before["said"], {**BEFORE, **SIGNS})
            yield start, numeral.end, order.denied() if before["denied"] else order, _value(numeral)
        elif behind:
            order = order_of(behind["said"], BEHIND) if behind["said"] else order_of(behind["sign"], SIGNS_BEHIND)
            yield start, behind.end(), order, _value(numeral)
    for sign in _SIGN.finditer(words):
        if not DENIAL.search(words, 0, sign.start()):
            order = Order(not sign["negative"], is_strict=True)
            yield *sign.span(), order.denied() if sign["denied"] else order, 0.0


def _value(numeral: Numeral) -> float:
    return float(numeral.value) / (100 if numeral.percent else 1)


def _asked(expression: ClaimExpression) -> Iterator[tuple[str, Order, float]]:
    """The comparisons of an expression with a number: as text, what follows from each, and the number."""
    for text, order, _, right in compared(expression):
        number = _number(right)
        if number is not None:
            yield text, order, number


def compared(expression: ClaimExpression) -> Iterator[tuple[str, Order, ast.expr, ast.expr]]:
    """The comparisons of an expression, each from both of its sides: as text, what follows, of what and with what."""
    for node, is_denied in expression.denials:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
                if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                    order = Order(isinstance(operator, ast.Gt | ast.GtE), isinstance(operator, ast.Lt | ast.Gt))
                    turned = Order(not order.is_up, order.is_strict)
                    for one, found, other in ((left, order, right), (right, turned, left)):
                        text = f"{ast.unparse(one)} {found.symbol()} {ast.unparse(other)}"
                        yield (f"not {text}", found.denied(), one, other) if is_denied else (text, found, one, other)


def _unequal(expression: ClaimExpression) -> Iterator[tuple[str, float]]:
    """The numbers that something is not, by an expression, each with the comparison that says so."""
    for node, is_denied in expression.denials:
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as operator], comparators=[right]):
                number = _number(right) if _number(left) is None else _number(left)
                if number is not None and isinstance(operator, ast.Eq) is is_denied:
                    yield f"{'not ' if is_denied else ''}{ast.unparse(node)}", number


def _times(expression: ClaimExpression, numeral: Numeral) -> int:
    """How often a number stands in an expression."""
    found = (node.value for node in ast.walk(expression.tree) if isinstance(node, ast.Constant))
    return sum(isinstance(each, int | float) and math.isclose(each, abs(_value(numeral))) for each in found)


def _number(node: ast.expr) -> float | None:
    """The number that a side of a comparison is, or the factor by which it is something else: `more than twice`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        factors = [found for found in (_number(node.left), _number(node.right)) if found is not None]
        return factors[0] if len(factors) == 1 else None
    return float(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None
