"""variables: what a frame shows, as a flat table of dotted paths, and how it differs from what was seen before."""

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from backprop_book.model import Change, Value
from backprop_book.record import kinds
from backprop_book.record.content import fingerprint, gradient, is_flat, tensor_token
from backprop_book.record.encode import encode

DEPTH = 6
"""How many attributes deep a path may go; what lies deeper belongs to the value at its end."""


@dataclass(slots=True, eq=False)
class Later:
    """A value as it was when it was seen. It is described only if a step that stays needs it; most do not."""

    copy: Any
    """The value, or a copy of it where the script could change it."""
    digest: Any
    """Equal for equal content: its fingerprint."""
    described: Value | None = None
    """Its description, once somebody asked."""

    def value(self) -> Value:
        """The description."""
        if self.described is None:
            self.described = encode(self.copy)
        return self.described


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
        return Change(self.name, _settled(self.old), _settled(self.new))


@dataclass(slots=True)
class Table:
    """The variables of one frame as last seen. It changes with every look."""

    seen: dict[str, tuple[Any, Value | Later]] = field(default_factory=dict)
    """Fingerprint and value of each path."""
    order: dict[str, int] = field(default_factory=dict)
    """When each path first appeared, also of those that are gone."""

    def look(self, names: Iterable[tuple[str, Any]], homes: frozenset[str]) -> list[Difference]:
        """Compare with what is there now, and remember that.

        Raises:
            TooLargeError: A value is too large to be compared.
        """
        now: dict[str, tuple[Any, Value | Later]] = {}
        changes: list[Difference] = []
        for name, value in names:
            for path, part, token, shell in _paths(name, value, homes):
                old = self.seen.get(path)
                if old is not None and old[0] == token:
                    now[path] = old
                    continue
                new = _later(part, token) or encode(part, homes, shell=shell)
                if old is None or old[1].digest != new.digest:
                    changes.append(Difference(path, old[1] if old else None, new))
                now[path] = (token, new)
        if len(now) < len(self.seen) or not self.seen.keys() <= now.keys():
            changes += [Difference(path, old[1], None) for path, old in self.seen.items() if path not in now]
        for change in changes:
            self.order.setdefault(change.name, len(self.order))
        self.seen = now
        return sorted(changes, key=lambda change: self.order[change.name])


def _settled(value: Value | Later | None) -> Value | None:
    return value.value() if isinstance(value, Later) else value


def _later(value: Any, token: Any) -> Later | None:
    """A value whose description can wait, because it cannot change or is copied quickly; else None."""
    kind = type(value)
    if kind in _SCALARS:
        return Later(value, token)
    if kind is list and is_flat(value, kind):
        return Later(list(value), token)
    if kinds.is_plain_array(kind) and type(token) is tuple:  # a small one, with its content for a fingerprint
        return Later(value.copy(), token)
    return None


def _paths(name: str, value: Any, homes: frozenset[str]) -> Iterator[tuple[str, Any, Any, bool]]:
    """A variable's paths: itself, and attributes, parameters and gradients that are variables of their own."""
    stack: list[tuple[str, Any, tuple[int, ...]]] = [(name, value, ())]
    while stack:
        path, part, above = stack.pop()
        kind = type(part)
        if kind in _SCALARS or kinds.is_plain_array(kind):
            yield path, part, fingerprint(part, homes).token, False
        elif kind is types.FunctionType:
            yield path, part, (kind, part.__code__), False
        elif kinds.is_tensor(kind):
            yield path, part, tensor_token(part), True
            slope = gradient(part)
            if slope is not None:
                yield f"{path}.grad", slope, tensor_token(slope), True
        elif (kinds.is_network(kind) or kinds.is_transparent(kind, homes)) and _is_object(kind) and len(above) < DEPTH:
            yield path, part, kinds.type_name(kind), True
            if id(part) not in above:
                inner = kinds.network_parts(part) if kinds.is_network(kind) else kinds.attributes(part)
                stack += [(f"{path}.{each}", item, (*above, id(part))) for each, item in inner][::-1]
        else:
            yield path, part, fingerprint(part, homes).token, False


_SCALARS = frozenset({type(None), bool, int, float, str})


def _is_object(kind: type) -> bool:
    """Whether a type's objects are nothing but their attributes."""
    return not issubclass(kind, (*kinds.CONTAINERS, int, float, str, bytes))
