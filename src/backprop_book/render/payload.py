"""payload: the data of a listing for the script in the reader's browser, as compact JSON.

lines   per statement of the trace: [first line, last line, which of its runs were kept, in words, as a place in `texts`]
texts   names, labels, outputs and blocks of arithmetic, each once
values  drawn values, each once: [label, text]
        or a table [label, 0, column heads, row heads, rows]: cells are parted by tabs
        or named parts [label, text, [[text, value], ...]]
steps   [index, statement, label, changed, read, said, output, arithmetic, gap?], numbers being places in `texts`
        and `values`, or -1 for none; changed: [[name, old, new, words], ...]; read: [[name, value], ...];
        arithmetic: 0 if there is none, 1 if it was left out, else [title, [block, or again [title, [...]], ...]]
symbols the class of each name that has a colour
"""

import gzip
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Any, Generic, TypeVar

from backprop_book.core.model import Trace
from backprop_book.core.problems import printed
from backprop_book.core.symbols import Symbols
from backprop_book.render.moments import StepView
from backprop_book.render.states import Disclosure, arithmetic
from backprop_book.render.values import Drawn

LIMIT = 40_000
"""Compressed bytes of data that a listing may bring along: more would keep readers on slow lines waiting."""
BUDGET = LIMIT - 1_500
"""Compressed bytes from which on details are left out; a server or a browser may compress a little worse than is done here."""
_ELEMENTS = (math.inf, 128, 32, 0)
"""The largest number of elements whose arithmetic is written out in runs of a statement between its first and its last one.
The first number is used with which the data of a listing stay within the budget."""


def payload(
    trace: Trace, moments: Sequence[StepView], written: Iterable[int], symbols: Symbols, times: Mapping[int, str]
) -> str:
    """The JSON of a listing; where it would be too long, details of the steps are left out.

    First the arithmetic of large values goes, but for the first and the last run of each statement, then all arithmetic,
    then the values that steps between the first and the last run read.

    Args:
        trace: The run.
        moments: The steps that are shown.
        written: Indices of the steps whose state is in the HTML already.
        symbols: Which names have a colour.
        times: For each statement that ran more than once: which runs were kept, in words.
    """
    static = frozenset(written)
    ends = static.union({m.step.statement: m.step.index for m in moments}.values())
    worked = {m.step.index: arithmetic(m.arithmetic) for m in moments if m.arithmetic and m.step.index not in static}
    sizes = {m.step.index: sum(len(working.elements) for working in m.arithmetic) for m in moments}
    for most in _ELEMENTS:
        told = {index for index in worked if index in ends or sizes[index] <= most}
        text = _encode(trace, moments, worked, told, None, symbols, times)
        if size(text) <= BUDGET:
            return text
    text = _encode(trace, moments, worked, (), None, symbols, times)
    return text if size(text) <= BUDGET else _encode(trace, moments, worked, (), ends, symbols, times)


def size(text: str) -> int:
    """How many bytes a text takes, compressed as a server sends it."""
    return len(gzip.compress(text.encode("utf-8", "surrogatepass")))


T = TypeVar("T")


class _Pool(Generic[T]):
    """Numbers things in the order of first appearance, so that each is written once."""

    def __init__(self) -> None:
        self.places: dict[T, int] = {}

    def place(self, thing: T) -> int:
        return self.places.setdefault(thing, len(self.places))


def _encode(
    trace: Trace,
    moments: Sequence[StepView],
    worked: Mapping[int, Disclosure],
    told: Collection[int],
    reading: Set[int] | None,
    symbols: Symbols,
    times: Mapping[int, str],
) -> str:
    """The JSON, with the arithmetic of the steps `told`, and with what the steps `reading` read; None for all steps."""
    texts: _Pool[str] = _Pool()
    values: _Pool[Drawn] = _Pool()

    def text(content: str) -> int:
        return texts.place(content) if content else -1

    def value(drawn: Drawn | None) -> int:
        if drawn is None:
            return -1
        for _, part in drawn.parts:
            value(part)
        return values.place(drawn)

    def disclosed(found: Disclosure) -> list[Any]:
        return [text(found.title), [text(part) if isinstance(part, str) else disclosed(part) for part in found.parts]]

    steps = []
    for m in moments:
        index = m.step.index
        read = m.read if reading is None or index in reading else ()
        steps.append(
            [
                index,
                m.step.statement,
                text(m.label),
                [[text(c.name), value(c.old), value(c.new), text(c.words)] for c in m.changed],
                [[text(name), value(drawn)] for name, drawn in read],
                text(m.said),
                text(printed(m.step.output)),
                disclosed(worked[index]) if index in told else int(index in worked),
                *([1] if m.step.skipped else []),
            ]
        )
    names = sorted({c.name for m in moments for c in m.changed} | {name for m in moments for name, _ in m.read})
    data = {
        "lines": [[s.line, s.end_line, text(times.get(s.index, ""))] for s in trace.statements],
        "steps": steps,
        "values": [_value(drawn, values, texts) for drawn in list(values.places)],
        "texts": list(texts.places),
        "symbols": {name: css for name in names if (css := symbols.css(name))},
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _value(drawn: Drawn, values: _Pool[Drawn], texts: _Pool[str]) -> list[Any]:
    if drawn.rows:
        rows = ["\t".join(row) for row in drawn.rows]
        return [drawn.label, 0, "\t".join(drawn.heads), "\t".join(drawn.row_heads), rows]
    if drawn.parts:
        return [drawn.label, drawn.text, [[texts.place(name), values.place(part)] for name, part in drawn.parts]]
    return [drawn.label, drawn.text]
