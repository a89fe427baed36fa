"""The guide from an empty file to a green page: its own example, followed to the letter."""

import re
from pathlib import Path

from click.testing import CliRunner

from backprop_book.cli import main
from small_book import Book

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/contributing/write-a-section.md").read_text(encoding="utf-8")


def test_following_the_guide_gives_a_page_that_holds_and_can_fail(book: Book) -> None:
    code, note, sentence = re.findall(r"```\w+\n(.+?\n)```", GUIDE, re.DOTALL)
    book.write("snippets/halving.py", code)
    book.write("snippets/halving.md", note)
    page = f'```python\n--8<-- "halving.py"\n```\n\n{sentence}'
    book.write("docs/halving.md", page)
    # The book that the fixture makes has a snippet of its own, with notes or without, which this page does not show.
    assert [p for p in book.problems() if "halving" in p.path] == []
    book.write("docs/halving.md", page.replace("[0.1]", "[0.2]"))
    assert [p.path for p in book.problems()] == ["docs/halving.md"]


def test_commands_of_the_guide_exist() -> None:
    assert CliRunner().invoke(main, ["check", "--help"]).exit_code == 0
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)`", GUIDE)) <= set(targets)
    assert set(re.findall(r"backprop-book (\w+)", GUIDE)) <= set(main.commands)
