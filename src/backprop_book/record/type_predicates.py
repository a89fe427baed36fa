"""type_predicates: tell types apart and look inside values without running any code of the script."""

import collections
import datetime as dt
import decimal
import enum
import fractions
import pathlib
import sys
import types
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, cast

SCALARS = frozenset({type(None), bool, int, float, str})
"""Built-in types of single values that cannot change, complex numbers and bytes left out."""
FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
)
WRITTEN = frozenset({
    decimal.Decimal,
    fractions.Fraction,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    dt.timezone,
    uuid.UUID,
    pathlib.PosixPath,
    pathlib.WindowsPath,
    pathlib.PurePosixPath,
    pathlib.PureWindowsPath,
    range,
    slice,
    type(...),
    type(NotImplemented),
})  # fmt: skip
"""Types of the standard library whose repr holds all of their content (not their subclasses, which may differ)."""


def type_name(kind: type) -> str:
    """The name of a type with its module, without `builtins` and `__main__`."""
    module = type.__getattribute__(kind, "__module__")
    name = type.__dict__["__qualname__"].__get__(kind)
    if not isinstance(module, str) or module in {"builtins", "__main__"}:
        return str(name)
    if module == "torch.nn.parameter":
        return f"torch.nn.{name}"
    return f"{module}.{name}"


def _cached(predicate: Callable[[type], bool]) -> Callable[[type], bool]:
    """Cache a predicate of types until `forget` is called."""
    return cast("Callable[[type], bool]", lru_cache(maxsize=512)(predicate))


@_cached
def is_array(kind: type) -> bool:
    """Whether a type is that of NumPy arrays or scalars."""
    numpy = sys.modules.get("numpy")
    return (numpy is not None and issubclass(kind, getattr(numpy, "ndarray", ()) or ())) or is_numpy_scalar(kind)


@_cached
def is_plain_array(kind: type) -> bool:
    """Whether a type is that of NumPy arrays, and not one derived from it."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and kind is getattr(numpy, "ndarray", None)


@_cached
def is_numpy_scalar(kind: type) -> bool:
    """Whether a type is that of NumPy scalars."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, getattr(numpy, "generic", ()) or ())


@_cached
def is_number(kind: type) -> bool:
    """Whether a type is that of NumPy's own numbers and truth values, which nothing can change."""
    return is_numpy_scalar(kind) and kind.__module__ == "numpy" and kind.__name__ in NUMBERS


