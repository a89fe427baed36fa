"""Which step a value comes from, and that errors and pages name the same statement."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from backprop_book.core.expressions import read
from backprop_book.core.model import Probe, Run
from backprop_book.run import Request, Tracer
from backprop_book.scan.question import Part, Question
from backprop_book.site.claim_links import claim_provenance
from backprop_book.verify.provenance import Provenance, provenance_of
from backprop_book.verify.verdict import Verdict
from small_book import Book

CODE = """\
import math
from math import pi


class Box:
    pass


state = Box()
state.bad = 0
still = 1
losses = []
for step in range(9):
    still = 1
    loss = 1 / (step + 1)
    losses.append(loss)
    state.good = step
state.bad = 7


def twice(v):
    doubled = 2 * v
    return doubled


for n in range(9):
    twice(n)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, Probe], tuple[str, int | None, str]]]:
    """Asks a run of some code, and gives the first line of the statement, the step among those of the statement, the words."""
    folder = tmp_path_factory.mktemp("origins")
    names = count()
    with Tracer(folder) as tracer:

        def ask(code: str, probe: Probe) -> tuple[str, int | None, str]:
            script = Path(f"code{next(names)}.py")
            (folder / script).write_text(code, encoding="utf-8")
            run: Run = tracer.run([Request(script, (probe,))])[0]
            (answer,) = run.answers
            assert answer.value is not None, answer.error
            part = Part("code", probe, read(_written(probe)))
            (found,) = provenance_of(Question((part,), part.expression), answer, lambda _: run.trace)
            return _told(run, found)

        yield ask


def _written(probe: Probe) -> str:
    time = f" when {probe.condition}" if probe.condition else f" {probe.moment}" if probe.moment == "always" else ""
    return probe.expression + time


def _told(run: Run, found: Provenance) -> tuple[str, int | None, str]:
    if found.statement is None:
        assert found.step is None
        return "", None, found.moment
    of_statement = [s.index for s in run.trace.steps if s.statement == found.statement and not s.skipped]
    at = None if found.step is None else of_statement.index(found.step)
    return run.trace.statements[found.statement].code, at, found.moment


@pytest.mark.parametrize(
    ("expression", "code", "at", "words"),
    [
        ("loss", "loss = 1 / (step + 1)", 1, ""),
        ("losses[0] + loss", "losses.append(loss)", 1, ""),
        ("state.good", "state.good = step", 1, ""),
        ("state.bad + 1", "state.bad = 7", 0, ""),
        ("state", "state.bad = 7", 0, ""),
        ("losses.count(1)", "losses.append(loss)", 1, ""),
        # What comes out the same was computed all the same.
        ("still", "still = 1", 1, ""),
        ("pi", "from math import pi", 0, ""),
        ("math.floor(loss)", "loss = 1 / (step + 1)", 1, ""),
        ("twice(2).real", "def twice(v):", 0, ""),
        ("series(loss)[0]", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss, step)[0]", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss)[-1] * 2", "loss = 1 / (step + 1)", 1, ""),
        ("series([loss, step])[8][0]", "loss = 1 / (step + 1)", 1, ""),
        ("series(len(losses), step)[-9]", "losses.append(loss)", 0, ""),
        ("abs(series(loss)[0] - series(step)[0])", "loss = 1 / (step + 1)", 0, ""),
        ("series(loss)[2]", "loss = 1 / (step + 1)", None, "in iteration 3 of 9, which was not kept"),
        ("series(loss)[-3]", "loss = 1 / (step + 1)", None, "in iteration 7 of 9, which was not kept"),
        ("series(loss)[0] - series(loss)[1]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[0] - sum(series(loss))", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[2:4]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss).max()", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss).argmin()", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("series(loss)[len(losses) - 8]", "loss = 1 / (step + 1)", None, "over all iterations"),
        ("math.e", "", None, "at the end of the run"),
        ("1 + 1", "", None, ""),
    ],
)
def test_an_expression_comes_from_the_step_that_last_made_what_it_reads(
    asked: Callable[..., tuple[str, int | None, str]], expression: str, code: str, at: int | None, words: str
) -> None:
    found = asked(CODE, Probe(expression))
    # Of equal lines the one is meant that ran last.
    assert found == (code, at, words)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (Probe("loss", "when", condition="step == 8"), ("loss = 1 / (step + 1)", 1, "")),
        (Probe("loss", "when", condition="step == 0"), ("loss = 1 / (step + 1)", 0, "")),
        (
            Probe("loss", "when", condition="step == 4"),
            ("loss = 1 / (step + 1)", None, "in a run of it that was not kept"),
        ),
        (
            Probe("loss", "when", condition="step < 5"),
            ("loss = 1 / (step + 1)", None, "in one of its runs"),
        ),
        (Probe("still", "when", condition="losses == []"), ("still = 1", 0, "")),
        (Probe("step", "when", condition="len(losses) == 9"), ("for step in range(9):", 1, "")),
        (Probe("math.e", "when", condition="step == 8"), ("", None, "during the run")),
        (Probe("loss > 0", "always"), ("", None, "in every state of the run")),
        (Probe("step", "after", statement=9), ("for step in range(9):", 0, "")),
        (Probe("still", "after", statement=9), ("still = 1", 0, "")),
        (Probe("math.e", "after", statement=9), ("still = 1", 0, "")),
        (
            Probe("doubled", "when", statement=15, condition="v == 8"),
            ("doubled = 2 * v", None, "in a run of it that was not kept"),
        ),
        (Probe("doubled", "when", statement=15, condition="v == 0"), ("doubled = 2 * v", 0, "")),
    ],
)
def test_moments(
    asked: Callable[..., tuple[str, int | None, str]], probe: Probe, expected: tuple[str, int | None, str]
) -> None:
    assert asked(CODE, probe) == expected


