"""gradients: what `loss.backward()` does, written out: the chain rule through linear layers with gates between them.

It is found in the trace which layers there are, what came into them, and what the loss compared. For a batch each number is
followed: what the loss is sensitive to is shown for every example, and summed up for the parameters. All that it comes to is
compared with the gradients that the run had.
"""

import ast
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from backprop_book.model import Change, Step, Trace, Value
from backprop_book.worked.functions import linear
from backprop_book.worked.layers import Gate, Layer, layer, sequence, settled, through, written
from backprop_book.worked.names import dotted, held
from backprop_book.worked.operations import CannotWorkError, Operand, Terms, operate, product, terms, total
from backprop_book.worked.reading import read
from backprop_book.worked.result import Working
from backprop_book.worked.term import leaf

_GATE_ROOM = 1e-6


@dataclass(frozen=True, slots=True)
class _Compared:
    """What the loss was made of: `guess = model(x)` and `loss = F.mse_loss(guess, target)`."""

    model: str
    """The name of the model."""
    name: str
    """What the guess is called."""
    x: Terms
    """What went into the model: one example, or one in each row."""
    guess: Terms | None
    """What the model made of it; None where the run does not show it."""
    target: Terms
    """What it was compared with."""


@dataclass(frozen=True, slots=True)
class _Passed:
    """What went through one layer in the last forward pass."""

    layer: Layer
    """The layer."""
    name: str
    """What the numbers that came out of it are called."""
    came: Terms
    """What came into it."""
    slope: Terms | None
    """The slope of the gate behind it, 1 or 0; None behind the last one."""


