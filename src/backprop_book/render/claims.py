"""claims: HTML of words whose claim was checked, and which entries of which values the claim reads."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from backprop_book.core.model import Value
from backprop_book.core.problems import legible


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """The place of a run that a value comes from, in words."""

    title: str
    """Title of the listing, or the name of a file that no page lists."""
    place: str = ""
    """Place in the run, in words: `line 24, moment 8 of 25`."""
    code: str = ""
    """The statement there; empty where it is none in particular."""
    href: str = ""
    """Address of the place; empty if no page shows it."""
    link: str = ""
    """Text of the link, or the reason why there is none."""
    parts: tuple[str, ...] = ()
    """The entries of values that it comes from, as `parts` gives them."""


def claim(words_html: str, *, expression: str, value: str, provenance: Sequence[ProvenanceView], ident: str) -> str:
    """HTML of an inline claim: only the words show, until they are pointed at or focused.

    Args:
        words_html: The words, rendered.
        expression: The expression of the probe, as written.
        value: The value at full precision, as text.
        provenance: The places that the value comes from, one for each run.
        ident: An id that no other element of the page has.

    The explanation is a description of the words (read once, when they get the focus) and stays hidden otherwise, so
    it is not read a second time with the text around it. It needs no script: without one, it shows while the words have the
    focus or the pointer; with the script, Enter or a press opens it.
    """
    places = "".join(_provenance(each) for each in provenance)
    return (
        f'<span class="bb-claim"><span class="bb-words" role="button" tabindex="0" aria-expanded="false" '
        f'aria-describedby="{escape(ident)}">{words_html}</span>'
        f'<small class="bb-tip" data-search-exclude><span id="{escape(ident)}"><code>{escape(legible(expression))}</code> '
        f"gives <code>{escape(value)}</code></span>{places}</small></span>"
    )


def _provenance(place: ProvenanceView) -> str:
    """One place: what it is called, the statement, and the way there."""
    words = ", ".join(escape(legible(part)) for part in (place.title, place.place) if part)
    code = f": <code>{escape(legible(place.code))}</code>" if place.code else ""
    parts = f' data-parts="{escape(" ".join(place.parts))}"' if place.parts else ""
    way = (
        f'<a class="bb-jump" href="{escape(place.href)}"{parts}>{escape(legible(place.link))}</a>'
        if place.href
        else f'<span class="bb-jump">{escape(legible(place.link))}</span>'
    )
    return f'<span class="bb-whence">{words}{code} {way}</span>'


def parts(tree: ast.expr, held: Mapping[str, Value]) -> tuple[str, ...]:
    """The entries of values that an expression reads, in the form that `docs/assets/book.js` looks for.

    Args:
        tree: The syntax tree of the expression.
        held: The values, by dotted path.

    Returns:
        `z1[2,` for an entry, `W1[2,` for a row of a matrix, `z1[` for a value as a whole: what the places of the entries
        begin with, of which each is written like `W1[2,0,`.
    """
    return tuple(dict.fromkeys(_read(tree, held)))


def _read(node: ast.AST, held: Mapping[str, Value]) -> Iterator[str]:
    if found := _part(node, held):
        yield found
        return
    for child in ast.iter_child_nodes(node):
        yield from _read(child, held)


def _part(node: ast.AST, held: Mapping[str, Value]) -> str:
    """The named value, and its entry, that a node reads; empty if it reads none."""
    indices: list[int] = []  # behind the name, as far as each of them is known
    while (path := _path(node)) not in held:
        if isinstance(node, ast.Subscript):
            found = _indices(node.slice)
            indices = [*found, *indices] if found else []
        elif isinstance(node, ast.Attribute):
            indices = []
        else:
            return ""
        node = node.value
    lengths = _lengths(held[path])
    known = len(indices) <= len(lengths) and all(-n <= i < n for i, n in zip(indices, lengths, strict=False))
    place = [i % n for i, n in zip(indices, lengths, strict=False)] if known else []
    return f"{path}[{''.join(f'{at},' for at in place)}"


def _path(node: ast.AST) -> str:
    """The dotted path that a node is; empty if it is none."""
    if isinstance(node, ast.Attribute):
        return f"{inner}.{node.attr}" if (inner := _path(node.value)) else ""
    return node.id if isinstance(node, ast.Name) else ""


def _indices(node: ast.expr) -> Sequence[int]:
    """The whole numbers between brackets; empty where something else stands there, such as a slice."""
    try:
        found = ast.literal_eval(node)
    except ValueError:
        return ()
    indices = found if isinstance(found, tuple) else (found,)
    return indices if all(type(index) is int for index in indices) else ()


def _lengths(value: Value) -> tuple[int, ...]:
    if value.shape is not None:
        return value.shape
    return () if value.size is None else (value.size,)
