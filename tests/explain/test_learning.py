"""Gradients and updates of PyTorch, written out from what a run recorded."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from backprop_book.explain import Working
from backprop_book.explain.learning import learned
from backprop_book.run import Tracer, before
from backprop_book.run.request import Request
from reading_back import fault

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
BATCH = STEP.replace("[1.0, 2.0]", "[[1.0, 2.0], [1.0, 0.0]]").replace(
    "[1.0, 0.0])\nopt", "[[1.0, 0.0], [0.5, 0.5]])\nopt"
)
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
    "another gate": ("loss.backward()", "F.relu(z)", "torch.tanh(z)"),
    "a guess without a call": ("loss.backward()", "guess = model(x)", "guess = model(x) + 0"),
    "a guess from elsewhere": ("loss.backward()", "guess = model(x)", "guess = (model(x), 0)[0]"),
    "a model in a list": ("loss.backward()", "guess = model(x)", "guess = [model][0](x)"),
    "one target for all": ("loss.backward()", "x = torch.tensor([1.0, 2.0])", "x = torch.tensor([[1.0, 2.0]])"),
    "numbers beyond all bounds": ("loss.backward()", "x = torch.tensor([1.0, 2.0])", "x = torch.tensor([1.0, float('inf')])"),
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


def test_a_loss_from_elsewhere_is_not_known(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("loss.backward()", "def back(loss):\n    loss.backward()\n\n\nback(loss)")
    assert workings(source, tmp_path, tracer)["loss.backward()"] == ()


def test_an_optimizer_from_elsewhere_is_not_known(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("optimizer.step()", "def move(optimizer):\n    optimizer.step()\n\n\nmove(optimizer)")
    assert workings(source, tmp_path, tracer)["optimizer.step()"] == ()


def test_a_guess_without_a_name_is_worked_out(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("F.mse_loss(guess, target)", "F.mse_loss(model(x), target)")
    made = texts(workings(source, tmp_path, tracer)["loss.backward()"])
    assert made["model.second.bias.grad"] == {(0,): "2×(2.5 − 1)/2 = 1.5", (1,): "2×(−0.25 − 0)/2 = −0.25"}


def test_a_guess_without_a_name_is_named_after_the_model(tmp_path: Path, tracer: Tracer) -> None:
    source = BATCH.replace("F.mse_loss(guess, target)", "F.mse_loss(model(x[:2]), target[:2])")
    made = texts(workings(source, tmp_path, tracer)["loss.backward()"])
    assert made["∂loss/∂model(…)"][0, 0] == "2×(2.5 − 1)/4 = 0.75"


def test_a_batch_of_one_needs_no_sums(tmp_path: Path, tracer: Tracer) -> None:
    source = BATCH.replace("F.mse_loss(guess, target)", "F.mse_loss(model(x[:1]), target[:1])")
    made = texts(workings(source, tmp_path, tracer)["loss.backward()"])
    assert list(made) == list(GRADIENTS)
    assert made["model.second.bias.grad"] == GRADIENTS["model.second.bias.grad"]


def test_a_second_gradient_is_added_to_the_first(tmp_path: Path, tracer: Tracer) -> None:
    source = STEP.replace("loss.backward()\n", "F.mse_loss(model(x), target).backward()\nloss.backward()\n")
    made = texts(workings(source, tmp_path, tracer)["loss.backward()"])
    assert made["model.second.bias.grad"][0,] == "1.5 + 2×(2.5 − 1)/2 = 3.0"
    assert made["model.first.weight.grad"][0, 1] == "2.75 + 1.375×2 = 5.5"


SUMS: Mapping[str, Mapping[tuple[int, ...], str]] = {
    "∂loss/∂guess": {(0, 0): "2×(2.5 − 1)/4 = 0.75", (1, 1): "2×(0.25 − 0.5)/4 = −0.125"},
    "model.second.bias.grad": {(0,): "0.75 + 0 = 0.75", (1,): "−0.125 + (−0.125) = −0.25"},
    "model.second.weight.grad": {(0, 0): "0.75×1 + 0×0.5 = 0.75", (1, 1): "(−0.125)×0.75 + (−0.125)×0 = −0.09375"},
    "∂loss/∂z": {
        (0, 0): "(0.75×1 + (−0.125)×0.5)×1 = 0.6875",
        (0, 2): "(0.75×3 + (−0.125)×1)×0 = 0.0",
        (1, 0): "(0×1 + (−0.125)×0.5)×1 = −0.0625",
    },
    "model.first.bias.grad": {(0,): "0.6875 + (−0.0625) = 0.625"},
    "model.first.weight.grad": {(0, 0): "0.6875×1 + (−0.0625)×1 = 0.625", (0, 1): "0.6875×2 + (−0.0625)×0 = 1.375"},
}


def test_a_batch_is_followed_and_summed_up(tmp_path: Path, tracer: Tracer) -> None:
    found = workings(BATCH, tmp_path, tracer)
    made = texts(found["loss.backward()"])
    assert list(made) == list(SUMS)
    for name, elements in SUMS.items():
        assert {index: made[name][index] for index in elements} == elements
    lines = [f"{name}: {text}" for name, elements in made.items() for text in elements.values()]
    assert len(lines) == 4 + 2 + 6 + 6 + 3 + 6
    assert [wrong for wrong in map(fault, lines) if wrong] == []
    assert texts(found["optimizer.step()"])["model.first.bias"][0,] == "0 − 0.5×0.625 = −0.3125"


SEQUENCE = """\
import torch
import torch.nn.functional as F
from torch import nn

