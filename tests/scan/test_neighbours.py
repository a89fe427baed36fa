"""What stands between claims and code: signs, copulas, and names of other snippets in the same sentence."""

import operator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.scan import scan, scan_text
from backprop_book.scan.book import Chapter

SNIPPET = """\
import numpy as np


def relu(value):
    return max(value, 0)


x = np.array([1.0, 0.0, 1.0, 1.0])
rate = 0.1
loss = 0.028
count = 5
n = 9
"""
NOT_HELD = "this relation between claims does not hold"
NOT_WORKED_OUT = "no check can work out this relation between claims"
COMPUTED = "`x[2]` is said to be this number, and the expression computes another one"
NOT_COMPARED = "no check can work out this relation between code and a claim"


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """A book of two snippets."""
    root = tmp_path_factory.mktemp("neighbours")
    for path, text in {
        "pyproject.toml": '[tool.backprop_book]\nsnippets = "snippets"\n',
        "snippets/demo.py": SNIPPET,
        "snippets/other.py": "n = 4\nprint(n)\n",
        "docs/index.md": "Nothing.\n",
    }.items():
        place = Path(root, path)
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return scan(root)


def said(chapter: Chapter, text: str) -> list[str]:
    """What is wrong with a text below the listing of the snippet, without what is wrong with code that nothing checks."""
    document = scan_text(chapter, "docs/page.md", f'```python\n--8<-- "demo.py"\n```\n\n{text}\n')
    return [problem.message for problem in document.problems if problem.kind in ("equation", "expression")]


HOLDS = [
    "[9]{n} > [5]{count}, [9]{n} ≥ [5]{count}; [9]{n} ≠ [5]{count}. [9]{n} = [9]{n}",
    "[9]{n} − [5]{count} = [4]{other.n} < [5]{count}",
    "([9]{n} + [5]{count}) × [4]{other.n} = [56]{(n + count) * 4}, √([9]{n}) and (it is [9]{n} > [5]{count})",
    "[9]{n} → [5]{count}, [9]{n} -> [5]{count}, [9]{n}: [5]{count}, [9]{n}/[5]{count}, [9]{n}–[5]{count}, [9]{n}, [5]{count}",
    "[9]{n} ± [5]{count}, [9]{n} × [5]{count}, [9]{n} is [5]{count}, [9]{n} and = [5]{count}",
    "[nine]{n} > [five images]{count} < [175 billion]{# published}, [10 %]{rate} = [0.1]{rate}, [0.67]{2 / 3 + 0 * n} ≈ [2 / 3]{[2, count - 2]}",
    "[1, 0, 1, 1]{x} = [1, 0, 1, 1]{x}, [k]{# the letter of `k`} = [5]{count}",
    "[9]{n} $\\ge$ [5]{count}, [9]{n} $x$ [5]{count}, [9]{n} `n` [5]{count}, [9]{n} $2 <$ [5]{count} $<$",
    "- [9]{n}\n- [5]{count}\n\n> [9]{n}\n> > [5]{count}",
    "`rate` is [0.1]{rate}, and `count` was [5]{count}. `x[2]` is [1]{float(x[2])}. `n` is [4]{n - count} more, `rate` is [0.1]{float(rate)}",
    "`x[2]` is [1]{float(demo.x[2])}, `x` is [1, 0, 1, 1]{x.tolist()}, `x[0, 1]` is [1]{x[0][1].item()} and `n` is [9]{n == 9}.",
    "`n` is [9]{series(n)[0]}, `x[0]` is [1]{series(x)[3][0]}, and `x` is [1]{x[0]} at first.",
    "The size of `x` is [4]{x.size}. The value of `n` is [9]{n}. The values of the `x` are [4]{n}. `relu` of [5]{count}, `np.abs` of [9]{n}.",
    "`rate` and `count` are [0.1]{rate} and [5]{count}. `rate` and `count` are [5]{count} of many.",
    "`demo.n` is [9]{n}. `n` is [4]{other.n}. `count` is [above 3]{n > 3}. `x.sum()` is [9]{n}. `other` is [4]{other.n}.",
    "`rate` has [five]{count} digits. `range` is [5]{count}. `count` is [small]{n > 3}. `n` is [5]{# in the paper}.",
    "In the run of `other`, [4]{other.n} are left. [9]{n} are.",
    "`demo` ends at [9]{n}, and `demo.py` says `n = 9`. Unlike `other`, `demo` ends at [9]{demo.n} and [5]{# in the paper}.",
]


