"""layers: linear layers and the gates between them, by what a trace tells of a model, and what they do to numbers."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backprop_book.model import Value
from backprop_book.worked.functions import linear
from backprop_book.worked.names import held, leaf_of
from backprop_book.worked.operations import CannotWorkError, Operand, Terms, maximum, operate, terms, threshold
from backprop_book.worked.result import Working
from backprop_book.worked.term import Plain, Term, leaf
from backprop_book.worked.working import compared


@dataclass(frozen=True, slots=True)
class Layer:
    """A linear layer of a model, by the values of its parameters."""

    name: str
    """Its dotted name: `model.layer1`."""
    weight: Terms
    """Its weights, (out, in)."""
    bias: Terms | None
    """Its biases; None if it has none."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between two linear layers: a number above the limit passes, another one is replaced."""

    name: str
    """Its dotted name: `model.1`."""
    limit: Plain = 0
    """The limit."""
    value: Plain = 0
    """What stands for a number that does not pass."""
    plain: bool = True
    """Whether it is ReLU, which is written `max(0, a)`."""


def layer(name: str, names: Mapping[str, Value]) -> Layer:
    """The linear layer of a name.

    Raises:
        KeyError: there is none.
    """
    bias = names.get(f"{name}.bias")
    return Layer(name, terms(held(names[f"{name}.weight"])), None if bias is None else terms(held(bias)))


def sequence(model: str, names: Mapping[str, Value]) -> tuple[Layer | Gate, ...]:
    """The parts of an `nn.Sequential`, in order; empty if the model is none.

    Raises:
        CannotWorkError: a part is neither linear nor a gate.
    """
    numbered = {path.split(".")[1] for path in names if path.startswith(f"{model}.")}
    count = max((int(part) + 1 for part in numbered if part.isdecimal()), default=0)
    return tuple(_part(f"{model}.{place}", names) for place in range(count))


def _part(name: str, names: Mapping[str, Value]) -> Layer | Gate:
    if f"{name}.in_features" in names:
        return layer(name, names)
    if f"{name}.threshold" in names:
        limit, value = (leaf_of(names[f"{name}.{part}"].data).value for part in ("threshold", "value"))
        return Gate(name, limit, value, plain=False)
    if f"{name}.inplace" in names:
        return Gate(name)
    raise CannotWorkError


def through(part: Layer | Gate, came: Terms) -> Terms:
    """What a part of a model makes of what came into it."""
    if isinstance(part, Layer):
        return terms(linear(came, part.weight, part.bias))
    if part.plain:
        return terms(maximum(leaf(0.0), came))
    return terms(threshold(came, leaf(part.limit), leaf(part.value)))


def passes(name: str, parts: tuple[Layer | Gate, ...], came: Terms, result: Value) -> Iterator[Working]:
    """What each part of a sequence gave, the last of them under the name of the result.

    The run shows nothing of what is between: the arithmetic starts from what was worked out, and the last part must come to
    what the run had.
    """
    for part in parts[:-1]:
        made = through(part, came)
        yield written(f"{part.name}(…)", made, made)
        came = settled(made)
    yield written(name, through(parts[-1], came), terms(held(result)), result)


def written(name: str, result: Operand, actual: Operand, *values: Value) -> Working:
    """The working of a result.

    Raises:
        CannotWorkError: it is not what the run had.
    """
    working = compared(name, terms(result), terms(actual), values)
    if working is None or not working.agrees:
        raise CannotWorkError
    return working


def settled(array: Operand) -> Terms:
    """The numbers that an array came to, without how they came about."""

    def number(term: Term) -> Term:
        if not math.isfinite(term.value):
            raise CannotWorkError
        return leaf(term.value)

    return terms(operate(number, array))
