"""The page of the syntax: what it shows raw is what it renders, holds, and can fail."""

import re
from pathlib import Path

import pytest

from small_book import Book

ROOT = Path(__file__).parents[2]
PAGE = "docs/contributing/syntax.md"
EXAMPLE = re.compile(r"```markdown\n(.+?)\n```\n\n(.+?)(?=\n\n|\n\Z)", re.DOTALL)
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def test_each_section_renders_what_it_shows_raw() -> None:
    pairs = EXAMPLE.findall(TEXT)
    sections, in_words, _ = TEXT.partition("\n## What counts as a number")
    assert in_words
    assert len(pairs) == sections.count("\n## ") == TEXT.count("```markdown")
    assert [raw for raw, _ in pairs] == [rendered for _, rendered in pairs]


def _copied(book: Book, text: str) -> list[str]:
    snippet = "training_step_numpy"
    book.write(f"snippets/{snippet}.py", (ROOT / f"snippets/{snippet}.py").read_text(encoding="utf-8"))
    book.write(PAGE, text)
    return [problem.path for problem in book.problems()]


def test_page_holds(book: Book) -> None:
    assert _copied(book, TEXT) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("[0.5]", "[0.6]"), ("[0.8963,", "[0.8964,"), ("loss_new < loss}", "loss_new > loss}"), ("= 0.89625", "= 0.89626"),
     ("= 2.02", "= 2.03"), ("= 0.25$", "= 0.26$")],
)  # fmt: skip
def test_a_changed_digit_fails(book: Book, right: str, wrong: str) -> None:
    assert TEXT.count(right) == 2
    assert _copied(book, TEXT.replace(right, wrong)) == [PAGE]
