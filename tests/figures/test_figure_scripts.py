"""The scripts of figures, as they are read without running them."""

import pytest
from shown import GOOD, sample, show

from backprop_book.scan.book import Chapter
from small_book import Book

OTHER = "seen = 1\n"


def read(book: Book, text: str) -> Chapter:
    show(book, falling=text)
    book.write("snippets/other.py", OTHER)
    return book.verifier().chapter


def test_a_script_says_its_title_its_data_and_its_table(book: Book) -> None:
    chapter = read(book, sample("falling"))
    script = chapter.scripts["falling"]
    assert chapter.problems == ()
    assert script.title == "How it falls"
    assert [(datum.name, datum.expression) for datum in script.data] == [
        ("step", "series(descent.step)"),
        ("loss", "series(descent.loss)"),
        ("small", "series(descent.loss) < 0.7"),
        ("rate", "[descent.rate for _ in descent.losses]"),
        ("result", "descent.result"),
    ]
    assert script.rows == (0, 2, 3)
    (grid,) = script.grids
    assert [column.header for column in grid.columns] == ["step", "loss", "small", "rate"]
    text = script.source.text
    assert all(text.startswith(f'"{column.expression}"', column.start) for column in grid.columns)
    assert text.startswith("def draw", script.draw)


def test_without_a_table_the_data_are_its_columns(book: Book) -> None:
    (grid,) = read(book, GOOD).scripts["falling"].grids
    assert (grid.caption, [column.header for column in grid.columns]) == ("", ["loss"])


def test_several_tables_have_captions(book: Book) -> None:
    grids = read(book, sample("panels")).scripts["falling"].grids
    assert [grid.caption for grid in grids] == ["Losses", "Others"]


def test_columns_are_counted_in_characters(book: Book) -> None:
    chapter = read(book, GOOD.replace('{"loss": "series', '{"löss": "series').replace("descent.loss)", "descent.)"))
    assert [(problem.line, problem.column) for problem in chapter.problems] == [(3, 17)]


