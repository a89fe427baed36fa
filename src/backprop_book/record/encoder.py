"""encoder: describe Python objects as `Value` objects, at once or, from a copy, when the description is needed."""

import enum
import hashlib
import math
import struct
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import is_
from typing import Any

from backprop_book.core.model import Value, ValueKind
from backprop_book.record import type_predicates
from backprop_book.record.fingerprint import (
    MANY,
    Fingerprint,
    TooLargeError,
    array_data,
    as_lists,
    complete_value,
    describe_range,
    digest_of,
    gradient,
    identity,
    is_flat,
    plain_array,
    plain_tensor,
    rows_of,
    shape_of,
    summarised_value,
    summary_of,
    walk_parts,
)

ELEMENTS = 1000
"""Values with more elements are summarised."""
CHARACTERS = 2000
"""Texts with more characters, and whole numbers with more digits, are summarised."""
DIGITS = 6000
"""Whole numbers of fewer binary digits can stand for themselves anywhere."""
MAX_DEPTH = 24
"""Levels of nesting; deeper values are described by their type and digest alone."""


def encode(value: object, homes: frozenset[str] = frozenset(), *, shell: bool = False) -> Value:
    """Encode a value.

    Args:
        value: Any object. No code of its class is run.
        homes: Names of modules whose classes are the script's own; the attributes of their objects are shown.
        shell: Leave out attributes and gradients, which are then variables of their own.

    Raises:
        TooLargeError: It is too large to be compared.
    """
    return _encode(value, homes, (), shell)


def _encode(value: Any, homes: frozenset[str], above: tuple[int, ...], shell: bool) -> Value:
    kind = type(value)
    name = type_predicates.type_name(kind)
    if value is None:
        return complete_value("none", "None")
    if kind is bool:
        return complete_value("bool", name, data=value)
    if type_predicates.is_array(kind):
        return _array(value, name, homes)
    if type_predicates.is_tensor(kind):
        return _tensor(value, name, homes, above, shell)
    if issubclass(kind, enum.Enum):
        member = dict(type_predicates.attributes(value)).get("_name_")
        return complete_value("object", name, data=member if type(member) is str else None, summary="enum")
    if issubclass(kind, int):
        return _integer(int.__int__(value), name, value, homes)
    if issubclass(kind, float):
        return complete_value("float", name, data=float.__float__(value))
    if kind is complex:
        return complete_value("complex", name, data=[value.real, value.imag])
    if issubclass(kind, str | bytes | bytearray):
        return _text(value, name, homes)
    if kind in type_predicates.WRITTEN:
        return _written(value, kind, name, homes)
    if issubclass(kind, type_predicates.FUNCTIONS):
        return summarised_value("function", name, value, homes, summary=_signature(value))
    if issubclass(kind, type):
        return summarised_value("class", name, value, homes, summary=type_predicates.type_name(value))
    if kind is types.ModuleType:
        return summarised_value("module", name, value, homes, summary=identity(value).decode("utf-8", "replace"))
    if id(value) in above or len(above) >= MAX_DEPTH:
        recursive = "recursive" if id(value) in above else "nested too deeply"
        return summarised_value("opaque", name, value, homes, summary=recursive)
    if issubclass(kind, type_predicates.CONTAINERS):
        return _container(value, name, homes, (*above, id(value)))
    if type_predicates.is_network(kind) or type_predicates.is_transparent(kind, homes):
        return _object(value, name, homes, (*above, id(value)), shell)
    return summarised_value("opaque", name, value, homes)


def _written(value: Any, kind: type, name: str, homes: frozenset[str]) -> Value:
    """Encode a value of a standard library type whose text holds all of its content."""
    if kind is slice:
        return complete_value(
            "object", name, data=f"slice({_key(value.start)}, {_key(value.stop)}, {_key(value.step)})"
        )
    try:
        return complete_value("object", name, data=repr(value) if kind is range else str(value))
    except ValueError:  # Python refuses to write an integer of so many digits
        return summarised_value("object", name, value, homes, summary="too many digits")


def _integer(number: int, name: str, value: object, homes: frozenset[str]) -> Value:
    digits = int(number.bit_length() * math.log10(2)) + 1
    if digits > CHARACTERS:
        return summarised_value("int", name, value, homes, size=digits, summary=f"about {digits:,} digits")
    return complete_value("int", name, data=number)


