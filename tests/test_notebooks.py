"""Notebooks: those that the pages carry do what they say when they are executed; what would not is refused."""

import ast
import html
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from backprop_book.core.model import Outcome, Run, Trace
from backprop_book.run import Request, Tracer
from backprop_book.site.notebooks import NONE, Explanation, Notebook, notebook
from backprop_book.source import Snippet, parse

ROOT = Path(__file__).parents[1]
STRAIGHT = '''\
"""What it is about."""
# --8<-- [start:one]
import math

# First
a = 1
b = 2; a + b
# --8<-- [end:one]


def shout(word):
    print(word)

    return word


@staticmethod
def quiet():
    return 0
for n in range(3):
    print(n, end=" ")

    if n == 1:
        shout("größer")  # as a
shout("é!")  # the last
math.sqrt(4),
shout(1);
[].append(1)
(lambda: 1)()
# The end
'''
NOTES = (
    Explanation((2,), "### `a`: one"),
    Explanation((10, 12), "### inside"),
    Explanation((3,), "### `b`: a line"),
)


def made(
    tracer: Tracer, folder: Path, source: str, *, siblings: Mapping[str, Snippet] = NONE
) -> tuple[Notebook, Snippet, Run]:
    path = folder / "sample.py"
    path.write_text(source, encoding="utf-8")
    snippet = parse("sample.py", source)
    (run,) = tracer.run([Request(path)])
    notes = NOTES if source == STRAIGHT else ()
    return notebook("A <title>", snippet, run, notes, siblings), snippet, run


def cells(text: str) -> list[tuple[str, str, str]]:
    return [
        (
            cell["id"],
            "".join(cell["source"]),
            "".join(line for output in cell.get("outputs", ()) for line in output["text"]),
        )
        for cell in json.loads(text)["cells"]
    ]


def test_code_is_cut_at_notes_and_empty_lines_and_outputs_stand_where_they_were_printed(
    tracer: Tracer, tmp_path: Path
) -> None:
    found, _, run = made(tracer, tmp_path, STRAIGHT)
    versions = dict(run.versions)
    assert found.refusal == ""
    assert cells(found.text) == [
        (
            "title",
            "# A <title>\n\n`sample.py` as a notebook, with its notes. The outputs are those of the run that the book was "
            f"verified with: Python {versions['python']}.",
            "",
        ),
        ("code-1", '"""What it is about."""\nimport math', ""),
        ("note-2-1", "### `a`: one", ""),
        ("code-2", "# First\na = 1", ""),
        ("note-3-1", "### `b`: a line", ""),
        ("code-3", "b = 2; a + b;", ""),
        ("code-4", "def shout(word):\n    print(word)\n\n    return word", ""),
        ("code-5", "@staticmethod\ndef quiet():\n    return 0", ""),
        ("note-6-1", "### inside", ""),
        (
            "code-6",
            'for n in range(3):\n    print(n, end=" ")\n\n    if n == 1:\n        shout("größer")  # as a\n'
            'shout("é!")  # the last\nmath.sqrt(4),\nshout(1);\n[].append(1)\n(lambda: 1)();\n# The end',
            "0 1 größer\n2 é!\n1\n",
        ),
    ]


