"""Which snippets are run, how often, and what becomes of claims whose snippet is broken."""

from pathlib import Path

import pytest

from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.verify import Verifier
from small_book import SNIPPET, Book

BROKEN = {
    "raise ValueError('no')": "ValueError: no",
    "import sys; sys.exit(3)": "SystemExit: 3",
    "import os; os._exit(4)": "the process ended with status 4 without finishing",
    "1 +": "invalid syntax",
}


@pytest.mark.parametrize("code", BROKEN)
def test_one_broken_snippet_is_one_problem(book: Book, code: str) -> None:
    book.write("snippets/descent.py", f"{SNIPPET}{code}\n")
    book.page('[0.588]{best}, [four]{len(losses)}, `best`, `best = 0.588`\n\n```text title="Output"\n...\nx\n```\n')
    (problem,) = book.problems()
    assert (problem.path, problem.line) == ("snippets/descent.py", 11)
    assert BROKEN[code] in problem.message
    assert problem.remedy


@pytest.mark.parametrize("code", [*BROKEN, "input()"])
def test_a_snippet_that_imports_a_broken_one_points_there(book: Book, code: str) -> None:
    book.write("snippets/descent.py", f"{SNIPPET}{code}\n")
    book.write("snippets/ascent.py", "import math\nimport descent, os\n")
    book.write("snippets/slope.py", "from ascent import descent\n")
    book.page("[0.588]{best}, [0.588]{ascent.descent.best} and `slope.descent`")
    first, cause, last = book.problems()
    assert (cause.path, cause.line) == ("snippets/descent.py", 11)
    assert "imports" not in cause.message
    for problem, place in ((first, "snippets/ascent.py:2:1"), (last, "snippets/slope.py:1:1")):
        assert str(problem) == (
            f"{place}: the snippet did not finish, because it imports descent.py\n"
            f"    found:    snippets/descent.py:11:{cause.column}: {cause.message}\n"
            "    remedy:   mend descent.py"
        )


def test_a_snippet_that_fails_in_what_it_has_imported_fails_itself(book: Book) -> None:
    book.write("snippets/ascent.py", "def climb():\n    raise ValueError('no')\n")
    book.write("snippets/slope.py", "from ascent import climb\nclimb()\n")
    book.write("snippets/level.py", "from ascent import clim\n")
    book.write("snippets/nearby.py", "import json.nothing\n")
    assert [
        (problem.path, problem.line, problem.message.partition(" named")[0].partition(" name")[0])
        for problem in book.problems()
    ] == [
        ("snippets/level.py", 1, "the snippet did not finish: ImportError: cannot import"),
        ("snippets/nearby.py", 1, "the snippet did not finish: ModuleNotFoundError: No module"),
        ("snippets/slope.py", 2, "the snippet did not finish: ValueError: no"),
    ]


def test_snippets_that_import_each_other_name_each_other(book: Book) -> None:
    book.write("snippets/ascent.py", "from slope import down\nup = 1\n")
    book.write("snippets/slope.py", "from ascent import up\ndown = 1\n")
    first, second = book.problems()
    assert first.message == "the snippet did not finish, because it imports slope.py"
    assert first.found.startswith(
        "snippets/slope.py:1:1: the snippet did not finish: ImportError: cannot import name 'up'"
    )
    assert second.message == "the snippet did not finish, because it imports ascent.py"


def test_a_snippet_that_asks_for_input_is_told_that_nobody_types(book: Book) -> None:
    book.write("snippets/ascent.py", "name = input()\n")
    (problem,) = book.problems()
    assert str(problem) == (
        "snippets/ascent.py:1:1: the snippet did not finish: EOFError: EOF when reading a line\n"
        "    remedy:   nobody types while the book is checked: write what it reads into the snippet"
    )


def test_what_a_snippet_that_does_not_parse_might_say_is_not_held_against_others(book: Book) -> None:
    book.write("snippets/ascent.py", "best = 0.25\nlosses = sorted([best, 0.5])\n(\n")
    book.write(
        "snippets/descent.md",
        "## `loss = 0.89625`: the first\n\nIn `ascent`: `best = ...`, `eta = 0.25`. [They differ]{ascent.best < loss}.\n\n"
        "A call, `sorted([best, 0.5])`, and [`max(1, 2)`]{# another one}.\n",
    )
    book.page("[0.25]{ascent.best}, `ascent.losses`, `sorted([best, 0.5])` and `best = 0.588`")
    assert [problem.path for problem in book.problems()] == ["snippets/ascent.py"]


