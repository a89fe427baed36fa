"""Every limit ends in an outcome that names what happened and the line."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from backprop_book.core.model import Outcome, Probe
from backprop_book.record.encoder import encode
from backprop_book.run import Limits, Request, Tracer
from small_book import until

SAMPLES = Path(__file__).parent / "samples" / "limits"
STARTS: list[Literal["fork", "spawn"]] = ["fork", "spawn"]


@pytest.fixture(scope="module", params=STARTS)
def tracer(request: pytest.FixtureRequest) -> Iterator[Tracer]:
    with Tracer(SAMPLES, start=request.param) as opened:
        yield opened


def outcome(tracer: Tracer, name: str, limits: Limits) -> Outcome:
    (run,) = tracer.run([Request(Path(name), (Probe("x"),), limits=limits)])
    return run.outcome


def runs(pid: int) -> bool:
    """Whether a process goes on; of one that has ended, its number may stay until somebody asks for its status."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return False


def test_time_limit_ends_the_script_and_what_it_started(tracer: Tracer) -> None:
    begun = time.monotonic()
    (run,) = tracer.run([Request(Path("endless.py"), limits=Limits(seconds=2, steps=10**12))])
    assert run.outcome.kind == "time limit"
    assert run.outcome.message == "it ran for more than 2 seconds"
    assert run.outcome.line in {5, 6}
    assert time.monotonic() - begun < 40
    helper = int(run.trace.stdout)
    until(lambda: not runs(helper), patience=15)  # by itself it would go on for a minute


def test_time_limit_while_asleep_names_the_line(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(Path("sleeping.py"), (Probe("a"),), limits=Limits(seconds=2))])
    assert run.outcome == Outcome("time limit", "it ran for more than 2 seconds", 3, 1, 1)
    assert run.answers[0].error == "the run was cut short: time limit in line 3"
    assert [each.code for each in run.trace.statements] == ["import time", "a = 1", "time.sleep(60)"]


def test_step_limit_keeps_the_trace(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(Path("counting.py"), (Probe("total"),), limits=Limits(steps=5000))])
    assert run.outcome.kind == "step limit"
    assert run.outcome.message == "more than 5,000 statements ran"
    assert run.outcome.line in {2, 3}
    assert sum(run.trace.counts) == 5000
    assert run.trace.steps[-1].skipped
    assert run.answers[0].error.startswith("the run was cut short: step limit in line ")


@pytest.mark.parametrize(("name", "lines"), [("chatty.py", {4}), ("chatty_child.py", {3})])
def test_output_limit(tracer: Tracer, name: str, lines: set[int]) -> None:
    found = outcome(tracer, name, Limits(output=5000))
    assert found.kind == "output limit"
    assert found.message == "more than 5,000 bytes of output"
    assert found.line in lines
    assert found.status == 1


def test_memory_limit(tracer: Tracer) -> None:
    found = outcome(tracer, "hungry.py", Limits(memory=200 * 2**20))
    assert (found.kind, found.message) == ("memory limit", "MemoryError")
    assert found.line in {4, 6}


def test_memory_limit_while_an_exception_is_handled(tracer: Tracer) -> None:
    """The script could go on, but there is no memory left to record what it does."""
    found = outcome(tracer, "hungry_caught.py", Limits(memory=30 * 2**20))
    assert (found.kind, found.message, found.line) == ("memory limit", "MemoryError", 6)


def test_value_limit(tracer: Tracer) -> None:
    found = outcome(tracer, "wide.py", Limits())
    assert found.kind == "value limit"
    assert found.message.startswith("a value is too large to be compared after each statement: ")
    assert found.line == 2


def test_exit_behind_the_interpreters_back(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(Path("vanishing.py"))])
    assert run.outcome == Outcome("died", "the process ended with status 4 without finishing", 4, 5, 4)
    assert run.trace.stdout == "flushed\n"


def test_crash(tracer: Tracer) -> None:
    assert outcome(tracer, "crashing.py", Limits()) == Outcome("died", "the process was ended by SIGSEGV", 3, 1, -11)


def test_kill_names_the_line_of_the_caller(tracer: Tracer) -> None:
    assert outcome(tracer, "killed.py", Limits()) == Outcome("died", "the process was ended by SIGKILL", 4, 1, -9)


def test_syntax_error(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(Path("broken.py"), (Probe("x"),))])
    assert run.outcome == Outcome("syntax", "this is not Python: '(' was never closed", 2, 5, 1)
    assert run.answers[0].error == "the script does not run: this is not Python: '(' was never closed"
    assert run.trace.statements == ()


def test_tracer_goes_on_after_any_of_these(tracer: Tracer) -> None:
    requests = [
        Request(Path("crashing.py")),
        Request(Path("counting.py"), limits=Limits(steps=10)),
        Request(Path("vanishing.py")),
    ]
    assert [run.outcome.kind for run in tracer.run(requests)] == ["died", "step limit", "died"]


def test_server_that_was_ended_is_started_again(tracer: Tracer) -> None:
    tracer.run([Request(Path("counting.py"), limits=Limits(steps=10))])
    assert tracer.connection.process is not None
    tracer.connection.process.kill()
    tracer.connection.process.wait()
    (run,) = tracer.run([Request(Path("counting.py"), limits=Limits(steps=10))])
    assert run.outcome.kind == "step limit"


ENDLESS = "sum(range(10**12))"


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        (Probe(ENDLESS), "it ran for more than 1 seconds"),
        (Probe(ENDLESS, "after", 0), "it ran for more than 1 seconds"),
        (Probe("x > 0 or " + ENDLESS, "always"), "it ran for more than 1 seconds"),
        (Probe("x", "when", condition="x == 2 and " + ENDLESS), "it ran for more than 1 seconds"),
        (Probe(f"sum(series(x * {ENDLESS}))"), "it ran for more than 1 seconds"),
        (Probe("__import__('os')._exit(3)"), "the process ended with status 3 without finishing"),
    ],
)
def test_an_expression_that_ends_the_run_leaves_the_others_alone(tmp_path: Path, probe: Probe, message: str) -> None:
    (tmp_path / "small.py").write_text("x = 0\nfor step in range(3):\n    x = 2 * step\n", encoding="utf-8")
    probes = (Probe("x"), probe, Probe("step"))
    with Tracer(tmp_path, tmp_path / "cache") as tracer:
        for _ in range(2):
            (run,) = tracer.run([Request(Path("small.py"), probes, limits=Limits(seconds=1))])
            assert run.outcome.kind == "finished"
            assert [answer.probe for answer in run.answers] == list(probes)
            first, blamed, last = run.answers
            assert (first.value and first.value.data, last.value and last.value.data) == (4, 2)
            assert blamed.error == f"its evaluation ended the run: {message}"


def test_an_expression_over_values_that_does_not_end_leaves_the_others_alone(tmp_path: Path) -> None:
    one = encode(1)
    with Tracer(tmp_path) as tracer:
        first, blamed, last = tracer.evaluate(
            [("x + 1", {"x": one}), ("x and __import__('os')._exit(3)", {"x": one}), ("x + 2", {"x": one})]
        )
    assert (first.value and first.value.data, last.value and last.value.data) == (2, 3)
    assert blamed.error == "the evaluation did not end by itself: status 3"
