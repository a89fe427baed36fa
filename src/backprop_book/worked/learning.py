"""The arithmetic of PyTorch calls that hide it: forward passes, `loss.backward()` and `optimizer.step()`.

These calls name neither what they read nor what they change. The trace tells the layers of the model, their inputs, what the loss
compared, and the learning rate. Every result is compared with the value in the run; where they differ (momentum, another network,
another loss), nothing is shown.
"""

import ast
import math
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from backprop_book.model import Change, Step, Trace, Value
from backprop_book.worked.evaluate import dotted, held, leaf_of, read
from backprop_book.worked.operations import (
    CannotWorkError,
    Operand,
    Terms,
    linear,
    maximum,
    operate,
    product,
    terms,
    threshold,
    total,
)
from backprop_book.worked.result import Working
from backprop_book.worked.term import Plain, Term, leaf
from backprop_book.worked.working import FAULTS, compared


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
    return tuple(_layer_of(f"{model}.{place}", names) for place in range(count))


def _layer_of(name: str, names: Mapping[str, Value]) -> Layer | Gate:
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


_CALL = re.compile(r"(?P<owner>\w+)\.(?P<verb>step|backward)\(\)")


def learned(trace: Trace, step: Step, before: Mapping[str, Value]) -> tuple[Working, ...]:
    """The arithmetic of a step that ran a model, computed gradients or moved parameters, one working for each of what it made.

    Args:
        trace: The run.
        step: The step, of `y_hat = model(x)` with an `nn.Sequential`, of `loss.backward()` or of `optimizer.step()`.
        before: What the names that its frame shows held before it.

    Returns:
        The workings; empty for every other statement, and where what is written out would not be what the run had. Never raises.
    """
    code = trace.statements[step.statement].code.strip()
    found = _CALL.fullmatch(code)
    try:
        with np.errstate(all="ignore"):
            if found is None:
                return tuple(_passes_of(code, step, before))
            work = _updates if found["verb"] == "step" else gradients
            return tuple(work(trace, step, before, found["owner"]))
    except FAULTS:
        return ()


def _passes_of(code: str, step: Step, before: Mapping[str, Value]) -> Iterator[Working]:
    """A model whose parts are in sequence: no code of the listing shows what they do."""
    match ast.parse(code).body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=asked, args=[given], keywords=[]))]:
            parts = sequence(model, before) if (model := dotted(asked)) else ()
            made = next((change.new for change in step.changes if change.name == name), None)
            if parts and made is not None:
                yield from passes(name, parts, terms(read(given, before)), made)


def _updates(trace: Trace, step: Step, before: Mapping[str, Value], optimizer: str) -> Iterator[Working]:
    """Each parameter, minus learning rate times gradient."""
    rate = _rate(trace, step, before, optimizer)
    seen = set()
    for change in step.changes:
        # A parameter may have several names, as the last one that a loop looked at has.
        same = (change.old and change.old.digest, change.new and change.new.digest)
        if same in seen:
            continue
        seen.add(same)
        if change.old is None or change.new is None or change.new.kind in ("list", "tuple"):
            continue  # a list of parameters, which have names of their own
        moved = operate(operator.mul, rate, held(before[f"{change.name}.grad"]))
        result = operate(operator.sub, held(change.old), moved)
        yield written(change.name, result, held(change.new), change.new)


def _rate(trace: Trace, step: Step, before: Mapping[str, Value], optimizer: str) -> Term:
    """The learning rate in the call that made the optimizer: of plain gradient descent, for nothing else is this simple."""
    for earlier in reversed(trace.steps[: step.index]):
        statement = trace.statements[earlier.statement]
        if earlier.frame == step.frame and optimizer in statement.binds:
            match ast.parse(statement.code).body[0]:
                case ast.Assign(value=ast.Call(func=ast.Attribute(attr="SGD") | ast.Name(id="SGD"), keywords=[option])):
                    rate = read(option.value, before) if option.arg == "lr" else None
                    if isinstance(rate, Term):
                        return rate
            break
    raise CannotWorkError
