"""The command line, as a contributor calls it from the folder of a book."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_book.core.model import TRACE_FORMAT
from backprop_book.tools.cli import main
from small_book import Book


@pytest.fixture
def run(book: Book, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.chdir(book.root)
    return Run()


class Run:
    """Calls `backprop-book` with words."""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, catch_exceptions=False)


def test_check_of_a_book_that_holds(book: Book, run: Run) -> None:
    book.page("[0.588]{best} and `losses`")
    result = run("check")
    assert (result.exit_code, result.output) == (0, "2 statements in 1 file: all hold.\n")


def test_check_prints_every_problem_at_its_place(book: Book, run: Run) -> None:
    book.page("[0.589]{best} and three\n\n[0.5]{bets}")
    result = run("check")
    places = [line for line in result.output.splitlines() if line.startswith("docs/")]
    assert result.exit_code == 1
    assert [line.split(": ")[0] for line in places] == ["docs/page.md:5:2", "docs/page.md:5:19", "docs/page.md:7:7"]
    assert result.output.endswith("3 problems in 1 file.\n")


CELLS = "# %% [markdown]\n# # A lab\n\n# %%\nimport sys\n\ndef half(n):\n    return 1 / n\n\n# %%\na = 1\n"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("half(0)", "ZeroDivisionError\n    found:    division by zero"),
        ("assert a == 2, 'not: yet'", "AssertionError\n    found:    not: yet"),
        ("sys.exit(3)", "SystemExit"),
        ("open('made.txt', 'w')", ""),
    ],
)
def test_check_runs_the_cells_of_a_notebook(book: Book, run: Run, cell: str, found: str) -> None:
    book.page("[0.588]{best}")
    book.write("docs/lab.py", f"{CELLS}{cell}\n")
    for words in (("check",), ("check", "docs/lab.py")):
        result = run(*words)
        assert result.exit_code == 1
        assert result.output.startswith(f"docs/lab.py:12:1: this cell of the notebook fails: {found}")
        assert "    remedy:   run `python docs/lab.py` and mend it\n1 problem in 1 file.\n" in result.output
    assert run("check", "docs/page.md").exit_code == 0
    assert not (book.root / "docs/made.txt").exists()


@pytest.mark.parametrize("text", [f"{CELLS}print(a)\n", f"{CELLS}display(a)\n", "1 / 0\n"])
def test_check_runs_cells_only_and_knows_what_jupyter_has(book: Book, run: Run, text: str) -> None:
    book.page("[0.588]{best}")
    book.write("docs/lab.py", text)
    assert run("check").output == "1 statement in 1 file: all hold.\n"


FIGURE = '''"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200).plot(data.loss, color="loss")
'''


def test_check_draws_the_figures(book: Book, run: Run) -> None:
    book.write("figures/falling.py", FIGURE)
    book.page("![A line.](figures/falling.svg) It ends at [0.588]{best}.")
    for words in ((), ("docs/page.md",), ("figures", "docs")):
        result = run("check", *words)
        assert (result.exit_code, result.output) == (0, "1 statement in 1 file and 1 figure: all hold.\n")
    result = run("check", "figures/falling.py")
    assert (result.exit_code, result.output) == (0, "1 figure: all hold.\n")
    assert len(list((book.root / ".cache/figures").iterdir())) == 1
    assert run("check", "--fresh").exit_code == 0


def test_check_of_a_figure_or_its_page_reports_what_is_wrong_with_it(book: Book, run: Run) -> None:
    book.write("figures/falling.py", FIGURE.replace("data.loss,", "data.lost,"))
    book.page("![A line.](figures/falling.svg) It falls.", name="wrong")
    book.page("[0.588]{best}", name="right")
    for words in ((), ("docs/wrong.md",), ("figures/falling.py",)):
        result = run("check", *words)
        assert result.exit_code == 1
        assert result.output.startswith("figures/falling.py:8:26: this figure cannot be drawn: AttributeError: ")
    assert run("check", "docs/right.md").exit_code == 0


def test_check_of_a_figure_over_a_broken_snippet_says_that_it_was_not_drawn(book: Book, run: Run) -> None:
    book.write("figures/falling.py", FIGURE)
    book.page("![A line.](figures/falling.svg) It falls.")
    book.write("snippets/descent.py", "loss = 0.588\nraise ValueError('no')\n")
    for words in ((), ("figures/falling.py",)):
        result = run("check", *words)
        assert result.exit_code == 1
        assert "snippets/descent.py:2:1: the snippet did not finish: ValueError: no" in result.output
        assert "1 figure not drawn, because a snippet did not finish." in result.output


def test_check_of_one_page_leaves_the_others_alone(book: Book, run: Run) -> None:
    book.page("[0.589]{best}", name="wrong")
    book.page("[0.588]{best}", name="right")
    assert run("check", "docs/right.md").exit_code == 0
    assert run("check", "docs/wrong.md").exit_code == 1
    assert run("check", "docs").exit_code == 1
    assert run("check", "snippets").exit_code == 0


def test_check_of_a_snippet_checks_all_that_is_stated_and_drawn_of_it(book: Book, run: Run) -> None:
    book.write("figures/falling.py", FIGURE)
    book.write("snippets/other.py", "import descent\n\nworst = 1\n")
    book.write("snippets/other.md", "## `worst = 1`: the worst\n\nIt is [1]{worst}, the best [0.588]{descent.best}.\n")
    book.page("It ends at [0.588]{best}.\n\n![A line.](figures/falling.svg) It falls.\n")
    book.write("docs/far.md", "It ends at [0.589]{descent.best}.\n")
    book.write("docs/other.md", 'The best is bare: 7\n\n```python\n--8<-- "other.py"\n```\n')
    result = run("check", "snippets/descent.py")
    assert result.exit_code == 1
    assert result.output.startswith("docs/far.md:1:13: this number is not what descent.py gives")
    assert result.output.endswith("\n1 problem in 1 file.\n")
    assert run("fix", "--write", "snippets/descent.py").exit_code == 0
    assert run("check", "snippets/descent.py").output == "4 statements in 3 files and 1 figure: all hold.\n"


def test_check_of_notes_runs_their_snippet(book: Book, run: Run) -> None:
    book.page("It is shown.\n")
    book.write("snippets/descent.md", "## `rate = 0.1`: the rate\n")
    assert run("check", "snippets/descent.md").output == "0 statements in 1 file: all hold.\n"
    book.write("snippets/descent.py", "rate = 0.1\nraise ValueError('no')\n")
    result = run("check", "snippets/descent.md")
    assert (result.exit_code, result.output.partition("\n")[0]) == (
        1, "snippets/descent.py:2:1: the snippet did not finish: ValueError: no"
    )  # fmt: skip


def test_of_a_snippet_that_nothing_speaks_of_no_more_is_said_than_that_it_runs(book: Book, run: Run) -> None:
    book.write("snippets/alone.py", "x = 1\n")
    result = run("check", "snippets/alone.py")
    assert (result.exit_code, result.output) == (0, "The code runs; nothing is stated about it.\n")
    book.write("snippets/alone.py", "x = 1 / 0\n")
    for words in ((), ("--twice",)):
        assert run("check", "snippets/alone.py", *words).exit_code == 1


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("report",), "there is nothing to count in figures/falling.py: name pages, notes files, or"),
        (
            ("check", "--twice"),
            "there is nothing to compare with a second run in figures/falling.py: name pages, notes",
        ),
        (("mutate",), "there is nothing to make wrong in figures/falling.py: name pages, notes files, or"),
        (("mutate", "--code"), "there is nothing to change in figures/falling.py: name snippets, their notes, or"),
    ],
)
def test_a_path_in_which_a_command_has_nothing_to_do(book: Book, run: Run, words: tuple[str, ...], what: str) -> None:
    book.write("figures/falling.py", FIGURE)
    book.page("![A line.](figures/falling.svg) It ends at [0.588]{best}.")
    result = run(*words, "figures/falling.py")
    assert result.exit_code == 2
    assert what in result.output


def test_check_of_a_page_checks_the_notes_that_it_shows(book: Book, run: Run) -> None:
    book.page("[0.588]{best}")
    book.write("docs/other.md", "# Other\n")
    book.write("snippets/descent.md", "## `rate = 0.2`: the rate\n")
    result = run("check", "docs/page.md")
    assert result.exit_code == 1
    assert "snippets/descent.md:1:5: no statement of snippets/descent.py is this" in result.output
    assert run("check", "docs/other.md").exit_code == 0


def test_check_of_a_broken_snippet_says_what_was_not_evaluated(book: Book, run: Run) -> None:
    book.write("snippets/descent.py", "best = 0.588\nraise ValueError('no')\n")
    book.page("[0.588]{best}")
    for words in (("check",), ("check", "docs/page.md"), ("check", "snippets/descent.py", "docs")):
        result = run(*words)
        assert result.exit_code == 1
        assert "snippets/descent.py:2:1: the snippet did not finish: ValueError: no" in result.output
        assert "1 statement not evaluated, because a snippet did not finish." in result.output
        assert "1 problem in 1 file." in result.output


def test_a_path_that_is_no_part_of_the_book(book: Book, run: Run) -> None:
    stray = book.write("stray.md", "# Stray\n")
    result = run("check", stray.name)
    assert result.exit_code == 2
    assert "stray.md is no page, notes file, snippet or figure of the book in" in result.output


def test_a_book_without_a_page_does_not_pass(book: Book, run: Run) -> None:
    result = run("check")
    assert (result.exit_code, result.output) == (
        1, f"Error: no page is in {book.root.resolve() / 'docs'}, so there is nothing to check.\n"
    )  # fmt: skip
    book.write("snippets/descent.py", "loss = (\n")
    assert run("check").output.startswith("snippets/descent.py:1:8: this is not Python")


def test_a_configuration_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A regular file that exists and gives an error when it is read, also to a reader who may read everything.
    (tmp_path / "pyproject.toml").symlink_to("/proc/self/mem")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check"])
    assert result.output == (
        "pyproject.toml:1:1: this file cannot be read: Input/output error\n    remedy:   make it readable\n"
    )


def test_a_folder_without_a_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert "pyproject.toml" in result.output


DRIFTED = """\
[0.589]{best} and [59 %]{best}, `best = 0.5881`, [0.80, 0.73]{losses[:2]}, but [it rises]{losses[3] > losses[0]}

