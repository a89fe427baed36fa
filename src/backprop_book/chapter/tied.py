"""tied: `[words]{...}`, words that are claimed or waived."""

import ast
import re
from functools import lru_cache
from itertools import pairwise

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.book import Place, knows, question, unread
from backprop_book.chapter.closeness import shifted
from backprop_book.chapter.codes import read_code
from backprop_book.chapter.expression import parse, split_time
from backprop_book.chapter.formal import without_notation
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.regions import Bare, Claim, Mention, Waiver
from backprop_book.chapter.shown import blotted, titles
from backprop_book.chapter.span import Span
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import equation, numerals
from backprop_book.record.lookout import COMPARING

_COMPARING = COMPARING | {
    *("isclose", "isin", "issubset", "issuperset", "isdisjoint"),
    *("not_equal", "less", "less_equal", "greater", "greater_equal", "eq", "ne", "lt", "le", "gt", "ge"),
}
"""Functions and methods that compare two values."""


def read_tied(into: Gathered, span: Span, place: Place, claimed: bool = False) -> None:
    """`[words]{...}`: a waiver or a claim.

    Args:
        into: Where it is noted.
        span: Its place.
        place: What it speaks of.
        claimed: Whether words that stand alone here are a claim, so that a waiver of any words excuses something.
    """
    tail = into.clean[span.tail_start : span.tail_end]
    words = into.clean[span.inner_start : span.inner_end]
    shown = into.clean[span.start : span.end]
    if tail.startswith("#"):
        _waive(into, span, place, tail, words, shown, claimed)
    elif not tail:
        remedy = "write an expression, or # and a reason"
        into.troubles.append(
            Trouble(span.start, "nothing stands between these braces", remedy, shown, "", "expression")
        )
    elif not words.strip():
        remedy = "write the words that the expression is to check"
        into.troubles.append(
            Trouble(span.start, "nothing stands between these brackets", remedy, shown, "", "expression")
        )
    elif asks_nothing(tail):
        into.troubles.append(askless(span.tail_start, tail))
    else:
        into.counts["claims"] += len(numerals(words))
        _claim(into, span, place, tail)


def askless(at: int, expression: str) -> Trouble:
    """That an expression asks nothing of the run."""
    remedy = "name what in the run this is, as in [4]{W1.shape[0]}, or waive it: [words]{# reason}"
    return Trouble(at, "this expression asks nothing of the run", remedy, expression, "", "expression")


@lru_cache(maxsize=8192)  # each claim is read again and again while the book is edited, or made wrong on purpose
def asks_nothing(expression: str) -> bool:
    """Whether an expression is a value that is written out, or a comparison that comes out alike in every run."""
    tree = parse(split_time(expression.replace("\n", " "))[0], 0)
    if isinstance(tree, Mistake):
        return False
    if any(_is_settled(node) for node in ast.walk(tree)):
        return True
    try:
        ast.literal_eval(tree)
    except (ValueError, TypeError):
        return False
    return True


def _is_settled(node: ast.AST) -> bool:
    """Whether a part of an expression compares something with itself, or joins a condition with True or False."""
    match node:
        case ast.Compare(left=left, comparators=others):
            # What is called may give something else the second time, as `next` does.
            compared = [ast.dump(each) for each in (left, *others) if not _calls(each)]
            return len(set(compared)) < len(compared)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as function, args=given) if name in _COMPARING:
            # A method compares its owner: `W1.equal(W1)`.
            owner = [function.value] if isinstance(function, ast.Attribute) else []
            pairs = pairwise([*owner, *given][: 2 + len(owner)])
            return any(not _calls(one) and ast.dump(one) == ast.dump(other) for one, other in pairs)
        case ast.BoolOp(values=values):
            return any(isinstance(each, ast.Constant) and isinstance(each.value, bool) for each in values)
    return False


def _calls(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Call) for each in ast.walk(node))


def _claim(into: Gathered, span: Span, place: Place, tail: str) -> None:
    expression = tail.replace("\n", " ")
    asked = question(into.chapter, place, expression)
    if isinstance(asked, Mistake):
        into.mistaken(span.tail_start, expression, asked)
    elif asked is not None:
        larger = shifted(expression)
        control = question(into.chapter, place, larger) if larger else None
        into.claims.append(
            Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                  into.clean[span.inner_start : span.inner_end], span.tail_start, expression,
                  asked.parts[0].snippet if place.listing is None else place.listing, asked,
                  None if isinstance(control, Mistake) else control)
        )  # fmt: skip


def _waive(into: Gathered, span: Span, place: Place, tail: str, words: str, shown: str, claimed: bool) -> None:
    reason = tail[1:]
    if reason.strip() and not reason[0].isspace():
        remedy = "write a space after the #, and the reason"
        into.troubles.append(
            Trouble(span.tail_start, "a waiver needs a space and a reason after its #", remedy, shown, "", "waiver")
        )
    elif not reason.strip():
        remedy = "say after the # why nothing can check these words"
        into.troubles.append(Trouble(span.tail_start, "this waiver has no reason", remedy, shown, "", "waiver"))
    elif not claimed and not _excuses(into, span, place):
        remedy = "remove the brackets and the braces"
        into.troubles.append(Trouble(span.start, "this waiver excuses nothing", remedy, shown, "", "waiver"))
    else:
        into.waivers.append(Waiver(span.start, span.end, span.inner_start, span.inner_end, " ".join(reason.split())))
    into.counts["waived"] += len(numerals(words))


def _excuses(into: Gathered, span: Span, place: Place) -> bool:
    """Whether the words of a waiver hold anything that would be bare."""
    if place.silent:
        return True
    visible = blotted(into.clean, span.inner_start, span.inner_end, span.inner)
    said = [visible, *(into.clean[start:end] for start, end in titles(into.clean, span.inner))]
    if any(numerals(into.without_terms(words)) for words in said):
        return True
    for inner in span.inner:
        text = into.clean[inner.inner_start : inner.inner_end]
        if inner.kind == "math" and equation(text, math=True) is None and numerals(without_notation(text)):
            return True
        if inner.kind == "code":
            region = read_code(into, place, inner).region
            if isinstance(region, Bare) or (region is None and unread(into.chapter)):
                return True
            if isinstance(region, Mention) and region.question is not None:
                name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                if not knows(into.chapter, region.listing, name):
                    return True
    return False
