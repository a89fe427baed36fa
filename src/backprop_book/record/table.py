"""table: values and names as JSON and back, each written once."""

import math
from array import array
from collections.abc import Mapping
from itertools import accumulate, chain
from operator import is_
from typing import Any

from backprop_book.core.model import Data, Value
from backprop_book.record.digest import Derived, whole

SINGLE = {"float32", "float16", "bfloat16"}
"""Element types whose values have a shorter decimal form than those of double precision."""
SHARED = 4
"""So many elements must be shared with another value for these to be left out."""


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
        self._latest: dict[object, tuple[int, list[Any]]] = {}

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

    def based(self, value: Value) -> tuple[Any, list[int]]:
        """What a value holds, without what it shares at its start and at its end with the latest one of its form.

        Returns:
            Its data, or what is between; and the number of the other value and of the elements shared, if there are any.
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


def value_to(value: Value, table: Table) -> dict[str, Any]:
    """A value as JSON; its items are put into the table first."""
    fields: dict[str, Any] = {"k": value.kind}
    if value.type != _usual_type(value.kind):
        fields["t"] = value.type
    data, base = table.based(value)
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
    if not isinstance(value.digest, Derived):
        fields["h"] = value.digest
    return fields


def value_from(fields: Mapping[str, Any], values: list[Value]) -> Value:
    """A value from its JSON, given those before it."""
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
    return Value(kind, name, fields["h"], **parts) if "h" in fields else whole(kind, name, **parts)


def _usual_type(kind: str) -> str:
    usual = {"none": "None", "array": "numpy.ndarray", "tensor": "torch.Tensor", "class": "type"}
    return usual.get(kind, kind)


def _usual_size(kind: str, data: Data, items: tuple[object, ...], shape: tuple[int, ...] | None) -> int | None:
    """The size that follows from the rest."""
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
        if is_single and kinds == _LIST:  # numbers are quicker many at a time
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
    """Each number with the fewest digits that single precision takes for the same."""
    # What six digits suffice for, six digits read back; so where six do not, no fewer do. Nine are enough for any.
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
