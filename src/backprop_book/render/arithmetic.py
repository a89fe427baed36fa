"""arithmetic: the lines of a step's workings, and their HTML."""

import re
from collections.abc import Iterator
from html import escape

from backprop_book.worked import Element, Working

MOST = 64
"""How many lines stand in the HTML; the script writes out the others, and sorts them."""
_TIMES = re.compile("×(?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_MORE = "a browser that runs scripts writes them out here"
_LONG = "too long to be written out"


def line(name: str, found: Element) -> str:
    """The arithmetic of one element: `h[0]: max(0, 0) = 0.0`; a line may break, but not before its result."""
    place = f"{name}{list(found.index) if found.index else ''}"
    return f"{place}: {kept(found.text)}" if place else kept(found.text)


def kept(text: str) -> str:
    """The text, its result kept together with the sign before it."""
    return text.replace(" = ", " =\u00a0").replace(" ≈ ", " ≈\u00a0")


def lines(workings: tuple[Working, ...]) -> Iterator[str]:
    """The arithmetic of each element of a step, and how many are too long for it."""
    for working in workings:
        yield from (line(working.name, found) for found in working.elements)
    if omitted := sum(working.omitted for working in workings):
        yield f"and {omitted} more, {_LONG}"


def is_long(workings: tuple[Working, ...]) -> bool:
    """Whether there are more lines than stand in the HTML."""
    return sum(len(working.elements) for working in workings) > MOST


def arithmetic(workings: tuple[Working, ...]) -> str:
    """HTML of the arithmetic of each element, closed until it is asked for."""
    written = list(lines(workings))
    title = "Every multiplication" if any(_TIMES.search(text) for text in written) else "Every element"
    shown = [*written[:MOST], f"and {len(written) - MOST} more: {_MORE}"] if is_long(workings) else written
    items = "".join(f"<li>{escape(text)}</li>" for text in shown)
    return f'<details class="bb-working"><summary>{title}</summary><ul>{items}</ul></details>'
