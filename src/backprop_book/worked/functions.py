"""functions: what can be worked out beyond operators. To teach the book another function, add a line to a table."""

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_book.worked.term import Plain, Term, apply, choose, compare, leaf, numeric

Terms = NDArray[Any]
"""An array whose elements are terms."""
Operand = Any
"""A term, an array of terms, a list or tuple of operands, a slice, a type or None."""


class CannotWorkError(Exception):
    """There is nothing to work out, or nothing that this module knows how to."""


def terms(operand: Operand) -> Terms:
    """The operand as an array of terms, of no dimensions for a single one."""
    if isinstance(operand, np.ndarray):
        return operand
    if isinstance(operand, list | tuple):
        parts = [terms(item) for item in operand]
        if len({part.shape for part in parts}) > 1:
            raise CannotWorkError
        made = np.empty((len(parts), *(parts[0].shape if parts else ())), dtype=object)
        for n, part in enumerate(parts):
            made[n] = part if part.shape else part[()]
        return made
    if not isinstance(operand, Term):
        raise CannotWorkError
    single = np.empty((), dtype=object)
    single[()] = operand
    return single


def operate(function: Callable[..., Term], *operands: Operand) -> Operand:
    """A function of terms, element by element, with NumPy's broadcasting."""
    return np.frompyfunc(function, len(operands), 1)(*(terms(operand) for operand in operands))


def whole(operand: Operand) -> int:
    """An argument that must be an integer, such as an axis."""
    if isinstance(operand, Term) and isinstance(operand.value, int):
        return int(operand.value)
    raise CannotWorkError


def product(left: Operand, right: Operand) -> Operand:
    """The matrix product."""
    first, second = terms(left), terms(right)
    if first.size * (second.shape[-1] if second.ndim > 1 else 1) > 20_000:
        raise CannotWorkError
    return np.matmul(first, second)


