"""`backprop-book check --matrix`: the same statements on other versions of NumPy, and what the verification page says of it."""

import importlib.metadata
import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backprop_book.render.verification import verification
from backprop_book.run import environment
from backprop_book.scan import scan
from backprop_book.tools.cli import main
from backprop_book.verify.coverage_report import coverage_report
from backprop_book.verify.matrix import saved, supported, with_numpy_alone
from small_book import Book

PROJECT = '[project]\ndependencies = ["click", "numpy>=2"]\n\n'
SNIPPET = "import os\n\nimport numpy as np\n\nx = np.ones(2)\nold = os.environ.get('OLD', 'no')\n"


def interpreter(folder: Path, requirements: str, **variables: str) -> None:
    """An environment that is ready: this very interpreter, with variables by which a run can know it."""
    words = " ".join(f"{name}={value}" for name, value in variables.items())
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n{words} exec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (folder / "ready").write_text(requirements, encoding="utf-8")


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    config = book.root / "pyproject.toml"
    config.write_text(PROJECT + config.read_text(encoding="utf-8"), encoding="utf-8")
    book.write("constraints.txt", "click==8\nnumpy==2.4.6\n")
    book.write("snippets/descent.py", SNIPPET)
    for version, old in (("2.0.0", "yes"), ("2.4.6", "no")):
        interpreter(book.root / ".cache/matrix" / f"numpy-{version}", f"numpy=={version}\nclick", OLD=old)
    monkeypatch.chdir(book.root)
    return book


def check(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words], catch_exceptions=False)


def tables(book: Book) -> str:
    return verification(coverage_report(book.verifier()), {})


def test_what_holds_everywhere_is_kept_and_shown(here: Book) -> None:
    here.write("snippets/other.py", "y = 1\n")
    here.page("[2]{len(x)} and [1]{other.y}, `x`")
    assert "other versions" not in tables(here)
    result = check("--matrix")
    assert result.exit_code == 0
    first, second, third, last = result.output.splitlines()
    assert first == second
    assert first.startswith("python 3.")
    assert first.endswith(": 2 of 2 statements hold.")
    assert third == "docs/assets/matrix.json: the result for the verification page is written."
    assert last == "3 statements in 1 file: all hold."
    assert [each["holds"] for each in json.loads((here.root / "docs/assets/matrix.json").read_text())["columns"]] == [
        2,
        2,
    ]
    shown = tables(here)
    assert "<caption>Snippets that need NumPy alone, on other versions</caption>" in shown
    assert "<td>2</td><td>0</td>" in shown
    assert "<p>Snippets that need NumPy alone: 1.</p>" in shown


def test_what_holds_on_one_version_only(here: Book) -> None:
    here.page("[no]{old}, so")
    result = check("--matrix")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("docs/page.md:5:2: this does not hold on python 3.")
    assert lines[1:5] == [
        "    found:    no",
        "    expected: yes (`old`)",
        "    from:     snippets/descent.py:6: old = os.environ.get('OLD', 'no')",
        "    remedy:   write the snippet so that all supported versions give the same, or raise the lowest version",
    ]
    assert lines[5].endswith(": 0 of 1 statement hold.")
    assert lines[6].endswith(": 1 of 1 statement hold.")


def test_a_snippet_that_does_not_finish_on_one_version(here: Book) -> None:
    here.write("snippets/descent.py", f"{SNIPPET}if old == 'yes':\n    raise ValueError(old)\n")
    here.page("[2]{len(x)}")
    result = check("--matrix")
    assert result.exit_code == 1
    assert "    expected: descent.py to finish\n    remedy:   write the snippet so that" in result.output


def test_a_result_of_other_snippets_is_not_shown(here: Book) -> None:
    here.page("[2]{len(x)}")
    assert check("--matrix").exit_code == 0
    here.write("snippets/descent.py", f"{SNIPPET}z = 1\n")
    shown = tables(here)
    assert "The snippets have changed since they last ran on other versions of NumPy" in shown
    assert "<caption>Snippets that need NumPy alone" not in shown


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"digest": 1}', '{"digest": "", "snippets": 1, "columns": [{"versions": 1, "holds": 1, "fails": 1}]}'],
)
def test_a_result_that_cannot_be_read_is_none(here: Book, text: str) -> None:
    here.write("docs/assets/matrix.json", text)
    assert saved(scan(here.root)) is None


