"""learning: what PyTorch does to a model in one call, written out: forward passes, gradients and updates.

`loss.backward()` and `optimizer.step()` name neither what they read nor what they change, and `model(x)` does not name the layers that
it goes through. It is found in the trace: the model's parameters and gradients, the pre-activations and activations of the last
forward pass, and the learning rate that the optimizer was made with. What is worked out is compared with what the run had, number
by number; where it differs (momentum, another network, another loss), nothing is said.
"""

import ast
import operator
import re
from collections.abc import Iterator, Mapping

import numpy as np

from backprop_book.model import Step, Trace, Value
from backprop_book.worked.gradients import gradients
from backprop_book.worked.layers import passes, sequence, written
from backprop_book.worked.names import dotted, held
from backprop_book.worked.operations import CannotWorkError, operate, terms
from backprop_book.worked.reading import read
from backprop_book.worked.result import Working
from backprop_book.worked.term import Term
from backprop_book.worked.working import FAULTS

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
                return tuple(_forward(code, step, before))
            work = _updates if found["verb"] == "step" else gradients
            return tuple(work(trace, step, before, found["owner"]))
    except FAULTS:
        return ()


def _forward(code: str, step: Step, before: Mapping[str, Value]) -> Iterator[Working]:
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
