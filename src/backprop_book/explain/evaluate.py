"""Evaluates a statement's expression over terms, with the traced values of its names."""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from backprop_book.core.model import Data, Value
from backprop_book.explain.operations import (
    ATTRIBUTES,
    CONSTANTS,
    FUNCTIONS,
    METHODS,
    CannotWorkError,
    Operand,
    Terms,
    converted,
    linear,
    operate,
    product,
    terms,
)
from backprop_book.explain.term import Term, choose, compare, leaf

ELEMENTS = 4096
"""Number of elements up to which the arithmetic of an array is written out."""


Names = Mapping[str, Value | Operand]
"""The traced values of names, and the operands of those that a comprehension binds."""


def dotted(node: ast.expr) -> str:
    """The dotted name in an expression; empty if it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def held(value: Value) -> Operand:
    """A traced value as a term, an array of terms, or a list or tuple of such.

    Raises:
        CannotWorkError: It is not made of numbers, or it is too large for its arithmetic or for the trace.
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
    known = names.get(name) if name else None  # the empty name stands for the value of a `return` or a test
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
    """The key of a dict entry as a trace writes it."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    value = names.get(node.id)
    return repr(value.data) if isinstance(value, Value) and isinstance(value.data, str | int | float) else ""


def _item(owner: Value | None, key: str) -> Value | None:
    items = owner.items if owner is not None else ()
    return next((value for part, value in items if part == key), None)


def _inner(path: str, names: Names) -> Value | None:
    """A parameter of a module, which lists them by dotted names: `layer1.weight` of `model`."""
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


_OPERATORS: Mapping[type[ast.operator], Callable[..., Term]] = MappingProxyType({
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
})  # fmt: skip
_COMPARISONS: Mapping[type[ast.cmpop], tuple[str, Callable[..., bool]]] = MappingProxyType({
    ast.Gt: (">", operator.gt), ast.Lt: ("<", operator.lt), ast.GtE: ("≥", operator.ge), ast.LtE: ("≤", operator.le),
    ast.Eq: ("=", operator.eq), ast.NotEq: ("≠", operator.ne),
})  # fmt: skip
_MODULES: Mapping[str, str] = MappingProxyType({
    "numpy": "np", "torch.nn.functional": "F", "nn.functional": "F", "functional": "F",
})  # fmt: skip
_TYPES: Mapping[str, type] = MappingProxyType({
    "float": float, "int": int, "bool": bool, "np.float64": float, "np.float32": float, "np.int64": int,
    "np.int32": int,
    "torch.float": float, "torch.float32": float, "torch.float64": float, "torch.double": float, "torch.long": int,
    "torch.int64": int,
})  # fmt: skip
_IDLE = ("copy", "requires_grad", "inplace")
"""Options that have no effect on numbers."""


def read(node: ast.expr, names: Names) -> Operand:
    """Evaluate an expression over terms.

    Args:
        node: The expression.
        names: The values of names.

    Raises:
        CannotWorkError: It contains something without arithmetic to show.
    """
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return leaf(number)
        case ast.Constant(value=None):
            return None
        case ast.Name() | ast.Attribute():
            return _named(node, names)
        case ast.List(elts=elements):
            return [read(element, names) for element in elements]
        case ast.Tuple(elts=elements):
            return tuple(read(element, names) for element in elements)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return leaf(-number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operate(operator.neg, _numeric(read(operand, names)))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _numeric(read(operand, names))
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return product(_numeric(read(left, names)), _numeric(read(right, names)))
        case ast.BinOp(left=left, op=sign, right=right):
            return combine(sign, read(left, names), read(right, names))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARISONS:
            name, function = _COMPARISONS[type(sign)]
            return operate(lambda a, b: compare(name, function, a, b), read(left, names), read(right, names))
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return _chosen(read(test, names), body, otherwise, names)
        case ast.Subscript(value=owner, slice=index):
            entry = found(node, names)
            return held(entry) if entry is not None else element(read(owner, names), index, names)
        case ast.Call():
            return _called(node, names)
        case (
            ast.GeneratorExp(elt=each, generators=[ast.comprehension(target=target, iter=source, ifs=[], is_async=0)])
            | ast.ListComp(elt=each, generators=[ast.comprehension(target=target, iter=source, ifs=[], is_async=0)])
        ):
            return [read(each, {**names, **_bound(target, item)}) for item in _items(read(source, names))]
        case _:
            raise CannotWorkError


def _bound(target: ast.expr, item: Operand) -> dict[str, Operand]:
    """Bind the targets of a comprehension to one of its elements."""
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=parts) if len(parts) == len(items := _items(item)):
            return {
                name: bound for part, one in zip(parts, items, strict=True) for name, bound in _bound(part, one).items()
            }
    raise CannotWorkError


def _items(operand: Operand) -> Sequence[Operand]:
    """The elements of a list, or the rows of an array."""
    if isinstance(operand, list | tuple):
        return operand
    if isinstance(operand, np.ndarray) and operand.ndim:
        return list(operand)
    raise CannotWorkError


def combine(sign: ast.operator, left: Operand, right: Operand) -> Operand:
    """Apply an arithmetic operator.

    Raises:
        CannotWorkError: The operator is not known, or it would concatenate or repeat lists.
    """
    if type(sign) not in _OPERATORS or (isinstance(left, list | tuple) and isinstance(right, list | tuple | Term)):
        raise CannotWorkError
    if isinstance(right, list | tuple) and isinstance(left, Term):
        raise CannotWorkError
    return operate(_OPERATORS[type(sign)], left, right)


def element(owner: Operand, index: ast.expr, names: Names) -> Operand:
    """An element or a slice of an operand."""
    place = _index(index, names)
    if isinstance(owner, list | tuple):
        if not isinstance(place, int | slice):
            raise CannotWorkError
        return owner[place]
    return terms(owner)[place]


def _named(node: ast.Name | ast.Attribute, names: Names) -> Operand:
    value = found(node, names)
    if value is not None:
        return held(value)
    name = dotted(node)
    if name and name in names:
        return names[name]
    if name in _TYPES:
        return _TYPES[name]
    if name in CONSTANTS:
        return leaf(CONSTANTS[name])
    if name in ("np.newaxis", "numpy.newaxis"):
        return None
    if isinstance(node, ast.Name) or node.attr not in ATTRIBUTES:
        raise CannotWorkError
    return ATTRIBUTES[node.attr](_numeric(read(node.value, names)))


def _called(node: ast.Call, names: Names) -> Operand:
    given: list[Operand] = []
    name = dotted(node.func)
    module, _, last = name.rpartition(".")
    known = FUNCTIONS.get(f"{_MODULES.get(module, module)}.{last}" if module else name)
    if f"{name}.in_features" in names and not node.keywords:
        return _layer(name, [read(argument, names) for argument in node.args], names)
    shadow = names.get(name.partition(".")[0])
    if name == "zip" and shadow is None and not node.keywords:
        return list(zip(*(_items(read(argument, names)) for argument in node.args), strict=False))
    if known is None or (shadow is not None and not (isinstance(shadow, Value) and shadow.kind == "module")):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in METHODS:
            raise CannotWorkError
        known = METHODS[node.func.attr]
        given.append(_numeric(read(node.func.value, names)))
    given += [read(argument, names) for argument in node.args]
    options = {keyword.arg: read(keyword.value, names) for keyword in node.keywords}
    kind = options.pop("dtype", None)
    made = known(*given, **{name: value for name, value in options.items() if name not in (*_IDLE, None)})
    if None in options:
        raise CannotWorkError
    return made if kind is None else converted(made, kind)


def _layer(name: str, given: list[Operand], names: Names) -> Operand:
    """A call of a linear layer with known parameters."""
    weight, bias = (names.get(f"{name}.{part}") for part in ("weight", "bias"))
    (x,) = given
    if not isinstance(weight, Value) or not isinstance(bias, Value | None):
        raise CannotWorkError
    return linear(x, held(weight), None if bias is None else held(bias))


def _numeric(operand: Operand) -> Operand:
    """The operand, if it is a term or an array of terms. Lists have other operators and methods."""
    if not isinstance(operand, Term | np.ndarray):
        raise CannotWorkError
    return operand


def _chosen(test: Operand, body: ast.expr, otherwise: ast.expr, names: Names) -> Operand:
    if not isinstance(test, Term):
        raise CannotWorkError
    taken = read(body if test.value else otherwise, names)
    if not isinstance(taken, Term):
        raise CannotWorkError
    return choose(test, taken, taken)


def _index(node: ast.expr, names: Names) -> int | slice | Terms | tuple[int | slice | Terms | None, ...] | None:
    if isinstance(node, ast.Tuple):
        parts = [_index(part, names) for part in node.elts]
        if any(isinstance(part, tuple) for part in parts):
            raise CannotWorkError
        return tuple(part for part in parts if not isinstance(part, tuple))
    if isinstance(node, ast.Slice):
        return slice(
            *(None if part is None else _whole(read(part, names)) for part in (node.lower, node.upper, node.step))
        )
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        raise CannotWorkError
    place = read(node, names)
    if place is None:
        return None
    if isinstance(place, Term):
        return _whole(place)
    array = terms(place)
    if all(isinstance(term.value, bool) for term in array.flat):
        return np.array([term.value for term in array.flat], dtype=bool).reshape(array.shape)
    return np.array([_whole(term) for term in array.flat], dtype=int).reshape(array.shape)


def _whole(operand: Operand) -> int:
    if not isinstance(operand, Term) or isinstance(operand.value, bool) or not isinstance(operand.value, int):
        raise CannotWorkError
    return operand.value
