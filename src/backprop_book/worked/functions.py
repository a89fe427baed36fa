"""functions: what can be worked out beyond operators. To teach the book another function, add a line to a table."""

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from backprop_book.worked.operations import (
    CannotWorkError,
    Operand,
    converted,
    filled,
    largest,
    maximum,
    mean,
    minimum,
    operate,
    product,
    root,
    rounded,
    same,
    smallest,
    terms,
    threshold,
    total,
    transcendental,
    whole,
)
from backprop_book.worked.term import choose, leaf


def _either(reduce: Callable[..., Operand], join: Callable[..., Operand]) -> Callable[..., Operand]:
    """Python's own `max` and `min`: of one iterable, or of several numbers."""
    return lambda first, *others: join(first, *others) if others else reduce(first)


def _reshape(operand: Operand, *sizes: Operand) -> Operand:
    shape = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else sizes
    return terms(operand).reshape(tuple(whole(size) for size in shape))


def _transposed(operand: Operand) -> Operand:
    return terms(operand).T


def _size(operand: Operand) -> Operand:
    return leaf(terms(operand).size)


def _length(operand: Operand) -> Operand:
    array = terms(operand)
    if not array.ndim:
        raise CannotWorkError
    return leaf(len(array))


def _squared_error(prediction: Operand, target: Operand) -> Operand:
    difference = operate(operator.sub, prediction, target)
    return mean(operate(operator.pow, difference, leaf(2)))


def linear(x: Operand, weight: Operand, bias: Operand = None) -> Operand:
    """What a linear layer of PyTorch does."""
    weighted = product(x, terms(weight).T)
    return weighted if bias is None else operate(operator.add, weighted, bias)


def _outer(left: Operand, right: Operand) -> Operand:
    return operate(operator.mul, terms(left).reshape(-1, 1), terms(right).reshape(1, -1))


def _dot(left: Operand, right: Operand) -> Operand:
    first, second = terms(left), terms(right)
    return product(first, second) if first.ndim and second.ndim else operate(operator.mul, first, second)


def _ordered(operation: Callable[..., Any]) -> Callable[[Operand, Operand], Operand]:
    return lambda left, right: operate(operation, left, right)


def _clip(operand: Operand, least: Operand = None, most: Operand = None, **named: Operand) -> Operand:
    """Not below one limit and not above another; PyTorch calls them `min` and `max`, and either may be missing."""
    if not named.keys() <= {"min", "max"}:
        raise CannotWorkError
    low, high = named.get("min", least), named.get("max", most)
    raised = operand if low is None else maximum(operand, low)
    return raised if high is None else minimum(raised, high)


_EXP, _LOG, _TANH = (
    transcendental("exp", np.exp, 0),
    transcendental("ln", np.log, 1),
    transcendental("tanh", np.tanh, 0),
)
_ELEMENTWISE: Mapping[str, Callable[..., Operand]] = MappingProxyType({
    "exp": _EXP, "log": _LOG, "tanh": _TANH, "sqrt": lambda a: operate(root, a),
    "abs": lambda a: operate(abs, a), "square": lambda a: operate(operator.pow, a, leaf(2)),
    "sum": total, "mean": mean, "max": largest, "min": smallest, "round": rounded, "outer": _outer, "dot": _dot,
    "matmul": product, "clip": _clip,
    # Of two only: a third is where NumPy puts the result.
    "maximum": lambda a, b: maximum(a, b), "minimum": lambda a, b: minimum(a, b),
    "where": lambda condition, a, b: operate(choose, condition, a, b),
    "multiply": _ordered(operator.mul), "add": _ordered(operator.add), "subtract": _ordered(operator.sub),
    "divide": _ordered(operator.truediv), "zeros_like": filled(0.0), "ones_like": filled(1.0),
    "flatten": lambda a: terms(a).reshape(-1), "ravel": lambda a: terms(a).reshape(-1), "reshape": _reshape,
    "transpose": _transposed,
})  # fmt: skip

FUNCTIONS: Mapping[str, Callable[..., Operand]] = MappingProxyType({
    **{f"np.{name}": function for name, function in _ELEMENTWISE.items()},
    **{f"torch.{name}": function for name, function in _ELEMENTWISE.items()},
    "np.array": same, "np.asarray": same, "np.copy": same, "torch.tensor": same, "np.absolute": _ELEMENTWISE["abs"],
    "np.power": _ordered(operator.pow), "torch.pow": _ordered(operator.pow), "torch.clamp": _clip,
    "np.amax": largest, "np.amin": smallest,
    "torch.relu": lambda a: maximum(leaf(0), a), "F.relu": lambda a: maximum(leaf(0), a), "F.threshold": threshold,
    "F.mse_loss": _squared_error, "F.linear": linear, "torch.mv": product, "torch.mm": product,
    "len": _length, "sum": total, "max": _either(largest, maximum), "min": _either(smallest, minimum),
    "abs": _ELEMENTWISE["abs"], "round": rounded, "torch.max": lambda a: largest(a), "torch.min": lambda a: smallest(a),
    "float": lambda a: converted(a, float), "int": lambda a: converted(a, int),
    "math.exp": _EXP, "math.sqrt": _ELEMENTWISE["sqrt"], "math.log": _LOG, "math.tanh": _TANH,
})  # fmt: skip
"""By the name that a listing calls it by, with NumPy as `np` and torch.nn.functional as `F`."""

METHODS: Mapping[str, Callable[..., Operand]] = MappingProxyType({
    **{name: _ELEMENTWISE[name] for name in (
        "sum", "mean", "max", "min", "round", "dot", "matmul", "flatten", "ravel", "reshape", "transpose", "abs",
        "square", "clip", "exp", "sqrt", "outer",
    )},
    "clamp": _clip,
    "copy": same, "clone": same, "detach": same, "numpy": same, "item": same, "tolist": same, "cpu": same,
    "contiguous": same,
    "astype": converted, "float": lambda a: converted(a, float), "double": lambda a: converted(a, float),
    "relu": FUNCTIONS["torch.relu"], "pow": _ordered(operator.pow), "view": _reshape, "t": _transposed, "numel": _size,
})  # fmt: skip
"""Methods of arrays and tensors."""

CONSTANTS: Mapping[str, float] = MappingProxyType({
    "np.pi": math.pi, "np.e": math.e, "np.inf": math.inf, "np.nan": math.nan, "math.pi": math.pi, "math.e": math.e,
    "math.inf": math.inf, "math.nan": math.nan, "torch.pi": math.pi, "torch.inf": math.inf, "torch.nan": math.nan,
})  # fmt: skip
"""Numbers with a name."""

ATTRIBUTES: Mapping[str, Callable[[Operand], Operand]] = MappingProxyType({
    "T": _transposed, "size": _size, "data": same, "ndim": lambda a: leaf(terms(a).ndim),
    "shape": lambda a: tuple(leaf(length) for length in terms(a).shape),
})  # fmt: skip
"""Attributes of arrays and tensors."""