NUMBERS = frozenset({
    *("float16", "float32", "float64", "complex64", "complex128", "bool", "bool_"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
})  # fmt: skip
"""Names of NumPy's types of numbers and truth values."""


@_cached
def is_tensor(kind: type) -> bool:
    """Whether a type is `torch.Tensor` or derived from it."""
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(kind, getattr(torch, "Tensor", ()) or ())


@_cached
def is_plain_tensor(kind: type) -> bool:
    """Whether a type is `torch.Tensor` or `torch.nn.Parameter`, and not one derived from them by somebody else."""
    torch = sys.modules.get("torch")
    return torch is not None and (
        kind is getattr(torch, "Tensor", None) or kind is getattr(sys.modules.get("torch.nn"), "Parameter", None)
    )


@_cached
def is_network(kind: type) -> bool:
    """Whether a type is derived from `torch.nn.Module`."""
    torch = sys.modules.get("torch.nn")
    return torch is not None and issubclass(kind, getattr(torch, "Module", ()) or ())


def attributes(value: object) -> list[tuple[str, Any]]:
    """The attributes that an object stores itself, in `__dict__` or slots, without calling a property of its class."""
    stored, slots = _stores(type(value))  # type: ignore[arg-type] # mypy asks whether a type can be hashed
    found: list[tuple[str, Any]] = []
    if stored is not None:
        inner = stored.__get__(value)
        if type(inner) is dict:
            found = [(name, each) for name, each in inner.items() if type(name) is str]
    for name, member in slots:
        try:
            found.append((name, member.__get__(value)))
        except AttributeError:  # the slot is empty
            continue
    return found


@lru_cache(maxsize=512)
def _stores(kind: type) -> tuple[Any, tuple[tuple[str, Any], ...]]:
    """How objects of a type store attributes: the descriptor of their `__dict__`, if they have one, and their slots."""
    stored = None
    slots: dict[str, Any] = {}
    for base in type.__dict__["__mro__"].__get__(kind):
        members = type.__dict__["__dict__"].__get__(base)
        found = members.get("__dict__")
        # `types.SimpleNamespace` has a descriptor of the other type for it.
        if stored is None and type(found) in {types.GetSetDescriptorType, types.MemberDescriptorType}:
            stored = found
        for name, each in members.items():
            if type(each) is types.MemberDescriptorType and not name.startswith("__"):
                slots.setdefault(name, each)
    return stored, tuple(slots.items())


def forget() -> None:
    """Empty the caches, which hold classes of the script."""
    for each in globals().values():
        if isinstance(each, _Cached):
            each.cache_clear()


_Cached = type(_stores)


def is_transparent(kind: type, homes: frozenset[str]) -> bool:
    """Whether the attributes of a type's objects are shown: it is the script's own, a dataclass or a plain namespace.

    Args:
        kind: The type.
        homes: Names of modules whose classes are the script's own.
    """
    if issubclass(kind, type | types.ModuleType | BaseException | enum.Enum) or issubclass(kind, FUNCTIONS):
        return False
    if kind is types.SimpleNamespace or type_name(kind) == "argparse.Namespace":
        return True
    members = type.__dict__["__dict__"].__get__(kind)
    return "__dataclass_fields__" in members or type.__getattribute__(kind, "__module__") in homes


@lru_cache(maxsize=512)
def is_opaque(kind: type, homes: frozenset[str]) -> bool:
    """Whether only the type of a type's objects is shown.

    Args:
        kind: The type.
        homes: Names of modules whose classes are the script's own.
    """
    return not (
        is_array(kind)
        or is_tensor(kind)
        or is_network(kind)
        or kind in WRITTEN
        or issubclass(kind, (type, types.ModuleType, enum.Enum, *FUNCTIONS, *CONTAINERS))
        or issubclass(kind, int | float | complex | str | bytes | bytearray)
        or is_transparent(kind, homes)
    )


@lru_cache(maxsize=512)
def is_open(kind: type, homes: frozenset[str]) -> bool:
    """Whether the attributes of a type's objects are shown as variables of their own.

    Args:
        kind: The type.
        homes: Names of modules whose classes are the script's own.
    """
    return (is_network(kind) or is_transparent(kind, homes)) and not issubclass(
        kind, (*CONTAINERS, int, float, str, bytes)
    )


def is_namedtuple(kind: type) -> bool:
    """Whether a type was made by `namedtuple` or derived from one that was."""
    return issubclass(kind, tuple) and any(
        "_fields" in type.__dict__["__dict__"].__get__(base) for base in type.__dict__["__mro__"].__get__(kind)
    )


def fields(kind: type) -> tuple[str, ...]:
    """The field names of a named tuple's type."""
    for base in type.__dict__["__mro__"].__get__(kind):
        found = type.__dict__["__dict__"].__get__(base).get("_fields")
        if type(found) is tuple:
            return tuple(str(name) for name in found)
    return ()


def network_parts(network: object) -> list[tuple[str, Any]]:
    """The parameters, buffers and parts of a torch module by dotted path, and the plain attributes of its own."""
    found: list[tuple[str, Any]] = []
    _add_parts(network, "", {id(network)}, found)
    return found


def _add_parts(network: object, prefix: str, above: set[int], found: list[tuple[str, Any]]) -> None:
    inner = _stored(network)
    for table in ("_parameters", "_buffers"):
        stored = inner.get(table)
        if stored and isinstance(stored, dict):
            found += [(prefix + name, each) for name, each in dict.items(stored) if each is not None]
    for name, each in inner.items():
        if type(each) in _SHOWN and type(name) is str and name != "training" and name[:1] != "_":
            found.append((prefix + name, each))
    parts = inner.get("_modules")
    if parts and isinstance(parts, dict):
        for name, part in list(dict.items(parts)):
            if part is not None and id(part) not in above:
                _add_parts(part, f"{prefix}{name}.", above | {id(part)}, found)


def _stored(value: object) -> dict[Any, Any]:
    """The attributes that an object stores itself: its own `__dict__`, or a copy if it has slots, too."""
    stored, slots = _stores(type(value))  # type: ignore[arg-type] # mypy asks whether a type can be hashed
    inner = None if slots or stored is None else stored.__get__(value)
    return inner if type(inner) is dict else dict(attributes(value))


_SHOWN = frozenset({int, float, str, bool})


def elements(value: Any) -> Iterator[Any]:
    """The elements of a built-in container or of a type derived from one, in its order, keys before their values."""
    kind = type(value)
    if issubclass(kind, dict):
        for key, each in list(dict.items(value)):
            yield key
            yield each
    elif issubclass(kind, list):
        yield from list.__iter__(value)
    elif issubclass(kind, tuple):
        yield from tuple.__iter__(value)
    elif issubclass(kind, set):
        yield from set.__iter__(value)
    elif issubclass(kind, frozenset):
        yield from frozenset.__iter__(value)
    else:
        yield from collections.deque.__iter__(value)


CONTAINERS = (list, tuple, dict, set, frozenset, collections.deque)
