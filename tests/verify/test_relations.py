"""Signs and comparing words between claims are worked out from the values of the run: equal is more than to be rounded alike."""

import pytest

from small_book import Book

ROUNDED = "this relation holds for the rounded numbers only, and not for the values of the run"
SNIPPET = """\
near = 0.104
far = 0.096
rate = 0.1
three = 0.1 + 0.2
tiny = 1.2e-20
pair = [1.04, 2.0]
large = 10**400
"""
HOLDS = [
    "[0.1]{near} ≈ [0.1]{far} < [0.3]{three}",
    "[0.1]{near} ≥ [0.1]{far}",
    "[0.1]{rate} + [0.2]{rate * 2} = [0.3]{three}, and [10 %]{rate} = [0.1]{rate}",
    "[0.3]{three} = [0.3]{rate * 3}, [0.1]{rate} − [0.1]{rate} = [0]{rate - rate * 1}",
    "[1.2e-20]{tiny} = [1.2e-20]{tiny * 1}, [1.0, 2.0]{pair} = [1.0, 2.0]{pair}",
    "[0.1]{near} = [0.1]{# published}, [0.1]{rate} = [0.1 of it]{rate == 0.1}",
    "([0.1]{rate} + [0.1]{rate}) × [10]{1 / rate} = [2.0]{rate * 20}",
]
FAILS = {
    "[0.1]{near} = [0.1]{far}": "0.1 = 0.1",
    "[0.1]{near} ≤ [0.1]{far}": "0.1 ≤ 0.1",
    "[0.1]{near} ≈ [0.1]{far} = [0.1]{rate}": "0.1 ≈ 0.1 = 0.1",
    "[0.1]{near} + [0.1]{near} < [0.2]{2 * far} + [0.01]{rate / 10}": "0.1 + 0.1 < 0.2 + 0.01",
    "[10 %]{near} = [0.1]{rate}": "10% = 0.1",
    "[1e-20]{tiny} = [1e-20]{tiny * 1.1}": "1E-20 = 1E-20",
    "[1.0, 2.0]{pair} = [1.0, 2.0]{[1.0, 2.0 * len(pair) / 2]}": "(1.0, 2.0) = (1.0, 2.0)",
    "[0.1]{# published} ≥ [0.1]{near}": "0.1 ≥ 0.1",
}
SPOKEN_HOLDS = [
    "[0.104]{near} is more than [0.096]{far}",
    "[0.1]{far} is a little less than [0.1]{near}",
    "[0.104]{near} is at least [0.096]{far} and at most [0.3]{three}",
    "[0.1]{near} is at least [0.1]{near * 1}",
    "[0.1]{near} and [0.3]{three} are more than [10]{1 / rate} apart",
    "[0.1]{near} is hardly more than [0.3]{three}",
    "[0.1]{near} is less than [0.096]{# published}",
    "[1.04, 2.0]{pair} are less than [0.1]{near}",
]
SPOKEN_FAILS = {
    "[0.104]{near} is less than [0.096]{far}": "0.104 less than 0.096",
    "[0.104]{near} is a little\nless than about [0.096]{far}": "0.104 less than 0.096",
    "[0.1]{near} is less than [0.1]{far}": "0.1 less than 0.1",
    "[0.1]{near} is less than [0.1]{near * 1}": "0.1 less than 0.1",
    "**[0.1]{rate}** is above **[0.3]{three}**": "0.1 above 0.3",
    "[0.3 seconds]{three} are at most [0.1 seconds]{rate}": "0.3 seconds at most 0.1 seconds",
}


@pytest.fixture
def related(book: Book) -> Book:
    book.page("")
    book.write("snippets/related.py", SNIPPET)
    return book


def page(book: Book, text: str) -> None:
    book.write("docs/related.md", f'```python\n--8<-- "related.py"\n```\n\nIt is so: {text}.\n')


@pytest.mark.parametrize("text", HOLDS)
def test_what_is_equal_but_for_rounding_errors_is_equal(related: Book, text: str) -> None:
    page(related, text)
    assert related.problems() == ()


@pytest.mark.parametrize("text", FAILS)
def test_what_is_only_rounded_alike_is_not_equal(related: Book, text: str) -> None:
    page(related, text)
    assert [(problem.message, problem.found) for problem in related.problems()] == [(ROUNDED, FAILS[text])]


@pytest.mark.parametrize("text", SPOKEN_HOLDS)
def test_a_relation_in_words_that_the_values_have_holds(related: Book, text: str) -> None:
    page(related, text)
    assert related.problems() == ()


@pytest.mark.parametrize("text", SPOKEN_FAILS)
def test_a_relation_in_words_is_compared_with_the_values(related: Book, text: str) -> None:
    page(related, text)
    assert [(problem.message, problem.found) for problem in related.problems()] == [
        ("this relation between claims does not hold", SPOKEN_FAILS[text])
    ]


def test_a_claim_that_fails_is_told_alone(related: Book) -> None:
    page(related, "[0.1]{near} = [0.2]{far}, [0.1]{near} = [0.1]{fra}")
    assert [problem.message for problem in related.problems()] == [
        "this relation between claims does not hold",
        "this number is not what related.py gives",
        "`fra` has no value in related.py",
    ]


def test_long_lists_are_compared_as_they_are_written(related: Book) -> None:
    numbers = ", ".join(["1.0"] * 300)
    page(related, f"[{numbers}]{{[1.04] * 300 if near else 0}} = [{numbers}]{{[0.96] * 300 if near else 0}}")
    assert related.problems() == ()


def test_large_integers_are_compared_in_full(related: Book) -> None:
    page(related, f"[{10**400}]{{large}} = [{10**400}]{{large * 1}}")
    assert related.problems() == ()


def test_the_exact_words_of_the_refusal(related: Book) -> None:
    page(related, "[0.1]{near} = [0.1]{far}")
    assert [str(problem) for problem in related.problems()] == [
        f"""\
docs/related.md:5:11: {ROUNDED}
    found:    0.1 = 0.1
    expected: a relation that holds for 0.104 and 0.096
    remedy:   write ≈, or state more digits"""
    ]


def test_the_exact_words_of_the_refusal_of_words(related: Book) -> None:
    page(related, "[0.104]{near} is less than [0.096]{far}")
    assert [str(problem) for problem in related.problems()] == [
        """\
docs/related.md:5:11: this relation between claims does not hold
    found:    0.104 less than 0.096
    expected: a relation that holds for 0.104 and 0.096
    remedy:   reread the sentence and say what is true"""
    ]
