"""lazy_values: values that are copied when they are seen, and described only if a step that stays needs it."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from operator import is_
from typing import Any

from backprop_book.core.model import Value
from backprop_book.record import type_predicates
from backprop_book.record.change_checks import SCALARS
from backprop_book.record.encode import encode, tensor_value
from backprop_book.record.fingerprint import MANY, is_flat, plain_tensor

SMALL = 8192
"""Most bytes of a tensor, and of the arrays in a container, whose description can wait."""
PARTS = 2000
"""Most parts of a container whose description can wait."""
DEPTH = 12
"""How deeply such a container may be nested."""


@dataclass(slots=True, eq=False)
class Later:
    """A value as it was when it was seen. It is described only if a step that stays needs it; most do not."""

    copy: Any
    """The value, or a copy of it where the script could change it."""
    digest: Any
    """Equal for equal content: its fingerprint."""
    describe: Callable[[Any], Value] = encode
    """Makes the description from the copy."""
    described: Value | None = None
    """Its description, once somebody asked."""

    def value(self) -> Value:
        """The description."""
        if self.described is None:
            self.described = self.describe(self.copy)
        return self.described


def noted(value: Any, homes: frozenset[str]) -> Value | Later:
    """Something that is passed on: described at once only if that cannot wait.

    Args:
        value: Any object.
        homes: Modules whose classes are the script's own.
    """
    if (copied := later_container(value)) is not None:
        return copied
    kind = type(value)
    is_small = type_predicates.is_plain_array(kind) and value.nbytes <= SMALL
    token = () if is_small and not value.dtype.hasobject and value.dtype.names is None else b""
    return later(value, token) or encode(value, homes)


def settled(value: Value | Later | None) -> Value | None:
    """A value with its description."""
    return value.value() if isinstance(value, Later) else value


def later(value: Any, token: Any) -> Later | None:
    """A value whose description can wait, because it cannot change or is copied quickly; else None.

    Args:
        value: A value other than a tensor or a container that can be put off.
        token: Its fingerprint.
    """
    kind = type(value)
    if kind in SCALARS or type_predicates.is_number(kind):
        return Later(value, token)
    if kind is list and is_flat(value, kind):
        return Later(list(value), token)
    if type_predicates.is_plain_array(kind) and type(token) is tuple:  # a small one, with its content for a fingerprint
        return Later(value.copy(), token)
    return None


def later_tensor(value: Any, kind: type, content: tuple[Any, bytes] | None) -> Later | None:
    """A small plain tensor, copied, whose description can wait; else None.

    Args:
        value: A tensor.
        kind: Its type.
        content: Its elements as an array and as bytes, if they are known.
    """
    if content is None:
        if not type_predicates.is_plain_tensor(kind) or not value.is_cpu:
            return None
        try:
            array = value.detach().numpy()
        except (TypeError, RuntimeError):  # an element type that NumPy does not have, or a view that is conjugated
            array = plain_tensor(value)
        if array is None or array.nbytes > SMALL:
            return None
        content = array, array.tobytes()
    array, copied = content
    if len(copied) > SMALL:
        return None
    state = (type_predicates.type_name(kind), value.dtype, value.requires_grad, array.dtype, array.shape, copied)
    return Later(state, state, tensor_value)


def later_container(value: Any) -> Later | None:
    """A small list, tuple or dict of numbers, texts, plain arrays and the like, copied; None for any other.

    A flat list is no such container: see `later`.
    """
    kind = type(value)
    if kind not in _OPENED or len(value) > MANY or (kind is list and is_flat(value, kind)):
        return None
    copying = _Copying()
    try:
        copied = copying.copy(value, 0)
    except _OtherError:
        return None
    content = b"\0".join(copying.pieces)
    return Later(copied, content if len(content) <= 64 else hashlib.blake2b(content, digest_size=20).digest())


class _OtherError(Exception):
    """A container holds something else, or too much."""


class _Copying:
    """The copy of one container in the making; holds what tells its content."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._copies: dict[int, Any] = {}
        self._left = SMALL
        self._parts = 0

    def copy(self, value: Any, depth: int) -> Any:
        """Copy a value. What it holds twice, its copy holds twice, for a digest may tell the difference."""
        kind = type(value)
        pieces = self.pieces
        if kind is float:
            pieces.append(struct.pack("<cd", b"f", value))
        elif kind is str:
            pieces.append(b"s%d:" % len(value) + value.encode("utf-8", "surrogatepass"))
        elif kind in SCALARS:
            pieces.append(b"i%x" % value if kind is int else repr(value).encode())
        elif type_predicates.is_number(kind):
            pieces.append(kind.__name__.encode() + value.tobytes())
        elif type_predicates.is_plain_array(kind):
            return self._array(value)
        elif depth < DEPTH and kind in _OPENED:
            return self._container(value, kind, depth)
        else:
            raise _OtherError
        return value

    def _array(self, value: Any) -> Any:
        self._left -= value.nbytes
        if self._left < 0 or value.dtype.hasobject or value.dtype.names is not None:
            raise _OtherError
        self.pieces.append(f"a{value.dtype.str}{value.shape}".encode() + value.tobytes())
        copied = self._copies.get(id(value))
        if copied is None:
            copied = self._copies[id(value)] = value.copy()
        return copied

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        """Copy a container; one that was met before for what tells its content alone."""
        self._parts += 2 * len(value) if kind is dict else len(value)
        if self._parts > PARTS:
            raise _OtherError
        before = self._copies.get(id(value))
        self.pieces.append(_OPENED[kind] % len(value))
        if kind is dict:
            pairs = [(self.copy(key, DEPTH), self.copy(each, depth + 1)) for key, each in value.items()]
            copied: Any = dict(pairs)
        elif len(kinds_inside := set(map(type, value))) == 1 and type_predicates.is_number(
            number := kinds_inside.pop()
        ):
            self.pieces.append(b"*" + number.__name__.encode())
            self.pieces += [each.tobytes() for each in value]
            copied = value.copy() if kind is list else value
        else:
            parts = [self.copy(each, depth + 1) for each in value]
            # A tuple of what cannot change is one itself, and as the same object soonest told to be the same.
            copied = parts if kind is list else value if all(map(is_, parts, value)) else tuple(parts)
        return self._copies.setdefault(id(value), copied) if before is None else before


_OPENED: dict[type, bytes] = {list: b"[%d", tuple: b"(%d", dict: b"{%d"}

UNSEEN = Later(None, None)
"""Stands for something that was passed on where nobody looks."""
