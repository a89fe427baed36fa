"""parts: which entries of which values an expression reads, so that they can be marked where they are shown."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from backprop_book.model import Value


def parts(tree: ast.expr, held: Mapping[str, Value]) -> tuple[str, ...]:
    """What an expression reads of the values of a step, in the form that `docs/assets/book.js` looks for.

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
    """A named value, and the entry of it that a node is; empty if it is neither a value nor something of one."""
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
    """How many entries a value has along each axis."""
    if value.shape is not None:
        return value.shape
    return () if value.size is None else (value.size,)
