"""The arithmetic of a statement, written out from what it read and compared with what the run had."""

import ast
import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_book.core.model import Value
from backprop_book.explain import Working
from backprop_book.explain import working as arithmetic
from backprop_book.numbers.equations import Arithmetic, check, equation
from backprop_book.record.encoder import encode

STEP = """\
W1 = np.array([[0.2, -0.5, 0.1], [-0.3, 0.4, -0.2], [0.1, 0.3, 0.5], [-0.4, 0.2, -0.1]])
b1 = np.array([0.1, -0.1, 0.0])
W2 = np.array([[0.3, -0.2, 0.4, 0.1], [-0.1, 0.5, -0.3, 0.2], [0.2, -0.4, 0.1, -0.5]])
b2 = np.array([0.0, 0.1, -0.1, 0.0])
x = np.array([1.0, 0.0, 1.0, 1.0])
target = np.array([1.0, 1.0, 0.0, 1.0])
eta = 0.1
z1 = np.round(x @ W1 + b1, 10)
h = np.maximum(0, z1)
y_hat = h @ W2 + b2
loss = np.mean((y_hat - target) ** 2)
dL_dy = 2 * (y_hat - target) / len(target)
dL_dW2 = np.outer(h, dL_dy)
dL_db2 = dL_dy
dL_dh = W2 @ dL_dy
relu_grad = (z1 > 0).astype(float)
dL_dz1 = dL_dh * relu_grad
dL_dW1 = np.outer(x, dL_dz1)
dL_db1 = dL_dz1.copy()
W1_new = W1 - eta * dL_dW1
b1_new = b1 - eta * dL_db1
W2_new = W2 - eta * dL_dW2
b2_new = b2 - eta * dL_db2
z1_v = np.round(x @ W1_new + b1_new, 10)
h_v = np.maximum(0, z1_v)
y_hat_new = h_v @ W2_new + b2_new
loss_new = np.mean((y_hat_new - target) ** 2)
"""


