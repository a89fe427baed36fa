"""Iterations that are surely not kept run without hooks; what the trace says of them is as if they had not."""

from pathlib import Path

import pytest

from backprop_book.model import Probe, Run
from backprop_book.tracing import Limits, Request, Tracer

FILLER = """\
def half(number):
    if number:
        pass
    else:
        number = 2
    with_more = [number + 0 for _ in range(2)]
    for _ in range(1):
        continue
    return number / 2 + sum(with_more) * 0


half(0)
"""
"""A function whose statements have all run before the loop begins."""


def traced(folder: Path, text: str, *probes: Probe, keep: str = "kept", limits: Limits = Limits()) -> Run:  # noqa: B008
    (folder / "script.py").write_text(text, encoding="utf-8")
    with Tracer(folder) as tracer:
        request = Request(Path("script.py"), probes, keep="every" if keep == "every" else "kept", limits=limits)
        (run,) = tracer.run([request])
    return run


def both(folder: Path, text: str, *probes: Probe) -> tuple[Run, Run]:
    """The runs of a script whose loops can run without hooks, and of the same one but for a name that forbids it."""
    whole = traced(folder, f"{text}\nif False:\n    vars()\n", *probes)
    return traced(folder, f"{text}\nif False:\n    repr()\n", *probes), whole


def assert_same(folder: Path, text: str, *probes: Probe) -> Run:
    """A script gives the same trace, whether its loops can run without hooks or not; the run that could is given back."""
    bare, whole = both(folder, text, *probes)
    assert bare.outcome == whole.outcome
    assert bare.trace.steps == whole.trace.steps
    assert bare.trace.loops == whole.trace.loops
    assert bare.trace.counts == whole.trace.counts
    assert bare.trace.stdout == whole.trace.stdout
    assert bare.answers == whole.answers
    return bare


@pytest.mark.parametrize(
    "body",
    [
        "    w = half(w)",
        "    if step == 7:\n        print(w)\n    w = half(w)",
        "    if step % 3 or w > 2:\n        w = half(w)\n    else:\n        w += 1",
        "    if step % 2:\n        continue\n    w -= 1",
        "    for inner in range(3):\n        if inner == 1:\n            break\n        w += inner\n    else:\n        w = 0",
        "    if step == 4:\n        if w:\n            print('four')\n    with open('/dev/null'):\n        w += 1",
        "    items.append(half(step))\n    assert items",
        "    print(step)",
        "    if 1 / (step - 500) > 0:\n        print(step)\n    else:\n        w += 1",
    ],
)  # fmt: skip
def test_the_trace_is_the_same(tmp_path: Path, body: str) -> None:
    assert_same(tmp_path, f"{FILLER}w, items = 16, []\nfor step in range(60):\n{body}\nlast = w\n")


def test_loops_in_functions_and_many_iterations(tmp_path: Path) -> None:
    text = """\
def train(steps):
    w = 1.0
    for step in range(steps):
        w = w * 0.5
    return w

found = [train(30), train(700), train(900), train(900)]
for step in range(1500):
    found[0] += step
"""
    assert_same(tmp_path, text)


def test_questions_are_answered_as_with_hooks(tmp_path: Path) -> None:
    text = f"{FILLER}w = 16\nfor step in range(40):\n    w = half(w)\n    if step % 2:\n        continue\n    w += 1\nlast = w\n"
    when = Probe("w", "when", None, "step == 21")
    missing = Probe("w", "when", None, "step == 99")
    run = assert_same(tmp_path, text, when, missing, Probe("series(w)"), Probe("w"), Probe("last", "after", 15))
    assert run.answers[1].error.startswith("the condition held in no state: `step == 99` was false in any of ")
    for probe in (
        Probe("w < 99", "always"),
        Probe("number", "when", None, "number == 1"),
        Probe("series(with_more)"),
        Probe("with_more", "end", 5),
        Probe("number > 50", "never"),
        Probe("w", "when", None, "w == 1"),
    ):
        assert_same(tmp_path, text, probe)


@pytest.mark.parametrize("inside", ["1 / (step - 23)", "half(1 / (step - 23))", "half({1} if step == 23 else 1)"])
def test_an_exception_ends_an_iteration(tmp_path: Path, inside: str) -> None:
    bare, whole = both(tmp_path, f"{FILLER}w = 16\nfor step in range(40):\n    w += 1\n    w += {inside}\n")
    assert bare.outcome == whole.outcome
    assert bare.outcome.kind == "exception"
    assert bare.trace.counts == whole.trace.counts
    gap, last = bare.trace.steps[-2:]
    assert (last.statement, last.error) == (whole.trace.steps[-1].statement, whole.trace.steps[-1].error)
    assert gap.skipped + len([step for step in bare.trace.steps if not step.skipped]) == sum(bare.trace.counts)
    caught = f"{FILLER}w = 16\ntry:\n    for step in range(40):\n        w += {inside}\nexcept (TypeError, ArithmeticError):\n    w = 1\n"
    bare, whole = both(tmp_path, caught)
    assert bare.trace.counts == whole.trace.counts
    assert [loop.iterations for loop in bare.trace.loops] == [loop.iterations for loop in whole.trace.loops]
    assert [step.error for step in bare.trace.steps if step.error] == [
        step.error for step in whole.trace.steps if step.error
    ]


