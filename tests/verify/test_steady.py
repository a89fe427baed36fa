"""What `check --twice` finds: statements that are true by luck."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_book.core.model import Probe
from backprop_book.run import Conditions, Request, Tracer
from backprop_book.tools.cli import main
from small_book import Book

UNSTEADY = """\
import os
import random

names = {"alpha", "beta", "gamma", "delta", "epsilon"}
order = list(names)
first = order[0]
chance = round(random.random(), 3)
threads = int(os.environ["OMP_NUM_THREADS"])
steady = sorted(names)[0]
tail = 1 / 3 + chance * 1e-9
print("first:", first)
"""


@pytest.fixture
def here(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    book.write("snippets/descent.py", UNSTEADY)
    monkeypatch.chdir(book.root)
    return book


def check(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", "--twice", *words], catch_exceptions=False)
    return result.exit_code, result.output


def given(book: Book, expression: str) -> str:
    """What the first run gives for an expression, as the words of a claim."""
    book.page(f"[x]{{str({expression})}}")
    (problem,) = book.problems()
    return problem.expected.rpartition(" (`")[0]


def test_a_book_that_gives_the_same_twice(here: Book) -> None:
    here.page("[alpha]{steady} and [0.333]{tail}, `1 + 1 = 2`, `names`")
    assert check() == (
        0,
        "1 value that a second run gives otherwise, beyond the digits that are stated.\n4 statements in 1 file: all hold.\n",
    )


def test_each_cause_has_its_remedy(here: Book) -> None:
    first, chance = given(here, "first"), given(here, "chance")
    here.page(
        f'[{first}]{{first}}\n\n[{chance}]{{chance}}\n\n[1]{{threads}}\n\n```text title="Output"\nfirst: {first}\n```\n'
    )
    status, output = check()
    assert status == 1
    lines = output.splitlines()
    assert [line for line in lines if line.startswith("docs/")] == [
        f"docs/page.md:{line}: this holds in one run of descent.py and not in another"
        for line in ("5:2", "7:2", "9:2", "12:1")
    ]
    assert [line.split("remedy:")[1].strip() for line in lines if "remedy:" in line] == [
        "sort what comes out of a set before its order matters",
        "give random numbers a seed in the snippet",
        "set the number of threads in the snippet, or state fewer digits",
        "sort what comes out of a set before its order matters",
    ]
    assert f"    found:    {first}\n    expected: the same in every run; with other hashes, it is " in output
    assert "    from:     snippets/descent.py:6: first = order[0]\n" in output
    assert "    expected: the same in every run; with more threads, it is 2 (`threads` is 2)\n" in output
    assert output.endswith("\n4 problems in 1 file.\n")


def test_what_differs_under_the_same_conditions(here: Book, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A snippet that counts its own runs, on disk."""
    counter = tmp_path_factory.mktemp("counter") / "runs"
    counter.touch()
    here.write(
        "snippets/descent.py",
        f"place = {str(counter)!r}\nwith open(place, 'a') as file:\n    file.write('.')\nruns = len(open(place).read())\n",
    )
    here.page("[1]{runs}")
    status, output = check()
    assert status == 1
    assert "it is 2 (`runs` is 2)" in output
    assert "in another run under the same conditions" in output
    assert "remedy:   give the generator of random numbers a seed, and leave the clock out" in output


def test_what_only_all_conditions_together_change(here: Book) -> None:
    here.write(
        "snippets/descent.py",
        "import os\nimport random\n\nx = random.random()\n"
        "both = os.environ['PYTHONHASHSEED'] == '1' and os.environ['OMP_NUM_THREADS'] == '2'\n",
    )
    here.page("[alone]{not both}")
    output = check()[1]
    assert "expected: the same in every run; with other hashes, random numbers and threads, it is `not both`" in output
    assert "remedy:   look for what differs from run to run" in output


def test_a_second_run_that_does_not_finish(here: Book) -> None:
    here.write(
        "snippets/descent.py", "import os\n\nx = 1\nif os.environ['PYTHONHASHSEED'] == '1':\n    raise ValueError\n"
    )
    here.page("[1]{x} and `x`")
    status, output = check()
    assert status == 1
    assert output == (
        "docs/page.md:5:2: this holds in one run of descent.py and not in another\n"
        "    found:    1\n"
        "    expected: the same in every run; with other hashes, descent.py does not finish\n"
        "    remedy:   sort what comes out of a set before its order matters\n"
        "docs/page.md:5:13: this holds in one run of descent.py and not in another\n"
        "    found:    x\n"
        "    expected: the same in every run; with other hashes, descent.py does not finish\n"
        "    remedy:   sort what comes out of a set before its order matters\n"
        "2 problems in 1 file.\n"
    )


PAIRS = (
    ("left", "right"), ("test", "train"), ("loss", "rate"), ("yes", "no"), ("W1", "W2"), ("b1", "b2"), ("x", "y"), ("old", "new"),
)  # fmt: skip


def test_an_order_of_two_is_not_taken_for_the_only_one(here: Book) -> None:
    """Under the second hash alone about half of them come out in the same order again."""
    here.write(
        "snippets/names.py", f"firsts = [next(iter(set(pair))) for pair in {PAIRS!r}]\nwords = ' '.join(firsts)\n"
    )
    here.write("snippets/descent.py", "from names import firsts\n\nn = len(firsts)\n")
    here.page("")
    with Tracer(here.root) as tracer:
        (run,) = tracer.run([Request(Path("snippets/names.py"), (Probe("words"),))])
    assert run.answers[0].value is not None
    words = str(run.answers[0].value.data).split()
    here.page("\n\n".join(f"[{word}]{{firsts[{n}]}}" for n, word in enumerate(words)) + f"\n\n[{len(words)}]{{n}}")
    status, output = check()
    assert (status, output.count("with other hashes, it is")) == (1, len(PAIRS))
    assert output.endswith(f"{len(PAIRS)} problems in 1 file.\n")


def test_snippets_that_are_steady_run_twice_only(here: Book) -> None:
    here.write("snippets/descent.py", "x = 1\n")
    here.page("[1]{x}")
    assert check() == (0, "1 statement in 1 file: all hold.\n")


def test_torch_has_more_threads_in_the_second_run(here: Book) -> None:
    here.write("snippets/descent.py", "import torch\n\nthreads = torch.get_num_threads()\n")
    with Tracer(here.root, conditions=Conditions(threads=2)) as tracer:
        (run,) = tracer.run([Request(Path("snippets/descent.py"), (Probe("threads"),))])
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 2
