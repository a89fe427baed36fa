"""Pages of a book that is being edited: what is wrong stands in its place, and the rest of the page is there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from backprop_book.site import BookExtension, BuildStoppedError, session_of
from small_book import Book, all_problems

Shown = Callable[[], BeautifulSoup]
EXTENSIONS = ["attr_list", "md_in_html", "tables", "pymdownx.arithmatex", "pymdownx.snippets", "pymdownx.superfences"]
FIGURE = '"""It falls."""\n\nDATA = {"loss": "series(descent.loss)"}\n\n\ndef draw(sheet, data):\n    """Draw it."""\n'


@pytest.fixture
def shown(book: Book) -> Iterator[Shown]:
    """Converts the page `docs/page.md` as it is at that moment."""

    def convert() -> BeautifulSoup:
        settings: dict[str, dict[str, Any]] = {
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.snippets": {"base_path": [str(book.root / "snippets")], "check_paths": True},
        }
        own = BookExtension(root=str(book.root), live=True)
        md = Markdown(extensions=[*EXTENSIONS, own], extension_configs=settings)
        text = (book.root / "docs/page.md").read_text(encoding="utf-8")
        return BeautifulSoup(md.convert(text), "html.parser")

    yield convert
    session_of(book.root.resolve()).close()


def marks(page: BeautifulSoup | Tag) -> list[tuple[str, str]]:
    """The marked words, each with what is said of them."""
    return [
        (mark.select_one(".bb-wrong-words").get_text(), mark.select_one(".bb-wrong-why").get_text())  # type: ignore[union-attr]
        for mark in page.select(".bb-wrong")
    ]


def boxes(page: BeautifulSoup | Tag) -> list[str]:
    return [" ".join(box.get_text(" ").split()) for box in page.select(".bb-wrong-box")]


def test_a_page_without_problems_is_the_page_of_the_built_book(book: Book, shown: Shown) -> None:
    book.page("It ends at [0.588]{best}.")
    page = shown()
    assert not marks(page)
    assert not boxes(page)
    assert page.select_one(".bb-claim .bb-words").get_text() == "0.588"  # type: ignore[union-attr]


PLACES = {
    "a claim": (
        "It ends at [0.589]{best}.",
        "0.589",
        "this number is not what descent.py gives found: 0.589 expected: 0.588 (`best` is 0.588029625)",
    ),
    "a cell": (
        "| step | [loss]{losses[row]} |\n|---|---|\n| first | 0.82 |\n",
        "0.82",
        "this number is not what descent.py gives found: 0.82 expected: 0.81 (`losses[0]` is 0.806625)",
    ),
    "a bare number": ("And seven.", "seven", "bare number found: seven"),
    "a bare number in a link": ("[To seven](page.md).", "seven", "bare number found: seven"),
    "a mention": (
        "Then `losse`.",
        "losse",
        "losse is not a name of descent.py found: NameError: name 'losse' is not defined",
    ),
    "an equation": ("`0.1 + 0.1 = 0.3`", "0.1 + 0.1 = 0.3", "this equation does not hold found: 0.3 expected: 0.2"),
    "a name with a value": (
        "`best = 0.5`",
        "best = 0.5",
        "this number is not what descent.py gives found: 0.5 expected: 0.6 (`best` is 0.588029625)",
    ),
    "the expression of a claim": (
        "[it]{best +}",
        "",
        "this is not a Python expression: invalid syntax found: best +",
    ),
    "a comment in a line": (
        "Words <!-- book: nothing --> and more.",
        "",
        "this comment holds a place for nothing found: <!-- book: nothing --> expected: <!-- book: verification -->, <!-- book: beside first_snippet second_snippet --> or <!-- book: reading-time first-page.md second-page.md -->",
    ),
    "a comment in a cell": (
        "| a | b |\n|---|---|\n| c <!-- book: nothing --> | d |\n",
        "",
        "this comment holds a place for nothing found: <!-- book: nothing --> expected: <!-- book: verification -->, <!-- book: beside first_snippet second_snippet --> or <!-- book: reading-time first-page.md second-page.md -->",
    ),
    "a waiver": ("[words]{# a reason}", "", "this waiver excuses nothing found: [words]{# a reason}"),
    "a formula": ("$\\frca{a}$", "", "this formula cannot be shown: the command \\frca is not known found: \\frca{a}"),
}


@pytest.mark.parametrize("case", PLACES)
def test_what_is_wrong_stands_beside_the_words(book: Book, shown: Shown, case: str) -> None:
    body, words, said = PLACES[case]
    book.page(f"Before.\n\n{body}\n\nAfter.")
    page = shown()
    assert marks(page) == [(words, said)]
    assert "Before." in page.get_text()
    assert "After." in page.get_text()
    assert page.select_one("figure.bb-listing") is not None
    assert len(page.select(".bb-wrong [id^=problem-]")) == 1


def test_each_of_several_problems_has_a_mark_of_its_own(book: Book, shown: Shown) -> None:
    book.page("[0.589]{best} and [0.6]{best} and [0.11]{rate}, seven `nothing` and **eight**.")
    page = shown()
    assert [words for words, _ in marks(page)] == ["0.589", "0.11", "seven", "nothing", "eight"]
    assert len({found["id"] for found in page.select("[id^=problem-]")}) == 5
    assert [found.get_text() for found in page.select(".bb-claim .bb-words")] == ["0.6"]


BLOCKS = {
    "an unknown include": (
        '```python\n--8<-- "descend.py"\n```',
        "docs/page.md:8:1 there is no such snippet found: descend.py expected: descent.py correct the name, or add "
        'snippets/descend.py ```python --8<-- "descend.py" ```',
    ),
    "an include that is no listing": (
        '--8<-- "nothing.txt"',
        "docs/page.md:7:1 there is no file nothing.txt to include found: nothing.txt correct the path; it starts in snippets/ "
        'or in the root of the book --8<-- "nothing.txt"',
    ),
    "a fence that is left open": (
        "```\nopen",
        "docs/page.md:7:1 this fence is left open found: ``` close it with a line ``` that is indented as the first ``` open After.",
    ),
    "an output": (
        '``` title="Output"\nbest: 1\n```',
        "docs/page.md:8:1 this is not what descent.py prints",
    ),
    "a heading": (
        "## Seven",
        "docs/page.md:7:4 bare number found: Seven claim it, [words]{expression}; write it as an equation; or waive it, "
        "[words]{# reason}",
    ),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_what_is_wrong_with_a_block_stands_in_its_place(book: Book, shown: Shown, case: str) -> None:
    body, said = BLOCKS[case]
    book.page(f"Before.\n\n{body}\n\nAfter.")
    page = shown()
    (box,) = boxes(page)
    assert box.startswith(said)
    assert "Before." in page.get_text()
    assert "After." in page.get_text()
    assert not page.select("p .bb-wrong-box")


def test_a_box_in_a_list_stays_in_its_item(book: Book, shown: Shown) -> None:
    book.page('- An item\n\n    ```python\n    --8<-- "descend.py"\n    ```\n\n    Its end.\n\n- Another\n')
    page = shown()
    assert page.select_one("li .bb-wrong-box pre").get_text() == '```python\n--8<-- "descend.py"\n```'  # type: ignore[union-attr]
    assert len(page.select("ul:not(.bb-listing ul) > li")) == 2


def test_a_snippet_that_is_no_python_is_shown_below_what_is_wrong_with_it(book: Book, shown: Shown) -> None:
    book.write("snippets/broken.py", "value = (1\n")
    book.page('```python\n--8<-- "broken.py"\n```\n\n[One]{value == 1}.')
    page = shown()
    assert boxes(page) == [
        "snippets/broken.py:1:9 this is not Python: '(' was never closed found: value = (1 mend the syntax of the snippet"
    ]
    assert "value = (1" in page.select("pre")[-1].get_text()


def test_a_run_that_did_not_finish_leaves_its_claims_open(book: Book, shown: Shown) -> None:
    book.write("snippets/broken.py", "value = 1\nother = value / 0\nlast = 2\n")
    book.page('```python\n--8<-- "broken.py"\n```\n\n[One]{value == 1}.')
    page = shown()
    assert boxes(page) == [
        "snippets/broken.py:2:1 the snippet did not finish: ZeroDivisionError: division by zero run python snippets/broken.py "
        "and mend what it reports"
    ]
    assert page.select_one(".bb-wrong-remedy code").get_text() == "python snippets/broken.py"  # type: ignore[union-attr]
    (pending,) = page.select(".bb-pending")
    assert pending.get_text() == "One"
    assert pending["title"] == "not checked: broken.py did not finish"
    assert len(page.select("figure.bb-listing")) == 2


def test_what_is_wrong_with_notes_stands_in_them_or_above_the_listing(book: Book, shown: Shown) -> None:
    book.write(
        "snippets/descent.md",
        "## `rate = 1`: lost\n\nText.\n\n## `rate = 0.1`: the rate of seven\n\nIt is [0.2]{rate} and $\\frca{a}$.\n",
    )
    book.page("The end.")
    page = shown()
    listing = page.select_one("figure.bb-listing")
    assert listing is not None
    assert [words for words, _ in marks(listing)] == ["0.2", ""]
    (box,) = page.select(".bb-wrong-box")
    assert not box.find_parent("figure")
    assert [place.get_text() for place in box.select(".bb-wrong-place")] == [
        "snippets/descent.md:1:5", "snippets/descent.md:5:30",
    ]  # fmt: skip


def test_a_figure_that_cannot_be_drawn_says_why_above_its_caption(book: Book, shown: Shown) -> None:
    book.write("figures/falling.py", f"{FIGURE}    sheet.axes(200).plot(data.lost)\n")
    book.page("![A line.](figures/falling.svg)\nIt ends at [0.588]{best}.")
    page = shown()
    figure = page.select_one("figure#figure-falling")
    assert figure is not None
    assert "there are no data lost" in boxes(figure)[0]
    assert figure.select_one("figcaption .bb-words").get_text() == "0.588"  # type: ignore[union-attr]


def test_a_figure_of_a_run_that_did_not_finish_says_so(book: Book, shown: Shown) -> None:
    book.write("snippets/descent.py", "loss = 1 / 0\n")
    book.write("figures/falling.py", f"{FIGURE}    sheet.axes(200).plot(data.loss)\n")
    book.page("![A line.](figures/falling.svg)\nIt falls.")
    assert "the snippet did not finish" in boxes(shown().select_one("figure#figure-falling") or Tag(name="p"))[0]


def test_what_has_no_place_in_the_text_is_left_to_the_list(book: Book, shown: Shown) -> None:
    book.write("docs/page.md", "---\nbook:\n  listing: nothing\n---\n\nWords.\n")
    book.page("Other words.", name="other")
    book.write("docs/page.md", "<style>\nleft open\n")
    assert not marks(shown())
    assert [problem.message for problem in all_problems(session_of(book.root.resolve()))] == [
        "this element <style> is left open"
    ]


def test_mended_problems_disappear_and_nothing_else_runs_again(book: Book, shown: Shown) -> None:
    book.write("snippets/other.py", "a = 1\n")
    book.write("docs/other.md", '```python\n--8<-- "other.py"\n```\n\n[1]{a}\n')
    book.page("[0.589]{best} and seven")
    assert len(marks(shown())) == 2
    session = session_of(book.root.resolve())
    first = tuple(session.tracer.ran)
    assert [Path(name).name for name in first] == ["descent.py", "other.py"]
    book.page("[0.588]{best} and one")
    page = shown()
    assert not marks(page)
    assert tuple(session.tracer.ran) == first
    book.write("snippets/other.py", "a = 2\n")
    shown()
    assert tuple(session.tracer.ran) == (*first, f"{book.root.resolve()}/snippets/other.py")
    assert [str(problem).split("\n")[0] for problem in all_problems(session)] == [
        "docs/other.md:5:2: this number is not what other.py gives"
    ]


def test_what_only_comes_to_light_in_html_is_told_to_the_desk(book: Book, shown: Shown) -> None:
    book.page("$\\frca{a}$")
    shown()
    session = session_of(book.root.resolve())
    assert [problem.message for problem in all_problems(session)] == [
        "this formula cannot be shown: the command \\frca is not known"
    ]
    book.page("$a$")
    shown()
    assert all_problems(session) == ()


def test_a_place_holder_inside_html_is_told_to_the_desk(book: Book, shown: Shown) -> None:
    book.page("<div>\n<!-- book: verification -->\n</div>")
    shown()
    assert [problem.message for problem in all_problems(session_of(book.root.resolve()))] == [
        "this place holder stands inside HTML, where nothing is filled in"
    ]


def test_the_line_below_the_title_is_left_out_where_it_would_not_be_true(book: Book, shown: Shown) -> None:
    book.write("docs/how.md", "# How\n\n<!-- book: verification -->\n")
    book.page("[0.588]{best}")
    assert shown().select(".bb-summary")
    book.page("[0.589]{best}")
    assert not shown().select(".bb-summary")


def test_front_matter_that_is_no_yaml_leaves_the_page_readable(book: Book, shown: Shown) -> None:
    # MkDocs takes it for text of the page.
    book.write("docs/page.md", "---\na: [\n---\n# Title\n\nWords.\n")
    assert "Words." in shown().get_text()
    assert "the front matter is no YAML" in all_problems(session_of(book.root.resolve()))[0].message


def test_a_text_that_is_no_page_is_refused_also_live(book: Book, shown: Shown) -> None:
    book.page("Words.")
    shown()
    own = BookExtension(root=str(book.root), live=True)
    with pytest.raises(BuildStoppedError, match="a text was given to the extension that is no page of the book"):
        Markdown(extensions=[own]).convert("Something else.")


def test_notes_have_a_link_to_report_their_lines_where_the_repository_is_known(book: Book, shown: Shown) -> None:
    book.page("That is all.")
    book.write("snippets/descent.md", "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n")
    assert not shown().select(".bb-report")
    own = BookExtension(root=str(book.root), repository="https://example.org/book")
    settings = {"pymdownx.snippets": {"base_path": [str(book.root / "snippets")]}}
    text = (book.root / "docs/page.md").read_text(encoding="utf-8")
    page = BeautifulSoup(
        Markdown(extensions=[*EXTENSIONS, own], extension_configs=settings).convert(text), "html.parser"
    )
    (link,) = page.select(".bb-note .bb-report a")
    assert link.get_text() == "Report a problem with line 1"
    assert "listing=descent.py%2C%20line%201&stated=rate%20%3D%200.1" in str(link["href"])
