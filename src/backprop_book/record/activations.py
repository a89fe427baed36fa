"""activations: which statements apply ReLU, and which neurons become active or inactive between two results."""

import ast
from collections.abc import Iterator

from backprop_book.core.functions import CLIPPING
from backprop_book.core.model import Data, Value


def applies_relu(code: str) -> bool:
    """Whether a statement assigns a value from which ReLU has removed all that is negative.

    The form of the assigned expression tells: a call of a function whose name contains `relu`, a maximum with zero
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


def switched(old: Value | None, new: Value | None) -> tuple[tuple[str, bool], ...]:
    """Return the neurons that are active in one of two values but not in the other: the index of each, and whether it is active now.

    Neurons are the places on the last axis; one is active where its output is not zero for every input, that is, for every place
    on the other axes. The index is written as in code: `[2]`, for a batch `[..., 2]`, and nothing for a single number.

    Args:
        old: A number or an array of numbers; None if there was none.
        new: The next value. Values of different shapes are not compared.
    """
    if old is None or new is None or old.shape != new.shape or old.data is None or new.data is None:
        return ()
    if {old.kind, new.kind} - {"array", "tensor", "float", "int"}:
        return ()
    shape = new.shape or ()
    pairs = enumerate(zip(_active(old.data, shape), _active(new.data, shape), strict=True))
    batch = "..., " if len(shape) > 1 else ""
    return tuple((f"[{batch}{place}]" if shape else "", after) for place, (before, after) in pairs if before != after)


def _active(data: Data, shape: tuple[int, ...]) -> list[bool]:
    leaves = list(_leaves(data))
    width = shape[-1] if shape else 1
    return [any(leaf != 0 for leaf in leaves[place::width]) for place in range(width)]


def _leaves(data: Data) -> Iterator[Data]:
    if isinstance(data, list):
        for part in data:
            yield from _leaves(part)
    else:
        yield data


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
            return "relu" in name.lower() or (name in CLIPPING and any(map(_is_zero, given))) or is_selection
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
