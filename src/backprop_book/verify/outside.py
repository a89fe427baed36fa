"""outside: refuses signs, scale words and comparisons that stand outside the brackets of a claim and change its number.

A reader sees `–[0.5]{x}` as −0.5 and `[9]{n}th` as an ordinal, while the run is compared with 0.5 and 9. The judge calls this module
for each claim that holds. Percent signs, scale words and fractions behind a claim are refused by the scan.
"""

import re
import unicodedata

from backprop_book.chapter import Claim, Source
from backprop_book.digits import numerals
from backprop_book.digits.number_words import PARTS
from backprop_book.verify.judgement import HOLDS, Judgement
from backprop_book.verify.orders import ABOUT, BEFORE, BEHIND, DENIED, POWERS, UNSEEN, any_of, unmarked

_EDGE = f"{UNSEEN} \"'“‘”’(«»"
_NEUTRAL = frozenset("≈~=≤≥×⋅·")
"""Signs that may touch a number: they round it, compare something with it, or multiply it, and leave the number as it is."""
_JOINED = re.compile(r"[}`$)]\s*\Z")
"""The end of another claim, of code or of a formula: a sign between it and the claim is an operator, and no sign of the number."""
_OPERAND = re.compile(r"[}`$]")
_SENTENCE_END = re.compile(r"[.!?][^\w\s]*\s")
_MINUS = re.compile(rf"−{UNSEEN}*[^\S{UNSEEN}]\s*\Z|(?<!\w)(?:minus|negative)\s+\Z", re.IGNORECASE)
_SCALED = re.compile(
    rf"(?<!\w) (?: (?:{'|'.join(PARTS)})s? \s+ of | half|double|treble|triple ) \s+ {ABOUT} \Z",
    re.VERBOSE | re.IGNORECASE,
)
_STRICT = [words for words, order in BEFORE.items() if order.is_strict]
_PLACES = [words for words in _STRICT if words.isalpha() and not words.startswith(("exceed", "surpass"))]
"""Comparing words that also name a range: "above 4 it diverges". They count as a comparison only after a form of *be*."""
_COMPARED = re.compile(
    rf"""
    (?: (?<!\w) (?P<words> {any_of(words for words in _STRICT if words not in _PLACES)} | (?:is|are|was|were|stays?|remains?) \s+ (?:{any_of(_PLACES)}) ) \s+
      | (?: [<>≠] | != ) \s* ) {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DENIED = re.compile(rf"{DENIED} \Z", re.VERBOSE | re.IGNORECASE)
_NOT = re.compile(rf"(?<!\w)(?:is|are|was|were)(?:\s+not|n['’]t)\s+{ABOUT}\Z", re.VERBOSE | re.IGNORECASE)
"""What makes a number one that something is not."""
_GLUED = re.compile(
    rf"{UNSEEN}*(?: \+ (?!{UNSEEN}|\s*\d) | (?!x\W) [^\W_] [\w-]* | [-\u2010\u2011] (?:st|nd|rd|th) (?!\w) )",
    re.VERBOSE | re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s+ (?: (?: {any_of(words for words in BEHIND if words.startswith('or '))} ) (?! \w | \s+ (?:than|\w+ly)(?!\w) )"
    rf" | (?: {any_of(words for words in BEHIND if words.startswith('and '))} ) (?= {UNSEEN}*(?:[^\w\s]|\Z) )"
    rf" | {POWERS} | (?:plus|minus) \s+ (?:one|a) (?!\w) )",
    re.VERBOSE | re.IGNORECASE,
)
_BULLET = re.compile(r"[-+*][ \t]+\Z")
_MARGIN = re.compile(r"[ \t>]*")
_BLOCK_START = re.compile(r"#{1,6}\s|!!!|\?\?\?|===|```|~~~|\||<|\Z")
_ITEM = re.compile(r"[-+*][ \t]|[0-9]+[.)][ \t]|:[ \t]|\[\^")
_NEARBY = 300
"""Characters on either side of a claim that are looked at."""
_INSIDE = "write it between the brackets, right before the digits"
_CLAUSE_END = re.compile(r"[*_]*\s*(?:[.,;:!?)]|\Z|\n\s*\n)")
_COMPARE = "claim the comparison, as in [more than 0.8]{loss > 0.8}"
_DENY = "claim that it is another number, as in [not 9]{n != 9}"
_APART = "put it between the brackets and claim what it comes to, or put a word between"
_LIST = "write a sign between the brackets, right before the digits, and leave a line blank before a list"


def judge_outside(source: Source, claim: Claim, is_compared: bool) -> Judgement:
    """Refuse text directly before or behind a claim that changes its first or its last number.

    Args:
        source: The document.
        claim: A claim that holds.
        is_compared: Whether its expression gives a boolean or a text. Then comparing words may stand before it, because the
            expression holds the comparison.
    """
    stated = numerals(claim.words) if claim.form == "claim" else ()
    if not stated:
        return HOLDS
    words = unmarked(claim.words)
    if not words[: stated[0].start].strip(_EDGE):
        found = _before(source, claim, is_compared)
        if found is not None:
            return found
    if words[stated[-1].end :].strip(_EDGE):
        return HOLDS
    after = unmarked(source.text[claim.end : claim.end + _NEARBY])
    behind = _GLUED.match(after) or _BEHIND.match(after)
    return HOLDS if behind is None else _outside(source, claim.start, claim.end + behind.end(), _APART)


def _before(source: Source, claim: Claim, is_compared: bool) -> Judgement | None:
    first = max(claim.start - _NEARBY, source.text.rfind("\n\n", 0, claim.start) + 1, 0)
    written = source.text[first : claim.start]
    before = unmarked(written)
    for found, remedy in (
        (None if _is_between_dashes(source, claim) else _sign(before, written), _INSIDE),
        (_scale(before), _APART),
        (None if is_compared else _comparison(before, written), _COMPARE),
        (None if is_compared else _denial(source, claim, before), _DENY),
    ):
        if found is not None:
            return _outside(source, first + found, claim.end, remedy)
    line = source.text.rfind("\n", 0, claim.start) + 1
    margin = _MARGIN.match(source.text, line)
    assert margin is not None, "this matches nothing, too"
    if _BULLET.fullmatch(source.text, margin.end(), claim.start) and _is_wrapped(source.text, line):
        return _outside(source, margin.end(), claim.end, _LIST)
    return None


def _is_between_dashes(source: Source, claim: Claim) -> bool:
    """Whether a claim stands between two dashes of a sentence, which are no signs."""
    return source.text.endswith("—", 0, claim.start) and source.text.startswith("—", claim.end)


def _denial(source: Source, claim: Claim, before: str) -> int | None:
    """Where it is said that something is not a number; what is not 16 times as many may be said of a 16."""
    found = _NOT.search(before) if _CLAUSE_END.match(source.text, claim.end) else None
    return found and found.start()


def _sign(before: str, written: str) -> int | None:
    """Where a sign begins that touches the number; `before` is the text that is `written` before it, without its markup."""
    if minus := _MINUS.search(before):
        return None if _JOINED.search(written, 0, minus.start()) else minus.start()
    text = before.rstrip(UNSEEN)
    last, rest = text[-1:], text[:-1]
    if last.isalnum():
        return len(re.sub(r"\w+\Z", "", text))
    if not last or last in _NEUTRAL or _JOINED.search(written, 0, len(rest)) or last in "<>≠":
        return None
    if unicodedata.category(last) == "Pd":
        # Behind a word, it is a range, a compound or a dash between clauses.
        return None if re.search(r"[\w)\]}.,…]\Z", rest) else len(rest)
    return len(rest) if last == "/" or unicodedata.category(last) == "Sm" else None


def _scale(before: str) -> int | None:
    found = _SCALED.search(before)
    return found and found.start()


def _comparison(before: str, written: str) -> int | None:
    found = _COMPARED.search(before)
    if found is None:
        return None
    if found["words"]:
        # What is no more than a number may be that number; and something may be more than it that stands before.
        sentence = max((end.end() for end in _SENTENCE_END.finditer(before, 0, found.start())), default=0)
        is_open = _DENIED.search(before, 0, found.start()) or _OPERAND.search(written, sentence, found.start())
    else:
        is_open = _JOINED.search(written, 0, found.start())
    return None if is_open else found.start()


def _is_wrapped(text: str, line: int) -> bool:
    """Whether a line that looks like an item of a list goes on with a paragraph, and so shows its hyphen."""
    first = ""
    for each in reversed(text[:line].split("\n")[:-1]):
        bare = _MARGIN.sub("", each, count=1)
        if _BLOCK_START.match(bare):
            break
        first = bare
    return bool(first) and not _ITEM.match(first)


def _outside(source: Source, start: int, end: int, remedy: str) -> Judgement:
    return Judgement(
        source.problem(
            start,
            "what stands beside a claim belongs to its number, and says something else of it",
            found=source.text[start:end],
            remedy=remedy,
            kind="unchecked",
        )
    )