model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2, bias=False))
with torch.no_grad():
    model[0].weight.copy_(torch.tensor([[0.5, 0.25], [-0.5, 0.5], [-1.0, 0.5]]))
    model[0].bias.copy_(torch.tensor([0.0, 0.25, 0.0]))
    model[2].weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]]))
images = torch.tensor([[1.0, 2.0], [1.0, 0.0]])
target = torch.tensor([[1.0, 0.0], [0.5, 0.5]])
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
guess = model(images)
loss = F.mse_loss(guess, target)
loss.backward()
optimizer.step()
"""


def test_a_sequence_is_written_out_part_by_part(tmp_path: Path, tracer: Tracer) -> None:
    found = workings(SEQUENCE, tmp_path, tracer)
    made = texts(found["guess = model(images)"])
    assert list(made) == ["model.0(…)", "model.1(…)", "guess"]
    assert made["model.0(…)"][1, 1] == "1×(−0.5) + 0×0.5 + 0.25 = −0.25"
    assert made["model.1(…)"][1, 1] == "max(0, −0.25) = 0.0"
    assert made["guess"][0, 0] == "1×1 + 0.75×2 + 0×3 = 2.5"
    back = texts(found["loss.backward()"])
    assert list(back) == [
        "∂loss/∂guess", "model.2.weight.grad", "∂loss/∂model.0(…)", "model.0.bias.grad", "model.0.weight.grad"
    ]  # fmt: skip
    for name in ("model.2.weight.grad", "model.0.weight.grad", "model.0.bias.grad"):
        same = name.replace("model.2", "model.second").replace("model.0", "model.first")
        assert {index: back[name][index] for index in SUMS.get(same, {})} == SUMS.get(same, {})
    assert len(texts(found["optimizer.step()"])) == 3


def test_a_threshold_is_written_as_it_is(tmp_path: Path, tracer: Tracer) -> None:
    source = SEQUENCE.replace("nn.ReLU()", "nn.Threshold(0.1, 2.0)")
    found = workings(source, tmp_path, tracer)
    made = texts(found["guess = model(images)"])["model.1(…)"]
    assert (made[0, 0], made[1, 1]) == ("1 > 0.1 → 1", "−0.25 ≤ 0.1 → 2")
    assert texts(found["loss.backward()"])["∂loss/∂model.0(…)"][1, 1].endswith("×0 = 0.0")


@pytest.mark.parametrize("part", ["nn.Tanh()", "nn.PReLU()"])
def test_other_parts_are_not_written_out(tmp_path: Path, tracer: Tracer, part: str) -> None:
    found = workings(SEQUENCE.replace("nn.ReLU()", part), tmp_path, tracer)
    assert found["loss.backward()"] == ()
    assert found["guess = model(images)"] == ()


def test_a_single_layer_is_written_out(tmp_path: Path, tracer: Tracer) -> None:
    source = SEQUENCE.replace(
        "nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2, bias=False))", "nn.Linear(2, 2)"
    )
    a, b = source.index("with torch"), source.index("images =")
    source = source[:a] + source[b:]
    made = texts(workings(source, tmp_path, tracer)["loss.backward()"])
    assert list(made) == ["∂loss/∂guess", "model.bias.grad", "model.weight.grad"]


def test_parameters_of_a_list_are_moved(tmp_path: Path, tracer: Tracer) -> None:
    source = """\
import torch

weights = [torch.tensor([1.0, 2.0], requires_grad=True)]
(w,) = weights
optimizer = torch.optim.SGD(weights, lr=0.5)
(w * w).sum().backward()
optimizer.step()
"""
    made = texts(workings(source, tmp_path, tracer)["optimizer.step()"])
    assert made == {"w": {(0,): "1 − 0.5×2 = 0.0", (1,): "2 − 0.5×4 = 0.0"}}
