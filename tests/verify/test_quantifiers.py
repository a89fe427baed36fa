"""What each, every, all, never, always, any, none, both and neither in the words of a claim ask of its expression."""

from small_book import Book

FEW = """\
[Every loss is below the one before]{losses[-1] < losses[0]}
[The loss is always below 1]{loss < 1}
[**Never** above 1]{float(loss) < 1 when step == 1}
[All losses are below 1]{losses[0] < 1}
[all of them are below 1]{losses[0] < 1}
[each is smaller]{series(loss)[-1] < series(loss)[0]}
[below any of them]{best < losses[2]}
[not any is above 1]{losses[0] < 1}
[each is positive]{losses[0] > 0 and losses[1] > 0}
[all are below 1]{all(each < 1 for each in (losses[0], losses[1]))}
[all are below 1]{max(losses[0], losses[1]) < 1}
[all are below 1]{max([losses[0], losses[1]]) < 1}
[all are below 1]{[each < 1 for each in losses][0]}
[all are below 1]{0 < losses[0] < 1}
[all are so]{losses[0] in (0.806625, 1)}
[never above `rate`]{rate < abs(best)}
[every loss stays]{[losses[0], losses[1]] == [losses[0] * 1, losses[1] + 0]}
[every loss is the same]{losses[step] * 1 == -losses[3] * -1}
[none of the losses is above one]{not losses[0] > 1}
[none is above 1]{losses[0] != 0 and best <= 1}
[none is left]{not losses[0] == 0}
[always 4]{len([losses]) * 4 == 4}
[never 5]{step + 1 != 5}
"""
"""Words that speak of many, each with an expression that holds and looks at one or two values."""
MANY = """\
[Every loss is below the one before]{all(b < a for a, b in zip(losses, losses[1:]))}
[The loss is always below 1]{loss < 1 always}, [never above 1]{loss > 1 never}
[All losses are below 1]{max(losses) < 1}, [all of them]{sorted(losses)[-1] < 1}, [each]{sum(each < 1 for each in losses) == len(losses)}
[every number is another one]{len(set(losses)) == len(losses)}, [all of these]{losses == list(losses)}, [any of them]{best in losses}
[each of the two is positive]{(losses[0] > 0) + (losses[1] > 0) == 2}, [all are positive]{losses[0] > 0 and losses[1] > 0 and best > 0}
[each is positive]{losses[0] > 0 and losses[1] > 0 and losses[2] > 0}, [each is below the one before]{losses[0] > losses[1] > losses[2]}
[all 4]{step + 1 == 4}, [all of the 4 losses]{step + 1 == 4}, [every one of the 4]{step + 1 == 4}, [all of these 4]{step + 1 == 4}
[not at all]{loss != 1}, [small after all]{loss < 1}, [above all, it is small]{loss < 1}, [not large any more]{loss < 1}
[not all are below 0.6]{losses[0] > 0.6}, [not every loss is below 0.6]{losses[0] > 0.6}, [they aren't always below 0.6]{losses[0] > 0.6}
[`all` and `any` are small]{loss < 1}, [the loss is small]{loss < 1}, [an overall small loss]{loss < 1}
[every row has two columns]{__import__('numpy').ones((int(len(losses)), 2)).shape[1] == 2}
[all the same]{losses[:3] == [losses[0], losses[1], losses[2]]}, [every loss is there]{len({*losses}) == 4}
[never zero]{0 not in losses}, [all but the last]{step < 4 always}, [each result is told]{all(each in '3/4' for each in result)}
[both are small]{losses[0] < 1 and losses[1] < 1}, [both are one]{losses[0] / losses[1] > 1}, [neither is one]{not any(each == 1 for each in losses)}
[both `best` and `loss` are small]{max(best, loss) < 1}, [both are equal]{round(best, 9) == loss.real.__round__(9)}, [neither is above `rate`]{not (best < rate and loss < rate)}
[none is above 1]{not any(each > 1 for each in losses)}, [none is above one]{max(losses) <= 1}, [none]{sum(each > 1 for each in losses) == 0}
[none of them]{losses[4:] == []}, [none is left]{len(losses) - 4 == 0}
[every loss is doubled]{[2 * each for each in losses] == [each + each for each in losses]}
"""
"""Words that speak of many, with expressions that go through them; and words that do not speak of many."""


def test_one_or_two_values_are_not_many(book: Book) -> None:
    book.page(FEW.replace("\n", "\n\n"))
    found = book.problems()
    assert [problem.line for problem in found] == [5 + 2 * number for number in range(FEW.count("\n"))]
    for problem in found:
        assert (
            problem.message
            == f'the words speak of "{problem.found.lower()}", and the expression looks at one or two values'
        )


def test_one_value_is_not_two(book: Book) -> None:
    book.page(
        "[both are small]{losses[0] < 1}\n\n[neither is one]{abs(float(losses[0])) != 1}\n\n[both kinds]{round(best, 2) < 1}"
    )
    found = [(problem.line, problem.message) for problem in book.problems()]
    looks = "and the expression looks at one value"
    assert found == [
        (5 + 2 * n, f'the words speak of "{word}", {looks}') for n, word in enumerate(("both", "neither", "both"))
    ]


def test_none_is_not_some(book: Book) -> None:
    book.page(
        "[none of the losses is above one]{any(each < 1 for each in losses)}\n\n[Neither is it]{not all(each > 0.7 for each in losses)}"
    )
    assert [problem.message for problem in book.problems()] == [
        "the words speak of none, and the expression asks whether there are any",
        "the words speak of none, and the expression asks whether it is not all",
    ]


def test_what_has_a_name_may_be_empty(book: Book) -> None:
    book.write("snippets/descent.py", "wrong = []\nbest = 0.588\nprint(best)\n")
    book.page("[none is wrong]{not wrong}, [none is wrong]{wrong == []}, [none]{not len(wrong) != 0}")
    assert book.problems() == ()


def test_what_goes_through_something_may_speak_of_many(book: Book) -> None:
    book.page(MANY.replace("\n", "\n\n"))
    assert book.problems() == ()


def test_the_refusal_names_the_word_and_the_expression(book: Book) -> None:
    book.page("[The loss is always small]{best < 0.6}")
    (problem,) = book.problems()
    assert (
        str(problem)
        == """\
docs/page.md:5:14: the words speak of "always", and the expression looks at one or two values
    found:    always
    expected: `all`, `any`, `min`, `max`, `always`, `never` or a comparison of whole arrays, where the claim has `best < 0.6`
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   let the expression look at all that the words speak of, or say less"""
    )