def worked(code: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Working | None:
    found = arithmetic.workings(code, before, after)
    return found[0] if found else None


def steps(source: str, **names: Any) -> Mapping[str, Working | None]:
    """Run a program statement by statement; the workings by the code of the statement."""
    modules = {"np": np, "torch": torch, "F": F, "math": math}
    frame: dict[str, Any] = dict(names)
    found = {}
    for statement in ast.parse(source).body:
        code = ast.get_source_segment(source, statement) or ""
        before = {name: encode(value) for name, value in frame.items() if name in code}
        with np.errstate(all="ignore"):
            exec(compile(ast.Module([statement], []), "step", "exec"), modules, frame)
        after = {name: encode(value) for name, value in frame.items() if name in code}
        if isinstance(statement, ast.Expr):
            with np.errstate(all="ignore"):
                after[""] = encode(eval(code, modules, frame))
        found[code] = worked(code, before, after)
    return found


def texts(source: str, **names: Any) -> list[str]:
    """The texts of the last statement, which must be worked out and agree."""
    working = list(steps(source, **names).values())[-1]
    assert working is not None
    assert working.agrees
    return [element.text for element in working.elements]


@pytest.fixture(scope="module")
def workings() -> Mapping[str, Working | None]:
    """The workings of the step, by the name that each statement binds."""
    return {code.partition(" ")[0]: working for code, working in steps(STEP).items()}


def test_every_statement_of_a_training_step_that_computes_is_worked_out_and_agrees(
    workings: Mapping[str, Working | None],
) -> None:
    silent = {name for name, working in workings.items() if working is None}
    assert silent == {"W1", "b1", "W2", "b2", "x", "target", "eta", "dL_db2", "dL_db1"}
    for name, working in workings.items():
        assert working is None or (working.name == name and working.agrees and working.omitted == 0), name


@pytest.mark.parametrize(
    ("name", "index", "text"),
    [
        ("z1", (0,), "1×0.2 + 0×(−0.3) + 1×0.1 + 1×(−0.4) + 0.1 = 0.0"),
        ("z1", (1,), "1×(−0.5) + 0×0.4 + 1×0.3 + 1×0.2 + (−0.1) = −0.1"),
        ("z1", (2,), "1×0.1 + 0×(−0.2) + 1×0.5 + 1×(−0.1) + 0 = 0.5"),
        ("h", (1,), "max(0, −0.1) = 0.0"),
        ("h", (2,), "max(0, 0.5) = 0.5"),
        ("y_hat", (0,), "0×0.3 + 0×(−0.1) + 0.5×0.2 + 0 = 0.1"),
        ("loss", (), "((0.1 − 1)² + (−0.1 − 1)² + (−0.05 − 0)² + (−0.25 − 1)²)/4 = 0.89625"),
        ("dL_dy", (0,), "2×(0.1 − 1)/4 = −0.45"),
        ("dL_dW2", (2, 3), "0.5×(−0.625) = −0.3125"),
        ("dL_dh", (2,), "0.2×(−0.45) + (−0.4)×(−0.55) + 0.1×(−0.025) + (−0.5)×(−0.625) = 0.44"),
        ("relu_grad", (0,), "0 > 0 → 0"),
        ("relu_grad", (2,), "0.5 > 0 → 1"),
        ("dL_dz1", (1,), "(−0.3475)×0 = 0.0"),
        ("dL_dW1", (3, 2), "1×0.44 = 0.44"),
        ("W1_new", (0, 2), "0.1 − 0.1×0.44 = 0.056"),
        ("W1_new", (0, 1), "−0.5 − 0.1×0 = −0.5"),
        ("b1_new", (2,), "0 − 0.1×0.44 = −0.044"),
        ("W2_new", (2, 3), "−0.5 − 0.1×(−0.3125) = −0.46875"),
        ("b2_new", (2,), "−0.1 − 0.1×(−0.025) = −0.0975"),
        ("y_hat_new", (2,), "0×0.4 + 0×(−0.3) + 0.324×0.10125 + (−0.0975) = −0.064695"),
        ("loss_new", (), "((0.11709 − 1)² + (0.03431 − 1)² + (−0.064695 − 0)² + (−0.089375 − 1)²)/4 ≈ 0.725753"),
    ],
)
def test_the_step_reads_like_a_calculation_by_hand(
    workings: Mapping[str, Working | None], name: str, index: tuple[int, ...], text: str
) -> None:
    working = workings[name]
    assert working is not None
    assert {element.index: element.text for element in working.elements}[index] == text


def test_all_that_is_pure_arithmetic_in_a_step_holds_when_it_is_read_back(
    workings: Mapping[str, Working | None],
) -> None:
    count = 0
    for working in workings.values():
        for element in working.elements if working else ():
            if "→" not in element.text:
                found = equation(element.text, math=False)
                assert isinstance(found, Arithmetic), element.text
                assert check(found) == (), element.text
                count += 1
    assert count == 87


X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
V = np.array([0.25, -4.0])


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("X.sum()", "1 + 2 + 3 + 4 + 5 + 6 = 21.0"),
        ("X.sum(axis=0)", "1 + 4 = 5.0"),
        ("np.sum(X, 1)", "1 + 2 + 3 = 6.0"),
        ("np.sum(X, axis=1, keepdims=True)", "1 + 2 + 3 = 6.0"),
        ("X.sum(keepdims=True)", "1 + 2 + 3 + 4 + 5 + 6 = 21.0"),
        ("X.mean(axis=-1)", "(1 + 2 + 3)/3 = 2.0"),
        ("np.mean(V)", "(0.25 + (−4))/2 = −1.875"),
        ("np.exp(V)", "exp(0.25) ≈ 1.28403"),
        ("np.exp(V - V)", "exp(0.25 − 0.25) = 1.0"),
        ("np.log(X[0])", "ln(1) = 0.0"),
        ("np.tanh(V)", "tanh(0.25) ≈ 0.244919"),
        ("np.sqrt(V[:1])", "√(0.25) = 0.5"),
        ("np.sqrt(X[1])", "√(4) = 2.0"),
        ("np.sqrt(X[0, 1:])", "√(2) ≈ 1.41421"),
        ("math.sqrt(2)", "√(2) ≈ 1.41421"),
        ("1 / (1 + np.exp(-V))", "1/(1 + exp(−0.25)) ≈ 0.562177"),
        ("np.abs(V - 1)", "|0.25 − 1| = 0.75"),
        ("abs(V)", "|0.25| = 0.25"),
        ("np.square(V)", "0.25² = 0.0625"),
        ("V[1] ** 2", "(−4)² = 16.0"),
        ("V[1] ** -1", "(−4)⁻¹ = −0.25"),
        ("(V[0] * 0) ** -1", "(0.25×0)⁻¹ → ∞"),
        ("V[0] ** 0.5", "0.25^0.5 ≈ 0.5"),
        ("V[0] ** (1 + 1)", "0.25^(1 + 1) ≈ 0.0625"),
        ("(V[0] * 2) ** 2 ** 2", "(0.25×2)^(2²) ≈ 0.0625"),
        ("(V[0] ** 2) ** 2", "(0.25²)² = 0.00390625"),
        ("np.power(X[0], 2)", "1² = 1.0"),
        ("-(V[0] - 1)", "−(0.25 − 1) = 0.75"),
        ("-V", "−0.25 = −0.25"),
        ("-V[::-1]", "−(−4) = 4.0"),
        ("+V[0] - +1", "0.25 − 1 = −0.75"),
        ("V[0] - (V[1] - 1)", "0.25 − (−4 − 1) = 5.25"),
        ("V[0] + -V[1] * 2", "0.25 + (−(−4))×2 = 8.25"),
        ("V[0] / (2 / V[1])", "0.25/(2/(−4)) = −0.5"),
        ("V[0] * 2 / 4 * 3", "0.25×2/4×3 = 0.375"),
        ("(V[0] + 1) * (V[1] + 1)", "(0.25 + 1)×(−4 + 1) = −3.75"),
        ("V * 1e-7", "0.25×(1×10⁻⁷) = 2.5×10⁻⁸"),
        ("(V + 1e-7) ** 2 * 0 + 1e6", "(0.25 + 1×10⁻⁷)²×0 + 1×10⁶ = 1×10⁶"),
        ("V[0] / 3", "0.25/3 ≈ 0.0833333"),
        ("X[0, 0] / (X[0, 0] - 1)", "1/(1 − 1) → ∞"),
        ("-X[0, 0] / (X[0, 0] - 1)", "(−1)/(1 − 1) → −∞"),
        ("0 * (X[0, 0] / (X[0, 0] - 1))", "0×(1/(1 − 1)) → nan"),
        ("np.sqrt(V[1:])", "√(−4) → nan"),
        ("np.exp(X * 1000)", "exp(1×1000) → ∞"),
        ("V[1:] ** 0.5", "(−4)^0.5 → nan"),
        ("np.round(V / 3, 2)", "round(0.25/3, 2) = 0.08"),
        ("np.round(V / 3, 2) * 3", "round(0.25/3, 2)×3 = 0.24"),
        ("np.round(V * 2, 4)", "0.25×2 = 0.5"),
        ("round(V[0] / 3, ndigits=1)", "round(0.25/3, 1) = 0.1"),
        ("round(7 / 2)", "round(7/2, 0) = 4"),
        ("np.round(np.exp(V), 1)", "round(exp(0.25), 1) ≈ 1.3"),
        ("np.maximum(V * np.inf, 2)", "max(0.25×∞, 2) → ∞"),
        ("np.minimum(V * np.nan, 2)", "min(0.25×nan, 2) → nan"),
        ("V * np.pi", "0.25×3.14159 ≈ 0.785398"),
        ("np.maximum(X, 2)", "max(1, 2) = 2.0"),
        ("np.minimum(X, np.exp(X))", "min(1, exp(1)) ≈ 1.0"),
        ("np.clip(X, 2, 5)", "min(max(1, 2), 5) = 2.0"),
        ("np.max(X, axis=0)", "max(1, 4) = 4.0"),
        ("X.max(1, keepdims=True)", "max(1, 2, 3) = 3.0"),
        ("X.min(keepdims=True)", "min(1, 2, 3, 4, 5, 6) = 1.0"),
        ("max(V)", "max(0.25, −4) = 0.25"),
        ("min(V[0], 0)", "min(0.25, 0) = 0"),
        ("X.T @ V", "1×0.25 + 4×(−4) = −15.75"),
        ("X[:, :2] @ V", "1×0.25 + 2×(−4) = −7.75"),
        ("V @ V", "0.25×0.25 + (−4)×(−4) = 16.0625"),
        ("np.dot(V, 2)", "0.25×2 = 0.5"),
        ("V.dot(V)", "0.25×0.25 + (−4)×(−4) = 16.0625"),
        ("np.outer(V, X[0])", "0.25×1 = 0.25"),
        ("X.reshape(3, 2) @ V", "1×0.25 + 2×(−4) = −7.75"),
        ("X.reshape((3, -1)) + 1", "1 + 1 = 2.0"),
        ("X.flatten() * 2", "1×2 = 2.0"),
        ("np.transpose(X)[2] / 2", "3/2 = 1.5"),
        ("X[None, :, 0] + X[:, np.newaxis, 0]", "1 + 1 = 2.0"),
        ("X[X > 2] * 2", "3×2 = 6.0"),
        ("X[[1, 0]] * 2", "4×2 = 8.0"),
        ("X[-1][0:2] * 2", "4×2 = 8.0"),
        ("X > 2", "1 > 2 → False"),
        ("X[1] >= X[0] + 1", "4 ≥ 1 + 1 → True"),
        ("X == 1", "1 = 1 → True"),
        ("(X != 1) * 2.5", "(1 ≠ 1 → 0)×2.5 = 0.0"),
        ("(X > 2).sum()", "(1 > 2 → 0) + (2 > 2 → 0) + (3 > 2 → 1) + (4 > 2 → 1) + (5 > 2 → 1) + (6 > 2 → 1) = 4"),
        (
            "np.mean(X > 3.5)",
            "((1 > 3.5 → 0) + (2 > 3.5 → 0) + (3 > 3.5 → 0) + (4 > 3.5 → 1) + (5 > 3.5 → 1) + (6 > 3.5 → 1))/6 = 0.5",
        ),
        ("(X > 2) * V[0]", "(1 > 2 → 0)×0.25 = 0.0"),
        ("(X < 2) == (X < 3)", "(1 < 2 → 1) = (1 < 3 → 1) → True"),
        ("-(X > 2).astype(int)", "−(1 > 2 → 0) = 0"),
        ("np.abs((X > 2) * 1.0)", "|(1 > 2 → 0)×1| = 0.0"),
        ("(X > 2).astype(np.float64) ** 2", "(1 > 2 → 0)² = 0.0"),
        ("np.where(X > 2, X * 2, 0.0)", "1 ≤ 2 → 0"),
        ("np.where(X >= 1, X * 2, 0.0)", "1 ≥ 1 → 1×2 = 2.0"),
        ("np.where((X > 2) == (X < 5), X, 0.0)", "not ((1 > 2 → 0) = (1 < 5 → 1)) → 0"),
        ("np.where(np.array([True, False]), V + 1, 0.0)", "0.25 + 1 = 1.25"),
        ("3 if X[0, 0] > 2 else 4 * 2", "1 ≤ 2 → 4×2 = 8"),
        ("3 if X[0, 0] - 1 else 4", "1 − 1 = 0 → 4"),
        ("3 if X[0, 0] + 1 else 4", "1 + 1 ≠ 0 → 3"),
        ("np.where(V * np.nan > 0, V, 0.0)", "not (0.25×nan > 0) → 0"),
        ("True + V[0]", "1 + 0.25 = 1.25"),
        ("2 / len(V) * (V - 1)", "2/2×(0.25 − 1) = −0.75"),
        ("X.shape[0] * X.size + X.ndim", "2×6 + 2 = 14"),
        ("int(X[1, 0] / 3)", "int(4/3) = 1"),
        ("int(X[1, 0] / 2)", "4/2 = 2"),
        ("float(7 * 2)", "7×2 = 14.0"),
        ("10 ** 20 + 0", "10²⁰ + 0 = 1×10²⁰"),
        ("1 / np.array([-0.0])", "1/(−0) → −∞"),
        ("10 ** 15 + len(V)", "10¹⁵ + 2 ≈ 1×10¹⁵"),
        ("(10 ** 16 + 1) * 1", "(10¹⁶ + 1)×1 ≈ 1×10¹⁶"),
        ("np.array([V[0] + 1, 2])", "0.25 + 1 = 1.25"),
        ("np.array([1, 2], dtype=float) * 2", "1×2 = 2.0"),
        ("[V[0] + 1, 2.0]", "0.25 + 1 = 1.25"),
        ("(X - X.mean()) ** 2", "(1 − (1 + 2 + 3 + 4 + 5 + 6)/6)² = 6.25"),
        ("np.ones_like(V) * 2 + np.zeros_like(V)", "1×2 + 0 = 2.0"),
        (
            "np.add(V, 1) * np.subtract(V, 1) / np.multiply(V, 2) - np.divide(V, 2)",
            "(0.25 + 1)×(0.25 − 1)/(0.25×2) − 0.25/2 = −2.0",
        ),
    ],
)
def test_expressions_of_numpy_are_written_as_mathematics(code: str, first: str) -> None:
    assert texts(f"result = {code}", X=X, V=V)[0] == first
    assert texts(code, X=X, V=V)[0] == first


