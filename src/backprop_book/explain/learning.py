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

from backprop_book.core.model import Change, Step, Trace, Value
from backprop_book.explain.evaluate import dotted, held, leaf_of, read
from backprop_book.explain.operations import (
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
from backprop_book.explain.result import Working
from backprop_book.explain.term import Plain, Term, leaf
from backprop_book.explain.working import FAULTS, compared


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
class Activation:
    """An activation function between two linear layers: ReLU or PyTorch's threshold."""

    name: str
    """Its dotted name: `model.1`."""
    limit: Plain = 0
    """Numbers above it pass."""
    value: Plain = 0
    """The output for all other numbers."""
    plain: bool = True
    """Whether it is ReLU, which is written `max(0, a)`."""


def _linear_layer(name: str, names: Mapping[str, Value]) -> Layer:
    bias = names.get(f"{name}.bias")
    return Layer(name, terms(held(names[f"{name}.weight"])), None if bias is None else terms(held(bias)))


def _sequence(model: str, names: Mapping[str, Value]) -> tuple[Layer | Activation, ...]:
    """The parts of an `nn.Sequential`, in order; empty if the model is something else."""
    numbered = {path.split(".")[1] for path in names if path.startswith(f"{model}.")}
    count = max((int(part) + 1 for part in numbered if part.isdecimal()), default=0)
    return tuple(_layer_of(f"{model}.{place}", names) for place in range(count))


def _layer_of(name: str, names: Mapping[str, Value]) -> Layer | Activation:
    if f"{name}.in_features" in names:
        return _linear_layer(name, names)
    if f"{name}.threshold" in names:
        limit, value = (leaf_of(names[f"{name}.{part}"].data).value for part in ("threshold", "value"))
        return Activation(name, limit, value, plain=False)
    if f"{name}.inplace" in names:
        return Activation(name)
    raise CannotWorkError


def _through(part: Layer | Activation, inputs: Terms) -> Terms:
    """The outputs of a part of a model."""
    if isinstance(part, Layer):
        return terms(linear(inputs, part.weight, part.bias))
    if part.plain:
        return terms(maximum(leaf(0.0), inputs))
    return terms(threshold(inputs, leaf(part.limit), leaf(part.value)))


def _passes(name: str, parts: tuple[Layer | Activation, ...], inputs: Terms, result: Value) -> Iterator[Working]:
    """The working of each part of a sequence, the last of them under the name of the result.

    The trace has no values between the parts, so that the arithmetic of a part starts from the computed outputs of the one before.
    """
    for part in parts[:-1]:
        made = _through(part, inputs)
        yield _written(f"{part.name}(…)", made, made)
        inputs = _settled(made)
    yield _written(name, _through(parts[-1], inputs), terms(held(result)), result)


def _written(name: str, result: Operand, actual: Operand, *values: Value) -> Working:
    """The working of a result that the run has, too; `values` are those that it was computed from."""
    working = compared(name, terms(result), terms(actual), values)
    if working is None or not working.agrees:
        raise CannotWorkError
    return working


def _settled(array: Operand) -> Terms:
    """The numbers of an array, without the arithmetic that led to them."""

    def number(term: Term) -> Term:
        if not math.isfinite(term.value):
            raise CannotWorkError
        return leaf(term.value)

    return terms(operate(number, array))


_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Compared:
    """The call that computed the loss: `prediction = model(x)` and `loss = F.mse_loss(prediction, target)`."""

    model: str
    """The name of the model."""
    name: str
    """The name of the prediction."""
    x: Terms
    """The model's input: one example, or one in each row."""
    prediction: Terms | None
    """The prediction; None if the trace does not have it."""
    target: Terms
    """The target."""


@dataclass(frozen=True, slots=True)
class _Passed:
    """One layer in the last forward pass."""

    layer: Layer
    name: str
    """The name of its outputs."""
    inputs: Terms
    """Its inputs."""
    slope: Terms | None
    """The derivative of the activation after it, 1 or 0 for each output; None for the last layer."""


def _gradients(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> Iterator[Working]:
    """The gradients of all parameters, from the last layer to the first, for the mean squared error.

    For a batch, the gradients with respect to outputs are shown for each example; those of parameters are summed over the examples.
    """
    found = _compared(trace, step, before, loss)
    names = dict.fromkeys(
        change.name.rsplit(".", 2)[0]
        for change in step.changes
        if change.name.startswith(f"{found.model}.") and change.name.endswith((".weight.grad", ".bias.grad"))
    )
    passed = _passed(trace, step, before, found, [_linear_layer(name, before) for name in names])
    prediction = found.prediction
    if prediction is None:
        prediction = _settled(linear(passed[-1].inputs, passed[-1].layer.weight, passed[-1].layer.bias))
    error = operate(operator.sub, prediction, found.target)
    signal: Operand = operate(operator.truediv, operate(operator.mul, leaf(2), error), leaf(prediction.size))
    changes = {change.name: change for change in step.changes if change.new is not None}
    name = found.name
    for each in reversed(passed):
        if each.slope is not None:
            signal = operate(operator.mul, signal, each.slope)
            name = each.name
        bias, weight = changes.get(f"{each.layer.name}.bias.grad"), changes[f"{each.layer.name}.weight.grad"]
        if bias is None or (terms(signal).ndim > 1 and len(terms(signal)) > 1):
            # No gradient in the run has this value, so it gets a working of its own.
            yield _written(f"∂{loss}/∂{name}", signal, signal)
            signal = _settled(signal)
        if bias is not None:
            yield _added(bias, total(signal, leaf(0)) if terms(signal).ndim > 1 else signal)
            if terms(signal).ndim == 1 and bias.old is None:
                # From here on the signal is a value of the run, with which the next product begins.
                signal = held(cast("Value", bias.new))
        signal = _settled(signal)
        yield _added(weight, _spread(signal, each.inputs))
        signal = product(each.layer.weight.T, signal) if signal.ndim == 1 else product(signal, each.layer.weight)


def _spread(signal: Terms, inputs: Terms) -> Terms:
    """The gradient of the weights: each signal times each input, summed over the examples."""
    if signal.ndim == 1:
        return terms(operate(operator.mul, signal.reshape(-1, 1), inputs.reshape(1, -1)))
    return terms(product(signal.T, inputs))


def _added(change: Change, gradient: Operand) -> Working:
    old, new = change.old, cast("Value", change.new)
    return _written(
        change.name, gradient if old is None else operate(operator.add, held(old), gradient), held(new), new
    )


def _compared(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> _Compared:
    compare = _call(trace, step, loss)
    if (
        compare is None
        or dotted(compare.func).rpartition(".")[2] != "mse_loss"
        or len(compare.args) != 2
        or compare.keywords
    ):
        raise CannotWorkError
    prediction, target = compare.args
    ask = _call(trace, step, prediction.id) if isinstance(prediction, ast.Name) else prediction
    if not isinstance(ask, ast.Call) or len(ask.args) != 1 or not dotted(ask.func):
        raise CannotWorkError
    x, aim = (terms(read(node, before)) for node in (ask.args[0], target))
    seen = terms(read(prediction, before)) if isinstance(prediction, ast.Name) else None
    if x.ndim not in (1, 2) or aim.ndim != x.ndim or (seen is not None and seen.shape != aim.shape):
        raise CannotWorkError
    model = dotted(ask.func)
    return _Compared(model, prediction.id if isinstance(prediction, ast.Name) else f"{model}(…)", x, seen, aim)


def _call(trace: Trace, step: Step, name: str) -> ast.Call | None:
    """The call whose result a name of the step's frame was last assigned."""
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
    """The inputs of each layer and the slopes after it: from the run where it has them, else computed."""
    seen = _forward(trace, step)
    activations = [part for part in _sequence(found.model, before) if isinstance(part, Activation)]
    passed: list[_Passed] = []
    inputs = found.x
    for place, each in enumerate(layers[:-1]):
        sums = _settled(linear(inputs, each.weight, each.bias))
        activation = activations[place] if place < len(activations) else Activation("")
        same = [(name, value) for name, value in seen if value.shape == sums.shape]
        opened = next((value for _, value in same if _is_activation(_numbers(value), _numbers(sums))), None)
        after = _settled(_through(activation, sums)) if opened is None else opened
        name = next((name for name, value in same if _is_close(_numbers(value), _numbers(sums))), f"{each.name}(…)")
        passed.append(_Passed(each, name, inputs, _slope(activation, after)))
        inputs = after
    return [*passed, _Passed(layers[-1], found.name, inputs, None)] if layers else []


def _slope(activation: Activation, after: Terms) -> Terms:
    """The derivative of an activation: 1 where it is active, elsewhere 0."""
    return terms(operate(lambda term: leaf(int(term.value != activation.value)), after))


def _forward(trace: Trace, step: Step) -> list[tuple[str, Terms]]:
    """The vectors and matrices that the latest calls bound, the last one first."""
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


def _is_close(seen: np.ndarray, sums: np.ndarray) -> bool:
    """Whether these are the computed sums, apart from rounding errors."""
    return bool(np.all(np.abs(seen - sums) <= _TOLERANCE * (1 + np.abs(sums))))


def _is_activation(seen: np.ndarray, sums: np.ndarray) -> bool:
    """Whether these are the ReLU of the sums, apart from rounding errors."""
    room = _TOLERANCE * (1 + np.abs(sums))
    open_ = (seen != 0) & (np.abs(seen - sums) <= room)
    return bool(np.all(open_ | ((seen == 0) & (sums <= room))))


def _numbers(array: Operand) -> np.ndarray:
    return np.array([term.value for term in terms(array).flat], dtype=float).reshape(terms(array).shape)


_CALL = re.compile(r"(?P<owner>\w+)\.(?P<verb>step|backward)\(\)")


def learned(trace: Trace, step: Step, before: Mapping[str, Value]) -> tuple[Working, ...]:
    """The workings of a step that ran a model, computed gradients or updated parameters, one for each result.

    Args:
        trace: The run.
        step: The step, of `y_hat = model(x)` with an `nn.Sequential`, of `loss.backward()` or of `optimizer.step()`.
        before: The values of the names in its frame before the step.

    Returns:
        The workings; empty for any other statement, and if the run has other values. Never raises.
    """
    code = trace.statements[step.statement].code.strip()
    found = _CALL.fullmatch(code)
    try:
        with np.errstate(all="ignore"):
            if found is None:
                return tuple(_passes_of(code, step, before))
            work = _updates if found["verb"] == "step" else _gradients
            return tuple(work(trace, step, before, found["owner"]))
    except FAULTS:
        return ()


def _passes_of(code: str, step: Step, before: Mapping[str, Value]) -> Iterator[Working]:
    match ast.parse(code).body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=asked, args=[given], keywords=[]))]:
            parts = _sequence(model, before) if (model := dotted(asked)) else ()
            made = next((change.new for change in step.changes if change.name == name), None)
            if parts and made is not None:
                yield from _passes(name, parts, terms(read(given, before)), made)


def _updates(trace: Trace, step: Step, before: Mapping[str, Value], optimizer: str) -> Iterator[Working]:
    """Each parameter minus learning rate times gradient."""
    rate = _rate(trace, step, before, optimizer)
    seen = set()
    for change in step.changes:
        # A parameter may have several names, as that of the last iteration of a loop over parameters.
        same = (change.old and change.old.digest, change.new and change.new.digest)
        if same in seen:
            continue
        seen.add(same)
        if change.old is None or change.new is None or change.new.kind in ("list", "tuple"):
            continue  # the parameters in a list have their own names
        moved = operate(operator.mul, rate, held(before[f"{change.name}.grad"]))
        result = operate(operator.sub, held(change.old), moved)
        yield _written(change.name, result, held(change.new), change.new)


def _rate(trace: Trace, step: Step, before: Mapping[str, Value], optimizer: str) -> Term:
    """The learning rate in the call that created the optimizer, which must be plain gradient descent."""
    match _call(trace, step, optimizer):
        case ast.Call(
            func=ast.Attribute(attr="SGD") | ast.Name(id="SGD"), keywords=[ast.keyword(arg="lr", value=value)]
        ):
            rate = read(value, before)
            if isinstance(rate, Term):
                return rate
    raise CannotWorkError
