"""Which statements a problem names as those that gave the value."""

import pytest

from small_book import Book

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
