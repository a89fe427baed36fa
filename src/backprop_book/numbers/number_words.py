"""Numbers spelled out, from "two" to "ninety-nine trillion".

Multiples count as well ("twice", "tenfold"), as do vague numbers ("thousands", read as one thousand) and fractions of more than one
part ("two thirds", "one and a half", "half a dozen"). Not counted are "zero", "one" and "once", ordinals, a single part ("half",
"a third") and words that are also verbs ("double", "triple"). "One" counts inside a longer number only.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

SPACES = " \u00a0\u2009\u202f"
"""The spaces allowed between a number and its `%`, `≈` or `×`: plain, no-break, thin, narrow no-break."""
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SMALL = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS: Mapping[str, int] = MappingProxyType({word: n for n, word in enumerate(_SMALL, 1)})
TENS: Mapping[str, int] = MappingProxyType({word: 10 * n for n, word in enumerate(_ROUND, 2)})
SCALES: Mapping[str, int] = MappingProxyType(
    {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
)
MULTIPLES: Mapping[str, int] = MappingProxyType({"twice": 2, "thrice": 3})
FOLD = "fold"
"""The ending of multiples: "tenfold", "hundredfold"."""
DOZEN = 12
PARTS: Mapping[str, int] = MappingProxyType({
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "twentieth": 20, **{f"{word}th": n for word, n in SCALES.items()},
})  # fmt: skip
"""The denominators of the words for fractions."""
_FOLDED = frozenset(f"{word}{FOLD}" for word in (*UNITS, *TENS, *SCALES))
_SEVERAL: Mapping[str, int] = MappingProxyType({f"{word}s": n for word, n in (*SCALES.items(), ("dozen", DOZEN))})
_ALL = frozenset((*UNITS, *TENS, *SCALES, *MULTIPLES, *_FOLDED, *_SEVERAL, "dozen", "and"))
_APART: Mapping[str, int] = MappingProxyType({**MULTIPLES, **_SEVERAL})
_COUNTED: Mapping[str, int] = MappingProxyType({**SCALES, "dozen": DOZEN})
_HALVED: Mapping[str, int] = MappingProxyType({word: n for word, n in _COUNTED.items() if n != SCALES["hundred"]})
_WORD = re.compile(r"[^\W\d_](?:\w*[^\W_])?")
GAP = r"(?: (?:[-\u2011]|[^\S\n])[^\S\n]*\n?[^\S\n]* | \n[^\S\n]* )"
"""A verbose pattern of the gap between the words of a number: a space or a hyphen, and perhaps the end of a line."""
_GAP = re.compile(GAP, re.VERBOSE)
_ORDINAL = re.compile(
    r"[-\u2011](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b"
    r"|[-\u2011 ](?:hundred|thousand|million|billion|trillion)th\b",
    re.IGNORECASE,
)
_ONE_PART = rf"(?P<part>{'|'.join(PARTS)})"
MANY_PARTS = rf"(?P<parts>{'|'.join(f'{word}s' for word in PARTS if word != 'half')})"
"""A verbose pattern of the plural that makes the number before it a fraction. "Halves" is also a verb."""
AND_A_PART = rf"{GAP} and {GAP} (?:an?|one) {GAP} {_ONE_PART} \b"
"""A verbose pattern of a fraction after a number: "and a half"."""
_SCALE = rf"(?P<scale>{'|'.join(_COUNTED)})\b"
_PART_OF = re.compile(
    rf"(?P<part>half|third|quarter) (?:{GAP}of)? (?:{GAP}an?)? {GAP} {_SCALE}", re.VERBOSE | re.IGNORECASE
)
"""A fraction of a large number: "half a dozen", "a quarter of a million"."""
_AND_A_PART = re.compile(rf"{AND_A_PART} (?: {GAP} {_SCALE} )?", re.VERBOSE | re.IGNORECASE)
_MANY_PARTS = re.compile(rf"{GAP} {MANY_PARTS} \b", re.VERBOSE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number in words."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    value: Fraction


def spoken(text: str, start: int) -> tuple[Spoken, ...]:
    """The numbers in the run of number words that begins at `start`; none if there is no number word."""
    if part_of := _PART_OF.match(text, start):
        value = Fraction(_COUNTED[part_of["scale"].lower()], PARTS[part_of["part"].lower()])
        return (Spoken(*part_of.span(), value),)
    words: list[re.Match[str]] = []
    end = start
    while (word := _WORD.match(text, end)) and word[0].lower() in _ALL:
        words.append(word)
        if word[0].lower() in _FOLDED:
            break
        gap = _GAP.match(text, word.end())
        if gap is None:
            break
        end = gap.end()
    lower = [word[0].lower().removesuffix(FOLD) for word in words]
    found = (
        _spoken(text, words[first].start(), words[last - 1].end(), value, lower[last - 1])
        for first, last, value in _numbers(lower)
    )
    return tuple(each for each in found if each is not None)


def parts_of(whole: int, word: str) -> Fraction | None:
    """The fraction of a number of parts, such as `3` and `quarters`; None if it is an integer, as four quarters are."""
    parts = PARTS[word.removesuffix("s")]
    return Fraction(whole, parts) if whole % parts else None


def _spoken(text: str, start: int, end: int, value: int, last: str) -> Spoken | None:
    """An integer in words with the fraction after it; None for "one" alone and for ordinals."""
    if more := _AND_A_PART.match(text, end):
        # "A million and a half" is 1.5 million.
        part = Fraction(_HALVED.get(last, 1), PARTS[more["part"].lower()])
        return Spoken(start, more.end(), (value + part) * _COUNTED.get((more["scale"] or "").lower(), 1))
    if value == 1 or _ORDINAL.match(text, end):
        return None
    if (parts := _MANY_PARTS.match(text, end)) and (fraction := parts_of(value, parts["parts"].lower())):
        return Spoken(start, parts.end(), fraction)
    return Spoken(start, end, Fraction(value))


def spell(value: int) -> str | None:
    """The number in words, if it is 2 to 99, perhaps times a hundred, thousand, million and so on; else None."""
    for scale, factor in (*reversed(tuple(SCALES.items())), ("", 1)):
        count, rest = divmod(value, factor)
        if not rest and 1 <= count <= 99 and value >= 2:
            units = {n: word for word, n in (*UNITS.items(), *TENS.items())}
            said = units.get(count) or f"{units[count - count % 10]}-{units[count % 10]}"
            return f"{said} {scale}".rstrip()
    return None


def _numbers(words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The numbers in a run of number words: index of the first word, index after the last word, value."""
    place = 0
    while place < len(words):
        if words[place] in _APART:
            yield place, place + 1, _APART[words[place]]
            place += 1
            continue
        value, after = _whole(words, place)
        if value:
            yield place, after, value
        place = max(after, place + 1)


