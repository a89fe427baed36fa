"""tied: `[words]{...}`, words that are claimed or waived."""

import ast
import re
from functools import lru_cache

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.book import Place, knows, question, unread
from backprop_book.chapter.codes import read_code
from backprop_book.chapter.expression import parse
from backprop_book.chapter.formal import without_notation
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.regions import Bare, Claim, Mention, Waiver
from backprop_book.chapter.shown import blotted, titles
from backprop_book.chapter.span import Span
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import equation, numerals


def read_tied(into: Gathered, span: Span, place: Place) -> None:
    """`[words]{...}`: a waiver or a claim."""
    tail = into.clean[span.tail_start : span.tail_end]
    words = into.clean[span.inner_start : span.inner_end]
    shown = into.clean[span.start : span.end]
    if tail.startswith("#"):
        _waive(into, span, place, tail, words, shown)
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
    elif _is_literal(tail):
        remedy = "name what in the run this is, as in [4]{W1.shape[0]}, or waive it: [words]{# reason}"
        into.troubles.append(
            Trouble(span.tail_start, "this expression asks nothing of the run", remedy, tail, "", "expression")
        )
    else:
        into.counts["claims"] += len(numerals(words))
        _claim(into, span, place, tail)


@lru_cache(maxsize=8192)  # each claim is read again and again while the book is edited, or made wrong on purpose
def _is_literal(expression: str) -> bool:
    """Whether an expression is a value that is written out, so that the words are compared with what their author wrote."""
    tree = parse(expression.replace("\n", " "), 0)
    if isinstance(tree, Mistake):
        return False
    try:
        ast.literal_eval(tree)
    except (ValueError, TypeError):
        return False
    return True


def _claim(into: Gathered, span: Span, place: Place, tail: str) -> None:
    expression = tail.replace("\n", " ")
    asked = question(into.chapter, place, expression)
    if isinstance(asked, Mistake):
        into.mistaken(span.tail_start, expression, asked)
    elif asked is not None:
        into.claims.append(
            Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                  into.clean[span.inner_start : span.inner_end], span.tail_start, expression,
                  asked.parts[0].snippet if place.listing is None else place.listing, asked)
        )  # fmt: skip


def _waive(into: Gathered, span: Span, place: Place, tail: str, words: str, shown: str) -> None:
    reason = tail[1:]
    if reason.strip() and not reason[0].isspace():
        remedy = "write a space after the #, and the reason"
        into.troubles.append(
            Trouble(span.tail_start, "a waiver needs a space and a reason after its #", remedy, shown, "", "waiver")
        )
    elif not reason.strip():
        remedy = "say after the # why nothing can check these words"
        into.troubles.append(Trouble(span.tail_start, "this waiver has no reason", remedy, shown, "", "waiver"))
    elif not _excuses(into, span, place):
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
            region = read_code(into.chapter, place, into.clean, inner).region
            if isinstance(region, Bare) or (region is None and unread(into.chapter)):
                return True
            if isinstance(region, Mention) and region.question is not None:
                name = re.split(r"\W", region.question.parts[0].probe.expression.lstrip("("), maxsplit=1)[0]
                if not knows(into.chapter, region.listing, name):
                    return True
    return False
