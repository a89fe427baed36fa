"""The cache, both ways of starting children, and states by replay."""

import gzip
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from backprop_book.core.model import Outcome, Probe, Value
from backprop_book.core.problems import BookError
from backprop_book.record.codec import from_json, to_json
from backprop_book.run import DroppedError, Limits, Request, Tracer, before, state
from small_book import alive, until


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text("import near\nx = near.value + 1\nprint(x)\n", encoding="utf-8")
    (tmp_path / "near.py").write_text("from deep.inner import value\n", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "deep" / "inner.py").write_text("value = 1\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("y = 1\n", encoding="utf-8")
    return tmp_path


def ran(root: Path, *requests: Request) -> list[str]:
    with Tracer(root, root / "cache") as tracer:
        tracer.run(requests)
        return tracer.ran


def test_second_run_is_remembered(root: Path) -> None:
    request = Request(Path("main.py"), (Probe("x"),))
    with Tracer(root, root / "cache") as tracer:
        first = tracer.run([request])
        second = tracer.run([request])
        assert first == second
        assert tracer.ran == ["main.py"]
    assert ran(root, request) == []


@pytest.mark.parametrize("change", ["main.py", "near.py", "deep/inner.py"])
def test_change_of_the_script_or_its_imports_runs_it_again(root: Path, change: str) -> None:
    requests = [Request(Path("main.py")), Request(Path("other.py"))]
    assert ran(root, *requests) == ["main.py", "other.py"]
    (root / change).write_text((root / change).read_text(encoding="utf-8") + "z = 2\n", encoding="utf-8")
    assert ran(root, *requests) == ["main.py"]


READING = """\
import importlib
from pathlib import Path
from box.part import value
here = Path(__file__).parent
number = (here / "number.txt").read_text()
rows = [each.read_text() for each in (here / "rows").iterdir()]
late = importlib.import_module("late")
Path(__file__ + ".missing").exists()
nothing = ["", ".", "..", "late and more", "/dev/null", "\\0", "x" * 300]
"""


@pytest.mark.parametrize("change", ["box/part.py", "number.txt", "rows/first.csv", "late.py"])
def test_change_of_what_a_script_reads_or_imports_by_name_runs_it_again(root: Path, change: str) -> None:
    for path in ("box/part.py", "number.txt", "rows/first.csv", "late.py", "unread.txt"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("value = 1\n", encoding="utf-8")
    (root / "reading.py").write_text(READING, encoding="utf-8")
    request = Request(Path("reading.py"), book=root)
    assert ran(root, request) == ["reading.py"]
    (root / "unread.txt").write_text("value = 2\n", encoding="utf-8")
    assert ran(root, request) == []
    (root / change).write_text("value = 2\n", encoding="utf-8")
    assert ran(root, request) == ["reading.py"]


@pytest.mark.parametrize("change", ["script", "library", "removed"])
def test_a_run_is_asked_for_anew_with_other_libraries(root: Path, change: str) -> None:
    """Each time in a process of its own: which libraries there are is looked up once."""
    folder = root / "site-packages"
    (folder / "some_library-1.0.dist-info").mkdir(parents=True)
    code = (
        "import sys; from pathlib import Path; from backprop_book.run import Request, Tracer\n"
        "with Tracer(Path(), Path('cache')) as tracer:\n"
        "    tracer.run([Request(Path('main.py'))]); print(len(tracer.ran))\n"
    )

    def times() -> str:
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True).stdout

    assert (times(), times()) == ("1\n", "0\n")
    if change == "script":
        (root / "main.py").write_text("x = 5\n", encoding="utf-8")
    elif change == "library":
        (folder / "some_library-1.0.dist-info").rename(folder / "some_library-1.1.dist-info")
    else:
        (folder / "some_library-1.0.dist-info").rmdir()
    assert times() == "1\n"


def test_a_module_that_nobody_may_read_counts_as_empty(root: Path) -> None:
    """`/proc/self/mem` is a file, also for an administrator, that cannot be read from its beginning."""
    (root / "memory.py").symlink_to("/proc/self/mem")
    (root / "reading.py").write_text('place = "memory"\n', encoding="utf-8")
    assert ran(root, Request(Path("reading.py"))) == ["reading.py"]
    assert ran(root, Request(Path("reading.py"))) == []


def test_other_questions_arguments_and_limits_run_it_again(root: Path) -> None:
    plain = Request(Path("main.py"))
    assert ran(root, plain) == ["main.py"]
    for other in (
        Request(Path("main.py"), (Probe("x"),)),
        Request(Path("main.py"), arguments=("a",)),
        Request(Path("main.py"), keep="every"),
        Request(Path("main.py"), limits=Limits(steps=100)),
    ):
        assert ran(root, other) == ["main.py"]
    assert ran(root, plain) == []


def test_broken_entry_is_computed_again(root: Path) -> None:
    request = Request(Path("main.py"))
    ran(root, request)
    (entry,) = (root / "cache").iterdir()
    whole = entry.read_text(encoding="ascii")
    other = whole.replace("near.value", "near.valve")
    for content in ("", "{", "[]", '{"format": 99}', whole[:-40], whole.partition("\n")[2], other, '{"format": 1}'):
        entry.write_text(content, encoding="ascii")
        assert ran(root, request) == ["main.py"]
    assert ran(root, request) == []


def test_cache_that_cannot_be_written_is_no_error(root: Path) -> None:
    (root / "cache").write_text("a file", encoding="utf-8")
    assert ran(root, Request(Path("main.py"))) == ["main.py"]


def test_outcome_that_depends_on_the_machine_is_not_remembered(root: Path) -> None:
    (root / "slow.py").write_text("import time\ntime.sleep(30)\n", encoding="utf-8")
    request = Request(Path("slow.py"), limits=Limits(seconds=0.5))
    assert ran(root, request) == ["slow.py"]
    assert ran(root, request) == ["slow.py"]


def test_nothing_is_left_beside_the_scripts(root: Path) -> None:
    ran(root, Request(Path("main.py")))
    assert not list(root.rglob("__pycache__"))
    assert not list(root.rglob("*.part"))


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_both_ways_of_starting_agree(root: Path, start: Literal["fork", "spawn"]) -> None:
    (root / "torch_script.py").write_text(
        "import torch\nlayer = torch.nn.Linear(2, 2)\nx = layer(torch.ones(2)).sum()\nx.backward()\n", encoding="utf-8"
    )
    request = Request(Path("torch_script.py"), (Probe("x"), Probe("layer")))
    with Tracer(root, start=start) as tracer, Tracer(root) as other:
        (one,), (two,) = tracer.run([request]), other.run([request])
    assert one.outcome.kind == "finished"
    assert one.trace == two.trace
    assert one.answers == two.answers
    assert [name for name, _ in one.versions] == ["python", "torch"]
    assert one.versions == two.versions


def test_order_of_the_answers_is_that_of_the_requests(root: Path) -> None:
    (root / "late.py").write_text("import time\ntime.sleep(0.3)\nx = 'late'\n", encoding="utf-8")
    names = ["late.py", "main.py", "other.py", "late.py"]
    with Tracer(root) as tracer:
        runs = tracer.run([Request(Path(name)) for name in names])
        assert [run.trace.script for run in runs] == names


def test_missing_script(root: Path) -> None:
    with Tracer(root) as tracer, pytest.raises(FileNotFoundError):
        tracer.run([Request(Path("nowhere.py"))])


LOOP = """\
import numpy as np
W1 = np.array([[0.2, -0.5, 0.1], [-0.3, 0.4, -0.2], [0.1, 0.3, 0.5], [-0.4, 0.2, -0.1]])
b1 = np.array([0.1, -0.1, 0.0])
W2 = np.array([[0.3, -0.2, 0.4, 0.1], [-0.1, 0.5, -0.3, 0.2], [0.2, -0.4, 0.1, -0.5]])
b2 = np.array([0.0, 0.1, -0.1, 0.0])
x = np.array([1.0, 0.0, 1.0, 1.0])
target = np.array([1.0, 1.0, 0.0, 1.0])
for step in range(201):
    z1 = np.round(x @ W1 + b1, 10)
    h = np.maximum(z1, 0)
    y_hat = h @ W2 + b2
    loss = np.mean((y_hat - target) ** 2)
    if step in (0, 1, 5, 10, 25, 50, 100, 200):
        print(step, f"{loss:.6f}", np.round(y_hat, 3))
    dL_dy = 0.5 * (y_hat - target)
    dL_dW2 = np.outer(h, dL_dy)
    dL_dh = W2 @ dL_dy
    dL_dz1 = dL_dh * (z1 > 0)
    dL_dW1 = np.outer(x, dL_dz1)
    W1 -= 0.1 * dL_dW1
    b1 -= 0.1 * dL_dz1
    W2 -= 0.1 * dL_dW2
    b2 -= 0.1 * dL_dy
"""


def test_trace_of_a_training_loop_is_small_and_survives_json(root: Path) -> None:
    (root / "loop.py").write_text(LOOP, encoding="utf-8")
    with Tracer(root) as tracer:
        (run,) = tracer.run(
            [Request(Path("loop.py"), (Probe("loss", "when", None, "step == 10"), Probe("series(loss)")))]
        )
    assert run.outcome.kind == "finished"
    assert run.answers[0].value is not None
    assert round(run.answers[0].value.data, 6) == 0.246461  # type: ignore[arg-type]
    assert run.trace.loops[0].kept == (0, 1, 4, 5, 10, 25, 50, 100, 200)
    assert from_json(to_json(run)) == run
    assert len(gzip.compress(to_json(run).encode(), 9)) <= 20_000
    step = next(step for step in run.trace.steps if step.statement == 8 and step.iterations == ((7, 100),))
    assert state(run.trace, step.index)["step"].data == 100
    assert before(run.trace, step.index)["z1"] != state(run.trace, step.index)["z1"] or step.changes == ()


def test_relative_paths_begin_at_the_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    with Tracer(Path(root.name)) as tracer:
        (run,) = tracer.run([Request(Path("main.py"))])
    assert run.trace.stdout == "2\n"
    assert os.fspath(root)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_server_that_went_away_is_started_again(root: Path, start: Literal["fork", "spawn"]) -> None:
    with Tracer(root, start=start) as tracer:
        tracer.run([Request(Path("other.py"))])
        _killed(tracer)
        (run,) = tracer.run([Request(Path("other.py"), (Probe("y"),))])
        assert run.answers[0].value is not None


def test_a_server_that_dies_under_a_run_loses_nothing(root: Path) -> None:
    # The script ends its own parent, once: the run is repeated by a new server.
    (root / "killer.py").write_text(
        "import os, pathlib, signal\n"
        "mark = pathlib.Path('killed')\n"
        "if not mark.exists():\n    mark.touch()\n    os.kill(os.getppid(), signal.SIGKILL)\n"
        "done = True\n",
        encoding="utf-8",
    )
    here = Path.cwd()
    os.chdir(root)
    try:
        with Tracer(root) as tracer:
            (run,) = tracer.run([Request(Path("killer.py"), (Probe("done"),))])
    finally:
        os.chdir(here)
    assert (run.outcome.kind, run.answers[0].value is not None) == ("finished", True)


def test_relative_imports_and_packages_are_part_of_the_key(root: Path) -> None:
    (root / "deep" / "__init__.py").write_text("from . import inner\nfrom .inner import value\n", encoding="utf-8")
    assert len(ran(root, Request(Path("main.py")))) == 1
    assert ran(root, Request(Path("main.py"))) == []
    (root / "deep" / "inner.py").write_text("value = 2\n", encoding="utf-8")
    assert len(ran(root, Request(Path("main.py")))) == 1


def test_wrong_section_markers_are_said_before_anything_runs(root: Path) -> None:
    (root / "part.py").write_text("x = 1\n# --8<-- [start:a]\ny = 2\n", encoding="utf-8")
    with Tracer(root) as tracer:
        with pytest.raises(BookError, match=r"part\.py:2:1: the section `a` does not end"):
            tracer.run([Request(Path("part.py"))])
        assert tracer.ran == []


def test_an_interpreter_that_cannot_serve_gives_runs_that_died(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Tracer(root, python=Path(sys.executable).with_name("no-python")) as missing, pytest.raises(FileNotFoundError):
        missing.run([Request(Path("other.py"))])
    broken = root / "bin" / "python"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="ascii")
    broken.chmod(0o755)
    with Tracer(root, python=broken) as tracer:
        (run,) = tracer.run([Request(Path("other.py"), (Probe("y"),))])
        (answer,) = tracer.evaluate([("1 + 1", {})])
    assert run.outcome == Outcome("died", "the process ended with status 1 without finishing", status=1)
    assert (run.trace.stdout, run.trace.stderr, len(run.trace.statements)) == ("", "", 1)
    assert run.answers[0].error == "the run was cut short: died"
    assert answer.error == "the evaluation did not end by itself: status 1"
    assert capfd.readouterr() == ("", "")


def test_a_run_that_was_interrupted_does_not_answer_for_the_next(root: Path) -> None:
    waiting = "import pathlib, time\nwhile not pathlib.Path({!r}).exists():\n    time.sleep(0.01)\nx = {}\n"
    go, done = root / "go", root / "done"
    (root / "first.py").write_text(
        waiting.format(str(go), 1) + f"pathlib.Path({str(done)!r}).touch()\n", encoding="utf-8"
    )
    (root / "second.py").write_text(waiting.format(str(done), 2), encoding="utf-8")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Tracer(root) as tracer:
            signal.setitimer(signal.ITIMER_REAL, 1)
            with pytest.raises(KeyboardInterrupt):
                tracer.run([Request(Path("first.py"))])
            go.touch()
            (run,) = tracer.run([Request(Path("second.py"), (Probe("x"),))])
    finally:
        signal.signal(signal.SIGALRM, before)
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 2


WAITING = """\
import pathlib, time
here = pathlib.Path(__file__)
here.with_suffix(".began").touch()
while not here.with_suffix(".go").exists():
    time.sleep(0.01)
x = 1
"""


class Patience:
    """A tracer that is asked for runs by somebody who stops waiting once they have begun."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tracer = Tracer(root, root / "cache")

    def script(self, name: str) -> Request:
        """A script that ends once it is told to."""
        (self.root / f"{name}.py").write_text(WAITING, encoding="utf-8")
        return Request(Path(f"{name}.py"), (Probe("x"),))

    def leave(self, requests: list[Request], begun: int) -> None:
        """Ask for runs, and stop waiting once so many have begun."""
        self.tracer.resume()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self.tracer.run, requests)
            until(lambda: len(list(self.root.glob("*.began"))) == begun)
            self.tracer.interrupt()
            assert isinstance(waiting.exception(timeout=60), DroppedError)
        self.tracer.resume()

    def go(self, name: str) -> None:
        """Let a script end."""
        (self.root / f"{name}.go").touch()

    def folders(self) -> set[Path]:
        """Where runs leave what they found."""
        return set(Path(tempfile.gettempdir()).glob("backprop-book-*"))


@pytest.fixture
def patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patience]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    found = Patience(tmp_path)
    yield found
    found.tracer.close()
    assert not list(scratch.iterdir())


def test_runs_that_are_soon_waited_for_hold_up_no_others_and_end_if_they_are_not(patience: Patience) -> None:
    soon = [patience.script(name) for name in ("a", "b", "c")]
    quick = Request(Path("quick.py"), (Probe("x"),))
    (patience.root / "quick.py").write_text("x = 2\n", encoding="utf-8")
    runs = patience.tracer.run(soon, waits=False)
    assert [run.outcome.kind for run in runs] == ["awaited"] * 3
    until(lambda: len(list(patience.root.glob("*.began"))) == 2)
    assert [run.outcome.kind for run in patience.tracer.run([quick])] == ["finished"]
    assert [run.outcome.kind for run in patience.tracer.run(soon, waits=False)] == ["awaited"] * 3
    assert not patience.tracer.has_news()
    for name in ("a", "b"):
        patience.go(name)
    assert [run.outcome.kind for run in patience.tracer.run(soon[:2])] == ["finished"] * 2
    assert patience.tracer.ran == ["a.py", "b.py", "c.py", "quick.py"]
    patience.tracer.end_others([])
    patience.tracer.run([Request(Path("quick.py"), (Probe("x + 1"),))])
    until(lambda: not patience.tracer.has_news() and not patience.folders())


def test_runs_go_on_when_nobody_waits_for_them_and_hold_up_no_others(patience: Patience) -> None:
    late = [patience.script(name) for name in ("a", "b", "c")]
    patience.leave(late, 2)
    assert not patience.tracer.has_news()
    quick = Request(Path("quick.py"), (Probe("x"),))
    (patience.root / "quick.py").write_text("x = 2\n", encoding="utf-8")
    runs = patience.tracer.run([*late, quick])
    assert [run.outcome.kind for run in runs] == ["running", "running", "running", "finished"]
    assert runs[0].answers[0].error == "the run has not ended"
    (answer,) = patience.tracer.evaluate([("x + 1", {"x": Value("int", "int", "1", 1)})])
    assert answer.value is not None
    assert patience.tracer.run(late) == runs[:3]
    assert not (patience.root / "c.began").exists()
    for name in ("a", "c"):
        patience.go(name)
        until(patience.tracer.has_news)
        assert not patience.tracer.has_news()
    assert [run.outcome.kind for run in patience.tracer.run(late)] == ["finished", "running", "finished"]
    assert patience.tracer.ran == ["a.py", "b.py", "c.py", "quick.py"]


def test_other_code_ends_what_nobody_waits_for_and_is_waited_for(patience: Patience) -> None:
    late = patience.script("a")
    patience.leave([late], 1)
    mended = Request(late.script, late.probes, source="x = 5\n")
    (run,) = patience.tracer.run([mended])
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 5
    # The one that ran away has ended.
    until(lambda: not patience.tracer.has_news() and not patience.folders())


def test_other_questions_to_a_run_that_goes_on_begin_it_anew_and_wait_no_longer(patience: Patience) -> None:
    late = patience.script("a")
    patience.leave([late], 1)
    asked = Request(late.script, (*late.probes, Probe("x + 1")))
    assert patience.tracer.run([asked])[0].outcome.kind == "running"
    patience.go("a")
    until(patience.tracer.has_news)
    (run,) = patience.tracer.run([asked])
    assert [answer.value.data for answer in run.answers if answer.value] == [1, 2]
    patience.go("b")
    other = patience.script("b")
    (run,) = patience.tracer.run([other])
    assert run.outcome.kind == "finished"


def test_a_question_that_has_ended_a_run_is_not_asked_of_it_again(patience: Patience) -> None:
    patience.go("a")
    script = patience.script("a")
    asked = Request(script.script, (*script.probes, Probe("__import__('os')._exit(3)")))
    (run,) = patience.tracer.run([asked])
    assert run.answers[1].error.startswith("its evaluation ended the run")
    assert patience.tracer.run([asked])[0].answers == run.answers
    assert len(patience.tracer.ran) == 2


def test_what_begins_anew_while_nobody_waits_takes_no_place_from_others(patience: Patience) -> None:
    late = [patience.script(name) for name in ("a", "b")]
    patience.leave(late, 2)
    more = [Request(each.script, (*each.probes, Probe("x + 1"))) for each in late]
    (patience.root / "quick.py").write_text("x = 2\n", encoding="utf-8")
    runs = patience.tracer.run([*more, Request(Path("quick.py"))])
    assert [run.outcome.kind for run in runs] == ["running", "running", "finished"]


def test_what_has_ended_unseen_is_forgotten_with_its_code(patience: Patience) -> None:
    late = patience.script("a")
    patience.leave([late], 1)
    patience.go("a")
    until(patience.tracer.has_news)
    (run,) = patience.tracer.run([Request(late.script, late.probes, source="x = 5\n")])
    assert run.outcome.kind == "finished"
    assert not patience.folders()


def test_a_server_that_goes_away_begins_again_what_nobody_waits_for(patience: Patience) -> None:
    late = patience.script("a")
    patience.leave([late], 1)
    (patience.root / "a.began").unlink()
    tracer = patience.tracer
    for time_of_death in range(2):
        server = _killed(tracer)
        is_told = False
        while tracer.connection.process is server:
            is_told = tracer.has_news()
        assert is_told == bool(time_of_death)
    patience.go("a")  # nobody is left to see it
    (run,) = tracer.run([late])
    assert run.outcome.kind == "died"


def _killed(tracer: Tracer) -> subprocess.Popen[bytes]:
    """The server of a tracer, which is killed."""
    server = tracer.connection.process
    assert server is not None
    server.kill()
    server.wait()
    return server


ORPHAN = """\
import os, pathlib, time
place = pathlib.Path(__file__)
place.with_suffix(".pid").write_text(str(os.getpid()))
time.sleep(120)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system ends a process with its parent")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_script_ends_with_the_server_that_has_begun_it(root: Path, start: Literal["fork", "spawn"]) -> None:
    (root / "orphan.py").write_text(ORPHAN, encoding="utf-8")
    place = root / "orphan.pid"
    with Tracer(root, start=start) as tracer:
        tracer.run([Request(Path("orphan.py"))], waits=False)
        until(lambda: place.is_file() and bool(place.read_text(encoding="ascii")))
        _killed(tracer)
        orphan = int(place.read_text(encoding="ascii"))
        until(lambda: not alive(orphan), patience=20)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system ends a process with its parent")
def test_a_child_whose_server_has_gone_before_it_began_does_nothing(tmp_path: Path) -> None:
    message = tmp_path / "message.json"
    message.write_text('{"order": {"imports": [], "probes": []}}', encoding="ascii")
    gone = subprocess.Popen(["true"])
    gone.wait()
    command = [sys.executable, "-m", "backprop_book.record", "child", str(message), str(gone.pid)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")


def test_an_evaluation_is_let_go_of(patience: Patience) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(patience.tracer.evaluate, [("sum(range(10**12))", {})])
        time.sleep(0.3)
        patience.tracer.interrupt()
        assert isinstance(waiting.exception(timeout=60), DroppedError)
    patience.tracer.resume()
    (answer,) = patience.tracer.evaluate([("1 + 1", {})])
    assert answer.value is not None
    time.sleep(0.3)
    assert not patience.tracer.has_news()  # that it was ended is none


def test_a_tracer_can_be_warmed_up(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import numpy as np\n\nn = np.float64(1)\n", encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        tracer.warm([Path("script.py"), Path("missing.py")])
        (run,) = tracer.run([Request(Path("script.py"), (Probe("n"),))])
    assert run.answers[0].value is not None
    assert run.answers[0].value.data == 1.0


@pytest.mark.parametrize("last", ["", "    def __del__(self):\n        print('gone')\n"])
def test_what_happens_when_the_interpreter_goes_still_happens(tmp_path: Path, last: str) -> None:
    (tmp_path / "neighbour.py").write_text(f"class Thing:\n    size = 1\n\n{last}\nthing = Thing()\n", encoding="utf-8")
    (tmp_path / "script.py").write_text("from neighbour import thing\n\nprint(thing.size)\n", encoding="utf-8")
    with Tracer(tmp_path) as tracer:
        (run,) = tracer.run([Request(Path("script.py"))])
    assert run.trace.stdout == ("1\ngone\n" if last else "1\n")
