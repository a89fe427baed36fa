"""effects: which statements only compute, so that nothing but the names that they bind can be different after them.

What a statement looks like says so only if the values that it works on are plain; that is known when it has run.
"""

import ast
import builtins
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_book.record.glance import is_scalar
from backprop_book.record.startup import BUILTINS
from backprop_book.record.variables import Seen
from backprop_book.snippet.nodes import Node

FUNCTIONS = {
    "": {"abs": 1, "bool": 1, "float": 1, "int": 1, "len": 1, "max": 9, "min": 9, "range": 3, "round": 2, "sum": 2},
    "numpy": {
        **dict.fromkeys(("abs", "array", "exp", "log", "ones_like", "sqrt", "square", "tanh", "zeros_like"), 1),
        **dict.fromkeys(("dot", "max", "maximum", "mean", "min", "minimum", "outer", "round", "sum"), 2),
        "where": 3,
    },
    "torch.nn.functional": {"mse_loss": 2, "relu": 1},
}
"""Functions that only compute, by module (none for built-in ones), and how many positional arguments leave it so."""
METHODS = {
    **dict.fromkeys(("tolist",), 0),
    **dict.fromkeys(("all", "any", "argmax", "astype", "copy", "dot", "item", "max", "mean", "min", "round", "sum"), 1),
}
"""Methods of plain values that only compute, likewise."""
KEYWORDS = frozenset({"axis", "decimals", "dim", "dtype", "keepdims"})
"""Keyword arguments that leave it so; `out` does not."""
ATTRIBUTES = frozenset({"T", "dtype", "ndim", "shape", "size"})
"""Attributes of plain values that are computed without any other effect."""


@dataclass(slots=True)
class Effect:
    """What a statement that only computes depends on and binds."""

    binds: tuple[str, ...] = ()
    """The names that it binds."""
    reads: dict[str, None] = field(default_factory=dict)
    """The names whose values must be plain."""
    scalars: tuple[str, ...] = ()
    """The names whose values must be numbers or texts: `+=` changes an array for all who hold it."""
    calls: dict[tuple[str, str, int], None] = field(default_factory=dict)
    """What it calls: a name, an attribute of what that stands for or nothing, and how many positional arguments it gets."""


class _OtherError(Exception):
    """A statement may do more than compute."""


def effect_of(node: Node, declared: frozenset[str]) -> Effect | None:
    """What a statement does (of a compound one its header), or None if it may do more than compute.

    Args:
        node: The statement.
        declared: Names that some function declares `global` or `nonlocal`.
    """
    found = Effect()
    try:
        _statement(node, found)
    except _OtherError:
        return None
    return None if any(name.startswith("__") or name in declared for name in found.binds) else found


def _statement(node: Node, found: Effect) -> None:
    if isinstance(node, ast.Assign):
        found.binds = tuple(name for target in node.targets for name in _names(target))
        _expression(node.value, found)
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.binds = found.scalars = (node.target.id,)
        _expression(node.value, found)
    elif isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and _is_named(node.iter.func, "range"):
        found.binds = tuple(_names(node.target))
        _expression(node.iter, found)
    elif isinstance(node, ast.If | ast.While):
        _expression(node.test, found)
    elif isinstance(node, ast.Expr | ast.Return) and node.value is not None:
        _expression(node.value, found)
    elif not isinstance(node, ast.Pass | ast.Break | ast.Continue):
        raise _OtherError


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple):
        for each in target.elts:
            yield from _names(each)
    else:
        raise _OtherError


def _expression(node: ast.expr, found: Effect) -> None:
    """Follow an expression down to its names and constants."""
    if isinstance(node, ast.Name):
        found.reads[node.id] = None
    elif isinstance(node, ast.Call):
        _call(node, found)
    elif isinstance(node, ast.Attribute):
        if node.attr not in ATTRIBUTES:
            raise _OtherError
        _expression(node.value, found)
    elif isinstance(node, _PLAIN):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                _expression(part, found)
    else:
        raise _OtherError


_PLAIN = (
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Subscript,
    ast.Slice,
)


def _call(node: ast.Call, found: Effect) -> None:
    count = len(node.args)
    if any(keyword.arg not in KEYWORDS for keyword in node.keywords):
        raise _OtherError
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        _expression(part, found)
    function = node.func
    if isinstance(function, ast.Name):
        found.calls[function.id, "", count] = None
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        found.calls[function.value.id, function.attr, count] = None
    elif isinstance(function, ast.Attribute) and count <= METHODS.get(function.attr, -1):
        _expression(function.value, found)
    else:
        raise _OtherError


def only_computes(effect: Effect, seen: Mapping[str, Seen], names: Mapping[str, Any], *, is_module: bool) -> bool:
    """Whether a statement that ran has done what it looks like.

    Args:
        effect: What it looks like.
        seen: What the variables of its frame held before it ran.
        names: The global variables.
        is_module: Whether its frame is that of the module.
    """
    for name in effect.reads:
        if name not in seen or not seen[name].is_plain:
            return False
    for name in effect.scalars:
        if name not in seen or not is_scalar(seen[name].check):
            return False
    for name in effect.binds:  # what it held before may have run code when it went
        if name in seen and not seen[name].is_plain:
            return False
    for name, attribute, count in effect.calls:
        if not _is_known(name, attribute, count, seen, names, is_module=is_module):
            return False
    return True


def _is_known(
    name: str, attribute: str, count: int, seen: Mapping[str, Seen], names: Mapping[str, Any], *, is_module: bool
) -> bool:
    """Whether a call is one of a function or method that only computes."""
    held = seen.get(name)
    if not attribute:
        is_built_in = held is None and name not in names and vars(builtins).get(name) is BUILTINS.get(name)
        return is_built_in and count <= FUNCTIONS[""].get(name, -1)
    if held is not None and held.is_plain:
        return count <= METHODS.get(attribute, -1)
    module = names.get(name)
    if type(module) is not types.ModuleType or (held is not None and not is_module):
        return False
    return count <= FUNCTIONS.get(str(vars(module).get("__name__")), {}).get(attribute, -1)
