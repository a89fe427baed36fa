"""`backprop-book mutate`, as a contributor calls it from the folder of a book."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_book.tools.cli import main
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


def test_numbers_in_words_are_changed_in_any_claim(here: Book) -> None:
    here.page(
        "[three of the four]{sum(each < 0.8 for each in losses) == 3 and len(losses) == 4}, [3/4 of _two_]{result if 2 else 0}"
    )
    rows = [line.strip("│ ").split("│") for line in run().output.splitlines() if line.startswith("│")]
    assert [cell.strip() for cell in rows[-1]] == ["all", "2", "3", "1", "0", "0", "6", "0"]


WEAK = "Between [step 2 and 4]{losses[2] < losses[0] and losses[3] < 4}."
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


HALVES = "x = 8\nfor n in range(3):\n    x = x / 2\nhidden = 4 + 1\nprint(x < 2)\n"


def test_code_that_no_sentence_notices_is_an_idea(here: Book) -> None:
    here.write("snippets/descent.py", HALVES)
    here.page('[1.0]{x}\n\n```text title="Output"\nTrue\n```\n')
    result = run("--code")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:5] == [
        "snippets/descent.py:4:10: no sentence notices `5` in place of `4`",
        "snippets/descent.py:4:12: no sentence notices `-` in place of `+`",
        "snippets/descent.py:4:14: no sentence notices `2` in place of `1`",
        "snippets/descent.py:5:9: no sentence notices `<=` in place of `<`",
        "snippets/descent.py:5:11: no sentence notices `3` in place of `2`",
    ]
    assert lines[-1] == "4 of 9 changes noticed."
    given = json.loads(run("--code", "--json", "snippets/descent.py").output)
    assert given["files"] == {"snippets/descent.py": {"tried": 9, "noticed": 4, "left": 0}}
    assert given["unnoticed"][0] == {
        "path": "snippets/descent.py", "stem": "descent", "line": 4, "column": 10, "found": "4", "becomes": "5"
    }  # fmt: skip


def test_changes_for_which_there_is_no_time_are_left(here: Book) -> None:
    here.page("[0.588]{best}")
    result = run("--code", "--limit", "0")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "0 of 0 changes noticed, 6 left for a higher --limit."


def test_code_that_is_no_python_is_not_passed_over(here: Book) -> None:
    here.write("snippets/other.py", "y = (\n")
    here.page("[0.588]{best}")
    for paths in ((), ("snippets/other.py",)):
        result = run("--code", *paths)
        assert result.exit_code == 1
        assert result.output.startswith("snippets/other.py:1:5: this is not Python: '(' was never closed\n")
    assert run("--code", "--limit", "0", "snippets/descent.py").exit_code == 0


def test_a_limit_is_for_changes_of_the_code(here: Book) -> None:
    here.page("[0.588]{best}")
    result = run("--limit", "5")
    assert result.exit_code == 2
    assert "--limit is for --code alone: whatever the book states is tried." in result.output


def test_only_the_snippets_that_are_named(here: Book) -> None:
    here.write("snippets/other.py", "y = 1\n")
    here.page("[0.588]{best}")
    here.write("snippets/other.md", "## `y = 1`: another\n\nIt is [1]{y}, not [0.588]{descent.best}.\n")
    here.write("docs/other.md", '```python\n--8<-- "other.py"\n```\n')
    for path in ("snippets/other.py", "snippets/other.md", "docs/other.md"):
        assert list(json.loads(run("--code", "--json", path).output)["files"]) == ["snippets/other.py"]
    assert list(json.loads(run("--code", "--json", "snippets/descent.py").output)["files"]) == ["snippets/descent.py"]


def test_progress_is_for_somebody_who_looks(here: Book) -> None:
    here.write("snippets/descent.py", "x = 1\n")
    here.page("[1]{x}")
    command = [sys.executable, "-m", "backprop_book.tools.cli", "mutate", "--code"]
    ours, theirs = pty.openpty()
    done = subprocess.run(command, cwd=here.root, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.stdout.splitlines()[-1] == "1 of 1 change noticed."
    assert shown == "\r\x1b[Ksnippets/descent.py: 0 of 1\r\x1b[K"
    quiet = subprocess.run(command, cwd=here.root, capture_output=True, text=True, check=True)
    assert quiet.stderr == ""


def test_expressions_whose_words_do_not_notice_a_change(here: Book) -> None:
    here.page("[It is small]{loss < 0.9 and rate < 0.5} and [0.59]{best}")
    result = run("--expressions")
    assert result.exit_code == 0
    assert (
        result.output
        == """\
docs/page.md:5:1: [It is small]{loss < 0.9 and rate < 0.5} holds with
    dropped   rate < 0.5
    dropped   loss < 0.9
    loosened  loss <= 0.9 and rate < 0.5
    loosened  loss < 0.9 and rate <= 0.5
    bound     loss < 9.0 and rate < 0.5
    bound     loss < 0.9 and rate < 5.0
10 changes of expressions tried; 1 claim holds with 6 of them.
"""
    )
    given = json.loads(run("--expressions", "--json").output)
    assert given["tried"] == 10
    assert given["found"][0]["expression"] == "loss < 0.9 and rate < 0.5"
    assert [mutant["change"] for mutant in given["found"][0]["mutants"]] == ["dropped"] * 2 + ["loosened"] * 2 + [
        "bound"
    ] * 2


def test_code_and_expressions_are_not_changed_together(here: Book) -> None:
    here.page("[0.59]{best}")
    result = CliRunner().invoke(main, ["mutate", "--code", "--expressions"])
    assert result.exit_code == 2
    assert "--code and --expressions change different things: give one of them." in result.output
