"""values: how a value looks on the page, rounded and cut to size, and its HTML.

The page and the script in the reader's browser draw the same values. So that they cannot disagree, all rounding and cutting is
done here, once: HTML and JSON are made from `Drawn`, and `docs/assets/book.js` formats no number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import chain

from backprop_book.core.model import Change, Data, Scalar, Value
from backprop_book.core.problems import UNFIT, visible

DIGITS = 6
"""Significant digits of a number on the page."""
MAX_TEXT = 240
"""Characters of a text that is shown whole; of a longer one, the beginning."""
MAX_ROWS = 20
"""Rows of a table that is shown whole; of a longer one, the first ones and the last three."""
MAX_COLUMNS = 12
"""Columns of a table that is shown whole; of a wider one, the first ones and the last three."""
MAX_PARTS = 12
"""Named parts that are shown of a dict or an object."""
MAX_DEPTH = 4
"""How deep parts of parts are shown."""
MAX_INLINE = 8
"""The largest number of elements that `show` writes out."""
ELLIPSIS = "…"
UNCHANGED = "unchanged"
"""Said of a variable that was assigned the value that it had."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value as the page shows it: a text, a table, or named parts, with a label of its type."""

    label: str
    """Shape and dtype of an array (`(4, 3) float64`), else the type (`float`)."""
    text: str = ""
    """The content, if it is a single text."""
    heads: tuple[str, ...] = ()
    """For a table: the index of each column."""
    row_heads: tuple[str, ...] = ()
    """For a table of two dimensions: the index of each row; empty for one dimension."""
    rows: tuple[tuple[str, ...], ...] = ()
    """For a table: the texts of its cells."""
    parts: tuple[tuple[str, "Drawn"], ...] = ()
    """For an object or a dict: its named parts."""


def number(value: float) -> str:
    """The number at six significant digits, written as Python would: `0.1`, `1.0`, `-2.77556e-17`, `nan`.

    Zero has no sign: `-0.0` is written `0.0`, which it equals.
    """
    rounded = float(f"{value:.{DIGITS}g}") + 0.0
    text = repr(rounded)
    # 123456.7 is not 123457.0: a rounded number must not look like an exact one.
    return text.removesuffix(".0") if rounded != value else text


def fit(text: str) -> str:
    """The text with the characters written out that no document may hold, and only those."""
    return UNFIT.sub(lambda found: ascii(found[0])[1:-1], text)


