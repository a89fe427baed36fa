"""Spans of prose that are pure arithmetic or assert `name = value`, and whether they hold."""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from types import MappingProxyType

from backprop_book.numbers.arithmetic_parser import Token, parse, tokens
from backprop_book.numbers.evaluation import Items, Node, Result, bare, evaluate, flatten, shape
from backprop_book.numbers.quantity import NoValueError, Quantity, compatible, equal


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation."""

    start: int
    """Offset of its first character in the span."""
    end: int
    """Offset after its last character."""
    text: str
    """The characters from `start` to `end`."""
    tree: Node
    """Their tree."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Pure arithmetic: a chain of sides with relations between them."""

    sides: tuple[Side, ...]
    """Two or more; in an assertion's arithmetic one or more."""
    relations: tuple[Token, ...]
    """The signs between them: `=`, `≈`, `<`, `>`, `≤`, `≥` or `≠`."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """`name = value`, a claim about a listing. In `loss = 3.585 / 4 = 0.89625`, the value is the last side."""

    name: str
    """The Python expression on the left, with at least one name in it."""
    name_start: int
    """Offset of its first character in the span."""
    name_end: int
    """Offset after its last character."""
    relation: str
    """`=` or `≈`: the sign after the name."""
    value: str
    """The value as written: a number, a list or tuple of numbers, `{}`, True, False, None or a quoted string."""
    value_start: int
    """Offset of its first character in the span."""
    value_end: int
    """Offset after its last character."""
    arithmetic: Arithmetic | None = None
    """The sides after the name, which `check` checks; None if the value is neither a number nor a list."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A relation that does not hold, or a digit that no relation checks."""

    offset: int
    """Offset of the relation or of the digit in the span."""
    written: str
    """The side after the relation, or the side that has no value, or the number with the digit."""
    expected: str
    """The value of the side before the relation, with as many decimals as the side after it if these show the difference; empty for
    a digit that no relation checks."""


def read_sides(text: str, symbols: tuple[Token, ...], math: bool) -> tuple[tuple[Side, ...], tuple[Token, ...]] | None:
    """Split tokens at their relations; None if a side is not arithmetic."""
    groups: list[list[Token]] = [[]]
    relations = []
    for symbol in symbols:
        if symbol.kind == "relation":
            relations.append(symbol)
            groups.append([])
        else:
            groups[-1].append(symbol)
    sides = []
    for group in groups:
        tree = parse(group, math) if group else None
        if tree is None:
            return None
        start, end = group[0].start, group[-1].end
        sides.append(Side(start, end, text[start:end], tree))
    return tuple(sides), tuple(relations)


_RELATION = re.compile(r"(?<![<>=!+\-−*/%@&|^:~])=(?!=)|≈")
_LITERAL = re.compile(r"True|False|None|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|\[\s*\]|\(\s*\)|\{\s*\}")


def assertion(text: str) -> Assertion | None:
    """Read a span as `name = value`; None if it is anything else."""
    sign = _first_relation(text)
    if sign is None:
        return None
    name_start, name_end = _trimmed(text, 0, sign.start())
    name = text[name_start:name_end]
    if not _is_subject(name):
        return None
    start, end = _trimmed(text, sign.end(), len(text))
    value = text[start:end]
    if _LITERAL.fullmatch(value):
        return Assertion(name, name_start, name_end, sign[0], value, start, end)
    symbols = tokens(text[sign.end() :], math=False)
    if not symbols:
        return None
    moved = tuple(Token(t.kind, t.text, t.start + sign.end(), t.end + sign.end()) for t in symbols)
    sides = read_sides(text, moved, math=False)
    if sides is None or any(relation.text not in "=≈" for relation in sides[1]):
        return None
    last = sides[0][-1]
    if not bare(last.tree) or (isinstance(last.tree, Items) and last.text[0] not in "[("):
        return None
    return Assertion(name, name_start, name_end, sign[0], last.text, last.start, last.end, Arithmetic(*sides))


def _first_relation(text: str) -> re.Match[str] | None:
    """The first `=` or `≈` outside brackets and strings."""
    depth = 0
    quote = ""
    signs = {match.start(): match for match in _RELATION.finditer(text)}
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and place in signs:
            return signs[place]
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def _is_subject(text: str) -> bool:
    """Whether the text is a name, perhaps with attributes, indices and calls."""
    if len(text) > 200:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    while isinstance(tree, ast.Attribute | ast.Subscript | ast.Call):
        tree = tree.func if isinstance(tree, ast.Call) else tree.value
    return isinstance(tree, ast.Name)


