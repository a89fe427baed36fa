"""Which number belongs to which name in the words of a claim, and what cells of booleans and texts may say."""

import pytest

from small_book import Book

SNIPPET = "x = [1.0, 0.0]\nsteps = 5\nn = 9\na = 4\nloss = 0.25\ntext = 'on'\nmarked = 'W_1'\nkinds = ['on', 'off']\n"
HOLDS = [
    "[2 rows and 3 columns]{(len(x), a - 1) == (2, 3)}, [9, then 5, then 9]{n == 9 and steps == 5 and max(n, a) == 9}, [`a` and `n` are 4]{a == 4 and n > 4}",
    "[`steps` and `n` are 5 and about 9]{n == 9 and steps == 5}, [a and n are 9 and 4]{n == 9 and a == 4}",
    "[`n` is 9 and `steps` is 5]{n == 9 and steps == 5}, [`n` is 9 and `steps` is 5]{steps == 5 and n == 9}",
    "[5 steps, 9 of them bad]{steps == 5 and n == 9}, [5 steps, and 9 more]{n == 9 and steps == 5}",
    "[`n = 9`, `steps == 5`]{steps == 5 and n == 9}, [`n` and `steps` are 9 and 5]{(n, steps) == (9, 5)}",
    "[9 and 5 for `n` and `steps`]{n == 9 and steps == 5}, [9 or 4]{n == 9 or a == 4}, [`x[0]` is 1 and `x[1]` is 0]{x[0] == 1 and x[1] == 0}",
    "[above 0.2 and below 0.5]{0.2 < loss < 0.5}, [a 5 % level at 4]{steps > 0.05 and a == 4}, [−4 and 9]{-4 < 0 * n and n == 9}",
    "[the step 2 of 5]{len(x) == 2 and steps == 5}, [9 is 9]{n == 9 and 9 == a + 5}, [4 times 9]{4 == a == n - 5 and (n == 9) is True}",
    "[9 on, 4 off]{f'{n} on' == '9 on' and a == 4}, [`n` and `steps` are [9, 5]]{[n, steps]}, [`n` 9, 4 more]{(n, a)}, [9 and 5]{[n, steps][:2]}",
    "| [on]{x[row] == 1} | [kind]{kinds[row]} |\n|---|---|\n| **yes** | on |\n| ❌ | `off` |",
    "| [on]{x[row] == 1} | [kind]{kinds[row]} |\n|---|---|\n| ✔ | [on and on]{kinds[0]} |\n| False | [as it was]{# known} |",
    "| [name]{marked} |\n|---|\n| W\\_1 |",
]


def shown(book: Book, text: str) -> None:
    book.write("snippets/descent.py", SNIPPET)
    book.page(text)


@pytest.mark.parametrize("text", HOLDS)
def test_what_is_right_holds(book: Book, text: str) -> None:
    shown(book, text)
    assert [str(problem) for problem in book.problems()] == []


ORDER = "these numbers come in another order than in the expression, so nothing says which of them is whose"
FAILS = {
    "[`n` is 5 and `steps` is 9]{n == 9 and steps == 5}": "this number stands beside `n`, and is another one in the expression",
    "[`n` is 5 and `steps` is 9]{(n, steps) == (9, 5)}": "this number stands beside `n`, and is another one in the expression",
    "[`n = 5`, `steps = 9`]{n == 9 and steps == 5}": "this number stands beside `n`, and is another one in the expression",
    "[9 steps, and 5 more]{n == 9 and steps == 5}": "this number stands beside `steps`, and is another one in the expression",
    "[with steps 9 it is 5]{n == 9 and steps == 5}": "this number stands beside `steps`, and is another one in the expression",
    "[`n` is at least 4 and `a` at most 9]{n <= 9 and a >= 4}": "this number stands beside `n`, and is another one in the expression",
    "[5 rounds, 9 of them bad]{n == 9 and steps == 5}": ORDER,
    "[`n` and `steps` are 5 and 9]{n == 9 and steps == 5}": "this number stands beside `n`, and is another one in the expression",
    "[`steps` and `n` are 9 and 5]{n == 9 and steps == 5}": "this number stands beside `steps`, and is another one in the expression",
    "[`n`, `steps` = 5, 9]{(n, steps) == (9, 5)}": "this number stands beside `n`, and is another one in the expression",
    "[3 rows and 2 columns]{(len(x), a - 1) == (2, 3)}": ORDER,
    "[9, then 9, then 5]{n == 9 and steps == 5 and max(n, a) == 9}": ORDER,
    "[`x[0]` is 4 and `x[1]` is 9]{x[0] < 9 and x[1] < 4}": ORDER,
    "[5 on, 9 off]{f'{n} on' == '9 on' and steps == 5}": ORDER,
    "[5 at 9]{steps == 5 when n == 9} and [9 at 5]{steps == 5 when n == 9}": ORDER,
    "[`n` is 5 and `steps` is 9]{[steps, n]}": "this number stands beside `n`, and is another one in the expression",
    "| [on]{x[row] == 1} |\n|---|\n| ❌ |\n| no |": "this is not what descent.py gives",
    "| [on]{x[row] == 1} |\n|---|\n| 0 |\n| no |": "descent.py gives True or False, and this cell says neither",
    "| [on]{x[row] == 1} |\n|---|\n| yes |\n| No. |": "descent.py gives True or False, and this cell says neither",
    "| [on]{x[row] == 1} |\n|---|\n| dead |\n| no |": "descent.py gives True or False, and this cell says neither",
    "| [kind]{kinds[row]} |\n|---|\n| on or off |\n| off |": "this cell is not the text that descent.py gives",
    "| [kind]{kinds[row]} |\n|---|\n| on |\n| Off |": "this cell is not the text that descent.py gives",
}


@pytest.mark.parametrize("text", FAILS)
def test_what_is_swapped_or_says_more_is_refused(book: Book, text: str) -> None:
    shown(book, text)
    assert [problem.message for problem in book.problems()] == [FAILS[text]]


def test_the_errors_say_what_the_expression_has(book: Book) -> None:
    shown(
        book,
        "[`n` is 5 and `steps` is 9]{n == 9 and steps == 5}, [5 rounds, 9 bad]{n == 9 and steps == 5}\n\n| [kind]{text} |\n|---|\n| on it |",
    )
    assert [str(problem) for problem in book.problems()] == [
        """\
docs/page.md:5:9: this number stands beside `n`, and is another one in the expression
    found:    5
    expected: `n == 9` beside `n`
    from:     snippets/descent.py:3: n = 9
    remedy:   reread the sentence, and write each number beside the name that it belongs to""",
        f"""\
docs/page.md:5:54: {ORDER}
    found:    5, and then 9
    expected: 9 before 5, as in `n == 9 and steps == 5`
    from:     snippets/descent.py:3: n = 9
    remedy:   write the comparisons in the order of the words, or each number beside its name""",
        """\
docs/page.md:9:3: this cell is not the text that descent.py gives
    found:    on it
    expected: on (`text`)
    from:     snippets/descent.py:6: text = 'on'
    remedy:   write the text alone in the cell""",
    ]
