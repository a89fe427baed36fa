"""Gradients and updates of PyTorch, written out from what a run recorded."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from backprop_book.tracing import Tracer, before
from backprop_book.tracing.request import Request
from backprop_book.worked import Working, learned

STEP = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.second = nn.Linear(3, 2)

    def forward(self, x):
        z = self.first(x)
        h = F.relu(z)
        return self.second(h)


model = Net()
with torch.no_grad():
    model.first.weight.copy_(torch.tensor([[0.5, 0.25], [-0.5, 0.5], [-1.0, 0.5]]))
    model.first.bias.copy_(torch.tensor([0.0, 0.25, 0.0]))
    model.second.weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]]))
    model.second.bias.zero_()
x = torch.tensor([1.0, 2.0])
target = torch.tensor([1.0, 0.0])
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
guess = model(x)
loss = F.mse_loss(guess, target)
loss.backward()
optimizer.step()
"""
GRADIENTS: Mapping[str, Mapping[tuple[int, ...], str]] = {
    "model.second.bias.grad": {(0,): "2×(2.5 − 1)/2 = 1.5", (1,): "2×(−0.25 − 0)/2 = −0.25"},
    "model.second.weight.grad": {(0, 0): "1.5×1 = 1.5", (0, 2): "1.5×0 = 0.0", (1, 1): "(−0.25)×0.75 = −0.1875"},
    "model.first.bias.grad": {
        (0,): "(1×1.5 + 0.5×(−0.25))×1 = 1.375",
        (1,): "(2×1.5 + (−1)×(−0.25))×1 = 3.25",
        (2,): "(3×1.5 + 1×(−0.25))×0 = 0.0",
    },
    "model.first.weight.grad": {(0, 1): "1.375×2 = 2.75", (1, 0): "3.25×1 = 3.25"},
}
UPDATES: Mapping[str, Mapping[tuple[int, ...], str]] = {
    "model.first.weight": {(0, 1): "0.25 − 0.5×2.75 = −1.125"},
    "model.first.bias": {(0,): "0 − 0.5×1.375 = −0.6875"},
    "model.second.weight": {(0, 0): "1 − 0.5×1.5 = 0.25"},
    "model.second.bias": {(1,): "0 − 0.5×(−0.25) = 0.125"},
}


def workings(source: str, folder: Path, tracer: Tracer) -> dict[str, tuple[Working, ...]]:
    """The workings of each statement of a script, by its code; the last time that it ran counts."""
    path = folder / "step.py"
    path.write_text(source, encoding="utf-8")
    (run,) = tracer.run([Request(path)])
    assert run.outcome.kind == "finished", run.outcome
    trace = run.trace
    steps = (step for step in trace.steps if not step.skipped)
    return {trace.statements[step.statement].code: learned(trace, step, before(trace, step.index)) for step in steps}


def texts(made: tuple[Working, ...]) -> dict[str, dict[tuple[int, ...], str]]:
    assert all(working.agrees and not working.omitted for working in made)
    return {working.name: {element.index: element.text for element in working.elements} for working in made}


def test_a_step_is_written_out(tmp_path: Path, tracer: Tracer) -> None:
    found = workings(STEP, tmp_path, tracer)
    for code, expected in (("loss.backward()", GRADIENTS), ("optimizer.step()", UPDATES)):
        made = texts(found.pop(code))
        assert made.keys() == expected.keys()
        for name, elements in expected.items():
            assert {index: made[name][index] for index in elements} == elements
    assert set(found.values()) == {()}


UNKNOWN = {
    "another rule": ("optimizer.step()", "lr=0.5)", "lr=0.5, momentum=0.9)"),
    "another optimizer": ("optimizer.step()", "SGD(model.parameters(), lr=0.5)", "Adam(model.parameters(), lr=0.5)"),
    "no keyword": ("optimizer.step()", "lr=0.5)", "0.5)".replace("0.5", "**{'lr': 0.5}")),
    "another loss": ("loss.backward()", "F.mse_loss(guess, target)", "F.l1_loss(guess, target)"),
    "a sum": ("loss.backward()", "F.mse_loss(guess, target)", 'F.mse_loss(guess, target, reduction="sum")'),
    "a second backward pass": ("loss.backward()", "loss.backward()\n", "F.mse_loss(model(x), target).backward()\nloss.backward()\n"),
    "several examples": ("loss.backward()", "x = torch.tensor([1.0, 2.0])\ntarget = torch.tensor([1.0, 0.0])",
                         "x = torch.ones(2, 2)\ntarget = torch.ones(2, 2)"),
    "another gate": ("loss.backward()", "F.relu(z)", "torch.tanh(z)"),
    "a guess without a call": ("loss.backward()", "guess = model(x)", "guess = model(x) + 0"),
    "a guess without a name": ("loss.backward()", "F.mse_loss(guess, target)", "F.mse_loss(model(x), target)"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_is_not_written_out(tmp_path: Path, tracer: Tracer, case: str) -> None:
    code, old, new = UNKNOWN[case]
    assert old in STEP
    assert workings(STEP.replace(old, new), tmp_path, tracer)[code] == ()


def test_an_alias_is_written_out_once(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("loss.backward()\n", "loss.backward()\nbias = model.second.bias\n")
    made = texts(workings(source, tmp_path, tracer)["optimizer.step()"])
    assert len(made) == len(UPDATES)


def test_an_optimizer_from_elsewhere_is_not_known(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("optimizer.step()", "def move(optimizer):\n    optimizer.step()\n\n\nmove(optimizer)")
    assert workings(source, tmp_path, tracer)["optimizer.step()"] == ()
