"""Questions that ask why: their words are verified like all prose, and the site shows them as what they are."""

import pytest
from bs4 import BeautifulSoup

import sites
from small_book import Book

MKDOCS = """\
site_name: A small book
theme: {name: material, font: false}
plugins: []
markdown_extensions: [admonition, attr_list, md_in_html, pymdownx.details, pymdownx.superfences, tables, backprop_book]
"""
QUESTION = """\
??? question "Why does `loss` fall by [a tenth]{rate == 0.1} in every step?"
    Because the rate is [0.1]{rate}: what is left is `1 - 0.1 = 0.9` of it.

    ```text title="Output"
    best: 0.5880
    result: 3/4
    ```

    | step | [loss]{series(loss)[row]} |
    |---|---|
    | first | 0.806625 |

After the question, prose goes on, and `rate = 0.1`.
"""
WRONG = {
    "0.1]{rate}": ("0.2]{rate}", "docs/page.md:6:26"),
    "1 - 0.1 = 0.9": ("1 - 0.1 = 0.8", "docs/page.md:6:63"),
    "rate == 0.1} in": ("rate == 0.3} in", "docs/page.md:5:39"),
    "every step?": ("all 5 steps?", "docs/page.md:5:69"),
    "result: 3/4": ("result: 4/4", "docs/page.md:10:5"),
    "0.806625": ("0.807625", "docs/page.md:15:15"),
}


def test_a_question_is_verified_like_prose(book: Book) -> None:
    book.page(QUESTION)
    assert book.problems() == ()
    forms = ("Mention", "Claim", "Claim", "Equation", "Output", "Claim", "Claim")
    assert [(type(verdict.region).__name__, verdict.status) for verdict in book.verdicts()] == [
        (form, "holds") for form in forms
    ]


@pytest.mark.parametrize("right", WRONG)
def test_what_is_wrong_in_a_question_is_told_with_its_place(book: Book, right: str) -> None:
    wrong, place = WRONG[right]
    assert QUESTION.count(right) == 1
    book.page(QUESTION.replace(right, wrong))
    problems = [str(problem) for problem in book.problems()]
    assert len(problems) == 1, problems
    assert problems[0].startswith(place)


def test_a_question_is_a_disclosure_that_is_complete_without_scripts(book: Book) -> None:
    book.write("mkdocs.yml", MKDOCS)
    book.page(QUESTION)
    assert sites.build(book.root) == (0, "")
    page = BeautifulSoup((book.root / "site" / "page" / "index.html").read_text(encoding="utf-8"), "html.parser")
    (block,) = page.select("article details.question")
    assert not block.has_attr("open")
    (summary, *answer) = block.find_all(recursive=False)
    assert [part.name for part in answer] == ["p", "div", "table"]
    assert [words.get_text() for words in block.select(".bb-claim > .bb-words")] == ["a tenth", "0.1", "0.806625"]
    # The line that opens the answer is a control and holds no other; what stands behind its claim shows to the pointer.
    assert summary.select("[tabindex], a") == []
    assert "rate == 0.1" in summary.select(".bb-tip")[0].get_text()
    assert len(block.select("[tabindex]")) == 2
    following = block.find_next_sibling("p")
    assert following
    assert following.get_text().startswith("After the question")
