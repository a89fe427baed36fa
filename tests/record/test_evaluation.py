"""What seldom happens: odd probes, expressions that cannot be evaluated, limits from outside, a server that is told to end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.core.model import Outcome, Probe, Run
from backprop_book.record.decoder import decode
from backprop_book.run import Limits, Request, Tracer

SCRIPT = """\
import numpy as np
import torch

def grow(limit):
    for size in range(limit):
        local = size * 2
    return local

def never():
    unused = 1

rows = []
for step in range(4):
    row = np.ones(step + 1)
    point = torch.ones(2) * step
    word = str(step)
    if step == 3:
        rest = step
grow(3)
grow(5)
empty = []
three = np.ones(3)
flag = np.bool_(True)
"""


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    folder = tmp_path_factory.mktemp("corners")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    with Tracer(folder) as opened:
        yield opened


def trace(folder: Path, text: str, *probes: Probe, limits: Limits | None = None) -> Run:
    (folder / "script.py").write_text(text, encoding="utf-8")
    with Tracer(folder) as opened:
        (run,) = opened.run([Request(Path("script.py"), probes, limits=limits or Limits())])
    return run


def test_probes_that_are_answered(tracer: Tracer) -> None:
    probes = (
        Probe("series(word)"),
        Probe("[len(each) for each in series(row)]"),
        Probe("series(point)"),
        Probe("local", "end", 3),
        Probe("series(local)", "end", 3),
        Probe("flag", "always"),
        Probe("rest", "when", None, "step == 3"),
        Probe("len(series(rest))"),
    )
    (run,) = tracer.run([Request(Path("script.py"), probes)])
    found = [decode(answer.value) if answer.value else answer.error for answer in run.answers]
    assert found[0] == ["0", "1", "2", "3"]
    assert found[1] == [1, 2, 3, 4]
    points = run.answers[2].value
    assert points is not None
    assert points.data == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert found[3] == 8
    assert found[5:] == [True, 3, 1]


@pytest.mark.parametrize(
    ("probe", "error"),
    [
        (Probe("unused", "after", 7), "the statement did not run"),
        (Probe("series(1 / step)"), "ZeroDivisionError: division by zero"),
        (Probe("three", "never"), "TypeError: the condition is an array, neither true nor false: say .all() or .any()"),
        (Probe("[0] * 6_000_000"), "the value is too large: 6,000,001 parts"),
        (Probe("unused + 1", "end", 7), "there is no state in which its names exist: `unused`"),
    ],
)  # fmt: skip
def test_probes_that_are_not(tracer: Tracer, probe: Probe, error: str) -> None:
    (run,) = tracer.run([Request(Path("script.py"), (probe,))])
    assert run.answers[0].error == error


def test_a_probe_that_is_nested_too_deeply(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(Path("script.py"), (Probe("1" + "+1" * 100_000),))])
    assert run.answers[0].error.startswith("this expression is longer than 4000 characters")


def test_expressions_outside_of_a_run_that_cannot_be_evaluated(tracer: Tracer) -> None:
    broken, missing = tracer.evaluate([("1 +", {}), ("np.nothing", {})])
    assert broken.error == "this is not a Python expression: invalid syntax"
    assert missing.error == "AttributeError: module 'numpy' has no attribute 'nothing'"


def test_an_evaluation_that_ends_its_process_is_an_error(tracer: Tracer) -> None:
    (answer,) = tracer.evaluate([("__import__('os')._exit(3)", {})])
    assert answer.error == "the evaluation did not end by itself: status 3"


def test_a_server_that_is_told_to_end_takes_its_children_with_it(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    order = {
        "folder": str(tmp_path), "script": str(tmp_path / "script.py"), "name": "script.py", "source": "import time\ntime.sleep(60)\n",
        "imports": ["time"], "homes": [], "probes": [], "arguments": [], "keep": "kept", "seconds": 60, "steps": 100,
        "output": 1000, "memory": 2**32, "capacity": 100,
    }  # fmt: skip
    for ending in ("signal", "end of requests"):
        server = subprocess.Popen(
            [sys.executable, "-m", "backprop_book.record", "fork"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert server.stdin is not None
        assert server.stdout is not None
        (tmp_path / "marker").unlink(missing_ok=True)
        server.stdin.write(json.dumps({"what": "run", "order": order, "number": 1}).encode() + b"\n")
        server.stdin.flush()
        until = time.monotonic() + 60
        while time.monotonic() < until and not (tmp_path / "marker").exists():
            time.sleep(0.02)
        assert (tmp_path / "marker").exists()
        if ending == "signal":
            server.send_signal(signal.SIGTERM)
        server.stdin.close()
        assert server.wait(30) == (128 + signal.SIGTERM if ending == "signal" else 0)
        server.stdout.close()
        assert not (tmp_path / "result.json").exists()


def test_a_hard_limit_of_the_system_is_respected(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("x = 1\n", encoding="utf-8")
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom backprop_book.run import Request, Tracer\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**34, 2**34))\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (100, 100))\n"
        "with Tracer(Path(sys.argv[1])) as tracer:\n    print(tracer.run([Request(Path('script.py'))])[0].outcome.kind)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ}, timeout=60)
    assert ended.stdout == "finished\n"


def test_the_status_after_the_end_is_that_of_the_process(tmp_path: Path) -> None:
    run = trace(tmp_path, "import atexit, os\natexit.register(os._exit, 5)\n")
    assert (run.outcome.kind, run.outcome.status) == ("finished", 5)


def test_exit_without_a_code(tmp_path: Path) -> None:
    run = trace(tmp_path, "x = 1\nraise SystemExit\n", Probe("x"))
    assert (run.outcome.kind, run.outcome.message, run.outcome.status) == ("exit", "", 0)


def test_a_condition_of_a_class_of_the_scripts_own_is_no_truth_value(tmp_path: Path) -> None:
    run = trace(tmp_path, "class Own:\n    pass\nown = Own()\n", Probe("own", "always"), Probe("series(1)"))
    assert run.answers[0].error == (
        "TypeError: the condition is neither True nor False but of type Own: compare it with something"
    )
    assert run.answers[1].error == "ValueError: there is no loop to take a series from"


def test_an_exception_whose_words_are_the_scripts_own_is_named_only(tmp_path: Path) -> None:
    text = "class Odd(Exception):\n    def __str__(self):\n        return 'words'\nraise Odd([])\n"
    assert trace(tmp_path, text).outcome.message == "Odd"
    text = "class Odd(Exception):\n    def __str__(self):\n        return 'words'\nraise Odd(1)\n"
    assert trace(tmp_path, text).outcome.message == "Odd"


def test_output_beyond_the_limit_that_only_comes_at_the_end(tmp_path: Path) -> None:
    text = "import atexit\natexit.register(print, 'x' * 5000)\n"
    assert trace(tmp_path, text, limits=Limits(output=1000)).outcome.kind == "output limit"


@pytest.mark.parametrize(
    "text",
    [
        "class Loud:\n    def __del__(self):\n        seen.append(1)\nseen = []\nx = Loud()\nx = 1\ny = 2\n",
        "import numpy as np\nseen = [0]\nclass np:\n    def round(x):\n        seen[0] += 1\nz = np.round(1)\nw = 1\n",
        "seen = [0]\ndef abs(x):\n    seen[0] += 1\n    return x\nz = abs(1)\nw = 1\n",
        "seen = [0]\nclass Sly:\n    def __add__(self, other):\n        seen[0] += 1\n        return 1\ns = Sly()\nz = s + 1\nw = 1\n",
        "import builtins\nseen = [0]\ndef sly(x):\n    seen[0] += 1\n    return x\nbuiltins.abs = sly\nz = abs(1)\nw = 1\n",
        "n = 0\ndef count():\n    global n\n    n = n + 1\n    m = n\n    return m\ncount()\n",
        "import numpy as np\nv = np.ones(2)\nr = np.zeros(2)\nz = v.sum(None, None, r[:0].sum())\nnp.mean(v, None, None, r[0:1].reshape(()))\nw = 1\n",
    ],
)
def test_what_only_looks_like_computing_is_looked_at_closely(tmp_path: Path, text: str) -> None:
    lines = text.splitlines()
    run = trace(tmp_path, text)
    for step in run.trace.steps:
        if any(change.name in {"seen", "r"} and change.old is not None for change in step.changes):
            assert lines[run.trace.statements[step.statement].line - 1].strip() not in {"w = 1", "y = 2"}


def test_names_that_come_with_the_first_statements_are_seen_with_the_first_step(tmp_path: Path) -> None:
    run = trace(tmp_path, "from __future__ import annotations\na = 1\nb = 2\n")
    assert [[each.name for each in step.changes] for step in run.trace.steps] == [["annotations", "a"], ["b"]]


def test_a_class_whose_namespace_does_more_than_to_bind(tmp_path: Path) -> None:
    text = (
        "class Names(dict):\n    def __setitem__(self, name, value):\n        super().__setitem__(name, value)\n"
        "        super().__setitem__(name + '_too', value)\n"
        "class Meta(type):\n    def __prepare__(name, bases):\n        return Names()\n"
        "class Made(metaclass=Meta):\n    a = 1\n    b = 2\n"
    )
    run = trace(tmp_path, text)
    later = {"__firstlineno___too", "__static_attributes___too"}  # Python 3.13 binds them, too
    steps = [step for step in run.trace.steps if step.function == "Made"]
    changed = [[each.name for each in step.changes if each.name not in later] for step in steps]
    assert changed == [["__module___too", "__qualname___too", "a", "a_too"], ["b", "b_too"]]


def test_an_array_that_is_changed_in_place_is_changed_under_all_its_names(tmp_path: Path) -> None:
    run = trace(tmp_path, "import numpy as np\na = np.ones(2)\nb = a\nfor i in range(3):\n    a += 1\n")
    found = [[each.name for each in step.changes] for step in run.trace.steps if step.statement == 4]
    assert found == [["a", "b"]] * 2  # the first and the last iteration


def test_a_neighbour_that_does_not_parse_is_the_scripts_affair(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = (\n", encoding="utf-8")
    run = trace(
        tmp_path, "try:\n    import broken\nexcept SyntaxError as error:\n    found = error.lineno\n", Probe("found")
    )
    assert run.outcome.kind == "finished"
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 1


def test_numbers_that_single_precision_cannot_hold_are_kept(tmp_path: Path) -> None:
    text = "import numpy as np\nnarrow = np.array([np.finfo(np.float32).max, 0.1], dtype=np.float32)\n"
    (answer,) = trace(tmp_path, text, Probe("narrow")).answers
    assert answer.value is not None
    assert answer.value.data == [3.4028234663852886e38, 0.10000000149011612]


def test_a_script_that_once_ran_out_of_stack_is_recorded_to_its_end(tmp_path: Path) -> None:
    text = "def deeper(n):\n    return deeper(n + 1)\ntry:\n    deeper(0)\nexcept RecursionError:\n    print('caught')\nx = 1\nx = 2\n"
    run = trace(tmp_path, text, Probe("x", "after", 6))
    assert [(step.statement, step.output, step.error) for step in run.trace.steps if step.frame == 0] == [
        (0, "", ""),
        (2, "", ""),
        (3, "", "RecursionError: maximum recursion depth exceeded"),
        (4, "", "RecursionError: maximum recursion depth exceeded"),
        (5, "caught\n", ""),
        (6, "", ""),
        (7, "", ""),
    ]
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 1


def test_an_exception_that_says_nothing_of_where_it_was_raised(tmp_path: Path) -> None:
    text = (
        "class Hiding:\n    def __enter__(self):\n        return self\n"
        "    def __exit__(self, kind, error, trace):\n        error.__traceback__ = None\n"
        "x = 1\nwith Hiding():\n    1 / 0\n"
    )
    run = trace(tmp_path, text, Probe("x"))
    assert run.outcome == Outcome("exception", "ZeroDivisionError: division by zero", None, None, 1)
    assert run.trace.stderr == "ZeroDivisionError: division by zero\n"
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 1


def test_exceptions_that_end_without_a_handler_are_recorded_each_time(tmp_path: Path) -> None:
    text = (
        "from contextlib import suppress\n"
        "def later(n):\n    with suppress(ValueError):\n        raise ValueError(n)\n    return n + 1\n"
        "def at_last(n):\n    try:\n        raise KeyError(n)\n    finally:\n        return abs(n)\n"
        "for i in range(6):\n    with suppress(ValueError):\n        raise ValueError(i)\n    later(i)\n    at_last(i)\n"
        "    try:\n        int('a')\n    except* ValueError:\n        pass\n"
    )
    run = trace(tmp_path, text)
    counts = {each.line: count for each, count in zip(run.trace.statements, run.trace.counts, strict=True)}
    assert {line: counts[line] for line in (4, 5, 8, 10, 13, 17)} == dict.fromkeys((4, 5, 8, 10, 13, 17), 6)
    errors = {step.error for step in run.trace.steps if run.trace.statements[step.statement].line == 13}
    assert errors == {"ValueError: 0", "ValueError: 5"}


def test_an_exception_on_its_way_through_several_blocks_is_recorded_once(tmp_path: Path) -> None:
    text = (
        "def through(n):\n    try:\n        with open('/dev/null'):\n            raise KeyError(n)\n    finally:\n"
        "        try:\n            raise OSError(n)\n        except OSError:\n            a = 1\n        b = 2\n"
        "for i in range(3):\n    try:\n        through(i)\n    except KeyError:\n        c = i\n"
    )
    run = trace(tmp_path, text)
    assert set(run.trace.counts[1:]) == {3}


def test_a_number_that_is_equal_is_no_change(tmp_path: Path) -> None:
    run = trace(tmp_path, "x = 1000.5\ny = 500.25\nx = y + y\nx = y\n")
    assert [[change.name for change in step.changes] for step in run.trace.steps] == [["x"], ["y"], [], ["x"]]


def test_a_call_that_ends_within_a_long_loop_accounts_for_all_its_steps(tmp_path: Path) -> None:
    run = trace(tmp_path, "def f(items):\n    for each in items:\n        a = each\nf([1] * 1500)\nx = 1\n")
    assert sum(step.skipped or 1 for step in run.trace.steps) == sum(run.trace.counts) == 2 * 1500 + 4


def test_probes_that_are_settled_before_the_run_is_cut_short(tmp_path: Path) -> None:
    text = "def f(n):\n    a = n\n    b = a\n    return b\nx = 1\nf(1)\nf(2)\nfor i in range(99):\n    x = i\n"
    probes = (
        Probe("x", "after", 4),
        Probe("x > 5", "always"),
        Probe("series(1 / a)[0]", "end", 0),
        Probe("x"),
    )
    run = trace(tmp_path, text, *probes, limits=Limits(steps=60))
    assert run.outcome.kind == "step limit"
    found = [answer.value.data if answer.value else answer.error for answer in run.answers]
    assert found[:2] == [1, False]
    assert str(found[3]).startswith("the run was cut short: step limit in line ")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("(t > 0).all()", 3),
        ("t[0]", "TypeError: the condition is neither True nor False but of type Tensor: compare it with something"),
    ],
)
def test_conditions_that_are_tensors(tmp_path: Path, condition: str, found: object) -> None:
    (answer,) = trace(tmp_path, "import torch\nt = torch.ones(2)\nx = 3\n", Probe("x", "when", None, condition)).answers
    assert (answer.value.data if answer.value else answer.error) == found


def test_a_tensor_that_loses_its_memory_is_another_value(tmp_path: Path) -> None:
    run = trace(tmp_path, "import torch\nt = torch.ones(2, 2)\nt = t.to_sparse()\nx = 1\n")
    assert run.outcome.kind == "finished"
    assert [[change.name for change in step.changes] for step in run.trace.steps][-2:] == [["t"], ["x"]]


def test_an_object_that_holds_itself_is_shown_once(tmp_path: Path) -> None:
    run = trace(tmp_path, "class Node:\n    pass\nn = Node()\nn.me = n\nn.x = 1\n")
    assert [[change.name for change in step.changes] for step in run.trace.steps][-2:] == [["n.me"], ["n.x"]]


def test_a_part_of_a_network_that_is_left_out_is_no_variable(tmp_path: Path) -> None:
    text = "from torch import nn\nm = nn.Sequential()\nm.register_module('none', None)\nm.size = 2\n"
    run = trace(tmp_path, text)
    assert [change.name for step in run.trace.steps for change in step.changes if change.name[0] == "m"] == [
        "m",
        "m.size",
    ]


@pytest.mark.parametrize("word", ["enable", "disable"])
def test_garbage_is_looked_for_after_the_run_exactly_if_the_script_left_it_so(tmp_path: Path, word: str) -> None:
    run = trace(tmp_path, f"import atexit, gc\ngc.{word}()\natexit.register(lambda: print(gc.isenabled()))\n")
    assert run.trace.stdout == f"{word == 'enable'}\n"
