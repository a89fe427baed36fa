"""encode: what a variable holds, as a `Value`, at the moment when it is seen."""

import enum
import hashlib
import math
import types
from functools import lru_cache
from typing import Any

from backprop_book.core.model import Kind, Value
from backprop_book.record import type_predicates
from backprop_book.record.change_checks import SCALARS
from backprop_book.record.digest import cut, hashed, whole
from backprop_book.record.elements import array_data, listed, rows, spread
from backprop_book.record.fingerprint import gradient, identity, plain_array, plain_tensor, shape_of, walk

ELEMENTS = 1000
"""Values with more elements are summarised."""
CHARACTERS = 2000
"""Texts with more characters, and whole numbers with more digits, are summarised."""
DIGITS = 6000
"""Whole numbers of fewer binary digits can stand for themselves anywhere."""
DEPTH = 24
"""Values nested more deeply are cut there."""


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
        return whole("none", "None")
    if kind is bool:
        return whole("bool", name, data=value)
    if type_predicates.is_array(kind):
        return _array(value, name, homes)
    if type_predicates.is_tensor(kind):
        return _tensor(value, name, homes, above, shell)
    if issubclass(kind, enum.Enum):
        member = dict(type_predicates.attributes(value)).get("_name_")
        return whole("object", name, data=member if type(member) is str else None, summary="enum")
    if issubclass(kind, int):
        return _integer(int.__int__(value), name, value, homes)
    if issubclass(kind, float):
        return whole("float", name, data=float.__float__(value))
    if kind is complex:
        return whole("complex", name, data=[value.real, value.imag])
    if issubclass(kind, str | bytes | bytearray):
        return _text(value, name, homes)
    if kind in type_predicates.WRITTEN:
        return _written(value, kind, name, homes)
    if issubclass(kind, type_predicates.FUNCTIONS):
        return cut("function", name, value, homes, summary=_signature(value))
    if issubclass(kind, type):
        return cut("class", name, value, homes, summary=type_predicates.type_name(value))
    if kind is types.ModuleType:
        return cut("module", name, value, homes, summary=identity(value).decode("utf-8", "replace"))
    if id(value) in above or len(above) >= DEPTH:
        recursive = "recursive" if id(value) in above else "nested too deeply"
        return cut("opaque", name, value, homes, summary=recursive)
    if issubclass(kind, type_predicates.CONTAINERS):
        return _container(value, name, homes, (*above, id(value)))
    if type_predicates.is_network(kind) or type_predicates.is_transparent(kind, homes):
        return _object(value, name, homes, (*above, id(value)), shell)
    return cut("opaque", name, value, homes)


def _written(value: Any, kind: type, name: str, homes: frozenset[str]) -> Value:
    """Encode a value of the standard library that a text says everything of."""
    if kind is slice:
        return whole("object", name, data=f"slice({_key(value.start)}, {_key(value.stop)}, {_key(value.step)})")
    try:
        return whole("object", name, data=repr(value) if kind is range else str(value))
    except ValueError:  # Python does not write a number of so many digits
        return cut("object", name, value, homes, summary="too many digits")


def _integer(number: int, name: str, value: object, homes: frozenset[str]) -> Value:
    digits = int(number.bit_length() * math.log10(2)) + 1
    if digits > CHARACTERS:
        return cut("int", name, value, homes, size=digits, summary=f"about {digits:,} digits")
    return whole("int", name, data=number)


def _text(value: Any, name: str, homes: frozenset[str]) -> Value:
    if isinstance(value, str):
        plain = str.__str__(value)
        kind: Kind = "str"
    else:
        plain = bytes(memoryview(value)).decode("latin-1")
        kind = "bytes"
    if len(plain) > CHARACTERS:
        return cut(kind, name, value, homes, size=len(plain), summary=f"{len(plain):,} characters: {plain[:60]!r}...")
    return whole(kind, name, data=plain, size=len(plain))


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
        return cut("array", name, value, homes, shape=array.shape, dtype=dtype, size=array.size, summary=spread(array))
    if array.dtype.hasobject:
        items = tuple(
            (str(index), _encode(each, homes, (0,) * DEPTH, False)) for index, each in enumerate(array.ravel().tolist())
        )
        return whole("array", name, items=items, shape=array.shape, dtype=dtype, size=array.size)
    return whole("array", name, data=array_data(array), shape=array.shape, dtype=dtype, size=array.size)


