"""Which step a value comes from."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from backprop_book.model import Probe, Run
from backprop_book.render import Origin, origin
from backprop_book.tracing import Request, Tracer

CODE = """\
import math
from math import pi


class Box:
    pass


state = Box()
state.bad = 0
still = 1
losses = []
for step in range(9):
    still = 1
    loss = 1 / (step + 1)
    losses.append(loss)
    state.good = step
state.bad = 7


def twice(v):
    doubled = 2 * v
    return doubled


for n in range(9):
    twice(n)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, Probe], tuple[str, int | None, str]]]:
    """Asks a run of some code, and gives the first line of the statement, the step among those of the statement, the words."""
    folder = tmp_path_factory.mktemp("origins")
    names = count()
    with Tracer(folder) as tracer:

        def ask(code: str, probe: Probe) -> tuple[str, int | None, str]:
            script = Path(f"code{next(names)}.py")
            (folder / script).write_text(code, encoding="utf-8")
            run: Run = tracer.run([Request(script, (probe,))])[0]
            (answer,) = run.answers
            assert answer.value is not None, answer.error
            found = origin(run.trace, probe, answer.step)
            return _told(run, found)

        yield ask


def _told(run: Run, found: Origin) -> tuple[str, int | None, str]:
    if found.statement is None:
        assert found.step is None
        return "", None, found.moment
    of_statement = [s.index for s in run.trace.steps if s.statement == found.statement and not s.skipped]
    at = None if found.step is None else of_statement.index(found.step)
    return run.trace.statements[found.statement].code, at, found.moment


@pytest.mark.parametrize(
    ("expression", "code", "at", "words"),
    [
        ("loss", "loss = 1 / (step + 1)", 1, ""),
        ("losses[0] + loss", "losses.append(loss)", 1, ""),
        ("state.good", "state.good = step", 1, ""),
        ("state.bad + 1", "state.bad = 7", 0, ""),
        ("state", "state.bad = 7", 0, ""),
        ("losses.count(1)", "losses.append(loss)", 1, ""),
        # What comes out the same was computed all the same.
        ("still", "still = 1", 1, ""),
        ("pi", "from math import pi", 0, ""),
        ("math.floor(loss)", "loss = 1 / (step + 1)", 1, ""),
        ("twice(2).real", "def twice(v):", 0, ""),
        ("series(loss)[0]", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss, step)[0]", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss)[-1] * 2", "loss = 1 / (step + 1)", 1, ""),
        ("series([loss, step])[8][0]", "loss = 1 / (step + 1)", 1, ""),
        ("series(len(losses), step)[-9]", "losses.append(loss)", 0, ""),
        ("abs(series(loss)[0] - series(step)[0])", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss)[2]", "loss = 1 / (step + 1)", None, "in iteration 3 of 9, which was not kept"),
        ("series(loss)[-3]", "loss = 1 / (step + 1)", None, "in iteration 7 of 9, which was not kept"),
        ("series(loss)[0] - series(loss)[1]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[0] - sum(series(loss))", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[2:4]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss).max()", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss).argmin()", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[len(losses) - 8]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("math.e", "", None, "at the end of the run"),
        ("1 + 1", "", None, ""),
    ],
)
def test_an_expression_comes_from_the_step_that_last_made_what_it_reads(
    asked: Callable[..., tuple[str, int | None, str]], expression: str, code: str, at: int | None, words: str
) -> None:
    found = asked(CODE, Probe(expression))
    # Of equal lines the one is meant that ran last.
    assert found == (code, at, words)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (Probe("loss", "when", condition="step == 8"), ("loss = 1 / (step + 1)", 1, "")),
        (Probe("loss", "when", condition="step == 0"), ("loss = 1 / (step + 1)", 0, "")),
        (
            Probe("loss", "when", condition="step == 4"),
            ("loss = 1 / (step + 1)", None, "in a run of it that was not kept"),
        ),
        (
            Probe("loss", "when", condition="step < 5"),
            ("loss = 1 / (step + 1)", None, "in one of its runs"),
        ),
        (Probe("still", "when", condition="losses == []"), ("still = 1", 0, "")),
        (Probe("step", "when", condition="len(losses) == 9"), ("for step in range(9):", 1, "")),
        (Probe("math.e", "when", condition="step == 8"), ("", None, "during the run")),
        (Probe("loss > 0", "always"), ("", None, "in every state of the run")),
        (Probe("step", "after", statement=9), ("still = 1", 0, "")),
        (
            Probe("doubled", "when", statement=15, condition="v == 8"),
            ("doubled = 2 * v", None, "in a run of it that was not kept"),
        ),
        (Probe("doubled", "when", statement=15, condition="v == 0"), ("doubled = 2 * v", 0, "")),
    ],
)
def test_moments(
    asked: Callable[..., tuple[str, int | None, str]], probe: Probe, expected: tuple[str, int | None, str]
) -> None:
    assert asked(CODE, probe) == expected


@pytest.mark.parametrize(
    ("code", "probe", "expected"),
    [
        ("for n in range(9):\n    x = n\n    if n == 2:\n        break\n", Probe("series(x)[-1]"), ("x = n", 1, "")),
        ("n = 0\nwhile n < 2:\n    n += 1\n", Probe("series(n)[0]"), ("n += 1", 0, "")),
        # An iteration that ends without the name gives no element.
        ("for n in range(9):\n    if n < 4:\n        continue\n    x = n\n", Probe("series(x)[0]"), ("x = n", None, "in one of its runs")),
        ("x = 0\nfor n in range(9):\n    if n == 8:\n        x = n\n", Probe("series(x, n)[0]"), ("x = n", None, "in iteration 1 of 9, which was not kept")),
        ("for a in range(2):\n    for b in range(2):\n        x = a * b\n", Probe("series(x, b)[2]"), ("x = a * b", 2, "")),
        ("for a in range(9):\n    for b in range(4):\n        x = a * b\n", Probe("series(x, b)[9]"), ("x = a * b", None, "in one of its runs")),
        (
            "def f():\n    for b in range(2):\n        x = b\nf()\nf()\n",
            Probe("series(x)[-1]", statement=1),
            ("x = b", 3, ""),
        ),
        ("import numpy as np\nfor n in range(2):\n    x = np.ones(2) * n\n", Probe("series(x)[0, 1]"), ("x = np.ones(2) * n", 0, "")),
        ("import numpy as np\nfor n in range(2):\n    x = np.ones(2) * n\n", Probe("series(x)[:, 1].max()"), ("x = np.ones(2) * n", None, "over all iterations")),
        ("x = 3\nfor n in range(2):\n    pass\n", Probe("series(x)[0]"), ("", None, "over all iterations")),
        ("series = [1, 2]\n", Probe("series[0]"), ("series = [1, 2]", 0, "")),
    ],
)  # fmt: skip
def test_an_element_of_a_series_comes_from_its_iteration(
    asked: Callable[..., tuple[str, int | None, str]], code: str, probe: Probe, expected: tuple[str, int | None, str]
) -> None:
    assert asked(code, probe) == expected