| step | [loss]{losses[row]} |
|---|---|
| first | 0.81 |
| second | 0.74 |

```text title="Output"
best: 0.5890
...
```
"""


def test_fix_shows_a_diff_and_writes_nothing(book: Book, run: Run) -> None:
    page = book.page(DRIFTED)
    before = page.read_text()
    result = run("fix")
    assert page.read_text() == before
    assert result.exit_code == 1
    assert "-| second | 0.74 |\n+| second | 0.73 |" in result.output
    assert "5 places to rewrite.\n" in result.output
    assert "docs/page.md:5:80: descent.py does not bear this out" in result.output
    assert result.output.endswith(
        "1 problem for a person to decide.\nNothing was written: the same command with --write writes this.\n"
    )


def test_fix_writes_digits_keeps_their_number_and_is_idempotent(book: Book, run: Run) -> None:
    page = book.page(DRIFTED.replace("it rises", "it falls").replace(">", "<"))
    result = run("fix", "--write")
    assert result.exit_code == 0
    assert result.output.endswith("\n5 places rewritten.\n1 passage for a person to reread.\n")
    text = page.read_text()
    assert "[0.588]{best} and [59 %]{best}, `best = 0.5880`, [0.81, 0.73]{losses[:2]}" in text
    assert "| second | 0.73 |" in text
    assert "best: 0.5880\n..." in text
    assert run("check").exit_code == 0
    assert run("fix", "--write").output == "Nothing to fix.\n"
    assert page.read_text() == text


def test_fix_keeps_the_newlines_of_the_file(book: Book, run: Run) -> None:
    page = book.page("[0.589]{best}\n")
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert run("fix", "--write").exit_code == 0
    assert page.read_bytes().endswith(b"\r\n\r\n[0.588]{best}\r\n")


def test_fix_keeps_the_byte_order_mark_of_the_file(book: Book, run: Run) -> None:
    page = book.page("[0.123]{best}\n")
    page.write_bytes(b"\xef\xbb\xbf" + page.read_bytes())
    assert run("fix", "--write").exit_code == 0
    assert page.read_bytes().startswith(b"\xef\xbb\xbf```python")
    assert page.read_bytes().endswith(b"[0.588]{best}\n")


def test_fix_does_not_touch_an_output_whose_words_changed(book: Book, run: Run) -> None:
    page = book.page('```text title="Output"\nworst: 0.5880\nresult: 3/4\n```\n')
    before = page.read_text()
    assert run("fix", "--write").exit_code == 1
    assert page.read_text() == before


def test_report_counts_how_numerals_are_covered(book: Book, run: Run) -> None:
    book.page("[0.588]{best}, `1 + 1 = 2`, seven\n\n| [a]{losses[row]} |\n|---|\n| 0.81 |\n\n[175]{# from a paper}\n")
    counts = json.loads(run("report", "--json").output)["docs/page.md"]
    assert counts == {
        "claims": 1, "equations": 3, "tables": 1, "outputs": 0, "waived": 1, "terms": 0, "bare": 1, "total": 7
    }  # fmt: skip
    lines = run("report").output.splitlines()
    assert [line.split("│")[1:3] for line in lines if line.startswith("│")] == [
        [" docs/page.md ", "     7 "],
        [" all          ", "     7 "],
    ]


def test_report_of_a_page_that_cannot_be_read_counts_nothing(book: Book, run: Run) -> None:
    book.page("[0.588]{best}")
    (book.root / "docs/latin.md").write_bytes(b"caf\xe9, 7 of them\n")
    result = run("report")
    assert (result.exit_code, result.output) == (
        1, "docs/latin.md:1:4: this file is not UTF-8\n    found:    b'\\xe9'\n    remedy:   save it as UTF-8\n"
    )  # fmt: skip
    assert run("report", "docs/page.md").exit_code == 0


def test_trace_passes_output_through_and_writes_json(book: Book) -> None:
    target = book.root / "trace.json"
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "snippets/descent.py", "--json", str(target)]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("best: 0.5880\nresult: 3/4\n", "")
    assert json.loads(target.read_text())["format"] == TRACE_FORMAT


def test_trace_shows_steps_and_ends_with_the_status_of_the_script(book: Book) -> None:
    book.write("script.py", "import sys\nx = int(sys.argv[1])\nx += 1\nif x > 3:\n    print(x)\nsys.exit(x)\n")
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "script.py", "4"]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (5, "5\n")
    assert "    3 x += 1\n      x = 4 → 5\n" in done.stderr
    assert "    4 if x > 3:  → True\n" in done.stderr


def test_what_the_terminal_cannot_show_is_written_out(book: Book) -> None:
    book.write("snippets/descent.py", "sign = '→'\nprint(sign)\n")
    book.page("It is [≈]{sign}.\n")
    for words, shown in {
        ("check",): "    expected: \\u2192 (`sign`)\n",
        ("fix",): "    found:    \\u2248\n",
        ("trace", "snippets/descent.py"): "\\u2192\n",
    }.items():
        command = [sys.executable, "-m", "backprop_book.tools.cli", *words]
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
        done = subprocess.run(command, cwd=book.root, capture_output=True, check=False, env=environment)
        assert shown in done.stdout.decode("latin-1")
        assert b"Traceback" not in done.stderr


def test_where_nobody_listens_the_status_tells(book: Book) -> None:
    book.page("It is [0.588]{best}.\n")
    command = shlex.join([sys.executable, "-m", "backprop_book.tools.cli", "check"])
    done = subprocess.run(f"{command} >&-", cwd=book.root, shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_trace_names_iterations_gaps_errors_and_deletions(book: Book) -> None:
    book.write(
        "script.py",
        "total = 0\nfor i in range(40):\n    for j in range(1):\n        total += i\n"
        "del i\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\n",
    )
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "script.py"]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=True)
    assert "    4 total += i  [iteration 39]  [iteration 0]\n      total = 741 → 780\n" in done.stderr
    assert " steps not kept\n" in done.stderr
    assert "      i = 39 → deleted\n" in done.stderr
    assert "    7 1 / 0  ZeroDivisionError: division by zero\n" in done.stderr


def test_trace_says_when_it_is_full(book: Book) -> None:
    book.write("script.py", "for i in range(8_000):\n    a = i\n    b = i\n    c = i\n")
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "--every", "script.py"]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=True)
    assert re.search(r"\n[0-9]+ more steps were not kept: the trace is full\.\n", done.stderr)


def test_trace_of_an_endless_loop_is_one_clear_error(book: Book) -> None:
    book.write("script.py", "x = 1\nwhile True:\n    x = -x\n")
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "script.py", "--seconds", "1"]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(
        r"script\.py:[23]:\d+: it ran for more than 1 seconds\n    remedy:   let it end earlier, or give it more --seconds\n",
        done.stderr,
    )


@pytest.mark.parametrize(
    ("option", "wrong", "remedy"),
    [
        ("--statements", "more than 20 statements ran", "let it end earlier, or allow more --statements"),
        ("--output", "more than 20 bytes of output", "let it print less, or allow more --output"),
    ],
)
def test_trace_names_the_option_that_raises_a_limit(book: Book, run: Run, option: str, wrong: str, remedy: str) -> None:
    book.write("script.py", "count = 30\nfor i in range(count):\n    print(i)\n")
    failed = run("trace", "script.py", option, "20", "--json", "t.json")
    assert failed.exit_code == 1
    assert re.fullmatch(rf"script\.py:\d:\d: {wrong}\n    remedy:   {remedy}\n", failed.stderr)
    assert run("trace", "script.py", option, "200", "--json", "t.json").exit_code == 0


def test_trace_of_a_script_that_a_signal_ends_says_so_as_shells_do(book: Book, run: Run) -> None:
    book.write("script.py", "import os\n\nos.kill(os.getpid(), 9)\n")
    result = run("trace", "script.py")
    assert (result.exit_code, result.output) == (128 + 9, "script.py:3:1: the process was ended by SIGKILL\n")


@pytest.mark.parametrize("text", [b'x = "\xff"\n', b'x = 1\n#\n#\ny = "\xff"\n', b"# coding: nowhere\nx = 1\n"])
def test_trace_of_a_file_that_cannot_be_decoded(book: Book, run: Run, text: bytes) -> None:
    (book.root / "script.py").write_bytes(text)
    result = run("trace", "script.py")
    first, found, remedy = result.output.splitlines()
    assert (result.exit_code, first) == (1, "script.py:1:1: this file is not UTF-8")
    assert found.startswith("    found:    ")
    assert remedy == "    remedy:   save it as UTF-8, and let its first lines name no other encoding"


def test_an_interrupt_ends_all_that_runs_without_a_traceback(book: Book) -> None:
    book.write(
        "script.py",
        "import os\nwith open('number', 'w') as file:\n    file.write(str(os.getpid()))\nwhile True:\n    pass\n",
    )
    command = [sys.executable, "-m", "backprop_book.tools.cli", "trace", "script.py"]
    traced = subprocess.Popen(
        command,
        cwd=book.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them, and all that they start, ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    number = book.root / "number"
    until = time.monotonic() + 60
    while time.monotonic() < until and not (number.exists() and number.read_text()):
        time.sleep(0.02)
    os.killpg(traced.pid, signal.SIGINT)  # as a terminal does: to everything that it has started
    assert (*traced.communicate(timeout=60), traced.returncode) == ("", "\nAborted!\n", 128 + signal.SIGINT)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


@pytest.mark.parametrize(
    "words", [("trace", "snippets/descent.py", "--seconds", "0"), ("mutate", "--code", "--limit", "-1")]
)
def test_a_time_that_is_none_is_refused(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert f"Invalid value for '{words[2]}'" in result.output


def test_trace_to_a_place_that_cannot_be_written(run: Run) -> None:
    result = run("trace", "snippets/descent.py", "--json", "nowhere/trace.json")
    assert result.exit_code == 1
    assert "nowhere/trace.json: cannot be written: No such file or directory" in result.output
