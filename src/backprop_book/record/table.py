"""table: values and names as JSON and back, each written once."""

import math
import struct
from collections.abc import Mapping
from typing import Any

from backprop_book.model import Value
from backprop_book.record.digest import digest_of

SINGLE = {"float32", "float16", "bfloat16"}
"""Element types whose values have a shorter decimal form than those of double precision."""


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
    # What six digits suffice for, six digits read back; so where six do not, no fewer do. Nine are enough for any.
    fewest = 1 if _rounded(float(f"{number:.6g}")) == number else 7
    written = (float(f"{number:.{digits}g}") for digits in range(fewest, 10))
    return next((short for short in written if _rounded(short) == number), number)


def _rounded(number: float) -> float:
    """The nearest number of single precision."""
    try:
        return float(_SINGLE.unpack(_SINGLE.pack(number))[0])
    except OverflowError:
        return number


_SINGLE = struct.Struct("<f")
