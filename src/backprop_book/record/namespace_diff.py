"""namespace_diff: the variables of a frame as a flat table of dotted paths, and how they differ from the previous look."""

import marshal
import types
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from operator import is_
from typing import Any

from backprop_book.core.model import Change, Value
from backprop_book.record import type_predicates
from backprop_book.record.encoder import (
    COPY_BYTES,
    LazyValue,
    array_value,
    described,
    encode,
    lazy_container,
    lazy_long,
    lazy_value,
    tensor_value,
    unreadable,
)
from backprop_book.record.fingerprint import (
    MANY,
    SMALL,
    TooLargeError,
    fingerprint,
    gradient,
    is_flat,
    number_token,
    plain_tensor,
    tensor_token,
)

Check = Callable[[Any, Any], bool]
"""A function of a value and a saved state: whether the value is still equal to the one of which the state was saved.

Checks take a few instructions, so that most values need no second fingerprint. One that returns false proves nothing; one that
returns true must be right. They run no code of the script, and keep no object of the script alive.
"""
BYTES = 2**22
"""Most bytes of an array, a tensor or a list of arrays that are kept to be compared. Arrays and tensors of more are large."""
FLAT = 10_000
"""Most entries of a list that are kept to be compared. Lists of more numbers and texts are large."""
WHOLE = 2**29
"""Bytes of large values that are compared completely in one run, after which they are compared by a sample."""
SAMPLE = 500
"""Elements of a large value, evenly distributed, that are its sample."""
NUMERIC = frozenset("biufc")
"""Kinds of element types whose content is all that their bytes say."""
COPIED = 1000
"""Most bytes of an array that are copied to be compared, which is faster for so few."""


def check_for(value: Any, homes: frozenset[str]) -> tuple[Check, Any]:
    """Choose the check for a value. A tensor's gradient is not compared.

    Args:
        value: Any object but a number or text.
        homes: Names of modules whose classes are the script's own.

    Returns:
        The check, and the state of the value for it.
    """
    kind = type(value)
    if type_predicates.is_plain_array(kind):
        if value.nbytes <= BYTES and not value.dtype.hasobject and value.dtype.names is None:
            return is_same_array, array_state(value)
    elif kind is types.FunctionType:
        return _is_function, value.__code__
    elif kind is types.ModuleType:
        return _is_module, vars(value).get("__name__")
    elif kind is type:
        return _is_class, type_predicates.type_name(value)
    elif type_predicates.is_plain_tensor(kind):
        return _tensor(value, kind)
    elif kind is list and len(value) <= FLAT and (is_flat(value, kind) or all(map(_is_fixed, set(map(type, value))))):
        return _is_flat_list, value.copy()
    elif type_predicates.is_opaque(kind, homes):  # type: ignore[arg-type] # mypy asks whether a type can be hashed
        return type_check(kind)
    return never, None


def _is_fixed(kind: type) -> bool:
    """Whether nothing can change an object of a type, so that one that is the same has the same content."""
    return kind in type_predicates.SCALARS or type_predicates.is_number(kind)


def _holds_arrays(value: Any) -> bool:
    """Whether a list or tuple holds only plain arrays of numbers, at most `MANY`, of at most `BYTES` bytes."""
    return (
        len(value) <= MANY
        and all(map(type_predicates.is_plain_array, map(type, value)))
        and all(each.dtype.kind in NUMERIC for each in value)
        and sum(each.nbytes for each in value) <= BYTES
    )


def never(_: Any, __: Any) -> bool:
    """The check for values of which nothing can be told quickly: it always fails."""
    return False


def type_check(kind: type) -> tuple[Check, Any]:
    """The check, with its state, for objects whose attributes are variables of their own: it compares the names of types."""
    return _is_of, type_predicates.type_name(kind)  # a class of the script would keep all its variables alive


def is_same_object(value: Any, state: Any) -> bool:
    """The check for numbers and texts, which nothing can change."""
    return value is state


def _is_of(value: Any, name: str) -> bool:
    return type_predicates.type_name(type(value)) == name


def array_state(value: Any) -> tuple[type, Any, tuple[int, ...], bytes]:
    """The state of an array for its check: its type, element type, shape and content."""
    return type(value), value.dtype, value.shape, value.tobytes()


