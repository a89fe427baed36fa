"""codec: a run as JSON and back, without loss and without saying anything twice."""

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

from backprop_book.model import (
    TRACE_FORMAT,
    Answer,
    Change,
    LoopRun,
    Outcome,
    Probe,
    Run,
    Statement,
    Step,
    Trace,
    Value,
)
from backprop_book.record.encode import digest_of

SINGLE = {"float32", "float16", "bfloat16"}
"""Element types whose values have a shorter decimal form than those of double precision."""


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


def from_json(text: str) -> Run:
    """A run from its JSON text.

    Raises:
        ValueError: The text is not a run of this version of the format.
    """
    try:
        return _run(json.loads(text))
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
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
    return Run(Outcome(*tree["outcome"]), trace, answers, tree["seconds"], versions)


def table_from(entries: list[Any]) -> list[Value]:
    """The values of a table, in order."""
    values: list[Value] = []
    for entry in entries:
        values.append(value_from(entry, values))
    return values


class Table:
    """Values and names, each once. It grows while a run is written."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        """The values so far, as JSON; items refer to earlier ones."""
        self.names: list[str] = []
        """The names so far."""
        self._places: dict[Value | str, int] = {}
        self._by_digest: dict[tuple[str, str, str, str | None], int] = {}

    def name(self, name: str) -> int:
        """The number of a name."""
        if name not in self._places:
            self._places[name] = len(self.names)
            self.names.append(name)
        return self._places[name]

    def put(self, value: Value | None) -> int | None:
        """The number of a value."""
        if value is None:
            return None
        key = (value.digest, value.kind, value.type, value.summary)
        if key not in self._by_digest:
            entry = value_to(value, self)
            self._by_digest[key] = len(self.values)
            self.values.append(entry)
        return self._by_digest[key]


def value_to(value: Value, table: Table) -> dict[str, Any]:
    """A value as JSON; its items are put into the table first."""
    fields: dict[str, Any] = {"k": value.kind}
    if value.type != _usual_type(value.kind):
        fields["t"] = value.type
    if value.data is not None:
        fields["d"] = _data_to(value.data, value.dtype in SINGLE)
    if value.items:
        fields["i"] = [[name, table.put(each)] for name, each in value.items]
    if value.shape is not None:
        fields["s"] = list(value.shape)
    if value.dtype is not None:
        fields["y"] = value.dtype
    if value.size is not None and value.size != _usual_size(value):
        fields["n"] = value.size
    if value.summary:
        fields["u"] = value.summary
    if value.digest != digest_of(value):
        fields["h"] = value.digest
    return fields


def value_from(fields: Mapping[str, Any], values: list[Value]) -> Value:
    """A value from its JSON, given those before it."""
    kind = fields["k"]
    dtype = fields.get("y")
    parts: dict[str, Any] = {
        "data": _data_from(fields.get("d"), dtype in SINGLE, dtype),
        "items": tuple((name, values[index]) for name, index in fields.get("i", ())),
        "shape": tuple(fields["s"]) if "s" in fields else None,
        "dtype": dtype,
        "summary": fields.get("u", ""),
    }
    name = fields.get("t", _usual_type(kind))
    draft = Value(kind, name, "", **parts)
    size = fields["n"] if "n" in fields else _usual_size(draft)
    return Value(kind, name, fields["h"] if "h" in fields else digest_of(draft), size=size, **parts)


def _usual_type(kind: str) -> str:
    usual = {"none": "None", "array": "numpy.ndarray", "tensor": "torch.Tensor", "class": "type"}
    return usual.get(kind, kind)


def _usual_size(value: Value) -> int | None:
    """The size that follows from the rest."""
    if value.shape is not None:
        return math.prod(value.shape)
    if value.kind in {"str", "bytes", "list", "tuple", "set"} and isinstance(value.data, str | list):
        return len(value.data)
    return len(value.items) if value.kind in {"list", "tuple", "set", "dict"} else None


def _data_to(data: Any, is_single: bool) -> Any:
    """Data as JSON: what JSON cannot say is an object with one key."""
    if isinstance(data, list):
        return [_data_to(each, is_single) for each in data]
    if isinstance(data, float):
        if not math.isfinite(data):
            return {"f": str(data)}
        return _shortest(data) if is_single else data
    return data


def _data_from(data: Any, is_single: bool, dtype: str | None) -> Any:
    if isinstance(data, list):
        return [_data_from(each, is_single, dtype) for each in data]
    if isinstance(data, dict):
        return float(data["f"])
    return _rounded(data) if is_single and isinstance(data, float) else data


def _shortest(number: float) -> float:
    """The number with the fewest digits that single precision takes for the same."""
    for digits in range(1, 9):
        short = float(f"{number:.{digits}g}")
        if _rounded(short) == number:
            return short
    return number


def _rounded(number: float) -> float:
    """The nearest number of single precision."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return number
