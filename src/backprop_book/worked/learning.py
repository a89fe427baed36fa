"""learning: what PyTorch does to the parameters of a model in one call, written out: gradients and updates.

`loss.backward()` and `optimizer.step()` name neither what they read nor what they change. It is found in the trace: the model's
parameters and gradients, the pre-activations and activations of the last forward pass, and the learning rate that the optimizer was
made with. What is worked out is compared with what the run had, number by number; where it differs (momentum, another
network, another loss), nothing is said.
"""

import ast
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backprop_book.model import Step, Trace, Value
from backprop_book.worked.operations import CannotWorkError, Operand, Terms, operate, product, terms
from backprop_book.worked.reading import held, read
from backprop_book.worked.term import Term, leaf
from backprop_book.worked.working import FAULTS, Working, compared

_CALL = re.compile(r"(?P<owner>\w+)\.(?P<verb>step|backward)\(\)")
_GATE_ROOM = 1e-6


@dataclass(frozen=True, slots=True)
class _Layer:
    """A linear layer of a model, by the values of its parameters."""

    name: str
    """Its dotted name: `model.layer1`."""
    weight: Terms
    """Its weights, (out, in)."""
    bias: Terms
    """Its biases."""


def learned(trace: Trace, step: Step, before: Mapping[str, Value]) -> tuple[Working, ...]:
    """The arithmetic of a step that computed gradients or moved parameters, one working for each of what it changed.

    Args:
        trace: The run.
        step: The step, of `optimizer.step()` or `loss.backward()`.
        before: What the names that its frame shows held before it.

    Returns:
        The workings; empty for every other statement, and where what is written out would not be what the run had. Never raises.
    """
    found = _CALL.fullmatch(trace.statements[step.statement].code.strip())
    if found is None:
        return ()
    try:
        with np.errstate(all="ignore"):
            work = _updates if found["verb"] == "step" else _gradients
            made = tuple(work(trace, step, before, found["owner"]))
    except FAULTS:
        return ()
    return made if all(working.agrees for working in made) else ()


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
        gradient = before.get(f"{change.name}.grad")
        if change.old is None or change.new is None or gradient is None:
            raise CannotWorkError
        moved = operate(operator.mul, rate, held(gradient))
        result = operate(operator.sub, held(change.old), moved)
        yield from _compared(change.name, result, change.new)


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


def _gradients(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> Iterator[Working]:
    """Chain rule through linear layers with gates between them, back from the mean of squared errors of one example."""
    names = dict.fromkeys(
        change.name.rsplit(".", 2)[0] for change in step.changes if change.name.endswith((".weight.grad", ".bias.grad"))
    )
    layers = [_layer(name, before) for name in names]
    x, prediction, target = _example(trace, step, before, loss)
    error = operate(operator.sub, prediction, target)
    signal: Operand = operate(operator.truediv, operate(operator.mul, leaf(2), error), leaf(prediction.size))
    passed = _passed(trace, step, layers, x)
    new = {change.name: change for change in step.changes}
    for layer, (reached, came) in zip(reversed(layers), reversed(passed), strict=True):
        if reached is not None:
            signal = operate(operator.mul, signal, reached)
        bias, weight = new[f"{layer.name}.bias.grad"], new[f"{layer.name}.weight.grad"]
        if bias.old is not None or bias.new is None or weight.old is not None or weight.new is None:
            raise CannotWorkError
        yield from _compared(bias.name, signal, bias.new)
        # From here on the signal is a number of the run: the next product begins with it.
        signal = terms(held(bias.new))
        outer = operate(operator.mul, signal.reshape(-1, 1), came.reshape(1, -1))
        yield from _compared(weight.name, outer, weight.new)
        signal = product(layer.weight.T, signal)


def _layer(name: str, before: Mapping[str, Value]) -> _Layer:
    return _Layer(name, terms(held(before[f"{name}.weight"])), terms(held(before[f"{name}.bias"])))


def _example(trace: Trace, step: Step, before: Mapping[str, Value], loss: str) -> tuple[Terms, Terms, Terms]:
    """Picture, guess and target of the statements `guess = model(picture)` and `loss = F.mse_loss(guess, target)`."""
    compare = _call(trace, step, loss)
    if compare is None or not ast.unparse(compare.func).endswith("mse_loss") or len(compare.args) != 2:
        raise CannotWorkError
    guess = compare.args[0]
    ask = _call(trace, step, guess.id) if isinstance(guess, ast.Name) else None
    if ask is None or len(ask.args) != 1:
        raise CannotWorkError
    found = tuple(terms(read(node, before)) for node in (ask.args[0], *compare.args))
    if any(each.ndim != 1 for each in found):
        raise CannotWorkError
    return found[0], found[1], found[2]


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


def _passed(trace: Trace, step: Step, layers: Sequence[_Layer], x: Terms) -> list[tuple[Terms | None, Terms]]:
    """For each layer: the slope of the gate behind it (None behind the last), and what came into it."""
    seen = _forward(trace, step)
    passed: list[tuple[Terms | None, Terms]] = []
    came = x
    for layer in layers[:-1]:
        sums = _numbers(product(layer.weight, came)) + _numbers(layer.bias)
        through = next((value for value in seen if _gated(_numbers(value), sums)), None)
        if through is None:
            raise CannotWorkError
        slope = np.array([leaf(int(value != 0)) for value in _numbers(through)], dtype=object)
        passed.append((slope, came))
        came = through
    return [*passed, (None, came)]


def _forward(trace: Trace, step: Step) -> list[Terms]:
    """What the latest calls bound: rows of numbers, the last one first."""
    found: list[Terms] = []
    for earlier in reversed(trace.steps[: step.index]):
        if earlier.frame == step.frame and found:
            break
        if earlier.frame != step.frame:
            values = [change.new for change in earlier.changes if change.new is not None]
            found += [terms(held(value)) for value in values if value.shape is not None and len(value.shape) == 1]
    return found


def _gated(through: np.ndarray, sums: np.ndarray) -> bool:
    """Whether each number is the sum that came, or zero where that is not above zero."""
    if through.shape != sums.shape:
        return False
    room = _GATE_ROOM * (1 + np.abs(sums))
    open_ = (through != 0) & (np.abs(through - sums) <= room)
    return bool(np.all(open_ | ((through == 0) & (sums <= room))))


def _numbers(array: Operand) -> np.ndarray:
    return np.array([term.value for term in terms(array).flat], dtype=float).reshape(terms(array).shape)


def _compared(name: str, result: Operand, actual: Value) -> Iterator[Working]:
    working = compared(name, terms(result), terms(held(actual)), [actual])
    if working is None:
        raise CannotWorkError
    yield working
