"""neighbours: checks what a sentence says between its claims and its code. The scan calls it for each stretch of prose.

- Signs between claims make an equation that is worked out: `[9]{n} < [5]{count}`.
- A name in code that is said to be a number is read by the claim: `rate` is [0.1]{rate}.
- A sentence that names another snippet qualifies its names: in `demo`, [4]{demo.n}.
"""

import ast
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backprop_book.core.expressions import parsed
from backprop_book.numbers import Assertion, Equation, check, equation, numerals
from backprop_book.numbers.arithmetic_parser import tokens
from backprop_book.numbers.numeral import SUPERSCRIPTS
from backprop_book.scan.context import Place, RegionCollector, knows
from backprop_book.scan.document import SIDE, Relation
from backprop_book.scan.inline_parser import Span
from backprop_book.scan.question_model import ExpressionDiagnostic
from backprop_book.scan.source import Diagnostic
from backprop_book.scan.visible_text import shown

_ROUGHLY = r"(?:(?:about|around|roughly|approximately|exactly|precisely)\s+)?"
_COPULA = re.compile(rf"\s*[=≈]\s*|\s+(?P<verb>is|was|are|were|of)\s+{_ROUGHLY}")
_AND = re.compile(r"\s*(?:,|/|,?\s(?:and|or|nor)(?=\s))\s*")
_ONLY_NUMBER = re.compile(rf"\W*{_ROUGHLY}\W*", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"""
    (?<!\w) (?:about|after|at|before|between|by|for|from|in|into|of|on|over|per|than|through|to|under|with|without)
    \s+ (?:(?:a|an|the|this|that|each|its) \s+)? \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Prepositions before a name: in "the size of `W1` is", the size is the subject, and not the name."""
_ARROW = re.compile(r"<?-+>|<-+")
_RELATION = re.compile(r"[<>=≈~\u223c-\u228b]")
"""Signs that relate two sides; those of a range are the relations among the mathematical operators of Unicode."""
_SIGN = rf"(?:[^\w\s,;.!?\"'“”‘’…–—]|[{SUPERSCRIPTS}])+"
_SIGNS = re.compile(rf"{_SIGN}(?:\s+{_SIGN})*")
_SENTENCE = re.compile(r"[.!?][^\w\s]*\s+(?=[^a-z\s])")
_KEEPING = frozenset({
    *("float", "round", "list", "tuple", "series", "item", "tolist", "detach", "numpy", "cpu", "clone", "copy"),
})  # fmt: skip
"""Functions and methods that give the same numbers."""
_GAP = "\ufffc"
_FIGURES = 11
"""So many digits of values are compared, which leaves room for rounding errors."""
_PATH = re.compile(r"(?:[\w.-]+/)*(\w+)(?:\.py)?")
SIGNS_REMEDY = (
    "join numbers with + - × / and = ≈ < > ≤ ≥ ≠, or claim the comparison that is meant, as in [below 5]{n < 5}"
)


def read_neighbours(collector: RegionCollector, start: int, end: int, found: Sequence[Span], place: Place) -> None:
    """Check the claims in a stretch of prose against the signs, the code and the names of snippets around them.

    Args:
        collector: Collects the problems.
        start: Offset of the first character of the stretch.
        end: Offset after its last character.
        found: The claims, code spans and other elements in it.
        place: The listing that plain names belong to.
    """
    if any(span.has_braces for span in found):
        reader = _Reader(collector, start, end, found, place)
        collector.diagnostics += reader.relations()
        collector.diagnostics += reader.subjects()
    if any(span.kind == "code" or span.has_braces for span in found):
        collector.diagnostics += _unqualified(collector, start, end, found, place)


def arithmetic(words: str, values: Sequence[float] | None = None) -> str | None:
    """Write the numbers that the words of a claim state as arithmetic reads them.

    Args:
        words: The words.
        values: What the run gave for these numbers; by default they are taken as they are written.

    Returns:
        A number, or a list of numbers in brackets; None if the words state nothing of the kind.
    """
    stated = numerals(words)
    if len(stated) == 1 and not stated[0].compound:
        return f"{stated[0].value}{'%' if stated[0].percent else ''}" if values is None else _exact(values[0])
    if not stated or not tokens(words, math=False):
        return None
    for numeral, value in zip(reversed(stated), reversed(values or ()), strict=False):
        words = f"{words[: numeral.start]}{_exact(value)}{words[numeral.end :]}"
    return f"({words.strip()})"


def _exact(value: float) -> str:
    """A value in digits, without the last ones, in which rounding errors may differ."""
    return f"{value}.0" if isinstance(value, int) else f"{value:.{max(_FIGURES - math.frexp(value)[1] * 3 // 10, 1)}f}"


def completed(text: str, sides: Iterable[str | None]) -> str:
    """The text of a relation with its sides; a side that states nothing is a question mark, which no equation holds."""
    given = iter(sides)
    return "".join(next(given) or "?" if character == SIDE else character for character in text)


@dataclass(frozen=True, slots=True)
class _Item:
    """A claim, a waiver, a code span or a formula, with what is seen before it."""

    span: Span
    before: str
    """What is seen between the item before it and this one, or from the beginning."""


class _Reader:
    """Reads one stretch as items with something between them."""

    def __init__(self, collector: RegionCollector, start: int, end: int, found: Sequence[Span], place: Place) -> None:
        self.collector = collector
        self.place = place
        seen = shown(collector.clean, start, end, found)
        self.items: list[_Item] = []
        at = 0
        for span in found:
            if span.kind == "hidden":
                continue
            self.items.append(_Item(span, seen.text[at : bisect_left(seen.starts, span.start)]))
            at = bisect_left(seen.starts, span.end)
        self.after = seen.text[at:]

    def inner(self, span: Span) -> str:
        """The words, the code or the formula."""
        return self.collector.clean[span.inner_start : span.inner_end]

    def tail(self, span: Span) -> str:
        """The expression of a claim, or the reason of a waiver."""
        return self.collector.clean[span.braces_start : span.braces_end]

    def relations(self) -> Iterator[Diagnostic]:
        """Find the relations between claims that are false, or that cannot be worked out."""
        first = 0
        while first < len(self.items):
            last = first
            joints: list[str] = []
            while last + 1 < len(self.items):
                upto, joint = self._joint(last)
                if joint is None:
                    break
                joints.append(joint)
                last = upto
            if joints and any(_RELATION.search(_ARROW.sub("", joint)) for joint in joints):
                yield from self._worked_out(first, last, joints)
            first = last + 1

    def _joint(self, first: int) -> tuple[int, str | None]:
        """The next claim after an item, and the signs between both; no signs where the one or the other is something else."""
        if not self.items[first].span.has_braces:
            return first, None
        joint = ""
        for number in range(first + 1, len(self.items)):
            item = self.items[number]
            joint += item.before
            if item.span.has_braces:
                signs = joint.strip()
                return number, joint if _SIGNS.fullmatch(signs) and signs != ":" else None
            symbols = tokens(self.inner(item.span), item.span.kind == "math")
            if symbols is None or any(symbol.kind == "number" for symbol in symbols):
                break
            joint += "".join(symbol.text for symbol in symbols)
        return first, None

    def _worked_out(self, first: int, last: int, joints: list[str]) -> Iterator[Diagnostic]:
        """Work out the chain of claims from one item to another."""
        claims = [item.span for item in self.items[first : last + 1] if item.span.has_braces]
        sides = [arithmetic(self.inner(span)) for span in claims]
        if any(side is None and span.kind != "claim" for side, span in zip(sides, claims, strict=True)):
            return
        text = self._whole("".join([SIDE, *(f"{joint}{SIDE}" for joint in joints)]), first, last)
        written = completed(text, sides)
        read = equation(written, math=False)
        at, end = claims[0].start, claims[-1].end
        if not isinstance(read, Equation):
            shown = " ".join(self.collector.clean[at:end].split())
            message = "no check can work out this relation between claims"
            yield Diagnostic(at, message, SIGNS_REMEDY, shown, "", "equation")
            return
        faults = check(read)
        for fault in faults:
            remedy = "correct the sign or the claims; where numbers are rounded, write ≈"
            expected = f"{fault.expected} in place of {fault.written}"
            yield Diagnostic(
                at, "this relation between claims does not hold", remedy, written.strip(), expected, "equation"
            )
        if not faults:
            words = tuple(map(self.inner, claims))
            self.collector.relations.append(Relation(at, end, text, words, tuple(span.start for span in claims)))

    def _whole(self, text: str, first: int, last: int) -> str:
        """A chain of claims with the brackets around it that it opens or closes."""
        before = self.items[first].before.rstrip()
        after = self.items[last + 1].before if last + 1 < len(self.items) else self.after
        raised = re.match(rf"[{SUPERSCRIPTS}%)]*", after)
        assert raised is not None, "it may be empty"
        following = raised[0]
        while before.endswith("(") and text.count(")") > text.count("("):
            text, before = f"({text}", before[:-1].rstrip()
        while following:
            if following[0] != ")" or text.count("(") > text.count(")"):
                text += following[0]
            following = following[1:]
        return text

    def subjects(self) -> Iterator[Diagnostic]:
        """Find names in code that are said to be the number of a claim whose expression does not read them, or computes with them."""
        for number, (item, following) in enumerate(pairwise(self.items)):
            between = _COPULA.fullmatch(following.before)
            if between is not None and self._is_name(item.span) and self._states(following.span):
                names = self._enumerated(number, backwards=True)
                if between["verb"] == "of" and self._is_applied(item.span):
                    continue
                if between["verb"] not in (None, "of") and _PREPOSITION.search(self.items[names[0]].before):
                    continue
                claims = self._enumerated(number + 1, backwards=False)
                if len(names) == 1:
                    claims = claims[:1]
                for place, claim in enumerate(claims):
                    meant = [names[place]] if len(names) == len(claims) else names
                    yield from self._unread([self.items[each].span for each in meant], self.items[claim].span)
            elif (
                re.fullmatch(r"\s*[=≈]\s*", following.before)
                and self._is_name(following.span)
                and self._states(item.span)
            ):
                yield from self._unread([following.span], item.span)
            elif (
                re.fullmatch(r"\s*(?:[<>≤≥≠]|<=|>=|!=)\s*", following.before)
                and "code" in (item.span.kind, following.span.kind)
                and (item.span.has_braces or following.span.has_braces)
                and any(self._is_name(each.span) or self._is_equation(each.span) for each in (item, following))
                and any(self._states(each.span) for each in (item, following))
            ):
                shown = " ".join(self.collector.clean[item.span.start : following.span.end].split())
                message = "no check can work out this relation between code and a claim"
                remedy = "claim the comparison as a whole, as in [`n` < 5]{n < 5}"
                yield Diagnostic(item.span.start, message, remedy, shown, "", "equation")

    def _enumerated(self, number: int, *, backwards: bool) -> list[int]:
        """The items of the same kind that are enumerated with one: those before it, or those after it."""
        found = [number]
        kind = self.items[number].span.kind
        step = -1 if backwards else 1
        while 0 <= (other := found[-1] + step) < len(self.items):
            joint = self.items[max(other, found[-1])].before
            if self.items[other].span.kind != kind or not _AND.fullmatch(joint):
                break
            found.append(other)
        return sorted(found)

    def _unread(self, names: Sequence[Span], claim: Span) -> Iterator[Diagnostic]:
        """Compare the names that are said to be the number of a claim with what its expression reads."""
        text = self.tail(claim)
        found = self.collector.read_expression(text)
        if isinstance(found, ExpressionDiagnostic):
            return  # which is told already
        said = [self._steps(parsed(self.inner(name))) for name in names]
        own = self._steps(found.tree)
        read = [own, *map(self._steps, ast.walk(found.tree))]
        name = self.inner(names[0])
        if not any(_is_within(meant, steps[: len(meant)]) for meant in said for steps in read):
            message = f"`{name}` is said to be this number, and the expression does not read it"
            expected = " or ".join(f"`{self.inner(each)}`" for each in names)
            remedy = "read the name in the expression, or say what the number is of"
        elif not (
            any(_is_within(meant, own) for meant in said)
            or isinstance(found.tree, ast.Compare)
            or not self._ends_clause(claim)
        ):
            message = f"`{name}` is said to be this number, and the expression computes another one"
            expected, remedy = f"`{name}`", "claim the name itself, or say what the number is of"
        else:
            return
        yield Diagnostic(claim.braces_start, message, remedy, text, expected, "expression")

    def _steps(self, node: ast.AST | None) -> tuple[str, ...]:
        """The snippet, the name at the root of an expression, its attributes and its indices; empty for what is no part of a name.

        The listing above is an empty snippet. Left out are conversions that keep a number, and the index of an iteration, `series(loss)[3]`.
        """
        match node:
            case ast.Name(id=name):
                return ("", name)
            case ast.Attribute(value=ast.Name(id=snippet), attr=name) if snippet in self.collector.chapter.stems:
                return ("" if snippet == self.place.listing else snippet, name)
            case ast.Subscript(value=ast.Call(func=ast.Name(id="series"), args=[value])):
                return self._steps(value)
            case ast.Attribute(value=value, attr=name) if steps := self._steps(value):
                return (*steps, f".{name}")
            case ast.Subscript(value=value, slice=index) if steps := self._steps(value):
                return (*steps, *map(ast.unparse, index.elts if isinstance(index, ast.Tuple) else [index]))
            case ast.Call(func=ast.Name(id=name), args=[value, *_]) if name in _KEEPING:
                return self._steps(value)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _KEEPING:
                return self._steps(value)
        return ()

    def _ends_clause(self, span: Span) -> bool:
        """Whether nothing behind a claim says more of its number, such as a unit, or what it is a part of."""
        number = next(n for n, item in enumerate(self.items) if item.span is span)
        after = self.items[number + 1].before if number + 1 < len(self.items) else self.after
        return re.match(r"\s*(?:[.,;:!?)]|(?:and|but|or)\s|\Z)", after) is not None

    def _is_name(self, span: Span) -> bool:
        """Whether a span is code that names something of a run: a name, its attributes, its elements."""
        tree = node = parsed(self.inner(span)) if span.kind == "code" else None
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        snippet = self.collector.chapter.snippets.get(self.place.listing or "")
        bound = snippet is not None and node.id in (*snippet.module_names, *snippet.inner_names)
        return bound or (node is not tree and node.id in self.collector.chapter.stems)

    def _is_equation(self, span: Span) -> bool:
        """Whether a span is code that says what a name or a sum is: `n = 9`."""
        return span.kind == "code" and equation(self.inner(span).replace("\n", " "), math=False) is not None

    def _is_applied(self, span: Span) -> bool:
        """Whether a name is that of a function, a class or a module: of such, `relu` of 2 says what it is applied to."""
        snippet = self.collector.chapter.snippets.get(self.place.listing or "")
        root = re.split(r"\W", self.inner(span), maxsplit=1)[0]
        if snippet is None:
            return False
        kinds = ("functiondef", "asyncfunctiondef", "classdef")
        defined = (name for each in snippet.statements if each.kind in kinds for name in each.binds)
        return root in (*snippet.imported_names, *defined)

    def _states(self, span: Span) -> bool:
        """Whether a span is a claim whose words are a number, perhaps with a unit."""
        stated = numerals(self.inner(span)) if span.kind == "claim" else ()
        return bool(stated) and _ONLY_NUMBER.fullmatch(self.inner(span)[: stated[0].start]) is not None


def _unqualified(
    collector: RegionCollector, start: int, end: int, found: Sequence[Span], place: Place
) -> Iterator[Diagnostic]:
    """Claims that leave open whose names they read, in a sentence that names another snippet."""
    seen = shown(collector.clean, start, end, found)
    cuts = [seen.starts[cut.end()] for cut in _SENTENCE.finditer(seen.text)]
    every = [*found, *(inner for span in found for inner in span.inner)]
    named = [(span, stem) for span in every if span.kind == "code" and (stem := _stem(collector, span, place))]
    for span in found if named else ():
        sentence = bisect_right(cuts, span.inner_start)
        others = [stem for other, stem in named if bisect_right(cuts, other.inner_start) == sentence]
        expression, at = _asked(collector, span)
        if not others or not expression or set(others) == {place.listing} or _is_qualified(collector, expression):
            continue
        listing = place.listing or ""
        other = next(stem for stem in others if stem != listing)
        message = f"this sentence names `{other}`, and the claim reads {listing}.py"
        name = next(iter(_names(collector, expression)), expression)
        remedy = "say whose value it is, `snippet.name`, or name the other snippet in another sentence"
        yield Diagnostic(at, message, remedy, expression, f"{other}.{name} or {listing}.{name}", "expression")


def _stem(collector: RegionCollector, span: Span, place: Place) -> str:
    """The snippet that a code span names; empty if it names none, or something in the listing that has the same name."""
    path = _PATH.fullmatch(collector.clean[span.inner_start : span.inner_end])
    if path is None or path[1] not in collector.chapter.stems:
        return ""
    return "" if path[0] == path[1] and knows(collector.chapter, place.listing, path[1]) else path[1]


def _asked(collector: RegionCollector, span: Span) -> tuple[str, int]:
    """The expression of a claim, or the name of an assertion in code, and where it stands; empty without one."""
    if span.kind == "claim":
        return collector.clean[span.braces_start : span.braces_end].replace("\n", " "), span.braces_start
    text = collector.clean[span.inner_start : span.inner_end]
    said = equation(text.replace("\n", " "), math=False) if span.kind == "code" else None
    return (said.name, span.inner_start + said.name_start) if isinstance(said, Assertion) else ("", 0)


def _is_qualified(collector: RegionCollector, expression: str) -> bool:
    return not collector.chapter.stems.isdisjoint(_names(collector, expression))


def _is_within(said: tuple[str, ...], read: tuple[str, ...]) -> bool:
    """Whether what is read is what is said, of any snippet where none is said."""
    return said[1:] == read[1:] and said[0] in ("", *read[:1])


def _names(collector: RegionCollector, expression: str) -> tuple[str, ...]:
    """The names that an expression reads; none of what is no expression."""
    found = collector.read_expression(expression)
    return () if isinstance(found, ExpressionDiagnostic) else found.names