def _whole(words: Sequence[str], place: int) -> tuple[int, int]:
    """The longest number that begins at index `place`, and the index after it; 0 if there is none."""
    total, least, first = 0, 10**15, place
    while True:
        begin = place + 1 if total and words[place : place + 1] == ["and"] else place
        part, after = _below_thousand(words, begin)
        scale = SCALES.get(words[after], 0) if after < len(words) else 0
        if scale >= 1000 and (part or place == first):
            part, after = max(part, 1) * scale, after + 1
        else:
            scale = 1
        if not part or scale >= least or (total and part >= least):
            return total, place
        total, least, place = total + part, scale, after
        if scale == 1:
            return total, place


def _below_thousand(words: Sequence[str], place: int) -> tuple[int, int]:
    small, after = _below_hundred(words, place)
    following = words[after] if after < len(words) else ""
    if following == "dozen":
        return max(small, 1) * DOZEN, after + 1
    if following != "hundred":
        return small, after
    after += 1
    begin = after + 1 if words[after : after + 1] == ["and"] else after
    rest, end = _below_hundred(words, begin)
    return max(small, 1) * 100 + rest, end if rest else after


def _below_hundred(words: Sequence[str], place: int) -> tuple[int, int]:
    word = words[place] if place < len(words) else ""
    if word in UNITS:
        return UNITS[word], place + 1
    if word not in TENS:
        return 0, place
    unit = UNITS.get(words[place + 1], 0) if place + 1 < len(words) else 0
    return (TENS[word] + unit, place + 2) if 0 < unit < 10 else (TENS[word], place + 1)
