"""outcome: the order that a child process gets, and the run that is read from the files that it leaves."""

import signal
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from backprop_book.core.cache import versions
from backprop_book.core.model import Answer, Outcome, Run, Trace
from backprop_book.core.problems import BookError
from backprop_book.record.child_protocol import LIBRARIES, REFUSED, RunOrder
from backprop_book.record.codec import from_json
from backprop_book.run.cache import ScriptSource
from backprop_book.run.request import Request
from backprop_book.source import parse


def order_of(folder: Path, source: ScriptSource, request: Request, name: str, hidden: tuple[str, ...] = ()) -> RunOrder:
    """Return the order for a child that runs a script and writes its results into a folder."""
    limits = request.limits
    return RunOrder(
        folder=str(folder),
        script=str(source.script),
        name=name,
        source=source.text,
        imports=source.imports,
        homes=tuple(
            sorted(
                {
                    Path(each).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
                    for each, _ in source.neighbours
                }
            )
        ),
        probes=request.probes,
        arguments=request.arguments,
        keep=request.keep,
        seconds=limits.seconds,
        steps=limits.steps,
        output=limits.output,
        memory=limits.memory,
        capacity=limits.kept,
        root="" if request.book is None else str(request.book),
        hidden=hidden,
    )


def unparsed(name: str, text: str, request: Request) -> Run | None:
    """Return the run of a script that does not parse; None for one that does.

    Raises:
        BookError: Its section markers are wrong.
    """
    try:
        parse(name, text)
    except BookError as error:
        problem = error.problems[0]
        if not problem.message.startswith("this is not Python"):
            raise
        outcome = Outcome("syntax", problem.message, problem.line, problem.column, 1)
        trace = Trace(name, text, (), (), (), (), "", "")
        answers = tuple(Answer(probe, error=f"the script does not run: {problem.message}") for probe in request.probes)
        return Run(outcome, trace, answers, 0.0, versions(*LIBRARIES.values()))
    return None


def gathered(folder: Path, request: Request, order: dict[str, Any], ended: dict[str, Any]) -> Run:
    """Return the run from the files that a child has left in its folder."""
    stdout, stderr = _text(folder / "stdout"), _text(folder / "stderr")
    result = folder / "result.json"
    if result.is_file() and not ended["ended"]:
        run = from_json(result.read_text(encoding="ascii"))
        outcome = run.outcome
        if outcome.kind in {"finished", "exit", "exception"} and ended["status"] != outcome.status:
            outcome = replace(outcome, status=ended["status"])
        if (folder / REFUSED).is_file():
            kind, _, message = (folder / REFUSED).read_text(encoding="utf-8").partition("\n")
            outcome = Outcome("variable" if kind == "variable" else "write", message, status=1)
        trace = replace(run.trace, stdout=stdout, stderr=stderr)
        return replace(run, trace=trace, outcome=outcome)
    outcome = _cut_short(folder, order, ended)
    place = f" in line {outcome.line}" if outcome.line else ""
    return _without_steps(request, order, outcome, f"the run was cut short: {outcome.kind}{place}", stdout, stderr)


def unended(request: Request, order: dict[str, Any], kind: Literal["running", "awaited"]) -> Run:
    """Return a run without steps for one that has not ended yet."""
    return _without_steps(request, order, Outcome(kind), "the run has not ended")


def _without_steps(
    request: Request, order: dict[str, Any], outcome: Outcome, error: str, stdout: str = "", stderr: str = ""
) -> Run:
    statements = parse(order["name"], order["source"]).statements
    trace = Trace(order["name"], order["source"], statements, (0,) * len(statements), (), (), stdout, stderr)
    answers = tuple(Answer(probe, error=error) for probe in request.probes)
    return Run(outcome, trace, answers, 0.0, versions(*LIBRARIES.values()))


def _cut_short(folder: Path, order: dict[str, Any], ended: dict[str, Any]) -> Outcome:
    """The outcome of a run whose child could not say how it ended; its marker names the line."""
    statements = parse(order["name"], order["source"]).statements
    number, _ = _marker(folder)
    place = statements[number - 1] if 0 < number <= len(statements) else None
    line, column = (place.line, place.column) if place else (None, None)
    status = ended["status"]
    if ended["ended"] == "time limit":
        return Outcome("time limit", f"it ran for more than {order['seconds']:g} seconds", line, column, 1)
    if ended["ended"] == "output limit":
        return Outcome("output limit", f"more than {order['output']:,} bytes of output", line, column, 1)
    if status < 0:
        return Outcome("died", f"the process was ended by {signal.Signals(-status).name}", line, column, status)
    return Outcome("died", f"the process ended with status {status} without finishing", line, column, status)


def blamed(folder: Path, run: Run) -> int | None:
    """The place among its probes of the one whose expression ran when a run was cut short; None if it was the script that ran."""
    if run.outcome.kind not in {"time limit", "died"}:
        return None
    _, number = _marker(folder)
    return number - 1 if 0 < number <= len(run.answers) else None


def _marker(folder: Path) -> tuple[int, int]:
    """The numbers of the statement and of the probe that ran last in a child, from 1; 0 for none."""
    try:
        statement, probe = struct.unpack("ii", (folder / "marker").read_bytes()[:8])
    except (OSError, struct.error):
        return 0, 0
    return statement, probe


def _text(place: Path) -> str:
    """The output in a file as text. Bytes that are not UTF-8 become lone surrogates, so that `trace` can write the same bytes."""
    try:
        return place.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""