def test_claims_of_a_broken_snippet_are_not_evaluated(book: Book) -> None:
    book.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    book.page("[0.588]{best}, [four]{len(losses)}, `best`, `1 + 1 = 2`\n")
    verdicts = book.verdicts()
    assert [verdict.status for verdict in verdicts] == ["not evaluated", "not evaluated", "not evaluated", "holds"]
    assert {verdict.broken for verdict in verdicts} == {"descent", ""}


def test_a_mistake_in_the_expression_of_a_column_is_told_once(book: Book) -> None:
    heads = "| [a]{lost[row]} | [b]{losses[row].x} | [c]{losses[2 * row]} |\n|---|---|---|\n"
    book.page(f"{heads}| 0.9 | 1 | 0.8066 |\n| 0.81 | 2 | 0.6 |\n| 0.729 | 3 | 0.5 |\n")
    assert [(problem.line, problem.column, problem.found) for problem in book.problems()] == [
        (5, 7, "NameError: name 'lost' is not defined"),
        (5, 24, "AttributeError: 'float' object has no attribute 'x'"),
        (5, 45, "IndexError: list index out of range"),
        (8, 14, "0.6"),
    ]


def test_each_snippet_runs_once(book: Book, tmp_path: Path) -> None:
    book.write("snippets/other.py", "x = 1\n")
    book.page("[0.588]{best}, [1]{other.x}")
    book.page("[0.588]{best}", name="second")
    with Tracer(tmp_path) as tracer:
        verifier = Verifier(scan(tmp_path), tracer)
        assert verifier.problems() == ()
        assert verifier.problems() == ()
        assert len(tracer.ran) == 2


def test_snippets_can_be_run_ahead(book: Book, tmp_path: Path) -> None:
    book.page("[0.588]{best}")
    with Tracer(tmp_path) as tracer:
        verifier = Verifier(scan(tmp_path), tracer)
        verifier.runs.perform(["descent"])
        ahead = verifier.runs.identities()
        assert list(ahead) == ["descent"]
        assert verifier.problems() == ()
        assert verifier.runs.identities()["descent"] == ahead["descent"]


def test_a_document_runs_only_what_it_speaks_of(book: Book, tmp_path: Path) -> None:
    book.write("snippets/other.py", "x = 1\n")
    book.page("[0.588]{best}")
    with Tracer(tmp_path) as tracer:
        verifier = Verifier(scan(tmp_path), tracer)
        verifier.verdicts(verifier.chapter.documents[0])
        assert len(tracer.ran) == 1


def test_editing_prose_runs_nothing_and_editing_a_snippet_runs_that_one(book: Book, tmp_path: Path) -> None:
    book.write("snippets/other.py", "x = 1\n")
    page = book.page("[0.588]{best}, [1]{other.x}")

    def ran() -> int:
        with Tracer(tmp_path, tmp_path / "cache") as tracer:
            assert Verifier(scan(tmp_path), tracer).problems() == ()
            return len(tracer.ran)

    assert ran() == 2
    assert ran() == 0
    page.write_text(page.read_text().replace("0.588", "about 0.59"))
    assert ran() == 0
    book.write("snippets/other.py", "x = 1  # still\n")
    assert ran() == 1


def test_notes_are_read_right_after_their_statement(book: Book) -> None:
    book.write("snippets/descent.md", "## `loss = 0.89625`: the first loss\n\nIt is [0.89625]{loss}.\n")
    book.page("It ends at [0.588]{loss}.")
    assert book.problems() == ()
    book.write("snippets/descent.md", "## `loss = 0.89625`: the first loss\n\nIt is [0.588]{loss}.\n")
    (problem,) = book.problems()
    assert str(problem) == (
        "snippets/descent.md:3:8: this number is not what descent.py gives\n"
        "    found:    0.588\n"
        "    expected: 0.896 (`loss` is 0.89625)\n"
        "    from:     snippets/descent.py:3: loss = 0.89625\n"
        "    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words"
    )
