"""`backprop-book new`: frames of snippets, notes and pages."""

from shutil import rmtree

import pytest
from click.testing import CliRunner, Result

from backprop_book.scan import scan
from backprop_book.tools.cli import main
from small_book import FIGURE, SNIPPET, Book


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.chdir(book.root)
    return book


def new(*words: str) -> Result:
    return CliRunner().invoke(main, ["new", "listing", *words], catch_exceptions=False)


HEADINGS = """\
## `rate = 0.1`

## `losses = []`

## `loss = 0.89625`

## `for step in range(4):`

## `loss = loss * (1 - rate)`

## `losses.append(loss)`

## `best = min(losses)`

## `result = "3/4"`

## `print(f"best: {best:.4f}")`

## `print("result:", result)`
"""


def test_notes_of_a_snippet(here: Book) -> None:
    result = new("descent")
    assert result.exit_code == 0
    assert result.output == (
        "snippets/descent.md: 10 headings added.\nNo page shows the snippet yet. Show it with:\n\n"
        '```python\n--8<-- "descent.py"\n```\n'
    )
    assert (here.root / "snippets/descent.md").read_text() == HEADINGS
    here.page("It falls.")
    # Nothing is wrong with a heading but that nobody has said anything below it.
    assert [(each.message, each.line) for each in here.problems()] == [
        ("this note has no words", line) for line, text in enumerate(HEADINGS.splitlines(), 1) if text
    ]
    (here.root / "snippets/descent.md").write_text(HEADINGS.replace("`\n", "`\n\nWords.\n"))
    assert here.problems() == ()


HARD = '''\
"""Repeats itself."""

weights = [
    1,
    2,
]
long = weights[0] + weights[1] + weights[0] + weights[1] + weights[0] + weights[1]
print(
    weights
)
print(weights[0] + weights[1] + weights[0] + weights[1] + weights[0] + weights[1])


def first(x):
    """Say it."""
    total = x
    return total


def second(x):
    total = x
    if x:
        total = x
    else:
        total = -x
    return total


text = "`"
total = 0
total = 0
total += 1
'''


def test_every_quote_leads_back_to_its_statement(here: Book) -> None:
    here.write("snippets/descent.py", HARD)
    here.page("It repeats.")
    result = new("descent")
    assert result.output == (
        "snippets/descent.md: 14 headings added.\n"
        "snippets/descent.py:21:5: no quote tells this apart from the same statement beside it: total = x\n"
        "snippets/descent.py:30:1: no quote tells this apart from the same statement beside it: total = 0\n"
        "snippets/descent.py:31:1: no quote tells this apart from the same statement beside it: total = 0\n"
    )
    lines = [line for line in (here.root / "snippets/descent.md").read_text().splitlines() if line]
    assert lines == [
        "## `weights = ...`",
        "## `long = ...`",
        "## `print( weights )`",
        "## `print(weights[0] + weights[1] + weights[0] + weights[1] + weights[0] + weights[1])`",
        "## `def first(x):`",
        "## `def first(x): › total = x`",
        "## `def first(x): › return total`",
        "## `def second(x):`",
        "## `if x:`",
        "## `if x: › total = x`",
        "## `total = -x`",
        "## `def second(x): › return total`",
        '## `` text = "`" ``',
        "## `total += 1`",
    ]
    assert {each.message for each in here.problems()} == {"this note has no words"}


def test_notes_that_exist_are_not_written_over(here: Book) -> None:
    before = "## `rate = 0.1`: the rate\n\nMine.\n"
    notes = here.write("snippets/descent.md", before)
    result = new("descent")
    assert result.exit_code == 1
    assert result.output == (
        "Error: snippets/descent.md exists; --missing adds headings for the statements that it leaves out.\n"
    )
    assert notes.read_text() == before


def test_missing_headings_stand_in_the_order_of_the_code(here: Book) -> None:
    here.page("It falls.")
    notes = here.write(
        "snippets/descent.md",
        "Before.\n\n## `losses = []`: a list\n\nMine.\n\n## `best = min(losses)`, `result = ...`: the end\n\nAlso mine.\n",
    )
    assert new("descent", "--missing").output == "snippets/descent.md: 7 headings added.\n"
    assert notes.read_text() == (
        "Before.\n\n## `rate = 0.1`\n\n## `losses = []`: a list\n\nMine.\n\n## `loss = 0.89625`\n\n"
        "## `for step in range(4):`\n\n## `loss = loss * (1 - rate)`\n\n## `losses.append(loss)`\n\n"
        "## `best = min(losses)`, `result = ...`: the end\n\nAlso mine.\n\n"
        '## `print(f"best: {best:.4f}")`\n\n## `print("result:", result)`\n'
    )
    after = notes.read_text()
    assert new("descent", "--missing").output == "snippets/descent.md: nothing is missing.\n"
    assert notes.read_text() == after


def test_missing_headings_keep_the_newlines_and_the_mark_of_the_file(here: Book) -> None:
    notes = here.write("snippets/descent.md", "")
    notes.write_bytes(b"\xef\xbb\xbf## `rate = 0.1`: the rate\r\n\r\nMine.\r\n")
    assert new("descent", "--missing").exit_code == 0
    text = notes.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf##")
    assert text.count(b"\xef\xbb\xbf") == 1
    assert text.count(b"\n") == text.count(b"\r\n") > 10


