"""What a trace says that a name holds after each step is what it does hold, however it was changed, unless it is very large."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backprop_book.core.model import Probe
from backprop_book.run import Request, Tracer, state

HEAD = """\
import types

import numpy as np
import torch

a = np.arange({size}.0)
v = a[1:]
t = torch.arange({size}.0)
u = t[1:]
s = torch.from_numpy(a)
p = [a, t]
d = {{"k": t, "n": [0.5]}}
w = torch.nn.Linear({size}, 1)
n = types.SimpleNamespace(z=t)
q = [a.copy(), np.ones({size})]
"""
CHANGES = [
    "a[1] += 1", "v[0] = 5", "v *= -1", "t[2] = 3", "u += 1", "s *= 2", "t = t + 1", "a = a.copy()", "t.data = t.data * 3",
    "p[0][1] = 9", "p[1].zero_()", "d['k'].add_(1)", "d['n'].append(0.5)", "d['n'][0] = -0.0", "p = p[::-1]", "u = -u",
    "u = torch._neg_view(t)", "t = t.double()", "a = a[::-1]", "a.flags.writeable = True", "t = t.to(torch.bfloat16)",
    "w.weight.data[0, 1] = 7", "w.bias = torch.nn.Parameter(torch.ones(1))", "w.register_buffer('rate', t)", "s.requires_grad_()", "n.z = a", "n.z += 1",
    "q[0][1] = 4", "q.append(a)", "q[1] = q[0]", "q = tuple(q)",
]  # fmt: skip
NAMES = ("a", "v", "t", "u", "s", "p", "d", "w.weight", "w.bias", "n.z", "q")


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("scripts")) as opened:
        yield opened


SIZES = [4, 1500, 70_000]
"""Small, beyond what is copied (8 kB), and far beyond it."""
SOME_CHANGES = st.lists(st.sampled_from(CHANGES), min_size=1, max_size=8)
SLOW = [HealthCheck.too_slow]


@pytest.mark.parametrize("size", SIZES)
@given(changes=SOME_CHANGES)
@example(changes=["a = a[::-1]", "v[0] = 5", "a[1] += 1"])  # its elements do not lie in one piece
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
def test_state_is_what_a_name_holds(tracer: Tracer, size: int, changes: list[str]) -> None:
    change(tracer, size, changes)


@pytest.mark.whole
@pytest.mark.parametrize("size", SIZES)
@given(changes=SOME_CHANGES)
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
def test_state_is_what_a_name_holds_after_many_changes(tracer: Tracer, size: int, changes: list[str]) -> None:
    change(tracer, size, changes)


def change(tracer: Tracer, size: int, changes: list[str]) -> None:
    guarded = [
        line
        for change in changes
        for line in ("try:", f"    {change}", "except (RuntimeError, AttributeError):", "    pass")
    ]
    text = HEAD.format(size=size) + "\n".join(guarded) + "\n"
    (tracer._root / "script.py").write_text(text, encoding="utf-8")
    (plain,) = tracer.run([Request(Path("script.py"), keep="every")])
    assert plain.outcome.kind == "finished", plain.outcome
    changed = [step for step in plain.trace.steps if step.statement >= HEAD.count("\n") - 1]
    probes = tuple(Probe(name, "after", step.statement) for step in changed for name in NAMES)
    (run,) = tracer.run([Request(Path("script.py"), probes, keep="every")])
    for answer in run.answers:
        assert answer.value is not None, answer.error
        (step,) = (each for each in run.trace.steps if each.statement == answer.probe.statement)
        found = dict(state(run.trace, step.index))[answer.probe.expression]
        assert found.digest == answer.value.digest, (answer.probe, text)


LARGE = """\
import numpy as np
a = np.zeros(600_000)
v = a[1:]
s = [0] * 20_000
a[50_001] = 1
v[50_002] = 2
n = a[0]
s[10_001] = 1
v += 1
s.append(2)
"""


def test_large_values_are_compared_completely_where_a_statement_names_them(tracer: Tracer) -> None:
    (tracer._root / "script.py").write_text(LARGE, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"), keep="every")])
    changed = [[change.name for change in step.changes] for step in run.trace.steps]
    assert changed == [["np"], ["a"], ["v"], ["s"], ["a"], ["v"], ["a", "n"], ["s"], ["a", "v"], ["s"]]


def test_large_values_are_compared_by_a_sample_after_half_a_gibibyte(tracer: Tracer) -> None:
    text = "import numpy as np\na = np.zeros(2**23)\nfor i in range(12):\n    a[5] = i\na *= 2\n"
    (tracer._root / "script.py").write_text(text, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"), keep="every")])
    changed = [len(step.changes) for step in run.trace.steps if step.statement == 3]
    assert changed == [0, *[1] * 7, *[0] * 4]
    assert [change.name for change in run.trace.steps[-1].changes] == []


def test_a_step_with_much_data_takes_no_longer(tracer: Tracer) -> None:
    held = "import numpy as np\na = np.zeros((2000, 2000))\ns = [0] * 1_000_000\n"
    loop = "n = 0\nfor i in range(1000):\n    n += i\n    n ^= 1\n"
    (tracer._root / "script.py").write_text(held + loop, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"))])
    assert run.outcome.kind == "finished"  # with all of it compared after each statement the time limit ended it