@lru_cache(maxsize=256)
def _described(name: str, dtype: Any, shape: tuple[int, ...], content: bytes) -> Value:
    """An array of which everything is kept. The same arrays are met again and again: in lists that grow, and by other names."""
    return whole(
        "array", name, data=rows(dtype, shape, content), shape=shape, dtype=_named(dtype), size=math.prod(shape)
    )


_named = lru_cache(maxsize=64)(str)
"""The name of an element type: NumPy makes it anew each time, which takes longer than all the rest."""


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
        return cut("opaque", name, value, homes, items=items)
    size = math.prod(shape)
    if array is None:
        return cut(
            "tensor", name, value, homes, shape=shape, dtype=dtype, size=size, items=items, summary=str(value.layout)
        )
    return _dense(name, array, dtype, note, items)


def _dense(name: str, array: Any, dtype: str, note: str, items: tuple[tuple[str, Value], ...] = ()) -> Value:
    """Encode a tensor whose elements are given as an array."""
    shape, size = array.shape, array.size
    if size > ELEMENTS:
        content = hashlib.blake2b(array.tobytes(), digest_size=20).digest()
        digest = hashed(f"{name}{dtype}{shape}{note}{[each.digest for _, each in items]}".encode() + content)
        return Value("tensor", name, digest, shape=shape, dtype=dtype, size=size, items=items, summary=spread(array))
    return whole("tensor", name, data=array_data(array), shape=shape, dtype=dtype, size=size, items=items, summary=note)


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
    sort: Kind = "dict" if issubclass(kind, dict) else "set" if issubclass(kind, set | frozenset) else "list"
    sort = "tuple" if issubclass(kind, tuple) else sort
    if len(above) == 1 and _parts(value, inner, homes) > ELEMENTS:
        return cut(sort, name, value, homes, size=size, summary=f"{size:,} entries")
    if sort == "dict":
        pairs = zip(inner[::2], inner[1::2], strict=True)
        return whole(
            sort, name, size=size, items=tuple((_key(key), _encode(each, homes, above, False)) for key, each in pairs)
        )
    if sort == "set":
        inner.sort(key=lambda each: (type_predicates.type_name(type(each)), walk(each, homes).token))
        if all(type(each) in {int, float} for each in inner):
            inner.sort()
    held = set(map(type, inner))
    if not type_predicates.is_namedtuple(kind) and (held <= _FIXED or all(_is_plain(each, DEPTH) for each in inner)):
        return whole(sort, name, data=listed(inner) if list in held else inner, size=size)
    names = type_predicates.fields(kind) if type_predicates.is_namedtuple(kind) else ()
    if len(names) != size:  # nothing keeps a class from having other `_fields` than elements
        names = tuple(map(str, range(size)))
    return whole(
        sort,
        name,
        size=size,
        items=tuple((part, _encode(each, homes, above, False)) for part, each in zip(names, inner, strict=True)),
    )


def _parts(value: object, inner: list[Any], homes: frozenset[str]) -> int:
    """How many parts a container has, itself included; elements of arrays do not count."""
    has_leaves_only = all(
        each in SCALARS or type_predicates.is_plain_array(each) or type_predicates.is_number(each)
        for each in set(map(type, inner))
    )
    return 1 + len(inner) if has_leaves_only else walk(value, homes, ends=True).nodes


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
        return whole("object", name)
    parts = (
        type_predicates.network_parts(value)
        if type_predicates.is_network(type(value))
        else type_predicates.attributes(value)
    )
    named = list(parts)
    if len(above) == 1 and walk(value, homes, ends=True).nodes > ELEMENTS:
        return cut("object", name, value, homes, size=len(named), summary=f"{len(named):,} attributes")
    return whole("object", name, items=tuple((part, _encode(each, homes, above, False)) for part, each in named))