def _text(value: Any, name: str, homes: frozenset[str]) -> Value:
    if isinstance(value, str):
        plain = str.__str__(value)
        kind: ValueKind = "str"
    else:
        plain = bytes(memoryview(value)).decode("latin-1")
        kind = "bytes"
    if len(plain) > CHARACTERS:
        return summarised_value(
            kind, name, value, homes, size=len(plain), summary=f"{len(plain):,} characters: {plain[:60]!r}..."
        )
    return complete_value(kind, name, data=plain, size=len(plain))


def _signature(function: Any) -> str:
    """The parameters of a function by name; defaults are left out, since writing them would run code of the script."""
    inner = function.__func__ if type(function) is types.MethodType else function
    if type(inner) is not types.FunctionType:
        return str(getattr(inner, "__qualname__", ""))
    code = inner.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    plain = list(code.co_varnames[: code.co_argcount])
    only = list(code.co_varnames[code.co_argcount : count])
    if code.co_flags & 4:
        plain.append(f"*{code.co_varnames[count]}")
        count += 1
    elif only:
        plain.append("*")
    if code.co_flags & 8:
        only.append(f"**{code.co_varnames[count]}")
    return f"{inner.__qualname__}({', '.join([*plain, *only])})"


def _array(value: Any, name: str, homes: frozenset[str]) -> Value:
    array = plain_array(value)
    is_large = array.size > ELEMENTS or array.nbytes > 64 * ELEMENTS
    if not is_large and array.dtype.kind in "biuf" and array.itemsize <= 8 and array.size:
        return _described(name, array.dtype, array.shape, array.tobytes())
    dtype = _named(array.dtype)
    if is_large:
        return summarised_value(
            "array", name, value, homes, shape=array.shape, dtype=dtype, size=array.size, summary=describe_range(array)
        )
    if array.dtype.hasobject:
        items = tuple(
            (str(index), _encode(each, homes, (0,) * MAX_DEPTH, False))
            for index, each in enumerate(array.ravel().tolist())
        )
        return complete_value("array", name, items=items, shape=array.shape, dtype=dtype, size=array.size)
    return complete_value("array", name, data=array_data(array), shape=array.shape, dtype=dtype, size=array.size)


@lru_cache(maxsize=256)
def _described(name: str, dtype: Any, shape: tuple[int, ...], content: bytes) -> Value:
    """Encode an array completely. Cached, as equal arrays recur under other names and in lists that grow."""
    return complete_value(
        "array", name, data=rows_of(dtype, shape, content), shape=shape, dtype=_named(dtype), size=math.prod(shape)
    )


@lru_cache(maxsize=64)
def _named(dtype: Any) -> str:
    """The name of an element type. NumPy makes it in Python, with built-in names that a script may replace."""
    if dtype.isnative and dtype.kind in _KINDS:
        return _KINDS[dtype.kind] + (str(8 * dtype.itemsize) if dtype.kind in "iufc" else "")
    return str(dtype)


_KINDS = types.MappingProxyType({"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex", "O": "object"})


def _tensor(value: Any, name: str, homes: frozenset[str], above: tuple[int, ...], shell: bool) -> Value:

    from torch._C import DisableTorchFunctionSubclass

    with DisableTorchFunctionSubclass():
        shape = shape_of(value)
        dtype = str(value.dtype).removeprefix("torch.")
        grows = bool(value.requires_grad)
    array = plain_tensor(value)
    grad = gradient(value)
    items = () if shell or grad is None else (("grad", _encode(grad, homes, (*above, id(value)), False)),)
    note = "requires grad" if grows else ""
    if shape is None:
        return summarised_value("opaque", name, value, homes, items=items)
    size = math.prod(shape)
    if array is None:
        return summarised_value(
            "tensor", name, value, homes, shape=shape, dtype=dtype, size=size, items=items, summary=str(value.layout)
        )
    return _dense(name, array, dtype, note, items)


def _dense(name: str, array: Any, dtype: str, note: str, items: tuple[tuple[str, Value], ...] = ()) -> Value:
    """Encode a tensor whose elements are given as an array."""
    shape, size = array.shape, array.size
    if size > ELEMENTS:
        content = hashlib.blake2b(array.tobytes(), digest_size=20).digest()
        digest = digest_of(f"{name}{dtype}{shape}{note}{[each.digest for _, each in items]}".encode() + content)
        return Value(
            "tensor", name, digest, shape=shape, dtype=dtype, size=size, items=items, summary=describe_range(array)
        )
    return complete_value(
        "tensor", name, data=array_data(array), shape=shape, dtype=dtype, size=size, items=items, summary=note
    )


