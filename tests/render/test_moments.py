"""What a page says about each kept step is what the step did."""

from pathlib import Path

import pytest

from backprop_book.render.moments import StepView, moments, tables_shown_before
from backprop_book.render.values import Drawn
from backprop_book.run import Request, Tracer


def told(tracer: Tracer, folder: Path, code: str) -> list[StepView]:
    """What is said about the steps of a snippet that were kept."""
    path = folder / "snippet.py"
    path.write_text(code, encoding="utf-8")
    (run,) = tracer.run([Request(path)])
    return [moment for moment in moments(run.trace) if not moment.step.skipped]


def test_an_iteration_is_not_named_by_what_its_loop_has_bound_anew(tracer: Tracer, tmp_path: Path) -> None:
    found = told(tracer, tmp_path, "for i in range(2):\n    i = i * 10\n    for k in range(1):\n        pass\n")
    assert [moment.label for moment in found] == [
        *("iteration 0", "iteration 0", "iteration 0, k = 0", "iteration 0, k = 0"),
        *("iteration 1", "iteration 1", "iteration 1, k = 0", "iteration 1, k = 0"),
    ]


@pytest.mark.parametrize("body", ["for v in a:\n    a = a + [v]\n", "for a in a:\n    pass\n"])
def test_a_loop_reads_once_what_it_binds_anew(tracer: Tracer, tmp_path: Path, body: str) -> None:
    found = told(tracer, tmp_path, f"a = [1, 2]\n{body}")
    whole = ("a", Drawn("list of 2", "[1, 2]"))
    assert [moment.read for moment in found if moment.step.statement == 1] == [(whole,), ()]


def test_what_a_step_overwrote_while_nobody_looked_is_not_known(tracer: Tracer, tmp_path: Path) -> None:
    code = "x = 0\nfor i in [*range(1500)]:\n    x -= 1\n    if i == 1200:\n        x = max(x, 0)\n        y = x + 1\n"
    late, then = (moment for moment in told(tracer, tmp_path, code) if moment.step.statement > 3)
    assert (late.read, late.arithmetic) == ((), ())
    assert then.read == (("x", Drawn("int", "0")),)
    assert [element.text for working in then.arithmetic for element in working.elements] == ["0 + 1 = 1"]


def test_calls_are_numbered_among_all_or_among_the_kept_ones(tracer: Tracer, tmp_path: Path) -> None:
    code = "def f(n):\n    return n\nfor i in range({}):\n    f(i)\n"
    for count, words in ((2, "call"), (4, "kept call")):
        found = told(tracer, tmp_path, code.format(count))
        assert [moment.label for moment in found if moment.step.statement == 1] == [f"f, {words} 1", f"f, {words} 2"]


def test_a_value_was_made_where_its_own_call_made_it(tracer: Tracer, tmp_path: Path) -> None:
    code = "import numpy as np\ndef f(w):\n    return w * 2\nw = np.ones(2)\nv = f(w)\nu = w + v\n"
    found = told(tracer, tmp_path, code)
    origins = tables_shown_before(found)
    lines = {
        (moment.step.statement, name): maker.step.statement
        for moment in found
        for name, maker in origins[moment.step.index].items()
    }
    assert lines == {(2, "w"): 1, (4, "w"): 3, (5, "w"): 3, (5, "v"): 4}


def results(found: list[StepView], line: int) -> list[list[tuple[str, str]]]:
    """What became of each name, for each run of the statement in a line."""
    return [
        [(each.name, each.words) for each in moment.changed] for moment in found if moment.step.statement == line - 1
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1", [("x", "unchanged")]),
        ("x = y = 1", [("y", "new"), ("x", "unchanged")]),
        ("x, *a[1:] = 1, 5, 6", [("x", "unchanged"), ("a", "unchanged")]),
        ("[x, a] = 1, 2", [("a", "changed"), ("x", "unchanged")]),
        ("x += 0", [("x", "unchanged")]),
        ("x: int = 1", [("x", "unchanged")]),
        ("a[0] = 4", [("a", "unchanged")]),
        ("p.q = 7", [("p.q", "unchanged")]),
        ("p.q = 8", [("p.q", "changed")]),
        ("p = p", [("p", "unchanged")]),
        ("m = m", [("m", "assigned")]),
        ("for x in [1]: pass", [("x", "unchanged")]),
        ("assert x", []),
    ],
)
def test_a_name_that_is_assigned_is_always_shown(
    tracer: Tracer, tmp_path: Path, body: str, expected: list[tuple[str, str]]
) -> None:
    start = "import math as m; x = 1; a = [4, 5, 6]\nclass P:\n    q = 7\np = P(); p.q = 7\n"
    found = told(tracer, tmp_path, start + body)
    here = next(moment for moment in found if moment.step.statement == 7)
    assert [(each.name, each.words) for each in here.changed] == expected
    assert here.said == ("" if expected else "Changed no variable.")