def test_the_same_run_gives_the_same_bytes_in_the_format_they_name(tracer: Tracer, tmp_path: Path) -> None:
    found, snippet, run = made(tracer, tmp_path, STRAIGHT)
    assert notebook("A <title>", snippet, run, NOTES).text == found.text
    tree = nbformat.reads(found.text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(tree)
    assert (tree.nbformat, tree.nbformat_minor) == (4, 5)
    assert [cell.execution_count for cell in tree.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5, 6]
    assert tree.metadata.kernelspec.name == "python3"


PIECES = (
    "a = 1", "a = [\n    1,\n\n    2,\n]", "if a:\n    b = 1\n\nelse:\n    b = 2", "# alone", "x = 1; y = 2", "print(a)  # as é",
    "a.b", "a.b;  # quiet", "'''text\n\n# no comment\n'''", "@f\n@g\ndef h():\n    pass", "# --8<-- [start:n]\n# --8<-- [end:n]",
    "for i in a:\n    # inside\n    i",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n", "\n\n", "\n\n\n"])), max_size=8), st.data())
def test_cells_hold_the_whole_code_in_order_and_each_can_run(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = re.sub(r"\[(start|end):n\]", "", "".join(piece + gap for piece, gap in parts))
    snippet = parse("sample.py", text)
    trace = Trace("sample.py", text, snippet.statements, (), (), (), "", "")
    indices = [statement.index for statement in snippet.statements]
    chosen = data.draw(st.lists(st.sampled_from(indices), unique=True)) if indices else []
    notes = [Explanation((index,), f"note {index}") for index in chosen]
    found = notebook("Title", snippet, Run(Outcome("finished"), trace, ()), notes)
    made_of = cells(found.text)
    code = [source for ident, source, _ in made_of if ident.startswith("code")]
    for source in code:
        assert ast.parse(source).body
        assert source == source.strip("\n")
    kept = [line.replace(";", "") for source in code for line in source.split("\n") if line.strip()]
    lines = [line.replace(";", "") for line in text.split("\n") if line.strip() and "--8<--" not in line]
    assert kept == (lines if indices else [])
    assert sorted(source for ident, source, _ in made_of if ident.startswith("note")) == sorted(
        note.markdown for note in notes
    )
    assert len({ident for ident, _, _ in made_of}) == len(made_of)


def executed(text: str, folder: Path) -> list[list[str]]:
    """What the cells of a notebook print when it is executed by a kernel of its own."""
    tree = nbformat.reads(text, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel and its event loop, which are not ours
        NotebookClient(tree, timeout=300, kernel_name="python3").execute(cwd=str(folder))
    outputs = []
    for cell in tree.cells:
        assert all(output.output_type == "stream" and output.name == "stdout" for output in cell.get("outputs", ())), (
            cell
        )
        printed = "".join(output.text for output in cell.get("outputs", ()))
        outputs.append([printed] if printed else [])
    return outputs


def stated(text: str) -> list[list[str]]:
    tree = nbformat.reads(text, as_version=4)
    return [[output.text for output in cell.get("outputs", ())] for cell in tree.cells]


def test_an_executed_notebook_prints_what_it_says(tracer: Tracer, tmp_path: Path) -> None:
    found, _, _ = made(tracer, tmp_path, STRAIGHT)
    assert executed(found.text, tmp_path) == stated(found.text)


def test_snippets_that_are_imported_go_along(tracer: Tracer, tmp_path: Path) -> None:
    texts = {
        "first": 'import second\n\nprint("first")\n\n\nclass A:\n    value = second.value\n\n    def x(self):\n        print(1)\n',
        "second": 'import first\n\ntext = """\\n"""\nvalue = "größer"\nprint(__name__, "again")\n',
        "third": "print('nobody asks')\n",
        "fourth": 'text = "4"',
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    siblings = {name: parse(f"{name}.py", text) for name, text in texts.items()}
    source = "from first import A\nimport fourth\n\nA().x()\nprint(A.value, fourth.text)\n"
    found, _, _ = made(tracer, tmp_path, source, siblings=siblings)
    (_, (ident, words, _), (_, code, _), first, second) = cells(found.text)
    assert (ident, words) == (
        "carried-note", "This cell brings along `first.py` and `fourth.py` and `second.py`, for the import below."
    )  # fmt: skip
    assert "third" not in code
    assert '\'first\': """\\\nimport second\n' in code
    assert (first[2], second[2]) == ("second again\nfirst\n", "1\ngrößer 4\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert executed(found.text, elsewhere) == stated(found.text)
    assert list(elsewhere.iterdir()) == []


def carried(site: Path) -> Iterator[tuple[str, str]]:
    """Name and content of every file that the pages carry."""
    for page in sorted(site.rglob("*.html")):
        for name, address in re.findall(r'<a download="([^"]+)" href="([^"]+)"', page.read_text(encoding="utf-8")):
            media, _, content = html.unescape(address).partition(",")
            assert media in ("data:text/x-python;charset=utf-8", "data:application/x-ipynb+json;charset=utf-8")
            yield name, unquote(content, errors="strict")


@pytest.fixture(scope="module")
def files(built: Path) -> list[tuple[str, str]]:
    """All files that the pages of the book carry."""
    return list(carried(built))


def test_every_file_of_the_book_holds_the_code_of_its_snippet(files: list[tuple[str, str]]) -> None:
    assert {Path(name).suffix for name, _ in files} == {".py", ".ipynb"}
    for name, text in files:
        whole = next((ROOT / "snippets").rglob(f"{Path(name).stem}.py")).read_text(encoding="utf-8")
        if name.endswith(".py"):
            assert text == whole
            continue
        nbformat.validate(nbformat.reads(text, as_version=nbformat.NO_CONVERT))
        plain = [line for line in whole.split("\n") if line.strip() and "--8<--" not in line]
        code = [line for ident, source, _ in cells(text) if ident.startswith("code") for line in source.split("\n")]
        assert [line.replace(";", "") for line in code if line.strip()] == [line.replace(";", "") for line in plain]


@pytest.mark.parametrize(
    "names",
    [
        # In NumPy, in PyTorch, and with snippets that it imports.
        pytest.param(["training_step_numpy", "training_step_pytorch", "exercise_which_move"], id="some"),
        pytest.param([], marks=pytest.mark.whole, id="all"),
    ],
)
def test_notebooks_of_the_book_print_what_they_say(
    files: list[tuple[str, str]], tmp_path: Path, names: list[str]
) -> None:
    notebooks = {Path(name).stem: text for name, text in files if name.endswith(".ipynb")}
    for name in names or notebooks:
        assert executed(notebooks[name], tmp_path) == stated(notebooks[name]), name


REFUSED = {
    "the file of a sibling": (
        "import json\nimport other\n", "other.py, which it imports, reads its own file, which a notebook does not have"
    ),
    "a neighbour": (
        "def f():\n    from . import x\n", "it imports from its own folder, which a notebook does not bring along"
    ),
    "its file": ("print(__file__)\n", "it reads its own file, which a notebook does not have"),
    "a figure": (
        "def f():\n    import matplotlib.pyplot\n", "it draws with matplotlib, and what a run has drawn is not recorded"
    ),
    "a loop of events": ("import asyncio\n", "it starts an event loop, and in a notebook one is running already"),
    "an error stream": (
        "import sys\nprint('x', file=sys.stderr)\n", "it writes to standard error, and which statement did is not recorded"
    ),
    "a late print": (
        "import atexit\natexit.register(print, 'late')\n", "which statement printed what is not recorded in full"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_notebook_would_not_do_is_refused(tracer: Tracer, tmp_path: Path, case: str) -> None:
    source, reason = REFUSED[case]
    other = "x = __file__\n"
    (tmp_path / "other.py").write_text(other, encoding="utf-8")
    found, _, _ = made(tracer, tmp_path, source, siblings={"other": parse("other.py", other)})
    assert found == Notebook(refusal=reason)


def test_a_snippet_without_code(tracer: Tracer, tmp_path: Path) -> None:
    found, _, _ = made(tracer, tmp_path, "# Nothing yet\n")
    assert [ident for ident, _, _ in cells(found.text)] == ["title"]