def array_value(parts: tuple[type, Any, tuple[int, ...], bytes]) -> Value:
    """Encode an array from its type, element type, shape and content."""
    kind, dtype, shape, content = parts
    if dtype.kind in "biuf" and dtype.itemsize <= 8 and 0 < math.prod(shape) <= ELEMENTS:
        return _described(type_predicates.type_name(kind), dtype, shape, content)
    import numpy as np

    return encode(np.ndarray(shape, dtype, content))


def tensor_value(parts: tuple[str, Any, bool, Any, tuple[int, ...], bytes]) -> Value:
    """Encode a small tensor, without its gradient.

    Args:
        parts: The name of its type; its element type, and whether it requires a gradient; NumPy's element type, shape and
            content.
    """
    import numpy as np

    name, element, grows, dtype, shape, content = parts
    array = np.ndarray(shape, dtype, content)
    return _dense(name, array, str(element).removeprefix("torch."), "requires grad" if grows else "")


def _container(value: Any, name: str, homes: frozenset[str], above: tuple[int, ...]) -> Value:
    kind = type(value)
    inner = list(type_predicates.elements(value))
    size = len(inner) // 2 if issubclass(kind, dict) else len(inner)
    sort = _sort(kind)
    if len(above) == 1 and (_parts(value, inner, homes) > ELEMENTS or _is_long(value, homes)):
        return summarised_value(sort, name, value, homes, size=size, summary=f"{size:,} entries")
    if sort == "dict":
        pairs = zip(inner[::2], inner[1::2], strict=True)
        return complete_value(
            sort, name, size=size, items=tuple((_key(key), _encode(each, homes, above, False)) for key, each in pairs)
        )
    if sort == "set":
        inner.sort(key=lambda each: (type_predicates.type_name(type(each)), walk_parts(each, homes).token))
        if all(type(each) in {int, float} for each in inner):
            inner.sort()
    held = set(map(type, inner))
    if not type_predicates.is_namedtuple(kind) and (
        held <= _FIXED or all(_is_plain(each, MAX_DEPTH) for each in inner)
    ):
        return complete_value(sort, name, data=as_lists(inner) if list in held else inner, size=size)
    names = type_predicates.fields(kind) if type_predicates.is_namedtuple(kind) else ()
    if len(names) != size:  # a class may define `_fields` that do not fit its elements
        names = tuple(map(str, range(size)))
    return complete_value(
        sort,
        name,
        size=size,
        items=tuple((part, _encode(each, homes, above, False)) for part, each in zip(names, inner, strict=True)),
    )


def _sort(kind: type) -> ValueKind:
    if issubclass(kind, dict):
        return "dict"
    if issubclass(kind, set | frozenset):
        return "set"
    return "tuple" if issubclass(kind, tuple) else "list"


def _parts(value: object, inner: list[Any], homes: frozenset[str]) -> int:
    """How many parts a container has, itself included; elements of arrays do not count."""
    has_leaves_only = all(
        each in type_predicates.SCALARS or type_predicates.is_plain_array(each) or type_predicates.is_number(each)
        for each in set(map(type, inner))
    )
    return 1 + len(inner) if has_leaves_only else walk_parts(value, homes, ends=True).nodes


def _is_long(root: object, homes: frozenset[str]) -> bool:
    """Whether a value has too many parts when each is written out wherever it occurs: in a graph of objects they multiply."""
    count = 0
    stack: list[tuple[Any, tuple[int, ...]]] = [(root, ())]
    while stack and count <= ELEMENTS:
        value, above = stack.pop()
        count += 1
        kind = type(value)
        if id(value) in above:
            continue
        if issubclass(kind, type_predicates.CONTAINERS):
            inner = list(type_predicates.elements(value))
        elif type_predicates.is_transparent(kind, homes):
            inner = [each for _, each in type_predicates.attributes(value)]
        else:
            continue
        stack += [(each, (*above, id(value))) for each in inner]
    return bool(stack)


