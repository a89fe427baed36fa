"""payload: what the script in the reader's browser must know of a trace, as compact JSON.

lines   per statement of the trace: [first line, last line, which of its runs were kept, in words, as a place in `texts`]
texts   names, labels and outputs, each once
values  drawn values, each once: [label, text]
        or a table [label, 0, column heads, row heads, rows]: cells are parted by tabs
        or named parts [label, text, [[text, value], ...]]
steps   [index, statement, label, changed, read, said, output, arithmetic, gap?], numbers being places in `texts`
        and `values`, or -1 for none; changed: [[name, old, new, words], ...]; read: [[name, value], ...]
rules   what the arithmetic of several steps has in common: [name of the result, its shape, [[text, letters, numbers], ...]],
        see `folded`; a step's arithmetic is [[rule, operands, cells, kinds, how many lines are too long?], ...], its operands
        being places in `values` or -1, -2, ... for what the step's first, second, ... working came to; or 0 if it has none, or
        1 if it was left out
symbols the class of each name that has a colour
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from backprop_book.errors import printed
from backprop_book.model import Trace
from backprop_book.render.drawn import Drawn
from backprop_book.render.folded import Folded, Form, Rule, fold, results
from backprop_book.render.grids import grid
from backprop_book.render.moments import Moment
from backprop_book.symbols import Symbols

BUDGET = 19_700
"""Compressed bytes of a listing's data. Where they are exceeded, less is said: first the arithmetic of middle iterations goes, as
little of it as possible, then that of all steps, then what the middle ones read."""


@dataclass(frozen=True, slots=True)
class Told:
    """A working as it is sent."""

    folded: Folded
    """What it was taken apart into."""
    operands: tuple[Drawn | int, ...]
    """What its rule points into: drawn values, and -1, -2, ... for the results of the step's first, second, ... working."""


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
    full = [replace(m, arithmetic=()) if m.step.index in static else m for m in moments]
    last = {m.step.statement: m.step.index for m in full}
    ends = static | set(last.values())
    told = _told(full)
    # What is kept first: what the first and the last run of a statement did, then what needs few numbers of its own.
    rank = {m.step.index: (m.step.index not in ends, _cost(told[m.step.index]), m.step.index) for m in full}
    order = sorted((m.step.index for m in full if m.arithmetic), key=rank.__getitem__)

    def best(count: int) -> str:
        silent = frozenset(order[count:])
        attempt = [replace(m, arithmetic=()) if m.step.index in silent else m for m in full]
        text = _encode(trace, attempt, told, silent, symbols, times)
        return text if len(zlib.compress(text.encode())) <= BUDGET else ""

    if text := best(len(order)):
        return text
    least, most = 0, len(order)
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if best(middle) else (least, middle)
    lean = [replace(m, arithmetic=(), read=m.read if m.step.index in ends else ()) for m in full]
    return best(least) or _encode(trace, lean, told, frozenset(order), symbols, times)


def _cost(told: Iterable[Told]) -> int:
    """About how much the numbers of a step take that are shown nowhere else."""
    return sum(len(each.folded.cells) for each in told)


T = TypeVar("T")


class _Pool(Generic[T]):
    """Numbers things in the order of first appearance, so that each is written once."""

    def __init__(self) -> None:
        self.places: dict[T, int] = {}

    def place(self, thing: T) -> int:
        return self.places.setdefault(thing, len(self.places))


def _told(moments: Sequence[Moment]) -> Mapping[int, tuple[Told, ...]]:
    """The arithmetic of each step, with numbers taken from what the steps show anyway."""
    shown: set[Drawn] = set()
    for moment in moments:
        shown |= {drawn for c in moment.changed for drawn in (c.old, c.new) if drawn is not None}
        shown |= {drawn for _, drawn in moment.read}
    grids = {drawn: grid(drawn) for drawn in shown}
    known: dict[tuple[str, str], Form] = {}
    told: dict[int, tuple[Told, ...]] = {}
    for moment in moments:
        places: dict[str, Drawn | int] = dict(moment.operands)
        near = {name: found for name, drawn in moment.operands if (found := grids.get(drawn)) is not None}
        said = []
        for number, working in enumerate(moment.arithmetic):
            folded = fold(working, near, known)
            known |= {(folded.rule.name, form.pattern): form for form in folded.rule.forms}
            said.append(Told(folded, tuple(places[name] for name in folded.rule.grids())))
            if (found := results(working)) is not None:
                places[f"#{number}"], near[f"#{number}"] = -1 - number, found
        told[moment.step.index] = tuple(said)
    return told


def _encode(
    trace: Trace,
    moments: Sequence[Moment],
    told: Mapping[int, Sequence[Told]],
    silent: Set[int],
    symbols: Symbols,
    times: Mapping[int, str],
) -> str:
    texts: _Pool[str] = _Pool()
    rules: _Pool[Rule] = _Pool()
    values: _Pool[Drawn] = _Pool()

    def text(content: str) -> int:
        return texts.place(content) if content else -1

    def value(drawn: Drawn | None) -> int:
        if drawn is None:
            return -1
        for _, part in drawn.parts:
            value(part)
        return values.place(drawn)

    def arithmetic(each: Told) -> list[Any]:
        folded = each.folded
        places = [place if isinstance(place, int) else value(place) for place in each.operands]
        cut = [folded.omitted] if folded.omitted else []
        return [rules.place(folded.rule), places, text(folded.cells), text(folded.kinds), *cut]

    steps = [
        [
            m.step.index,
            m.step.statement,
            text(m.label),
            [[text(c.name), value(c.old), value(c.new), text(c.words)] for c in m.changed],
            [[text(name), value(drawn)] for name, drawn in m.read],
            text(m.said),
            text(printed(m.step.output)),
            [arithmetic(each) for each in told[m.step.index]] if m.arithmetic else int(m.step.index in silent),
            *([1] if m.step.skipped else []),
        ]
        for m in moments
    ]
    names = sorted({c.name for m in moments for c in m.changed} | {name for m in moments for name, _ in m.read})
    data = {
        "lines": [[s.line, s.end_line, text(times.get(s.index, ""))] for s in trace.statements],
        "steps": steps,
        "values": [_value(drawn, values, texts) for drawn in list(values.places)],
        "rules": [[rule.name, rule.shape, [_form(rule, form) for form in rule.forms]] for rule in rules.places],
        "texts": list(texts.places),
        "symbols": {name: css for name in names if (css := symbols.css(name))},
    }
    return json.dumps(data, separators=(",", ":"))


def _form(rule: Rule, form: Form) -> list[Any]:
    """The text, the letters, and for each number that is pointed at: which grid, the first place, and the strides."""
    grids = rule.grids()
    numbers = [[grids.index(s.name), s.base, *s.strides] for s in form.sources if s is not None]
    return [form.text, form.letters, [number for each in numbers for number in each]]


def _value(drawn: Drawn, values: _Pool[Drawn], texts: _Pool[str]) -> list[Any]:
    if drawn.rows:
        rows = ["\t".join(row) for row in drawn.rows]
        return [drawn.label, 0, "\t".join(drawn.heads), "\t".join(drawn.row_heads), rows]
    if drawn.parts:
        return [drawn.label, drawn.text, [[texts.place(name), values.place(part)] for name, part in drawn.parts]]
    return [drawn.label, drawn.text]
