"""What is kept of loops and calls, and that replaying it gives the true state."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backprop_book.core.model import Run, Step, Value
from backprop_book.run import Limits, Request, Tracer, before, state


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("scripts")) as opened:
        yield opened


def traced(tracer: Tracer, text: str, keep: str = "kept", limits: Limits = Limits()) -> Run:  # noqa: B008
    place = tracer._root / "script.py"
    place.write_text(text, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"), keep=keep, limits=limits)])  # type: ignore[arg-type]
    assert run.outcome.kind in {"finished", "exception"}, run.outcome
    return run


def digests(found: "dict[str, Value]") -> dict[str, str]:
    return {name: value.digest for name, value in found.items()}


def kept_iterations(run: Run, loop: int = 0) -> tuple[int, ...]:
    return run.trace.loops[loop].kept


def test_loop_keeps_first_and_last(tracer: Tracer) -> None:
    run = traced(tracer, "x = 0\nfor i in range(10):\n    x += i\n")
    assert kept_iterations(run) == (0, 9)
    assert [(step.statement, step.iterations, step.skipped) for step in run.trace.steps] == [
        (0, (), 0),
        (1, ((1, 0),), 0),
        (2, ((1, 0),), 0),
        (1, ((1, 8),), 16),
        (1, ((1, 9),), 0),
        (2, ((1, 9),), 0),
    ]
    gap = run.trace.steps[3]
    assert [(c.name, c.old and c.old.data, c.new and c.new.data) for c in gap.changes] == [("i", 0, 8), ("x", 0, 36)]


def test_loop_keeps_iterations_that_print_and_that_reach_new_code(tracer: Tracer) -> None:
    run = traced(tracer, "for i in range(50):\n    if i == 20:\n        a = 1\n    if i == 30:\n        print(i)\n")
    assert kept_iterations(run) == (0, 20, 30, 49)


RELU = """import numpy as np
z = np.array([1.0, -1.0, 9.0])
for i in {}:
    h = {}
    z = z + np.array([-0.25, 0.25, 0.0])