def is_same_array(value: Any, state: Any) -> bool:
    """The check for arrays."""
    kind, dtype, shape, content = state
    if type(value) is not kind:
        return False
    return value.dtype is dtype and bool(value.shape == shape) and has_content(value, content)


def has_content(array: Any, content: bytes) -> bool:
    """Whether an array holds exactly these bytes, given that it holds as many."""
    if len(content) > COPIED:
        try:
            return content.startswith(array)
        except ValueError:  # its elements do not lie in one piece, or are no plain numbers
            pass
    return bool(array.tobytes() == content)


def _is_function(value: Any, code: types.CodeType) -> bool:
    return type(value) is types.FunctionType and value.__code__ is code


def _is_module(value: Any, name: object) -> bool:
    return type(value) is types.ModuleType and value.__dict__.get("__name__") is name


def _is_class(value: Any, name: str) -> bool:
    return type(value) is type and type_predicates.type_name(value) == name


def _is_flat_list(value: Any, items: list[Any]) -> bool:
    return type(value) is list and len(value) == len(items) and all(map(is_, value, items))


def is_equal_copy(value: Any, copied: Any) -> bool:
    """The check for a container of plain values, given a copy that shares the objects that cannot change."""
    kind = type(value)
    if kind is not type(copied):
        return False
    if type_predicates.is_plain_array(kind):
        return value.dtype is copied.dtype and value.shape == copied.shape and has_content(value, copied.tobytes())
    if kind is list or kind is tuple:
        return len(value) == len(copied) and all(map(_is_same_or_copy, value, copied))
    if kind is dict:
        return (
            len(value) == len(copied)
            and all(map(_is_same_or_copy, value, copied))
            and is_equal_copy([*value.values()], [*copied.values()])
        )
    return False


def _is_same_or_copy(value: Any, copied: Any) -> bool:
    return value is copied or is_equal_copy(value, copied)


def _tensor(value: Any, kind: type) -> tuple[Check, Any]:
    """The check for a small tensor compares an array that shares its memory; only this array is kept alive."""
    try:
        if not value.is_cpu or value.is_complex() or value.untyped_storage().nbytes() > BYTES:
            return never, None
        shared = value.detach().numpy()
        state = (kind, value.dtype, value.shape, value.stride(), value.requires_grad, value.data_ptr())
    except (TypeError, RuntimeError, NotImplementedError):  # not plain memory, or of elements that NumPy does not have
        return never, None
    return _is_tensor, (*state, shared, shared.tobytes())


def tensor_content(check: Check, state: Any) -> tuple[Any, bytes] | None:
    """The elements of a tensor, from the state of its check, as an array that shares its memory and as bytes; None without."""
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
            and has_content(shared, content)
        )
    except RuntimeError:  # it has no memory of its own
        return False


DEPTH = 6
"""Most attributes in a path; deeper ones are part of the value at its end."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A variable that changed in one step, with values that may not be described yet."""

    name: str
    """Its dotted name."""
    old: Value | LazyValue | None
    """The previous value; None if the variable is new."""
    new: Value | LazyValue | None
    """The present value; None if the variable is gone."""

    def change(self) -> Change:
        """The difference as it stands in a trace."""
        return Change(self.name, described(self.old), described(self.new))


@dataclass(slots=True, eq=False)
class Seen:
    """The value of a path at the latest look."""

    check: Check
    """Tells quickly whether the path still holds it."""
    state: Any
    """The state for the check."""
    token: Any
    """Equal exactly for equal content."""
    value: Value | LazyValue
    """The value."""
    has_parts: bool
    """Whether other paths may begin at it."""


