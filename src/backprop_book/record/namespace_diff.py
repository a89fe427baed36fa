"""namespace_diff: what a frame shows, as a flat table of dotted paths, and how it differs from what was seen before."""

import types
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from backprop_book.core.model import Change, Value
from backprop_book.record import type_predicates
from backprop_book.record.change_checks import (
    SCALARS,
    Check,
    array_state,
    content_of,
    glance,
    is_array,
    is_copy,
    is_it,
    never,
    of_kind,
)
from backprop_book.record.digest import whole
from backprop_book.record.encode import array_value, encode
from backprop_book.record.fingerprint import SMALL, TooLargeError, fingerprint, gradient, number_token, tensor_token
from backprop_book.record.lazy_values import Later, later, later_container, later_tensor, settled

DEPTH = 6
"""How many attributes deep a path may go; what lies deeper belongs to the value at its end."""
NUMERIC = frozenset("biufc")
"""Kinds of element types whose content is all that their bytes say."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A variable that changed, in the course of a run."""

    name: str
    """Its dotted name."""
    old: Value | Later | None
    """What it held before; None if it is new."""
    new: Value | Later | None
    """What it holds now; None if it is gone."""

    def change(self) -> Change:
        """It as it stands in a trace."""
        return Change(self.name, settled(self.old), settled(self.new))


@dataclass(slots=True, eq=False)
class Seen:
    """What a path held when it was last looked at."""

    check: Check
    """Tells quickly whether it still does."""
    state: Any
    """What the check needs."""
    token: Any
    """Equal exactly for equal content."""
    value: Value | Later
    """The value."""
    has_parts: bool
    """Whether other paths may begin at it."""


@dataclass(slots=True)
class Table:
    """The variables of one frame as last seen. It changes with every look."""

    seen: dict[str, Seen] = field(default_factory=dict)
    """What each path held."""
    order: dict[str, int] = field(default_factory=dict)
    """When each path first appeared, also of those that are gone."""

    def look(self, names: Iterable[tuple[str, Any]], homes: frozenset[str]) -> list[Difference]:
        """Compare with what is there now, and remember that.

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
                    before, old = old, _seen(part, homes, old, is_shell=is_shell)
                    if before is None or before.value.digest != old.value.digest:
                        changes.append(Difference(path, before.value if before else None, old.value))
                now[path] = old
        if len(now) < len(seen) or not seen.keys() <= now.keys():
            changes += [Difference(path, old.value, None) for path, old in seen.items() if path not in now]
        self.seen = now
        return self._sorted(changes)

    def _sorted(self, changes: list[Difference]) -> list[Difference]:
        """Changes in the order in which their paths first appeared."""
        order = self.order
        for change in changes:
            order.setdefault(change.name, len(order))
        return sorted(changes, key=lambda change: order[change.name]) if len(changes) > 1 else changes


def _seen(part: Any, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    """Look closely. What has the same content keeps its value; what cannot be looked at is said to be so."""
    try:
        return _seen_kind(part, homes, before, is_shell=is_shell)
    except (TooLargeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a library or a metaclass of the script does, the script goes on)
        check, state = of_kind(type(part))
        value = whole("object", state, summary=f"cannot be looked at ({type(error).__name__})")
        return Seen(check, state, value.digest, value, has_parts=False)


def _seen_kind(part: Any, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    kind = type(part)
    if kind in SCALARS or type_predicates.is_number(kind):
        token: Any = number_token(part, kind)
        value = Later(part, token) if before is None or before.token != token else before.value
        return Seen(is_it, part, token, value, has_parts=False)
    if type_predicates.is_plain_array(kind) and part.nbytes <= SMALL and part.dtype.kind in NUMERIC:
        state = array_state(part)  # serves as token, too
        value = Later(state, state, array_value) if before is None or before.token != state else before.value
        return Seen(is_array, state, state, value, has_parts=False)
    return _seen_closely(part, kind, homes, before, is_shell=is_shell)


def _seen_closely(part: Any, kind: type, homes: frozenset[str], before: Seen | None, *, is_shell: bool) -> Seen:
    """Look at what is neither a number or text nor a small array of numbers."""
    copied: Later | None = None
    check, state = of_kind(kind) if is_shell and not type_predicates.is_tensor(kind) else glance(part, homes)
    if type_predicates.is_tensor(kind):
        copied = later_tensor(part, kind, content_of(check, state))
        token = tensor_token(part) if copied is None else copied.digest
    elif is_shell:
        token = type_predicates.type_name(kind)
    elif kind is types.FunctionType:
        token = (kind, part.__code__)
    else:
        copied = later_container(part)
        token = fingerprint(part, homes, ends=True).token if copied is None else copied.digest
    if check is never and copied is not None and not is_shell:
        check, state = is_copy, copied.copy
    if before is not None and before.token == token:
        return Seen(check, state, token, before.value, is_shell)
    value = copied or later(part, token) or encode(part, homes, shell=is_shell)
    return Seen(check, state, token, value, is_shell)


def _paths(name: str, value: Any, homes: frozenset[str]) -> list[tuple[str, Any, bool]]:
    """A variable's paths: itself, and attributes, parameters and gradients that are variables of their own.

    Returns:
        Of each path what it holds, and whether that is described without its own parts. Of a value whose parts cannot be
        looked at, itself alone.
    """
    try:
        return _found_paths(name, value, homes)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (as above)
        return [(name, value, False)]


def _found_paths(name: str, value: Any, homes: frozenset[str]) -> list[tuple[str, Any, bool]]:
    if type(value) in SCALARS or type_predicates.is_plain_array(type(value)) or type_predicates.is_number(type(value)):
        return [(name, value, False)]
    if type_predicates.is_plain_tensor(type(value)):
        slope = gradient(value)
        return [(name, value, True)] if slope is None else [(name, value, True), (f"{name}.grad", slope, True)]
    found: list[tuple[str, Any, bool]] = []
    stack: list[tuple[str, Any, tuple[int, ...]]] = [(name, value, ())]
    while stack:
        path, part, above = stack.pop()
        kind = type(part)
        if kind in SCALARS or type_predicates.is_plain_array(kind) or kind is types.FunctionType:
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
