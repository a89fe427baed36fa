"""Problems as text: each at its place, and one that is the same at many places told once."""

import pytest
from click.testing import CliRunner

import sites
from backprop_book.core.problems import BookError, Origin, Problem, as_text
from backprop_book.tools.cli import main
from small_book import Book


def problem(line: int, path: str = "docs/page.md", found: str = "", message: str = "bare number") -> Problem:
    return Problem(path, line, 2, message, found, remedy="claim it")


def test_a_problem_at_few_places_is_told_in_full_at_each() -> None:
    few = [problem(line, found=str(line)) for line in (3, 4, 5)]
    assert as_text(few) == "\n".join(map(str, few))
    assert as_text([]) == ""


def test_a_problem_at_many_places_is_told_once_with_its_places() -> None:
    many = [problem(line, found=f"number {line} of a page that is long") for line in (3, 5, 7)]
    other = problem(6, message="another")
    elsewhere = [problem(1, "docs/zero.md", "\x1b"), problem(2, "docs/zero.md", "4")]
    told = BookError([*elsewhere, other, *many])
    assert str(told.message) == (
        "docs/page.md:3:2: bare number\n"
        "    found:    number 3 of a page that is long\n"
        "    remedy:   claim it\n"
        "    also at:  docs/page.md:5:2 (number 5 of a page that is lo…), docs/page.md:7:2 (number 7 of a page that is lo…)\n"
        "    also at:  docs/zero.md:1:2 (\\x1b), docs/zero.md:2:2 (4)\n"
        "docs/page.md:6:2: another\n"
        "    remedy:   claim it"
    )
    assert len(told.problems) == 6


def test_what_was_found_is_not_repeated_where_it_is_the_same() -> None:
    assert as_text(problem(line) for line in range(1, 5)).splitlines()[-1] == (
        "    also at:  docs/page.md:2:2, docs/page.md:3:2, docs/page.md:4:2"
    )


def test_problems_with_other_causes_are_not_the_same() -> None:
    origins = [(Origin("snippets/a.py", line, "x = 1"),) for line in range(5)]
    several = [Problem("docs/page.md", line, 1, "wrong", origins=each) for line, each in enumerate(origins)]
    assert as_text(several) == "\n".join(map(str, several))


EMPTY = ("`rate = 0.1`", "`losses = []`", "`loss = 0.89625`", "`best = min(losses)`", '`result = "3/4"`')
NO_WORDS = """\
snippets/descent.md:1:1: this note has no words
    found:    ## `rate = 0.1`
    remedy:   say below the heading what the statement does and why, or remove the heading
    also at:  snippets/descent.md:3:1 (## `losses = []`), snippets/descent.md:5:1 (## `loss = 0.89625`), \
snippets/descent.md:7:1 (## `best = min(losses)`), snippets/descent.md:9:1 (## `result = "3/4"`)
"""


def test_check_and_fix_tell_it_once_and_count_it_each_time(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book.root)
    book.write("snippets/descent.md", "".join(f"## {quote}\n\n" for quote in EMPTY))
    book.page("Words.\n")
    checked = CliRunner().invoke(main, ["check"])
    assert (checked.exit_code, checked.output) == (1, f"{NO_WORDS}5 problems in 1 file.\n")
    fixed = CliRunner().invoke(main, ["fix"])
    assert (fixed.exit_code, fixed.output) == (1, f"{NO_WORDS}5 problems for a person to decide.\n")
    json = CliRunner().invoke(main, ["check", "--format", "json"])
    assert json.output.count("this note has no words") == 5


def test_the_build_tells_a_problem_of_many_places_once(book: Book) -> None:
    book.write("snippets/descent.md", "".join(f"## {quote}\n\n" for quote in EMPTY))
    book.write("mkdocs.yml", "site_name: A book\nplugins: []\nmarkdown_extensions: [backprop_book]\n")
    book.page("Words.\n", "index")
    status, output = sites.build(book.root)
    assert (status, output.partition(": ")[2]) == (1, f"the book does not hold\n{NO_WORDS}")
