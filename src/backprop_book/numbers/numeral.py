"""Finds the numerals in prose, in digits and in words. Decimal arithmetic only, never binary floats."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from backprop_book.numbers.number_words import (
    AND_A_PART,
    DOZEN,
    MANY_PARTS,
    PARTS,
    SCALES,
    SPACES,
    SUPERSCRIPTS,
    parts_of,
    spoken,
)

_TO_PLAIN = str.maketrans(f"{SUPERSCRIPTS}⁻⁺−", "0123456789-+-")
_SCALE_WORDS = "|".join((*SCALES, "dozen"))
_GAP = rf"(?: [{SPACES}-] | [{SPACES}]*\n[{SPACES}]* )"
PERCENT = (
    rf"(?P<percent> %(?!\w) | [{SPACES}]%(?![\w(]|[{SPACES}][0-9(])"
    rf" | {_GAP} (?: per[{SPACES}]?cent (?: age[{SPACES}]points? )? | pct ) \b )"
)
"""A verbose pattern of the percent sign or word after a number."""
WRITTEN = re.compile(
    rf"""
    (?P<about> (?: ≈ | (?<!~)~ ) [{SPACES}]? )?
    (?P<sign> (?<! [\w)\]}}%+−-] ) (?<! \+/ ) [-−+] )?
    (?>
        (?P<version> [0-9]+ (?: \.[0-9]+ ){{2,}} )
      | (?>
            (?P<grouped>
                [1-9][0-9]{{0,2}} (?P<separator> [,_\u00a0\u2009\u202f] ) [0-9]{{3}} (?: (?P=separator) [0-9]{{3}} )*
            )
            (?! [0-9] | (?P=separator)[0-9] )
          | (?P<plain> [0-9]+ )
          | (?= \.[0-9] )
        )
        (?: \. (?P<fraction> [0-9]+ ) )?
    )
    (?P<more> {AND_A_PART} )?
    (?:
        (?P<letter> [eE] ) (?P<exponent> [-−+]? [0-9]{{1,4}} ) (?! [0-9] )
      | (?P<times> [{SPACES}]? [×x·⋅*] [{SPACES}]? 10 )
        (?: (?P<raised> [⁻⁺]? [{SUPERSCRIPTS}]{{1,4}} ) | (?P<caret> \^ \{{? [-−]? [0-9]{{1,4}} \}}? ) ) (?! [0-9] )
      | (?P<power> [⁻⁺]? [{SUPERSCRIPTS}]{{1,3}} )
      | (?P<scale> {_GAP} (?: (?: {_SCALE_WORDS} ) s? | {MANY_PARTS} ) ) \b
    )?
    {PERCENT}?
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""One numeral in digits. The pattern does not look at a letter after it."""
BASED = re.compile(
    rf"""
    (?P<about> (?: ≈ | (?<!~)~ ) [{SPACES}]? )? (?P<sign> (?<! [\w)\]}}%+−-] ) (?<! \+/ ) [-−+] )?
    0 (?= (?: [xX] (?: _?[0-9A-Fa-f] )+ | [oO] (?: _?[0-7] )+ | [bB] (?: _?[01] )+ ) (?!\w) )
    (?P<base> [xXoObB] ) (?P<digits> \w+ )
    """,
    re.VERBOSE,
)
"""One numeral of another base, as Python writes it: `0x1F`, `0o17`, `0b11`."""
_ABOUT = re.compile(rf"(?:≈|(?<!~)~)[{SPACES}]?")
_CANDIDATE = re.compile(r"≈|~|[-−+]?\.?[0-9]|[^\W\d_]")
_GOES_ON = re.compile(r"_*[^\W\d_]|_+\d")
_IN_HUNDREDTHS = re.compile(PERCENT, re.VERBOSE | re.IGNORECASE)
_REST_OF_WORD = re.compile(r"\w*(?:\.[0-9]\w*)*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?!\w)", re.IGNORECASE)
_ROOTS = frozenset("√∛∜")
_TENS = frozenset((*map(Fraction, SCALES.values()), *(Fraction(1, n) for n in (10, *SCALES.values()))))
_PER_MILLE = re.compile(rf"[{SPACES}]?[‰‱]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written."""

    start: int
    """Offset of its first character (of its `≈`, if it has one) in the text it was found in."""
    end: int
    """Offset after its last character."""
    text: str
    """The characters from `start` to `end`."""
    value: Decimal
    """The number written. Of a percentage it is not divided: `19.0%` has the value 19.0. Of a compound it is the first part."""
    unit: Decimal
    """One unit of the last digit written: 0.01 for `0.10`, 1e-6 for `1e-6`, 1 for `1,000`, 1000 for `3.5e4`."""
    percent: bool = False
    """Whether a percent sign or the word follows."""
    approximate: bool = False
    """Whether `≈` or `~` stands before it."""
    word: bool = False
    """Whether it is spelled out (`three`, `two thirds`)."""
    scaled: bool = False
    """Whether it has an exponent or a scale word: `6e4`, `10⁻³`, `175 billion`."""
    compound: bool = False
    """Whether it is more than a number (`2.13.0`, `20kB`, `√2`, `0.5²`), so that no value agrees with it."""