@pytest.mark.parametrize(
    ("code", "probe", "expected"),
    [
        ("for n in range(9):\n    x = n\n    if n == 2:\n        break\n", Probe("series(x)[-1]"), ("x = n", 1, "")),
        ("n = 0\nwhile n < 2:\n    n += 1\n", Probe("series(n)[0]"), ("n += 1", 0, "")),
        # An iteration that ends without the name gives no element.
        ("for n in range(9):\n    if n < 4:\n        continue\n    x = n\n", Probe("series(x)[0]"), ("x = n", None, "in one of its runs")),
        ("x = 0\nfor n in range(9):\n    if n == 8:\n        x = n\n", Probe("series(x, n)[0]"), ("x = n", None, "in iteration 1 of 9, which was not kept")),
        ("for a in range(2):\n    for b in range(2):\n        x = a * b\n", Probe("series(x, b)[2]"), ("x = a * b", 2, "")),
        ("for a in range(9):\n    for b in range(4):\n        x = a * b\n", Probe("series(x, b)[9]"), ("x = a * b", None, "in one of its runs")),
        (
            "def f():\n    for b in range(2):\n        x = b\nf()\nf()\n",
            Probe("series(x)[-1]", statement=1),
            ("x = b", 3, ""),
        ),
        ("import numpy as np\nfor n in range(2):\n    x = np.ones(2) * n\n", Probe("series(x)[0, 1]"), ("x = np.ones(2) * n", 0, "")),
        ("import numpy as np\nfor n in range(2):\n    x = np.ones(2) * n\n", Probe("series(x)[:, 1].max()"), ("x = np.ones(2) * n", None, "over all iterations")),
        ("x = 3\nfor n in range(2):\n    pass\n", Probe("series(x)[0]"), ("", None, "over all iterations")),
        ("series = [1, 2]\n", Probe("series[0]"), ("series = [1, 2]", 0, "")),
    ],
)  # fmt: skip
def test_an_element_of_a_series_comes_from_its_iteration(
    asked: Callable[..., tuple[str, int | None, str]], code: str, probe: Probe, expected: tuple[str, int | None, str]
) -> None:
    assert asked(code, probe) == expected


MODEL = """\
class Model:
    pass


def halved(x):
    rate = x / 2
    return rate


model = Model()
model.weight = 1.0
model.bias = 0.0
table = {"a": 1}
rate = 0.5
for step in range(5):
    model.weight -= halved(rate)
    model.bias = step
long = [
    1,
]
print("one")
print("two")
"""


def origins(book: Book) -> list[str]:
    (problem,) = book.problems()
    return [str(origin) for origin in problem.origins]


@pytest.mark.parametrize(
    ("body", "origin"),
    {
        "[9]{rate}": "14: rate = 0.5",
        "[9]{model.weight}": "16: model.weight -= halved(rate)",
        "[9]{model.bias + 1}": "17: model.bias = step",
        "[9]{table['a']}": "13: table = {\"a\": 1}",
        "[9]{long[0]}": "18: long = [ ...",
        "[9]{model.weight when step == 1}": "16: model.weight -= halved(rate)",
        "[always]{step < 2 always}": "15: for step in range(5):",
        "[never]{step == 2 never}": "15: for step in range(5):",
        "[9]{series(model.bias)[0]}": "17: model.bias = step",
        '```text title="Output"\none\nthree\n```': "22: print(\"two\")",
    }.items(),
)  # fmt: skip
def test_the_statement_that_last_changed_what_is_claimed(book: Book, body: str, origin: str) -> None:
    book.write("snippets/net.py", MODEL)
    book.write("docs/page.md", f'```python\n--8<-- "net.py"\n```\n\n{body}\n')
    assert origins(book) == [f"snippets/net.py:{origin}"]


@pytest.mark.parametrize("body", ["[9]{1 + 1}", "[9]{__name__}", "`bets`", "[1]{bets}", "[9]{rate < 1}"])
def test_what_no_statement_gave_names_none(book: Book, body: str) -> None:
    book.page(body)
    assert origins(book) == []


