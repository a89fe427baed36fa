"""fingerprint: compact tokens and digests of all that a value holds, and `Value` objects made with them."""

import collections
import enum
import fractions
import hashlib
import marshal
import struct
import types
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from json.encoder import c_make_encoder, encode_basestring_ascii  # type: ignore[attr-defined]
from typing import Any

from backprop_book.core.model import Data, Value, ValueKind
from backprop_book.record import type_predicates

NODES = 5_000_000
"""Most parts that a value may have."""
SMALL = 8192
"""Most bytes of an array whose content is compared as it is; that of a larger one by its hash."""
BYTES = 512 * 2**20
"""Most bytes that a value may hold."""


MANY = 100
"""Most entries of a list, tuple, dict or deque of containers or objects that are all looked at after each statement."""
ENDS = 20
"""Entries at each end that are looked at in a longer one."""


class TooLargeError(Exception):
    """A value has more parts or bytes than can be compared after each statement."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The content of a value in a form that is quick to compare."""

    token: Any
    """Equal for two values exactly if all they hold is equal. Of immutable plain values cheap to make and to compare."""
    nodes: int
    """Number of its parts, itself included, without the elements of arrays. Where only the ends of a long container were
    looked at, the entries between them count as much as these do on average."""


def fingerprint(value: object, homes: frozenset[str] = frozenset(), *, ends: bool = False) -> Fingerprint:
    """Make the fingerprint of all that a value holds.

    Args:
        value: Any object. No code of its class is run.
        homes: Names of modules whose classes are the script's own.
        ends: Whether of long containers only the length and the entries at both ends count, so that what a step costs
            does not grow with what the script holds.

    Raises:
        TooLargeError: It has more than `NODES` parts or `BYTES` bytes.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str) or type_predicates.is_number(kind):
        return Fingerprint(number_token(value, kind), 1)
    if type_predicates.is_plain_array(kind):
        array: Any = value
        if array.nbytes <= SMALL and not array.dtype.hasobject and array.dtype.names is None:
            return Fingerprint((kind, array.dtype.str, array.shape, array.tobytes()), 1)
    return walk_parts(value, homes, ends=ends)


def number_token(value: Any, kind: type) -> tuple[type, Any]:
    """A token of a number or text of a built-in type, None, or one of NumPy's own numbers.

    Args:
        value: The number or text.
        kind: Its type.
    """
    if kind is float:
        return kind, struct.pack("<d", value)
    return kind, value.tobytes() if type_predicates.is_number(kind) else value


def walk_parts(root: object, homes: frozenset[str], *, ends: bool = False) -> Fingerprint:
    """Make the fingerprint of any value. There is no recursion, as values may be nested more deeply than calls.

    Args:
        root: Any object.
        homes: Names of modules whose classes are the script's own.
        ends: As above.
    """
    parts: list[bytes] = []
    stack: list[Any] = [root]
    seen: dict[int, int] = {}
    alive: list[Any] = []
    nodes = size = estimated = 0
    sampled: list[tuple[int, int, float]] = []
    while stack:
        value = stack.pop()
        nodes += 1
        kind = type(value)
        if kind in _ATOMS:
            piece = _ATOMS[kind](value)
        elif id(value) in seen:
            piece = b"=%d" % seen[id(value)]
        else:
            seen[id(value)] = len(seen)
            alive.append(value)
            if kind in _EXACT and is_flat(value, kind):
                nodes += len(value)
                if nodes > NODES:
                    raise TooLargeError(f"{nodes:,} parts")
                piece = (
                    b"p"
                    + kind.__name__.encode()
                    + marshal.dumps(value if kind is not collections.deque else list(value), 2)
                )
            else:
                if type_predicates.is_number(kind):
                    piece = _head(kind) + value.tobytes()  # type: ignore[arg-type] # mypy asks whether a type can be hashed
                elif ends and kind in _ORDERED and len(value) > MANY:
                    nodes += len(value)
                    piece = b"e%d:" % len(value) + kind.__name__.encode()
                    sampled.append((len(stack), nodes, len(value) / (2 * ENDS) - 1))
                    stack.extend(_ends(value))
                else:
                    piece, inner = _open(value, kind, homes)
                    stack.extend(reversed(inner))
        size += len(piece)
        parts.append(piece)
        if nodes > NODES or size > BYTES or len(stack) > NODES:
            raise TooLargeError(f"{nodes:,} parts and {size:,} bytes so far")
        while sampled and len(stack) <= sampled[-1][0]:  # all of its ends were walked
            _, before, others = sampled.pop()
            estimated += int((nodes - before) * others)
    joined = b"\0".join(parts)
    return Fingerprint(
        joined if len(joined) <= 64 else hashlib.blake2b(joined, digest_size=20).digest(), nodes + estimated
    )


_ATOMS: Any = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: lambda value: b"i" + value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True),
    float: lambda value: b"f" + struct.pack("<d", value),
    complex: lambda value: b"c" + struct.pack("<dd", value.real, value.imag),
    str: lambda value: b"s%d:" % len(value) + value.encode("utf-8", "surrogatepass"),
    bytes: lambda value: b"b%d:" % len(value) + value,
    bytearray: lambda value: b"a%d:" % len(value) + bytes(value),
}


@lru_cache(maxsize=32)
def _head(kind: Any) -> bytes:
    """The first bytes of the piece of a NumPy number."""
    return b"n" + type_predicates.type_name(kind).encode() + f"{kind(0).dtype.str}()".encode()


def is_flat(value: Any, kind: type) -> bool:
    """Whether a container holds only scalars of built-in types, which are compared in one go."""
    if kind is dict:
        return _SCALARS.issuperset(map(type, value)) and _SCALARS.issuperset(map(type, value.values()))
    return _SCALARS.issuperset(map(type, value))


def _ends(value: Any) -> list[Any]:
    """The entries at both ends of a long container; of a dict the keys, too."""
    pairs = value.items() if type(value) is dict else value
    return [*islice(pairs, ENDS), *islice(reversed(pairs), ENDS)]


_ORDERED = frozenset({list, tuple, dict, collections.deque})
_EXACT = frozenset({list, tuple, dict, set, frozenset, collections.deque})
_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})


def _open(value: Any, kind: type, homes: frozenset[str]) -> tuple[bytes, list[Any]]:
    """A value's own piece and the values inside it."""
    name = type_predicates.type_name(kind).encode("utf-8", "surrogatepass")
    if type_predicates.is_array(kind):
        return _array(value, name)
    if type_predicates.is_tensor(kind):
        slope = gradient(value)
        return tensor_token(value), [] if slope is None else [slope]
    if type_predicates.is_network(kind):
        named = list(type_predicates.network_parts(value))
        return b"m" + name + "".join(f"|{path}" for path, _ in named).encode("utf-8", "surrogatepass"), [
            each for _, each in named
        ]
    if kind is slice or kind is range:
        return b"w" + name, [value.start, value.stop, value.step]
    if kind is fractions.Fraction:
        return b"w" + name, [value.numerator, value.denominator]
    if kind in type_predicates.WRITTEN:
        return b"w" + name + repr(value).encode("utf-8", "surrogatepass"), []
    if issubclass(kind, (type, types.ModuleType, *type_predicates.FUNCTIONS)):
        return b"d" + name + identity(value), []
    if issubclass(kind, enum.Enum):
        return b"e" + name, [dict(type_predicates.attributes(value)).get("_name_")]
    extra = (
        [each for _, each in type_predicates.attributes(value)] if type_predicates.is_transparent(kind, homes) else []
    )
    if issubclass(kind, type_predicates.CONTAINERS):
        inner = list(type_predicates.elements(value))
        if issubclass(kind, set | frozenset):
            tokens = sorted(walk_parts(each, homes).token for each in inner)
            return b"t" + name + b"|".join(tokens), extra
        return b"l%d:" % len(inner) + name, [*inner, *extra]
    if issubclass(kind, int):
        return b"j" + name, [int.__int__(value), *extra]
    if issubclass(kind, float):
        return b"j" + name, [float.__float__(value), *extra]
    if issubclass(kind, str):
        return b"j" + name, [str.__str__(value), *extra]
    if issubclass(kind, bytes):
        return b"j" + name, [bytes.__getitem__(value, slice(None)), *extra]
    if type_predicates.is_transparent(kind, homes):
        named = list(type_predicates.attributes(value))
        return b"o" + name + "".join(f"|{path}" for path, _ in named).encode("utf-8", "surrogatepass"), extra
    return b"q" + name, []


