"""sides: whether words that compare two pieces of code say what the expression says of these two: `rate` is above `best`."""

import ast
import re
from collections.abc import Iterator

from backprop_book.chapter import Claim, Source
from backprop_book.expressions import build, parsed
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import BEFORE, SIGNS, Order, any_of, order_of
from backprop_book.verify.sense import DENIAL, compared, disagreement

_SAID = re.compile(
    rf"""
    (?<!`) ` (?P<left>[^`]+) ` \s+ (?: (?:is|are|was|were|stays?|remains?) \s+ )? (?: (?:much|far|slightly|still|always|a\s+little) \s+ )?
    (?P<said> {any_of(BEFORE)} | {any_of(SIGNS)} ) \s+ (?: the \s+ )? ` (?P<right>[^`]+) ` (?!`)
  | (?<!`) ` (?P<code>[^`<>]+ [<>]=? [^`<>=]+) ` (?!`)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def judge_sides(source: Source, claim: Claim) -> Judgement:
    """The words of a boolean claim that holds: of what they compare in code, the expression must not say the opposite."""
    every = list(compared(claim.expression))
    for said, left, order, right in _said(claim.words):
        sides = (ast.dump(left), ast.dump(right))
        asked = [(text, found) for text, found, one, other in every if (ast.dump(one), ast.dump(other)) == sides]
        if asked and not any(order.follows_from(found) for _, found in asked):
            place = claim.words_start + said.start(), claim.words_start + said.end()
            return disagreement(source, place, order, ast.unparse(right), asked[0])
    return HOLDS


def _said(words: str) -> Iterator[tuple[re.Match[str], ast.expr, Order, ast.expr]]:
    """What words compare in code: the one side, how it compares, and the other side. Left out is what may be denied."""
    for said in _SAID.finditer(words):
        if DENIAL.search(words, 0, said.start()):
            continue
        if said["code"]:
            tree = parsed(said["code"])
            found = [] if tree is None else list(compared(build(tree)))
            yield from ((said, left, order, right) for _, order, left, right in found[:1])
            continue
        left, right = parsed(said["left"]), parsed(said["right"])
        if left is not None and right is not None:
            yield said, left, order_of(said["said"], {**BEFORE, **SIGNS}), right