def test_of_a_new_object_with_many_parts_the_first_are_shown_and_the_others_counted(
    tracer: Tracer, tmp_path: Path
) -> None:
    fill = ".__dict__.update({f'q{k:02}': k for k in range(15)})"
    code = f"class P:\n    pass\np = P()\np{fill}\np.q00 = 9\n(r := P()){fill}\n"
    filled, later, new = told(tracer, tmp_path, code)[-3:]
    assert [each.name for each in filled.changed] == [f"p.q{k:02}" for k in range(15)]
    assert ([each.name for each in later.changed], later.said) == (["p.q00"], "")
    assert [each.name for each in new.changed] == ["r", *(f"r.q{k:02}" for k in range(12))]
    assert new.said == "And 3 more parts of r."


def test_what_was_assigned_while_nobody_looked_may_have_changed(tracer: Tracer, tmp_path: Path) -> None:
    code = "x = 0\nfor i in [*range(1500)]:\n    x -= 1\n    if i == 1200:\n        x = max(x, 0)\n"
    assert results(told(tracer, tmp_path, code), 5) == [[("x", "assigned")]]


def test_what_a_failing_statement_would_have_assigned_is_not_shown(tracer: Tracer, tmp_path: Path) -> None:
    assert results(told(tracer, tmp_path, "x = 1\nx = 1 / 0\n"), 2) == [[]]


def test_iterations_say_which_activations_start_and_cease(tracer: Tracer, tmp_path: Path) -> None:
    code = (
        "import numpy as np\nz = np.array([1.0, -1.0, 9.0])\nfor step in range(40):\n    h = np.maximum(z, 0)\n"
        "    z = z + np.array([-0.25, 0.25, 0.0])\n"
    )
    found = told(tracer, tmp_path, code)
    labels = [moment.label for moment in found if moment.step.statement == 3]
    assert labels == ["step = 0", "step = 4 · h[0] becomes inactive", "step = 5 · h[1] becomes active", "step = 39"]
    assert {moment.label for moment in found if moment.step.iterations == ((2, 4),)} == {labels[1]}


def test_many_elements_are_counted_and_both_ways_are_told(tracer: Tracer, tmp_path: Path) -> None:
    code = (
        "import numpy as np\nfor i in range(3):\n    h = np.maximum(np.array([-1.0, -1, -1, -1, 1, 1, 1, 1, 1]) * (-1) ** i, 0)\n"
        "    n = max(0, i - 1)\n"
    )
    labels = [moment.label for moment in told(tracer, tmp_path, code) if moment.step.statement == 2]
    assert labels == [
        "i = 0",
        "i = 1 · 4 elements of h become active, 5 elements of h become inactive",
        "i = 2 · 5 elements of h become active, 4 elements of h become inactive, n becomes active",
    ]


def test_a_neuron_is_inactive_where_it_is_so_for_each_input_of_a_batch(tracer: Tracer, tmp_path: Path) -> None:
    code = (
        "import numpy as np\nz = np.array([[2.0, 3.0, 9.0], [1.0, 5.0, -1.0]])\nfor i in range(40):\n    h = np.maximum(z, 0)\n"
        "    z = z + np.array([-0.25, 0.0, 0.0])\n"
    )
    labels = [moment.label for moment in told(tracer, tmp_path, code) if moment.step.statement == 3]
    assert labels == ["i = 0", "i = 8 · h[..., 0] becomes inactive", "i = 39"]