class LargeValues:
    """The large arrays, tensors and flat lists of a run, so that a step's cost does not grow with what the script holds.

    A large value whose sample is the same counts as unchanged if the statement does not name it, or if too much has
    been compared.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Seen]] = {}
        self._left = WHOLE

    def look(self, part: Any, homes: frozenset[str], before: Seen | None, *, is_shell: bool, is_named: bool) -> Seen:
        """Make the record of a value, or return the known one of a large value that counts as unchanged.

        Args:
            part: The value.
            homes: Names of modules whose classes are the script's own.
            before: The record of the previous look.
            is_shell: Whether the value is described without its parts.
            is_named: Whether the statement names it.

        Raises:
            TooLargeError: The value is too large to be compared.
        """
        try:
            sample, size = _sample(part)
        except (TypeError, RuntimeError, NotImplementedError):  # a tensor without plain memory, a class without a hash
            sample, size = None, 0
        if sample is None:
            return _seen(part, homes, before, is_shell=is_shell)
        known = self._known.get(id(part))
        if known is not None and known[0] == sample and not (is_named and self._left > 0):
            return known[1]
        if known is not None and is_named:
            self._left -= size
        seen = _seen(part, homes, before, is_shell=is_shell)
        self._known[id(part)] = sample, seen
        return seen

    def forget(self) -> None:
        """Drop all that is known."""
        self._known.clear()


def _sample(value: Any) -> tuple[Any, int]:
    """A sample of a large value and its number of bytes; None for other values."""
    kind = type(value)
    if kind is list and len(value) > FLAT:
        elements = value[:: len(value) // SAMPLE] + value[-1:]
        return ((len(value), marshal.dumps(elements, 2)), 8 * len(value)) if is_flat(elements, kind) else (None, 0)
    array = value
    if type_predicates.is_plain_tensor(kind):
        array = value.detach().numpy()
    elif not type_predicates.is_plain_array(kind):
        return None, 0
    if array.nbytes <= BYTES or array.dtype.hasobject or array.dtype.names is not None:
        return None, 0
    grows = getattr(value, "requires_grad", False)
    ends = array.flat[:: max(1, array.size // SAMPLE)], array.flat[-1:]
    return (array.dtype, array.shape, grows, *(each.tobytes() for each in ends)), array.nbytes


@dataclass(slots=True)
class VariableTable:
    """The variables of one frame at the latest look."""

    outer: "VariableTable | None" = None
    """For a call the variables of the module, whose descriptions serve for the globals that the call shows."""
    seen: dict[str, Seen] = field(default_factory=dict)
    """The value of each path."""
    order: dict[str, int] = field(default_factory=dict)
    """The number of each path in the order of their first appearance, also of those that are gone."""

    def look(
        self,
        names: Iterable[tuple[str, Any]],
        homes: frozenset[str],
        large: LargeValues,
        named: Container[str] | None = None,
    ) -> list[Difference]:
        """Compare the variables with those of the previous look, and remember them.

        Args:
            names: The variables of the frame, with their values.
            homes: Names of modules whose classes are the script's own.
            large: The large values of the run.
            named: The variables that the statement names; None where several statements ran.

        Returns:
            The changes, in the order in which their paths first appeared.

        Raises:
            TooLargeError: A value is too large to be compared.
        """
        seen = self.seen
        now: dict[str, Seen] = {}
        changes: list[Difference] = []
        for name, value in names:
            old = seen.get(name)
            if old is not None and not old.has_parts and old.check(value, old.state):
                now[name] = old
                continue
            for path, part, is_shell in _paths(name, value, homes):
                old = seen.get(path)
                if old is None or not old.check(part, old.state):
                    before, old = old, self._in_module(path, part)
                    if old is None:
                        is_named = named is None or name in named
                        old = large.look(part, homes, before, is_shell=is_shell, is_named=is_named)
                    if before is None or before.value.digest != old.value.digest:
                        changes.append(Difference(path, before.value if before else None, old.value))
                now[path] = old
        if len(now) < len(seen) or not seen.keys() <= now.keys():
            changes += [Difference(path, old.value, None) for path, old in seen.items() if path not in now]
        self.seen = now
        return self._sorted(changes)

    def _in_module(self, path: str, part: Any) -> Seen | None:
        """The module's record of a path, if the part is still equal to it."""
        known = self.outer.seen.get(path) if self.outer is not None else None
        return known if known is not None and known.check(part, known.state) else None

    def _sorted(self, changes: list[Difference]) -> list[Difference]:
        """Changes in the order in which their paths first appeared."""
        order = self.order
        for change in changes:
            order.setdefault(change.name, len(order))
        return sorted(changes, key=lambda change: order[change.name]) if len(changes) > 1 else changes