def scalar(value: Scalar) -> str:
    """A plain scalar as a short text; strings are quoted."""
    if isinstance(value, float):
        return number(value)
    return cut(repr(value))


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """The text, or its beginning and an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def written(data: Data) -> str:
    """Nested lists of scalars as one line of text: `[0.0, -0.1, 0.5]`."""
    return f"[{', '.join(map(written, data))}]" if isinstance(data, list) else scalar(data)


def show(value: Value) -> str:
    """The value as a short text: the number at six significant digits, a small array or list written out, else what it is."""
    drawn = draw(value)
    if value.data is not None and isinstance(value.data, list):
        few = sum(1 for _ in leaves(value.data)) <= MAX_INLINE
        return _brackets(value, value.data) if few else drawn.text or f"{value.type} {drawn.label}"
    if drawn.rows or drawn.parts:
        return f"{value.type} of {len(value.items)} parts"
    return drawn.text or drawn.label


def draw(value: Value, depth: int = 0) -> Drawn:
    """The value as it is shown on the page: rounded to six significant digits, and cut where it is large."""
    label = _label(value)
    if value.kind in {"array", "tensor"} and value.shape is not None and isinstance(value.data, list):
        if len(value.shape) == 1 and value.data:
            heads, (row,) = _columns([value.data])
            return Drawn(label, heads=heads, rows=(row,))
        if len(value.shape) == 2 and 0 not in value.shape:
            return _table(label, value.data)
    if value.items and value.kind != "tensor":
        return _parts(label, value, depth)
    if value.data is None:
        return Drawn(label, "None" if value.kind == "none" else _summary(value, label))
    if isinstance(value.data, list):
        return Drawn(label, cut(_brackets(value, value.data)))
    return Drawn(label, scalar(value.data))


def outcome(change: Change) -> str:
    """A change in words: `new`, `gone`, `changed`, `3 of 12 entries changed`, `unchanged`."""
    if change.old is None:
        return "new"
    if change.new is None:
        return "gone"
    old, new = change.old, change.new
    if old.shape and old.shape == new.shape and isinstance(old.data, list) and isinstance(new.data, list):
        # NaN is unequal to itself but has not changed, so compare what is written; `0.0` equals `-0.0`, which is written like it.
        pairs = list(zip(leaves(old.data), leaves(new.data), strict=True))
        count = sum(a != b and repr(a) != repr(b) for a, b in pairs)
        return f"{count} of {len(pairs)} entries changed" if count or old.dtype != new.dtype else UNCHANGED
    return "changed"


def leaves(data: Data) -> Iterator[Scalar]:
    """The scalars of nested lists, in order."""
    if isinstance(data, list):
        yield from chain.from_iterable(map(leaves, data))
    else:
        yield data


def _label(value: Value) -> str:
    if value.kind in {"array", "tensor"} and value.shape is not None:
        known = ("tensor" if value.kind == "tensor" else "", str(value.shape or ""), value.dtype or "")
        return " ".join(filter(None, known))
    name = value.dtype or value.type.rpartition(".")[2]
    if value.kind in {"list", "tuple", "set", "dict"} and value.size is not None:
        return f"{name} of {value.size}"
    return name


def _summary(value: Value, label: str) -> str:
    """The summary, unless it says no more than the label."""
    return "" if value.summary == label else visible(cut(value.summary))


def _brackets(value: Value, data: list[Data]) -> str:
    text = written(data)
    if value.kind == "tuple":
        return f"({text[1:-1]},)" if len(data) == 1 else f"({text[1:-1]})"
    if value.kind == "set":
        return f"{{{text[1:-1]}}}" if data else "set()"
    return text


def _parts(label: str, value: Value, depth: int) -> Drawn:
    if depth >= MAX_DEPTH:
        return Drawn(label, _summary(value, label))
    parts = tuple((visible(name), draw(item, depth + 1)) for name, item in value.items[:MAX_PARTS])
    left = len(value.items) - len(parts)
    return Drawn(label, f"and {left} more" if left else "", parts=parts)


def _table(label: str, data: list[Data]) -> Drawn:
    picked = _picked(len(data), MAX_ROWS)
    heads, rows = _columns([data[i] if i is not None else None for i in picked])
    return Drawn(label, heads=heads, row_heads=_heads(picked), rows=rows)


def _columns(rows: list[Data]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    width = max(len(row) for row in rows if isinstance(row, list))
    picked = _picked(width, MAX_COLUMNS)
    cells = tuple(
        tuple(_cell(row, i) for i in picked) if isinstance(row, list) else (ELLIPSIS,) * len(picked) for row in rows
    )
    return _heads(picked), cells


def _cell(row: list[Data], index: int | None) -> str:
    return ELLIPSIS if index is None else written(row[index])


def _picked(length: int, limit: int) -> list[int | None]:
    """The indices of `length` that are shown; None stands for those that are left out."""
    if length <= limit:
        return list(range(length))
    return [*range(limit - 4), None, *range(length - 3, length)]


def _heads(picked: list[int | None]) -> tuple[str, ...]:
    return tuple(ELLIPSIS if i is None else str(i) for i in picked)


def variable(name_html: str, old: Drawn | None, new: Drawn | None, words: str = "") -> str:
    """HTML of a named value, or of its change from `old` to `new`, which `words` describe."""
    shown = new or old
    label = escape(shown.label) if shown else ""
    how = f' <span class="bb-how">{escape(words)}</span>' if words else ""
    return f'<div class="bb-var"><p class="bb-name"><code>{name_html}</code> {label}{how}</p>{_change(old, new)}</div>'


def reference(name_html: str, drawn: Drawn, href: str, words: str) -> str:
    """HTML of a named value that another step shows: a link to that step instead of the value."""
    link = f'<a class="bb-made" href="{escape(href)}">{escape(words)}</a>'
    return f'<p class="bb-var bb-name"><code>{name_html}</code> {escape(drawn.label)} {link}</p>'


def body(drawn: Drawn) -> str:
    """HTML of a drawn value, without its label."""
    if drawn.rows:
        rows = zip(drawn.row_heads or ("",), (map(escape, row) for row in drawn.rows), strict=True)
        return _grid(drawn.heads, bool(drawn.row_heads), rows)
    if drawn.parts:
        items = "".join(
            f'<li><p class="bb-name"><code>{escape(name)}</code> {escape(part.label)}</p>{body(part)}</li>'
            for name, part in drawn.parts
        )
        more = f"<li>{escape(drawn.text)}</li>" if drawn.text else ""
        return f'<ul class="bb-parts">{items}{more}</ul>'
    return f'<p class="bb-value"><code>{escape(drawn.text)}</code></p>' if drawn.text else ""


def _change(old: Drawn | None, new: Drawn | None) -> str:
    if old is None or new is None:
        shown = new or old
        return body(shown) if shown else ""
    if old.rows and new.rows and (old.heads, old.row_heads) == (new.heads, new.row_heads):
        if not old.row_heads:
            rows = [
                ("old", map(escape, old.rows[0])),
                ("new", (_new(a, b) for a, b in zip(old.rows[0], new.rows[0], strict=True))),
            ]
            return _grid(new.heads, True, rows)
        cells = ((_both(a, b) for a, b in zip(*pair, strict=True)) for pair in zip(old.rows, new.rows, strict=True))
        return _grid(new.heads, True, zip(new.row_heads, cells, strict=True))
    if old.rows or new.rows or old.parts or new.parts:
        return f'<p class="bb-when">old</p>{body(old)}<p class="bb-when">new</p>{body(new)}'
    return f'<p class="bb-value"><code>{escape(old.text)}</code> → <code><b>{escape(new.text)}</b></code></p>'


def _new(old: str, new: str) -> str:
    return escape(new) if old == new else f"<b>{escape(new)}</b>"


def _both(old: str, new: str) -> str:
    return escape(new) if old == new else f"{escape(old)} → <b>{escape(new)}</b>"


def _grid(heads: Iterable[str], stub: bool, rows: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A table; `rows` are (header, cells as HTML), and `stub` says whether rows have headers."""
    corner = "<td></td>" if stub else ""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = "".join(f"<tr>{_stub(head) if stub else ''}{_cells(cells)}</tr>" for head, cells in rows)
    return f'<table class="bb-table"><tr>{corner}{top}</tr>{lines}</table>'


def _stub(head: str) -> str:
    return f'<th scope="row">{escape(head)}</th>'


def _cells(cells: Iterable[str]) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)
