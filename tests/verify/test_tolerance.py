"""How wide a tolerance in a boolean claim may be."""

import pytest

from small_book import Book

WIDE = "the expression would hold for other values, too: its tolerance is too wide for these words"
FAR = "the words say that something is this number, and the expression says that it is away from it"
SNIPPET = """\
import math
from math import isclose

import numpy as np
import torch

loss = 0.395
rate = 0.1
n = 9
tiny = 2e-5
tinier = 1e-5
zero = 0.0
a = np.array([1.0, 2.0])
b = np.array([1.5, 2.5])
t, u = torch.tensor([1.0, 2.0]), torch.tensor([1.25, 2.25])
losses = [0.5, 0.4, 0.395]
margin = 5
for step in range(3):
    other = step + 1.0
"""


@pytest.fixture
def numbers(book: Book) -> Book:
    book.write("snippets/descent.py", SNIPPET)
    return book


@pytest.mark.parametrize(
    "claim",
    [
        "[The loss is 0.4]{abs(loss - 0.4) < 10}",
        "[The loss is 0.4]{abs(loss - 0.4) < 0.06}",
        "[The loss is 0.40]{abs(loss - 0.40) <= 0.006}",
        "[The loss is 0.4]{10 > abs(0.4 - loss)}",
        "[The loss is 0.4]{not abs(loss - 0.4) > 10}",
        "[The loss is 0.4]{math.fabs(loss - 0.4) < 1e-1}",
        "[The loss is 0.4]{np.isclose(loss, 0.4, atol=1)}",
        "[The loss is 0.4]{np.allclose(loss, 0.4, 1)}",
        "[The loss is 0.4]{np.allclose(loss, 0.4, 0, 1)}",
        "[The loss is 0.4]{np.isclose(a=loss, b=0.4, rtol=0.5)}",
        "[The loss is 0.4]{math.isclose(loss, 0.4, abs_tol=0.5)}",
        "[The loss is 0.4]{math.isclose(loss, 0.4, rel_tol=2 / 4)}",
        "[The loss is 0.4]{torch.allclose(torch.tensor(loss), torch.tensor(0.4), atol=1)}",
        "[It takes four steps]{abs(n - 4) < 6}",
        "[The loss is 40 %]{abs(loss - 0.4) < 0.006}",
        "[The loss is 0.4]{-10 < loss - 0.4 < 10}",
        "[The loss is 0.4]{-0.01 <= loss - 0.4 <= 0.3}",
        "[The loss is 0.4]{abs(loss - 0.4) < 10 < 11}",
        "[The loss is 0.4]{(abs(loss - 0.4) < 10) == True}",
        "[The loss is 0.4]{np.isclose(loss, 0.4, **{'atol': 1})}",
        "[The loss is 0.4]{abs(loss - 0.4) < margin}",
        "[both agree]{-n < rate - n < n + 1}",
        "[both agree]{np.allclose(rate, n, atol=100)}",
        "[both agree]{np.allclose(rate, n, rtol=1)}",
        "[both agree]{math.isclose(rate, n, abs_tol=10)}",
        "[both agree]{abs(rate - n) < 9}",
        "[both agree]{abs(rate - n) < margin * 2}",
        "[both agree]{isclose(rate, n, abs_tol=10)}",
        "[both agree]{np.allclose(a, b, 0.5)}",
        "[both agree]{np.allclose(a, b, atol=0.6)}",
        "[both agree]{np.allclose([1.0, 2.0], [1.5, float(loss)], atol=5)}",
        "[both agree]{np.max(np.abs(a - b)) < 1 and n == 9}",
        "[both agree]{np.linalg.norm(a - b) <= 1}",
        "[both agree]{(abs(a - b) < 1).all()}",
        "[both agree]{(t - u).abs().max() < 0.5}",
        "[both agree]{t.allclose(u, 0.5)}",
        "[both agree]{torch.allclose(t, u, atol=0.5)}",
        "[both agree]{abs(tiny - tinier) < 1e-4}",
        "[both agree]{(loss - rate) ** 2 < 1}",
        "[both agree]{np.square(a - b).sum() < 1}",
        "[both agree]{(loss - rate) ** 2 < margin}",
        "[The loss is 0.4]{(loss - 0.4) ** 2 < 0.5}",
        "[The loss is 0.4]{(loss - 0.4) ** 2 < 1e999}",
        "[both agree]{round(loss) == round(rate)}",
        "[both agree]{np.round(loss) == np.round(rate)}",
        "[both agree]{bool(torch.tensor(loss).round() == torch.tensor(rate).round())}",
        "[both agree]{math.floor(loss) == math.floor(rate)}",
        "[both agree]{not round(loss, ndigits=0) != round(rate)}",
        "[The loss is 0.39]{round(loss, 1) == round(0.39, 1)}",
        "[The loss is 0]{round(loss) == 0}",
        "[The loss is 0]{abs(loss - 0) < 0.5}",
        "[they agree, and so do these]{abs(rate - rate * 1) < 1e-6 and abs(rate - n) < 20}",
        "[always alike]{abs(other - n) < 20 always}",
        "[alike then]{abs(other - n) < 20 when step == 1}",
        "[never apart]{abs(other - n) > 20 never}",
        "[it is zero]{np.allclose(loss, 0, atol=1)}",
        "[it is zero]{abs(loss - 0.0) < margin}",
    ],
)
def test_a_tolerance_that_is_wider_than_the_words(numbers: Book, claim: str) -> None:
    numbers.page(claim)
    assert [problem.message for problem in numbers.problems()] == [WIDE]