def numerals(text: str) -> tuple[Numeral, ...]:
    """The numerals in prose, in order.

    In digits (ASCII): an optional `≈` or `~`, a sign, an integer part (plain, or in groups of three set apart by `,`,
    `_` or a no-break or thin space), a decimal part, an exponent (`1e-6`, `1.2×10⁻³`, `1.2 × 10^-3`, the power of ten
    alone in superscripts: `10⁻³`) or a scale in words (`175 billion`), and a percent sign, also after a space, or the word
    (`19 percent`, `19 pct`, `2 percentage points`). Another whole number raised by superscripts is the power that it means: `2⁴` is 16.
    Fractions in words belong to the number before them: `9 and a half`, `3 quarters`, `28 thousandths`.

    - A minus (`-` or U+2212) or plus is a sign only directly before the digits and not after a letter, digit, closing
      bracket or another sign: `2-3` and `x-1` hold positive numbers, as do ranges with an en dash (`0–200`).
    - In brackets, a comma always separates: `[100,200]` holds two numerals, `1,000` elsewhere is one.
    - Underscores at the edge of a word emphasise it. Digits that a word or identifier ends with or holds are none: `W1`, `float32`, `x86`; nor are ordinals, `2nd`. `0x1F`, `0o17` and `0b11` are numerals,
      with the value that they have in Python. So are the multiples `3x`, `2×`, and `2×2`, `2x2` and `16/16` are two numerals each. Dates and times are several.
    - A number that is part of something longer is a compound: `2.13.0`, `20kB`, `5M`, `√2`, `0.5²`, `3‰`.

    In words, whole and in any case: from two up, with compounds (`twenty-one`, `two hundred and five`, `two dozen`),
    `hundred` to `trillion` and `dozen`, also several of them (`thousands`), `twice`, `thrice` and `tenfold`; `two thirds`, `one and a
    half`, `half a dozen`; each also with a percent sign or the word. Zero, one, once, ordinals, `half`, `a third` and `double`
    are not numerals.
    """
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[Numeral]:
    place = 0
    while candidate := _CANDIDATE.search(text, place):
        place = candidate.start()
        about = _ABOUT.match(text, place)
        begin = about.end() if about else place
        written = WRITTEN.match(text, place)
        if based := BASED.match(text, place):
            yield _from_base(based)
            place = based.end()
        elif written is not None:
            if _goes_on(text, written):
                place = _end_of_word(text, written.end())
                if not _ORDINAL.match(text, written.end()):
                    yield _compound(text, written, place)
                continue
            if written["parts"] and _is_counted(written):
                written = WRITTEN.match(text, place, written.start("scale"))
                assert written is not None, "what stands before the parts is a number"
            if written["separator"] == "," and text.rfind("[", 0, place) > text.rfind("]", 0, place):
                # In a list, a comma always separates.
                written = WRITTEN.match(text, place, written.start("separator"))
                assert written is not None, "the first group is a number"
            numeral = _from_digits(written)
            more = _PER_MILLE.match(text, numeral.end)
            if more or _is_rooted(text, written):
                numeral = _compound(text, written, more.end() if more else numeral.end)
            yield numeral
            place = numeral.end
            if text[place : place + 1] in ("x", "X"):
                place += 1
        elif begin < len(text) and text[begin].isalpha():
            said = spoken(text, begin)
            end = begin
            for n, number in enumerate(said):
                first = place if n == 0 and number.start == begin else number.start
                percent = _IN_HUNDREDTHS.match(text, number.end)
                end = percent.end() if percent else number.end
                value = Decimal(number.value.numerator) / number.value.denominator
                yield Numeral(
                    first, end, text[first:end], value, Decimal(1), percent=bool(percent),
                    approximate=first < number.start, word=True,
                )  # fmt: skip
            place = end if said else _end_of_word(text, begin)
        else:
            place = max(begin, place + 1)


def _goes_on(text: str, written: re.Match[str]) -> bool:
    """Whether a number is the beginning of a word (`20kB`, `2nd`, `0x1F`)."""
    if written["percent"] or not _GOES_ON.match(text, written.end()):
        return False
    following, after = text[written.end() : written.end() + 1], text[written.end() + 1 : written.end() + 2]
    multiple = following in "xX" and not (after.isalpha() or after == "_")
    return not multiple or (written["plain"] == "0" and after.isdigit())


def _end_of_word(text: str, place: int) -> int:
    rest = _REST_OF_WORD.match(text, place)
    return rest.end() if rest else place


def _is_rooted(text: str, written: re.Match[str]) -> bool:
    return text[written.start() - 1 : written.start()] in _ROOTS


