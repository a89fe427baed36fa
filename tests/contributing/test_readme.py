"""The README: what its first screen shows is what the book says and what the check answers."""

import re
from pathlib import Path

from small_book import Book

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = "docs/one-step-in-numpy.md"
SNIPPET = "snippets/training_step_numpy.py"


def test_the_first_screen_shows_a_sentence_of_the_book_and_the_error_when_its_number_is_wrong(book: Book) -> None:
    sentence, error = re.findall(r"^```(?:markdown|text)\n(.+?)\n```$", README, re.DOTALL | re.MULTILINE)[:2]
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page.count(sentence) == 1
    (right,) = re.findall(r"\[([^]]+)\]\{", sentence)
    (wrong,) = re.findall(r"found: +(.+)", error)
    book.write(SNIPPET, (ROOT / SNIPPET).read_text(encoding="utf-8"))
    include = '```python\n--8<-- "training_step_numpy.py"\n```\n\n'
    book.write(PAGE, include + sentence.replace(f"[{right}]", f"[{wrong}]"))
    # The line is not compared, or each line that is added to the page above would have to be counted here, too.
    place = re.compile(r"(?<=\.md:)\d+:\d+")
    assert [place.sub("", str(problem)) for problem in book.problems()] == [place.sub("", error)]


def test_its_pictures_exist_and_say_what_they_show() -> None:
    pictures = re.findall(r"!\[([^]]*)\]\(([^)]+)\)", README)
    assert len(pictures) == 2
    for words, path in pictures:
        assert words
        assert (ROOT / path).stat().st_size <= 80_000