def test_notes_of_a_snippet_without_any_can_be_made_with_missing_too(here: Book) -> None:
    assert new("descent", "--missing").exit_code == 0
    assert (here.root / "snippets/descent.md").read_text() == HEADINGS


def test_a_snippet_that_does_not_exist_is_made_with_a_docstring_only(here: Book) -> None:
    result = new("two_steps")
    assert (result.exit_code, result.output) == (
        0, "snippets/two_steps.py: write its code, then run this again for the headings of its notes.\n"
    )  # fmt: skip
    assert (here.root / "snippets/two_steps.py").read_text() == '"""Two steps."""\n'
    assert scan(here.root).problems == ()
    assert new("two_steps").output == result.output
    rmtree(here.root / "snippets")
    assert new("two_steps").output == result.output
    assert not (here.root / "snippets/two_steps.md").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    {
        "Two-steps": "Two-steps is no name of a module: small letters, digits and _, without a folder or .py.",
        "../steps": "../steps is no name of a module: small letters, digits and _, without a folder or .py.",
        "class": "class is a word of Python's own, which names no module.",
        "random": "random is a module already, which the snippets could then not import.",
        "numpy": "numpy is a module already, which the snippets could then not import.",
    }.items(),
)
def test_names_that_no_snippet_can_have(here: Book, name: str, why: str) -> None:
    result = new(name)
    assert result.exit_code == 2
    assert why in result.output
    assert [path.name for path in (here.root / "snippets").iterdir()] == ["descent.py"]


@pytest.mark.parametrize(("name", "path"), [("descent", "snippets/descent.md"), ("steps", "snippets/steps.py")])
def test_a_place_that_cannot_be_written(here: Book, name: str, path: str) -> None:
    (here.root / path).mkdir()
    result = new(name)
    assert (result.exit_code, result.output) == (1, f"Error: {path}: cannot be written: Is a directory\n")


def test_a_snippet_in_a_folder_has_its_notes_there(here: Book) -> None:
    here.write("snippets/more/steps.py", "x = 1\n")
    result = new("steps")
    assert result.output.startswith("snippets/more/steps.md: 1 heading added.\n")
    assert '--8<-- "more/steps.py"' in result.output


def test_a_snippet_that_is_no_python_says_so(here: Book) -> None:
    here.write("snippets/descent.py", f"{SNIPPET}1 +\n")
    result = new("descent")
    assert result.exit_code == 1
    assert result.output.startswith("snippets/descent.py:11:4: this is not Python: invalid syntax\n")


def new_page(name: str) -> Result:
    return CliRunner().invoke(main, ["new", "page", name], catch_exceptions=False)


def test_a_page_has_a_place_for_all_that_a_section_may_have(here: Book) -> None:
    result = new_page("descent")
    assert (result.exit_code, result.output) == (
        0,
        "docs/descent.md: replace or delete what it holds; `backprop-book check docs/descent.md` names the expressions that are left.\n"
        "Add the page to `nav` in mkdocs.yml: - descent.md\n",
    )
    assert [(each.line, each.message) for each in here.problems()] == [
        (20, "this is not a Python expression: invalid syntax"),
        (22, "this is not a Python expression: invalid syntax"),
        (22, "this is not a Python expression: invalid syntax"),
        (26, "there is no such figure"),
    ]
    text = (here.root / "docs/descent.md").read_text()
    for place, filled in {
        "[a number]{an expression}": "[0.588]{best}",
        "[a column]{an expression with row}": "[step]{row}",
        "[another]{an expression with row}": "[loss]{losses[row]}",
        "| a cell | a cell |": "| 0 | 0.807 |",
        "(figures/descent.svg)": "(figures/it_falls.svg)",
    }.items():
        assert text.count(place) == 1
        text = text.replace(place, filled)
    here.write("docs/descent.md", text)
    here.write("figures/it_falls.py", FIGURE.format("descent.best"))
    assert here.problems() == ()


def test_a_page_without_a_snippet_says_how_to_make_it(here: Book) -> None:
    assert (
        "There is no snippet two_steps yet. Make it with: backprop-book new listing two_steps\n"
        in new_page("two-steps").output
    )
    text = (here.root / "docs/two-steps.md").read_text()
    assert text.startswith("---\ntitle: Two steps\n")
    assert '--8<-- "two_steps.py"' in text


def test_a_page_shows_a_snippet_that_lies_in_a_folder(here: Book) -> None:
    here.write("snippets/more/steps.py", "x = 1\n")
    assert new_page("steps").exit_code == 0
    assert '--8<-- "more/steps.py"' in (here.root / "docs/steps.md").read_text()


def test_a_page_that_exists_is_not_written_over(here: Book) -> None:
    page = here.page("It falls.", "descent")
    before = page.read_text()
    result = new_page("descent")
    assert (result.exit_code, result.output, page.read_text()) == (1, "Error: docs/descent.md exists.\n", before)


@pytest.mark.parametrize("name", ["Two", "two_steps", "two.md", "more/two", "two-"])
def test_names_that_no_page_can_have(here: Book, name: str) -> None:
    result = new_page(name)
    assert (result.exit_code, f"{name} is no name of a page" in result.output) == (2, True)
    assert list((here.root / "docs").iterdir()) == []