@pytest.mark.parametrize(
    "claim",
    [
        "[The loss is 0.4]{abs(loss - 0.4) < 0.05}",
        "[The loss is 0.395]{abs(loss - 0.395) <= 0.0005}",
        "[The squared difference is below 0.3]{(loss - rate) ** 2 < 0.3}",
        "[The loss is 0.4]{(loss - 0.4) ** 2 < 0.002}",
        "[closer to it]{(loss - 0.4) ** 2 < (losses[0] - 0.4) ** 2}",
        "[The loss is 0.4]{round(loss, 1) == 0.4}",
        "[alike]{round(tiny, 9) == round(tinier * 2, 9)}",
        "[alike]{round(loss, 3) == round(losses[2], 3)}",
        "[The count is 9]{round(n * 1.0) == 9}",
        "[a round number]{round(n * 560, -3) == 5000}",
        "[a whole number]{round(n) == n and round(loss, 10**9) == loss}",
        "[a whole number]{round(loss, n) == loss}",
        "[The zero is 0]{abs(zero - 0) < 1e-6}",
        "[they differ]{round(loss) != round(n)}",
        "[The loss is 0.4]{0.35 < loss < 0.45}",
        "[The loss is 0.395, and the rate lies between 0 and 1]{loss == 0.395 and 0 < rate < 1}",
        "[The loss is within 0.1 of 0.4]{abs(loss - 0.4) < 0.1}",
        "[The loss is 0.4, give or take 10 %]{np.isclose(loss, 0.4, rtol=0.1)}",
        "[The loss is 0.4 to a tenth]{abs(loss - 0.4) < 0.1}",
        "[at most ten apart]{abs(rate - n) <= 10}",
        "[The loss is 0.395]{np.isclose(loss, 0.395)}",
        "[The loss is 39.5 %]{abs(loss - 0.395) <= 0.0005}",
        "[half as large]{abs(tinier - tiny / 2) < 1e-6}",
        "[both agree]{np.allclose(a, b - 0.5)}",
        "[both agree]{np.allclose(a, b - 0.5, atol=1e-3)}",
        "[both agree]{np.allclose(zero, zero * 2, atol=1e-6)}",
        "[both are zero]{np.allclose([zero, zero], 0, atol=0.001)}",
        "[The loss is 0.4]{-0.05 < loss - 0.4 <= 0.05}",
        "[The loss is 0.4]{(abs(loss - 0.4) < 0.05) is True}",
        "[they differ]{abs(a - b).max() > 0.1}",
        "[in order]{rate < loss != n}",
        "[something else]{(lambda allclose: allclose(loss + 9))(lambda each: each > 1)}",
        "[they differ]{not np.allclose(a, b)}",
        "[never alike]{abs(other - n) < 1 never}",
        "[The loss is not 0.5]{abs(loss - 0.5) > 0.1}",
        "[closer to it]{abs(loss - 0.4) < abs(losses[0] - 0.4)}",
        "[it is positive]{abs(loss - rate) > 0}",
        "[alike]{np.allclose(losses, [0.5, 0.4, 0.395], atol=0.01) and losses != []}",
        "[alike]{np.allclose(losses, losses[:], atol=1)}",
        "[one or the other]{losses == [] or (lambda x: abs(x - n) < 20)(1)}",
        "[`n` or so]{bool(n if abs(rate - n) < 20 else rate)}",
        "[nearby]{np.isclose(loss) if losses == [] else n == 9}",
        "[nearby]{(n == 9) * 1 == 1 and [abs(loss - rate) < 5][0]}",
    ],
)
def test_a_tolerance_that_the_words_allow(numbers: Book, claim: str) -> None:
    numbers.page(claim)
    assert numbers.problems() == ()


@pytest.mark.parametrize(
    "claim",
    ["[The loss is 0.5]{abs(loss - 0.5) > 0.1}", "[The loss is 0.5]{not np.isclose(loss, 0.5)}"],
)
def test_what_is_away_from_a_number_is_not_this_number(numbers: Book, claim: str) -> None:
    numbers.page(claim)
    assert [problem.message for problem in numbers.problems()] == [FAR]


def test_runs_of_several_snippets_may_be_alike(numbers: Book) -> None:
    numbers.write("snippets/ascent.py", "loss = 0.41\n")
    numbers.page("[alike]{abs(descent.loss - ascent.loss) < 0.02}")
    assert [problem.found for problem in numbers.problems()] == ["abs(descent.loss - ascent.loss) < 0.02"]
    numbers.page("[alike]{abs(descent.loss + 0.015 - ascent.loss) < 0.001}")
    assert numbers.problems() == ()


