"""Probes: what they answer at which moment, and what they say when there is no answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.core.model import Answer, Probe
from backprop_book.record.decoder import decode
from backprop_book.run import Request, Tracer

SCRIPT = """\
import random
import numpy as np

def half(value):
    local = value / 2
    return local

state = random.getstate()
items = []
for step in range(12):
    if step == 3:
        continue
    loss = half(1.0 / (step + 1))
    items.append(step)
    if step == 10:
        break
for outer in range(2):
    for inner in range(3):
        pair = outer, inner
n = 0
while n < 4:
    n += 1
w = np.ones(3)
w *= 2
same = random.getstate() == state
never_there: int
from numpy import allclose
def equal(one, other):
    return one == other
"""


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    with Tracer(folder) as opened:
        yield opened


def ask(tracer: Tracer, *probes: Probe) -> list[Answer]:
    (run,) = tracer.run([Request(Path("script.py"), probes)])
    assert run.outcome.kind == "finished"
    assert [answer.probe for answer in run.answers] == list(probes)
    for answer in run.answers:
        assert (answer.value is None) == bool(answer.error)
    return list(run.answers)


def values(tracer: Tracer, *probes: Probe) -> list[object]:
    return [decode(answer.value) if answer.value else answer.error for answer in ask(tracer, *probes)]


def test_end(tracer: Tracer) -> None:
    assert values(tracer, Probe("n + 1"), Probe("len(items)"), Probe("[v for v in items if v > n]")) == [
        5,
        10,
        [5, 6, 7, 8, 9, 10],
    ]


def test_after_a_statement_the_first_time_in_its_frame(tracer: Tracer) -> None:
    local, item, header = ask(
        tracer, Probe("local + value", "after", 3), Probe("items", "after", 11), Probe("step", "after", 7)
    )
    assert local.value is not None
    assert local.value.data == 1.5
    assert item.value is not None
    assert item.value.data == [0]
    assert header.value is not None
    assert header.value.data == 0
    assert local.step is not None


def test_when_is_the_last_state_in_which_the_condition_held(tracer: Tracer) -> None:
    found = values(
        tracer,
        Probe("loss", "when", None, "step == 5"),
        Probe("len(items)", "when", None, "step == 0"),
        Probe("local", "when", 3, "value == 0.5"),
    )
    assert found == [0.5 / 6, 1, 0.25]


def test_page_level_probe_of_local_names_sees_any_frame(tracer: Tracer) -> None:
    assert values(tracer, Probe("local", "when", None, "value == 0.5"), Probe("local < value", "always")) == [
        0.25,
        True,
    ]


def test_always_and_never(tracer: Tracer) -> None:
    good, bad, never = ask(tracer, Probe("n <= 4", "always"), Probe("n < 3", "always"), Probe("n == 5", "never"))
    assert good.value is not None
    assert good.value.data is True
    assert good.step is None
    assert bad.value is not None
    assert bad.value.data is False
    assert bad.step is not None
    assert never.value is not None
    assert never.value.data is True


def test_somewhere_asks_for_one_state_in_which_it_can_be_evaluated(tracer: Tracer) -> None:
    good, late, wrong, missing = ask(
        tracer,
        Probe("value + 1", "somewhere"),
        Probe("[0, 1, 2][n - 2]", "somewhere"),
        Probe("value.nothing", "somewhere"),
        Probe("never_there", "somewhere"),
    )
    assert [found.value and found.value.data for found in (good, late)] == [True, True]
    assert good.step is not None
    assert wrong.error == "AttributeError: 'float' object has no attribute 'nothing'"
    assert missing.error == "there is no state in which its names exist: `never_there`"


def test_series_counts_iterations_that_continue_and_break(tracer: Tracer) -> None:
    found = values(
        tracer,
        Probe("len(series(step))"),
        Probe("series(step)"),
        Probe("series(n)"),
        Probe("series(pair[1])"),
        Probe("series(n * 2, n).max()"),
    )
    assert found[0] == 11
    assert list(found[1]) == list(range(11))  # type: ignore[call-overload]
    assert list(found[2]) == [1, 2, 3, 4]  # type: ignore[call-overload]
    assert list(found[3]) == [0, 1, 2, 0, 1, 2]  # type: ignore[call-overload]
    assert found[4] == 8


@pytest.mark.parametrize(
    ("probe", "error"),
    [
        (Probe("los"), "NameError: name 'los' is not defined"),
        (Probe("1 +"), "this is not a Python expression: invalid syntax"),
        (Probe("(x := 3)"), "a claim only looks: it may not assign, await or yield"),
        (Probe("[x async for x in losses]"), "SyntaxError: asynchronous comprehension outside of an asynchronous function"),
        (Probe("n", "after"), "ValueError: a probe after a statement needs the statement"),
        (Probe("w > 1", "always"), "TypeError: the condition is an array, neither true nor false: say .all() or .any()"),
        (Probe("n", "never"), "TypeError: the condition is neither True nor False but of type int: compare it with something"),
        (Probe("loss", "when", None, "step == 99"), "the condition held in no state: `step == 99` was false in any of 84 states in which its names exist"),
        (Probe("never_there > 1", "always"), "there is no state in which its names exist: `never_there`"),
        (Probe("series(loss)", "always"), "ValueError: `series` gathers all iterations, so it cannot be asked with `always`"),
        (Probe("series(w)"), "ValueError: it could be the series of several loops: `for step in range(12):` in line 10, "
            "`for outer in range(2):` in line 17, `for inner in range(3):` in line 18, `while n < 4:` in line 21; say series(..., name)"),
        (Probe("series(w, q)"), "ValueError: no loop has the target `q`: `for step in range(12):` in line 10, "
            "`for outer in range(2):` in line 17, `for inner in range(3):` in line 18, `while n < 4:` in line 21"),
        (Probe("series()"), "TypeError: write series(expression) or series(expression, name of the loop's target)"),
        (Probe("series(series(n))"), "ValueError: a series of a series: say which values of one loop you mean"),
        (Probe("w.fill(0)"), "ValueError: the expression changes `w`, and a claim may only look"),
        (Probe("w.put(0, 7) is None"), "ValueError: the expression changes `w`, and a claim may only look"),
        (Probe("1 / 0"), "ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_errors(tracer: Tracer, probe: Probe, error: str) -> None:
    (answer,) = ask(tracer, probe)
    assert answer.error == error


@pytest.mark.parametrize("condition", ["n >= 0", "1 / (1 - n) > 0"])
def test_an_expression_that_changed_something_is_evaluated_no_more(tmp_path: Path, condition: str) -> None:
    script = "import numpy as np\nw = np.ones(3)\nfor n in range(3):\n    w\n"
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    with Tracer(tmp_path) as opened:
        (answer,) = ask(opened, Probe("w.fill(0)", "when", None, condition))
    assert answer.error == "ValueError: the expression changes `w`, and a claim may only look"


def test_near_names(tracer: Tracer) -> None:
    los, shapes = ask(tracer, Probe("los"), Probe("w.shapes"))
    assert los.near[0] == "loss"
    assert shapes.near[0] == "shape"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Loss", ("loss",)),
        ("pair_", ("pair",)),
        ("prnt", ("print",)),
        ("pritn", ("print",)),
        ("sortd(items)", ("sorted",)),
        ("sumr([1])", ()),  # too short to tell what was meant
        ("eta", ()),  # not `set`
        ("xyzzy", ()),
    ],
)
def test_near_names_are_those_that_may_have_been_meant(tracer: Tracer, name: str, near: tuple[str, ...]) -> None:
    (answer,) = ask(tracer, Probe(name))
    assert answer.near[:1] == near


def test_a_series_of_what_exists_nowhere_misses_its_name(tracer: Tracer) -> None:
    probes = (
        Probe("series(los, step)[0]"),
        Probe("len(series(loss * nn, step))"),
        Probe("series(local + xyzzy, step)"),
    )
    assert [(answer.error, answer.near) for answer in ask(tracer, *probes)] == [
        ("NameError: name 'los' is not defined", ("loss",)),
        ("NameError: name 'nn' is not defined", ("n",)),
        ("NameError: name 'xyzzy' is not defined", ()),
    ]


def test_a_series_of_what_exists_in_no_iteration_is_empty(tracer: Tracer) -> None:
    probes = (Probe("len(series(w, step))"), Probe("len(series(value, step))"), Probe("len(series(never_there, n))"))
    assert values(tracer, *probes) == [0, 0, 0]


def test_probes_leave_the_run_alone(tracer: Tracer) -> None:
    probes = (Probe("random.random() >= 0", "always"), Probe("np.random.rand() >= 0", "always"), Probe("same"))
    assert values(tracer, *probes) == [True, True, True]


def test_operators_of_the_scripts_own_classes_leave_the_run_alone(tmp_path: Path) -> None:
    script = """\
