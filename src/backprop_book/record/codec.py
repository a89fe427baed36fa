"""codec: runs and values as JSON text and back, without loss; each value and name is written once."""

import json
import math
from array import array
from collections.abc import Mapping
from itertools import accumulate, chain
from operator import is_
from pathlib import Path
from typing import Any

from backprop_book.core.model import (
    TRACE_FORMAT,
    Answer,
    Change,
    Data,
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
from backprop_book.record.fingerprint import DerivedDigest, complete_value

SINGLE = {"float32", "float16", "bfloat16"}
"""Element types whose values have a shorter decimal form than those of double precision."""
SHARED = 4
"""So many elements must be shared with another value for these to be left out."""


def values_from_json(entries: list[Any]) -> list[Value]:
    """Read the values of a table from JSON, in order."""
    values: list[Value] = []
    for entry in entries:
        values.append(value_from_json(entry, values))
    return values


class ValueTable:
    """The values and names of a run that is written as JSON, each once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        """The values so far, as JSON; items refer to earlier ones."""
        self.names: list[str] = []
        """The names so far."""
        self._places: dict[Value | str, int] = {}
        self._by_digest: dict[tuple[str, str, str, str | None], int] = {}
        self._latest: dict[object, tuple[int, list[Any]]] = {}

    def name(self, name: str) -> int:
        """Return the number of a name, which is added if it is new."""
        if name not in self._places:
            self._places[name] = len(self.names)
            self.names.append(name)
        return self._places[name]

    def put(self, value: Value | None) -> int | None:
        """Return the number of a value, which is added if it is new; None for None."""
        if value is None:
            return None
        key = (value.digest, value.kind, value.type, value.summary)
        if key not in self._by_digest:
            entry = value_to_json(value, self)
            self._by_digest[key] = len(self.values)
            self.values.append(entry)
        return self._by_digest[key]

    def difference(self, value: Value) -> tuple[Any, list[int]]:
        """Return the data of a value without the elements that it shares with the previous value of the same form.

        Returns:
            The data between the shared start and end; and the number of the previous value, with the numbers of elements
            shared at the start and at the end. Without shared elements all data, and an empty list.
        """
        data = value.data
        if not isinstance(data, list) or len(data) < SHARED:
            return data, []
        form = (value.kind, value.shape, value.dtype) if value.shape else id(data[0])
        number, before = self._latest.get(form, (0, []))
        self._latest[form] = (len(self.values), data)
        start = _shared(before, data)
        end = _shared(before[: start - len(before) - 1 : -1], data[: start - len(data) - 1 : -1])
        if start + end < SHARED:
            return data, []
        return data[start : len(data) - end], [number, start, end]


def _shared(before: list[Any], data: list[Any]) -> int:
    """How many elements two lists share at their starts. Only the same objects count: `0.0 == -0.0`."""
    same = list(map(is_, before, data))
    return len(same) if all(same) else same.index(False)


def value_to_json(value: Value, table: ValueTable) -> dict[str, Any]:
    """Write a value as JSON.

    Args:
        value: The value.
        table: The table, to which its items are added first.
    """
    fields: dict[str, Any] = {"k": value.kind}
    if value.type != _usual_type(value.kind):
        fields["t"] = value.type
    data, base = table.difference(value)
    if base:
        fields["b"] = base
    if data is not None:
        fields["d"] = _data_to(data, value.dtype in SINGLE)
    if value.items:
        fields["i"] = [[name, table.put(each)] for name, each in value.items]
    if value.shape is not None:
        fields["s"] = list(value.shape)
    if value.dtype is not None:
        fields["y"] = value.dtype
    if value.size is not None and value.size != _usual_size(value.kind, value.data, value.items, value.shape):
        fields["n"] = value.size
    if value.summary:
        fields["u"] = value.summary
    if not isinstance(value.digest, DerivedDigest):
        fields["h"] = value.digest
    return fields


def value_from_json(fields: Mapping[str, Any], values: list[Value]) -> Value:
    """Read a value from JSON.

    Args:
        fields: The JSON.
        values: The values before it in the table.
    """
    kind = fields["k"]
    dtype = fields.get("y")
    name = fields.get("t", _usual_type(kind))
    data = _data_from(fields.get("d"), dtype in SINGLE)
    if "b" in fields:
        number, start, end = fields["b"]
        before: Any = values[number].data
        data = [*before[:start], *data, *before[len(before) - end :]]
    parts: dict[str, Any] = {
        "data": data,
        "items": tuple((part, values[index]) for part, index in fields.get("i", ())),
        "shape": tuple(fields["s"]) if "s" in fields else None,
        "dtype": dtype,
        "summary": fields.get("u", ""),
    }
    parts["size"] = fields["n"] if "n" in fields else _usual_size(kind, parts["data"], parts["items"], parts["shape"])
    return Value(kind, name, fields["h"], **parts) if "h" in fields else complete_value(kind, name, **parts)


def _usual_type(kind: str) -> str:
    usual = {"none": "None", "array": "numpy.ndarray", "tensor": "torch.Tensor", "class": "type"}
    return usual.get(kind, kind)


def _usual_size(kind: str, data: Data, items: tuple[object, ...], shape: tuple[int, ...] | None) -> int | None:
    """The size as computed from the other fields; None for kinds without one."""
    if shape is not None:
        return math.prod(shape)
    if kind in {"str", "bytes", "list", "tuple", "set"} and isinstance(data, str | list):
        return len(data)
    return len(items) if kind in {"list", "tuple", "set", "dict"} else None


def _data_to(data: Any, is_single: bool) -> Any:
    """Data as JSON: what JSON cannot say is an object with one key."""
    if isinstance(data, list):
        kinds = set(map(type, data))
        if kinds <= _EXACT or (kinds == _FLOAT and all(map(math.isfinite, data))):
            return _shortest(data) if is_single and kinds == _FLOAT else data
        if is_single and kinds == _LIST:  # converting many numbers at once is faster
            flat = _data_to(list(chain.from_iterable(data)), is_single)
            return [flat[end - len(row) : end] for row, end in zip(data, accumulate(map(len, data)), strict=True)]
        return [_data_to(each, is_single) for each in data]
    if isinstance(data, float):
        if not math.isfinite(data):
            return {"f": str(data)}
        return _shortest([data])[0] if is_single else data
    return data


def _data_from(data: Any, is_single: bool) -> Any:
    if isinstance(data, list):
        kinds = set(map(type, data))
        if kinds <= _EXACT or kinds == _FLOAT:
            return _rounded(data) if is_single and kinds == _FLOAT else data
        return [_data_from(each, is_single) for each in data]
    if isinstance(data, dict):
        return float(data["f"])
    return _rounded([data])[0] if is_single and isinstance(data, float) else data


_EXACT = frozenset({type(None), bool, int, str})
_FLOAT = frozenset({float})
_LIST = frozenset({list})


def _shortest(numbers: list[float]) -> list[float]:
    """Each number with the fewest digits that single precision still rounds to it."""
    # `g` drops trailing zeros, so six digits also give the shorter forms. Nine digits are enough for every number.
    written = [float(f"{number:.6g}") for number in numbers]
    for digits in (7, 8, 9):
        read = _rounded(written)
        if read == numbers:
            break
        written = [
            short if back == number else float(f"{number:.{digits}g}")
            for short, back, number in zip(written, read, numbers, strict=True)
        ]
    return written


def _rounded(numbers: list[float]) -> list[float]:
    """The nearest numbers of single precision."""
    return array("f", numbers).tolist()


def to_json(run: Run) -> str:
    """Write a run as JSON text (ASCII), as described in docs/contributing/trace-format.md."""
    table = ValueTable()
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


def write_run(run: Run, place: Path) -> None:
    """Write a run as JSON text to a file, which is complete or absent, even if the process is killed.

    Args:
        run: The run.
        place: The path of the file.
    """
    part = place.with_suffix(".part")
    part.write_text(to_json(run), encoding="ascii")
    part.replace(place)


def from_json(text: str) -> Run:
    """Read a run from its JSON text.

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
    values = values_from_json(tree["values"])

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
