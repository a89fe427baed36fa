"""decoder: the Python object that a `Value` describes; arrays and tensors become NumPy arrays."""

import ast
import datetime as dt
import decimal
import fractions
from collections.abc import Callable
from typing import Any

from backprop_book.core.model import Value

_WRITTEN: dict[str, Callable[[str], Any]] = {
    "decimal.Decimal": decimal.Decimal,
    "fractions.Fraction": fractions.Fraction,
    "datetime.date": dt.date.fromisoformat,
    "datetime.datetime": dt.datetime.fromisoformat,
    "datetime.time": dt.time.fromisoformat,
    "range": lambda text: range(*ast.literal_eval(text.removeprefix("range"))),
    "slice": lambda text: slice(*ast.literal_eval(text.removeprefix("slice"))),
}


class OpaqueError(ValueError):
    """The description of a value lacks its content, because the value is opaque or was too large."""


def decode(value: Value) -> Any:
    """Return the Python object that a value describes; for arrays and tensors a NumPy array of their element type.

    Raises:
        OpaqueError: The value does not hold its content.
    """
    if value.kind in {"array", "tensor"}:
        return _array(value)
    if value.kind in {"list", "tuple", "set", "dict"} and value.data is None and len(value.items) != value.size:
        raise OpaqueError(f"a {value.type} of {value.size} entries is only summarised")
    if value.kind == "dict":
        return {_key(name): decode(each) for name, each in value.items}
    if value.kind in {"list", "tuple", "set"}:
        make = {"list": list, "tuple": tuple, "set": frozenset if value.type == "frozenset" else set}[value.kind]
        return make(value.data if isinstance(value.data, list) else [decode(each) for _, each in value.items])
    if value.kind == "none":
        return None
    if value.data is None:
        raise OpaqueError(f"a {value.type} cannot be had outside of its run")
    if value.kind == "complex":
        assert isinstance(value.data, list)
        return complex(*value.data)  # type: ignore[arg-type]
    if value.kind == "bytes":
        raw = str(value.data).encode("latin-1")
        return bytearray(raw) if value.type == "bytearray" else raw
    if value.kind == "object":
        if value.type not in _WRITTEN:
            raise OpaqueError(f"a {value.type} cannot be had outside of its run")
        try:
            return _WRITTEN[value.type](str(value.data))
        except (ValueError, SyntaxError):  # a slice whose ends are no literals
            raise OpaqueError(f"{value.data} cannot be had outside of its run") from None
    return value.data


def _key(name: str) -> Any:
    """A key of a dict from its repr, or the repr where that is not a literal."""
    try:
        return ast.literal_eval(name)
    except (ValueError, SyntaxError):
        return {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}.get(name, name)


def _array(value: Value) -> Any:
    import numpy as np

    assert value.shape is not None
    assert value.dtype is not None
    if value.dtype == "object":
        flat = np.empty(len(value.items), dtype=object)
        flat[:] = [decode(each) for _, each in value.items]
        array = flat.reshape(value.shape)
    elif value.data is None:
        raise OpaqueError(f"an array of {value.size} elements is only summarised")
    else:
        array = _filled(np, value.data, value.shape, value.dtype)
    if value.kind == "array" and value.type not in {"numpy.ndarray", "numpy.matrix"} and value.shape == ():
        return array[()]
    return array


def _filled(np: Any, data: Any, shape: tuple[int, ...], name: str) -> Any:
    dtype = _element_type(np, name)
    if dtype.kind == "c":
        pairs = np.array(data, dtype=dtype.type().real.dtype).reshape(*shape, 2)
        filled = np.empty(shape, dtype)
        filled.real, filled.imag = pairs[..., 0], pairs[..., 1]
        return filled
    if dtype.kind in "Mm":
        return np.array(data, dtype="int64").reshape(shape).astype(dtype)
    if dtype.kind in "SV" and not dtype.names:
        return np.array(_encoded(data), dtype=dtype).reshape(shape)
    if dtype.names:
        kinds = [dtype[name].kind for name in dtype.names]
        return np.array(_records(data, len(shape), kinds), dtype=dtype).reshape(shape)
    return np.array(data, dtype=dtype).reshape(shape)


def _element_type(np: Any, name: str) -> Any:
    """The NumPy element type with a name; for a type that only torch has, the next larger one."""
    try:
        return np.dtype(ast.literal_eval(name) if name.startswith(("[", "{")) else name)
    except TypeError:
        return np.dtype("complex64" if name.startswith("complex") else "float32")


def _encoded(data: Any) -> Any:
    return (
        [_encoded(each) for each in data]
        if isinstance(data, list)
        else data.encode("latin-1")
        if isinstance(data, str)
        else data
    )


def _records(data: Any, depth: int, kinds: list[str]) -> Any:
    """Lists of records as tuples, at the depth where the records are."""
    if depth:
        return [_records(each, depth - 1, kinds) for each in data]
    return tuple(_field(each, kind) for each, kind in zip(data, kinds, strict=True))


def _field(data: Any, kind: str) -> Any:
    if kind in "mOV":  # durations, objects and nested fields are written as texts that NumPy cannot read
        raise OpaqueError("records with such fields cannot be had outside of their run")
    return complex(*data) if kind == "c" else _encoded(data)
