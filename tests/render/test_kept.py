"""Which runs of a statement are kept, in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.render.moments import kept_runs
from backprop_book.run import Request, Tracer


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("kept")) as shared:
        yield shared


def words(tracer: Tracer, folder: Path, code: str, line: int) -> str | None:
    script = folder / "code.py"
    script.write_text(code, encoding="utf-8")
    trace = tracer.run([Request(script)])[0].trace
    found = kept_runs(trace, trace.steps)
    return found.get(next(s.index for s in trace.statements if s.line == line))


LOOP = "for i in range({}):\n    x = i\n    if i in {}:\n        {}\n"


@pytest.mark.parametrize(
    ("code", "line", "expected"),
    [
        ("x = 1\n", 1, None),
        ("for i in (1, 2):\n    x = i\n", 2, "all 2 runs kept"),
        (LOOP.format(9, (), "pass"), 2, "2 of 9 runs kept: the first and the last; the others were run, not kept"),
        (
            LOOP.format(9, (3, 5), "print(i)"),
            2,
            "4 of 9 runs kept: the first, the last and those that print; the others were run, not kept",
        ),
        (
            LOOP.format(9, (3,), "y = i"),
            2,
            "3 of 9 runs kept: the first, the last and 1 between; the others were run, not kept",
        ),
        (
            "for i in range(9):\n    h = max(0, i - 4)\n    if i == 3:\n        print(i)\n",
            2,
            "4 of 9 runs kept: the first, the last, those that print and those in which an activation starts or ceases; "
            "the others were run, not kept",
        ),
        (
            "for i in range(9):\n    h = max(0, i - 4)\n",
            2,
            "3 of 9 runs kept: the first, the last and those in which an activation starts or ceases; the others were run, not kept",
        ),
        (LOOP.format(9, (3,), "y = i"), 4, None),
        (LOOP.format(9, (3, 5), "y = i"), 4, "1 of 2 runs kept: 1 between; the other one was run, not kept"),
        (
            LOOP.format(40, range(1, 39), "print(i)"),
            2,
            "20 of 40 runs kept: the first, the last and some that print; the others were run, not kept",
        ),
        (
            "for j in (1, 2):\n    for i in range(9):\n        x = i\n",
            3,
            "4 of 18 runs kept; the others were run, not kept",
        ),
        (
            "for n in range(2):\n    for i in range(9):\n        x = i\nfor i in range(9):\n    x = i\n",
            5,
            "2 of 9 runs kept: the first and the last; the others were run, not kept",
        ),
        (
            "def f():\n    for i in range(9):\n        x = i\nf()\nf()\n",
            3,
            "4 of 18 runs kept; the others were run, not kept",
        ),
        (
            "n = 0\nwhile n < 2:\n    for i in range(9):\n        pass\n    n += 1\n",
            5,
            "all 2 runs kept",
        ),
    ],
)
def test_runs_in_words(tracer: Tracer, tmp_path: Path, code: str, line: int, expected: str | None) -> None:
    assert words(tracer, tmp_path, code, line) == expected


def test_a_loop_that_runs_several_times_has_several_firsts(tracer: Tracer, tmp_path: Path) -> None:
    code = "while True:\n    for i in range(9):\n        x = i\n    break\n"
    assert words(tracer, tmp_path, code, 3) == "2 of 9 runs kept; the others were run, not kept"
