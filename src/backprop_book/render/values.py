"""values: HTML of values and of changes. The script in `docs/assets/book.js` draws the same elements from JSON."""

from collections.abc import Iterable
from html import escape

from backprop_book.model import Value
from backprop_book.render.drawn import Drawn, draw


def table(value: Value) -> str:
    """HTML of a value: a table with headers for an array of one or two dimensions, else a text or a list of parts.

    Shape and dtype (or the type) stand beside it.
    """
    drawn = draw(value)
    return f'<div class="bb-var"><p class="bb-name">{escape(drawn.label)}</p>{body(drawn)}</div>'


def variable(name_html: str, old: Drawn | None, new: Drawn | None, words: str = "") -> str:
    """HTML of a named value; with `words`, of a change and what sort of change it is."""
    shown = new or old
    label = escape(shown.label) if shown else ""
    how = f' <span class="bb-how">{escape(words)}</span>' if words else ""
    return f'<div class="bb-var"><p class="bb-name"><code>{name_html}</code> {label}{how}</p>{_change(old, new)}</div>'


def reference(name_html: str, drawn: Drawn, href: str, words: str) -> str:
    """HTML of a named value that is shown elsewhere: where that is, instead of the value."""
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
