"""The doc tests of a small book, collected and run by a real pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_book.core.cache import FIGURES, RUNS
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.verify import Verifier
from small_book import SNIPPET, Book

CONFTEST = (Path(__file__).parents[2] / "conftest.py").read_text()


@pytest.fixture
def project(book: Book) -> Book:
    book.write("conftest.py", CONFTEST)
    book.page('[0.588]{best}, [59 %]{best}, `losses`, `1 + 1 = 2`\n\n```text title="Output"\n...\nresult: 3/4\n```\n')
    book.write("snippets/descent.md", "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n")
    return book


def pytest_of(book: Book, *words: str) -> tuple[int, str]:
    """The exit status and the output of pytest in the folder of a book, with no other plugins than it is given."""
    # These tests run in a worker themselves; those of the book are a session of their own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=book.root, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def ids(book: Book, *words: str) -> list[str]:
    return [line for line in pytest_of(book, "--collect-only", "-q", *words)[1].splitlines() if "::" in line]


def test_everything_is_collected_by_name(project: Book) -> None:
    assert ids(project) == [
        "docs/page.md::scan",
        "docs/page.md::best",
        "docs/page.md::best#2",
        "docs/page.md::`losses`",
        "docs/page.md::1 + 1 = 2",
        "docs/page.md::output",
        "snippets/descent.md::scan",
        "snippets/descent.md::rate",
        "snippets/descent.py::runs",
    ]


def test_a_book_that_holds_passes(project: Book) -> None:
    status, output = pytest_of(project, "-q")
    assert (status, output.splitlines()[-1].split(" in ")[0]) == (0, "9 passed")


def test_ids_do_not_change_when_the_text_above_is_edited(project: Book) -> None:
    before = ids(project, "docs")
    page = project.root / "docs/page.md"
    page.write_text("# A heading\n\nA paragraph.\n\n" + page.read_text().replace("0.588", "about 0.5880"))
    assert ids(project, "docs") == before


def test_a_wrong_digit_is_one_failure_with_its_place(project: Book) -> None:
    page = project.root / "docs/page.md"
    page.write_text(page.read_text().replace("0.588", "0.589"))
    status, output = pytest_of(project, "-q")
    assert status == 1
    assert "docs/page.md:5:2: this number is not what descent.py gives" in output
    assert "1 failed, 8 passed" in output


@pytest.mark.parametrize(
    "kinds", [("::best#2", "descent.md::scan", "::runs"), pytest.param(("",), marks=pytest.mark.whole)]
)
def test_each_item_runs_alone(project: Book, kinds: tuple[str, ...]) -> None:
    for name in (name for name in ids(project) if name.endswith(kinds)):
        status, output = pytest_of(project, "-q", name)
        assert (status, output.splitlines()[-1].split(" in ")[0]) == (0, "1 passed")
    assert pytest_of(project, "-q", "-k", "losses")[0] == 0


def test_one_broken_snippet_is_one_failure(project: Book) -> None:
    project.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    status, output = pytest_of(project, "-q", "-rs")
    assert status == 1
    assert "1 failed, 3 passed, 5 skipped" in output
    assert "not evaluated: descent.py did not finish" in output


def test_a_claim_of_a_broken_snippet_fails_where_the_snippet_is_not_selected(project: Book) -> None:
    project.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    status, output = pytest_of(project, "-q", "docs/page.md::best")
    assert status == 1
    assert "snippets/descent.py:11:1: the snippet did not finish: ValueError: no" in output


def test_a_snippet_that_does_not_parse_is_one_failure(project: Book) -> None:
    project.write("snippets/descent.py", f"{SNIPPET}1 +\n")
    status, output = pytest_of(project, "-q", "snippets/descent.py")
    assert status == 1
    assert "snippets/descent.py:11:4" in output


def test_bare_numbers_fail_the_scan(project: Book) -> None:
    page = project.root / "docs/page.md"
    page.write_text(page.read_text() + "\nThere are seven.\n")
    status, output = pytest_of(project, "-q", "docs/page.md::scan")
    assert status == 1
    assert "docs/page.md:12:11: " in output


def test_a_file_that_is_no_text_is_one_failure_with_its_place(project: Book) -> None:
    (project.root / "docs/latin.md").write_bytes(b"# Caf\xe9\n")
    (project.root / "snippets/latin.py").write_bytes(b"x = '\xe9'\n")
    status, output = pytest_of(project, "-q")
    assert status == 1
    assert "docs/latin.md:1:6: this file is not UTF-8" in output
    assert "snippets/latin.py:1:6: this file is not UTF-8" in output
    assert "2 failed, 9 passed" in output


def test_in_parallel_and_in_random_order(project: Book) -> None:
    project.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    for words in (("-p", "xdist.plugin", "-n", "2", "--dist", "worksteal"), ("-p", "pytest_randomly")):
        assert "1 failed, 3 passed, 5 skipped" in pytest_of(project, "-q", *words)[1]


def test_each_snippet_runs_and_its_run_is_kept_for_the_build(project: Book, apart: Path) -> None:
    flag = apart / "flag"
    project.write("snippets/descent.py", f"import os\n{SNIPPET}assert not os.path.exists({str(flag)!r})\n")
    assert pytest_of(project, "-q")[0] == 0
    chapter = scan(project.root)
    given = visible_environment(chapter.config.environment)
    with Tracer(project.root, project.root / RUNS, environment=given) as tracer:
        assert Verifier(chapter, tracer).problems() == ()
        assert tracer.ran == []
    flag.touch()
    status, output = pytest_of(project, "-q")
    assert status == 1
    assert "the snippet did not finish: AssertionError" in output


def test_files_that_are_no_documents_are_left_alone(project: Book) -> None:
    project.write("CHANGELOG.md", "There are 7.\n")
    project.write("pyproject.toml", '[tool.backprop_book]\nverified = ["README.md"]\n')
    project.write("README.md", "# Words\n")
    project.write("tests/README.md", "There are 7.\n")
    assert [name for name in ids(project) if "CHANGELOG" in name or "README" in name] == ["README.md::scan"]


FIGURE = '''"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200).plot(data.loss, color="loss")
'''


def test_each_figure_is_drawn_by_an_item_of_its_own(project: Book) -> None:
    project.write("figures/falling.py", FIGURE)
    project.page("![A line.](figures/falling.svg) It ends at [0.588]{best}.")
    assert ids(project, "figures") == ["figures/falling.py::draws"]
    status, output = pytest_of(project, "-q", "figures/falling.py")
    assert (status, output.splitlines()[-1].split(" in ")[0]) == (0, "1 passed")
    assert not (project.root / FIGURES).exists()
    project.write("figures/falling.py", FIGURE.replace("data.loss,", "data.lost,").replace("It falls", ""))
    status, output = pytest_of(project, "-q")
    assert status == 1
    assert "figures/falling.py:1:1: this figure has no title" in output
    assert "1 failed, 5 passed" in output
    project.write("figures/falling.py", FIGURE.replace("data.loss,", "data.lost,"))
    output = pytest_of(project, "-q", "figures")[1]
    assert "figures/falling.py:8:26: this figure cannot be drawn: AttributeError: there are no data lost" in output


def test_a_figure_over_a_broken_snippet_is_skipped_if_the_snippet_fails(project: Book) -> None:
    project.write("figures/descent.py", FIGURE)
    project.page("![A line.](figures/descent.svg) It falls.")
    project.write("snippets/descent.py", f"{SNIPPET}raise ValueError('no')\n")
    status, output = pytest_of(project, "-q", "-rs")
    assert status == 1
    assert "1 failed, 2 passed, 2 skipped" in output
    status, output = pytest_of(project, "-q", "figures")
    assert status == 1
    assert "not evaluated: descent.py did not finish" in output
