"""`backprop-book check --format`: the same problems for people, programs and workflows."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from backprop_book.core.problems import Origin, Problem, ProblemKind
from backprop_book.tools.cli import main
from backprop_book.tools.cli.formats import FORMATS, formatted
from small_book import SNIPPET, Book


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.chdir(book.root)
    return book


def check(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words], catch_exceptions=False)


TEXT = """\
docs/page.md:5:2: this number is not what descent.py gives
    found:    0.589
    expected: 0.588 (`best` is 0.588029625)
    from:     snippets/descent.py:7: best = min(losses)
    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words
docs/page.md:5:19: bare number
    found:    three
    remedy:   claim it, [words]{expression}; write it as an equation; or waive it, [words]{# reason}
2 problems in 1 file.
"""


def test_text_is_for_people_and_for_the_problem_matcher_of_an_editor(here: Book) -> None:
    here.page("[0.589]{best} and three")
    assert check().output == TEXT
    assert check("--format", "text").output == TEXT
    matcher = re.compile(r"^([^\s:][^:]*):(\d+):(\d+): (.*)$", re.MULTILINE)
    assert [found[:3] for found in matcher.findall(TEXT)] == [("docs/page.md", "5", "2"), ("docs/page.md", "5", "19")]


def test_many_problems_begin_with_the_changed_statement_and_end_with_a_count_for_each_file(here: Book) -> None:
    stated = "[0.8]{loss when step == 0} [0.72]{losses[1]} [0.59]{best} [0.1]{rate}\n"
    for name in "abc":
        here.page(stated, name)
    here.write("snippets/descent.py", SNIPPET.replace("rate = 0.1", "rate = 0.2"))
    lines = check().output.splitlines()
    assert lines[:3] == [
        "Probably from these statements, the first of each snippet whose value is not the stated one:",
        "  snippets/descent.py:1: rate = 0.2 (12 problems)",
        "docs/a.md:5:2: this number is not what descent.py gives",
    ]
    assert lines[-4:] == ["     4 docs/a.md", "     4 docs/b.md", "     4 docs/c.md", "12 problems in 3 files."]
    assert json.loads(check("--format", "json").output)
    assert check("--format", "github").output.startswith("::error ")


def test_many_problems_of_one_file_are_not_counted_by_file(here: Book) -> None:
    here.page("three " * 12)
    lines = check().output.splitlines()
    assert lines[0] == "docs/page.md:5:1: bare number"
    assert lines[-1] == "12 problems in 1 file."
    assert "     12 docs/page.md" not in lines


def test_json_is_one_list(here: Book) -> None:
    here.page("[0.589]{best} and `1 + 1 = 3`")
    result = check("--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.output) == [
        {
            "path": "docs/page.md", "line": 5, "column": 2, "kind": "value",
            "message": "this number is not what descent.py gives", "found": "0.589",
            "expected": "0.588 (`best` is 0.588029625)", "remedy": "run `make fix` (or `backprop-book fix --write`), or correct the words",
            "origins": [{"snippet": "snippets/descent.py", "line": 7, "statement": "best = min(losses)"}],
            "end_line": 5, "end_column": 7,
        },
        {
            "path": "docs/page.md", "line": 5, "column": 26, "kind": "equation", "message": "this equation does not hold",
            "found": "3", "expected": "2", "remedy": "correct the numbers, or write ≈ where the result is rounded",
            "origins": [],
        },
    ]  # fmt: skip


def test_a_book_that_holds_is_an_empty_list_and_a_silent_workflow(here: Book) -> None:
    here.page("[0.588]{best}")
    assert (check("--format", "json").exit_code, check("--format", "json").output) == (0, "[]\n")
    assert check("--format", "github").output == "1 statement in 1 file: all hold.\n"


def test_a_workflow_shows_each_problem_at_its_line(here: Book) -> None:
    here.page("[59 %]{rate}")
    result = check("--format", "github")
    assert result.exit_code == 1
    assert result.output == (
        "::error file=docs/page.md,line=5,col=2,endLine=5,endColumn=5,title=this number is not what descent.py gives::"
        "found:    59 %25%0Aexpected: 10 %25 (`rate` is 0.1)%0Afrom:     snippets/descent.py:1: rate = 0.1%0A"
        "remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words\n1 problem in 1 file.\n"
    )


def test_what_stops_a_check_has_the_format_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.backprop_book\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (problem,) = json.loads(check("--format", "json").output)
    assert (problem["path"], problem["line"], problem["kind"]) == ("pyproject.toml", 1, "configuration")
    assert check("--format", "github").output.startswith(
        "::error file=pyproject.toml,line=1,col=20,title=this is no TOML"
    )
    assert check().output.startswith("pyproject.toml:1:20: this is no TOML")


def test_what_would_end_a_command_or_a_property_is_escaped() -> None:
    problem = Problem("a,b:c.md", 1, 2, "50 %: one, two", found="first\n   second\r", kind="markup")
    assert formatted([problem], "github") == (
        "::error file=a%2Cb%3Ac.md,line=1,col=2,title=50 %25%3A one%2C two::found:    first second\\r"
    )
    assert formatted([Problem("a.md", 1, 1, "no details")], "github").endswith("title=no details::no details")
    assert str(problem) == "a,b:c.md:1:2: 50 %: one, two\n    found:    first second\\r"


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_value_holds_steers_no_terminal_and_breaks_no_format(here: Book, form: str) -> None:
    """Bytes that a terminal obeys, letters that turn the line around, lines that look like a command, half a surrogate pair."""
    here.write("snippets/descent.py", SNIPPET + r'odd = "\x1b[2J\x85\u202e\ud800\n::error::x"' + "\n")
    here.write("snippets/broken.py", r'raise ValueError("\x1b]0;x\x07\ud800\r\n::error::x\u2028")' + "\n")
    here.page("[the words]{odd} and `\x1b[31m`, [seven\x9b]{odd == 1}")
    done = subprocess.run(
        [sys.executable, "-m", "backprop_book.tools.cli", "check", "--format", form],
        cwd=here.root,
        capture_output=True,
        check=False,
    )
    said = done.stdout.decode("utf-8")
    assert (done.returncode, done.stderr) == (1, b"")
    assert {c for c in said if not c.isprintable()} == {"\n"}
    assert [line for line in said.split("\n") if line.startswith("::error::")] == []
    if form == "json":
        assert json.loads(said)[0]["expected"] == "\x1b[2J\x85\u202e\ud800\n::error::x (`odd`)"
    else:
        assert r"\x1b[2J\x85\u202e\ud800 ::error::x (`odd`)" in said
        assert r"ValueError: \x1b]0;x\x07\ud800\r ::error::x\u2028" in said.replace("%3A", ":")


def test_the_diff_of_what_is_fixed_steers_no_terminal(here: Book) -> None:
    here.page("The [0.589]{best} \x1b[31m fell.")
    result = CliRunner().invoke(main, ["fix"], catch_exceptions=False, color=False)
    assert "+The [0.588]{best} \\x1b[31m fell.\n" in result.output
    assert {c for c in result.output if not c.isprintable()} == {"\n"}


def test_an_end_on_another_line_is_for_programs_only() -> None:
    problem = Problem("a.md", 1, 9, "wrong", kind="value", origins=(Origin("s.py", 1, "x = 1"),), end=(2, 4))
    assert formatted([problem], "github") == "::error file=a.md,line=1,col=9,title=wrong::from:     s.py:1: x = 1"
    assert [json.loads(formatted([problem], "json"))[0][name] for name in ("end_line", "end_column")] == [2, 4]


@pytest.mark.parametrize(
    ("body", "kind"),
    {
        "[it rises]{losses[-1] > losses[0]}": "value",
        "[0.5]{1 +}": "expression",
        "`bets`": "name",
        "[9]{best < 10}": "unchecked",
        "[word]{# reason}": "waiver",
        "[word]{best": "markup",
        '```python\n--8<-- "ascent.py"\n```': "listing",
        "![A](figures/none.svg) It falls.": "figure",
        '```text title="Output"\nbest\n```': "output",
    }.items(),
)
def test_each_problem_has_a_kind(here: Book, body: str, kind: str) -> None:
    here.page(body)
    (problem,) = json.loads(check("--format", "json").output)
    assert (problem["kind"], kind in get_args(ProblemKind)) == (kind, True)
