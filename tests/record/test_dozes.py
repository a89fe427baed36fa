"""Calls that no trace keeps run without hooks: what they do is counted, printed, caught and seen all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_book.model import Probe, Run
from backprop_book.tracing import Limits, Request, Tracer, state

NOTES = (
    "log = []\ndef deep(n):\n    if n == 0:\n        return 0\n    return 1 + deep(n - 1)\n"
    "def note(k):\n    log.append(k)\n    for i in range(2):\n        k += deep(i)\n    return k\n"
)


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    with Tracer(tmp_path_factory.mktemp("scripts")) as opened:
        yield opened


def traced(tracer: Tracer, text: str, *probes: Probe, keep: str = "kept", limits: Limits | None = None) -> Run:
    place = tracer._root / "script.py"
    place.write_text(text, encoding="utf-8")
    request = Request(Path("script.py"), probes, keep=keep, limits=limits or Limits())  # type: ignore[arg-type]
    (run,) = tracer.run([request])
    return run


def both(tracer: Tracer, text: str) -> tuple[Run, Run]:
    """A run as it is kept, and one in which every step was looked at; they agree on what happened."""
    kept, every = traced(tracer, text), traced(tracer, text, keep="every")
    assert kept.outcome == every.outcome
    assert (kept.trace.stdout, kept.trace.counts) == (every.trace.stdout, every.trace.counts)
    return kept, every


def ends_alike(kept: Run, every: Run, *names: str) -> None:
    ends = [state(run.trace, run.trace.steps[-1].index) for run in (kept, every)]
    assert [ends[0][name].digest for name in names] == [ends[1][name].digest for name in names]


def test_steps_of_calls_that_are_not_kept_are_in_gaps(tracer: Tracer) -> None:
    kept, every = both(tracer, NOTES + "found = [note(k) for k in (1, 2, 3, 4, 5, 6, 7, 8, 9)]\nend = len(log)\n")
    assert sum(kept.trace.counts) == sum(step.skipped or 1 for step in kept.trace.steps) == len(every.trace.steps)
    assert sum(step.function == "note" and step.statement == 5 for step in kept.trace.steps) == 6
    ends_alike(kept, every, "found", "log", "end")


def test_statement_that_calls_shows_what_the_call_changed(tracer: Tracer) -> None:
    text = (
        "row = [0, 0]\nother = row\ndef put(k):\n    row[k % 2] = k\n"
        "for k in [1, 2, 3, 4, 5, 6, 7]:\n    put(k)\nput(8)\nput(9)\n"
    )
    kept, _ = both(tracer, text)
    last = kept.trace.steps[-1]
    assert [(change.name, change.new and change.new.data) for change in last.changes] == [
        ("row", [8, 9]),
        ("other", [8, 9]),
    ]


def test_calls_after_a_thousand_are_counted_too(tracer: Tracer) -> None:
    both(tracer, NOTES + "total = 0\nfor k in [*range(1010)]:\n    total += note(k)\nprint(total)\n")
    both(tracer, "def once(k):\n    yield k + 1\n    return k * 2\nfor k in [*range(1010)]:\n    list(once(k))\n")
    both(tracer, "def same(k):\n    return k\ndef never():\n    yield\nfor k in [*range(1010)]:\n    same(k)\n")


def test_exception_leaves_a_call_without_hooks(tracer: Tracer) -> None:
    text = (
        NOTES
        + "def risky(v):\n    u = note(2)\n    return u / (v - 9)\nout = []\n"
        + "for v in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]:\n    try:\n        out.append(risky(v))\n"
        + "    except ArithmeticError as error:\n        out.append(str(error))\nrisky(9)\n"
    )
    kept, every = both(tracer, text)
    assert (kept.outcome.kind, kept.outcome.line) == ("exception", 20)
    ends_alike(kept, every, "out", "log")


def test_what_is_new_or_printed_is_seen(tracer: Tracer) -> None:
    text = (
        "import sys\ndef tell(k):\n    if k == 9:\n        print('nine')\n    return k\n"
        "for k in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]:\n    tell(k)\n"
    )
    kept, _ = both(tracer, text)
    assert [step.output for step in kept.trace.steps if step.output] == ["nine\n"]


def test_call_that_turns_out_to_print_has_its_output_where_it_was_called(tracer: Tracer) -> None:
    text = (
        "from functools import partial\ntell = __builtins__.__dict__['pri' + 'nt']\n"
        + "say = {0: len, 1: partial(tell, 'loud')}\ndef tell_of(k):\n    return say[k]('') if k == 0 else say[k]()\n"
        + "for k in [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]:\n    tell_of(k)\ntell('end')\n"
    )
    kept, _ = both(tracer, text)
    assert kept.trace.stdout == "loud\nloud\nend\n"
    assert kept.trace.steps[-1].output == "end\n"
    assert kept.trace.loops[0].kept == (0, 8, 10)


def test_what_is_asked_of_a_call_is_answered(tracer: Tracer) -> None:
    text = NOTES + "for k in [1, 2, 3, 4, 5, 6, 7, 8, 9]:\n    last = note(k)\n"
    asked = (
        Probe("k", "when", condition="n == 1 and len(log) == 8", statement=1),
        Probe("k + 1", "end", statement=5),
        Probe("k < 20", "always", statement=5),
    )
    alike = [traced(tracer, text, probe).answers[0] for probe in asked]
    full = [traced(tracer, text, probe, keep="every").answers[0] for probe in asked]
    assert [(each.value, each.error) for each in alike] == [(each.value, each.error) for each in full]


def test_limit_on_steps_holds_for_calls_without_hooks(tracer: Tracer) -> None:
    text = "def f(n):\n    for i in range(n):\n        x = i\nfor n in [*range(1, 9), 10**4, 10**4]:\n    f(n)\n"
    run = traced(tracer, text, limits=Limits(steps=3000))
    assert (run.outcome.kind, run.outcome.message) == ("step limit", "more than 3,000 statements ran")


def test_marker_is_given_back(tracer: Tracer) -> None:
    text = (
        "def check(k):\n    t = k\n    return t\nfor k in [1, 2, 3, 4, 5, 6, 7, 8]:\n"
        "    if k == 8:\n        raise ValueError(check(k))\n    check(k)\n"
    )
    kept, _ = both(tracer, text)
    assert (kept.outcome.kind, kept.outcome.line) == ("exception", 6)