def test_a_part_of_the_book_has_no_matrix(here: Book) -> None:
    here.page("[2]{len(x)}")
    result = check("--matrix", "docs/page.md")
    assert result.exit_code == 2
    assert "--matrix checks the whole book: leave the paths out." in result.output


def test_versions_that_nobody_names(here: Book) -> None:
    config = here.root / "pyproject.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("numpy>=2", "torch"), encoding="utf-8")
    here.write("constraints.txt", "numpy\n")
    here.page("[2]{len(x)}")
    result = check("--matrix", "--format", "json")
    assert result.exit_code == 1
    assert [(each["path"], each["message"]) for each in json.loads(result.output)] == [
        ("constraints.txt", "the constraints do not say which NumPy is the newest"),
        ("pyproject.toml", "the project does not say which NumPy is the oldest"),
    ]
    (here.root / "constraints.txt").unlink()
    assert "constraints.txt:1:1: the constraints do not say which NumPy is the newest" in check("--matrix").output


def test_the_book_supports_what_its_project_says() -> None:
    root = Path(__file__).parents[2]
    oldest, newest = supported(scan(root).config)
    assert (oldest, newest[:2]) == ("2.0.0", "2.")


def test_an_environment_is_made_once_and_made_again_for_other_requirements(tmp_path: Path) -> None:
    """Without requirements, pip has nothing to fetch; with one that cannot be had, it says so."""
    place = tmp_path / "environment"
    first = environment(place, ["pip"])
    assert first.is_file()
    marker = place / "marker"
    marker.touch()
    assert environment(place, ["pip"]) == first
    assert marker.exists()
    (place / "package" / "backprop_book").unlink()
    environment(place, ["pip"])
    assert (place / "package" / "backprop_book" / "__init__.py").is_file()


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A program `uv` that comes first on the path."""
    program = folder / "uv"
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_uv_is_used_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "environment"
    stand_in(tmp_path, monkeypatch, f'echo "$@" >> "{tmp_path}/calls"\nmkdir -p "{place}"')
    environment(place, ["numpy==2.0.0"])
    assert (tmp_path / "calls").read_text().splitlines() == [
        f"venv --quiet --python {sys.executable} {place}",
        f"pip install --quiet --python {place}/bin/python numpy==2.0.0",
    ]


@pytest.mark.parametrize(("text", "found"), [("echo no wheels >&2; exit 1", "no wheels"), ("exit 3", "status 3")])
def test_an_environment_that_cannot_be_made(
    here: Book, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, text: str, found: str
) -> None:
    folder = tmp_path_factory.mktemp("programs")
    stand_in(folder, monkeypatch, text)
    here.write("constraints.txt", "numpy==2.9.9\n")
    here.page("[2]{len(x)}")
    (here.root / ".cache/matrix/numpy-2.0.0/ready").unlink()
    result = check("--matrix")
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "pyproject.toml:1:1: there is no environment with numpy==2.0.0 and click"
    assert f"    found:    {found}" in result.output
    assert f"    remedy:   run `{folder}/uv venv --quiet" in result.output


def test_what_needs_more_than_numpy_is_left_out(here: Book) -> None:
    here.write("snippets/data.py", "import numpy as np\nimport sklearn\n\nrows = np.ones(3)\n")
    here.write("snippets/reader.py", "import numpy as np\nfrom data import rows\n\ntotal = np.sum(rows)\n")
    here.page("[2]{len(x)} and [3]{reader.total}, `x`")
    assert with_numpy_alone(scan(here.root)) == ("descent",)
    versions = here.verifier().runs.of("reader").versions
    assert [name for name, _ in versions] == ["python", "numpy", "scikit-learn"]
    assert dict(versions)["scikit-learn"] == importlib.metadata.version("scikit-learn")
