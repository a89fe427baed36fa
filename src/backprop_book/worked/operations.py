"""operations: arithmetic on arrays of terms, for what NumPy cannot do with them by itself."""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import NDArray

from backprop_book.worked.term import Plain, Term, apply, choose, compare, leaf, numeric

Terms = NDArray[Any]
"""An array whose elements are terms."""
_MOST = 20_000
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
    if not 0 < first.size * (second.shape[-1] if second.ndim > 1 else 1) <= _MOST:
        raise CannotWorkError
    return np.matmul(first, second)


def total(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The sum of all elements, or along an axis."""
    return _reduce(operand, axis if dim is None else dim, keepdims if keepdim is None else keepdim)


def mean(
    operand: Operand, axis: Operand = None, keepdims: Operand = None, dim: Operand = None, keepdim: Operand = None
) -> Operand:
    """The sum of the elements, divided by how many there are."""
    summed = total(operand, axis, keepdims, dim, keepdim)
    count = terms(operand).size // terms(summed).size
    return operate(operator.truediv, summed, leaf(count))


def largest(operand: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The largest element, or along an axis, written `max(a, b, c)`."""
    return _extreme(_largest_of, operand, axis, keepdims)


def smallest(operand: Operand, axis: Operand = None, keepdims: Operand = None) -> Operand:
    """The smallest element, or along an axis, written `min(a, b, c)`."""
    return _extreme(_smallest_of, operand, axis, keepdims)


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
    """Another element type: a truth value becomes a number; a number loses its decimals where it becomes an integer."""

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


def maximum(*operands: Operand) -> Operand:
    """The largest of several, element by element, written `max(a, b)`."""
    return operate(_largest_of, *operands)


def minimum(*operands: Operand) -> Operand:
    """The smallest of several, element by element, written `min(a, b)`."""
    return operate(_smallest_of, *operands)


def same(operand: Operand, **_options: Operand) -> Operand:
    """The operand itself: what copies, detaches or wraps changes no number."""
    return operand if isinstance(operand, Term) else terms(operand)


def filled(value: Plain) -> Callable[..., Operand]:
    """A function that makes an array of one value, with the shape of its argument."""

    def make(operand: Operand, **_options: Operand) -> Operand:
        return operate(lambda _: leaf(value), operand)

    return make


def _greatest(*values: Plain) -> Plain:
    return math.nan if any(math.isnan(value) for value in values) else max(values)


def _least(*values: Plain) -> Plain:
    return math.nan if any(math.isnan(value) for value in values) else min(values)


def _largest_of(*given: Term) -> Term:
    return apply("max", _greatest, *given, exact=_extremum(max, given))


def _smallest_of(*given: Term) -> Term:
    return apply("min", _least, *given, exact=_extremum(min, given))


def _extremum(function: Callable[[list[Fraction]], Fraction], given: tuple[Term, ...]) -> Fraction | None:
    known = [exact for exact in (numeric(term).exact for term in given) if exact is not None]
    return function(known) if len(known) == len(given) else None


def _extreme(function: Callable[..., Term], operand: Operand, axis: Operand, keepdims: Operand) -> Operand:
    array = terms(operand)
    along = None if axis is None else whole(axis)
    lines = array.reshape(-1) if along is None else np.moveaxis(array, along, -1)
    if not 0 < array.size <= _MOST:
        raise CannotWorkError
    found = np.empty(lines.shape[:-1], dtype=object)
    for index in np.ndindex(found.shape):
        found[index] = function(*lines[index])
    if not _flag(keepdims):
        return found[()]
    return found.reshape((1,) * array.ndim) if along is None else np.expand_dims(found, along)


def _reduce(operand: Operand, axis: Operand, keepdims: Operand) -> Operand:
    array = terms(operand)
    if not 0 < array.size <= _MOST:
        raise CannotWorkError
    add = np.frompyfunc(operator.add, 2, 1)
    if isinstance(axis, tuple):
        for along in sorted(normalize_axis_tuple([whole(each) for each in axis], array.ndim), reverse=True):
            array = terms(add.reduce(array, axis=along, keepdims=_flag(keepdims)))
        return array if array.ndim else array[()]
    if axis is not None:
        return add.reduce(array, axis=whole(axis), keepdims=_flag(keepdims))
    summed = terms(add.reduce(array.reshape(-1)))
    return summed.reshape((1,) * array.ndim) if _flag(keepdims) else summed[()]


def _flag(operand: Operand) -> bool:
    return isinstance(operand, Term) and bool(operand.value)


def root(term: Term) -> Term:
    """The square root, exact where it is a fraction."""
    exact = numeric(term).exact
    root = None if exact is None or exact < 0 else Fraction(math.isqrt(exact.numerator), math.isqrt(exact.denominator))
    return apply("√", np.sqrt, term, exact=root if root is not None and root * root == exact else None)


def transcendental(name: str, function: Callable[[float], Any], known: float) -> Callable[[Operand], Operand]:
    """A function of real numbers whose value is rational at 0 or 1 (`known`) alone."""

    def one(term: Term) -> Term:
        exact = Fraction(function(known)) if numeric(term).exact == known else None
        return apply(name, function, term, exact=exact)

    return lambda operand: operate(one, operand)
