"""Figures on pages: what is one, and what is wrong with one."""

import pytest
from shown import GOOD

from small_book import Book

IMAGE = "![A falling line.](figures/falling.svg)"


@pytest.fixture
def drawn(book: Book) -> Book:
    book.write("figures/falling.py", GOOD)
    return book


def test_a_paragraph_that_begins_with_an_image_of_a_script_is_a_figure(drawn: Book) -> None:
    text = f"{IMAGE}\nIt ends at [0.588]{{best}}, and\n`losses` grows.\n\nMore."
    drawn.page(text)
    verifier = drawn.verifier()
    (page,) = verifier.chapter.documents
    (figure,) = page.figures
    source = page.source.text
    assert source[figure.start : figure.end] == text.removesuffix("\n\nMore.")
    assert source[figure.caption : figure.end].startswith("It ends at")
    assert (figure.name, figure.alt) == ("falling", "A falling line.")
    assert [claim.expression.text for claim in page.claims] == ["best"]
    assert [mention.text for mention in page.mentions] == ["losses"]
    assert verifier.problems() == ()


@pytest.mark.parametrize(
    "text",
    [
        f"- An item\n\n    {IMAGE}\n    A caption\n    that wraps.",
        f'!!! note "Title"\n\n    {IMAGE}\n    A caption.',
        f"> {IMAGE}\n> A caption.",
        "![A line\nthat falls.](figures/falling.svg) A caption.",
        "![A line.](../figures/falling.svg) A caption.",
        f"{IMAGE} A caption, and ![another image](pictures/figures.png) in it.",
    ],
)
def test_figures_stand_wherever_paragraphs_do(drawn: Book, text: str) -> None:
    drawn.page(text)
    verifier = drawn.verifier()
    assert [str(problem) for problem in verifier.problems()] == []
    assert [figure.name for figure in verifier.chapter.documents[0].figures] == ["falling"]


def test_other_images_are_ordinary(drawn: Book) -> None:
    drawn.page(
        f"{IMAGE} It falls.\n\n![](picture.png) and ![a drawing](assets/figures/x.svg)\n\n![y](figures/photo.png)"
    )
    assert drawn.problems() == ()


WRONG = {
    "![A line.](figures/fallng.svg)\nA caption.": """\
docs/page.md:5:20: there is no such figure
    found:    fallng
    expected: falling
    remedy:   correct the name, or add figures/fallng.py""",
    "![](figures/falling.svg)\nA caption.": """\
docs/page.md:5:3: this figure says nothing to those who cannot see it
    found:    ![](figures/falling.svg)
    remedy:   say in words what the drawing shows""",
    "![It falls to 7 in three steps.](figures/falling.svg)\nA caption.": """\
docs/page.md:5:15: the words for those who cannot see it state a number
    found:    7
    remedy:   leave it to the caption, where claims are checked, and to the table of the data
docs/page.md:5:20: the words for those who cannot see it state a number
    found:    three
    remedy:   leave it to the caption, where claims are checked, and to the table of the data""",
    "![It falls to [0.5]{best}.](figures/falling.svg)\nA caption.": """\
docs/page.md:5:15: the words for those who cannot see it hold more than words
    remedy:   leave it to the caption, where claims are checked, and to the table of the data""",
    IMAGE: """\
docs/page.md:5:1: this figure has no caption
    found:    ![A falling line.](figures/falling.svg)
    remedy:   write ![what it shows, in words](figures/NAME.svg), and the caption in the same paragraph""",
    f"{IMAGE}{{ width=300 }}\nA caption.": """\
docs/page.md:5:40: a figure takes no attributes
    remedy:   remove it: the script says what the drawing looks like""",
    f"Look: {IMAGE}": """\
docs/page.md:5:7: a figure begins its paragraph
    found:    ![A falling line.](figures/falling.svg)
    remedy:   write a paragraph: ![what it shows, in words](figures/NAME.svg), and the caption in the same paragraph""",
    f"# {IMAGE} A heading": """\
docs/page.md:5:3: a figure begins its paragraph
    found:    ![A falling line.](figures/falling.svg)
    remedy:   write a paragraph: ![what it shows, in words](figures/NAME.svg), and the caption in the same paragraph""",
    f"{IMAGE} One.\n\n{IMAGE} Again.": """\
docs/page.md:7:1: this page shows the figure already
    found:    falling
    remedy:   refer to it in words""",
    f"{IMAGE} It takes 7 steps.": """\
docs/page.md:5:50: bare number
    found:    7
    remedy:   claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}""",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_figure_is_said_at_its_place(drawn: Book, text: str) -> None:
    drawn.page(text)
    drawn.page(f"{IMAGE} It falls.", name="right")
    assert "\n".join(str(problem) for problem in drawn.problems()) == WRONG[text]


def test_a_script_that_no_page_shows_is_a_problem(drawn: Book) -> None:
    drawn.page("Nothing.")
    assert [str(problem) for problem in drawn.problems()] == [
        """\
figures/falling.py:1:1: no page shows this figure
    expected: a paragraph that begins with ![what it shows](figures/falling.svg)
    remedy:   show it on a page, or remove the script"""
    ]


def test_figures_stand_neither_in_notes_nor_in_the_readme(drawn: Book) -> None:
    drawn.page(f"{IMAGE} It falls.")
    drawn.write("snippets/descent.md", f"## `rate = 0.1`: the rate\n\n{IMAGE} It falls.\n")
    drawn.write("README.md", f"<!-- book: descent -->\n\n{IMAGE} It falls.\n\n<!-- book: end -->\n")
    drawn.write("pyproject.toml", '[tool.backprop_book]\nverified = ["README.md"]\n')
    assert [str(problem).splitlines()[0] for problem in drawn.problems()] == [
        "README.md:3:1: a figure stands in a file that is no page",
        "snippets/descent.md:3:1: a figure stands in notes",
    ]


def test_the_folder_of_figures_is_configured(book: Book) -> None:
    book.write("pyproject.toml", '[tool.backprop_book]\nverified = []\nfigures = "drawings"\n')
    book.write("drawings/falling.py", GOOD)
    book.page("![A falling line.](drawings/falling.svg) It falls.")
    assert book.problems() == ()
    book.write("pyproject.toml", '[tool.backprop_book]\nverified = []\nfigures = "nowhere"\n')
    assert str(book.problems()[-1]).splitlines()[0] == "pyproject.toml:3:1: `figures` is not a folder of the book"