def identity(value: Any) -> bytes:
    """The name, and for functions the place, of a function, class or module; the same in every run of the same script."""
    function = getattr(value, "__func__", value) if type(value) is type_predicates.FUNCTIONS[2] else value
    if type(function) is type_predicates.FUNCTIONS[0]:
        code = function.__code__
        return f"{function.__module__}:{code.co_firstlineno}:{code.co_qualname}".encode("utf-8", "surrogatepass")
    if isinstance(function, type):
        return type_predicates.type_name(function).encode("utf-8", "surrogatepass")
    if isinstance(function, types.ModuleType):
        return str(vars(function).get("__name__")).encode("utf-8", "surrogatepass")
    return str(getattr(function, "__qualname__", "")).encode("utf-8", "surrogatepass")


def plain_array(value: Any) -> Any:
    """An array or NumPy scalar as an array of the base class."""
    import numpy as np

    return np.ndarray.view(value, np.ndarray) if isinstance(value, np.ndarray) else np.asarray(value)


def _array(value: Any, name: bytes) -> tuple[bytes, list[Any]]:
    array = plain_array(value)
    head = b"n" + name + f"{array.dtype.str}{array.shape}".encode()
    if array.dtype.hasobject:
        return head, [array.tolist()]
    if array.nbytes > BYTES:
        raise TooLargeError(f"{array.nbytes:,} bytes")
    if array.dtype.names:
        return head + str(array.dtype).encode(), [array.tolist()]
    if array.dtype.char in "gG":
        return head + _long(array), []
    return head + array.tobytes(), []


