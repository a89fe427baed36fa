"""proof: whether equations hold, and whether each of their digits could fail."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from types import MappingProxyType

from backprop_book.digits.equation import equation
from backprop_book.digits.evaluation import Result, evaluate, flatten, shape
from backprop_book.digits.quantity import NoValueError, Quantity, compatible, equal
from backprop_book.digits.relations import Assertion, Equation, Fault, Side
from backprop_book.digits.tokens import tokens
from backprop_book.digits.tree import bare

_FIGURES = 12
PROVABLE = 200
"""How many digits an equation may have to be proved digit by digit."""
_ROW_SPACE = re.compile(r"\\\\\[[^\]]*\]")
_NUMBER = re.compile(r"[0-9][0-9.,]*")


def check(found: Equation | Assertion) -> tuple[Fault, ...]:
    """The relations of an equation that do not hold, in order.

    - `=`: both sides, worked out from their digits, are exactly equal.
    - `≈`: the sides can be the same number, if each number with decimals is anything that rounds to its digits.
    - `<`, `>`, `≤`, `≥`, `≠`: the values of the digits as written. Lists: every element, and they must have one shape.
    - A side without a value (a division by zero, numbers too large to work out) is a fault.

    Of an assertion, its arithmetic is checked; whether the name has that value is for a run to say.
    """
    if isinstance(found, Assertion):
        return check(found.arithmetic) if found.arithmetic is not None else ()
    faults = []
    for n, relation in enumerate(found.relations):
        left, right = found.sides[n], found.sides[n + 1]
        try:
            side = left
            before = evaluate(left.tree, stated=bare(left.tree))
            side = right
            after = evaluate(right.tree, stated=bare(right.tree))
        except NoValueError as reason:
            faults.append(Fault(relation.start, side.text, f"a number: {reason}"))
            continue
        if not _holds(relation.symbol, before, after):
            faults.append(Fault(relation.start, right.text, _expected(relation.symbol, before, right)))
    return tuple(faults)


def prove(text: str, math: bool) -> tuple[Fault, ...]:
    """What is wrong with a span that `equation` reads: relations that do not hold, else digits that could not fail.

    Each digit in turn is replaced by its neighbours. Where every relation still holds (a factor of zero, a rounded result,
    an inequality), nothing would notice that digit if it were wrong, and so it proves nothing. The last value of an
    assertion is left to the run that it speaks of.
    """
    found = equation(text, math)
    if found is None or (faults := check(found)):
        return () if found is None else faults
    start, end = (found.name_end, found.value_start) if isinstance(found, Assertion) else (0, len(text))
    unproved = {place for begin, stop in left_open(text, math) for place in range(begin, stop)}
    places = [place for place in range(start, end) if text[place] in "0123456789" and place not in unproved]
    if len(places) > PROVABLE:
        return (Fault(places[PROVABLE], f"more than {PROVABLE} digits", ""),)
    unnoticed = [place for place in places if any(_survives(text, math, place, step) for step in (1, 9))]
    numbers = {match.start(): match for match in _NUMBER.finditer(text)}
    shown = {max(begin for begin in numbers if begin <= place): place for place in reversed(unnoticed)}
    return tuple(Fault(place, numbers[begin][0].rstrip(".,"), "") for begin, place in sorted(shown.items()))


def left_open(text: str, math: bool) -> Iterator[tuple[int, int]]:
    """Where digits are that mathematics itself leaves open: what is rounded down or up, and where a sum or product begins.

    A term of zero, or a factor of one, may stand there or not: the equation is true with either. The space below a row of a
    matrix is no number at all.
    """
    if math:
        yield from (found.span() for found in _ROW_SPACE.finditer(text))
    open_at: list[int] = []
    for token in tokens(text, math) or ():
        if token.text in ("⌊", "⌈"):
            open_at.append(token.start)
        elif token.text in ("⌋", "⌉") and open_at:
            yield open_at.pop(), token.end
        elif token.kind == "series":
            yield token.end, text.index("}", token.end)


def _survives(text: str, math: bool, place: int, step: int) -> bool:
    """Whether the equation holds with another digit at one place."""
    changed = equation(f"{text[:place]}{(int(text[place]) + step) % 10}{text[place + 1 :]}", math)
    return changed is not None and not check(changed)


def _holds(symbol: str, before: Result, after: Result) -> bool:
    sizes = (shape(before), shape(after))
    if sizes[0] != sizes[1] or None in sizes:
        return symbol == "≠"
    pairs = list(zip(flatten(before), flatten(after), strict=True))
    if symbol == "≠":
        return any(not equal(a, b) for a, b in pairs)
    if symbol == "=":
        return all(equal(a, b) for a, b in pairs)
    return all(_RELATIONS[symbol](a, b) for a, b in pairs)


_RELATIONS: Mapping[str, Callable[[Quantity, Quantity], bool]] = MappingProxyType({
    "≈": compatible,
    "<": lambda a, b: a.value < b.value,
    ">": lambda a, b: a.value > b.value,
    "≤": lambda a, b: a.value <= b.value,
    "≥": lambda a, b: a.value >= b.value,
})  # fmt: skip
_WORDS: Mapping[str, str] = MappingProxyType({
    "<": "more than ", ">": "less than ", "≤": "at least ", "≥": "at most ", "≠": "anything but ", "=": "", "≈": "",
})  # fmt: skip


def _expected(symbol: str, before: Result, right: Side) -> str:
    """What would stand rightly after the relation: rounded like the number there, and in full where that shows more."""
    full = _shown(before, None)
    if symbol not in "=≈" or not bare(right.tree):
        return _WORDS.get(symbol, "") + full
    decimals = max((len(found) for found in re.findall(r"\.([0-9]+)", right.text)), default=0)
    rounded = _shown(before, decimals)
    if right.text.endswith("%"):
        return f"{_shown(before, decimals, 100)}% (from {full})"
    if rounded == right.text:
        return full
    exact = all(round(quantity.value, decimals) == quantity.value for quantity in flatten(before))
    return rounded if exact or rounded == full else f"{rounded} (from {full})"


def _shown(result: Result, decimals: int | None, scale: int = 1) -> str:
    """The result with so many decimals, or with twelve digits at most."""
    if isinstance(result, tuple):
        return f"[{', '.join(_shown(item, decimals, scale) for item in result)}]"
    value = result.value * scale
    number = Context(prec=_FIGURES).divide(Decimal(value.numerator), Decimal(value.denominator))
    if value and not -_FIGURES <= number.adjusted() <= _FIGURES:
        return f"{number.normalize():.6g}"
    return f"{number:.{decimals}f}" if decimals is not None else f"{number.normalize():f}"
