"""uncovered: what words say that no value covers: digits, names, comparisons beside a number, and that it is exact."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from backprop_book.chapter import Claim, Source
from backprop_book.digits import Numeral, numerals, unmatched
from backprop_book.verify.asking import stems
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import (
    ABOUT,
    BEFORE,
    BEHIND,
    DENIED,
    NEARBY,
    POWERS,
    SIGNS,
    SIGNS_BEHIND,
    UNSEEN,
    any_of,
    unmarked,
)

_WITH_DIGIT = re.compile(r"(?<!\w)\w*[0-9]\w*")
_NAME = re.compile(r"(?<!\w)\w+")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_OTHERWISE = re.compile(
    rf"""
    (?: (?<!\w) (?: {any_of(BEFORE)} | \w+\s+than | almost|nearly | minus|negative | (?:half|double|treble|triple) (?:\s+the)?
          | (?:half|third|quarter|tenth|square|cube|root|opposite|inverse|reciprocal|logarithm|multiple)s? \s+ of
          | (?:far|away|different) \s+ from | anything \s+ but ) \s+
      | {DENIED}
      | (?: {any_of(SIGNS)} | [≠±∓] | != ) \s* | (?P<dash> − \s+ | (?<![\w)\]}}%.,…]) [-−‐‑‒–—﹣－➖] {UNSEEN}* ) )
    {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What makes a number say something else than that a value is this number."""
_AFTERWARDS = re.compile(
    rf"""
    (?: \s+ (?: {any_of(BEHIND)} | {POWERS} | (?:plus|minus) \s+ (?:one|a) ) ) (?!\w)
      | {UNSEEN}* \+ (?!\w) | \s* (?: {any_of(SIGNS_BEHIND)} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What says so behind it."""
_EXACTLY = re.compile(r"(?<!\w)(?:exactly|precisely)\s+\Z", re.IGNORECASE)


def judge_numbers(source: Source, claim: Claim, stated: tuple[Numeral, ...]) -> Judgement:
    """Numbers that a value is compared with, each as it stands: nothing beside it may say something else of it."""
    words = unmarked(claim.words)
    for numeral in stated:
        beside = _OTHERWISE.search(words, max(numeral.start - NEARBY, 0), numeral.start)
        behind = _AFTERWARDS.match(words, numeral.end)
        if not (beside or behind or numeral.compound):
            continue
        first = beside.start() if beside else numeral.start
        return Judgement(
            source.problem(
                claim.words_start + first,
                "a claim says that a value is a number, and this says something else",
                found=claim.words[first : behind.end() if behind else numeral.end],
                remedy="write its sign as − or -, right before the digits"
                if beside and beside["dash"]
                else "claim the comparison, as in [more than 0.8]{loss > 0.8}"
                if beside
                else "state the number alone, its unit after a space, or claim a comparison that is True",
                kind="unchecked",
            )
        )
    return judge_names(source, claim, claim.words)


def judge_exact(
    source: Source, claim: Claim, stated: tuple[Numeral, ...], actual: tuple[int | float, ...]
) -> Judgement:
    """Where the words say "exactly", before the bracket or in it, the number must be all that Python writes of the value."""
    for numeral, value in zip(stated, actual, strict=True):
        offset = claim.words_start + numeral.start
        first = max(offset - NEARBY, 0)
        said = _EXACTLY.search(unmarked(source.text[first:offset]))
        if said is None or Decimal(str(value)) * (100 if numeral.percent else 1) == numeral.value:
            continue
        return Judgement(
            source.problem(
                first + said.start(),
                "this number is rounded, and the words say that it is exact",
                found=source.text[first + said.start() : offset + len(numeral.text)],
                expected=f"{value!r}",
                remedy="leave the word out, or state all digits",
                kind="value",
            )
        )
    return HOLDS


def judge_digits(source: Source, claim: Claim, words: str) -> Judgement:
    """Numbers in words that no value covers: each must be one of the expression, and no two the same one of it."""
    if unchecked := unmatched(numerals(words), claim.expression.text):
        return Judgement(
            source.problem(
                claim.words_start + unchecked[0].start,
                "the expression does not check this number",
                found=unchecked[0].text,
                remedy="use the number in the expression, or claim it by itself",
                kind="unchecked",
            )
        )
    return judge_names(source, claim, words)


def judge_names(source: Source, claim: Claim, words: str) -> Judgement:
    """Names with a digit in words (`W2`) are no numbers; each must be a name of the expression."""
    covered = {place for numeral in numerals(words) for place in range(numeral.start, numeral.end)}
    for found in _WITH_DIGIT.finditer(words):
        if covered.isdisjoint(range(*found.span())) and not _reads(claim, found[0]):
            return _unread(source, claim, found)
    return HOLDS


def judge_code(source: Source, claim: Claim, known: Mapping[str, Collection[str]]) -> Judgement:
    """Names of the runs that a claim asks that stand in code in its words: each must be a name of the expression, too."""
    for span in _CODE.finditer(claim.words) if claim.form == "claim" else ():
        for found in _NAME.finditer(claim.words, *span.span(2)):
            is_name = any(found[0] in known.get(stem, ()) for stem in stems(claim))
            if is_name and not _reads(claim, found[0]):
                return _unread(source, claim, found)
    return HOLDS


def _reads(claim: Claim, name: str) -> bool:
    return re.search(rf"(?<!\w){name}(?!\w)", claim.expression.text) is not None


def _unread(source: Source, claim: Claim, found: re.Match[str]) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + found.start(),
            "the expression does not check this name",
            found=found[0],
            remedy="use the name in the expression, or move it out of the brackets",
            kind="unchecked",
        )
    )
