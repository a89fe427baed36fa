"""Operations and functions on arrays of terms, and the tables of the names by which a listing calls them."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any, cast

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import NDArray

from backprop_book.explain.term import Plain, Term, apply, choose, compare, leaf, numeric

Terms = NDArray[Any]
"""An array whose elements are terms."""
_MOST = 20_000
Operand = Any
"""A term, an array of terms, a list or tuple of operands, a slice, a type or None."""


class CannotWorkError(Exception):
    """There is no arithmetic to show, or it uses something unknown."""


def terms(operand: Operand) -> Terms:
    """The operand as an array of terms, with no dimensions for a single term."""
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
    """Apply a function of terms element by element, with NumPy's broadcasting."""
    return np.frompyfunc(function, len(operands), 1)(*(terms(operand) for operand in operands))


def whole(operand: Operand) -> int:
    """The integer of an argument such as an axis."""
    if isinstance(operand, Term) and isinstance(operand.value, int):
        return int(operand.value)
    raise CannotWorkError


def product(left: Operand, right: Operand) -> Operand:
    """The matrix product."""
    first, second = terms(left), terms(right)
    if not 0 < first.size * (second.shape[-1] if second.ndim > 1 else 1) <= _MOST:
        raise CannotWorkError
    return np.matmul(first, second)


def total(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The sum of all elements, or along one axis or several."""
    kept = keepdims if keepdim is None else keepdim
    return _along(lambda *line: reduce(operator.add, line), operand, axis if dim is None else dim, kept)


def mean(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The mean of all elements, or along an axis, as a sum divided by the number of elements."""
    summed = total(operand, axis, keepdims, dim, keepdim)
    count = terms(operand).size // terms(summed).size
    return operate(operator.truediv, summed, leaf(count))


def largest(operand: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The largest element, or along an axis, written `max(a, b, c)`."""
    return _along(_largest_of, operand, axis, keepdims)


def smallest(operand: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The smallest element, or along an axis, written `min(a, b, c)`."""
    return _along(_smallest_of, operand, axis, keepdims)


def rounded(operand: Operand, decimals: Operand = None, ndigits: Operand = None) -> Operand:
    """Round elements. The text shows it only if it changes the exact value, not if it only removes rounding errors."""
    places = whole(next((given for given in (decimals, ndigits) if given is not None), leaf(0)))

    def one(term: Term) -> Term:
        number = numeric(term)
        is_float = isinstance(number.value, float)
        value = float(np.round(number.value, places)) if is_float else round(number.value, places)
        exact = None if number.exact is None else round(number.exact, places)
        if exact is not None and exact == number.exact:
            return replace(number, value=value, exact=exact)
        made = apply("round", lambda a, _: a, number, leaf(places), exact=exact)
        return Term(value, made.text, made.rank, exact, number.scale)

    return operate(one, operand)


def converted(operand: Operand, kind: Operand) -> Operand:
    """Convert elements to `float` or `int`."""

    def one(term: Term) -> Term:
        number = numeric(term)
        if kind is float:
            return replace(number, value=float(number.value))
        if kind is not int or not math.isfinite(number.value):
            raise CannotWorkError
        if number.value == int(number.value):
            return replace(number, value=int(number.value))
        return apply("int", int, number, exact=None if number.exact is None else Fraction(math.trunc(number.exact)))

    return operate(one, operand)


def threshold(operand: Operand, limit: Operand, value: Operand) -> Operand:
    """PyTorch's threshold: the element where it is above the limit, else the value."""
    return operate(lambda a, b, c: choose(compare(">", operator.gt, a, b), a, c), operand, limit, value)


def maximum(*operands: Operand) -> Operand:
    """The largest of several, element by element, written `max(a, b)`."""
    return operate(_largest_of, *operands)


def minimum(*operands: Operand) -> Operand:
    """The smallest of several, element by element, written `min(a, b)`."""
    return operate(_smallest_of, *operands)


def same(operand: Operand, **_options: Operand) -> Operand:
    """The operand itself, for functions that copy, detach or wrap it."""
    return operand if isinstance(operand, Term) else terms(operand)


def filled(value: Plain) -> Callable[..., Operand]:
    """A function that returns an array of one value, with the shape of its argument."""

    def make(operand: Operand, **_options: Operand) -> Operand:
        return operate(lambda _: leaf(value), operand)

    return make


def _extremum(name: str, choose: Callable[..., Any]) -> Callable[..., Term]:
    """The function of several terms that gives the largest of them, or the smallest."""

    def value(*values: Plain) -> Plain:
        return math.nan if any(map(math.isnan, values)) else cast("Plain", choose(values))

    def extremum(*given: Term) -> Term:
        known = [numeric(term).exact for term in given]
        return apply(name, value, *given, exact=None if None in known else choose(known))

    return extremum


_largest_of, _smallest_of = _extremum("max", max), _extremum("min", min)


def _along(function: Callable[..., Term], operand: Operand, axis: Operand, keepdims: Operand) -> Operand:
    """Apply a function of several terms to all elements, or to those along one axis or several."""
    array = terms(operand)
    if not 0 < array.size <= _MOST:
        raise CannotWorkError
    given = [whole(each) for each in axis] if isinstance(axis, tuple) else [] if axis is None else [whole(axis)]
    axes = tuple(range(array.ndim)) if axis is None else tuple(sorted(normalize_axis_tuple(given, array.ndim)))
    found = np.empty([length for place, length in enumerate(array.shape) if place not in axes], dtype=object)
    lines = np.moveaxis(array, axes, range(-len(axes), 0)).reshape(*found.shape, -1)
    for index in np.ndindex(found.shape):
        found[index] = function(*lines[index])
    return np.expand_dims(found, axes) if _flag(keepdims) else found[()]


def _flag(operand: Operand) -> bool:
    return isinstance(operand, Term) and bool(operand.value)


def root(term: Term) -> Term:
    """The square root, exact where it is a fraction."""
    exact = numeric(term).exact
    root = None if exact is None or exact < 0 else Fraction(math.isqrt(exact.numerator), math.isqrt(exact.denominator))
    return apply("√", np.sqrt, term, exact=root if root is not None and root * root == exact else None)


def transcendental(name: str, function: Callable[[float], Any], known: float) -> Callable[[Operand], Operand]:
    """A function of terms that is rational at `known` only, which is 0 or 1.

    Args:
        name: Its name in the text.
        function: It, for floats.
        known: Where it is rational.
    """

    def one(term: Term) -> Term:
        exact = Fraction(function(known)) if numeric(term).exact == known else None
        return apply(name, function, term, exact=exact)

    return lambda operand: operate(one, operand)


def _either(reduce: Callable[..., Operand], join: Callable[..., Operand]) -> Callable[..., Operand]:
    """Python's `max` or `min`, of one iterable or of several numbers."""
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
    """The outputs of a linear layer of PyTorch."""
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
    """Clip to two limits, of which one may be missing. PyTorch calls them `min` and `max`."""
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
    # Of two arguments only: a third one is `out`.
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
"""Functions by the names that listings use, with NumPy as `np` and torch.nn.functional as `F`. To support another function, add a line."""
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
"""Constants by the names that listings use."""
ATTRIBUTES: Mapping[str, Callable[[Operand], Operand]] = MappingProxyType({
    "T": _transposed, "size": _size, "data": same, "ndim": lambda a: leaf(terms(a).ndim),
    "shape": lambda a: tuple(leaf(length) for length in terms(a).shape),
})  # fmt: skip
"""Attributes of arrays and tensors."""