"""


@pytest.mark.parametrize("loop", ["range(300)", "[*range(300)]"])
@pytest.mark.parametrize(
    "relu",
    [
        *(
            "np.maximum(z, 0)",
            "np.maximum(0.0, z)",
            "np.clip(z, 0, None)",
            "np.where(z > 0, z, 0)",
            "z * (z > 0)",
            "(z > 0) * z",
        ),
        "np.maximum(z, 0).copy()",
    ],
)
def test_loop_keeps_iterations_in_which_an_activation_starts_or_ceases(tracer: Tracer, loop: str, relu: str) -> None:
    assert kept_iterations(traced(tracer, RELU.format(loop, relu)), 0) == (0, 4, 5, 299)


@pytest.mark.parametrize(
    "other", ["z > 0", "np.abs(z)", "np.maximum(z, 1)", "z.max(0)", "z * (z > 1)", "z * 2", "np.where(z > 0, 1, 0)"]
)
def test_loop_keeps_no_iteration_for_what_is_no_relu(tracer: Tracer, other: str) -> None:
    assert kept_iterations(traced(tracer, RELU.format("range(300)", other)), 0) == (0, 299)


def test_loop_keeps_eight_iterations_with_activations_at_most(tracer: Tracer) -> None:
    run = traced(tracer, "for i in range(300):\n    h = max(0, (-1) ** i)\n")
    assert kept_iterations(run) == (*range(9), 299)


def test_loop_that_prints_each_time_keeps_sixteen_and_powers_of_two(tracer: Tracer) -> None:
    run = traced(tracer, "for i in range(200):\n    print(i)\n")
    assert kept_iterations(run) == (*range(17), 32, 64, 128, 199)


def test_long_loop_resumes_where_it_reaches_new_code_or_prints(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "x = 0\nfor i in range(5000):\n    x += i\n    if i == 3000:\n        y = x\n    if i == 4000:\n        print(x)\nz = x\n",
    )
    steps = [step for step in run.trace.steps if step.iterations and step.iterations[0][1] > 1000 and not step.skipped]
    assert [(step.statement, step.iterations[0][1], step.output) for step in steps] == [
        (4, 3000, ""),
        (6, 4000, "8002000\n"),
    ]
    assert state(run.trace, steps[0].index)["y"].data == sum(range(3001))
    assert state(run.trace, len(run.trace.steps) - 1)["z"].data == sum(range(5000))
    assert run.trace.counts[2] == 5000


def test_calls_keep_the_first_six_and_those_that_reach_new_code(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "def f(n):\n    if n == 25:\n        return 'new'\n    return n\n" + "".join(f"f({n})\n" for n in range(30)),
    )
    called = [step for step in run.trace.steps if step.function == "f" and step.statement == 0]
    assert [state(run.trace, step.index)["n"].data for step in called] == [*range(6), 25]


def test_calls_after_a_hundred_are_looked_at_where_they_reach_new_code(tracer: Tracer) -> None:
    text = "def f(n):\n    m = n + 1\n    if n == 150:\n        new = n\n    return m\nfor n in range(200):\n    f(n)\n"
    run = traced(tracer, text)
    (step,) = (step for step in run.trace.steps if step.statement == 3)
    found = state(run.trace, step.index)
    assert [found[name].data for name in ("n", "m", "new")] == [150, 151, 150]
    assert run.trace.counts[1] == 200


def test_call_shows_a_global_as_it_is_when_it_begins(tracer: Tracer) -> None:
    text = "import numpy as np\nx = np.zeros(2000)\ndef f():\n    x[0] += 1\n    return x[0]\nf()\nx[0] = 5\nf()\n"
    run = traced(tracer, text)
    shown = [
        change for step in run.trace.steps if step.function == "f" for change in step.changes if change.name == "x"
    ]
    assert [bool(change.old) for change in shown] == [False, True, False, True]
    assert [change.new.summary.split(",")[1] for change in shown if change.new] == [
        " max 0",
        " max 1",
        " max 5",
        " max 6",
    ]


def test_frames_are_numbered_in_the_order_of_kept_calls(tracer: Tracer) -> None:
    run = traced(tracer, "def f(n):\n    return n and f(n - 1)\nf(2)\n")
    assert [(step.frame, step.depth) for step in run.trace.steps if step.statement == 0] == [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
    ]


def test_full_trace_drops_steps_and_says_how_many(tracer: Tracer) -> None:
    run = traced(tracer, "".join(f"x{n} = {n}\n" for n in range(40)), limits=Limits(kept=10))
    assert len([step for step in run.trace.steps if not step.skipped]) == 10
    assert run.trace.dropped == 30


def test_every_keeps_all(tracer: Tracer) -> None:
    run = traced(tracer, "x = 0\nfor i in range(1500):\n    x += i\n", keep="every")
    assert len(run.trace.steps) == 3001
    assert sum(run.trace.counts) == 3001
    assert not any(step.skipped for step in run.trace.steps)


def test_generator_that_outlives_the_iteration_that_began_it(tracer: Tracer) -> None:
    text = (
        "def numbers():\n    n = 0\n    while True:\n        n += 1\n        yield n\n"
        "source = None\nfor i in range(40):\n    if source is None and i > 2:\n        source = numbers()\n"
        "    if source is not None:\n        x = next(source)\n    if i % 10 == 0:\n        print(i)\n"
    )
    kept, every = traced(tracer, text), traced(tracer, text, "every")
    last = [step for step in kept.trace.steps if step.function == "numbers"][-1]
    assert every.trace.steps
    assert state(kept.trace, last.index)["n"].data in {36, 37}


def test_generators_that_take_turns_give_each_what_it_gave(tracer: Tracer) -> None:
    text = "def count(k):\n    yield k\n    yield k + 1\n\np, q = count(1), count(10)\nfound = [*zip(p, q)]\n"
    trace = traced(tracer, text).trace
    given = [(step.frame, step.value.data) for step in trace.steps if step.value is not None]
    assert given == [(1, 1), (2, 10), (1, 2)]


simple = st.sampled_from(
    [
        "a += 1",
        "b = [a, b[:1]]",
        "table[a % 3] = a",
        "items.append(a)",
        "print(a)",
        "call(a)",
        "del items[:]",
        "a = call(a) or 0",
    ]
)
line: st.SearchStrategy[object] = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(
            st.just("if"),
            st.sampled_from(["a % 2", "a > 5", "len(items) == 4"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.tuples(st.just("for"), st.integers(0, 9), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(
            st.just("try"), st.sampled_from(["1 / (a % 3)", "table[7]"]), st.lists(inner, min_size=1, max_size=3)
        ),
    ),
    max_leaves=7,
)
block: st.SearchStrategy[list[object]] = st.lists(line, min_size=1, max_size=3)


def written(lines: list[object], indent: str, names: Iterator[int]) -> list[str]:
    found = []
    for each in lines:
        if isinstance(each, str):
            found.append(indent + each)
            continue
        assert isinstance(each, tuple)
        kind, what, inner = each
        body = written(inner, indent + "    ", names)
        if kind == "if":
            found += [f"{indent}if {what}:", *body]
        elif kind == "for":
            found += [f"{indent}for i{next(names)} in range({what}):", *body]
        else:
            found += [f"{indent}try:", f"{indent}    {what}", f"{indent}except ArithmeticError as e:", *body]
            found += [f"{indent}except KeyError:", f"{indent}    a += 2"]
    return found


@given(lines=block)
@example(
    lines=[("for", 3, [("for", 5, [("for", 7, ["call(a)"])])])]
)  # after a hundred calls they are no longer looked at
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_replayed_state_is_the_true_one_at_every_kept_step(tracer: Tracer, lines: list[object]) -> None:
    head = "a, b, table, items = 0, [], {}, []\ndef call(n):\n    m = n\n    for k in range(3):\n        m += k\n        items.append(k)\n    return m\n"
    text = head + "\n".join(written(lines, "", iter(range(10**6)))) + "\n"
    limits = Limits(kept=200_000)
    kept, every = traced(tracer, text, limits=limits).trace, traced(tracer, text, "every", limits).trace
    assert kept.stdout == every.stdout
    assert kept.counts == every.counts
    assert sum(kept.counts) == sum(step.skipped or 1 for step in kept.steps)
    true: dict[object, dict[str, str]] = {}
    for step, found in replayed(every.steps):
        true.setdefault(key(step), found)
    for step, found in replayed(kept.steps):
        if step.frame == 0 and not step.skipped:
            assert found == true[key(step)]
    last = [step.index for step in kept.steps if step.frame == 0][-1]
    assert digests(dict(state(kept, last))) == [found for step, found in replayed(every.steps) if step.frame == 0][-1]
    assert set(before(kept, last)) <= {change.name for step in kept.steps for change in step.changes}


def key(step: Step) -> object:
    return step.frame, step.statement, step.iterations, bool(step.error), step.value and step.value.digest


def replayed(steps: tuple[Step, ...]) -> Iterator[tuple[Step, dict[str, str]]]:
    frames: dict[int, dict[str, str]] = {}
    for step in steps:
        frame = frames.setdefault(step.frame, {})
        for change in step.changes:
            assert (change.old.digest if change.old else None) == frame.get(change.name)
            if change.new is None:
                del frame[change.name]
            else:
                frame[change.name] = change.new.digest
        yield step, dict(frame)


@pytest.mark.parametrize(
    "text",
    [
        "x = 0\nfor y in [*range(1500)]:\n    x += 1\n",
        "def count():\n    x = 0\n    for y in [*range(1500)]:\n        x += 1\n\ncount()\n",
    ],
)
def test_what_nobody_looked_at_at_the_end_is_known_in_the_end(tracer: Tracer, text: str) -> None:
    trace = traced(tracer, text).trace
    (gap,) = (step for step in trace.steps if step.skipped)
    assert {change.name: change.new and change.new.data for change in gap.changes} == {"x": 1500, "y": 1499}
    assert sum(trace.counts) == sum(step.skipped or 1 for step in trace.steps)


@pytest.mark.parametrize("keep", ["kept", "every"])
def test_full_trace_ends_in_the_true_state(tracer: Tracer, keep: str) -> None:
    text = "".join(f"x{n} = {n}\n" for n in range(6)) + "for n in range(30):\n    print(n)\n"
    trace = traced(tracer, text, keep, Limits(kept=10)).trace
    assert trace.steps[-1].skipped == trace.dropped
    assert dict(state(trace, trace.steps[-1].index))["n"].data == 29
    assert sum(trace.counts) == sum(step.skipped or 1 for step in trace.steps)


def test_what_is_too_large_at_the_end_is_told(tracer: Tracer) -> None:
    text = "z = 0\nfor y in [*range(1500)]:\n    z = [None] * 5_000_001 if y == 1499 else y\n"
    (tracer._root / "script.py").write_text(text, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"))])
    assert run.outcome.kind == "value limit"
    assert run.outcome.line == 3


NOTES = (
    "log = []\ndef deep(n):\n    if n == 0:\n        return 0\n    return 1 + deep(n - 1)\n"
    "def note(k):\n    log.append(k)\n    for i in range(2):\n        k += deep(i)\n    return k\n"
)


def both(tracer: Tracer, text: str) -> tuple[Run, Run]:
    """A run as it is kept, and one in which every step was looked at; they agree on what happened."""
    kept, every = traced(tracer, text), traced(tracer, text, keep="every")
    assert kept.outcome == every.outcome
    assert (kept.trace.stdout, kept.trace.counts) == (every.trace.stdout, every.trace.counts)
    return kept, every


def ends_alike(kept: Run, every: Run, *names: str) -> None:
    ends = [state(run.trace, run.trace.steps[-1].index) for run in (kept, every)]
    assert [ends[0][name].digest for name in names] == [ends[1][name].digest for name in names]


def test_steps_of_calls_that_are_not_kept_are_in_gaps(tracer: Tracer) -> None:
    kept, every = both(tracer, NOTES + "found = [note(k) for k in (1, 2, 3, 4, 5, 6, 7, 8, 9)]\nend = len(log)\n")
    assert sum(kept.trace.counts) == sum(step.skipped or 1 for step in kept.trace.steps) == len(every.trace.steps)
    assert sum(step.function == "note" and step.statement == 5 for step in kept.trace.steps) == 6
    ends_alike(kept, every, "found", "log", "end")


def test_statement_that_calls_shows_what_the_call_changed(tracer: Tracer) -> None:
    text = (
        "row = [0, 0]\nother = row\ndef put(k):\n    row[k % 2] = k\n"
        "for k in [1, 2, 3, 4, 5, 6, 7]:\n    put(k)\nput(8)\nput(9)\n"
    )
    kept, _ = both(tracer, text)
    last = kept.trace.steps[-1]
    assert [(change.name, change.new and change.new.data) for change in last.changes] == [
        ("row", [8, 9]),
        ("other", [8, 9]),
    ]


def test_exception_leaves_a_call_that_is_not_kept(tracer: Tracer) -> None:
    text = (
        NOTES
        + "def risky(v):\n    u = note(2)\n    return u / (v - 9)\nout = []\n"
        + "for v in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]:\n    try:\n        out.append(risky(v))\n"
        + "    except ArithmeticError as error:\n        out.append(str(error))\nrisky(9)\n"
    )
    kept, every = both(tracer, text)
    assert (kept.outcome.kind, kept.outcome.line) == ("exception", 20)
    ends_alike(kept, every, "out", "log")


def test_call_that_turns_out_to_print_has_its_output_where_it_was_called(tracer: Tracer) -> None:
    text = (
        "from functools import partial\ntell = __builtins__.__dict__['pri' + 'nt']\n"
        + "say = {0: len, 1: partial(tell, 'loud')}\ndef tell_of(k):\n    return say[k]('') if k == 0 else say[k]()\n"
        + "for k in [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]:\n    tell_of(k)\ntell('end')\n"
    )
    kept, _ = both(tracer, text)
    assert kept.trace.stdout == "loud\nloud\nend\n"
    assert kept.trace.steps[-1].output == "end\n"
    assert kept.trace.loops[0].kept == (0, 8, 10)
