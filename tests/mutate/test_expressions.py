"""What an expression can become, and which claims hold with another one."""

import pytest

from backprop_book.core.expressions import read
from backprop_book.core.problems import BookError
from backprop_book.tools.mutate import expression_mutants, find_weaknesses
from small_book import Book


def changes(expression: str) -> list[tuple[str, str]]:
    return [(mutant.change, mutant.expression) for mutant in expression_mutants(read(expression))]


def test_comparisons_and_conditions() -> None:
    assert changes("a < b and not c == d") == [
        ("dropped", "not c == d"), ("dropped", "a < b"), ("turned", "a > b and (not c == d)"), ("loosened", "a <= b and (not c == d)"),
        ("turned", "a < b and (not c != d)"),
    ]  # fmt: skip
    assert changes("a < b < c and d and e")[:3] == [
        ("dropped", "d and e"), ("dropped", "a < b < c and e"), ("dropped", "a < b < c and d"),
    ]  # fmt: skip
    assert changes("(a > b) & c") == [
        ("dropped", "a > b"),
        ("dropped", "c"),
        ("turned", "(a < b) & c"),
        ("loosened", "(a >= b) & c"),
    ]
    assert changes("a is None or b in c") == [
        ("turned", "a is not None or b in c"),
        ("turned", "a is None or b not in c"),
    ]


def test_numbers_and_elements() -> None:
    assert changes("a[0] - 3") == [
        ("element", "a[1] - 3"),
        ("element", "a[-1] - 3"),
        ("constant", "a[0] - 4"),
        ("constant", "a[0] - 2"),
    ]
    assert changes("f(a, 0.3) + 1e-9") == [
        ("bound", "f(a, 0.3) + 1e-08"), ("bound", "f(a, 0.3) + 1e-10"), ("constant", "f(a, 3.0) + 1e-09"), ("constant", "f(a, 0.03) + 1e-09"),
    ]  # fmt: skip
    assert changes("a['x'] is True") == [("turned", "a['x'] is not True")]


def test_all_and_any_and_one_of_many() -> None:
    assert changes("(a + b).all()") == [
        ("all", "(a + b).any()"),
        ("one", "(a + b)[:1].all()"),
        ("one", "(a + b)[-1:].all()"),
    ]
    assert changes("np.allclose(a, b)") == [
        ("one", "np.allclose(a[:1], b[:1])"),
        ("one", "np.allclose(a[-1:], b[-1:])"),
    ]
    assert changes("any(v for v in a)") == [
        ("any", "all((v for v in a))"), ("one", "any((v for v in list(a)[:1]))"), ("one", "any((v for v in list(a)[-1:]))"),
    ]  # fmt: skip
    assert changes("not any(a)") == [("all", "not all(a)"), ("one", "not any(a[:1])"), ("one", "not any(a[-1:])")]
    assert changes("a.all() never")[:2] == [("one", "not (a.all())"), ("any", "a.any() never")]
    assert changes("a > b always") == [("one", "a > b"), ("turned", "a < b always"), ("loosened", "a >= b always")]
    assert changes("a > b when c == 1") == [("turned", "a < b when c == 1"), ("loosened", "a >= b when c == 1")]
    assert changes("f(max)(a)") == []


def found(book: Book) -> list[tuple[str, int, list[tuple[str, str]]]]:
    verifier = book.verifier()
    weaknesses = find_weaknesses(verifier, verifier.chapter.documents)
    return [
        (each.words, each.line, [(mutant.change, mutant.expression) for mutant in each.mutants])
        for each in weaknesses.found
    ]


def test_the_most_suspicious_come_first(book: Book) -> None:
    book.page(
        "It is [small]{loss < 0.9 and rate < 0.5}. [All of them fall]{all(each < 0.9 for each in losses)}, and\n"
        "[they differ]{(losses[0] < losses[1]) != (losses[0] > losses[1])}. [0.1]{rate}, and the last is [0.588]{losses[3]}.\n\n"
        "| [loss]{losses[row]} | [small]{losses[row] < 5} | [mixed]{losses[row] if cell[0] > 0.6 else best + 0} |\n|---|---|---|\n"
        "| 0.807 | yes | 0.807 |\n| 0.726 | yes | 0.726 |\n| 0.653 | ✓ | 0.653 |\n| 0.588 | ✓ | 0.588 |\n"
    )
    one, two, all_, small, chosen = found(book)
    assert one == (
        "yes", 10, [
            ("constant", "losses[0] < 6"), ("constant", "losses[0] < 4"), ("element", "losses[-1] < 5"), ("loosened", "losses[0] <= 5"),
        ],
    )  # fmt: skip
    assert (two[0], {change for change, _ in two[2]}) == ("they differ", {"element"})
    assert (all_[0], [change for change, _ in all_[2]]) == ("All of them fall", ["one", "one", "loosened", "bound"])
    assert (small[0], [change for change, _ in small[2]]) == (
        "small",
        ["dropped"] * 2 + ["loosened"] * 2 + ["bound"] * 2,
    )
    assert (chosen[0], [change for change, _ in chosen[2]]) == ("0.807", ["loosened", "bound", "bound"])


def test_a_turned_comparison_that_holds_comes_first(book: Book) -> None:
    book.page(
        "[small]{loss < 0.9} and [different]{not (losses[0] == losses[1] and rate == loss)}, [all]{min(losses) < 0.9}"
    )
    assert [(words, changed[0][0]) for words, _, changed in found(book)] == [
        ("different", "turned"), ("all", "one"), ("small", "loosened"),
    ]  # fmt: skip


def test_a_column_whose_rows_make_other_expressions_is_left_alone(book: Book) -> None:
    book.page("| what | [differs]{loss != cell[0]} |\n|---|---|\n| one | yes |\n| [0.1]{rate} | yes |\n")
    assert found(book) == []


def test_a_statement_of_one_of_many(book: Book) -> None:
    book.page("[All of them fall]{all(each < 0.85 for each in losses)}")
    assert found(book) == [
        (
            "All of them fall", 5,
            [
                ("one", "all((each < 0.85 for each in list(losses)[:1]))"), ("one", "all((each < 0.85 for each in list(losses)[-1:]))"),
                ("loosened", "all((each <= 0.85 for each in losses))"), ("bound", "all((each < 8.5 for each in losses))"),
            ],
        )
    ]  # fmt: skip


def test_a_book_that_is_wrong_is_not_tried(book: Book) -> None:
    book.page("[0.5]{rate}, 7 of them, `1 + 1 = 3`")
    with pytest.raises(BookError) as caught:
        found(book)
    assert len(caught.value.problems) == 3
    book.write("snippets/broken.py", "x = 1\n1 / 0\n")
    book.write("docs/page.md", '```python\n--8<-- "broken.py"\n```\n\n[1]{x}\n')
    with pytest.raises(BookError) as caught:
        found(book)
    assert "ZeroDivisionError" in str(caught.value)