_FIXED = frozenset({type(None), bool, float})
"""Types whose objects can all stand in `data` as they are."""


def _is_plain(value: Any, depth: int) -> bool:
    """Whether a value can stand in `data` as it is."""
    kind = type(value)
    if kind is list:
        return depth > 0 and all(_is_plain(each, depth - 1) for each in value)
    if kind is str:
        return len(value) <= CHARACTERS
    if kind is int:
        return bool(value.bit_length() < DIGITS)
    return value is None or kind is bool or kind is float


def _key(key: Any) -> str:
    """A key as written in the source, if that can be told without running code of the script."""
    kind = type(key)
    if kind in {str, bytes, float, bool, complex, type(None)} or (kind is int and key.bit_length() < DIGITS):
        return repr(key)
    if kind is tuple:
        inner = [_key(each) for each in tuple.__iter__(key)]
        return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
    encoded = encode(key)
    if isinstance(encoded.data, str | int | float):
        return f"{encoded.type}({encoded.data!r})"
    return f"<{encoded.type} {encoded.digest[:8]}>"


def _object(value: Any, name: str, homes: frozenset[str], above: tuple[int, ...], shell: bool) -> Value:
    if shell:
        return complete_value("object", name)
    parts = (
        type_predicates.network_parts(value)
        if type_predicates.is_network(type(value))
        else type_predicates.attributes(value)
    )
    named = list(parts)
    if len(above) == 1 and (walk_parts(value, homes, ends=True).nodes > ELEMENTS or _is_long(value, homes)):
        return summarised_value("object", name, value, homes, size=len(named), summary=f"{len(named):,} attributes")
    return complete_value(
        "object", name, items=tuple((part, _encode(each, homes, above, False)) for part, each in named)
    )


COPY_BYTES = 8192
"""Most bytes of a tensor, and of the arrays in a container, that are copied to be described later."""
COPY_PARTS = 2000
"""Most parts of a container that is copied."""
COPY_DEPTH = 12
"""Levels of nesting of a container that is copied."""


@dataclass(slots=True, eq=False)
class LazyValue:
    """A value that is described only when a kept step needs it; most steps are not kept."""

    copy: Any
    """The value, or a copy of it where the script could change it."""
    digest: Any
    """The token of its fingerprint: equal for equal content."""
    describe: Callable[[Any], Value] = encode
    """Makes the description from the copy."""
    described: Value | None = None
    """The description, once it was made."""

    def value(self) -> Value:
        """Return the description, and keep it."""
        if self.described is None:
            self.described = self.describe(self.copy)
        return self.described


def lazy_or_encoded(value: Any, homes: frozenset[str]) -> Value | LazyValue:
    """Copy a returned or yielded value, or describe it at once if it is not copied quickly.

    Args:
        value: Any object. If looking at it raises, it is described as such.
        homes: Names of modules whose classes are the script's own.

    Raises:
        TooLargeError: It is too large to be compared.
    """
    try:
        if (copied := lazy_container(value)) is not None:
            return copied
        kind = type(value)
        is_small = type_predicates.is_plain_array(kind) and value.nbytes <= COPY_BYTES
        token = () if is_small and not value.dtype.hasobject and value.dtype.names is None else b""
        return lazy_value(value, token) or encode(value, homes)
    except (TooLargeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a library or a metaclass of the script does, the script goes on)
        return unreadable(value, error)


def unreadable(value: object, error: Exception) -> Value:
    """Describe a value by its type alone, because looking at it raises an exception."""
    name = type_predicates.type_name(type(value))
    return complete_value("object", name, summary=f"cannot be looked at ({type(error).__name__})")


def described(value: Value | LazyValue | None) -> Value | None:
    """The description of a value; None for None."""
    return value.value() if isinstance(value, LazyValue) else value


def lazy_value(value: Any, token: Any) -> LazyValue | None:
    """A number, text, flat list or small array, copied where it can change; None for other values.

    Args:
        value: Any object; for tensors and containers see the functions below.
        token: The token of its fingerprint.
    """
    kind = type(value)
    if kind in type_predicates.SCALARS or type_predicates.is_number(kind):
        return LazyValue(value, token)
    if kind is list and is_flat(value, kind):
        return LazyValue(list(value), token)
    if type_predicates.is_plain_array(kind) and type(token) is tuple:  # a small one, whose token is its content
        return LazyValue(value.copy(), token)
    return None