def _long(array: Any) -> bytes:
    """The content of an array of long floating-point numbers, whose memory has bytes that belong to no number."""
    import numpy as np

    with np.errstate(all="ignore"):
        near = array.astype("D" if array.dtype.char == "G" else "d")
        rest = (array - near).astype(near.dtype)
    return bytes(near.tobytes() + rest.tobytes())


def plain_tensor(value: Any) -> Any:
    """A dense tensor's content as an array, or None for one whose content has another layout or is elsewhere."""
    import torch
    from torch._C import DisableTorchFunctionSubclass

    with DisableTorchFunctionSubclass():
        if value.layout is not torch.strided or value.device.type == "meta" or value.is_quantized or value.is_nested:
            return None
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        try:
            return plain.numpy()
        except TypeError:  # an element type that NumPy does not have
            if plain.is_complex():
                return plain.to(torch.complex64).numpy()
            return plain.float().numpy() if plain.is_floating_point() else None


def tensor_token(value: Any) -> bytes:
    """A token of a tensor's own content, without that of its gradient.

    Raises:
        TooLargeError: It has more than `BYTES` bytes.
    """
    if (
        type_predicates.is_plain_tensor(type(value))
        and value.is_cpu
        and str(value.layout) == "torch.strided"
        and value.nbytes <= SMALL
    ):
        try:
            content: bytes = value.detach().numpy().tobytes()
        except (TypeError, RuntimeError):  # an element type that NumPy does not have, or a view that is conjugated
            pass
        else:
            return f"x{type(value).__name__}{value.dtype}{value.shape}{value.requires_grad}".encode() + content
    from torch._C import DisableTorchFunctionSubclass

    with DisableTorchFunctionSubclass():
        head = f"x{type_predicates.type_name(type(value))}{value.dtype}{shape_of(value)}{value.requires_grad}".encode()
    array = plain_tensor(value)
    if array is not None and array.nbytes > BYTES:
        raise TooLargeError(f"{array.nbytes:,} bytes")
    return head if array is None else head + array.tobytes()


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of a tensor; None for one whose rows have several lengths."""
    return None if value.is_nested else tuple(value.shape)


def gradient(value: Any) -> Any:
    """The gradient that a tensor holds, or None; asking a tensor that cannot have one would warn."""
    if type_predicates.is_plain_tensor(type(value)):
        return value.grad if value.is_leaf or value.retains_grad else None
    from torch._C import DisableTorchFunctionSubclass

    with DisableTorchFunctionSubclass():
        return value.grad if value.is_leaf or value.retains_grad else None


ARRAY_CODES = {
    "bool": "B", "int8": "b", "int16": "h", "int32": "i", "int64": "q",
    "uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q",
    "float16": "f", "bfloat16": "f", "float32": "f", "float64": "d",
}  # fmt: skip
"""The type codes by which elements of arrays and tensors are packed, by element type."""


class DerivedDigest(str):
    """A digest that can be computed from the other fields of the value, so that JSON leaves it out."""

    __slots__ = ()


def complete_value(
    kind: ValueKind,
    name: str,
    *,
    data: Data = None,
    items: tuple[tuple[str, Value], ...] = (),
    shape: tuple[int, ...] | None = None,
    dtype: str | None = None,
    size: int | None = None,
    summary: str = "",
) -> Value:
    """Make a value with all of its content, and a digest that is computed from it.

    Args:
        kind: Its kind, as in the trace format; likewise all that follows.
        name: The name of its type.
        data: Its plain data.
        items: Its named parts.
        shape: Its shape, for arrays and tensors.
        dtype: Its element type.
        size: Its number of elements or entries.
        summary: A note.

    Raises:
        TypeError, OverflowError: The data do not fit the element type and the shape.
    """
    code = ARRAY_CODES.get(dtype or "") if shape is not None else "d" if _is_of_floats(data) else None
    if code and data is not None and not items:
        depth = 1 if shape is None else len(shape)
        digest = digest_of(_array_head(kind, name, shape, dtype, summary) + _packed(data, depth, code))
    else:
        parts = [kind, name, data, shape, dtype, summary, [(part, each.digest) for part, each in items]]
        digest = digest_of("".join(_JSON(parts, 0)).encode())
    return Value(kind, name, DerivedDigest(digest), data, items, shape, dtype, size, summary)


def summarised_value(kind: ValueKind, name: str, value: object, homes: frozenset[str], **parts: Any) -> Value:
    """Make a value without its content, whose digest covers all of it.

    Args:
        kind: Its kind.
        name: The name of its type.
        value: The object.
        homes: Names of modules whose classes are the script's own.
        parts: Further fields of the value.

    Raises:
        TooLargeError: It is too large to be compared.
    """
    return summary_of(kind, name, walk_parts(value, homes, ends=True).token, **parts)


def summary_of(kind: ValueKind, name: str, content: bytes, **parts: Any) -> Value:
    """Make a value without its content from the token of its fingerprint; the other arguments are those above."""
    return Value(kind, name, digest_of(name.encode("utf-8", "surrogatepass") + b"\0" + content), **parts)


def digest_of(content: bytes) -> str:
    """Return the digest of some bytes, as hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@lru_cache(maxsize=256)