def gradients(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> Iterator[Working]:
    """The gradients of all parameters, from the last layer to the first, of the mean of squared errors.

    Args:
        trace: The run.
        step: The step of `loss.backward()`.
        before: What the names that its frame shows held before it.
        loss: What the loss is called.

    Raises:
        CannotWorkError: the network, the loss or what they were given is not known, or the run had other numbers.
    """
    found = _compared(trace, step, before, loss)
    names = dict.fromkeys(
        change.name.rsplit(".", 2)[0]
        for change in step.changes
        if change.name.startswith(f"{found.model}.") and change.name.endswith((".weight.grad", ".bias.grad"))
    )
    passed = _passed(trace, step, before, found, [layer(name, before) for name in names])
    guess = found.guess
    if guess is None:
        guess = settled(linear(passed[-1].came, passed[-1].layer.weight, passed[-1].layer.bias))
    error = operate(operator.sub, guess, found.target)
    signal: Operand = operate(operator.truediv, operate(operator.mul, leaf(2), error), leaf(guess.size))
    changes = {change.name: change for change in step.changes if change.new is not None}
    name = found.name
    for each in reversed(passed):
        if each.slope is not None:
            signal = operate(operator.mul, signal, each.slope)
            name = each.name
        bias, weight = changes.get(f"{each.layer.name}.bias.grad"), changes[f"{each.layer.name}.weight.grad"]
        if bias is None or (terms(signal).ndim > 1 and len(terms(signal)) > 1):
            # No gradient of the run holds it, so it is shown by itself.
            yield written(f"∂{loss}/∂{name}", signal, signal)
            signal = settled(signal)
        if bias is not None:
            yield _added(bias, total(signal, leaf(0)) if terms(signal).ndim > 1 else signal)
            if terms(signal).ndim == 1 and bias.old is None:
                # From here on the signal is a number of the run: the next product begins with it.
                signal = held(cast("Value", bias.new))
        signal = settled(signal)
        yield _added(weight, _spread(signal, each.came))
        signal = product(each.layer.weight.T, signal) if signal.ndim == 1 else product(signal, each.layer.weight)


def _spread(signal: Terms, came: Terms) -> Terms:
    """Each signal times each number that came into the layer, summed up over the examples."""
    if signal.ndim == 1:
        return terms(operate(operator.mul, signal.reshape(-1, 1), came.reshape(1, -1)))
    return terms(product(signal.T, came))


def _added(change: Change, gradient: Operand) -> Working:
    """A gradient, added to what was there already."""
    old, new = change.old, cast("Value", change.new)
    return written(change.name, gradient if old is None else operate(operator.add, held(old), gradient), held(new), new)


def _compared(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> _Compared:
    compare = _call(trace, step, loss)
    if (
        compare is None
        or dotted(compare.func).rpartition(".")[2] != "mse_loss"
        or len(compare.args) != 2
        or compare.keywords
    ):
        raise CannotWorkError
    guess, target = compare.args
    ask = _call(trace, step, guess.id) if isinstance(guess, ast.Name) else guess
    if not isinstance(ask, ast.Call) or len(ask.args) != 1 or not dotted(ask.func):
        raise CannotWorkError
    x, aim = (terms(read(node, before)) for node in (ask.args[0], target))
    seen = terms(read(guess, before)) if isinstance(guess, ast.Name) else None
    if x.ndim not in (1, 2) or aim.ndim != x.ndim or (seen is not None and seen.shape != aim.shape):
        raise CannotWorkError
    model = dotted(ask.func)
    return _Compared(model, guess.id if isinstance(guess, ast.Name) else f"{model}(…)", x, seen, aim)


def _call(trace: Trace, step: Step, name: str) -> ast.Call | None:
    """The call whose value a name of the step's frame was last given."""
    for earlier in reversed(trace.steps[: step.index]):
        statement = trace.statements[earlier.statement]
        if earlier.frame == step.frame and name in statement.binds:
            match ast.parse(statement.code).body[0]:
                case ast.Assign(value=ast.Call() as call):
                    return call
            return None
    return None


def _passed(
    trace: Trace, step: Step, before: Mapping[str, Value], found: _Compared, layers: Sequence[Layer]
) -> list[_Passed]:
    """What went through each layer: as the run shows it, where it does, and else as it is worked out."""
    seen = _forward(trace, step)
    gates = [part for part in sequence(found.model, before) if isinstance(part, Gate)]
    passed: list[_Passed] = []
    came = found.x
    for place, each in enumerate(layers[:-1]):
        sums = settled(linear(came, each.weight, each.bias))
        gate = gates[place] if place < len(gates) else Gate("")
        same = [(name, value) for name, value in seen if value.shape == sums.shape]
        opened = next((value for _, value in same if _gated(_numbers(value), _numbers(sums))), None)
        after = settled(through(gate, sums)) if opened is None else opened
        name = next((name for name, value in same if _near(_numbers(value), _numbers(sums))), f"{each.name}(…)")
        passed.append(_Passed(each, name, came, _slope(gate, after)))
        came = after
    return [*passed, _Passed(layers[-1], found.name, came, None)] if layers else []


def _slope(gate: Gate, after: Terms) -> Terms:
    """Where a gate let through what came: 1, elsewhere 0."""
    return terms(operate(lambda term: leaf(int(term.value != gate.value)), after))


def _forward(trace: Trace, step: Step) -> list[tuple[str, Terms]]:
    """What the latest calls bound: rows of numbers and tables, the last one first."""
    found: list[tuple[str, Terms]] = []
    for earlier in reversed(trace.steps[: step.index]):
        if earlier.frame == step.frame and found:
            break
        if earlier.frame != step.frame:
            values = [(change.name, change.new) for change in earlier.changes if change.new is not None]
            found += [
                (name, terms(held(value)))
                for name, value in values
                if value.shape is not None and len(value.shape) in (1, 2) and value.data is not None
            ]
    return found


def _near(seen: np.ndarray, sums: np.ndarray) -> bool:
    """Whether these are the sums that came, but for rounding."""
    return bool(np.all(np.abs(seen - sums) <= _GATE_ROOM * (1 + np.abs(sums))))


def _gated(seen: np.ndarray, sums: np.ndarray) -> bool:
    """Whether each number is the sum that came, or zero where that is not above zero."""
    room = _GATE_ROOM * (1 + np.abs(sums))
    open_ = (seen != 0) & (np.abs(seen - sums) <= room)
    return bool(np.all(open_ | ((seen == 0) & (sums <= room))))


def _numbers(array: Operand) -> np.ndarray:
    return np.array([term.value for term in terms(array).flat], dtype=float).reshape(terms(array).shape)
