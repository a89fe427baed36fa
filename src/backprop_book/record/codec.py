"""codec: a run as JSON and back, without loss and without saying anything twice."""

import json
from pathlib import Path
from typing import Any

from backprop_book.core.model import (
    TRACE_FORMAT,
    Answer,
    Change,
    Dependency,
    LoopRun,
    Outcome,
    Probe,
    Run,
    Statement,
    Step,
    Trace,
    Value,
)
from backprop_book.record.table import Table, table_from


def to_json(run: Run) -> str:
    """A run as JSON text (ASCII): see docs/contributing/trace-format.md."""
    table = Table()
    trace = run.trace
    statements = [
        [each.kind, each.start, each.end, each.line, each.column, each.end_line, each.parent, list(each.reads), list(each.binds), each.loop, each.scope]
        for each in trace.statements
    ]  # fmt: skip
    seen: dict[tuple[int, str], Value | None] = {}
    steps = []
    for step in trace.steps:
        changes: list[Any] = []
        for change in step.changes:
            old = seen.get((step.frame, change.name))
            entry = [table.name(change.name), table.put(change.new)]
            if (old.digest if old else None) != (change.old.digest if change.old else None):
                entry.append(table.put(change.old))
            changes.append(entry)
            seen[step.frame, change.name] = change.new
        fields: dict[str, Any] = {"s": step.statement}
        if step.frame:
            fields |= {"f": step.frame, "q": step.function, "d": step.depth}
        fields |= {"i": [list(pair) for pair in step.iterations]} if step.iterations else {}
        fields |= {"c": changes} if changes else {}
        fields |= {"o": step.output} if step.output else {}
        fields |= {"v": table.put(step.value)} if step.value else {}
        fields |= {"e": step.error} if step.error else {}
        fields |= {"k": step.skipped} if step.skipped else {}
        steps.append(fields)
    answers = [
        [
            [each.probe.expression, each.probe.moment, each.probe.statement, each.probe.condition],
            table.put(each.value), each.error, list(each.near), each.step,
        ]
        for each in run.answers
    ]  # fmt: skip
    outcome = run.outcome
    return json.dumps(
        {
            "format": TRACE_FORMAT,
            "script": trace.script,
            "source": trace.source,
            "outcome": [outcome.kind, outcome.message, outcome.line, outcome.column, outcome.status],
            "seconds": run.seconds,
            "versions": [list(pair) for pair in run.versions],
            "dependencies": None if run.dependencies is None else [list(each) for each in run.dependencies],
            "statements": statements,
            "counts": list(trace.counts),
            "steps": steps,
            "loops": [
                [each.statement, each.frame, each.first, each.iterations, list(each.kept)] for each in trace.loops
            ],
            "stdout": trace.stdout,
            "stderr": trace.stderr,
            "dropped": trace.dropped,
            "answers": answers,
            "values": table.values,
            "names": table.names,
        },
        ensure_ascii=True,
        separators=(",", ":"),
    )


def leave(run: Run, place: Path) -> None:
    """Write a run as JSON text to a file that is either whole or not there, whenever this process is ended."""
    part = place.with_suffix(".part")
    part.write_text(to_json(run), encoding="ascii")
    part.replace(place)


def from_json(text: str) -> Run:
    """A run from its JSON text.

    Raises:
        ValueError: The text is not a run of this version of the format.
    """
    try:
        return _run(json.loads(text))
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"this is not a trace: {type(error).__name__}: {error}") from error


def _run(tree: Any) -> Run:
    if not isinstance(tree, dict) or tree.get("format") != TRACE_FORMAT:
        raise ValueError(f"this is not a trace of format {TRACE_FORMAT}")
    values = table_from(tree["values"])

    def value(index: int | None) -> Value | None:
        return None if index is None else values[index]

    source = tree["source"]
    statements = tuple(
        Statement(
            index,
            kind,
            start,
            end,
            line,
            column,
            end_line,
            source[start:end],
            parent,
            tuple(reads),
            tuple(binds),
            loop,
            scope,
        )
        for index, (kind, start, end, line, column, end_line, parent, reads, binds, loop, scope) in enumerate(
            tree["statements"]
        )
    )
    seen: dict[tuple[int, str], Value | None] = {}
    steps = []
    for index, fields in enumerate(tree["steps"]):
        frame = fields.get("f", 0)
        changes = []
        for number, new, *old in fields.get("c", ()):
            name = tree["names"][number]
            changes.append(Change(name, value(old[0]) if old else seen.get((frame, name)), value(new)))
            seen[frame, name] = value(new)
        steps.append(
            Step(
                index=index,
                statement=fields["s"],
                frame=frame,
                function=fields.get("q"),
                depth=fields.get("d", 0),
                iterations=tuple((loop, number) for loop, number in fields.get("i", ())),
                changes=tuple(changes),
                output=fields.get("o", ""),
                value=value(fields.get("v")),
                error=fields.get("e", ""),
                skipped=fields.get("k", 0),
            )
        )
    trace = Trace(
        script=tree["script"],
        source=source,
        statements=statements,
        counts=tuple(tree["counts"]),
        steps=tuple(steps),
        loops=tuple(
            LoopRun(statement, frame, first, count, tuple(kept))
            for statement, frame, first, count, kept in tree["loops"]
        ),
        stdout=tree["stdout"],
        stderr=tree["stderr"],
        dropped=tree["dropped"],
    )
    answers = tuple(
        Answer(Probe(*probe), value(found), error, tuple(near), step)
        for probe, found, error, near, step in tree["answers"]
    )
    versions = tuple((name, version) for name, version in tree["versions"])
    told = tree["dependencies"]
    dependencies = None if told is None else tuple(Dependency(*each) for each in told)
    return Run(Outcome(*tree["outcome"]), trace, answers, tree["seconds"], versions, dependencies)
