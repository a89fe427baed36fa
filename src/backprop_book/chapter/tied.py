"""tied: `[words]{...}`, words that are claimed or waived."""

import re

from backprop_book.chapter.asked import Mistake
from backprop_book.chapter.book import Chapter, Place, knows, outside, question, unread
from backprop_book.chapter.closeness import shifted
from backprop_book.chapter.codes import read_code
from backprop_book.chapter.formal import without_notation
from backprop_book.chapter.gathered import Gathered
from backprop_book.chapter.regions import Bare, Claim, Mention, Waiver
from backprop_book.chapter.shown import blotted, titles
from backprop_book.chapter.span import Span
from backprop_book.chapter.tautology import tautology
from backprop_book.chapter.trouble import Trouble
from backprop_book.digits import equation, numerals
from backprop_book.expressions import ClaimExpression


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
    else:
        _claim(into, span, place, tail)


def unfailing(chapter: Chapter, place: Place, at: int, expression: ClaimExpression) -> Trouble | None:
    """What is wrong with the expression of a claim if no run could make it fail.

    Args:
        chapter: The chapter.
        place: What the claim speaks of.
        at: The offset of the expression.
        expression: The expression.
    """
    found = tautology(expression, outside(chapter, place.listing))
    return None if found is None else Trouble(at, found.message, found.remedy, found.found, "", "expression")


def _claim(into: Gathered, span: Span, place: Place, tail: str) -> None:
    words = into.clean[span.inner_start : span.inner_end]
    expression = into.read_expression(tail)
    if isinstance(expression, Mistake):
        into.counts["claims"] += len(numerals(words))
        into.mistaken(span.tail_start, tail.replace("\n", " "), expression)
        return
    if trouble := unfailing(into.chapter, place, span.tail_start, expression):
        into.troubles.append(trouble)
        return
    into.counts["claims"] += len(numerals(words))
    asked = question(into.chapter, place, expression)
    if isinstance(asked, Mistake):
        into.mistaken(span.tail_start, expression.text, asked)
    elif asked is not None:
        larger = shifted(expression)
        control = question(into.chapter, place, larger) if larger else None
        into.claims.append(
            Claim(span.start, span.end, "claim", span.inner_start, span.inner_end,
                  words, span.tail_start,
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
