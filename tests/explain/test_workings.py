"""The workings of statements of several values, of what is appended, tested, or made by a comprehension: from real runs."""

from pathlib import Path

import pytest

from backprop_book.render.moments import moments
from backprop_book.render.states import lines
from backprop_book.run import Request, Tracer

START = "import numpy as np\nimport torch\na, b = np.array([1.0, 2.0]), np.array([[3.0, 4.0], [5.0, 6.0]])\nk, n, done = 'key', 3, []\n"


def worked_out(tracer: Tracer, folder: Path, code: str) -> list[str]:
    """The lines of arithmetic of all steps after the start."""
    path = folder / "snippet.py"
    path.write_text(START + code, encoding="utf-8")
    (run,) = tracer.run([Request(path)])
    found = [line for moment in moments(run.trace) if moment.step.statement > 3 for line in lines(moment.arithmetic)]
    return [line.replace("\u00a0", " ") for line in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("s, t = a.sum(), n * 2", ["s: 1 + 2 = 3.0", "t: 3×2 = 6"]),
        ("pair = a.sum(), n * 2", ["pair[0]: 1 + 2 = 3.0", "pair[1]: 3×2 = 6"]),
        ("same, s = n, n + 1", ["s: 3 + 1 = 4"]),
        ("def f(c):\n    return c + 1, c\nf(n)", ["returned[0]: 3 + 1 = 4"]),
        ("s, (t, u) = n + 1, (2, 3)", ["s: 3 + 1 = 4"]),
        ("s, t = a * 2", []),
        ("done.append(n + 1)\ndone.append(a[1] / 4)", ["done[0]: 3 + 1 = 4", "done[1]: 2/4 = 0.5"]),
        ("other = {1}\nother.add(n + 1)", []),
        ("from collections import deque\nother = deque()\nother.append(n + 1)", ["other[0]: 3 + 1 = 4"]),
        ("class Box:\n    def append(self, value):\n        self.value = value\nbox = Box()\nbox.append(n + 1)", []),
        ("s = [u + 1 for u, *v in b]", []),
        ("if n + 1 > 3:\n    pass", ["3 + 1 > 3 → True"]),
        ("while n * 2 > 5:\n    n -= 1", ["3×2 > 5 → True", "n: 3 − 1 = 2", "2×2 > 5 → False"]),
        ("if (n\n        + 1 > 3):\n    pass", ["3 + 1 > 3 → True"]),
        ("s = sum(v * 2 for v in a)", ["s: 1×2 + 2×2 = 6.0"]),
        ("s = [v + 1 for v in a]", ["s[0]: 1 + 1 = 2.0", "s[1]: 2 + 1 = 3.0"]),
        ("s = sum(u * v for u, v in zip(a, b[0]))", ["s: 1×3 + 2×4 = 11.0"]),
        ("s = [w[1] * 2 for w in b]", ["s[0]: 4×2 = 8.0", "s[1]: 6×2 = 12.0"]),
        ("s = [v for v in a if v > 1]", []),
        ("s = [u + v for u in a for v in a]", []),
        ("s = [u + v for u, v in b[:, [0, 1, 1]][:, :2]]", ["s[0]: 3 + 4 = 7.0", "s[1]: 5 + 6 = 11.0"]),
        ("s = [u[0] * 2 for (u,) in [(a,), (a,)]]", ["s[0]: 1×2 = 2.0", "s[1]: 1×2 = 2.0"]),
        ("s = [v + 1 for v in range(2)]", []),
        ("s = {v + 1 for v in a}", []),
        ("d = {'key': 2.0}\nd[k] += n", ["d[k]: 2 + 3 = 5.0"]),
        ("d = {3: 2.0}\ns = d[n] * 2", ["s: 2×2 = 4.0"]),
        ("d = {(1, 2): 2.0}\nm = (1, 2)\ns = d[m] * 2", []),
        ("s = b.sum(axis=(0, 1))", ["s: 3 + 4 + 5 + 6 = 18.0"]),
        ("s = b.sum(axis=(1,), keepdims=True)", ["s[0, 0]: 3 + 4 = 7.0", "s[1, 0]: 5 + 6 = 11.0"]),
        ("zip = max\ns = [u + 1 for u in zip(a, a, key=sum)]", []),
        ("s = [a.round() for a in [1.26, 2.0]]", []),
        ("def abs(v):\n    return v\ndef f(v):\n    return abs(v) + 1\nf(n)", []),
        ("o = np.zeros(2)\ns = np.maximum(a, 1.5, o)", []),
    ],
)  # fmt: skip
def test_each_value_has_its_working(tracer: Tracer, tmp_path: Path, code: str, expected: list[str]) -> None:
    assert worked_out(tracer, tmp_path, code) == expected


def test_a_linear_layer_that_a_comprehension_goes_through_is_not_taken_for_a_name(
    tracer: Tracer, tmp_path: Path
) -> None:
    code = "layers = [torch.nn.Linear(2, 1)]\nx = torch.ones(2)\ns = [layer(x) * 2 for layer in layers]"
    assert worked_out(tracer, tmp_path, code) == []