IDENTITY = "the words say that something is this number, and the expression does not"


@pytest.mark.parametrize(
    "expression",
    ["loss < 0.4 or loss > 0.4", "(loss < 0.4) | (loss > 0.4)", "not (loss >= 0.4 and loss <= 0.5)", "loss < 0.4 or loss > 0.9", "loss < 0.4 and loss < 0.9"],
)  # fmt: skip
def test_bounds_that_enclose_nothing_say_no_number(numbers: Book, expression: str) -> None:
    numbers.page(f"[The loss is 0.4]{{{expression}}}")
    assert [problem.message for problem in numbers.problems()] == [IDENTITY]


@pytest.mark.parametrize(
    "expression", ["0.35 < loss < 0.9", "loss > 0.36 and loss < 0.9", "not (loss <= 0.1 or loss >= 0.45)"]
)
def test_bounds_that_lie_further_away_than_the_last_digit_say_no_number(numbers: Book, expression: str) -> None:
    numbers.page(f"[The loss is 0.4]{{{expression}}}")
    (problem,) = numbers.problems()
    assert problem.message == "the words say that something is this number, and the expression allows others"
    assert problem.expected.startswith(
        "bounds that are at most half a unit of its last digit away, where the expression has 0."
    )


def test_the_exact_words_of_the_refusals(numbers: Book) -> None:
    numbers.page(
        "[The loss is 0.4]{abs(loss - 0.4) < 10}, [alike]{abs(rate - n) < 9}, [zero]{abs(rate - 0) < 9}, [The loss is 0.5]{abs(loss - 0.5) > 0.1}"
    )
    assert [str(problem) for problem in numbers.problems()] == [
        """\
docs/page.md:5:14: the expression would hold for other values, too: its tolerance is too wide for these words
    found:    abs(loss - 0.4) < 10
    expected: a tolerance of at most half a unit of the last digit of 0.4
    from:     snippets/descent.py:7: loss = 0.395
    remedy:   narrow the tolerance, or state it in the words""",
        """\
docs/page.md:5:43: the expression would hold for other values, too: its tolerance is too wide for these words
    found:    abs(rate - n) < 9
    expected: a tolerance of less than a hundredth of what is compared
    from:     snippets/descent.py:9: n = 9
    remedy:   narrow the tolerance, or state it in the words""",
        """\
docs/page.md:5:71: the expression would hold for other values, too: its tolerance is too wide for these words
    found:    abs(rate - 0) < 9
    expected: a tolerance of at most 0.001, next to zero
    from:     snippets/descent.py:8: rate = 0.1
    remedy:   narrow the tolerance, or state it in the words""",
        """\
docs/page.md:5:110: the words say that something is this number, and the expression says that it is away from it
    found:    0.5
    expected: a comparison that holds near 0.5, where the expression has `abs(loss - 0.5) > 0.1`
    from:     snippets/descent.py:7: loss = 0.395
    remedy:   reread the sentence and say what is true, then turn the words or the comparison around""",
    ]


ZERO = "the words speak of zero, and the expression compares with something else"


@pytest.mark.parametrize(
    "claim",
    [
        "[zero]{loss < 0.5}", "[the rate is Zero]{rate < 0.2}", "[zero]{bool(loss)}", "[they start at zero]{losses[0] < 1}", "[zero]{[rate, n] != [1, 2]}",
        "[both are zero]{a[0] < 2 and b[0] < 2}", "[zero]{not loss > 1}", "[zero]{loss < 0.0011 * 400}", "[all zero]{np.allclose(a, [1.0, 2.0])}",
    ],
)  # fmt: skip
def test_zero_in_words_is_compared_with_zero(numbers: Book, claim: str) -> None:
    numbers.page(f"It is so: {claim}.")
    assert [problem.message for problem in numbers.problems()] == [ZERO]


@pytest.mark.parametrize("claim", ["[the loss is zero]{loss > 0}", "[the loss is below zero]{loss > 0}"])
def test_zero_in_words_is_a_number_that_is_compared(numbers: Book, claim: str) -> None:
    numbers.page(f"It is so: {claim}.")
    (problem,) = numbers.problems()
    assert problem.message in (
        "the words say that something is this number, and the expression does not",
        "the words and the expression compare this the opposite way",
    )


def test_zero_in_words_that_holds(numbers: Book) -> None:
    numbers.page(
        "[zero]{zero == 0}, [zero]{not zero}, [practically zero]{tiny < 1e-3}, [not zero]{loss != 0}, [above zero]{loss > 0}, "
        "[zero]{not a[:0].size}, [zero]{np.allclose(a - a[0] * np.array([1, 2]), 0)}, [all are zero]{not any((a - a * 1.0).tolist())}, "
        "[zero and one]{[zero, zero + 1] == [0, 1]}, [a zero-based index]{n == 9}, [zero on the left]{(0, n) == (zero, n * 1)}."
    )
    assert numbers.problems() == ()
