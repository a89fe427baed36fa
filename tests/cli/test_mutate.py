"""`backprop-book mutate`, as a contributor calls it from the folder of a book."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_book.cli import main
from small_book import Book


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.chdir(book.root)
    return book


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["mutate", *words], catch_exceptions=False)


def test_a_book_in_which_every_check_can_fail(here: Book) -> None:
    here.page("[0.59]{best} and `losses`, [it falls]{losses[3] < losses[0]}")
    here.page("[3/4]{result}", name="second")
    result = run()
    assert result.exit_code == 0
    rows = [line.strip("│ ").split("│") for line in result.output.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["docs/page.md", "3", "1", "1", "0", "1", "6", "0"],
        ["docs/second.md", "2", "0", "0", "0", "0", "2", "0"],
        ["all", "5", "1", "1", "0", "1", "8", "0"],
    ]


WEAK = "Between [step 2 and 4]{losses[2] < losses[0] and 3 < 4}."
SURVIVOR = """\
docs/page.md:5:15: nothing notices when this digit is another one
    found:    2
    expected: a check that fails with 3
    remedy:   claim the number with an expression that gives it
"""


def test_a_survivor_is_reported_at_its_place(here: Book) -> None:
    here.page(WEAK)
    result = run()
    assert result.exit_code == 1
    assert result.output.startswith(SURVIVOR)
    lines = [line.split("│")[-2].strip() for line in result.output.splitlines() if line.startswith("│")]
    assert lines == ["1", "1"]


def test_json_for_other_programs(here: Book) -> None:
    here.page(WEAK)
    result = run("--json")
    assert result.exit_code == 1
    given = json.loads(result.output)
    assert given["files"] == {
        "docs/page.md": {"digit": 2, "number": 0, "negation": 1, "quote": 0, "name": 0, "mutants": 3, "survived": 1}
    }
    assert [(each["path"], each["line"], each["column"], each["found"]) for each in given["survivors"]] == [
        ("docs/page.md", 5, 15, "2")
    ]


def test_one_page_alone(here: Book) -> None:
    here.page(WEAK)
    here.page("[0.59]{best}", name="second")
    assert run("docs/second.md").exit_code == 0
    assert run("docs/page.md").exit_code == 1


def test_a_book_that_does_not_hold_shows_what_does_not(here: Book, tmp_path: Path) -> None:
    page = here.page("[0.5]{best}")
    before = page.read_text()
    result = run()
    assert result.exit_code == 1
    assert "docs/page.md:5:2: this number is not what descent.py gives" in result.output
    assert page.read_text() == before
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["page.md"]
