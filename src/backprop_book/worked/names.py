"""names: what the names in a statement's code stand for in a trace, and their values as terms."""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backprop_book.model import Data, Value
from backprop_book.worked.operations import CannotWorkError, Operand
from backprop_book.worked.term import Term, leaf

ELEMENTS = 4096
"""How many elements an array may have for its arithmetic to be written out."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a name of a comprehension stands for."""

    operand: Operand
    """The element that it was given."""


Names = Mapping[str, Value | Bound]
"""What names hold."""


def dotted(node: ast.expr) -> str:
    """The dotted name that an expression is; empty if it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def held(value: Value) -> Operand:
    """A traced value as a term, an array of terms, or a list or tuple of such.

    Raises:
        CannotWorkError: it is not made of numbers, or it is too large, or was too large to be traced in full.
    """
    if value.kind in ("array", "tensor"):
        if value.shape is None or (value.data is None and 0 not in value.shape) or math.prod(value.shape) > ELEMENTS:
            raise CannotWorkError
        flat = [leaf_of(item) for item in _flat(value.data)]
        if len(flat) != math.prod(value.shape):
            raise CannotWorkError
        array = np.empty(len(flat), dtype=object)
        array[:] = flat
        return array.reshape(value.shape) if value.shape else flat[0]
    if value.kind in ("list", "tuple"):
        items = (
            [_plain(item) for item in value.data]
            if isinstance(value.data, list)
            else [held(item) for _, item in value.items]
        )
        return tuple(items) if value.kind == "tuple" else items
    return leaf_of(value.data)


def leaf_of(data: Data) -> Term:
    """A plain number as a term."""
    if not isinstance(data, bool | int | float):
        raise CannotWorkError
    return leaf(data)


def found(node: ast.expr, names: Names) -> Value | None:
    """The traced value that an expression names (a variable, attribute or entry of a dict); None if there is none."""
    name = dotted(node)
    known = names.get(name) if name else None  # the empty name is that of what a statement returned
    if isinstance(known, Value):
        return known
    match node:
        case ast.Attribute(value=owner, attr=attribute):
            return _item(found(owner, names), attribute) or _inner(name, names)
        case ast.Subscript(value=owner, slice=ast.Constant() | ast.Name() as key):
            value = found(owner, names)
            return _item(value, _key(key, names)) if value is not None and value.kind == "dict" else None
    return None


def _key(node: ast.Constant | ast.Name, names: Names) -> str:
    """How the key of a dict is written in a trace."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    value = names.get(node.id)
    return repr(value.data) if isinstance(value, Value) and isinstance(value.data, str | int | float) else ""


def _item(owner: Value | None, key: str) -> Value | None:
    items = owner.items if owner is not None else ()
    return next((value for part, value in items if part == key), None)


def _inner(path: str, names: Names) -> Value | None:
    """A part of a module, which lists its parameters by dotted names: `layer1.weight` of `model`."""
    parts = path.split(".")
    for count in range(1, len(parts)):
        owner, inner = ".".join(parts[:count]), ".".join(parts[count:])
        model = names.get(owner)
        if isinstance(model, Value) and (value := _item(model, inner)) is not None:
            return value
    return None


def _flat(data: Data) -> list[Data]:
    if isinstance(data, list):
        return [item for part in data for item in _flat(part)]
    return [data]


def _plain(data: Data) -> Operand:
    return [_plain(item) for item in data] if isinstance(data, list) else leaf_of(data)