def test_a_claim_over_several_runs_names_a_statement_of_each(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0.25\n")
    book.page("[9]{best + ascent.best}")
    (problem,) = book.problems()
    assert str(problem) == (
        "docs/page.md:5:2: this number is not what descent.py and ascent.py give\n"
        "    found:    9\n"
        "    expected: 1 (`best + ascent.best` is 0.838029625)\n"
        "    from:     snippets/descent.py:7: best = min(losses)\n"
        "    from:     snippets/ascent.py:1: best = 0.25\n"
        "    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words"
    )


def test_a_claim_of_another_snippet_names_that_one(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0.25\n")
    book.page("[9]{ascent.best}, [0.5]{ascent.bets}, [so]{ascent.best > best}")
    assert [problem.message for problem in book.problems()] == [
        "this number is not what ascent.py gives",
        "`ascent.bets` has no value in ascent.py",
        "ascent.py and descent.py do not bear this out",
    ]


def test_in_a_note_it_is_the_last_change_up_to_the_statement(book: Book) -> None:
    book.page("It ends.")
    book.write("snippets/descent.md", "## `losses.append(loss)`: first\n\n[9]{loss} and [9]{result}\n")
    changed, missing = book.problems()
    assert [str(origin) for origin in changed.origins] == ["snippets/descent.py:5: loss = loss * (1 - rate)"]
    assert (missing.message, missing.origins) == ("`result` has no value in descent.py", ())


def test_in_a_note_of_a_statement_that_never_runs(book: Book) -> None:
    book.write("snippets/descent.py", "best = 1\nif best > 1:\n    best = 2\n")
    book.page("It ends.")
    book.write("snippets/descent.md", "## `best = 2`: never\n\n[9]{best}\n")
    (problem,) = book.problems()
    assert problem.kind == "expression"


def test_a_part_of_several_runs_that_cannot_leave_its_run(book: Book) -> None:
    book.write("snippets/ascent.py", "from math import isclose\n\nbest = 0.25\n")
    book.page("[the same]{ascent.isclose(ascent.best, best)}")
    (problem,) = book.problems()
    assert str(problem) == (
        "docs/page.md:5:12: `isclose` cannot leave the run of ascent.py\n"
        "    found:    a builtin_function_or_method cannot be had outside of its run\n"
        "    expected: numbers, texts, truth values, arrays, tensors, or lists and dictionaries of such\n"
        "    remedy:   put values of several runs together with NumPy and built-in functions, "
        "such as np.array_equal(a, b), np.allclose(a, b) or abs(a - b) < 1e-6"
    )


def test_several_runs_of_which_an_expression_makes_nothing(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0\n")
    book.page("[0.5]{best / ascent.best}")
    (problem,) = book.problems()
    assert str(problem) == (
        "docs/page.md:5:7: `best / ascent.best` has no value in descent.py and ascent.py\n"
        "    found:    ZeroDivisionError: float division by zero\n"
        "    remedy:   correct the expression"
    )


@pytest.mark.parametrize("formula", ["$$x = {best}$$", "so $$y$$ it"])
def test_a_displayed_formula_cannot_be_claimed(book: Book, formula: str) -> None:
    book.page(f"[{formula}]{{best > 0}}")
    (problem,) = book.problems()
    assert str(problem) == (
        f"docs/page.md:5:{2 + formula.index('$$')}: a displayed formula stands inside the words of a claim\n"
        f"    found:    {formula[formula.index('$$') : formula.rindex('$$') + 2]}\n"
        "    remedy:   write it within the line, $...$, or claim words beside the formula"
    )


@pytest.mark.parametrize(
    "claim",
    [
        "[9]{rate}", "[9]{model.weight}", "[9]{model.bias + 1}", "[9]{table['a']}", "[9]{series(model.bias)[0]}",
        "[9]{model.weight when step == 0}", "[9]{len(table) + rate}", "[9]{halved(4)}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("note", [False, True])
def test_an_error_and_a_page_name_the_same_statement(book: Book, claim: str, note: bool) -> None:
    def check(text: str) -> Verdict:
        book.write("docs/page.md", f'```python\n--8<-- "net.py"\n```\n\n{"It ends." if note else text}\n')
        if note:
            book.write("snippets/net.md", f"## `model.bias = step`: last\n\n{text}\n")
        (verdict,) = (each for each in book.verdicts("snippets/net.md" if note else "docs/page.md"))
        return verdict

    book.write("snippets/net.py", MODEL)
    wrong = check(claim)
    assert wrong.problem is not None
    (edit,) = wrong.edits
    right = check(claim.replace("9", edit.text, 1))
    assert right.status == "holds"
    verifier = book.verifier()
    page = next(document for document in verifier.chapter.pages)
    shown = claim_provenance(verifier.chapter, page, right, lambda stem: verifier.runs.of(stem).trace, lambda _: "")
    assert [(place.place.partition(",")[0], place.code) for place in shown] == [
        (f"line {origin.line}", origin.statement) for origin in wrong.problem.origins
    ]
    assert wrong.provenance == right.provenance
