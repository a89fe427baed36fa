"""payload: what the script in the reader's browser must know of a trace, as compact JSON.

lines   per statement of the trace: [first line, last line, which of its runs were kept, in words, as a place in `texts`]
texts   names, labels and outputs, each once
values  drawn values, each once: [label, text]
        or a table [label, 0, column heads, row heads, rows]: cells are parted by tabs
        or named parts [label, text, [[text, value], ...]]
steps   [index, statement, label, changed, read, said, output, arithmetic, gap?], numbers being places in `texts`
        and `values`, or -1 for none; changed: [[name, old, new, words], ...]; read: [[name, value], ...]
symbols the class of each name that has a colour
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from backprop_book.model import Trace
from backprop_book.render.drawn import Drawn, visible
from backprop_book.render.moments import Moment
from backprop_book.render.symbols import Symbols

BUDGET = 18_000
"""Compressed bytes of a listing's data. Where they are exceeded, less is said of the middle iterations: first the arithmetic
goes, then that of all steps that are not in the HTML, then what the middle ones read."""


def payload(
    trace: Trace, moments: Sequence[Moment], written: Iterable[int], symbols: Symbols, times: Mapping[int, str]
) -> str:
    """The JSON of a listing.

    Args:
        trace: The run.
        moments: The steps that are shown.
        written: Indices of the steps whose state is in the HTML already.
        symbols: Which names have a colour.
        times: For each statement that ran more than once: which runs were kept, in words.
    """
    static = frozenset(written)
    last = {m.step.statement: m.step.index for m in moments}
    full = [replace(m, arithmetic=()) if m.step.index in static else m for m in moments]
    ends = [m if m.step.index == last[m.step.statement] else replace(m, arithmetic=()) for m in full]
    bare = [replace(m, arithmetic=()) for m in full]
    lean = [m if m.step.index in static or m.step.index in last.values() else replace(m, read=()) for m in bare]
    for attempt in (full, ends, bare):
        text = _encode(trace, attempt, symbols, times)
        if len(zlib.compress(text.encode())) <= BUDGET:
            return text
    return _encode(trace, lean, symbols, times)


T = TypeVar("T")


class _Pool(Generic[T]):
    """Numbers things in the order of first appearance, so that each is written once."""

    def __init__(self) -> None:
        self.places: dict[T, int] = {}

    def place(self, thing: T) -> int:
        return self.places.setdefault(thing, len(self.places))


def _encode(trace: Trace, moments: Sequence[Moment], symbols: Symbols, times: Mapping[int, str]) -> str:
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

    steps = [
        [
            m.step.index,
            m.step.statement,
            text(m.label),
            [[text(c.name), value(c.old), value(c.new), text(c.words)] for c in m.changed],
            [[text(name), value(drawn)] for name, drawn in m.read],
            text(m.said),
            text(visible(m.step.output)),
            text("\n".join(m.arithmetic)),
            *([1] if m.step.skipped else []),
        ]
        for m in moments
    ]
    names = sorted({c.name for m in moments for c in m.changed} | {name for m in moments for name, _ in m.read})
    data = {
        "lines": [[s.line, s.end_line, text(times.get(s.index, ""))] for s in trace.statements],
        "steps": steps,
        "values": [_value(drawn, values, texts) for drawn in list(values.places)],
        "texts": list(texts.places),
        "symbols": {name: css for name in names if (css := symbols.css(name))},
    }
    return json.dumps(data, separators=(",", ":"))


def _value(drawn: Drawn, values: _Pool[Drawn], texts: _Pool[str]) -> list[Any]:
    if drawn.rows:
        rows = ["\t".join(row) for row in drawn.rows]
        return [drawn.label, 0, "\t".join(drawn.heads), "\t".join(drawn.row_heads), rows]
    if drawn.parts:
        return [drawn.label, drawn.text, [[texts.place(name), values.place(part)] for name, part in drawn.parts]]
    return [drawn.label, drawn.text]
