"""Which names of a snippet are values of its run, and which come from outside of the book."""

from pathlib import Path

import pytest

from backprop_book.core.cache import Memo
from backprop_book.scan import scan

SNIPPET = """\
import math
import random as chance
from math import e, pi, sqrt

import descent as first
from descent import rate
from .nearby import far

from math import tau
tau = 6
sum = 3
"""
ASKS_NOTHING = "docs/page.md:5:5: this expression asks nothing of the run"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book with a snippet that imports something from outside, from another snippet and from the folder around it."""
    settings = '[tool.backprop_book]\ndocs = "docs"\nsnippets = "snippets"\n'
    for path, text in {
        "pyproject.toml": settings,
        "snippets/descent.py": "rate = 0.1\n",
        "snippets/angles.py": SNIPPET,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def problems(root: Path, expression: str) -> list[str]:
    page = f'```python\n--8<-- "angles.py"\n```\n\n[0]{{{expression}}}\n'
    (root / "docs/page.md").write_text(page, encoding="utf-8")
    return [str(problem).splitlines()[0] for problem in scan(root).problems]


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "math.pi > 3",
            "3 < pi",
            "e < math.tau",
            "sqrt(4) == 2",
            "math.isclose(pi, math.pi)",
            "math.sqrt(4) == 2",
            "pi",
        ),
        *("0 if 3 > 2 else rate", "rate if 2 > 3 else 0", "rate < 1 if 3 > 2 else False"),
    ],
)
def test_what_comes_from_outside_is_no_value_of_the_run(root: Path, expression: str) -> None:
    assert problems(root, expression) == [ASKS_NOTHING]


@pytest.mark.parametrize(
    "expression",
    [
        "rate < pi",
        "sum == 3",
        "sum",
        "__name__",
        "[id for id in (far,)]",
        "first.rate < 1",
        "far > 0",
        "tau < 7",
        "chance.random() < 1",
        "math.sqrt(rate) < 1",
        "rate if '}' > '{' else 0",
        "0 if 2 > 3 else rate",
    ],
)
def test_what_may_tell_something_of_the_run(root: Path, expression: str) -> None:
    assert problems(root, expression) == []


def test_a_name_of_another_snippet_is_a_value_of_its_run(root: Path) -> None:
    assert problems(root, "descent.rate < 1") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("snippets/angles.py", SNIPPET.replace("from descent import rate", "from math import inf as rate")),
        ("snippets/angles.py", SNIPPET.replace("from math import e, pi, sqrt", "e = pi = sqrt = 3")),
        ("snippets/math.py", "pi = 3\n"),
    ],
)
def test_an_edit_that_makes_a_name_come_from_elsewhere_is_noticed(root: Path, path: str, text: str) -> None:
    page = '```python\n--8<-- "angles.py"\n```\n\n[0]{rate < 1} and [0]{pi < 4}\n'
    (root / "docs/page.md").write_text(page, encoding="utf-8")
    memo = Memo()
    known = scan(root, memo)
    (root / path).write_text(text, encoding="utf-8")
    assert scan(root, memo).problems == scan(root).problems != known.problems