def lazy_container(value: Any) -> LazyValue | None:
    """A small list, tuple or dict of numbers, texts, plain arrays and the like, copied; None for any other.

    A flat list is no such container: see `lazy_value`.
    """
    kind = type(value)
    if kind not in _OPENED or len(value) > MANY or (kind is list and is_flat(value, kind)):
        return None
    copying = _ContainerCopy()
    try:
        copied = copying.copy(value, 0)
    except _NotCopiedError:
        return None
    content = b"\0".join(copying.pieces)
    return LazyValue(copied, content if len(content) <= 64 else hashlib.blake2b(content, digest_size=20).digest())


def lazy_long(value: Any, content: Fingerprint) -> LazyValue | None:
    """A list, tuple or dict of many containers: copied, or summarised where it is too large to be described in full.

    Args:
        value: Any object; the result is None for other values.
        content: Its fingerprint.
    """
    kind = type(value)
    if kind not in _OPENED or len(value) <= MANY:
        return None
    if content.nodes > ELEMENTS:
        return LazyValue((kind, len(value), content.token), content.token, _summary)
    try:
        return LazyValue(_ContainerCopy().copy(value, 0), content.token)
    except _NotCopiedError:
        return None


def _summary(parts: tuple[type, int, bytes]) -> Value:
    kind, size, content = parts
    name = type_predicates.type_name(kind)
    return summary_of(_sort(kind), name, content, size=size, summary=f"{size:,} entries")


class _NotCopiedError(Exception):
    """A container holds something else, or too much."""


class _ContainerCopy:
    """Copies one container, and collects the bytes of which its token is made."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._copies: dict[int, Any] = {}
        self._left = COPY_BYTES
        self._parts = 0

    def copy(self, value: Any, depth: int) -> Any:
        """Copy a value. An object that it holds twice is one object in the copy, too, since digests may depend on that."""
        kind = type(value)
        pieces = self.pieces
        if kind is float:
            pieces.append(struct.pack("<cd", b"f", value))
        elif kind is str:
            pieces.append(b"s%d:" % len(value) + value.encode("utf-8", "surrogatepass"))
        elif kind in type_predicates.SCALARS:
            pieces.append(b"i%x" % value if kind is int else repr(value).encode())
        elif type_predicates.is_number(kind):
            pieces.append(kind.__name__.encode() + value.tobytes())
        elif type_predicates.is_plain_array(kind):
            return self._array(value)
        elif depth < COPY_DEPTH and kind in _OPENED:
            return self._container(value, kind, depth)
        else:
            raise _NotCopiedError
        return value

    def _array(self, value: Any) -> Any:
        self._left -= value.nbytes
        if self._left < 0 or value.dtype.hasobject or value.dtype.names is not None:
            raise _NotCopiedError
        self.pieces.append(f"a{value.dtype.str}{value.shape}".encode() + value.tobytes())
        copied = self._copies.get(id(value))
        if copied is None:
            copied = self._copies[id(value)] = value.copy()
        return copied

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        """Copy a container. One that was copied before is visited again for the token alone."""
        self._parts += 2 * len(value) if kind is dict else len(value)
        if self._parts > COPY_PARTS:
            raise _NotCopiedError
        before = self._copies.get(id(value))
        self.pieces.append(_OPENED[kind] % len(value))
        if kind is dict:
            pairs = [(self.copy(key, COPY_DEPTH), self.copy(each, depth + 1)) for key, each in value.items()]
            copied: Any = dict(pairs)
        elif len(kinds_inside := set(map(type, value))) == 1 and type_predicates.is_number(
            number := kinds_inside.pop()
        ):
            self.pieces.append(b"*" + number.__name__.encode())
            self.pieces += [each.tobytes() for each in value]
            copied = value.copy() if kind is list else value
        else:
            parts = [self.copy(each, depth + 1) for each in value]
            # A tuple of immutable elements is not copied: the same object is compared fastest.
            copied = parts if kind is list else value if all(map(is_, parts, value)) else tuple(parts)
        return self._copies.setdefault(id(value), copied) if before is None else before


_OPENED: dict[type, bytes] = {list: b"[%d", tuple: b"(%d", dict: b"{%d"}

NOT_LOOKED_AT = LazyValue(None, None)
"""Placeholder for a returned value that no kept step needs."""
