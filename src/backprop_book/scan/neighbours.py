"""neighbours: checks what a sentence says between its claims and its code. `Prose` calls it for each stretch of prose.

- Signs between claims make an equation that is worked out: `[9]{n} < [5]{count}`.
- A name in code that is said to be a number is read by the claim: `rate` is [0.1]{rate}.
- A sentence that names another snippet qualifies its names: in `demo`, [4]{demo.n}.
"""

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backprop_book.core.expressions import ExpressionError, parsed
from backprop_book.core.functions import CONVERTING
from backprop_book.numbers import numerals, tokens
from backprop_book.numbers.equations import Arithmetic, Assertion, check, equation
from backprop_book.numbers.number_words import SUPERSCRIPTS
from backprop_book.scan.collector import Collector
from backprop_book.scan.document import SIDE, Relation, arithmetic
from backprop_book.scan.inline_parser import Span
from backprop_book.scan.question import Place
from backprop_book.scan.source import Diagnostic
from backprop_book.scan.visible_text import Stretch

_ROUGHLY = r"(?:(?:about|around|roughly|approximately|exactly|precisely)\s+)?"
_COPULA = re.compile(rf"\s*[=≈]\s*|\s+(?P<verb>is|was|are|were|of)\s+{_ROUGHLY}")
_AND = re.compile(r"\s*(?:,|/|,?\s(?:and|or|nor)(?=\s))\s*")
_ONLY_NUMBER = re.compile(rf"\W*{_ROUGHLY}\W*", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"""
    (?<!\w) (?:about|after|at|before|between|by|for|from|in|into|(?<!value\ )of|on|over|per|than|through|to|under|with|without)
    \s+ (?:(?:a|an|the|this|that|each|its) \s+)? \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Prepositions before a name: in "the size of `W1` is", the size is the subject, and not the name. The value of a name is the name."""
_ARROW = re.compile(r"<?-+>|<-+")
_RELATION = re.compile(r"[<>=≈~\u223c-\u228b]")
"""Signs that relate two sides; those of a range are the relations among the mathematical operators of Unicode."""
_SIGN = rf"(?:[^\w\s,;.!?\"'“”‘’…–—]|[{SUPERSCRIPTS}])+"
_SIGNS = re.compile(rf"{_SIGN}(?:\s+{_SIGN})*")
_SENTENCE = re.compile(r"[.!?][^\w\s]*\s+(?=[^a-z\s])")
_PATH = re.compile(r"(?:[\w.-]+/)*(\w+)(?:\.py)?")
SIGNS_REMEDY = (
    "join numbers with + - × / and = ≈ < > ≤ ≥ ≠, or claim the comparison that is meant, as in [below 5]{n < 5}"
)


def read_neighbours(collector: Collector, stretch: Stretch, place: Place) -> None:
    """Check the claims in a stretch of prose against the signs, the code and the names of snippets around them.

    Args:
        collector: Collects the problems.
        stretch: The stretch.
        place: The listing that plain names belong to.
    """
    if not any(span.kind == "code" or span.has_braces for span in stretch.spans):
        return
    reader = _Reader(collector, stretch, place)
    collector.found.diagnostics += [*reader.relations(), *reader.subjects(), *reader.unqualified()]


@dataclass(frozen=True, slots=True)
class _Item:
    """A claim, a waiver, a code span or a formula."""

    span: Span
    before: str
    """The visible text between the item before it and this one, or from the beginning."""


class _Reader:
    """Reads one stretch as items with something between them."""

    def __init__(self, collector: Collector, stretch: Stretch, place: Place) -> None:
        self.collector = collector
        self.stretch = stretch
        self.place = place
        self.listing = collector.chapter.snippets.get(place.listing or "")
        self.items: list[_Item] = []
        visible = stretch.visible
        at = 0
        for span in stretch.spans:
            if span.kind != "hidden":
                self.items.append(_Item(span, visible.text[at : bisect_left(visible.starts, span.start)]))
                at = bisect_left(visible.starts, span.end)
        self.after = visible.text[at:]

    def _following(self, number: int) -> str:
        """The visible text behind an item."""
        return self.items[number + 1].before if number + 1 < len(self.items) else self.after

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
            symbols = tokens(self.collector.inner(item.span), item.span.kind == "math")
            if symbols is None or any(symbol.kind == "number" for symbol in symbols):
                break
            joint += "".join(symbol.text for symbol in symbols)
        return first, None

    def _worked_out(self, first: int, last: int, joints: list[str]) -> Iterator[Diagnostic]:
        """Work out the chain of claims from one item to another."""
        claims = [item.span for item in self.items[first : last + 1] if item.span.has_braces]
        words = tuple(map(self.collector.inner, claims))
        if any(arithmetic(each) is None and span.kind != "claim" for each, span in zip(words, claims, strict=True)):
            return
        text = self._whole("".join([SIDE, *(f"{joint}{SIDE}" for joint in joints)]), first, last)
        at, end = claims[0].start, claims[-1].end
        relation = Relation(at, end, text, words, tuple(span.start - at for span in claims))
        read = equation(relation.written(), math=False)
        if not isinstance(read, Arithmetic):
            shown = " ".join(self.collector.clean[at:end].split())
            message = "no check can work out this relation between claims"
            yield Diagnostic(at, message, SIGNS_REMEDY, shown, "", "equation")
            return
        faults = check(read)
        for fault in faults:
            remedy = "correct the sign or the claims; where numbers are rounded, write ≈"
            expected = f"{fault.expected} in place of {fault.written}"
            found = relation.written().strip()
            yield Diagnostic(at, "this relation between claims does not hold", remedy, found, expected, "equation")
        if not faults:
            self.collector.found.regions.append(relation)

    def _whole(self, text: str, first: int, last: int) -> str:
        """A chain of claims with the brackets around it that it opens or closes."""
        before = self.items[first].before.rstrip()
        raised = re.match(rf"[{SUPERSCRIPTS}%)]*", self._following(last))
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
        text = self.collector.braces(claim)
        try:
            tree = self.collector.read_expression(text).tree
        except ExpressionError:
            return  # which is told already
        said = [self._steps(parsed(self.collector.inner(name))) for name in names]
        own = self._steps(tree)
        read = [own, *map(self._steps, ast.walk(tree))]
        name = self.collector.inner(names[0])
        if not any(_is_within(meant, steps[: len(meant)]) for meant in said for steps in read):
            message = f"`{name}` is said to be this number, and the expression does not read it"
            expected = " or ".join(f"`{self.collector.inner(each)}`" for each in names)
            remedy = "read the name in the expression, or say what the number is of"
        elif not (
            any(_is_within(meant, own) for meant in said)
            or isinstance(tree, ast.Compare)
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
            case ast.Call(func=ast.Name(id=name), args=[value, *_]) if name in CONVERTING:
                return self._steps(value)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in CONVERTING:
                return self._steps(value)
        return ()

    def _ends_clause(self, span: Span) -> bool:
        """Whether nothing behind a claim says more of its number, such as a unit, or what it is a part of."""
        number = next(n for n, item in enumerate(self.items) if item.span is span)
        return re.match(r"\s*(?:[.,;:!?)]|(?:and|but|or)\s|\Z)", self._following(number)) is not None

    def _is_name(self, span: Span) -> bool:
        """Whether a span is code that names something of a run: a name, its attributes, its elements."""
        tree = node = parsed(self.collector.inner(span)) if span.kind == "code" else None
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        bound = self.listing is not None and node.id in (*self.listing.module_names, *self.listing.inner_names)
        return bound or (node is not tree and node.id in self.collector.chapter.stems)

    def _is_equation(self, span: Span) -> bool:
        """Whether a span is code that says what a name or a sum is: `n = 9`."""
        return span.kind == "code" and equation(self.collector.inner(span).replace("\n", " "), math=False) is not None

    def _is_applied(self, span: Span) -> bool:
        """Whether a name is that of a function, a class or a module: of such, `relu` of 2 says what it is applied to."""
        root = re.split(r"\W", self.collector.inner(span), maxsplit=1)[0]
        if self.listing is None:
            return False
        kinds = ("functiondef", "asyncfunctiondef", "classdef")
        defined = (name for each in self.listing.statements if each.kind in kinds for name in each.binds)
        return root in (*self.listing.imported_names, *defined)

    def _states(self, span: Span) -> bool:
        """Whether a span is a claim whose words are a number, perhaps with a unit."""
        stated = numerals(self.collector.inner(span)) if span.kind == "claim" else ()
        return bool(stated) and _ONLY_NUMBER.fullmatch(self.collector.inner(span)[: stated[0].start]) is not None

    def unqualified(self) -> Iterator[Diagnostic]:
        """Find claims that leave open whose names they read, in a sentence that names another snippet."""
        every = [*self.stretch.spans, *(inner for span in self.stretch.spans for inner in span.inner)]
        named = [(span, stem) for span in every if span.kind == "code" and (stem := self._stem(span))]
        visible = self.stretch.visible
        cuts = [visible.starts[cut.end()] for cut in _SENTENCE.finditer(visible.text)] if named else []
        for span in self.stretch.spans if named else ():
            sentence = bisect_right(cuts, span.inner_start)
            others = [stem for other, stem in named if bisect_right(cuts, other.inner_start) == sentence]
            expression, at = self._asked(span)
            names = self._names(expression)
            is_qualified = not self.collector.chapter.stems.isdisjoint(names)
            if not others or not expression or set(others) == {self.place.listing} or is_qualified:
                continue
            listing = self.place.listing or ""
            other = next(stem for stem in others if stem != listing)
            message = f"this sentence names `{other}`, and the claim reads {listing}.py"
            name = next(iter(names), expression)
            remedy = "say whose value it is, `snippet.name`, or name the other snippet in another sentence"
            yield Diagnostic(at, message, remedy, expression, f"{other}.{name} or {listing}.{name}", "expression")

    def _stem(self, span: Span) -> str:
        """The snippet that a code span names; empty if it names none, or something in the listing that has the same name."""
        path = _PATH.fullmatch(self.collector.inner(span))
        if path is None or path[1] not in self.collector.chapter.stems:
            return ""
        return "" if path[0] == path[1] and self.collector.chapter.knows(self.place.listing, path[1]) else path[1]

    def _asked(self, span: Span) -> tuple[str, int]:
        """The expression of a claim, or the name of an assertion in code, and where it stands; empty without one."""
        if span.kind == "claim":
            return self.collector.braces(span).replace("\n", " "), span.braces_start
        text = self.collector.inner(span)
        said = equation(text.replace("\n", " "), math=False) if span.kind == "code" else None
        return (said.name, span.inner_start + said.name_start) if isinstance(said, Assertion) else ("", 0)

    def _names(self, expression: str) -> tuple[str, ...]:
        """The names that an expression reads; none of what is no expression."""
        try:
            return self.collector.read_expression(expression).names
        except ExpressionError:
            return ()


def _is_within(said: tuple[str, ...], read: tuple[str, ...]) -> bool:
    """Whether what is read is what is said, of any snippet where none is said."""
    return said[1:] == read[1:] and said[0] in ("", *read[:1])