def total(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The sum of all elements, or along an axis."""
    return _reduce(operator.add, operand, axis if dim is None else dim, keepdims if keepdim is None else keepdim)


def mean(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The sum of the elements, divided by how many there are."""
    summed = total(operand, axis, keepdims, dim, keepdim)
    count = terms(operand).size // max(1, terms(summed).size)
    if count < 1:
        raise CannotWorkError
    return operate(operator.truediv, summed, leaf(count))


def largest(operand: Operand, *others: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The largest element, written `max(a, b, c)`."""
    return _extreme("max", max, operand, others, axis, keepdims)


def smallest(operand: Operand, *others: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The smallest element, written `min(a, b, c)`."""
    return _extreme("min", min, operand, others, axis, keepdims)


def rounded(operand: Operand, decimals: Operand = None, ndigits: Operand = None) -> Operand:
    """Rounding, written only where it changes what the text comes to; float noise is gone without a word."""
    places = whole(next((given for given in (decimals, ndigits) if given is not None), leaf(0)))

    def one(term: Term) -> Term:
        number = numeric(term)
        value = (
            float(np.round(number.value, places)) if isinstance(number.value, float) else round(number.value, places)
        )
        exact = None if number.exact is None else round(number.exact, places)
        if exact is not None and exact == number.exact:
            return Term(value, number.text, number.rank, exact, number.scale, number.worked, number.told)
        made = apply("round", lambda a, _: a, number, leaf(places), exact=exact)
        return Term(value, made.text, made.rank, exact, number.scale)

    return operate(one, operand)


def converted(operand: Operand, kind: Operand) -> Operand:
    """Another element type: a truth value becomes a number, a number loses its decimals only where it becomes an integer."""

    def one(term: Term) -> Term:
        number = numeric(term)
        if kind is float:
            value = float(number.value)
            return Term(value, number.text, number.rank, number.exact, number.scale, number.worked, number.told)
        if kind is not int or not math.isfinite(number.value):
            raise CannotWorkError
        if number.value == int(number.value):
            return Term(
                int(number.value), number.text, number.rank, number.exact, number.scale, number.worked, number.told
            )
        return apply("int", int, number, exact=None if number.exact is None else Fraction(math.trunc(number.exact)))

    return operate(one, operand)


def threshold(operand: Operand, limit: Operand, value: Operand) -> Operand:
    """PyTorch's threshold: the element where it is above the limit, else the value."""
    return operate(lambda a, b, c: choose(compare(">", operator.gt, a, b), a, c), operand, limit, value)


def maximum(left: Operand, right: Operand) -> Operand:
    """The larger of two, written `max(a, b)`."""
    return operate(lambda a, b: _extremum("max", max, a, b), left, right)


def minimum(left: Operand, right: Operand) -> Operand:
    """The smaller of two, written `min(a, b)`."""
    return operate(lambda a, b: _extremum("min", min, a, b), left, right)


def same(operand: Operand, **_options: Operand) -> Operand:
    """The operand itself: what copies, detaches or wraps changes no number."""
    return operand if isinstance(operand, Term) else terms(operand)


def filled(value: Plain) -> Callable[..., Operand]:
    """A function that makes an array of one value, with the shape of its argument."""

    def make(operand: Operand, **_options: Operand) -> Operand:
        return operate(lambda _: leaf(value), operand)

    return make


def _extremum(name: str, function: Callable[..., Plain], *arguments: Term) -> Term:
    exacts = [numeric(argument).exact for argument in arguments]
    known = [exact for exact in exacts if exact is not None]
    return apply(name, function, *arguments, exact=function(known) if len(known) == len(exacts) else None)  # type: ignore[arg-type]


def _extreme(
    name: str,
    function: Callable[..., Plain],
    operand: Operand,
    others: tuple[Operand, ...],
    axis: Operand,
    keepdims: Operand,
) -> Operand:
    if others:
        return operate(lambda *given: _extremum(name, function, *given), operand, *others)
    array = terms(operand)
    if not array.size:
        raise CannotWorkError
    along, keep = _axis(axis), keepdims is not None and bool(keepdims.value)
    if along is None:
        found = terms(_extremum(name, function, *array.flat))
        return found.reshape((1,) * array.ndim) if keep else found[()]
    moved = np.moveaxis(array, along, -1)
    made = np.empty(moved.shape[:-1], dtype=object)
    for index in np.ndindex(made.shape):
        made[index] = _extremum(name, function, *moved[index])
    return np.expand_dims(made, along) if keep else made[()]


def _reduce(function: Callable[..., Term], operand: Operand, axis: Operand, keepdims: Operand) -> Operand:
    array = terms(operand)
    if not array.size or array.size > 20_000:
        raise CannotWorkError
    add = np.frompyfunc(function, 2, 1)
    keep = keepdims is not None and bool(keepdims.value)
    along = _axis(axis)
    if along is None:
        summed = terms(add.reduce(array.reshape(-1)))
        return summed.reshape((1,) * array.ndim) if keep else summed[()]
    return add.reduce(array, axis=along, keepdims=keep)


def _axis(axis: Operand) -> int | None:
    return None if axis is None else whole(axis)


def _elementwise(name: str, function: Callable[[Any], Plain]) -> Callable[[Operand], Operand]:
    return lambda operand: operate(lambda term: apply(name, function, term), operand)


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


def _linear(x: Operand, weight: Operand, bias: Operand = None) -> Operand:
    weighted = product(x, terms(weight).T)
    return weighted if bias is None else operate(operator.add, weighted, bias)


def _outer(left: Operand, right: Operand) -> Operand:
    return operate(operator.mul, terms(left).reshape(-1, 1), terms(right).reshape(1, -1))


def _dot(left: Operand, right: Operand) -> Operand:
    first, second = terms(left), terms(right)
    return product(first, second) if first.ndim and second.ndim else operate(operator.mul, first, second)


def _ordered(operation: Callable[..., Any]) -> Callable[[Operand, Operand], Operand]:
    return lambda left, right: operate(operation, left, right)


def _clip(operand: Operand, least: Operand, most: Operand) -> Operand:
    return minimum(maximum(operand, least), most)


_SQUARE_ROOT = _elementwise("√", math.sqrt)
_ELEMENTWISE: Mapping[str, Callable[..., Operand]] = MappingProxyType({
    "exp": _elementwise("exp", math.exp), "log": _elementwise("ln", math.log), "tanh": _elementwise("tanh", math.tanh),
    "sqrt": _SQUARE_ROOT, "abs": lambda a: operate(abs, a), "square": lambda a: operate(operator.pow, a, leaf(2)),
    "sum": total, "mean": mean, "max": largest, "min": smallest, "round": rounded, "outer": _outer, "dot": _dot,
    "matmul": product, "maximum": maximum, "minimum": minimum, "clip": _clip,
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
    "np.power": _ordered(operator.pow), "torch.pow": _ordered(operator.pow), "torch.clamp": _clip, "np.amax": largest, "np.amin": smallest,
    "torch.relu": lambda a: maximum(leaf(0), a), "F.relu": lambda a: maximum(leaf(0), a), "F.threshold": threshold,
    "F.mse_loss": _squared_error, "F.linear": _linear, "torch.mv": product, "torch.mm": product,
    "len": _length, "sum": total, "max": largest, "min": smallest, "abs": _ELEMENTWISE["abs"], "round": rounded,
    "float": lambda a: converted(a, float), "int": lambda a: converted(a, int),
    "math.exp": _ELEMENTWISE["exp"], "math.sqrt": _SQUARE_ROOT, "math.log": _ELEMENTWISE["log"], "math.tanh": _ELEMENTWISE["tanh"],
})  # fmt: skip
"""By the name that a listing calls it by, with NumPy as `np` and torch.nn.functional as `F`."""

METHODS: Mapping[str, Callable[..., Operand]] = MappingProxyType({
    **{name: _ELEMENTWISE[name] for name in (
        "sum", "mean", "max", "min", "round", "dot", "matmul", "flatten", "ravel", "reshape", "transpose", "abs", "square", "clip",
        "exp", "sqrt", "outer",
    )},
    "copy": same, "clone": same, "detach": same, "numpy": same, "item": same, "tolist": same, "cpu": same, "contiguous": same,
    "astype": converted, "float": lambda a: converted(a, float), "double": lambda a: converted(a, float),
    "relu": FUNCTIONS["torch.relu"], "pow": _ordered(operator.pow), "view": _reshape, "t": _transposed, "numel": _size,
})  # fmt: skip
"""Methods of arrays and tensors."""

ATTRIBUTES: Mapping[str, Callable[[Operand], Operand]] = MappingProxyType({
    "T": _transposed, "size": _size, "data": same, "ndim": lambda a: leaf(terms(a).ndim),
    "shape": lambda a: tuple(leaf(length) for length in terms(a).shape),
})  # fmt: skip
"""Attributes of arrays and tensors."""
