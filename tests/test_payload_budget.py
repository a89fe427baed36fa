"""Listings that bring too much along."""

from backprop_book.render.listing import too_heavy
from small_book import Book

LINES = "".join(f"    t{n} = [[random.random() for _ in range(6)] for _ in range(6)]\n" for n in range(48))
HEAVY = f"import random\n\nrandom.seed(1)\n# --8<-- [start:loop]\nfor i in range(16):\n    print(i)\n# --8<-- [end:loop]\n{LINES}"


def said(book: Book) -> list[str]:
    verifier = book.verifier()
    return [str(problem) for problem in too_heavy(verifier, verifier.chapter.documents)]


def test_a_listing_of_many_values_is_too_heavy(book: Book) -> None:
    book.write("snippets/heavy.py", HEAVY)
    book.write("snippets/heavy.md", "## `t3 = ...`: a table\n\nRandom.\n")
    book.write("docs/page.md", '# A\n\n```python\n--8<-- "heavy.py"\n```\n\n```python\n--8<-- "heavy.py:loop"\n```\n')
    book.write("docs/light.md", '```python\n--8<-- "descent.py"\n```\n')
    (problem,) = said(book)
    first, found, *rest = problem.splitlines()
    assert first == (
        "docs/page.md:3:1: the values of this listing are too heavy for a page, even without those of middle iterations: heavy.py"
    )
    assert 40_000 < int(found.split()[1].replace(",", "")) < 100_000
    assert rest == [
        "    expected: at most 40,000",
        "    remedy:   show a part of the snippet, `NAME.py:section`, or keep fewer or smaller values in names",
    ]


def test_a_listing_that_does_not_run_weighs_nothing(book: Book) -> None:
    book.write("snippets/broken.py", "1 / 0\n")
    book.write("docs/page.md", '```python\n--8<-- "broken.py"\n```\n')
    assert said(book) == []


def test_weights_are_remembered_by_all_that_they_depend_on(book: Book) -> None:
    memory = book.root / ".cache/pages"
    book.write("snippets/heavy.py", HEAVY)
    book.write("docs/page.md", '```python\n--8<-- "heavy.py"\n```\n\n```python\n--8<-- "heavy.py:loop"\n```\n')

    def weighed() -> tuple[list[str], dict[str, int]]:
        verifier = book.verifier()
        problems = [str(problem) for problem in too_heavy(verifier, verifier.chapter.documents, memory)]
        return problems, {entry.name: entry.stat().st_ino for entry in memory.iterdir()}

    first, made = weighed()
    assert (first, len(made)) == (said(book), 2)
    assert weighed() == (first, made)
    book.write("snippets/heavy.py", HEAVY.replace("range(48)", "range(2)").replace("random.seed(1)", "random.seed(2)"))
    second, others = weighed()
    assert second == said(book) != first
    assert others.keys() == made.keys()
    assert not {name for name, number in others.items() if made[name] == number}
