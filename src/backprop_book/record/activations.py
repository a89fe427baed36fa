"""activations: which statements apply ReLU, and which elements of their results become zero or non-zero."""

import ast
from collections.abc import Iterator
from math import prod

from backprop_book.model import Data, Value

_CLIPPING = {"maximum", "fmax", "clamp", "clamp_", "clamp_min", "clamp_min_", "clip", "threshold"}


def applies_relu(code: str) -> bool:
    """Whether a statement assigns a value from which ReLU has removed all that is negative.

    It is told by the form of the assigned expression: a call of something whose name holds `relu`, a maximum with zero
    (`np.maximum(z, 0)`, `max(0, z)`, `z.clamp(min=0)`, `np.clip(z, 0, None)`), a selection (`np.where(z > 0, z, 0)`), or a
    product with the condition (`z * (z > 0)`); methods may follow (`torch.relu(z).detach()`).

    Args:
        code: The code of one statement; a compound one ends with its colon.
    """
    try:
        (node,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        return False
    return isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_relu(node.value)


def switched(old: Value | None, new: Value | None) -> tuple[tuple[tuple[int, ...], bool], ...]:
    """The elements that are zero in one of two values and not in the other, each with whether it is non-zero now.

    Args:
        old: A number or an array of numbers; None if there was none.
        new: What came after it. Without an element type and a shape in common, nothing is compared.
    """
    if old is None or new is None or old.shape != new.shape or old.data is None or new.data is None:
        return ()
    if {old.kind, new.kind} - {"array", "tensor", "float", "int"}:
        return ()
    shape = new.shape or ()
    pairs = zip(_leaves(old.data), _leaves(new.data), strict=True)
    return tuple(
        (_index(place, shape), after != 0)
        for place, (before, after) in enumerate(pairs)
        if (before != 0) != (after != 0)
    )


def _leaves(data: Data) -> Iterator[Data]:
    if isinstance(data, list):
        for part in data:
            yield from _leaves(part)
    else:
        yield data


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(place // prod(shape[axis + 1 :]) % length for axis, length in enumerate(shape))


def _is_relu(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() as inner)) if _is_relu(inner):
            return True
        case ast.Call(func=ast.Name(id="max"), args=values):
            return any(map(_is_zero, values))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=values, keywords=named):
            given = [*values, *(each.value for each in named)]
            is_selection = (
                name == "where" and len(values) == 3 and _is_zero(values[2]) and _is_above(values[0], values[1])
            )
            return "relu" in name.lower() or (name in _CLIPPING and any(map(_is_zero, given))) or is_selection
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _is_above(left, right) or _is_above(right, left)
    return False


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0 and not isinstance(node.value, bool)


def _is_above(test: ast.expr, value: ast.expr) -> bool:
    """Whether a condition says that a value is above zero."""
    match test:
        case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE()], comparators=[bound]):
            return _is_zero(bound) and ast.dump(left) == ast.dump(value)
    return False