LENGTH = 4000
"""Length of a span, in characters, above which it is not read as an equation."""


def equation(text: str, math: bool) -> Arithmetic | Assertion | None:
    r"""Read a span as an equation or as an assertion.

    An equation has only numbers, and at least one relation: `=` (or `==`), `≈`, `<`, `>`, `≤`, `≥`, `≠`, in ASCII,
    Unicode or LaTeX, also in a chain. Its sides may hold `+ - * / : ^ **`, `× · ÷` and the Unicode minus, superscripts,
    percentages, brackets, `|x|`, `⌊x⌋`, `⌈x⌉`, lists and tuples (compared and joined element by element; `@` and, of two lists, `·`
    are matrix products), `sqrt √ abs exp ln max min sum mean`, and in LaTeX fractions, roots of any degree, `\binom`,
    `n!`, `\log_b`, `\bmod`, `\gcd`, sums and products over a letter, braces with what they span, spacing, aligned chains and
    matrices, whose product is a matrix product, and whose product element by element is `\odot`.

    An assertion is `name = value` (or `≈`) outside math: on the left a Python name, or attributes, elements and results
    of calls of one; on the right a number, a list or tuple of numbers (also `[]`, `()`), `{}`, True, False, None or a
    quoted string. Arithmetic may stand between.

    Args:
        text: The content of a code span, or the LaTeX of a math span.
        math: Whether it is LaTeX.

    Returns:
        The equation or the assertion; None for all other text. Never raises, and takes bounded time on any text.
    """
    if len(text) > LENGTH:
        return None
    symbols = tokens(text, math)
    if symbols is not None:
        sides = read_sides(text, symbols, math)
        return Arithmetic(*sides) if sides is not None and sides[1] else None
    return None if math else assertion(text)


_FIGURES = 12
PROVABLE = 200
"""Number of digits up to which an equation is proved digit by digit."""
_ROW_SPACE = re.compile(r"\\\\\[[^\]]*\]")
_NUMBER = re.compile(r"[0-9][0-9.,]*")


def check(found: Arithmetic | Assertion) -> tuple[Fault, ...]:
    """The relations that do not hold, in order.

    - `=`: the exact values of both sides are equal.
    - `≈`: the sides can be equal if each number with decimals stands for any number that rounds to it.
    - `<`, `>`, `≤`, `≥`, `≠`: the relation holds for the exact values; of lists of one shape, for each pair of elements.
    - A side without a value (a division by zero, numbers that are too large) is a fault.

    For an assertion only the arithmetic is checked. Whether the name has the value is checked in a run.
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
        if not _holds(relation.text, before, after):
            faults.append(Fault(relation.start, right.text, _expected(relation.text, before, right)))
    return tuple(faults)


def prove(text: str, math: bool) -> tuple[Fault, ...]:
    """The relations of a span that do not hold, or else the digits that no relation checks.

    Each digit in turn is replaced by its neighbours. If every relation still holds (because of a factor of zero, a rounded result
    or an inequality), a mistake in that digit would go unnoticed. The value of an assertion is checked in a run instead.

    Args:
        text: The content of a code span, or the LaTeX of a math span.
        math: Whether it is LaTeX.

    Returns:
        The faults; none if `equation` does not read the span.
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
    """The ranges of digits that need no check: inside ⌊ ⌋ and ⌈ ⌉, and the first index of a sum or product.

    Other digits there give true equations, too: a sum may begin with a term of zero, a product with a factor of one. The
    space below a row of a matrix is not a number.
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
    """The correct right side: rounded like the number there, and in full where that shows more."""
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
    """The result with a number of decimals, or with at most twelve digits."""
    if isinstance(result, tuple):
        return f"[{', '.join(_shown(item, decimals, scale) for item in result)}]"
    value = result.value * scale
    number = Context(prec=_FIGURES).divide(Decimal(value.numerator), Decimal(value.denominator))
    if value and not -_FIGURES <= number.adjusted() <= _FIGURES:
        return f"{number.normalize():.6g}"
    return f"{number:.{decimals}f}" if decimals is not None else f"{number.normalize():f}"