def _array_head(*parts: object) -> bytes:
    return "".join(_JSON(parts, 0)).encode() + b"\0"


def _is_of_floats(data: Data) -> bool:
    return isinstance(data, list) and set(map(type, data)) == {float}


def _packed(data: Any, depth: int, code: str) -> bytes:
    """Nested lists of numbers as bytes. To write them as text takes ten times as long."""
    numbers = data if depth else [data]
    for _ in range(depth - 1):
        numbers = list(chain.from_iterable(numbers))
    if code in "fd" and (total := sum(numbers)) != total:  # JSON has only one NaN
        numbers = [each if each == each else _NAN for each in numbers]
    return array(code, numbers).tobytes()


_NAN = float("nan")
_JSON: Any = c_make_encoder(None, None, encode_basestring_ascii, None, ":", ",", False, False, True)
"""The part of `json` that is not written in Python, and so uses no built-in names that a script may replace."""


def array_data(array: Any) -> Data:
    """The elements of an array as nested lists; complex ones as pairs, dates as text, records as lists."""
    if array.dtype.names:
        return as_lists(array.tolist())
    if array.dtype.kind == "c":
        import numpy as np

        return array_data(np.stack((array.real, array.imag), axis=-1))
    if array.dtype.kind in "Mm":
        return as_lists(array.astype("int64").tolist())
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return as_lists(array.astype(str).tolist())
    plain: Data = array.tolist()
    return plain if array.dtype.kind in "biuf" else as_lists(plain)


def rows_of(dtype: Any, shape: tuple[int, ...], content: bytes) -> Data:
    """The elements of an array of plain numbers, given as bytes, as nested lists.

    Rows that are equal to those of the previous array of the same form are the same objects, which saves time and space in
    the trace, since most large arrays are filled row by row.
    """
    import numpy as np

    array = np.frombuffer(content, dtype).reshape(shape)
    if array.size < LARGE:
        plain: Data = array.tolist()
        return plain
    latest = _LATEST.get((dtype, shape))
    filled: list[Data] = []
    if latest is not None:
        one, two = (np.frombuffer(each, np.uint8).reshape(shape[0], -1) for each in (latest[0], content))
        changed = (one != two).any(axis=1).nonzero()[0].tolist()
        if len(changed) < shape[0] // 2:
            filled = [*latest[1]]
            for index in changed:
                filled[index] = array[index].tolist()
    filled = filled or array.tolist()
    _LATEST[dtype, shape] = (content, filled)
    return filled


LARGE = 32
"""Arrays with fewer elements are not compared with the previous one, which takes longer than to convert them."""
_LATEST: dict[tuple[Any, tuple[int, ...]], tuple[bytes, list[Data]]] = {}


def as_lists(data: Any) -> Data:
    """Nested data as lists, numbers and texts that JSON can hold."""
    if isinstance(data, list | tuple):
        return [as_lists(each) for each in data]
    if isinstance(data, bytes):
        return data.decode("latin-1")
    if isinstance(data, complex):
        return [data.real, data.imag]
    if data is None or isinstance(data, bool | int | float | str):
        return data
    return str(data)


def describe_range(array: Any) -> str:
    """Least, greatest and mean value of a numeric array."""
    import numpy as np

    if array.dtype.kind == "b":
        return f"{int(array.sum()):,} of {array.size:,} true"
    if array.dtype.kind not in "iuf":
        return f"{array.size:,} elements"
    with np.errstate(all="ignore"):
        mean = array.mean(dtype=np.float64)
        return f"min {array.min():.6g}, max {array.max():.6g}, mean {mean:.6g}"