def _compound(text: str, written: re.Match[str], end: int) -> Numeral:
    """The compound of a number, the rest of its word and the root sign before it."""
    start = written.start() - _is_rooted(text, written)
    return replace(_from_digits(written), start=start, end=end, text=text[start:end], percent=False, compound=True)


def _from_digits(written: re.Match[str]) -> Numeral:
    start, end = written.span()
    negative = written["sign"] in ("-", "−")
    compound = bool(written["version"])
    moved: str | bool | None = False
    if written["version"]:
        first = Decimal(written["version"].partition(".")[0])
        value, unit = first.copy_negate() if negative else first, Decimal(1)
    else:
        fraction = written["fraction"] or ""
        whole = re.sub(r"[^0-9]", "", written["grouped"] or written["plain"] or "0")
        exponent = exponent_of(written) - len(fraction)
        mantissa: tuple[int, ...] = tuple(map(int, whole + fraction))
        unit = Decimal((0, (1,), exponent))
        power = exponent_of_power(written)
        if written["power"] and power is None:
            compound = True
        elif power is not None and int(whole) == 10:
            mantissa, unit = (1,), Decimal((0, (1,), power))
            exponent = power
        elif power is not None:
            mantissa = Decimal(int(whole) ** power).as_tuple().digits
        value = Decimal((int(negative), mantissa, exponent))
        if written["more"]:
            part = Decimal(1) / PARTS[written["part"].lower()]
            value, unit = value + (part.copy_negate() if negative else part), unit / 100
        if written["scale"]:
            factor = scale_of(written)
            value = _times(value, factor)
            # A factor other than a power of ten, such as a dozen, leaves the unit as it is.
            unit = _times(unit, factor) if factor in _TENS else min(Decimal(1), unit) / (100 if factor < 1 else 1)
        moved = written["letter"] or written["times"] or written["scale"] or (written["power"] and int(whole) == 10)
    return Numeral(
        start, end, written.string[start:end], value, unit, percent=bool(written["percent"]),
        approximate=bool(written["about"]), compound=compound, scaled=bool(moved) and unit != 1,
    )  # fmt: skip


def _from_base(based: re.Match[str]) -> Numeral:
    start, end = based.span()
    value = Decimal(int(f"0{based['base']}{based['digits']}", 0))
    negative = based["sign"] in ("-", "−")
    return Numeral(
        start, end, based[0], value.copy_negate() if negative else value, Decimal(1), approximate=bool(based["about"])
    )


def exponent_of(written: re.Match[str]) -> int:
    """The decimal exponent in a match of `WRITTEN`; 0 if there is none."""
    return int(
        (written["exponent"] or written["raised"] or (written["caret"] or "0").strip("^{}")).translate(_TO_PLAIN)
    )


def exponent_of_power(written: re.Match[str]) -> int | None:
    """The exponent of an integer in superscripts; None if there is none or if it is too large."""
    if not written["power"] or written["fraction"] or not written["plain"]:
        return None
    power = int(written["power"].translate(_TO_PLAIN))
    if int(written["plain"][:5]) == 10 and len(written["plain"]) == 2:
        return power
    return power if 0 <= power <= 64 and len(written["plain"]) <= 4 else None


def scale_of(written: re.Match[str]) -> Fraction:
    """The factor of the scale word in a match of `WRITTEN`; 1 if there is none."""
    if written["parts"]:
        return Fraction(1, PARTS[written["parts"].lower().removesuffix("s")])
    word = (written["scale"] or "").strip(f"{SPACES}\n-").lower().removesuffix("s")
    return Fraction({"": 1, "dozen": DOZEN, **SCALES}[word])


def _is_counted(written: re.Match[str]) -> bool:
    """Whether the number of parts makes an integer, so that they are counted, as in "4 quarters"."""
    return (
        bool(written["plain"])
        and not written["fraction"]
        and parts_of(int(written["plain"]), written["parts"].lower()) is None
    )


def _times(number: Decimal, factor: Fraction) -> Decimal:
    """The product, exact for integer factors. Multiplying Decimals would round to the precision of the context."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "a numeral is finite"
    product = Decimal(int(Decimal((0, digits, 0))) * factor.numerator)
    whole = Decimal((sign, product.as_tuple().digits, exponent))
    return whole if factor.denominator == 1 else whole / factor.denominator


_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def foreign(text: str) -> Iterator[int]:
    """Offsets of numeric characters other than the digits 0 to 9, which no check can read: `½`, `７`, `Ⅶ`, `⑦`.

    Superscripts and subscripts do not count, because they are exponents or parts of names.
    """
    for found in _BEYOND_ASCII.finditer(text):
        if (
            unicodedata.category(found[0]).startswith("N")
            and found[0] not in SUPERSCRIPTS
            and found[0] not in _SUBSCRIPTS
        ):
            yield found.start()