@pytest.mark.parametrize("text", HOLDS)
def test_what_is_honest_is_left_alone(chapter: Chapter, text: str) -> None:
    assert said(chapter, text) == []


FAILS = {
    "[9]{n} < [5]{count}": [NOT_HELD],
    "so [9]{n} + [5]{count} = [9]{n}.": [NOT_HELD],
    "[9]{n} = [5]{count} = [9]{n}": [NOT_HELD, NOT_HELD],
    "[9]{n} &lt; [5]{count}": [NOT_HELD],
    "**[9]{n}** \\< _[5]{count}_": [NOT_HELD],
    "<b>[9]{n}</b> < <i>[5]{count}</i>": [NOT_HELD],
    "[9]{n} $<$ [5]{count}": [NOT_HELD],
    "[9]{n} `<=` [5]{count}": [NOT_HELD],
    "[9]{n}\n==\n[5]{count}": [NOT_HELD],
    "([9]{n} + [5]{count}) × [4]{other.n} = [29]{n + 20}": [NOT_HELD],
    "([9]{n} > ([5]{count} + [5]{count}))": [NOT_HELD],
    "[nine]{n} < [five]{count}": [NOT_HELD],
    "[9]{n} > [175 billion]{# published}": [NOT_HELD],
    "[10 %]{rate} = [10]{rate}": [NOT_HELD],
    "[0.9]{n} = [0.8963]{loss}": [NOT_HELD],
    "[9]{n} / [5]{count} = [1]{n - 8}²": [NOT_HELD],
    "([9]{n} − [5]{count})² = [4]{other.n}": [NOT_HELD],
    "[9]{n} ≪ [5]{count}": [NOT_WORKED_OUT],
    "[9]{n} => [5]{count}": [NOT_WORKED_OUT],
    "[9]{n} ~ [5]{count}": [NOT_WORKED_OUT],
    "[the loss]{loss < 1} < [5]{count}": [NOT_WORKED_OUT],
    "[9 of 10]{[n, 10]} = [5]{count}": [NOT_WORKED_OUT],
    "`count` < [9]{n}": [NOT_COMPARED],
    "[9]{n} >= `count`": [NOT_COMPARED],
    "`rate` is [0.028]{loss}": ["`rate` is said to be this number, and the expression does not read it"],
    "The value of `rate` is [0.028]{loss}": ["`rate` is said to be this number, and the expression does not read it"],
    "so `rate`\nis about **[0.03]{loss}**": ["`rate` is said to be this number, and the expression does not read it"],
    "`rate` = [about 0.03]{loss}": ["`rate` is said to be this number, and the expression does not read it"],
    "[0.028]{loss} ≈ `rate`": ["`rate` is said to be this number, and the expression does not read it"],
    "with a `rate` of [0.028]{loss}": ["`rate` is said to be this number, and the expression does not read it"],
    "`x[0]` is [1]{x[2] + 0 * x[0:1][0]}": ["`x[0]` is said to be this number, and the expression does not read it"],
    "`x` is [4]{x.size}. `x` is [1]{x[2]}, and `x` = [1, 0]{x[:2]}.": [COMPUTED.replace("x[2]", "x")] * 3,
    "`x[0]` is [1]{max(x[0], 1)}": [COMPUTED.replace("x[2]", "x[0]")],
    "`n` is [0]{int(n / 10)}": [COMPUTED.replace("x[2]", "n")],
    "`n` is [9]{5 +}": ["this is not a Python expression: invalid syntax"],
    "`x[0]` is [1]{x[2]}": ["`x[0]` is said to be this number, and the expression does not read it"],
    "`other.n` is [9]{n}": ["`other.n` is said to be this number, and the expression does not read it"],
    "`rate` and `count` are [5]{count} and [0.1]{rate}": [
        "`rate` is said to be this number, and the expression does not read it",
        "`count` is said to be this number, and the expression does not read it",
    ],
    "`rate`, `count` are [9]{n}": ["`rate` is said to be this number, and the expression does not read it"],
    "`x[2]` is [1]{np.sum(x[:3]) - x[2]}": [COMPUTED],
    "`n` is [5]{n - 4}, `n` = **[5]{count if n else 0}**, and `rate` is [−0.1]{-rate} but so": [
        COMPUTED.replace("x[2]", "n")
    ]
    * 2
    + [COMPUTED.replace("x[2]", "rate")],
    "`n = 9` < [5]{count}": [NOT_COMPARED],
    "In the run of `other`, [9]{n} are left.": ["this sentence names `other`, and the claim reads demo.py"],
    "Unlike `other`, `demo` ends at [9]{n}.": ["this sentence names `other`, and the claim reads demo.py"],
    "In `other.py`, `n = 9`, and [it\nfalls]{loss < 1 always}": [
        "this sentence names `other`, and the claim reads demo.py",
        "this sentence names `other`, and the claim reads demo.py",
    ],
    "See `snippets/other.py`: [9]{n when n > 1}": ["this sentence names `other`, and the claim reads demo.py"],
    "[The run of `other`: 9]{n}": ["this sentence names `other`, and the claim reads demo.py"],
}


