"""digest: values with the digests of their content."""

import hashlib
import json
from array import array
from functools import lru_cache
from itertools import chain
from typing import Any

from backprop_book.core.model import Data, Kind, Value
from backprop_book.record.fingerprint import walk

CODES = {
    "bool": "B", "int8": "b", "int16": "h", "int32": "i", "int64": "q",
    "uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q",
    "float16": "f", "bfloat16": "f", "float32": "f", "float64": "d",
}  # fmt: skip
"""How the elements of arrays and tensors are packed, by element type."""


class Derived(str):
    """A digest that follows from what the value holds, so that nobody needs to write it down."""

    __slots__ = ()


def whole(
    kind: Kind,
    name: str,
    *,
    data: Data = None,
    items: tuple[tuple[str, Value], ...] = (),
    shape: tuple[int, ...] | None = None,
    dtype: str | None = None,
    size: int | None = None,
    summary: str = "",
) -> Value:
    """A value of which everything is kept, so that its digest follows.

    Raises:
        TypeError, OverflowError: The data are not such as the element type and the shape say.
    """
    code = CODES.get(dtype or "") if shape is not None else "d" if _is_of_floats(data) else None
    if code and data is not None and not items:
        depth = 1 if shape is None else len(shape)
        digest = hashed(_head(kind, name, shape, dtype, summary) + _packed(data, depth, code))
    else:
        parts = [kind, name, data, shape, dtype, summary, [(part, each.digest) for part, each in items]]
        digest = hashed(_JSON.encode(parts).encode())
    return Value(kind, name, Derived(digest), data, items, shape, dtype, size, summary)


def cut(kind: Kind, name: str, value: object, homes: frozenset[str], **parts: Any) -> Value:
    """A value whose content is summarised: its digest covers what is not shown."""
    content = walk(value, homes, ends=True).token
    return Value(kind, name, hashed(name.encode("utf-8", "surrogatepass") + b"\0" + content), **parts)


def hashed(content: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@lru_cache(maxsize=256)
def _head(*parts: object) -> bytes:
    return _JSON.encode(parts).encode() + b"\0"


def _is_of_floats(data: Data) -> bool:
    return isinstance(data, list) and set(map(type, data)) == {float}


def _packed(data: Any, depth: int, code: str) -> bytes:
    """Nested lists of numbers as bytes. To write them as text takes ten times as long."""
    numbers = data if depth else [data]
    for _ in range(depth - 1):
        numbers = list(chain.from_iterable(numbers))
    if code in "fd" and (total := sum(numbers)) != total:  # JSON knows one NaN only
        numbers = [each if each == each else _NAN for each in numbers]
    return array(code, numbers).tobytes()


_NAN = float("nan")
_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
