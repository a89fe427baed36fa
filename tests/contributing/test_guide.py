"""The guide from an empty file to a green page: its own example, followed to the letter."""

import re
from pathlib import Path

from click.testing import CliRunner

from backprop_book.tools.cli import main
from small_book import Book

ROOT = Path(__file__).parents[2]
GUIDES = {
    path: (ROOT / path).read_text(encoding="utf-8")
    for path in (
        "CONTRIBUTING.md",
        "README.md",
        "docs/contributing/snippets-and-figures.md",
        "docs/contributing/write-a-section.md",
    )
}
GUIDE = GUIDES["docs/contributing/write-a-section.md"]


def test_following_the_guide_gives_a_page_that_holds_and_can_fail(book: Book) -> None:
    fences = re.compile(r"^(`{3,})\w+\n(.+?\n)\1$", re.DOTALL | re.MULTILINE)
    code, note, page, figure = (text for _, text in fences.findall(GUIDE))
    page = page.replace(";--8<--", "--8<--")
    book.write("snippets/halving.py", code)
    book.write("snippets/halving.md", note)
    book.write("figures/halving.py", figure)
    book.write("docs/halving.md", page)
    assert book.problems() == ()
    for right, wrong in (("[0.1]{loss}", "[0.2]{loss}"), ("| 0.2 |", "| 0.3 |"), ("[0.4]{0.8", "[0.5]{0.8")):
        assert right in page
        book.write("docs/halving.md", page.replace(right, wrong))
        assert [each.path for each in book.problems()] == ["docs/halving.md"]


def test_commands_of_the_guides_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()
    assert set(known) <= targets
    for path, text in GUIDES.items():
        assert set(re.findall(r"`make ([\w-]+)", text)) <= targets, path
        for words in re.findall(r"backprop-book ((?:[a-z]+ )*[a-z]+(?: --[a-z]+)?)", text):
            command, *rest = words.split()
            assert command in main.commands, f"{path}: {words}"
            option = next((word for word in rest if word.startswith("--")), "--help")
            assert option in CliRunner().invoke(main, [command, "--help"]).output, f"{path}: {words}"


def test_contributing_fits_on_three_screens() -> None:
    text = GUIDES["CONTRIBUTING.md"]
    assert text.count("\n") <= 120
    commands = re.findall(r"`(make [\w-]+)`", text)
    assert commands[0] == "make doctest"
    assert {"make check", "make fix", "make test", "make cover", "make test-whole"} <= set(commands)