W = torch.tensor([[0.2, -0.3, 0.1, -0.4], [-0.5, 0.4, 0.3, 0.2], [0.1, -0.2, 0.5, -0.1]])
B = torch.tensor([0.1, -0.1, 0.0])
# No sum of these is zero on paper: what such a sum gives in single precision depends on the processor.
PIXELS = torch.tensor([0.0, 1.0, 1.0, 1.0])
Z = torch.tensor([0.25, -0.5, 0.0])
T = torch.tensor([1.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("code", "second"),
    [
        ("PIXELS @ W.T + B", "0×(−0.5) + 1×0.4 + 1×0.3 + 1×0.2 + (−0.1) = 0.8"),
        ("F.linear(PIXELS, W, B)", "0×(−0.5) + 1×0.4 + 1×0.3 + 1×0.2 + (−0.1) = 0.8"),
        ("F.linear(PIXELS, W)", "0×(−0.5) + 1×0.4 + 1×0.3 + 1×0.2 = 0.9"),
        ("torch.mv(W, PIXELS)", None),
        ("F.relu(Z)", "max(0, −0.5) = 0.0"),
        ("torch.relu(Z)", "max(0, −0.5) = 0.0"),
        ("Z.relu()", "max(0, −0.5) = 0.0"),
        ("torch.nn.functional.relu(Z, inplace=False)", "max(0, −0.5) = 0.0"),
        ("F.threshold(Z, 1e-6, 0.0)", "−0.5 ≤ 1×10⁻⁶ → 0"),
        ("torch.outer(Z, T)", "0.25×0 = 0.0"),
        ("Z.detach().clone().numpy() * 2", "−0.5×2 = −1.0"),
        ("Z.pow(2)", "(−0.5)² = 0.25"),
        ("Z.float() * 2", "(−0.5)×2 = −1.0"),
        ("torch.clamp(Z, -0.1, 0.1)", "min(max(−0.5, −0.1), 0.1) = −0.1"),
        ("(W * 2).sum(dim=1)", None),
        ("W.view(-1) * 2", "(−0.3)×2 = −0.6"),
        ("W.t()[0] * 2", "(−0.5)×2 = −1.0"),
        ("Z * Z.numel()", "(−0.5)×3 = −1.5"),
    ],
)
def test_expressions_of_torch_are_written_as_mathematics(code: str, second: str | None) -> None:
    found = texts(f"result = {code}", Z=Z, T=T, W=W, B=B, PIXELS=PIXELS)
    if second is not None:
        assert found[1] == second.replace("−0.5×2", "(−0.5)×2")


def test_scalars_of_torch_are_worked_out() -> None:
    mean = "((0.25 − 1)² + (−0.5 − 0)² + (0 − 1)²)/3 ≈ 0.604167"
    assert texts("loss = F.mse_loss(Z, T)", Z=Z, T=T) == [mean]
    assert texts("loss = ((Z - T) ** 2).mean()", Z=Z, T=T) == [mean]
    assert texts("loss = ((Z - T) ** 2).mean().item()", Z=Z, T=T) == [mean]
    assert texts("largest = torch.max(Z * 2) - torch.min(Z)", Z=Z) == [
        "max(0.25×2, (−0.5)×2, 0×2) − min(0.25, −0.5, 0) = 1.0"
    ]
    assert texts("total = Z.sum(dim=0, keepdim=True)", Z=Z) == ["0.25 + (−0.5) + 0 = −0.25"]


def test_a_linear_layer_is_known_by_its_parts() -> None:
    names = {
        "self.layer1.in_features": encode(4),
        "self.layer1.weight": encode(W),
        "self.layer1.bias": encode(B),
        "x": encode(PIXELS),
    }
    after = {"z": encode(F.linear(PIXELS, W, B))}
    working = worked("z = self.layer1(x)", names, after)
    assert working is not None
    assert working.agrees
    assert working.elements[1].text == "0×(−0.5) + 1×0.4 + 1×0.3 + 1×0.2 + (−0.1) = 0.8"
    assert worked("z = self.layer1(x, k=1)", names, after) is None
    del names["self.layer1.bias"]
    working = worked("z = self.layer1(x)", names, {"z": encode(F.linear(PIXELS, W))})
    assert working is not None
    assert working.agrees
    assert working.elements[1].text == "0×(−0.5) + 1×0.4 + 1×0.3 + 1×0.2 = 0.9"


def test_a_result_that_should_be_zero_is_shown_as_the_run_had_it() -> None:
    noise = np.array([0.1, 0.2, -0.3])
    (text,) = texts("total = noise[0] + noise[1] + noise[2]", noise=noise)
    assert text == "0.1 + 0.2 + (−0.3) ≈ 5.55112×10⁻¹⁷"


@pytest.mark.parametrize(
    ("source", "name", "first"),
    [
        ("W[0, 1] = W[0, 0] * 5", "W[0, 1]", "1×5 = 5.0"),
        ("W[0][2] += 1e-6", "W[0][2]", "3 + 1×10⁻⁶ ≈ 3"),
        ("W[1] *= 2", "W[1]", "4×2 = 8.0"),
        ("W[:, 0] = W[0, 1] * 3", "W[:, 0]", "2×3 = 6.0"),
        ("W -= 0.5", "W", "1 − 0.5 = 0.5"),
        ("W: object = W + 1", "W", "1 + 1 = 2.0"),
    ],
)
def test_targets_may_be_augmented_annotated_or_parts_of_arrays(source: str, name: str, first: str) -> None:
    working = steps(source, W=X.copy())[source]
    assert working is not None
    assert (working.name, working.elements[0].text, working.agrees) == (name, first, True)


def test_entries_of_a_dict_and_attributes_of_an_object_are_read_and_bound() -> None:
    one, two = encode(1.0), encode(2.0)
    held = Value("dict", "dict", "", items=(("'W'", two), ("1", one)))
    after = {"held": Value("dict", "dict", "", items=(("'W'", one),))}
    assert (working := worked("held['W'] -= held[1]", {"held": held}, after)) is not None
    assert [element.text for element in working.elements] == ["2 − 1 = 1.0"]
    point = Value(
        "object", "Point", "", items=(("x", one), ("inner", Value("object", "Point", "", items=(("y", two),))))
    )
    assert (working := worked("s = point.x + point.inner.y", {"point": point}, {"s": encode(3.0)})) is not None
    assert [element.text for element in working.elements] == ["1 + 2 = 3.0"]
    model = Value("object", "Net", "", items=(("layer1.weight", encode(V)),))
    for names in (
        {"model": model},
        {"model.layer1.weight": encode(V)},
        {"model.layer1": Value("object", "Linear", "", items=(("weight", encode(V)),))},
    ):
        assert (working := worked("n = model.layer1.weight * 2", names, {"n": encode(V * 2)})) is not None
        assert working.elements[0].text == "0.25×2 = 0.5"


def test_the_value_of_a_return_is_known_by_the_empty_name() -> None:
    working = worked("return a + 1", {"a": encode(2)}, {"": encode(3)})
    assert working is not None
    assert (working.name, working.shape, [element.text for element in working.elements]) == ("", (), ["2 + 1 = 3"])
    assert worked("return a + 1", {"a": encode(2)}, {}) is None


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np", "print(loss)", "x = 3", "x = -3", "x = [1, 2]", "x = np.array([1, 2])", "x = a", "x = a.copy()", "x = a[0]",
        "x = a.T", "x = a.reshape(-1)", "x = len(a)", "x = None", "x = 'text'", "x = f(a)", "x = a.unknown()", "x = a.unknown", "x = b + 1",
        "x = np.unknown(a)", "x = np.pi", "x = lambda: a", "x = a if a else 1", "x = a // 2", "x = a % 2", "x = a & 1", "x = not a",
        "x = ~a", "x = 0 < a[0] < 1", "x = a in a", "x = y = a + 1", "x: int", "for x in a: pass", "if a:", "return",
        "x = a +", "", "x = [1] + [2]", "x = [1] * 2", "x = 2 * [1]", "x = -[1]", "x = [1, 2][a]", "x = [1, 2][None] + 1", "x = [1, 'a'][1]", "x = a[...] + 1",
        "x = a[(1, 2), (0,)] + 1", "x = a[0.5] + 1", "x = a['k'] + 1", "x = a[True] + 1", "x = a[5] + 1", "x = a[:] @ 2", "x = a @ [1, 2]",
        "x = np.sum([]) + 1", "x = np.max([]) + 1", "x = np.sum(a, axis=0.5)", "x = np.sum(a, axis=(0, 1))", "x = np.sum(a, **a)",
        "x = np.sum(a, 1, 2, 3, 4, 5, 6)", "x = np.sum(a, where=a)", "x = np.array([[1], 2]) + 1", "x = np.array([None]) + 1",
        "x = a.astype(bool) + 1", "x = a.astype('float') + 1", "x = a + float", "x = len(3)", "x = 9 ** 9 ** 9", "x = 1.5 ** 99999 + 10 ** 400",
        "x = a * 10 ** 400", "x = (1, 2) + a[0]", "x = a[0] + (1, 2)", "x = a + 1; y = 2", "del a", "x = int(np.exp(a[0] * 1e9))", "x = a.mean",
        "x @= a", "x = a[1:0] * 2", "x = np.mean(a[1:0])", "x = a[1:0] @ a[1:0]", "x = np.where(a > 0, 1) + 1", "x = a + 1 if a > 0 else 2",
        "x = [a, 1][0] if a[0] > 0 else [1]", "x = [1] if a[0] > -9 else 2", "x.y = a + 1", "x[0] = a + 1", "x = a[[0.5]] + 1", "x = {1: a}['b'] + 1",
        "x = 1j + a", "x = a.sum(axis=None) + a.T.T.nothing", "\x00", "x = a[a] + 1", "x = [v + 1 for v in a[0]]", "x = net(a)", "x = np.clip(a, lowest=0)",
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_work_out_there_is_no_working(code: str) -> None:
    before = {"a": encode(V), "np": encode(np), "net.in_features": encode(2)}
    assert worked(code, before, {"x": encode(V)}) is None


def test_values_without_known_numbers_are_not_worked_out() -> None:
    summarised = Value("array", "numpy.ndarray", "", shape=(2, 2), dtype="float64")
    large = Value("array", "numpy.ndarray", "", data=[0.0] * 5000, shape=(5000,), dtype="float64")
    shapeless = Value("array", "numpy.ndarray", "", data=[0.0])
    wrong = Value("array", "numpy.ndarray", "", data=[0.0, 1.0], shape=(3,))
    words = Value("str", "str", "", data="text")
    dictionary = Value("dict", "dict", "", items=(("'a'", words),))
    for value in (summarised, large, shapeless, wrong, words, dictionary):
        assert worked("x = a + 1", {"a": value}, {"x": encode(1.0)}) is None
    assert worked("x = a['b'] + 1", {"a": dictionary}, {"x": encode(1.0)}) is None


def test_a_name_that_is_no_module_hides_a_function() -> None:
    mine = Value("function", "function", "")
    assert worked("x = sum(a) + 1", {"a": encode(V), "sum": mine}, {"x": encode(V.sum() + 1)}) is None
    assert worked("x = np.sum(a)", {"a": encode(V), "np": mine}, {"x": encode(V.sum())}) is None
    assert worked("x = np.sum(a)", {"a": encode(V), "np": encode(np)}, {"x": encode(V.sum())}) is not None


def test_nested_lists_and_tuples_of_values_are_read() -> None:
    pair = Value("list", "list", "", items=(("0", encode(V)), ("1", encode(V * 2))))
    assert (working := worked("x = pair[1] * 2", {"pair": pair}, {"x": encode(V * 4)})) is not None
    assert working.elements[0].text == "0.5×2 = 1.0"
    assert (working := worked("x = t[1][0] * 2", {"t": encode((1, (2, 3)))}, {"x": encode(4)})) is not None
    assert working.elements[0].text == "2×2 = 4"


@pytest.mark.parametrize(
    ("code", "actual"),
    [
        ("x = a * 2", np.array([0.5, -8.0001])),
        ("x = a * 2", np.array([0.5, np.nan])),
        ("x = a * 2", np.array([[0.5, -8.0]])),
        ("x = a > 0", np.array([True, True])),
        ("x = a > 0", np.array([1.0, 0.0])),
        ("x = len(a) * 2", 5),
        ("x = a / (a - a)", np.array([np.inf, np.inf])),
    ],
)
def test_a_result_that_the_run_did_not_have_is_no_agreement(code: str, actual: object) -> None:
    working = worked(code, {"a": encode(V)}, {"x": encode(actual)})
    assert working is not None
    assert not working.agrees
    assert all("→" in element.text or "=" in element.text or "≈" in element.text for element in working.elements)


def test_a_result_that_does_not_agree_shows_what_was_worked_out() -> None:
    working = worked("x = a * 2", {"a": encode(V)}, {"x": encode(V)})
    assert working is not None
    assert [element.text for element in working.elements] == ["0.25×2 = 0.5", "(−4)×2 = −8.0"]
    assert [element.value for element in working.elements] == [0.5, -8.0]


def test_rounding_of_single_precision_is_forgiven_only_where_it_is_used() -> None:
    third = np.array([1 / 3])
    for dtype, agrees in (("float32", True), ("float64", False)):
        result = Value("array", "", "", data=[0.666667], shape=(1,), dtype=dtype)
        working = worked("x = a * 2", {"a": encode(third)}, {"x": result})
        assert working is not None
        assert working.agrees is agrees


def test_large_results_are_written_out_and_long_texts_are_left_out_and_counted() -> None:
    square = np.arange(100.0).reshape(10, 10)
    working = steps("y = square + 1", square=square)["y = square + 1"]
    assert working is not None
    assert (len(working.elements), working.omitted, working.agrees) == (100, 0, True)
    line = np.linspace(0, 1, 1000)
    working = steps("y = line.sum() * 2", line=line)["y = line.sum() * 2"]
    assert working is not None
    assert (working.elements, working.omitted, working.agrees) == ((), 1, True)
    for code in ("-line.sum()", "abs(line.sum())", "line.sum() ** 2", "2.0 ** line.sum()", "max(line.sum(), 1)", "np.where(line.sum() > 1, 2.0, 3.0)",
                 "np.exp(-line.sum())", "line.max()", "(line.sum() > 1) * 1", "np.where(line.sum() < 1, 2.0, 3.0)", "line.sum() > 1"):  # fmt: skip
        working = steps(f"y = {code}", line=line)[f"y = {code}"]
        assert working is not None, code
        assert (working.elements, working.omitted, working.agrees) == ((), 1, True), code
    assert steps("y = line[:, None] @ line[None, :]", line=line)["y = line[:, None] @ line[None, :]"] is None
    huge = np.zeros((150, 4))
    assert worked("y = huge @ huge.T", {"huge": encode(huge)}, {"y": encode(1.0)}) is None
    assert worked("y = (a[:, None] + a).sum()", {"a": encode(np.zeros(150))}, {"y": encode(0.0)}) is None
    assert worked("y = (a[:, None] + a).max()", {"a": encode(np.zeros(150))}, {"y": encode(0.0)}) is None


def test_no_warning_escapes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        zero = np.zeros(2)
        assert worked("y = a / a", {"a": encode(zero)}, {"y": encode(np.full(2, np.nan))}) is not None


NUMBERS = st.integers(-5000, 5000).map(lambda n: n / 100)
MATRICES = arrays(np.float64, (2, 3), elements=NUMBERS)
EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["A", "B", "A[0]", "c", "A[:, :1]", "2", "0.5", "-3", "A.sum(axis=0)", "B.mean(axis=1, keepdims=True)"]
    ),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner)
        | st.builds("({} / {})".format, inner, st.sampled_from(["4", "0.5", "len(A)", "(B * B + 1)"]))
        | st.builds("-({})".format, inner)
        | st.builds("({}) ** {}".format, inner, st.sampled_from(["2", "3"]))
        | st.builds("np.{}({})".format, st.sampled_from(["abs", "square"]), inner)
        | st.builds("np.{}({}, {})".format, st.sampled_from(["maximum", "minimum"]), inner, inner)
        | st.builds("np.sqrt(np.abs({}))".format, inner)
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(EXPRESSIONS, MATRICES, MATRICES, NUMBERS)
def test_what_is_written_out_comes_to_what_the_run_had(expression: str, a: np.ndarray, b: np.ndarray, c: float) -> None:
    code = f"result = {expression}"
    working = steps(code, A=a, B=b, c=c)[code]
    if working is None:
        assert not set(expression) & set("+*/") or "-" not in expression[1:]
        return
    assert working.agrees
    for element in working.elements:
        found = equation(element.text, math=False)
        assert isinstance(found, Arithmetic), element.text
        if " = " in element.text:
            assert check(found) == (), element.text


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["x = ", "a", "b", "np.", "sum", "(", ")", "[", "]", "+", "*", "**", "@", "-", "/", ">", "1", "0", "2.5", ",", ":", "axis=", "None", ".T",
             "len", "max", ".mean()", "True", "'s'", "if", "else", "where", "round", "\n", "lambda", "**", "float", ".astype(", "shape"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_no_code_makes_it_fail(code: str) -> None:
    for text in (code, f"x = {code}"):
        working = worked(text, {"a": encode(V), "b": encode(2)}, {"x": encode(V), "": encode(1)})
        assert working is None or working.shape is not None