WRONG = {
    "no title": (
        ('"""It falls."""\n', ""),
        "1:1: this figure has no title",
        "begin the script with a docstring; its first line is the title",
    ),
    "a number in the title": (
        ("It falls", "It falls in 4 steps"),
        "1:1: the title of this figure states a number",
        "say it without the number, which nothing checks here",
    ),
    "no DATA": (
        ('DATA = {"loss": "series(descent.loss)"}', ""),
        "1:1: this figure has no DATA",
        "write the names and the expressions out, each in quotes",
    ),
    "no dictionary": (
        ('{"loss": "series(descent.loss)"}', "dict(loss=1)"),
        "3:8: DATA is not a dictionary of expressions",
        "write the names and the expressions out, each in quotes",
    ),
    "no expressions": (
        ('"series(descent.loss)"', "descent.loss"),
        "3:8: DATA is not a dictionary of expressions",
        "write the names and the expressions out, each in quotes",
    ),
    "an unpacked dictionary": (
        ('{"loss"', '{**{}, "loss"'),
        "3:8: DATA is not a dictionary of expressions",
        "write the names and the expressions out, each in quotes",
    ),
    "no name": (
        ('{"loss"', '{"a b": "descent.rate", "loss"'),
        "3:9: this is no new name",
        "give each of the data a name of its own, as `draw` reads it: data.loss",
    ),
    "a private name": (
        ('{"loss"', '{"_a": "descent.rate", "loss"'),
        "3:9: this is no new name",
        "give each of the data a name of its own, as `draw` reads it: data.loss",
    ),
    "a name twice": (
        ('descent.loss)"}', 'descent.loss)", "loss": "descent.rate"}'),
        "3:41: this is no new name",
        "give each of the data a name of its own, as `draw` reads it: data.loss",
    ),
    "no snippet": (
        ("series(descent.loss)", "loss"),
        "3:17: this names no snippet that it could speak of",
        "say of which snippet it is, `snippet.name`",
    ),
    "a part without a snippet": (
        ("series(descent.loss)", "descent.rate + loss"),
        "3:17: this names no snippet that it could speak of",
        "say of which snippet it is, `snippet.name`",
    ),
    "a snippet that is gone": (
        ("series(descent.loss)", "series(ascent.loss)"),
        "3:17: there is no snippet `ascent`",
        "correct the name, or add ascent.py",
    ),
    "no table": (
        ("\n\ndef", "\nTABLE = [1]\n\ndef"),
        "5:9: TABLE is not a dictionary of columns",
        "write its headers and expressions out, each in quotes; for several tables, a dictionary of such",
    ),
    "half a table": (
        ("\n\ndef", '\nTABLE = {"a": {"loss": "loss"}, "b": {}}\n\ndef'),
        "5:9: TABLE is not a dictionary of columns",
        "write its headers and expressions out, each in quotes; for several tables, a dictionary of such",
    ),
    "a column that is no expression": (
        ("\n\ndef", '\nTABLE = {"loss": "loss +"}\n\ndef'),
        "5:18: this is not a Python expression: invalid syntax",
        "correct it",
    ),
    "a header with a number": (
        ("\n\ndef", '\nTABLE = {"loss after 7 steps": "loss"}\n\ndef'),
        "5:10: nothing checks this number above a table",
        "use the number in the expression of the column, or leave it out",
    ),
    "a caption with a number": (
        ("\n\ndef", '\nTABLE = {"In 2 steps": {"loss 1": "loss[1]"}}\n\ndef'),
        "5:25: nothing checks this number above a table",
        "use the number in the expression of the column, or leave it out",
    ),
    "a column with a null": (
        ("\n\ndef", '\nTABLE = {"loss": "\\0"}\n\ndef'),
        "5:18: this is not a Python expression: source code string cannot contain null bytes",
        "correct it",
    ),
    "a column of unknown data": (
        ("\n\ndef", '\nTABLE = {"loss": "[k + los for k in loss]"}\n\ndef'),
        "5:18: there are no data `los`",
        "correct the name, or add it to DATA",
    ),
    "a column that is computed": (
        ("\n\ndef", '\nTABLE = {"loss": "loss * 2"}\n\ndef'),
        "5:18: this column is no entry of DATA",
        "give what it shows an entry in DATA, computed there, and name that here",
    ),
    "a column from its end": (
        ("\n\ndef", '\nTABLE = {"loss": "loss[::-1].round(2)"}\n\ndef'),
        "5:18: this column is no entry of DATA",
        "give what it shows an entry in DATA, computed there, and name that here",
    ),
    "a column of numbers": (
        ("\n\ndef", '\nTABLE = {"loss": "[\'one\', \'two\']"}\n\ndef'),
        "5:18: this column is no entry of DATA",
        "give what it shows an entry in DATA, computed there, and name that here",
    ),
    "a header that names something else": (
        ("\n\ndef", '\nTABLE = {"accuracy": "loss[:, -1].round(2)"}\n\ndef'),
        "5:10: this header does not name what stands below it",
        "name the entry in the header, or give it the name that the header has",
    ),
    "no rows": (
        ("\n\ndef", "\nROWS = 7\n\ndef"),
        "5:8: ROWS is not a list of rows",
        "list the rows that are kept, by their positions from zero, ascending",
    ),
    "rows that fall": (
        ("\n\ndef", "\nROWS = [2, 1]\n\ndef"),
        "5:8: ROWS is not a list of rows",
        "list the rows that are kept, by their positions from zero, ascending",
    ),
    "no draw": (
        ("def draw", "def drew"),
        "1:1: this figure has no function `draw`",
        "define it",
    ),
    "a number in a text": (
        ("data.loss,", 'data.loss, label=f"in {data.loss[4]:.2f} of 12",'),
        "8:43: this text states a number that nothing checks",
        "take the number from the data, as in {data.step[-1]}, or leave it to the caption",
    ),
    "bad syntax": (("data):", "data"), "6:9: this is not Python: '(' was never closed", "mend the syntax"),
    "a depth": (("data):", f"data=({'-' * 20_000}1)):"), "1:1: this is not Python: it is nested too deeply", "mend the syntax"),
    "a null": (("data):", "data):\0"), "1:1: this is not Python: source code string cannot contain null bytes", "mend the syntax"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_script_is_said_at_its_place(book: Book, case: str) -> None:
    (old, new), message, remedy = WRONG[case]
    assert old in GOOD
    chapter = read(book, GOOD.replace(old, new, 1))
    lines = [line for problem in chapter.problems for line in str(problem).splitlines()]
    assert lines[0] == f"figures/falling.py:{message}"
    assert lines[-1] == f"    remedy:   {remedy}"
    assert len(chapter.problems) == 1
    assert not chapter.scripts["falling"].whole


def test_an_expression_over_a_broken_snippet_is_reported_once(book: Book) -> None:
    show(book, falling=GOOD)
    book.write("snippets/descent.py", "1 +\n")
    chapter = book.verifier().chapter
    assert [problem.path for problem in chapter.problems] == ["snippets/descent.py"]
    assert not chapter.scripts["falling"].whole


def test_scripts_stand_in_no_folders_of_their_own(book: Book) -> None:
    show(book, falling=GOOD)
    book.write("figures/deep/falling.py", GOOD)
    assert [str(problem) for problem in book.problems()] == [
        "figures/deep/falling.py:1:1: the script of a figure stands in a folder of its own\n    remedy:   move it to figures/"
    ]


def test_a_script_that_cannot_be_read_is_one_problem(book: Book) -> None:
    show(book, falling=GOOD)
    (book.root / "figures/falling.py").write_bytes(b'"""\xff"""\n')
    assert [str(problem).splitlines()[0] for problem in book.problems()] == [
        "figures/falling.py:1:4: this file is not UTF-8"
    ]
