"""sense: whether words and expression say the same, where that can be told: which way they compare a number, and of how many.

"More than 0.8" is not what `loss < 0.8` says, nor "every" what `any` does, though that may hold.
"""

import ast
import math
import re
from collections.abc import Iterator

from backprop_book.chapter import Claim, Source
from backprop_book.chapter.expression import split_time
from backprop_book.digits import Numeral, numerals
from backprop_book.errors import shorten
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import ABOUT, BEFORE, BEHIND, SIGNS, Order, any_of, order_of, unmarked

_BEFORE = re.compile(
    rf"""
    (?P<denied> (?<!\w) (?:no|not|never) \s+ | n['’]t \s+ )?
    (?P<said> (?<!\w) (?: {any_of(BEFORE)} ) (?=\s) | {any_of(SIGNS)} ) \s* {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEHIND = re.compile(rf"\s+ (?P<said> {any_of(BEHIND)} ) (?!\w)", re.VERBOSE | re.IGNORECASE)
DENIAL = re.compile(
    r"(?<!\w)(?:no|not|none|never|neither|nor|nothing|nobody|nowhere|without|cannot|hardly|rarely|stops?)(?!\w)|n['’]t\b",
    re.IGNORECASE,
)
"""Words that deny something. At a distance from a comparison, nobody can tell whether it is the comparison."""

_EACH = re.compile(r"(?<!\w)(?<!\bat\s)(?<!\bafter\s)(?<!\babove\s)(all|every|each|both|always)(?!\w)", re.IGNORECASE)
_NONE = re.compile(r"\s*(none|nothing|no|never)(?!\w)", re.IGNORECASE)
_SOME = re.compile(r"(?<!\w)(?:some\w*|any\w*|one|least)(?!\w)", re.IGNORECASE)


def judge_sense(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: what they say of numbers and of how many must follow from its expression.

    Where the expression does not compare a number itself, or the words deny something at a distance, nobody can tell.
    """
    words = unmarked(claim.words)
    judged = _judge_order(source, claim, words)
    return _judge_quantity(source, claim, words) if judged.problem is None else judged


def _judge_order(source: Source, claim: Claim, words: str) -> Judgement:
    for numeral in numerals(claim.words):
        said = _said(words, numeral)
        if said is None:
            continue
        start, end, order = said
        value = float(numeral.value) / (100 if numeral.percent else 1)
        asked = [each for each in _asked(claim.expression) if math.isclose(each[2], value)]
        if not asked or any(order.follows_from(found) for _, found, _ in asked):
            continue
        text, found, number = asked[0]
        allows = order.is_up is found.is_up
        return Judgement(
            source.problem(
                claim.words_start + start,
                "the words leave out what the expression allows: that both are equal"
                if allows
                else "the words and the expression compare this number the opposite way",
                found=claim.words[start:end],
                expected=f"`{order.symbol()} {number:g}`, where the expression has `{text}`",
                remedy=f"say {'at least' if order.is_up else 'at most'}, or compare with `{order.symbol()}`"
                if allows
                else "reread the sentence and say what is true, then turn the words or the comparison around",
                kind="value",
            )
        )
    return HOLDS


def _judge_quantity(source: Source, claim: Claim, words: str) -> Judgement:
    """Words that speak of all or of none, where the expression asks whether there are any; of each of several things, it may."""
    said = _EACH.search(words) or _NONE.match(words)
    if said is None or _SOME.search(words):
        return HOLDS
    is_none = said.re is _NONE
    if not is_none and DENIAL.search(words):
        return HOLDS
    calls = [(node, is_denied) for node, is_denied in parts(claim.expression) if isinstance(node, ast.Call)]
    asked = [ast.unparse(node) for node, is_denied in calls if _called(node) == "any" and not is_denied]
    if len(asked) != 1 or "all" in map(_called, (node for node, _ in calls)):
        return HOLDS
    return Judgement(
        source.problem(
            claim.words_start + said.start(1),
            f"the words speak of {'none' if is_none else 'all'}, and the expression asks whether there are any",
            found=said[1],
            expected=f"`{'not any' if is_none else 'all'}`, where the expression has `{shorten(asked[0])}`",
            remedy="reread the sentence and say what is true, then change the words or the expression",
            kind="value",
        )
    )


def _called(node: ast.Call) -> str:
    """The name of the function that is called."""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def _said(words: str, numeral: Numeral) -> tuple[int, int, Order] | None:
    """What words say of a number, with its place in them; None if that is no comparison, or one that is not clear."""
    before, behind = _BEFORE.search(words, 0, numeral.start), _BEHIND.match(words, numeral.end)
    found = before or behind
    if found is None or DENIAL.search(words, 0, before.start() if before else numeral.start):
        return None
    order = order_of(found["said"])
    is_denied = before is not None and before["denied"] is not None
    start = before.start() if before else numeral.start
    end = numeral.end if before or behind is None else behind.end()
    return start, end, order.denied() if is_denied else order


def _asked(expression: str) -> Iterator[tuple[str, Order, float]]:
    """The comparisons of an expression with a number: as text, what follows from each, and the number."""
    for node, is_denied in parts(expression):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
                yield from _pair(left, operator, right, is_denied=is_denied)


def parts(expression: str) -> Iterator[tuple[ast.AST, bool]]:
    """The parts of an expression of which one can tell whether they must be true or (denied) false for it to be true."""
    text, moment, _ = split_time(expression)
    stack: list[tuple[ast.AST, bool]] = [(ast.parse(text, mode="eval").body, moment == "never")]
    while stack:
        node, is_denied = stack.pop()
        yield node, is_denied
        # What is compared, computed with or chosen by may be either way.
        joins = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr)
        if joins or not isinstance(node, ast.Compare | ast.BinOp | ast.IfExp | ast.Lambda | ast.Subscript):
            turns = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert)
            stack += [(child, is_denied is not turns) for child in ast.iter_child_nodes(node)]


def _pair(
    left: ast.expr, operator: ast.cmpop, right: ast.expr, *, is_denied: bool
) -> Iterator[tuple[str, Order, float]]:
    if not isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return
    order = Order(isinstance(operator, ast.Gt | ast.GtE), isinstance(operator, ast.Lt | ast.Gt))
    turned = Order(not order.is_up, order.is_strict)
    for other, side, found in ((left, right, order), (right, left, turned)):
        number = _number(side)
        if number is not None:
            text = f"{ast.unparse(other)} {found.symbol()} {ast.unparse(side)}"
            yield (f"not {text}", found.denied(), number) if is_denied else (text, found, number)


def _number(node: ast.expr) -> float | None:
    """The number that a side of a comparison is, or the factor by which it is something else: `more than twice`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        factors = [found for found in (_number(node.left), _number(node.right)) if found is not None]
        return factors[0] if len(factors) == 1 else None
    return float(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None
