"""arithmetic: the lines of a step's workings, and their HTML."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from itertools import groupby

from backprop_book.worked import Element, Working

MANY = 64
"""So many lines are shown in one list; more are sorted by their first index. The script does the same."""
_TIMES = re.compile("×(?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_LONG = "too long to be written out"


def line(name: str, found: Element) -> str:
    """The arithmetic of one element: `h[0]: max(0, 0) = 0.0`; a line may break, but not before its result."""
    place = f"{name}{list(found.index) if found.index else ''}"
    return f"{place}: {kept(found.text)}" if place else kept(found.text)


def kept(text: str) -> str:
    """The text, its result kept together with the sign before it."""
    return text.replace(" = ", " =\u00a0").replace(" ≈ ", " ≈\u00a0")


def lines(workings: Iterable[Working]) -> Iterator[str]:
    """The arithmetic of each element of a step, and after each working how many are too long for it."""
    for working in workings:
        yield from _lines(working, working.elements)


def _lines(working: Working, elements: Iterable[Element]) -> Iterator[str]:
    yield from (line(working.name, found) for found in elements)
    if working.omitted:
        yield f"and {working.omitted} more, {_LONG}"


def arithmetic(workings: tuple[Working, ...]) -> str:
    """HTML of the arithmetic of each element, closed until it is asked for."""
    title = "Every multiplication" if any(map(_TIMES.search, lines(workings))) else "Every element"
    if sum(len(working.elements) for working in workings) <= MANY:
        return _disclosed(title, _items(lines(workings)))
    if len(workings) == 1:
        return _disclosed(title, _sorted(workings[0]))
    parts = (_disclosed(f"{each.name} ({len(each.elements)})", _sorted(each)) for each in workings)
    return _disclosed(title, "".join(parts))


def _sorted(working: Working, depth: int = 1) -> str:
    """The lines of one working; many are sorted by their first index, and by the next where that leaves many."""
    elements = working.elements
    if len(elements) <= MANY or len(elements[0].index) <= depth:
        return _items(_lines(working, elements))
    parts = []
    for start, found in groupby(elements, key=lambda element: element.index[:depth]):
        title = f"{working.name}[{', '.join(map(str, start))}, …]"
        parts.append(_disclosed(title, _sorted(replace(working, elements=tuple(found), omitted=0), depth + 1)))
    return "".join([*parts, _items(_lines(working, ()))] if working.omitted else parts)


def _items(written: Iterable[str]) -> str:
    return f'<pre class="bb-sums">{escape(chr(10).join(written))}</pre>'


def _disclosed(title: str, inner: str) -> str:
    return f'<details class="bb-working"><summary>{escape(title)}</summary>{inner}</details>'
