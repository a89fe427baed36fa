"""What a run finds around it: the files and variables that it depends on, its folder, and what it may not write."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop_book.core.problems import Problem
from backprop_book.site.edit_session import EditSession
from small_book import FIGURE, Book

PAGE = '```python\n--8<-- "reading.py"\n```\n\nIt is [1]{n}.\n'


@pytest.fixture
def reading(book: Book) -> Book:
    book.write("docs/reading.md", PAGE)
    book.write("snippets/reading.py", "n = 1\n")
    book.page("It ends at [0.588]{best}.")
    return book


def looked(book: Book) -> tuple[list[str], tuple[Problem, ...]]:
    """What ran, and what is wrong, as a command finds it that begins anew."""
    session = EditSession(book.root)
    try:
        problems = session.look().problems
        return [Path(name).stem for name in session.tracer.ran], problems
    finally:
        session.close()


def messages(book: Book) -> list[str]:
    return [problem.message for problem in looked(book)[1]]


def array(value: int) -> Callable[[Path], None]:
    return lambda place: np.save(place, np.array([value]))


def table(value: int) -> Callable[[Path], None]:
    def write(place: Path) -> None:
        place.unlink(missing_ok=True)
        with sqlite3.connect(place) as made:
            made.execute("create table t (n)")
            made.execute("insert into t values (?)", (value,))
        made.close()

    return write


def text(value: int) -> Callable[[Path], object]:
    return lambda place: place.write_text(str(value), encoding="utf-8")


GONE = Path.unlink
SUM = "n = sum(int(each.read_text()) for each in"
ROOT = "from pathlib import Path\nroot = Path(__file__).parent.parent\n"
WAYS = {
    "a file beside it": ("n = int(open('n.txt').read())\n", "snippets/n.txt", text(1), text(2)),
    "a file below the root": (f"{ROOT}n = int((root / 'data/n.txt').read_text())\n", "data/n.txt", text(1), text(2)),
    "a path in pieces": ("n = int(open('../da' + 'ta/n.t' + 'xt').read())\n", "data/n.txt", text(1), text(2)),
    "os.open": ("import os\nn = int(os.read(os.open('n.txt', os.O_RDONLY), 9))\n", "snippets/n.txt", text(1), text(2)),
    "glob, a file more": (f"{ROOT}{SUM} root.glob('data/*.txt'))\n", "data/b.txt", None, text(1)),
    "glob, a file less": (f"{ROOT}{SUM} root.glob('data/*.txt'))\n", "data/a.txt", text(1), GONE),
    "iterdir": (f"{ROOT}n = len([*(root / 'data').iterdir()])\n", "data/b.txt", None, text(1)),
    "os.listdir": ("import os\nn = len(os.listdir('../data'))\n", "data/b.txt", None, text(1)),
    "os.walk": ("import os\nn = sum(len(each) for _, _, each in os.walk('../data'))\n", "data/b.txt", None, text(1)),
    "a file that is not there": (f"{ROOT}n = 2 if (root / 'flag').exists() else 1\n", "flag", None, text(1)),
    "os.path": ("import os\nn = 1 + os.path.isfile('flag')\n", "snippets/flag", None, text(1)),
    "os.access": ("import os\nn = 1 + os.access(path='flag', mode=os.R_OK)\n", "snippets/flag", None, text(1)),
    "a failed open": ("try:\n    n = int(open('n').read())\nexcept OSError:\n    n = 1\n", "snippets/n", None, text(2)),
    "np.load": ("import numpy as np\nn = int(np.load('n.npy')[0])\n", "snippets/n.npy", array(1), array(2)),
    "np.memmap": (
        "import numpy as np\nn = int(np.memmap('n.npy', 'int64', 'r')[-1])\n", "snippets/n.npy", array(1), array(2),
    ),
    "np.loadtxt": ("import numpy as np\nn = int(np.loadtxt('n.txt'))\n", "snippets/n.txt", text(1), text(2)),
    "SQLite": (
        "import sqlite3\n(n,), = sqlite3.connect('file:n.db?mode=ro', uri=True).execute('select n from t')\n",
        "snippets/n.db", table(1), table(2),
    ),
    "a module by its path": (
        "import sys\nsys.path.append('../code')\nn = getattr(__import__('ot' + 'hers'), 'n')\n", "code/others.py",
        lambda place: place.write_text("n = 1\n"), lambda place: place.write_text("n = 20\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_run_is_made_again_when_something_that_it_looked_at_has_changed(reading: Book, way: str) -> None:
    code, path, before, after = WAYS[way]
    reading.write("data/a.txt", "1")
    place = reading.root / path
    place.parent.mkdir(exist_ok=True)
    if before is not None:
        before(place)
    reading.write("snippets/reading.py", code)
    assert looked(reading) == (["descent", "reading"], ())
    reading.write("data.txt", "What nobody looked at changes nothing.")
    reading.write("docs/reading.md", f"{PAGE}\nNor does prose.\n")
    assert looked(reading) == ([], ())
    after(place)
    ran, problems = looked(reading)
    assert ran == ["reading"]
    assert [problem.path for problem in problems] in (["docs/reading.md"], ["snippets/reading.py"])
    assert messages(reading) == [problem.message for problem in problems]


def test_a_file_outside_of_the_book_counts_and_one_of_the_system_does_not(
    reading: Book, tmp_path_factory: pytest.TempPathFactory, apart: Path
) -> None:
    far, near = tmp_path_factory.mktemp("far") / "n.txt", apart / "n.txt"
    reading.write("snippets/reading.py", f"n = int(open({str(far)!r}).read()) + 0 * len(open({str(near)!r}).read())\n")
    far.write_text("1")
    near.write_text("")
    assert looked(reading) == (["descent", "reading"], ())
    near.write_text("other")
    assert looked(reading) == ([], ())
    far.write_text("2")
    assert looked(reading)[0] == ["reading"]


def test_a_desk_that_stays_sees_the_change_too(reading: Book) -> None:
    reading.write("data/a.txt", "1")
    reading.write("snippets/reading.py", f"{ROOT}{SUM} root.glob('data/*.txt'))\n")
    reading.write("snippets/more.py", "far = open('../da' + 'ta/a.txt').read\n")
    session = EditSession(reading.root)
    try:
        assert session.look().problems == ()
        reading.write("docs/reading.md", f"{PAGE}\nAs [it says]{{more.far() == '1'}}.\n")
        assert session.look().problems == ()
        assert {path.name for path in session.followed()[0]} >= {"a.txt", "data"}
        assert session.followed()[1] == {reading.root / "data"}
        added = reading.write("data/b.txt", "1")
        assert [problem.path for problem in session.look().problems] == ["docs/reading.md"]
        added.unlink()
        assert session.look().problems == ()
    finally:
        session.close()


def test_what_a_claim_looks_at_counts_too(reading: Book) -> None:
    reading.write("snippets/n.txt", "1")
    reading.write(
        "docs/reading.md", '```python\n--8<-- "reading.py"\n```\n\n[It stands there]{open("n.txt").read() == str(n)}.\n'
    )
    assert looked(reading) == (["descent", "reading"], ())
    reading.write("snippets/n.txt", "2")
    assert messages(reading) == ["reading.py does not bear this out"]


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess, sys\nn = int(subprocess.check_output([sys.executable, '-c', 'print(1)']))\n",
        "import os\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\nn = 1\n",
        "import multiprocessing\nif __name__ == '__main__':\n    context = multiprocessing.get_context('spawn')\n"
        "    other = context.Process(target=print)\n    other.start()\n    other.join()\nn = 1\n",
    ],
)
def test_a_run_that_starts_processes_is_made_each_time(reading: Book, code: str) -> None:
    reading.write("snippets/reading.py", code)
    assert looked(reading) == (["descent", "reading"], ())
    assert looked(reading) == (["reading"], ())


def test_a_snippet_runs_in_its_own_folder_and_imports_from_it_alone(reading: Book) -> None:
    reading.write(
        "snippets/inner/reading.py",
        "import os, sys\nn = 1 + os.path.isabs(sys.path[0])\nhere, path = os.getcwd(), list(sys.path)\n",
    )
    (reading.root / "snippets/reading.py").unlink()
    reading.write(
        "docs/reading.md",
        '```python\n--8<-- "inner/reading.py"\n```\n\n'
        f"[It is there]{{here == {str(reading.root / 'snippets/inner')!r} == path[0]}} "
        f"[and not here]{{not any(each in ('', {str(Path.cwd())!r}) for each in path)}}: [2]{{n}}.\n",
    )
    assert looked(reading)[1] == ()
    reading.write("snippets/inner/reading.py", "n = len(open('snippets/inner/n.txt').read())\n")
    reading.write("snippets/inner/n.txt", "1")
    (problem,) = looked(reading)[1]
    assert problem.message.startswith("the snippet did not finish: FileNotFoundError")
    assert problem.remedy == "add the file, or name it from snippets/inner, the folder in which the snippet runs"


ASKS = "import os\nn = int(os.environ.get('STAGE', 1))\nhome = os.environ['HOME']\n"


def test_a_variable_that_is_set_and_not_named_is_told(reading: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.write("snippets/reading.py", ASKS)
    monkeypatch.delenv("STAGE", raising=False)
    assert looked(reading) == (["descent", "reading"], ())
    monkeypatch.setenv("STAGE", "2")
    for _ in range(2):
        (problem,) = looked(reading)[1]
        assert str(problem) == (
            "snippets/reading.py:2:1: this statement asks for the environment variable STAGE, which snippets are not given\n"
            "    remedy:   write its value into the code, or add its name to `environment` in pyproject.toml"
        )
    monkeypatch.delenv("STAGE")
    assert looked(reading) == ([], ())


def test_a_variable_that_is_named_is_passed_on_and_counts(reading: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.write("snippets/reading.py", ASKS)
    config = (reading.root / "pyproject.toml").read_text()
    session = EditSession(reading.root)
    try:
        monkeypatch.setenv("STAGE", "2")
        assert [problem.path for problem in session.look().problems] == ["snippets/reading.py"]
        reading.write("pyproject.toml", f'{config}environment = ["STA*"]\n')
        assert [problem.path for problem in session.look().problems] == ["docs/reading.md"]
        monkeypatch.setenv("STAGE", "1")
        assert session.look().problems == ()
    finally:
        session.close()
    assert looked(reading) == ([], ())
    monkeypatch.setenv("STAGE", "2")
    assert messages(reading) == ["this number is not what reading.py gives"]


def test_libraries_may_ask_for_what_they_like(reading: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    reading.write(
        "snippets/reading.py",
        "import os, shutil\nn = shutil.get_terminal_size().columns // 80\nothers = len(dict(os.environ))\n"
        "os.environ['OWN'] = '1'\nn = int(os.environ['OWN'])\n",
    )
    assert looked(reading)[1] == ()


def test_environment_is_a_list_of_names(reading: Book) -> None:
    reading.write("pyproject.toml", '[tool.backprop_book]\nverified = []\nenvironment = "STAGE"\n')
    assert "`environment` is not a list of names" in messages(reading)


WRITES = {
    "open('out.txt', 'w').write('1')": "writes snippets/out.txt",
    "open('n.txt', 'r+')": "writes snippets/n.txt",
    "os.open('out.txt', 66)": "writes snippets/out.txt",
    "np.save('out.npy', np.ones(2))": "writes snippets/out.npy",
    "torch.save(torch.ones(2), 'out.pt')": "writes snippets/out.pt",
    "Path('../out').mkdir()": "changes out",
    "Path('n.txt').unlink()": "changes snippets/n.txt",
    "Path('n.txt').rename('m.txt')": "changes snippets/n.txt",
    "Path('link').symlink_to('n.txt')": "changes snippets/link",
    "os.link('n.txt', 'link')": "changes snippets/link",
    "os.truncate('n.txt', 0)": "changes snippets/n.txt",
    "shutil.copy('n.txt', 'm.txt')": "writes snippets/m.txt",
    "shutil.rmtree('../data')": "changes data/a.txt",
    "sqlite3.connect('out.db')": "writes snippets/out.db",
}


def test_what_writes_into_the_book_is_refused_each_time_before_it_does(reading: Book) -> None:
    """Each in a snippet of its own; all look at the same files, and run in one book, because its server imports torch."""
    reading.write("data/a.txt", "1")
    reading.write("snippets/n.txt", "1")
    imports = "import os, shutil, sqlite3\nimport numpy as np\nimport torch\nfrom pathlib import Path\n"
    names = [f"reading_{number:02}" for number in range(len(WRITES))]
    for name, statement in zip(names, WRITES, strict=True):
        reading.write(f"docs/{name}.md", PAGE.replace("reading.py", f"{name}.py"))
        reading.write(f"snippets/{name}.py", f"{imports}try:\n    {statement}\nexcept Exception:\n    pass\nn = 1\n")
    before = sorted(path for path in reading.root.rglob("*") if ".cache" not in path.parts)
    remedy = "write to a folder of `tempfile.TemporaryDirectory()`, or open the file only for reading"
    for first in (True, False):
        ran, problems = looked(reading)
        assert [name for name in ran if name in names] == names
        assert ("descent" in ran) is first
        assert list(map(str, problems)) == [
            f"snippets/{name}.py:6:5: this statement {WRITES[statement]}\n    remedy:   {remedy}"
            for name, statement in zip(names, WRITES, strict=True)
        ]
        assert sorted(path for path in reading.root.rglob("*") if ".cache" not in path.parts) == before


LATE = {
    "a process of its own": "import os\nif os.fork() == 0:\n    try:\n        open('out.txt', 'w')\n    finally:\n        os._exit(0)\nos.wait()\n",
    "its end": "import atexit\natexit.register(lambda: open('out.txt', 'w'))\n",
}


@pytest.mark.parametrize("late", LATE)
def test_what_writes_where_no_statement_can_be_told_is_refused_too(reading: Book, late: str) -> None:
    reading.write("snippets/reading.py", f"{LATE[late]}n = 1\n")
    for _ in range(2):
        assert messages(reading) == ["this run writes snippets/out.txt"]
    assert not (reading.root / "snippets/out.txt").exists()


def test_a_data_base_that_is_changed_is_told(reading: Book) -> None:
    table(1)(reading.root / "snippets/n.db")
    reading.write(
        "snippets/reading.py",
        "import sqlite3\nwith sqlite3.connect('n.db') as base:\n    base.execute('insert into t values (2)')\nbase.close()\nn = 1\n",
    )
    for _ in range(2):
        assert messages(reading) == ["this run changes snippets/n.db"]


def test_temporary_files_are_nobodys_business(reading: Book) -> None:
    reading.write(
        "snippets/reading.py",
        "import os, sqlite3, tempfile\nfrom pathlib import Path\nimport numpy as np\nimport torch\n"
        "with tempfile.TemporaryDirectory() as name:\n    place = Path(name)\n    (place / 'a').write_text('1')\n"
        "    (place / 'b').mkdir()\n    np.save(place / 'b/c.npy', np.ones(1))\n    torch.save(torch.ones(1), place / 'd')\n"
        "    kept = np.load(place / 'b/c.npy'), torch.load(place / 'd'), sorted(os.listdir(place))\n"
        "    sqlite3.connect(place / 'e').close()\n    sqlite3.connect(':memory:').close()\n    (place / 'a').rename(place / 'f')\n"
        "    n = int((place / 'f').read_text())\n    os.stat(place), os.listdir(os.open(place, os.O_RDONLY)), open(os.open(os.devnull, os.O_RDONLY))\n",
    )
    assert looked(reading) == (["descent", "reading"], ())
    assert looked(reading) == ([], ())


def test_a_claim_may_not_write_either(reading: Book) -> None:
    reading.write("docs/reading.md", '```python\n--8<-- "reading.py"\n```\n\n[1]{open("out.txt", "w").write(str(n))}\n')
    (problem,) = looked(reading)[1]
    assert problem.found == "PermissionError: this statement writes snippets/out.txt"
    assert not (reading.root / "snippets/out.txt").exists()


def test_a_figure_depends_on_what_it_reads_and_may_not_write(reading: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = FIGURE.format("reading.n").replace("value])", "value], color='loss')")
    reads = draws.replace(
        "    sheet", '    open(__file__[:-10] + "title.txt").read(), open("title.txt").read()\n    sheet'
    )
    reading.write("docs/figure.md", "![A line.](figures/drawing.svg)\nIt falls.\n")
    reading.write("figures/drawing.py", reads)
    title = reading.write("figures/title.txt", "1")
    session = EditSession(reading.root)
    try:
        assert session.look().problems == ()
        title.unlink()
        (problem,) = session.look().problems
        assert problem.message.startswith("this figure cannot be drawn: FileNotFoundError")
        reading.write("figures/title.txt", "2")
        assert session.look().problems == ()
    finally:
        session.close()
    assert looked(reading)[1] == ()
    title.unlink()
    assert len(messages(reading)) == 1
    (reading.root / "figures/drawing.py").unlink()
    swallowed = "try:\n        open('out.txt', 'w')\n    except OSError:\n        pass"
    does = {
        "a": "open('out.txt', 'w')",
        "b": swallowed,
        "c": "__import__('os').getenv('STAGE')",
        "d": "__import__('os').system('true')",
    }
    for name, code in does.items():
        reading.write(f"figures/{name}.py", draws.replace("    sheet", f"    {code}\n    sheet"))
    shown = "".join(f"![A line.](figures/{name}.svg)\nIt falls.\n\n" for name in does)
    reading.write("docs/figure.md", shown)
    monkeypatch.setenv("STAGE", "2")
    for _ in range(2):
        problems = looked(reading)[1]
        assert [str(problem).partition("\n")[0] for problem in problems] == [
            "figures/a.py:8:5: this statement writes figures/out.txt",
            "figures/b.py:6:1: this statement writes figures/out.txt",
            "figures/c.py:8:5: this statement asks for the environment variable STAGE, which snippets are not given",
        ]


def test_what_is_below_the_folder_of_a_book_and_not_its_own_may_be_written(
    reading: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    (reading.root / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(reading.root / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    reading.write(
        "snippets/reading.py", "import tempfile\nwith tempfile.TemporaryFile() as file:\n    n = file.write(b'1')\n"
    )
    assert looked(reading)[1] == ()