import random
import numpy as np

class Die:
    def __add__(self, other):
        return random.random() + other

die = Die()
boxed = np.array([die])
state = random.getstate()
n = 1
same = random.getstate() == state
"""
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    with Tracer(tmp_path) as opened:
        probes = (Probe("die + n > 0", "always"), Probe("(boxed + n > 0)[0]", "always"), Probe("same"))
        assert values(opened, *probes) == [True, True, True]


def test_evaluate_outside_of_a_run(tracer: Tracer) -> None:
    w, items = (answer.value for answer in ask(tracer, Probe("w"), Probe("half")))
    assert w is not None
    assert items is not None
    first, second, third, fourth = tracer.evaluate(
        [
            ("np.abs(w - 3).sum() == k", {"w": w, "k": w}),
            ("w.sum()", {"w": w}),
            ("f(1)", {"f": items}),
            ("ww", {"w": w}),
        ]
    )
    assert first.value is not None
    assert second.value is not None
    assert second.value.data == 6.0
    assert third.error == "ValueError: a function cannot be had outside of its run"
    assert (fourth.error, fourth.near) == ("NameError: name 'ww' is not defined", ("w",))
    assert tracer.evaluate([]) == ()


def test_series_needs_a_loop(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n", encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        (run,) = tracer.run([Request(Path("plain.py"), (Probe("series(x)"), Probe("q", "after", 0)))])
    assert [answer.error for answer in run.answers] == [
        "ValueError: there is no loop to take a series from",
        "NameError: name 'q' is not defined",
    ]


@pytest.mark.parametrize(
    ("expression", "empty"),
    [
        ("all(item > 1 for item in items if item > 99)", "all(item > 1 for item in items if item > 99)"),
        ("n == 4 and not any(items[99:])", "any(items[99:])"),
        ("any(items[99:])", "any(items[99:])"),
        ("all((w[5:] == w[:0]).all() for _ in items[:2])", "(w[5:] == w[:0]).all()"),
        ("np.all(w[w > 9])", "np.all(w[w > 9])"),
        ("np.allclose(w[w > 9], 2.0)", "np.allclose(w[w > 9], 2.0)"),
        ("np.array_equal(items[99:], a2=[])", "np.array_equal(items[99:], a2=[])"),
        ("np.array_equiv(w[:0], w[9:])", "np.array_equiv(w[:0], w[9:])"),
        ("np.array_equal(a1=w[:0], a2=w[9:])", "np.array_equal(a1=w[:0], a2=w[9:])"),
        ("np.allclose([items[99:]], [[]])", "np.allclose([items[99:]], [[]])"),
        ("allclose(w[:0], w[9:])", "allclose(w[:0], w[9:])"),
        ("set(items[99:]).issubset({1})", "set(items[99:]).issubset({1})"),
        ("frozenset(items).isdisjoint(items[99:])", "frozenset(items).isdisjoint(items[99:])"),
        ("(w[:0] == 2).any() == False", "(w[:0] == 2).any()"),
        ("(series(loss, step)[:0] == 2).all()", "(series(loss, step)[:0] == 2).all()"),
        ("all(w[:0].any() for _ in ())", "all(w[:0].any() for _ in ())"),
        # reductions, whatever their name, and in numbers, too
        ("w[5:].sum() == 0", "w[5:].sum()"),
        ("sum(items[99:])", "sum(items[99:])"),
        ("sum(list({}.values()))", "sum(list({}.values()))"),
        ("np.linalg.norm(w[5:] - w[6:])", "np.linalg.norm(w[5:] - w[6:])"),
        ("np.count_nonzero(w[5:, None])", "np.count_nonzero(w[5:, None])"),
        ("items[99:].count(3)", "items[99:].count(3)"),
        ("sum(all(items[99:]) for _ in 'ab')", "all(items[99:])"),
        ("max(items[99:], default=0) == 0", "max(items[99:], default=0)"),
        (
            "max((item for item in items if item > 99), default=0)",
            "max((item for item in items if item > 99), default=0)",
        ),
        (
            "min([item for item in items if item > 99], default=0)",
            "min([item for item in items if item > 99], default=0)",
        ),
    ],
)
def test_what_holds_of_nothing(tracer: Tracer, expression: str, empty: str) -> None:
    (answer,) = ask(tracer, Probe(expression))
    assert answer.error == f"NothingError: `{empty}` has nothing to go through"


@pytest.mark.parametrize(
    ("expression", "empty"),
    [
        ("sum(item > 3 for item in items[99:])", "items[99:]"),
        ("not [item for item in items[99:] if item > 3]", "items[99:]"),
        ("[item for item in items[99:]] == []", "items[99:]"),
        ("len({item for item in set(items[99:])})", "set(items[99:])"),
        ("{item: 1 for item in range(0)} == {}", "range(0)"),
        ("sum(1 for item in items for each in 'ab'[2:])", "'ab'[2:]"),
        ("sum(item for item in iter(items[99:]))", "iter(items[99:])"),
        ("set(items[99:]) <= {1}", "items[99:]"),
        ("99 not in items[99:]", "items[99:]"),
        ("w[5:][w[5:] > 9].sum() == 0", "w[5:]"),
        ("w[:, None][:, 1:].tolist() != 3", "w[:, None][:, 1:]"),
        ("sum(series(sum(item for item in items[99:]), step))", "items[99:]"),
    ],
)
def test_what_is_taken_from_nothing(tracer: Tracer, expression: str, empty: str) -> None:
    (answer,) = ask(tracer, Probe(expression))
    assert answer.error == f"NothingError: `{empty}` is empty"


@pytest.mark.parametrize(
    ("expression", "part", "lengths"),
    [
        ("all(a == b for a, b in zip(items, w))", "zip(items, w)", "3 of 10"),
        ("all(a == b for a, b in zip(items, items[:2]))", "zip(items, items[:2])", "2 of 10"),
        ("all(a == b for a, b in zip(items, items[::3]))", "zip(items, items[::3])", "4 of 10"),
        ("list(map(max, items, w)) != 3", "map(max, items, w)", "3 of 10"),
        ("len(list(zip(*[items, 'ab', {1: 2}]))) == 1", "zip(*[items, 'ab', {1: 2}])", "1 of 10"),
    ],
)
def test_what_leaves_out_elements(tracer: Tracer, expression: str, part: str, lengths: str) -> None:
    (answer,) = ask(tracer, Probe(expression))
    assert answer.error == f"LeftOutError: `{part}` ends after {lengths} elements"


@pytest.mark.parametrize(
    "expression",
    [
        # how many there are
        "len(items[99:]) == 0", "not items[99:]", "items[99:] == []", "w[5:].size == 0", "bool(items[99:]) is False",
        "set(items[99:]) == set()", "'ab'[2:] == ''", "len(w[w > 9]) == 0", "w[5:].shape == (0,)",
        "tuple(items[99:]) == tuple()", "dict.fromkeys(items[99:]) == {}", "np.size(w[5:]) == 0", "isinstance(items[99:], list)",
        # what fits a condition, of something that is there
        "sum(item > 99 for item in items) == 0", "not [item for item in items if item > 99]", "w[w > 9].sum() == 0",
        "sum([item for item in items if item > 99]) == 0", "w[np.flatnonzero(w > 9)].sum() == 0", "w[[*range(0)]].sum() == 0",
        # neighbours, and sequences of one length
        "all(a <= b for a, b in zip(items, items[1:])) or True", "len([*zip(items, items[1:], items[2:])]) == 8",
        "all(a == b for a, b in zip(items, items[:]))", "all(a < b for a, b in zip(items[:-1], items[1:]))",
        "all(a == b for a, b in zip(items, iter(items)))", "all(map(lambda item: item < 11, items))", "list(map(max, items, items)) == items",
        "[*zip()] == []",
        # what has no elements by its kind, or once had some
        "max(n, 3) == 4", "w.sum().item() > 0", "abs(n) == 4", "np.sum(n) == 4", "sum(len(items[k:]) for k in range(99)) > 0",
        "max(series(sum(item for item in items[3:]), step)) > 0", "np.array(3).tolist() == 3", "items.count(99) == 0", "(lambda: True)()",
        "[each for each in np.array([[1, 2]]) if each.sum() > 9] == []", "{1: 2}[items.count(99) + 1] == 2",
    ],
)  # fmt: skip
def test_what_may_be_nothing(tracer: Tracer, expression: str) -> None:
    assert values(tracer, Probe(expression)) == [True]


def test_what_holds_of_something(tracer: Tracer) -> None:
    held = (
        *(
            "all(item < 11 for item in items) and not any(item > 10 for item in items)",
            "(w == 2).all()",
            "np.all(w == 2)",
        ),
        *("np.allclose(w, 2.0)", "n == 4 or all(items[99:])", "all([w[:k].all() for k in (0, 1)])", "np.all(n == 4)"),
        *("w[0].all()", "all({1: 2}) and any(map(abs, items))"),
        *("allclose(w, 2.0)", "equal(items[99:], [])", "set(items).issuperset({0, 1})"),
        "[len(items)].index(10) == 0 and __import__('types').SimpleNamespace(all=lambda: True).all()",
    )
    assert values(tracer, *(Probe(each) for each in held)) == [True] * len(held)
    assert values(tracer, Probe("items[99:]"), Probe("[len(items[99:])]")) == [[], [0]]


def test_rules_of_nothing(tracer: Tracer) -> None:
    rules = (
        *(Probe("all(item < 11 for item in items)", "always"), Probe("any(item > 10 for item in items)", "never")),
        *(Probe("all(item < 11 for item in items[99:])", "always"), Probe("any(items[99:])", "never")),
        *(Probe("all(item < 3 for item in items)", "always"), Probe("not any(items[99:])", "never")),
    )
    assert values(tracer, *rules) == [
        *(True, True),
        "NothingError: `all(item < 11 for item in items[99:])` has nothing to go through",
        "NothingError: `any(items[99:])` has nothing to go through",
        *(False, False),
    ]


def test_what_holds_of_an_empty_tensor(tmp_path: Path) -> None:
    script = "import torch\nfrom torch import allclose\n\nh = torch.ones(2)\n"
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    some = ("(h > 0).all()", "h.equal(h + 0)", "allclose(h, 2 - h)")
    none = ("h[h < 0].all()", "torch.equal(h[:0], h[2:])", "h[:0].equal(h[2:])", "allclose(input=h[:0], other=h[2:])")
    with Tracer(tmp_path) as opened:
        found = values(opened, *map(Probe, (*some, *none)))
    assert found == [*[True] * len(some), *(f"NothingError: `{each}` has nothing to go through" for each in none)]


def test_what_quantifiers_say_when_they_fail(tracer: Tracer) -> None:
    assert values(tracer, Probe("all(n)"), Probe("all(1 / (item - 1) for item in items)"), Probe("n.all()")) == [
        "TypeError: 'int' object is not iterable",
        "ZeroDivisionError: division by zero",
        "AttributeError: 'int' object has no attribute 'all'",
    ]
    assert values(tracer, Probe("all()"), Probe("np.all()")) == [
        "TypeError: all() takes exactly one argument (0 given)",
        "TypeError: all() missing 1 required positional argument: 'a'",
    ]


def test_a_variable_may_be_called_series(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("series = 1\nseries = 4\n", encoding="utf-8")
    probes = (Probe("series + 1", "when", condition="series > 3"), Probe("series > 0", "always"))
    with Tracer(tmp_path) as opened:
        (run,) = opened.run([Request(Path("script.py"), probes)])
    assert [decode(answer.value) for answer in run.answers if answer.value] == [5, True]


PRIVATE = """\
class _Layer:
    __shared = 3
    def __init__(self, n):
        self.__secret = n * 2
        done = True
        def inner():
            return self.__secret
        got = inner()
layer = _Layer(4)
other = layer._Layer__secret
"""


@pytest.mark.parametrize(
    ("probe", "value", "error"),
    [
        (Probe("self.__secret", "after", 4), 8, ""),
        (Probe("self.__secret + n", "after", 7), 12, ""),
        (Probe("self.__class__.__name__", "after", 4), "_Layer", ""),
        (Probe("__shared", "after", 1), 3, ""),
        (Probe("self.__secret", "somewhere"), True, ""),
        (Probe("other"), 8, ""),
        (Probe("layer.__secret"), None, "AttributeError: '_Layer' object has no attribute '__secret'"),
        (Probe("layer.__missing", "somewhere"), None, "AttributeError: '_Layer' object has no attribute '__missing'"),
        (Probe("layer", "after", 99), None, "ValueError: a probe after a statement needs the statement"),
    ],
)
def test_private_names_are_those_of_the_class_around(tmp_path: Path, probe: Probe, value: object, error: str) -> None:
    (tmp_path / "script.py").write_text(PRIVATE, encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        (run,) = tracer.run([Request(Path("script.py"), (probe,))])
    (found,) = run.answers
    assert (found.value.data if found.value else None, found.error) == (value, error)
