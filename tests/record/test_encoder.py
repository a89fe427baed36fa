"""Values whose description is put off: a trace shows them as they were, whatever is done to them later and by which name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.core.model import Run, Value
from backprop_book.run import Request, Tracer


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("scripts")) as opened:
        yield opened


def traced(tracer: Tracer, text: str) -> Run:
    place = tracer._root / "script.py"
    place.write_text(text, encoding="utf-8")
    (run,) = tracer.run([Request(Path("script.py"), keep="every")])
    assert run.outcome.kind == "finished", run.outcome
    return run


def plain(value: Value | None) -> object:
    """A value as nested lists, with the names of what has names."""
    if value is None:
        return None
    if value.items:
        return [(name, plain(each)) for name, each in value.items]
    return value.data


def history(run: Run, name: str) -> list[object]:
    """What a name came to hold, one value after another; None where it is gone."""
    return [plain(change.new) for step in run.trace.steps for change in step.changes if change.name == name]


def test_container_of_arrays_is_shown_as_it_was(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "import numpy as np\na = np.array([1.0, 2.0])\npair = (a, 'x')\ntable = {'one': [a]}\n"
        "a[0] = 5.0\ntable['one'][0][1] = 7.0\ntable['one'].append(None)\n",
    )
    assert history(run, "a") == [[1.0, 2.0], [5.0, 2.0], [5.0, 7.0]]
    assert history(run, "pair") == [
        [("0", [first, second]), ("1", "x")] for first, second in ((1.0, 2.0), (5.0, 2.0), (5.0, 7.0))
    ]
    assert history(run, "table") == [
        [("'one'", [("0", [1.0, 2.0])])],
        [("'one'", [("0", [5.0, 2.0])])],
        [("'one'", [("0", [5.0, 7.0])])],
        [("'one'", [("0", [5.0, 7.0]), ("1", None)])],
    ]


def test_same_content_held_twice_or_in_two_copies_is_no_change(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "import numpy as np\na = np.array([1.0, 2.0])\nboth = [a, a.copy()]\nboth = [a, a]\nrow = [a]\n"
        "nested = [row, [a]]\nnested = [row, row]\nlists = [[1], [1]]\nlists[1] = lists[0]\n",
    )
    assert [len(history(run, name)) for name in ("both", "nested", "lists")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("first", "then"),
    [("0.0", "-0.0"), ("1", "True"), ("1", "1.0"), ("1.0", "np.float64(1.0)"), ("'1'", "1"), ("None", "'None'")],
)
def test_equal_values_of_another_kind_in_a_container_are_a_change(tracer: Tracer, first: str, then: str) -> None:
    run = traced(tracer, f"import numpy as np\nheld = {{'k': [{first}, np.ones(2)]}}\nheld['k'][0] = {then}\n")
    assert len(history(run, "held")) == 2


@pytest.mark.parametrize("held", ["[np.float64(1), np.float64(2)]", "[(np.int64(1), 'x'), (1, (2, None))]"])
def test_numbers_and_tuples_that_cannot_change_are_told_apart_where_others_take_their_place(
    tracer: Tracer, held: str
) -> None:
    run = traced(
        tracer,
        f"import numpy as np\nheld = [{held}, ()]\nheld[0][1] = held[0][0]\nheld[0][0] = np.float32(1)\n"
        "held[0][1] = np.float32(1)\nheld[0][0] = held[0][1] + 0\nheld[0] = tuple(held[0])\n",
    )
    assert len(history(run, "held")) == 5


@pytest.mark.parametrize(
    ("made", "then"),
    [
        ("np.array(1.5)", "a[()] = 2.5"),
        ("np.arange(6.0).reshape(2, 3).T", "a[2, 0] = 9.0"),
        ("np.array([1.0, 2.0], dtype='>f8')", "a[0] = 9.0"),
        ("np.array([1.0, 2.0])", "a.shape = (2, 1)"),
        ("np.array([1j, 2.0])", "a[0] = 9.0"),
        ("np.array(['x', 'yy'])", "a[0] = 'z'"),
        ("np.array(['2020-01-01'], dtype='M8[D]')", "a[0] = '2021-01-01'"),
        ("np.array([0.0])", "a[0] = -0.0"),
        ("np.zeros(2000, dtype=bool)", "a[1] = True"),
        ("np.zeros(2000)", "a[1] = 1.0"),
        ("np.zeros((0, 3))", "a = a.T"),
        ("np.zeros(1, dtype=[('n', 'i4')])", "a[0]['n'] = 1"),
        ("np.array([1, 'x'], dtype=object)", "a[0] = 2"),
    ],
)
def test_array_of_any_kind_that_changes_is_shown_as_it_was_and_as_it_is(tracer: Tracer, made: str, then: str) -> None:
    run = traced(tracer, f"import numpy as np\na = {made}\n{then}\nb = a\nc = {made}\n")
    (before, after), (same,), (again,) = (
        [change.new for step in run.trace.steps for change in step.changes if change.name == name] for name in "abc"
    )
    assert before == again
    assert after == same
    assert before != after


def test_other_keys_and_another_order_are_a_change(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "import numpy as np\nheld = {1: np.ones(1), 2: np.ones(1)}\nheld[1] = held.pop(1)\nheld[True] = np.ones(2)\n"
        "del held[2]\nheld = [*held.values()]\nheld = (*held,)\n",
    )
    assert len(history(run, "held")) == 6


def test_container_that_holds_itself_or_too_much_is_seen_to_change(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "import numpy as np\nown = [np.ones(1)]\nown.append(own)\nown[0][0] = 2.0\nmany = [own] * 50\nmany.append(many)\n"
        "long = [np.float64(k) for k in range(2500)]\nlong.append(long[0])\n"
        "wide = [np.zeros(2000), 1]\nwide[0][1999] = 3.0\nloud = [[object()], 1]\nloud[0].append(2)\n"
        "hollow = [[] for k in range(2500)]\nhollow[0].append(1)\nkeyed = {k: [k] for k in range(1500)}\nkeyed[7][0] = 8\n",
    )
    names = ("own", "many", "long", "wide", "loud", "hollow", "keyed")
    assert [len(history(run, name)) for name in names] == [3, 2, 2, 2, 2, 2, 2]


def test_a_graph_of_objects_is_not_written_out_along_each_of_its_paths(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "class Node:\n    pass\n\nnodes = [Node() for k in range(20)]\nfor node in nodes:\n"
        "    node.others = [other for other in nodes if other is not node]\nnodes[7].others.pop()\n"
        "pair = [1, 2]\npairs = [[pair, pair], pair]\n",
    )
    values = [change.new for step in run.trace.steps for change in step.changes if change.name == "nodes"]
    assert values[-1] is not None
    assert (values[-1].summary, values[-1].items) == ("20 entries", ())
    assert values[-2] != values[-1]
    assert history(run, "pairs") == [[[[1, 2], [1, 2]], [1, 2]]]


SLY = {
    "an array": (
        "import numpy as np\n\nclass Kept(np.ndarray):\n    pass\n\nclass Sly:\n"
        "    shape = (2,)\n\n    @property\n    def dtype(self):\n        print('asked')\n        return np.dtype(float)\n\n"
        "    def tobytes(self):\n        return np.ones(2).tobytes()\n\n"
        "a = np.ones(2)\na = a.view(Kept)\na = a.view(np.ndarray)\na = Sly()\n",
        ["numpy.ndarray", "Kept", "numpy.ndarray", "Sly"],
    ),
    "a tensor": (
        "import torch\n\nclass Sly:\n    @property\n    def dtype(self):\n        print('asked')\n\n"
        "a = torch.ones(2)\na = torch.nn.Parameter(a, requires_grad=False)\na = a.data\na = Sly()\n",
        ["torch.Tensor", "torch.nn.Parameter", "torch.Tensor", "Sly"],
    ),
}


@pytest.mark.parametrize("what", SLY)
def test_what_looks_like_the_value_before_it_is_a_change_and_is_asked_nothing(tracer: Tracer, what: str) -> None:
    script, types = SLY[what]
    run = traced(tracer, script)
    held = [change.new for step in run.trace.steps for change in step.changes if change.name == "a"]
    assert [value and value.type for value in held] == types
    assert run.trace.stdout == ""


def test_tensor_that_is_bound_again_to_its_name_is_no_change(tracer: Tracer) -> None:
    run = traced(
        tracer,
        "import torch\nw = torch.ones(2, requires_grad=True)\n(w * w).sum().backward()\nbest = w\nw = w\nw = best\n"
        "w = best + 1\n",
    )
    assert history(run, "w") == [[1.0, 1.0], [2.0, 2.0]]
    assert history(run, "w.grad") == [[2.0, 2.0], None]


def test_name_of_an_exception_is_gone_after_its_handler(tracer: Tracer) -> None:
    run = traced(tracer, "a = 0\ntry:\n    1 / a\nexcept ArithmeticError as e:\n    a = 1\na = 2\nb = a\n")
    gone = [step.statement for step in run.trace.steps for change in step.changes if change.name == "e"]
    assert gone == [3, 5]
    assert history(run, "e")[1] is None
