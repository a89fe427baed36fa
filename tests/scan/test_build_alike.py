"""What would stop the build is refused by the scan, too: includes, place holders, front matter, formulas in HTML, notebooks."""

import pytest

from small_book import Book

UNCHECKED = "---\nbook:\n  unchecked: a test\n---\n\n"


def said(book: Book) -> list[str]:
    """Where something is wrong with the book, and what."""
    return [f"{each.path}:{each.line}:{each.column}: {each.message}" for each in book.problems()]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('<!--\n--8<-- "gone.md"\n-->', "7:1: there is no file gone.md to include"),
        ('<svg>\n  --8<-- "gone.md"\n</svg>', "7:3: there is no file gone.md to include"),
        ('<style>\n--8<-- "gone.css"\n</style>', "7:1: there is no file gone.css to include"),
        ("--8<--\n\npyproject.toml\ngone.md\n--8<--", "9:1: there is no file gone.md to include"),
        (
            '--8<-- "descent.py:gone"',
            "6:1: this cannot be included: Snippet section 'gone' could not be located",
        ),
        ('```text\n--8<-- "docs"\n```', "7:1: this cannot be included: Is a directory"),
        ('--8<-- "more.txt"', "6:1: this cannot be included: Snippet at path 'gone.md' could not be found"),
    ],
)
def test_an_include_that_the_build_cannot_make_is_refused_wherever_it_stands(book: Book, text: str, wrong: str) -> None:
    book.write("snippets/more.txt", '--8<-- "gone.md"\n')
    book.write("docs/page.md", f"{UNCHECKED}{text}\n")
    assert said(book) == [f"docs/page.md:{wrong}"]


@pytest.mark.parametrize(
    "text",
    [
        '<!-- --8<-- "gone.md" -->',
        '<!--\n;--8<-- "gone.md"\n-->',
        '--8<-- "pyproject.toml:1:2"',
        "--8<--\npyproject.toml\n; gone.md\n--8<--",
    ],
)
def test_an_include_that_the_build_makes_or_leaves_out_is_none_to_refuse(book: Book, text: str) -> None:
    book.write("docs/page.md", f"{UNCHECKED}{text}\n")
    assert said(book) == []


def test_a_listing_that_does_not_exist_is_told_once(book: Book) -> None:
    book.write("docs/page.md", '```python\n--8<-- "gone.py"\n```\n')
    assert said(book) == ["docs/page.md:2:1: there is no such snippet"]


@pytest.mark.parametrize(
    ("before", "is_refused"),
    [
        ("<div>\n", True),
        ("<details><summary>More</summary>\n", True),
        ("<div>\n\n<p>\n\n</p>\n", True),
        ("<section markdown>\n\n<div>\n", True),
        ("<div markdown>\n", False),
        ("<div>\n\nText.\n\n</div>\n\n<hr>\n\n<br/>\n\n<p/>\n", False),
        ("</div>\n\nText <div>.\n", False),
    ],
)
def test_the_place_for_the_tables_is_refused_inside_of_html(book: Book, before: str, is_refused: bool) -> None:
    book.write("docs/page.md", f"# Title\n\n{before}\n<!-- book: verification -->\n")
    messages = [problem.message for problem in book.problems()]
    assert messages == ["this place holder stands inside HTML, where nothing is filled in"] * is_refused


@pytest.mark.parametrize("front", ["- a\n- b\n", "", "# nothing\n", "words\n"])
def test_front_matter_without_keys_is_refused(book: Book, front: str) -> None:
    book.write("docs/page.md", f"---\n{front}---\n# Title\n")
    assert said(book) == ["docs/page.md:2:1: the front matter holds no keys"]


@pytest.mark.parametrize(
    ("first", "is_eaten"), [("Note: this.", True), ("\nNote: this.", False), ("A note: this.", False)]
)
def test_a_first_line_that_mkdocs_would_take_for_front_matter_is_refused(
    book: Book, first: str, is_eaten: bool
) -> None:
    book.write("docs/page.md", f"{first}\n\n# Title\n")
    message = "docs/page.md:1:1: MkDocs takes this line for front matter, and does not show it"
    assert said(book) == [message] * is_eaten


def test_a_formula_that_is_written_as_html_is_refused(book: Book) -> None:
    book.page('<div class="arithmatex">\\[x\\]</div>\n\n[An <span class="arithmatex">x</span>]{best < 1}.')
    message = "this element stands for a formula, and nothing checks it"
    assert said(book) == [f"docs/page.md:5:1: {message}", f"docs/page.md:7:5: {message}"]


NOTEBOOK = """\
# %% [markdown]
# # The lab
#
# Here 5 of us see $\\foo$ and `7`.
#
# - An item, $x^2$

# %%
print(8)

# %% [md]
\"\"\"
Nothing else, or two.
\"\"\"
# %%
"""


def test_the_prose_of_a_notebook_is_held_to_what_the_build_holds_it_to(book: Book) -> None:
    book.write("docs/lab.py", NOTEBOOK)
    bare, formula = (
        "nothing checks the words of a notebook",
        "this formula cannot be shown: the command \\foo is not known",
    )
    assert said(book) == [f"docs/lab.py:4:8: {bare}", f"docs/lab.py:4:21: {formula}", f"docs/lab.py:13:18: {bare}"]


@pytest.mark.parametrize(("text", "line"), [("# %%\nprint(\n", 2), ("x = '\0'\n", 1)])
def test_code_of_a_notebook_that_does_not_parse_is_refused(book: Book, text: str, line: int) -> None:
    book.write("docs/lab.py", text)
    (wrong,) = said(book)
    assert wrong.startswith(f"docs/lab.py:{line}:1: this cell of the notebook fails: ")


def test_a_notebook_may_end_with_prose(book: Book) -> None:
    book.write("docs/lab.py", "# %%\nx = 1\n# %% [markdown]\n# Six\n")
    assert said(book) == ["docs/lab.py:4:3: nothing checks the words of a notebook"]
