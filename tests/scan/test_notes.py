"""Links between statements of listings that do the same, as they are read from notes. What is wrong with one: tests/gallery."""

import pytest

from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.tools.mutate import try_all
from small_book import Book

OTHER = "pace = 0.1\nrest = 1 - pace\nfactor = rest\n"


@pytest.fixture
def linked(book: Book) -> Book:
    book.write("snippets/other.py", OTHER)
    book.page('```python\n--8<-- "other.py"\n```\n\n<!-- book: beside descent other -->\n')
    return book


def read(book: Book, notes: str) -> Chapter:
    book.write("snippets/other.md", notes)
    return scan(book.root)


def test_a_link_names_statements_of_both_sides(linked: Book) -> None:
    chapter = read(
        linked,
        "## `pace = 0.1`: pace\n\nSome words.\n\nIn `descent`: `rate = 0.1`. [The same]{descent.rate == pace}.\n\n"
        "## `rest = 1 - pace`, `factor = rest`: what is left\n\n"
        "In `descent`: `loss = loss * (1 - rate)`,\nand `best = min(losses)`. [More]{descent.best + descent.loss > rest}.\n",
    )
    assert chapter.problems == ()
    found = [(pair.here, pair.statements, pair.there, pair.others) for pair in chapter.pairs]
    assert found == [("other", (0,), "descent", (0,)), ("other", (1, 2), "descent", (4, 6))]
    assert linked.problems() == ()


def test_what_enters_a_compared_value_is_compared(linked: Book) -> None:
    """`factor` is compared; `rest` is read by it, and `pace` by that."""
    linked.page('<!-- book: beside descent other -->\n\n```python\n--8<-- "other.py"\n```\n')
    linked.write(
        "snippets/descent.md",
        "## `rate = 0.1`: rate\n\nIn `other`: `pace = 0.1`, `rest = ...`, `factor = rest`. [It is]{other.factor == 1 - rate}.\n",
    )
    assert linked.problems() == ()


@pytest.mark.parametrize(
    "words", ["In `pace`: nothing.", "In `descent` it falls.", "In the first: `pace`.", "In short."]
)
def test_other_paragraphs_are_prose(linked: Book, words: str) -> None:
    linked.page('```python\n--8<-- "other.py"\n```\n\nWords.\n')
    chapter = read(linked, f"## `pace = 0.1`: pace\n\n{words}\n")
    assert chapter.pairs == ()
    assert [problem.kind for problem in chapter.problems if problem.kind == "link"] == []


def test_a_link_with_a_snippet_that_does_not_parse_waits(linked: Book) -> None:
    linked.write("snippets/descent.py", "rate = = 0.1\n")
    linked.page('```python\n--8<-- "other.py"\n```\n\nWords.\n')
    chapter = read(linked, "## `pace = 0.1`: pace\n\nIn `descent`: `rate = 0.1`. [The same]{descent.rate == pace}.\n")
    assert [problem.path for problem in chapter.problems] == ["snippets/descent.py"]


def test_a_link_in_a_note_that_explains_nothing_waits(linked: Book) -> None:
    """Its claims are not read, so that nobody can say what they compare."""
    chapter = read(linked, "## `speed = 0.1`: pace\n\nIn `descent`: `rate = 0.1`. [The same]{descent.rate == pace}.\n")
    assert [problem.message for problem in chapter.problems if problem.path == "snippets/other.md"] == [
        "no statement of snippets/other.py is this"
    ]


def test_a_link_cannot_be_wrong_unseen(linked: Book) -> None:
    read(linked, "## `pace = 0.1`: pace\n\nIn `descent`: `rate = 0.1`. [The same]{descent.rate == pace}.\n")
    verifier = linked.verifier()
    (trial,) = try_all(
        verifier, [each for each in verifier.chapter.documents if each.source.path == "snippets/other.md"]
    )
    assert [mutant.found for mutant in trial.mutants] == ["pace", "descent", "rate", "descent.rate == pace"]
    assert trial.problems == ()
