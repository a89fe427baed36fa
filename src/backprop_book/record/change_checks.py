"""change_checks: tell in a few instructions that a value is what it was when it was seen, so that most need no second look.

A check that fails says nothing; one that holds must be right. None of them runs code of the script or keeps an object of
the script alive: they compare contents, or names of what has no content.
"""

import types
from collections.abc import Callable
from operator import is_
from typing import Any

from backprop_book.record import type_predicates
from backprop_book.record.fingerprint import is_flat

Check = Callable[[Any, Any], bool]
"""Whether a value is as a state says, which was taken when the value was seen."""
BYTES = 2**18
"""Most bytes of an array that are kept to be compared."""
SCALARS = frozenset({type(None), bool, int, float, str})


def glance(value: Any, homes: frozenset[str]) -> tuple[Check, Any]:
    """A check that fits a value, and the value's state for it; a tensor's gradient is left to others.

    Args:
        value: What was just seen; no number or text.
        homes: Modules whose classes are the script's own.
    """
    kind = type(value)
    if type_predicates.is_plain_array(kind):
        if value.nbytes <= BYTES and not value.dtype.hasobject and value.dtype.names is None:
            return is_array, array_state(value)
    elif kind is types.FunctionType:
        return _is_function, value.__code__
    elif kind is types.ModuleType:
        return _is_module, vars(value).get("__name__")
    elif kind is type:
        return _is_class, type_predicates.type_name(value)
    elif type_predicates.is_plain_tensor(kind):
        return _tensor(value, kind)
    elif kind is list and (is_flat(value, kind) or all(map(_is_fixed, set(map(type, value))))):
        return _is_flat_list, value.copy()
    elif type_predicates.is_opaque(kind, homes):  # type: ignore[arg-type] # mypy asks whether a type can be hashed
        return of_kind(kind)
    return never, None


def _is_fixed(kind: type) -> bool:
    """Whether nothing can change an object of a type, so that one that is the same has the same content."""
    return kind in SCALARS or type_predicates.is_number(kind)


def never(_: Any, __: Any) -> bool:
    """The check of what has to be looked at each time."""
    return False


def of_kind(kind: type) -> tuple[Check, Any]:
    """The check of an object whose attributes are variables of their own: it is told by its type alone."""
    return _is_of, type_predicates.type_name(
        kind
    )  # the type itself may be the script's, whose methods hold all its variables


def is_it(value: Any, state: Any) -> bool:
    """The check of numbers and texts, which nothing can change."""
    return value is state


def _is_of(value: Any, name: str) -> bool:
    return type_predicates.type_name(type(value)) == name


def array_state(value: Any) -> tuple[type, Any, tuple[int, ...], bytes]:
    """What the check of an array needs: its type, element type, shape and content."""
    return type(value), value.dtype, value.shape, value.tobytes()


def is_array(value: Any, state: Any) -> bool:
    """The check of an array."""
    kind, dtype, shape, content = state
    if type(value) is not kind:
        return False
    return value.dtype is dtype and bool(value.tobytes() == content) and bool(value.shape == shape)


def _is_function(value: Any, code: types.CodeType) -> bool:
    return type(value) is types.FunctionType and value.__code__ is code


def _is_module(value: Any, name: object) -> bool:
    return type(value) is types.ModuleType and value.__dict__.get("__name__") is name


def _is_class(value: Any, name: str) -> bool:
    return type(value) is type and type_predicates.type_name(value) == name


def _is_flat_list(value: Any, items: list[Any]) -> bool:
    return type(value) is list and len(value) == len(items) and all(map(is_, value, items))


def is_copy(value: Any, copied: Any) -> bool:
    """The check of a container of plain values, against a copy in which what cannot change is the same object."""
    kind = type(value)
    if kind is not type(copied):
        return False
    if type_predicates.is_plain_array(kind):
        return bool(value.dtype is copied.dtype and value.shape == copied.shape and value.tobytes() == copied.tobytes())
    if kind is list or kind is tuple:
        return len(value) == len(copied) and all(map(_is_same, value, copied))
    if kind is dict:
        return (
            len(value) == len(copied)
            and all(map(_is_same, value, copied))
            and is_copy([*value.values()], [*copied.values()])
        )
    return False


def _is_same(value: Any, copied: Any) -> bool:
    return value is copied or is_copy(value, copied)


def _tensor(value: Any, kind: type) -> tuple[Check, Any]:
    """A small tensor's memory is compared through an array that shares it; the array alone is what stays alive."""
    try:
        if not value.is_cpu or value.is_complex() or value.untyped_storage().nbytes() > BYTES:
            return never, None
        shared = value.detach().numpy()
        state = (kind, value.dtype, value.shape, value.stride(), value.requires_grad, value.data_ptr())
    except (TypeError, RuntimeError, NotImplementedError):  # not plain memory, or of elements that NumPy does not have
        return never, None
    return _is_tensor, (*state, shared, shared.tobytes())


def content_of(check: Check, state: Any) -> tuple[Any, bytes] | None:
    """What the check of a tensor has taken of it: its elements as an array that shares its memory, and as bytes."""
    return state[-2:] if check is _is_tensor else None


def _is_tensor(value: Any, state: Any) -> bool:
    kind, dtype, shape, stride, grows, place, shared, content = state
    if type(value) is not kind:
        return False
    try:
        return bool(
            value.dtype is dtype
            and value.requires_grad is grows
            and value.shape == shape
            and value.data_ptr() == place
            and not value.is_neg()
            and value.stride() == stride
            and shared.tobytes() == content
        )
    except RuntimeError:  # it has no memory of its own
        return False
