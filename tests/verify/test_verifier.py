"""Which snippets are run, how often, and what becomes of claims whose snippet is broken."""

from pathlib import Path

import pytest

from backprop_book.chapter import scan
from backprop_book.tracing import Tracer
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
        verifier.perform(["descent"])
        ahead = verifier.runs()
        assert list(ahead) == ["descent"]
        assert verifier.problems() == ()
        assert verifier.runs()["descent"] == ahead["descent"]


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
        "    remedy:   run `backprop-book fix`, or correct the words"
    )