@pytest.mark.parametrize("text", FAILS)
def test_what_is_said_of_several_things_is_held_to_them(chapter: Chapter, text: str) -> None:
    assert said(chapter, text) == FAILS[text]


def test_an_error_says_what_would_be_right(chapter: Chapter) -> None:
    text = '```python\n--8<-- "demo.py"\n```\n\nIt is [9]{n} < [5]{count}; `rate` is [0.028]{loss}.\n'
    document = scan_text(chapter, "docs/page.md", text)
    assert [str(problem) for problem in document.problems] == [
        """\
docs/page.md:5:7: this relation between claims does not hold
    found:    9 < 5
    expected: more than 9 in place of 5
    remedy:   correct the sign or the claims; where numbers are rounded, write ≈""",
        """\
docs/page.md:5:46: `rate` is said to be this number, and the expression does not read it
    found:    loss
    expected: `rate`
    remedy:   read the name in the expression, or say what the number is of""",
    ]


SIGNS = {"<": operator.lt, ">": operator.gt, "=": operator.eq, "≤": operator.le, "≥": operator.ge, "≠": operator.ne}


@given(
    left=st.decimals(-999, 999, places=2), right=st.decimals(-999, 999, places=2), sign=st.sampled_from(sorted(SIGNS))
)
def test_a_relation_holds_exactly_if_that_of_its_numbers_does(
    chapter: Chapter, left: Decimal, right: Decimal, sign: str
) -> None:
    holds = SIGNS[sign](left, right)
    assert said(chapter, f"[{left}]{{n}} {sign} [{right}]{{count}}") == ([] if holds else [NOT_HELD])


def test_claims_without_a_listing_above_are_read_as_well(chapter: Chapter) -> None:
    text = "`demo.n` is [9]{demo.n}, `demo.n` is [5]{demo.count}, and `other.n` of [4]{other.n}.\n"
    problems = scan_text(chapter, "docs/page.md", text).problems
    assert [problem.message for problem in problems if problem.kind == "expression"] == [
        "`demo.n` is said to be this number, and the expression does not read it"
    ]
