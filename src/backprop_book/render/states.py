"""states: HTML of what one step changed, printed and read, with the arithmetic of each element."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from backprop_book.core.problems import visible
from backprop_book.core.symbols import Symbols
from backprop_book.explain import Element, Working
from backprop_book.render.moments import StepView
from backprop_book.render.values import reference, variable

MANY = 64
"""The largest number of lines in one list; more are sorted by their first index."""
_SEVERAL = 3
"""The largest number of values that a step shows on a telephone without being asked for the others."""
_TIMES = re.compile("×(?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_LONG = "too long to be written out"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Lines of arithmetic below a title that opens and closes them."""

    title: str
    """The title, as plain text."""
    parts: tuple["Disclosure | str", ...]
    """Blocks of lines, and further titles."""

    @property
    def html(self) -> str:
        """A `<details>` element, closed."""
        inner = "".join(
            f'<pre class="bb-sums">{escape(part)}</pre>' if isinstance(part, str) else part.html for part in self.parts
        )
        return f'<details class="bb-working"><summary>{escape(self.title)}</summary>{inner}</details>'


def line(name: str, found: Element) -> str:
    """The arithmetic of one element: `h[0]: max(0, 0) = 0.0`; a line may break, but not before its result."""
    place = f"{name}{list(found.index) if found.index else ''}"
    text = found.text.replace(" = ", " =\u00a0").replace(" ≈ ", " ≈\u00a0")
    return f"{place}: {text}" if place else text


def lines(workings: Iterable[Working]) -> Iterator[str]:
    """The arithmetic of each element of a step; after each working the number of its elements that are too long."""
    for working in workings:
        yield from (line(working.name, found) for found in working.elements)
        if working.omitted:
            yield f"and {working.omitted} more, {_LONG}"


def arithmetic(workings: tuple[Working, ...]) -> Disclosure:
    """The arithmetic of each element of a step."""
    title = "Every multiplication" if any(map(_TIMES.search, lines(workings))) else "Every element"
    if sum(len(working.elements) for working in workings) <= MANY:
        return Disclosure(title, ("\n".join(lines(workings)),))
    if len(workings) == 1:
        return Disclosure(title, _sorted(workings[0]))
    return Disclosure(
        title, tuple(Disclosure(f"{each.name} ({len(each.elements)})", _sorted(each)) for each in workings)
    )


def _sorted(working: Working, depth: int = 1) -> tuple[Disclosure | str, ...]:
    """The lines of one working; many are sorted by their first index, and by the next where that leaves many."""
    elements = working.elements
    if len(elements) <= MANY or len(elements[0].index) <= depth:
        return ("\n".join(lines([working])),)
    parts: list[Disclosure | str] = []
    for start, found in groupby(elements, key=lambda element: element.index[:depth]):
        title = f"{working.name}[{', '.join(map(str, start))}, …]"
        parts.append(Disclosure(title, _sorted(replace(working, elements=tuple(found), omitted=0), depth + 1)))
    if working.omitted:
        parts.append("\n".join(lines([replace(working, elements=())])))
    return tuple(parts)


def state(
    moment: StepView, symbols: Symbols, times: str = "", earlier: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """HTML of a step: what it changed, gave and printed, its arithmetic, and what it read.

    Args:
        moment: The step.
        symbols: Which names have a colour.
        times: Which run of the statement this is, in words; empty if it ran once.
        earlier: For names that it read and whose value an earlier step shows: the link to that step and its words.
    """
    places = earlier or {}
    parts = [f'<p class="bb-times">{escape(times)}</p>'] if times else []
    if moment.changed:
        parts.append('<p class="bb-label">Result</p>')
        if len(moment.changed) > _SEVERAL:
            parts.append('<details class="bb-more"><summary>More values</summary></details>')
        parts += [variable(symbols.mark(c.name), c.old, c.new, c.words) for c in moment.changed]
    if moment.said:
        parts.append(f'<p class="bb-said">{escape(moment.said)}</p>')
    if moment.step.output:
        parts.append(f'<p class="bb-label">Printed</p><pre class="bb-printed">{preformatted(moment.step.output)}</pre>')
    parts += [arithmetic(moment.arithmetic).html] if moment.arithmetic else []
    if moment.read:
        parts.append('<p class="bb-label bb-read">Read</p>')
        parts += [
            reference(symbols.mark(name), drawn, *places[name])
            if name in places
            else variable(symbols.mark(name), None, drawn)
            for name, drawn in moment.read
        ]
    return f'<section class="bb-state" data-first data-step="{moment.step.index}" data-search-exclude>{"".join(parts)}</section>'


def preformatted(text: str) -> str:
    """Text for a `<pre>`: HTML drops its first line break, so one that belongs to the text is doubled."""
    return ("\n" if text.startswith("\n") else "") + escape(visible(text))