def _seen(part: Any, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    """Make the record of a part, with the previous value if the content is equal. A part that raises is described as such."""
    try:
        return _seen_kind(part, homes, before, is_shell=is_shell)
    except (TooLargeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a library or a metaclass of the script does, the script goes on)
        check, state = type_check(type(part))
        value = unreadable(part, error)
        return Seen(check, state, value.digest, value, has_parts=False)


def _seen_kind(part: Any, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    kind = type(part)
    if kind in type_predicates.SCALARS or type_predicates.is_number(kind):
        token: Any = number_token(part, kind)
        value = LazyValue(part, token) if before is None or before.token != token else before.value
        return Seen(is_same_object, part, token, value, has_parts=False)
    if type_predicates.is_plain_array(kind) and part.nbytes <= SMALL and part.dtype.kind in NUMERIC:
        state = array_state(part)  # serves as token, too
        value = LazyValue(state, state, array_value) if before is None or before.token != state else before.value
        return Seen(is_same_array, state, state, value, has_parts=False)
    return _seen_closely(part, kind, homes, before, is_shell=is_shell)


def _seen_closely(part: Any, kind: type, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    """Make the record of a part that is neither a number, a text nor a small array of numbers."""
    copied: LazyValue | None = None
    long: LazyValue | None = None
    check, state = type_check(kind) if is_shell and not type_predicates.is_tensor(kind) else check_for(part, homes)
    if type_predicates.is_tensor(kind):
        copied = _lazy_tensor(part, kind, tensor_content(check, state))
        token = tensor_token(part) if copied is None else copied.digest
    elif is_shell:
        token = type_predicates.type_name(kind)
    elif kind is types.FunctionType:
        token = (kind, part.__code__)
    else:
        copied = lazy_container(part)
        if copied is None:
            content = fingerprint(part, homes, ends=True)
            token, long = content.token, lazy_long(part, content)
        else:
            token = copied.digest
    if check is never and not is_shell:
        if copied is not None:
            check, state = is_equal_copy, copied.copy
        elif (kind is list or kind is tuple) and _holds_arrays(part):
            check, state = is_equal_copy, kind(each.copy() for each in part)
    if before is not None and before.token == token:
        return Seen(check, state, token, before.value, is_shell)
    value = copied or long or lazy_value(part, token) or encode(part, homes, shell=is_shell)
    return Seen(check, state, token, value, is_shell)


def _lazy_tensor(value: Any, kind: type, content: tuple[Any, bytes] | None) -> LazyValue | None:
    """A small plain tensor, copied; None for other values.

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
        if array is None or array.nbytes > COPY_BYTES:
            return None
        content = array, array.tobytes()
    array, copied = content
    if len(copied) > COPY_BYTES:
        return None
    state = (type_predicates.type_name(kind), value.dtype, value.requires_grad, array.dtype, array.shape, copied)
    return LazyValue(state, state, tensor_value)


def _paths(name: str, value: Any, homes: frozenset[str]) -> list[tuple[str, Any, bool]]:
    """The paths of a variable: its name, and those of attributes, parameters and gradients that are variables of their own.

    Returns:
        Each path, its value, and whether the value is described without its parts. If looking at the parts raises, only
        the variable.
    """
    try:
        return _found_paths(name, value, homes)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (as above)
        return [(name, value, False)]


def _found_paths(name: str, value: Any, homes: frozenset[str]) -> list[tuple[str, Any, bool]]:
    if (
        type(value) in type_predicates.SCALARS
        or type_predicates.is_plain_array(type(value))
        or type_predicates.is_number(type(value))
    ):
        return [(name, value, False)]
    if type_predicates.is_plain_tensor(type(value)):
        slope = gradient(value)
        return [(name, value, True)] if slope is None else [(name, value, True), (f"{name}.grad", slope, True)]
    found: list[tuple[str, Any, bool]] = []
    stack: list[tuple[str, Any, tuple[int, ...]]] = [(name, value, ())]
    while stack:
        path, part, above = stack.pop()
        kind = type(part)
        if kind in type_predicates.SCALARS or type_predicates.is_plain_array(kind) or kind is types.FunctionType:
            found.append((path, part, False))
        elif type_predicates.is_tensor(kind):
            found.append((path, part, True))
            slope = gradient(part)
            if slope is not None:
                found.append((f"{path}.grad", slope, True))
        elif len(above) < DEPTH and type_predicates.is_open(kind, homes):  # type: ignore[arg-type] # mypy asks whether a type can be hashed
            found.append((path, part, True))
            if id(part) not in above:
                inner = (
                    type_predicates.network_parts(part)
                    if type_predicates.is_network(kind)
                    else type_predicates.attributes(part)
                )
                stack += [(f"{path}.{each}", item, (*above, id(part))) for each, item in inner][::-1]
        else:
            found.append((path, part, False))
    return found
