"""unchecked: what words say of a number that no value covers, between the brackets of a claim and beside them.

Between the brackets: digits, names, comparisons beside a number, and that it is exact. Beside them: a sign, a scale word, a comparison
(`more than [0.8]{loss}`) or a suffix that touches the brackets, and changes the first or the last number of the words.
"""

import ast
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal

from backprop_book.core.expressions import parsed
from backprop_book.numbers import Numeral, numerals, unmatched
from backprop_book.numbers.number_words import PARTS, SPACES
from backprop_book.scan import Source
from backprop_book.scan.document import Claim
from backprop_book.verify.verdict import HOLDS, Judgement, stems
from backprop_book.verify.wording.comparison_words import (
    ABOUT,
    BEFORE,
    BEHIND,
    CLAUSE_END,
    DENIED,
    NEARBY,
    POWERS,
    SIGNS,
    SIGNS_BEHIND,
    UNSEEN,
    any_of,
    unmarked,
)

_NEAR = r"(?:almost|nearly)"
_WITH_DIGIT = re.compile(r"(?<!\w)\w*[0-9]\w*")
_NAME = re.compile(r"(?<!\w)\w+")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_OTHERWISE = re.compile(
    rf"""
    (?: (?<!\w) (?: {any_of(BEFORE)} | \w+\s+than | {_NEAR} | minus|negative | (?:half|double|treble|triple) (?:\s+the)?
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
    if unchecked := unmatched(numerals(words), claim.expression.text, claim.expression.trees):
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
            return _unread(source, claim, found.start(), found[0])
    return HOLDS


def judge_code(source: Source, claim: Claim, known: Mapping[str, Collection[str]]) -> Judgement:
    """Names of the runs that a claim asks that stand in code in its words: the expression must read each, with its indices."""
    for span in _CODE.finditer(claim.words) if claim.form == "claim" else ():
        said = _path(parsed(span[2]))
        is_name = bool(said) and any(said[0] in known.get(stem, ()) for stem in stems(claim))
        if is_name and not any(_path(node)[: len(said)] == said for node in ast.walk(claim.expression.tree)):
            return _unread(source, claim, span.start(2), span[2])
        for found in _NAME.finditer(claim.words, *span.span(2)):
            is_name = any(found[0] in known.get(stem, ()) for stem in stems(claim))
            if is_name and not _reads(claim, found[0]):
                return _unread(source, claim, found.start(), found[0])
    return HOLDS


def _path(node: ast.AST | None) -> tuple[str, ...]:
    """The name of a value and its constant indices, as in `W1[0][2]` and `W1[0, 2]`; without indices, and for anything else, empty.

    The snippet before the name and the number of an iteration, as in `series(h)[5, 2]`, are left out.
    """
    match node:
        case ast.Subscript(value=value, slice=index):
            indices = tuple(map(ast.unparse, index.elts if isinstance(index, ast.Tuple) else [index]))
            match value:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    return (name, *indices)
                case ast.Call(func=ast.Name(id="series"), args=[ast.Name(id=name) | ast.Attribute(attr=name)]):
                    return (name, *indices[1:])
                case ast.Subscript() if before := _path(value):
                    return (*before, *indices)
    return ()


def _reads(claim: Claim, name: str) -> bool:
    return re.search(rf"(?<!\w){name}(?!\w)", claim.expression.text) is not None


def _unread(source: Source, claim: Claim, start: int, name: str) -> Judgement:
    return Judgement(
        source.problem(
            claim.words_start + start,
            "the expression does not check this name",
            found=name,
            remedy="use the name in the expression, or move it out of the brackets",
            kind="unchecked",
        )
    )


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
"""Comparing words that also name a range: "above 4 it diverges", "the mean over 5 steps"."""
_COMPARED = re.compile(
    rf"""
    (?: (?<!\w) (?P<words> {any_of(words for words in _STRICT if words not in _PLACES)}
          | (?: is|are|was|were|been|stays?|remains?|has|have|had|takes?|took|taken|after|at|by|for|from|in|to|with ) \s+ (?:{any_of(_PLACES)}) ) \s+
      | (?<!\w) {_NEAR} \s+ | (?: [<>≠] | != ) \s* ) {ABOUT} \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DENIED = re.compile(rf"{DENIED} \Z", re.VERBOSE | re.IGNORECASE)
_NOT = re.compile(rf"(?<!\w)(?:is|are|was|were)(?:\s+not|n['’]t)\s+{ABOUT}\Z", re.VERBOSE | re.IGNORECASE)
"""What makes a number one that something is not."""
_NO = re.compile(rf"(?<!\w)no\s+{ABOUT}\Z", re.VERBOSE | re.IGNORECASE)
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
_AROUND = 300
"""Characters on either side of a claim that are looked at."""
_INSIDE = "write it between the brackets, right before the digits"
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
    after = unmarked(source.text[claim.end : claim.end + _AROUND])
    behind = _GLUED.match(after) or _BEHIND.match(after)
    return HOLDS if behind is None else _outside(source, claim.start, claim.end + behind.end(), _APART)


def _before(source: Source, claim: Claim, is_compared: bool) -> Judgement | None:
    first = max(claim.start - _AROUND, source.text.rfind("\n\n", 0, claim.start) + 1, 0)
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
    """Where it is said that something is not a number, or that there are no 9; what is not 16 times as many may be said of a 16."""
    found = _NO.search(before) or (_NOT.search(before) if CLAUSE_END.match(source.text, claim.end) else None)
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


def without_text(text: str, words: str) -> str | None:
    """Words with a text in them blotted out; None if it stands nowhere for itself.

    `correct` is neither in "incorrect" nor in "not correct", and `3` is in no number that goes on: "−3", "3 million".
    """
    before = r"(?<!\w)" if re.match(r"\w", text) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", text) else ""
    bare = unmarked(words)
    spread = {
        edge
        for numeral in numerals(words)
        for edge in range(numeral.end - len(numeral.text.lstrip(f"≈~{SPACES}")) + 1, numeral.end)
    }
    found = [
        match.span()
        for match in re.finditer(f"{before}{re.escape(text)}{after}", words)
        if spread.isdisjoint(match.span()) and not _DENIED.search(bare, max(match.start() - NEARBY, 0), match.start())
    ]
    for start, end in found:
        words = f"{words[:start]}{' ' * (end - start)}{words[end:]}"
    return words if found else None
