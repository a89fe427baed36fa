"""Every expansion that a page shows is worked out again from the digits shown, and comes to the result shown."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_book.explain.working import workings
from backprop_book.record.encoder import encode
from reading_back import fault
from unfolding import unfolded


def expansions(built: Path) -> set[str]:
    """Each line of arithmetic of a built book: of the steps in the HTML, and of those that the script draws."""
    lines: set[str] = set()
    for path in built.rglob("index.html"):
        html = path.read_text(encoding="utf-8")
        if "<bb-listing" not in html:
            continue
        page = BeautifulSoup(html, "html.parser")
        lines |= {line for sums in page.select(".bb-sums") for line in sums.get_text().split("\n")}
        for listing in page.select("bb-listing"):
            data = json.loads(str(listing["data-trace"]))
            for step in data["steps"]:
                lines |= set(unfolded(data, step))
    return lines


def test_every_expansion_of_the_book_holds_at_the_digits_shown(built: Path) -> None:
    lines = expansions(built)
    assert len(lines) > 10_000
    assert [found for found in map(fault, sorted(lines)) if found] == []
    names = {line.partition("[")[0] for line in lines}
    assert {"model.layer1.weight", "model.layer1.weight.grad", "dL_dW2", "z1", "∂loss/∂y_hat", "model.0(…)"} <= names


@pytest.mark.parametrize(
    "line",
    [
        "h[0]: max(0, 0.5) = 0.4", "z1[0]: 1×0.2 + 0×(−0.3) + 1×0.1 + 1×(−0.4) + 0.1 = 0.1", "0.5 > 0 → 0", "0.1 < 0 → True",
        "loss: ((0.1 − 1)² + (0.5 − 1)²)/2 = 0.52", "y: |−0.5| + √4 = 2.4", "w: 0.382269 − 0.05×(−0.0924082) ≈ 0.386891",
        "w: 1.5×10⁻³×2 = 0.0031", "right: (0.6 > 0.5 → 1) = (1 > 0.5 → 1) → False", "x: exp(1) ≈ 2.7184", "x: round(0.26, 1) = 0.2",
        "x: 0.5 > 0 → 1/4 = 0.26", "x: not (0.5 > 0) → 3", "x: 5", "x: (1 ≤ 0 → 5) + 2 = 7", "x: 3 → 4",
    ],
)  # fmt: skip
def test_the_reader_notices_what_is_wrong(line: str) -> None:
    if line == "0.5 > 0 → 0":
        assert fault(line) == ""  # a truth value may be 0 where another is 1: what selects it is not shown
    else:
        assert fault(line)


FINITE = st.floats(-9, 9).map(lambda value: round(value, 3))
OPERATIONS = st.sampled_from(
    [
        "a @ b", "x @ a", "np.outer(x, x)", "a - 0.1 * b", "(a - b) ** 2", "np.mean((a - b) ** 2)", "np.sum(a * b, axis=0)",
        "np.maximum(a, 0)", "np.where(a > b, a, 0)", "(a > 0) * b", "a + x", "abs(a).max()", "np.clip(a, -1, 1)", "a.T @ x",
        "-a / 4", "a.mean(axis=1)", "np.minimum(a, b) + x", "(x @ a > 0).astype(float)",
    ]
)  # fmt: skip
TENSORS = st.sampled_from(
    [
        "a @ b", "a @ x", "torch.outer(x, x)", "a - 0.1 * b", "F.mse_loss(a, b)", "F.relu(a)", "F.threshold(a, 1e-6, 0.0)",
        "torch.clamp(a, -1, 1)", "a.T @ x", "(a - b).pow(2).mean()", "a.abs().max()", "a.sum(dim=0)", "(a > 0).float() * b",
        "torch.where(a > b, a, b)", "a.clamp(-1.0, 1.0)", "a.clamp(min=0)", "a.relu()",
    ]
)  # fmt: skip
SQUARES = arrays(np.float64, (3, 3), elements=FINITE)
ROWS = arrays(np.float64, 3, elements=FINITE)


@settings(deadline=None, max_examples=60)
@given(OPERATIONS, SQUARES, SQUARES, ROWS, st.sampled_from(["r = {}", "r -= {}"]))
def test_any_arithmetic_of_numpy_holds(code: str, a: np.ndarray, b: np.ndarray, x: np.ndarray, form: str) -> None:
    _check(form.format(code), {"a": a, "b": b, "x": x, "r": np.zeros_like(np.asarray(eval(code)), dtype=float)})


@settings(deadline=None, max_examples=60)
@given(TENSORS, SQUARES, SQUARES, ROWS)
def test_any_arithmetic_of_torch_holds(code: str, a: np.ndarray, b: np.ndarray, x: np.ndarray) -> None:
    single = {name: torch.tensor(value, dtype=torch.float32) for name, value in (("a", a), ("b", b), ("x", x))}
    _check(f"r = {code}", single)


def _check(statement: str, names: Mapping[str, object]) -> None:
    before = {name: encode(value) for name, value in names.items()}
    space = {**names, "np": np, "torch": torch, "F": F}
    exec(compile(ast.parse(statement), "step", "exec"), space)
    working = next(iter(workings(statement, before, {**before, "r": encode(space["r"])})), None)
    assert working is not None, statement
    assert working.agrees
    assert working.omitted == 0
    assert [found for found in (fault(f"r: {element.text}") for element in working.elements) if found] == []