def test_statements_that_have_not_run_yet_are_seen(tmp_path: Path) -> None:
    late = f"{FILLER}def other():\n    return 1\n\nw = 0\nfor step in range(40):\n    w += half(1)\nother()\n"
    assert_same(tmp_path, late)
    rare = f"{FILLER}w = 0\nfor step in range(40):\n    w += 1\n    if w == 33:\n        w += half(1)\n"
    assert assert_same(tmp_path, rare).trace.loops[1].kept == (0, 32, 39)


@pytest.mark.parametrize(
    "text",
    [
        "class Pair:\n    size = 2\n\n    def double(self):\n        return self.size * 2\n\nfor step in range(30):\n    n = Pair().double()\n",
        "for step in range(30):\n    class Other:\n        n = step\n",
        "for step in range(30):\n    def other():\n        return 1\n",
        "def outer():\n    class Inner:\n        n = 1\n\nfor step in range(30):\n    outer()\n",
        "class Outer:\n    for step in range(30):\n        n = step\n",
        "class Outer:\n    if True:\n        n = 1\n\nfor step in range(30):\n    n = step\n",
        "def loud():\n    print('a')\n\nloud()\nfor step in range(30):\n    loud()\n",
        "for step in range(30):\n    step += 1\n",
        "for step in range(30):\n    if step == 20:\n        break\n",
        "for step in range(30):\n    for inner in ():\n        pass\n    else:\n        if step == 20:\n            break\n",
        "for step in range(30):\n    if step < 0:\n        pass\n    else:\n        if step == 20:\n            break\n",
        "for step in range(30):\n    while step > 50:\n        pass\n",
        "for step in (n for n in range(30)):\n    n = step\n",
        "range = lambda n: [1, 2, 3, 4, 5]\nfor step in range(30):\n    n = step\n",
        "for first, second in zip(range(30), range(30)):\n    n = first\n",
        "def numbers():\n    yield 1\n\nfor step in range(30):\n    n = list(numbers())\n",
        "for step in range(30):\n    n = step\n    if step == 12:\n        import threading\n        idle = threading.Timer(0.5, int)\n        idle.start()\nidle.cancel()\n",
        "def twice(n):\n    return 2 * n\n\ncalls = {'twice': twice}\nfor step in range(30):\n    n = calls['twice'](step)\n",
    ],
)  # fmt: skip
def test_other_loops(tmp_path: Path, text: str) -> None:
    assert_same(tmp_path, text)


def test_a_step_limit_is_kept_to(tmp_path: Path) -> None:
    text = f"{FILLER}w = 0\nfor step in range(10**9):\n    w += half(step)\n"
    run = traced(tmp_path, text, limits=Limits(steps=20_000))
    assert run.outcome.message == "more than 20,000 statements ran"
    assert sum(run.trace.counts) == 20_000


def test_a_full_trace_has_no_naps(tmp_path: Path) -> None:
    run = traced(tmp_path, f"{FILLER}w = 0\nfor step in range(50):\n    w += 1\n", limits=Limits(kept=12))
    assert run.trace.counts[-1] == 50
    assert run.trace.dropped


def test_a_condition_that_fails_ends_the_run_as_with_hooks(tmp_path: Path) -> None:
    text = f"{FILLER}w = 16\nfor step in range(40):\n    w += 1\n    if 1 / (step - 23) > 5:\n        print(w)\n"
    assert assert_same(tmp_path, text).outcome.message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("last", ["", "    def __del__(self):\n        print('gone')\n"])
def test_what_happens_when_the_interpreter_goes_still_happens(tmp_path: Path, last: str) -> None:
    (tmp_path / "neighbour.py").write_text(f"class Thing:\n    size = 1\n\n{last}\nthing = Thing()\n", encoding="utf-8")
    run = traced(tmp_path, "from neighbour import thing\n\nprint(thing.size)\n")
    assert run.trace.stdout == ("1\ngone\n" if last else "1\n")


def test_a_tracer_can_be_warmed_up(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import numpy as np\n\nn = np.float64(1)\n", encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        tracer.warm([Path("script.py"), Path("missing.py")])
        (run,) = tracer.run([Request(Path("script.py"), (Probe("n"),))])
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 1.0
